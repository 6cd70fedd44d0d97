//! Who acts for a leader who is not there.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use forloeb::stedfortraeder::{Stedfortraedere, Stedfortraederperiode};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{AppState, Caller, Search};

/// A leader's substitutes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StedfortraederVisning)]
pub struct StedfortraederView {
    /// Employee number of the leader.
    pub leder_nr: String,
    /// Employee number of the one who acts whenever the leader turns out not to be there.
    pub fast_stedfortraeder_nr: Option<String>,
    /// The days on which the leader is away, today's and later ones.
    pub perioder: Vec<StedfortraederperiodeView>,
}

/// Days on which somebody stands in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = StedfortraederperiodeVisning)]
pub struct StedfortraederperiodeView {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Employee number.
    pub stedfortraeder_nr: String,
}

impl StedfortraederView {
    pub(super) fn af(leder_nr: &str, s: Option<&Stedfortraedere>, today: NaiveDate) -> Self {
        let projections = |v: &Stedfortraederperiode| StedfortraederperiodeView {
            fra: v.fra,
            til: v.til,
            stedfortraeder_nr: v.nr.clone(),
        };
        Self {
            leder_nr: leder_nr.to_owned(),
            fast_stedfortraeder_nr: s.and_then(|s| s.fast()).map(str::to_owned),
            perioder: s.map(|s| s.perioder(today).map(projections).collect()).unwrap_or_default(),
        }
    }
}

/// Who acts for a leader. For HR, the leader, and the leader's leader.
#[utoipa::path(operation_id = "hent", get, path = "/api/v1/stedfortraeder", tag = "stedfortraeder",
    params(("leder_nr" = String, Query, description = "Lederens medarbejdernummer")),
    responses((status = 200, body = StedfortraederView), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn fetch(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<StedfortraederView>, Problem> {
    search.known_ones(&["leder_nr"])?;
    let leder_nr = search.tekst("leder_nr").ok_or_else(|| Problem::felt("leder_nr", "skal udfyldes"))?;
    let projections = state.app.projections();
    user.may_udpege(leder_nr, &projections)?;
    Ok(Json(StedfortraederView::af(leder_nr, projections.stedfortraedere(leder_nr), projections.today())))
}
