//! What it costs to read one stream whose events lie in packed segments and are not in memory.
//!
//! `cargo bench -p eventlog --bench cold [-- --quick] [--folder DIR]`
//!
//! The events are written in the order of time, as they are in life, so a stream lies in many segments. *Any order* is the
//! case of a service: nothing of what a read needs was needed a moment ago. *By name* neighbours are read one after the
//! other and share blocks. Processor time is that of the whole process, so it has the hand-over to a reading thread in it.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use eventlog::{Append, Journal, NewEvent, Options, StreamId};
use rustix::time::{ClockId, clock_gettime};

/// Events of a stream.
const EVENTS: u64 = 32;

fn name(nth: usize) -> StreamId {
    StreamId::new(format!("case/{}", 10_000 + nth)).unwrap()
}

/// A case goes on about once a month: every stream gets its first event, then every stream its second.
async fn fill(log: &Journal, streams: usize) {
    for version in 0..EVENTS {
        let mut appends = tokio::task::JoinSet::new();
        for nth in 0..streams {
            // Much of an event is as in others, some of it is not.
            let own = version * 7919 + nth as u64 * 104_729;
            let body = format!(
                r#"{{"id":"{:032x}","day":"2026-{:02}-{:02}","kind":"conversation","with":["leader","employee"],"outcome":"held","next":{own}}}"#,
                u128::from(own) * 0x9e37_79b9_7f4a_7c15,
                own % 12 + 1,
                own % 28 + 1
            );
            let events = vec![NewEvent { kind: "Noted".to_owned(), form: 1, body: body.repeat(2).into_bytes() }];
            let (meta, stream) = (br#"{"actor":{"role":"leader"}}"#.to_vec(), name(nth));
            let append = Append { stream, expected: version, time: 0, meta, events, idempotency: None };
            let log = log.clone();
            appends.spawn(async move { log.append(append).await.unwrap() });
        }
        appends.join_all().await;
    }
}

/// Waits until every full segment is packed.
async fn settled(log: &Journal) {
    while log.backup_files().iter().filter(|file| file.ends.is_none()).count() > 1 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap())
}

/// Microseconds of processor time, and on the clock, for each of these streams.
async fn read(log: &Journal, order: Arc<Vec<usize>>, readers: usize, hashes: bool) -> (f64, f64) {
    let (next, mut tasks) = (Arc::new(AtomicUsize::new(0)), tokio::task::JoinSet::new());
    let (used, start) = (processor_time(), Instant::now());
    for _ in 0..readers {
        let (log, order, next) = (log.clone(), Arc::clone(&order), Arc::clone(&next));
        tasks.spawn(async move {
            while let Some(nth) = order.get(next.fetch_add(1, Relaxed)) {
                let read = if hashes {
                    log.read_stream_with_hashes(&name(*nth), 0, 4096).await
                } else {
                    log.read_stream(&name(*nth), 0, 4096).await
                };
                assert_eq!(read.unwrap().len() as u64, EVENTS);
            }
        });
    }
    tasks.join_all().await;
    let each = |time: Duration| time.as_secs_f64() * 1e6 / order.len() as f64;
    (each(processor_time() - used), each(start.elapsed()))
}

/// Every number below `len`, in an order that jumps.
fn any_order(len: usize, round: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..len).collect();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(round as u64 + 1);
    for nth in (1..len).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(nth, usize::try_from(state >> 33).unwrap() % (nth + 1));
    }
    order
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let folder = arguments.iter().skip_while(|argument| *argument != "--folder").nth(1).map(PathBuf::from);
    let parent = folder.unwrap_or_else(std::env::temp_dir);
    let (streams, rounds) = if quick { (4_000, 3) } else { (20_000, 7) };
    let folder = tempfile::tempdir_in(&parent).unwrap();
    // Less room than the log has blocks, so that most of what is read has to be unpacked, as with a long log.
    let options = Options { read_cache: 8 << 20, ..Options::default() };
    let log = Journal::open(folder.path(), options.clone()).unwrap().log;
    fill(&log, streams).await;
    settled(&log).await;
    let segments = log.backup_files().len();
    log.close().await;
    let log = Journal::open(folder.path(), options).unwrap().log;
    println!("{streams} streams of {EVENTS} events in {segments} segments, medians of {rounds} rounds\n");
    println!("| a stream read | processor µs | µs on the clock |\n|---|---|---|");
    for (what, jumps, readers, hashes) in [
        ("any order, one reader", true, 1, false),
        ("any order, 64 readers", true, 64, false),
        ("any order, one reader, with hashes", true, 1, true),
        ("by name, one reader", false, 1, false),
        ("by name, 64 readers", false, 64, false),
    ] {
        let (mut used, mut took) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let order = if jumps { any_order(streams, round) } else { (0..streams).collect() };
            let (processor, clock) = read(&log, Arc::new(order), readers, hashes).await;
            used.push(processor);
            took.push(clock);
        }
        println!("| {what} | {:.0} | {:.0} |", median(used), median(took));
    }
    log.close().await;
}
