//! Who has read about whom.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::dates;
use crate::lookups::{self, Shown, Wanted};
use app::opslag::unusual::Reason;
use app::opslag::{Content, Formaal, Opslag, OpslagPlace};

const PATH: &str = "/api/v1/opslag";
/// Employee numbers that are named of one look-up that was searched for: a list may have been about everybody.
const ABOUT_AT_MOST: usize = 100;

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
    /// The name of the token that was used, where it is nobody's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub navn: Option<String>,
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
    /// Employee numbers it was about: the one that was asked for; of an unusual one all of them; else the first hundred.
    #[serde(rename = "om")]
    pub about: Vec<String>,
    /// How many employees it was about, of those whom the caller may search.
    #[serde(rename = "antal_om")]
    pub about_count: usize,
    /// Why it is listed as unusual; empty where that was not asked.
    #[serde(rename = "usaedvanligt")]
    pub unusual: Vec<Reason>,
}

impl OpslagView {
    /// One that was searched for: about the one who was asked for, or else the first of those it was about.
    fn found(mut opslag: Opslag, asked_for: Option<&str>) -> Self {
        if let Some(nr) = asked_for {
            opslag.about = vec![nr.to_owned()];
        }
        let mut view = Self::unusual((opslag, Vec::new()));
        view.about.truncate(ABOUT_AT_MOST);
        view
    }

    /// One that somebody ought to look at: about everybody it was about, for who looks at it must see who was read about.
    fn unusual((opslag, unusual): (Opslag, Vec<Reason>)) -> Self {
        let Opslag { time, reader, formaal, content, forloeb, version, about } = opslag;
        let (rolle, nr, navn) = (reader.rolle, reader.nr, reader.navn);
        let about_count = about.len();
        Self { tidspunkt: time, rolle, nr, navn, formaal, content, forloeb, version, about, about_count, unusual }
    }
}

/// Look-ups, the newest first.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpslagSide)]
pub struct OpslagPage {
    /// The look-ups.
    pub opslag: Vec<OpslagView>,
    /// There are more in the period: follow `Link`, or, of the unusual ones, ask for fewer days.
    #[serde(rename = "flere")]
    pub more: bool,
}

/// Look-ups tell whom something was read about: whoever searches them reads about these.
fn told(page: OpslagPage) -> Response {
    let about = page.opslag.iter().flat_map(|one| one.about.iter().cloned());
    Shown::of(about).with_content(Content::Opslag).in_answer(Json(page))
}

/// Look-ups: about an employee, by somebody, in a role, or the unusual ones of everybody. For HR and the auditor. At most 500, the newest
/// first; `Link` leads to the earlier ones of the period, which of the unusual ones fewer days show.
#[utoipa::path(operation_id = "opslag", get, path = "/api/v1/opslag", tag = "revision",
    params(("medarbejder_nr" = Option<String>, Query, description = "Hvem der er læst om"),
        ("laest_af" = Option<String>, Query, description = "Hvem der har læst: et medarbejdernummer, eller navnet på en adgangsnøgle"),
        ("rolle" = Option<Rolle>, Query, description = "I hvilken rolle der er læst"),
        ("usaedvanlige" = Option<String>, Query, description = "ja: dem, nogen bør se på, om alle medarbejdere; kun sammen med fra og til"),
        ("fra" = Option<chrono::NaiveDate>, Query, description = "Første dag; 30 dage før til som standard"),
        ("til" = Option<chrono::NaiveDate>, Query, description = "Sidste dag; i dag som standard"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = OpslagPage, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn search(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Opslag)?;
    search.known_ones(&["medarbejder_nr", "laest_af", "rolle", "usaedvanlige", "fra", "til", "cursor"])?;
    let day = |name| search.tekst(name).map(dates::day).transpose().map_err(|error| Problem::felt(name, error));
    let period = lookups::Period::new(day("fra")?, day("til")?, state.app.clock.today())
        .ok_or_else(|| Problem::felt("fra", "skal ligge før til"))?;
    let roller: Vec<_> = Rolle::ALL.iter().map(|rolle| rolle.code()).collect();
    let wanted = Wanted {
        about: search.tekst("medarbejder_nr").map(str::to_owned),
        by: search.tekst("laest_af").map(str::to_owned),
        rolle: search.read("rolle", Rolle::from_code, &format!("skal være en af: {}", roller.join(", ")))?,
        from: search.cursor(OpslagPlace::from_cursor)?,
    };
    match search.tekst("usaedvanlige") {
        Some("ja") if wanted.is_nothing() => {
            let (found, more) = lookups::unusual(&state.app, &user, period).await?;
            Ok(told(OpslagPage { opslag: found.into_iter().map(OpslagView::unusual).collect(), more }))
        }
        Some("ja") => {
            Err(Problem::felt("usaedvanlige", "kan ikke gives sammen med medarbejder_nr, laest_af eller rolle"))
        }
        None | Some("nej") if wanted.is_nothing() => Err(Problem::felt(
            "medarbejder_nr",
            "skal udfyldes, medmindre laest_af eller rolle er det, eller usaedvanlige=ja",
        )),
        None | Some("nej") => {
            let found = lookups::search(&state.app, &user, &wanted, period).await?;
            let view = |opslag| OpslagView::found(opslag, wanted.about.as_deref());
            // The same days, also where they are asked for tomorrow.
            let next = found.onward.map(|place| {
                let days = [("fra", period.fra), ("til", period.til)].map(|(name, day)| (name, day.to_string()));
                search.with(&days).onward(PATH, "cursor", &place.cursor())
            });
            let page = OpslagPage { opslag: found.all.into_iter().map(view).collect(), more: next.is_some() };
            Ok(with_next(next, told(page)))
        }
        Some(_) => Err(Problem::felt("usaedvanlige", "skal være ja eller nej")),
    }
}
