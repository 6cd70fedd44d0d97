//! Backups: whole, by increments, restored and restored to an earlier time.

use std::path::{Path, PathBuf};
use std::time::Duration;

use app::opslag::{Content, Formaal, Opslag, OpslagLog};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use eventlog::{Append, Journal, NewEvent, Options, StreamId};
use forloeb::Aktoer;
use forloeb::words::Rolle;

use super::restore::Until;
use super::trial::{Answer, Trial, file, fill_random};
use super::*;
use crate::durable::seen;
use crate::projections::{ACCESS, Meta, TokenUdstedt};
use crate::sealed::{Personoplysninger, open};

fn readable(p: &Trial, nr: &str) -> bool {
    let (person, sealed) = p.app.projections().confidential(nr).map(|(p, f)| (p, f.clone())).unwrap();
    open::<Personoplysninger>(&p.app.keys, [person], &sealed).is_ok()
}

async fn copy(p: &Trial, til: &Path, since: Option<&Path>) -> PathBuf {
    let known_ones = since.map_or(Vec::new(), |since| backup::known_ones(since).unwrap());
    let answer = p.bed(TerminalRequest::Backup { known_ones }).await;
    assert_eq!(answer.code, DONE);
    std::fs::write(til, answer.data).unwrap();
    til.to_owned()
}

#[tokio::test]
async fn a_backup_is_restored_whole_and_only_whole() {
    let p = Trial::small().await;
    p.bed(TerminalRequest::Export { forloeb: None, earlier: Vec::new() }).await;
    let work = tempfile::tempdir().unwrap();
    let (tar, new) = (work.path().join("kopi.tar"), work.path().join("ny"));
    let (whole, log_head) = (std::fs::read(copy(&p, &tar, None).await).unwrap(), p.app.log.head());
    let mut next = fill_random();
    let damages = (0..40).map(|_| {
        let mut damaged = whole.clone();
        // Within contents: the blocks of a tar file are padded with bytes that mean nothing.
        let sted = 512 + next(usize::try_from(p.app.log.backup_files()[0].len).unwrap());
        damaged[sted] ^= 1;
        damaged
    });
    let shortened = [0, 511, whole.len() / 2, whole.len() - 2048].map(|n| whole[..n].to_vec());
    let fra = [tar.clone()];
    for damaged in damages.chain(shortened) {
        std::fs::write(&tar, damaged).unwrap();
        assert!(restore::recreate(&fra, None, &new).is_err());
        assert_eq!(std::fs::read_dir(&new).unwrap().count(), 0, "nothing is left behind");
    }
    std::fs::write(&tar, &whole).unwrap();
    assert_eq!(restore::recreate(&fra, None, &new).unwrap().head, log_head);
    assert!(restore::recreate(&fra, None, &new).is_err(), "never over something");
    let recreated = tempfile::tempdir().unwrap();
    restore::recreate(&fra, None, recreated.path()).unwrap();
    let seal = |folder: &Path| std::fs::read(folder.join(crate::seal::FILE)).unwrap();
    assert_eq!(seal(recreated.path()), seal(p.path()), "sealed with the same key as before");
    let again = Trial::i(recreated).await;
    assert_eq!(again.app.log.head(), log_head);
    assert!(readable(&again, "1005"));
}

/// Who has read about whom comes along, and a copy in which that is changed is none.
#[tokio::test]
async fn look_ups_are_in_a_backup_and_found_after_it_is_restored() {
    let p = Trial::small().await;
    let work = tempfile::tempdir().unwrap();
    let (tar, new) = (work.path().join("kopi.tar"), work.path().join("ny"));
    let read_on = |time: &str| Opslag {
        time: time.parse().unwrap(),
        reader: Aktoer::new(Rolle::Hr, Some("9002".to_owned())),
        formaal: Formaal::Hr,
        content: Content::Forloeb,
        about: vec!["1005".to_owned()],
        forloeb: None,
        version: None,
    };
    let all = ["2026-11-19T08:00:00Z", "2026-10-01T08:00:00Z"].map(read_on);
    for opslag in all.clone() {
        p.app.opslag.note(opslag).await.unwrap();
    }
    let whole = std::fs::read(copy(&p, &tar, None).await).unwrap();
    let fra = [tar.clone()];
    restore::recreate(&fra, None, &new).unwrap();
    let found = OpslagLog::new(&new).about("1005", NaiveDate::MIN, NaiveDate::MAX, 10).await.unwrap();
    assert_eq!(found.all, all);
    let sted = whole.windows(11).rposition(|bytes| bytes == b"om\":[\"1005\"").unwrap();
    let mut changed = whole;
    changed[sted + 9] = b'6';
    std::fs::write(&tar, changed).unwrap();
    let other = work.path().join("anden");
    restore::recreate(&fra, None, &other).unwrap_err();
    assert_eq!(std::fs::read_dir(&other).unwrap().count(), 0, "nothing is left behind");
}

