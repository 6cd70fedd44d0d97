//! What a page offers is what its reader may do, also those who read a case and change little of it. It is Friday 6 February 2026.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, NAME, SYG, TR};

/// Åse's case waits for the kommune until Thursday the 12th, and her plan has 12 hours a week where none are recorded. The leader
/// and HR put both right; who coordinates reads it and goes to the plan, and so does the auditor. On the lists of who coordinates no
/// task leads to a form that they may not send.
#[tokio::test]
async fn who_may_not_put_it_right_is_not_led_there() {
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    let leder = sted.acting_as(Rolle::Leder).await;
    let plan = format!("aftalt=Korte+dage&koordinator={TR}&trin-0-fra=2026-02-02&trin-0-timer=12");
    let made = leder.send_shown(&format!("{case}/plan"), &plan).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.tekst);
    let waits = leder.send(&format!("{case}/afventer"), "grund=kommunen&til=2026-02-12").await;
    assert_eq!(waits.status, StatusCode::SEE_OTHER, "{}", waits.tekst);
    for (rolle, may) in [(Rolle::Leder, true), (Rolle::Hr, true), (Rolle::Koordinator, false), (Rolle::Revisor, false)]
    {
        let page = sted.acting_as(rolle).await.fetch(&case).await.tekst;
        for said in ["Venter på kommunen til og med torsdag den 12. februar 2026.", "Planen siger 12 timer"] {
            assert!(page.contains(said), "{rolle}: {said}: {page}");
        }
        for link in ["href=\"#f-afventer\"", "href=\"#f-delvis\""] {
            assert_eq!(page.contains(link), may, "{rolle}: {link}");
        }
        assert!(page.contains(&format!("href=\"{case}/plan\"")), "{rolle}: {page}");
    }
    let koordinator = sted.acting_as(Rolle::Koordinator).await;
    let mut lists = String::new();
    for list in ["/", "/?vis=venter"] {
        lists += &koordinator.fetch(list).await.tekst;
    }
    assert!(lists.contains("hold sygefraværssamtalen") && lists.contains(&format!("<a href=\"{case}\">")), "{lists}");
    assert!(!lists.contains("vis=samtale"), "{lists}");
    let waiting = leder.fetch("/?vis=venter").await.tekst;
    assert!(waiting.contains(&format!("<a href=\"{case}?vis=samtale#f-samtale\">")), "{waiting}");
}

/// What came up in the contact is no matter of the AMR's, who knows of the cause by the employee's yes.
#[tokio::test]
async fn the_amr_does_not_read_what_came_up_in_the_contact() {
    const STEP: &str = "Der er brug for støtte";
    let sted = Arbejdsplads::open().await;
    let case = format!("/forloeb/{}", sted.forloeb);
    sted.told(SYG, NAME, |s| (s.tr_nr, s.amr_nr) = (Some("10003".to_owned()), Some(TR.to_owned()))).await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let contact = "dato=2026-02-04&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads&grunde=stoette";
    for (who, command, body) in [
        (&leder, "foerste-kontakt", contact),
        (&sted.acting_as(Rolle::Medarbejder).await, "arbejdsaarsag", "aarsag=arbejdspres&amr_maa_vide=ja"),
    ] {
        let answer = who.send(&format!("{case}/{command}"), body).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{command}: {}", answer.tekst);
    }
    assert!(leder.fetch(&case).await.tekst.contains(STEP));
    let page = sted.acting_as(Rolle::Kontaktperson).await.fetch(&case).await.tekst;
    assert!(page.contains("Årsagen er arbejdspres") && !page.contains(STEP), "{page}");
}
