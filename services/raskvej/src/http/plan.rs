//! A version of a TTA plan over HTTP.

use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::problem::Problem;
use super::{AppState, Caller, IdAndVersion, with_etag};
use crate::access::Intent;
use crate::views::plan::{PlanView, show_plan};

/// One version of the plan. The auditor sees its dates and codes, and not its words.
#[utoipa::path(operation_id = "hent", get, path = "/api/v1/forloeb/{id}/tta-plan/{version}", tag = "tta",
    params(("id" = String, Path, description = "Forløbets id"), ("version" = u32, Path)),
    responses((status = 200, body = PlanView, headers(("ETag" = String, description = "Planens version"))), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn fetch(
    State(state): State<AppState>,
    Caller(user): Caller,
    IdAndVersion(id, version): IdAndVersion,
) -> Result<Response, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let f = user.find(&loan, id, Intent::Plan, &state.app.projections(), state.app.clock.today())?.forloeb();
    Ok(with_etag(version.into(), Json(show_plan(&state.app, &user, f, version)?)))
}