/// Sessions end with a restore; which login belongs to whom does not, and neither does the refusal that follows from it.
#[tokio::test]
async fn a_restored_service_refuses_a_login_that_comes_with_another_number() {
    let p = Trial::small().await;
    let work = tempfile::tempdir().unwrap();
    let (tar, new) = (work.path().join("kopi.tar"), work.path().join("ny"));
    let open = |folder: &Path| Sessions::open(folder, Arc::new(Clock::System)).unwrap();
    let comes = async |sessions: &Sessions, nr: &str| sessions.identity("https://login.test", "s1", nr).await.unwrap();
    assert_eq!(comes(&open(p.path()), "1005").await, "1005");
    restore::recreate(&[copy(&p, &tar, None).await], None, &new).unwrap();
    let restored = open(&new);
    assert_eq!((comes(&restored, "1006").await.as_str(), restored.list().len()), ("1005", 0));
    // Until somebody says that the number is another one now.
    assert_eq!(restored.untie(|nr| nr == "1005").await.unwrap(), 1);
    assert_eq!(comes(&restored, "1006").await, "1006");
}

/// Puts 600 events into a folder that nobody has open, a second apart from `fra` on. They are large: the segment that is
/// there has room for 16 MB, and those after it are small.
async fn fill(folder: &Path, fra: DateTime<Utc>) -> DateTime<Utc> {
    let times: Vec<_> = (1..=600).map(|second| fra + TimeDelta::seconds(second)).collect();
    write_at(folder, &times).await;
    fra + TimeDelta::seconds(600)
}

