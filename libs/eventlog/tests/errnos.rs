//! What each error of the file system leads to at each place: the table of `docs/reliability.md`, line by line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
    },
    time::Duration,
};

use common::{append, folder_in_memory, open, raw, read_all, small, stream, verify_whole};
use eventlog::{AppendError, Journal, Operation, Options, ReadOnlyReason, Trouble, Watch};
use rustix::{
    io::Errno,
    process::{Resource, Rlimit, getrlimit, setrlimit},
};

const ERRNOS: [(Errno, Meaning); 8] = [
    (Errno::NOSPC, Meaning::Is(Trouble::NoRoom)),
    (Errno::DQUOT, Meaning::Is(Trouble::NoRoom)),
    (Errno::FBIG, Meaning::Is(Trouble::NoRoom)),
    (Errno::MFILE, Meaning::Is(Trouble::NoDescriptors)),
    (Errno::NFILE, Meaning::Is(Trouble::NoDescriptors)),
    (Errno::ROFS, Meaning::Is(Trouble::ReadOnly)),
    (Errno::IO, Meaning::Is(Trouble::Device)),
    (Errno::INTR, Meaning::Again),
];

#[derive(Debug, Clone, Copy, PartialEq)]
enum Meaning {
    Is(Trouble),
    /// The call is made again at once, and nobody notices.
    Again,
}

/// What the log does.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Does {
    /// As if nothing had been.
    Works,
    /// Opens; takes nothing for this reason, and goes on by itself when it has passed.
    RefusesAppends(Trouble),
    /// Opens; takes nothing since nothing can be packed, and goes on by itself when it has passed.
    CannotPack,
    /// Is not opened, for this reason; is, when it has passed.
    RefusesToOpen(Trouble),
    /// Is stopped for good; the next start has everything that was acknowledged.
    Stops,
}

/// Where the error comes.
#[derive(Debug, Clone, Copy, PartialEq)]
enum At {
    StartReservingRoom,
    StartFirstSegment,
    StartHead,
    AppendWrite,
    AppendSync,
    NewSegmentCreate,
    NewSegmentReserve,
    NewSegmentWrite,
    NewSegmentSync,
    NewSegmentName,
    NewSegmentFolder,
    Pack,
    Head,
}

impl At {
    const ALL: [At; 13] = [
        At::StartReservingRoom,
        At::StartFirstSegment,
        At::StartHead,
        At::AppendWrite,
        At::AppendSync,
        At::NewSegmentCreate,
        At::NewSegmentReserve,
        At::NewSegmentWrite,
        At::NewSegmentSync,
        At::NewSegmentName,
        At::NewSegmentFolder,
        At::Pack,
        At::Head,
    ];

    fn is(self, operation: Operation<'_>) -> bool {
        let ends = |path: &Path, with: &str| path.to_str().unwrap().ends_with(with);
        let new = |path: &Path| ends(path, ".tmp") && !ends(path, ".rvs.tmp") && !ends(path, "hoved.tmp");
        match (self, operation) {
            (At::StartReservingRoom | At::NewSegmentReserve, Operation::Allocate(..)) => true,
            (At::StartFirstSegment | At::NewSegmentCreate, Operation::Create(path))
            | (At::NewSegmentWrite, Operation::Write(path, ..))
            | (At::NewSegmentSync, Operation::Sync(path))
            | (At::NewSegmentName, Operation::Rename(path, _)) => new(path),
            (At::NewSegmentFolder, Operation::SyncFolder(path)) => ends(path, "journal"),
            (At::AppendWrite, Operation::Write(path, ..)) | (At::AppendSync, Operation::Sync(path)) => {
                ends(path, ".rvj")
            }
            (At::Pack, Operation::Create(path)) => ends(path, ".rvs.tmp"),
            (At::StartHead | At::Head, Operation::Create(path)) => ends(path, "hoved.tmp"),
            _ => false,
        }
    }

    /// The table.
    fn leads_to(self, meaning: Meaning) -> Does {
        let Meaning::Is(trouble) = meaning else { return Does::Works };
        match (self, trouble) {
            // Nobody depends on the head while the journal is whole.
            (At::StartHead | At::Head, _) => Does::Works,
            // The room is only reserved: what is there can be read.
            (At::StartReservingRoom, Trouble::NoRoom) => Does::RefusesAppends(trouble),
            (At::StartReservingRoom | At::StartFirstSegment, _) => Does::RefusesToOpen(trouble),
            // Of what was written it is not known what is on the disk.
            (At::AppendWrite | At::AppendSync | At::NewSegmentName | At::NewSegmentFolder, _) => Does::Stops,
            // A new segment is nobody's before it has its name, but of a device that fails no more is asked.
            (
                At::NewSegmentCreate | At::NewSegmentReserve | At::NewSegmentWrite | At::NewSegmentSync,
                Trouble::Device | Trouble::Other,
            ) => Does::Stops,
            (At::Pack, Trouble::Device | Trouble::Other) => Does::CannotPack,
            (_, trouble) => Does::RefusesAppends(trouble),
        }
    }

