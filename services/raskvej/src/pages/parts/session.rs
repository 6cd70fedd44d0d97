//! Who reads a page, and what its address and its forms say.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};

use chrono::{DateTime, Utc};
use tower_sessions::Session;

use super::confirmation::{confirmation, remark};
use super::fault::PageError;
use super::state::PageState;
use crate::access::User;
use crate::clock::{Clock, dag_in_denmark, local};
pub(crate) use crate::commands::typed::find;
use crate::lookups::Reader;
use crate::problem::Problem;
use crate::sessions::{Who, who};
use crate::token::fingerprint;
pub(crate) use doors::address::{onward_path, with_onward};

/// A page's reader: logged in, or sent to log in.
#[derive(Clone)]
pub(crate) struct LoggedIn {
    pub(crate) user: User,
    /// They have other roles that they can change to.
    pub(crate) several: bool,
    /// What they look up for, where they have said it.
    pub(crate) formaal: Option<String>,
    /// Path and query of the page.
    pub(crate) path: String,
    /// The name of their session, by which is remembered what they searched for.
    pub(crate) session: String,
    /// How far the log was read when they asked.
    pub(crate) position: u64,
    /// When their session ends.
    pub(crate) end: Option<SessionEnd>,
}

/// When a session ends where nothing more is done in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SessionEnd {
    /// The time of day in Denmark.
    pub(crate) klokken: String,
    /// The latest that it can go on to.
    pub(crate) latest: String,
    /// Seconds until then.
    pub(crate) seconds: i64,
    /// It does not go on, whatever is done.
    pub(crate) last: bool,
}

impl SessionEnd {
    fn new(end: DateTime<Utc>, last: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let klokken = |time| local(time).format("%-H.%M").to_string();
        Self {
            klokken: klokken(end),
            latest: klokken(last),
            seconds: (end - now).num_seconds().max(0),
            last: end == last,
        }
    }
}

/// Who is logged in with what a request carries, with or without a role.
pub(crate) async fn who_asks(session: Option<&Session>) -> Option<Who> {
    who(session?).await
}

/// As whom somebody acts, as long as they are here and what they logged in with holds.
pub(crate) fn user_of(state: &PageState, who: &Who) -> Option<User> {
    let user = state.service.app.narrowed_hr(who.user()?);
    let projections = state.service.app.projections();
    let here = |b: &User| b.is_here(&projections, projections.today());
    Some(user.under_current_nr(&projections))
        .filter(|b| here(b) && b.token_holds(&projections, dag_in_denmark(Clock::System.now())))
}

impl LoggedIn {
    /// Whose request it is.
    pub(crate) async fn of(state: &PageState, session: Option<&Session>, method: &Method, uri: &Uri) -> Option<Self> {
        let session = session?;
        let who = who(session).await?;
        // Before anything is read for the page: what comes after it is new to it.
        let position = state.service.app.projections().position();
        let user = user_of(state, &who)?;
        // Nobody reads a page by its heads, and such a request leaves no trace.
        let session = session_name(session)?;
        if method != Method::HEAD {
            state.sessions.used(&session);
        }
        let end = state.sessions.ends(&session);
        let end = end.map(|(end, last)| SessionEnd::new(end, last, state.sessions.now()));
        let (several, formaal) = (who.grants.len() > 1, who.formaal.clone());
        Some(Self { user, several, formaal, path: address(uri).to_owned(), session, position, end })
    }

    /// The confirmation that the address asks for.
    pub(crate) fn confirmation(&self) -> Option<&'static str> {
        confirmation(self.done()?)
    }

    /// Code of what was done just before, by the address.
    pub(crate) fn done(&self) -> Option<&str> {
        let (_, search) = self.path.split_once('?')?;
        search.split('&').find_map(|p| p.strip_prefix("ok="))
    }

    /// What the address says of a text that was saved.
    pub(crate) fn remark(&self) -> Option<&'static str> {
        let (_, search) = self.path.split_once('?')?;
        search.split('&').find_map(|p| p.strip_prefix("obs=")).and_then(remark)
    }
}

impl FromRequestParts<PageState> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Response> {
        let session = parts.extensions.get::<Session>();
        let logged_in = match parts.extensions.get::<Self>() {
            Some(logged_in) => Some(logged_in.clone()),
            None => Self::of(state, session, &parts.method, &parts.uri).await,
        };
        if let Some(logged_in) = logged_in {
            Reader::is(parts, &logged_in.user, logged_in.formaal.clone());
            return Ok(logged_in);
        }
        let without_role = who_asks(session).await.is_some_and(|who| who.rolle.is_none());
        // Of what a form sent there is no page to come back to, and whose it was nobody can say: it is not kept.
        if parts.method == Method::POST && !without_role {
            return Err(Redirect::to("/log-ind?ud=usendt").into_response());
        }
        let onward = if parts.method == Method::GET { address(&parts.uri) } else { "/" };
        Err(Redirect::to(&with_onward(if without_role { "/log-ind/rolle" } else { "/log-ind" }, onward))
            .into_response())
    }
}

/// The name under which is remembered what somebody does in a session: none of its id can be found from it.
pub(crate) fn session_name(session: &Session) -> Option<String> {
    session.id().map(|id| fingerprint(&id.to_string()))
}

/// Path and query.
fn address(uri: &Uri) -> &str {
    uri.path_and_query().map_or("/", |whole| whole.as_str())
}

/// The parameters of an address, or the fields of a form, in order.
pub(crate) type Pairs = Vec<(String, String)>;

/// Most parameters of an address.
const MOST_PARAMETERS: usize = 100;
/// Most fields of a form. A plan with every row full has some 3,000.
const MOST_FIELDS: usize = 4000;

/// The fields of a form.
pub(crate) struct Form(pub(crate) Pairs);

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = PageError;

    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        let (parts, body) = request.into_parts();
        let bytes = Bytes::from_request(Request::from_parts(parts.clone(), body), state).await;
        let bytes = bytes.map_err(|_| too_large())?;
        if bytes.split(|byte| *byte == b'&').nth(MOST_FIELDS).is_some() {
            return Err(too_large());
        }
        let form = axum::Form::<Pairs>::from_request(Request::from_parts(parts, bytes.into()), state).await;
        let unreadable = |_| Problem::unreadable("ulaeselig_formular", "Formularen kan ikke læses, og intet er gemt.");
        form.map(|axum::Form(pairs)| Self(pairs)).map_err(|error| unreadable(error).into())
    }
}

fn too_large() -> PageError {
    let detail = "Der er skrevet for meget i formularen, og intet er gemt. Gå tilbage, og skriv kortere.";
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail).into()
}

/// The query; what cannot be read is nothing.
pub(crate) struct Search(pub(crate) Pairs);

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        if parts.uri.query().is_some_and(|q| q.split('&').nth(MOST_PARAMETERS).is_some()) {
            return Ok(Self(Pairs::new()));
        }
        let pairs = axum::extract::Query::<Pairs>::from_request_parts(parts, state).await;
        Ok(Self(pairs.map(|q| q.0).unwrap_or_default()))
    }
}

impl Search {
    /// A parameter that is not empty.
    pub(crate) fn tekst(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }

    /// A parameter as somebody typed it, without blanks around it; empty where there is none.
    pub(crate) fn typed(&self, name: &str) -> String {
        self.tekst(name).unwrap_or_default().trim().to_owned()
    }
}
