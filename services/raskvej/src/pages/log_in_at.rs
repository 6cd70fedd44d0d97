//! Logging in at a provider: the way there, the way back, and logging out there too.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use tower_sessions::Session;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::cookies::Cookie;
use super::parts::entry;
use super::session::{Search, onward_path};
use crate::login::{Callback, Identity, LoginFault};
use crate::problem::Problem;
use crate::sessions::{AtProvider, Who};

/// Seconds that a browser keeps the ticket of a login on its way.
const TICKET: u32 = 600;

/// Out to the provider.
pub(super) async fn begin(
    State(state): State<PageState>,
    Path(code): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let onward = onward_path(search.tekst("videre"));
    let begun = state.settings.login.begin(&code, onward, state.sessions.now()).await;
    let (address, ticket) = begun.map_err(|fault| told(&state, &code, fault))?;
    let mut answer = Redirect::to(&address).into_response();
    Cookie::Ticket.set(&state, &mut answer, &ticket, TICKET)?;
    Ok(answer)
}

/// Back from the provider. The ticket is good for one way back, whatever came of it.
pub(super) async fn finish(
    State(state): State<PageState>,
    Path(code): Path<String>,
    session: Session,
    heads: HeaderMap,
    search: Search,
) -> Result<Response, PageError> {
    let ticket = Cookie::Ticket.read(&state, &heads);
    let callback = Callback {
        code: search.tekst("code"),
        state: search.tekst("state"),
        issuer: search.tekst("iss"),
        is_error: search.tekst("error").is_some(),
    };
    let mut answer = match state.settings.login.finish(&code, ticket.as_deref(), &callback, state.sessions.now()).await
    {
        Ok((identity, onward)) => match admitted(&state, &code, identity).await {
            Ok(who) => entry::enter(&state, &session, &heads, &who, onward_path(Some(&onward))).await?,
            Err(problem) => PageError::from(problem).into_response(),
        },
        Err(fault) => PageError::from(told(&state, &code, fault)).into_response(),
    };
    Cookie::Ticket.set(&state, &mut answer, "", 0)?;
    Ok(answer)
}

/// Who asks for the heads alone, as a scanner of links does, has not come back: the code and the ticket are still good.
pub(super) async fn heads() -> StatusCode {
    StatusCode::OK
}

/// Somebody whom the provider vouches for, where payroll knows them and they have a role here.
async fn admitted(state: &PageState, code: &str, identity: Identity) -> Result<Who, Problem> {
    let Identity { issuer, subject, session, nr, grants } = identity;
    let refused = |code_: &'static str, title, detail: &str| {
        tracing::warn!(provider = code, grund = code_, "et login er afvist");
        Problem::new(StatusCode::FORBIDDEN, code_, title, detail)
    };
    let is_known = {
        let projections = state.service.app.projections();
        projections.stamdata(&nr).is_some() && !projections.is_erased(&nr)
    };
    if !is_known {
        let detail = "Dit login fører til et medarbejdernummer, som Raskvej ikke kender. Er du ny, kommer du med, når \
                      lønsystemets næste fil er læst ind. Ellers kan HR se, hvilket nummer du har.";
        return Err(refused("ukendt_medarbejder", "Du er ikke kendt her endnu", detail));
    }
    let first = state.sessions.identity(&issuer, &subject, &nr).await.map_err(|error| Problem::intern(&error))?;
    if first != nr {
        let detail = "Dit login har før hørt til et andet medarbejdernummer, og derfor kommer du ikke ind. Har du fået et \
                      nyt nummer, kan driften løse det gamle.";
        return Err(refused("andet_medarbejdernummer", "Dit login hører til et andet nummer", detail));
    }
    let mut who = Who {
        nr: Some(nr),
        grants,
        rolle: None,
        provider: Some(code.to_owned()),
        login: Some(AtProvider::new(&issuer, &subject, session.as_deref())),
        token: None,
        formaal: None,
        since: state.sessions.now(),
    };
    if who.grants.is_empty() {
        let detail =
            "Dit login giver ingen rolle i Raskvej. Den, der giver adgang til systemer hos jer, kan give dig en.";
        return Err(refused("ingen_rolle", "Du har ingen rolle her", detail));
    }
    let roles = entry::roles_now(state, &who);
    match roles.as_slice() {
        [] => {
            let detail = "Din ansættelse er slut, og med den din adgang.";
            Err(refused("fratraadt", "Din ansættelse er slut", detail))
        }
        [one] => {
            who.rolle = Some(*one);
            Ok(who)
        }
        _ => Ok(who),
    }
}

/// Why a login came to nothing, to who tried.
fn told(state: &PageState, code: &str, fault: LoginFault) -> Problem {
    let name = state.settings.login.name(code).unwrap_or_default();
    let (status, title, detail) = match fault {
        LoginFault::Unknown => return Problem::not_found(),
        LoginFault::Away => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Login svarer ikke",
            format!("{name} svarer ikke lige nu. Prøv igen om lidt, eller log ind på en anden måde, hvis du har en."),
        ),
        LoginFault::Busy => (
            StatusCode::SERVICE_UNAVAILABLE,
            "Mange logger ind",
            "Mange logger ind lige nu. Prøv igen om et øjeblik.".to_owned(),
        ),
        LoginFault::Stale => (
            StatusCode::BAD_REQUEST,
            "Prøv at logge ind igen",
            "Det login kan ikke bruges: det er begyndt i en anden browser, det har taget for lang tid, eller det er brugt \
             før. Begynd forfra."
                .to_owned(),
        ),
        LoginFault::Denied => (
            StatusCode::BAD_REQUEST,
            "Du er ikke logget ind",
            format!("{name} sendte dig tilbage uden at logge dig ind."),
        ),
        LoginFault::Invalid => (
            StatusCode::BAD_GATEWAY,
            "Login kan ikke bruges",
            format!("Svaret fra {name} kan ikke bruges. Prøv igen, og sig det til driften, hvis det bliver ved."),
        ),
        LoginFault::WithoutNumber => (
            StatusCode::FORBIDDEN,
            "Dit medarbejdernummer mangler",
            format!("{name} siger ikke, hvilket medarbejdernummer du har. Den, der styrer login hos jer, kan rette det."),
        ),
    };
    tracing::info!(provider = code, grund = fault.code(), "et login blev ikke til noget");
    Problem::new(status, fault.code(), title, detail)
}

#[derive(Template)]
#[template(path = "logged_out.html")]
struct LoggedOut {
    frame: Frame,
    name: String,
    /// Where to log out at the provider.
    there: String,
}

/// Logged out here; now at the provider, too. A page of its own, since a form may send nobody elsewhere.
pub(super) async fn log_out(State(state): State<PageState>, Path(code): Path<String>) -> Response {
    let login = &state.settings.login;
    let there = login.log_out(&code, state.sessions.now()).await;
    match there.zip(login.name(&code)) {
        Some((there, name)) => {
            html(StatusCode::OK, &LoggedOut { frame: Frame::empty("Du er logget ud"), name: name.to_owned(), there })
        }
        None => Redirect::to("/log-ind?ud=ja").into_response(),
    }
}
