//! Invitations to the calendar: sent, moved, called off, and never twice.

use chrono::DateTime;
use forloeb::command::Act;
use forloeb::haendelse::{Ciphertext, LederSkiftet, SamtaleIndkaldt, SamtaleRegistreret, TtaEvalueret};
use forloeb::tta::Plan;
use forloeb::words::Samtaleudfald;
use systemtests::{Letter, Requested};
use uuid::Uuid;

use super::fixture::{Fixture, dag};
use super::nyheder::moves;

async fn indkald(p: &Fixture, tidspunkt: &str) {
    let tidspunkt = DateTime::parse_from_rfc3339(tidspunkt).unwrap();
    let confidential = Ciphertext("lukket".into());
    p.act("10010", Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), tidspunkt, confidential))).await;
}

/// The value of a line of an appointment, whatever its parameters.
fn felt(b: &Letter, name: &str) -> Option<String> {
    let calendar = b.calendar.as_ref()?.replace("\r\n ", "");
    calendar.lines().find_map(|l| {
        let (ahead, value) = l.split_once(':')?;
        (ahead.split(';').next() == Some(name)).then(|| value.to_owned())
    })
}

/// Those of one person, as `method sequence start`.
fn aftaler(p: &Fixture, who: &str) -> Vec<String> {
    let letters = p.transport.letters();
    let hers = letters.iter().filter(|b| b.calendar.is_some() && b.envelope_to[0].starts_with(who));
    hers.map(|b| {
        let f = |name| felt(b, name).unwrap_or_default();
        format!("{} {} {}", f("METHOD"), f("SEQUENCE"), f("DTSTART"))
    })
    .collect()
}

/// Monday 5 January 2026; a meeting on Thursday the 29th at 10, which is 9 in UTC; moved to Friday; then held by telephone.
#[tokio::test(flavor = "multi_thread")]
async fn a_moede_is_called_moved_and_called_off_in_the_calendar() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    for who in ["leder", "maria"] {
        assert_eq!(aftaler(&p, who), ["REQUEST 0 20260129T090000Z"], "{who}");
    }
    p.til("2026-01-14T12:00").await;
    indkald(&p, "2026-01-30T13:30:00+01:00").await;
    p.til("2026-01-15T12:00").await;
    let holdt = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-15"),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.act("10010", Act::Samtale(holdt)).await;
    p.til("2026-02-04T12:00").await;
    let expected = ["REQUEST 0 20260129T090000Z", "REQUEST 1 20260130T123000Z", "CANCEL 2 20260130T123000Z"];
    for who in ["leder", "maria"] {
        assert_eq!(aftaler(&p, who), expected, "{who}");
    }
    let letters = p.transport.letters();
    let aftaler: Vec<_> = letters.iter().filter(|b| b.calendar.is_some()).collect();
    for b in &aftaler {
        assert_eq!(felt(b, "UID").unwrap(), format!("moede-{id}@kommune.test"));
        assert_eq!(felt(b, "SUMMARY").as_deref(), Some("Møde"));
        assert_eq!(felt(b, "CLASS").as_deref(), Some("PRIVATE"));
        assert!(felt(b, "DTSTAMP").unwrap().ends_with('Z'));
        assert_eq!(felt(b, "ATTENDEE").unwrap(), format!("mailto:{}", b.envelope_to[0]));
        let everything = format!("{}\n{}\n{}", b.subject, b.tekst, b.calendar.as_ref().unwrap()).to_lowercase();
        for words in ["syg", "rask", "fravær", "læge", "åse", "ærøskøbing", "solsikken", "0101"] {
            assert!(!everything.replace("-//raskvej//da", "").contains(words), "{words} i\n{everything}");
        }
    }
    assert_eq!(felt(aftaler[0], "DTSTAMP").as_deref(), Some("20260112T080000Z"), "when the meeting was made");
    assert!(aftaler[0].subject.starts_with("Møde torsdag den 29. januar 2026 kl. 10.00"), "{}", aftaler[0].subject);
}

/// On Monday 12 January the leader has another number, and payroll goes on naming the one before until Wednesday. An appointment of
/// last week stands; it is moved once; to the new number it is sent once more, and it is called off once.
#[tokio::test(flavor = "multi_thread")]
async fn a_leader_who_has_another_number_has_an_appointment_once() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-09T12:00").await;
    moves(&p, ("10001", "50001"), "leder@kommune.test", "10000").await;
    let mut expected = vec!["REQUEST 0 20260129T090000Z"];
    assert_eq!(aftaler(&p, "leder"), expected);
    indkald(&p, "2026-01-30T13:30:00+01:00").await;
    p.til("2026-01-14T12:00").await;
    expected.push("REQUEST 1 20260130T123000Z");
    assert_eq!(aftaler(&p, "leder"), expected, "once, though it went to the new number");
    p.ansat("10010", "maria@kommune.test", |s| s.leder_nr = Some("50001".to_owned())).await;
    p.til("2026-01-15T12:00").await;
    assert_eq!(aftaler(&p, "maria"), expected);
    expected.push("REQUEST 2 20260130T123000Z");
    assert_eq!(aftaler(&p, "leder"), expected, "nothing was called off");
    let holdt = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-15"),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.act("10010", Act::Samtale(holdt)).await;
    p.til("2026-01-20T12:00").await;
    expected.push("CANCEL 3 20260130T123000Z");
    assert_eq!(aftaler(&p, "leder"), expected);
    assert_eq!(aftaler(&p, "maria").last().unwrap(), "CANCEL 2 20260130T123000Z");
}

