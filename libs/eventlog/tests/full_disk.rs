//! A disk that is really full: a small file system of its own, mounted where only a child of this test sees it.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test fails by panicking, and prints what it counted")]

mod common;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use common::{append, open, read_all, small, stream, verify_whole};
use eventlog::{AppendError, Journal, Options, ReadOnlyReason, Trouble};

const CHILD: &str = "EVENTLOG_FULL_DISK";

/// Runs a test of this file alone, on a file system of `megabytes` in memory (Linux, user namespaces).
fn on_a_small_disk(test: &str, megabytes: u32) {
    let folder = tempfile::tempdir().unwrap();
    // A log that waits for ever is to be told as that.
    let script = format!(
        "mount -t tmpfs -o size={megabytes}m small \"$0\" && exec timeout 120 \"$1\" --exact {test} --ignored --nocapture"
    );
    let child = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", &script])
        .arg(folder.path())
        .arg(std::env::current_exe().unwrap())
        .env(CHILD, folder.path())
        .output()
        .expect("unshare is part of util-linux");
    let (out, err) = (String::from_utf8_lossy(&child.stdout), String::from_utf8_lossy(&child.stderr));
    assert!(child.status.success() && out.contains("full disk: "), "{out}\n{err}");
    out.lines().filter(|line| line.contains("full disk: ")).for_each(|line| println!("{line}"));
}

/// The small disk; none when the test was not started by the one that mounts it.
fn disk() -> Option<PathBuf> {
    std::env::var_os(CHILD).map(PathBuf::from)
}

/// Something else that takes up room, and can be removed.
fn ballast(disk: &Path, kilobytes: usize) -> PathBuf {
    let path = disk.join("something-else");
    fs::write(&path, vec![1; kilobytes << 10]).unwrap();
    path
}

/// Appends until the log refuses; how many events it has acknowledged, and why it stopped.
async fn fill(log: &Journal) -> (u64, AppendError) {
    let mut version = log.stream_version(&stream("a")).await.unwrap();
    loop {
        let body = format!("{version} {}", "x".repeat(3000));
        match log.append(append("a", version, &[&body])).await {
            Ok(appended) => version = appended.version,
            Err(error) => return (version, error),
        }
    }
}

async fn reads(log: &Journal, acknowledged: u64) {
    assert_eq!(read_all(log).await.len() as u64, acknowledged);
    let last = log.read_stream(&stream("a"), acknowledged - 1, 10).await.unwrap();
    assert_eq!(last.iter().map(|event| event.version).collect::<Vec<_>>(), [acknowledged]);
}

#[test]
#[ignore = "mounts a small disk"]
fn a_full_disk_loses_nothing_that_was_acknowledged() {
    on_a_small_disk("filled_to_the_last_byte", 6);
}

#[test]
#[ignore = "mounts a small disk"]
fn near_a_full_disk_the_log_is_read_only_until_there_is_room() {
    on_a_small_disk("filled_to_the_limit", 8);
}

#[test]
#[ignore = "on the small disk of another test"]
fn filled_to_the_last_byte() {
    let Some(disk) = disk() else { return };
    let other = ballast(&disk, 1500);
    let folder = disk.join("log");
    let options = || Options { segment_size: 128 << 10, ..small() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let log = open(&folder, options());
        let (acknowledged, error) = fill(&log).await;
        let right = matches!(
            error,
            AppendError::ReadOnly { reason: ReadOnlyReason::DiskFull { .. } } | AppendError::Poisoned { .. }
        );
        assert!(right && acknowledged > 500, "{acknowledged}: {error:?}");
        reads(&log, acknowledged).await;
        log.close().await;

        // A start while it is full: what is there is read, or it says that there is no room.
        let started = match Journal::open(&folder, options()) {
            Ok(opened) => {
                assert_eq!(opened.recovery.fault, None);
                reads(&opened.log, acknowledged).await;
                opened.log.close().await;
                "opens"
            }
            Err(error) => {
                assert_eq!(error.trouble(), Some(Trouble::NoRoom), "{error}");
                "does not open for want of room"
            }
        };
        println!("full disk: a start on it {started}");

        fs::remove_file(other).unwrap();
        let log = open(&folder, options());
        reads(&log, acknowledged).await;
        log.append(append("a", acknowledged, &["there is room again"])).await.unwrap();
        let head = log.head();
        log.close().await;
        verify_whole(&folder, head);
        println!(
            "full disk: {acknowledged} acknowledged, then {error}; with room again all are there and more is taken"
        );
    });
}

#[test]
#[ignore = "on the small disk of another test"]
fn filled_to_the_limit() {
    let Some(disk) = disk() else { return };
    let other = ballast(&disk, 2000);
    let folder = disk.join("log");
    let options = Options { segment_size: 128 << 10, keep_free: 1 << 20, ..small() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(async {
        let log = open(&folder, options);
        let (acknowledged, error) = fill(&log).await;
        let AppendError::ReadOnly { reason: ReadOnlyReason::DiskFull { free, needed } } = error else {
            panic!("{error:?}");
        };
        assert!(free < needed, "{free} {needed}");
        reads(&log, acknowledged).await;

        fs::remove_file(other).unwrap();
        // The look at the free space holds for a while.
        let mut tries = 0;
        while log.append(append("a", acknowledged, &["there is room again"])).await.is_err() {
            tries += 1;
            assert!(tries < 100, "it does not take more");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        reads(&log, acknowledged + 1).await;
        let head = log.head();
        log.close().await;
        verify_whole(&folder, head);
        println!("full disk: {acknowledged} acknowledged, then read-only with {free} bytes free; with room it goes on by itself");
    });
}
