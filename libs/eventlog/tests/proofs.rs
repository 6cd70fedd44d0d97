//! Tree heads and proofs that are asked for while segments are being packed are those of the log at that moment.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::{append, count, folder_in_memory, open, settled, small, stream};
use eventlog::{CommitTree, Hash, Journal, Options, StreamId, TreeHead, decode_commit, merkle, verify_at};

/// Streams that go on all the time, and as many that begin with each round.
const STREAMS: u64 = 6;

async fn write(log: Journal, rounds: u64) {
    for round in 0..rounds {
        for nth in 0..STREAMS {
            let body = "something was noted ".repeat(10);
            log.append(append(&format!("old{nth}"), round, &[&body])).await.unwrap();
            log.append(append(&format!("new{nth}/{round}"), 0, &[&body])).await.unwrap();
        }
    }
}

/// What the trees come to at each of these heads, from the commits alone.
async fn computed(log: &Journal, heads: &[TreeHead]) -> Vec<TreeHead> {
    let (mut commits, mut leaves, mut found) = (log.commits(0), merkle::Growing::default(), Vec::new());
    let mut ends: BTreeMap<StreamId, (u64, Hash)> = BTreeMap::new();
    let mut heads = heads.iter().peekable();
    while let Some(commit) = commits.next().await.unwrap() {
        let decoded = decode_commit(&commit.body).unwrap();
        leaves.push(merkle::leaf(&commit.hash.0));
        ends.insert(decoded.stream.clone(), (decoded.version + decoded.events.len() as u64 - 1, commit.hash));
        while let Some(wanted) = heads.next_if(|wanted| wanted.head.position == commit.last) {
            let mut streams = merkle::Growing::default();
            let entry =
                |(name, (version, hash)): (&StreamId, &(u64, Hash))| merkle::stream_entry(name, *version, *hash);
            ends.iter().for_each(|end| streams.push(merkle::leaf(&entry(end))));
            let (streams, streams_root) = (streams.size(), streams.root());
            found.push(TreeHead { commits: leaves.size(), root: leaves.root(), streams, streams_root, ..*wanted });
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tree_head_is_that_of_its_moment_whatever_is_packed_meanwhile() {
    let folder = folder_in_memory();
    let log = open(folder.path(), Options { segment_size: 8 << 10, ..small() });
    let writing = tokio::spawn(write(log.clone(), count("EVENTLOG_ROUNDS", 200)));
    let mut heads = Vec::new();
    while !writing.is_finished() {
        heads.push(log.tree_head().await.unwrap());
        // A proof takes as long as the stream is.
        if heads.len() % 32 != 0 {
            continue;
        }
        if let Some(proof) = log.stream_proof(&stream("old1")).await.unwrap() {
            let mut hash = Hash::ZERO;
            for commit in &proof.commits {
                hash = eventlog::chain(commit.before, Hash::of(&commit.body));
                let root = merkle::proven_root(merkle::leaf(&hash.0), commit.leaf, proof.tree.commits, &commit.path);
                assert_eq!(root, Some(proof.tree.root));
            }
            let version = proof.commits.len() as u64;
            let end = merkle::leaf(&merkle::stream_entry(&stream("old1"), version, hash));
            let root = merkle::proven_root(end, proof.leaf, proof.tree.streams, &proof.path);
            assert_eq!(root, Some(proof.tree.streams_root), "after {version} commits");
        }
    }
    writing.await.unwrap();
    let packed = log.backup_files().iter().filter(|file| file.ends.is_some()).count();
    heads.retain(|head| head.head.position > 0);
    assert_eq!(computed(&log, &heads).await, heads);
    println!("{} tree heads while {packed} segments were packed", heads.len());
    log.close().await;
}

/// What an auditor noted from time to time, held against the log later: by proofs of the running log, and by its files.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tree_that_was_noted_is_extended_by_every_later_one() {
    let folder = folder_in_memory();
    let options = Options { segment_size: 64 << 10, ..small() };
    let log = open(folder.path(), options.clone());
    let mut noted = vec![log.commit_tree().await.unwrap()];
    for round in 0..count("EVENTLOG_ROUNDS", 60) {
        for nth in 0..25 {
            log.append(append(&format!("s{nth}"), round, &["something was noted"])).await.unwrap();
        }
        noted.push(log.commit_tree().await.unwrap());
    }
    assert_eq!(noted[0].root, merkle::empty_root());
    settled(&log).await;
    let proven = async |log: &Journal| {
        let now = log.commit_tree().await.unwrap();
        assert_eq!(Some(&now), noted.last());
        for CommitTree { commits, root, .. } in &noted {
            let path = log.consistency(*commits, now.commits).await.unwrap().unwrap();
            assert!(merkle::extends((*commits, *root), (now.commits, now.root), &path), "{commits}");
            let mut other = *root;
            other.0[0] ^= 1;
            assert!(!merkle::extends((*commits, other), (now.commits, now.root), &path));
        }
        assert_eq!(log.consistency(2, 1).await.unwrap(), None);
        assert_eq!(log.consistency(1, now.commits + 1).await.unwrap(), None);
    };
    proven(&log).await;
    log.clone().close().await;
    // The hashes of tiles were kept; where the index is lost they are made again, and kept again.
    for index_lost in [false, true, false] {
        if index_lost {
            std::fs::remove_dir_all(folder.path().join("index")).unwrap();
        }
        let log = open(folder.path(), options.clone());
        proven(&log).await;
        log.close().await;
    }
    let sizes: BTreeSet<u64> = noted.iter().map(|tree| tree.commits).collect();
    let past: BTreeSet<u64> = sizes.iter().copied().chain([u64::MAX]).collect();
    let found = verify_at(folder.path(), &past, &mut |_, _| {}).unwrap();
    let expected: BTreeMap<u64, Hash> = noted.iter().map(|tree| (tree.commits, tree.root)).collect();
    assert_eq!((found.roots, found.root), (expected, noted.last().unwrap().root));
    println!("{} trees noted, each extended by the last", noted.len());
}
