//! What somebody had written when their session ended: shown again, and sent when they say so.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use openidconnect::url::form_urlencoded::parse;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::cookies::Cookie;
use super::session::LoggedIn;

struct Line {
    name: String,
    value: String,
}

#[derive(Template)]
#[template(path = "kept.html")]
struct Page {
    frame: Frame,
    path: String,
    /// All of it, as it is sent again.
    fields: Vec<(String, String)>,
    /// What a person wrote or chose.
    lines: Vec<Line>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    heads: HeaderMap,
) -> Result<Response, PageError> {
    let key = Cookie::Kept.read(&state, &heads).unwrap_or_default();
    let Some(form) = state.kept.find(&key, &logged_in.user, state.sessions.now()) else {
        return Ok(Redirect::to("/").into_response());
    };
    let fields: Vec<(String, String)> = parse(&form.body).into_owned().collect();
    let written = |(name, value): &(String, String)| {
        let shown = !["version", "noegle", "goer", "vist"].contains(&name.as_str()) && !value.trim().is_empty();
        shown.then(|| Line { name: name.replace(['_', '-'], " "), value: value.clone() })
    };
    let lines = fields.iter().filter_map(written).collect();
    let frame = Frame::new(&state, &logged_in, "Det, du skrev");
    Ok(html(StatusCode::OK, &Page { frame, path: form.path, fields, lines }))
}