/// The employee moves on Monday 12 January, and the absence goes on: they have the appointment under the new number, and it is not
/// called off under the one before.
#[tokio::test(flavor = "multi_thread")]
async fn an_employee_who_has_another_number_keeps_an_appointment() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-08T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-09T12:00").await;
    moves(&p, ("10010", "50010"), "maria@kommune.test", "10001").await;
    p.til("2026-01-14T12:00").await;
    assert_eq!(aftaler(&p, "leder"), ["REQUEST 0 20260129T090000Z"]);
    assert_eq!(aftaler(&p, "maria"), ["REQUEST 0 20260129T090000Z", "REQUEST 1 20260129T090000Z"]);
}

/// Half past eleven at night on Thursday in London is half past midnight on Friday here, and half past midnight on Friday
/// in Helsinki is still Thursday: the day of a meeting is the one people here see in their calendars.
#[tokio::test(flavor = "multi_thread")]
async fn the_day_of_the_moede_is_the_day_in_denmark_wherever_the_time_was_written() {
    for (tidspunkt, expected, subject) in [
        ("2026-01-29T23:30:00+00:00", "2026-01-30", "Møde fredag den 30. januar 2026 kl. 0.30"),
        ("2026-01-30T00:30:00+02:00", "2026-01-29", "Møde torsdag den 29. januar 2026 kl. 23.30"),
    ] {
        let p = Fixture::new("2026-01-05T09:00").await;
        p.away("10010", "2026-01-05").await;
        p.til("2026-01-12T09:00").await;
        indkald(&p, tidspunkt).await;
        p.til("2026-01-13T12:00").await;
        let udfald = p.udfald("10010").await;
        let dage: Vec<_> = udfald.keys().filter(|n| n.indbydelse().is_some()).map(|n| n.generation).collect();
        assert_eq!(dage, [dag(expected); 2], "{tidspunkt}");
        assert_eq!(p.transport.letters().iter().filter(|b| b.subject == subject).count(), 2, "{tidspunkt}");
    }
}

/// Back at work before the meeting, and a meeting that has not been told of is not called off.
#[tokio::test(flavor = "multi_thread")]
async fn a_moede_lapses_when_the_forloeb_ends() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    // The server drops the connection after the leader's or the employee's: the same mail again, byte for byte.
    p.transport.request(&[Requested::AcceptAndBreakOff]);
    p.til("2026-01-13T12:00").await;
    let letters: Vec<_> = p.transport.letters().into_iter().filter(|b| b.calendar.is_some()).collect();
    assert_eq!(letters.len(), 3);
    // Which of the two it was that broke off is not given.
    let twice = |id| letters.iter().filter(|b| b.message_id == id).count() == 2;
    let to: Vec<_> = letters.iter().filter(|b| twice(b.message_id.clone())).collect();
    assert!(to.len() == 2 && to[0].raw == to[1].raw);
    p.raskmeld("10010", "2026-01-13").await;
    p.til("2026-01-14T12:00").await;
    assert_eq!(aftaler(&p, "maria").last().unwrap(), "CANCEL 1 20260129T090000Z");
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "CANCEL 1 20260129T090000Z");
    let count = p.transport.letters().len();
    p.til("2026-02-04T12:00").await;
    assert_eq!(p.transport.letters().len(), count, "nothing more");

    p.away("10011", "2026-02-04").await;
    let tidspunkt = DateTime::parse_from_rfc3339("2026-02-20T10:00:00+01:00").unwrap();
    let h = SamtaleIndkaldt::new(Uuid::nil(), tidspunkt, Ciphertext("lukket".into()));
    p.act("10011", Act::IndkaldSamtale(h)).await;
    p.raskmeld("10011", "2026-02-04").await;
    p.til("2026-02-24T12:00").await;
    assert_eq!(p.transport.letters().len(), count, "nobody was told of it");
}

async fn put_plan(p: &Fixture, koordinator: &str, evalueringer: &[&str]) {
    let evalueringer = evalueringer.iter().map(|d| dag(d)).collect();
    let plan = Plan { koordinator: Some(koordinator.to_owned()), evalueringer, ..Plan::default() };
    p.act("10010", Act::PutPlan { plan, aftalt: true, confidential: Ciphertext("lukket".into()) }).await;
}

