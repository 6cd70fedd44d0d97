//! Look-ups are found again, lists are one, months go, and what cannot be written is refused.

mod unusual;

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::entry::Reach;
use super::unusual::{MANY, Reason, Unusual};
use super::{Content, FOLDER, Formaal, Found, Month, Opslag, OpslagLog, OpslagPlace, Readers};
use crate::clock::Clock;
use crate::room;
use crate::workplace::Workplace;

fn time(time: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(time).unwrap().to_utc()
}

fn dag(dag: &str) -> NaiveDate {
    dag.parse().unwrap()
}

/// Leader 10001 reads the forløb of some employees.
fn reads(at: &str, content: Content, about: &[&str]) -> Opslag {
    Opslag {
        time: time(at),
        reader: Aktoer::new(Rolle::Leder, Some("10001".to_owned())),
        formaal: Formaal::Leder,
        content,
        about: about.iter().map(|nr| (*nr).to_owned()).collect(),
        forloeb: (content.reach() == Reach::One).then(|| Uuid::from_u128(7)),
        version: None,
    }
}

async fn events(log: &OpslagLog, month: &str) -> u64 {
    log.journal(Month::of(dag(&format!("{month}-01")))).await.unwrap().head().position
}

#[tokio::test]
async fn what_was_noted_is_found_by_whom_it_is_about_also_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    let one = reads("2026-11-02T09:00:00+01:00", Content::Forloeb, &["10010"]);
    let other = reads("2026-11-02T09:01:00+01:00", Content::History, &["10011"]);
    let list = reads("2026-11-03T09:00:00+01:00", Content::List, &["10010", "10011"]);
    for opslag in [&one, &other, &list] {
        log.note(opslag.clone()).await.unwrap();
    }
    log.close().await;
    let log = OpslagLog::new(folder.path());
    let (fra, til) = (dag("2026-11-01"), dag("2026-11-30"));
    let found = log.about("10010", fra, til, 10).await.unwrap();
    let mut of_list = list.clone();
    of_list.forloeb = None;
    assert_eq!(found.all, [of_list, one.clone()], "the newest first");
    assert_eq!(found.onward, None);
    assert_eq!(log.about("10010", fra, dag("2026-11-02"), 10).await.unwrap().all, [one], "only the days asked for");
    assert_eq!(log.about("10012", fra, til, 10).await.unwrap().all, []);
    let first = log.about("10010", fra, til, 1).await.unwrap();
    assert!(first.onward.is_some() && first.all.len() == 1, "{first:?}");
    // Page by page everything comes once, whoever reads meanwhile.
    let numbers = ["10010".to_owned()];
    let (mut all, mut from) = (Vec::new(), None);
    for minute in 0..5 {
        let page = log.about_any(&numbers, (fra, til), 1, from).await.unwrap();
        all.extend(page.all);
        if page.onward.is_none() {
            break;
        }
        from = page.onward;
        log.note(reads(&format!("2026-11-04T09:0{minute}:00+01:00"), Content::Forloeb, &["10010"])).await.unwrap();
    }
    let first = found.all.iter().map(|o| o.time);
    assert_eq!(all.iter().map(|o| o.time).collect::<Vec<_>>(), first.collect::<Vec<_>>());
}

/// Of everybody may be told.
fn everybody(numbers: HashSet<String>) -> HashSet<String> {
    numbers
}

