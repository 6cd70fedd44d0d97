//! Payroll's files over HTTP.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forloeb::Aktoer;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::body::whole_body;
use super::prefer::{as_wanted, wants_little};
use super::problem::Problem;
use super::{AppState, Caller, Search};
use crate::access::Intent;
use crate::dates;
use crate::import::{Intake, LARGEST_FILE, Profile, Report, Whole};
use crate::lookups::Shown;
use app::opslag::Content;

/// Files that are in memory at a time: on their way, or being taken in. One more is asked to come again.
const AT_A_TIME: usize = 4;
/// Room for these.
static ROOM: Semaphore = Semaphore::const_new(AT_A_TIME);
/// Seconds after which one more may come again.
const RETRY_IN: HeaderValue = HeaderValue::from_static("30");

/// What the files are sent as. A workbook is recognised by its bytes, whatever it says it is.
const CSV: &str = "text/csv";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
/// What else programs call the one and the other.
const ALSO: [&str; 4] = ["text/plain", "application/csv", "application/vnd.ms-excel", "application/octet-stream"];

/// A file that somebody sent who may, and how it is to be taken in. Of anybody else nothing is read.
pub struct PayrollFile {
    bytes: Vec<u8>,
    aktoer: Aktoer,
    asked: Asked,
    /// The caller needs no more than that all of it went in.
    minimal: bool,
    _room: SemaphorePermit<'static>,
}

/// How a file is to be taken in.
#[derive(Default)]
struct Asked {
    profile: Option<Profile>,
    on_trial: bool,
    whole: Option<Whole>,
}

impl FromRequest<AppState> for PayrollFile {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Caller(user) = Caller::from_request_parts(&mut parts, state).await.map_err(IntoResponse::into_response)?;
        user.may_do(Intent::Import).map_err(|denial| Problem::from(denial).into_response())?;
        let asked = asked(&mut parts, state).await.map_err(IntoResponse::into_response)?;
        let Ok(room) = ROOM.try_acquire() else {
            let detail = format!("{AT_A_TIME} filer er ved at blive læst ind. Prøv igen om lidt.");
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Prøv igen om lidt", detail);
            return Err(([(header::RETRY_AFTER, RETRY_IN)], problem).into_response());
        };
        let minimal = wants_little(&parts.headers);
        let bytes = whole_body(Request::from_parts(parts, body), LARGEST_FILE).await;
        let bytes = bytes.map_err(IntoResponse::into_response)?;
        Ok(Self { bytes, aktoer: user.aktoer(), asked, minimal, _room: room })
    }
}

/// What the head of a request says of the file, before anything of it is read.
async fn asked(parts: &mut Parts, state: &AppState) -> Result<Asked, Problem> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|h| h.to_str().ok()).unwrap_or(CSV);
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if ![CSV, XLSX].iter().chain(&ALSO).any(|known| kind.eq_ignore_ascii_case(known)) {
        let detail = format!("Send {CSV} eller {XLSX}.");
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "ikke_en_loenfil",
            "Forkert indholdstype",
            detail,
        ));
    }
    let search = Search::from_request_parts(parts, state).await?;
    search.known_ones(&["profil", "proeve", "omfang", "fra", "udfoer", "mange"])?;
    let on_trial = ja(&search, "proeve")?.unwrap_or_default();
    let whole = whole(&search)?;
    let name = search.tekst("profil").map(str::to_owned);
    let Some(name) = name else { return Ok(Asked { profile: None, on_trial, whole }) };
    let folder = state.app.folder.clone();
    let read = tokio::task::spawn_blocking(move || Profile::named(&folder, &name)).await;
    let read = read.map_err(|_| Problem::felt("profil", "kan ikke læses"))?;
    let profile = Some(read.map_err(|error| Problem::felt("profil", error))?);
    Ok(Asked { profile, on_trial, whole })
}

/// A yes or a no, where it was given.
fn ja(search: &Search, name: &str) -> Result<Option<bool>, Problem> {
    let read = |text: &str| ["nej", "ja"].iter().position(|word| *word == text).map(|place| place == 1);
    search.read(name, read, "skal være ja eller nej")
}

