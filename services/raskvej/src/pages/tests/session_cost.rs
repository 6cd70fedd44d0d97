//! What a session costs a page.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ::forloeb::words::Rolle;
use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tower::ServiceExt;
use tower_sessions::SessionManagerLayer;
use tower_sessions::cookie::SameSite;

use super::arbejdsplads::{Arbejdsplads, state};
use crate::login::Login;
use crate::pages::frame::wrap;
use crate::pages::session::LoggedIn;
use crate::pages::{PageSettings, PageState, page_state};

/// Rounds, and requests of each kind in one: what is held against each other is measured in turns.
const ROUNDS: usize = 40;
const EACH: u32 = 25;

async fn takes(router: &Router, path: &str, cookie: &str) -> Duration {
    let start = Instant::now();
    for _ in 0..EACH {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let answer = router.clone().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        axum::body::to_bytes(answer.into_body(), 1 << 24).await.unwrap();
    }
    start.elapsed() / EACH
}

/// The shortest of all rounds: what else the machine does makes some longer, and none shorter.
fn shortest(all: &[Duration]) -> Duration {
    all.iter().copied().min().unwrap()
}

#[tokio::test]
#[ignore = "slow: measures"]
async fn a_session_costs_a_page_little() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let settings = PageSettings {
        mail_to_one: false,
        demo: true,
        base_url: "http://127.0.0.1:8080".into(),
        hr_mail: None,
        demo_personer: Vec::new(),
        login: Login::new(Vec::new(), "http://127.0.0.1:8080").unwrap(),
        post: Arc::new(Vec::new),
        stopped: tokio::sync::watch::channel(false).1,
    };
    let state = page_state(state(&sted.app), settings, sted.sessions.clone());
    // What lies around every page, around one that is nothing: once for nobody, and once with all that it takes to know who
    // reads, whom they work for, that they are here and that what they logged in with holds.
    let around = |router: Router<PageState>| router.layer(from_fn_with_state(state.clone(), wrap));
    let without = around(Router::new().route("/", get(async || "her"))).with_state(state.clone());
    let with = around(Router::new().route("/", get(async |_: LoggedIn| "her")))
        .layer(
            SessionManagerLayer::new(sted.sessions.clone())
                .with_name("raskvej_session")
                .with_secure(false)
                .with_same_site(SameSite::Lax),
        )
        .with_state(state.clone());
    let (mut none, mut session, mut page) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        none.push(takes(&without, "/", &hr.cookie).await);
        session.push(takes(&with, "/", &hr.cookie).await);
        page.push(takes(&sted.pages, "/hr", &hr.cookie).await);
    }
    let (none, session, page) = (shortest(&none), shortest(&session), shortest(&page));
    let added = session.saturating_sub(none);
    println!("a session {added:?} of a page {page:?}: {:.1} %", 100.0 * added.as_secs_f64() / page.as_secs_f64());
    assert!(added * 20 < page, "{added:?} of {page:?}");
}
