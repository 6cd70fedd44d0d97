//! What somebody writes in a session that has ended is not lost, and nobody else sees it.

use ::forloeb::words::Rolle;
use axum::http::StatusCode;
use chrono::TimeDelta;

use super::arbejdsplads::{Answer, Arbejdsplads};

const TYPED: &str =
    "dato=2026-02-06&form=telefon&kontaktperson_rolle=leder&taget_af=arbejdsplads&note=R%C3%A6d+og+%3Cb%3E";

async fn sends_too_late(sted: &Arbejdsplads, cookie: &str) -> Answer {
    let now = sted.session_clock.now();
    assert!(sted.session_clock.move_to(now + TimeDelta::hours(9)));
    sted.send("POST", &format!("/forloeb/{}/foerste-kontakt", sted.forloeb), TYPED, cookie).await
}

async fn logs_in(sted: &Arbejdsplads, person: usize, onward: &str, cookies: &str) -> Answer {
    let (_, search) = onward.split_once('?').unwrap_or_default();
    sted.send("POST", "/log-ind", &format!("person={person}&{search}"), cookies).await
}

#[tokio::test]
async fn a_form_sent_after_the_session_ended_is_shown_again_and_sent() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let answer = sends_too_late(&sted, &leder.cookie).await;
    assert_eq!((answer.status, answer.sted()), (StatusCode::SEE_OTHER, "/log-ind?videre=/log-ind/gemt"));
    assert!(!answer.sted().contains("telefon"), "nothing of it is in an address");
    let cookies = answer.cookies(&leder.cookie);
    let asked = sted.send("GET", answer.sted(), "", &cookies).await.tekst;
    assert!(asked.contains("Den er gemt i en halv time.") && asked.contains("role=\"status\""), "{asked}");
    let inside = logs_in(&sted, 0, answer.sted(), &cookies).await;
    assert_eq!(inside.sted(), "/log-ind/gemt");
    let cookies = inside.cookies(&cookies);
    let page = sted.send("GET", "/log-ind/gemt", "", &cookies).await;
    assert_eq!(page.status, StatusCode::OK);
    let escaped = page.tekst.contains("Ræd og &#60;b&#62;") && !page.tekst.contains("<b>");
    assert!(page.tekst.contains("ikke gemt endnu") && escaped, "{}", page.tekst);
    let path = format!("/forloeb/{}/foerste-kontakt", sted.forloeb);
    assert!(page.tekst.contains(&format!("action=\"{path}\"")));
    let f = async || sted.app.forloeb(sted.forloeb).await.unwrap().unwrap();
    assert!(f().await.kontakter.is_empty(), "nothing is done before it is sent");
    let sent = sted.send("POST", &path, TYPED, &cookies).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.tekst);
    assert_eq!(f().await.kontakter.len(), 1);
    assert_eq!(logs_in(&sted, 0, "/log-ind", &cookies).await.sted(), "/", "it has been sent");
}

#[tokio::test]
async fn somebody_else_and_another_role_see_nothing_of_it_and_neither_does_who_comes_too_late() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    let answer = sends_too_late(&sted, &leder.cookie).await;
    let cookies = answer.cookies(&leder.cookie);
    for other in [1, 5, 7] {
        let inside = logs_in(&sted, other, answer.sted(), &cookies).await;
        assert_eq!(inside.sted(), "/", "{other}");
        let page = sted.send("GET", "/log-ind/gemt", "", &inside.cookies(&cookies)).await;
        assert_eq!(page.sted(), "/", "{other}");
    }
    let now = sted.session_clock.now();
    assert!(sted.session_clock.move_to(now + TimeDelta::minutes(31)));
    assert_eq!(logs_in(&sted, 0, answer.sted(), &cookies).await.sted(), "/");
}

/// Who was never logged in, and who logged out, can make us keep nothing.
#[tokio::test]
async fn nothing_is_kept_of_strangers() {
    let sted = Arbejdsplads::open().await;
    let leder = sted.acting_as(Rolle::Leder).await;
    leder.send("/log-ud", "").await;
    for cookie in ["", "raskvej_session=AAAAAAAAAAAAAAAAAAAAAA", "raskvej_session=noget", &leder.cookie] {
        let answer = sends_too_late(&sted, cookie).await;
        assert_eq!(answer.sted(), "/log-ind?ud=usendt", "{cookie}");
        assert!(!answer.cookies("").contains("raskvej_skrevet"), "{cookie}");
    }
}
