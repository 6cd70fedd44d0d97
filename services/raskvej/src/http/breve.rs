//! The reminders that a mail server refused for good: what HR can look at, and have sent again.

use crate::fejlede::{FejletVisning, alle_fejlede};
use axum::Json;
use axum::extract::State;

use super::problem::Problem;
use super::{Kalder, Tilstand};

/// The reminders that the mail server refused for good, of deadlines that still stand out.
#[utoipa::path(get, path = "/api/v1/paamindelser/fejlede", tag = "forloeb",
    responses((status = 200, body = Vec<FejletVisning>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn fejlede(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Result<Json<Vec<FejletVisning>>, Problem> {
    if !bruger.er_hr() {
        return Err(Problem::maa_ikke());
    }
    Ok(Json(alle_fejlede(&t.kerne, &bruger)))
}
