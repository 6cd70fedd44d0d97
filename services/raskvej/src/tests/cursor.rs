//! Lists of the API by pages, with a link to the next one, and the versions that answers have. The day is Friday 20 November 2026.

use ::forloeb::Aktoer;
use ::forloeb::command::{Act, DomainCommand};
use ::forloeb::frister::assess;
use ::forloeb::haendelse::{Afgoerelse, Udfald};
use ::forloeb::paamindelser::planlagte;
use ::forloeb::words::Rolle;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::uenighed::{hr, loen};
use crate::http;
use crate::pages::test_state;
use crate::projections::TokenUdstedt;
use crate::terminal::trial::Trial;
use crate::token::fingerprint;

pub(super) async fn ask(p: &Trial, token: &str, path: &str, body: Option<&Value>) -> (StatusCode, HeaderMap, Value) {
    let request = Request::builder()
        .method(if body.is_some() { "POST" } else { "GET" })
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(body.map_or_else(Body::empty, |body| Body::from(body.to_string())))
        .unwrap();
    let (parts, body) = http::router(test_state(&p.app)).oneshot(request).await.unwrap().into_parts();
    let bytes = axum::body::to_bytes(body, 1 << 22).await.unwrap();
    (parts.status, parts.headers, serde_json::from_slice(&bytes).unwrap())
}

pub(super) fn next(heads: &HeaderMap) -> Option<String> {
    let link = heads.get(header::LINK)?.to_str().unwrap();
    Some(link.strip_prefix('<').unwrap().strip_suffix(">; rel=\"next\"").unwrap().to_owned())
}

#[tokio::test]
async fn disagreements_come_by_pages_and_no_address_says_whose_they_are() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    for (n, nr) in ["1001", "1003", "1008"].into_iter().enumerate() {
        loen(&p, &format!("x{n};{nr};sygdom;02-11-2026;;100\n")).await;
        let body = json!({ "medarbejder_nr": nr, "foerste_fravaersdag": "2026-11-04" });
        assert_eq!(ask(&p, &token, "/api/v1/forloeb", Some(&body)).await.0, StatusCode::CREATED, "{nr}");
    }
    let (_, heads, whole) = ask(&p, &token, "/api/v1/uenigheder", None).await;
    let whole = whole["uenigheder"].as_array().unwrap().clone();
    assert!(whole.len() >= 3 && next(&heads).is_none(), "{whole:?}");
    let (mut path, mut all) = (Some("/api/v1/uenigheder?limit=1".to_owned()), Vec::new());
    for _ in 0..100 {
        let Some(at) = path.take() else { break };
        assert!(["1001", "1003", "1008"].iter().all(|nr| !at.contains(nr)), "{at}");
        let (status, heads, page) = ask(&p, &token, &at, None).await;
        assert_eq!((status, &page["antal"]), (StatusCode::OK, &json!(whole.len())));
        all.extend(page["uenigheder"].as_array().unwrap().clone());
        path = next(&heads);
    }
    assert_eq!(all, whole);
    // Nobody has refused a mail here; what is asked for in another way is named.
    let (status, heads, none) = ask(&p, &token, "/api/v1/paamindelser/fejlede?limit=1", None).await;
    assert_eq!((status, next(&heads), none), (StatusCode::OK, None, json!([])));
    for path in [
        "uenigheder?limit=0",
        "uenigheder?cursor=2026",
        "paamindelser/fejlede?limit=501",
        "paamindelser/fejlede?cursor=x_y",
    ] {
        let (status, _, answer) = ask(&p, &token, &format!("/api/v1/{path}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{path}: {answer}");
    }
}

