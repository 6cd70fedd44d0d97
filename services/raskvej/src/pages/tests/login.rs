//! Logging in at a provider, over the router: who comes in, as what, and who does not.

use std::sync::Arc;

use ::forloeb::words::Rolle;
use app::workplace::standing_still;
use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::arbejdsplads::{Answer, Arbejdsplads, LEDER, SYG};
use crate::login::imitated::Imitated;

const NOW: &str = "2026-02-06T09:00:00Z";
const SESSION: &str = "__Host-raskvej_session=";

struct Place {
    sted: Arbejdsplads,
    provider: Arc<Imitated>,
}

impl Place {
    async fn open() -> Self {
        Self::with("").await
    }

    /// With more lines in the settings of the provider.
    async fn with(more: &str) -> Self {
        let provider = Imitated::start(NOW.parse().unwrap()).await;
        let away = Imitated::start(NOW.parse().unwrap()).await;
        away.says().status = StatusCode::BAD_GATEWAY;
        let both = vec![provider.settings("kommunen", more), away.settings("vaek", "")];
        Self { sted: Arbejdsplads::with(standing_still(NOW), false, both).await, provider }
    }

    /// Out to the provider and back, as somebody of whom it says this; with the cookies of the browser.
    async fn logs_in(&self, claims: Value, onward: &str, cookies: &str) -> (Answer, String) {
        self.provider.says().claims = claims;
        let out = self.sted.send("GET", &format!("/log-ind/kommunen{onward}"), "", cookies).await;
        assert_eq!(out.status, StatusCode::SEE_OTHER, "{}", out.tekst);
        let cookies = out.cookies(cookies);
        let (code, state) = self.provider.logs_in(out.sted());
        let path = format!("/log-ind/kommunen/svar?code={code}&state={state}");
        let back = self.sted.send("GET", &path, "", &cookies).await;
        let after = back.cookies(&cookies);
        assert!(!after.contains("raskvej_billet"), "the ticket is good for one way back");
        (back, after)
    }
}

