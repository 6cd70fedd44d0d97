//! What a command answers that wrote no event is a look-up, and so is the reason for which the rules turned one down: there is
//! no other trace of who read it.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::lookups::token;
use crate::commands;
use crate::http;
use crate::pages::test_state;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use app::opslag::{Content, Formaal, Opslag};

async fn send(p: &Trial, token: &str, path: &str, head: (&str, &str), body: String) -> (StatusCode, Value) {
    let request = Request::post(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, if path.contains("/import/") { "text/csv" } else { "application/json" })
        .header(head.0, head.1)
        .body(Body::from(body))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or_default())
}

/// No header that says anything.
const PLAIN: (&str, &str) = ("accept", "*/*");

async fn post(p: &Trial, token: &str, path: &str, body: &Value) -> (StatusCode, Value) {
    send(p, token, path, PLAIN, body.to_string()).await
}

/// Everything about an employee today.
async fn about(p: &Trial, nr: &str) -> Vec<Opslag> {
    let today = p.app.clock.today();
    p.app.opslag.about(nr, today, today, 1000).await.unwrap().all
}

/// Somebody is reported sick from Monday 16 November 2026; the path of the forløb.
async fn sick(p: &Trial, hr: &str, nr: &str) -> String {
    let body = json!({ "medarbejder_nr": nr, "foerste_fravaersdag": "2026-11-16" });
    let (status, answer) = post(p, hr, "/api/v1/forloeb", &body).await;
    assert_eq!(status, StatusCode::CREATED, "{answer}");
    assert_eq!(about(p, nr).await.len(), 0, "there is an event with who did it");
    format!("/api/v1/forloeb/{}", answer["id"].as_str().unwrap())
}

/// About 1003, whom 1002 leads.
#[tokio::test]
async fn a_command_that_changes_nothing_is_a_look_up_and_one_that_does_is_none() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let path = sick(&p, &hr, "1003").await;
    let given = format!("{path}/tildeling");
    for (body, count) in [
        (json!({}), 1),                // it is nobody's already
        (json!({ "til": "1004" }), 1), // an event says so
        (json!({ "til": "1004" }), 2),
    ] {
        let (status, answer) = post(&p, &hr, &given, &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(about(&p, "1003").await.len(), count, "{body}");
    }
    let newest = about(&p, "1003").await.remove(0);
    assert_eq!((newest.content, newest.formaal), (Content::Forloeb, Formaal::Hr));
    assert!(newest.forloeb.is_some_and(|id| path.ends_with(&id.to_string())), "{path}");
    assert_eq!(newest.reader.navn.as_deref(), Some("HR-kontoret"));

    let leder = token(&p, Wanted::of("1002", Rolle::Leder)).await;
    assert_eq!(post(&p, &leder, &format!("{path}/kontaktperson"), &json!({})).await.0, StatusCode::OK);
    let newest = about(&p, "1003").await.remove(0);
    assert_eq!((newest.content, newest.formaal), (Content::Forloeb, Formaal::Leder));

    // Of many at once: one look-up, of those to whom nothing was done.
    let before = about(&p, "1003").await.len();
    let id = path.rsplit('/').next().unwrap();
    let many = json!({ "ids": [id], "medarbejder_nr": "1004" });
    let (status, answer) = post(&p, &hr, "/api/v1/forloeb/tildeling", &many).await;
    assert_eq!((status, &answer["tildelt"]), (StatusCode::OK, &json!(1)), "{answer}");
    assert_eq!(about(&p, "1003").await.len(), before + 1);
}

/// A refusal names days and versions: it is told to who sees the forløb, and it is noted. Whoever does not see it is told nothing,
/// also where what they sent cannot be read.
#[tokio::test]
async fn what_the_rules_turn_down_is_a_look_up_of_who_was_told_why() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let path = sick(&p, &hr, "1003").await;
    let well = format!("{path}/raskmelding");
    let (status, answer) = post(&p, &hr, &well, &json!({ "sidste_fravaersdag": "1900-01-01" })).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    assert_eq!(about(&p, "1003").await.len(), 1);
    let other = json!({ "sidste_fravaersdag": "2026-11-19" }).to_string();
    let (status, answer) = send(&p, &hr, &well, ("if-match", "\"999999\""), other.clone()).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{answer}");
    let all = about(&p, "1003").await;
    assert!(all.len() == 2 && all.iter().all(|o| o.content == Content::Forloeb), "{all:?}");

    let stranger = token(&p, Wanted::of("1008", Rolle::Leder)).await;
    for (head, expected) in [
        (("if-match", "\"999999\""), StatusCode::NOT_FOUND),
        (("if-match", "sludder"), StatusCode::PRECONDITION_FAILED),
    ] {
        assert_eq!(send(&p, &stranger, &well, head, other.clone()).await.0, expected);
    }
    assert_eq!(about(&p, "1003").await.len(), 2, "who was told nothing has looked nobody up");
}

