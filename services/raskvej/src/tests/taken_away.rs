//! What pages give to take away, the API gives too: to an auditor bundles and proofs, to an employee who has looked them up and
//! everything about themself. The day is Friday 20 November 2026.

use app::opslag::{Content, FOLDER, Formaal, Opslag};
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use eventlog::{Hash, chain, merkle};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tower::ServiceExt;
use uuid::Uuid;

use super::cursor::{ask, next};
use crate::pages::test_state;
use crate::projections::Opslagsformaal;
use crate::state::AppState;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use crate::{bundle, http, seal};

const BUNDLE: &str = "/api/v1/revision/bundt";

async fn token(p: &Trial, wanted: Wanted) -> String {
    p.bed(TerminalRequest::Token(wanted)).await.out.remove(0)
}

async fn begun(state: &AppState, token: &str, path: &str) -> Response {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    http::router(state.clone()).oneshot(request.body(Body::empty()).unwrap()).await.unwrap()
}

async fn get(p: &Trial, token: &str, path: &str) -> (StatusCode, HeaderMap, Vec<u8>) {
    let (parts, body) = begun(&test_state(&p.app), token, path).await.into_parts();
    (parts.status, parts.headers, axum::body::to_bytes(body, 1 << 24).await.unwrap().to_vec())
}

fn case(p: &Trial, nr: &str) -> Uuid {
    p.app.projections().cards_for(nr).next().unwrap().id
}

async fn told(p: &Trial, nr: &str) -> Vec<Opslag> {
    let today = p.app.clock.today();
    p.app.opslag.about(nr, today, today, 10).await.unwrap().all
}

/// The bundle is the one that the programs check, and who is in it can see that it was fetched, and by whom.
#[tokio::test]
async fn bundles_are_fetched_by_the_api_and_hold() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let of_one = format!("/api/v1/revision/forloeb/{}/bundt", case(&p, "1005"));
    for (count, path) in [(1, BUNDLE), (2, &*of_one)] {
        let (status, heads, bytes) = get(&p, &revisor, path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        assert_eq!(heads[header::CONTENT_TYPE], "application/octet-stream", "{path}");
        assert!(heads[header::CONTENT_DISPOSITION].to_str().unwrap().ends_with(".bundt\""), "{path}");
        let found = bundle::verify(&*bytes, |_, _| {}).unwrap();
        assert_eq!(found.tree.head, p.app.log.head(), "{path}");
        assert_eq!(found.log_head.only.is_some(), path == of_one);
        let told = told(&p, "1005").await;
        assert_eq!((told.len(), told[0].reader.navn.as_deref()), (count, Some("revisionen")), "{path}");
        assert_eq!(get(&p, &hr, path).await.0, StatusCode::FORBIDDEN, "{path}");
    }
    let unknown = format!("/api/v1/revision/forloeb/{}/bundt", Uuid::nil());
    assert_eq!(get(&p, &revisor, &unknown).await.0, StatusCode::NOT_FOUND);
}

/// Two at a time, from the page and by the API together; who comes then is told when to try again.
#[tokio::test]
async fn two_bundles_are_fetched_at_a_time_wherever_from() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let state = test_state(&p.app);
    let (on_the_page, by_the_api) = (state.bundles.whole_log(&p.app).await, begun(&state, &revisor, BUNDLE).await);
    assert_eq!((on_the_page.as_ref().unwrap().status(), by_the_api.status()), (StatusCode::OK, StatusCode::OK));
    let third = begun(&state, &revisor, BUNDLE).await;
    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(third.headers().contains_key(header::RETRY_AFTER));
    let said = axum::body::to_bytes(third.into_body(), 1 << 16).await.unwrap();
    assert_eq!(serde_json::from_slice::<Value>(&said).unwrap()["kode"], "travlt");
    drop(on_the_page);
    assert_eq!(begun(&state, &revisor, BUNDLE).await.status(), StatusCode::OK);
}

