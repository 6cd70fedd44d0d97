//! What somebody sends whom nobody knows is not read: who they are comes first, at every door but those that ask nobody.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes};
use axum::http::{Request, StatusCode, header};
use hyper::body::Frame;
use tower::ServiceExt;
use uuid::Uuid;

use super::rows::{self, Door};
use crate::http;
use crate::login::Login;
use crate::pages::{self, PageSettings, test_state};
use crate::sessions::Sessions;
use crate::terminal::trial::Trial;

/// A body that knows whether anybody has asked for it.
struct Watched(Arc<AtomicBool>);

impl hyper::body::Body for Watched {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.store(true, Ordering::SeqCst);
        Poll::Ready(None)
    }
}

#[tokio::test]
async fn of_what_a_stranger_sends_nothing_is_read() {
    let p = Trial::small().await;
    let state = test_state(&p.app);
    let settings = PageSettings {
        mail_to_one: false,
        demo: false,
        base_url: "http://127.0.0.1:8080".into(),
        hr_mail: None,
        demo_personer: Vec::new(),
        login: Login::new(Vec::new(), "http://127.0.0.1:8080").unwrap(),
        post: Arc::new(Vec::new),
        stopped: tokio::sync::watch::channel(false).1,
    };
    let sessions = Sessions::open(p.path(), Arc::new(crate::clock::Clock::System)).unwrap();
    let routes = http::router(state.clone()).merge(pages::router(state, settings, sessions));
    let send = async |method: &str, path: &str| {
        let read = Arc::new(AtomicBool::new(false));
        let kind = if path.starts_with("/api/") { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, kind);
        let request = request.body(Body::new(Watched(read.clone()))).unwrap();
        let answer = routes.clone().oneshot(request).await.unwrap();
        let place = answer.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        (answer.status(), place.unwrap_or_default(), read.load(Ordering::SeqCst))
    };
    let mut tried = 0;
    for row in rows::all().iter().filter(|row| row.method != "GET" && row.door != Door::Open) {
        let path = row.path.replace("ID", &Uuid::nil().to_string()).replace("NR", "1001");
        let (status, place, read) = send(row.method, &path).await;
        let to_log_in = status == StatusCode::SEE_OTHER && place.starts_with("/log-ind");
        assert!(status == StatusCode::UNAUTHORIZED || to_log_in, "{}: {status} {place}", row.name());
        assert!(!read, "{}: read before it was known who sends it", row.name());
        tried += 1;
    }
    assert!(tried > 90, "{tried}");
    assert!(send("POST", "/log-ind").await.2, "a body that is read is noticed");
}
