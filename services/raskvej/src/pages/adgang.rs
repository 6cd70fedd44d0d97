//! "Why can I see this?", and why not: the page of a forløb and the page of what does not exist lead here.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::http::adgang::AccessView;
use crate::sentences::rolle_name;

#[derive(Template)]
#[template(path = "adgang.html")]
struct Page {
    frame: Frame,
    rolle: &'static str,
    it: AccessView,
    /// The address of the forløb, for those who see it.
    path: String,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(asked): Path<String>,
) -> Result<Response, PageError> {
    let it = AccessView::of(&state.service.app, &logged_in.user, &asked).await?;
    let k = ReaderView::new(&state, &logged_in);
    let title = if it.adgang { "Hvorfor kan jeg se det?" } else { "Hvorfor kan jeg ikke se det?" };
    let sees = it.adgang;
    let path = if sees { format!("/forloeb/{asked}") } else { String::new() };
    let page = Page { frame: k.frame(title), rolle: rolle_name(logged_in.user.rolle), it, path };
    Ok(AccessView::told(&asked, sees, html(StatusCode::OK, &page)))
}
