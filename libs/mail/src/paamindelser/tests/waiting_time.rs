//! What has nobody to go to, or cannot leave today: it waits while there is something to say, and then it has an end.

use chrono::DateTime;
use forloeb::command::Act;
use forloeb::haendelse::{Afgoerelse, Ciphertext, SamtaleIndkaldt, Udfald};
use forloeb::words::{Aflysning, Modtagerrolle};
use uuid::Uuid;

use super::fixture::{Fixture, HR, dag, time};

async fn grunde(p: &Fixture) -> Vec<(Modtagerrolle, String)> {
    p.works.ventende().await.unwrap().ventende.into_iter().map(|v| (v.modtager, v.grund)).collect()
}

async fn indkald(p: &Fixture, tidspunkt: &str) {
    let tidspunkt = DateTime::parse_from_rfc3339(tidspunkt).unwrap();
    let confidential = Ciphertext("lukket".into());
    p.act("10010", Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), tidspunkt, confidential))).await;
}

/// Until Tuesday 3 February 2026 nobody has said where HR's mail goes. HR's of 21 January (first contact), of the 30th
/// (anmeldelse; the one of the 27th is overtaken by it) and of the 3rd (the talk) wait; then the setting is made.
#[tokio::test(flavor = "multi_thread")]
async fn without_a_mailbox_for_hr_what_is_hrs_waits_until_there_is_one() {
    let mut p = Fixture::with("2026-01-05T09:00", |i| i.hr_mail = None).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-02-03T12:00").await;
    assert_eq!(grunde(&p).await, vec![(Modtagerrolle::Hr, "ingen_hr_mail".to_owned()); 3]);
    assert_eq!(p.works.missing(), ["RASKVEJ_HR_MAIL"]);
    let hrs = async |p: &Fixture| {
        let all = p.udfald("10010").await.into_iter().filter(|(n, _)| n.modtager == Modtagerrolle::Hr);
        all.map(|(_, u)| u).collect::<Vec<_>>()
    };
    let before = hrs(&p).await;
    assert_eq!(before.iter().filter(|u| matches!(u, Udfald::Udskudt { .. })).count(), 3, "{before:?}");
    assert_eq!(before.iter().filter(|u| **u == Udfald::Aflyst { aarsag: Aflysning::Overtaken }).count(), 1);
    p.restart_with(|i| i.hr_mail = Some(format!("{HR}@kommune.test")));
    p.works.tick().await.unwrap();
    let to_hr: Vec<_> = p.lines().into_iter().filter(|l| l.contains(HR)).collect();
    assert_eq!(to_hr, ["2026-02-03 hr-postkasse 3 frister: 2 overskredet, nærmeste 6. februar"]);
    assert!(grunde(&p).await.is_empty() && p.works.missing().is_empty());
    assert_eq!(hrs(&p).await.iter().filter(|u| matches!(u, Udfald::Sendt { .. })).count(), 3);
}

/// A log of before: what was called off for want of a mailbox is due again, while there is something to say.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_aflyst_without_a_modtager_is_not_aflyst_forever() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.app.clock.move_to(time("2026-01-21T07:00"));
    let numbers = ["10010".to_owned()];
    let forfaldent = p.works.dispatcher.forfaldent(&numbers, dag("2026-01-21")).await.unwrap();
    let (task, _) = forfaldent[0].1.iter().find(|(o, _)| o.planlagt.key.modtager == Modtagerrolle::Hr).unwrap();
    let udfald = Udfald::Aflyst { aarsag: Aflysning::NoModtager };
    let (key, dag) = (task.planlagt.key.clone(), task.planlagt.dag);
    p.act("10010", Act::AfgoerPaamindelser(vec![Afgoerelse { key, dag, udfald }])).await;
    p.til("2026-01-21T12:00").await;
    assert!(p.lines().iter().any(|l| l == "2026-01-21 hr-postkasse Overskredet: første kontakt 18. januar"));
}

/// Maria has no address when the talk of 29 January is arranged on the 12th. She has one on the 14th, and it leaves at once.
#[tokio::test(flavor = "multi_thread")]
async fn an_indbydelse_waits_for_an_address() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10010", "", |_| {}).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-29T10:00:00+01:00").await;
    p.til("2026-01-13T12:00").await;
    assert_eq!(grunde(&p).await, [(Modtagerrolle::Medarbejder, "ingen_adresse".to_owned())]);
    p.til("2026-01-14T12:00").await;
    p.ansat("10010", "maria@kommune.test", |_| {}).await;
    p.til("2026-01-15T12:00").await;
    let hers: Vec<_> = p.lines().into_iter().filter(|l| l.contains(" maria ")).collect();
    assert_eq!(hers, ["2026-01-14 maria Møde torsdag den 29. januar 2026 kl. 10.00"]);
    assert!(grunde(&p).await.is_empty());
}

