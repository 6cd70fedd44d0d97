//! Flipped bits, cut files, lost files: found, and a torn tail told apart from damage.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
};

use common::{
    Random, append, copy_folder, count, folder_in_memory, index_alone, open, raw, read_all, settled, small, stream,
    verify_whole,
};
use eventlog::{
    AppendError, Broken, Damage, Fault, Head, HeadFile, IndexState, Journal, ReadError, ReadOnlyReason, Recorded,
    verify,
};

struct Log {
    folder: tempfile::TempDir,
    events: Vec<Recorded>,
    head: Head,
    /// Files of the journal and the bytes of each that are used.
    files: Vec<(String, u64)>,
    /// Where the last commit begins.
    last_commit: u64,
}

/// A log of three segments that are not packed, each commit in a group of its own.
async fn log() -> Log {
    let folder = folder_in_memory();
    let log = open(folder.path(), raw());
    let mut version = 0;
    let mut last_commit = 0;
    while log.backup_files().len() < 3 || log.backup_files()[2].len < 4000 {
        last_commit = log.backup_files().last().unwrap().len;
        let text = format!("{version}").repeat(1 + usize::try_from(version % 30).unwrap());
        log.append(append(&format!("s{}", version % 7), version / 7, &[&text])).await.unwrap();
        version += 1;
    }
    let (events, head) = (read_all(&log).await, log.head());
    let files = log.backup_files().into_iter().map(|file| (file.name, file.len)).collect();
    log.close().await;
    Log { folder, events, head, files, last_commit }
}

impl Log {
    /// The files of the journal, and the head if it is to be known.
    fn copy(&self, with_head: bool) -> tempfile::TempDir {
        let copy = folder_in_memory();
        fs::create_dir(copy.path().join("journal")).unwrap();
        for (name, _) in &self.files {
            fs::copy(self.folder.path().join(name), copy.path().join(name)).unwrap();
        }
        if with_head {
            fs::copy(self.folder.path().join("hoved"), copy.path().join("hoved")).unwrap();
        }
        copy
    }
}

/// First position of a segment, by the name of its file.
fn first_of(name: &str) -> u64 {
    name[12..32].parse().unwrap()
}

#[derive(Default, Debug)]
struct Found {
    damage: u64,
    torn: u64,
    clean: u64,
}

/// Opens a log that something was done to. Whatever is left is a beginning of what was there.
async fn examine(log: &Log, folder: &Path, changed: &Path, must_be_damage: bool, found: &mut Found) -> u64 {
    let bytes = fs::read(changed).ok();
    let checked = verify(folder, &mut |_, _| {});
    let opened = Journal::open(folder, raw()).unwrap();
    let kept = read_all(&opened.log).await;
    assert_eq!(kept[..], log.events[..kept.len()]);
    assert_eq!(opened.recovery.events, kept.len() as u64);
    match opened.recovery.fault {
        Some(fault) => {
            assert!(matches!(checked, Err(Broken::Fault(ref same)) if *same == fault), "{checked:?} {fault:?}");
            assert_eq!(fault.position, kept.len() as u64 + 1);
            let refused = opened.log.append(append("new", 0, &["x"])).await;
            let reason = ReadOnlyReason::Damaged(fault);
            assert_eq!(refused, Err(AppendError::ReadOnly { reason }));
            assert_eq!(fs::read(changed).ok(), bytes, "damage is left as it is");
            found.damage += 1;
        }
        None => {
            assert!(!must_be_damage, "acknowledged events lost without a word");
            let verified = checked.unwrap();
            match opened.recovery.torn {
                Some(torn) => {
                    assert_eq!(verified.torn, torn.bytes);
                    let aside = fs::read(folder.join("journal/torn").join(torn.kept_as)).unwrap();
                    let start = usize::try_from(torn.offset).unwrap();
                    assert_eq!(bytes.unwrap()[start..start + aside.len()], aside);
                    found.torn += 1;
                }
                None => found.clean += 1,
            }
            opened.log.append(append("new", 0, &["x"])).await.unwrap();
        }
    }
    let head = opened.log.head();
    opened.log.close().await;
    if must_be_damage {
        assert!(matches!(verify(folder, &mut |_, _| {}), Err(Broken::Fault(_))), "still known the next time");
    } else if head.position > kept.len() as u64 {
        verify_whole(folder, head);
    }
    kept.len() as u64
}

