//! What whole files of payroll no longer had: what HR is asked about.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{AT_MOST, AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::forsvundne::{ForsvundetView, Forsvundne, Place, forsvundne};
use crate::lookups::Shown;

const PATH: &str = "/api/v1/forsvundne";

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forsvundne)]
pub struct AllForsvundne {
    /// Employees first, then absences.
    pub forsvundne: Vec<ForsvundetView>,
    /// Cursor of the next page.
    #[serde(rename = "naeste")]
    pub next: Option<String>,
    /// How much there is in all.
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
    params(("limit" = Option<usize>, Query, description = "1 til 500; 500 som standard"),
        ("cursor" = Option<String>, Query, description = "naeste fra forrige svar")),
    responses((status = 200, body = AllForsvundne, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Import)?;
    search.known_ones(&["limit", "cursor"])?;
    let (limit, after) = (search.limit(AT_MOST)?, search.cursor(Place::from_cursor)?);
    let Forsvundne { all: forsvundne, count, next } = forsvundne(&state.app, after, limit).await?;
    let next = next.as_ref().map(Place::cursor);
    let link = next.as_ref().map(|next| search.onward(PATH, "cursor", next));
    let shown = Shown::of(forsvundne.iter().map(|one| one.medarbejder_nr.clone()));
    Ok(with_next(link, shown.in_answer(Json(AllForsvundne { forsvundne, next, count }))))
}
