//! What the auditor reads: the whole log in order, and where it ends.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::problem::Problem;
use super::read::show_haendelse;
use super::view::HaendelseView;
use super::{AppState, Caller, Search};
use crate::access::Intent;
use crate::lookups::Shown;
use app::stored::{self, Unreadable};

const AT_MOST: usize = 10_000;

/// Where the log ends.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Hoved)]
pub struct Head {
    /// Number of events.
    #[serde(rename = "antal")]
    pub count: u64,
    /// Chain hash of the last commit.
    pub hash: String,
}

/// An event of the whole log.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Logpost)]
pub struct LogEntry {
    /// The stream.
    #[serde(rename = "stroem")]
    pub stream: String,
    /// Stored form.
    pub form: u16,
    /// The event.
    #[serde(flatten)]
    pub haendelse: HaendelseView,
}

/// Events of the whole log in order, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/revision/haendelser", tag = "revision",
    params(("fra" = Option<u64>, Query, description = "Første position; 1 som standard"),
        ("antal" = Option<usize>, Query, description = "1 til 10000; 1000 som standard")),
    responses((status = 200, body = LogEntry, content_type = "application/x-ndjson"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn haendelser(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Response, Problem> {
    user.may_do(Intent::Log)?;
    search.known_ones(&["fra", "antal"])?;
    let fra = search.read("fra", |s| s.parse::<u64>().ok(), "skal være en position, 1 eller mere")?.unwrap_or(1);
    let count =
        search.read("antal", |s| s.parse().ok().filter(|n| (1..=AT_MOST).contains(n)), "skal være 1 til 10000")?;
    let after = fra.saturating_sub(1);
    let events = state.app.log.read(after, count.unwrap_or(1000)).await.map_err(|e| Problem::from(&e))?;
    let mut body = Vec::new();
    for r in &events {
        let time = stored::time(r).map_err(Unreadable::from)?;
        let post = LogEntry { stream: r.stream.to_string(), form: r.form, haendelse: show_haendelse(r, time)? };
        serde_json::to_writer(&mut body, &post).map_err(|e| Problem::intern(&e))?;
        body.push(b'\n');
    }
    Ok(Shown::of_events(&events).in_answer(([(header::CONTENT_TYPE, "application/x-ndjson")], body)))
}

/// Where the log ends: number of events and chain hash.
#[utoipa::path(operation_id = "hoved", get, path = "/api/v1/revision/hoved", tag = "revision",
    responses((status = 200, body = Head), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn log_head(State(state): State<AppState>, Caller(user): Caller) -> Result<Json<Head>, Problem> {
    user.may_do(Intent::Log)?;
    let log_head = state.app.log.head();
    Ok(Json(Head { count: log_head.position, hash: log_head.hash.to_string() }))
}

/// The seal of the log: where it ends and what its trees come to, signed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Forsegling)]
pub struct LogSeal {
    /// A checkpoint in a signed note.
    #[serde(rename = "segl")]
    pub seal: String,
    /// The public key it is signed with, in hexadecimal.
    #[serde(rename = "noegle")]
    pub key: String,
}

/// The log as it is now, sealed: what an auditor notes down and holds a later bundle against.
#[utoipa::path(operation_id = "segl", get, path = "/api/v1/revision/segl", tag = "revision",
    responses((status = 200, body = LogSeal), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn seal(State(state): State<AppState>, Caller(user): Caller) -> Result<Json<LogSeal>, Problem> {
    user.may_do(Intent::Log)?;
    let seal = state.app.seal().await.map_err(|e| Problem::intern(&e))?;
    let tree = state.app.log.tree_head().await.map_err(|e| Problem::from(&e))?;
    Ok(Json(LogSeal { seal: seal.seal(&tree, state.app.clock.now()), key: seal.public() }))
}
