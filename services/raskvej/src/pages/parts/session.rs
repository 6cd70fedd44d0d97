//! Who reads a page, and what its address and its forms say.

use std::convert::Infallible;

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::confirmation::confirmation;
use super::fault::PageError;
use super::sessions::{Sessions, now};
use super::state::PageState;
use crate::access::User;
pub(crate) use crate::commands::typed::find;
use crate::lookups::Reader;
use crate::problem::Problem;

pub(crate) const COOKIE: &str = "raskvej_session";

pub(crate) fn cookie(heads: &HeaderMap) -> Option<&str> {
    let all = heads.get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok());
    all.flat_map(|h| h.split(';')).find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// A page's reader: logged in, or sent to log in.
pub(crate) struct LoggedIn {
    pub(crate) user: User,
    /// Path and query of the page.
    pub(crate) path: String,
}

impl LoggedIn {
    pub(crate) fn of_heads(state: &PageState, method: &Method, heads: &HeaderMap, uri: &Uri) -> Option<Self> {
        // Nobody reads a page by its heads, and such a request leaves no trace.
        let found = if method == Method::HEAD { Sessions::look } else { Sessions::find };
        let user = state.service.hr_enheder.narrow(found(&state.sessions, cookie(heads)?, now())?);
        let user = {
            let projections = state.service.app.projections();
            Some(user).filter(|b| b.is_here(&projections, projections.today()))?
        };
        let path = uri.path_and_query().map_or("/", |s| s.as_str()).to_owned();
        Some(Self { user, path })
    }

    /// The confirmation that the address asks for.
    pub(crate) fn confirmation(&self) -> Option<&'static str> {
        let (_, search) = self.path.split_once('?')?;
        let code = search.split('&').find_map(|p| p.strip_prefix("ok="))?;
        confirmation(code)
    }
}

impl FromRequestParts<PageState> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Response> {
        let found = Self::of_heads(state, &parts.method, &parts.headers, &parts.uri);
        if let Some(found) = &found {
            Reader::is(parts, &found.user, None);
        }
        found.ok_or_else(|| {
            let onward = if parts.method == Method::GET { parts.uri.path() } else { "/" };
            let search = if onward == "/" { String::new() } else { format!("?videre={onward}") };
            Redirect::to(&format!("/log-ind{search}")).into_response()
        })
    }
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
}