/// She never has one: when the day of the talk has passed, the log says that there was nobody to send it to.
#[tokio::test(flavor = "multi_thread")]
async fn an_indbydelse_that_could_never_be_sent_gets_an_end() {
    let p = Fixture::new("2026-01-05T09:00").await;
    p.ansat("10010", "", |_| {}).await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-12T09:00").await;
    indkald(&p, "2026-01-20T10:00:00+01:00").await;
    p.til("2026-01-22T12:00").await;
    let udfald = p.udfald("10010").await;
    let (_, hers) = udfald
        .iter()
        .find(|(n, _)| n.indbydelse().is_some() && n.modtager == Modtagerrolle::Medarbejder)
        .expect("it has an outcome");
    assert_eq!(*hers, Udfald::Aflyst { aarsag: Aflysning::NoModtager });
    assert!(grunde(&p).await.is_empty());
}

/// Friday 6 February 2026 is the last day of the anmeldelse. The invitations of that morning have left, the leader's
/// last chance has not, and the process starts anew: it leaves that day, and not on Monday.
#[tokio::test(flavor = "multi_thread")]
async fn an_indbydelse_is_not_the_mail_of_the_dag_after_a_restart() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-02-05T12:00").await;
    indkald(&p, "2026-02-20T10:00:00+01:00").await;
    p.transport.empty();
    let numbers = ["10010".to_owned()];
    let forfaldent = p.works.dispatcher.forfaldent(&numbers, dag("2026-02-06")).await.unwrap();
    let indbydelser = forfaldent[0].1.iter().filter(|(o, _)| o.planlagt.key.indbydelse().is_some());
    let sendte: Vec<_> = indbydelser
        .map(|(o, _)| {
            let (key, dag) = (o.planlagt.key.clone(), o.planlagt.dag);
            let udfald = Udfald::Sendt { letter: format!("{}@kommune.test", key.trin), til: key.nr.clone() };
            Afgoerelse { key, dag, udfald }
        })
        .collect();
    assert_eq!(sendte.len(), 2, "the leader's and the employee's");
    p.app.clock.move_to(time("2026-02-06T08:00"));
    p.act("10010", Act::AfgoerPaamindelser(sendte)).await;
    p.restart();
    p.works.tick().await.unwrap();
    let expected = [HR, "leder"].map(|h| format!("2026-02-06 {h} Sidste chance: frist for anmeldelse 6. februar"));
    assert_eq!(p.lines(), expected);
}

/// The leader had that morning's digest, and a last chance about somebody else did not leave with it: it is none on Monday.
#[tokio::test(flavor = "multi_thread")]
async fn a_last_chance_does_not_wait_until_it_is_past() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.away("10011", "2026-01-05").await;
    p.til("2026-02-05T12:00").await;
    p.transport.empty();
    p.app.clock.move_to(time("2026-02-06T08:00"));
    let numbers = ["10010".to_owned()];
    let forfaldent = p.works.dispatcher.forfaldent(&numbers, dag("2026-02-06")).await.unwrap();
    let lederens = forfaldent[0].1.iter().filter(|(o, _)| o.planlagt.key.modtager == Modtagerrolle::Leder);
    let sendte: Vec<_> = lederens
        .map(|(o, _)| {
            let udfald = Udfald::Sendt { letter: "et@kommune.test".to_owned(), til: Some("10001".to_owned()) };
            Afgoerelse { key: o.planlagt.key.clone(), dag: o.planlagt.dag, udfald }
        })
        .collect();
    assert_eq!(sendte.len(), 1, "its last chance");
    p.act("10010", Act::AfgoerPaamindelser(sendte)).await;
    p.restart();
    p.works.tick().await.unwrap();
    let expected =
        ["hr-postkasse 2 frister: nærmeste 6. februar", "leder Sidste chance: frist for anmeldelse 6. februar"];
    assert_eq!(p.lines(), expected.map(|l| format!("2026-02-06 {l}")));
}

/// Employed to the end of Tuesday the 20th, and the mail server is away from Monday on: what was put off until
/// Wednesday has nothing to say then, and the log says so.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_udskudt_and_past_gets_an_end() {
    let mut p = Fixture::new("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.ansat("10010", "maria@kommune.test", |s| s.fratraadt = Some(dag("2026-01-20"))).await;
    let afsluttet = async |p: &Fixture| {
        let all = p.udfald("10010").await.into_values();
        all.filter(|u| *u == Udfald::Aflyst { aarsag: Aflysning::Afsluttet }).count()
    };
    let lapsed = afsluttet(&p).await; // no talk is due of somebody who leaves within eight weeks
    p.til("2026-01-16T12:00").await;
    p.transport.close();
    p.til("2026-01-20T18:00").await;
    let udskudte = async |p: &Fixture| {
        let all = p.udfald("10010").await.into_values();
        all.filter(|u| matches!(u, Udfald::Udskudt { .. })).count()
    };
    assert_eq!(udskudte(&p).await, 1);
    p.til("2026-01-21T12:00").await;
    assert_eq!(udskudte(&p).await, 0);
    assert_eq!(afsluttet(&p).await, lapsed + 1);
}