/// Asked by who read, whoever it was about: page by page everything comes once, and who may not be searched for is left out.
#[tokio::test]
async fn what_somebody_read_is_found_by_who_they_are_and_in_which_role() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    let by = |rolle, nr: Option<&str>, navn: Option<&str>, opslag: Opslag| {
        let reader = Aktoer { navn: navn.map(str::to_owned), ..Aktoer::new(rolle, nr.map(str::to_owned)) };
        Opslag { reader, ..opslag }
    };
    let one = reads("2026-11-02T09:00:00+01:00", Content::Forloeb, &["10010"]);
    let other = by(Rolle::Hr, None, Some("kontoret"), reads("2026-11-02T10:00:00+01:00", Content::History, &["10010"]));
    let list = Opslag { forloeb: None, ..reads("2026-11-03T09:00:00+01:00", Content::List, &["10010", "10011"]) };
    let as_hr = by(Rolle::Hr, Some("10001"), None, reads("2026-11-04T09:00:00+01:00", Content::Forloeb, &["10011"]));
    for opslag in [&one, &other, &list, &as_hr] {
        log.note(opslag.clone()).await.unwrap();
    }
    let days = (dag("2026-11-01"), dag("2026-11-30"));
    let readers = |nr: Option<&str>, rolle| Readers { nr: nr.map(|nr| vec![nr.to_owned()]), rolle };
    let found = async |readers: Readers, most, from| log.found_by(&readers, days, most, from, everybody).await.unwrap();
    let all = |found: &Found| found.all.clone();
    let mine = found(readers(Some("10001"), None), 10, None).await;
    assert_eq!((all(&mine), mine.onward), (vec![as_hr.clone(), list.clone(), one.clone()], None));
    assert_eq!(all(&found(readers(Some("10001"), Some(Rolle::Leder)), 10, None).await), [list.clone(), one.clone()]);
    assert_eq!(all(&found(readers(Some("kontoret"), None), 10, None).await), std::slice::from_ref(&other));
    assert_eq!(all(&found(readers(None, Some(Rolle::Hr)), 10, None).await), [as_hr.clone(), other]);
    assert_eq!(all(&found(readers(Some("10002"), None), 10, None).await), []);
    let about = log.about_any_by(&["10010".to_owned()], &readers(Some("10001"), None), days, 10, None).await.unwrap();
    assert_eq!(about.all, [list.clone(), one.clone()]);
    // The newest, and then those before it, though somebody reads meanwhile.
    let first = found(readers(Some("10001"), None), 1, None).await;
    assert_eq!((all(&first), first.onward.is_some()), (vec![as_hr], true));
    log.note(reads("2026-11-05T09:00:00+01:00", Content::Forloeb, &["10010"])).await.unwrap();
    let second = found(readers(Some("10001"), None), 1, first.onward).await;
    assert_eq!((all(&second), second.onward.is_some()), (vec![list], true));
    let third = found(readers(Some("10001"), None), 1, second.onward).await;
    assert_eq!((all(&third), third.onward), (vec![one], None));
    // Nobody is named of whom the one who asks may not know.
    let only_10011 = |mut numbers: HashSet<String>| {
        numbers.retain(|nr| nr == "10011");
        numbers
    };
    let found = log.found_by(&Readers::default(), days, 10, None, only_10011).await.unwrap();
    assert_eq!(found.all.iter().map(|o| o.about.join(" ")).collect::<Vec<_>>(), ["10011", "10011"]);
}

/// Twenty look-ups of October and twenty of November: of each twenty ten are about 10010 alone, eight about 10011, and two are lists
/// with both of them. Pages of five are read three events at a time here, and a page looks at the first of the next one: what is read
/// beside the forty is four a page for each log or stream that is read. To begin anew for each page would read 320.
#[tokio::test]
async fn all_pages_together_cost_about_one_walk() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    for month in ["2026-10", "2026-11"] {
        for n in 0..20 {
            let about: &[&str] = match n {
                9 | 19 => &["10010", "10011"],
                n if n % 2 == 0 => &["10010"],
                _ => &["10011"],
            };
            let content = if about.len() > 1 { Content::List } else { Content::Forloeb };
            log.note(reads(&format!("{month}-{:02}T09:00:00+01:00", n + 1), content, about)).await.unwrap();
        }
    }
    let days = (dag("2026-10-01"), dag("2026-11-30"));
    let whole = log.found_by(&Readers::default(), days, 100, None, everybody).await.unwrap();
    assert_eq!((whole.all.len(), whole.onward, whole.looked_at), (40, None, 40));
    let asked = Arc::new(AtomicUsize::new(0));
    let (mut all, mut looked_at, mut pages, mut from) = (Vec::new(), 0, 0, None);
    while pages == 0 || from.is_some() {
        let counted = Arc::clone(&asked);
        let within = move |numbers: HashSet<String>| {
            counted.fetch_add(1, Ordering::Relaxed);
            numbers
        };
        let page = log.found_by(&Readers::default(), days, 5, from, within).await.unwrap();
        assert!(page.all.len() == 5 && pages < 8, "{page:?}");
        (pages, looked_at, from) = (pages + 1, looked_at + page.looked_at, page.onward);
        all.extend(page.all);
    }
    assert_eq!((pages, &all), (8, &whole.all));
    assert!(looked_at <= 40 + 8 * 4, "{looked_at}");
    assert_eq!(asked.load(Ordering::Relaxed), 8, "of whom may be told is asked once a page");

    // About 10010 there are twelve a month, in a stream of their own and in that of the lists.
    let numbers = ["10010".to_owned()];
    let whole = log.about_any(&numbers, days, 100, None).await.unwrap().all;
    assert_eq!(whole.len(), 24);
    let (mut all, mut looked_at, mut pages, mut from) = (Vec::new(), 0, 0, None);
    while pages == 0 || from.is_some() {
        let page = log.about_any(&numbers, days, 5, from).await.unwrap();
        (pages, looked_at, from) = (pages + 1, looked_at + page.looked_at, page.onward);
        all.extend(page.all);
    }
    assert_eq!((pages, &all), (5, &whole));
    assert!(looked_at <= 24 + 5 * 2 * 4, "{looked_at}");
}

