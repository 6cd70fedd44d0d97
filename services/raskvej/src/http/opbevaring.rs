//! Retention: who is past the periods of keeping, erasing one of them, and the hold. For HR, of their own units.

use std::cmp::Reverse;

use app::access::Intent;
use app::core::Sletningsstop;
use app::erase::ErasedPerson;
use app::places::PersonPlace;
use app::retention::{Due, DuePlace, Opbevaring};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use forloeb::words::Rolle;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::CommandBody;
use super::prefer::as_wanted;
use super::problem::Problem;
use super::{AppState, Caller, Search, with_next};
use crate::commands::Refusal;
use crate::erasing;
use crate::lookups::Shown;
use crate::retention::{self, ErasedPlace, Wanted};
use app::request;

const PATH: &str = "/api/v1/opbevaring";

/// Somebody who was erased.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SlettetVisning)]
pub struct ErasedView {
    /// The id that the log has.
    pub person: Uuid,
    /// Their employee numbers.
    pub medarbejder_nr: Vec<String>,
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// Why: a code.
    pub grund: String,
}

impl From<ErasedPerson> for ErasedView {
    fn from(erased: ErasedPerson) -> Self {
        let ErasedPerson { person, numbers, time, grund } = erased;
        Self { person, medarbejder_nr: numbers, tidspunkt: time, grund: grund.code().to_owned() }
    }
}

/// A hold that is on.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GaeldendeSletningsstop)]
pub struct HeldView {
    /// Employee number.
    pub medarbejder_nr: String,
    /// Why.
    pub aarsag: String,
    /// When it was set.
    pub tidspunkt: DateTime<Utc>,
    /// In which role it was set; none where it was at the terminal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rolle: Option<Rolle>,
    /// The employee number of whoever set it, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
}

impl From<Sletningsstop> for HeldView {
    fn from(hold: Sletningsstop) -> Self {
        let Sletningsstop { medarbejder_nr, aarsag, time, aktoer } = hold;
        Self { medarbejder_nr, aarsag, tidspunkt: time, rolle: aktoer.rolle, nr: aktoer.nr }
    }
}

/// What there is to see about retention.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OpbevaringVisning)]
pub struct RetentionView {
    /// The periods, with their sources and how sure they are.
    pub frister: Vec<Opbevaring>,
    /// Who is past all of theirs.
    pub udloebet: Vec<Due>,
    /// There are more than these.
    pub flere_udloebet: bool,
    /// Of whom nothing is erased though it were due, by employee number.
    pub sletningsstop: Vec<HeldView>,
    /// There are more than these.
    pub flere_sletningsstop: bool,
    /// Who was erased, the latest first.
    pub slettet: Vec<ErasedView>,
    /// There are more than these.
    pub flere_slettet: bool,
}

/// An erasure, with its certificate.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = AttestVisning)]
pub struct CertificateView {
    /// The id that the log has.
    pub person: Uuid,
    /// Their employee numbers.
    pub medarbejder_nr: Vec<String>,
    /// When.
    pub tidspunkt: DateTime<Utc>,
    /// The certificate, in Danish.
    pub attest: String,
}

impl From<app::erase::Erasure> for CertificateView {
    fn from(erasure: app::erase::Erasure) -> Self {
        let attest = erasing::certificate(&erasure);
        let app::erase::Erasure { numbers, person, time, .. } = erasure;
        Self { person, medarbejder_nr: numbers, tidspunkt: time, attest }
    }
}

request! {
    /// Erase somebody whose periods of keeping are over.
    #[schema(as = Sletning)]
    ErasureRequest {
        /// Employee number.
        medarbejder_nr: String,
        /// It is meant: without this nothing is erased, and the answer says what would be.
        bekraeft: Option<bool>,
        /// Though there is refusion that can still be claimed.
        ogsaa_refusion: Option<bool>,
    }
}

request! {
    /// Set a hold, or lift it.
    #[schema(as = Sletningsstop)]
    HoldRequest {
        /// Employee number.
        medarbejder_nr: String,
        /// It holds from now on; `false` lifts it.
        gaelder: bool,
        /// Why. It stays in the log: nothing about the person is written here.
        aarsag: String,
    }
}

