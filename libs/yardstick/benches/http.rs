//! Commands over HTTP, each durable before its answer, against two handlers that take the same requests: one that parses
//! the body, checks the token and makes the body durable by the same log, and knows no rules; and a plain service that does
//! the same command on PostgreSQL the usual way (`yardstick::usual`). Every employment has some 32 events behind it.
//!
//! `cargo bench -p yardstick --bench http [-- --hurtig] [--folder DIR]`
//!
//! 64 connections that are kept open, each waiting for its answer before it sends again; the services are processes of
//! their own, and the clients share the machine with them. `--only-service SECONDS` leaves the others out, for a profiler.

#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(clippy::unwrap_used, reason = "a measurement that fails is worth nothing")]

use std::collections::HashSet;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderMap, StatusCode, header};
use eventlog::{Append, Hash, Journal, NewEvent, Options, StreamId};
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use yardstick::{Goal, Load, Postgres, clients, machine_line, median, median_ratio, table, usual};

const CONNECTIONS: usize = 64;
const EMPLOYEES: u32 = 20_000;
const LAST_DAY: &str = "2026-11-20";
/// Four years of an employee are some 32 events.
const YEARS: &str = "4";
const EVENTS: i64 = 32;
/// Employments that stay in memory between two commands.
const WARM: usize = 256;
const CLOCK: &str = "2026-11-20T21:00:00+01:00";
const CONTACT: &str =
    r#"{"dato":"2026-11-20","form":"telefon","kontaktperson_rolle":"leder","taget_af":"arbejdsplads"}"#;

/// The program as it is shipped.
fn program() -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/release/raskvej");
    assert!(path.is_file(), "`cargo build --release` makes {}", path.display());
    path
}

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
        let length: usize = header_of(head, "content-length").map_or(0, |length| length.parse().unwrap());
        while self.buffer.len() < end + length {
            assert!(self.stream.read_buf(&mut self.buffer).await.unwrap() > 0, "the server has gone");
        }
        (status, &self.buffer)
    }
}

fn header_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
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
        let mut command = Command::new(program());
        command.args(order).arg("--data").arg(folder);
        command
    };
    let employees = EMPLOYEES.to_string();
    let history =
        ["--medarbejdere", &employees, "--distrikter", "40", "--aar", YEARS, "--froe", "1", "--til", LAST_DAY];
    let made = raskvej(&["generer"]).args(history).stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap();
    assert!(made.success());
    let token = raskvej(&["token", "create", "--rolle", "hr", "--navn", "bench"]).output().unwrap();
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
                    let id = header_of(&head, "location").unwrap().rsplit('/').next().unwrap().to_owned();
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

/// Parses, checks the token, and answers the same when the body is an event of the log, in a stream of its own.
async fn echo(log: Journal, token: String) {
    let next = Arc::new(AtomicU64::new(0));
    let known = HashSet::from([Hash::of(token.as_bytes())]);
    let answer = move |headers: HeaderMap, Json(body): Json<Value>| {
        let (log, next) = (log.clone(), next.clone());
        let token = headers[header::AUTHORIZATION].to_str().unwrap().strip_prefix("Bearer ").unwrap();
        let may = known.contains(&Hash::of(token.as_bytes()));
        async move {
            if !may {
                return Err(StatusCode::UNAUTHORIZED);
            }
            let stream = StreamId::new(format!("echo/{}", next.fetch_add(1, Relaxed))).unwrap();
            let event = NewEvent { kind: "Echo".to_owned(), form: 1, body: serde_json::to_vec(&body).unwrap() };
            let (meta, events) = (Vec::new(), vec![event]);
            log.append(Append { stream, expected: 0, time: 0, meta, events, idempotency: None }).await.unwrap();
            Ok(Json(body))
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
    if let Some(folder) = value("--echo") {
        let log = Journal::open(Path::new(folder), Options::default()).unwrap().log;
        return echo(log, value("--token").unwrap().clone()).await;
    }
    if let Some(socket_folder) = value("--usual") {
        let ready = |address| println!("http://{address}");
        return usual::serve(Path::new(socket_folder), ready).await.unwrap();
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
    let this = || Command::new(std::env::current_exe().unwrap());
    let echo = Served::start(this().arg("--echo").arg(folder.path().join("echo")).args(["--token", &token]));
    let to_echo = connect(&echo.address).await;
    let server = Postgres::start(&parent).await;
    let usual = match &server {
        Ok(server) => {
            usual::fill(server.socket_folder(), &ids, EVENTS, &stored_body(), &token).await.unwrap();
            let usual = Served::start(this().arg("--usual").arg(server.socket_folder()));
            let to_usual = connect(&usual.address).await;
            Some((usual, to_usual))
        }
        Err(reason) => {
            println!("without PostgreSQL: {reason}\n");
            None
        }
    };
    let few = Arc::new(ids[..WARM.min(ids.len())].to_vec());
    let (mut cold, mut warm, mut echoes, mut usuals) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for round in 0..rounds {
        cold.push(contacts(&to_service, &ids, &token, round, time).await);
        warm.push(contacts(&to_service, &few, &token, rounds + round, time).await);
        echoes.push(contacts(&to_echo, &ids, &token, round, time).await);
        if let Some((_, to_usual)) = &usual {
            usuals.push(contacts(to_usual, &ids, &token, round, time).await);
        }
    }
    let number = |values: &[f64]| median(values).map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    let goal = |ours: &[f64], theirs: &[f64], goal| Goal { ratio: median_ratio(ours, theirs), goal }.to_string();
    let row = |name: &str, ours: &[f64], of_echo, of_usual| {
        vec![name.to_owned(), number(ours), goal(ours, &echoes, of_echo), goal(ours, &usuals, of_usual)]
    };
    let alone = |name: &str, rate: String| vec![name.to_owned(), rate, "–".to_owned(), "–".to_owned()];
    table(
        &["64 connections", "a second", "of the durable echo", "of the service on PostgreSQL"],
        &[
            row("first contact, its employment read from the log", &cold, Some(0.4), Some(3.0)),
            row("first contact, its employment in memory", &warm, Some(0.6), None),
            row("the echo, made durable by the log", &echoes, None, None),
            row("the service on PostgreSQL", &usuals, None, None),
            alone("new forløb, once, not in rounds", format!("{:.0}", reported.rate())),
        ],
    );
}

/// As large as an event of the domain.
fn stored_body() -> Vec<u8> {
    let filler = "x".repeat(300);
    format!(r#"{{"contact":{CONTACT},"filler":"{filler}"}}"#).into_bytes()
}
