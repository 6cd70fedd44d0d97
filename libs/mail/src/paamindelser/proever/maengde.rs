//! How long a morning takes. A measurement, not a test of every day:
//! `RASKVEJ_MAENGDE=10000 cargo test --release -p mail --lib maengde -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::opstilling::{Opstilling, tid};

/// Employments that are written side by side.
const AD_GANGEN: usize = 256;
/// Ticks of which the middle one is told.
const TIK: usize = 1001;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn en_morgen_med_mange() {
    let Some(antal) = std::env::var("RASKVEJ_MAENGDE").ok().and_then(|n| n.parse::<u32>().ok()) else { return };
    let p = Arc::new(Opstilling::ny("2026-01-05T09:00").await);
    // Everybody's contact person is another: as many mails as reminders, the worst there is.
    let begyndt = Instant::now();
    let (mut naeste, mut i_gang) = (0, JoinSet::new());
    while naeste < antal || !i_gang.is_empty() {
        while naeste < antal && i_gang.len() < AD_GANGEN {
            let (p, n) = (p.clone(), naeste);
            naeste += 1;
            i_gang.spawn(async move {
                let (nr, tr) = (100_000 + n, 200_000 + n);
                p.ansat(&tr.to_string(), &format!("m{tr}@kommune.test"), |_| {}).await;
                p.ansat(&nr.to_string(), &format!("m{nr}@kommune.test"), |s| s.tr_nr = Some(tr.to_string())).await;
                p.vaek(&nr.to_string(), "2026-01-05").await;
            });
        }
        i_gang.join_next().await.transpose().unwrap();
    }
    println!("{antal} forløb skrevet på {:?}", begyndt.elapsed());

    for (naar, hvad) in [("2026-01-13T08:00", "dagens første"), ("2026-01-13T09:00", "senere samme dag")] {
        p.kerne.ur.flyt(tid(naar));
        let foerste = Instant::now();
        p.arbejder.tik().await.unwrap();
        println!("{hvad}: {:?}", foerste.elapsed());
    }
    let mut tider = Vec::with_capacity(TIK);
    for _ in 0..TIK {
        let begyndt = Instant::now();
        p.arbejder.tik().await.unwrap();
        assert_eq!(p.arbejder.naeste_vaekning(tid("2026-01-13T09:00")), Some(tid("2026-01-14T08:00")));
        tider.push(begyndt.elapsed());
    }
    tider.sort();
    println!(
        "et tik uden noget forfaldent, {antal} åbne forløb: {:?}, langsomste {:?}",
        tider[TIK / 2],
        tider[TIK - 1]
    );
    assert_eq!(p.post.breve().len(), 0);

    p.kerne.ur.flyt(tid("2026-01-14T08:00"));
    let begyndt = Instant::now();
    p.arbejder.tik().await.unwrap();
    let sendt = begyndt.elapsed();
    let breve = p.post.breve().len();
    println!("{breve} mails afleveret og noteret på {sendt:?}, {:.0} i sekundet", breve as f64 / sendt.as_secs_f64());
    assert_eq!(breve, antal as usize);
}
