//! Tokens: made, listed and called back at the terminal, and what they are worth over HTTP.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use chrono::TimeDelta;
use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::StamdataRegistreret;
use forloeb::words::Rolle;
use serde_json::Value;
use tower::ServiceExt;

use crate::clock::Clock;
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::token::Wanted;
use crate::terminal::trial::{Answer, Trial, erase_request};
use crate::terminal::{Also, DONE, Format, REFUSED, TerminalRequest, WRONG_USAGE};
use crate::token::{fingerprint, id, new_token};

async fn make(p: &Trial, wanted: Wanted) -> Answer {
    p.bed(TerminalRequest::Token(wanted)).await
}

async fn token(p: &Trial, wanted: Wanted) -> String {
    let answer = make(p, wanted).await;
    assert_eq!(answer.code, DONE, "{answer:?}");
    answer.out[0].clone()
}

async fn send(p: &Trial, method: Method, token: &str, path: &str, body: &str) -> (StatusCode, String) {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

async fn status(p: &Trial, token: &str) -> u16 {
    send(p, Method::GET, token, "/api/v1/forloeb", "").await.0.as_u16()
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_as_a_fingerprint() {
    let p = Trial::small().await;
    let answer = make(&p, Wanted::of("1002", Rolle::Leder)).await;
    let secret = &answer.out[0];
    assert!(secret.starts_with("rv_") && secret.len() == 3 + 43 && answer.code == DONE);
    let hash = eventlog::Hash::of(secret.as_bytes()).to_string();
    let known = p.app.projections().token(&hash).unwrap().clone();
    let days = known.udloeber.unwrap() - Clock::System.today();
    assert_eq!((known.rolle, known.nr.as_deref(), known.revoked), (Rolle::Leder, Some("1002"), false));
    assert!((89..=90).contains(&days.num_days()), "midnight may come between: {days}");
    let replayed = TerminalRequest::Replay { forloeb: None, til: None, format: Format::Json };
    let history = p.bed(replayed).await.out.join("\n");
    assert!(!history.contains(&hash) && !history.contains(secret) && history.contains("TokenUdstedt"));
}

#[tokio::test]
async fn a_token_is_a_persons_or_has_a_name_and_ends() {
    let p = Trial::small().await;
    let nobody = |rolle| Wanted { rolle, medarbejder: None, navn: None, udloeber: None };
    for rolle in Rolle::ALL {
        let answer = make(&p, nobody(*rolle)).await;
        assert_eq!(answer.code, WRONG_USAGE, "{rolle}: {answer:?}");
        let named = make(&p, Wanted::called("lønkontoret", *rolle)).await;
        assert_eq!(named.code, if rolle.is_person() { WRONG_USAGE } else { DONE }, "{rolle}");
    }
    assert_eq!(make(&p, Wanted::of("1002", Rolle::System)).await.code, WRONG_USAGE, "a system is nobody");
    assert_eq!(make(&p, Wanted::of("1002", Rolle::Hr)).await.code, DONE);
    assert_eq!(make(&p, Wanted::of("4711", Rolle::Medarbejder)).await.code, REFUSED);
    for bad in ["", " bi", "to\nlinjer", &"x".repeat(61)] {
        assert_eq!(make(&p, Wanted::called(bad, Rolle::Hr)).await.code, WRONG_USAGE, "{bad:?}");
    }
    for bad in ["0101991234", "Anna 7101991234", "lønkontoret (010199-1234)"] {
        let answer = make(&p, Wanted::called(bad, Rolle::Hr)).await;
        let told = answer.error.join(" ");
        assert!(answer.code == WRONG_USAGE && told.contains("--navn ligner et CPR-nummer"), "{answer:?}");
        assert!(!told.contains("1234"), "{told}");
    }
    assert_eq!(make(&p, Wanted::called("aftale 3102991234", Rolle::Hr)).await.code, DONE, "no date");
    let today = Clock::System.today();
    let until = |days| Wanted { udloeber: Some(today + TimeDelta::days(days)), ..Wanted::called("bi", Rolle::System) };
    assert_eq!(make(&p, until(-2)).await.code, WRONG_USAGE);
    assert_eq!(make(&p, until(3 * 365 + 2)).await.code, WRONG_USAGE);
    assert_eq!(make(&p, until(30)).await.code, DONE);
    let ended = TokenUdstedt {
        udloeber: Some(today - TimeDelta::days(2)),
        ..TokenUdstedt::new(fingerprint("rv_i-gaar"), Rolle::Hr, None)
    };
    p.app.registrer_token(&ended, &Aktoer::system("prøve")).await.unwrap();
    assert_eq!(status(&p, "rv_i-gaar").await, 401);
}

#[tokio::test]
async fn tokens_are_listed_with_their_last_use_and_called_back() {
    let p = Trial::small().await;
    let (hr, leder) =
        (token(&p, Wanted::called("lønkontoret", Rolle::Hr)).await, token(&p, Wanted::of("1002", Rolle::Leder)).await);
    let old = new_token().unwrap();
    let first = TokenUdstedt::new(fingerprint(&old), Rolle::Drift, None);
    p.app.registrer_token(&first, &Aktoer::system("prøve")).await.unwrap();
    assert_eq!((status(&p, &hr).await, status(&p, &old).await), (200, 200), "one of a first program still works");
    let list = p.bed(TerminalRequest::token_list()).await.out;
    let line = |list: &[String], secret: &str| {
        let id = id(&fingerprint(secret));
        list.iter().find(|line| line.starts_with(&id)).unwrap().clone()
    };
    assert_eq!(list.len(), 3);
    assert!(line(&list, &hr).contains("  hr  lønkontoret  lavet ") && line(&list, &hr).contains("senest brugt "));
    assert!(line(&list, &leder).contains("  leder  medarbejder 1002  ") && line(&list, &leder).ends_with("ikke brugt"));
    assert!(line(&list, &old).contains("  drift  uden navn  ") && line(&list, &old).contains("udløber aldrig"));
    let none = p.bed(TerminalRequest::TokenRevoke { id: "0f3a5c7e9b1d".to_owned() }).await;
    assert_eq!(none.code, REFUSED);
    for _ in 0..2 {
        let answer = p.bed(TerminalRequest::TokenRevoke { id: id(&fingerprint(&hr)) }).await;
        assert_eq!(answer.code, DONE, "{answer:?}");
        assert_eq!((status(&p, &hr).await, status(&p, &leder).await), (401, 200));
    }
    let list = p.bed(TerminalRequest::token_list()).await.out;
    assert!(list[2].starts_with(&id(&fingerprint(&hr))) && list[2].ends_with("tilbagekaldt"), "{list:?}");
    // The same for another program: nothing secret in it, and null where there is nothing.
    let rows = p.bed(TerminalRequest::TokenList { format: Format::Json }).await.out;
    let rows: Vec<Value> = rows.iter().map(|row| serde_json::from_str(row).unwrap()).collect();
    assert_eq!((&rows[2]["navn"], &rows[2]["slut"]), (&"lønkontoret".into(), &"tilbagekaldt".into()));
    assert_eq!((&rows[2]["medarbejder"], rows[2]["senest_brugt"].is_string()), (&Value::Null, true));
    assert!(rows.iter().any(|row| row["rolle"] == "drift" && row["sidste_dag"].is_null()), "{rows:?}");
    // Whatever way the projections are made.
    assert!(p.bed(TerminalRequest::compare()).await.code == DONE);
    let again = Trial::i(p.close().await).await;
    assert_eq!((status(&again, &hr).await, status(&again, &leder).await), (401, 200));
    assert_eq!(again.bed(TerminalRequest::rebuild()).await.code, DONE);
    assert_eq!((status(&again, &hr).await, status(&again, &leder).await), (401, 200));
}

#[tokio::test]
async fn a_persons_tokens_end_with_the_employment_and_with_erasure() {
    let p = Trial::small().await;
    let mut tokens = Vec::new();
    for (nr, rolle) in
        [("1002", Rolle::Leder), ("1002", Rolle::Hr), ("1002", Rolle::Revisor), ("1005", Rolle::Medarbejder)]
    {
        tokens.push(token(&p, Wanted::of(nr, rolle)).await);
    }
    for token in &tokens {
        assert_eq!(status(&p, token).await, 200);
    }
    let mut stamdata = p.app.projections().stamdata("1002").unwrap().clone();
    stamdata.fratraadt = Some("2026-11-19".parse().unwrap());
    let person = p.app.projections().person("1002").unwrap();
    let told = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
    let command = DomainCommand::RegistrerStamdata(Box::new(told));
    p.app.execute("1002", &command, &Aktoer::system("import"), None).await.unwrap();
    let also = Also { others: true, open: true, refusion: true, employed: true };
    assert_eq!(p.bed(erase_request("1005", also)).await.code, DONE);
    for token in &tokens {
        assert_eq!(status(&p, token).await, 401, "HR's and the auditor's too");
    }
}

#[tokio::test]
async fn the_log_names_who_came_with_a_token() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("lønkontoret", Rolle::Hr)).await;
    let body = r#"{"medarbejder_nr":"1008","foerste_fravaersdag":"2026-11-19"}"#;
    let (status, answer) = send(&p, Method::POST, &hr, "/api/v1/forloeb", body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let path = format!("/api/v1/forloeb/{}/historik", answer["id"].as_str().unwrap());
    let (_, history) = send(&p, Method::GET, &hr, &path, "").await;
    let history: Value = serde_json::from_str(&history).unwrap();
    let expected = serde_json::json!({ "rolle": "hr", "navn": "lønkontoret", "token": id(&fingerprint(&hr)) });
    assert_eq!(history.as_array().unwrap().last().unwrap()["aktoer"], expected);
    let text = TerminalRequest::Replay { forloeb: None, til: None, format: Format::Text };
    let line = p.bed(text).await.out.pop().unwrap();
    assert!(line.contains(&format!("af HR lønkontoret (nøgle {})", id(&fingerprint(&hr)))), "{line}");
}

/// What is for people is not for systems: not one of the routes there are, whatever is sent.
#[tokio::test]
async fn another_system_may_use_none_of_the_routes_for_people() {
    let p = Trial::small().await;
    let system = token(&p, Wanted::called("bi", Rolle::System)).await;
    let document = serde_json::to_value(http::openapi()).unwrap();
    let mut asked = 0;
    for (path, operations) in document["paths"].as_object().unwrap() {
        let open = ["/healthz", "/readyz", "/metrics", "/api/v1/haendelser"].contains(&path.as_str());
        if open || path.starts_with("/api/events") {
            continue;
        }
        let path = path.replace("{id}", &uuid::Uuid::nil().to_string()).replace("{version}", "1");
        for method in operations.as_object().unwrap().keys() {
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let (status, answer) = send(&p, method.clone(), &system, &path, "{}").await;
            assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path}: {answer}");
            asked += 1;
        }
    }
    assert!(asked > 30, "{asked}");
}
