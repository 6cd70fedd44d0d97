//! HR's page of the rules: policies, whom they are for, and what would be otherwise.

use ::forloeb::Aktoer;
use ::forloeb::regler::BUILT_IN;
use ::forloeb::words::Rolle;
use app::workplace::standing_still;
use axum::http::{StatusCode, header};

use super::arbejdsplads::{Answer, Arbejdsplads, SYG};

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
    for part in
        ["vores <span class", "Gælder for fravær, der begynder mandag den 9. februar 2026 eller senere, alle steder."]
    {
        assert!(page.tekst.contains(part), "{part}: {}", page.tekst);
    }
    let leder = sted.acting_as(Rolle::Leder).await;
    assert_eq!(leder.send("/hr/regler", tekst).await.status, StatusCode::FORBIDDEN);
}

/// A text as a form sends it.
fn typed(tekst: &str) -> String {
    format!("politik={}", doors::address::percent_encode(tekst))
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
    let whom = "kun enhed E101 Botilbud E101, E999 (ingen medarbejdere har koden), oven på det, der gælder alle";
    assert!(page.contains(whom) && page.contains("eller senere, alle steder."), "{page}");

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

/// The law of next year: a week less for the anmeldelse.
fn next_year() -> String {
    let begins = BUILT_IN[0].1.lines().find(|line| line.starts_with("gaelder_fra")).unwrap();
    let text =
        BUILT_IN[0].1.replacen(begins, "gaelder_fra = 2027-01-01", 1).replace("navn = \"standard\"", "navn = \"2027\"");
    text.replace("dage = 34, tilpas", "dage = 27, tilpas").replace("lovdag = { dage = 35 }", "lovdag = { dage = 28 }")
}

/// What somebody in HR, with this number, is answered who tries it.
async fn tries(sted: &Arbejdsplads, nr: Option<&str>, rest: &str) -> Answer {
    let token = crate::token::new_token().unwrap();
    let hash = crate::token::fingerprint(&token);
    let issued = crate::projections::TokenUdstedt::new(hash, Rolle::Hr, nr.map(str::to_owned));
    sted.app.registrer_token(&issued, &Aktoer::system("test")).await.unwrap();
    let answer = sted.send("POST", "/log-ind", &format!("token={token}"), "").await;
    let cookie = answer.heads[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
    sted.send("POST", "/hr/regler", &format!("{}&{rest}", typed(&next_year())), &cookie).await
}

/// The day is Friday 6 February 2026. Ill from Monday 5 January: as it is the anmeldelse is aimed at on 6 February, and
/// its last day is Monday the 9th; a week less gives Friday 30 January and Monday 2 February. From Monday 19 January: as it
/// is Friday 20 and Monday 23 February, and Friday the 13th and Monday the 16th.
#[tokio::test]
async fn next_years_rules_are_tried_on_what_has_been_and_the_forloeb_are_listed() {
    let clock = standing_still("2026-02-06T09:00:00Z");
    let sted = Arbejdsplads::with_hr(clock, false, Vec::new(), "20001=E102;20010=E102").await;
    let of_syg = "<td data-navn=\"Hvad\">Anmeldelse</td><td data-navn=\"Før\">mål 6. februar 2026, sidste dag 9. februar 2026</td>\
                  <td data-navn=\"Efter\">mål 30. januar 2026, sidste dag 2. februar 2026</td>";
    let of_foreign = "<td data-navn=\"Før\">mål 20. februar 2026, sidste dag 23. februar 2026</td>\
                      <td data-navn=\"Efter\">mål 13. februar 2026, sidste dag 16. februar 2026</td>";
    let link = |id| format!("<a href=\"/forloeb/{id}\">Fravær fra");
    let page = tries(&sted, None, "som_om=2025-12-01&hvad=proev").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.tekst);
    for part in ["3 forløb, der begyndte fra mandag den 1. december 2025", of_syg, of_foreign] {
        assert!(page.tekst.contains(part), "{part}: {}", page.tekst);
    }
    assert!(page.tekst.contains(&link(sted.forloeb)) && page.tekst.contains(&link(sted.foreign)));
    // The page after those of 5 January.
    let rest = format!("som_om=2025-12-01&efter=2026-01-05_{}&hvad=proev", uuid::Uuid::max());
    let page = tries(&sted, None, &rest).await.tekst;
    assert!(!page.contains(of_syg) && page.contains(of_foreign) && page.contains("3 forløb"), "{page}");
    // From a day after the first it holds for the second only.
    let page = tries(&sted, None, "som_om=2026-01-06&hvad=proev").await.tekst;
    assert!(
        page.contains("1 forløb, der begyndte fra") && page.contains(of_foreign) && !page.contains(of_syg),
        "{page}"
    );

    // Who works for E102 sees what is there, and is told no number of what is elsewhere; nobody sees their own.
    let page = tries(&sted, Some("20001"), "som_om=2025-12-01&hvad=proev").await.tekst;
    assert!(
        page.contains("1 forløb, der begyndte fra") && page.contains(of_foreign) && !page.contains("E101"),
        "{page}"
    );
    assert!(!page.contains("Fastsæt politikken"), "{page}");
    let own = tries(&sted, Some("20010"), "som_om=2025-12-01&hvad=proev").await.tekst;
    assert!(own.contains("0 forløb, der begyndte fra") && !own.contains(&link(sted.foreign)), "{own}");
    assert_eq!(tries(&sted, Some("20001"), "fra=2027-01-01&hvad=fastsaet").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_day_to_come_is_refused_and_who_comes_third_is_asked_to_come_again() {
    let sted = Arbejdsplads::open_as(false).await;
    let ahead = tries(&sted, None, "som_om=2026-02-07&hvad=proev").await;
    assert_eq!(ahead.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(ahead.tekst.contains("ikke ligger efter i dag") && ahead.tekst.contains("gaelder_fra = 2027-01-01"));
    let taken = [sted.app.what_if.now().unwrap(), sted.app.what_if.now().unwrap()];
    let busy = tries(&sted, None, "hvad=proev").await;
    assert_eq!(busy.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(busy.tekst.contains("Prøv igen om lidt") && busy.tekst.contains("gaelder_fra = 2027-01-01"));
    drop(taken);
    assert_eq!(tries(&sted, None, "hvad=proev").await.status, StatusCode::OK);
}

/// What a source says is told with it, and what was inferred from one with the day by which somebody is to check it.
#[tokio::test]
async fn every_rule_has_its_kilde_and_what_is_inferred_kontrolleres() {
    for (time, said) in [("2026-12-31T09:00:00Z", "kontrolleres"), ("2027-01-02T09:00:00Z", "skulle være kontrolleret")]
    {
        let sted = Arbejdsplads::on(standing_still(time), true).await;
        let page = sted.acting_as(Rolle::Hr).await.fetch("/hr/regler").await.tekst;
        let rate = format!(
            "<th scope=\"row\">Sats fra 5. januar 2026</th><td data-navn=\"Dage eller beløb\">højst 5.085\u{a0}kr. om ugen</td>\
             <td data-navn=\"Kilde\">Regnet ud af bekendtgørelse nr. 1342 af 2025 § 1 (8.898.750 kr. / 1.750)<br>\
             <strong>Udledt; {said} inden 31. december 2026</strong></td>"
        );
        assert!(page.contains(&rate), "{page}");
        assert!(!page.contains("Sats fra 6. januar 2025"), "a rate of the past is not asked about");
        let talk = "<th scope=\"row\">Sygefraværssamtale</th><td data-navn=\"Dage eller beløb\">mål arb. F+27, sidste dag F+28</td>";
        let row = page.split(talk).nth(1).and_then(|rest| rest.split("</tr>").next());
        assert!(row.is_some_and(|row| row.contains("§ 7 a") && !row.contains("Udledt")), "{row:?}");
    }
}
