//! A provider says that somebody's login has ended there. It is no page: the provider asks, and no browser.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::PageState;
use super::frame::PageError;
use super::parts::origin::Origin;
use super::session::{Form, find};
use crate::login::NotEnded;
use crate::problem::Problem;
use crate::wrong_tries::Way;

/// What OAuth calls a request that does not hold.
const REFUSED: &str = "{\"error\":\"invalid_request\"}";

/// Ends the sessions that rest on the login. What does not hold is counted like a token that does not work.
pub(super) async fn ended(
    State(state): State<PageState>,
    Origin(from): Origin,
    Path(code): Path<String>,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let token = find(&fields, "logout_token").unwrap_or_default();
    match state.settings.login.ended(&code, token, state.sessions.now()).await {
        Ok((issuer, ended)) => {
            let count = state.sessions.end_at_provider(&code, &issuer, &ended).await.map_err(PageError::internal)?;
            tracing::info!(provider = code, count, "udbyderen har afsluttet et login");
            Ok(StatusCode::OK.into_response())
        }
        Err(NotEnded::UnknownProvider) => Err(Problem::not_found().into()),
        Err(NotEnded::Because(why)) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            if let Err(wait) = state.service.wrong_tries.count(from, Way::Logout) {
                let problem = Problem::too_many_tries(wait);
                let mut answer = (problem.status_code(), kind, REFUSED).into_response();
                answer.headers_mut().extend(problem.retry_after.map(|seconds| (header::RETRY_AFTER, seconds.into())));
                return Ok(answer);
            }
            tracing::warn!(provider = code, grund = why, "et logout-token holder ikke");
            Ok((StatusCode::BAD_REQUEST, kind, REFUSED).into_response())
        }
    }
}
