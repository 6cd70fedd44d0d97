//! Who has read about whom.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::dates;
use crate::lookups;
use app::opslag::unusual::Reason;
use app::opslag::{Content, Formaal, Opslag};

const PATH: &str = "/api/v1/opslag";

/// A look-up.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpslagVisning)]
pub struct OpslagView {
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// In which role it was read.
    pub rolle: Option<Rolle>,
    /// By whom: an employee number.
    pub nr: Option<String>,
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
    /// Employee numbers it was about: the one that was asked for, or all of one that is unusual.
    #[serde(rename = "om")]
    pub about: Vec<String>,
    /// Why it is listed as unusual; empty where that was not asked.
    #[serde(rename = "usaedvanligt")]
    pub unusual: Vec<Reason>,
}

impl OpslagView {
    fn new(opslag: Opslag, about: Vec<String>, unusual: Vec<Reason>) -> Self {
        let Opslag { time, reader, formaal, content, forloeb, version, .. } = opslag;
        Self { tidspunkt: time, rolle: reader.rolle, nr: reader.nr, formaal, content, forloeb, version, about, unusual }
    }
}

/// Look-ups, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpslagSide)]
pub struct OpslagPage {
    /// The look-ups.
    pub opslag: Vec<OpslagView>,
    /// There are more in the period: follow `Link`, or ask for fewer days.
    #[serde(rename = "flere")]
    pub more: bool,
}

/// The look-ups about an employee, or the unusual ones of everybody. For HR and the auditor.
#[utoipa::path(operation_id = "opslag", get, path = "/api/v1/opslag", tag = "revision",
    params(("medarbejder_nr" = Option<String>, Query, description = "Hvem der er læst om; skal med, medmindre usaedvanlige=ja"),
        ("usaedvanlige" = Option<String>, Query, description = "ja: dem, nogen bør se på, om alle medarbejdere"),
        ("fra" = Option<chrono::NaiveDate>, Query, description = "Første dag; 30 dage før til som standard"),
        ("til" = Option<chrono::NaiveDate>, Query, description = "Sidste dag; i dag som standard"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = OpslagPage, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn search(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Opslag)?;
    search.known_ones(&["medarbejder_nr", "usaedvanlige", "fra", "til", "cursor"])?;
    let day = |name| search.tekst(name).map(dates::day).transpose().map_err(|error| Problem::felt(name, error));
    let period = lookups::Period::new(day("fra")?, day("til")?, state.app.clock.today())
        .ok_or_else(|| Problem::felt("fra", "skal ligge før til"))?;
    match (search.tekst("usaedvanlige"), search.tekst("medarbejder_nr")) {
        (Some("ja"), None) => {
            let found = lookups::unusual(&state.app, &user, period).await?;
            let view = |(opslag, why): (Opslag, Vec<Reason>)| {
                let about = opslag.about.clone();
                OpslagView::new(opslag, about, why)
            };
            Ok(Json(OpslagPage { opslag: found.into_iter().map(view).collect(), more: false }).into_response())
        }
        (None | Some("nej"), Some(nr)) => {
            let of_oldest = search.cursor(|text| text.parse().ok())?;
            let found = lookups::about_oldest(&state.app, &user, nr, period, of_oldest).await?;
            let view = |opslag| OpslagView::new(opslag, vec![nr.to_owned()], Vec::new());
            // The same days, also where they are asked for tomorrow.
            let next = found.more.then(|| {
                let days = [("fra", period.fra), ("til", period.til)].map(|(name, day)| (name, day.to_string()));
                search.with(&days).onward(PATH, "cursor", &found.earlier.to_string())
            });
            let page = OpslagPage { opslag: found.all.into_iter().map(view).collect(), more: found.more };
            Ok(with_next(next, Json(page).into_response()))
        }
        (None | Some("nej"), None) => Err(Problem::felt("medarbejder_nr", "skal udfyldes, medmindre usaedvanlige=ja")),
        (Some("ja"), Some(_)) => Err(Problem::felt("usaedvanlige", "kan ikke gives sammen med medarbejder_nr")),
        (Some(_), _) => Err(Problem::felt("usaedvanlige", "skal være ja eller nej")),
    }
}
