//! A mailbox that takes nothing, a server that never answers, and people who are not to be written to.

use app::projections::Postkasse;
use forloeb::command::Act;
use forloeb::haendelse::{FoersteKontaktHoldt, Udfald};
use forloeb::words::{Kontaktform, Kontaktrolle, TagetAf};
use systemtests::Requested;
use uuid::Uuid;

use super::fixture::{Fixture, HR, dag, time};

/// The mails of a morning, by whose mailbox they went to.
fn who(p: &Fixture) -> Vec<String> {
    p.lines().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect()
}

/// Employed since 2015, absent from Monday 5 January 2026: t-10 of the talk is Friday the 16th, to the leader. The mailbox
/// says 452 from 08:00 on Friday until 08:00 on Monday the 19th, which is one working day: then HR is told, and the
/// leader's leader has the reminder.
#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_that_refuses_for_a_working_day_is_passed_over() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-15T18:00").await;
    let kontakt = FoersteKontaktHoldt {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-15"),
        form: Kontaktform::Telefon,
        kontaktperson_rolle: Kontaktrolle::Tr,
        taget_af: TagetAf::Arbejdsplads,
        forventet_varighed: None,
        arbejdsrelateret: None,
        sted: None,
        grunde: Vec::new(),
    };
    p.act("10010", Act::FoersteKontakt(kontakt)).await;
    p.transport.empty();
    p.transport.request(&[Requested::RefuseModtager(452); 60]);
    p.til("2026-01-16T17:30").await;
    assert_eq!(p.lines().len(), 0);
    let udskudt = p.udfald("10010").await.into_iter().find(|(n, _)| n.trin == "t-10").unwrap().1;
    let Udfald::Udskudt { til, siden, grund } = udskudt else { panic!("{udskudt:?}") };
    assert_eq!((til, siden), (time("2026-01-19T08:00"), Some(time("2026-01-16T08:00"))));
    assert_eq!(grund.as_deref(), Some("smtp_452"));
    assert_eq!(p.works.state().oldest_unsent(false, time("2026-01-16T08:00")), Some(time("2026-01-16T08:00")));

    // The next attempt is the last.
    p.transport.forget_requested();
    p.transport.request(&[Requested::RefuseModtager(452)]);
    p.til("2026-01-19T12:00").await;
    let udfald = p.udfald("10010").await;
    let given_up: Vec<_> = udfald.iter().filter(|(_, u)| u.was_given_up()).map(|(n, _)| n.trin.as_str()).collect();
    assert_eq!(given_up, ["t-10"]);
    assert_eq!(who(&p), ["chef", HR]);
    assert_eq!(p.app.projections().postkasse("10001"), Postkasse::Full);
    let letters = p.transport.letters();
    let hr = letters.iter().find(|b| b.envelope_to[0].starts_with(HR)).unwrap();
    assert!(hr.tekst.contains("ikke har taget imod mail i en arbejdsdag"), "{}", hr.tekst);

    // t-3 of the talk is Tuesday the 27th, with t-5 of the anmeldelse, which is HR's too: refused once, and passed on the same
    // morning.
    p.transport.empty();
    p.til("2026-01-27T07:59").await;
    p.transport.request(&[Requested::RefuseModtager(452)]);
    p.til("2026-01-27T12:00").await;
    assert_eq!(who(&p), ["chef", HR]);
    // On Friday the 30th it takes mail again.
    p.transport.empty();
    p.til("2026-01-30T12:00").await;
    assert!(who(&p).contains(&"leder".to_owned()), "{:?}", p.lines());
    assert_eq!(p.app.projections().postkasse("10001"), Postkasse::Open);
}

/// The server takes the mail and drops the connection before it has said so, every time.
#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_may_have_arrived_leaves_three_times_at_most() {
    let p = Fixture::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.request(&[Requested::AcceptAndBreakOff; 3]);
    p.til("2026-01-14T16:00").await;
    let letters = p.transport.letters();
    let to_tr: Vec<_> = letters.iter().filter(|b| b.envelope_to[0].starts_with("tr")).collect();
    assert_eq!(to_tr.len(), 3);
    assert!(to_tr.iter().all(|b| b.raw == to_tr[0].raw), "one mail, three times");
    assert_eq!(letters.iter().filter(|b| b.envelope_to[0].starts_with(HR)).count(), 1, "HR is told once");
    let udfald = p.udfald("10010").await;
    assert!(udfald.values().any(|u| matches!(u, Udfald::Fejlet { grund, .. } if grund == "uvis_forbindelse")));
}

/// TR's mailbox does not exist: the mail of Wednesday the 14th is HR's, and on Friday TR is not written to.
#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_mailbox_nothing_is_sent_again() {
    let p = Fixture::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.request(&[Requested::RefuseModtager(550)]);
    p.til("2026-01-14T12:00").await;
    assert_eq!(who(&p), [HR]);
    p.til("2026-01-16T12:00").await;
    assert_eq!(p.transport.attempt().len(), 3, "refused, HR's, and the leader's of the 16th");
    assert_eq!(who(&p), [HR, "leder"]);
    // Payroll has a new address.
    p.ansat("10002", "ny-tr@kommune.test", |_| {}).await;
    p.til("2026-01-19T12:00").await;
    assert!(!p.app.projections().stamdata("10002").unwrap().er_leder);
    let udfald = p.udfald("10010").await;
    assert!(udfald.values().all(|u| !matches!(u, Udfald::Udskudt { .. })), "{udfald:?}");
}

/// The oldest that has not left keeps its first failure over the night and the weekend.
#[tokio::test(flavor = "multi_thread")]
async fn the_first_failure_is_remembered_over_a_weekend_and_a_start() {
    let mut p = Fixture::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.close();
    p.til("2026-01-14T09:00").await;
    let oldest = |p: &Fixture| p.works.state().oldest_unsent(false, p.works.morning(p.app.clock.today()));
    assert_eq!(oldest(&p), Some(time("2026-01-14T08:00")));
    p.til("2026-01-18T12:00").await;
    assert_eq!(oldest(&p), Some(time("2026-01-14T08:00")), "a Sunday");
    p.restart();
    p.works.tick().await.unwrap();
    assert_eq!(oldest(&p), Some(time("2026-01-14T08:00")), "the log tells it after a start");
    p.transport.open();
    p.til("2026-01-19T09:00").await;
    assert_eq!(oldest(&p), None);
}
