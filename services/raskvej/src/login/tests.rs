//! What a login needs to hold, against a provider that says what it is told to.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use forloeb::words::Rolle;
use serde_json::{Value, json};

use super::imitated::Imitated;
use super::{Callback, Identity, Login, LoginFault, NotEnded};
use crate::sessions::Grant;

fn now() -> DateTime<Utc> {
    "2026-02-06T09:00:00Z".parse().unwrap()
}

fn seconds(count: i64) -> DateTime<Utc> {
    now() + TimeDelta::seconds(count)
}

fn login(provider: &Imitated) -> Login {
    Login::new(vec![provider.settings("a", "")], "https://raskvej.example/").unwrap()
}

/// All the way, at a time.
async fn all_the_way(login: &Login, provider: &Imitated, at: DateTime<Utc>) -> Result<(Identity, String), LoginFault> {
    let (address, ticket) = login.begin("a", "/hr?enhed=E1", at).await?;
    let (code, state) = provider.logs_in(&address);
    let callback = Callback { code: Some(&code), state: Some(&state), ..Callback::default() };
    login.finish("a", Some(&ticket), &callback, at).await
}

#[tokio::test]
async fn a_person_is_who_the_provider_says_and_comes_back_to_their_page() {
    let provider = Imitated::start(now()).await;
    let login = login(&provider);
    let (identity, onward) = all_the_way(&login, &provider, now()).await.unwrap();
    let grants = vec![Grant { rolle: Rolle::Leder, enheder: None }];
    let (issuer, subject, nr) = (provider.issuer.clone(), "s1".to_owned(), "10001".to_owned());
    assert_eq!(identity, Identity { issuer, subject, session: None, nr, grants });
    assert_eq!(onward, "/hr?enhed=E1");
    let there = login.log_out("a", now()).await.unwrap();
    assert!(
        there.contains("/end?") && there.contains("post_logout_redirect_uri=https%3A%2F%2Fraskvej.example%2Flog-ind")
    );
    let (address, _) = login.begin("a", "/", now()).await.unwrap();
    assert!(address.contains("redirect_uri=https%3A%2F%2Fraskvej.example%2Flog-ind%2Fa%2Fsvar"), "{address}");
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1, "it says who it is once");
}

#[tokio::test]
async fn a_token_that_does_not_hold_logs_nobody_in() {
    let at = |count: i64| seconds(count).timestamp();
    let wrong: [(&str, Value); 9] = [
        ("nonce", json!({"nonce": "en anden"})),
        ("nonce", json!({"nonce": null})),
        ("audience", json!({"aud": "en-anden-klient"})),
        ("issuer", json!({"iss": "https://en-anden.example"})),
        ("expired", json!({"exp": at(-61)})),
        ("expired", json!({"exp": null})),
        ("issued later", json!({"iat": at(61)})),
        ("issued long ago", json!({"iat": at(-661)})),
        ("without a person", json!({"sub": null})),
    ];
    let provider = Imitated::start(now()).await;
    let login = login(&provider);
    for (what, claims) in wrong {
        provider.says().claims = claims;
        assert_eq!(all_the_way(&login, &provider, now()).await, Err(LoginFault::Invalid), "{what}");
    }
    for (what, claims) in [("no number", json!({"nr": null})), ("two numbers", json!({"nr": ["1", "2"]}))] {
        provider.says().claims = claims;
        assert_eq!(all_the_way(&login, &provider, now()).await, Err(LoginFault::WithoutNumber), "{what}");
    }
    // Clocks that are not quite the same are no hindrance.
    for claims in [json!({"exp": at(-59)}), json!({"iat": at(59)})] {
        provider.says().claims = claims;
        assert!(all_the_way(&login, &provider, now()).await.is_ok());
    }
    provider.says().claims = json!({});
    for algorithm in ["none", "HS256", "RS256"] {
        provider.says().algorithm = algorithm;
        assert_eq!(all_the_way(&login, &provider, now()).await, Err(LoginFault::Invalid), "{algorithm}");
    }
}

