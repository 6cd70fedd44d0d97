//! How many durable events a second, and how that compares with the disk itself.
//!
//! `cargo run --release -p eventlog --example rate [seconds] [folder]`
//!
//! For each number of clients, each waiting for its answer: the log, and then a plain program that appends the same
//! bytes in groups of the average size the log had, with one `fdatasync` a group, to a file whose room is reserved.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::{
    fs::File,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use eventlog::{Append, Hash, Idempotency, Journal, NewEvent, Operation, Options, StreamId, Watch};

#[derive(Debug, Default)]
struct Syncs(AtomicU64);

impl Watch for Syncs {
    fn before(&self, _: Operation<'_>) -> std::io::Result<()> {
        Ok(())
    }

    fn after(&self, operation: Operation<'_>) {
        if let Operation::Sync(path) = operation
            && path.extension().is_some_and(|extension| extension == "rvj")
        {
            self.0.fetch_add(1, Relaxed);
        }
    }
}

/// Events a second, average group, bytes of an event in the journal.
async fn log(folder: &Path, clients: u64, time: Duration, keys: bool) -> (f64, f64, f64) {
    let syncs = Arc::new(Syncs::default());
    let options = Options { watch: Some(Arc::clone(&syncs) as Arc<dyn Watch>), ..Options::default() };
    let log = Journal::open(folder, options).unwrap().log;
    let before = syncs.0.load(Relaxed);
    let start = Instant::now();
    let tasks: Vec<_> = (0..clients)
        .map(|client| {
            let log = log.clone();
            tokio::spawn(async move {
                let mut version = 0;
                let body = vec![b'x'; 400];
                while start.elapsed() < time {
                    // A stream of ten events or so, as a case is.
                    let stream = StreamId::new(format!("stream/{client}/{}", version / 10)).unwrap();
                    let key = Hash::of(format!("{client} {version}").as_bytes());
                    let idempotency = keys.then_some(Idempotency { key, fingerprint: key });
                    let event = NewEvent { kind: "Noteret".to_owned(), form: 1, body: body.clone() };
                    let meta = b"caller".to_vec();
                    let expected = version % 10;
                    let append = Append { stream, expected, time: 0, meta, events: vec![event], idempotency };
                    log.append(append).await.unwrap();
                    version += 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let elapsed = start.elapsed().as_secs_f64();
    let events = log.head().position as f64;
    let groups = (syncs.0.load(Relaxed) - before) as f64;
    let bytes: u64 = log.backup_files().iter().map(|file| file.len).sum();
    log.close().await;
    (events / elapsed, events / groups, bytes as f64 / events)
}

fn plain(path: &Path, group: usize, event: usize, time: Duration) -> f64 {
    const ROOM: u64 = 16 << 20;
    let bytes = vec![b'x'; group * event];
    let reserved = || {
        let file = File::create(path).unwrap();
        rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, ROOM).unwrap();
        file.sync_all().unwrap();
        file
    };
    let (mut file, mut offset, mut events) = (reserved(), 0, 0usize);
    let start = Instant::now();
    while start.elapsed() < time {
        if offset + bytes.len() as u64 > ROOM {
            (file, offset) = (reserved(), 0);
        }
        file.write_all_at(&bytes, offset).unwrap();
        file.sync_data().unwrap();
        offset += bytes.len() as u64;
        events += group;
    }
    events as f64 / start.elapsed().as_secs_f64()
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let seconds = arguments.next().map_or(4, |text| text.parse().unwrap());
    let parent = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    std::fs::create_dir_all(&parent).unwrap();
    let time = Duration::from_secs(seconds);
    println!(
        "{:>8} {:>5} {:>12} {:>8} {:>8} {:>12} {:>6}",
        "clients", "keys", "events/s", "group", "bytes", "plain/s", "ratio"
    );
    for (clients, keys) in [(1, true), (64, true), (256, true), (256, false)] {
        let folder = tempfile::tempdir_in(&parent).unwrap();
        let (rate, group, bytes) = log(&folder.path().join("log"), clients, time, keys).await;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive averages")]
        let (whole_group, whole_bytes) = (group.round().max(1.0) as usize, bytes.round() as usize);
        let disk = plain(&folder.path().join("plain"), whole_group, whole_bytes, time);
        println!(
            "{clients:>8} {:>5} {rate:>12.0} {group:>8.1} {bytes:>8.1} {disk:>12.0} {:>6.2}",
            if keys { "yes" } else { "no" },
            rate / disk
        );
    }
}
