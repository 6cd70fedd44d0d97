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

pub(super) async fn token(p: &Trial, wanted: Wanted) -> String {
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
    all.into_iter().filter(|o| o.forloeb.is_some()).collect()
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
    let on_list = by_name.iter().find(|o| o["indhold"] == "hele_forloeb").unwrap();
    assert_eq!(on_list["antal_om"].as_u64(), u64::try_from(numbers.len()).ok());
    assert_eq!(found("rolle=hr").await, by_name);
    assert_eq!(found("rolle=hr&laest_af=revisionen").await, Vec::<serde_json::Value>::new());
    let by_revisor = found(&format!("medarbejder_nr={nr}&rolle=revisor")).await;
    let of = |content: &str| by_revisor.iter().filter(|o| o["indhold"] == content).count();
    assert_eq!((of("forloeb"), of("opslag"), by_revisor.len()), (3, 1, 4), "to search look-ups is one: {by_revisor:?}");
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

/// Everything about an employee today: by whom, what, and what for.
async fn noted(p: &Trial, nr: &str) -> Vec<Opslag> {
    let today = p.app.clock.today();
    p.app.opslag.about(nr, today, today, 1000).await.unwrap().all
}

/// After a list on the same day the log, a search, and another purpose are still look-ups of their own.
#[tokio::test]
async fn an_auditor_is_noted_for_what_they_read_and_for_each_purpose() {
    let p = Trial::small().await;
    let revisor = token(&p, Wanted::called("revisionen", Rolle::Revisor)).await;
    let list = "/api/v1/revision/tilstand?kendt=2026-11-20T08:00:00%2B01:00";
    assert_eq!(get(&p, &revisor, list, Some("sag 1")).await.0, StatusCode::OK);
    for said in ["sag 1", "sag 1", "sag 2"] {
        for path in ["/api/v1/revision/haendelser?antal=10000", "/api/v1/personer?q=1005"] {
            assert_eq!(get(&p, &revisor, path, Some(said)).await.0, StatusCode::OK, "{path}");
        }
    }
    let all = noted(&p, "1005").await;
    for content in [Content::Log, Content::Search] {
        let mut said: Vec<_> = all.iter().filter(|o| o.content == content).map(|o| o.formaal.name()).collect();
        said.sort_unstable();
        assert_eq!(said, ["sag 1", "sag 2"], "{content:?}");
    }
}

/// Two offices read the same list; each is found by the name of its token.
#[tokio::test]
async fn each_office_that_reads_a_list_is_noted() {
    let p = Trial::small().await;
    for navn in ["Løn", "Personale", "Løn"] {
        let office = token(&p, Wanted::called(navn, Rolle::Hr)).await;
        for _ in 0..2 {
            assert_eq!(get(&p, &office, "/api/v1/forloeb", None).await.0, StatusCode::OK);
        }
    }
    let mut names: Vec<_> = noted(&p, "1005").await.into_iter().filter_map(|o| o.reader.navn).collect();
    names.sort();
    assert_eq!(names, ["Løn", "Løn", "Personale"], "two tokens have one name");
}

/// An employee may read their own as often as they like: it is noted once an hour.
#[tokio::test]
async fn an_employee_who_reads_their_own_again_and_again_is_noted_once() {
    let p = Trial::small().await;
    let own = token(&p, Wanted::of("1005", Rolle::Medarbejder)).await;
    let id = p.forloeb("1005").await.id;
    for _ in 0..20 {
        for path in ["", "/frister"] {
            assert_eq!(get(&p, &own, &format!("/api/v1/forloeb/{id}{path}"), None).await.0, StatusCode::OK, "{path}");
        }
    }
    let mut contents: Vec<_> = noted(&p, "1005").await.into_iter().map(|o| (o.formaal, o.content)).collect();
    contents.sort_by_key(|(_, content)| content.name());
    assert_eq!(contents, [(Formaal::Own, Content::Forloeb), (Formaal::Own, Content::Frister)]);
}

/// Why somebody may see a forløb tells that it is there, and whether it is open.
#[tokio::test]
async fn to_be_told_why_one_sees_a_forloeb_is_a_look_up() {
    let p = Trial::small().await;
    let id = p.forloeb("1005").await.id;
    let path = format!("/api/v1/adgang/{id}");
    for (wanted, seen) in [(Wanted::of("1008", Rolle::Leder), 0), (Wanted::of("1002", Rolle::Leder), 1)] {
        let leder = token(&p, wanted).await;
        assert_eq!(get(&p, &leder, &path, None).await.0, StatusCode::OK);
        let all = noted(&p, "1005").await;
        assert_eq!(all.iter().filter(|o| o.content == Content::Access).count(), seen, "{all:?}");
    }
}
