//! What strangers can make connections cost, over real sockets.

use axum::body::Bytes;
use axum::routing::{get, post};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::*;

/// Longer than anything here is to take.
const WAIT: Duration = Duration::from_secs(60);
const HALF_A_HEAD: &str = "GET /readyz HTTP/1.1\r\nHost: her\r\nX-Mer";
const HALF_A_BODY: &str = "POST /krop HTTP/1.1\r\nHost: her\r\nContent-Length: 100\r\n\r\nen del";

struct Service {
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    serves: JoinHandle<()>,
}

async fn started(limits: Limits) -> Service {
    let app = Router::new()
        .route("/readyz", get(async || "klar\n"))
        .route("/krop", post(async |body: Bytes| format!("{} bytes", body.len())))
        .route(
            "/laenge",
            get(async || {
                tokio::time::sleep(Duration::from_secs(3)).await;
                "omsider"
            }),
        )
        .route("/stort", get(async || vec![b'x'; 32 << 20]));
    serving(app, limits).await
}

async fn serving(app: Router, limits: Limits) -> Service {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = watch::channel(false);
    Service { address, stop, serves: tokio::spawn(serve(listener, app, limits, stopped)) }
}

impl Service {
    async fn says(&self, words: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        // The other end may have closed it already.
        let _ = stream.write_all(words.as_bytes()).await;
        stream
    }

    /// The first line of the answer.
    async fn answers(&self, words: &str) -> String {
        let mut stream = self.says(words).await;
        let mut answer = vec![0; 64];
        let read = timeout(WAIT, stream.read(&mut answer)).await.expect("an answer in time").unwrap_or(0);
        String::from_utf8_lossy(&answer[..read]).lines().next().unwrap_or_default().to_owned()
    }

    async fn readyz(&self) -> String {
        self.answers("GET /readyz HTTP/1.1\r\nHost: her\r\n\r\n").await
    }
}

/// How long the other end keeps a connection that it has answered nothing on.
async fn kept(mut stream: TcpStream) -> Duration {
    let start = Instant::now();
    let mut all = Vec::new();
    // A reset is an end as well.
    let _ = timeout(WAIT, stream.read_to_end(&mut all)).await.expect("it is closed");
    start.elapsed()
}

fn short() -> Limits {
    let (long, short) = (Duration::from_mins(5), Duration::from_secs(1));
    Limits { most: 100, idle: long, head: short, body: short, body_rate: 1000, answer: short }
}

#[tokio::test]
async fn half_a_request_keeps_nobody_out() {
    for half in ["", HALF_A_HEAD, HALF_A_BODY] {
        let service = started(Limits::of(20)).await;
        let mut halves = Vec::new();
        for _ in 0..10 {
            for _ in 0..20 {
                halves.push(service.says(half).await);
            }
            assert_eq!(service.readyz().await, "HTTP/1.1 200 OK", "{half}");
        }
    }
}

#[tokio::test]
async fn who_takes_too_long_is_closed_and_who_waits_for_us_is_not() {
    let service = started(short()).await;
    let long = tokio::spawn({
        let mut stream = service.says("GET /laenge HTTP/1.1\r\nHost: her\r\nConnection: close\r\n\r\n").await;
        async move {
            let mut all = String::new();
            stream.read_to_string(&mut all).await.unwrap();
            all
        }
    });
    let (nothing, head, body) =
        (service.says("").await, service.says(HALF_A_HEAD).await, service.says(HALF_A_BODY).await);
    let ends = tokio::join!(kept(nothing), kept(head), kept(body));
    for end in [ends.0, ends.1, ends.2] {
        assert!((Duration::from_millis(500)..WAIT).contains(&end), "{end:?}");
    }
    assert!(long.await.unwrap().ends_with("omsider"));
}

#[tokio::test]
async fn what_came_whole_is_carried_out_although_its_sender_left() {
    let (began, mut begun) = tokio::sync::mpsc::channel(1);
    let goes_on = Arc::new(Notify::new());
    let (done, mut carried_out) = tokio::sync::mpsc::channel(1);
    let app = Router::new().route(
        "/krop",
        post({
            let goes_on = goes_on.clone();
            async move |body: Bytes| {
                began.send(()).await.unwrap();
                goes_on.notified().await;
                done.send(body).await.unwrap();
            }
        }),
    );
    let service = serving(app, short()).await;
    let stream = service.says("POST /krop HTTP/1.1\r\nHost: her\r\nContent-Length: 6\r\n\r\nhilsen").await;
    timeout(WAIT, begun.recv()).await.unwrap().unwrap();
    drop(stream);
    // Time for its end to be seen, which is what would end the work.
    tokio::time::sleep(Duration::from_millis(300)).await;
    goes_on.notify_one();
    assert_eq!(timeout(WAIT, carried_out.recv()).await.unwrap().as_deref(), Some(b"hilsen".as_slice()));
}

