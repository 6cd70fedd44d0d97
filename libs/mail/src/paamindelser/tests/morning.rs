//! A morning with more than it began with: it ends, everybody has one mail, and what goes wrong is seen.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use systemtests::Requested;

use super::super::PaamindelseError;
use super::fixture::{Fixture, HR, time};

/// How many come in at most while the morning is gone through.
const AT_MOST: u32 = 300;

fn on(p: &Fixture, dag: &str, who: &str) -> usize {
    p.lines().iter().filter(|l| l.starts_with(&format!("{dag} {who} "))).count()
}

/// Tuesday 27 January 2026: the leader and HR are told of 10010. From before eight on, absences are registered that are
/// three weeks old, each with something due to the leader at once.
#[tokio::test(flavor = "multi_thread")]
async fn a_morning_has_an_end_though_more_keeps_coming() {
    let p = Arc::new(Fixture::new("2026-01-05T09:00").await);
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.transport.empty();
    p.app.clock.move_to(time("2026-01-27T08:00"));
    let (past, come) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let stream = tokio::spawn({
        let (p, past, come) = (p.clone(), past.clone(), come.clone());
        async move {
            let mut count = 0;
            while !past.load(Ordering::Acquire) && count < AT_MOST {
                let nr = format!("{}", 20_000 + count);
                p.ansat(&nr, &format!("m{nr}@kommune.test"), |s| s.leder_nr = Some("10001".into())).await;
                p.away(&nr, "2026-01-05").await;
                count += 1;
                come.store(true, Ordering::Release);
            }
            count
        }
    });
    let end = tokio::time::Instant::now() + Duration::from_secs(60);
    while !come.load(Ordering::Acquire) {
        assert!(tokio::time::Instant::now() < end);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    p.works.tick().await.unwrap();
    past.store(true, Ordering::Release);
    assert!(stream.await.unwrap() > 1);
    p.works.tick().await.unwrap();
    for who in ["leder", HR] {
        assert_eq!(on(&p, "2026-01-27", who), 1, "{who}: {:?}", p.lines());
    }
    p.til("2026-01-28T12:00").await;
    for who in ["leder", HR] {
        assert_eq!(on(&p, "2026-01-28", who), 1, "{who}: what came in has waited for the next morning");
    }
}

/// The list may be gone through once only: the leader's mailbox is unknown, and what HR is to have instead is left. That
/// is an error, it is counted among what waits, and the next tick does it; nobody else hears anything twice.
#[tokio::test(flavor = "multi_thread")]
async fn a_morning_that_does_not_finish_is_an_error_and_is_finished() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.transport.empty();
    p.restart();
    p.set_rounds(1);
    // Mails leave side by side: both the leader's and HR's own are refused.
    p.transport.request(&[Requested::RefuseModtager(550), Requested::RefuseModtager(550)]);
    p.app.clock.move_to(time("2026-01-27T08:00"));
    let answer = p.works.tick().await;
    // The leader's two: the talk of the 30th, and the anmeldelse.
    assert!(matches!(answer, Err(PaamindelseError::Unfinished(2))), "{answer:?}");
    assert_eq!(p.transport.attempt().len(), 2, "HR's own was not left for later");
    let waiting = p.works.ventende().await.unwrap().ventende;
    assert_eq!(waiting.iter().map(|v| v.grund.as_str()).collect::<Vec<_>>(), ["undervejs"; 2]);
    // Something new does not come with it: it is not on the list.
    let new = p.away("10011", "2026-01-05").await;
    p.set_rounds(16);
    p.works.tick().await.unwrap();
    assert_eq!(p.lines(), ["2026-01-27 hr-postkasse 2 frister: nærmeste 30. januar"]);
    let waiting = p.works.ventende().await.unwrap().ventende;
    assert!(waiting.iter().all(|v| v.grund == "morgen" && v.forloeb == new), "{waiting:?}");
}

/// What the server refuses that is not this recipient passes when it is mended: 1, 2, 4, 8 and 16 minutes later.
#[tokio::test(flavor = "multi_thread")]
async fn only_a_no_to_the_recipient_is_final() {
    let p = Fixture::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    let refusals = [
        (Requested::RefuseSender(550), "smtp_550_afsender"),
        (Requested::RefuseModtagerBecause(550, "5.7.1"), "smtp_550_regler"),
        (Requested::RefuseModtagerBecause(553, "5.1.8"), "smtp_553_regler"),
        (Requested::Refuse(550), "smtp_550_indhold"),
        (Requested::RefuseModtager(530), "smtp_530_regler"),
    ];
    p.transport.request(&refusals.map(|(requested, _)| requested));
    for ((_, grund), when) in refusals.iter().zip(["08:00", "08:01", "08:03", "08:07", "08:15"]) {
        p.til(&format!("2026-01-14T{when}")).await;
        assert!(p.udfald("10010").await.is_empty(), "{grund} is not final");
        let waiting = p.works.ventende().await.unwrap().ventende;
        assert_eq!(waiting.iter().map(|v| v.grund.as_str()).collect::<Vec<_>>(), [*grund]);
    }
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.lines(), ["2026-01-14 tr Husk: første kontakt 16. januar"]);
    assert!(p.works.ventende().await.unwrap().ventende.is_empty());

    // Friday's are to the leader and to TR: unknown mailboxes, with and without an enhanced code.
    p.transport.request(&[Requested::RefuseModtagerBecause(550, "5.1.1"), Requested::RefuseModtager(550)]);
    p.til("2026-01-16T12:00").await;
    let definite = p
        .udfald("10010")
        .await
        .into_values()
        .filter(|u| matches!(u, forloeb::haendelse::Udfald::Fejlet { grund, .. } if grund == "smtp_550"));
    assert_eq!(definite.count(), 2);
}

/// Over the night nothing is known any more but the log, and after a start too: it still waits.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_udskudt_waits_after_a_restart_too() {
    let mut p = Fixture::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.close();
    p.til("2026-01-14T18:00").await;
    let grunde = async |p: &Fixture| {
        let waiting = p.works.ventende().await.unwrap().ventende;
        waiting.into_iter().map(|v| v.grund).collect::<Vec<_>>()
    };
    assert_eq!(grunde(&p).await, ["forbindelse"]);
    p.restart();
    p.works.tick().await.unwrap();
    assert_eq!(grunde(&p).await, ["forbindelse"], "the log tells why");
    p.transport.open();
    p.til("2026-01-15T12:00").await;
    assert_eq!(grunde(&p).await, [""; 0]);
}
