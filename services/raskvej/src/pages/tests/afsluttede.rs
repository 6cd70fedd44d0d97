//! What is over: a leader has theirs, whoever leads the employee now, and nobody else's; and it is one list, HR's and theirs.

use std::collections::BTreeSet;

use ::forloeb::Aktoer;
use ::forloeb::words::Rolle;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt;

use super::arbejdsplads::{Arbejdsplads, LEDER, OTHER_LEDER, ROLLER, state};
use crate::projections::TokenUdstedt;
use crate::token::fingerprint;

/// The forløb that stand on a list, in their order.
fn rows(page: &str) -> Vec<&str> {
    page.split("<tr id=\"r-").skip(1).map(|row| row.split('"').next().unwrap()).collect()
}

/// The last days of a list, in its order.
fn ends(page: &str) -> Vec<&str> {
    page.split("data-navn=\"Sidste fraværsdag\">").skip(1).map(|cell| cell.split('<').next().unwrap()).collect()
}

/// Three more of Maria Madsen's people were away in January, and nobody else's are over: HR and she have the same four rows.
#[tokio::test]
async fn hr_and_who_led_have_the_same_rows_in_the_same_order() {
    let sted = Arbejdsplads::open().await;
    for (nr, last) in [("40000", "2026-01-20"), ("40001", "2026-01-22"), ("40002", "2026-01-21")] {
        sted.ansaet(nr, &format!("Person {nr}"), LEDER, "E101").await;
        sted.absence(nr, "2026-01-12", last).await;
    }
    let hr = sted.acting_as(Rolle::Hr).await.fetch("/hr/afsluttede").await.tekst;
    let leder = sted.acting_as(Rolle::Leder).await.fetch("/afsluttede").await.tekst;
    assert_eq!(ends(&hr), ["5.2.2026", "22.1.2026", "21.1.2026", "20.1.2026"], "{hr}");
    assert_eq!((rows(&leder), ends(&leder)), (rows(&hr), ends(&hr)));
    for page in [&hr, &leder] {
        assert!(page.contains("4 forløb, viser 1–4. De senest afsluttede står først."), "{page}");
    }
    // Each is narrowed in its own way, and leads to itself.
    for (page, own, other) in
        [(&hr, ["leder", "enhed"], ["person", "aar"]), (&leder, ["person", "aar"], ["leder", "enhed"])]
    {
        let has = |filter: &str| page.contains(&format!("id=\"filter-{filter}\""));
        assert!(own.into_iter().all(has) && !other.into_iter().any(has), "{page}");
    }
    assert!(hr.contains("action=\"/hr/afsluttede\"") && leder.contains("action=\"/afsluttede\""));
}

/// 10011 was away from 5 January to 5 February under the leader 10001, and has the leader 20001 from Friday 6 February on. 10003 has
/// that one too, and was away on that Friday.
#[tokio::test]
async fn a_case_stays_with_who_led_when_it_ended() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let other = sted.as_nr(ROLLER.len()).await;
    assert!(leder.fetch("/").await.tekst.contains("href=\"/afsluttede\""), "it is reached from the work list");
    let before = leder.fetch("/afsluttede").await.tekst;
    assert!(before.contains("Bo Berg") && before.contains("1 forløb, viser 1–1."), "{before}");
    assert!(!before.contains("Ærlig") && !before.contains("Ole Olsen"), "who is away still, and others' people");
    let none = other.fetch("/afsluttede").await.tekst;
    assert!(none.contains("Ingen af de forløb, du kan se, sluttede i 2026.") && rows(&none).is_empty(), "{none}");

    for (nr, name) in [("10011", "Bo Berg"), ("10003", "Ida Iversen")] {
        sted.told(nr, name, |s| s.leder_nr = Some(OTHER_LEDER.into())).await;
    }
    let new = sted.absence("10003", "2026-02-06", "2026-02-06").await.to_string();
    let page = leder.fetch("/afsluttede").await.tekst;
    assert_eq!(rows(&page), rows(&before), "theirs still");
    assert!(!page.contains("Ida Iversen"), "{page}");
    let theirs = other.fetch("/afsluttede").await.tekst;
    assert_eq!(rows(&theirs), [new.as_str()]);
    assert!(!theirs.contains("Bo Berg"), "what was over before they led is not shown to them");

    // It is a look-up, and one goes on through the list and back to it.
    let day = sted.app.clock.today();
    let noted = sted.app.opslag.about("10011", day, day, 100).await.unwrap().all;
    assert!(noted.iter().any(|opslag| opslag.reader.nr.as_deref() == Some(LEDER)), "{noted:?}");
    let case = leder.fetch(&format!("/forloeb/{}", rows(&page)[0])).await.tekst;
    assert!(case.contains("Tilbage til </span>de afsluttede forløb") && case.contains("1 af 1"), "{case}");

    // Systems have the same by the list of forløb.
    for (token, nr, expected) in [("a", LEDER, rows(&page)), ("b", OTHER_LEDER, rows(&theirs))] {
        let issued = TokenUdstedt::new(fingerprint(token), Rolle::Leder, Some(nr.to_owned()));
        sted.app.registrer_token(&issued, &Aktoer::system("prøve")).await.unwrap();
        let request = Request::get("/api/v1/forloeb?status=afsluttet")
            .header(header::AUTHORIZATION, format!("Bearer {token}"))
            .body(Body::empty())
            .unwrap();
        let answer = crate::http::router(state(&sted.app)).oneshot(request).await.unwrap();
        let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        let list: Value = serde_json::from_slice(&bytes).unwrap();
        let ids: Vec<&str> = list["forloeb"].as_array().unwrap().iter().map(|f| f["id"].as_str().unwrap()).collect();
        assert_eq!(ids, expected, "{list}");
    }
}