#[tokio::test]
async fn only_the_browser_that_began_comes_back_once_and_in_time() {
    let provider = Imitated::start(now()).await;
    let login = Login::new(vec![provider.settings("a", ""), provider.settings("b", "")], "https://r.example").unwrap();
    let (address, ticket) = login.begin("a", "/", now()).await.unwrap();
    let (_, other_ticket) = login.begin("a", "/", now()).await.unwrap();
    let (code, state) = provider.logs_in(&address);
    let right = || Callback { code: Some(&code), state: Some(&state), ..Callback::default() };
    let come = async |where_, ticket: Option<&str>, callback: Callback<'_>, at| {
        login.finish(where_, ticket, &callback, at).await.err()
    };
    let stale = Some(LoginFault::Stale);
    assert_eq!(come("a", None, right(), now()).await, stale);
    assert_eq!(come("a", Some("noget"), right(), now()).await, stale);
    assert_eq!(come("a", Some(&other_ticket), right(), now()).await, stale, "another browser");
    assert_eq!(come("b", Some(&ticket), right(), now()).await, stale, "another provider");
    assert_eq!(come("a", Some(&ticket), right(), seconds(601)).await, stale, "too late");
    assert_eq!(come("a", Some(&ticket), Callback { state: None, ..right() }, now()).await, stale);
    let denied = Callback { code: None, is_error: true, ..right() };
    assert_eq!(come("a", Some(&ticket), denied, now()).await, Some(LoginFault::Denied));
    let foreign = Callback { issuer: Some("https://en-anden.example"), ..right() };
    assert_eq!(come("a", Some(&ticket), foreign, now()).await, Some(LoginFault::Invalid));
    let own = Callback { issuer: Some(&provider.issuer), ..right() };
    assert_eq!(come("a", Some(&ticket), own, now()).await, None);
    assert_eq!(come("a", Some(&ticket), right(), now()).await, stale, "the code has been used");
    assert_eq!(come("c", Some(&ticket), right(), now()).await, Some(LoginFault::Unknown));
}

/// What a login needs that was begun is in its browser. All that is known here of a provider is what it is shown as, and
/// that does not change.
#[tokio::test]
async fn a_thousand_logins_that_are_begun_keep_nothing_here() {
    let provider = Imitated::start(now()).await;
    let login = login(&provider);
    let (address, ticket) = login.begin("a", "/", now()).await.unwrap();
    let kept = format!("{login:?}");
    assert!(kept.contains(&provider.issuer), "it shows what is known");
    for _ in 0..1000 {
        login.begin("a", "/hr", now()).await.unwrap();
    }
    assert!(format!("{login:?}") == kept, "something was kept");
    let (code, state) = provider.logs_in(&address);
    let callback = Callback { code: Some(&code), state: Some(&state), ..Callback::default() };
    assert!(login.finish("a", Some(&ticket), &callback, now()).await.is_ok(), "and nobody was pushed out");
}

#[tokio::test]
async fn a_new_key_is_fetched_once_and_a_forged_one_does_not_make_us_ask_again_and_again() {
    let provider = Imitated::start(now()).await;
    let login = login(&provider);
    assert!(all_the_way(&login, &provider, now()).await.is_ok());
    {
        let mut says = provider.says();
        (says.signs_with, says.tells_of) = (2, vec![1, 2]);
    }
    assert!(all_the_way(&login, &provider, seconds(40)).await.is_ok(), "a key that is new");
    assert_eq!(provider.keys_asked.load(Ordering::Relaxed), 2);
    provider.says().signs_with = 3;
    for count in 41..60 {
        assert_eq!(all_the_way(&login, &provider, seconds(count)).await, Err(LoginFault::Invalid));
    }
    assert_eq!(provider.keys_asked.load(Ordering::Relaxed), 2);
    provider.says().signs_with = 1;
    assert!(all_the_way(&login, &provider, seconds(61)).await.is_ok());
}

#[tokio::test]
async fn a_logout_holds_by_the_providers_key_and_once() {
    let provider = Imitated::start(now()).await;
    let login = login(&provider);
    let told = async |token: &str, at| login.ended("a", token, at).await.map(|(issuer, _)| issuer);
    let because = |why| Err(NotEnded::Because(why));
    let token = provider.ends("t1", &json!({}));
    assert_eq!(told(&token, now()).await, Ok(provider.issuer.clone()));
    assert_eq!(told(&token, now()).await, because("det er sendt før"));
    assert_eq!(told(&token, seconds(661)).await, because("udløbet, eller udstedt på et andet tidspunkt"));
    for algorithm in ["none", "HS256", "RS256"] {
        provider.says().algorithm = algorithm;
        assert_eq!(told(&provider.ends(algorithm, &json!({})), now()).await, because("signaturen passer ikke"));
    }
    provider.says().algorithm = "EdDSA";
    // A key that is new is fetched; one that nobody tells of does not make us ask again and again.
    {
        let mut says = provider.says();
        (says.signs_with, says.tells_of) = (2, vec![1, 2]);
    }
    let new = provider.ends("t2", &json!({}));
    assert_eq!(told(&new, seconds(40)).await, Ok(provider.issuer.clone()));
    let asked = provider.keys_asked.load(Ordering::Relaxed);
    provider.says().signs_with = 3;
    let forged = provider.ends("t3", &json!({}));
    for count in 41..60 {
        assert_eq!(told(&forged, seconds(count)).await, because("signaturen passer ikke"));
        assert_eq!(told("e30.e30.e30", seconds(count)).await, because("det kan ikke læses"));
    }
    assert_eq!(provider.keys_asked.load(Ordering::Relaxed), asked);
    assert_eq!(login.ended("b", &forged, now()).await, Err(NotEnded::UnknownProvider));
}

