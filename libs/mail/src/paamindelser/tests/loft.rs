//! A workplace that wants one mail a week for each person. Every day is counted by hand.

use forloeb::command::Act;
use forloeb::haendelse::{FastTrackBesluttet, Udfald};
use forloeb::words::{FastTrackBeslutning, Fristart, Modtagerrolle, Part, Rolle};
use forloeb::{Aktoer, loft::mails_had};
use uuid::Uuid;

use super::fixture::{Fixture, dag};
use super::{SEVENTY_SILENT_DAGE, lines};

const ONE: &str = "navn = \"en mail om ugen\"\nhoejst_mails_om_ugen = 1\n";

/// The same silent days as without it, but for two mails. TR had one on Wednesday 14 January, which still counts on Tuesday the
/// 20th: that of Friday the 16th leaves on Wednesday the 21st. The leader had one on the 16th, about the talk, which counts until
/// Thursday the 22nd: that of Monday the 19th leaves on Friday the 23rd. The talk and money leave on their days, however many there
/// were; and the follow-up at eight weeks is reminded of on 13 and 25 February, when the leader has had none for a week.
#[tokio::test(flavor = "multi_thread")]
async fn what_can_wait_waits_until_there_is_room() {
    let p = Fixture::new("2026-01-02T09:00").await;
    p.app.fastsaet_politik(dag("2026-01-05"), ONE, &Aktoer::system("test")).await.unwrap();
    p.til("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-20T12:00").await;
    let waits = p.works.ventende().await.unwrap().ventende;
    let grunde: Vec<_> = waits.iter().map(|v| (v.modtager, mails_had(&v.grund), v.is_in_trouble())).collect();
    let expected = [(Modtagerrolle::Kontaktperson, Some(1), false), (Modtagerrolle::Leder, Some(1), false)];
    assert_eq!(grunde, expected);
    let noted = p.udfald("10010").await;
    let contact = |rolle| noted.iter().find(|(n, u)| n.modtager == rolle && u.waits_for_room().is_some());
    assert!(contact(Modtagerrolle::Leder).is_some_and(|(n, _)| n.frist == Fristart::FoersteKontakt));

    p.til("2026-03-16T12:00").await;
    let mut expected: Vec<_> = lines(SEVENTY_SILENT_DAGE).into_iter().map(str::to_owned).collect();
    let moved = |line: &String| line.starts_with("2026-01-16 tr") || line.starts_with("2026-01-19 leder");
    expected.retain(|line| !moved(line));
    expected.push("2026-01-21 tr Overskredet: første kontakt 18. januar".to_owned());
    expected.push("2026-01-23 leder Overskredet: første kontakt 18. januar".to_owned());
    expected.sort();
    assert_eq!(p.lines(), expected);
    let udfald = p.udfald("10010").await;
    assert!(udfald.values().all(|u| matches!(u, Udfald::Sendt { .. })), "nothing was lost: {udfald:?}");
}

/// What waits is noted once, and a process that starts anew knows from the log how many there were.
#[tokio::test(flavor = "multi_thread")]
async fn it_waits_over_a_restart_and_is_noted_once() {
    let mut p = Fixture::new("2026-01-02T09:00").await;
    p.app.fastsaet_politik(dag("2026-01-05"), ONE, &Aktoer::system("test")).await.unwrap();
    p.til("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-16T12:00").await;
    let before = p.app.log.head().position;
    p.restart();
    p.til("2026-01-18T12:00").await;
    assert_eq!(p.app.log.head().position, before, "nothing more to say before Monday");
    p.restart();
    p.til("2026-01-20T12:00").await;
    assert!(!p.lines().iter().any(|line| line.starts_with("2026-01-19 tr") || line.starts_with("2026-01-20 tr")));
}

/// Done while it waits: it is called off, as what is on its day is.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_while_it_waits_is_not_sent() {
    let p = Fixture::new("2026-01-02T09:00").await;
    p.app.fastsaet_politik(dag("2026-01-05"), ONE, &Aktoer::system("test")).await.unwrap();
    p.til("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-20T12:00").await;
    p.raskmeld("10010", "2026-01-19").await;
    p.til("2026-02-02T12:00").await;
    let late = |line: &String| line.as_str() > "2026-01-20";
    assert!(!p.lines().iter().any(late), "{:?}", p.lines());
    let waits = p.udfald("10010").await.into_values().filter(|u| matches!(u, Udfald::Udskudt { .. })).count();
    assert_eq!(waits, 0, "everything has its end");
}

/// The leader had a mail on Friday 16 January, and what is late of the contact waits from Monday the 19th. That day the employee asks for
/// fast track: the leader is told on Tuesday, and what waits goes along.
#[tokio::test(flavor = "multi_thread")]
async fn what_the_employee_says_of_fast_track_does_not_wait() {
    let p = Fixture::new("2026-01-02T09:00").await;
    p.app.fastsaet_politik(dag("2026-01-05"), ONE, &Aktoer::system("test")).await.unwrap();
    p.til("2026-01-05T09:00").await;
    p.away("10010", "2026-01-05").await;
    p.til("2026-01-19T12:00").await;
    let (forloeb, beslutning, begrundelse) = (Uuid::nil(), FastTrackBeslutning::Anmodet, None);
    let dato = dag("2026-01-19");
    let asked = FastTrackBesluttet { forloeb, beslutning, af: Part::Medarbejder, dato, begrundelse };
    let own = Aktoer::new(Rolle::Medarbejder, Some("10010".to_owned()));
    p.act_by(&own, "10010", Act::FastTrack(asked)).await;
    p.til("2026-01-20T12:00").await;
    let leder: Vec<_> = p.lines().into_iter().filter(|line| line.contains(" leder ")).collect();
    assert_eq!(leder.len(), 2, "{leder:?}");
    assert!(leder[1].starts_with("2026-01-20"), "{leder:?}");
    let letters = p.transport.letters();
    let letter = letters.iter().rev().find(|b| b.envelope_to[0].starts_with("leder@")).unwrap();
    for said in ["- Der er sagt noget om fast track.", "Overskredet: første kontakt"] {
        assert!(letter.tekst.contains(said), "{said}\n{}", letter.tekst);
    }
}