/// 1005 has been away since August, and is reported away for a pregnancy, which somebody else pays for: the answer says from when.
#[tokio::test]
async fn a_sygemelding_that_meets_another_absence_is_a_look_up() {
    let p = Trial::small().await;
    let body = json!({ "medarbejder_nr": "1005", "foerste_fravaersdag": "2026-11-16", "aarsag": "graviditet" });
    let stranger = token(&p, Wanted::of("1008", Rolle::Leder)).await;
    let (status, answer) = post(&p, &stranger, "/api/v1/forloeb", &body).await;
    assert_eq!((status, about(&p, "1005").await.len()), (StatusCode::UNPROCESSABLE_ENTITY, 0), "{answer}");
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let (status, answer) = post(&p, &hr, "/api/v1/forloeb", &body).await;
    assert_eq!((status, &answer["kode"]), (StatusCode::CONFLICT, &json!("overlapper")), "{answer}");
    let all = about(&p, "1005").await;
    assert_eq!((all.len(), all[0].content, &all[0].formaal), (1, Content::Person, &Formaal::Hr));
}

/// Every command about a forløb of 1001's, sent twice as it is, twice with a key, and against a version that it has not.
#[tokio::test]
async fn no_command_is_answered_without_an_event_or_a_look_up() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let forloeb = sick(&p, &hr, "1001").await;
    let id = forloeb.rsplit('/').next().unwrap();
    let (mut unchanged, mut refused, mut repeated) = (0, 0, 0);
    for entry in commands::ALL.iter().filter(|entry| entry.names_forloeb()) {
        let path = entry.route().replace("{id}", id).replace("{version}", "1").replace("{nr}", "1");
        let body = entry.example().to_string();
        let key = ("idempotency-key", entry.name);
        for head in [PLAIN, PLAIN, key, key, ("if-match", "\"999999\"")] {
            let (before, log_head) = (about(&p, "1001").await.len(), p.app.log.head());
            let (status, answer) = send(&p, &hr, &path, head, body.clone()).await;
            let noted = about(&p, "1001").await.len() - before;
            let wrote = p.app.log.head() != log_head;
            match status.as_u16() {
                200 if !wrote && head == key => repeated += 1,
                200 if !wrote => unchanged += 1,
                409 | 412 | 422 => refused += 1,
                // That nothing had to be done is remembered under its key, and that is an event of its own.
                200 if head == key => continue,
                200 | 403 | 404 => {
                    assert_eq!(noted, 0, "{}: {answer}", entry.name);
                    continue;
                }
                other => panic!("{}: {other} {answer}", entry.name),
            }
            assert_eq!(noted, 1, "{} {status}: {answer}", entry.name);
        }
    }
    println!("{unchanged} changed nothing, {refused} were refused, {repeated} were repeated");
    assert!(unchanged > 0 && refused > 20 && repeated > 0, "{unchanged} {refused} {repeated}");
}

/// What a policy would have changed is told with the forløb, and a trial of payroll's file with what was known before.
#[tokio::test]
async fn what_is_only_tried_tells_of_people_too() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let tried = json!({ "politik": "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n", "som_om": "2026-08-01" });
    let (status, answer) = post(&p, &hr, "/api/v1/regler/proeve", &tried).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let sager = answer["sager"].as_array().unwrap();
    assert!(!sager.is_empty(), "{answer}");
    for sag in sager {
        let nr = p.app.projections().whose(sag["id"].as_str().unwrap().parse().unwrap()).unwrap().to_owned();
        let all = about(&p, &nr).await;
        assert_eq!((all.len(), all[0].content), (1, Content::List), "{nr}: {all:?}");
    }

    let columns = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";
    let file = format!("{columns}9003;1005;sygdom;05-10-2026;;50\n9012;1010;sygdom;02-11-2026;;100\n");
    let reports = async |nr: &str| about(&p, nr).await.iter().filter(|o| o.content == Content::Report).count();
    for path in ["/api/v1/import/fravaer?proeve=ja", "/api/v1/import/fravaer"] {
        let (status, answer) = send(&p, &hr, path, PLAIN, file.clone()).await;
        assert_eq!((status, answer["aendret"].as_u64()), (StatusCode::OK, Some(1)), "{answer}");
        assert_eq!((reports("1005").await, reports("1010").await), (1, 0), "{path}");
    }
}
