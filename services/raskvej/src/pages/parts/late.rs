//! What is sent after the session has ended is kept, and who sent it is asked to log in.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::session::Id;

use super::cookies::Cookie;
use super::kept::{KeptForm, MINUTES};
use super::session::with_onward;
use super::state::PageState;
use super::submission::new_key;
use crate::access::User;

/// Largest form that is kept: a TTA plan with every field full.
const LARGEST: usize = 512 * 1024;

/// Keeps what is sent by somebody whose session has ended, and sends them to log in. Anything else goes on.
pub(crate) async fn keep(State(state): State<PageState>, request: Request, onward: Next) -> Response {
    let Some(user) = whose(&state, &request) else {
        if request.method() == Method::POST
            && let Some(key) = Cookie::Kept.read(&state, request.headers())
        {
            // Where it is refused, the page has what was typed.
            state.kept.sent(&key, request.uri().path());
        }
        return onward.run(request).await;
    };
    let path = request.uri().path().to_owned();
    let answer = Redirect::to(&with_onward("/log-ind", "/log-ind/gemt")).into_response();
    match to_bytes(request.into_body(), LARGEST).await {
        Ok(body) => kept(&state, KeptForm { path, body, user, at: state.sessions.now() }, answer),
        // Too much, or the connection broke: there is nothing whole to keep.
        Err(_) => (StatusCode::SEE_OTHER, [(header::LOCATION, "/log-ind?ud=usendt")], Body::empty()).into_response(),
    }
}

fn kept(state: &PageState, form: KeptForm, mut answer: Response) -> Response {
    let keep = new_key().and_then(|key| {
        Cookie::Kept.set(state, &mut answer, &key, MINUTES * 60)?;
        state.kept.put(&key, form);
        Ok(())
    });
    keep.map_or_else(IntoResponse::into_response, |()| answer)
}

/// Who sent a form too late, if somebody did.
fn whose(state: &PageState, request: &Request) -> Option<User> {
    let form = request.headers().get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok());
    let is_form = form.is_some_and(|form| form.starts_with("application/x-www-form-urlencoded"));
    let own = ["/log-ind", "/log-ud"].iter().any(|page| request.uri().path().starts_with(page));
    if request.method() != Method::POST || !is_form || own {
        return None;
    }
    let id: Id = Cookie::Session.read(state, request.headers())?.parse().ok()?;
    state.sessions.ended(&id)?.user()
}