/// Whoever reckons for themself comes from the event's commit to the root that is sealed.
#[tokio::test]
async fn the_proof_of_an_event_leads_to_the_root_that_is_sealed() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let id = case(&p, "1005");
    let path = format!("/api/v1/revision/forloeb/{id}/bevis");
    let (_, _, history) = ask(&p, &revisor, &format!("/api/v1/forloeb/{id}/historik"), None).await;
    let history = history.as_array().unwrap();
    let (status, _, newest) = ask(&p, &revisor, &path, None).await;
    assert_eq!((status, &newest["position"]), (StatusCode::OK, &history.last().unwrap()["position"]), "{newest}");
    let registered = history.iter().find(|one| one["type"] == "FravaerRegistreret").unwrap();
    let key = p.app.seal().await.unwrap().public();
    for event in [history.last().unwrap(), registered] {
        let (_, _, proof) = ask(&p, &revisor, &format!("{path}?position={}", event["position"]), None).await;
        for same in ["position", "type", "version", "hash"] {
            assert_eq!(proof[same], event[same], "{same}: {proof}");
        }
        let hash = |name: &str| proof[name].as_str().unwrap().parse::<Hash>().unwrap();
        let position = proof["position"].as_u64().unwrap();
        let written = proof["foerste_position"].as_u64().unwrap()..=proof["sidste_position"].as_u64().unwrap();
        assert!(written.contains(&position), "{proof}");
        assert_eq!(chain(hash("foer"), hash("krop_hash")), hash("hash"));
        let steps: Vec<Hash> =
            proof["sti"].as_array().unwrap().iter().map(|h| h.as_str().unwrap().parse().unwrap()).collect();
        let (leaf, commits) = (proof["blad"].as_u64().unwrap(), proof["skrivninger"].as_u64().unwrap());
        let root = merkle::proven_root(merkle::leaf(&hash("hash").0), leaf, commits, &steps);
        assert_eq!((root, &proof["passer"]), (Some(hash("rod")), &json!(true)));
        let sealed = seal::open(proof["segl"].as_str().unwrap(), &key).unwrap();
        assert_eq!((sealed.root, sealed.commits, sealed.head), (hash("rod"), commits, p.app.log.head()));
    }
    assert_eq!(told(&p, "1005").await[0].content, Content::Forloeb, "it is a look-up");
    for (query, status) in [
        ("?position=1", StatusCode::NOT_FOUND), // of somebody else
        ("?position=x", StatusCode::UNPROCESSABLE_ENTITY),
        ("?side=1", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        assert_eq!(ask(&p, &revisor, &format!("{path}{query}"), None).await.0, status, "{query}");
    }
    assert_eq!(ask(&p, &hr, &path, None).await.0, StatusCode::FORBIDDEN);
}

