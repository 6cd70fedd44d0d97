//! Append, read, follow, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{collections::HashMap, os::unix::fs::FileExt as _, time::Duration};

use common::{append, keyed, open, read_all, settled, small, stream, verify_whole};
use eventlog::{
    AppendError, Appended, Hash, Health, IndexState, Journal, OpenError, Options, ReadError, ReadOnlyReason, Refused,
    chain, decode_commit,
};

#[tokio::test]
async fn events_are_read_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options::default());
    let first = log.append(append("a", 0, &["one", "two"])).await.unwrap();
    assert_eq!(first, Appended { first: 1, last: 2, version: 2, repeated: false });
    let second = log.append(append("b", 0, &["three"])).await.unwrap();
    assert_eq!(second, Appended { first: 3, last: 3, version: 1, repeated: false });
    log.append(append("a", 2, &["four"])).await.unwrap();

    let all = read_all(&log).await;
    let bodies: Vec<_> = all.iter().map(|event| String::from_utf8_lossy(&event.body).into_owned()).collect();
    assert_eq!(bodies, ["one", "two", "three", "four"]);
    assert_eq!(all.iter().map(|event| event.version).collect::<Vec<_>>(), [1, 2, 1, 3]);
    assert_eq!(all[3].hash, Some(log.head().hash));
    let a = log.read_stream(&stream("a"), 1, 10).await.unwrap();
    assert_eq!(a.iter().map(|event| event.position).collect::<Vec<_>>(), [2, 4]);
    assert_eq!(log.stream_version(&stream("a")).await.unwrap(), 3);
    assert_eq!(log.stream_version(&stream("c")).await.unwrap(), 0);
    assert!(log.read_stream(&stream("c"), 0, 10).await.unwrap().is_empty());

    let head = log.head();
    log.close().await;
    let verified = verify_whole(folder.path(), head);
    assert_eq!((verified.events, verified.commits, verified.segments, verified.torn), (4, 3, 1, 0));

    let opened = Journal::open(folder.path(), Options::default()).unwrap();
    assert_eq!(opened.recovery.index, IndexState::Current);
    let log = opened.log;
    assert_eq!(log.head(), head);
    assert_eq!(read_all(&log).await, all);
    assert_eq!(log.read_stream(&stream("a"), 1, 10).await.unwrap(), a);
    log.close().await;
}

#[tokio::test]
async fn what_cannot_be_written_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options::default());
    log.append(append("a", 0, &["one"])).await.unwrap();
    let wrong = AppendError::WrongVersion { stream: stream("a"), expected: 0, actual: 1 };
    assert_eq!(log.append(append("a", 0, &["x"])).await, Err(wrong));
    assert_eq!(log.append(append("a", 1, &[])).await, Err(AppendError::Empty));
    let mut large = append("a", 1, &["x"]);
    large.events[0].body = vec![7; 5 << 20];
    assert!(matches!(log.append(large).await, Err(AppendError::TooLarge(Refused::Bytes { .. }))));
    let mut nameless = append("a", 1, &["x"]);
    nameless.events[0].kind = String::new();
    assert!(matches!(log.append(nameless).await, Err(AppendError::TooLarge(Refused::Kind { .. }))));
    let many = append("a", 1, &["x"; 5000]);
    assert!(matches!(log.append(many).await, Err(AppendError::TooLarge(Refused::Events { .. }))));
    assert_eq!(log.head().position, 1);
    let huge = append("a", u64::MAX, &["x"]);
    assert!(matches!(log.append(huge).await, Err(AppendError::WrongVersion { .. })));
    log.close().await;
}

#[tokio::test]
async fn a_full_disk_is_read_only_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options { keep_free: u64::MAX, ..Options::default() });
    let refused = log.append(append("a", 0, &["x"])).await;
    assert!(matches!(refused, Err(AppendError::ReadOnly { .. })), "{refused:?}");
    assert!(matches!(log.health().read_only[..], [ReadOnlyReason::DiskFull { needed: u64::MAX, .. }]));
    log.close().await;
    let log = open(folder.path(), Options::default());
    assert_eq!(log.health(), Health::default());
    log.append(append("a", 0, &["x"])).await.unwrap();
    log.close().await;
}

