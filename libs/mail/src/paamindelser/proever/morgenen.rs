//! A morning with more than it began with: it ends, everybody has one mail, and what goes wrong is seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use systemtests::Bestilt;

use super::super::PaamindelsesFejl;
use super::opstilling::{HR, Opstilling, tid};

/// How many come in at most while the morning is gone through.
const HOEJST: u32 = 300;

fn paa(p: &Opstilling, dag: &str, hvem: &str) -> usize {
    p.linjer().iter().filter(|l| l.starts_with(&format!("{dag} {hvem} "))).count()
}

/// Tuesday 27 January 2026: the leader and HR are told of 10010. From before eight on, absences are registered that are
/// three weeks old, each with something due to the leader at once.
#[tokio::test(flavor = "multi_thread")]
async fn en_morgen_har_en_ende_selv_om_der_bliver_ved_at_komme_nyt() {
    let p = Arc::new(Opstilling::ny("2026-01-05T09:00").await);
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.post.toem();
    p.kerne.ur.flyt(tid("2026-01-27T08:00"));
    let (forbi, kommet) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let stroem = tokio::spawn({
        let (p, forbi, kommet) = (p.clone(), forbi.clone(), kommet.clone());
        async move {
            let mut antal = 0;
            while !forbi.load(Ordering::Acquire) && antal < HOEJST {
                let nr = format!("{}", 20_000 + antal);
                p.ansat(&nr, &format!("m{nr}@kommune.test"), |s| s.leder_nr = Some("10001".into())).await;
                p.vaek(&nr, "2026-01-05").await;
                antal += 1;
                kommet.store(true, Ordering::Release);
            }
            antal
        }
    });
    let slut = tokio::time::Instant::now() + Duration::from_secs(10);
    while !kommet.load(Ordering::Acquire) {
        assert!(tokio::time::Instant::now() < slut);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    p.arbejder.tik().await.unwrap();
    forbi.store(true, Ordering::Release);
    assert!(stroem.await.unwrap() > 1);
    p.arbejder.tik().await.unwrap();
    for hvem in ["leder", HR] {
        assert_eq!(paa(&p, "2026-01-27", hvem), 1, "{hvem}: {:?}", p.linjer());
    }
    p.til("2026-01-28T12:00").await;
    for hvem in ["leder", HR] {
        assert_eq!(paa(&p, "2026-01-28", hvem), 1, "{hvem}: what came in has waited for the next morning");
    }
}

/// The list may be gone through once only: the leader's mailbox is unknown, and what HR is to have instead is left. That
/// is an error, it is counted among what waits, and the next tick does it; nobody else hears anything twice.
#[tokio::test(flavor = "multi_thread")]
async fn en_morgen_der_ikke_bliver_faerdig_er_en_fejl_og_goeres_faerdig() {
    let mut p = Opstilling::ny("2026-01-05T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.post.toem();
    p.genstart();
    p.saet_runder(1);
    // Mails leave side by side: both the leader's and HR's own are refused.
    p.post.bestil(&[Bestilt::AfvisModtager(550), Bestilt::AfvisModtager(550)]);
    p.kerne.ur.flyt(tid("2026-01-27T08:00"));
    let svar = p.arbejder.tik().await;
    // The leader's two: the talk of the 30th, and the anmeldelse.
    assert!(matches!(svar, Err(PaamindelsesFejl::Ufaerdig(2))), "{svar:?}");
    assert_eq!(p.post.forsoeg().len(), 2, "HR's own was not left for later");
    let venter = p.arbejder.ventende().await.unwrap().ventende;
    assert_eq!(venter.iter().map(|v| v.grund.as_str()).collect::<Vec<_>>(), ["undervejs"; 2]);
    // Something new does not come with it: it is not on the list.
    p.vaek("10011", "2026-01-05").await;
    p.saet_runder(16);
    p.arbejder.tik().await.unwrap();
    assert_eq!(p.linjer(), ["2026-01-27 hr-postkasse 2 frister: nærmeste 30. januar"]);
    let venter = p.arbejder.ventende().await.unwrap().ventende;
    assert!(venter.iter().all(|v| v.grund == "morgen" && v.forloeb.as_u128() >> 96 == 10011), "{venter:?}");
}

/// What the server refuses that is not this recipient passes when it is mended: 1, 2, 4, 8 and 16 minutes later.
#[tokio::test(flavor = "multi_thread")]
async fn kun_et_nej_til_modtageren_selv_er_endeligt() {
    let p = Opstilling::ny("2026-01-12T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    let afvisninger = [
        (Bestilt::AfvisAfsender(550), "smtp_550_afsender"),
        (Bestilt::AfvisModtagerFordi(550, "5.7.1"), "smtp_550_regler"),
        (Bestilt::AfvisModtagerFordi(553, "5.1.8"), "smtp_553_regler"),
        (Bestilt::Afvis(550), "smtp_550_indhold"),
        (Bestilt::AfvisModtager(530), "smtp_530_regler"),
    ];
    p.post.bestil(&afvisninger.map(|(bestilt, _)| bestilt));
    for ((_, grund), naar) in afvisninger.iter().zip(["08:00", "08:01", "08:03", "08:07", "08:15"]) {
        p.til(&format!("2026-01-14T{naar}")).await;
        assert!(p.udfald("10010").await.is_empty(), "{grund} is not final");
        let venter = p.arbejder.ventende().await.unwrap().ventende;
        assert_eq!(venter.iter().map(|v| v.grund.as_str()).collect::<Vec<_>>(), [*grund]);
    }
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.linjer(), ["2026-01-14 tr Husk: første kontakt 16. januar"]);
    assert!(p.arbejder.ventende().await.unwrap().ventende.is_empty());

    // Friday's are to the leader and to TR: unknown mailboxes, with and without an enhanced code.
    p.post.bestil(&[Bestilt::AfvisModtagerFordi(550, "5.1.1"), Bestilt::AfvisModtager(550)]);
    p.til("2026-01-16T12:00").await;
    let endelige = p
        .udfald("10010")
        .await
        .into_values()
        .filter(|u| matches!(u, forloeb::haendelse::Udfald::Fejlet { grund } if grund == "smtp_550"));
    assert_eq!(endelige.count(), 2);
}

/// Over the night nothing is known any more but the log, and after a start too: it still waits.
#[tokio::test(flavor = "multi_thread")]
async fn det_der_er_udskudt_venter_ogsaa_efter_en_genstart() {
    let mut p = Opstilling::ny("2026-01-12T09:00").await;
    p.vaek("10010", "2026-01-05").await;
    p.post.luk();
    p.til("2026-01-14T18:00").await;
    let grunde = async |p: &Opstilling| {
        let venter = p.arbejder.ventende().await.unwrap().ventende;
        venter.into_iter().map(|v| v.grund).collect::<Vec<_>>()
    };
    assert_eq!(grunde(&p).await, ["forbindelse"]);
    p.genstart();
    p.arbejder.tik().await.unwrap();
    assert_eq!(grunde(&p).await, ["udskudt"]);
    p.post.aabn();
    p.til("2026-01-15T12:00").await;
    assert_eq!(grunde(&p).await, [""; 0]);
}
