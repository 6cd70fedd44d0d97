//! Many forløb assigned by one request: an answer to each, in order, and each once.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;
use uuid::Uuid;

use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::Trial;
use crate::token::fingerprint;

const PATH: &str = "/api/v1/forloeb/tildeling";

async fn post(p: &Trial, token: &str, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn trial() -> (Trial, String) {
    let p = Trial::small().await;
    for (token, rolle, nr) in [("hr", Rolle::Hr, None), ("leder", Rolle::Leder, Some("1003".to_owned()))] {
        let token = TokenUdstedt::new(fingerprint(token), rolle, nr);
        p.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    }
    let body = json!({ "medarbejder_nr": "1001", "foerste_fravaersdag": "2026-11-16" });
    let (status, sick) = post(&p, "hr", "/api/v1/forloeb", "syg", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{sick}");
    let id = sick["id"].as_str().unwrap().to_owned();
    (p, id)
}

#[tokio::test]
async fn each_has_an_answer_and_what_is_wrong_with_one_keeps_no_other_back() {
    let (p, id) = trial().await;
    let unknown = Uuid::from_u128(7);
    let body = json!({ "ids": [unknown, id], "medarbejder_nr": "1003" });
    let (status, answer) = post(&p, "hr", PATH, "k1", &body).await;
    assert_eq!((status, &answer["tildelt"], &answer["afvist"]), (StatusCode::OK, &json!(1), &json!(1)), "{answer}");
    let rows = answer["raekker"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["udfald"], &rows[0]["kode"], &rows[0]["id"]),
        (&json!("afvist"), &json!("findes_ikke"), &json!(unknown))
    );
    assert_eq!((&rows[1]["udfald"], &rows[1]["id"]), (&json!("tildelt"), &json!(id)));
    let f = p.app.forloeb(id.parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((f.tildelt.as_deref(), &rows[1]["version"]), (Some("1003"), &json!(f.version)));
    // The same with the same key is what it was.
    let head = p.app.log.head();
    assert_eq!(post(&p, "hr", PATH, "k1", &body).await.1, answer);
    assert_eq!(p.app.log.head(), head);
    // Nobody, and somebody who does not fit: the reason in words.
    let (_, answer) = post(&p, "hr", PATH, "k2", &json!({ "ids": [id], "medarbejder_nr": "1001" })).await;
    assert_eq!(answer["raekker"][0]["kode"], "ugyldige_felter", "{answer}");
    assert!(answer["raekker"][0]["fejl"].as_str().unwrap().contains("medarbejderen selv"), "{answer}");
    let (_, answer) = post(&p, "hr", PATH, "k3", &json!({ "ids": [id], "medarbejder_nr": null })).await;
    assert_eq!(answer["tildelt"], 1, "{answer}");
    assert_eq!(p.app.forloeb(id.parse().unwrap()).await.unwrap().unwrap().tildelt, None);
}

#[tokio::test]
async fn what_cannot_be_a_list_of_forloeb_is_refused_whole() {
    let (p, id) = trial().await;
    let (status, _) = post(&p, "leder", PATH, "k1", &json!({ "ids": [id] })).await;
    assert_eq!(status, StatusCode::FORBIDDEN);
    for (n, ids) in [json!([]), json!(id), json!([id, "x"]), json!(vec![&id; 501]), json!(null)].into_iter().enumerate()
    {
        let (status, answer) = post(&p, "hr", PATH, &format!("n{n}"), &json!({ "ids": ids })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
        assert!(answer["felter"][0]["felt"].as_str().unwrap().starts_with("ids"), "{answer}");
    }
    let (status, answer) =
        post(&p, "hr", PATH, "k9", &json!({ "ids": vec![&id; 500], "medarbejder_nr": "1003" })).await;
    assert_eq!((status, &answer["tildelt"]), (StatusCode::OK, &json!(500)), "{status}");
}
