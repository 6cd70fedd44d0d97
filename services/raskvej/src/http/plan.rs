//! A version of a TTA plan over HTTP, and the draft of one.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::problem::Problem;
use super::{AppState, Caller, Id, IdAndVersion, with_etag};
use crate::access::Intent;
use crate::views::plan::{KladdeError, KladdeView, PlanView, show_kladde, show_plan};
use crate::views::plan_daekning::PlanDaekning;

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

/// The draft of the plan, for those who may make plans. It is gone when a version is made.
#[utoipa::path(operation_id = "hent_kladde", get, path = "/api/v1/forloeb/{id}/tta-plan/kladde", tag = "tta",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = KladdeView, headers(("ETag" = String, description = "Forløbets version"))), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub async fn fetch_kladde(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
) -> Result<Response, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let f = user.find(&loan, id, Intent::TtaPlan, &state.app.projections(), state.app.clock.today())?.forloeb();
    let shown = show_kladde(&state.app, f).map_err(|error| match error {
        KladdeError::None => Problem::not_found(),
        KladdeError::Unopened(error) => {
            Problem::new(StatusCode::CONFLICT, error.code(), "Kladden kan ikke åbnes", error.to_string())
        }
    })?;
    Ok(with_etag(f.version, Json(shown)))
}

/// How many of the open plans of each unit cover each principle. It tells of nobody, and of no few.
#[utoipa::path(operation_id = "daekning", get, path = "/api/v1/tta-daekning", tag = "tta",
    responses((status = 200, body = PlanDaekning), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn coverage(State(state): State<AppState>, Caller(user): Caller) -> Result<Json<PlanDaekning>, Problem> {
    user.may_do(Intent::Statistics)?;
    Ok(Json(PlanDaekning::of(&user, &state.app.projections())))
}
