//! Logging in by a token, or a button of the demonstration; choosing a role; and logging out.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::cookies::Cookie;
use super::parts::entry;
use super::parts::mistakes::Mistakes;
use super::parts::names::with_capital;
use super::parts::origin::Origin;
use super::session::{Form, Search, find, onward_path, session_name, who_asks, with_onward};
use crate::access::User;
use crate::clock::{Clock, dag_in_denmark};
use crate::problem::Problem;
use crate::sentences;
use crate::sessions::Who;
use crate::wrong_tries::Way;

struct Button {
    nr: usize,
    rolle: &'static str,
    tekst: String,
}

/// A provider to log in at.
struct Provider {
    path: String,
    name: String,
}

#[derive(Template)]
#[template(path = "log_in.html")]
struct LogIn {
    frame: Frame,
    demo: bool,
    buttons: Vec<Button>,
    providers: Vec<Provider>,
    onward: String,
    /// The form for a token is folded together behind the providers.
    folded: bool,
    error: Mistakes,
    /// What to know before one logs in.
    said: Option<&'static str>,
}

/// Said to who comes from logging out here.
const LOGGED_OUT: &str = "Du er logget ud. Luk browseren, hvis andre bruger den.";
/// Said to who sent a form after logging out, or without ever having been logged in.
const NOT_SENT: &str = "Du er ikke logget ind, så det, du sendte, er ikke gemt. Log ind, og skriv det igen.";
/// Said to who sent a form when their session had ended.
const KEPT: &str = "Du var logget ud, da du sendte formularen. Den er gemt i en halv time. Log ind igen, så bliver den vist, og du kan \
                    sende den.";

fn log_in_page(state: &PageState, onward: &str, error: Mistakes, said: Option<&'static str>) -> Response {
    let buttons = state.settings.demo_personer.iter().enumerate();
    let provider = |(code, name): (&str, &str)| Provider {
        path: with_onward(&format!("/log-ind/{code}"), onward),
        name: name.to_owned(),
    };
    let providers: Vec<Provider> = state.settings.login.names().map(provider).collect();
    let page = LogIn {
        frame: Frame::empty(error.in_title("Log ind")),
        demo: state.settings.demo,
        buttons: buttons
            .map(|(nr, p)| Button { nr, rolle: with_capital(sentences::rolle_name(p.rolle)), tekst: p.tekst.clone() })
            .collect(),
        folded: !providers.is_empty() && error.is_empty(),
        providers,
        onward: onward.to_owned(),
        error,
        said,
    };
    html(page.error.status(), &page)
}

pub(super) async fn page(State(state): State<PageState>, session: Session, search: Search) -> Response {
    let onward = onward_path(search.tekst("videre"));
    // An address can be sent to anybody, and who is logged in is not told otherwise.
    let is_out = who_asks(Some(&session)).await.is_none();
    let said = match onward {
        "/log-ind/gemt" if is_out => Some(KEPT),
        _ if is_out && search.tekst("ud") == Some("usendt") => Some(NOT_SENT),
        _ if is_out && search.tekst("ud").is_some() => Some(LOGGED_OUT),
        _ => None,
    };
    log_in_page(&state, onward, Mistakes::default(), said)
}