/// Whether the file holds everything in its period, and what is said of that.
fn whole(search: &Search) -> Result<Option<Whole>, Problem> {
    let is_whole = |text: &str| ["aendringer", "hele"].iter().position(|word| *word == text).map(|place| place == 1);
    let is_whole = search.read("omfang", is_whole, "skal være aendringer eller hele")?.unwrap_or_default();
    let fra = search.read("fra", |text| dates::day(text).ok(), "skal være en dato som 2026-02-06")?;
    let (udfoer, mange) = (ja(search, "udfoer")?, ja(search, "mange")?);
    let given = [("fra", fra.is_some()), ("udfoer", udfoer.is_some()), ("mange", mange.is_some())];
    if let Some((name, _)) = given.iter().find(|(_, given)| *given && !is_whole) {
        return Err(Problem::felt(name, "bruges kun med omfang=hele"));
    }
    let (udfoer, mange) = (udfoer.unwrap_or_default(), mange.unwrap_or_default());
    Ok(is_whole.then_some(Whole { fra, udfoer, mange }))
}

impl PayrollFile {
    fn intake<'a>(&'a self, state: &'a AppState) -> Intake<'a> {
        let mut intake = Intake::new(&state.app, &self.aktoer);
        if let Some(profile) = &self.asked.profile {
            intake = intake.profile(profile.clone());
        }
        if let Some(whole) = self.asked.whole {
            intake = intake.whole(whole);
        }
        if self.asked.on_trial { intake.on_trial() } else { intake }
    }

    /// What became of the file. A trial is all report, and where there is something that somebody has to look at it is told.
    fn answer(&self, report: Report) -> Response {
        let Report { error, warnings, disagreed, gone, moves, .. } = &report;
        let told = [error, warnings, disagreed].iter().any(|lines| !lines.is_empty());
        let nothing_to_see = !told && gone.is_empty() && moves.is_empty() && !self.asked.on_trial;
        let minimal = self.minimal && nothing_to_see;
        let about = if minimal { BTreeSet::new() } else { report.about() };
        Shown::of(about).with_content(Content::Report).in_answer(as_wanted(minimal, Json(report)))
    }
}

/// Imports employees; a line that is wrong is reported, the others go in.
#[utoipa::path(post, path = "/api/v1/import/medarbejdere", tag = "import",
    params(("profil" = Option<String>, Query, description = "Filens profil: opus-lignende, sd-lignende, eller en i datamappens profiler/"),
        ("proeve" = Option<String>, Query, description = "ja: den samme rapport, og intet skrives"),
        ("omfang" = Option<String>, Query, description = "aendringer (hvis intet siges) eller hele: filen har alt i sin periode, og det, den mangler, nævnes i forsvundet"),
        ("fra" = Option<chrono::NaiveDate>, Query, description = "Med hele: periodens første dag; ellers den tidligste første fraværsdag i filen"),
        ("udfoer" = Option<String>, Query, description = "Med hele: ja, når det, kun lønsystemet har haft med at gøre, afsluttes med det samme"),
        ("mange" = Option<String>, Query, description = "Med hele: ja, når det er rigtigt, at over halvdelen mangler")),
    request_body(content((String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub async fn medarbejdere(State(state): State<AppState>, mut file: PayrollFile) -> Result<Response, Problem> {
    let bytes = std::mem::take(&mut file.bytes);
    let report = file.intake(&state).medarbejdere(bytes, &|_, _| {}).await?;
    Ok(file.answer(report))
}

/// Imports absence registrations.
#[utoipa::path(post, path = "/api/v1/import/fravaer", tag = "import",
    params(("profil" = Option<String>, Query, description = "Filens profil: opus-lignende, sd-lignende, eller en i datamappens profiler/"),
        ("proeve" = Option<String>, Query, description = "ja: den samme rapport, og intet skrives"),
        ("omfang" = Option<String>, Query, description = "aendringer (hvis intet siges) eller hele: filen har alt i sin periode, og det, den mangler, nævnes i forsvundet"),
        ("fra" = Option<chrono::NaiveDate>, Query, description = "Med hele: periodens første dag; ellers den tidligste første fraværsdag i filen"),
        ("udfoer" = Option<String>, Query, description = "Med hele: ja, når det, kun lønsystemet har haft med at gøre, afsluttes med det samme"),
        ("mange" = Option<String>, Query, description = "Med hele: ja, når det er rigtigt, at over halvdelen mangler")),
    request_body(content((String = "text/csv"),
        (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"))),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 409, body = Problem), (status = 413, body = Problem), (status = 422, body = Problem),
        (status = 503, body = Problem)))]
pub async fn fravaer(State(state): State<AppState>, mut file: PayrollFile) -> Result<Response, Problem> {
    let bytes = std::mem::take(&mut file.bytes);
    let report = file.intake(&state).fravaer(bytes, &|_, _| {}).await?;
    Ok(file.answer(report))
}