    fn at_start(self) -> bool {
        matches!(self, At::StartReservingRoom | At::StartFirstSegment | At::StartHead)
    }
}

/// Makes an operation fail while it is on; an interruption comes once.
#[derive(Debug)]
struct Fails {
    at: At,
    errno: Errno,
    on: AtomicBool,
    times: AtomicU64,
}

impl Watch for Fails {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        if !self.at.is(operation) || !self.on.load(SeqCst) {
            return Ok(());
        }
        let times = self.times.fetch_add(1, SeqCst);
        if self.errno == Errno::INTR && times % 2 == 1 { Ok(()) } else { Err(self.errno.into()) }
    }

    fn after(&self, _: Operation<'_>) {}
}

const LARGE: usize = 3000;

async fn add(log: &Journal) -> Result<u64, AppendError> {
    let version = log.stream_version(&stream("a")).await.unwrap();
    let appending = log.append(append("a", version, &[&"x".repeat(LARGE)]));
    let appended = tokio::time::timeout(Duration::from_secs(60), appending).await.expect("nobody waits for ever");
    appended.map(|appended| appended.version)
}

/// Appends until it is refused, at most so often; how many events there are then, and why no more.
async fn add_many(log: &Journal, most: u64) -> (u64, Option<AppendError>) {
    for _ in 0..most {
        if let Err(error) = add(log).await {
            return (log.head().position, Some(error));
        }
    }
    (log.head().position, None)
}

fn cut_to_its_end(folder: &Path, used: u64) {
    let path = fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let last: PathBuf = path.filter(|path| path.extension().is_some_and(|e| e == "rvj")).max().unwrap();
    fs::OpenOptions::new().write(true).open(last).unwrap().set_len(used).unwrap();
}