#[tokio::test]
async fn the_page_offers_every_provider_and_one_that_is_away_says_so() {
    let place = Place::open().await;
    let page = place.sted.send("GET", "/log-ind?videre=/hr%3Fenhed%3DE101", "", "").await;
    assert!(page.tekst.contains("href=\"/log-ind/kommunen?videre=/hr%3Fenhed%3DE101\">Kommunens login</a>"));
    assert!(page.tekst.contains("<details><summary>Log ind med en adgangsnøgle</summary>"));
    let away = place.sted.send("GET", "/log-ind/vaek", "", "").await;
    assert_eq!(away.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(away.tekst.contains("svarer ikke lige nu"), "{}", away.tekst);
    assert_eq!(place.sted.send("GET", "/log-ind/ukendt", "", "").await.status, StatusCode::NOT_FOUND);
    let (inside, _) = place.logs_in(json!({}), "", "").await;
    assert_eq!((inside.status, inside.sted()), (StatusCode::SEE_OTHER, "/"));
}

#[tokio::test]
async fn a_leder_comes_to_their_page_and_sees_their_own() {
    let place = Place::open().await;
    let (back, cookies) = place.logs_in(json!({"nr": LEDER}), "?videre=/forloeb/ny%3Fx%3D1", "").await;
    assert_eq!(back.sted(), "/forloeb/ny?x=1");
    let set = back.heads.get_all(header::SET_COOKIE).iter().find(|h| h.to_str().unwrap().starts_with(SESSION));
    for part in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
        assert!(set.unwrap().to_str().unwrap().contains(part), "{set:?}");
    }
    let page = place.sted.send("GET", "/", "", &cookies).await.tekst;
    assert!(page.contains("Maria Madsen, leder") && page.contains("Åse Ærlig") && !page.contains("Ole Olsen"));
    assert!(!page.contains("Skift rolle"));
    // Payroll decides whose cases: a leader's role at the provider makes nobody a leader of anybody.
    let (_, cookies) = place.logs_in(json!({"nr": "10003", "sub": "s3"}), "", "").await;
    assert!(!place.sted.send("GET", "/", "", &cookies).await.tekst.contains("Åse Ærlig"));
    let path = format!("/forloeb/{}", place.sted.forloeb);
    assert_eq!(place.sted.send("GET", &path, "", &cookies).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_claim_of_enheder_narrows_what_a_role_reaches() {
    let place = Place::with("enheder = 'enheder'").await;
    let (foreign, own) = (format!("/forloeb/{}", place.sted.foreign), format!("/forloeb/{}", place.sted.forloeb));
    let (_, cookies) = place.logs_in(json!({"nr": LEDER, "roles": ["h"], "enheder": "E102"}), "", "").await;
    assert_eq!(place.sted.send("GET", &foreign, "", &cookies).await.status, StatusCode::OK);
    assert_eq!(place.sted.send("GET", &own, "", &cookies).await.status, StatusCode::NOT_FOUND);
    let list = place.sted.send("GET", "/hr", "", &cookies).await.tekst;
    assert!(list.contains("Ole Olsen") && !list.contains("Åse Ærlig"), "{list}");
    let (back, _) = place.logs_in(json!({"nr": LEDER, "roles": ["h"]}), "", "").await;
    assert!(back.tekst.contains("giver ingen rolle"), "without the claim it reaches nothing: {}", back.tekst);
}

#[tokio::test]
async fn who_has_several_roles_chooses_and_never_gets_more() {
    let place = Place::open().await;
    let claims = json!({"nr": LEDER, "roles": ["l", "m"]});
    let (back, cookies) = place.logs_in(claims, "?videre=/mig", "").await;
    assert_eq!(back.sted(), "/log-ind/rolle?videre=/mig");
    let early = place.sted.send("GET", "/mig", "", &cookies).await;
    assert_eq!(early.sted(), "/log-ind/rolle?videre=/mig", "no page before a role is chosen");
    let page = place.sted.send("GET", back.sted(), "", &cookies).await.tekst;
    assert!(
        page.contains("value=\"leder\"") && page.contains("value=\"medarbejder\"") && !page.contains("value=\"hr\"")
    );
    let choose = async |rolle: &str, cookies: &str| {
        place.sted.send("POST", "/log-ind/rolle", &format!("rolle={rolle}&videre=/mig"), cookies).await
    };
    assert_eq!(choose("hr", &cookies).await.status, StatusCode::FORBIDDEN);
    assert_eq!(choose("", &cookies).await.status, StatusCode::FORBIDDEN);
    let chosen = choose("medarbejder", &cookies).await;
    assert_eq!(chosen.sted(), "/mig");
    let before = cookies.clone();
    let cookies = chosen.cookies(&cookies);
    assert_eq!(place.sted.send("GET", "/mig", "", &before).await.sted(), "/log-ind?videre=/mig", "the id is another");
    let mig = place.sted.send("GET", "/mig", "", &cookies).await;
    assert!(mig.tekst.contains("href=\"/log-ind/rolle\">Skift rolle</a>"), "{}", mig.tekst);
    let changed = choose("leder", &cookies).await;
    let cookies = changed.cookies(&cookies);
    assert!(place.sted.send("GET", "/", "", &cookies).await.tekst.contains("Maria Madsen, leder"));
    assert_eq!(place.sted.sessions.list().len(), 1);
}

#[tokio::test]
async fn who_is_unknown_without_a_role_or_has_left_is_told() {
    let place = Place::open().await;
    let refused = async |claims: Value, words: &str| {
        let (back, cookies) = place.logs_in(claims, "", "").await;
        assert_eq!(back.status, StatusCode::FORBIDDEN, "{words}: {}", back.tekst);
        assert!(back.tekst.contains(words), "{}", back.tekst);
        assert!(!cookies.contains(SESSION), "{words}");
    };
    refused(json!({"nr": "4711"}), "som Raskvej ikke kender").await;
    refused(json!({"nr": null}), "siger ikke, hvilket medarbejdernummer").await;
    refused(json!({"nr": "10003", "sub": "s3", "roles": ["ukendt"]}), "giver ingen rolle").await;
    assert!(place.sted.sessions.list().is_empty());
}

#[tokio::test]
async fn a_login_that_comes_with_another_number_is_refused_until_it_is_forgotten() {
    let place = Place::open().await;
    let (back, _) = place.logs_in(json!({"nr": LEDER}), "", "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
    let (back, cookies) = place.logs_in(json!({"nr": SYG, "roles": ["m"]}), "", "").await;
    assert_eq!(back.status, StatusCode::FORBIDDEN);
    assert!(back.tekst.contains("hørt til et andet medarbejdernummer") && !cookies.contains(SESSION));
    assert_eq!(place.sted.sessions.untie(|nr| nr == LEDER).await.unwrap(), 1);
    let (back, _) = place.logs_in(json!({"nr": SYG, "roles": ["m"]}), "", "").await;
    assert_eq!(back.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_changed_role_holds_from_the_next_login_and_the_old_session_ends() {
    let place = Place::open().await;
    let (_, first) = place.logs_in(json!({"nr": LEDER, "roles": ["h"]}), "", "").await;
    assert_eq!(place.sted.send("GET", "/hr", "", &first).await.status, StatusCode::OK);
    let (_, second) = place.logs_in(json!({"nr": LEDER, "roles": ["l"]}), "", &first).await;
    assert_eq!(place.sted.send("GET", "/hr", "", &second).await.status, StatusCode::FORBIDDEN);
    assert_eq!(place.sted.send("GET", "/hr", "", &first).await.status, StatusCode::SEE_OTHER);
    assert_eq!(place.sted.sessions.list().len(), 1);
}

#[tokio::test]
async fn logging_out_ends_the_session_here_and_goes_on_to_the_provider() {
    let place = Place::open().await;
    let (_, cookies) = place.logs_in(json!({"nr": LEDER}), "", "").await;
    let out = place.sted.send("POST", "/log-ud", "", &cookies).await;
    assert_eq!(out.sted(), "/log-ind/kommunen/ud");
    assert!(!out.cookies(&cookies).contains(SESSION));
    let page = place.sted.send("GET", "/log-ind/kommunen/ud", "", "").await;
    assert!(page.tekst.contains(&format!("url={}/end?", place.provider.issuer)), "{}", page.tekst);
    assert_eq!(place.sted.send("GET", "/", "", &cookies).await.sted(), "/log-ind");
    assert_eq!(place.sted.send("GET", "/log-ind/vaek/ud", "", "").await.sted(), "/log-ind?ud=ja");
}

#[tokio::test]
async fn a_way_back_that_is_not_ours_is_told_and_ends_nothing() {
    let place = Place::open().await;
    let (_, cookies) = place.logs_in(json!({"nr": LEDER}), "", "").await;
    for search in ["", "?code=x&state=y", "?error=access_denied&state=y", "?code=%00&state=%FF&iss=x"] {
        let back = place.sted.send("GET", &format!("/log-ind/kommunen/svar{search}"), "", &cookies).await;
        assert_eq!(back.status, StatusCode::BAD_REQUEST, "{search}");
        assert!(back.tekst.contains("Begynd forfra"), "{}", back.tekst);
    }
    assert_eq!(place.sted.send("GET", "/", "", &cookies).await.status, StatusCode::OK);
    let now = place.sted.session_clock.now();
    assert!(place.sted.session_clock.move_to(now + TimeDelta::hours(13)));
    assert_eq!(
        place.sted.send("GET", "/hr?enhed=E1&x=2", "", &cookies).await.sted(),
        "/log-ind?videre=/hr%3Fenhed%3DE1%26x%3D2"
    );
}

#[tokio::test]
async fn who_asks_for_the_heads_of_the_way_back_spends_nothing_of_it() {
    let place = Place::open().await;
    let out = place.sted.send("GET", "/log-ind/kommunen", "", "").await;
    let (code, state) = place.provider.logs_in(out.sted());
    let path = format!("/log-ind/kommunen/svar?code={code}&state={state}");
    let heads = place.sted.send("HEAD", &path, "", &out.cookies("")).await;
    assert_eq!((heads.status, heads.cookies("").as_str()), (StatusCode::OK, ""));
    assert!(place.sted.sessions.list().is_empty());
    let back = place.sted.send("GET", &path, "", &out.cookies("")).await;
    assert_eq!((back.status, back.sted()), (StatusCode::SEE_OTHER, "/"));
}

/// A provider tells of a login that ended there: the sessions that rest on it end, and no others.
#[tokio::test]
async fn a_login_that_ends_at_the_provider_ends_here() {
    let place = Place::open().await;
    let tells = async |token: String| {
        place.sted.send("POST", "/log-ind/kommunen/bagkanal", &format!("logout_token={token}"), "").await
    };
    let (_, one) = place.logs_in(json!({"nr": LEDER, "sid": "a"}), "", "").await;
    let (_, two) = place.logs_in(json!({"nr": LEDER, "sid": "b"}), "", "").await;
    let (_, syg) = place.logs_in(json!({"nr": SYG, "sub": "s2", "roles": ["m"], "sid": "c"}), "", "").await;
    let inside = async |cookies: &str| place.sted.send("GET", "/", "", cookies).await.status == StatusCode::OK;
    assert_eq!([inside(&one).await, inside(&two).await], [true, true]);

    let token = place.provider.ends("t1", &json!({"sid": "a"}));
    let told = tells(token.clone()).await;
    assert_eq!((told.status, told.tekst.as_str()), (StatusCode::OK, ""));
    assert_eq!(told.heads[header::CACHE_CONTROL], "no-store");
    assert_eq!([inside(&one).await, inside(&two).await], [false, true], "that session alone");
    assert_eq!(place.sted.send("GET", "/", "", &one).await.sted(), "/log-ind");

    let (_, again) = place.logs_in(json!({"nr": LEDER, "sid": "a"}), "", "").await;
    assert_eq!(tells(token).await.status, StatusCode::BAD_REQUEST, "it holds once");
    assert!(inside(&again).await);
    assert_eq!(tells(place.provider.ends("t2", &json!({}))).await.status, StatusCode::OK);
    assert_eq!([inside(&two).await, inside(&again).await], [false, false], "all of theirs");
    assert_eq!(place.sted.send("GET", "/mig", "", &syg).await.status, StatusCode::OK, "and nobody else's");
    // Nobody of whom a session is here is no mistake of the provider's.
    assert_eq!(tells(place.provider.ends("t3", &json!({"sub": "ukendt"}))).await.status, StatusCode::OK);
    let elsewhere = place.sted.send("POST", "/log-ind/ukendt/bagkanal", "logout_token=x", "").await;
    assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
    assert_eq!(
        place.sted.send("GET", "/log-ind/kommunen/bagkanal", "", "").await.status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn what_is_no_logout_of_the_providers_ends_nothing_and_is_counted() {
    let place = Place::open().await;
    let (_, cookies) = place.logs_in(json!({"nr": LEDER}), "", "").await;
    let tells = async |token: String| {
        place.sted.send("POST", "/log-ind/kommunen/bagkanal", &format!("logout_token={token}"), "").await
    };
    let forged = {
        place.provider.says().signs_with = 3;
        place.provider.ends("t1", &json!({}))
    };
    place.provider.says().signs_with = 1;
    let for_another = place.provider.ends("t1", &json!({"aud": "en-anden-klient"}));
    let of_a_login = place.provider.ends("t1", &json!({"nonce": "n"}));
    for (nth, token) in
        [forged, for_another, of_a_login, String::new(), "e30.e30.e30".to_owned()].into_iter().enumerate()
    {
        let told = tells(token).await;
        assert_eq!(
            (told.status, told.tekst.as_str()),
            (StatusCode::BAD_REQUEST, "{\"error\":\"invalid_request\"}"),
            "{nth}"
        );
    }
    let told = tells("noget".to_owned()).await;
    assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(told.heads.contains_key(header::RETRY_AFTER));
    assert_eq!(place.sted.send("GET", "/", "", &cookies).await.status, StatusCode::OK);
    assert_eq!(tells(place.provider.ends("t1", &json!({}))).await.status, StatusCode::OK, "one that holds always does");
    assert_eq!(place.sted.send("GET", "/", "", &cookies).await.sted(), "/log-ind");
}

/// HR ends with the employment too, where the login says who they are.
#[tokio::test]
async fn every_role_of_somebody_who_left_ends_but_their_own_view() {
    use ::forloeb::Aktoer;
    use ::forloeb::command::DomainCommand;
    use ::forloeb::haendelse::StamdataRegistreret;
    let place = Place::open().await;
    let (_, cookies) = place.logs_in(json!({"nr": LEDER, "roles": ["h"]}), "", "").await;
    let app = &place.sted.app;
    let mut stamdata = app.projections().stamdata(LEDER).unwrap().clone();
    stamdata.fratraadt = Some("2026-02-05".parse().unwrap());
    let person = app.projections().person(LEDER).unwrap();
    let told = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
    let command = DomainCommand::RegistrerStamdata(Box::new(told));
    app.execute(LEDER, &command, &Aktoer::system("import"), None).await.unwrap();
    assert_eq!(place.sted.send("GET", "/hr", "", &cookies).await.status, StatusCode::SEE_OTHER);
    let (back, _) = place.logs_in(json!({"nr": LEDER, "roles": ["h"]}), "", "").await;
    assert!(back.tekst.contains("Din ansættelse er slut"), "{}", back.tekst);
    let (back, cookies) = place.logs_in(json!({"nr": LEDER, "roles": ["h", "m"]}), "", "").await;
    assert_eq!(back.sted(), "/");
    assert_eq!(place.sted.send("GET", "/mig", "", &cookies).await.status, StatusCode::OK);
    let listed = place.sted.sessions.list();
    assert!(listed.iter().any(|l| l.who.rolle == Some(Rolle::Medarbejder)));
}