/// 1008 has been away four times since August, and refusion is asked for of nobody: the same as the pages have, and the list is a
/// look-up of who stands on it.
#[tokio::test]
async fn what_hr_reads_of_units_and_of_frequent_absence_systems_read_too() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    let times = ["03-08-2026;04-08-2026", "07-09-2026;08-09-2026", "05-10-2026;06-10-2026", "02-11-2026;03-11-2026"];
    for (n, days) in times.iter().enumerate() {
        loen(&p, &format!("x{n};1008;sygdom;{days};100\n")).await;
    }
    let (status, _, all) = ask(&p, &token, "/api/v1/signaler?enhed=E2", None).await;
    assert_eq!(status, StatusCode::OK, "{all}");
    let own = all.as_array().unwrap().iter().find(|one| one["medarbejder_nr"] == "1008").unwrap();
    assert_eq!(own["signaler"][0]["antal"], 4, "{own}");
    let id = crate::projections::registrering_of("x3");
    let (_, _, one) = ask(&p, &token, &format!("/api/v1/forloeb/{id}/signaler"), None).await;
    assert_eq!(own["signaler"], one, "as the forløb tells it");
    let day = p.app.clock.today();
    let noted = p.app.opslag.about("1008", day, day, 10).await.unwrap().all;
    assert!(noted.iter().any(|opslag| opslag.content == app::opslag::Content::List), "{noted:?}");
    assert_eq!(ask(&p, &token, "/api/v1/signaler", None).await.0, StatusCode::UNPROCESSABLE_ENTITY);

    let (status, _, units) = ask(&p, &token, "/api/v1/refusion", None).await;
    assert_eq!(status, StatusCode::OK, "{units}");
    let (_, _, overblik) = ask(&p, &token, "/api/v1/overblik", None).await;
    let sum = |names: &[&str]| -> i64 {
        let units = units["enheder"].as_array().unwrap().iter();
        units.flat_map(|unit| names.iter().map(|name| unit[*name].as_i64().unwrap())).sum()
    };
    assert_eq!(sum(&["i_fare_oere"]), overblik["i_fare_oere"].as_i64().unwrap());
    assert_eq!(sum(&["mistet_oere", "for_sent_anmodet_oere"]), overblik["mistet_oere"].as_i64().unwrap());
    assert!(sum(&["i_fare_oere", "mistet_oere", "kan_anmodes_oere"]) > 0, "{units}");
}

#[tokio::test]
async fn a_person_and_the_policies_have_the_version_they_are_read_in() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    let etag = async |path: &str| {
        let (status, heads, answer) = ask(&p, &token, path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {answer}");
        heads[header::ETAG].to_str().unwrap().to_owned()
    };
    let before = etag("/api/v1/personer/1008").await;
    assert_eq!(etag("/api/v1/personer/1008").await, before);
    loen(&p, "x1;1008;sygdom;02-11-2026;;100\n").await;
    assert_ne!(etag("/api/v1/personer/1008").await, before);
    assert_eq!(etag("/api/v1/politik").await, "\"0\"", "none was laid down");
}

