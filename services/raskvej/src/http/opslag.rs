//! Who has read about whom.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Search};
use crate::access::Intent;
use crate::dates;
use crate::lookups;
use app::opslag::unusual::Reason;
use app::opslag::{Content, Formaal, Opslag};

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
    /// Employee numbers it was about: the one that was asked for, or all of one that is unusual.
    #[serde(rename = "om")]
    pub about: Vec<String>,
    /// Why it is listed as unusual; empty where that was not asked.
    #[serde(rename = "usaedvanligt")]
    pub unusual: Vec<Reason>,
}

impl OpslagView {
    fn new(opslag: Opslag, about: Vec<String>, unusual: Vec<Reason>) -> Self {
        let Opslag { time, reader, formaal, content, forloeb, .. } = opslag;
        Self { tidspunkt: time, rolle: reader.rolle, nr: reader.nr, formaal, content, forloeb, about, unusual }
    }
}

/// Look-ups, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpslagSide)]
pub struct OpslagPage {
    /// The look-ups.
    pub opslag: Vec<OpslagView>,
    /// There are more in the period: ask for fewer days.
    #[serde(rename = "flere")]
    pub more: bool,
}

/// The look-ups about an employee, or the unusual ones of everybody. For HR and the auditor.
#[utoipa::path(operation_id = "opslag", get, path = "/api/v1/opslag", tag = "revision",
    params(("medarbejder_nr" = Option<String>, Query, description = "Hvem der er læst om; skal med, medmindre usaedvanlige=ja"),
        ("usaedvanlige" = Option<String>, Query, description = "ja: dem, nogen bør se på, om alle medarbejdere"),
        ("fra" = Option<chrono::NaiveDate>, Query, description = "Første dag; 30 dage før til som standard"),
        ("til" = Option<chrono::NaiveDate>, Query, description = "Sidste dag; i dag som standard")),
    responses((status = 200, body = OpslagPage), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn search(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<OpslagPage>, Problem> {
    user.may_do(Intent::Opslag)?;
    search.known_ones(&["medarbejder_nr", "usaedvanlige", "fra", "til"])?;
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
            Ok(Json(OpslagPage { opslag: found.into_iter().map(view).collect(), more: false }))
        }
        (None | Some("nej"), Some(nr)) => {
            let found = lookups::about(&state.app, &user, nr, period).await?;
            let view = |opslag| OpslagView::new(opslag, vec![nr.to_owned()], Vec::new());
            Ok(Json(OpslagPage { opslag: found.all.into_iter().map(view).collect(), more: found.more }))
        }
        (None | Some("nej"), None) => Err(Problem::felt("medarbejder_nr", "skal udfyldes, medmindre usaedvanlige=ja")),
        (Some("ja"), Some(_)) => Err(Problem::felt("usaedvanlige", "kan ikke gives sammen med medarbejder_nr")),
        (Some(_), _) => Err(Problem::felt("usaedvanlige", "skal være ja eller nej")),
    }
}
