//! A second process, killed under load, over and over. `EVENTLOG_KILLS` for more cycles.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "the parent reads it")]

mod common;

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use common::{Random, append, count, keyed, open, read_all, stream, verify_whole};
use eventlog::{Journal, Options};

const CHILD: &str = "EVENTLOG_KILL_FOLDER";

fn options() -> Options {
    Options { segment_size: 128 << 10, index_cache: 1 << 20, ..Options::default() }
}

/// Not a test of its own: the process that is killed. Says what was acknowledged.
#[test]
#[ignore = "started by the other test"]
fn child() {
    let Ok(folder) = std::env::var(CHILD) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    runtime.block_on(async {
        let opened = Journal::open(Path::new(&folder), options()).unwrap();
        assert_eq!(opened.recovery.fault, None);
        let writers: Vec<_> = (0..8).map(|writer| tokio::spawn(write(opened.log.clone(), writer))).collect();
        for writer in writers {
            writer.await.unwrap();
        }
    });
}

async fn write(log: Journal, writer: u64) {
    let name = format!("writer/{writer}");
    let mut version = log.stream_version(&stream(&name)).await.unwrap();
    loop {
        let body = format!("{writer} {version} {}", "x".repeat(usize::try_from(version % 300).unwrap()));
        let command = keyed(append(&name, version, &[&body, "second"]), &format!("{writer} {version}"), "same");
        let appended = log.append(command).await.unwrap();
        println!("ack {writer} {} {}", appended.version, appended.last);
        version = appended.version;
    }
}

#[test]
#[ignore = "slow: kills a process 25 times"]
fn nothing_acknowledged_is_lost_when_the_process_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random(5);
    let mut acknowledged: HashMap<u64, (u64, u64)> = HashMap::new();
    let cycles = count("EVENTLOG_KILLS", 25);
    let (mut acks, mut torn) = (0u64, 0u64);
    let mut events = 0;
    for _ in 0..cycles {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "child", "--ignored", "--nocapture", "--test-threads=1"])
            .env(CHILD, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        let reader = std::thread::spawn(move || {
            let parse = |line: String| -> Option<(u64, u64, u64)> {
                let mut numbers = line.strip_prefix("ack ")?.split(' ').map(str::parse);
                Some((numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?))
            };
            lines.lines().map_while(Result::ok).filter_map(parse).collect::<Vec<_>>()
        });
        std::thread::sleep(Duration::from_millis(100 + random.below(400)));
        child.kill().unwrap();
        child.wait().unwrap();
        for (writer, version, position) in reader.join().unwrap() {
            acknowledged.insert(writer, (version, position));
            acks += 1;
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let opened = Journal::open(folder.path(), options()).unwrap();
            assert_eq!(opened.recovery.fault, None);
            torn += u64::from(opened.recovery.torn.is_some());
            let log = opened.log;
            for (writer, (version, position)) in &acknowledged {
                let name = stream(&format!("writer/{writer}"));
                assert!(log.stream_version(&name).await.unwrap() >= *version);
                let last = log.read_stream(&name, version - 1, 1).await.unwrap().remove(0);
                assert_eq!(last.position, *position);
            }
            let all = read_all(&log).await;
            let mut versions: HashMap<&str, u64> = HashMap::new();
            for (event, position) in all.iter().zip(1..) {
                let version = versions.entry(event.stream.as_str()).or_default();
                *version += 1;
                assert_eq!((event.position, event.version), (position, *version));
            }
            events = all.len();
            let head = log.head();
            log.close().await;
            verify_whole(folder.path(), head);
        });
    }
    assert!(acks > 100 * cycles / 10, "{acks} acknowledged in {cycles} cycles");
    drop(open(folder.path(), options()));
    println!("kills: {cycles}, {acks} commits acknowledged, none lost; {events} events, {torn} torn tails");
}
