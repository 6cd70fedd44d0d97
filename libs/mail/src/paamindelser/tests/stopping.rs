//! The service is told to stop while a morning's mails leave.

use std::collections::BTreeSet;
use std::time::Duration;

use systemtests::{FRIST, Requested, wait_to};

use super::fixture::{Fixture, time};

/// More than there are connections, and than can be answered before the stop.
const MAILS: usize = 60;

/// What is being handed over is finished, no mail begins after it, and the next start sends the rest: each of them once.
#[tokio::test(flavor = "multi_thread")]
async fn a_stop_in_the_morning_begins_no_more_mails_and_the_rest_leaves_after_the_start() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    for n in 0..MAILS {
        let (nr, tr) = (format!("3{n:04}"), format!("4{n:04}"));
        p.ansat(&tr, &format!("m{tr}@kommune.test"), |_| {}).await;
        p.ansat(&nr, &format!("m{nr}@kommune.test"), |s| s.tr_nr = Some(tr)).await;
        p.away(&nr, "2026-01-05").await;
    }
    p.transport.request(&[Requested::Wait(Duration::from_millis(400)); MAILS]);
    p.app.clock.move_to(time("2026-01-14T08:00"));
    let works = p.works.clone();
    let tick = tokio::spawn(async move { works.tick().await });
    let mailbox = &p.transport;
    tokio::task::block_in_place(|| wait_to(FRIST, "a mail", || (!mailbox.letters().is_empty()).then_some(())));
    p.works.dispatcher.transport.stop();
    tokio::time::timeout(Duration::from_secs(20), tick).await.expect("a stop is not a morning").unwrap().unwrap();
    let before = p.transport.letters().len();
    assert!(before < MAILS, "the morning went on after the stop");
    p.restart();
    p.works.tick().await.unwrap();
    let letters = p.transport.letters();
    let ids: BTreeSet<_> = letters.iter().map(|letter| letter.message_id.clone()).collect();
    assert_eq!((letters.len(), ids.len()), (MAILS, MAILS), "{before} before the stop");
}