/// What the log does when this errno comes at this place.
async fn what_it_does(at: At, errno: Errno) -> Does {
    let folder = folder_in_memory();
    let fails = Arc::new(Fails { at, errno, on: AtomicBool::new(at.at_start()), times: AtomicU64::new(0) });
    let watch = Arc::clone(&fails) as Arc<dyn Watch>;
    let options = Options { watch: Some(watch), backlog: 2, pack: at == At::Pack, ..small() };
    let mut before = 0;
    if at.at_start() && at != At::StartFirstSegment {
        let log = open(folder.path(), raw());
        before = add_many(&log, 3).await.0;
        let used = log.backup_files().last().unwrap().len;
        log.close().await;
        if at == At::StartReservingRoom {
            cut_to_its_end(folder.path(), used);
        } else {
            fs::remove_file(folder.path().join("hoved")).unwrap();
        }
    }
    let log = match Journal::open(folder.path(), options.clone()) {
        Ok(opened) => opened.log,
        Err(error) => {
            let trouble = error.trouble().unwrap();
            fails.on.store(false, SeqCst);
            let log = open(folder.path(), options);
            assert_eq!(read_all(&log).await.len() as u64, before);
            add(&log).await.unwrap();
            log.close().await;
            return Does::RefusesToOpen(trouble);
        }
    };
    if !at.at_start() {
        before = add_many(&log, 2).await.0;
        fails.on.store(true, SeqCst);
    }
    // A segment of 16 KiB holds five, and two full ones may wait to be packed.
    let (acknowledged, error) = add_many(&log, 25).await;
    // The head is written every second.
    let mut waits = 0;
    while fails.times.load(SeqCst) == 0 {
        waits += 1;
        assert!(waits < 300, "{at:?} {errno:?} never came");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert!(acknowledged >= before);
    assert_eq!(read_all(&log).await.len() as u64, acknowledged, "what is there can be read");
    assert_eq!(log.read_stream(&stream("a"), 0, 100).await.unwrap().len() as u64, acknowledged);
    fails.on.store(false, SeqCst);
    let goes_on = async || {
        let mut tries = 0;
        while add(&log).await.is_err() {
            tries += 1;
            assert!(tries < 300, "it does not go on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    let does = match error {
        None => Does::Works,
        Some(AppendError::ReadOnly { reason: ReadOnlyReason::Refused { trouble, .. } }) => {
            goes_on().await;
            Does::RefusesAppends(trouble)
        }
        Some(AppendError::ReadOnly { reason: ReadOnlyReason::NotPacked { .. } }) => {
            goes_on().await;
            Does::CannotPack
        }
        Some(AppendError::Poisoned { .. }) => {
            assert!(matches!(add(&log).await, Err(AppendError::Poisoned { .. })), "for good");
            Does::Stops
        }
        Some(error) => panic!("{at:?} {errno:?}: {error}"),
    };
    let acknowledged = log.head().position;
    log.close().await;
    let log = open(folder.path(), small());
    assert!(read_all(&log).await.len() as u64 >= acknowledged, "{at:?} {errno:?}");
    add(&log).await.unwrap();
    let head = log.head();
    log.close().await;
    verify_whole(folder.path(), head);
    does
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_error_at_every_place_does_what_the_table_says() {
    let mut counts = (0, 0);
    for at in At::ALL {
        for (errno, meaning) in ERRNOS {
            let expected = at.leads_to(meaning);
            assert_eq!(what_it_does(at, errno).await, expected, "{at:?} {errno:?}");
            counts = (counts.0 + 1, counts.1 + u64::from(expected == Does::Stops));
        }
    }
    println!("errors: {} of {} stop the log, the others pass or are waited out", counts.1, counts.0);
}

const CHILD: &str = "EVENTLOG_DESCRIPTORS";

#[test]
fn without_a_free_descriptor_nothing_is_lost_and_nothing_stops() {
    let child = Command::new("timeout")
        .args(["60", std::env::current_exe().unwrap().to_str().unwrap()])
        .args(["--exact", "with_few_descriptors", "--ignored", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .unwrap();
    let (out, err) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && out.contains("descriptors: "), "{out}\n{err}");
    out.lines().filter(|line| line.contains("descriptors: ")).for_each(|line| println!("{line}"));
}

/// Takes every descriptor that is left.
fn take_all() -> Vec<File> {
    std::iter::from_fn(|| File::open("/dev/null").ok()).collect()
}

/// The same while full segments are packed, which takes descriptors of its own; how often nothing more was taken.
async fn while_it_packs(folder: &Path) -> u64 {
    let mut refused = 0;
    for free in 0..6 {
        let log = open(folder, Options { backlog: 2, ..small() });
        common::settled(&log).await;
        let mut taken = take_all();
        taken.truncate(taken.len() - free);
        let (acknowledged, error) = add_many(&log, 40).await;
        match error {
            None => {}
            Some(AppendError::ReadOnly { reason: ReadOnlyReason::Refused { trouble: Trouble::NoDescriptors, .. } }) => {
                refused += 1;
            }
            Some(error) => panic!("{free} free: {error}"),
        }
        assert_eq!(read_all(&log).await.len() as u64, acknowledged);
        assert_eq!(log.read_stream(&stream("a"), 0, 10_000).await.unwrap().len() as u64, acknowledged);
        let health = log.health();
        let lasting = |reason: &ReadOnlyReason| {
            matches!(
                reason,
                ReadOnlyReason::Damaged(_) | ReadOnlyReason::IndexBroken | ReadOnlyReason::NotPacked { .. }
            )
        };
        assert!(health.poisoned.is_none() && !health.read_only.iter().any(lasting), "{free} free: {health:?}");
        drop(taken);
        let mut tries = 0;
        while add(&log).await.is_err() {
            tries += 1;
            assert!(tries < 300, "{free} free: it does not go on");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        common::settled(&log).await;
        assert_eq!(log.health().read_only, []);
        let head = log.head();
        log.close().await;
        verify_whole(folder, head);
    }
    refused
}

#[test]
#[ignore = "in a process of its own"]
fn with_few_descriptors() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let folder = folder_in_memory();
        setrlimit(Resource::Nofile, Rlimit { current: Some(256), ..getrlimit(Resource::Nofile) }).unwrap();
        let mut refused = 0;
        for free in 0..5 {
            let log = open(folder.path(), raw());
            let before = add_many(&log, 3).await.0;
            let mut taken = take_all();
            taken.truncate(taken.len() - free);
            let (acknowledged, error) = add_many(&log, 12).await;
            match error {
                None => {}
                Some(AppendError::ReadOnly {
                    reason: ReadOnlyReason::Refused { trouble: Trouble::NoDescriptors, .. },
                }) => refused += 1,
                Some(error) => panic!("{free} free: {error}"),
            }
            assert!(acknowledged >= before);
            assert_eq!(read_all(&log).await.len() as u64, acknowledged);
            drop(taken);
            add(&log).await.unwrap();
            let head = log.head();
            log.close().await;
            verify_whole(folder.path(), head);
        }
        // And a start: it says what is short, and the index is not thrown away for it.
        let not_packed = while_it_packs(folder_in_memory().path()).await;
        let log = open(folder.path(), small());
        common::settled(&log).await;
        let all = log.head().position;
        let taken = take_all();
        log.close().await;
        drop(taken);
        let (mut not_opened, mut rebuilt) = (0, 0);
        for free in 0..24 {
            let mut taken = take_all();
            taken.truncate(taken.len() - free);
            let opened = Journal::open(folder.path(), raw());
            drop(taken);
            match opened {
                Ok(opened) => {
                    rebuilt += u64::from(matches!(opened.recovery.index, eventlog::IndexState::Rebuilt { .. }));
                    assert_eq!(opened.recovery.fault, None);
                    opened.log.close().await;
                }
                Err(error) => {
                    assert_eq!(error.trouble(), Some(Trouble::NoDescriptors), "{error}");
                    not_opened += 1;
                }
            }
        }
        let opened = Journal::open(folder.path(), raw()).unwrap();
        rebuilt += u64::from(matches!(opened.recovery.index, eventlog::IndexState::Rebuilt { .. }));
        assert_eq!((opened.recovery.events, rebuilt), (all, 0));
        assert!(refused > 0 && not_packed > 0 && (1..24).contains(&not_opened));
        opened.log.close().await;
        println!(
            "descriptors: {refused} times no new segment, {not_packed} times nothing packed, {not_opened} times not opened, \
             nothing lost"
        );
    });
}
