//! Who reads a page, and what its address and its forms say.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::confirmation::confirmation;
use super::sessioner::nu;
use super::state::Stat;
use crate::adgang::Bruger;
pub(crate) use crate::commands::typed::find;

pub(crate) const COOKIE: &str = "raskvej_session";

pub(crate) fn cookie(hoveder: &HeaderMap) -> Option<&str> {
    let alle = hoveder.get_all(header::COOKIE).iter().filter_map(|h| h.to_str().ok());
    alle.flat_map(|h| h.split(';')).find_map(|c| c.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// A page's reader: logged in, or sent to log in.
pub(crate) struct Inde {
    pub(crate) bruger: Bruger,
    /// Path and query of the page.
    pub(crate) sti: String,
}

impl Inde {
    pub(crate) fn af_hoveder(stat: &Stat, hoveder: &HeaderMap, uri: &Uri) -> Option<Self> {
        let bruger = stat.sessioner.find(cookie(hoveder)?, nu())?;
        let vis = stat.t.kerne.vis();
        let bruger = Some(bruger).filter(|b| b.er_her(&vis, vis.idag()))?;
        let sti = uri.path_and_query().map_or("/", |s| s.as_str()).to_owned();
        Some(Self { bruger, sti })
    }

    /// The confirmation that the address asks for.
    pub(crate) fn besked(&self) -> Option<&'static str> {
        let (_, soeg) = self.sti.split_once('?')?;
        let kode = soeg.split('&').find_map(|p| p.strip_prefix("ok="))?;
        confirmation(kode)
    }
}

impl FromRequestParts<Stat> for Inde {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, stat: &Stat) -> Result<Self, Response> {
        Self::af_hoveder(stat, &parts.headers, &parts.uri).ok_or_else(|| {
            let videre = if parts.method == axum::http::Method::GET { parts.uri.path() } else { "/" };
            let soeg = if videre == "/" { String::new() } else { format!("?videre={videre}") };
            Redirect::to(&format!("/log-ind{soeg}")).into_response()
        })
    }
}

/// The parameters of an address, or the fields of a form, in order.
pub(crate) type Par = Vec<(String, String)>;

/// The query; what cannot be read is nothing.
pub(crate) struct Soeg(pub(crate) Par);

impl<S: Send + Sync> FromRequestParts<S> for Soeg {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, stat: &S) -> Result<Self, Infallible> {
        let par = axum::extract::Query::<Par>::from_request_parts(parts, stat).await;
        Ok(Self(par.map(|q| q.0).unwrap_or_default()))
    }
}

impl Soeg {
    /// A parameter that is not empty.
    pub(crate) fn tekst(&self, navn: &str) -> Option<&str> {
        find(&self.0, navn)
    }
}
