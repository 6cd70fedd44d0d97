//! Whoever writes of an illness, or a CPR number, is told so once it is saved: by the API, and on the page.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http;
use crate::lookups::{FORMAAL, WARNING};
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;

/// What the API answers to a correction of the expected duration, with this as its reason.
async fn corrected(p: &Trial, token: &str, id: &str, begrundelse: &str) -> Value {
    let body = json!({"felt": "forventet_varighed", "ny_vaerdi": "over_8_uger", "begrundelse": begrundelse});
    let request = Request::post(format!("/api/v1/forloeb/{id}/rettelse"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

async fn open_forloeb(p: &Trial, token: &str) -> String {
    let request = Request::get("/api/v1/forloeb").header(header::AUTHORIZATION, format!("Bearer {token}"));
    let answer = http::router(test_state(&p.app)).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let list: Value = serde_json::from_slice(&bytes).unwrap();
    list["forloeb"][0]["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_api_saves_it_and_says_what_does_not_belong_there() {
    let p = Trial::small().await;
    let hr = p.bed(TerminalRequest::Token(Wanted::called("HR-kontoret", Rolle::Hr))).await.out.remove(0);
    let id = open_forloeb(&p, &hr).await;
    for (begrundelse, said) in [
        ("Hun har fået en diskusprolaps", vec!["nævne en sygdom eller en behandling"]),
        ("Det er 010180-1234, der er tale om", vec!["CPR-nummer"]),
        ("010180-1234 er opereret", vec!["CPR-nummer", "nævne en sygdom eller en behandling"]),
        ("Aftalt på mødet i tirsdags", vec![]),
    ] {
        let answer = corrected(&p, &hr, &id, begrundelse).await;
        let warnings = answer["advarsler"].as_array().cloned().unwrap_or_default();
        assert_eq!(warnings.len(), usize::from(!said.is_empty()), "{answer}");
        for warning in &warnings {
            let warning = warning.as_str().unwrap();
            assert!(warning.starts_with("begrundelse: "), "{warning}");
            assert!(said.iter().all(|words| warning.contains(words)), "{warning}");
            assert!(!warning.contains("prolaps") && !warning.contains("1234"), "{warning}");
        }
    }
}

/// What an answer of the API says of the purpose it was asked with.
async fn warned(p: &Trial, request: axum::http::request::Builder, body: Body) -> Option<String> {
    let answer = http::router(test_state(&p.app)).oneshot(request.body(body).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "nothing is refused for it");
    answer.headers().get(WARNING).map(|said| said.to_str().unwrap().to_owned())
}

#[tokio::test]
async fn a_purpose_is_taken_and_what_does_not_belong_in_it_is_said() {
    let p = Trial::small().await;
    let hr = p.bed(TerminalRequest::Token(Wanted::called("HR-kontoret", Rolle::Hr))).await.out.remove(0);
    let revisor = p.bed(TerminalRequest::Token(Wanted::called("revisionen", Rolle::Revisor))).await.out.remove(0);
    let id = open_forloeb(&p, &hr).await;
    for (formaal, said) in [
        ("Stikprøve i november", None),
        ("Om hun har en diskusprolaps", Some("formaal-helbred")),
        ("Sagen om 010180-1234", Some("formaal-cpr")),
        ("Om 010180-1234 er opereret", Some("formaal-cpr, formaal-helbred")),
    ] {
        let request = |token: &str, path: String| {
            Request::builder().uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"))
        };
        let read = request(&revisor, format!("/api/v1/forloeb/{id}")).header(FORMAAL, formaal.as_bytes());
        assert_eq!(warned(&p, read, Body::empty()).await.as_deref(), said, "{formaal}");
        let taken =
            request(&hr, "/api/v1/indsigt".to_owned()).method("POST").header(header::CONTENT_TYPE, "application/json");
        let body = json!({"medarbejder_nr": "1006", "formaal": formaal}).to_string();
        assert_eq!(warned(&p, taken, Body::from(body)).await.as_deref(), said, "{formaal}");
    }
}
