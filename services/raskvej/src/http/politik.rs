//! The workplace's own policies, and the signals they give.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::politik::{Med, Politik, PolitikFastsat};
use forloeb::signaler::Signal;
use forloeb::words::Medorgan;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Id, with_etag};
use crate::access::Intent;
use crate::politik::{Fastsat, PolitikError, Withdrawn, all};
use crate::views::signaler::of;

/// A policy that was laid down.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PolitikVisning)]
pub struct PolitikView {
    /// First absence day from which it holds; until the next one for the same people.
    pub fra: NaiveDate,
    /// Its name, as it stands in the rule set and the source of every date it decides.
    #[serde(rename = "navn")]
    pub name: String,
    /// Codes of the units it is for; with no unit and no district it is for all.
    pub enhed: Vec<String>,
    /// Codes of the districts it is for.
    pub distrikt: Vec<String>,
    /// The policy, as TOML.
    pub politik: String,
    /// Its reminders are laid beside those there are; of a policy from before that was so they take the place of all others of
    /// their frist.
    pub laegger_til: bool,
    /// When it was laid down.
    pub tidspunkt: DateTime<Utc>,
    /// Role of the one who did.
    pub aktoer: Option<String>,
    /// Where in the log.
    pub position: u64,
    /// What was said of MED; none: nobody has said.
    pub med: Option<MedView>,
    /// That it was withdrawn.
    pub tilbagetrukket: Option<TilbagetrukketView>,
}

/// Whether something was talked over in MED.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = MedVisning)]
pub struct MedView {
    /// Where, or that it was not.
    pub organ: Medorgan,
    /// On which day, where it was.
    pub dato: Option<NaiveDate>,
}

impl From<Med> for MedView {
    fn from(Med { organ, dato }: Med) -> Self {
        Self { organ, dato }
    }
}

/// That a policy was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TilbagetrukketVisning)]
pub struct TilbagetrukketView {
    /// First absence day for which it does not hold.
    pub fra: NaiveDate,
    /// What was said of MED; none: nobody has said.
    pub med: Option<MedView>,
    /// When it was withdrawn.
    pub tidspunkt: DateTime<Utc>,
    /// Role of the one who did.
    pub aktoer: Option<String>,
    /// Where in the log.
    pub position: u64,
}

impl From<Withdrawn> for TilbagetrukketView {
    fn from(w: Withdrawn) -> Self {
        let aktoer = w.aktoer.rolle.map(|r| r.code().to_owned());
        let (fra, med) = (w.what.fra, w.what.med.map(Into::into));
        Self { fra, med, tidspunkt: w.time, aktoer, position: w.position }
    }
}

impl From<Fastsat> for PolitikView {
    fn from(f: Fastsat) -> Self {
        let Fastsat { policy, politik: read, time: tidspunkt, aktoer, position, withdrawn } = f;
        let PolitikFastsat { fra, politik, laegger_til, med } = policy;
        let Politik { name, enhed, distrikt, .. } = read;
        let (name, enhed, distrikt) = (name.to_string(), enhed.unwrap_or_default(), distrikt.unwrap_or_default());
        let aktoer = aktoer.rolle.map(|r| r.code().to_owned());
        let (med, tilbagetrukket) = (med.map(Into::into), withdrawn.map(Into::into));
        Self { fra, name, enhed, distrikt, politik, laegger_til, tidspunkt, aktoer, position, med, tilbagetrukket }
    }
}

impl From<PolitikError> for Problem {
    fn from(error: PolitikError) -> Self {
        match error {
            PolitikError::TooEarly(dag) => {
                Self::felt("fra", format!("kan tidligst være {dag}: forløb, der er begyndt, beholder deres regler"))
            }
            PolitikError::Text(error) => Self::felt("politik", error),
            PolitikError::Field(finding) => Self::felt(finding.felt, finding.error),
            PolitikError::IsWithdrawn(dag) => {
                Self::felt("politik", format!("er allerede trukket tilbage for fravær fra {dag}"))
            }
            PolitikError::IsOver(dag) => {
                Self::felt("fra", format!("skal være før {dag}: fra da af gælder en senere politik i stedet"))
            }
            PolitikError::NoSuchPolitik => Self::felt("politik", "skal være positionen for en politik, der er fastsat"),
            PolitikError::DomainCommand(error) => error.into(),
        }
    }
}

/// Every policy that was laid down, oldest first.
#[utoipa::path(operation_id = "hent", get, path = "/api/v1/politik", tag = "politik",
    responses((status = 200, body = Vec<PolitikView>, headers(("ETag" = String, description = "Positionen for det nyeste, der er fastsat eller trukket tilbage"))), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn fetch(State(state): State<AppState>, Caller(user): Caller) -> Result<Response, Problem> {
    user.may_do(Intent::ReadPolitik)?;
    let all: Vec<PolitikView> = all(&state.app.log).await?.into_iter().map(Into::into).collect();
    let positions = all.iter().flat_map(|one| [Some(one.position), one.tilbagetrukket.as_ref().map(|t| t.position)]);
    let newest = positions.flatten().max().unwrap_or(0);
    Ok(with_etag(newest, Json(all)))
}

/// Frequent absence, with what was counted.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalVisning)]
pub struct SignalView {
    /// Name of the rule.
    #[serde(rename = "navn")]
    pub name: String,
    /// How many periods, or days, there are.
    #[serde(rename = "antal")]
    pub count: u32,
    /// From how many on the signal is given.
    #[serde(rename = "graense")]
    pub bound: u32,
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
    /// Its forløb; of a part day with nothing after it, which is none, its registration.
    pub forloeb: Uuid,
    /// First day.
    pub fra: NaiveDate,
    /// Last day so far.
    pub til: NaiveDate,
    /// Calendar days.
    pub dage: i64,
}

impl From<Signal> for SignalView {
    fn from(s: Signal) -> Self {
        let periode = |(forloeb, d): (Uuid, forloeb::refusion::Dage)| {
            let (fra, til, dage) = (d.fra, d.til, d.count());
            SignalPeriode { forloeb, fra, til, dage }
        };
        Self {
            name: s.name.to_string(),
            count: s.count,
            bound: s.bound,
            fra: s.window.fra,
            til: s.window.til,
            perioder: s.perioder.into_iter().map(periode).collect(),
            kilde: s.kilde.to_string(),
        }
    }
}

/// Signals of frequent absence of the employee of a forløb, as of today. For the leader and HR: no rule uses them.
#[utoipa::path(get, path = "/api/v1/forloeb/{id}/signaler", tag = "forloeb",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = Vec<SignalView>), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn signaler_for(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
) -> Result<Json<Vec<SignalView>>, Problem> {
    let loan = state.app.loan_forloeb(id).await?;
    let today = state.app.clock.today();
    user.find(&loan, id, Intent::Signaler, &state.app.projections(), today)?;
    let found = of(&state.app, &user, &loan, today);
    Ok(Json(found.into_iter().map(Into::into).collect()))
}
