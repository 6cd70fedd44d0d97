//! Who prefers little is spared the body of whatever changes something, and never what they should know. The day is Friday
//! 20 November 2026.

use std::collections::BTreeSet;

use app::workplace::{day, details};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::haendelse::Stamdata;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::prefer::QUESTIONS;
use crate::commands;
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::{Trial, file};
use crate::token::fingerprint;

const TOKEN: &str = "token-of-hr";
const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

/// The status, whether the preference was followed, and the body.
async fn send(p: &Trial, method: &str, path: &str, kind: &str, body: Vec<u8>) -> (StatusCode, bool, Value) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .header(header::CONTENT_TYPE, kind)
        .header("prefer", "return=minimal")
        .body(Body::from(body))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let applied = answer.headers().get("preference-applied").is_some_and(|said| said == "return=minimal");
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
    (status, applied, body)
}

async fn post(p: &Trial, path: &str, body: &Value) -> (StatusCode, bool, Value) {
    send(p, "POST", path, "application/json", body.to_string().into_bytes()).await
}

async fn csv(p: &Trial, path: &str, body: impl Into<Vec<u8>>) -> (StatusCode, bool, Value) {
    send(p, "POST", path, "text/csv", body.into()).await
}

#[tokio::test]
async fn all_that_changes_something_is_done_without_a_body_for_who_prefers_little() {
    let p = Trial::small().await;
    let token = TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None);
    p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    let left = |s: &mut Stamdata| s.fratraadt = Some(day("2019-03-31"));
    p.ansat("2001", &details("2001", "Kanin Fugl", "kanin@arbejde.example"), left).await;
    // Payroll and a person disagree of 1008.
    let row = format!("{HEAD}x1;1008;sygdom;02-11-2026;;100\n");
    assert_eq!(csv(&p, "/api/v1/import/fravaer", row).await, (StatusCode::NO_CONTENT, true, Value::Null));
    let sick = json!({ "medarbejder_nr": "1008", "foerste_fravaersdag": "2026-11-04" });
    let (status, applied, told) = post(&p, "/api/v1/forloeb", &sick).await;
    assert_eq!((status, applied), (StatusCode::CREATED, false), "a warning is told: {told}");
    let (_, _, waiting) = send(&p, "GET", "/api/v1/uenigheder", "application/json", Vec::new()).await;
    let disagreed = format!("/api/v1/uenigheder/{}", waiting["uenigheder"][0]["id"].as_str().unwrap());
    let id = p.app.projections().cards_for("1005").next().unwrap().id;

    let mut tried = BTreeSet::from(["/api/v1/import/fravaer"]);
    for (route, path, body) in [
        ("/api/v1/forloeb/tildeling", "/api/v1/forloeb/tildeling", json!({ "ids": [id], "medarbejder_nr": "1003" })),
        (
            "/api/v1/uenigheder/{id}",
            &*disagreed,
            json!({ "vaelg": "person", "begrundelse": "På arbejde den 2. og 3." }),
        ),
        (
            "/api/v1/opbevaring/stop",
            "/api/v1/opbevaring/stop",
            json!({ "medarbejder_nr": "1009", "gaelder": true, "aarsag": "Der er en sag ved nævnet" }),
        ),
        (
            "/api/v1/opbevaring/sletning",
            "/api/v1/opbevaring/sletning",
            json!({ "medarbejder_nr": "2001", "bekraeft": true }),
        ),
        ("/api/v1/clock", "/api/v1/clock", json!({ "til": "2026-11-20T08:05:00Z" })),
    ] {
        assert_eq!(post(&p, path, &body).await, (StatusCode::NO_CONTENT, true, Value::Null), "{route}");
        tried.insert(route);
    }
    let people = csv(&p, "/api/v1/import/medarbejdere", file("medarbejdere.csv")).await;
    assert_eq!(people, (StatusCode::NO_CONTENT, true, Value::Null));
    tried.insert("/api/v1/import/medarbejdere");

    // The document says so of each of these, of every command, and of nothing that only asks.
    let document = serde_json::to_value(http::openapi()).unwrap();
    let routes: BTreeSet<String> = commands::ALL.iter().map(|entry| entry.route()).collect();
    for (route, item) in document["paths"].as_object().unwrap().iter().filter(|(_, item)| !item["post"].is_null()) {
        let parameters = item["post"]["parameters"].as_array().into_iter().flatten();
        let says = parameters.filter(|one| one["name"] == "Prefer").count();
        let asks = QUESTIONS.contains(&route.as_str());
        assert_eq!(says, usize::from(!asks), "{route}");
        assert!(asks || routes.contains(route) || tried.contains(route.as_str()), "{route} is not tried here");
        assert!(asks || !item["post"]["responses"]["204"].is_null() || routes.contains(route), "{route}");
    }
}

#[tokio::test]
async fn what_somebody_has_to_look_at_is_told_to_who_prefers_little_too() {
    let p = Trial::small().await;
    let token = TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None);
    p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    let (status, applied, report) =
        csv(&p, "/api/v1/import/fravaer", format!("{HEAD}x1;9999;sygdom;i går;;100\n")).await;
    assert_eq!((status, applied, report["fejl"][0]["linje"].as_u64()), (StatusCode::OK, false, Some(2)), "{report}");
    let trial = csv(&p, "/api/v1/import/fravaer?proeve=ja", file("fravaer.csv")).await;
    assert_eq!((trial.0, trial.1, &trial.2["uaendret"]), (StatusCode::OK, false, &json!(21)), "a trial is all report");
    let unknown = json!({ "ids": ["00000000-0000-0000-0000-000000000007"], "medarbejder_nr": "1003" });
    let (status, applied, answer) = post(&p, "/api/v1/forloeb/tildeling", &unknown).await;
    assert_eq!((status, applied, &answer["afvist"]), (StatusCode::OK, false, &json!(1)), "{answer}");
    let hold = json!({ "medarbejder_nr": "1009", "gaelder": true, "aarsag": "sag om en depression" });
    let (status, applied, answer) = post(&p, "/api/v1/opbevaring/stop", &hold).await;
    assert!(status == StatusCode::OK && !applied && answer["advarsler"][0].is_string(), "{answer}");
    let (status, applied, found) = post(&p, "/api/v1/personer/soeg", &json!({ "q": "1005" })).await;
    assert_eq!((status, applied, &found["antal"]), (StatusCode::OK, false, &json!(1)), "a question is answered");
}
