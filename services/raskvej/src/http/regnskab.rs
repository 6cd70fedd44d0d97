//! The refusion ledger of a forløb over the API.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use forloeb::frister::assess;
use forloeb::refusion::ophoer::earliest_ophoer;
use forloeb::regnskab::regnskab;

use super::problem::Problem;
use super::{AppState, Caller, Id, with_etag};
use crate::access::Intent;
use crate::views::regnskab::RegnskabView;

/// The refusion ledger: the state of every day, sums in kroner with their terms, and the claims checked for gaps and
/// overlaps.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/refusion", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = RegnskabView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn refusion(State(state): State<AppState>, Caller(user): Caller, Id(id): Id) -> Result<Response, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    let f = user.find(&loan, id, Intent::Penge, &state.app.projections(), today)?.forloeb();
    let r = assess(f, today, loan.book()).refusion;
    let ophoer = earliest_ophoer(loan.all(), f, today, loan.book());
    let view = RegnskabView::af(f, &r, &regnskab(f, &r, today, loan.book()), (today, ophoer));
    Ok(with_etag(view.version, Json(view)))
}
