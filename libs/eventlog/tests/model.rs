//! Random operations against the log and against a naive model in memory; both must say the same. Some commits are
//! larger than what is read ahead, than a block and than a segment.
//!
//! `EVENTLOG_OPERATIONS=1000000 cargo test -p eventlog --test model -- --ignored` for a long run.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use common::{TIME, append, count, folder_in_memory, keyed, open, small, stream};
use eventlog::{
    AppendError, Appended, Follower, Hash, Journal, Options, Recorded, chain, decode_commit, merkle, verify,
};
use proptest::{
    prelude::{Just, Strategy, any, prop},
    prop_oneof,
    test_runner::{Config, TestRunner},
};

const STREAMS: u8 = 5;
const PER_CASE: u64 = 500;

#[derive(Debug, Clone)]
enum Operation {
    Append { stream: u8, off: i8, bodies: Vec<u32>, key: Option<(u8, bool)>, time: i64 },
    Race { stream: u8, writers: u8 },
    Read { after: u16, max: u8 },
    ReadStream { stream: u8, from: u8, max: u8 },
    FindKey(u8),
    Follow,
    From { after: u16 },
    Streams { parts: u8 },
    Prove { stream: u8 },
    Restart { without_index: bool, by_close: bool },
}

fn operation() -> impl Strategy<Value = Operation> {
    // Four times the largest is within what a commit may have.
    let large = prop_oneof![20_000u32..70_000, 70_000u32..400_000, 400_000u32..1_000_000];
    let bodies = prop_oneof![
        30 => prop::collection::vec(0u32..600, 1..5),
        1 => prop::collection::vec(prop_oneof![3 => large, 1 => 0u32..600], 1..5),
    ];
    let key = prop::option::of((0u8..60, prop::bool::weighted(0.9)));
    // The caller's clock jumps as it likes.
    let time = prop_oneof![4 => Just(TIME), 1 => any::<i64>(), 1 => Just(i64::MIN), 1 => Just(i64::MAX)];
    prop_oneof![
        50 => (0..STREAMS, prop_oneof![6 => Just(0i8), 1 => -2i8..3], bodies, key, time)
            .prop_map(|(stream, off, bodies, key, time)| Operation::Append { stream, off, bodies, key, time }),
        5 => (0..STREAMS, 2u8..9).prop_map(|(stream, writers)| Operation::Race { stream, writers }),
        15 => (any::<u16>(), any::<u8>()).prop_map(|(after, max)| Operation::Read { after, max }),
        15 => (0..STREAMS, any::<u8>(), any::<u8>())
            .prop_map(|(stream, from, max)| Operation::ReadStream { stream, from, max }),
        8 => (0u8..60).prop_map(Operation::FindKey),
        6 => Just(Operation::Follow),
        2 => any::<u16>().prop_map(|after| Operation::From { after }),
        1 => (1u8..4).prop_map(|parts| Operation::Streams { parts }),
        2 => (0..STREAMS).prop_map(|stream| Operation::Prove { stream }),
        1 => (prop::bool::weighted(0.3), any::<bool>())
            .prop_map(|(without_index, by_close)| Operation::Restart { without_index, by_close }),
    ]
}

/// Everything in one list.
#[derive(Default)]
struct Model {
    events: Vec<(u8, u64, Body, i64)>,
    keys: HashMap<u8, (bool, Appended)>,
}

impl Model {
    fn version(&self, stream: u8) -> u64 {
        self.events.iter().filter(|event| event.0 == stream).count() as u64
    }

    fn append(&mut self, stream: u8, expected: u64, bodies: &[String], key: Option<(u8, bool)>, time: i64) -> Answer {
        if let Some((key, fingerprint)) = key
            && let Some((known, appended)) = self.keys.get(&key)
        {
            let repeated = Appended { repeated: true, ..*appended };
            return if *known == fingerprint { Ok(repeated) } else { Err(AppendError::KeyReused) };
        }
        let actual = self.version(stream);
        if expected != actual {
            return Err(AppendError::WrongVersion { stream: name(stream), expected, actual });
        }
        let first = self.events.len() as u64 + 1;
        // Time goes forward: a clock that shows less than it did is not believed.
        let later = self.events.last().map_or(time, |(.., before)| time.max(*before));
        for (body, version) in bodies.iter().zip(actual + 1..) {
            self.events.push((stream, version, Body(body.clone().into_bytes()), later));
        }
        let last = self.events.len() as u64;
        let appended = Appended { first, last, version: actual + bodies.len() as u64, repeated: false };
        if let Some((key, fingerprint)) = key {
            self.keys.insert(key, (fingerprint, appended));
        }
        Ok(appended)
    }

