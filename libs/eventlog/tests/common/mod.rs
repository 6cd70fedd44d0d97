//! What the tests share.
#![allow(dead_code, reason = "each test uses a part of it")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

pub(crate) mod disk;

use std::path::Path;
use std::time::Duration;

use eventlog::{Append, Hash, Head, Idempotency, Journal, NewEvent, Options, Recorded, StreamId, Verified, verify};

pub(crate) fn stream(name: &str) -> StreamId {
    StreamId::new(name).unwrap()
}

/// A folder in memory where there is one, for tests that open a thousand logs and do not depend on a disk.
pub(crate) fn folder_in_memory() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap()
}

/// Opens an index that was just closed: sled lets go of its lock on a thread of its own.
pub(crate) async fn index_alone(index: &Path) -> sled::Db {
    for _ in 0..200 {
        if let Ok(index) = sled::open(index) {
            return index;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the index is still locked after ten seconds");
}

/// Everything in a folder, into another.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let to = to.join(entry.file_name());
        match entry.path() {
            folder if folder.is_dir() => copy_folder(&folder, &to),
            file => assert!(std::fs::copy(file, to).is_ok()),
        }
    }
}

/// Small segments, so that a few hundred events make several.
pub(crate) fn small() -> Options {
    Options { segment_size: 16 << 10, index_cache: 1 << 20, keep_free: 0, ..Options::default() }
}

/// The same, left as they were written: what a process that stopped early leaves.
pub(crate) fn raw() -> Options {
    Options { pack: false, ..small() }
}

/// Waits until every full segment is packed.
pub(crate) async fn settled(log: &Journal) {
    let raw = |log: &Journal| log.backup_files().iter().filter(|file| file.ends.is_none()).count();
    let packed = async {
        while raw(log) > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    let minute = Duration::from_secs(60);
    tokio::time::timeout(minute, packed).await.expect("full segments are packed within a minute");
}

pub(crate) fn event(text: &str) -> NewEvent {
    NewEvent { kind: "Noteret".to_owned(), form: 1, body: text.as_bytes().to_vec() }
}

/// What the clock says.
pub(crate) const TIME: i64 = 1_700_000_000_000_000;

pub(crate) fn append(name: &str, expected: u64, bodies: &[&str]) -> Append {
    Append {
        stream: stream(name),
        expected,
        time: TIME,
        meta: b"who and why".to_vec(),
        events: bodies.iter().map(|body| event(body)).collect(),
        idempotency: None,
    }
}

pub(crate) fn keyed(mut append: Append, key: &str, fingerprint: &str) -> Append {
    append.idempotency =
        Some(Idempotency { key: Hash::of(key.as_bytes()), fingerprint: Hash::of(fingerprint.as_bytes()) });
    append
}

/// Opens a log that has to be whole.
pub(crate) fn open(folder: &Path, options: Options) -> Journal {
    let opened = Journal::open(folder, options).unwrap();
    assert_eq!(opened.recovery.fault, None);
    opened.log
}

pub(crate) async fn read_all(log: &Journal) -> Vec<Recorded> {
    let mut all = Vec::new();
    loop {
        let some = log.read(all.len() as u64, 1000).await.unwrap();
        if some.is_empty() {
            return all;
        }
        all.extend(some);
    }
}

/// As those get them who are not told the hashes.
pub(crate) fn without_hashes(events: &[Recorded]) -> Vec<Recorded> {
    events.iter().map(|event| Recorded { hash: None, ..event.clone() }).collect()
}

pub(crate) fn verify_whole(folder: &Path, head: Head) -> Verified {
    let verified = verify(folder, &mut |_, _| {}).unwrap();
    assert_eq!(verified.head, head);
    verified
}

/// A count that a long run raises.
pub(crate) fn count(variable: &str, everyday: u64) -> u64 {
    std::env::var(variable).ok().map_or(everyday, |text| text.parse().expect("a number"))
}

/// A small generator, so that a run can be repeated by its seed.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub(crate) fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
