//! What the service tells about itself: how accessible its pages are, and whose programs it is made of.

use std::convert::Infallible;

use askama::Template;
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use tower_sessions::Session;

use super::PageState;
use super::frame::{Frame, html};
use super::session::LoggedIn;

/// Name, version and licence of every crate in the program, a line each: `cargo xtask licences` writes it.
const LICENCES: &str = include_str!("../../assets/licenser.txt");

#[derive(Template)]
#[template(path = "was.html")]
struct Was {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "licenser.html")]
struct Licences {
    frame: Frame,
    rows: Vec<[&'static str; 3]>,
}

/// Who asks, whether they are logged in or not.
pub(super) struct Anybody(Option<LoggedIn>);

impl FromRequestParts<PageState> for Anybody {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &PageState) -> Result<Self, Self::Rejection> {
        let session = parts.extensions.get::<Session>();
        Ok(Self(LoggedIn::of(state, session, &parts.method, &parts.uri).await))
    }
}

/// How accessible the pages are.
pub(super) async fn was(State(state): State<PageState>, Anybody(logged_in): Anybody) -> Response {
    html(StatusCode::OK, &Was { frame: Frame::of_anybody(&state, logged_in.as_ref(), "Tilgængelighed") })
}

/// Whose programs it is made of.
pub(super) async fn licences(State(state): State<PageState>, Anybody(logged_in): Anybody) -> Response {
    html(StatusCode::OK, &Licences { frame: Frame::of_anybody(&state, logged_in.as_ref(), "Licenser"), rows: rows() })
}

fn rows() -> Vec<[&'static str; 3]> {
    let row = |line: &'static str| {
        let mut parts = line.split('\t');
        Some([parts.next()?, parts.next()?, parts.next()?])
    };
    LICENCES.lines().filter_map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_has_a_licence() {
        assert_eq!(rows().len(), LICENCES.lines().count());
        assert!(rows().iter().all(|row| row.iter().all(|part| !part.is_empty())));
        assert!(rows().iter().any(|[name, _, _]| *name == "axum"));
    }
}