#[tokio::test]
async fn a_commit_larger_than_a_segment_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), small());
    let text = "x".repeat(100_000);
    for version in 0..5 {
        log.append(append("a", version, &[&text])).await.unwrap();
    }
    let head = log.head();
    assert_eq!(read_all(&log).await.len(), 5);
    log.close().await;
    assert_eq!(verify_whole(folder.path(), head).segments, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_64_writers_one_wins_each_version() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options::default());
    let writers: Vec<_> = (0..64)
        .map(|writer| {
            let log = log.clone();
            tokio::spawn(async move {
                let mut won = Vec::new();
                while won.len() < 20 {
                    let expected = log.stream_version(&stream("one")).await.unwrap();
                    match log.append(append("one", expected, &[&format!("{writer}")])).await {
                        Ok(appended) => won.push(appended.version),
                        Err(AppendError::WrongVersion { .. }) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
                (writer, won)
            })
        })
        .collect();
    let mut winners = HashMap::new();
    for writer in writers {
        let (writer, won) = writer.await.unwrap();
        for version in won {
            assert_eq!(winners.insert(version, writer), None, "two winners of version {version}");
        }
    }
    assert_eq!(winners.len(), 64 * 20);
    let events = read_all(&log).await;
    for (event, version) in events.iter().zip(1..) {
        assert_eq!(event.version, version);
        assert_eq!(event.body, winners[&version].to_string().into_bytes());
    }
    println!("64 writers: {} versions, each with one winner", winners.len());
    log.close().await;
}

#[tokio::test]
async fn a_repeated_command_is_answered_as_the_first_time() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), small());
    let command = keyed(append("a", 0, &["x"]), "key", "what");
    let first = log.append(command.clone()).await.unwrap();
    // Also in one group with others.
    let (same, again) = tokio::join!(
        log.append(keyed(append("b", 0, &["y"]), "other", "what")),
        log.append(keyed(append("b", 0, &["y"]), "other", "what")),
    );
    assert_eq!(again.unwrap(), Appended { repeated: true, ..same.unwrap() });
    for turn in 0..3 {
        let repeated = Appended { repeated: true, ..first };
        assert_eq!(log.append(command.clone()).await.unwrap(), repeated, "turn {turn}");
        let reused = log.append(keyed(append("a", 1, &["x"]), "key", "else")).await;
        assert_eq!(reused, Err(AppendError::KeyReused));
        assert_eq!(log.find_key(Hash::of(b"key")).await.unwrap(), Some((repeated, Hash::of(b"what"))));
        assert_eq!(log.find_key(Hash::of(b"none")).await.unwrap(), None);
        // The first time it is in memory, later in a packed segment.
        let version = log.stream_version(&stream("filler")).await.unwrap();
        log.append(append("filler", version, &[&"f".repeat(10_000)])).await.unwrap();
        log.append(append("filler", version + 1, &[&"f".repeat(10_000)])).await.unwrap();
        settled(&log).await;
    }
    log.close().await;
    let log = open(folder.path(), small());
    assert_eq!(log.append(command.clone()).await.unwrap(), Appended { repeated: true, ..first });
    log.close().await;
    std::fs::remove_dir_all(folder.path().join("index")).unwrap();
    let log = open(folder.path(), small());
    assert_eq!(log.append(command).await.unwrap(), Appended { repeated: true, ..first });
    assert_eq!(log.head().position, 2 + 6);
    log.close().await;
}

#[tokio::test]
async fn a_folder_is_opened_once() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options::default());
    assert!(matches!(Journal::open(folder.path(), Options::default()), Err(OpenError::InUse { .. })));
    let clone = log.clone();
    log.close().await;
    assert_eq!(clone.append(append("a", 0, &["x"])).await, Err(AppendError::Closed));
    assert!(matches!(clone.find_key(Hash::ZERO).await, Err(ReadError::Closed)));
    open(folder.path(), Options::default()).close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn followers_see_every_event_once_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), Options { segment_size: 256 << 10, recent_events: 64, ..Options::default() });
    let followers: Vec<_> = [0u64, 0, 700, 5000]
        .into_iter()
        .map(|after| {
            let mut follower = log.follow(after);
            tokio::spawn(async move {
                let mut next = after + 1;
                loop {
                    match follower.next().await {
                        Ok(events) => {
                            for event in events {
                                assert_eq!(event.position, next);
                                next += 1;
                            }
                        }
                        Err(ReadError::Closed) => return next - 1,
                        Err(error) => panic!("{error}"),
                    }
                }
            })
        })
        .collect();
    let writers: Vec<_> = (0..16)
        .map(|writer| {
            let log = log.clone();
            tokio::spawn(async move {
                for nth in 0..200 {
                    let bodies = ["x", "yy", "zzz"];
                    log.append(append(&format!("s{writer}"), nth * 3, &bodies)).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    log.close().await;
    for follower in followers {
        assert_eq!(follower.await.unwrap(), 16 * 200 * 3);
    }
    println!("followers: 4, each with every one of {} events in order", 16 * 200 * 3);
}

#[tokio::test]
async fn commits_are_exported_as_stored() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), small());
    for version in 0..300 {
        log.append(append("a", version, &["some text that is a little longer"])).await.unwrap();
    }
    let mut commits = log.commits(0);
    let (mut hash, mut next) = (Hash::ZERO, 1);
    while let Some(commit) = commits.next().await.unwrap() {
        assert_eq!(commit.first, next);
        assert_eq!(Hash::of(&commit.body), commit.digest);
        hash = chain(hash, commit.digest);
        assert_eq!(hash, commit.hash);
        assert_eq!(decode_commit(&commit.body).unwrap().first, next);
        next = commit.last + 1;
    }
    assert_eq!((hash, next), (log.head().hash, 301));
    let mut later = log.commits(250);
    assert_eq!(later.next().await.unwrap().unwrap().first, 251);
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_taken_while_running_is_a_log() {
    let folder = tempfile::tempdir().unwrap();
    let log = open(folder.path(), small());
    let writer = {
        let log = log.clone();
        tokio::spawn(async move {
            for version in 0..2000 {
                log.append(append("a", version, &["some text that is a little longer"])).await.unwrap();
            }
        })
    };
    let mut copies = 0;
    while !writer.is_finished() {
        let before = log.head();
        let files = log.backup_files();
        let copy = tempfile::tempdir().unwrap();
        std::fs::create_dir(copy.path().join("journal")).unwrap();
        for file in &files {
            // By the open file: the name may be gone when its segment is packed.
            let mut bytes = vec![0; usize::try_from(file.len).unwrap()];
            file.file.read_exact_at(&mut bytes, 0).unwrap();
            std::fs::write(copy.path().join(&file.name), bytes).unwrap();
        }
        let restored = open(copy.path(), small());
        assert!(restored.head().position >= before.position);
        assert_eq!(read_all(&restored).await.len() as u64, restored.head().position);
        let version = restored.head().position;
        restored.append(append("a", version, &["goes on"])).await.unwrap();
        restored.close().await;
        // Checking from outside works at the same time.
        eventlog::verify(folder.path(), &mut |_, _| {}).unwrap();
        copies += 1;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    writer.await.unwrap();
    assert!(copies > 2);
    println!("copies and checks while writing: {copies}");
    log.close().await;
}
