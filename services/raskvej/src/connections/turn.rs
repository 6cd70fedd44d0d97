//! Whose turn it is on a connection, and since when.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use hyper::body::{Body as HttpBody, Frame, Incoming, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::Notify;

use super::Limits;

/// Who has to do something for the connection to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// Nothing is asked.
    Idle,
    /// The lines before the body are awaited.
    Head,
    /// The body is awaited.
    Body,
    /// The request is there, and is being carried out.
    Ours,
    /// The answer is being taken.
    Answer,
}

#[derive(Debug)]
struct Stand {
    turn: Turn,
    since: Instant,
    /// When bytes last went over it.
    moved: Instant,
    /// Bytes that came since.
    came: u64,
    /// Nothing more belongs to the answer: what is left of it is on the way.
    ended: bool,
}

/// What is known of a connection.
#[derive(Debug)]
pub(super) struct Connection {
    stand: Mutex<Stand>,
    /// Told when it is to be closed.
    pub(super) close: Notify,
}

impl Connection {
    pub(super) fn new(now: Instant) -> Self {
        let stand = Stand { turn: Turn::Head, since: now, moved: now, came: 0, ended: false };
        Self { stand: Mutex::new(stand), close: Notify::new() }
    }

    fn stand(&self) -> MutexGuard<'_, Stand> {
        self.stand.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn becomes(&self, turn: Turn) {
        let now = Instant::now();
        *self.stand() = Stand { turn, since: now, moved: now, came: 0, ended: false };
    }

    /// The same where it is still this turn.
    fn after(&self, turn: Turn, next: Turn) {
        let is = self.stand().turn == turn;
        if is {
            self.becomes(next);
        }
    }

    fn came(&self, bytes: u64) {
        self.after(Turn::Idle, Turn::Head);
        let mut stand = self.stand();
        stand.moved = Instant::now();
        stand.came += bytes;
    }

    fn left(&self) {
        self.stand().moved = Instant::now();
    }

    /// Everything that was to leave has.
    fn flushed(&self) {
        let done = {
            let stand = self.stand();
            stand.turn == Turn::Answer && stand.ended
        };
        if done {
            self.becomes(Turn::Idle);
        }
    }

    /// Since when the other end is waited for, where it is; one that takes an answer is after all others.
    pub(super) fn waited_for(&self) -> Option<(bool, Instant)> {
        let stand = self.stand();
        (stand.turn != Turn::Ours).then_some((stand.turn == Turn::Answer, stand.since))
    }

    /// What has taken too long, if anything has.
    pub(super) fn late(&self, limits: &Limits, now: Instant) -> Option<&'static str> {
        let stand = self.stand();
        let since = now.saturating_duration_since(stand.since);
        let still = now.saturating_duration_since(stand.moved);
        match stand.turn {
            Turn::Ours => None,
            Turn::Idle => (since > limits.idle).then_some("hvile"),
            Turn::Head => (since > limits.head).then_some("hoved"),
            Turn::Body => {
                let all = limits.body + Duration::from_secs(stand.came / limits.body_rate.max(1));
                (still > limits.body || since > all).then_some("krop")
            }
            Turn::Answer => (still > limits.answer).then_some("svar"),
        }
    }
}

/// A connection's bytes, seen as they come and leave.
pub(super) struct Stream {
    stream: TcpStream,
    connection: Arc<Connection>,
}

impl Stream {
    pub(super) fn new(stream: TcpStream, connection: Arc<Connection>) -> Self {
        Self { stream, connection }
    }

    fn wrote(&self, written: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        if matches!(written, Poll::Ready(Ok(1..))) {
            self.connection.left();
        }
        written
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = into.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, into);
        let came = into.filled().len() - before;
        if came > 0 {
            self.connection.came(came as u64);
        }
        read
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.wrote(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.wrote(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper asks for it when it has nothing left to write.
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if matches!(flushed, Poll::Ready(Ok(()))) {
            self.connection.flushed();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// The body of a request: until it is there, or nobody wants it, the other end is waited for.
pub(super) struct Taken {
    body: Incoming,
    connection: Arc<Connection>,
}

impl Taken {
    pub(super) fn new(body: Incoming, connection: Arc<Connection>) -> Self {
        connection.becomes(if body.is_end_stream() { Turn::Ours } else { Turn::Body });
        Self { body, connection }
    }
}

impl HttpBody for Taken {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if matches!(frame, Poll::Ready(None | Some(Err(_)))) || self.body.is_end_stream() {
            self.connection.after(Turn::Body, Turn::Ours);
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.connection.after(Turn::Body, Turn::Ours);
    }
}

/// The body of an answer: it is being taken until it is gone and all of it has been written.
pub(super) struct Shown {
    body: Body,
    connection: Arc<Connection>,
}

impl Shown {
    pub(super) fn new(body: Body, connection: Arc<Connection>) -> Self {
        connection.becomes(Turn::Answer);
        Self { body, connection }
    }
}

impl HttpBody for Shown {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if frame.is_ready() {
            // What took its time was ours.
            self.connection.left();
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Shown {
    fn drop(&mut self) {
        self.connection.stand().ended = true;
    }
}