/// A place says a month and a number, and nothing else is one.
#[tokio::test]
async fn the_place_of_a_look_up_is_written_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    for minute in 0..3 {
        let at = format!("2026-11-02T09:0{minute}:00+01:00");
        log.note(reads(&at, Content::Forloeb, &["10010"])).await.unwrap();
    }
    let day = dag("2026-11-02");
    let place = log.about("10010", day, day, 1).await.unwrap().onward.unwrap();
    assert_eq!(place.cursor(), "2026-11_2", "the second of the three is the first of the next page");
    assert_eq!(OpslagPlace::from_cursor("2026-11_2"), Some(place));
    for wrong in ["", "2", "2026-11", "2026-11_", "2026-11_x", "2026-13_2", "26-11_2", "2026-1_2", "10010_2"] {
        assert_eq!(OpslagPlace::from_cursor(wrong), None, "{wrong}");
    }
    // A month that is gone is gone on from with those before it.
    let gone = OpslagPlace::from_cursor("2026-12_7");
    let days = (day, dag("2026-12-31"));
    assert_eq!(log.about_any(&["10010".to_owned()], days, 5, gone).await.unwrap().all.len(), 3);
}

/// Whoever goes through everybody's look-ups waits for who goes through a whole log, and who asks about one employee does not.
#[tokio::test]
async fn one_at_a_time_goes_through_everybodys_look_ups() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    log.note(reads("2026-11-02T09:00:00+01:00", Content::Forloeb, &["10010"])).await.unwrap();
    let day = dag("2026-11-02");
    let (by_anybody, a_while) = (Readers::default(), Duration::from_millis(50));
    let turn = room::to_go_through().await;
    let by_reader = log.found_by(&by_anybody, (day, day), 5, None, everybody);
    assert!(tokio::time::timeout(a_while, by_reader).await.is_err());
    assert!(tokio::time::timeout(a_while, log.each(day, day, drop)).await.is_err());
    assert_eq!(log.about("10010", day, day, 5).await.unwrap().all.len(), 1);
    drop(turn);
    assert_eq!(log.found_by(&by_anybody, (day, day), 5, None, everybody).await.unwrap().all.len(), 1);
}

#[tokio::test]
async fn a_list_is_one_look_up_and_looking_at_it_again_that_day_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    let all: Vec<String> = (0..300).map(|n| (20_000 + n).to_string()).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    log.note(reads("2026-11-02T09:00:00+01:00", Content::List, &all)).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 1);
    log.note(reads("2026-11-02T10:00:00+01:00", Content::List, &all)).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 1, "nobody on it is new");
    let with_one_more = [&all[..], &["30000"]].concat();
    log.note(reads("2026-11-02T11:00:00+01:00", Content::List, &with_one_more)).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 2);
    let (fra, til) = (dag("2026-11-02"), dag("2026-11-03"));
    assert_eq!(log.about("30000", fra, til, 10).await.unwrap().all.len(), 1);
    assert_eq!(log.about("20000", fra, til, 10).await.unwrap().all.len(), 1);
    log.note(reads("2026-11-03T09:00:00+01:00", Content::List, &all)).await.unwrap();
    assert_eq!(log.about("20000", fra, til, 10).await.unwrap().all.len(), 2, "the next day it is a look-up again");
    // A forløb that is opened is one each time.
    for _ in 0..2 {
        log.note(reads("2026-11-03T09:05:00+01:00", Content::Forloeb, &["20000"])).await.unwrap();
    }
    assert_eq!(log.about("20000", fra, til, 10).await.unwrap().all.len(), 4);
}

