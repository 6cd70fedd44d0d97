//! Commands over HTTP, each durable before its answer, against a handler that only parses and echoes the same body, and
//! against the durable inserts that PostgreSQL makes alone. The same echo with the log behind it shows how far a plain
//! program gets that makes each request durable and knows no rules.
//!
//! `cargo bench -p raskvej --bench http [-- --hurtig] [--folder DIR]`
//!
//! 64 connections that are kept open, each waiting for its answer before it sends again; the service and the echo are
//! processes of their own, and the clients share the machine with them. `--only-service SECONDS` leaves the others out,
//! for a profiler.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::Json;
use eventlog::{Append, Journal, NewEvent, Options, StreamId};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use yardstick::{Appender, Goal, Load, Postgres, clients, machine_line, median, median_ratio, table};

const CONNECTIONS: usize = 64;
const EMPLOYEES: u32 = 20_000;
const LAST_DAY: &str = "2026-11-20";
const CLOCK: &str = "2026-11-20T21:00:00+01:00";
const CONTACT: &str =
    r#"{"dato":"2026-11-20","form":"telefon","kontaktperson_rolle":"leder","taget_af":"arbejdsplads"}"#;

/// A process that serves; ended when this is dropped.
struct Served {
    process: Child,
    address: String,
}

impl Served {
    fn start(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).stdin(Stdio::null()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("{line}")).1.to_owned();
        Self { process, address }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A connection that is kept open.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    async fn new(address: &str) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, buffer: Vec::with_capacity(16 << 10) }
    }

    /// Sends a request and reads the whole answer: its status, and its bytes.
    async fn ask(&mut self, request: &[u8]) -> (u16, &[u8]) {
        self.stream.write_all(request).await.unwrap();
        self.buffer.clear();
        let end = loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server has gone");
            if let Some(at) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = std::str::from_utf8(&self.buffer[..end]).unwrap();
        let status = head[9..12].parse().unwrap();
        let length: usize = header(head, "content-length").map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < end + length {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server has gone");
        }
        (status, &self.buffer)
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    head.lines().find_map(|line| line.split_once(": ").filter(|(n, _)| n.eq_ignore_ascii_case(name))).map(|(_, v)| v)
}

type Connections = Arc<Vec<Mutex<Connection>>>;

async fn connect(address: &str) -> Connections {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Mutex::new(Connection::new(address).await));
    }
    Arc::new(connections)
}

fn post(path: &str, token: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Idempotency-Key: {key}\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A workplace of its own, the service on it, and a token of HR.
fn service(folder: &Path) -> (Served, String) {
    let raskvej = |order: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_raskvej"));
        command.args(order).arg("--data").arg(folder);
        command
    };
    let employees = EMPLOYEES.to_string();
    let history = ["--medarbejdere", &employees, "--distrikter", "40", "--aar", "1", "--froe", "1", "--til", LAST_DAY];
    let made = raskvej(&["generer"]).args(history).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(made.success());
    let token = raskvej(&["token", "create", "--rolle", "hr"]).output().unwrap();
    let token = String::from_utf8(token.stdout).unwrap().trim().to_owned();
    (Served::start(raskvej(&["serve"]).args(["--listen", "127.0.0.1:0", "--clock", CLOCK])), token)
}