/// 1005 has been away since 10 August: a reminder to the leader was sent and another was refused. HR reads of both, and tries a
/// policy; the auditor sees what was open before payroll's files came, and after.
#[tokio::test]
async fn what_hr_and_the_auditor_do_on_pages_systems_do_too() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    let id = p.app.projections().cards_for("1005").next().unwrap().id;
    let (f, book, today) = (p.app.forloeb(id).await.unwrap().unwrap(), p.app.book(), p.app.clock.today());
    let planned = planlagte(&f, &assess(&f, today, &book), today, &book);
    let sent = Udfald::Sendt { letter: "a@kommune.test".to_owned(), til: Some("1002".to_owned()) };
    let refused = Udfald::Fejlet { grund: "smtp_550".to_owned(), til: None };
    for (one, udfald) in planned.iter().zip([sent, refused]) {
        let act = Act::AfgoerPaamindelser(vec![Afgoerelse { key: one.key.clone(), dag: one.dag, udfald }]);
        let command = DomainCommand::Forloeb { id, if_version: None, act };
        p.app.execute("1005", &command, &Aktoer::system("paamindelser"), None).await.unwrap();
    }
    let mails = "/api/v1/paamindelser";
    let (status, _, all) = ask(&p, &token, &format!("{mails}?medarbejder_nr=1005"), None).await;
    assert_eq!(status, StatusCode::OK, "{all}");
    let told = |n: usize, field: &str| all[n][field].as_str();
    assert_eq!((told(0, "udfald"), told(0, "aarsag")), (Some("fejlet"), Some("smtp_550")), "{all}");
    assert_eq!((told(1, "udfald"), told(1, "modtager_nr")), (Some("sendt"), Some("1002")), "{all}");
    assert_eq!(all.as_array().unwrap().len(), 2, "{all}");
    let (mut path, mut by_pages) = (Some(format!("{mails}?limit=1")), Vec::new());
    for _ in 0..100 {
        let Some(at) = path.take() else { break };
        let (status, heads, page) = ask(&p, &token, &at, None).await;
        assert_eq!(status, StatusCode::OK, "{page}");
        by_pages.extend(page.as_array().unwrap().clone());
        path = next(&heads);
    }
    assert_eq!(json!(by_pages), all);
    let (_, _, one) = ask(&p, &token, &format!("{mails}?udfald=sendt"), None).await;
    assert_eq!(one, json!([all[1]]));
    for wrong in ["udfald=x", "fra=2026-02-01&til=2026-01-01", "limit=0", "cursor=x", "kendt=nu"] {
        let (status, _, answer) = ask(&p, &token, &format!("{mails}?{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }

    let head = p.app.log.head();
    let policy = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";
    let tried = json!({ "politik": policy, "som_om": "2026-08-01" });
    let (status, _, answer) = ask(&p, &token, "/api/v1/regler/proeve", Some(&tried)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (forloeb, different) = (answer["forloeb"].as_u64().unwrap(), answer["anderledes"].as_u64().unwrap());
    assert!(different > 0 && different <= forloeb, "{answer}");
    assert_eq!(p.app.log.head(), head, "nothing was laid down");
    for (wrong, field) in [
        (json!({ "politik": "x = 1" }), "politik"),
        (json!({ "politik": policy, "som_om": "2026-11-21" }), "som_om"),
        (json!({ "politik": policy, "efter": "x" }), "efter"),
    ] {
        let (status, _, answer) = ask(&p, &token, "/api/v1/regler/proeve", Some(&wrong)).await;
        assert_eq!(
            (status, &answer["felter"][0]["felt"]),
            (StatusCode::UNPROCESSABLE_ENTITY, &json!(field)),
            "{answer}"
        );
    }

    let revisor = TokenUdstedt::new(fingerprint("revisor"), Rolle::Revisor, None);
    p.app.registrer_token(&revisor, &Aktoer::system("prøve")).await.unwrap();
    let open = async |kendt: &str| {
        let (status, _, answer) = ask(&p, "revisor", &format!("/api/v1/revision/tilstand{kendt}"), None).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(answer["antal"], json!(answer["forloeb"].as_array().unwrap().len()));
        assert_eq!(answer["naeste"], Value::Null);
        answer
    };
    assert_eq!(open("?kendt=2026-11-20T07:59:00%2B01:00").await["antal"], 0);
    let now = open("").await;
    assert!(now["forloeb"].as_array().unwrap().iter().any(|one| one["id"] == json!(id)), "{now}");
    assert_eq!(open("?kendt=2030-01-01T00:00:00Z").await["kendt"], now["kendt"], "what is to come nobody knows");
    // One at a time they are the same ones, as known at the same time, whatever happens meanwhile.
    let then = now["kendt"].as_str().unwrap();
    let (mut path, mut all) = (Some(format!("/api/v1/revision/tilstand?kendt={then}&limit=1")), Vec::new());
    p.app.clock.move_to("2026-11-20T12:00:00Z".parse().unwrap());
    for n in 0..100 {
        let Some(at) = path.take() else { break };
        let (status, heads, page) = ask(&p, "revisor", &at, None).await;
        assert_eq!((status, &page["antal"], &page["kendt"]), (StatusCode::OK, &now["antal"], &now["kendt"]), "{at}");
        all.extend(page["forloeb"].as_array().unwrap().clone());
        path = next(&heads);
        let cursor = path.as_deref().and_then(|path| path.split("cursor=").nth(1));
        assert_eq!(page["naeste"].as_str(), cursor, "the answer says it as the link does");
        loen(&p, &format!("y{n};1003;sygdom;0{}-09-2026;0{}-09-2026;100\n", n % 9 + 1, n % 9 + 1)).await;
    }
    assert_eq!(&all, now["forloeb"].as_array().unwrap());
    for wrong in ["limit=501", "cursor=x"] {
        let (status, _, answer) = ask(&p, "revisor", &format!("/api/v1/revision/tilstand?{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }
}
