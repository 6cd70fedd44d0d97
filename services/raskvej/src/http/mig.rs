//! What an employee reads of themself: who has looked them up, and everything that is held about them as one file.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use forloeb::Aktoer;
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::indsigt::{WRONG_FORMAT, as_file};
use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::access::{Intent, User};
use crate::insight::{self, Asked, Insight, Written};
use crate::lookups::by_others;
use app::opslag::{Content, Formaal, Opslag, OpslagPlace};
use app::stored::OpslagNoteret;

const PATH: &str = "/api/v1/mig/opslag";

/// The caller's employee number, where they come as an employee.
fn own_nr(user: &User) -> Result<&str, Problem> {
    let nr = user.nr.as_deref().filter(|_| user.may_do(Intent::Mine).is_ok());
    nr.ok_or_else(|| Problem::takes(Intent::Mine))
}

/// A look-up, as whom it is about is told it: who it was, the workplace tells when there is a reason to.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpslagOmMig)]
pub struct OwnOpslag {
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// In which role it was read.
    pub rolle: Option<Rolle>,
    /// What for.
    pub formaal: Formaal,
    /// What was read.
    #[serde(rename = "indhold")]
    pub content: Content,
    /// The forløb, where it was about one.
    pub forloeb: Option<Uuid>,
    /// The version of the TTA plan, where it was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
}

impl From<Opslag> for OwnOpslag {
    fn from(opslag: Opslag) -> Self {
        let Opslag { time, reader, formaal, content, about: _, forloeb, version } = opslag;
        Self { tidspunkt: time, rolle: reader.rolle, formaal, content, forloeb, version }
    }
}

/// Somebody opened name and CPR number.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CprOpslagOmMig)]
pub struct OwnCprOpslag {
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// In which role.
    pub rolle: Option<Rolle>,
    /// What was done, and what for.
    pub formaal: &'static str,
    /// Of which forløb.
    pub forloeb: Uuid,
}

impl OwnCprOpslag {
    fn new(tidspunkt: DateTime<Utc>, aktoer: &Aktoer, noted: &OpslagNoteret) -> Self {
        Self { tidspunkt, rolle: aktoer.rolle, formaal: noted.formaal.name(), forloeb: noted.forloeb }
    }
}

/// Who has looked the caller up, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = EgneOpslag)]
pub struct OwnPage {
    /// Those who have read about them, themself aside.
    pub opslag: Vec<OwnOpslag>,
    /// The newest 50 who opened name and CPR number; with the first page.
    pub cpr: Vec<OwnCprOpslag>,
    /// There are earlier ones: follow `Link`.
    #[serde(rename = "flere")]
    pub more: bool,
}

/// Who has looked the caller up: when, in which role, and what for. For an employee, of themself.
#[utoipa::path(operation_id = "egne_opslag", get, path = "/api/v1/mig/opslag", tag = "mig",
    params(("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = OwnPage, headers(("Link" = Option<String>, description = "Adressen på tidligere, hvis der er flere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn opslag(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    let nr = own_nr(&user)?;
    search.known_ones(&["cursor"])?;
    let from = search.cursor(OpslagPlace::from_cursor)?;
    let found = by_others(&state.app, nr, from).await?;
    let cpr = if from.is_none() { state.app.cpr_opslag(nr).await? } else { Vec::new() };
    let next = found.onward.map(|place| search.onward(PATH, "cursor", &place.cursor()));
    let page = OwnPage {
        opslag: found.all.into_iter().map(OwnOpslag::from).collect(),
        cpr: cpr.iter().map(|(time, aktoer, noted)| OwnCprOpslag::new(*time, aktoer, noted)).collect(),
        more: found.onward.is_some(),
    };
    Ok(with_next(next, Json(page).into_response()))
}

/// Everything that is held about the caller, in all their employments, with everybody who looked them up. That it is taken is noted
/// as a look-up. For an employee, of themself.
#[utoipa::path(operation_id = "egen_indsigt", get, path = "/api/v1/mig/indsigt", tag = "mig",
    params(("format" = Option<String>, Query, description = "json, eller tekst til at læse; json som standard")),
    responses((status = 200, content((Insight = "application/json"), (String = "text/plain"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn everything(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Response, Problem> {
    let nr = own_nr(&user)?.to_owned();
    search.known_ones(&["format"])?;
    let format = search.read("format", Written::from_name, WRONG_FORMAT)?.unwrap_or(Written::Json);
    let asked = Asked { nr, reader: user.aktoer(), formaal: Formaal::Own };
    Ok(as_file(insight::file(&state.app, asked, format).await?, format, "alt-om-mig"))
}