/// Monday 5 January 2026. A plan to be evaluated on Monday 9 February and 9 March, with the AMR as its coordinator; then
/// two days later, then with the TR instead, and then evaluated, a day early.
#[tokio::test(flavor = "multi_thread")]
async fn the_opfoelgning_on_a_plan_is_in_the_calendar_and_moves_along() {
    let p = Fixture::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-01-20T09:00").await;
    put_plan(&p, "10003", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-21T12:00").await;
    for who in ["leder", "amr", "maria"] {
        assert_eq!(aftaler(&p, who), ["REQUEST 0 20260209"], "{who}");
    }
    put_plan(&p, "10003", &["2026-02-11", "2026-03-09"]).await;
    p.til("2026-01-22T12:00").await;
    assert_eq!(aftaler(&p, "amr"), ["REQUEST 0 20260209", "REQUEST 1 20260211"]);

    put_plan(&p, "10002", &["2026-02-11", "2026-03-09"]).await;
    p.til("2026-01-23T12:00").await;
    assert_eq!(aftaler(&p, "amr").last().unwrap(), "CANCEL 2 20260211", "somebody else coordinates");
    assert_eq!(aftaler(&p, "tr"), ["REQUEST 2 20260211"]);
    assert_eq!(aftaler(&p, "leder").len(), 2, "for the others nothing has changed");

    p.til("2026-02-10T12:00").await;
    let evalueret =
        TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-02-10"), virkninger: Vec::new(), confidential: None };
    p.act("10010", Act::EvaluerPlan(evalueret)).await;
    p.til("2026-02-11T12:00").await;
    for who in ["leder", "tr", "maria"] {
        assert!(aftaler(&p, who).last().unwrap().ends_with(" 20260309"), "{who}: {:?}", aftaler(&p, who));
    }
    p.raskmeld("10010", "2026-02-20").await;
    p.til("2026-02-24T12:00").await;
    for who in ["leder", "tr", "maria"] {
        let all = aftaler(&p, who);
        assert!(all.last().unwrap().starts_with("CANCEL "), "{who}: {all:?}");
    }
    assert_eq!(aftaler(&p, "amr").len(), 3, "told once");
    for who in ["leder", "tr", "maria", "amr"] {
        let numbers: Vec<u32> =
            aftaler(&p, who).iter().map(|a| a.split(' ').nth(1).unwrap().parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| a < b), "{who}: {numbers:?}");
    }
    let letters = p.transport.letters();
    let b = letters.iter().find(|b| b.calendar.is_some()).unwrap();
    assert_eq!(felt(b, "UID").unwrap(), format!("opfoelgning-{id}@kommune.test"));
    assert_eq!((felt(b, "SUMMARY").as_deref(), felt(b, "DTEND").as_deref()), (Some("Opfølgning"), Some("20260210")));
    assert_eq!(b.subject, "Opfølgning mandag den 9. februar 2026");
}

/// A meeting on Thursday 29 January; on the 13th the employee gets another leader, who takes it over.
#[tokio::test(flavor = "multi_thread")]
async fn a_new_leder_gets_the_moede_and_the_old_one_is_free() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    let skifte =
        LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10003".to_owned(), fra: dag("2026-01-13"), spoerges: false };
    p.act("10010", Act::SkiftLeder(skifte)).await;
    p.til("2026-01-20T12:00").await;
    assert_eq!(aftaler(&p, "leder"), ["REQUEST 0 20260129T090000Z", "CANCEL 1 20260129T090000Z"]);
    assert_eq!(aftaler(&p, "amr"), ["REQUEST 1 20260129T090000Z"]);
    assert_eq!(aftaler(&p, "maria"), ["REQUEST 0 20260129T090000Z"]);

    let back =
        LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10001".to_owned(), fra: dag("2026-01-20"), spoerges: false };
    p.act("10010", Act::SkiftLeder(back)).await;
    p.til("2026-01-22T12:00").await;
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "REQUEST 3 20260129T090000Z", "back again");
    assert_eq!(aftaler(&p, "amr").last().unwrap(), "CANCEL 3 20260129T090000Z");
}

/// Set for 29 January, moved to the 20th and held then: the 29th is not called off, for nobody has it any more. And the
/// leader who coordinates too has one appointment, not two.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_holdt_is_not_called_off_and_nobody_has_two() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    indkald(&p, "2026-01-20T10:00:00+01:00").await;
    p.til("2026-01-20T12:00").await;
    let holdt = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-20"),
        udfald: Samtaleudfald::Holdt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    p.act("10010", Act::Samtale(holdt)).await;
    p.til("2026-01-22T12:00").await;
    let expected = ["REQUEST 0 20260129T090000Z", "REQUEST 1 20260120T090000Z"];
    for who in ["leder", "maria"] {
        assert_eq!(aftaler(&p, who), expected, "{who}");
    }
    put_plan(&p, "10001", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-23T12:00").await;
    put_plan(&p, "10002", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-26T12:00").await;
    assert_eq!(aftaler(&p, "leder")[2..], ["REQUEST 0 20260209"], "still among those who meet");
    put_plan(&p, "10002", &["2026-03-09"]).await;
    p.til("2026-01-27T12:00").await;
    assert_eq!(aftaler(&p, "leder")[2..], ["REQUEST 0 20260209", "REQUEST 1 20260309"]);
    put_plan(&p, "10002", &["2026-02-09", "2026-03-09"]).await;
    p.til("2026-01-28T12:00").await;
    assert_eq!(aftaler(&p, "leder").last().unwrap(), "REQUEST 2 20260209");
}
