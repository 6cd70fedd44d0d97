//! What the API tells about somebody is a look-up, by whoever was told and for what they said.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use chrono::TimeDelta;
use forloeb::Aktoer;
use forloeb::words::Rolle;
use tower::ServiceExt;
use uuid::Uuid;

use crate::http;
use crate::lookups::FORMAAL;
use crate::pages::test_state;
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;
use app::opslag::{Content, FOLDER, Formaal, Opslag};

async fn token(p: &Trial, wanted: Wanted) -> String {
    p.bed(TerminalRequest::Token(wanted)).await.out.remove(0)
}

async fn get(p: &Trial, token: &str, path: &str, formaal: Option<&str>) -> (StatusCode, String) {
    let request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    let request = formaal.into_iter().fold(request, |request, said| request.header(FORMAAL, said.as_bytes()));
    let answer = http::router(test_state(&p.app)).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 22).await.unwrap();
    (status, String::from_utf8(bytes.to_vec()).unwrap())
}

/// The look-ups of one forløb about an employee, the newest first.
async fn about(p: &Trial, nr: &str) -> Vec<Opslag> {
    let today = p.app.clock.today();
    let all = p.app.opslag.about(nr, today, today, 1000).await.unwrap().all;
    all.into_iter().filter(|o| o.content != Content::List).collect()
}

#[tokio::test]
async fn each_answer_of_the_api_about_a_forloeb_is_a_look_up_and_each_list_one() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    let (_, list) = get(&p, &hr, "/api/v1/forloeb?status=alle", None).await;
    let list: serde_json::Value = serde_json::from_str(&list).unwrap();
    let listed: Vec<_> = list["forloeb"].as_array().unwrap().iter().collect();
    assert!(listed.len() > 3);
    let today = p.app.clock.today();
    let (mut lists, mut on_it) = (0, 0);
    let each = p.app.opslag.each(today, today, |o| (lists, on_it) = (lists + 1, on_it + o.about.len()));
    each.await.unwrap();
    let numbers: std::collections::BTreeSet<_> = listed.iter().map(|f| f["medarbejder_nr"].as_str().unwrap()).collect();
    assert_eq!((lists, on_it), (1, numbers.len()), "a list is one look-up of all who stand on it");

    let (id, nr) = (listed[0]["id"].as_str().unwrap(), listed[0]["medarbejder_nr"].as_str().unwrap());
    for (path, content) in [
        ("", Content::Forloeb),
        ("/frister", Content::Frister),
        ("/paamindelser", Content::Paamindelser),
        ("/historik", Content::History),
        ("/refusion", Content::Refusion),
        ("/signaler", Content::Medarbejder),
    ] {
        let before = about(&p, nr).await.len();
        assert_eq!(get(&p, &hr, &format!("/api/v1/forloeb/{id}{path}"), None).await.0, StatusCode::OK, "{path}");
        let after = about(&p, nr).await;
        assert_eq!((after.len(), after[0].content, &after[0].formaal), (before + 1, content, &Formaal::Hr), "{path}");
        assert_eq!(after[0].reader.navn.as_deref(), Some("HR-kontoret"), "who came with a token is named");
    }
    let before = about(&p, nr).await.len();
    assert_eq!(get(&p, &hr, &format!("/api/v1/forloeb/{id}/tta-plan/7"), None).await.0, StatusCode::NOT_FOUND);
    assert_eq!(about(&p, nr).await.len(), before, "who was told nothing has looked nobody up");

    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    for (said, formaal) in [
        (Some("Stikprøve i november"), Formaal::Said { tekst: "Stikprøve i november".to_owned() }),
        (Some(" "), Formaal::Unsaid),
        (None, Formaal::Unsaid),
    ] {
        assert_eq!(get(&p, &revisor, &format!("/api/v1/forloeb/{id}"), said).await.0, StatusCode::OK);
        assert_eq!(about(&p, nr).await[0].formaal, formaal);
    }
    let (status, found) = get(&p, &hr, &format!("/api/v1/opslag?medarbejder_nr={nr}"), None).await;
    assert!(status == StatusCode::OK && found.contains("Stikprøve i november"), "{found}");
    // By who read, and in which role: the office's token has a name, and each list is told with how many stood on it.
    let found = async |query: &str| {
        let (status, found) = get(&p, &revisor, &format!("/api/v1/opslag?{query}"), None).await;
        assert_eq!(status, StatusCode::OK, "{query}: {found}");
        serde_json::from_str::<serde_json::Value>(&found).unwrap()["opslag"].as_array().unwrap().clone()
    };
    let by_name = found("laest_af=HR-kontoret").await;
    assert!(
        by_name.len() > 5 && by_name.iter().all(|o| o["navn"] == "HR-kontoret" && o["rolle"] == "hr"),
        "{by_name:?}"
    );
    let on_list = by_name.iter().find(|o| o["indhold"] == "liste").unwrap();
    assert_eq!(on_list["antal_om"].as_u64(), u64::try_from(numbers.len()).ok());
    assert_eq!(found("rolle=hr").await, by_name);
    assert_eq!(found("rolle=hr&laest_af=revisionen").await, Vec::<serde_json::Value>::new());
    assert_eq!(found(&format!("medarbejder_nr={nr}&rolle=revisor")).await.len(), 3);
    for wrong in ["rolle=chef", "laest_af=x&usaedvanlige=ja", "fra=2026-11-01"] {
        let (status, answer) = get(&p, &revisor, &format!("/api/v1/opslag?{wrong}"), None).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}: {answer}");
    }
    let (_, unusual) = get(&p, &revisor, "/api/v1/opslag?usaedvanlige=ja", None).await;
    assert!(unusual.contains("uden_formaal") && unusual.contains("uden_relation"), "{unusual}");
}

