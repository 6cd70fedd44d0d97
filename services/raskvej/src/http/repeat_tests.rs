//! The same request with the same Idempotency-Key: it gets the answer it got the first time, whatever has happened since.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::core::App;
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::{MEANT, Trial, erase_request};
use crate::terminal::{DONE, TerminalRequest};
use crate::token::fingerprint;

const TOKEN: &str = "et-token-til-proever";

#[derive(Debug, PartialEq)]
struct Answer {
    status: StatusCode,
    etag: Option<String>,
    body: Value,
}

async fn hr(p: &Trial) {
    let token = TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None);
    p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
}

async fn post(app: &Arc<App>, path: &str, key: &str, body: &Value) -> Answer {
    post_preferring(app, path, key, "handling=strict", body).await
}

async fn post_preferring(app: &Arc<App>, path: &str, key: &str, prefer: &str, body: &Value) -> Answer {
    let request = Request::post(path)
        .header("prefer", prefer)
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = http::router(test_state(app)).oneshot(request).await.unwrap();
    let etag = answer.headers().get(header::ETAG).map(|e| e.to_str().unwrap().to_owned());
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    Answer { status, etag, body }
}

/// Reports 1001 sick from Monday 16 November 2026; the path of the forløb.
async fn sick(app: &Arc<App>) -> String {
    let body = json!({ "medarbejder_nr": "1001", "foerste_fravaersdag": "2026-11-16" });
    let answer = post(app, "/api/v1/forloeb", "syg", &body).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    format!("/api/v1/forloeb/{}", answer.body["id"].as_str().unwrap())
}

/// "No last day" says nothing new of an open forløb. Sent again after raskmelding it would open it.
#[tokio::test]
async fn a_command_that_changed_nothing_changes_nothing_when_it_is_repeated() {
    let p = Trial::small().await;
    hr(&p).await;
    let path = sick(&p.app).await;
    let (open, reason) = (format!("{path}/rettelse"), "Sidste dag er ikke kendt endnu.");
    let body = json!({ "felt": "sidste_fravaersdag", "ny_vaerdi": null, "begrundelse": reason });
    let first = post(&p.app, &open, "k1", &body).await;
    assert_eq!((first.status, &first.body["status"]), (StatusCode::OK, &json!("aaben")), "{first:?}");
    let well = json!({ "sidste_fravaersdag": "2026-11-19" });
    let closed = post(&p.app, &format!("{path}/raskmelding"), "k2", &well).await;
    assert_eq!((closed.status, &closed.body["status"]), (StatusCode::OK, &json!("afsluttet")), "{closed:?}");
    let head = p.app.log.head();
    assert_eq!(post(&p.app, &open, "k1", &body).await, first);
    assert_eq!(p.app.log.head(), head, "nothing was written");
    let other = json!({ "felt": "sidste_fravaersdag", "ny_vaerdi": "2026-11-18", "begrundelse": reason });
    let other = post(&p.app, &open, "k1", &other).await;
    assert_eq!((other.status, &other.body["kode"]), (StatusCode::CONFLICT, &json!("noegle_genbrugt")));
    let compared = p.bed(TerminalRequest::compare()).await;
    assert_eq!((compared.code, compared.error), (DONE, vec![]));

    // The same after a restart, and on another day.
    let p =
        Trial::on(p.close().await, crate::clock::Clock::standing_still("2026-11-30T07:00:00Z".parse().unwrap())).await;
    assert_eq!(post(&p.app, &open, "k1", &body).await, first);
    assert_eq!(post(&p.app, &format!("{path}/raskmelding"), "k2", &well).await, closed);
}

/// Two at once under one key: one is remembered, both get its answer.
#[tokio::test]
async fn two_at_once_that_change_nothing_are_one() {
    let p = Trial::small().await;
    hr(&p).await;
    let path = format!("{}/tildeling", sick(&p.app).await);
    let before = p.app.log.head().position;
    let nobody = json!({ "til": null });
    let (a, b) = tokio::join!(post(&p.app, &path, "k", &nobody), post(&p.app, &path, "k", &nobody));
    assert_eq!((a.status, &a), (StatusCode::OK, &b));
    assert_eq!(p.app.log.head().position, before + 1);
}

/// The colleague who was chosen is erased since: that is no reason to refuse what was done.
#[tokio::test]
async fn a_repeat_is_not_checked_against_what_has_changed_since() {
    let p = Trial::small().await;
    hr(&p).await;
    let path = format!("{}/kontaktperson", sick(&p.app).await);
    let body = json!({ "kontaktperson_nr": "1003" });
    let first = post(&p.app, &path, "k", &body).await;
    assert_eq!(first.status, StatusCode::OK, "{first:?}");
    let erased = p.bed(erase_request("1003", MEANT)).await;
    assert_eq!(erased.code, DONE, "{:?}", erased.error);
    let refused = post(&p.app, &path, "k2", &body).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a new command is");
    assert_eq!(post(&p.app, &path, "k", &body).await, first);
}

/// A system that only wants to know that it was done is spared the whole forløb, but not what it should know.
#[tokio::test]
async fn who_prefers_little_gets_the_version_and_no_body() {
    let p = Trial::small().await;
    hr(&p).await;
    let path = format!("{}/foerste-kontakt", sick(&p.app).await);
    let body = json!({
        "dato": "2026-11-17", "form": "telefon", "kontaktperson_rolle": "leder", "taget_af": "arbejdsplads"
    });
    let little = |key| post_preferring(&p.app, &path, key, "respond-async, Return=\"minimal\"; x=1", &body);
    let first = little("k").await;
    assert_eq!((first.status, &first.body), (StatusCode::NO_CONTENT, &Value::Null));
    let whole = post(&p.app, &path, "k", &body).await;
    assert_eq!((whole.status, &whole.etag), (StatusCode::OK, &first.etag), "{whole:?}");
    assert_eq!(little("k").await, first);
    let body = json!({ "medarbejder_nr": "1002", "foerste_fravaersdag": "2026-11-16" });
    let begun = post_preferring(&p.app, "/api/v1/forloeb", "n", "return=minimal", &body).await;
    let told = begun.body["advarsler"][0].as_str().unwrap_or_default();
    assert!(begun.status == StatusCode::CREATED && told.starts_with("Lønsystemet havde allerede meldt"), "{begun:?}");
    let refused = post_preferring(&p.app, &path, "f", "return=minimal", &json!({ "dato": "i går" })).await;
    assert_eq!(
        (refused.status, &refused.body["felter"][0]["felt"]),
        (StatusCode::UNPROCESSABLE_ENTITY, &json!("dato"))
    );
}
