//! What an auditor takes away: the bundle of the whole log or of one case, and the seal of the log as it is now.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::response::Response;

use super::PageState;
use super::frame::PageError;
use super::reader_view::{ReaderView, id};
use super::session::LoggedIn;
use crate::access::Intent;
use crate::bundle_file::file;
use crate::problem::Problem;

/// The seal of the log as it is now, as `raskvej seal` writes it.
pub(super) async fn seal(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let app = &state.service.app;
    let seal = app.seal().await.map_err(|error| Problem::intern(&error))?;
    let tree = app.log.commit_tree().await?;
    let name = format!("raskvej-{}.segl", tree.commits);
    Ok(file(&name, "text/plain; charset=utf-8", Body::from(seal.checkpoint(&tree))))
}

/// The bundle of the whole log.
pub(super) async fn whole_log(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    Ok(state.service.bundles.whole_log(&state.service.app).await?)
}

/// The bundle of one case.
pub(super) async fn of_forloeb(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Replay) {
        return Err(Problem::takes(Intent::Replay).into());
    }
    let loan = state.service.app.loan_forloeb(id(&tekst)?).await?;
    let id = ReaderView::new(&state, &logged_in).find(&loan, id(&tekst)?, Intent::Replay)?.id;
    Ok(state.service.bundles.of_forloeb(&state.service.app, id).await?)
}
