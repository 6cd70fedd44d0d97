//! The statistic is the same on the page and in the API, and says no more in the one than in the other.

use ::forloeb::Aktoer;
use ::forloeb::words::Rolle;
use app::workplace::standing_still;
use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::arbejdsplads::{Arbejdsplads, LEDER, state};
use crate::access::User;
use crate::import::Intake;
use crate::projections::TokenUdstedt;
use crate::sentences::figure;
use crate::terminal::trial::file;
use crate::token::fingerprint;
use crate::views::statistics::Statistics;

const TOKEN: &str = "token-of-hr";

/// With the small workplace of `tests/data/small` beside the others, on Friday 20 November 2026, and five more people in E101 who
/// were away for three days in February.
async fn with_small() -> Arbejdsplads {
    let sted = Arbejdsplads::on(standing_still("2026-11-20T07:00:00Z"), true).await;
    let aktoer = Aktoer::system("import");
    let intake = || Intake::new(&sted.app, &aktoer);
    let people = intake().medarbejdere(file("medarbejdere.csv"), &|_, _| {}).await.unwrap();
    let absences = intake().fravaer(file("fravaer.csv"), &|_, _| {}).await.unwrap();
    assert_eq!((people.error, absences.error), (vec![], vec![]));
    for n in 0..5 {
        let nr = format!("4000{n}");
        sted.ansaet(&nr, &format!("Person {n}"), LEDER, "E101").await;
        sted.absence(&nr, "2026-02-02", "2026-02-04").await;
    }
    let token = TokenUdstedt::new(fingerprint(TOKEN), Rolle::Hr, None);
    sted.app.registrer_token(&token, &Aktoer::system("prøve")).await.unwrap();
    sted
}

async fn ask(sted: &Arbejdsplads, query: &str) -> (StatusCode, Value) {
    let request = Request::get(format!("/api/v1/statistik{query}"))
        .header(header::AUTHORIZATION, format!("Bearer {TOKEN}"))
        .body(Body::empty())
        .unwrap();
    let answer = crate::http::router(state(&sted.app)).oneshot(request).await.unwrap();
    let status = answer.status();
    let bytes = axum::body::to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

/// The cells of the row that begins with this.
fn cells<'a>(page: &'a str, head: &str) -> Vec<&'a str> {
    let row = page.split(&format!("<th scope=\"row\">{head}</th>")).nth(1).unwrap_or_default();
    let row = row.split("</tr>").next().unwrap_or_default();
    row.split("<td class=\"tal\">").skip(1).map(|cell| cell.split('<').next().unwrap()).collect()
}

/// What the page has where the API has this.
fn as_the_page(figures: &Value) -> Vec<String> {
    let counts = ["aabne", "afsluttede", "dage", "korte", "lange"].map(|name| figures[name].as_u64());
    let counts = counts.into_iter().map(|n| n.map_or_else(|| "skjult".to_owned(), figure));
    let on_time = figures["til_tiden"].as_array().unwrap().iter().map(|one| match one["pct"].as_u64() {
        Some(pct) => format!("{pct} %"),
        None if one["skjult"] == json!(true) => "skjult".to_owned(),
        None => "–".to_owned(),
    });
    counts.chain(on_time).collect()
}

/// The small workplace by hand. In E1 six people were away, on 161 days of the year: 1002 on 12, 1003 on 4, 1004 on 5, 1005 on 103
/// (22 in August, 30, 31 and 20), 1006 on 30 (3, 3 and 24) and 1007 on 7. In E2 five, on 147: 1009 on 6, 1010 on 19, 1011 on 34,
/// 1012 on 27 and 1013 on 61 (10, 31 and 20). In each three are away now, and in E1 four and in E2 three were back: all of that is
/// hidden. In E101 six are back and one is away, on 320 days (5 January to 20 November), 32 and five times 3; one of the six was
/// away for long. In E102 there is one.
#[tokio::test]
async fn the_api_has_the_numbers_of_the_page() {
    let sted = with_small().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let (status, year) = ask(&sted, "").await;
    assert_eq!(status, StatusCode::OK, "{year}");
    let enheder = year["enheder"].as_array().unwrap();
    let told: Vec<_> = enheder.iter().map(|one| [&one["enhed"], &one["afsluttede"], &one["dage"]]).collect();
    assert_eq!(
        json!(told),
        json!([["E1", null, 161], ["E101", 6, 367], ["E2", null, 147]]),
        "by code, and nothing of few people: {year}"
    );
    for one in enheder {
        assert_eq!([&one["aabne"], &one["korte"], &one["lange"]], [&Value::Null; 3], "{one}");
    }
    let total = &year["i_alt"];
    assert_eq!([&total["afsluttede"], &total["dage"], &total["aabne"]], [&json!(6), &json!(675), &Value::Null]);
    assert_eq!((&year["aar"], &year["skjulte_enheder"]), (&json!(2026), &json!(1)));

    for aar in [2026, 2025] {
        let page = hr.fetch(&format!("/hr/statistik?aar={aar}")).await.tekst;
        let (_, answer) = ask(&sted, &format!("?aar={aar}")).await;
        let enheder = answer["enheder"].as_array().unwrap();
        assert_eq!(enheder.len(), if aar == 2026 { 3 } else { 0 }, "{answer}");
        for one in enheder {
            assert_eq!(cells(&page, one["enhed_navn"].as_str().unwrap()), as_the_page(one), "{one}");
        }
        if !enheder.is_empty() {
            assert_eq!(cells(&page, "I alt uden det skjulte"), as_the_page(&answer["i_alt"]), "{answer}");
        }
    }

    let own = User::new(Rolle::Hr, None).narrowed_to(["E1".to_owned()]);
    let seen = Statistics::of(&sted.app, &own, 2026).await.unwrap();
    let codes: Vec<&str> = seen.enheder.iter().map(|one| one.enhed.as_str()).collect();
    assert_eq!((codes, seen.total.dage, seen.hidden), (vec!["E1"], Some(161), 0), "of other units there is no number");
    for wrong in ["?aar=1999", "?aar=2027", "?fra=2026-01-01", "?enhed=E1"] {
        assert_eq!(ask(&sted, wrong).await.0, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
}