    fn read(&self, of: Option<u8>, after: u64, max: usize) -> Vec<Plain> {
        let all = self.events.iter().zip(1u64..);
        let wanted = all.filter(|((stream, version, ..), position)| match of {
            Some(of) => *stream == of && *version > after,
            None => *position > after,
        });
        wanted
            .take(max)
            .map(|((stream, version, body, time), position)| (position, *stream, *version, body.clone(), *time))
            .collect()
    }
}

/// Bytes that are not printed: there may be a million.
#[derive(Clone, PartialEq)]
struct Body(Vec<u8>);

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let begins = &self.0[..self.0.len().min(20)];
        write!(f, "{} bytes {:?}", self.0.len(), String::from_utf8_lossy(begins))
    }
}

/// Position, stream, version, body, time.
type Plain = (u64, u8, u64, Body, i64);
type Answer = Result<Appended, AppendError>;

fn name(stream_number: u8) -> eventlog::StreamId {
    stream(&format!("stream/{stream_number}"))
}

fn plain(events: &[Recorded]) -> Vec<Plain> {
    let number = |event: &Recorded| event.stream.as_str().strip_prefix("stream/").unwrap().parse().unwrap();
    let one = |event: &Recorded| (event.position, number(event), event.version, Body(event.body.clone()), event.time);
    events.iter().map(one).collect()
}

/// An answer has everything that was asked for, or about 8 MB.
#[track_caller]
fn assert_answer(found: &[Recorded], mut expected: Vec<Plain>) {
    let bytes: usize = found.iter().map(|event| event.body.len() + event.kind.len() + 128).sum();
    if bytes >= 8 << 20 {
        expected.truncate(found.len());
    }
    assert_eq!(plain(found), expected);
}

/// Odd sizes for everything, so that few events reach every edge.
fn options(segment_size: u64) -> Options {
    Options { segment_size, recent_events: 50, recent_bytes: 64 << 10, queue: 3, group_commits: 4, ..small() }
}

struct Run<'a> {
    folder: &'a Path,
    segment_size: u64,
    log: Option<Journal>,
    model: Model,
    follower: Follower,
}

