//! Who acts for a leader who is not there.

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use forloeb::stedfortraeder::{Stedfortraedere, Stedfortraederperiode};
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::{Kalder, Soeg, Tilstand};

/// A leader's substitutes.
#[derive(Debug, Serialize, ToSchema)]
pub struct StedfortraederVisning {
    /// Employee number of the leader.
    pub leder_nr: String,
    /// Employee number of the one who acts whenever the leader turns out not to be there.
    pub fast_stedfortraeder_nr: Option<String>,
    /// The days on which the leader is away, today's and later ones.
    pub perioder: Vec<StedfortraederperiodeVisning>,
}

/// Days on which somebody stands in.
#[derive(Debug, Serialize, ToSchema)]
pub struct StedfortraederperiodeVisning {
    /// First day.
    pub fra: NaiveDate,
    /// Last day.
    pub til: NaiveDate,
    /// Employee number.
    pub stedfortraeder_nr: String,
}

impl StedfortraederVisning {
    pub(super) fn af(leder_nr: &str, s: Option<&Stedfortraedere>, idag: NaiveDate) -> Self {
        let vis = |v: &Stedfortraederperiode| StedfortraederperiodeVisning {
            fra: v.fra,
            til: v.til,
            stedfortraeder_nr: v.nr.clone(),
        };
        Self {
            leder_nr: leder_nr.to_owned(),
            fast_stedfortraeder_nr: s.and_then(|s| s.fast()).map(str::to_owned),
            perioder: s.map(|s| s.perioder(idag).map(vis).collect()).unwrap_or_default(),
        }
    }
}

/// Who acts for a leader. For HR, the leader, and the leader's leader.
#[utoipa::path(get, path = "/api/v1/stedfortraeder", tag = "stedfortraeder",
    params(("leder_nr" = String, Query, description = "Lederens medarbejdernummer")),
    responses((status = 200, body = StedfortraederVisning), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn hent(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    soeg: Soeg,
) -> Result<Json<StedfortraederVisning>, Problem> {
    soeg.kendte(&["leder_nr"])?;
    let leder_nr = soeg.tekst("leder_nr").ok_or_else(|| Problem::felt("leder_nr", "skal udfyldes"))?;
    let vis = t.kerne.vis();
    bruger.maa_udpege(leder_nr, &vis)?;
    Ok(Json(StedfortraederVisning::af(leder_nr, vis.stedfortraedere(leder_nr), vis.idag())))
}
