//! Commits larger than what is read ahead, than a block of a packed segment and than a segment, between small ones: each
//! event is found by position, by stream, by follower and as stored, before and after packing.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::BTreeMap;

use common::{append, folder_in_memory, open, settled, small, stream, verify_whole};
use eventlog::{AppendError, Journal, Options, Recorded, Refused, decode_commit};

/// Position, stream, version, body.
type Plain = (u64, String, u64, Vec<u8>);

fn plain(events: &[Recorded]) -> Vec<Plain> {
    events.iter().map(|event| (event.position, event.stream.to_string(), event.version, event.body.clone())).collect()
}

/// Compared without being printed: a megabyte says nothing to anybody.
#[track_caller]
fn assert_same(found: &[Recorded], expected: &[Plain], what: &str) {
    let places = |events: &[Plain]| events.iter().map(|event| (event.0, event.2, event.3.len())).collect::<Vec<_>>();
    let found = plain(found);
    assert_eq!(places(&found), places(expected), "{what}");
    assert!(found == expected, "{what}: other bytes");
}

/// Nothing written is kept in memory, so that every read is one of files.
fn from_files(segment_size: u64, pack: bool) -> Options {
    Options { segment_size, recent_bytes: 0, pack, ..small() }
}

/// Small and large commits of two streams in turn, with a body of its own for each event.
async fn fill(log: &Journal, large: &[&[usize]]) -> Vec<Plain> {
    let mut expected: Vec<Plain> = Vec::new();
    let mut versions: BTreeMap<&str, u64> = BTreeMap::new();
    let small: &[usize] = &[10, 700];
    let commits = large.iter().flat_map(|large| [("a", small), ("b", small), ("a", large), ("b", small), ("b", large)]);
    for (name, sizes) in commits {
        let version = versions.entry(name).or_default();
        let bodies: Vec<String> = (expected.len()..)
            .zip(sizes)
            .map(|(nth, len)| format!("{nth:07} ").repeat(len / 8 + 1)[..*len].to_owned())
            .collect();
        let texts: Vec<&str> = bodies.iter().map(String::as_str).collect();
        log.append(append(name, *version, &texts)).await.unwrap();
        for body in bodies {
            *version += 1;
            expected.push((expected.len() as u64 + 1, name.to_owned(), *version, body.into_bytes()));
        }
    }
    expected
}

/// Everything in every way, from every place.
async fn says(log: &Journal, expected: &[Plain], when: &str) {
    let end = expected.len() as u64;
    assert_eq!(log.head().position, end, "{when}");
    for after in 0..end {
        let rest = &expected[usize::try_from(after).unwrap()..];
        let one = log.read(after, 1).await;
        assert_same(&one.unwrap(), &rest[..1], &format!("{when}: the event after {after}"));
        let some = log.read(after, 3).await.unwrap();
        assert!(!some.is_empty());
        assert_same(&some, &rest[..some.len()], &format!("{when}: three events after {after}"));

        let mut follower = log.follow(after);
        let mut followed = Vec::new();
        while follower.position() < end {
            followed.extend(follower.next().await.unwrap());
        }
        assert_same(&followed, rest, &format!("{when}: followed from {after}"));

        let first = log.commits(after).next().await.unwrap().unwrap();
        assert!((first.first..=first.last).contains(&(after + 1)), "{when}: the commit after {after}");
        let bodies: Vec<_> = decode_commit(&first.body).unwrap().events.into_iter().map(|event| event.body).collect();
        let (from, to) = (usize::try_from(first.first).unwrap() - 1, usize::try_from(first.last).unwrap());
        assert!(expected[from..to].iter().map(|event| &event.3).eq(&bodies), "{when}: the commit after {after}");
    }
    for name in ["a", "b"] {
        let of_stream: Vec<Plain> = expected.iter().filter(|event| event.1 == name).cloned().collect();
        for from in 0..of_stream.len() {
            let what = format!("{when}: {name} after version {from}");
            let one = log.read_stream(&stream(name), from as u64, 1).await.unwrap();
            assert_same(&one, &of_stream[from..=from], &what);
            let some = log.read_stream(&stream(name), from as u64, 1000).await.unwrap();
            assert!(!some.is_empty());
            assert_same(&some, &of_stream[from..from + some.len()], &what);
        }
        let proof = log.stream_proof(&stream(name)).await.unwrap().unwrap();
        let proven = proof.commits.iter().flat_map(|commit| decode_commit(&commit.body).unwrap().events);
        assert!(proven.map(|event| event.body).eq(of_stream.into_iter().map(|event| event.3)), "{when}: proof");
    }
    let mut streams = Vec::new();
    for mut part in log.streams(2) {
        while let Some(some) = part.next().await.unwrap() {
            streams.extend(some.into_iter().flat_map(|(_, events)| events));
        }
    }
    streams.sort_unstable_by_key(|event| event.position);
    assert_same(&streams, expected, &format!("{when}: stream by stream"));
}

async fn large_commits_are_read(segment_size: u64, large: &[&[usize]]) {
    let folder = folder_in_memory();
    let log = open(folder.path(), from_files(segment_size, false));
    let expected = fill(&log, large).await;
    says(&log, &expected, "written").await;
    let head = log.head();
    log.close().await;
    verify_whole(folder.path(), head);
    let log = open(folder.path(), from_files(segment_size, false));
    says(&log, &expected, "opened again").await;
    log.close().await;
    let log = open(folder.path(), from_files(segment_size, true));
    says(&log, &expected, "while it is packed").await;
    settled(&log).await;
    says(&log, &expected, "packed").await;
    log.close().await;
    verify_whole(folder.path(), head);
}

#[tokio::test]
async fn larger_than_what_is_left_of_the_read_ahead() {
    // 256 KiB are read at once, and a read begins up to 64 KiB before what it looks for: here nearly that.
    large_commits_are_read(1 << 20, &[&[30_000], &[60_000, 70_000, 75_000]]).await;
}

#[tokio::test]
async fn larger_than_the_read_ahead() {
    large_commits_are_read(1 << 20, &[&[100_000, 200_000, 10], &[300_000, 1]]).await;
}

#[tokio::test]
async fn larger_than_a_block_and_than_a_segment() {
    large_commits_are_read(16 << 10, &[&[9000, 9000, 9000], &[30_000, 30_000], &[5, 300_000, 5]]).await;
}

/// Of the 4 MiB all but some hundred bytes are bodies.
const MOST: &[usize] = &[2_000_000, 94_000, 2_100_000];

#[tokio::test]
#[ignore = "slow: many megabytes"]
async fn as_large_as_a_commit_may_be() {
    large_commits_are_read(16 << 20, &[MOST]).await;
}

#[tokio::test]
#[ignore = "slow: many megabytes"]
async fn as_large_as_a_commit_may_be_in_the_smallest_segments() {
    large_commits_are_read(4 << 10, &[MOST]).await;
}

#[tokio::test]
async fn a_larger_one_is_refused() {
    let folder = folder_in_memory();
    let log = open(folder.path(), small());
    let half = "x".repeat(2 << 20);
    let refused = log.append(append("a", 0, &[&half, &half])).await;
    assert_eq!(refused, Err(AppendError::TooLarge(Refused::Bytes { limit: 4 << 20 })));
    assert_eq!(log.head().position, 0);
    log.close().await;
}