impl Run<'_> {
    async fn step(&mut self, operation: &Operation) {
        let log = self.log.clone().unwrap();
        match operation {
            Operation::Append { stream, off, bodies, key, time } => {
                let text = format!("{} ", self.model.events.len());
                let body = |len: &u32| text.chars().cycle().take(usize::try_from(*len).unwrap()).collect();
                let bodies: Vec<String> = bodies.iter().map(body).collect();
                let expected = self.model.version(*stream).saturating_add_signed(i64::from(*off));
                let texts: Vec<&str> = bodies.iter().map(String::as_str).collect();
                let mut wanted = append(name(*stream).as_str(), expected, &texts);
                if let Some((key, fingerprint)) = key {
                    wanted = keyed(wanted, &key.to_string(), &fingerprint.to_string());
                }
                wanted.time = *time;
                let answer = log.append(wanted).await;
                assert_eq!(answer, self.model.append(*stream, expected, &bodies, *key, *time));
            }
            Operation::Race { stream, writers } => self.race(&log, *stream, *writers).await,
            Operation::Read { after, max } => {
                let after = u64::from(*after) % (self.model.events.len() as u64 + 2);
                let max = usize::from(*max);
                assert_answer(&log.read(after, max).await.unwrap(), self.model.read(None, after, max));
            }
            Operation::ReadStream { stream, from, max } => {
                let version = self.model.version(*stream);
                assert_eq!(log.stream_version(&name(*stream)).await.unwrap(), version);
                let (from, max) = (u64::from(*from) % (version + 2), usize::from(*max));
                let read = log.read_stream(&name(*stream), from, max).await.unwrap();
                assert_answer(&read, self.model.read(Some(*stream), from, max));
            }
            Operation::FindKey(key) => {
                let found = log.find_key(Hash::of(key.to_string().as_bytes())).await.unwrap();
                let known = self.model.keys.get(key).map(|(fingerprint, appended)| {
                    (Appended { repeated: true, ..*appended }, Hash::of(fingerprint.to_string().as_bytes()))
                });
                assert_eq!(found, known);
            }
            Operation::Follow => {
                while self.follower.position() < log.head().position {
                    let after = self.follower.position();
                    let events = self.follower.next().await.unwrap();
                    assert_eq!(plain(&events), self.model.read(None, after, events.len()));
                }
            }
            Operation::From { after } => {
                let after = u64::from(*after) % (self.model.events.len() as u64 + 1);
                self.from(&log, after).await;
            }
            Operation::Streams { parts } => {
                let mut before = None;
                let mut read = 0;
                for mut part in log.streams(usize::from(*parts)) {
                    while let Some(streams) = part.next().await.unwrap() {
                        for (stream, events) in streams {
                            let number = stream.as_str().strip_prefix("stream/").unwrap().parse().unwrap();
                            assert_eq!(plain(&events), self.model.read(Some(number), 0, usize::MAX));
                            assert!(before.is_none_or(|before| before < stream), "by name, each once");
                            read += events.len();
                            before = Some(stream);
                        }
                    }
                }
                assert_eq!(read, self.model.events.len());
            }
            Operation::Prove { stream } => self.prove(&log, *stream).await,
            Operation::Restart { without_index, by_close } => {
                drop(log);
                self.restart(*without_index, *by_close).await;
            }
        }
        let head = self.log.as_ref().unwrap().head().position;
        assert_eq!(head, self.model.events.len() as u64);
    }

    /// Another follower that begins in the middle, and the commits as they are stored.
    async fn from(&self, log: &Journal, after: u64) {
        let mut follower = log.follow(after);
        while follower.position() < log.head().position {
            let after = follower.position();
            let events = follower.next().await.unwrap();
            assert_eq!(plain(&events), self.model.read(None, after, events.len()));
        }
        let (mut commits, mut next) = (log.commits(after), None);
        while let Some(commit) = commits.next().await.unwrap() {
            assert!(
                next.map_or(commit.first <= after + 1, |next| commit.first == next),
                "{} after {after}",
                commit.first
            );
            let bodies = decode_commit(&commit.body).unwrap().events.into_iter().map(|event| Body(event.body));
            let expected = self.model.read(None, commit.first - 1, bodies.len());
            assert!(bodies.eq(expected.into_iter().map(|event| event.3)), "the commit at {}", commit.first);
            next = Some(commit.last + 1);
        }
        assert_eq!(next.unwrap_or(after + 1), log.head().position + 1);
    }

    /// A proof shows every commit of the stream, and leads to the roots of trees made from all commits.
    async fn prove(&mut self, log: &Journal, stream: u8) {
        let Some(proof) = log.stream_proof(&name(stream)).await.unwrap() else {
            assert_eq!(self.model.version(stream), 0);
            return;
        };
        let (mut leaves, mut ends) = (Vec::new(), BTreeMap::new());
        let mut all = log.commits(0);
        while let Some(commit) = all.next().await.unwrap() {
            let decoded = decode_commit(&commit.body).unwrap();
            leaves.push(merkle::leaf(&commit.hash.0));
            ends.insert(decoded.stream.clone(), (decoded.version + decoded.events.len() as u64 - 1, commit.hash));
        }
        let ends: Vec<_> = ends.into_iter().collect();
        let stream_leaves: Vec<_> = ends
            .iter()
            .map(|(name, (version, hash))| merkle::leaf(&merkle::stream_entry(name, *version, *hash)))
            .collect();
        let tree = proof.tree;
        assert_eq!((tree.commits, tree.streams), (leaves.len() as u64, ends.len() as u64));
        assert_eq!(Some(tree.root), merkle::root_and_proof(&leaves, 0).map(|found| found.0));
        assert_eq!(Some(tree.streams_root), merkle::root_and_proof(&stream_leaves, 0).map(|found| found.0));
        let mut version = 0;
        let mut hash = Hash::ZERO;
        for commit in &proof.commits {
            let decoded = decode_commit(&commit.body).unwrap();
            assert_eq!((&decoded.stream, decoded.version), (&name(stream), version + 1));
            version += decoded.events.len() as u64;
            hash = chain(commit.before, Hash::of(&commit.body));
            let root = merkle::proven_root(merkle::leaf(&hash.0), commit.leaf, tree.commits, &commit.path);
            assert_eq!(root, Some(tree.root));
        }
        assert_eq!(version, self.model.version(stream));
        let end = merkle::leaf(&merkle::stream_entry(&name(stream), version, hash));
        assert_eq!(merkle::proven_root(end, proof.leaf, tree.streams, &proof.path), Some(tree.streams_root));
    }

    /// Several at once at the same version: one wins, the others hear of it.
    async fn race(&mut self, log: &Journal, stream: u8, writers: u8) {
        let expected = self.model.version(stream);
        let tasks: Vec<_> = (0..writers)
            .map(|writer| {
                let (log, body) = (log.clone(), writer.to_string());
                tokio::spawn(async move { log.append(append(name(stream).as_str(), expected, &[&body])).await })
            })
            .collect();
        let mut won = Vec::new();
        for (task, writer) in tasks.into_iter().zip(0..) {
            match task.await.unwrap() {
                Ok(appended) => won.push((writer, appended)),
                Err(error) => {
                    let wrong = AppendError::WrongVersion { stream: name(stream), expected, actual: expected + 1 };
                    assert_eq!(error, wrong);
                }
            }
        }
        let [(writer, appended)] = won[..] else { panic!("{} winners", won.len()) };
        let writer: u8 = writer;
        assert_eq!(self.model.append(stream, expected, &[writer.to_string()], None, TIME), Ok(appended));
    }

    async fn restart(&mut self, without_index: bool, by_close: bool) {
        let log = self.log.take().unwrap();
        let head = log.head();
        if by_close {
            log.close().await;
        } else {
            drop(log);
            // Closes behind the last clone.
            while !matches!(self.follower.next().await, Err(eventlog::ReadError::Closed)) {}
        }
        assert_eq!(verify(self.folder, &mut |_, _| {}).unwrap().head, head);
        if without_index {
            std::fs::remove_dir_all(self.folder.join("index")).unwrap();
        }
        let log = open(self.folder, options(self.segment_size));
        assert_eq!(log.head(), head);
        self.follower = log.follow(head.position);
        self.log = Some(log);
    }
}

