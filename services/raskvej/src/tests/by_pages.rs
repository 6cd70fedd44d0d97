//! Lists of employees by pages: a page has what the one before left, wherever it is cut, and no address says whose it is. The day
//! is Friday 20 November 2026.

use axum::http::StatusCode;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};

use super::cursor::{ask, next};
use super::flytning::{HEAD, leader, line, takes_in};
use super::uenighed::{hr, loen};
use crate::import::{Intake, Whole};
use crate::projections::TokenUdstedt;
use crate::terminal::trial::{Trial, file};
use crate::token::fingerprint;

/// Everything of a list, one at a time, by the links alone; sorted, since each page has an order of its own.
async fn one_at_a_time(p: &Trial, token: &str, path: &str, list: &str) -> Vec<Value> {
    let (mut path, mut all) = (Some(path.to_owned()), Vec::new());
    for _ in 0..100 {
        let Some(at) = path.take() else { break };
        let (status, heads, page) = ask(p, token, &at, None).await;
        assert_eq!(status, StatusCode::OK, "{at}: {page}");
        let rows = if list.is_empty() { &page } else { &page[list] };
        assert!(rows.as_array().unwrap().len() <= 1, "{at}: {page}");
        all.extend(rows.as_array().unwrap().clone());
        path = next(&heads);
        // Employee numbers have four digits here; ids and days are longer, and what counts is shorter.
        let cursor = path.as_deref().and_then(|at| at.split("cursor=").nth(1)).unwrap_or_default();
        assert!(cursor.split('_').all(|piece| piece.len() != 4), "{path:?}");
    }
    assert_eq!(path, None, "it comes to an end");
    sorted(all)
}

fn sorted(mut all: Vec<Value>) -> Vec<Value> {
    all.sort_by_key(Value::to_string);
    all
}

/// The lines of a file that are about none of these.
fn without(name: &str, left_out: &[&str]) -> String {
    let text = String::from_utf8(file(name)).unwrap();
    let about = |line: &str, nr: &str| line.starts_with(&format!("{nr};")) || line.contains(&format!(";{nr};sygdom;"));
    let kept = text.lines().filter(|line| left_out.iter().all(|nr| !about(line, nr)));
    kept.map(|line| format!("{line}\n")).collect()
}

