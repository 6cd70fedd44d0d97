//! What somebody without a token can do to the service as it is shipped: next to nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use systemtests::{FRIST, Service, Setup, raskvej, workplace};

use crate::meanwhile::{SLOW, meanwhile};

/// Half-open connections, and invented methods.
const HALVES: usize = 1020;
const METHODS: usize = 2000;

fn connect(t: &Service) -> TcpStream {
    let stream = TcpStream::connect(t.address().trim_start_matches("http://")).unwrap();
    stream.set_read_timeout(Some(FRIST)).unwrap();
    stream
}

/// Sends some bytes; the service may close before all of them are there.
fn says(t: &Service, words: &[u8]) -> TcpStream {
    let mut stream = connect(t);
    let _ = stream.write_all(words);
    stream
}

fn kilobytes(t: &Service) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", t.pid())).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// The slowest of a hundred answers but one, each of which must be 200.
fn readyz(t: &Service) -> Duration {
    let mut times: Vec<Duration> = (0..100)
        .map(|_| {
            let start = Instant::now();
            let mut stream = says(t, b"GET /readyz HTTP/1.1\r\nHost: her\r\nConnection: close\r\n\r\n");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            start.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[98]
}

/// Connections on which half a request was sent, and files that may be open.
#[test]
fn half_open_connections_keep_nobody_out_and_stop_nothing() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
    // As many are left as are held back, but for those that the service opens itself meanwhile.
    for (halves, files, open) in [(HALVES, 1024, 904), (400, 128, 104)] {
        let slowest = half_open(halves, files, open);
        println!("{halves} half-open connections three times, {files} files: /readyz p99 {slowest:?}");
    }
}

fn half_open(halves: usize, files: usize, open: usize) -> Duration {
    let folder = tempfile::tempdir().unwrap();
    let program = raskvej();
    let few = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
    let few = ["bash", "-c", &few, program.to_str().unwrap()];
    let mut t = Setup::new(folder.path()).program(&few).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    let mut slowest = Duration::ZERO;
    let half_a_head = "GET /readyz HTTP/1.1\r\nHost: her\r\nX-";
    let no_body = "POST /log-ind HTTP/1.1\r\nHost: her\r\nContent-Length: 9\r\n\r\n";
    for half in ["", half_a_head, no_body] {
        let all: Vec<_> = (0..halves).map(|_| says(&t, half.as_bytes())).collect();
        slowest = slowest.max(readyz(&t));
        let descriptors = std::fs::read_dir(format!("/proc/{}/fd", t.pid())).unwrap().count();
        assert!(descriptors <= open, "{descriptors} files are open");
        drop(all);
    }
    assert!(slowest < SLOW, "{slowest:?}");
    workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    // Those who say nothing are gone by themselves.
    let mut silent = connect(&t);
    let start = Instant::now();
    assert_eq!(silent.read(&mut [0; 16]).unwrap_or(0), 0);
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", start.elapsed());
    assert!(!t.printout().contains("kan ikke modtages"), "{}", t.printout());
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    slowest
}

#[test]
fn invented_methods_leave_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).start();
    let metrics = || t.get("", "/metrics").with_status(200).tekst().len();
    let large = vec![b'X'; 300_000];
    let ask = |n: usize| {
        let short = format!("OPFUNDET{n} /readyz HTTP/1.1\r\nHost: her\r\nConnection: close\r\n\r\n");
        for words in [short.as_bytes(), &large] {
            let mut answer = Vec::new();
            let _ = says(&t, words).read_to_end(&mut answer);
        }
    };
    (0..50).for_each(ask);
    let (memory, length) = (kilobytes(&t), metrics());
    let ((), times) = meanwhile(&t, || (0..METHODS).for_each(ask));
    // And when all of them have come.
    let slowest = readyz(&t).max(times.nearly_all());
    let (grown, longer) = (kilobytes(&t).saturating_sub(memory), metrics().saturating_sub(length));
    println!(
        "{METHODS} invented methods: {grown} KB more in memory, /metrics {longer} bytes longer; meanwhile {times}; p99 \
         {slowest:?}"
    );
    assert!(grown < 32 << 10, "{grown} KB more in memory");
    assert!(longer < 4096, "/metrics is {longer} bytes longer");
    assert!(slowest < SLOW, "{slowest:?}");
    let metrics = t.get("", "/metrics").tekst();
    assert!(metrics.contains("metode=\"anden\"") && !metrics.contains("OPFUNDET"), "{metrics}");
}

/// What is in the folder, and may be read by others than its owner.
fn readable_by_others(folder: &Path, found: &mut Vec<String>) -> usize {
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let metadata = entry.metadata().unwrap();
        count += 1;
        if metadata.permissions().mode() & 0o077 != 0 {
            found.push(entry.path().display().to_string());
        }
        if metadata.is_dir() {
            count += readable_by_others(&entry.path(), found);
        }
    }
    count
}

#[test]
fn what_the_service_makes_is_its_owners_alone() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let program = raskvej();
    let generous = ["bash", "-c", "umask 000 && exec \"$0\" \"$@\"", program.to_str().unwrap()];
    let mut t = Setup::new(&data).program(&generous).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", t.pid())).unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert!(core.split_whitespace().any(|word| word == "0"), "{core}");
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    let mut found = Vec::new();
    assert!(readable_by_others(&data, &mut found) > 8 && found.is_empty(), "{found:?}");
    assert!(data.join("noegler").join("noegler").exists());
}