/// Thirty who were away in January, one of them in November before too, and one who was away until Thursday 5 February.
#[tokio::test]
async fn what_is_over_is_found_by_year_and_by_employee_page_by_page() {
    let sted = Arbejdsplads::open().await;
    for n in 0..30 {
        let nr = format!("4{n:04}");
        sted.ansaet(&nr, &format!("Nr. {n}"), LEDER, "E101").await;
        sted.absence(&nr, "2026-01-12", &format!("2026-01-{}", 13 + n % 3)).await;
    }
    sted.absence("40000", "2025-11-03", "2025-11-07").await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let all = leder.fetch("/afsluttede").await.tekst;
    assert!(all.contains("31 forløb, viser 1–31."), "{all}");
    let expected = [vec!["5.2.2026"], vec!["15.1.2026"; 10], vec!["14.1.2026"; 10], vec!["13.1.2026"; 10]].concat();
    assert_eq!(ends(&all), expected, "the latest first");
    let first = leder.fetch("/afsluttede?antal=25").await.tekst;
    assert!(
        first.contains("viser 1–25.") && first.contains("href=\"/afsluttede?antal=25&#38;side=2\">Næste"),
        "{first}"
    );
    let rest = leder.fetch("/afsluttede?antal=25&side=2").await.tekst;
    assert!(rest.contains("viser 26–31.") && rest.contains(">Forrige</a>"), "{rest}");
    assert_eq!([rows(&first), rows(&rest)].concat(), rows(&all), "each once");
    assert_eq!(rows(&leder.fetch("/afsluttede?antal=25&side=99").await.tekst), rows(&rest));

    // An employee is chosen by name, and named by no number in the address.
    let (option, _) = all.split_once("\">Nr. 0 (1)</option>").unwrap();
    let id = option.rsplit('"').next().unwrap();
    assert!(uuid::Uuid::try_parse(id).is_ok(), "{id}");
    let one = leder.fetch(&format!("/afsluttede?person={id}")).await.tekst;
    assert!(rows(&one).len() == 1 && one.contains("Medarbejder: Nr. 0 <span"), "{one}");
    let before = leder.fetch(&format!("/afsluttede?person={id}&aar=2025")).await.tekst;
    assert!(rows(&before).len() == 1 && before.contains("7.11.2025") && before.contains("Sluttet i: 2025"), "{before}");
    assert!(all.contains("<option value=\"2025\">2025</option>"), "the years since anything ended: {all}");
    let ids: BTreeSet<&str> = rows(&before).into_iter().chain(rows(&all)).collect();
    assert_eq!(ids.len(), 32);
    for (query, said) in [
        (format!("person={}", uuid::Uuid::from_u128(7)), "Medarbejderen har ikke et forløb, der sluttede i 2026"),
        ("person=40000".to_owned(), "Medarbejderen har ikke et forløb, der sluttede i 2026"),
        ("aar=2024".to_owned(), "sluttede i 2024"),
        ("aar=2099&side=x".to_owned(), "31 forløb, viser 1–31."),
    ] {
        let page = leder.fetch(&format!("/afsluttede?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.tekst.contains(said), "{query}: {}", page.tekst);
    }
}