/// Puts an event into a folder that nobody has open for each of these times.
async fn write_at(folder: &Path, times: &[DateTime<Utc>]) {
    let log = Journal::open(folder, Options { segment_size: 128 << 10, ..Options::default() }).unwrap().log;
    let stream = StreamId::new(ACCESS).unwrap();
    let mut expected = log.stream_version(&stream).await.unwrap();
    for moment in times {
        let hash = eventlog::Hash::of(&expected.to_be_bytes()).to_string();
        let body = serde_json::to_vec(&TokenUdstedt::new(hash, Rolle::Hr, Some("1".repeat(30_000)))).unwrap();
        let event = NewEvent { kind: "TokenUdstedt".to_owned(), form: 1, body };
        let meta = serde_json::to_vec(&Meta { aktoer: Aktoer::system("terminal") }).unwrap();
        let time = moment.timestamp_micros();
        let append = Append { stream: stream.clone(), expected, time, meta, events: vec![event], idempotency: None };
        expected = log.append(append).await.unwrap().version;
    }
    while log.backup_files().iter().filter(|file| file.ends.is_none()).count() > 1 {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    log.close().await;
}

#[tokio::test]
async fn a_copy_since_another_is_small_and_restored_with_it() {
    let p = Trial::small().await;
    let start = p.app.clock.now();
    let folder = p.close().await;
    let middle = fill(folder.path(), start).await;
    let work = tempfile::tempdir().unwrap();
    let path = |name: &str| work.path().join(name);
    let p = Trial::i(folder).await;
    let foerste = copy(&p, &path("1"), None).await;
    let folder = p.close().await;
    let last = fill(folder.path(), middle).await;
    let p = Trial::i(folder).await;
    assert!(p.app.clock.move_to(last));
    let other = copy(&p, &path("2"), Some(&foerste)).await;
    p.bed(TerminalRequest::Token(token::Wanted::called("prøve", Rolle::Hr))).await;
    let third = copy(&p, &path("3"), Some(&other)).await;
    let whole = copy(&p, &path("hel"), None).await;
    let log_head = p.app.log.head();
    let count = |path: &Path| tar::Archive::new(std::fs::File::open(path).unwrap()).entries().unwrap().count();
    println!("files in the copies: {} whole, then {} and {}", count(&whole), count(&other), count(&third));
    // head, keys, manifest, and of the log the part that is written to
    assert_eq!(count(&third), 4, "only what is not packed is new");
    assert!(count(&other) > 8 && count(&whole) > count(&other) + 8);

    // Written over what it builds on, it would be the only one, and not whole.
    let known_ones = backup::known_ones(&other).unwrap();
    for out in [&other, &foerste] {
        assert_eq!(
            backup::may_be_written(out, &other, &known_ones).unwrap_err().code(),
            WRONG_USAGE,
            "{}",
            out.display()
        );
    }
    for out in [&third, &work.path().join("ny")] {
        backup::may_be_written(out, &other, &known_ones).unwrap();
    }

    let recreate = |fra: &[&PathBuf], til| {
        let new = tempfile::tempdir().unwrap();
        let fra: Vec<PathBuf> = fra.iter().map(|path| (*path).clone()).collect();
        restore::recreate(&fra, til, new.path()).map(|found| (found, new))
    };
    for fra in [&[&whole][..], &[&foerste, &other, &third], &[&third, &foerste, &other]] {
        let (found, new) = recreate(fra, None).unwrap();
        assert_eq!(found.head, log_head);
        let again = Trial::i(new).await;
        assert!(readable(&again, "1005"));
        assert_eq!(again.bed(TerminalRequest::compare()).await.code, DONE);
    }
    for fra in [&[&third][..], &[&other, &third], &[&foerste, &third]] {
        assert!(recreate(fra, None).is_err(), "one that it builds on is missing");
    }

    // To a point in time, in a packed segment and at its edges: 34 events of the workplace, then one a second.
    for seconds in [0, 57, 600, 1000] {
        let til = start + TimeDelta::seconds(seconds) + TimeDelta::milliseconds(500);
        let (found, new) = recreate(&[&foerste, &other, &third], Some(Until::Time(til))).unwrap();
        assert_eq!(found.events, 34 + u64::try_from(seconds).unwrap());
        let again = Trial::i(new).await;
        assert_eq!(again.app.log.head(), found.head);
        again.import(b"", &file("fravaer.csv")).await;
        assert_eq!(
            again.bed(TerminalRequest::Token(token::Wanted::called("prøve", Rolle::Hr))).await.code,
            DONE,
            "it goes on"
        );
        let folder = again.close().await;
        assert_eq!(verify::run(verify::Check::new(verify::What::Folder(folder.path().to_owned()))).await, DONE);
    }
    let (empty, _folder) = recreate(&[&whole], Some(Until::Time(start - TimeDelta::days(1)))).unwrap();
    assert_eq!(empty.events, 0);
}

/// The times of a log are what the clock said; which of two ends is meant only a person knows.
#[tokio::test]
async fn when_the_clock_went_back_a_person_chooses_where_the_log_ends() {
    let p = Trial::small().await;
    let start = p.app.clock.now();
    let minutes = |minutes: i64| start + TimeDelta::minutes(minutes);
    let folder = p.close().await;
    // 34 events at the start, and then positions 35 to 39.
    write_at(folder.path(), &[60, 120, 30, 40, 180].map(minutes)).await;
    let p = Trial::i(folder).await;
    let work = tempfile::tempdir().unwrap();
    let fra = [copy(&p, &work.path().join("kopi"), None).await];
    let recreate = |til| {
        let new = tempfile::tempdir().unwrap();
        let count = restore::recreate(&fra, Some(til), new.path()).map(|found| found.events);
        (count.map_err(|denial| denial.to_string()), new)
    };
    for (til, count) in [(10, 34), (130, 38), (180, 39), (500, 39)] {
        assert_eq!(recreate(Until::Time(minutes(til))).0, Ok(count), "minute {til}");
    }
    for (til, latest) in [(35, 37), (45, 38), (60, 38), (100, 38)] {
        let earliest = if til < 60 { 34 } else { 35 };
        let (denial, new) = recreate(Until::Time(minutes(til)));
        let denial = denial.unwrap_err();
        for position in [earliest, latest] {
            assert!(denial.contains(&format!("--til-position {position}")), "minute {til}: {denial}");
        }
        assert_eq!(std::fs::read_dir(new.path()).unwrap().count(), 0);
    }
    for position in [34, 38] {
        let (count, new) = recreate(Until::Position(position));
        assert_eq!(count, Ok(position));
        assert_eq!(Trial::i(new).await.bed(TerminalRequest::compare()).await.code, DONE);
    }
}

#[tokio::test]
async fn what_is_restored_is_there_after_a_power_cut() {
    let p = Trial::small().await;
    let work = tempfile::tempdir().unwrap();
    let fra = [copy(&p, &work.path().join("kopi"), None).await];
    let new = work.path().join("en/ny/mappe");
    for til in [None, Some(Until::Position(34))] {
        let (recreated, names) = seen::during(|| restore::recreate(&fra, til, &new).map(|found| found.events));
        assert_eq!(recreated.map_err(|denial| denial.to_string()), Ok(34));
        for name in ["journal", "noegler"] {
            assert!(names.named.contains(&new.join(name)), "{name}");
        }
        assert_eq!(names.unsafe_names, std::collections::BTreeSet::new());
        // Also where the folder was there, and its maker did not sync it.
        assert!(new.ancestors().all(|over| names.synced.contains(over)), "{:?}", names.synced);
        std::fs::remove_dir_all(&new).unwrap();
        std::fs::create_dir(&new).unwrap();
    }
}

fn refused(answer: &Answer, whereabouts: &str) {
    assert_eq!(answer.code, REFUSED, "{:?}", answer.error);
    let tekst = answer.error.join(" ");
    assert!(tekst.contains(whereabouts) && tekst.contains("tidligere sikkerhedskopi"), "{tekst}");
    assert!(answer.out.is_empty(), "it does not say that anything was written: {:?}", answer.out);
}

#[tokio::test]
async fn of_a_damaged_log_neither_copy_nor_bundle_is_made() {
    let p = Trial::small().await;
    let (start, id) = (p.app.clock.now(), p.app.forloeb_for("1005").await.unwrap()[0].id);
    let folder = p.close().await;
    fill(folder.path(), start).await;
    let p = Trial::i(folder).await;
    let work = tempfile::tempdir().unwrap();
    let foerste = copy(&p, &work.path().join("1"), None).await;

    // In the middle of a packed segment that nobody has read since: the log is believed to be whole.
    let packed = p.app.log.backup_files().iter().find(|file| file.ends.is_some()).unwrap().name.clone();
    let path = p.path().join(&packed);
    let whole = std::fs::read(&path).unwrap();
    let mut damaged = whole.clone();
    damaged[whole.len() / 2] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    assert_eq!(p.app.log.fault(), None);
    let name = packed.strip_prefix("journal/").unwrap();
    refused(&p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await, name);
    let known_ones = backup::known_ones(&foerste).unwrap();
    refused(&p.bed(TerminalRequest::Backup { known_ones: known_ones.clone() }).await, name);
    // Mended as the text says, it is taken again.
    std::fs::write(&path, &whole).unwrap();
    assert_eq!(p.bed(TerminalRequest::Backup { known_ones }).await.code, DONE);
    assert_eq!(p.bed(TerminalRequest::Export { forloeb: None, earlier: Vec::new() }).await.code, DONE);
    let folder = p.close().await;

    // In what is read at the start: then it is known from there on, and the log ends before it.
    let raw = folder.path().join("journal");
    let mut raw: Vec<_> = std::fs::read_dir(raw).unwrap().map(|file| file.unwrap().path()).collect();
    raw.sort();
    let raw = raw.iter().rfind(|path| path.extension().is_some_and(|e| e == "rvj")).unwrap();
    let mut bytes = std::fs::read(raw).unwrap();
    let middle = bytes.iter().rposition(|byte| *byte != 0).unwrap() / 2;
    bytes[middle] ^= 1;
    std::fs::write(raw, bytes).unwrap();
    let p = Trial::i(folder).await;
    assert!(p.app.log.fault().is_some());
    let name = raw.file_name().unwrap().to_str().unwrap();
    for terminal_request in [
        TerminalRequest::Backup { known_ones: Vec::new() },
        TerminalRequest::Export { forloeb: None, earlier: Vec::new() },
        TerminalRequest::Export { forloeb: Some(id), earlier: Vec::new() },
    ] {
        let answer = p.bed(terminal_request).await;
        refused(&answer, name);
        assert!(answer.data.is_empty());
    }
}
