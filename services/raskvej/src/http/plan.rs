//! A version of a TTA plan over HTTP.

use axum::Json;
use axum::extract::State;

use super::problem::Problem;
use super::{IdOgVersion, Kalder, Tilstand};
use crate::views::plan::{PlanVisning, vis_plan};

/// One version of the plan. The auditor sees its dates and codes, and not its words.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/tta-plan/{version}", tag = "tta",
    params(("id" = String, Path, description = "Forløbets id"), ("version" = u32, Path)),
    responses((status = 200, body = PlanVisning), (status = 401, body = Problem), (status = 404, body = Problem)))]
pub async fn hent(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    IdOgVersion(id, version): IdOgVersion,
) -> Result<Json<PlanVisning>, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    Ok(Json(vis_plan(&t.kerne, &bruger, id, version)?))
}
