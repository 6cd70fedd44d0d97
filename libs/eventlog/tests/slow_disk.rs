//! A disk access that takes its time keeps nobody waiting but whoever asked for it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    future::Future,
    io,
    path::Path,
    pin::Pin,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use common::{append, keyed, open, settled, small, stream, verify_whole, without_hashes};
use eventlog::{Hash, Journal, Operation, Options, Watch};

const PATIENCE: Duration = Duration::from_secs(60);

/// Holds one access to a file.
#[derive(Debug, Default)]
struct Gate {
    at: Mutex<At>,
    moved: Condvar,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Open,
    /// The next access of this kind stops here; those after it pass.
    Waiting(Kind),
    Held,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of a packed segment.
    Read,
    /// Of the index's mark, of a packed segment, or of the journal.
    Sync(&'static str),
}

impl Gate {
    fn set(&self, at: At) {
        *self.at.lock().unwrap() = at;
        self.moved.notify_all();
    }

    async fn held(self: &Arc<Self>) {
        let gate = Arc::clone(self);
        let held = move || {
            let at = gate.at.lock().unwrap();
            let waited = gate.moved.wait_timeout_while(at, PATIENCE, |at| *at != At::Held).unwrap().1;
            assert!(!waited.timed_out(), "nothing was held");
        };
        tokio::task::spawn_blocking(held).await.unwrap();
    }

    fn pass(&self, kind: Kind) {
        let mut at = self.at.lock().unwrap();
        if *at == At::Waiting(kind) {
            *at = At::Held;
            self.moved.notify_all();
            let waited = self.moved.wait_timeout_while(at, 2 * PATIENCE, |at| *at == At::Held).unwrap().1;
            assert!(!waited.timed_out(), "nobody let it go on");
        }
    }
}

impl Watch for Gate {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        if let Operation::Sync(path) = operation {
            let ends = |with: &str| path.to_str().unwrap().ends_with(with);
            if let Some(with) = [".rvj", ".rvs.tmp", "index.seen.tmp"].into_iter().find(|with| ends(with)) {
                self.pass(Kind::Sync(with));
            }
        }
        Ok(())
    }

