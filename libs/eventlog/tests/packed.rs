//! Packed segments: everything of the raw ones can be had from them, damage in them is found, and what an interrupted
//! packing leaves is in nobody's way.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::BTreeMap,
    fs, io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

use common::{
    Random, append, copy_folder, count, folder_in_memory, keyed, open, raw, read_all, settled, small, stream,
    verify_whole, without_hashes,
};
use eventlog::{
    AppendError, Broken, Damage, Head, IndexState, Journal, Operation, Options, ReadError, ReadOnlyReason, Recorded,
    Trouble, Watch, verify,
};

const STREAMS: u64 = 40;

struct Log {
    folder: tempfile::TempDir,
    events: Vec<Recorded>,
    head: Head,
}

/// A log of several packed segments and one that is written to.
async fn log(options: Options) -> Log {
    let folder = folder_in_memory();
    let log = open(folder.path(), options.clone());
    let mut versions = vec![0; usize::try_from(STREAMS).unwrap()];
    let mut random = Random(5);
    for nth in 0..700 {
        let of = random.below(STREAMS);
        let version = &mut versions[usize::try_from(of).unwrap()];
        let text = format!("{nth} ").repeat(1 + usize::try_from(random.below(40)).unwrap());
        let bodies = [text.as_str(), "more"];
        let bodies = &bodies[..1 + usize::try_from(random.below(2)).unwrap()];
        let command = append(&format!("stream/{of}"), *version, bodies);
        let command = if nth % 3 == 0 { keyed(command, &nth.to_string(), "f") } else { command };
        *version = log.append(command).await.unwrap().version;
    }
    if options.pack {
        settled(&log).await;
    }
    let (events, head) = (read_all(&log).await, log.head());
    log.close().await;
    Log { folder, events, head }
}

fn files(folder: &Path, form: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == form)).collect();
    files.sort();
    files
}

fn by_stream(events: &[Recorded]) -> BTreeMap<String, Vec<Recorded>> {
    let mut streams: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
    for event in events {
        streams.entry(event.stream.to_string()).or_default().push(event.clone());
    }
    streams
}

