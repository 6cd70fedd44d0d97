//! The workplace's own policies, and the signals they give.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::signaler::{Signal, signaler};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{Id, Kalder, Tilstand};
use crate::politik::{Fastsat, PolitikFejl, alle};

/// A policy that was laid down.
#[derive(Debug, Serialize, ToSchema)]
pub struct PolitikVisning {
    /// First absence day from which it holds; until the next one.
    pub fra: NaiveDate,
    /// The policy, as TOML.
    pub politik: String,
    /// When it was laid down.
    pub tidspunkt: DateTime<Utc>,
    /// Role of the one who did.
    pub aktoer: Option<String>,
    /// Where in the log.
    pub position: u64,
}

impl From<Fastsat> for PolitikVisning {
    fn from(f: Fastsat) -> Self {
        let Fastsat { fra, tekst: politik, tid: tidspunkt, aktoer, position } = f;
        Self { fra, politik, tidspunkt, aktoer: aktoer.rolle.map(|r| r.kode().to_owned()), position }
    }
}

impl From<PolitikFejl> for Problem {
    fn from(fejl: PolitikFejl) -> Self {
        match fejl {
            PolitikFejl::ForTidligt(dag) => {
                Self::felt("fra", format!("kan tidligst være {dag}: forløb, der er begyndt, beholder deres regler"))
            }
            PolitikFejl::Tekst(fejl) => Self::felt("politik", fejl),
            PolitikFejl::Kommando(fejl) => fejl.into(),
        }
    }
}

/// Every policy that was laid down, oldest first.
#[utoipa::path(get, path = "/api/v1/politik", tag = "politik",
    responses((status = 200, body = Vec<PolitikVisning>), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn hent(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Result<Json<Vec<PolitikVisning>>, Problem> {
    if !bruger.er_hr() && !bruger.er_revisor() {
        return Err(Problem::maa_ikke());
    }
    Ok(Json(alle(&t.kerne.log).await?.into_iter().map(Into::into).collect()))
}

/// Frequent absence, with what was counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalVisning {
    /// Name of the rule.
    pub navn: String,
    /// How many periods, or days, there are.
    pub antal: u32,
    /// From how many on the signal is given.
    pub graense: u32,
    /// First day of the window.
    pub fra: NaiveDate,
    /// Last day of the window: today.
    pub til: NaiveDate,
    /// The periods that began in the window.
    pub perioder: Vec<SignalPeriode>,
    /// Policy.
    pub kilde: String,
}

/// One period that was counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignalPeriode {
    /// Its forløb.
    pub forloeb: Uuid,
    /// First day.
    pub fra: NaiveDate,
    /// Last day so far.
    pub til: NaiveDate,
    /// Calendar days.
    pub dage: i64,
}

impl From<Signal> for SignalVisning {
    fn from(s: Signal) -> Self {
        let periode = |(forloeb, d): (Uuid, forloeb::refusion::Dage)| {
            let (fra, til, dage) = (d.fra, d.til, d.antal());
            SignalPeriode { forloeb, fra, til, dage }
        };
        Self {
            navn: s.navn.to_string(),
            antal: s.antal,
            graense: s.graense,
            fra: s.vindue.fra,
            til: s.vindue.til,
            perioder: s.perioder.into_iter().map(periode).collect(),
            kilde: s.kilde.to_string(),
        }
    }
}

/// Signals of frequent absence of the employee of a forløb, as of today. For the leader and HR: no rule uses them.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/signaler", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<SignalVisning>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn signaler_for(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    Id(id): Id,
) -> Result<Json<Vec<SignalVisning>>, Problem> {
    let _laan = t.kerne.laan_forloeb(id).await?;
    let (idag, bog, vis) = (t.kerne.ur.idag(), t.kerne.bog(), t.kerne.vis());
    let f = bruger.find(id, &vis, idag)?;
    if !bruger.maa_se_signaler() {
        return Err(Problem::maa_ikke());
    }
    let nyuddannet = vis.stamdata(&f.medarbejder_nr).is_some_and(|s| s.nyuddannet);
    // A new leader is not told of what was over before; what is counted is what is shown.
    let mut synlige = vis.forloeb_for(&f.medarbejder_nr)?;
    synlige.retain(|f| bruger.find(f.id, &vis, idag).is_ok());
    let fundet = signaler(&synlige, nyuddannet, idag, bog.gaeldende(idag));
    Ok(Json(fundet.into_iter().map(Into::into).collect()))
}