/// HR of one office, with its own token.
fn office(navn: &str, token: &str, opslag: Opslag) -> Opslag {
    let reader = Aktoer { navn: Some(navn.into()), token: Some(token.into()), ..Aktoer::new(Rolle::Hr, None) };
    Opslag { reader, formaal: Formaal::Hr, ..opslag }
}

/// Two offices in one role, and an office that has had a new token of the same name: the list is a look-up by each, once.
#[tokio::test]
async fn whoever_reads_a_list_is_told_apart_by_name_and_by_token() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    for (navn, token) in [("Løn", "a1"), ("Løn", "a1"), ("Personale", "b2"), ("Løn", "c3"), ("Personale", "b2")] {
        let list = reads("2026-11-02T09:00:00+01:00", Content::List, &["10010", "10011"]);
        log.note(office(navn, token, list)).await.unwrap();
    }
    let found = log.about("10010", dag("2026-11-02"), dag("2026-11-02"), 10).await.unwrap().all;
    let by = |o: &Opslag| format!("{} {}", o.reader.navn.as_deref().unwrap(), o.reader.token.as_deref().unwrap());
    let mut by: Vec<_> = found.iter().map(by).collect();
    by.sort();
    assert_eq!(by, ["Løn a1", "Løn c3", "Personale b2"]);
}

/// After a list the same day there is still something to find of the log, of a search and of a file, and of each purpose.
#[tokio::test]
async fn what_is_read_of_many_and_what_for_are_each_noted_once_a_day() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    let of_many = [
        Content::List,
        Content::Cases,
        Content::ListFile,
        Content::Search,
        Content::Report,
        Content::Log,
        Content::Bundle,
        Content::Opslag,
    ];
    for content in of_many {
        for tekst in ["sag 1", "sag 2", "sag 1"] {
            let formaal = Formaal::Said { tekst: tekst.to_owned() };
            let read = reads("2026-11-02T09:00:00+01:00", content, &["10010", "10011"]);
            log.note(Opslag { formaal, ..read }).await.unwrap();
        }
    }
    let found = log.about("10011", dag("2026-11-02"), dag("2026-11-02"), 100).await.unwrap().all;
    for content in of_many {
        assert_eq!(found.iter().filter(|o| o.content == content).count(), 2, "{content:?}");
    }
    assert_eq!(found.len(), 16);
}

/// However often somebody reads their own, and however many times at once: each thing once an hour, and others as before.
#[tokio::test]
async fn ones_own_is_noted_once_an_hour() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(OpslagLog::new(folder.path()));
    let own = |at: &str, content, version| Opslag {
        reader: Aktoer::new(Rolle::Medarbejder, Some("10010".to_owned())),
        formaal: Formaal::Own,
        version,
        ..reads(at, content, &["10010"])
    };
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let (log, opslag) = (log.clone(), own("2026-11-02T09:00:00+01:00", Content::Forloeb, None));
        tasks.spawn(async move {
            log.note(opslag).await.unwrap();
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    log.note(own("2026-11-02T09:59:59+01:00", Content::Forloeb, None)).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 1);
    for version in [1, 2, 1] {
        log.note(own("2026-11-02T09:30:00+01:00", Content::TtaPlan, Some(version))).await.unwrap();
    }
    assert_eq!(events(&log, "2026-11").await, 3, "who opened which version is known of each");
    log.note(own("2026-11-02T10:00:00+01:00", Content::Forloeb, None)).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 4, "an hour later it is a look-up again");
    for _ in 0..2 {
        log.note(reads("2026-11-02T10:00:00+01:00", Content::Forloeb, &["10010"])).await.unwrap();
    }
    assert_eq!(events(&log, "2026-11").await, 6, "a leader's are noted each time");
}

