//! Long work keeps nobody waiting, also where one thread answers everybody.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tower::ServiceExt;

use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::{Trial, file};
use crate::token::{fingerprint, new_token};

/// The small workplace over and over, under other numbers, until it is so many bytes.
fn large(bytes: usize) -> Vec<u8> {
    let small = String::from_utf8(file("medarbejdere.csv")).unwrap();
    let (head, lines) = small.split_once('\n').unwrap();
    let line = lines.lines().find(|line| line.starts_with("1005")).unwrap();
    let mut csv = format!("{head}\n");
    for nr in 100_000.. {
        if csv.len() >= bytes {
            break;
        }
        csv.push_str(&line.replacen("1005", &format!("{nr}"), 1));
        csv.push('\n');
    }
    csv.into_bytes()
}

#[tokio::test(flavor = "current_thread")]
async fn readyz_answers_while_a_file_is_read() {
    let p = Trial::empty().await;
    let token = new_token().unwrap();
    let issued = TokenUdstedt::new(fingerprint(&token), Rolle::Hr, None);
    p.app.registrer_token(&issued, &Aktoer::system("prøve")).await.unwrap();
    let router = http::router(test_state(&p.app));
    let keys = || std::fs::metadata(p.path().join("noegler/noegler")).unwrap().len();
    let without_keys = keys();
    let body = Body::from(large(4 << 20));
    let request = Request::post("/api/v1/import/medarbejdere").header("authorization", format!("Bearer {token}"));
    let import = tokio::spawn(router.clone().oneshot(request.body(body).unwrap()));
    tokio::task::yield_now().await; // it has begun
    let request = Request::get("/readyz").body(Body::empty()).unwrap();
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    // The keys of everybody in the file are made when the whole of it has been read.
    assert!(keys() == without_keys && !import.is_finished(), "the file was read before anybody else was answered");
    import.abort();
    p.close().await;
}
