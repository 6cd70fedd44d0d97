//! How long a morning takes. A measurement, not a test of every day:
//! `RASKVEJ_MAENGDE=10000 cargo test --release -p mail --lib maengde -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;

use super::fixture::{Fixture, time};

/// Employments that are written side by side.
const AT_A_TIME: usize = 256;
/// Ticks of which the middle one is told.
const TICK: usize = 1001;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn a_morning_with_many() {
    let Some(count) = std::env::var("RASKVEJ_MAENGDE").ok().and_then(|n| n.parse::<u32>().ok()) else { return };
    let p = Arc::new(Fixture::new("2026-01-05T09:00").await);
    // Everybody's contact person is another: as many mails as reminders, the worst there is.
    let begun = Instant::now();
    let (mut next, mut running) = (0, JoinSet::new());
    while next < count || !running.is_empty() {
        while next < count && running.len() < AT_A_TIME {
            let (p, n) = (p.clone(), next);
            next += 1;
            running.spawn(async move {
                let (nr, tr) = (100_000 + n, 200_000 + n);
                p.ansat(&tr.to_string(), &format!("m{tr}@kommune.test"), |_| {}).await;
                p.ansat(&nr.to_string(), &format!("m{nr}@kommune.test"), |s| s.tr_nr = Some(tr.to_string())).await;
                p.away(&nr.to_string(), "2026-01-05").await;
            });
        }
        running.join_next().await.transpose().unwrap();
    }
    println!("{count} forløb skrevet på {:?}", begun.elapsed());

    for (when, what) in [("2026-01-13T08:00", "dagens første"), ("2026-01-13T09:00", "senere samme dag")] {
        p.app.clock.move_to(time(when));
        let foerste = Instant::now();
        p.works.tick().await.unwrap();
        println!("{what}: {:?}", foerste.elapsed());
    }
    let mut times = Vec::with_capacity(TICK);
    for _ in 0..TICK {
        let begun = Instant::now();
        p.works.tick().await.unwrap();
        assert_eq!(p.works.next_waking(time("2026-01-13T09:00")), Some(time("2026-01-14T08:00")));
        times.push(begun.elapsed());
    }
    times.sort();
    println!(
        "et tik uden noget forfaldent, {count} åbne forløb: {:?}, langsomste {:?}",
        times[TICK / 2],
        times[TICK - 1]
    );
    assert_eq!(p.transport.letters().len(), 0);

    p.app.clock.move_to(time("2026-01-14T08:00"));
    let begun = Instant::now();
    p.works.tick().await.unwrap();
    let sendt = begun.elapsed();
    let letters = p.transport.letters().len();
    println!(
        "{letters} mails afleveret og noteret på {sendt:?}, {:.0} i sekundet",
        letters as f64 / sendt.as_secs_f64()
    );
    assert_eq!(letters, count as usize);
}