#[tokio::test]
async fn many_at_the_same_time_are_all_there() {
    let folder = tempfile::tempdir().unwrap();
    let log = Arc::new(OpslagLog::new(folder.path()));
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..200 {
        let log = log.clone();
        tasks.spawn(async move {
            let nr = (20_000 + n % 7).to_string();
            log.note(reads("2026-11-02T09:00:00+01:00", Content::Forloeb, &[&nr])).await.unwrap();
        });
    }
    while let Some(task) = tasks.join_next().await {
        task.unwrap();
    }
    let mut count = 0;
    log.each(dag("2026-11-02"), dag("2026-11-02"), |_| count += 1).await.unwrap();
    assert_eq!(count, 200);
}

#[tokio::test]
async fn each_month_has_its_own_log_and_goes_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    let log = OpslagLog::new(folder.path());
    for month in ["2024-10", "2024-11", "2025-03", "2025-12", "2026-11"] {
        log.note(reads(&format!("{month}-30T09:00:00+01:00"), Content::Forloeb, &["10010"])).await.unwrap();
    }
    // The month is Denmark's: half past midnight on 1 December.
    log.note(reads("2026-11-30T23:30:00Z", Content::Forloeb, &["10010"])).await.unwrap();
    let all = |months: Vec<Month>| months.iter().map(Month::to_string).collect::<Vec<_>>();
    assert_eq!(
        all(log.all_months().await.unwrap()),
        ["2024-10", "2024-11", "2025-03", "2025-12", "2026-11", "2026-12"]
    );
    let whole = log.about("10010", dag("2020-01-01"), dag("2030-01-01"), 100).await.unwrap();
    assert_eq!(whole.all.len(), 6);
    // On 30 November 2026 two years go back to November 2024.
    assert_eq!(log.forget(dag("2026-11-30"), 24).await.unwrap(), 1);
    assert_eq!(all(log.all_months().await.unwrap()), ["2024-11", "2025-03", "2025-12", "2026-11", "2026-12"]);
    assert_eq!(log.forget(dag("2026-11-30"), 24).await.unwrap(), 0);
    assert!(!folder.path().join(FOLDER).join("2024-10").exists());
    assert_eq!(log.about("10010", dag("2020-01-01"), dag("2030-01-01"), 100).await.unwrap().all.len(), 5);
}

/// On a clock that jumped ten years ahead all of them would be over, and what goes does not come back.
#[tokio::test]
async fn a_clock_in_doubt_removes_nothing() {
    let place = Workplace::empty(Clock::imitated(time("2026-11-30T10:00:00Z"))).await;
    for at in ["2024-10-02T09:00:00+01:00", "2026-11-30T09:00:00+01:00"] {
        place.app.opslag.note(reads(at, Content::Forloeb, &["10010"])).await.unwrap();
    }
    place.app.health().await;
    place.app.clock.jump(time("2036-11-30T10:00:00Z"));
    assert_eq!(place.app.forget_opslag(24).await, 0);
    place.app.clock.jump(time("2026-11-30T11:00:00Z"));
    assert_eq!(place.app.forget_opslag(24).await, 1);
    assert_eq!(place.app.opslag.all_months().await.unwrap(), [Month::of(dag("2026-11-30"))]);
    place.close().await;
}

#[test]
fn months_before() {
    let month = |d: &str| Month::of(dag(d));
    assert_eq!(month("2026-11-28").before(0), month("2026-11-01"));
    assert_eq!(month("2026-11-28").before(11), month("2025-12-01"));
    assert_eq!(month("2026-01-01").before(1), month("2025-12-31"));
    assert_eq!(month("2026-11-28").before(24), month("2024-11-01"));
}

/// What cannot be noted may not be shown: whoever asks is told, and what can be noted later is.
#[tokio::test]
async fn a_look_up_that_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join(FOLDER);
    std::fs::write(&place, "in the way").unwrap();
    let log = OpslagLog::new(folder.path());
    let opslag = reads("2026-11-02T09:00:00+01:00", Content::Forloeb, &["10010"]);
    log.note(opslag.clone()).await.unwrap_err();
    let list = reads("2026-11-02T09:00:00+01:00", Content::List, &["10010", "10011"]);
    log.note(list.clone()).await.unwrap_err();
    let own = Opslag { formaal: Formaal::Own, ..opslag.clone() };
    log.note(own.clone()).await.unwrap_err();
    std::fs::remove_file(&place).unwrap();
    log.note(opslag).await.unwrap();
    log.note(list).await.unwrap();
    log.note(own).await.unwrap();
    assert_eq!(events(&log, "2026-11").await, 3, "what was not noted does not count as shown");
}
