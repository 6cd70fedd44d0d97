//! The proof that an event of a forløb is in the log: its commit, and the path from there to the root that is sealed. Of the
//! latest event, where no position is asked for.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use eventlog::{Hash, ProvenCommit, StreamProof, chain, decode_commit, merkle};
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::trin::{Step, steps, streams};
use super::reader_view::{ReaderView, id};
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::problem::Problem;
use crate::reference::reference;
use crate::sentences::{count, figure};

/// A commit with an event of the forløb in it.
struct Found {
    proof: StreamProof,
    /// Which of the commits of the stream.
    nth: usize,
    /// First and last position in it.
    positions: (u64, u64),
    /// Sum over the event as it is stored.
    event: Hash,
    kind: String,
    version: u64,
}

#[derive(Template)]
#[template(path = "revision_bevis.html")]
struct Page {
    frame: Frame,
    id: Uuid,
    reference: String,
    step: Step,
    /// Rows: what, and its value.
    facts: Vec<(&'static str, String)>,
    path: Vec<String>,
    /// The root that the path leads to is the log's.
    holds: bool,
    /// So many commits are in the tree.
    commits: String,
    seal: String,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(tekst): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Replay) {
        return Err(Problem::takes(Intent::Replay).into());
    }
    let app = &state.service.app;
    let loan = app.loan_forloeb(id(&tekst)?).await?;
    let k = ReaderView::new(&state, &logged_in);
    let f = k.find(&loan, id(&tekst)?, Intent::Replay)?;
    let (id, nr) = (f.id, f.medarbejder_nr.clone());
    let whole = app.whole(&nr).await?;
    let mut all = steps(&k, &loan, &whole, id).into_iter();
    let step = match search.tekst("position") {
        Some(position) => position.parse().ok().and_then(|at: u64| all.find(|step| step.position == at)),
        None => all.last(),
    };
    let step = step.ok_or_else(Problem::not_found)?;
    let mut found = None;
    for stream in streams(&whole)? {
        let proof = app.log.stream_proof(&stream).await?;
        found = proof.and_then(|proof| commit_of(proof, step.position));
        if found.is_some() {
            break;
        }
    }
    let Found { proof, nth, positions: (first, last), event, kind, version } = found.ok_or_else(Problem::not_found)?;
    let tree = proof.tree;
    let ProvenCommit { leaf, before, body, path } = &proof.commits[nth];
    let digest = Hash::of(body);
    let hash = chain(*before, digest);
    let root = merkle::proven_root(merkle::leaf(&hash.0), *leaf, tree.commits, path);
    let positions = if first == last { figure(first) } else { format!("{} til {}", figure(first), figure(last)) };
    let seal = app.seal().await.map_err(|error| Problem::intern(&error))?;
    let facts = vec![
        ("Hændelsens slags", kind),
        ("Version i strømmen", figure(version)),
        ("Hændelsens egen hash", event.to_string()),
        ("Skrivning", format!("nr. {} af {}, position {positions}", figure(leaf + 1), figure(tree.commits))),
        ("Hash af skrivningens krop", digest.to_string()),
        ("Kædens hash før", before.to_string()),
        ("Kædens hash med skrivningen", hash.to_string()),
        ("Træets rod", tree.root.to_string()),
    ];
    let page = Page {
        frame: k.frame(format!("Bevis for position {}", step.position)),
        id,
        reference: reference(id),
        step,
        facts,
        path: path.iter().map(Hash::to_string).collect(),
        holds: root == Some(tree.root),
        commits: count(tree.commits, "skrivning", "skrivninger"),
        seal: seal.seal(&tree, app.clock.now()),
    };
    Ok(html(StatusCode::OK, &page))
}

/// The commit of a stream that an event is in.
fn commit_of(proof: StreamProof, position: u64) -> Option<Found> {
    let found = proof.commits.iter().enumerate().find_map(|(nth, proven)| {
        let commit = decode_commit(&proven.body).ok()?;
        let at = usize::try_from(position.checked_sub(commit.first)?).ok()?;
        let event = commit.events.get(at)?;
        let (sum, kind) = (Hash::of(&event.body), event.kind.clone());
        Some((nth, (commit.first, commit.last()), sum, kind, commit.version + at as u64))
    });
    let (nth, positions, event, kind, version) = found?;
    Some(Found { proof, nth, positions, event, kind, version })
}
