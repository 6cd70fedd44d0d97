//! What anybody can reach without a token, and what every answer carries.

use std::sync::Arc;

use app::workplace::standing_still;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request, StatusCode, header};
use forloeb::words::Rolle;
use tower::ServiceExt;

use crate::http;
use crate::login::Login;
use crate::pages::{self, PageSettings, test_state};
use crate::sessions::Sessions;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use crate::wrong_tries::Peer;

/// Nobody on the way keeps an answer, or takes it for something else: good ones and refusals alike.
#[tokio::test]
async fn every_answer_of_the_api_is_not_kept() {
    let p = Trial::small().await;
    let invented = "X".repeat(5000);
    for (method, path, status) in [
        (Method::GET, "/healthz", StatusCode::OK),
        (Method::GET, "/readyz", StatusCode::OK),
        (Method::GET, "/api/openapi.json", StatusCode::OK),
        (Method::GET, "/api/v1/forloeb", StatusCode::UNAUTHORIZED),
        (Method::POST, "/api/v1/forloeb", StatusCode::UNAUTHORIZED),
        (Method::DELETE, "/api/v1/forloeb", StatusCode::METHOD_NOT_ALLOWED),
        (Method::from_bytes(invented.as_bytes()).unwrap(), "/api/v1/forloeb", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store", "{path}");
        assert_eq!(answer.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff", "{path}");
        assert_eq!(answer.headers().contains_key(header::ALLOW), status == StatusCode::METHOD_NOT_ALLOWED, "{path}");
        if status.is_client_error() {
            let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
            assert!(body.len() < 500, "a refusal repeats little: {} bytes", body.len());
        }
    }
}

/// Five wrong tokens a minute from an address, by the API and the page together; who has a right one is let in all the same.
#[tokio::test]
async fn wrong_tokens_are_answered_five_times_a_minute_and_right_ones_always() {
    let p = Trial::small().await;
    let made = p.bed(TerminalRequest::Token(Wanted::called("lønkontoret", Rolle::Hr))).await;
    let right = made.out[0].as_str();
    let state = test_state(&p.app);
    let settings = PageSettings {
        mail_to_one: false,
        demo: false,
        base_url: "http://127.0.0.1:8080".into(),
        hr_mail: Some("hr@arbejdsplads.example".to_owned()),
        demo_personer: Vec::new(),
        login: Login::new(Vec::new(), "http://127.0.0.1:8080").unwrap(),
        post: Arc::new(Vec::new),
        stopped: tokio::sync::watch::channel(false).1,
    };
    let sessions = Sessions::open(p.path(), Arc::new(standing_still("2026-11-20T07:00:00Z"))).unwrap();
    let routes = http::router(state.clone()).merge(pages::router(state, settings, sessions));
    let send = async |request: Builder, token: &str, from: [u8; 4], body: Body| {
        let request = request.header(header::AUTHORIZATION, format!("Bearer {token}")).extension(Peer(from.into()));
        let request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        routes.clone().oneshot(request.body(body).unwrap()).await.unwrap()
    };
    let (one, other) = ([192, 0, 2, 7], [192, 0, 2, 8]);
    let list = || Request::get("/api/v1/forloeb");
    for n in 0..8 {
        let answer = send(list(), "rv_forkert", one, Body::empty()).await;
        if n < 5 {
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
            continue;
        }
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{n}");
        let wait = answer.headers()[header::RETRY_AFTER].to_str().unwrap().parse::<u64>().unwrap();
        assert!((1..=12).contains(&wait), "{wait}");
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "application/problem+json");
    }
    let log_in = |token: &str| (Request::post("/log-ind"), Body::from(format!("token={token}")));
    let (request, body) = log_in("rv_forkert");
    let page = send(request, "", one, body).await;
    assert_eq!(page.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(page.headers().contains_key(header::RETRY_AFTER));
    let (request, body) = log_in(right);
    assert_eq!(send(request, "", one, body).await.status(), StatusCode::SEE_OTHER, "nobody is kept out by others");
    assert_eq!(send(list(), right, one, Body::empty()).await.status(), StatusCode::OK);
    assert_eq!(send(list(), "rv_forkert", other, Body::empty()).await.status(), StatusCode::UNAUTHORIZED);
    let spoofed = list().header("x-forwarded-for", "203.0.113.9");
    let answer = send(spoofed, "rv_forkert", one, Body::empty()).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "no proxy of ours says so");
}