#[tokio::test]
async fn a_provider_that_is_away_or_talks_nonsense_keeps_nobody_else_out() {
    let (provider, other) = (Imitated::start(now()).await, Imitated::start(now()).await);
    let both = vec![provider.settings("a", ""), other.settings("b", "")];
    let login = Login::new(both, "https://raskvej.example").unwrap();
    let away = Some(LoginFault::Away);
    let mut at = 0;
    let mut begin = async |what: &str| {
        at += 6; // it is asked again after five seconds
        let answer = login.begin("a", "/", seconds(at)).await.err();
        assert!(login.begin("b", "/", seconds(at)).await.is_ok(), "{what}");
        answer
    };
    provider.says().status = StatusCode::INTERNAL_SERVER_ERROR;
    assert_eq!(begin("an error").await, away);
    provider.says().status = StatusCode::FOUND;
    assert_eq!(begin("sends us elsewhere").await, away);
    (provider.says().status, provider.says().padding) = (StatusCode::OK, 600 << 10);
    assert_eq!(begin("never stops").await, away);
    provider.says().padding = 0;
    for wrong in [
        json!({"issuer": "https://en-anden.example"}),
        json!({"authorization_endpoint": "http://en-anden.example/"}),
        json!({"token_endpoint": "http://en-anden.example/"}),
        json!({"end_session_endpoint": "http://en-anden.example/"}),
        json!({"token_endpoint": null}),
        json!({"authorization_endpoint": "javascript:alert(1)"}),
    ] {
        provider.says().of_itself = wrong.clone();
        assert_eq!(begin("nonsense").await, away, "{wrong}");
    }
    provider.says().of_itself = json!({});
    assert_eq!(begin("well again").await, None);
    // What it said before is good while it is away for a moment.
    provider.says().status = StatusCode::INTERNAL_SERVER_ERROR;
    let later = seconds(2 * 3600);
    assert!(login.begin("a", "/", later).await.is_ok());
}

#[tokio::test]
async fn who_does_not_answer_is_not_asked_by_everybody() {
    let provider = Imitated::start(now()).await;
    let login = Arc::new(login(&provider));
    provider.says().status = StatusCode::INTERNAL_SERVER_ERROR;
    let all: Vec<_> = (0..50)
        .map(|_| {
            let login = login.clone();
            tokio::spawn(async move { login.begin("a", "/", now()).await.err() })
        })
        .collect();
    for one in all {
        assert_eq!(one.await.unwrap(), Some(LoginFault::Away));
    }
    assert_eq!(provider.asked.load(Ordering::Relaxed), 1);
    let nobody = Login::new(vec![silent().await], "https://raskvej.example").unwrap();
    assert_eq!(nobody.begin("a", "/", now()).await.err(), Some(LoginFault::Away));
}

/// A provider where nobody listens.
async fn silent() -> super::LoginSettings {
    let provider = Imitated::start(now()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let mut settings = provider.settings("a", "");
    settings.issuer = openidconnect::IssuerUrl::new(address).unwrap();
    settings
}

/// Whoever waits for a provider that says nothing keeps nobody else waiting, and is told in the end.
#[tokio::test]
#[ignore = "slow: waits for the time limit of an answer"]
async fn a_provider_that_says_nothing_is_given_up() {
    let provider = Imitated::start(now()).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut silent_one = provider.settings("a", "");
    silent_one.issuer = openidconnect::IssuerUrl::new(format!("http://{}", listener.local_addr().unwrap())).unwrap();
    let login = Login::new(vec![silent_one, provider.settings("b", "")], "https://raskvej.example").unwrap();
    let waits = login.begin("a", "/", now());
    tokio::pin!(waits);
    let other = tokio::select! {
        biased;
        _ = &mut waits => panic!("nobody has answered"),
        other = login.begin("b", "/", now()) => other,
    };
    assert!(other.is_ok());
    assert_eq!(waits.await.err(), Some(LoginFault::Away));
    drop(listener);
}
