//! A wish for a fastholdelsesplan over the API: who may see the whole of a forløb sees that it waits for an answer. The day is
//! Friday 20 November 2026.

use axum::http::StatusCode;
use forloeb::words::Rolle;
use serde_json::json;

use super::uenighed::{ask, hr, loen};
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;

#[tokio::test]
async fn a_forloeb_says_since_when_a_wish_waits_for_an_answer() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
    let path = format!("/api/v1/forloeb/{}", crate::projections::registrering_of("1"));
    let before = ask(&p, &token, &path, None).await.1;
    assert!(before.get("fastholdelsesplan_anmodet").is_none(), "{before}");
    let own = p.bed(TerminalRequest::Token(Wanted::of("1008", Rolle::Medarbejder))).await.out.remove(0);
    let asked = ask(&p, &own, "/api/v1/mig/fastholdelsesplan", Some(&json!({ "dato": "2026-11-18" }))).await;
    assert_eq!(asked.0, StatusCode::OK, "{}", asked.1);
    let waits = ask(&p, &token, &path, None).await.1;
    assert_eq!(waits["fastholdelsesplan_anmodet"], "2026-11-18", "{waits}");
    let answer = json!({ "svar": "udarbejdes", "dato": "2026-11-20" });
    let answered = ask(&p, &token, &format!("{path}/fastholdelsessvar"), Some(&answer)).await;
    assert_eq!(answered.0, StatusCode::OK, "{}", answered.1);
    let after = ask(&p, &token, &path, None).await.1;
    assert!(after.get("fastholdelsesplan_anmodet").is_none(), "{after}");
}
