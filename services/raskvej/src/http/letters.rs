//! The reminders that a mail server refused for good: what HR can look at, and have sent again.

use crate::access::Intent;
use crate::fejlede::{FejletView, all_fejlede};
use axum::Json;
use axum::extract::State;
use axum::response::Response;

use super::problem::Problem;
use super::{AppState, Caller};
use crate::lookups::Shown;

/// The reminders that the mail server refused for good, of deadlines that still stand out.
#[utoipa::path(get, path = "/api/v1/paamindelser/fejlede", tag = "forloeb",
    responses((status = 200, body = Vec<FejletView>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn fejlede(State(state): State<AppState>, Caller(user): Caller) -> Result<Response, Problem> {
    user.may_do(Intent::Mails)?;
    let all = all_fejlede(&state.app, &user);
    let shown = {
        let projections = state.app.projections();
        Shown::of(all.iter().filter_map(|f| projections.whose(f.forloeb)).map(str::to_owned))
    };
    Ok(shown.in_answer(Json(all)))
}
