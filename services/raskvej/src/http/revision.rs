//! What the auditor reads: the whole log in order, and where it ends.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use forloeb::frister::Frist;
use forloeb::words::{Fristart, Friststatus};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::read::show_haendelse;
use super::view::HaendelseView;
use super::{AppState, Caller, Search, with_next};
use crate::access::Intent;
use crate::dates;
use crate::lookups::Shown;
use crate::views::known::{OpenThen, open_at};
use app::opslag::Content;
use app::stored::{self, Unreadable};

const PATH: &str = "/api/v1/revision/haendelser";
const STATE: &str = "/api/v1/revision/tilstand";
/// Most events of one answer of the log.
pub(super) const AT_MOST: usize = 10_000;

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
    /// What the clock showed, where it had been set back: `tidspunkt` is then that of the event before.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "uret_viste")]
    pub clock: Option<DateTime<Utc>>,
    /// The event.
    #[serde(flatten)]
    pub haendelse: HaendelseView,
}

/// Events of the whole log in order, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/revision/haendelser", tag = "revision",
    params(("fra" = Option<u64>, Query, description = "Første position; 1 som standard"),
        ("antal" = Option<usize>, Query, description = "1 til 10000; 1000 som standard")),
    responses((status = 200, body = LogEntry, content_type = "application/x-ndjson",
            headers(("Link" = Option<String>, description = "Adressen på resten, når svaret er fuldt"))),
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
    let count = count.unwrap_or(1000);
    let events = state.app.log.read(after, count).await.map_err(|e| Problem::from(&e))?;
    let mut body = Vec::new();
    for r in &events {
        let shown = stored::time(r).map_err(Unreadable::from)?;
        let clock = r.clock.map(|_| shown);
        let haendelse = show_haendelse(r, stored::recorded_time(r).map_err(Unreadable::from)?)?;
        let post = LogEntry { stream: r.stream.to_string(), form: r.form, clock, haendelse };
        serde_json::to_writer(&mut body, &post).map_err(|e| Problem::intern(&e))?;
        body.push(b'\n');
    }
    let last = events.last().filter(|_| events.len() == count);
    let next = last.map(|last| search.onward(PATH, "fra", &(last.position + 1).to_string()));
    let shown = Shown::of_events(&events).with_content(Content::Log);
    Ok(with_next(next, shown.in_answer(([(header::CONTENT_TYPE, "application/x-ndjson")], body))))
}

/// What was to be done next about a forløb.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TilstandFrist)]
pub struct NextFrist {
    /// Which.
    pub frist: Fristart,
    /// How it stood.
    pub status: Friststatus,
    /// The day people worked towards.
    pub maaldag: NaiveDate,
    /// The day of the law.
    pub lovdag: NaiveDate,
}

/// A forløb that was open.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TilstandForloeb)]
pub struct OpenView {
    /// Its id.
    pub id: Uuid,
    /// Employee number then.
    pub medarbejder_nr: String,
    /// Code of the unit then.
    pub enhed: String,
    /// First absence day, as it was known.
    pub foerste_fravaersdag: NaiveDate,
    /// Day number.
    pub dag: i64,
    /// What was to be done next; none where all was done.
    #[serde(rename = "naeste_frist")]
    pub next: Option<NextFrist>,
}

/// Everything that was open at a time, as it was known then.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Tilstand)]
pub struct StateThen {
    /// As known at this time.
    pub kendt: DateTime<Utc>,
    /// Number of forløb, those of other pages too.
    #[serde(rename = "antal")]
    pub count: usize,
    /// The forløb, or those of this page, by first absence day.
    pub forloeb: Vec<OpenView>,
    /// Cursor of the next page; none where these are all there are, or the last of them.
    #[serde(rename = "naeste")]
    pub next: Option<String>,
}

