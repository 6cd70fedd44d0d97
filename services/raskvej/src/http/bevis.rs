//! What an auditor takes away and checks somewhere else: the bundle of the whole log or of one case, and the proof that an event
//! is in the log.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use eventlog::Hash;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::Problem;
use super::{AppState, Caller, Id, Search};
use crate::access::{Intent, User};
use crate::projections::Loan;
use crate::proven::{Proven, positions};

/// The forløb in the address, where the caller goes through it as an auditor.
async fn audited(state: &AppState, user: &User, id: Uuid) -> Result<(Loan, Uuid), Problem> {
    if !user.may_ever(Intent::Replay) {
        return Err(Problem::takes(Intent::Replay));
    }
    let loan = state.app.loan_forloeb(id).await?;
    let id = user.find(&loan, id, Intent::Replay, &state.app.projections(), state.app.clock.today())?.forloeb().id;
    Ok((loan, id))
}

/// The bundle of the whole log, which `raskvej verify --bundle` and `verify_bundle.py` check without the service. What is sealed
/// stays so, and everybody in it is told that it was taken. It comes piece by piece: one that breaks off is no bundle.
#[utoipa::path(operation_id = "bundt", get, path = "/api/v1/revision/bundt", tag = "revision",
    responses((status = 200, body = String, content_type = "application/octet-stream", description = "Bundtet, linje for linje"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 503, body = Problem)))]
pub async fn whole_log(State(state): State<AppState>, Caller(user): Caller) -> Result<Response, Problem> {
    user.may_do(Intent::Log)?;
    state.bundles.whole_log(&state.app).await
}

/// The bundle of one employment, with the proof that it is all there is of it in the log.
#[utoipa::path(operation_id = "bundt_om_forloeb", get, path = "/api/v1/revision/forloeb/{id}/bundt", tag = "revision",
    params(("id" = String, Path, description = "Forløbets id")),
    responses((status = 200, body = String, content_type = "application/octet-stream", description = "Bundtet, linje for linje"),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 503, body = Problem)))]
pub async fn of_forloeb(State(state): State<AppState>, Caller(user): Caller, Id(id): Id) -> Result<Response, Problem> {
    let (_, id) = audited(&state, &user, id).await?;
    state.bundles.of_forloeb(&state.app, id).await
}

/// The proof that an event is in the log (RFC 9162, section 2.1.3). The commit itself is in the bundle.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Bevis)]
pub struct EventProof {
    /// Position of the event.
    pub position: u64,
    /// Name of the event.
    #[serde(rename = "type")]
    pub kind: String,
    /// Its version in its stream.
    pub version: u64,
    /// SHA-256 of the event as it is stored.
    pub haendelse: String,
    /// First position of the commit that it was written with.
    #[serde(rename = "foerste_position")]
    pub first: u64,
    /// Last position of that commit.
    #[serde(rename = "sidste_position")]
    pub last: u64,
    /// SHA-256 of the body of the commit.
    #[serde(rename = "krop_hash")]
    pub digest: String,
    /// Chain hash before the commit.
    #[serde(rename = "foer")]
    pub before: String,
    /// Chain hash with the commit: SHA-256 of `foer` and `krop_hash`. The leaf of the tree is made of it.
    pub hash: String,
    /// Number of the leaf, from 0.
    #[serde(rename = "blad")]
    pub leaf: u64,
    /// The hashes that lead from the leaf to the root, the lowest first.
    #[serde(rename = "sti")]
    pub path: Vec<String>,
    /// Number of commits in the tree.
    #[serde(rename = "skrivninger")]
    pub commits: u64,
    /// Root of the tree.
    #[serde(rename = "rod")]
    pub root: String,
    /// The path leads to the root, as the service reckons.
    #[serde(rename = "passer")]
    pub holds: bool,
    /// The seal that the root stands in.
    #[serde(rename = "segl")]
    pub seal: String,
}

/// The proof that an event of a forløb is in the log as it is now: its commit, the path to the root, and the seal of that.
#[utoipa::path(operation_id = "bevis", get, path = "/api/v1/revision/forloeb/{id}/bevis", tag = "revision",
    params(("id" = String, Path, description = "Forløbets id"),
        ("position" = Option<u64>, Query, description = "Hændelsens position, som i forløbets historik; den seneste som standard")),
    responses((status = 200, body = EventProof), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 422, body = Problem)))]
pub async fn proof(
    State(state): State<AppState>,
    Caller(user): Caller,
    Id(id): Id,
    search: Search,
) -> Result<Json<EventProof>, Problem> {
    let (loan, id) = audited(&state, &user, id).await?;
    search.known_ones(&["position"])?;
    let wanted = search.read("position", |text| text.parse::<u64>().ok(), "skal være en position, 1 eller mere")?;
    // From the log: what is lent lacks the reminders that were withheld.
    let whole = state.app.whole(loan.nr()).await?;
    let mut own = positions(&loan, &whole, id).into_iter();
    let position = match wanted {
        Some(position) => own.find(|one| *one == position),
        None => own.next_back(),
    };
    let position = position.ok_or_else(Problem::not_found)?;
    let proven = Proven::at(&state.app, &whole, position).await?.ok_or_else(Problem::not_found)?;
    let seal = state.app.seal().await.map_err(|error| Problem::intern(&error))?;
    let (holds, tree) = (proven.holds(), proven.tree);
    let (first, last) = proven.positions;
    Ok(Json(EventProof {
        position,
        version: proven.version,
        haendelse: proven.event.to_string(),
        first,
        last,
        digest: proven.digest.to_string(),
        before: proven.before.to_string(),
        hash: proven.hash.to_string(),
        leaf: proven.leaf,
        path: proven.path.iter().map(Hash::to_string).collect(),
        commits: tree.commits,
        root: tree.root.to_string(),
        holds,
        seal: seal.seal(&tree, state.app.clock.now()),
        kind: proven.kind,
    }))
}