/// When, in which role and what for, and never who; what they read of themself is no look-up of others.
#[tokio::test]
async fn an_employee_reads_by_the_api_who_looked_them_up() {
    const PATH: &str = "/api/v1/mig/opslag";
    let p = Trial::small().await;
    let own = token(&p, Wanted::of("1005", Rolle::Medarbejder)).await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let id = case(&p, "1005");
    let one = format!("/api/v1/forloeb/{id}");
    for token in [&hr, &own] {
        assert_eq!(ask(&p, token, &one, None).await.0, StatusCode::OK);
    }
    let by = Aktoer::new(Rolle::Hr, None);
    p.app.registrer_opslag("1005", id, Opslagsformaal::AnmeldelseArk, &by).await.unwrap();
    let (status, heads, page) = ask(&p, &own, PATH, None).await;
    assert_eq!((status, next(&heads)), (StatusCode::OK, None));
    let at = "2026-11-20T07:00:00Z";
    let expected = json!({
        "opslag": [
            { "tidspunkt": at, "rolle": "hr", "formaal": { "art": "hr" }, "indhold": "forloeb", "forloeb": id },
        ],
        "cpr": [
            { "tidspunkt": at, "rolle": "hr", "forloeb": id,
                "formaal": "så navn og CPR-nummer for at anmelde fraværet i NemRefusion" },
        ],
        "flere": false,
    });
    assert_eq!(page, expected);
    // Five hundred more: the oldest comes on a page of its own.
    let mut noted = JoinSet::new();
    for _ in 0..500 {
        let (app, reader) = (p.app.clone(), by.clone());
        noted.spawn(async move {
            let (time, about) = (app.clock.now(), vec!["1005".to_owned()]);
            let (formaal, content) = (Formaal::Hr, Content::Frister);
            let opslag = Opslag { time, reader, formaal, content, about, forloeb: Some(id), version: None };
            app.opslag.note(opslag).await.unwrap();
        });
    }
    while let Some(done) = noted.join_next().await {
        done.unwrap();
    }
    let (_, heads, first) = ask(&p, &own, PATH, None).await;
    // What they read of themself is counted, and not shown.
    assert_eq!((first["opslag"].as_array().unwrap().len(), &first["flere"]), (500, &json!(true)));
    let (_, heads, rest) = ask(&p, &own, &next(&heads).unwrap(), None).await;
    assert_eq!((&rest["opslag"], &rest["cpr"], next(&heads)), (&expected["opslag"], &json!([]), None));
    for wrong in ["?cursor=x", "?medarbejder_nr=1006"] {
        let answered = ask(&p, &own, &format!("{PATH}{wrong}"), None).await;
        assert_eq!(answered.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    assert_eq!(ask(&p, &hr, PATH, None).await.0, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_employee_takes_everything_about_themself_by_the_api() {
    const PATH: &str = "/api/v1/mig/indsigt";
    let p = Trial::small().await;
    let own = token(&p, Wanted::of("1005", Rolle::Medarbejder)).await;
    let (status, heads, bytes) = get(&p, &own, PATH).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(heads[header::CONTENT_TYPE], "application/json");
    assert_eq!(heads[header::CONTENT_DISPOSITION], "attachment; filename=\"alt-om-mig.json\"");
    let insight: Value = serde_json::from_slice(&bytes).unwrap();
    let employments = insight["ansaettelser"].as_array().unwrap();
    assert_eq!((employments.len(), &employments[0]["medarbejder_nr"]), (1, &json!("1005")));
    assert_eq!(employments[0]["personoplysninger"]["navn"], "Jørn Bæk");
    let (status, heads, bytes) = get(&p, &own, &format!("{PATH}?format=tekst")).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(heads[header::CONTENT_TYPE], "text/plain; charset=utf-8");
    assert!(String::from_utf8(bytes).unwrap().contains("Jørn Bæk"));
    let noted = told(&p, "1005").await;
    assert_eq!(noted.len(), 1, "the same of one's own within the hour is one look-up");
    assert!(noted.iter().all(|one| one.content == Content::Insight && one.formaal == Formaal::Own), "{noted:?}");
    assert_eq!(get(&p, &own, &format!("{PATH}?format=xml")).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    let leder = token(&p, Wanted::of("1002", Rolle::Leder)).await;
    assert_eq!(get(&p, &leder, PATH).await.0, StatusCode::FORBIDDEN);
}

/// What cannot be noted is not taken.
#[tokio::test]
async fn nothing_is_taken_away_where_nothing_can_be_noted() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let own = token(&p, Wanted::of("1005", Rolle::Medarbejder)).await;
    std::fs::write(p.path().join(FOLDER), "in the way").unwrap();
    for (token, path) in [(&revisor, BUNDLE), (&own, "/api/v1/mig/indsigt")] {
        let (status, _, bytes) = get(&p, token, path).await;
        assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        let said: Value = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(said["kode"], "opslag_kan_ikke_noteres", "{path}");
    }
}