/// Everybody who can be is reported sick today: the ids of the forløb.
async fn report_sick(connections: &Connections, token: &str) -> (Load, Vec<String>) {
    let ids = Arc::new(Mutex::new(Vec::new()));
    let (connections, token, found) = (Arc::clone(connections), token.to_owned(), Arc::clone(&ids));
    let start = std::time::Instant::now();
    let next = Arc::new(AtomicU32::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..CONNECTIONS {
        let (connections, token, found, next) = (connections.clone(), token.clone(), found.clone(), next.clone());
        tasks.spawn(async move {
            let mut connection = connections[client].lock().await;
            loop {
                let n = next.fetch_add(1, Relaxed);
                if n >= EMPLOYEES {
                    return;
                }
                let body = format!(r#"{{"medarbejder_nr":"{}","foerste_fravaersdag":"{LAST_DAY}"}}"#, 10_001 + n);
                let request = post("/api/v1/forloeb", &token, &format!("ny-{n}"), &body);
                let (status, answer) = connection.ask(&request).await;
                if status == 201 {
                    let head = String::from_utf8_lossy(answer);
                    let id = header(&head, "location").unwrap().rsplit('/').next().unwrap().to_owned();
                    found.lock().await.push(id);
                } else {
                    assert!(matches!(status, 409 | 422), "{status} {}", String::from_utf8_lossy(answer));
                }
            }
        });
    }
    tasks.join_all().await;
    let elapsed = start.elapsed();
    let ids = std::mem::take(&mut *ids.lock().await);
    (Load { calls: ids.len() as u64, elapsed }, ids)
}

/// First contacts to one forløb after the other, or the same requests to the echo.
async fn contacts(to: &Connections, ids: &Arc<Vec<String>>, token: &str, round: usize, time: Duration) -> f64 {
    let (to, ids, token) = (Arc::clone(to), Arc::clone(ids), token.to_owned());
    let call = move |client: usize, n: u64| {
        let (to, ids, token) = (to.clone(), ids.clone(), token.clone());
        async move {
            let turn = usize::try_from(n).unwrap() * CONNECTIONS + client + round * 7919;
            let path = format!("/api/v1/forloeb/{}/foerste-kontakt", ids[turn % ids.len()]);
            let request = post(&path, &token, &format!("{round}-{client}-{n}"), CONTACT);
            let mut connection = to[client].lock().await;
            let (status, answer) = connection.ask(&request).await;
            assert_eq!(status, 200, "{}", String::from_utf8_lossy(answer));
        }
    };
    clients(CONNECTIONS, time, call).await.rate()
}

async fn inserts(appenders: &Arc<Vec<Appender>>, round: usize, time: Duration) -> f64 {
    let appenders = Arc::clone(appenders);
    let call = move |client: usize, n: u64| {
        let appenders = Arc::clone(&appenders);
        async move {
            let stream = format!("{round}/{client}/{}", n / 10);
            appenders[client].append(&stream, n % 10, CONTACT.as_bytes()).await.unwrap();
        }
    };
    clients(CONNECTIONS, time, call).await.rate()
}

/// Parses and answers the same; with a log each body is an event of it before the answer, in a stream of its own.
async fn echo(log: Option<Journal>) {
    let next = Arc::new(AtomicU64::new(0));
    let answer = move |Json(body): Json<Value>| {
        let (log, next) = (log.clone(), next.clone());
        async move {
            if let Some(log) = log {
                let stream = StreamId::new(format!("echo/{}", next.fetch_add(1, Relaxed))).unwrap();
                let event = NewEvent { kind: "Echo".to_owned(), form: 1, body: serde_json::to_vec(&body).unwrap() };
                let (meta, events) = (Vec::new(), vec![event]);
                log.append(Append { stream, expected: 0, time: 0, meta, events, idempotency: None }).await.unwrap();
            }
            Json(body)
        }
    };
    let app = axum::Router::new().route("/api/v1/forloeb/{id}/foerste-kontakt", axum::routing::post(answer));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    axum::serve(listener, app).await.unwrap();
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let has = |name: &str| arguments.iter().any(|argument| argument == name);
    let value = |name: &str| arguments.iter().skip_while(|argument| *argument != name).nth(1);
    if has("--echo") {
        let log = value("--log").map(|folder| Journal::open(Path::new(folder), Options::default()).unwrap().log);
        return echo(log).await;
    }
    let parent = value("--folder").map_or_else(std::env::temp_dir, PathBuf::from);
    let (rounds, time) = if has("--hurtig") { (3, Duration::from_secs(1)) } else { (7, Duration::from_secs(3)) };
    println!("{}; {rounds} rounds of {} s each, medians\n", machine_line(&parent), time.as_secs());

    let folder = tempfile::tempdir_in(&parent).unwrap();
    let (service, token) = service(&folder.path().join("data"));
    let to_service = connect(&service.address).await;
    let (reported, ids) = report_sick(&to_service, &token).await;
    let ids = Arc::new(ids);
    if let Some(seconds) = value("--only-service") {
        println!("service: process {}", service.process.id());
        let time = Duration::from_secs(seconds.parse().unwrap());
        println!("{:.0} a second", contacts(&to_service, &ids, &token, 0, time).await);
        return;
    }
    let echo = Served::start(Command::new(std::env::current_exe().unwrap()).arg("--echo"));
    let to_echo = connect(&echo.address).await;
    let logged = folder.path().join("echo");
    let durable = Served::start(Command::new(std::env::current_exe().unwrap()).args(["--echo", "--log"]).arg(&logged));
    let to_durable = connect(&durable.address).await;
    let server = Postgres::start(&parent).await;
    let appenders = match &server {
        Ok(server) => Some(Arc::new(server.connect(CONNECTIONS).await.unwrap())),
        Err(reason) => {
            println!("without PostgreSQL: {reason}\n");
            None
        }
    };
    let (mut ours, mut echoes, mut durables, mut postgreses) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        ours.push(contacts(&to_service, &ids, &token, round, time).await);
        echoes.push(contacts(&to_echo, &ids, &token, round, time).await);
        durables.push(contacts(&to_durable, &ids, &token, round, time).await);
        if let Some(appenders) = &appenders {
            postgreses.push(inserts(appenders, round, time).await);
        }
    }
    let number = |values: &[f64]| median(values).map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    let goal = |theirs: &[f64], goal| Goal { ratio: median_ratio(&ours, theirs), goal: Some(goal) }.to_string();
    let ratio = |theirs: &[f64]| median_ratio(&durables, theirs).map_or_else(|| "–".to_owned(), |r| format!("{r:.2}"));
    let plain = vec![
        "the echo, made durable by the log".to_owned(),
        number(&durables),
        number(&echoes),
        ratio(&echoes),
        number(&postgreses),
        ratio(&postgreses),
    ];
    let contact = vec![
        "first contact".to_owned(),
        number(&ours),
        number(&echoes),
        goal(&echoes, 0.3),
        number(&postgreses),
        goal(&postgreses, 3.0),
    ];
    let dash = || "–".to_owned();
    let new = vec![
        "new forløb, once, not in rounds".to_owned(),
        format!("{:.0}", reported.rate()),
        dash(),
        dash(),
        dash(),
        dash(),
    ];
    table(
        &["command, 64 connections", "a second", "echo/s", "command/echo", "PostgreSQL/s", "command/PostgreSQL"],
        &[contact, plain, new],
    );
}
