//! Where a request comes from, for whoever counts what does not work.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::state::PageState;

/// The other end, or whom a trusted proxy asks for.
pub(crate) struct Origin(pub(crate) IpAddr);

impl FromRequestParts<PageState> for Origin {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Infallible> {
        Ok(Self(state.service.wrong_tries.from(parts)))
    }
}
