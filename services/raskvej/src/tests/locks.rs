//! A lock that is held for long keeps only those waiting who want the same, also where one thread answers everybody.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, spawn};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::words::Rolle;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tower::ServiceExt;

use crate::clock::Clock;
use crate::http;
use crate::pages::test_state;
use crate::sessions::Sessions;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use crate::terminal::{DONE, TerminalRequest};

/// Linux's flag for opening a file that nobody writes to yet.
const AT_ONCE: i32 = 0o4000;
/// Nobody who does not write waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// A file that whoever opens it to write waits for, as on a disk that does not answer, until it is let go.
struct Hanging {
    over: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Hanging {
    /// In the place of a new file of this name, before it takes the place of the old one.
    fn before(folder: &Path, name: &str) -> Self {
        let path = folder.join(format!(".{name}.ny"));
        mknodat(CWD, &path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
        let (over, told) = channel();
        let thread = spawn(move || {
            let on_time = told.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout);
            let reader = OpenOptions::new().read(true).custom_flags(AT_ONCE).open(&path).unwrap();
            // Whoever comes now finds somebody who reads, and a file that cannot be synced.
            std::mem::forget(reader);
            on_time
        });
        Self { over, thread }
    }

    /// It goes on. Whether that was before somebody who could not wait had run out of patience.
    fn let_go(self) -> bool {
        drop(self.over);
        self.thread.join().unwrap()
    }
}

/// When a token was last used is written down under a lock, by a thread that answers nobody.
#[tokio::test(flavor = "current_thread")]
async fn a_note_that_hangs_keeps_nobody_waiting() {
    let p = Trial::small().await;
    let mut tokens = Vec::new();
    for name in ["et", "to", "tre"] {
        let answer = p.bed(TerminalRequest::Token(Wanted::called(name, Rolle::Hr))).await;
        assert_eq!(answer.code, DONE, "{answer:?}");
        tokens.push(answer.out[0].clone());
    }
    let hangs = Hanging::before(p.path(), "adgang.brugt");
    let routes = http::router(test_state(&p.app));
    for token in &tokens {
        for path in ["/api/v1/forloeb", "/readyz"] {
            let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
            let answer = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), StatusCode::OK, "{path}");
        }
    }
    assert!(hangs.let_go(), "somebody waited for the disk");
}

/// Which login belongs to which number is on disk before anybody is let in, so who is new waits; whoever is here goes on, and
/// so does who only looks.
#[tokio::test(flavor = "current_thread")]
async fn a_login_that_waits_for_the_disk_keeps_no_session_waiting() {
    let folder = tempfile::tempdir().unwrap();
    let sessions = Sessions::open(folder.path(), Arc::new(Clock::System)).unwrap();
    let hangs = Hanging::before(folder.path(), "logins");
    let login = tokio::spawn({
        let sessions = sessions.clone();
        async move { sessions.identity("https://login.example", "s1", "1001").await }
    });
    for _ in 0..100 {
        tokio::task::yield_now().await;
        assert!(sessions.list().is_empty());
    }
    assert!(!login.is_finished(), "nobody is let in before it is written down");
    assert!(hangs.let_go(), "somebody else waited for the disk");
    assert!(login.await.unwrap().is_err(), "it could not be");
}

/// What takes every core has room for two; who comes then waits without a thread.
#[tokio::test(flavor = "current_thread")]
async fn whoever_waits_for_room_keeps_nobody_else_waiting() {
    let p = Trial::small().await;
    let (one, _other) = (p.app.what_if.wait().await.unwrap(), p.app.what_if.wait().await.unwrap());
    let third = tokio::spawn({
        let app = p.app.clone();
        async move { app.what_if.wait().await.is_ok() }
    });
    tokio::task::yield_now().await; // it waits
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    assert_eq!(http::router(test_state(&p.app)).oneshot(request).await.unwrap().status(), StatusCode::OK);
    assert!(!third.is_finished() && p.app.what_if.now().is_none());
    drop(one);
    assert!(tokio::time::timeout(PATIENCE, third).await.unwrap().unwrap());
}