/// A byte now and then is not enough: all of a body must come at some speed.
#[tokio::test]
async fn a_body_that_drips_is_closed() {
    let service = started(short()).await;
    let mut stream = service.says("POST /krop HTTP/1.1\r\nHost: her\r\nContent-Length: 1000\r\n\r\n").await;
    let start = Instant::now();
    while stream.write_all(b"x").await.is_ok() {
        assert!(start.elapsed() < WAIT);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up_and_one_that_is_taken_comes_whole() {
    let service = started(short()).await;
    let asks = "GET /stort HTTP/1.1\r\nHost: her\r\nConnection: close\r\n\r\n";
    let mut taken = service.says(asks).await;
    let untaken = service.says(asks).await;
    let mut all = Vec::new();
    timeout(WAIT, taken.read_to_end(&mut all)).await.unwrap().unwrap();
    assert!(all.len() > 32 << 20);
    tokio::time::sleep(Duration::from_secs(3)).await;
    let mut rest = Vec::new();
    let mut untaken = untaken;
    let _ = timeout(WAIT, untaken.read_to_end(&mut rest)).await.unwrap();
    assert!(rest.len() < 32 << 20, "what lay on the way, and no more");
}

#[tokio::test]
async fn idle_connections_are_closed_in_the_end() {
    let service = started(Limits { idle: Duration::from_secs(1), head: WAIT * 2, ..short() }).await;
    let mut stream = service.says("GET /readyz HTTP/1.1\r\nHost: her\r\n\r\n").await;
    let mut answer = [0; 512];
    assert!(stream.read(&mut answer).await.unwrap() > 0);
    let end = kept(stream).await;
    assert!((Duration::from_millis(500)..WAIT).contains(&end), "{end:?}");
}

#[tokio::test]
async fn heads_and_addresses_have_a_size() {
    let service = started(Limits::of(20)).await;
    let long = "x".repeat(300_000);
    let asks =
        |method: &str, address: &str, head: &str| format!("{method} {address} HTTP/1.1\r\nHost: her\r\n{head}\r\n");
    assert_eq!(service.answers(&asks("GET", "/readyz", "")).await, "HTTP/1.1 200 OK");
    let address = format!("/readyz?{}", &long[..LONGEST_ADDRESS]);
    assert_eq!(service.answers(&asks("GET", &address, "")).await, "HTTP/1.1 414 URI Too Long");
    let many = "A: b\r\n".repeat(MOST_HEADERS);
    assert_eq!(service.answers(&asks("GET", "/readyz", &many)).await, TOO_LARGE);
    let large = format!("A: {}\r\n", &long[..2 * LARGEST_HEAD]);
    assert_eq!(service.answers(&asks("GET", "/readyz", &large)).await, TOO_LARGE);
    let method = &long[..LARGEST_HEAD];
    assert_eq!(service.answers(&format!("{method}{method}")).await, TOO_LARGE);
}

const TOO_LARGE: &str = "HTTP/1.1 431 Request Header Fields Too Large";

#[tokio::test]
async fn a_stop_answers_what_is_under_way_and_waits_for_nobody_else() {
    let service = started(Limits::of(20)).await;
    let mut under_way = service.says("GET /laenge HTTP/1.1\r\nHost: her\r\n\r\n").await;
    let mut idle = service.says("GET /readyz HTTP/1.1\r\nHost: her\r\n\r\n").await;
    let mut answer = [0; 512];
    assert!(idle.read(&mut answer).await.unwrap() > 0);
    tokio::time::sleep(Duration::from_millis(200)).await;
    service.stop.send_replace(true);
    let mut all = String::new();
    timeout(WAIT, under_way.read_to_string(&mut all)).await.unwrap().unwrap();
    assert!(all.ends_with("omsider"), "{all}");
    timeout(Duration::from_secs(5), service.serves).await.expect("it ends").unwrap();
    assert!(TcpStream::connect(service.address).await.is_err());
}

#[test]
fn some_descriptors_are_held_back() {
    assert_eq!([64, 256, 1024, u64::MAX].map(first_held_back), [48, 192, 896, u64::MAX - HELD_BACK]);
}

/// Each unit that is shipped: as many files as the most connections that the settings allow, besides those that are held back; and
/// no image of the memory, where names and keys are.
#[test]
fn the_shipped_units_leave_room_for_connections_and_no_image_of_the_memory() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy");
    let paths = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let units: Vec<_> = paths.filter(|path| path.extension().is_some_and(|kind| kind == "service")).collect();
    assert!(!units.is_empty());
    for unit in units {
        let text = std::fs::read_to_string(&unit).unwrap();
        let service = text.split_once("\n[Service]\n").unwrap().1.split("\n[").next().unwrap();
        let said = |name: &str| -> Vec<&str> {
            service.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix('=')).collect()
        };
        assert_eq!(said("LimitCORE"), ["0"], "{}", unit.display());
        let files: Vec<u64> = said("LimitNOFILE").into_iter().map(|files| files.parse().unwrap()).collect();
        assert!(files.len() == 1 && first_held_back(files[0]) >= 50_000, "{}: {files:?}", unit.display());
    }
}