async fn says_the_same(log: &Journal, events: &[Recorded]) {
    assert_eq!(read_all(log).await, events);
    for (name, of_stream) in by_stream(events) {
        assert_eq!(log.read_stream_with_hashes(&stream(&name), 0, 10_000).await.unwrap(), of_stream);
        let of_stream = without_hashes(&of_stream);
        assert_eq!(log.read_stream(&stream(&name), 0, 10_000).await.unwrap(), of_stream);
        for from in 0..of_stream.len() {
            let one = log.read_stream(&stream(&name), from as u64, 1).await.unwrap();
            assert_eq!(one[..], of_stream[from..=from]);
        }
        assert_eq!(log.stream_version(&stream(&name)).await.unwrap(), of_stream.len() as u64);
    }
    for nth in (0..700u64).step_by(3) {
        let key = eventlog::Hash::of(nth.to_string().as_bytes());
        let (found, fingerprint) = log.find_key(key).await.unwrap().unwrap();
        assert_eq!(fingerprint, eventlog::Hash::of(b"f"));
        let first = &events[usize::try_from(found.first).unwrap() - 1];
        assert!(first.body.starts_with(format!("{nth} ").as_bytes()));
    }
    for nth in 0..2000u64 {
        let unused = eventlog::Hash::of(format!("unused {nth}").as_bytes());
        assert_eq!(log.find_key(unused).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_packed_log_says_what_it_said_before() {
    let raw_log = log(raw()).await;
    let bytes =
        |form| -> u64 { files(raw_log.folder.path(), form).iter().map(|path| fs::metadata(path).unwrap().len()).sum() };
    let before = bytes("rvj");
    assert!(files(raw_log.folder.path(), "rvj").len() > 5);
    let opened = open(raw_log.folder.path(), small());
    // While it is packed, and after.
    says_the_same(&opened, &raw_log.events).await;
    settled(&opened).await;
    says_the_same(&opened, &raw_log.events).await;
    opened.close().await;
    assert_eq!(files(raw_log.folder.path(), "rvj").len(), 1);
    println!("{before} bytes, packed {}", bytes("rvs") + bytes("rvj"));
    for lost in ["", "index", "index.seen", "index.open", "index.open of another run"] {
        let path = raw_log.folder.path().join(lost);
        match lost {
            "" => {}
            "index" => fs::remove_dir_all(path).unwrap(),
            "index.open of another run" => {
                fs::write(raw_log.folder.path().join("index.open"), "another run of the machine").unwrap();
            }
            _ => fs::remove_file(path).unwrap(),
        }
        let opened = Journal::open(raw_log.folder.path(), small()).unwrap();
        let rebuilt = matches!(opened.recovery.index, IndexState::Rebuilt { .. });
        assert_eq!(rebuilt, !["", "index.seen"].contains(&lost), "{lost}: {:?}", opened.recovery.index);
        says_the_same(&opened.log, &raw_log.events).await;
        opened.log.close().await;
        verify_whole(raw_log.folder.path(), raw_log.head);
    }
}

#[tokio::test]
async fn a_log_is_the_same_stream_by_stream() {
    let log = log(small()).await;
    let opened = open(log.folder.path(), small());
    let expected = by_stream(&without_hashes(&log.events));
    for parts in [1, 2, 5] {
        let mut found = BTreeMap::new();
        for mut part in opened.streams(parts) {
            assert_eq!(part.head(), log.head);
            while let Some(streams) = part.next().await.unwrap() {
                for (name, events) in streams {
                    assert_eq!(found.insert(name.to_string(), events), None, "in one part only");
                }
            }
        }
        assert_eq!(found, expected, "{parts} parts");
    }
    opened.close().await;
}

#[derive(Debug, Default)]
struct Found {
    at_open: u64,
    when_read: u64,
    only_by_verify: u64,
}

/// A log with damage in a packed segment: `verify` says so, and nothing wrong is ever read.
async fn examine(log: &Log, folder: &Path, found: &mut Found) {
    let said = verify(folder, &mut |_, _| {});
    assert!(matches!(said, Err(Broken::Fault(_))), "{said:?}");
    let opened = Journal::open(folder, small()).unwrap();
    let at_open = opened.recovery.fault.is_some();
    let mut read: Vec<Recorded> = Vec::new();
    let mut damaged = at_open;
    loop {
        match opened.log.read(read.len() as u64, 100).await {
            Ok(some) if some.is_empty() => break,
            Ok(some) => read.extend(some),
            Err(ReadError::Damaged(_)) => {
                damaged = true;
                break;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(read[..], log.events[..read.len()]);
    for (name, events) in by_stream(&log.events) {
        match opened.log.read_stream(&stream(&name), 0, 10_000).await {
            Ok(some) => assert_eq!(some[..], without_hashes(&events)[..some.len()]),
            Err(ReadError::Damaged(_)) => damaged = true,
            Err(ReadError::Index { .. }) if damaged => {}
            Err(error) => panic!("{error}"),
        }
        match opened.log.read_stream_with_hashes(&stream(&name), 0, 10_000).await {
            // Where the damage was found at once the log ends before it.
            Ok(some) => assert!(some[..] == events[..some.len()] && (at_open || some.len() == events.len())),
            Err(ReadError::Damaged(_)) => damaged = true,
            // An index that could not be built to the end.
            Err(ReadError::Index { .. }) if damaged => {}
            Err(error) => panic!("{error}"),
        }
    }
    if damaged {
        let refused = opened.log.append(append("new", 0, &["x"])).await;
        assert!(matches!(refused, Err(AppendError::ReadOnly { .. })), "{refused:?}");
    }
    *match (at_open, damaged) {
        (true, _) => &mut found.at_open,
        (false, true) => &mut found.when_read,
        (false, false) => &mut found.only_by_verify,
    } += 1;
    opened.log.close().await;
}

#[tokio::test]
#[ignore = "slow: damages a log 700 times"]
async fn every_changed_byte_and_every_cut_is_found() {
    let log = log(small()).await;
    let changes = count("EVENTLOG_FLIPS", 700);
    let mut random = Random(9);
    let mut found = Found::default();
    let packed = files(log.folder.path(), "rvs");
    assert!(packed.len() > 3);
    let sizes: Vec<u64> = packed.iter().map(|path| fs::metadata(path).unwrap().len()).collect();
    let total: u64 = sizes.iter().sum();
    for nth in 0..changes {
        let mut place = total * nth / changes;
        let mut segment = 0;
        while place >= sizes[segment] {
            place -= sizes[segment];
            segment += 1;
        }
        let copy = folder_in_memory();
        fs::create_dir(copy.path().join("journal")).unwrap();
        for path in packed.iter().chain(&files(log.folder.path(), "rvj")) {
            fs::copy(path, copy.path().join("journal").join(path.file_name().unwrap())).unwrap();
        }
        let name = copy.path().join("journal").join(packed[segment].file_name().unwrap());
        let file = fs::OpenOptions::new().write(true).read(true).open(&name).unwrap();
        if nth % 4 == 3 {
            file.set_len(place).unwrap();
            if random.chance(50) {
                file.set_len(sizes[segment]).unwrap();
            }
        } else {
            let mut byte = [0];
            file.read_exact_at(&mut byte, place).unwrap();
            file.write_all_at(&[byte[0] ^ (1 << random.below(8))], place).unwrap();
        }
        examine(&log, copy.path(), &mut found).await;
    }
    println!("changes to packed segments: {changes}, every one found by verify; {found:?}");
}

/// One block of one segment is damaged: every stream that has nothing in it is given out whole, the others not at all,
/// with the index and without.
#[tokio::test]
async fn what_is_not_damaged_is_read_stream_by_stream() {
    // Some blocks in each segment.
    let log = log(Options { segment_size: 64 << 10, ..small() }).await;
    let streams = by_stream(&without_hashes(&log.events));
    let packed = files(log.folder.path(), "rvs");
    let (mut given, mut left_out) = (0, 0);
    for (nth, path) in packed.iter().enumerate() {
        for with_index in [true, false] {
            let copy = folder_in_memory();
            let from = log.folder.path().join(".");
            let copied = std::process::Command::new("cp").arg("-r").arg(from).arg(copy.path()).status();
            assert!(copied.unwrap().success());
            if !with_index {
                fs::remove_dir_all(copy.path().join("index")).unwrap();
            }
            let name = path.file_name().unwrap();
            let file =
                fs::OpenOptions::new().write(true).read(true).open(copy.path().join("journal").join(name)).unwrap();
            // In the first block, which comes after a header of 16 bytes.
            let mut byte = [0];
            file.read_exact_at(&mut byte, 100).unwrap();
            file.write_all_at(&[byte[0] ^ 1], 100).unwrap();
            let opened = Journal::open(copy.path(), small()).unwrap().log;
            let mut strict = opened.streams(1).remove(0);
            let said = loop {
                match strict.next().await {
                    Ok(Some(_)) => {}
                    other => break other,
                }
            };
            assert!(matches!(said, Err(ReadError::Damaged(_))), "segment {nth}");
            let mut found = BTreeMap::new();
            let mut out = 0;
            for mut part in opened.readable_streams(3) {
                while let Some(streams) = part.next().await.unwrap() {
                    found.extend(streams.into_iter().map(|(name, events)| (name.to_string(), events)));
                }
                out += part.left_out();
            }
            for (name, events) in &streams {
                // The truth of it: the stream is read, or says that it is damaged.
                match opened.read_stream(&stream(name), 0, 10_000).await {
                    Ok(read) => {
                        assert_eq!(read, *events);
                        assert_eq!(found.get(name), Some(events), "segment {nth}, index {with_index}: {name}");
                    }
                    Err(ReadError::Damaged(_)) => {
                        assert_eq!(found.get(name), None, "segment {nth}, index {with_index}: {name}");
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            let met = found.len() as u64 + out;
            assert!(met <= STREAMS && out > 0 && found.len() > 5, "{} given out, {out} left out", found.len());
            assert_eq!(opened.fault().unwrap().segment, name.to_str().unwrap());
            (given, left_out) = (given + found.len(), left_out + out);
            opened.close().await;
        }
    }
    println!(
        "damaged blocks: {} of {} streams given out whole, {left_out} left out",
        given,
        2 * packed.len() as u64 * STREAMS
    );
}

#[tokio::test]
async fn a_missing_packed_segment_is_found() {
    let log = log(small()).await;
    for nth in 0..files(log.folder.path(), "rvs").len() {
        let copy = folder_in_memory();
        fs::create_dir(copy.path().join("journal")).unwrap();
        let all = files(log.folder.path(), "rvs").into_iter().chain(files(log.folder.path(), "rvj"));
        for path in all {
            fs::copy(&path, copy.path().join("journal").join(path.file_name().unwrap())).unwrap();
        }
        let missing = files(copy.path(), "rvs").remove(nth);
        fs::remove_file(&missing).unwrap();
        let Err(Broken::Fault(fault)) = verify(copy.path(), &mut |_, _| {}) else { panic!("segment {nth}") };
        let name = missing.file_name().unwrap().to_str().unwrap();
        // Where a raw one follows it cannot be known whether it had been packed.
        let last = nth + 1 == files(log.folder.path(), "rvs").len();
        assert_eq!(fault.segment, if last { name.replace(".rvs", ".rvj") } else { name.to_owned() });
        assert!(matches!(fault.what, Damage::Missing { .. }), "{fault}");
        let mut found = Found::default();
        examine(&log, copy.path(), &mut found).await;
        assert_eq!(found.at_open, 1);
    }
}

#[tokio::test]
async fn what_an_interrupted_packing_leaves_is_tidied_up() {
    let raw_log = log(raw()).await;
    let packed_log = {
        let copy = folder_in_memory();
        fs::create_dir(copy.path().join("journal")).unwrap();
        for path in files(raw_log.folder.path(), "rvj") {
            fs::copy(&path, copy.path().join("journal").join(path.file_name().unwrap())).unwrap();
        }
        let opened = open(copy.path(), small());
        settled(&opened).await;
        opened.close().await;
        copy
    };
    // The packed form beside the raw one: whole, half, and under the name it has while it is written.
    let packed = files(packed_log.path(), "rvs");
    let journal = raw_log.folder.path().join("journal");
    for (nth, path) in packed.iter().enumerate() {
        let bytes = fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        match nth % 3 {
            0 => fs::write(journal.join(name), bytes).unwrap(),
            1 => fs::write(journal.join(name), &bytes[..bytes.len() / 2]).unwrap(),
            _ => fs::write(journal.join(format!("{name}.tmp")), &bytes[..bytes.len() / 2]).unwrap(),
        }
    }
    verify_whole(raw_log.folder.path(), raw_log.head);
    let opened = open(raw_log.folder.path(), small());
    says_the_same(&opened, &raw_log.events).await;
    settled(&opened).await;
    opened.close().await;
    verify_whole(raw_log.folder.path(), raw_log.head);
    assert_eq!(
        fs::read_dir(&journal).unwrap().count(),
        packed.len() + 2,
        "packed segments, one raw, and the folder torn"
    );
}

/// Who reads a segment that another process writes reads it to the end, also when it is packed meanwhile.
#[tokio::test]
async fn a_segment_that_is_packed_while_verify_reads_it_is_whole() {
    let raw_log = log(raw()).await;
    let packed_log = folder_in_memory();
    copy_folder(raw_log.folder.path(), packed_log.path());
    let opened = open(packed_log.path(), small());
    settled(&opened).await;
    opened.close().await;
    let (raw, packed) = (files(raw_log.folder.path(), "rvj"), files(packed_log.path(), "rvs"));
    for _ in 0..10 {
        let live = folder_in_memory();
        let journal = live.path().join("journal");
        fs::create_dir(&journal).unwrap();
        let here = |path: &Path| journal.join(path.file_name().unwrap());
        for path in &raw[..3] {
            fs::copy(path, here(path)).unwrap();
        }
        // The end of the third is still to be written.
        let bytes = fs::read(&raw[2]).unwrap();
        let at = bytes.len() - 20;
        let file = fs::OpenOptions::new().write(true).open(here(&raw[2])).unwrap();
        file.write_all_at(&[0; 20], at as u64).unwrap();
        let (begin, begun) = std::sync::mpsc::channel();
        let writer = std::thread::spawn({
            let (third, packed_third, whole) = (here(&raw[2]), here(&packed[2]), packed[2].clone());
            move || {
                begun.recv().unwrap();
                std::thread::sleep(Duration::from_millis(1));
                file.write_all_at(&bytes[at..], at as u64).unwrap();
                fs::copy(whole, packed_third.with_extension("tmp")).unwrap();
                fs::rename(packed_third.with_extension("tmp"), packed_third).unwrap();
                fs::remove_file(third).unwrap();
            }
        });
        let mut segments = 0;
        let said = verify(live.path(), &mut |_, _| {
            segments += 1;
            if segments == 2 {
                begin.send(()).unwrap();
            }
        });
        writer.join().unwrap();
        assert!(said.is_ok(), "{said:?}");
    }
}

/// What happens when a packed segment is to be written.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Packing {
    Works,
    Fails(io::ErrorKind),
    Panics,
}

#[derive(Debug)]
struct Unpackable(Mutex<Packing>);

impl Watch for Unpackable {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        let packed = matches!(operation, Operation::Create(path) if path.to_str().unwrap().contains(".rvs"));
        let packing = *self.0.lock().unwrap();
        match packing {
            Packing::Fails(kind) if packed => Err(kind.into()),
            Packing::Panics if packed => panic!("as a fault in packing would"),
            _ => Ok(()),
        }
    }

    fn after(&self, _: Operation<'_>) {}
}

#[tokio::test]
async fn where_nothing_can_be_packed_the_log_refuses_and_comes_back() {
    let full = Packing::Fails(io::ErrorKind::StorageFull);
    for packing in [full, Packing::Fails(io::ErrorKind::Other), Packing::Panics] {
        let folder = folder_in_memory();
        let disk = Arc::new(Unpackable(Mutex::new(packing)));
        let watch: Arc<dyn Watch> = Arc::clone(&disk) as Arc<dyn Watch>;
        let log = open(folder.path(), Options { backlog: 2, watch: Some(watch), ..small() });
        let text = "x".repeat(3000);

        let mut version = 0;
        let reason = loop {
            match tokio::time::timeout(Duration::from_secs(60), log.append(append("a", version, &[&text]))).await {
                Ok(Ok(appended)) => version = appended.version,
                Ok(Err(AppendError::ReadOnly { reason })) => break reason,
                other => panic!("{other:?}"),
            }
        };
        let right = match packing == full {
            true => matches!(reason, ReadOnlyReason::Refused { trouble: Trouble::NoRoom, .. }),
            false => matches!(reason, ReadOnlyReason::NotPacked { .. }),
        };
        assert!(right, "{packing:?}: {reason:?}");
        let health = log.health();
        assert!(health.not_packed.is_some(), "{health:?}");
        let told = health.read_only.iter().map(std::mem::discriminant).collect::<Vec<_>>();
        assert_eq!(told, [std::mem::discriminant(&reason)], "the refusal is told to those who ask");
        // A segment of 16 KiB holds five. Three full ones wait, one more than may, so none follows the fourth.
        assert_eq!((version, read_all(&log).await.len()), (20, 20));

        *disk.0.lock().unwrap() = Packing::Works;
        let mut tries = 0;
        while log.append(append("a", version, &[&text])).await.is_err() {
            tries += 1;
            assert!(tries < 1000, "it does not take more");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(log.health().read_only, []);
        assert_eq!(read_all(&log).await.len(), 21);
        let head = log.head();
        log.close().await;
        verify_whole(folder.path(), head);
    }
}
