//! What leaves at once, what is too late, and what time alone calls off.

use chrono::DateTime;
use forloeb::command::Act;
use forloeb::haendelse::{Ciphertext, ForloebAfsluttet, LederSkiftet, SamtaleIndkaldt, Udfald};
use forloeb::words::{Aflysning, Slutaarsag};
use systemtests::Letter;
use uuid::Uuid;

use super::fixture::{Fixture, HR, dag, time};

async fn indkald(p: &Fixture, tidspunkt: &str) {
    let tidspunkt = DateTime::parse_from_rfc3339(tidspunkt).unwrap();
    let confidential = Ciphertext("lukket".into());
    p.act("10010", Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), tidspunkt, confidential))).await;
}

fn invitations(p: &Fixture) -> Vec<Letter> {
    p.transport.letters().into_iter().filter(|b| b.calendar.is_some()).collect()
}

/// The appointments so far, as `whose method`, by whose they are.
fn aftaler(p: &Fixture) -> Vec<String> {
    let method = |b: &Letter| if b.calendar.as_ref().unwrap().contains("METHOD:CANCEL") { "CANCEL" } else { "REQUEST" };
    let mut all: Vec<_> = invitations(p)
        .iter()
        .map(|b| format!("{} {}", b.envelope_to[0].split('@').next().unwrap(), method(b)))
        .collect();
    all.sort_unstable();
    all
}

/// Monday 12 January: at 9 for 15 the same day.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_leaves_at_once() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-12T15:00:00+01:00").await;
    p.works.tick().await.unwrap();
    assert_eq!(aftaler(&p), ["leder REQUEST", "maria REQUEST"]);
    for b in invitations(&p) {
        assert_eq!(b.log_head("Date").unwrap(), "Mon, 12 Jan 2026 08:00:00 +0000", "when it was arranged");
    }
    p.til("2026-01-13T12:00").await;
    assert_eq!(invitations(&p).len(), 2, "and not again in the morning");
}

/// At 20 on Monday for Wednesday: at 7 on Tuesday, when mail may leave, and not with the digests at 8.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_of_the_evening_leaves_when_the_hours_begin() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T20:00").await;
    indkald(&p, "2026-01-14T10:00:00+01:00").await;
    p.til("2026-01-13T06:59").await;
    assert_eq!(invitations(&p).len(), 0);
    p.til("2026-01-13T07:00").await;
    assert_eq!(aftaler(&p), ["leder REQUEST", "maria REQUEST"]);
}

/// At 20 on Friday for 9 on Saturday: no mail can leave before, and the log says so.
#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_that_cannot_leave_before_the_talk_has_that_outcome() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-16T20:00").await;
    indkald(&p, "2026-01-17T09:00:00+01:00").await;
    p.til("2026-01-19T12:00").await;
    assert_eq!(invitations(&p).len(), 0);
    let too_late = Udfald::Aflyst { aarsag: Aflysning::TooLate };
    let udfald = p.udfald("10010").await;
    assert_eq!(udfald.iter().filter(|(n, u)| n.indbydelse().is_some() && **u == too_late).count(), 2, "{udfald:?}");
}

/// The talk is on Thursday 29 January; from the 20th another leads. Nobody does anything on the 20th.
#[tokio::test(flavor = "multi_thread")]
async fn a_leader_from_a_later_day_gets_the_appointment_on_that_day() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    let skifte =
        LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10003".to_owned(), fra: dag("2026-01-20"), spoerges: false };
    p.act("10010", Act::SkiftLeder(skifte)).await;
    p.til("2026-01-19T17:00").await;
    assert_eq!(aftaler(&p), ["leder REQUEST", "maria REQUEST"]);
    assert_eq!(p.app.projections().foerste_indbydelse(), Some(dag("2026-01-20")));
    p.til("2026-01-20T07:00").await;
    assert_eq!(aftaler(&p), ["amr REQUEST", "leder CANCEL", "leder REQUEST", "maria REQUEST"]);
    let all = invitations(&p);
    let cancel = all.iter().find(|b| b.calendar.as_ref().unwrap().contains("METHOD:CANCEL")).unwrap();
    let calendar = cancel.calendar.as_ref().unwrap();
    assert!(calendar.contains("DTSTART:20260129T090000Z") && calendar.contains("CLASS:PRIVATE"), "{calendar}");
    assert!(cancel.tekst.contains("Mødet torsdag den 29. januar 2026 kl. 10.00"), "{}", cancel.tekst);
}

