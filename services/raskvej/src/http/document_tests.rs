//! The OpenAPI document as integrators last saw it, and what it says of every route held against what the routes do.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::json;
use tower::ServiceExt;

use super::openapi;
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::Trial;
use crate::token::fingerprint;

#[test]
fn the_document_is_as_it_was_accepted() {
    let mut document = openapi();
    // A new version of the program is no change of the contract.
    document.info.version = "x.y.z".to_owned();
    insta::assert_snapshot!(document.to_pretty_json().unwrap());
}

/// A workplace with a token for each role, which is called as the role is.
async fn with_tokens() -> Trial {
    let p = Trial::small().await;
    for rolle in [Rolle::Hr, Rolle::Revisor, Rolle::System] {
        let token = TokenUdstedt::new(fingerprint(rolle.code()), rolle, None);
        p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    }
    p
}

async fn status(p: &Trial, rolle: Rolle, path: &str) -> StatusCode {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {}", rolle.code()));
    let request = request.body(Body::empty()).unwrap();
    http::router(test_state(&p.app)).oneshot(request).await.unwrap().status()
}

/// How much one may ask for at a time is said as a machine reads it, and is what the route takes: one to the most, and no other.
#[tokio::test]
async fn how_much_of_a_list_one_may_ask_for_is_in_the_document_and_holds() {
    let p = with_tokens().await;
    let document = serde_json::to_value(openapi()).unwrap();
    let mut met = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        for parameter in parameters.filter(|one| one["name"] == "limit" || one["name"] == "antal") {
            let (name, schema) = (parameter["name"].as_str().unwrap(), &parameter["schema"]);
            assert_eq!(schema["minimum"], json!(1), "{path}: {parameter}");
            let most = schema["maximum"].as_u64().unwrap_or_else(|| panic!("{path}: {parameter}"));
            let said = parameter["description"].as_str().unwrap();
            assert!(said.contains(&format!("1 til {most}")), "{path}: {said}");
            let (rolle, more) = match path.as_str() {
                "/api/v1/haendelser" => (Rolle::System, ""),
                "/api/v1/signaler" => (Rolle::Hr, "&enhed=E2"),
                path if path.starts_with("/api/v1/revision/") => (Rolle::Revisor, ""),
                _ => (Rolle::Hr, ""),
            };
            for (asked, expected) in [
                (1, StatusCode::OK),
                (most, StatusCode::OK),
                (0, StatusCode::UNPROCESSABLE_ENTITY),
                (most + 1, StatusCode::UNPROCESSABLE_ENTITY),
            ] {
                let answered = status(&p, rolle, &format!("{path}?{name}={asked}{more}")).await;
                assert_eq!(answered, expected, "{path}?{name}={asked}");
            }
            met += 1;
        }
    }
    assert!(met >= 10, "{met}");
}