/// Everything that was open at a time, as it was known then. A time to come is as of now. Names are not opened. All of it in one answer,
/// or by pages where `limit` or `cursor` is given. Each answer goes through the whole log, one at a time: whoever wants all of it asks
/// for all of it.
#[utoipa::path(operation_id = "tilstand", get, path = "/api/v1/revision/tilstand", tag = "revision",
    params(("kendt" = Option<String>, Query, description = "Tidspunkt, RFC 3339; nu som standard"),
        ("limit" = Option<usize>, Query, description = "1 til 500; alle, hvis hverken limit eller cursor er sagt, og 500, hvis kun cursor er"),
        ("cursor" = Option<String>, Query, description = "naeste fra forrige svar, sammen med samme kendt")),
    responses((status = 200, body = StateThen, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn state_then(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Response, Problem> {
    user.may_do(Intent::Log)?;
    search.known_ones(&["kendt", "limit", "cursor"])?;
    let limit = search.limit_of_whole(super::AT_MOST)?;
    let from = search.cursor(|text| text.parse::<usize>().ok())?.unwrap_or_default();
    let known = search.tekst("kendt").map(dates::time).transpose().map_err(|error| Problem::felt("kendt", error))?;
    let now = state.app.clock.now();
    let kendt = known.map_or(now, |time| time.to_utc().min(now));
    let open = open_at(&state.app, kendt).await?;
    let next = |frist: Frist| {
        let Frist { art: frist, status, maaldag, lovdag, .. } = frist;
        NextFrist { frist, status, maaldag, lovdag }
    };
    let view = |one: OpenThen| OpenView {
        id: one.id,
        medarbejder_nr: one.medarbejder_nr,
        enhed: one.enhed,
        foerste_fravaersdag: one.foerste,
        dag: one.dag,
        next: one.next.map(next),
    };
    let count = open.len();
    let forloeb: Vec<OpenView> = open.into_iter().skip(from).take(limit).map(view).collect();
    let onward = from.saturating_add(forloeb.len());
    // As known at the same time, also where it is asked for later.
    let at = kendt.to_rfc3339_opts(SecondsFormat::AutoSi, true);
    let next = (onward < count && !forloeb.is_empty()).then(|| onward.to_string());
    let link = next.as_ref().map(|next| search.with(&[("kendt", at)]).onward(STATE, "cursor", next));
    let shown = Shown::of(forloeb.iter().map(|one| one.medarbejder_nr.clone()));
    Ok(with_next(link, shown.in_answer(Json(StateThen { kendt, count, forloeb, next }))))
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
    /// The same key as a signed note has keys (C2SP), which is what witnesses take.
    #[serde(rename = "vkey")]
    pub note_key: String,
}

/// The log as it is now, sealed: what an auditor notes down and holds a later bundle against.
#[utoipa::path(operation_id = "segl", get, path = "/api/v1/revision/segl", tag = "revision",
    responses((status = 200, body = LogSeal), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn seal(State(state): State<AppState>, Caller(user): Caller) -> Result<Json<LogSeal>, Problem> {
    user.may_do(Intent::Log)?;
    let seal = state.app.seal().await.map_err(|e| Problem::intern(&e))?;
    let tree = state.app.log.tree_head().await.map_err(|e| Problem::from(&e))?;
    let key = seal.public_key();
    Ok(Json(LogSeal { seal: seal.seal(&tree, state.app.clock.now()), key: key.hex(), note_key: key.note_key() }))
}

/// The log as it is now, as a signed checkpoint: what an auditor keeps, and holds a later log against.
#[utoipa::path(operation_id = "checkpoint", get, path = "/api/v1/revision/checkpoint", tag = "revision",
    responses((status = 200, body = String, content_type = "text/plain",
            description = "En underskrevet note (C2SP tlog-checkpoint): loggens navn, antal skrivninger og roden af træet over dem"),
        (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn checkpoint(State(state): State<AppState>, Caller(user): Caller) -> Result<Response, Problem> {
    user.may_do(Intent::Log)?;
    let seal = state.app.seal().await.map_err(|e| Problem::intern(&e))?;
    let tree = state.app.log.commit_tree().await.map_err(|e| Problem::from(&e))?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], seal.checkpoint(&tree)).into_response())
}

/// A consistency proof (RFC 9162, section 2.1.4).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Konsistens)]
pub struct Consistency {
    /// Number of commits in the earlier checkpoint.
    #[serde(rename = "fra")]
    pub old: u64,
    /// Number of commits in the later one.
    #[serde(rename = "til")]
    pub new: u64,
    /// Hashes, in hexadecimal, that lead from the one root to the other.
    #[serde(rename = "sti")]
    pub path: Vec<String>,
}

/// The proof that the log with `til` commits continues the log with `fra` commits, unchanged.
#[utoipa::path(operation_id = "konsistens", get, path = "/api/v1/revision/konsistens", tag = "revision",
    params(("fra" = u64, Query, description = "Antal skrivninger i det tidligere checkpoint"),
        ("til" = Option<u64>, Query, description = "Antal skrivninger i det senere; så mange, der er nu, som standard")),
    responses((status = 200, body = Consistency), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn consistency(
    State(state): State<AppState>,
    Caller(user): Caller,
    search: Search,
) -> Result<Json<Consistency>, Problem> {
    user.may_do(Intent::Log)?;
    search.known_ones(&["fra", "til"])?;
    let count = |name| search.read(name, |s| s.parse::<u64>().ok(), "skal være et antal skrivninger, 0 eller mere");
    let old =
        count("fra")?.ok_or_else(|| Problem::felt("fra", "mangler: antal skrivninger i det tidligere checkpoint"))?;
    let (wanted, there) = (count("til")?, state.app.log.commit_tree().await.map_err(|e| Problem::from(&e))?.commits);
    let new = wanted.unwrap_or(there);
    if new > there {
        return Err(Problem::felt("til", format!("er flere skrivninger, end loggen har: {there}")));
    }
    let path = state.app.log.consistency(old, new).await.map_err(|e| Problem::from(&e))?;
    let path = path.ok_or_else(|| Problem::felt("fra", format!("er flere skrivninger end til: {new}")))?;
    Ok(Json(Consistency { old, new, path: path.iter().map(eventlog::Hash::to_string).collect() }))
}
