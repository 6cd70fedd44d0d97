//! The worker against a real log and a real SMTP server.

mod aftaler;
mod again;
mod amount;
mod clocks;
mod crash_matrix;
mod damaged_log;
mod fixture;
mod hensyn;
mod ledere;
mod loft;
mod machine_clock;
mod mailboxes;
mod moeder;
mod morning;
mod nyheder;
mod own_words;
mod panic;
mod paper;
mod stopping;
mod straks;
mod waiting_time;

use std::collections::{BTreeMap, BTreeSet};

use forloeb::command::Act;
use forloeb::haendelse::{Afgoerelse, LederSkiftet, Udfald};
use forloeb::words::{Aflysning, Modtagerrolle};
use systemtests::Requested;
use uuid::Uuid;

use super::MoveError;
use super::dispatching::Dispatched;
use super::plan::{Delivery, drafts, message_id};
use app::keys::Confidential;
use app::reference::reference;
use fixture::{Fixture, HR, dag, time};

type Trial = Fixture;

/// Worked by hand from `nobody_does_anything_for_seventy_days` of the domain: kontaktperson is tr, leders_leder is chef.
const SEVENTY_SILENT_DAGE: &str = "
    2026-01-14 tr Husk: første kontakt 16. januar
    2026-01-16 leder Husk: opfølgningssamtale 30. januar
    2026-01-16 tr Husk: første kontakt 16. januar
    2026-01-19 leder Overskredet: første kontakt 18. januar
    2026-01-21 hr-postkasse Overskredet: første kontakt 18. januar
    2026-01-27 hr-postkasse Husk: frist for anmeldelse 6. februar
    2026-01-27 leder 2 frister: nærmeste 30. januar
    2026-01-30 hr-postkasse Husk: frist for anmeldelse 6. februar
    2026-01-30 leder 3 frister: nærmeste 30. januar
    2026-02-03 hr-postkasse Overskredet: opfølgningssamtale 2. februar
    2026-02-03 leder Overskredet: opfølgningssamtale 2. februar
    2026-02-03 maria Til orientering: opfølgningssamtale
    2026-02-04 hr-postkasse Sidste chance: frist for anmeldelse 6. februar
    2026-02-04 leder Sidste chance: frist for anmeldelse 6. februar
    2026-02-06 hr-postkasse Sidste chance: frist for anmeldelse 6. februar
    2026-02-06 leder Sidste chance: frist for anmeldelse 6. februar
    2026-02-10 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-13 leder Husk: opfølgning ved otte uger 27. februar
    2026-02-17 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-17 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-24 chef Overskredet: frist for anmeldelse 9. februar
    2026-02-24 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-02-25 leder Husk: opfølgning ved otte uger 27. februar
    2026-03-02 hr-postkasse Overskredet: opfølgning ved otte uger 1. marts
    2026-03-03 chef Overskredet: frist for anmeldelse 9. februar
    2026-03-03 hr-postkasse Overskredet: frist for anmeldelse 9. februar
    2026-03-10 chef Overskredet: frist for anmeldelse 9. februar
    2026-03-10 hr-postkasse Overskredet: frist for anmeldelse 9. februar";

