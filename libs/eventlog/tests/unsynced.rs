//! What waits for its sync is nobody's to see, and is decided by all the same.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    io,
    sync::{Arc, Condvar, Mutex},
    time::Duration,
};

use common::{append, keyed, open, read_all, stream};
use eventlog::{AppendError, Appended, Hash, Operation, Options, Watch};

/// Holds or fails the syncs of the journal.
#[derive(Debug, Default)]
struct Gate {
    at: Mutex<At>,
    moved: Condvar,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum At {
    #[default]
    Open,
    /// The next sync stops here.
    Closed,
    /// One has.
    Held,
    /// It fails.
    Failing,
}

impl Gate {
    fn set(&self, at: At) {
        *self.at.lock().unwrap() = at;
        self.moved.notify_all();
    }

    async fn held(self: &Arc<Self>) {
        let gate = Arc::clone(self);
        let wait = move || drop(gate.moved.wait_while(gate.at.lock().unwrap(), |at| *at != At::Held).unwrap());
        tokio::task::spawn_blocking(wait).await.unwrap();
    }
}

impl Watch for Gate {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        let Operation::Sync(path) = operation else { return Ok(()) };
        if path.extension().is_none_or(|extension| extension != "rvj") {
            return Ok(());
        }
        let mut at = self.at.lock().unwrap();
        if *at == At::Closed {
            *at = At::Held;
            self.moved.notify_all();
        }
        let at = self.moved.wait_while(at, |at| *at == At::Held).unwrap();
        if *at == At::Failing { Err(io::Error::other("the disk is gone")) } else { Ok(()) }
    }

    fn after(&self, _: Operation<'_>) {}
}

/// A log with one event of `a`, then an append of each `a` and `b` that waits for its sync.
async fn held() -> (tempfile::TempDir, Arc<Gate>, eventlog::Journal, [tokio::task::JoinHandle<Answer>; 2]) {
    let folder = tempfile::tempdir().unwrap();
    let gate = Arc::new(Gate::default());
    let options = Options { watch: Some(Arc::clone(&gate) as Arc<dyn Watch>), ..Options::default() };
    let log = open(folder.path(), options);
    log.append(append("a", 0, &["one"])).await.unwrap();
    gate.set(At::Closed);
    let asked = |what| {
        let log = log.clone();
        tokio::spawn(async move { log.append(what).await })
    };
    let first = asked(keyed(append("a", 1, &["two"]), "key", "what"));
    gate.held().await;
    let second = asked(append("b", 0, &["three"]));
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(!first.is_finished() && !second.is_finished());
    (folder, gate, log, [first, second])
}

type Answer = Result<Appended, AppendError>;

/// Nobody sees more than the first event.
async fn only_the_first_is_seen(log: &eventlog::Journal) {
    assert_eq!(log.head().position, 1);
    assert_eq!(read_all(log).await.len(), 1);
    assert_eq!(log.read_stream(&stream("a"), 0, 10).await.unwrap().len(), 1);
    assert_eq!(log.read_stream(&stream("a"), 1, 10).await.unwrap(), []);
    assert_eq!(log.read_stream(&stream("b"), 0, 10).await.unwrap(), []);
    assert_eq!(log.stream_version(&stream("a")).await.unwrap(), 1);
    assert_eq!(log.stream_version(&stream("b")).await.unwrap(), 0);
    assert_eq!(log.find_key(Hash::of(b"key")).await.unwrap(), None);
    assert_eq!(log.tree_head().await.unwrap().head, log.head());
    assert!(log.stream_proof(&stream("b")).await.unwrap().is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_seen_when_it_is_synced_and_not_before() {
    let (_folder, gate, log, asked) = held().await;
    only_the_first_is_seen(&log).await;
    // Somebody who decided by version 1 of `a`, and somebody who repeats the command that waits.
    let late = tokio::spawn({
        let log = log.clone();
        async move {
            let conflict = log.append(append("a", 1, &["x"])).await;
            (conflict, log.append(keyed(append("a", 1, &["two"]), "key", "what")).await)
        }
    });
    gate.set(At::Open);
    let [first, second] = asked;
    let written = first.await.unwrap().unwrap();
    assert_eq!(written, Appended { first: 2, last: 2, version: 2, repeated: false });
    assert_eq!(second.await.unwrap().unwrap().first, 3);
    let (conflict, repeated) = late.await.unwrap();
    assert_eq!(conflict, Err(AppendError::WrongVersion { stream: stream("a"), expected: 1, actual: 2 }));
    assert_eq!(repeated, Ok(Appended { repeated: true, ..written }));
    assert_eq!(log.head().position, 3);
    assert_eq!(log.stream_version(&stream("a")).await.unwrap(), 2);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn it_is_never_seen_when_its_sync_fails() {
    let (_folder, gate, log, asked) = held().await;
    gate.set(At::Failing);
    for answer in asked {
        assert!(matches!(answer.await.unwrap(), Err(AppendError::Poisoned { .. })));
    }
    only_the_first_is_seen(&log).await;
    log.close().await;
}
