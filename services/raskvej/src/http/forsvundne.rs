//! What whole files of payroll no longer had: what HR is asked about.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{AppState, Caller};
use crate::access::Intent;
use crate::forsvundne::{ForsvundetView, forsvundne};
use crate::lookups::Shown;

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forsvundne)]
pub struct AllForsvundne {
    /// The first of it.
    pub forsvundne: Vec<ForsvundetView>,
    /// How much there is.
    #[serde(rename = "antal")]
    pub count: usize,
}

/// What a command about it left behind.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ForsvundetAfgjort)]
pub struct Decided {
    /// Employee number.
    pub medarbejder_nr: String,
    /// Version of the employment after it.
    pub version: u64,
}

/// The absences and employees that a whole file of payroll no longer had, and of which nobody has decided anything.
#[utoipa::path(get, path = "/api/v1/forsvundne", tag = "import", operation_id = "forsvundne",
    responses((status = 200, body = AllForsvundne), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller) -> Result<Response, Problem> {
    user.may_do(Intent::Import)?;
    let (forsvundne, count) = forsvundne(&state.app).await?;
    let shown = Shown::of(forsvundne.iter().map(|one| one.medarbejder_nr.clone()));
    Ok(shown.in_answer(Json(AllForsvundne { forsvundne, count })))
}
