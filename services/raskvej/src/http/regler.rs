//! Trying a policy or a rule set on what has happened.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::calendar::plus_dage;
use forloeb::what_if::Window;

use super::body::CommandBody;
use super::problem::Problem;
use super::{AppState, Caller};
use crate::access::Intent;
use crate::commands::Refusal;
use crate::commands::politik::Toml;
use crate::lookups::Shown;
use crate::what_if::{Answer, Place, Question, Sees, Tried, WhatIfError, ask};
use app::request;

/// How far back it is tried where nobody says: the last year, whose forløb mostly have come to their end.
const WINDOW_DAGE: i64 = 365;
/// Forløb that are told of at once.
const AT_A_TIME: usize = 200;

request! {
    /// What is tried, and on what.
    #[schema(as = RegelProeve)]
    TryRequest {
        /// A policy or a rule set, as TOML.
        #[schema(value_type = String)]
        politik: Toml,
        /// The first absence day it is tried on, as if it held from then; a year back unless said, and not after today.
        som_om: Option<NaiveDate>,
        /// The forløb are told from the one after this place on: `naeste` of an earlier answer.
        efter: Option<String>,
    }
}

/// What would be otherwise, of the forløb that the caller sees, if other rules had held. Nothing is changed.
#[utoipa::path(operation_id = "proev_regler", post, path = "/api/v1/regler/proeve", tag = "politik",
    request_body = TryRequest,
    responses((status = 200, body = Answer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn attempt(
    State(state): State<AppState>,
    Caller(user): Caller,
    body: CommandBody,
) -> Result<Response, Problem> {
    user.may_do(Intent::TryRegler)?;
    let TryRequest { politik, som_om, efter } = body.read().map_err(Refusal::from)?;
    let today = state.app.clock.today();
    let fra = som_om.unwrap_or_else(|| plus_dage(today, -WINDOW_DAGE));
    if fra > today {
        return Err(Problem::felt("som_om", "skal ikke ligge efter i dag: der er intet fravær at prøve på"));
    }
    let after: Option<Place> = match efter.as_deref().map(str::parse) {
        Some(Ok(place)) => Some(place),
        Some(Err(error)) => return Err(Problem::felt("efter", error)),
        None => None,
    };
    // As many at a time as the page lets: who comes then is told to come again.
    let Some(turn) = state.app.what_if.now() else { return Err(busy()) };
    let question = Question {
        tried: Tried::Toml(politik.into_text()),
        som_om: Some(fra),
        window: Window { fra, til: today, today },
        after,
        at_most: AT_A_TIME,
    };
    let own = state.app.clone();
    let reader = user.clone();
    let sees: Sees = Arc::new(move |f| reader.sees(f, &own.projections(), today));
    match ask(&state.app, turn, question, sees, |_, _| {}).await {
        Ok(answer) => {
            let shown = Shown::of_forloeb(&state.app, answer.sager.iter().map(|sag| sag.id));
            Ok(shown.in_answer(Json(answer)))
        }
        Err(WhatIfError::Text(error)) => Err(Problem::felt("politik", error)),
        Err(WhatIfError::Unreadable(error)) => Err(error.into()),
    }
}

fn busy() -> Problem {
    let detail = "Der prøves allerede regler af to andre. Prøv igen om lidt.";
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Der kan ikke prøves regler lige nu", detail)
}
