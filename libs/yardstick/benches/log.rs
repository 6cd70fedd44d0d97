//! How many durable events a second, and how that compares with the disk itself, SQLite and PostgreSQL.
//!
//! `cargo bench -p yardstick --bench log [-- --hurtig] [--folder DIR]`; with `--append DIR` the latency of one client on
//! a log that is there already (it is spoilt for its owner then), with `--machine` only the line about the machine.
//!
//! Events of 400 bytes; clients that each wait for their answer. The plain program writes the bytes that the log wrote,
//! in groups of the average size the log had in the same round. The relay
//! is what a plain program reaches at the same work: clients that wait, a queue, one thread that hashes, appends and syncs;
//! `relay/plain` holds it against a plain program with its own groups. `with close` counts the time the log needs afterwards
//! until its index has everything, so that nothing is put off to where nobody measures.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use eventlog::{Append, Hash, Idempotency, Journal, NewEvent, Operation, Options, StreamId, Watch};
use yardstick::{
    Appender, Goal, Plain, Postgres, Relay, Sqlite, clients, machine_line, median, median_ratio, percentile, table,
};

const BODY: usize = 400;
/// Events of a stream, as a case has some.
const STREAM: u64 = 10;

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

/// One round of the log.
struct Round {
    rate: f64,
    with_close: f64,
    /// Events written with one sync, on average.
    group: f64,
    /// Bytes of an event in the journal.
    bytes: f64,
}

async fn log(folder: &Path, number: usize, time: Duration, keys: bool) -> Round {
    let syncs = Arc::new(Syncs::default());
    let options = Options { watch: Some(Arc::clone(&syncs) as Arc<dyn Watch>), ..Options::default() };
    let log = Journal::open(folder, options).unwrap().log;
    let before = syncs.0.load(Relaxed);
    let writer = log.clone();
    let start = Instant::now();
    let load = clients(number, time, move |client, n| {
        let log = writer.clone();
        async move {
            let stream = StreamId::new(stream(0, client, n)).unwrap();
            let key = Hash::of(format!("{client} {n}").as_bytes());
            let idempotency = keys.then_some(Idempotency { key, fingerprint: key });
            let event = NewEvent { kind: "Noteret".to_owned(), form: 1, body: vec![b'x'; BODY] };
            let (expected, meta, events) = (n % STREAM, b"caller".to_vec(), vec![event]);
            log.append(Append { stream, expected, time: 0, meta, events, idempotency }).await.unwrap();
        }
    })
    .await;
    let groups = (syncs.0.load(Relaxed) - before) as f64;
    let bytes: u64 = log.backup_files().iter().map(|file| file.len).sum();
    log.close().await;
    let events = load.calls as f64;
    Round {
        rate: load.rate(),
        with_close: events / start.elapsed().as_secs_f64(),
        group: events / groups,
        bytes: bytes as f64 / events,
    }
}

fn stream(round: usize, client: usize, n: u64) -> String {
    format!("stream/{round}/{client}/{}", n / STREAM)
}

async fn sqlite(store: &Sqlite, round: usize, number: usize, time: Duration) -> f64 {
    let store = store.clone();
    let call = move |client, n| {
        let store = store.clone();
        async move { store.append(stream(round, client, n), n % STREAM, vec![b'x'; BODY]).await }
    };
    clients(number, time, call).await.rate()
}

async fn postgres(appenders: &Arc<Vec<Appender>>, round: usize, number: usize, time: Duration) -> f64 {
    let appenders = Arc::clone(appenders);
    let call = move |client: usize, n| {
        let appenders = Arc::clone(&appenders);
        async move {
            let appender = &appenders[client % appenders.len()];
            appender.append(&stream(round, client, n), n % STREAM, &[b'x'; BODY]).await.unwrap();
        }
    };
    clients(number, time, call).await.rate()
}

