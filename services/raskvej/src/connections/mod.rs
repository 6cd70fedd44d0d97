//! Connections from outside: how many there may be, how long each may take, and how large its head may be.
//!
//! A stranger can open connections and say nothing, a word a minute, or too much. What they cost is bounded: a connection
//! whose other end is waited for has a time limit, and when there are as many as there may be, the one that has been waited
//! for longest is closed for the one that comes. So who comes with a whole request gets an answer, however many do not.

#[cfg(test)]
mod tests;
mod turn;

use std::collections::HashMap;
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

/// Answers connections until `stop` is true or gone, and then what is under way.
///
/// # Errors
/// Never at the moment: what can be wrong with a connection is wrong with that one only.
pub async fn serve(listener: TcpListener, app: Router, limits: Limits, stop: watch::Receiver<bool>) -> io::Result<()> {
    let mut stopped = stop.clone();
    let open = Arc::new(Open::default());
    let held_back = first_held_back(descriptors());
    let mut looks = tokio::time::interval(LOOK_EVERY);
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut short = false;
    loop {
        let room = open.count() < limits.most || open.oldest().is_some();
        tokio::select! {
            biased;
            () = told(&mut stopped) => break,
            _ = looks.tick() => open.close_late(&limits, Instant::now()),
            () = open.fewer.notified(), if !room => {}
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, _)) => {
                    short = false;
                    let full = open.count() >= limits.most;
                    let scarce = u64::try_from(stream.as_raw_fd()).is_ok_and(|descriptor| descriptor >= held_back);
                    // Without one to close for it, it is the new one that goes.
                    if (full || scarce) && !open.close_oldest() {
                        closed("plads");
                        continue;
                    }
                    let connection = open.take_in();
                    tokio::spawn(attend(stream, connection, app.clone(), stop.clone()));
                }
                Err(error) if of_the_other_end(&error) => {}
                Err(error) => {
                    if !std::mem::replace(&mut short, true) {
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
    Ok(())
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
    connections: Mutex<(u64, HashMap<u64, Arc<Connection>>)>,
    /// There is one less.
    fewer: Notify,
}

impl Open {
    fn connections(&self) -> MutexGuard<'_, (u64, HashMap<u64, Arc<Connection>>)> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn count(&self) -> usize {
        self.connections().1.len()
    }

    fn take_in(self: &Arc<Self>) -> Counted {
        let connection = Arc::new(Connection::new(Instant::now()));
        let mut connections = self.connections();
        connections.0 += 1;
        let nth = connections.0;
        connections.1.insert(nth, connection.clone());
        noted(connections.1.len());
        Counted { open: self.clone(), nth, connection }
    }

    fn forget(&self, nth: u64) {
        let mut connections = self.connections();
        if connections.1.remove(&nth).is_some() {
            noted(connections.1.len());
            self.fewer.notify_one();
        }
    }

    /// The one whose other end has been waited for longest. Whoever takes an answer goes last.
    fn oldest(&self) -> Option<u64> {
        let connections = self.connections();
        let waits = connections.1.iter().filter_map(|(nth, connection)| Some((connection.waited_for()?, *nth)));
        waits.min().map(|(_, nth)| nth)
    }

    fn close_oldest(&self) -> bool {
        let Some(nth) = self.oldest() else { return false };
        self.close(nth, "plads");
        true
    }

    fn close_late(&self, limits: &Limits, now: Instant) {
        let late = |(nth, connection): (&u64, &Arc<Connection>)| Some((*nth, connection.late(limits, now)?));
        let late: Vec<_> = self.connections().1.iter().filter_map(late).collect();
        for (nth, cause) in late {
            self.close(nth, cause);
        }
    }

    fn close(&self, nth: u64, cause: &'static str) {
        let connection = self.connections().1.get(&nth).cloned();
        if let Some(connection) = connection {
            closed(cause);
            connection.close.notify_one();
            self.forget(nth);
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

async fn attend(stream: TcpStream, counted: Counted, app: Router, mut stop: watch::Receiver<bool>) {
    let connection = &counted.connection;
    let answers = service_fn(|request: Request<Incoming>| {
        let (app, connection) = (app.clone(), connection.clone());
        async move {
            let request = request.map(|body| Body::new(Taken::new(body, connection.clone())));
            let answer = answer(app, request).await;
            Ok::<_, Infallible>(answer.map(|body| Shown::new(body, connection)))
        }
    });
    let io = TokioIo::new(Stream::new(stream, connection.clone()));
    let mut serves =
        pin!(http1::Builder::new().max_buf_size(LARGEST_HEAD).max_headers(MOST_HEADERS).serve_connection(io, answers));
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
