//! The reminders that a mail server refused for good: what HR can look at, and have sent again.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use forloeb::ord::{Fristart, Modtagerrolle};
use forloeb::paamindelser::kan_sendes_igen;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{Kalder, Tilstand};
use crate::adgang::Bruger;
use crate::commands::send_igen::reminder_id;
use crate::kerne::Kerne;

/// A reminder that was refused. No address is in it: HR looks that up where it is mended, in payroll.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FejletVisning {
    /// Its id.
    pub id: Uuid,
    /// Of which forløb.
    pub forloeb: Uuid,
    /// For which frist.
    pub frist: Fristart,
    /// Step.
    pub trin: String,
    /// The day it was planned for.
    pub dag: NaiveDate,
    /// To whom.
    pub modtager_rolle: Modtagerrolle,
    /// Why, e.g. `smtp_550`.
    pub aarsag: String,
    /// When it was refused.
    pub tidspunkt: DateTime<Utc>,
    /// The deadline is still the same, and nobody has met it.
    pub kan_sendes_igen: bool,
}

/// What was refused of the deadlines that still stand out, the newest first.
#[must_use]
pub fn alle_fejlede(kerne: &Kerne, bruger: &Bruger) -> Vec<FejletVisning> {
    let vis = kerne.vis();
    let idag = vis.idag();
    let mut ud = Vec::new();
    for aktuel in vis.i_gang_for(bruger, |_| true).filter(|a| a.dagen.ulevereret) {
        let sag = vis.sag(aktuel);
        let f = &sag.forloeb;
        for (noegle, afgjort) in &f.afgjorte {
            let Udfald::Fejlet { grund } = &afgjort.udfald else { continue };
            if !sag.vurdering.frist(noegle.frist).is_some_and(|frist| frist.status.udestaar()) {
                continue;
            }
            ud.push(FejletVisning {
                id: reminder_id(f.id, noegle),
                forloeb: f.id,
                frist: noegle.frist,
                trin: noegle.trin.clone(),
                dag: afgjort.dag,
                modtager_rolle: noegle.modtager,
                aarsag: grund.clone(),
                tidspunkt: afgjort.tid,
                kan_sendes_igen: kan_sendes_igen(f, noegle, idag, &kerne.bog()),
            });
        }
    }
    ud.sort_by(|a, b| (b.tidspunkt, a.forloeb, a.id).cmp(&(a.tidspunkt, b.forloeb, b.id)));
    ud
}

/// The reminders that the mail server refused for good, of deadlines that still stand out.
#[utoipa::path(get, path = "/api/v1/paamindelser/fejlede", tag = "forloeb",
    responses((status = 200, body = Vec<FejletVisning>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn fejlede(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Result<Json<Vec<FejletVisning>>, Problem> {
    if !bruger.er_hr() {
        return Err(Problem::maa_ikke());
    }
    Ok(Json(alle_fejlede(&t.kerne, &bruger)))
}
