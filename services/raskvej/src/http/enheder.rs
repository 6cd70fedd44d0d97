//! What HR's pages have of units and of many: the statistic, reminders that were followed, refusion by unit, causes at work, and
//! frequent absence.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use serde::Serialize;
use utoipa::ToSchema;

use super::politik::SignalView;
use super::problem::Problem;
use super::{AT_MOST, AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::fulgte::{FulgteView, asked, before, fulgte};
use crate::lookups::Shown;
use crate::views::arbejdsmiljoe::Causes;
use crate::views::enheder::EnhederView;
use crate::views::groups::year;
use crate::views::signaler::{begun_after, of};
use crate::views::statistics::Statistics;
use app::places::PersonPlace;

const SIGNALER: &str = "/api/v1/signaler";

/// Refusion by unit, as far as the caller sees: what can be claimed, was claimed, can be lost, and was lost. It tells of nobody.
#[utoipa::path(operation_id = "refusion_pr_enhed", get, path = "/api/v1/refusion", tag = "forloeb",
    responses((status = 200, body = EnhederView), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn refusion(State(state): State<AppState>, Caller(user): Caller) -> Result<Json<EnhederView>, Problem> {
    user.may_do(Intent::Overview)?;
    Ok(Json(EnhederView::of(&user, &state.app.projections())))
}

/// The statistic of a year by unit, as far as the caller sees: forløb, days, and how many were in time. It tells of nobody, and of
/// no few. Only of whole years: two periods that overlap would tell of few by their difference.
#[utoipa::path(operation_id = "statistik", get, path = "/api/v1/statistik", tag = "forloeb",
    params(("aar" = Option<i32>, Query, description = "Året, dagene ligger i, og forløbene slutter i; i år, hvis intet er sagt")),
    responses((status = 200, body = Statistics), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn statistics(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<Statistics>, Problem> {
    user.may_do(Intent::Statistics)?;
    let aar = asked_year(&state, &search)?;
    Ok(Json(Statistics::of(&state.app, &user, aar).await?))
}

/// How many of the reminders of a month were followed by what they asked for, by unit and by kind of frist. It tells of nobody, and of
/// no few.
#[utoipa::path(operation_id = "fulgte_paamindelser", get, path = "/api/v1/statistik/paamindelser", tag = "forloeb",
    params(("maaned" = Option<String>, Query, description = "Som 2026-01; måneden før denne, hvis intet er sagt")),
    responses((status = 200, body = FulgteView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn followed(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<FulgteView>, Problem> {
    user.may_do(Intent::Statistics)?;
    search.known_ones(&["maaned"])?;
    let today = state.app.projections().today();
    let read = |text: &str| asked(text, today);
    let month = search.read("maaned", read, "skal være en måned som 2026-01, der er begyndt")?;
    let month = month.or_else(|| before(today)).ok_or_else(Problem::not_found)?;
    let Some(turn) = state.app.what_if.now() else {
        let detail = "Der regnes allerede for to andre. Prøv igen om lidt.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Travlt", detail));
    };
    Ok(Json(FulgteView::of(fulgte(&state.app, turn, &user.scope, month).await?, month)))
}

/// The year that is asked for, of a route that asks for nothing else; this year where nobody says.
fn asked_year(state: &AppState, search: &Search) -> Result<i32, Problem> {
    search.known_ones(&["aar"])?;
    let today = state.app.projections().today();
    let read = |text: &str| year(text, today);
    let aar = search.read("aar", read, &format!("skal være et år fra 2000 til {}", today.year()))?;
    Ok(aar.unwrap_or_else(|| today.year()))
}

/// What at work was said to be a cause, by unit, of forløb that began in a year. It tells of nobody, and of no few.
#[utoipa::path(operation_id = "arbejdsaarsager_pr_enhed", get, path = "/api/v1/arbejdsmiljoe", tag = "forloeb",
    params(("aar" = Option<i32>, Query, description = "Året, forløbene begyndte i; i år, hvis intet er sagt")),
    responses((status = 200, body = Causes), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn causes(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<Causes>, Problem> {
    user.may_do(Intent::Statistics)?;
    let aar = asked_year(&state, &search)?;
    Ok(Json(Causes::of(&state.app, &user, aar).await?))
}

/// An employee with signals of frequent absence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalerFor)]
pub struct SignalsView {
    /// Whose.
    pub medarbejder_nr: String,
    /// The signals, as of today.
    pub signaler: Vec<SignalView>,
}

/// Whether a leader has a mail a week about signals of frequent absence.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SignalbrevVisning)]
pub struct SignalbrevView {
    /// They have asked for it.
    pub ugentligt: bool,
}

/// Frequent absence: of those whom a leader leads, or may act for the one who does; for HR of a unit. No rule uses it. All of it, or by
/// pages where `limit` or `cursor` is given: then `Link` says where the rest is.
#[utoipa::path(operation_id = "hyppigt_fravaer", get, path = "/api/v1/signaler", tag = "forloeb",
    params(("enhed" = Option<String>, Query, description = "Enhedens kode; skal med for HR, og siger intet for en leder"),
        ("limit" = Option<usize>, Query, description = "1 til 500; alle, hvis hverken limit eller cursor er sagt, og 500, hvis kun cursor er"),
        ("cursor" = Option<String>, Query, description = "Fra Link i forrige svar")),
    responses((status = 200, body = Vec<SignalsView>, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der kan være mere"))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn signaler(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Response, Problem> {
    user.may_do(Intent::Follow)?;
    search.known_ones(&["enhed", "limit", "cursor"])?;
    let (limit, after) = (search.limit_of_whole(AT_MOST)?, search.cursor(PersonPlace::from_cursor)?);
    let enhed = search.tekst("enhed").filter(|enhed| user.scope.reaches(enhed));
    if user.is_hr() && enhed.is_none() {
        return Err(Problem::felt("enhed", "skal være koden på en enhed, din adgang gælder"));
    }
    let today = state.app.projections().today();
    let (mut all, mut looked_at, mut more) = (Vec::new(), None, false);
    for (place, nr) in begun_after(&state.app, &user, enhed, after) {
        if all.len() == limit {
            more = true;
            break;
        }
        looked_at = Some(place);
        let loan = state.app.loan(&nr).await?;
        let found = of(&state.app, &user, &loan, today);
        if !found.is_empty() {
            all.push(SignalsView { medarbejder_nr: nr, signaler: found.into_iter().map(Into::into).collect() });
        }
    }
    all.sort_by(|one: &SignalsView, other| one.medarbejder_nr.cmp(&other.medarbejder_nr));
    let next = looked_at.filter(|_| more).map(|place| search.onward(SIGNALER, "cursor", &place.cursor()));
    let shown = Shown::of(all.iter().map(|one| one.medarbejder_nr.clone()));
    Ok(with_next(next, shown.in_answer(Json(all))))
}
