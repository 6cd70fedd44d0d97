//! HR's page of the rules: policies, whom they are for, and what would be otherwise.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, SYG};

/// The day is 6 February 2026.
#[tokio::test]
async fn hr_tries_a_politik_and_lays_it_down() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let tekst = "politik=navn+%3D+%22vores%22%0Akontaktmodel+%3D+%5B1%2C+5%2C+14%5D";
    let answer = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-09&hvad=proev")).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert!(answer.tekst.contains("3 forløb") && answer.tekst.contains("Næste kontakt"), "{}", answer.tekst);
    let wrong = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-06&hvad=fastsaet")).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(wrong.tekst.contains("kontaktmodel = [1, 5, 14]"), "what was typed is still there");
    let done = hr.send("/hr/regler", &format!("{tekst}&fra=2026-02-09&hvad=fastsaet")).await;
    assert_eq!((done.status, done.sted()), (StatusCode::SEE_OTHER, "/hr/regler?ok=politik"));
    let page = hr.fetch("/hr/regler").await;
    assert!(page.tekst.contains("vores: for fravær fra mandag den 9. februar 2026"), "{}", page.tekst);
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.send("/hr/regler", tekst).await.status, StatusCode::FORBIDDEN);
}

/// A text as a form sends it.
fn typed(tekst: &str) -> String {
    format!("politik={}", super::super::parts::address::percent_encode(tekst))
}

/// The day is Friday 6 February 2026.
#[tokio::test]
async fn a_politik_of_a_unit_is_told_with_its_unit_and_beside_the_dates_it_decides() {
    let sted = Arbejdsplads::open().await;
    let hr = sted.acting_as(Rolle::Hr).await;
    let early = "[[maaldag]]\nfrist = \"samtale\"\ndag = 15\n";
    let of_enhed = format!("navn = \"botilbud\"\nenhed = [\"E101\", \"E999\"]\n{early}");
    let for_all = format!("navn = \"alle\"\n{}", early.replace("15", "20"));
    for tekst in [of_enhed, for_all] {
        let done = hr.send("/hr/regler", &format!("{}&fra=2026-02-07&hvad=fastsaet", typed(&tekst))).await;
        assert_eq!((done.status, done.sted()), (StatusCode::SEE_OTHER, "/hr/regler?ok=politik"));
    }
    let page = hr.fetch("/hr/regler").await.tekst;
    let whom = "Gælder kun enhed E101 Botilbud E101, E999 (ingen medarbejdere har koden), oven på det, der gælder alle";
    assert!(page.contains(whom) && page.contains("Gælder alle."), "{page}");

    // Monday 9 February: day 15 is Monday the 23rd, day 20 Saturday the 28th, aimed at on Friday the 27th.
    let (here, elsewhere) = (sted.away("10003", "2026-02-09").await, sted.away("20001", "2026-02-09").await);
    for (id, rules, aim, kilde) in [
        (here, "standard + alle + botilbud", "23. februar 2026", "politikken “botilbud”"),
        (elsewhere, "standard + alle", "27. februar 2026", "politikken “alle”"),
    ] {
        let page = hr.fetch(&format!("/forloeb/{id}")).await.tekst;
        let page = page.replace("&#34;", "\"");
        let kilde = kilde.replace(['“', '”'], "\"");
        assert!(
            page.contains(&format!("Regelsæt: {rules} (")) && page.contains(aim) && page.contains(&kilde),
            "{page}"
        );
    }
    let begun = hr.fetch(&format!("/forloeb/{}", sted.forloeb)).await.tekst;
    assert!(begun.contains("Regelsæt: standard ("), "what has begun keeps its rules, also of {SYG}");
}