pub(super) async fn log_in(
    State(state): State<PageState>,
    Origin(from): Origin,
    session: Session,
    heads: HeaderMap,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let onward = onward_path(find(&fields, "videre"));
    let user = if state.settings.demo {
        let person = find(&fields, "person").and_then(|n| n.parse::<usize>().ok());
        let person = person.and_then(|n| state.settings.demo_personer.get(n));
        person.map(|p| User::new(p.rolle, p.nr.clone()))
    } else {
        let projections = state.service.app.projections();
        let token = find(&fields, "token");
        let who = token.and_then(|t| User::by_token(t.trim(), &projections, dag_in_denmark(Clock::System.now())));
        who.filter(|user| !user.is_system())
    };
    let is_here = |b: &User| {
        let projections = state.service.app.projections();
        b.is_here(&projections, projections.today())
    };
    let Some(user) = user.filter(is_here) else {
        if state.settings.demo {
            return Ok(log_in_page(&state, onward, Mistakes::of_form("Vælg, hvem du vil være."), None));
        }
        if let Err(wait) = state.service.wrong_tries.count(from, Way::Page) {
            let problem = Problem::too_many_tries(wait);
            let mut page = log_in_page(&state, onward, Mistakes::at_field("token", problem.detail.clone()), None);
            *page.status_mut() = problem.status_code();
            page.headers_mut().extend(problem.retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
            return Ok(page);
        }
        let error = "Adgangsnøglen virker ikke. Sæt hele nøglen ind, eller bed driften om en ny.";
        return Ok(log_in_page(&state, onward, Mistakes::at_field("token", error), None));
    };
    if let Some(by) = &user.token {
        state.service.app.note_token_use(by, Clock::System.now());
    }
    let who = Who::of_user(&user, state.sessions.now());
    entry::enter(&state, &session, &heads, &who, onward).await
}

struct Choice {
    code: &'static str,
    name: String,
    now: bool,
}

#[derive(Template)]
#[template(path = "roles.html")]
struct Roles {
    frame: Frame,
    choices: Vec<Choice>,
    onward: String,
}

/// The roles that the login gave, to choose one of.
pub(super) async fn roles(State(state): State<PageState>, session: Session, search: Search) -> Response {
    let onward = onward_path(search.tekst("videre"));
    let Some(who) = who_asks(Some(&session)).await else {
        return Redirect::to(&with_onward("/log-ind", onward)).into_response();
    };
    let choices = entry::roles_now(&state, &who);
    let choice = |rolle: forloeb::words::Rolle| Choice {
        code: rolle.code(),
        name: with_capital(sentences::rolle_name(rolle)).to_string(),
        now: Some(rolle) == who.rolle,
    };
    let choices = choices.into_iter().map(choice).collect();
    html(StatusCode::OK, &Roles { frame: Frame::empty("Vælg rolle"), choices, onward: onward.to_owned() })
}

/// Goes on in another role: one that the login gave, in a session of its own.
pub(super) async fn choose(
    State(state): State<PageState>,
    session: Session,
    heads: HeaderMap,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let onward = onward_path(find(&fields, "videre"));
    let Some(mut who) = who_asks(Some(&session)).await else {
        return Ok(Redirect::to(&with_onward("/log-ind", onward)).into_response());
    };
    let chosen = find(&fields, "rolle").and_then(forloeb::words::Rolle::from_code);
    let Some(rolle) = chosen.filter(|rolle| entry::roles_now(&state, &who).contains(rolle)) else {
        let detail = "Dit login giver ikke den rolle. Vælg en af dem, det giver.";
        return Err(Problem::new(StatusCode::FORBIDDEN, "ikke_tilladt", "Ikke adgang", detail).into());
    };
    who.rolle = Some(rolle);
    entry::enter(&state, &session, &heads, &who, onward).await
}

pub(super) async fn log_out(
    State(state): State<PageState>,
    session: Session,
    heads: HeaderMap,
) -> Result<Response, PageError> {
    let provider = who_asks(Some(&session)).await.and_then(|who| who.provider);
    if let Some(name) = session_name(&session) {
        state.memory.forget(&name);
    }
    session.flush().await.map_err(PageError::internal)?;
    if let Some(key) = Cookie::Kept.read(&state, &heads) {
        state.kept.drop(&key);
    }
    let onward = provider.map_or_else(|| "/log-ind?ud=ja".to_owned(), |code| format!("/log-ind/{code}/ud"));
    let mut answer = Redirect::to(&onward).into_response();
    Cookie::Session.set(&state, &mut answer, "", 0)?;
    Cookie::Kept.set(&state, &mut answer, "", 0)?;
    Ok(answer)
}
