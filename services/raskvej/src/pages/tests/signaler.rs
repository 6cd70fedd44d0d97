//! Frequent absence on its page, on Friday 6 February 2026: what is counted, and the way from a row to the talk about it.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::Arbejdsplads;

/// The row of somebody.
fn row<'a>(page: &'a str, name: &str) -> &'a str {
    let (_, row) = page.split_once(&format!(">{name}</a></h2>")).unwrap_or_else(|| panic!("no {name}: {page}"));
    row.split_once("</section>").unwrap().0
}

/// Where the talk about it is recorded.
fn talk(row: &str) -> &str {
    row.split_once("href=\"").unwrap_or_else(|| panic!("no way on: {row}")).1.split_once('"').unwrap().0
}

/// Bo was away for 32 days. The talk with him is recorded from his row by his leader, and then there is nothing more to say.
#[tokio::test]
async fn a_row_leads_to_the_talk_and_is_gone_when_it_was_held() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let page = leder.fetch("/signaler").await.tekst;
    let address = talk(row(&page, "Bo Berg"));
    let (asked, form) = address.split_once('#').unwrap();
    let (path, query) = asked.split_once('?').unwrap();
    assert_eq!((query, form), ("vis=opfoelgning", "f-opfoelgning"));
    let case = leder.fetch(asked).await.tekst;
    assert!(case.contains("class=\"goer-form\" id=\"f-opfoelgning\""), "the form is open: {case}");
    let answer = leder.send(&format!("{path}/opfoelgning"), "art=hyppigt_fravaer&dato=2026-02-06&udfald=holdt").await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.tekst);
    let page = leder.fetch("/signaler").await.tekst;
    assert!(!page.contains("Bo Berg") && page.contains("Registrér samtalen om det"), "only his is gone: {page}");
}

/// Ida was away on three Mondays, a day each: 1 December, 5 January and 2 February. The 90 days began on 9 November, the 180 on 11
/// August. Her newest forløb has no other follow-up, so it stands in the form which one it is.
#[tokio::test]
async fn single_days_and_weekdays_are_counted_and_hr_has_the_way_too() {
    let sted = Arbejdsplads::open().await;
    for day in ["2025-12-01", "2026-01-05", "2026-02-02"] {
        sted.absence("10003", day, day).await;
    }
    let (leder, hr) = (sted.acting_as(Rolle::Leder).await, sted.acting_as(Rolle::Hr).await);
    for page in [leder.fetch("/signaler").await.tekst, hr.fetch("/signaler?enhed=E101").await.tekst] {
        let row = row(&page, "Ida Iversen");
        for counted in [
            "3 fraværsperioder på én dag, der begyndte fra 9.11.2025 til 6.2.2026; grænsen er 3",
            "3 fraværsperioder fra en mandag, der begyndte fra 11.8.2025 til 6.2.2026; grænsen er 3",
            "1.12.2025, 5.1.2026, 2.2.2026",
        ] {
            assert!(row.contains(counted), "{counted}: {row}");
        }
        let asked = talk(row).split_once('#').unwrap().0;
        for visit in [&leder, &hr] {
            let case = visit.fetch(asked).await.tekst;
            let (_, form) = case.split_once("id=\"f-opfoelgning\"").expect("the form");
            assert!(form.contains("value=\"hyppigt_fravaer\" checked"), "{form}");
        }
    }
}