/// The employment ends on 20 January, which is known on the 12th; the talk was to be on the 29th. On the 21st the leader is
/// told, and the one who has left is not.
#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_the_employment_calls_the_appointment_off() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-12T10:00").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    p.til("2026-01-20T16:00").await;
    assert_eq!(aftaler(&p), ["leder REQUEST", "maria REQUEST"]);
    p.til("2026-01-21T07:00").await;
    assert_eq!(aftaler(&p), ["leder CANCEL", "leder REQUEST", "maria REQUEST"]);
    p.til("2026-02-10T12:00").await;
    assert_eq!(p.app.projections().foerste_forfald(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_sent_to_who_has_died() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T09:00").await;
    let doed = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-01-13") };
    p.act("10010", Act::Afslut(doed)).await;
    p.til("2026-02-20T12:00").await;
    assert_eq!(aftaler(&p), ["leder CANCEL", "leder REQUEST", "maria REQUEST"]);
    assert!(!p.app.projections().is_ansat("10010"));
}

/// What was put off to a morning on which the service was down, and is pointless when it starts, is not "put off" for ever.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_put_off_gets_its_end() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-16"))).await;
    p.til("2026-01-15T18:00").await;
    p.transport.close();
    p.til("2026-01-16T18:00").await;
    let udskudte = |all: &std::collections::BTreeMap<_, Udfald>| {
        all.values().filter(|u| matches!(u, Udfald::Udskudt { .. })).count()
    };
    assert!(udskudte(&p.udfald("10010").await) > 0);
    p.transport.open();
    p.app.clock.move_to(time("2026-01-21T10:00"));
    p.restart();
    p.works.tick().await.unwrap();
    let udfald = p.udfald("10010").await;
    assert_eq!(udskudte(&udfald), 0, "{udfald:?}");
    assert!(udfald.values().any(|u| *u == Udfald::Aflyst { aarsag: Aflysning::Afsluttet }), "{udfald:?}");
}

/// The first import is on Monday 2 March 2026, and somebody has been away since 1 December: every milestone has passed. HR has
/// one mail about it, and the leader, the leader's leader, TR and the employee have none.
#[tokio::test(flavor = "multi_thread")]
async fn an_old_case_of_the_first_import_is_told_to_hr_once() {
    let p = Fixture::new("2026-03-02T09:00").await;
    p.away("10010", "2025-12-01").await;
    p.til("2026-03-03T12:00").await;
    let who: Vec<_> = p.lines().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(who, [HR]);
    p.til("2026-03-27T12:00").await;
    assert!(p.lines().iter().all(|l| l.contains(HR)), "{:?}", p.lines());
}

/// The employees are known since Monday 2 November 2026, and the first file of absences comes on the 30th: away since the 3rd. The
/// first contact, due on the 16th, had passed: HR reads of it, with what else there is, in one mail. The leader's is of what
/// had not passed, and nobody else has any.
#[tokio::test(flavor = "multi_thread")]
async fn what_had_passed_when_payroll_told_of_it_is_told_to_hr_alone() {
    let p = Fixture::new("2026-11-02T09:00").await;
    p.til("2026-11-30T09:00").await;
    p.away("10010", "2026-11-03").await;
    p.til("2026-12-01T12:00").await;
    let letters = p.transport.letters();
    let mut who: Vec<_> = letters.iter().map(|b| b.envelope_to[0].split('@').next().unwrap()).collect();
    who.sort_unstable();
    assert_eq!(who, [HR, "leder"]);
    let of_contact = |whose: &str| {
        let letter = letters.iter().find(|b| b.envelope_to[0].starts_with(whose)).unwrap();
        format!("{} {}", letter.subject, letter.tekst).to_lowercase().contains("første kontakt")
    };
    assert_eq!((of_contact(HR), of_contact("leder")), (true, false));
}