/// The office has read about 1005 501 times: the 500 newest, and by the link the oldest of them. No address says about whom or by whom,
/// but for what was asked, and what was a place before is none.
#[tokio::test]
async fn look_ups_by_who_read_come_by_pages_that_begin_where_the_one_before_ended() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let reader = Aktoer { navn: Some("kontoret".to_owned()), ..Aktoer::new(Rolle::Hr, None) };
    let (now, id) = (p.app.clock.now(), Uuid::from_u128(7));
    let read = |minutes: i64| Opslag {
        time: now - TimeDelta::minutes(minutes),
        reader: reader.clone(),
        formaal: Formaal::Hr,
        content: Content::Forloeb,
        about: vec!["1005".to_owned()],
        forloeb: Some(id),
        version: None,
    };
    p.app.opslag.note(read(60)).await.unwrap();
    let mut noted = tokio::task::JoinSet::new();
    for _ in 0..500 {
        let (app, opslag) = (p.app.clone(), read(5));
        noted.spawn(async move { app.opslag.note(opslag).await.unwrap() });
    }
    noted.join_all().await;
    for query in ["laest_af=kontoret", "medarbejder_nr=1005&laest_af=kontoret"] {
        let page = async |path: &str| {
            let (status, heads, page) = super::cursor::ask(&p, &revisor, path, None).await;
            assert_eq!(status, StatusCode::OK, "{page}");
            (page["opslag"].as_array().unwrap().clone(), page["flere"].clone(), super::cursor::next(&heads))
        };
        let (rows, more, next) = page(&format!("/api/v1/opslag?{query}")).await;
        let next = next.unwrap();
        assert_eq!((rows.len(), more), (500, true.into()), "{query}");
        assert!(rows.iter().all(|row| row["tidspunkt"] == rows[0]["tidspunkt"]), "the oldest is not among them");
        let cursor = next.split("cursor=").nth(1).unwrap();
        assert_eq!(cursor, "2026-11_1", "the month, and the first that was noted in it");
        let (rest, more, next) = page(&next).await;
        assert_eq!((rest.len(), more, next), (1, false.into(), None), "{query}");
        assert_ne!(rest[0]["tidspunkt"], rows[0]["tidspunkt"]);
        let wrong = get(&p, &revisor, &format!("/api/v1/opslag?{query}&cursor=500"), None).await;
        assert_eq!(wrong.0, StatusCode::UNPROCESSABLE_ENTITY, "{}", wrong.1);
    }
}

#[tokio::test]
async fn the_api_tells_nothing_where_nothing_can_be_noted() {
    let p = Trial::small().await;
    let hr = token(&p, Wanted::called("HR-kontoret", Rolle::Hr)).await;
    std::fs::write(p.path().join(FOLDER), "in the way").unwrap();
    let (status, answer) = get(&p, &hr, "/api/v1/forloeb?status=alle", None).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.contains("opslag_kan_ikke_noteres") && !answer.contains("medarbejder_nr"), "{answer}");
    assert_eq!(get(&p, &hr, "/api/v1/overblik", None).await.0, StatusCode::OK, "counts tell of nobody");
}
