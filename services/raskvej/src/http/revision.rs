//! What the auditor reads: the whole log in order, and where it ends.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use super::laes::vis_haendelse;
use super::problem::Problem;
use super::visning::HaendelseVisning;
use super::{Kalder, Soeg, Tilstand};
use crate::segl::Segl;
use app::stored::{self, Unreadable};

const HOEJST: usize = 10_000;

/// Where the log ends.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hoved {
    /// Number of events.
    pub antal: u64,
    /// Chain hash of the last commit.
    pub hash: String,
}

/// An event of the whole log.
#[derive(Debug, Serialize, ToSchema)]
pub struct Logpost {
    /// The stream.
    pub stroem: String,
    /// Stored form.
    pub form: u16,
    /// The event.
    #[serde(flatten)]
    pub haendelse: HaendelseVisning,
}

/// Events of the whole log in order, one JSON object a line.
#[utoipa::path(get, path = "/api/v1/revision/haendelser", tag = "revision",
    params(("fra" = Option<u64>, Query, description = "Første position; 1 som standard"),
        ("antal" = Option<usize>, Query, description = "1 til 10000; 1000 som standard")),
    responses((status = 200, body = Logpost, content_type = "application/x-ndjson"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn haendelser(State(t): State<Tilstand>, Kalder(bruger): Kalder, soeg: Soeg) -> Result<Response, Problem> {
    if !bruger.er_revisor() {
        return Err(Problem::maa_ikke());
    }
    soeg.kendte(&["fra", "antal"])?;
    let fra = soeg.laes("fra", |s| s.parse::<u64>().ok(), "skal være en position, 1 eller mere")?.unwrap_or(1);
    let antal = soeg.laes("antal", |s| s.parse().ok().filter(|n| (1..=HOEJST).contains(n)), "skal være 1 til 10000")?;
    let efter = fra.saturating_sub(1);
    let laest = t.kerne.log.read(efter, antal.unwrap_or(1000)).await.map_err(|e| Problem::from(&e))?;
    let mut krop = Vec::new();
    for r in &laest {
        let tid = stored::tid(r).map_err(Unreadable::from)?;
        let post = Logpost { stroem: r.stream.to_string(), form: r.form, haendelse: vis_haendelse(r, tid)? };
        serde_json::to_writer(&mut krop, &post).map_err(|e| Problem::intern(&e))?;
        krop.push(b'\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], krop).into_response())
}

/// Where the log ends: number of events and chain hash.
#[utoipa::path(get, path = "/api/v1/revision/hoved", tag = "revision",
    responses((status = 200, body = Hoved), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn hoved(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Result<Json<Hoved>, Problem> {
    if !bruger.er_revisor() {
        return Err(Problem::maa_ikke());
    }
    let hoved = t.kerne.log.head();
    Ok(Json(Hoved { antal: hoved.position, hash: hoved.hash.to_string() }))
}

/// The seal of the log: where it ends and what its trees come to, signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Forsegling {
    /// A checkpoint in a signed note.
    pub segl: String,
    /// The public key it is signed with, in hexadecimal.
    pub noegle: String,
}

/// The log as it is now, sealed: what an auditor notes down and holds a later bundle against.
#[utoipa::path(get, path = "/api/v1/revision/segl", tag = "revision",
    responses((status = 200, body = Forsegling), (status = 401, body = Problem), (status = 403, body = Problem)))]
pub async fn segl(State(t): State<Tilstand>, Kalder(bruger): Kalder) -> Result<Json<Forsegling>, Problem> {
    if !bruger.er_revisor() {
        return Err(Problem::maa_ikke());
    }
    let segl = Segl::i(&t.kerne.mappe).map_err(|e| Problem::intern(&e))?;
    let trae = t.kerne.log.tree_head().await.map_err(|e| Problem::from(&e))?;
    Ok(Json(Forsegling { segl: segl.forsegl(&trae, t.kerne.ur.nu()), noegle: segl.offentlig() }))
}