/// Who is past the periods of keeping, of whom nothing is erased, and who was erased. For HR, of their units: the first of each list,
/// or with `liste` that list alone, which `Link` goes on with.
#[utoipa::path(operation_id = "opbevaring", get, path = "/api/v1/opbevaring", tag = "opbevaring",
    params(("liste" = Option<String>, Query, description = "Kun denne liste, og hele vejen igennem: udloebet, sletningsstop eller slettet"),
        ("limit" = Option<usize>, Query, description = "Af hver liste, 1 til 200; 200 som standard"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar; kun sammen med liste")),
    responses((status = 200, body = RetentionView, headers(("Link" = Option<String>, description = "Adressen på resten af den liste, der er bedt om, hvis der er mere"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    user.may_do(Intent::Retention)?;
    search.known_ones(&["liste", "limit", "cursor"])?;
    let limit = search.limit(retention::AT_MOST)?;
    let wanted = match search.tekst("liste") {
        None if search.tekst("cursor").is_some() => return Err(Problem::felt("cursor", "bruges kun med liste")),
        None => Wanted::Each,
        Some("udloebet") => Wanted::Due(search.cursor(read_due)?),
        Some("sletningsstop") => Wanted::Held(search.cursor(PersonPlace::from_cursor)?),
        Some("slettet") => Wanted::Erased(search.cursor(read_erased)?),
        Some(_) => return Err(Problem::felt("liste", "skal være udloebet, sletningsstop eller slettet")),
    };
    let seen = retention::seen(&state.app, &user, wanted, limit).await?;
    let next = match wanted {
        Wanted::Each => None,
        Wanted::Due(_) => seen.due.next.map(|(left, person)| format!("{left}_{person}")),
        Wanted::Held(_) => seen.next_held.map(|place| place.cursor()),
        Wanted::Erased(_) => {
            seen.next_erased.map(|Reverse((time, person))| format!("{}_{person}", time.timestamp_micros()))
        }
    };
    let link = next.map(|next| search.onward(PATH, "cursor", &next));
    let held = seen.held.iter().map(|hold| hold.medarbejder_nr.clone());
    let shown = Shown::of(seen.due.all.iter().flat_map(|due| due.medarbejder_nr.clone()).chain(held));
    let view = RetentionView {
        frister: seen.periods,
        flere_udloebet: seen.due.next.is_some(),
        udloebet: seen.due.all,
        sletningsstop: seen.held.into_iter().map(Into::into).collect(),
        flere_sletningsstop: seen.next_held.is_some(),
        slettet: seen.erased.into_iter().map(Into::into).collect(),
        flere_slettet: seen.next_erased.is_some(),
    };
    Ok(with_next(link, shown.in_answer(Json(view))))
}

fn read_due(text: &str) -> Option<DuePlace> {
    let (left, person) = text.split_once('_')?;
    Some((left.parse().ok()?, Uuid::try_parse(person).ok()?))
}

fn read_erased(text: &str) -> Option<ErasedPlace> {
    let (micros, person) = text.split_once('_')?;
    let time = DateTime::from_timestamp_micros(micros.parse().ok()?)?;
    Some(Reverse((time, Uuid::try_parse(person).ok()?)))
}

/// The certificate of an erasure.
#[utoipa::path(operation_id = "attest", get, path = "/api/v1/opbevaring/attest", tag = "opbevaring",
    params(("medarbejder_nr" = String, Query, description = "Et medarbejdernummer, som den slettede havde")),
    responses((status = 200, body = CertificateView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn certificate(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<CertificateView>, Problem> {
    search.known_ones(&["medarbejder_nr"])?;
    let nr = search.tekst("medarbejder_nr").ok_or_else(|| Problem::felt("medarbejder_nr", "skal udfyldes"))?;
    Ok(Json(retention::certificate(&state.app, &user, nr).await?.into()))
}

/// Erases somebody whose periods of keeping are over, for good, in all their employments. Told twice: without `bekraeft`
/// nothing is erased, and the answer says what would be.
#[utoipa::path(operation_id = "slet", post, path = "/api/v1/opbevaring/sletning", tag = "opbevaring",
    request_body = ErasureRequest,
    responses((status = 200, body = CertificateView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn erase(
    State(state): State<AppState>,
    Caller(user): Caller,
    body: CommandBody,
) -> Result<Response, Problem> {
    let ErasureRequest { medarbejder_nr, bekraeft, ogsaa_refusion } = body.read().map_err(Refusal::from)?;
    let (confirmed, refusion) = (bekraeft.unwrap_or_default(), ogsaa_refusion.unwrap_or_default());
    match retention::erase(&state.app, &user, &medarbejder_nr, confirmed, refusion).await {
        Ok(erasure) => Ok(as_wanted(body.minimal, Json(CertificateView::from(erasure)))),
        // What speaks against it, an open forløb or refusion, tells of the person; so does what would be erased.
        Err(problem) if problem.status_code() == StatusCode::CONFLICT => {
            Ok(Shown::of([medarbejder_nr]).in_answer(problem))
        }
        Err(problem) => Err(problem),
    }
}

/// How a hold stands.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SletningsstopVisning)]
pub struct HoldView {
    /// Employee number.
    pub medarbejder_nr: String,
    /// Nothing of theirs is erased.
    pub gaelder: bool,
    /// What the caller should know, though it was done.
    #[serde(rename = "advarsler")]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// Sets a hold on what is recorded about an employee, or lifts it: while it is on, nothing of theirs is erased.
#[utoipa::path(operation_id = "stop", post, path = "/api/v1/opbevaring/stop", tag = "opbevaring",
    request_body = HoldRequest,
    responses((status = 200, body = HoldView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn hold(State(state): State<AppState>, Caller(user): Caller, body: CommandBody) -> Result<Response, Problem> {
    let HoldRequest { medarbejder_nr, gaelder, aarsag } = body.read().map_err(Refusal::from)?;
    let hints = retention::hold(&state.app, &user, &medarbejder_nr, gaelder, &aarsag).await?;
    let warnings: Vec<_> = erasing::told_of_aarsag(hints).into_iter().map(|said| format!("aarsag: {said}")).collect();
    Ok(as_wanted(body.minimal && warnings.is_empty(), Json(HoldView { medarbejder_nr, gaelder, warnings })))
}
