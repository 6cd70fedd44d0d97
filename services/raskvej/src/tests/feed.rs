//! The feed for other systems: what it tells, what it never tells, and that it can be gone on with.

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http;
use crate::pages::test_state;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use crate::terminal::{DONE, TerminalRequest};

async fn token(p: &Trial, wanted: Wanted) -> String {
    let answer = p.bed(TerminalRequest::Token(wanted)).await;
    assert_eq!(answer.code, DONE, "{answer:?}");
    answer.out[0].clone()
}

async fn send(
    p: &Trial,
    method: &str,
    token: Option<&str>,
    path: &str,
    body: &Value,
) -> (StatusCode, HeaderMap, String) {
    let mut request = Request::builder().method(method).uri(path).header(header::CONTENT_TYPE, "application/json");
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body.to_string())).unwrap();
    let (parts, body) = http::router(test_state(&p.app)).oneshot(request).await.unwrap().into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    (parts.status, parts.headers, String::from_utf8(bytes.to_vec()).unwrap())
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn a_system_is_told_what_happened_and_on_which_day_and_to_nobody() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("lønkontoret", Rolle::Hr)).await;
    let system = token(&p, Wanted::called("bi", Rolle::System)).await;
    let before = p.app.log.head().position;
    let post = async |path: &str, body: Value| {
        let (status, _, answer) = send(&p, "POST", Some(&hr), path, &body).await;
        assert!(status.is_success(), "{path}: {answer}");
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let sick = post("/api/v1/forloeb", json!({"medarbejder_nr": "1008", "foerste_fravaersdag": "2026-11-16"})).await;
    let forloeb = sick["id"].as_str().unwrap();
    let contact = json!({"dato": "2026-11-18", "form": "telefon", "kontaktperson_rolle": "leder", "taget_af": "arbejdsplads",
        "forventet_varighed": "under_8_uger", "arbejdsrelateret": true});
    post(&format!("/api/v1/forloeb/{forloeb}/foerste-kontakt"), contact).await;
    let meeting = json!({"tidspunkt": "2026-12-01T10:00:00+01:00", "sted": "Mødelokale Æblehaven", "deltagere": []});
    post(&format!("/api/v1/forloeb/{forloeb}/samtale-indkaldelse"), meeting).await;

    let path = format!("/api/v1/haendelser?fra={}", before + 1);
    let (status, heads, told) = send(&p, "GET", Some(&system), &path, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    assert_eq!(heads[header::CONTENT_TYPE], "application/x-ndjson");
    let events = lines(&told);
    let seen: Vec<_> = events.iter().map(|e| (e["type"].as_str().unwrap(), &e["data"])).collect();
    assert_eq!(
        seen,
        [
            ("dk.raskvej.FravaerRegistreret.v1", &json!({"fra": "2026-11-16"})),
            ("dk.raskvej.FoersteKontaktHoldt.v1", &json!({"dato": "2026-11-18"})),
            ("dk.raskvej.SamtaleIndkaldt.v1", &json!({"tidspunkt": "2026-12-01T10:00:00+01:00"})),
        ]
    );
    for event in &events {
        assert_eq!((&event["specversion"], &event["subject"]), (&json!("1.0"), &json!(forloeb)));
    }
    for word in ["1008", "Æblehaven", "telefon", "under_8_uger", "lønkontoret", "sygdom", "hr"] {
        assert!(!told.contains(word), "{word} in {told}");
    }

    // One position at a time comes to the same.
    let mut next = Some(format!("/api/v1/haendelser?fra={}&antal=1", before + 1));
    let mut steps = Vec::new();
    for _ in 0..100 {
        let Some(path) = next.take() else { break };
        let (status, heads, told) = send(&p, "GET", Some(&system), &path, &json!({})).await;
        assert_eq!(status, StatusCode::OK, "{told}");
        steps.extend(lines(&told));
        let link = heads.get(header::LINK).map(|link| link.to_str().unwrap().to_owned());
        next = link.map(|link| link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned());
    }
    assert_eq!(steps, events);
    // By type it is those of the type, also several, and what is no type is named.
    let of = |kinds: &[&str]| kinds.iter().map(|kind| format!("&type=dk.raskvej.{kind}.v1")).collect::<String>();
    let contact = format!("{path}{}", of(&["FoersteKontaktHoldt"]));
    assert_eq!(lines(&send(&p, "GET", Some(&system), &contact, &json!({})).await.2), events[1..2]);
    let two = format!("{path}&antal=1{}", of(&["FoersteKontaktHoldt", "SamtaleIndkaldt"]));
    let (_, heads, told) = send(&p, "GET", Some(&system), &two, &json!({})).await;
    assert_eq!(told, "", "the one position that was gone through is of another type");
    assert!(heads[header::LINK].to_str().unwrap().contains("type=dk.raskvej.SamtaleIndkaldt.v1"), "{heads:?}");
    let none = format!("{path}{}", of(&["Findesikke"]));
    assert_eq!(send(&p, "GET", Some(&system), &none, &json!({})).await.0, StatusCode::UNPROCESSABLE_ENTITY);
    // It is for systems, and nobody else.
    assert_eq!(send(&p, "GET", Some(&hr), &path, &json!({})).await.0, StatusCode::FORBIDDEN);
    assert_eq!(send(&p, "GET", None, &path, &json!({})).await.0, StatusCode::UNAUTHORIZED);
}

/// Every stored form of every event, told: only fields that its published schema has, and none that it demands is missing.
#[tokio::test]
async fn what_is_told_of_every_event_fits_its_published_schema() {
    let p = Trial::small().await;
    let (_, _, types) = send(&p, "GET", None, "/api/events", &json!({})).await;
    let types: Vec<Value> = serde_json::from_str(&types).unwrap();
    let mut published = BTreeSet::new();
    for of in &types {
        let (status, heads, schema) = send(&p, "GET", None, of["skema"].as_str().unwrap(), &json!({})).await;
        assert_eq!(
            (status, &heads[header::CONTENT_TYPE]),
            (StatusCode::OK, &"application/schema+json".parse().unwrap())
        );
        let schema: Value = serde_json::from_str(&schema).unwrap();
        assert_eq!((&schema["$id"], &schema["type"]), (&of["dataschema"], &json!("object")));
        published.insert(schema["title"].as_str().unwrap().to_owned());
        let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden");
        let name = schema["title"].as_str().unwrap();
        let mut found = 0;
        for form in 1..=9 {
            let Ok(body) = std::fs::read(golden.join(format!("{name}.{form}.json"))) else { break };
            let event = forloeb::form::read(name, form, &body).unwrap();
            let data = http::feed::told_of(&event).unwrap();
            let (fields, properties) = (data.as_object().unwrap(), &schema["properties"]);
            for field in fields.keys() {
                assert!(properties.get(field).is_some(), "{name}: {field}");
            }
            for field in schema["required"].as_array().into_iter().flatten() {
                assert!(fields.contains_key(field.as_str().unwrap()), "{name}: {field}");
            }
            found += 1;
        }
        assert!(found > 0, "{name} has no stored form");
    }
    assert_eq!(published.len(), types.len());
    assert_eq!(send(&p, "GET", None, "/api/events/StamdataRegistreret/1", &json!({})).await.0, StatusCode::NOT_FOUND);
    assert_eq!(send(&p, "GET", None, "/api/events/Raskmeldt/2", &json!({})).await.0, StatusCode::NOT_FOUND);
}

/// What is in the feed by being there at all would say why somebody is ill, how long it is thought to last, or what they said.
const SAYS_IT_BY_BEING_THERE: [&str; 16] = [
    "ArbejdsaarsagSagt",
    "ArbejdsskadeAnmeldt",
    "ArbejdsskadeUndtaget",
    "DispensationRegistreret",
    "FastTrackGodkendt",
    "FastholdelsesplanAnmodet",
    "FastholdelsesplanBesvaret",
    "ForanstaltningRegistreret",
    "LederBeholdt",
    "LederBestridt",
    "MulighedserklaeringRegistreret",
    "OenskerRegistreret",
    "OmsorgskollegaValgt",
    "Paragraf56Besvaret",
    "RefusionAnmodet",
    "VarighedRettet",
];

#[tokio::test]
async fn what_says_a_cause_or_a_word_by_being_there_is_not_told() {
    let p = Trial::small().await;
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden");
    for name in SAYS_IT_BY_BEING_THERE {
        let body = std::fs::read(golden.join(format!("{name}.1.json"))).unwrap();
        let event = forloeb::form::read(name, 1, &body).unwrap();
        assert_eq!(http::feed::told_of(&event), None, "{name}");
        let schema = send(&p, "GET", None, &format!("/api/events/{name}/1"), &json!({})).await;
        assert_eq!(schema.0, StatusCode::NOT_FOUND, "{name}");
    }
}

/// Two are away from the same day, and the same is done about both. One has a cause at work besides, and all that follows
/// from it: whoever reads the feed cannot tell which.
#[tokio::test]
async fn a_forloeb_with_a_cause_at_work_reads_as_one_without() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("lønkontoret", Rolle::Hr)).await;
    let system = token(&p, Wanted::called("bi", Rolle::System)).await;
    let before = p.app.log.head().position;
    let post = async |path: &str, body: Value| {
        let (status, _, answer) = send(&p, "POST", Some(&hr), path, &body).await;
        assert!(status.is_success(), "{path}: {answer}");
        serde_json::from_str::<Value>(&answer).unwrap()
    };
    let mut of_both = Vec::new();
    for (nr, aarsag) in [("1008", "sygdom"), ("1001", "arbejdsskade")] {
        let sick = json!({"medarbejder_nr": nr, "foerste_fravaersdag": "2026-11-16", "aarsag": aarsag});
        let id = post("/api/v1/forloeb", sick).await["id"].as_str().unwrap().to_owned();
        let at = |command: &str| format!("/api/v1/forloeb/{id}/{command}");
        let contact = json!({"dato": "2026-11-18", "form": "telefon", "kontaktperson_rolle": "leder", "taget_af": "arbejdsplads"});
        post(&at("foerste-kontakt"), contact).await;
        if aarsag == "arbejdsskade" {
            let said = json!({"dato": "2026-11-18", "aarsag": "vold", "arbejdsskade": "ja"});
            post(&at("arbejdsaarsag"), said).await;
            let done = json!({"dato": "2026-11-19", "tekst": "To på aftenvagten", "opfoelgning": "2026-12-14"});
            post(&at("foranstaltning"), done).await;
            post(&at("arbejdsskade"), json!({"udfald": "anmeldt", "dato": "2026-11-19"})).await;
        }
        post(&at("raskmelding"), json!({"sidste_fravaersdag": "2026-11-19"})).await;
        of_both.push(id);
    }
    let path = format!("/api/v1/haendelser?fra={}", before + 1);
    let (status, _, told) = send(&p, "GET", Some(&system), &path, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{told}");
    let events = lines(&told);
    let [without, with] = [&of_both[0], &of_both[1]].map(|id| {
        let of = events.iter().filter(|e| e["subject"] == json!(id));
        of.map(|e| (e["type"].clone(), e["data"].clone())).collect::<Vec<_>>()
    });
    assert_eq!(without.len(), 3, "{without:?}");
    assert_eq!(with, without);
    assert_eq!(events.len(), 6, "nothing else is told");
}
