//! Connections from outside: how many there may be, how long each may take, and how large its head may be.
//!
//! A stranger can open connections and say nothing, a word a minute, or too much. What they cost is bounded: a connection
//! whose other end is waited for has a time limit, and when there are as many as there may be, the one that has been waited
//! for longest is closed for the one that comes. So who comes with a whole request gets an answer, however many do not.

#[cfg(test)]
mod tests;
mod turn;

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io;
use std::os::fd::AsRawFd;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::time::MissedTickBehavior;
use tower::ServiceExt;

use crate::problem::Problem;
use crate::wrong_tries::Peer;
use turn::{Connection, Shown, Stream, Taken};

/// Connections at the same time where the settings say nothing.
pub const MOST: usize = 1024;
/// Bytes that the lines before a body may have; more is answered with 431. It is also what hyper keeps of a connection.
const LARGEST_HEAD: usize = 32 << 10;
/// Headers that a request may have; more is answered with 431.
const MOST_HEADERS: usize = 100;
/// Bytes that the address of a request may have; more is answered with 414.
const LONGEST_ADDRESS: usize = 8 << 10;
/// Descriptors that connections leave to the log, the keys and the mails.
const HELD_BACK: u64 = 128;
/// How often it is looked who has taken too long.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it is not said again that no connection can be taken in.
const SAID_AGAIN_AFTER: Duration = Duration::from_mins(1);
/// How long to wait when no connection can be taken in.
const PAUSE: Duration = Duration::from_millis(50);

/// What connections may cost.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// How many there may be at the same time.
    pub most: usize,
    /// How long one may be idle between two requests. Longer than proxies keep theirs, so that these close first.
    pub idle: Duration,
    /// How long the lines before a body may take.
    pub head: Duration,
    /// How long nothing of a body may come, and how much longer than at [`Limits::body_rate`] all of it may take.
    pub body: Duration,
    /// Bytes of a body in a second.
    pub body_rate: u64,
    /// How long nothing of an answer may be taken.
    pub answer: Duration,
}

impl Limits {
    /// With at most so many connections at the same time.
    #[must_use]
    pub const fn of(most: usize) -> Self {
        Self {
            most,
            idle: Duration::from_secs(75),
            head: Duration::from_secs(10),
            body: Duration::from_secs(30),
            body_rate: 16 << 10,
            answer: Duration::from_secs(60),
        }
    }
}

/// Lets the process open as many files as it may; how many that is.
pub fn raise_descriptors() -> u64 {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, ..limit };
    if let Err(error) = setrlimit(Resource::Nofile, raised) {
        tracing::warn!(%error, "grænsen for åbne filer kan ikke hæves");
    }
    descriptors()
}

/// How many files the process may have open.
fn descriptors() -> u64 {
    rustix::process::getrlimit(rustix::process::Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// The first descriptor that is not for a connection. The system gives out the lowest that is free, so one that is higher
/// means that all below it are in use, by whomever.
fn first_held_back(descriptors: u64) -> u64 {
    descriptors - HELD_BACK.min(descriptors / 4)
}

/// Answers connections until `stop` is true or gone, and then what is under way. What is wrong with a connection is wrong
/// with that one only.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: watch::Receiver<bool>) {
    let mut stopped = stop.clone();
    let open = Arc::new(Open::default());
    let held_back = first_held_back(descriptors());
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut said: Option<Instant> = None;
    // Fewer than the settings say while descriptors are scarce.
    let mut most = limits.most;
    loop {
        // One that was told to close has its descriptor until it is gone: nobody comes in before that.
        let room = !open.some_leave() && (open.count() < most || open.oldest().is_some());
        tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            _ = looks.tick() => {
                open.close_late(&limits, Instant::now());
                if open.count() < most - most / 8 {
                    most = limits.most;
                }
            }
            () = open.fewer.notified(), if !room => {}
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, peer)) => {
                    // Remembered, for what is closed frees a lower one, and the next to come will get that.
                    if u64::try_from(stream.as_raw_fd()).is_ok_and(|descriptor| descriptor >= held_back) {
                        most = open.count().max(1);
                    }
                    // Without one to close for it, it is the new one that goes.
                    if open.count() >= most && !open.close_oldest() {
                        closed("plads");
                        continue;
                    }
                    let connection = open.take_in();
                    tokio::spawn(attend(stream, Peer(peer.ip()), connection, app.clone(), stop.clone()));
                }
                Err(error) if of_the_other_end(&error) => {}
                Err(error) => {
                    if said.is_none_or(|said| said.elapsed() > SAID_AGAIN_AFTER) {
                        said = Some(Instant::now());
                        tracing::error!(%error, "forbindelser kan ikke modtages lige nu");
                    }
                    open.close_oldest();
                    tokio::time::sleep(PAUSE).await;
                }
            },
        }
    }
    drop(listener);
    while open.count() > 0 {
        tokio::select! {
            _ = looks.tick() => open.close_late(&limits, Instant::now()),
            () = open.fewer.notified() => {}
        }
    }
}

