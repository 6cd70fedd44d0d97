//! Fast track over the API: who may see the whole of a forløb sees on which day the employee said yes to what the employer asked for.
//! The day is Friday 20 November 2026.

use axum::http::StatusCode;
use forloeb::words::Rolle;
use serde_json::json;

use super::uenighed::{ask, hr, loen};
use crate::terminal::TerminalRequest;
use crate::terminal::token::Wanted;
use crate::terminal::trial::Trial;

#[tokio::test]
async fn a_forloeb_says_on_which_day_the_employee_said_yes() {
    let p = Trial::small().await;
    let token = hr(&p).await;
    loen(&p, "1;1008;sygdom;02-11-2026;;100\n").await;
    let path = format!("/api/v1/forloeb/{}", crate::projections::registrering_of("1"));
    let asked = json!({ "beslutning": "anmodet", "af": "arbejdsgiver", "dato": "2026-11-18" });
    let (status, answer) = ask(&p, &token, &format!("{path}/fast-track"), Some(&asked)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let before = ask(&p, &token, &path, None).await.1;
    assert!(before.get("fast_track_godkendt").is_none(), "{before}");
    let own = p.bed(TerminalRequest::Token(Wanted::of("1008", Rolle::Medarbejder))).await.out.remove(0);
    let yes = json!({ "beslutning": "anmodet", "af": "medarbejder", "dato": "2026-11-19" });
    let (status, answer) = ask(&p, &own, &format!("{path}/fast-track"), Some(&yes)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let said = ask(&p, &token, &path, None).await.1;
    assert_eq!(said["fast_track_godkendt"], "2026-11-19", "{said}");
    // The yes is taken back by a no.
    let no = json!({ "beslutning": "fravalgt", "af": "medarbejder", "dato": "2026-11-20" });
    let (status, answer) = ask(&p, &own, &format!("{path}/fast-track"), Some(&no)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let after = ask(&p, &token, &path, None).await.1;
    assert!(after.get("fast_track_godkendt").is_none(), "{after}");
}