/// Of payroll 1009 and 1010 are gone, and the absences of 1002, 1006 and 1009: what is gone is asked about, one after the other.
#[tokio::test]
async fn what_payroll_has_no_more_comes_by_pages() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    let aktoer = Aktoer::system("import");
    let whole = Whole { fra: None, udfoer: false, mange: true };
    let intake = || Intake::new(&p.app, &aktoer).whole(whole);
    let absences = intake().fravaer(without("fravaer.csv", &["1002", "1006", "1009"]), &|_, _| {}).await.unwrap();
    let people = intake().medarbejdere(without("medarbejdere.csv", &["1009", "1010"]), &|_, _| {}).await.unwrap();
    assert_eq!((absences.error, people.error), (vec![], vec![]));
    let (_, heads, whole) = ask(&p, &token, "/api/v1/forsvundne", None).await;
    let rows = whole["forsvundne"].as_array().unwrap().clone();
    let gone: Vec<&str> = rows.iter().map(|one| one["hvad"].as_str().unwrap()).collect();
    assert_eq!(gone[..2], ["medarbejder", "medarbejder"], "employees first: {whole}");
    assert!(gone.len() >= 5 && gone[2..].iter().all(|what| *what == "fravaer"), "{whole}");
    assert_eq!((next(&heads), &whole["naeste"], &whole["antal"]), (None, &Value::Null, &json!(rows.len())));
    assert_eq!(one_at_a_time(&p, &token, "/api/v1/forsvundne?limit=1", "forsvundne").await, sorted(rows));
    for wrong in ["limit=0", "limit=501", "cursor=1009", "cursor=m_1009_0", "cursor=f_x", "fra=2026-01-01"] {
        let (status, _, answer) = ask(&p, &token, &format!("/api/v1/forsvundne?{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }
}

/// 1008 and 1010 have been away four times since August.
#[tokio::test]
async fn frequent_absence_comes_by_pages() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    let times = ["03-08-2026;04-08-2026", "07-09-2026;08-09-2026", "05-10-2026;06-10-2026"];
    for (n, days) in times.iter().enumerate() {
        loen(&p, &format!("x{n};1008;sygdom;{days};100\ny{n};1010;sygdom;{days};100\n")).await;
    }
    loen(&p, "x3;1008;sygdom;02-11-2026;03-11-2026;100\n").await;
    let (_, heads, whole) = ask(&p, &token, "/api/v1/signaler?enhed=E2", None).await;
    let rows = whole.as_array().unwrap().clone();
    let numbers: Vec<&str> = rows.iter().map(|one| one["medarbejder_nr"].as_str().unwrap()).collect();
    assert!(numbers.contains(&"1008") && numbers.contains(&"1010") && numbers.is_sorted(), "{whole}");
    assert_eq!(next(&heads), None);
    assert_eq!(one_at_a_time(&p, &token, "/api/v1/signaler?enhed=E2&limit=1", "").await, sorted(rows));
    for wrong in ["limit=501", "cursor=1008_0", "side=2"] {
        let (status, _, answer) = ask(&p, &token, &format!("/api/v1/signaler?enhed=E2&{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }
}

/// 2001, 2002 and 2003 left in 2019 and are due, of 1005 and 1006 nothing is erased, and two of the three are erased then.
#[tokio::test]
async fn each_list_of_retention_comes_by_pages() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    for nr in ["2001", "2002", "2003"] {
        let details = app::workplace::details(nr, "Kanin Fugl", "kanin@arbejde.example");
        p.ansat(nr, &details, |s| s.fratraadt = Some(app::workplace::day("2019-03-31"))).await;
    }
    for nr in ["1005", "1006"] {
        let hold = json!({ "medarbejder_nr": nr, "gaelder": true, "aarsag": "retssag" });
        assert_eq!(ask(&p, &token, "/api/v1/opbevaring/stop", Some(&hold)).await.0, StatusCode::OK);
    }
    let all_of = async |list: &str| {
        let (status, heads, whole) = ask(&p, &token, &format!("/api/v1/opbevaring?liste={list}"), None).await;
        assert_eq!((status, next(&heads)), (StatusCode::OK, None), "{whole}");
        let counts = ["udloebet", "sletningsstop", "slettet"].map(|one| whole[one].as_array().unwrap().len());
        assert_eq!(counts.iter().filter(|count| **count > 0).count(), 1, "one list at a time: {whole}");
        let path = format!("/api/v1/opbevaring?liste={list}&limit=1");
        let by_pages = one_at_a_time(&p, &token, &path, list).await;
        assert_eq!(by_pages, sorted(whole[list].as_array().unwrap().clone()));
        by_pages.len()
    };
    assert_eq!((all_of("udloebet").await, all_of("sletningsstop").await), (3, 2));
    // Without a list the first of each are there, and are told to be the first.
    let (_, heads, first) = ask(&p, &token, "/api/v1/opbevaring?limit=1", None).await;
    assert_eq!((&first["flere_udloebet"], &first["flere_sletningsstop"]), (&json!(true), &json!(true)), "{first}");
    assert_eq!((next(&heads), &first["flere_slettet"]), (None, &json!(false)));
    for nr in ["2001", "2003"] {
        let body = json!({ "medarbejder_nr": nr, "bekraeft": true });
        assert_eq!(ask(&p, &token, "/api/v1/opbevaring/sletning", Some(&body)).await.0, StatusCode::OK);
    }
    assert_eq!((all_of("udloebet").await, all_of("slettet").await), (1, 2));
    for wrong in ["liste=alt", "cursor=2019-03-31_x", "liste=udloebet&cursor=2001", "limit=201", "side=1"] {
        let (status, _, answer) = ask(&p, &token, &format!("/api/v1/opbevaring?{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }
}

/// 501 people of one unit have been away since 2 November, 19 days on the 20th, which is a signal. Who says nothing of pages gets all of
/// them, from the list of what was open and from that of frequent absence; who does gets 500 and where the last one is. The auditor
/// said no purpose, so that reading is an unusual one, and it names all 501; of one that is searched for the first hundred are named.
#[tokio::test]
async fn who_says_nothing_of_pages_gets_the_whole_list() {
    let p = Trial::empty().await;
    let numbers = || (1000..1501).map(|n| n.to_string());
    let lines = numbers().map(|nr| line(&nr, &format!("720368{nr}"), "9", "01-03-2015", ""));
    let people = format!("{HEAD}{}{}", leader("9", "7203680011"), lines.collect::<String>());
    let away: String = numbers().map(|nr| format!("x{nr};{nr};sygdom;02-11-2026;;100\n")).collect();
    takes_in(&p, false, &people, &away).await;
    let hr = hr(&p).await;
    let revisor = TokenUdstedt::new(fingerprint("revisor"), Rolle::Revisor, None);
    p.app.registrer_token(&revisor, &Aktoer::system("prøve")).await.unwrap();
    let (tilstand, signaler) = ("/api/v1/revision/tilstand?", "/api/v1/signaler?enhed=E1&");
    for (token, path, list) in [("revisor", tilstand, "forloeb"), (hr.as_str(), signaler, "")] {
        let rows = async |query: &str| {
            let path = if query.starts_with('/') { query.to_owned() } else { format!("{path}{query}") };
            let (status, heads, page) = ask(&p, token, &path, None).await;
            assert_eq!(status, StatusCode::OK, "{path}: {page}");
            let rows = if list.is_empty() { page } else { page[list].clone() };
            (rows.as_array().unwrap().len(), next(&heads))
        };
        assert_eq!(rows("").await, (501, None), "{path}");
        let (first, onward) = rows("limit=500").await;
        assert_eq!(first, 500, "{path}");
        assert_eq!(rows(&onward.unwrap()).await, (1, None), "{path}");
    }
    // A place alone asks for pages too.
    let (_, heads, page) = ask(&p, "revisor", &format!("{tilstand}cursor=0"), None).await;
    let count = page["forloeb"].as_array().unwrap().len();
    assert!((count, &page["naeste"]) == (500, &json!("500")) && next(&heads).is_some(), "{count}");

    let look_up = async |query: &str, expected: usize| {
        let (status, _, page) = ask(&p, "revisor", &format!("/api/v1/opslag?{query}"), None).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        let all = page["opslag"].as_array().unwrap();
        assert_eq!((all.len(), &page["flere"]), (expected, &json!(false)), "{query}");
        (all[0]["om"].as_array().unwrap().clone(), all[0]["antal_om"].clone())
    };
    // Who reads about whom something was read reads about them: the second finds the first, too.
    let (about, count) = look_up("usaedvanlige=ja", 1).await;
    assert_eq!((about, count), (numbers().map(Value::from).collect::<Vec<_>>(), json!(501)));
    let (about, count) = look_up("rolle=revisor", 2).await;
    assert_eq!((about.len(), count), (100, json!(501)));
}
