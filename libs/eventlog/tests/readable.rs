//! Damage anywhere in packed segments: everything that does not lie in it is read on, stream by stream.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
};

use common::{Random, append, count, folder_in_memory, open, read_all, settled, small, stream};
use eventlog::{Journal, Options, ReadError, Recorded};

const STREAMS: u64 = 40;

/// Some blocks in each segment.
fn options() -> Options {
    Options { segment_size: 64 << 10, ..small() }
}

/// A log of several packed segments and one that is written to, and what is in it.
async fn log() -> (tempfile::TempDir, Vec<Recorded>) {
    let folder = folder_in_memory();
    let log = open(folder.path(), options());
    let mut versions = vec![0; usize::try_from(STREAMS).unwrap()];
    let mut random = Random(5);
    for nth in 0..1600 {
        let of = random.below(STREAMS);
        let version = &mut versions[usize::try_from(of).unwrap()];
        let text = format!("{nth} ").repeat(1 + usize::try_from(random.below(60)).unwrap());
        *version = log.append(append(&format!("stream/{of}"), *version, &[&text])).await.unwrap().version;
    }
    settled(&log).await;
    let events = read_all(&log).await;
    log.close().await;
    (folder, events)
}

fn packed(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|found| found == "rvs")).collect();
    files.sort();
    files
}

/// What was recorded, but for the hash: damage may have hit the chain alone.
fn said(events: &[Recorded]) -> Vec<(u64, u64, String, Vec<u8>)> {
    events.iter().map(|e| (e.position, e.version, e.kind.clone(), e.body.clone())).collect()
}

fn by_stream<'a>(events: impl Iterator<Item = &'a Recorded>) -> BTreeMap<String, Vec<Recorded>> {
    let mut streams: BTreeMap<String, Vec<Recorded>> = BTreeMap::new();
    events.for_each(|event| streams.entry(event.stream.to_string()).or_default().push(event.clone()));
    streams
}

/// Changes a bit, zeros a stretch or cuts the end off, anywhere.
fn spoil(path: &Path, random: &mut Random) -> String {
    let file = fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    let len = file.metadata().unwrap().len();
    let at = random.below(len);
    let way = match random.below(8) {
        0 => {
            file.set_len(at).unwrap();
            "cut"
        }
        1 => {
            let stretch = vec![0; usize::try_from((len - at).min(4096)).unwrap()];
            file.write_all_at(&stretch, at).unwrap();
            "zeros"
        }
        _ => {
            let mut byte = [0];
            file.read_exact_at(&mut byte, at).unwrap();
            file.write_all_at(&[byte[0] ^ (1 << random.below(8))], at).unwrap();
            "bit"
        }
    };
    format!("{way} at {at} of {len}, {}", path.display())
}

#[tokio::test]
async fn whatever_is_damaged_the_rest_is_given_out_whole() {
    let (folder, events) = log().await;
    assert!(packed(folder.path()).len() > 3);
    let mut random = Random(11);
    let (mut whole, mut less, mut none) = (0, 0, 0);
    for nth in 0..count("EVENTLOG_FLIPS", 150) {
        let copy = folder_in_memory();
        let copied = std::process::Command::new("cp").arg("-r").arg(folder.path().join(".")).arg(copy.path()).status();
        assert!(copied.unwrap().success());
        let files = packed(copy.path());
        let mut what = String::new();
        for _ in 0..1 + nth % 2 {
            what += &spoil(&files[usize::try_from(random.below(files.len() as u64)).unwrap()], &mut random);
        }
        let with_index = random.chance(50);
        if !with_index {
            fs::remove_dir_all(copy.path().join("index")).unwrap();
        }
        let opened = Journal::open(copy.path(), options()).unwrap().log;
        let head = opened.head().position;
        // A segment whose beginning or end is damaged ends the log.
        let expected = by_stream(events.iter().filter(|event| event.position <= head));
        let mut found = BTreeMap::new();
        for mut part in opened.readable_streams(3) {
            while let Some(streams) = part.next().await.unwrap_or_else(|error| panic!("{what}: {error}")) {
                for (name, events) in streams {
                    assert!(found.insert(name.to_string(), events).is_none(), "{what}: {name} twice");
                }
            }
        }
        for (name, events) in &found {
            assert_eq!(said(events), said(&expected[name]), "{what}: {name} is not whole");
        }
        for (name, events) in &expected {
            match opened.read_stream(&stream(name), 0, 10_000).await {
                Ok(read) => {
                    assert_eq!(said(&read), said(events), "{what}: {name}");
                    assert!(found.contains_key(name), "{what}, index {with_index}: {name} can be read");
                }
                Err(ReadError::Damaged(_)) => {}
                Err(error) => panic!("{what}: {error}"),
            }
        }
        match found.len() {
            0 => none += 1,
            all if all == expected.len() => whole += 1,
            _ => less += 1,
        }
        opened.close().await;
    }
    println!("damaged logs: {whole} gave out every stream, {less} some, {none} none");
}
