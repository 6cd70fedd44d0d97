//! The proof that an event of a forløb is in the log: its commit, and the path from there to the root that is sealed. Of the
//! latest event, where no position is asked for.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use eventlog::Hash;
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::audited::Audited;
use super::parts::trin::Step;
use super::session::{LoggedIn, Search};
use crate::problem::Problem;
use crate::proven::Proven;
use crate::reference::reference;
use crate::sentences::{count, figure};

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
    let app = &state.service.app;
    let audited = Audited::of(&state, &logged_in, &tekst).await?;
    let mut all = audited.steps().into_iter();
    let Audited { k, id, whole, .. } = audited;
    let step = match search.tekst("position") {
        Some(position) => position.parse().ok().and_then(|at: u64| all.find(|step| step.position == at)),
        None => all.last(),
    };
    let step = step.ok_or_else(Problem::not_found)?;
    let proven = Proven::at(app, &whole, step.position).await?.ok_or_else(Problem::not_found)?;
    let (first, last) = proven.positions;
    let positions = if first == last { figure(first) } else { format!("{} til {}", figure(first), figure(last)) };
    let seal = app.seal().await.map_err(|error| Problem::intern(&error))?;
    let (holds, tree) = (proven.holds(), proven.tree);
    let facts = vec![
        ("Hændelsens slags", proven.kind),
        ("Version i strømmen", figure(proven.version)),
        ("Hændelsens egen hash", proven.event.to_string()),
        ("Skrivning", format!("nr. {} af {}, position {positions}", figure(proven.leaf + 1), figure(tree.commits))),
        ("Hash af skrivningens krop", proven.digest.to_string()),
        ("Kædens hash før", proven.before.to_string()),
        ("Kædens hash med skrivningen", proven.hash.to_string()),
        ("Træets rod", tree.root.to_string()),
    ];
    let page = Page {
        frame: k.frame(format!("Bevis for position {}", step.position)),
        id,
        reference: reference(id),
        step,
        facts,
        path: proven.path.iter().map(Hash::to_string).collect(),
        holds,
        commits: count(tree.commits, "skrivning", "skrivninger"),
        seal: seal.seal(&tree, app.clock.now()),
    };
    Ok(html(StatusCode::OK, &page))
}