#[tokio::test]
#[ignore = "slow: damages a log 700 times"]
async fn every_flipped_bit_is_found_and_told_apart() {
    let log = log().await;
    let flips = count("EVENTLOG_FLIPS", 700);
    let mut random = Random(7);
    let mut found = Found::default();
    let total: u64 = log.files.iter().map(|file| file.1).sum();
    for nth in 0..flips {
        // Spread over everything that is used, and every tenth time into the room after it.
        let mut place = total * nth / flips;
        let mut segment = 0;
        while place >= log.files[segment].1 {
            place -= log.files[segment].1;
            segment += 1;
        }
        let last = segment + 1 == log.files.len();
        let unused = nth % 10 == 9;
        if unused {
            segment = log.files.len() - 1;
            place = log.files[segment].1 + random.below((16 << 10) - log.files[segment].1);
        }
        let with_head = random.chance(50);
        let copy = log.copy(with_head);
        let path = copy.path().join(&log.files[segment].0);
        let mut bytes = fs::read(&path).unwrap();
        bytes[usize::try_from(place).unwrap()] ^= 1 << random.below(8);
        fs::write(&path, bytes).unwrap();
        // Nothing proves that the very last group had been on disk but the head.
        let tail = last && place >= log.last_commit;
        let damage = !unused && (with_head || !tail);
        let kept = examine(&log, copy.path(), &path, damage, &mut found).await;
        if unused {
            assert_eq!(kept, log.head.position, "nothing is lost when unused room is damaged");
        }
    }
    println!("flipped bits: {flips}; {found:?}");
}

#[tokio::test]
#[ignore = "slow: damages a log 300 times"]
async fn every_cut_is_found_where_the_head_is_known() {
    let log = log().await;
    let cuts = count("EVENTLOG_FLIPS", 700) * 3 / 7;
    let mut random = Random(11);
    let mut found = Found::default();
    for _ in 0..cuts {
        let segment = usize::try_from(random.below(log.files.len() as u64)).unwrap();
        let last = segment + 1 == log.files.len();
        let (name, used) = &log.files[segment];
        let len = random.below(used + if last { 1000 } else { 0 });
        let with_head = random.chance(70);
        let copy = log.copy(with_head);
        let path = copy.path().join(name);
        let file = fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(len).unwrap();
        if random.chance(50) && len > 100 {
            // A hole in place of an end.
            file.set_len(16 << 10).unwrap();
        }
        let damage = len < *used && (with_head || !last);
        // Without the head, a last segment that lost whole commits cannot be told from one that never had them; a
        // segment cut within its header can.
        let damage = damage || len < 64;
        examine(&log, copy.path(), &path, damage, &mut found).await;
    }
    println!("cuts: {cuts}; {found:?}");
}

#[tokio::test]
async fn a_missing_segment_is_found() {
    let log = log().await;
    for (segment, (name, _)) in log.files.iter().enumerate() {
        let copy = log.copy(true);
        let path = copy.path().join(name);
        fs::remove_file(&path).unwrap();
        // The file that is not there is named, and not the one after it.
        let Err(Broken::Fault(fault)) = verify(copy.path(), &mut |_, _| {}) else { panic!("segment {segment}") };
        let first = first_of(name);
        assert_eq!((format!("journal/{}", fault.segment), fault.offset, fault.position), (name.clone(), 0, first));
        let what = match log.files.get(segment + 1) {
            Some((next, _)) => Damage::Missing { next: first_of(next) },
            None => Damage::Truncated { expected: log.head.position, found: first - 1 },
        };
        assert_eq!(fault.what, what);
        // A start says the same.
        let mut found = Found::default();
        examine(&log, copy.path(), &path, true, &mut found).await;
        assert_eq!(found.damage, 1, "segment {segment}");
    }
    let copy = log.copy(true);
    fs::remove_dir_all(copy.path().join("journal")).unwrap();
    let opened = Journal::open(copy.path(), raw()).unwrap();
    let fault = opened.recovery.fault.unwrap();
    assert_eq!(fault.what, Damage::Truncated { expected: log.head.position, found: 0 });
    opened.log.close().await;
}

#[tokio::test]
async fn another_log_in_its_place_is_found() {
    let (one, other) = (log().await, log().await);
    // Same events; the chain would be the same too, so one of them goes on differently.
    let reopened = open(other.folder.path(), raw());
    reopened.append(append("new", 0, &["x"])).await.unwrap();
    reopened.close().await;
    let reopened = open(one.folder.path(), raw());
    reopened.append(append("new", 0, &["y"])).await.unwrap();
    reopened.close().await;
    fs::copy(other.folder.path().join("hoved"), one.folder.path().join("hoved")).unwrap();
    let opened = Journal::open(one.folder.path(), raw()).unwrap();
    let fault = opened.recovery.fault.unwrap();
    assert!(matches!(fault.what, Damage::Replaced { .. }), "{fault}");
    opened.log.close().await;
}

