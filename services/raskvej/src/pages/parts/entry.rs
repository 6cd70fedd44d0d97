//! The last step of every way in: a session under a new id, and on to where somebody was going.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::words::Rolle;
use tower_sessions::Session;

use super::cookies::Cookie;
use super::fault::PageError;
use super::session::with_onward;
use super::state::PageState;
use crate::sessions::{Who, put};

/// The page with what somebody had written when their session ended.
const KEPT: &str = "/log-ind/gemt";

/// The roles of a login that somebody can act in today.
pub(crate) fn roles_now(state: &PageState, who: &Who) -> Vec<Rolle> {
    let projections = state.service.app.projections();
    let today = projections.today();
    let now = |rolle: &Rolle| who.acting_as(*rolle).map(|user| user.under_current_nr(&projections));
    let is_here = |rolle: &Rolle| now(rolle).is_some_and(|user| user.is_here(&projections, today));
    who.grants.iter().map(|grant| grant.rolle).filter(is_here).collect()
}

/// Puts somebody into the session and sends them on: to choose a role, to what they had written, or to their page.
pub(crate) async fn enter(
    state: &PageState,
    session: &Session,
    heads: &HeaderMap,
    who: &Who,
    onward: &str,
) -> Result<Response, PageError> {
    put(session, who).await.map_err(PageError::internal)?;
    let Some(user) = who.user() else {
        return Ok(Redirect::to(&with_onward("/log-ind/rolle", onward)).into_response());
    };
    let key = Cookie::Kept.read(state, heads).unwrap_or_default();
    let kept = state.kept.find(&key, &user, state.sessions.now());
    let onward = match onward {
        // Somebody else, another role, or too late.
        KEPT if kept.is_none() => "/",
        onward => onward,
    };
    Ok(Redirect::to(if kept.is_some() { KEPT } else { onward }).into_response())
}