async fn told(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// The connection was gone before it was taken in.
fn of_the_other_end(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

fn closed(cause: &'static str) {
    metrics::counter!("raskvej_forbindelser_lukket_total", "aarsag" => cause).increment(1);
}

/// The connections that are open.
#[derive(Default)]
struct Open {
    list: Mutex<List>,
    /// One has gone, or does not leave after all.
    fewer: Notify,
}

#[derive(Default)]
struct List {
    made: u64,
    connections: HashMap<u64, Arc<Connection>>,
    /// Those of them that were told to close.
    leaving: HashSet<u64>,
}

impl Open {
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self) -> usize {
        self.list().connections.len()
    }

    fn some_leave(&self) -> bool {
        !self.list().leaving.is_empty()
    }

    fn take_in(self: &Arc<Self>) -> Counted {
        let connection = Arc::new(Connection::new(Instant::now()));
        let mut list = self.list();
        list.made += 1;
        let nth = list.made;
        list.connections.insert(nth, connection.clone());
        noted(list.connections.len());
        Counted { open: self.clone(), nth, connection }
    }

    /// It is gone, and its descriptor with it.
    fn forget(&self, nth: u64) {
        let mut list = self.list();
        list.connections.remove(&nth);
        list.leaving.remove(&nth);
        noted(list.connections.len());
        self.fewer.notify_one();
    }

    /// It was told to close, and has something to do first.
    fn stays(&self, nth: u64) {
        self.list().leaving.remove(&nth);
        self.fewer.notify_one();
    }

    /// The one whose other end has been waited for longest. Whoever takes an answer goes last.
    fn oldest(&self) -> Option<u64> {
        let list = self.list();
        let there = list.connections.iter().filter(|(nth, _)| !list.leaving.contains(nth));
        there.filter_map(|(nth, connection)| Some((connection.waited_for()?, *nth))).min().map(|(_, nth)| nth)
    }

    fn close_oldest(&self) -> bool {
        let Some(nth) = self.oldest() else { return false };
        self.close(nth, "plads");
        true
    }

    fn close_late(&self, limits: &Limits, now: Instant) {
        let late = |(nth, connection): (&u64, &Arc<Connection>)| Some((*nth, connection.late(limits, now)?));
        let late: Vec<_> = self.list().connections.iter().filter_map(late).collect();
        for (nth, cause) in late {
            self.close(nth, cause);
        }
    }

    fn close(&self, nth: u64, cause: &'static str) {
        let mut list = self.list();
        let Some(connection) = list.connections.get(&nth).cloned() else { return };
        if list.leaving.insert(nth) {
            closed(cause);
            connection.close.notify_one();
        }
    }
}

fn noted(count: usize) {
    metrics::gauge!("raskvej_forbindelser").set(u32::try_from(count).unwrap_or(u32::MAX));
}

/// A connection that is counted until this goes.
struct Counted {
    open: Arc<Open>,
    nth: u64,
    connection: Arc<Connection>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.open.forget(self.nth);
    }
}

async fn attend(stream: TcpStream, peer: Peer, counted: Counted, app: Router, mut stop: watch::Receiver<bool>) {
    let connection = &counted.connection;
    let answers = service_fn(|request: Request<Incoming>| {
        let (app, connection) = (app.clone(), connection.clone());
        async move {
            let mut request = request.map(|body| Body::new(Taken::new(body, connection.clone())));
            request.extensions_mut().insert(peer);
            let answer = answer(app, request).await;
            Ok::<_, Infallible>(answer.map(|body| Shown::new(body, connection)))
        }
    });
    let io = TokioIo::new(Stream::new(stream, connection.clone()));
    let mut http = http1::Builder::new();
    // What came whole is carried out, although whoever sent it left at once: hyper would otherwise drop it half done.
    http.half_close(true).max_buf_size(LARGEST_HEAD).max_headers(MOST_HEADERS);
    let mut serves = pin!(http.serve_connection(io, answers));
    let mut stopping = false;
    loop {
        tokio::select! {
            // What is wrong with the connection is the other end's.
            _ = serves.as_mut() => return,
            () = connection.close.notified() => {
                // A request may have come whole since: it is answered, and none after it.
                if connection.waited_for().is_some() {
                    return;
                }
                counted.open.stays(counted.nth);
                serves.as_mut().graceful_shutdown();
            }
            () = told(&mut stop), if !stopping => {
                stopping = true;
                serves.as_mut().graceful_shutdown();
            }
        }
    }
}

async fn answer(app: Router, request: Request) -> Response {
    if request.uri().path_and_query().is_some_and(|address| address.as_str().len() > LONGEST_ADDRESS) {
        let detail = format!("Adressen må højst fylde {LONGEST_ADDRESS} tegn.");
        return Problem::new(StatusCode::URI_TOO_LONG, "adresse_for_lang", "Adressen er for lang", detail)
            .into_response();
    }
    // A router answers everything: its error type has no values.
    app.oneshot(request).await.unwrap_or_else(|never| match never {})
}
