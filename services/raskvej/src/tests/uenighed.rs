//! What is told by hand and by payroll, through the doors: one forløb, what they disagree on, and the decision. The day is
//! Friday 20 November 2026.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::http;
use crate::import::{Intake, Report};
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

pub(super) async fn loen(p: &Trial, lines: &str) -> Report {
    let aktoer = Aktoer::system("import");
    let report = Intake::new(&p.app, &aktoer).fravaer(format!("{HEAD}{lines}"), &|_, _| {}).await.unwrap();
    assert_eq!(report.error, [], "{lines}");
    report
}

/// New, changed, known, and disagreed on.
fn counts(r: &Report) -> (u64, u64, u64, usize) {
    (r.created, r.changed, r.unchanged, r.disagreed.len())
}

pub(super) async fn hr(p: &Trial) -> String {
    let wanted = Wanted::called("HR-kontoret", Rolle::Hr);
    p.bed(TerminalRequest::Token(wanted)).await.out.remove(0)
}

pub(super) async fn ask(p: &Trial, token: &str, path: &str, body: Option<&Value>) -> (StatusCode, Value) {
    let request = Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn sygemeld(p: &Trial, token: &str, foerste: &str) -> (StatusCode, Value) {
    let body = json!({ "medarbejder_nr": "1008", "foerste_fravaersdag": foerste });
    ask(p, token, "/api/v1/forloeb", Some(&body)).await
}

async fn open(p: &Trial, token: &str) -> Vec<Value> {
    let (status, list) = ask(p, token, "/api/v1/uenigheder", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(list["antal"], list["uenigheder"].as_array().unwrap().len());
    list["uenigheder"].as_array().unwrap().clone()
}

async fn forloeb_count(p: &Trial) -> usize {
    p.app.loan("1008").await.unwrap().all().len()
}

#[tokio::test]
async fn in_either_order_there_is_one_forloeb_and_the_same_question() {
    for payroll_first in [true, false] {
        let p = Trial::small().await;
        let token = hr(&p).await;
        if payroll_first {
            assert_eq!(counts(&loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await), (1, 0, 0, 0));
            let (status, answer) = sygemeld(&p, &token, "2026-11-04").await;
            assert_eq!(status, StatusCode::CREATED, "{answer}");
            assert!(answer["advarsler"][0].as_str().unwrap().contains("lagt sammen"), "{answer}");
            assert_eq!(answer["foerste_fravaersdag"], "2026-11-02");
        } else {
            assert_eq!(sygemeld(&p, &token, "2026-11-04").await.0, StatusCode::CREATED);
            assert_eq!(counts(&loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await), (0, 1, 0, 1));
        }
        assert_eq!(forloeb_count(&p).await, 1);
        let head = p.app.log.head();
        let report = loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
        assert_eq!((counts(&report), p.app.log.head()), ((0, 0, 1, 1), head), "the same file again");
        assert_eq!((report.disagreed[0].line, report.disagreed[0].felt.as_str()), (2, "foerste_fravaersdag"));
        // After a start, and after a rebuild from the log, it is still there.
        let p = Trial::i(p.close().await).await;
        let found = open(&p, &token).await;
        assert_eq!(found.len(), 1);
        let said = |field: &str| found[0][field].as_str().unwrap().to_owned();
        assert_eq!(
            (said("loen"), said("person"), said("siden")),
            ("2026-11-02".into(), "2026-11-04".into(), "2026-11-20".into())
        );
        let path = format!("/api/v1/uenigheder/{}", said("id"));
        let (status, answer) =
            ask(&p, &token, &path, Some(&json!({"vaelg": "person", "begrundelse": "Var på arbejde"}))).await;
        assert_eq!((status, &answer["foerste_fravaersdag"]), (StatusCode::OK, &json!("2026-11-04")), "{answer}");
        assert_eq!(open(&p, &token).await, Vec::<Value>::new());
        let (status, again) = ask(&p, &token, &path, Some(&json!({"vaelg": "loen", "begrundelse": "Nej"}))).await;
        assert_eq!((status, &again["kode"]), (StatusCode::CONFLICT, &json!("uenighed_afgjort")));
        let head = p.app.log.head();
        let report = loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
        assert_eq!((counts(&report), p.app.log.head()), ((0, 0, 1, 0), head), "what was decided stays");
    }
}

#[tokio::test]
async fn a_raskmelding_stands_until_somebody_decides_for_payroll() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
    let id = crate::projections::registrering_of("1");
    let back = json!({ "sidste_fravaersdag": "2026-11-11" });
    assert_eq!(ask(&p, &token, &format!("/api/v1/forloeb/{id}/raskmelding"), Some(&back)).await.0, StatusCode::OK);
    assert_eq!(open(&p, &token).await.len(), 0);
    assert_eq!(counts(&loen(&p, "1;1008;sygdom;02-11-2026;13-11-2026;100\n").await), (0, 0, 1, 1));
    let head = p.app.log.head();
    for _ in 0..3 {
        assert_eq!(counts(&loen(&p, "1;1008;sygdom;02-11-2026;13-11-2026;100\n").await), (0, 0, 1, 1));
    }
    assert_eq!(p.app.log.head(), head, "no new one each night");
    let sidste = async || p.app.forloeb(id).await.unwrap().unwrap().sidste.map(|dag| dag.to_string());
    assert_eq!(sidste().await.as_deref(), Some("2026-11-11"));
    let found = open(&p, &token).await;
    assert_eq!((found.len(), &found[0]["gaelder"]), (1, &json!("2026-11-11")));
    let path = format!("/api/v1/uenigheder/{}", found[0]["id"].as_str().unwrap());
    for (body, wrong) in
        [(json!({"vaelg": "begge", "begrundelse": "x"}), "vaelg"), (json!({"vaelg": "loen"}), "begrundelse")]
    {
        let (status, answer) = ask(&p, &token, &path, Some(&body)).await;
        assert_eq!((status, &answer["felter"][0]["felt"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(wrong)));
    }
    let unknown = "/api/v1/uenigheder/0198f3a0-5c00-7000-8000-000000000001.sidste_fravaersdag.1";
    let body = json!({"vaelg": "loen", "begrundelse": "Lønkontoret har ringet"});
    assert_eq!(ask(&p, &token, unknown, Some(&body)).await.0, StatusCode::NOT_FOUND);
    let (status, answer) = ask(&p, &token, &path, Some(&body)).await;
    assert_eq!((status, &answer["sidste_fravaersdag"]), (StatusCode::OK, &json!("2026-11-13")));
    assert_eq!(open(&p, &token).await.len(), 0);
    // From then on what payroll says of it goes in.
    assert_eq!(counts(&loen(&p, "1;1008;sygdom;02-11-2026;16-11-2026;100\n").await), (0, 1, 0, 0));
    assert_eq!(sidste().await.as_deref(), Some("2026-11-16"));
}

/// The leader says sygdom, and all of the time; payroll arbejdsskade, and half of it. Both are asked about, by the names of the
/// columns, and each is decided.
#[tokio::test]
async fn a_cause_and_an_extent_are_asked_about_too() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    assert_eq!(sygemeld(&p, &token, "2026-11-02").await.0, StatusCode::CREATED);
    let file = "1;1008;arbejdsskade;02-11-2026;;50\n";
    let report = loen(&p, file).await;
    assert_eq!(counts(&report), (0, 1, 0, 2));
    assert!(report.warnings.iter().all(|warning| warning.felt != "omfang_pct"), "{:?}", report.warnings);
    let mut told: Vec<_> = report.disagreed.iter().map(|one| (one.line, one.felt.as_str())).collect();
    told.sort_unstable();
    assert_eq!(told, [(2, "aarsag"), (2, "omfang_pct")]);
    let p = Trial::i(p.close().await).await;
    let found = open(&p, &token).await;
    let said = |u: &Value| ["felt", "fra", "loen", "person", "gaelder"].map(|field| u[field].clone());
    let (day, half, whole) = (json!("2026-11-02"), json!(50), json!(100));
    let (injury, illness) = (json!("arbejdsskade"), json!("sygdom"));
    assert_eq!(
        found.iter().map(said).collect::<Vec<_>>(),
        [
            [json!("aarsag"), day.clone(), injury, illness.clone(), illness],
            [json!("omfang_pct"), day, half, whole.clone(), whole],
        ]
    );
    for u in &found {
        let path = format!("/api/v1/uenigheder/{}", u["id"].as_str().unwrap());
        let (status, answer) =
            ask(&p, &token, &path, Some(&json!({"vaelg": "loen", "begrundelse": "Lønkontoret"}))).await;
        assert_eq!((status, &answer["aarsag"]), (StatusCode::OK, &json!("arbejdsskade")), "{answer}");
    }
    assert_eq!(open(&p, &token).await, Vec::<Value>::new());
    let loan = p.app.loan("1008").await.unwrap();
    assert_eq!(loan.all()[0].perioder[0].omfang_pct.decimal(), 50.0);
    let head = p.app.log.head();
    assert_eq!((counts(&loen(&p, file).await), p.app.log.head()), ((0, 0, 1, 0), head), "what was decided stays");
}

/// A trial tells the same, and writes nothing.
#[tokio::test]
async fn a_trial_tells_what_would_be_disagreed_on() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    sygemeld(&p, &token, "2026-11-04").await;
    let (head, aktoer) = (p.app.log.head(), Aktoer::system("import"));
    let file = format!("{HEAD}1;1008;sygdom;02-11-2026;13-11-2026;100\n");
    let report = Intake::new(&p.app, &aktoer).on_trial().fravaer(file, &|_, _| {}).await.unwrap();
    assert_eq!((counts(&report), p.app.log.head()), ((0, 1, 0, 2), head));
}

/// The leader sees what it is, and that HR decides; nobody else's leader sees anything.
#[tokio::test]
async fn the_leader_sees_it_and_only_hr_decides() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    sygemeld(&p, &token, "2026-11-04").await;
    loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
    let leder = p.app.projections().stamdata("1008").and_then(|s| s.leder_nr.clone()).unwrap();
    let mut seen = Vec::new();
    for nr in [leder.as_str(), "1002"] {
        let leader = p.bed(TerminalRequest::Token(Wanted::of(nr, Rolle::Leder))).await.out.remove(0);
        let list = open(&p, &leader).await;
        seen.push(list.len());
        for u in list {
            let path = format!("/api/v1/uenigheder/{}", u["id"].as_str().unwrap());
            let (status, _) = ask(&p, &leader, &path, Some(&json!({"vaelg": "loen", "begrundelse": "x"}))).await;
            assert_eq!(status, StatusCode::FORBIDDEN);
        }
    }
    assert_eq!(seen, [1, 0]);
}