fn lines(tekst: &str) -> Vec<&str> {
    tekst.lines().map(str::trim).filter(|l| !l.is_empty()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn seventy_silent_days_send_day_by_day_in_one_jump() {
    let p = Trial::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    p.til("2026-03-16T12:00").await;
    assert_eq!(p.lines(), lines(SEVENTY_SILENT_DAGE));

    let letters = p.transport.letters();
    let datoer: Vec<_> = letters.iter().map(dato).collect();
    assert!(datoer.is_sorted(), "each day's mails before the next day's: {datoer:?}");
    for b in &letters {
        pristine(b, id);
        assert!(dato(b).to_rfc3339().ends_with("T08:00:00+01:00"));
        assert_eq!(b.log_head("Auto-Submitted").as_deref(), Some("auto-generated"));
        assert_eq!(b.log_head("Reply-To").as_deref(), Some("hr-postkasse@kommune.test"));
        assert!(b.message_id.ends_with("@kommune.test"));
    }
    let ids: BTreeSet<_> = letters.iter().map(|b| &b.message_id).collect();
    assert_eq!(ids.len(), letters.len());
    // 4, 5, 6 and 9 February at 5085 / 5 kroner, and 2.1 % on top.
    let foerste_tab = letters.iter().find(|b| b.subject.contains("9. februar")).unwrap();
    assert!(foerste_tab.tekst.contains("Der er tabt omkring 4.153\u{a0}kr."), "{}", foerste_tab.tekst);
    assert!(foerste_tab.tekst.contains("Skulle være sket senest mandag den 9. februar 2026."));

    let udfald = p.udfald("10010").await;
    assert_eq!(udfald.len(), 32, "every planned reminder has an outcome");
    assert!(udfald.values().all(|u| matches!(u, Udfald::Sendt { letter, .. } if ids.contains(letter))));
    p.works.tick().await.unwrap();
    assert_eq!(p.transport.letters().len(), letters.len(), "nothing twice");
}

fn dato(b: &systemtests::Letter) -> chrono::DateTime<chrono_tz::Tz> {
    let dato = chrono::DateTime::parse_from_rfc2822(&b.log_head("Date").unwrap()).unwrap();
    dato.with_timezone(&chrono_tz::Europe::Copenhagen)
}

/// No word for an illness, no name, no number of a person, no unit; a short reference and a link.
fn pristine(b: &systemtests::Letter, id: Uuid) {
    let everything = format!("{}\n{}", b.subject, b.tekst);
    let sidste = everything.to_lowercase();
    for words in
        ["syg", "rask", "fravær", "læge", "diagnose", "åse", "ærøskøbing", "solsikken", "e101", "0101", "222100"]
    {
        assert!(!sidste.contains(words), "'{words}' i\n{everything}");
    }
    // The link is made of random digits; what is left must hold no employee number.
    let without_link = everything.replace(&id.to_string(), "").replace(&reference(id), "");
    assert!(!without_link.contains("100"), "{everything}");
    let link = format!("https://opfoelgning.test/forloeb/{id}");
    assert!(everything.contains(&link) || everything.contains("https://opfoelgning.test/mig"), "{everything}");
    assert!(everything.contains(&reference(id)));
    let heads: String = b.heads.iter().map(|(n, v)| format!("{n}: {v}\n")).collect();
    assert!(!heads.contains("100") && !heads.contains("rask"), "{heads}");
}

#[tokio::test(flavor = "multi_thread")]
async fn raskmeldt_on_dag_16_it_becomes_quiet() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-20T12:00").await;
    p.raskmeld("10010", "2026-01-20").await;
    let before = p.lines();
    assert_eq!(before, lines(SEVENTY_SILENT_DAGE)[..4]);
    p.til("2026-03-16T12:00").await;
    assert_eq!(p.lines(), before);
    assert_eq!(p.app.projections().foerste_forfald(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_letter_a_mailbox_and_morning_for_several_forloeb() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10011", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let mut pr_dag: BTreeMap<String, usize> = BTreeMap::new();
    for l in p.lines() {
        *pr_dag.entry(l.split(' ').take(2).collect::<Vec<_>>().join(" ")).or_default() += 1;
    }
    assert!(pr_dag.values().all(|n| *n == 1), "{pr_dag:?}");
    assert!(p.lines().contains(&"2026-01-30 leder 6 frister: nærmeste 30. januar".to_owned()));
    assert_eq!(pr_dag.len(), 13, "as for one, and Ib's own copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_temporary_no_is_tried_again_with_growing_pauses() {
    let p = Trial::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.request(&[Requested::Refuse(451), Requested::RefuseModtager(450), Requested::Refuse(535)]);
    p.til("2026-01-14T08:00").await;
    assert_eq!((p.lines().len(), p.udfald("10010").await.len()), (0, 0), "nothing is final");
    p.til("2026-01-14T08:06").await;
    assert_eq!(p.lines().len(), 0, "1, 2 and 4 minutes: the fourth attempt is at 08:07");
    p.til("2026-01-14T12:00").await;
    assert_eq!(p.lines(), ["2026-01-14 tr Husk: første kontakt 16. januar"]);
    let answer: Vec<_> = p.transport.attempt().into_iter().map(|f| f.answer).collect();
    assert_eq!(answer, ["451", "450", "535", "250"]);
    let afgjort = p.forloeb("10010").await.afgjorte.values().next().unwrap().clone();
    assert_eq!(afgjort.time, time("2026-01-14T08:07"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_final_no_goes_to_hr_in_the_letter_with_hrs_own() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.transport.empty();
    p.transport.request(&[Requested::RefuseModtager(550)]);
    p.til("2026-01-27T12:00").await;
    assert_eq!(p.lines(), ["2026-01-27 hr-postkasse 2 frister: nærmeste 30. januar"]);
    assert!(p.transport.letters()[0].tekst.contains("Mailen går til HR, fordi"));
    let fejlede: Vec<_> =
        p.udfald("10010").await.into_iter().filter(|(_, u)| matches!(u, Udfald::Fejlet { .. })).collect();
    assert_eq!(fejlede.len(), 2);
    assert!(fejlede.iter().all(|(n, u)| n.modtager == Modtagerrolle::Leder
        && *u == Udfald::Fejlet { grund: "smtp_550".into(), til: Some("10001".into()) }));
}

#[tokio::test(flavor = "multi_thread")]
async fn interrupted_after_handing_over_it_becomes_the_same_letter_again() {
    let mut p = Trial::new("2026-01-12T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.transport.request(&[Requested::AcceptAndBreakOff]);
    p.til("2026-01-14T08:00").await;
    // What came meanwhile does not change the mail that may have arrived.
    p.away("10011", "2026-01-02").await;
    p.til("2026-01-14T09:00").await;
    let letters = p.transport.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[0].raw, letters[1].raw, "byte for byte");
    // And across a crash between handing over and recording.
    p.transport.request(&[Requested::AcceptAndBreakOff, Requested::AcceptAndBreakOff]);
    p.til("2026-01-16T08:00").await;
    p.restart();
    p.til("2026-01-16T08:02").await;
    let letters = &p.transport.letters()[2..];
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    letters.iter().for_each(|b| *count.entry(&b.message_id).or_default() += 1);
    assert!(letters.len() > count.len() && count.values().all(|n| *n <= 2), "{count:?}");
    let modtagere: BTreeSet<_> = letters.iter().map(|b| (b.envelope_to.clone(), dato(b))).collect();
    assert_eq!(modtagere.len(), count.len(), "one Message-ID per mailbox and morning");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_noted_at_a_crash_the_rest_is_not_sent_again() {
    let mut p = Trial::new("2026-01-05T09:00").await;
    let id = p.away("10010", "2026-01-05").await;
    let ib = p.away("10011", "2026-01-05").await;
    p.til("2026-01-13T12:00").await;
    let numbers = ["10010".to_owned(), "10011".to_owned()];
    let plan = p.works.dispatcher.forfaldent(&numbers, dag("2026-01-14")).await.unwrap();
    let (maria, ibs) = (plan[0].1[0].0.clone(), plan[1].1[0].0.clone());
    let tr = Confidential::new("tr@kommune.test".to_owned());
    let letter = message_id(&[maria.name(), ibs.name()].into(), &tr, "kommune.test");
    p.app.clock.move_to(time("2026-01-14T08:00"));
    let udfald = Udfald::Sendt { letter: letter.clone(), til: Some("10002".into()) };
    let key = maria.planlagt.key.clone();
    p.act("10010", Act::AfgoerPaamindelser(vec![Afgoerelse { key, dag: dag("2026-01-14"), udfald }])).await;
    p.restart();
    p.works.tick().await.unwrap();
    assert_eq!(p.lines().len(), 0);
    assert_eq!(p.udfald("10011").await[&ibs.planlagt.key], Udfald::Sendt { letter, til: Some("10002".into()) });
    assert_ne!(id, ib);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_downtime_what_is_still_true_is_sent_once() {
    let mut p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.app.clock.move_to(time("2026-01-22T10:00"));
    p.works.tick().await.unwrap();
    let expected = [
        "2026-01-22 hr-postkasse Overskredet: første kontakt 18. januar",
        "2026-01-22 leder 2 frister: 1 overskredet, nærmeste 30. januar",
        "2026-01-22 tr Overskredet: første kontakt 18. januar",
    ];
    assert_eq!(p.lines(), expected);
    let overtaken =
        p.udfald("10010").await.into_values().filter(|u| *u == Udfald::Aflyst { aarsag: Aflysning::Overtaken });
    assert_eq!(overtaken.count(), 1, "t-2 to the kontaktperson");
    // Later the same day: what becomes due waits for the morning, also across a restart.
    p.away("10011", "2026-01-05").await;
    p.til("2026-01-22T15:00").await;
    p.restart();
    p.works.tick().await.unwrap();
    assert_eq!(p.lines(), expected);
    let til = time("2026-01-23T08:00");
    let udfald = p.udfald("10011").await;
    let udskudte = udfald.values().filter(|u| **u == Udfald::udskudt(til));
    // Payroll told of it on the 22nd: the first contact of the 18th had passed, and is HR's alone; the talk is the leader's.
    assert_eq!(udskudte.count(), 2, "what waits for the morning after a start says so: {udfald:?}");
    p.til("2026-01-23T09:00").await;
    assert_eq!(p.lines().len(), 5);
    assert!(p.lines()[3..].iter().all(|l| l.starts_with("2026-01-23")), "{:?}", p.lines());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_outside_working_hours_weekend_and_christmas() {
    let mut p = Trial::new("2026-12-10T09:00").await;
    p.away("10010", "2026-12-10").await;
    p.til("2026-12-22T18:00").await;
    p.transport.empty();
    p.transport.close();
    p.til("2026-12-23T18:00").await; // the target: the kontaktperson's mail cannot leave
    let til = time("2026-12-28T08:00");
    let udskudt = |u: &Udfald| matches!(u, Udfald::Udskudt { til: again, .. } if *again == til);
    assert!(p.udfald("10010").await.values().any(udskudt), "{:?}", p.udfald("10010").await);
    p.transport.open();
    for when in ["2026-12-24T09:00", "2026-12-25T09:00", "2026-12-26T09:00", "2026-12-27T09:00", "2026-12-28T07:59"] {
        assert!(p.app.clock.move_to(time(when)));
        p.works.tick().await.unwrap();
        assert!(p.lines().is_empty(), "{when}");
    }
    assert_eq!(p.works.next_waking(time("2026-12-24T09:00")), Some(til));
    p.til("2026-12-28T17:30").await;
    let expected = ["leder", "tr"].map(|h| format!("2026-12-28 {h} Overskredet: første kontakt 23. december"));
    assert_eq!(p.lines(), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn just_before_sending_the_case_is_read_again() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10011", "2026-01-05").await;
    p.til("2026-01-15T12:00").await;
    p.transport.empty();
    // The mail is refused at 08:00; before the second attempt one forløb is over and the other has a new leader.
    p.transport.request(&[Requested::Refuse(451), Requested::Refuse(451)]);
    p.til("2026-01-16T08:00").await;
    p.raskmeld("10011", "2026-01-15").await;
    let skifte =
        LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10003".into(), fra: dag("2026-01-16"), spoerges: false };
    p.act("10010", Act::SkiftLeder(skifte)).await;
    p.til("2026-01-19T12:00").await;
    let expected = [
        "2026-01-16 tr Husk: første kontakt 16. januar",
        "2026-01-19 amr 2 frister: 1 overskredet, nærmeste 30. januar",
        "2026-01-19 maria Nyt: en anden leder følger op",
    ];
    assert_eq!(p.lines(), expected, "nothing to the leader who has it no more, nothing about the one who is back");
    assert!(p.udfald("10011").await.into_values().any(|u| u == Udfald::Aflyst { aarsag: Aflysning::Afsluttet }));
    assert!(p.udfald("10010").await.into_values().any(|u| u == Udfald::Aflyst { aarsag: Aflysning::Lederskifte }));
}

/// What changes between the plan and the handing over, also what no command tells of.
#[tokio::test(flavor = "multi_thread")]
async fn only_what_still_concerns_that_mailbox_goes_along() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10011", "2026-01-05").await;
    let u = &p.works.dispatcher;
    let numbers = ["10010".to_owned(), "10011".to_owned()];
    let draft = async |today: &str| {
        let forfaldent = u.forfaldent(&numbers, dag(today)).await.unwrap().into_iter().flat_map(|(_, f)| f);
        let letters =
            forfaldent.filter_map(|(o, delivery)| if let Delivery::Letter(m) = delivery { Some((o, m)) } else { None });
        drafts(letters, None).remove(0)
    };
    let tr = draft("2026-01-14").await;
    assert_eq!(tr.tasks.len(), 2);
    p.app.clock.move_to(time("2026-01-14T08:00"));
    p.raskmeld("10011", "2026-01-13").await;
    p.ansat("10002", "ny-tr@kommune.test", |_| {}).await;
    assert!(matches!(u.send_out(&tr, time("2026-01-14T08:00")).await, Ok(Dispatched::Afgjort)));
    assert_eq!((p.lines().len(), p.udfald("10010").await.len()), (0, 0), "it is for another mailbox now");
    p.works.tick().await.unwrap();
    assert_eq!(p.lines(), ["2026-01-14 ny-tr Husk: første kontakt 16. januar"]);

    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    let afsluttet = async |p: &Trial| {
        let all = p.udfald("10010").await.into_values();
        all.filter(|u| *u == Udfald::Aflyst { aarsag: Aflysning::Afsluttet }).count()
    };
    let lapsed = afsluttet(&p).await; // no talk is due of somebody who leaves within eight weeks
    p.app.clock.move_to(time("2026-01-21T08:00"));
    let before_midnight = draft("2026-01-19").await;
    let count = before_midnight.tasks.len();
    assert!(matches!(u.send_out(&before_midnight, time("2026-01-21T08:00")).await, Ok(Dispatched::Afgjort)));
    assert_eq!(p.lines().len(), 1);
    assert_eq!(afsluttet(&p).await, lapsed + count);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_may_have_arrived_does_not_grow() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-26T12:00").await;
    p.transport.empty();
    // 08:00 leader, HR; 08:01 leader for good, HR's own again, and then what the leader could not get.
    p.transport.request(&[Requested::Refuse(451), Requested::AcceptAndBreakOff, Requested::RefuseModtager(550)]);
    p.til("2026-01-27T12:00").await;
    let letters = p.transport.letters();
    let subjects: Vec<_> = letters.iter().map(|b| b.subject.as_str()).collect();
    let own = "Husk: frist for anmeldelse 6. februar";
    assert_eq!(subjects, [own, own, "2 frister: nærmeste 30. januar"]);
    assert_eq!(letters[0].raw, letters[1].raw);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reached_is_passed_over() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10001", "2026-01-05").await; // the leader is away too: chef gets both, and nobody hears of themself
    p.ansat("10002", "", |_| {}).await; // TR has no mailbox
    p.til("2026-01-19T12:00").await;
    let who: BTreeSet<_> = p.lines().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(who, ["chef".to_owned()].into());
    p.ansat("10000", "chef@kommune.test", |s| s.fratraadt = Some(dag("2026-01-19"))).await;
    p.transport.empty();
    p.til("2026-01-28T12:00").await;
    let who: BTreeSet<_> = p.lines().iter().map(|l| l.split(' ').nth(1).unwrap().to_owned()).collect();
    assert_eq!(who, [HR.to_owned()].into());
}

#[tokio::test(flavor = "multi_thread")]
async fn without_modtager_and_copy_the_reason_is_in_the_log() {
    let p = Trial::with("2026-01-05T09:00", |i| (i.hr_mail, i.medarbejder_copy) = (None, false)).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    let udfald: Vec<_> = p.udfald("10010").await.into_iter().collect();
    let grund =
        |rolle, aarsag| udfald.iter().filter(|(n, u)| n.modtager == rolle && *u == Udfald::Aflyst { aarsag }).count();
    assert_eq!(grund(Modtagerrolle::Hr, Aflysning::Overtaken), 1);
    let waiting = udfald.iter().filter(|(n, u)| n.modtager == Modtagerrolle::Hr && matches!(u, Udfald::Udskudt { .. }));
    assert_eq!(waiting.count(), 3, "nobody has said where HR's mail goes");
    assert_eq!(grund(Modtagerrolle::Medarbejder, Aflysning::TurnedOff), 1);
    assert!(p.lines().iter().all(|l| !l.contains("maria") && !l.contains(HR)));
    assert!(p.transport.letters()[0].log_head("Reply-To").is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_clock_is_moved_only_forward() {
    let p = Trial::new("2026-01-05T09:00").await;
    assert!(matches!(p.works.move_clock(time("2026-01-05T08:59")).await, Err(MoveError::Behind)));
    p.til("2026-01-05T09:00").await;
    assert_eq!(p.works.next_waking(time("2026-01-05T09:00")), None, "nothing is due, ever");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_time_has_emptied_is_not_looked_at_again() {
    let p = Trial::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    p.til("2026-01-20T12:00").await;
    assert_eq!(p.app.projections().foerste_forfald(), Some(dag("2026-01-21")));
    p.til("2026-01-21T12:00").await;
    assert_eq!(p.app.projections().foerste_forfald(), None, "the employment ended the day before");
    // No talk is due of somebody who leaves within eight weeks.
    let of_contact = lines(SEVENTY_SILENT_DAGE).into_iter().take(4).filter(|l| !l.contains("opfølgningssamtale"));
    assert_eq!(p.lines(), of_contact.collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_loop_sends_and_stops_when_asked() {
    let p = Trial::new("2026-01-14T08:00").await;
    p.away("10010", "2026-01-05").await;
    let (stop, belongs) = tokio::sync::watch::channel(false);
    let run_loop = tokio::spawn(p.works.clone().run(belongs));
    assert_eq!(p.transport.wait_on(1).len(), 1);
    stop.send(true).unwrap();
    run_loop.await.unwrap();
}
