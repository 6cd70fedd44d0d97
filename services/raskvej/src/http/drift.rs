//! Health, metrics, and the clock of tests.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::CommandBody;
use super::prefer::as_wanted;
use super::problem::Problem;
use super::{AppState, Caller};
use crate::commands::Refusal;
use app::health::Trouble;
use app::request;

/// The process is there.
#[utoipa::path(get, path = "/healthz", tag = "drift", security(()), responses((status = 200, description = "Lever")))]
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// It can do its work: commands are taken. Else `kode` says what is wrong, the worst of it. Reminders that wait because the
/// machine's clock is in doubt, and a seal of the log or a mail about an erasure that has not left, are told in a line more.
#[utoipa::path(get, path = "/readyz", tag = "drift", security(()),
    responses((status = 200, description = "Klar"), (status = 503, body = Problem)))]
pub async fn readyz(State(state): State<AppState>) -> Result<String, Problem> {
    let troubles = state.app.health().await;
    if let Some(worst) = troubles.iter().find(|trouble| trouble.refuses_commands()) {
        return Err((*worst).into());
    }
    // Still 200: who would take the service away for it would take away the page that tells HR.
    let waits = troubles.iter().filter(|trouble| trouble.holds_reminders());
    Ok(std::iter::once("klar\n".to_owned())
        .chain(waits.map(|t| format!("påmindelser venter: {}\n", t.code())))
        .chain(troubles.get(&Trouble::SealWaits).map(|t| format!("loggens segl venter: {}\n", t.code())))
        .chain(troubles.get(&Trouble::CertificateWaits).map(|t| format!("mailen om sletninger venter: {}\n", t.code())))
        .collect())
}

/// Metrics in Prometheus' text form; no personal data.
#[utoipa::path(get, path = "/metrics", tag = "drift", security(()),
    responses((status = 200, description = "Målinger"), (status = 404, body = Problem)))]
pub async fn metrics(State(state): State<AppState>) -> Result<Response, Problem> {
    if !state.show_measurements {
        return Err(Problem::not_found());
    }
    let tekst = state.measurements.render();
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], tekst).into_response())
}

request! {
    /// Where the clock is moved to.
    #[schema(as = Flyt)] Move {
        /// The time, RFC 3339; not before the clock's own.
        til: DateTime<FixedOffset>,
    }
}

/// What the clock shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Klokken {
    /// Now.
    #[serde(rename = "nu")]
    pub now: DateTime<Utc>,
}

/// Moves a clock that stands still forward, and runs what falls due on the way, in order. Such a clock is for tests:
/// whoever is logged in may move it.
#[utoipa::path(post, path = "/api/v1/clock", tag = "drift", request_body = Move,
    responses((status = 200, body = Klokken), (status = 401, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
pub async fn clock(State(state): State<AppState>, _caller: Caller, body: CommandBody) -> Result<Response, Problem> {
    let Move { til } = body.read().map_err(Refusal::from)?;
    let clock = &state.app.clock;
    if !clock.can_be_moved() {
        let detail = "Uret er maskinens eget og kan ikke flyttes. Start med --clock for at prøve.";
        return Err(Problem::new(StatusCode::CONFLICT, "uret_gaar_selv", "Uret kan ikke flyttes", detail));
    }
    if til < clock.now() {
        return Err(Problem::felt("til", "skal ligge efter urets tid; uret går kun frem"));
    }
    // On its own: a caller that gives up must not stop a mail between handing over and recording.
    let (paamindelser, til) = (state.paamindelser.clone(), til.with_timezone(&Utc));
    let moved = tokio::spawn(async move { paamindelser.move_clock(til).await }).await;
    moved.map_err(|e| Problem::intern(&e))?.map_err(|e| Problem::intern(&e))?;
    Ok(as_wanted(body.minimal, Json(Klokken { now: clock.now() })))
}
