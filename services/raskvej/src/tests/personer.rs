//! Finding people by the API: the same by address and by body, noted, and within what the caller may see.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::words::Rolle;
use serde_json::Value;
use tower::ServiceExt;

use crate::http;
use crate::lookups::FORMAAL;
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use app::opslag::Content;

pub(super) async fn ask(
    p: &Trial,
    token: &str,
    path: &str,
    body: Option<&str>,
    formaal: Option<&str>,
) -> (StatusCode, Value) {
    let method = if body.is_some() { "POST" } else { "GET" };
    let request = Request::builder().method(method).uri(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = request.header(header::CONTENT_TYPE, "application/json");
    let request = formaal.into_iter().fold(request, |request, said| request.header(FORMAAL, said.as_bytes()));
    let request = request.body(Body::from(body.unwrap_or_default().to_owned())).unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn people_are_found_by_address_and_by_body_and_both_are_look_ups() {
    let p = Trial::small().await;
    let token = async |wanted| p.bed(TerminalRequest::Token(wanted)).await.out.remove(0);
    let hr = token(Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let revisor = token(Wanted::called("Revisor", Rolle::Revisor)).await;
    let (_, list) = ask(&p, &hr, "/api/v1/forloeb?status=alle", None, None).await;
    let (nr, id) = (list["forloeb"][0]["medarbejder_nr"].clone(), list["forloeb"][0]["id"].clone());
    let (nr, id) = (nr.as_str().unwrap(), id.as_str().unwrap());
    let (status, person) = ask(&p, &hr, &format!("/api/v1/personer/{nr}"), None, None).await;
    assert_eq!(status, StatusCode::OK, "{person}");
    let theirs: Vec<_> = person["forloeb"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
    assert!(theirs.contains(&id), "{person}");
    let today = p.app.clock.today();
    let about = async || p.app.opslag.about(nr, today, today, 100).await.unwrap().all;
    assert!(about().await.iter().any(|o| o.content == Content::Person));

    let name = person["person"]["navn"].as_str().unwrap().to_owned();
    let body = serde_json::json!({ "q": name }).to_string();
    let before = p.app.opslag.about(nr, today, today, 100).await.unwrap().all.len();
    let (status, by_body) = ask(&p, &revisor, "/api/v1/personer/soeg", Some(&body), None).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "an auditor says what for: {by_body}");
    let (status, by_body) = ask(&p, &revisor, "/api/v1/personer/soeg", Some(&body), Some("stikprøve")).await;
    assert_eq!(status, StatusCode::OK);
    let found: Vec<_> = by_body["personer"].as_array().unwrap().iter().map(|p| &p["medarbejder_nr"]).collect();
    assert!(found.contains(&&Value::from(nr)) && !by_body.to_string().contains(&name), "{by_body}");
    assert_eq!(about().await.len(), before + 1, "a search that is sent is a look-up too");

    let (_, by_reference) = ask(&p, &hr, &format!("/api/v1/personer?q={}", &id[28..]), None, None).await;
    assert_eq!(by_reference["forloeb"], id);
    for (path, status) in [
        ("/api/v1/personer", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/personer?q=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/personer?q=bo&side=2", StatusCode::UNPROCESSABLE_ENTITY),
        ("/api/v1/personer/findes-ikke", StatusCode::NOT_FOUND),
    ] {
        assert_eq!(ask(&p, &hr, path, None, None).await.0, status, "{path}");
    }
    let drift = token(Wanted::called("Drift", Rolle::Drift)).await;
    assert_eq!(ask(&p, &drift, &format!("/api/v1/personer?q={nr}"), None, None).await.0, StatusCode::FORBIDDEN);
}