    fn after(&self, _: Operation<'_>) {}

    fn reading(&self, name: &str, _: u64, _: usize) -> io::Result<()> {
        if Path::new(name).extension().is_some_and(|extension| extension == "rvs") {
            self.pass(Kind::Read);
        }
        Ok(())
    }
}

const STREAMS: u64 = 5;

/// Appends to streams of this name until a segment is full and packed. Counts the commits.
async fn fill_a_segment(log: &Journal, of: &str, written: &mut u64) {
    let packed = |log: &Journal| log.backup_files().iter().filter(|file| file.ends.is_some()).count();
    let before = packed(log);
    while packed(log) == before {
        let body = format!("{written} ").repeat(60);
        let (name, version) = (format!("{of}{}", *written % STREAMS), *written / STREAMS);
        log.append(keyed(append(&name, version, &[&body]), &format!("{of} {written}"), "f")).await.unwrap();
        *written += 1;
        settled(log).await;
    }
}

/// The old streams fill the first two segments or more, the new ones those after them.
async fn old_and_new(log: &Journal) -> (u64, u64) {
    let (mut old, mut new) = (0, 0);
    for _ in 0..2 {
        fill_a_segment(log, "old", &mut old).await;
    }
    for _ in 0..3 {
        fill_a_segment(log, "new", &mut new).await;
    }
    (old, new)
}

/// What anybody may want of a log; each has to come while something else is held. Only those who want the very part of a
/// segment that is being read wait for it, so this is about the new streams.
async fn everything_else_goes_on(log: &Journal, old: u64, new: &mut u64, packs: bool) {
    let goes_on = async {
        let all = log.read(old, 10_000).await.unwrap();
        let of_stream: Vec<_> = all.into_iter().filter(|event| event.stream == stream("new1")).collect();
        let read = log.read_stream(&stream("new1"), 0, 10_000).await.unwrap();
        // More may have been written between the two.
        assert!(!of_stream.is_empty() && read.len() >= of_stream.len());
        assert_eq!(read[..of_stream.len()], without_hashes(&of_stream));
        let (found, _) = log.find_key(Hash::of(b"new 3")).await.unwrap().unwrap();
        assert_eq!(found.version, 1);
        assert_eq!(log.find_key(Hash::of(b"unused")).await.unwrap(), None);
        let before = log.head().position;
        assert!(log.tree_head().await.unwrap().head.position >= before);
        assert!(log.streams(1).remove(0).next().await.unwrap().is_some());
        assert!(log.health().read_only.is_empty());
        if packs {
            fill_a_segment(log, "new", new).await;
        }
    };
    tokio::time::timeout(PATIENCE, goes_on).await.expect("what is held holds nobody else up");
}

type Asked = Pin<Box<dyn Future<Output = ()> + Send>>;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_read_holds_nobody_else_up() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    // Nothing is kept of what was read, so that everybody reads files.
    let watch = Some(Arc::clone(&gate) as Arc<dyn Watch>);
    let options = Options { watch, read_cache: 0, recent_events: 8, ..small() };
    let log = open(folder.path(), options);
    let (old, mut new) = old_and_new(&log).await;
    type Ask = (&'static str, fn(Journal) -> Asked);
    let asks: [Ask; 7] = [
        ("a stream", |log| Box::pin(async move { drop(log.read_stream(&stream("old0"), 0, 1000).await.unwrap()) })),
        ("a stream with hashes", |log| {
            Box::pin(async move { drop(log.read_stream_with_hashes(&stream("old0"), 0, 1000).await.unwrap()) })
        }),
        ("a position", |log| Box::pin(async move { drop(log.read(0, 10).await.unwrap()) })),
        ("a key", |log| Box::pin(async move { assert!(log.find_key(Hash::of(b"old 1")).await.unwrap().is_some()) })),
        ("stream by stream", |log| {
            Box::pin(async move { assert!(log.streams(1).remove(0).next().await.unwrap().is_some()) })
        }),
        ("commits", |log| Box::pin(async move { assert!(log.commits(0).next().await.unwrap().is_some()) })),
        ("a proof", |log| Box::pin(async move { assert!(log.stream_proof(&stream("old0")).await.unwrap().is_some()) })),
    ];
    for (what, ask) in asks {
        gate.set(At::Waiting(Kind::Read));
        let asked = tokio::spawn(ask(log.clone()));
        gate.held().await;
        everything_else_goes_on(&log, old, &mut new, true).await;
        assert!(!asked.is_finished(), "{what} was held");
        gate.set(At::Open);
        tokio::time::timeout(PATIENCE, asked).await.expect("it is let go").unwrap();
    }
    let head = log.head();
    log.close().await;
    verify_whole(folder.path(), head);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_sync_holds_no_reader_up() {
    let folder = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let watch = Some(Arc::clone(&gate) as Arc<dyn Watch>);
    let log = open(folder.path(), Options { watch, read_cache: 0, recent_events: 8, ..small() });
    let (old, mut new) = old_and_new(&log).await;
    for file in [".rvj", ".rvs.tmp", "index.seen.tmp"] {
        gate.set(At::Waiting(Kind::Sync(file)));
        let (behind, mut on) = (log.clone(), new);
        let filling = tokio::spawn(async move {
            // The filter over keys is saved when a good part of it is new.
            for _ in 0..4 {
                fill_a_segment(&behind, "new", &mut on).await;
            }
            on
        });
        gate.held().await;
        everything_else_goes_on(&log, old, &mut new, false).await;
        gate.set(At::Open);
        new = tokio::time::timeout(PATIENCE, filling).await.expect("it is let go").unwrap();
    }
    log.close().await;
}