#[tokio::test]
async fn the_index_knows_of_a_truncation_too_and_it_stays_known() {
    let log = log().await;
    // Packed, so that the index knows of the first two segments.
    let reopened = open(log.folder.path(), small());
    settled(&reopened).await;
    let second = reopened.backup_files()[1].name.clone();
    reopened.close().await;
    fs::remove_file(log.folder.path().join("hoved")).unwrap();
    fs::remove_file(log.folder.path().join(second)).unwrap();
    fs::remove_file(log.folder.path().join(&log.files[2].0)).unwrap();
    let (left, known) = (first_of(&log.files[1].0) - 1, first_of(&log.files[2].0) - 1);
    for turn in 0..3 {
        let opened = Journal::open(log.folder.path(), small()).unwrap();
        let fault = opened.recovery.fault.unwrap();
        assert_eq!(fault.what, Damage::Truncated { expected: known, found: left }, "turn {turn}");
        assert_eq!(read_all(&opened.log).await.len() as u64, left);
        opened.log.close().await;
    }
}

#[tokio::test]
async fn a_damaged_head_is_said() {
    let log = log().await;
    fs::write(log.folder.path().join("hoved"), "garbage").unwrap();
    assert!(matches!(verify(log.folder.path(), &mut |_, _| {}), Err(Broken::HeadFile)));
    let opened = Journal::open(log.folder.path(), raw()).unwrap();
    assert!(opened.recovery.head_lost());
    assert_eq!((opened.recovery.head_file, opened.recovery.fault), (HeadFile::Damaged, None));
    opened.log.close().await;
    assert_eq!(verify_whole(log.folder.path(), log.head).head_file, HeadFile::Whole);
    let aside = log.folder.path().join("hoved.damaged-1");
    assert_eq!(fs::read(&aside).unwrap(), b"garbage", "what was there is kept");
    // Also beside damage, where what the index knows takes its place, and the next one does not take the place of the first.
    fs::write(log.folder.path().join("hoved"), "other garbage").unwrap();
    fs::remove_file(log.folder.path().join(&log.files[0].0)).unwrap();
    assert!(
        matches!(verify(log.folder.path(), &mut |_, _| {}), Err(Broken::Fault(_))),
        "what weighs more is said first"
    );
    let opened = Journal::open(log.folder.path(), raw()).unwrap();
    assert!(opened.recovery.fault.is_some());
    opened.log.close().await;
    assert_eq!(fs::read(aside).unwrap(), b"garbage");
    assert_eq!(fs::read(log.folder.path().join("hoved.damaged-2")).unwrap(), b"other garbage");
}

#[tokio::test]
async fn a_lost_head_is_said_and_a_new_log_has_lost_none() {
    let log = log().await;
    fs::remove_file(log.folder.path().join("hoved")).unwrap();
    assert_eq!(verify_whole(log.folder.path(), log.head).head_file, HeadFile::Missing);
    let opened = Journal::open(log.folder.path(), raw()).unwrap();
    assert!(opened.recovery.head_lost());
    opened.log.close().await;
    let opened = Journal::open(log.folder.path(), raw()).unwrap();
    assert!(!opened.recovery.head_lost(), "it was written again");
    opened.log.close().await;
    let new = folder_in_memory();
    let opened = Journal::open(new.path(), raw()).unwrap();
    assert!(!opened.recovery.head_lost());
    opened.log.close().await;
}

/// A device that fails under a file: the kernel gives EIO for the first byte of this one.
#[tokio::test]
async fn a_segment_that_the_device_cannot_read_is_damage_and_nothing_is_cut() {
    let log = log().await;
    for (name, _) in &log.files {
        let copy = log.copy(true);
        let path = copy.path().join(name);
        fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/proc/self/mem", &path).unwrap();
        let position = first_of(name);
        let fault = Fault { segment: name[8..].to_owned(), offset: 0, position, what: Damage::Unreadable };
        assert!(matches!(verify(copy.path(), &mut |_, _| {}), Err(Broken::Fault(found)) if found == fault));
        let opened = Journal::open(copy.path(), raw()).unwrap();
        assert_eq!(opened.recovery.fault, Some(fault));
        assert_eq!(read_all(&opened.log).await[..], log.events[..usize::try_from(position - 1).unwrap()]);
        opened.log.close().await;
        assert_eq!(fs::read_dir(copy.path().join("journal/torn")).unwrap().count(), 0);
    }
}

