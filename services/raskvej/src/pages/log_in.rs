//! Logging in, by a button of the demonstration or by a token, and out.

use std::convert::Infallible;
use std::net::IpAddr;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::address::own_path;
use super::parts::names::with_capital;
use super::parts::sessions::now;
use super::session::{COOKIE, Form, Search, cookie, find};
use crate::access::User;
use crate::clock::dag_in_denmark;
use crate::problem::Problem;
use crate::sentences;
use crate::wrong_tries::Way;

struct Button {
    nr: usize,
    rolle: &'static str,
    tekst: String,
}

#[derive(Template)]
#[template(path = "log_in.html")]
struct LogIn {
    frame: Frame,
    demo: bool,
    buttons: Vec<Button>,
    onward: String,
    error: Option<String>,
}

fn log_in_page(state: &PageState, onward: &str, error: Option<String>) -> Response {
    let title = if error.is_some() { "Fejl: Log ind" } else { "Log ind" };
    let buttons = state.settings.demo_personer.iter().enumerate();
    let page = LogIn {
        frame: Frame::empty(title),
        demo: state.settings.demo,
        buttons: buttons
            .map(|(nr, p)| Button { nr, rolle: with_capital(sentences::rolle_name(p.rolle)), tekst: p.tekst.clone() })
            .collect(),
        onward: onward.to_owned(),
        error,
    };
    html(if page.error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }, &page)
}

pub(super) async fn page(State(state): State<PageState>, search: Search) -> Response {
    log_in_page(&state, own_path(search.tekst("videre")), None)
}

/// Where a request comes from.
pub(super) struct Origin(IpAddr);

impl FromRequestParts<PageState> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Infallible> {
        Ok(Self(state.service.wrong_tries.from(parts)))
    }
}

pub(super) async fn log_in(
    State(state): State<PageState>,
    Origin(from): Origin,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let onward = own_path(find(&fields, "videre"));
    let user = if state.settings.demo {
        let person = find(&fields, "person").and_then(|n| n.parse::<usize>().ok());
        let person = person.and_then(|n| state.settings.demo_personer.get(n));
        person.map(|p| User::new(p.rolle, p.nr.clone()))
    } else {
        let projections = state.service.app.projections();
        let token = find(&fields, "token");
        let who = token.and_then(|t| User::by_token(t.trim(), &projections, dag_in_denmark(now())));
        who.filter(|user| !user.is_system())
    };
    let is_here = |b: &User| {
        let projections = state.service.app.projections();
        b.is_here(&projections, projections.today())
    };
    let Some(user) = user.filter(is_here) else {
        if state.settings.demo {
            return Ok(log_in_page(&state, onward, Some("Vælg, hvem du vil være.".to_owned())));
        }
        if let Err(wait) = state.service.wrong_tries.count(from, Way::Page) {
            let problem = Problem::too_many_tries(wait);
            let mut page = log_in_page(&state, onward, Some(problem.detail.clone()));
            *page.status_mut() = problem.status_code();
            page.headers_mut().extend(problem.retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
            return Ok(page);
        }
        let error = "Adgangsnøglen virker ikke. Sæt hele nøglen ind, eller bed driften om en ny.";
        return Ok(log_in_page(&state, onward, Some(error.to_owned())));
    };
    if let Some(by) = &user.token {
        state.service.app.note_token_use(by, now());
    }
    let secret = state.sessions.begin(&user, now()).await?;
    let mut answer = Redirect::to(onward).into_response();
    set_cookie(&state, &mut answer, &secret, "")?;
    Ok(answer)
}

fn set_cookie(state: &PageState, answer: &mut Response, value: &str, extra: &str) -> Result<(), PageError> {
    let secure = if state.settings.base_url.starts_with("https:") { "; Secure" } else { "" };
    let tekst = format!("{COOKIE}={value}; HttpOnly; SameSite=Lax; Path=/{secure}{extra}");
    let log_head = HeaderValue::try_from(tekst).map_err(PageError::internal)?;
    answer.headers_mut().insert(header::SET_COOKIE, log_head);
    Ok(())
}

pub(super) async fn log_out(State(state): State<PageState>, heads: HeaderMap) -> Result<Response, PageError> {
    if let Some(secret) = cookie(&heads) {
        state.sessions.end(secret).await?;
    }
    let mut answer = Redirect::to("/log-ind").into_response();
    set_cookie(&state, &mut answer, "", "; Max-Age=0")?;
    Ok(answer)
}
