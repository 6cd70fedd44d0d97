//! Any bytes at the doors of the service: files, tokens, cookies and headers get an answer of bounded length, and nobody in.

use std::sync::Arc;

use app::import::{TOLD, fravaer, medarbejdere};
use app::workplace::standing_still;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request, StatusCode, header};
use chance::Random;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tower::ServiceExt;

use crate::http;
use crate::login::Login;
use crate::pages::{self, PageSettings, test_state};
use crate::sessions::Sessions;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::{Trial, file};

/// How many of each are tried.
fn tries(everyday: u64) -> u64 {
    if systemtests::large() { everyday * 200 } else { everyday }
}

fn any(chance: &mut Random, longest: u64) -> Vec<u8> {
    let length = usize::try_from(chance.under(longest)).unwrap();
    let mut bytes = vec![0; length];
    chance.fill(&mut bytes);
    bytes
}

/// Something like the original: bytes changed, taken out and put in, a stretch doubled, the end cut off.
fn like(chance: &mut Random, original: &[u8], signs: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..chance.between(1, 12) {
        let mut place = || usize::try_from(chance.under(bytes.len() as u64 + 1)).unwrap();
        let (from, to) = (place(), place());
        let (from, to) = (from.min(to), from.max(to));
        let sign = chance.af(signs);
        match chance.under(6) {
            0 => bytes.insert(from, sign),
            1 if from < bytes.len() => bytes[from] = sign,
            2 if bytes.len() < 20_000 => {
                let doubled = bytes[from..to].to_vec();
                bytes.splice(from..from, doubled);
            }
            3 => drop(bytes.drain(from..to.min(from + 40))),
            4 if chance.per_mille(200) => bytes.truncate(to),
            _ => {
                let new = any(chance, 9);
                bytes.splice(from..from, new);
            }
        }
    }
    bytes
}

#[tokio::test]
async fn any_file_is_imported_or_refused_line_by_line() {
    let p = Trial::small().await;
    let mut chance = Random::new(1);
    let (mut taken_in, mut refused) = (0, 0);
    let told = [
        file("medarbejdere.csv"),
        file("fravaer.csv"),
        file("fravaer.tab-iso.csv"),
        file("fravaer.utf-16.csv"),
        file("fravaer.xlsx"),
    ];
    for nr in 0..tries(60) {
        let bytes = if nr % 4 == 0 {
            any(&mut chance, 3000)
        } else {
            let original = &told[usize::try_from(nr % 5).unwrap()];
            like(&mut chance, original, b"\";\n\r\t,\0\xff\xfe\xef0-")
        };
        let aktoer = Aktoer::system("prøve");
        for report in [
            medarbejdere(&p.app, bytes.as_slice(), &aktoer, &|_, _| {}).await.unwrap(),
            fravaer(&p.app, bytes.as_slice(), &aktoer, &|_, _| {}).await.unwrap(),
        ] {
            let (changes, wrong) = (report.created + report.changed + report.unchanged, report.error.len());
            assert!(changes > 0 || wrong > 0 || bytes.len() > 1, "{nr}: nothing was said");
            assert!(wrong <= TOLD, "{nr}: {wrong}");
            let length = serde_json::to_vec(&report).unwrap().len();
            assert!(length < 100_000, "{nr}: {length} bytes are told");
            (taken_in, refused) = (taken_in + u64::from(changes > 0), refused + u64::from(wrong > 0));
        }
    }
    assert!(taken_in > 0 && refused > 0);
    println!("{} files read twice: {taken_in} had something to take in, {refused} something to refuse", tries(60));
    let folder = p.close().await;
    assert!(eventlog::verify(folder.path(), &mut |_, _| {}).is_ok());
}

/// The API and the pages, a token of HR, and the cookie of somebody in HR who is logged in.
async fn doors(p: &Trial) -> (Router, String, String) {
    let made = p.bed(TerminalRequest::Token(Wanted::called("prøve", Rolle::Hr))).await;
    let token = made.out[0].clone();
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
    let log_in = Request::post("/log-ind").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = routes.clone().oneshot(log_in.body(Body::from(format!("token={token}"))).unwrap()).await.unwrap();
    let cookie = answer.headers()[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    (routes, token, cookie)
}

async fn answer(routes: &Router, path: &str, heads: &[(&HeaderName, &[u8])]) -> Option<(StatusCode, usize)> {
    let mut request = Request::get(path);
    for (name, value) in heads {
        // hyper refuses the others before anybody sees them.
        request = request.header(*name, HeaderValue::from_bytes(value).ok()?);
    }
    let answer = routes.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status();
    Some((status, axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap().len()))
}

#[tokio::test]
async fn any_token_and_any_cookie_is_answered_and_lets_nobody_in() {
    let p = Trial::small().await;
    let (routes, token, cookie) = doors(&p).await;
    let (right, signs) = (format!("Bearer {token}"), b" ;=,\"rv_Bearer\tA9-\xc3\xa6\xff%");
    let list = "/api/v1/forloeb";
    let let_in = answer(&routes, list, &[(&header::AUTHORIZATION, right.as_bytes())]).await.unwrap();
    assert_eq!(let_in.0, StatusCode::OK);
    let page = answer(&routes, "/hr", &[(&header::COOKIE, cookie.as_bytes())]).await.unwrap();
    assert_eq!(page.0, StatusCode::OK);
    let mut chance = Random::new(2);
    let (mut tokens, mut cookies) = (0, 0);
    for nr in 0..tries(1500) {
        let mut bytes = |right: &str| {
            if nr % 3 == 0 { any(&mut chance, 400) } else { like(&mut chance, right.as_bytes(), signs) }
        };
        let wrong = bytes(&right);
        // The right one, with more or less around it, may be let in.
        let holds = |bytes: &[u8], secret: &str| bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
        if !holds(&wrong, &token)
            && let Some((status, length)) = answer(&routes, list, &[(&header::AUTHORIZATION, &wrong)]).await
        {
            let refused = [StatusCode::UNAUTHORIZED, StatusCode::BAD_REQUEST, StatusCode::TOO_MANY_REQUESTS];
            assert!(refused.contains(&status) && length < 500, "{nr}: {status}, {length} bytes");
            tokens += 1;
        }
        let wrong = bytes(&cookie);
        if !holds(&wrong, &cookie)
            && let Some((status, _)) = answer(&routes, "/hr", &[(&header::COOKIE, &wrong)]).await
        {
            assert!(status.is_redirection() || status.is_client_error(), "{nr}: {status}");
            cookies += 1;
        }
        let (etag, key) = (bytes("\"17\""), bytes("a-key"));
        let heads: [(&HeaderName, &[u8]); 4] = [
            (&header::AUTHORIZATION, right.as_bytes()),
            (&header::IF_MATCH, &etag),
            (&HeaderName::from_static("idempotency-key"), &key),
            (&header::ACCEPT_LANGUAGE, &key),
        ];
        if let Some((status, _)) = answer(&routes, list, &heads).await {
            assert!(status == StatusCode::OK || status.is_client_error(), "{nr}: {status}");
        }
    }
    assert!(tokens > tries(300) && cookies > tries(300), "{tokens} {cookies}");
    println!("{tokens} tokens and {cookies} cookies, nobody let in");
}