#[test]
#[ignore = "slow: 20,000 operations"]
fn the_log_does_what_a_list_in_memory_does() {
    let operations = count("EVENTLOG_OPERATIONS", 20_000);
    let cases = u32::try_from(operations.div_ceil(PER_CASE)).unwrap();
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let length = usize::try_from(PER_CASE).unwrap();
    let done = std::cell::Cell::new(0);
    let events = std::cell::Cell::new(0);
    // Each size for one case of three: with the smallest a segment has a few dozen events or one large commit.
    let sizes = prop_oneof![Just(16u64 << 10), Just(1u64 << 20), Just(8u64 << 20)];
    let case = (sizes, prop::collection::vec(operation(), length..=length));
    TestRunner::new(config)
        .run(&case, |(segment_size, operations)| {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            runtime.block_on(async {
                let folder = folder_in_memory();
                let log = open(folder.path(), options(segment_size));
                let follower = log.follow(0);
                let (log, model) = (Some(log), Model::default());
                let mut run = Run { folder: folder.path(), segment_size, log, model, follower };
                for operation in &operations {
                    run.step(operation).await;
                }
                done.set(done.get() + operations.len());
                events.set(events.get() + run.model.events.len());
                run.restart(true, true).await;
                run.step(&Operation::Follow).await;
                run.log.take().unwrap().close().await;
            });
            Ok(())
        })
        .unwrap();
    println!("model: {} operations, {} events", done.get(), events.get());
}