/// As sled leaves it that lost all but how far it went.
#[tokio::test]
async fn an_index_that_lost_streams_is_noticed_and_not_believed_again_however_the_run_ends() {
    let log = log().await;
    let reopened = open(log.folder.path(), small());
    settled(&reopened).await;
    reopened.close().await;
    {
        let index = index_alone(&log.folder.path().join("index")).await;
        index.open_tree("stream").unwrap().clear().unwrap();
        index.flush().unwrap();
    }
    let opened = Journal::open(log.folder.path(), small()).unwrap();
    assert_eq!(opened.recovery.index, IndexState::Current);
    // The end of the stream is in memory, and begins with a version that cannot be its first.
    let name = stream("s0");
    let read = opened.log.read_stream(&name, 0, 1000).await;
    assert!(matches!(read, Err(ReadError::Index { .. })), "{read:?}");
    // The process dies here: the folder is as it is at this moment.
    let died = folder_in_memory();
    copy_folder(log.folder.path(), died.path());
    opened.log.close().await;
    for folder in [died.path(), log.folder.path()] {
        let opened = Journal::open(folder, small()).unwrap();
        assert!(matches!(opened.recovery.index, IndexState::Rebuilt { .. }), "{:?}", opened.recovery.index);
        let expected: Vec<_> = log.events.iter().filter(|event| event.stream == name).cloned().collect();
        assert_eq!(opened.log.read_stream_with_hashes(&name, 0, 1000).await.unwrap(), expected);
        opened.log.close().await;
    }
}

#[tokio::test]
async fn an_index_that_is_gone_or_garbage_comes_back() {
    let log = log().await;
    let folder = log.folder.path().to_owned();
    let reopened = open(&folder, small());
    settled(&reopened).await;
    reopened.close().await;
    let index = folder.join("index");
    let files = || -> Vec<PathBuf> {
        let entries = fs::read_dir(&index).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_file()).collect()
    };
    let mut random = Random(3);
    let mut rebuilt = 0;
    let (mut ways, mut noticed) = (0, 0);
    for way in 0..40 {
        match way {
            0 => fs::remove_dir_all(&index).unwrap(),
            1 => files().iter().for_each(|file| fs::remove_file(file).unwrap()),
            2 => files().iter().for_each(|file| fs::write(file, "").unwrap()),
            3 => files().iter().for_each(|file| fs::write(file, "garbage").unwrap()),
            4 => fs::write(folder.join("index.open"), "another run of the machine").unwrap(),
            _ => {
                // Somewhere in its files, garbage or an early end.
                for path in files() {
                    // Mostly in the one with the pages, which is not read as a whole when it is opened.
                    if way % 4 > 0 && path.file_name().unwrap() != "db" {
                        continue;
                    }
                    let mut bytes = fs::read(&path).unwrap();
                    let at = usize::try_from(random.below(bytes.len() as u64 + 1)).unwrap();
                    if way % 2 == 0 {
                        bytes.truncate(at);
                    } else {
                        bytes[at..].iter_mut().take(3000).for_each(|byte| *byte ^= 0x55);
                    }
                    fs::write(&path, bytes).unwrap();
                }
            }
        }
        ways += 1;
        let mut opened = Journal::open(&folder, small()).unwrap();
        assert_eq!(opened.recovery.fault, None, "way {way}");
        rebuilt += u64::from(matches!(opened.recovery.index, IndexState::Rebuilt { .. }));
        if way < 5 {
            assert!(matches!(opened.recovery.index, IndexState::Rebuilt { .. }), "way {way}");
        }
        if opened.log.read_stream(&stream("s0"), 0, 1).await.is_err() {
            // Noticed when it was read; then the next start builds it.
            opened.log.close().await;
            noticed += 1;
            opened = Journal::open(&folder, small()).unwrap();
            assert!(matches!(opened.recovery.index, IndexState::Rebuilt { .. }), "way {way}");
        }
        for nth in 0..7 {
            let name = stream(&format!("s{nth}"));
            let expected: Vec<_> = log.events.iter().filter(|event| event.stream == name).cloned().collect();
            assert_eq!(opened.log.read_stream_with_hashes(&name, 0, 1000).await.unwrap(), expected, "way {way}");
            assert_eq!(opened.log.stream_version(&name).await.unwrap(), expected.len() as u64);
        }
        opened.log.close().await;
    }
    println!("damaged indexes: {ways}, built anew: {rebuilt} at once, {noticed} when read, all complete");
}

/// A file may say that it is a terabyte, and take no room.
#[tokio::test]
async fn a_segment_larger_than_any_is_not_read_into_memory() {
    let log = log().await;
    let copy = log.copy(true);
    let last = log.files.last().map(|(name, _)| copy.path().join(name)).unwrap();
    fs::OpenOptions::new().write(true).open(&last).unwrap().set_len(1 << 40).unwrap();
    let Err(Broken::Io { .. }) = verify(copy.path(), &mut |_, _| {}) else { panic!("it was read") };
    fs::OpenOptions::new().write(true).open(&last).unwrap().set_len(8 << 20).unwrap();
    assert!(verify(copy.path(), &mut |_, _| {}).is_ok());
}
