//! Who reads a page, and what its address and its forms say.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::confirmation::confirmation;
use super::sessions::{Sessions, now};
use super::state::Stat;
use crate::access::User;
pub(crate) use crate::commands::typed::find;

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
    pub(crate) fn of_heads(stat: &Stat, method: &Method, heads: &HeaderMap, uri: &Uri) -> Option<Self> {
        // Nobody reads a page by its heads, and such a request leaves no trace.
        let found = if method == Method::HEAD { Sessions::look } else { Sessions::find };
        let user = found(&stat.sessions, cookie(heads)?, now())?;
        let user = {
            let show = stat.t.app.show();
            Some(user).filter(|b| b.is_here(&show, show.today()))?
        };
        let path = uri.path_and_query().map_or("/", |s| s.as_str()).to_owned();
        Some(Self { user, path })
    }

    /// The confirmation that the address asks for.
    pub(crate) fn besked(&self) -> Option<&'static str> {
        let (_, search) = self.path.split_once('?')?;
        let code = search.split('&').find_map(|p| p.strip_prefix("ok="))?;
        confirmation(code)
    }
}

impl FromRequestParts<Stat> for LoggedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, stat: &Stat) -> Result<Self, Response> {
        Self::of_heads(stat, &parts.method, &parts.headers, &parts.uri).ok_or_else(|| {
            let onward = if parts.method == Method::GET { parts.uri.path() } else { "/" };
            let search = if onward == "/" { String::new() } else { format!("?videre={onward}") };
            Redirect::to(&format!("/log-ind{search}")).into_response()
        })
    }
}

/// The parameters of an address, or the fields of a form, in order.
pub(crate) type Par = Vec<(String, String)>;

/// The query; what cannot be read is nothing.
pub(crate) struct Search(pub(crate) Par);

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Infallible> {
        let par = axum::extract::Query::<Par>::from_request_parts(parts, stat).await;
        Ok(Self(par.map(|q| q.0).unwrap_or_default()))
    }
}

impl Search {
    /// A parameter that is not empty.
    pub(crate) fn tekst(&self, name: &str) -> Option<&str> {
        find(&self.0, name)
    }
}