struct Row {
    clients: usize,
    keys: bool,
    plain: f64,
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let quick = arguments.iter().any(|argument| argument == "--hurtig");
    let value = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1).map(PathBuf::from);
    let parent = value("--folder").unwrap_or_else(std::env::temp_dir);
    if arguments.iter().any(|argument| argument == "--machine") {
        println!("{}", machine_line(&parent));
        return;
    }
    if let Some(folder) = value("--append") {
        latency(&folder).await;
        return;
    }
    let (rounds, time) = if quick { (3, Duration::from_millis(500)) } else { (7, Duration::from_secs(2)) };
    println!("{}; {rounds} rounds of {:.1} s each, medians\n", machine_line(&parent), time.as_secs_f64());

    let server = Postgres::start(&parent).await;
    if let Err(reason) = &server {
        println!("without PostgreSQL: {reason}\n");
    }
    let mut rows = Vec::new();
    for row in [
        Row { clients: 1, keys: true, plain: 0.75 },
        Row { clients: 64, keys: true, plain: 0.7 },
        Row { clients: 256, keys: true, plain: 0.7 },
        Row { clients: 256, keys: false, plain: 0.7 },
    ] {
        rows.push(measure(&row, &parent, server.as_ref().ok(), rounds, time).await);
    }
    let head = [
        "clients",
        "keys",
        "events/s",
        "with close",
        "group",
        "bytes",
        "plain/s",
        "log/plain",
        "relay/s",
        "its group",
        "relay/plain",
        "log/relay",
        "SQLite/s",
        "log/SQLite",
        "PostgreSQL/s",
        "log/PostgreSQL",
    ];
    table(&head, &rows);
}

/// One client, one event a commit, on a log that has many events: what most of them, and the slowest, wait.
async fn latency(folder: &Path) {
    const APPENDS: u64 = 3000;
    let log = Journal::open(folder, Options::default()).unwrap().log;
    let mut microseconds = Vec::new();
    for n in 0..APPENDS {
        let stream = StreamId::new(stream(0, 0, n)).unwrap();
        let event = NewEvent { kind: "Noteret".to_owned(), form: 1, body: vec![b'x'; BODY] };
        let (expected, meta, events) = (n % STREAM, b"caller".to_vec(), vec![event]);
        let start = Instant::now();
        log.append(Append { stream, expected, time: 0, meta, events, idempotency: None }).await.unwrap();
        microseconds.push(start.elapsed().as_secs_f64() * 1e6);
    }
    log.close().await;
    let at = |share| percentile(&microseconds, share).unwrap_or(0.0);
    println!("{:.0} {:.0}", at(0.5), at(0.99));
}

async fn measure(row: &Row, parent: &Path, server: Option<&Postgres>, rounds: usize, time: Duration) -> Vec<String> {
    let (number, keys) = (row.clients, row.keys);
    let folder = tempfile::tempdir_in(parent).unwrap();
    let plain_file = Plain::new(&folder.path().join("plain"));
    let relay_file = Relay::new(&folder.path().join("relay"));
    let store = Sqlite::open(&folder.path().join("sqlite")).unwrap();
    let appenders = match server {
        Some(server) => Some(Arc::new(server.connect(number).await.unwrap())),
        None => None,
    };
    let (mut logs, mut plains, mut sqlites, mut postgreses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let (mut relays, mut relayed, mut relay_plains) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let log_folder = folder.path().join(format!("log{round}"));
        let ours = log(&log_folder, number, time, keys).await;
        std::fs::remove_dir_all(&log_folder).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive averages")]
        let (group, bytes) = (ours.group.round().max(1.0) as usize, ours.bytes.round() as usize);
        plains.push(plain_file.rate(group, bytes, time).unwrap());
        let (relay, relay_group) = relay_file.rate(number, bytes, time).await.unwrap();
        relays.push(relay);
        relayed.push(relay_group);
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small positive averages")]
        relay_plains.push(plain_file.rate(relay_group.round().max(1.0) as usize, bytes, time).unwrap());
        sqlites.push(sqlite(&store, round, number, time).await);
        if let Some(appenders) = &appenders {
            let name = round + usize::from(keys) * 1000 + number * 10_000;
            postgreses.push(postgres(appenders, name, number, time).await);
        }
        logs.push(ours);
    }
    let of = |value: fn(&Round) -> f64| logs.iter().map(value).collect::<Vec<_>>();
    let rates = of(|round| round.rate);
    let number_or_dash = |values: &[f64]| median(values).map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    let goal = |theirs: &[f64], goal| Goal { ratio: median_ratio(&rates, theirs), goal }.to_string();
    let many = number > 1;
    vec![
        number.to_string(),
        if keys { "yes" } else { "no" }.to_owned(),
        number_or_dash(&rates),
        number_or_dash(&of(|round| round.with_close)),
        format!("{:.1}", median(&of(|round| round.group)).unwrap_or(0.0)),
        number_or_dash(&of(|round| round.bytes)),
        number_or_dash(&plains),
        goal(&plains, Some(row.plain)),
        number_or_dash(&relays),
        format!("{:.1}", median(&relayed).unwrap_or(0.0)),
        format!("{:.2}", median_ratio(&relays, &relay_plains).unwrap_or(0.0)),
        goal(&relays, None),
        number_or_dash(&sqlites),
        goal(&sqlites, many.then_some(2.0)),
        number_or_dash(&postgreses),
        goal(&postgreses, many.then_some(10.0)),
    ]
}
