//! `export`

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use eventlog::{Hash, TreeHead, merkle};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::seals::Seals;
use super::{DONE, Failure, Out, without_damage};
use crate::bundle::{Earlier, Writer};
use crate::core::App;
use crate::projections::ANSAETTELSE;
use crate::seal::Seal;
use crate::sentences;

/// Bytes gathered before they are handed on.
const PIECE: usize = 64 << 10;

/// What a seal that somebody kept says of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Number of commits.
    commits: u64,
    /// Root of the tree over them, in hexadecimal.
    root: String,
}

impl Kept {
    /// What the seals in these files say, by the number of commits.
    ///
    /// # Errors
    /// One cannot be read, or is none.
    pub fn of(files: &[PathBuf]) -> Result<Vec<Self>, Failure> {
        let seals = Seals::read(files)?;
        let mut all: Vec<Self> =
            seals.claims().map(|says| Self { commits: says.commits, root: says.root.to_string() }).collect();
        all.dedup();
        Ok(all)
    }
}

/// The proofs that the log goes on from these. One that it does not go on from has no proof.
async fn proven(app: &App, kept: &[Kept], tree: &TreeHead) -> Result<Vec<Earlier>, Failure> {
    let mut all = Vec::new();
    for Kept { commits, root } in kept {
        let path = app.log.consistency(*commits, tree.commits).await?;
        let root: Hash = root.parse().map_err(|_| Failure::usage("Et segl har en rod, der ikke er et aftryk."))?;
        let now = (tree.commits, tree.root);
        let path = path.filter(|path| merkle::extends((*commits, root), now, path)).ok_or_else(|| {
            let sealed = sentences::count(*commits, "skrivning", "skrivninger");
            Failure::new(format!("Loggen fortsætter ikke seglet af {sealed}, og det kan ikke stå i bundtet."))
        })?;
        all.push(Earlier::new(*commits, root, &path));
    }
    Ok(all)
}

pub(super) async fn export(app: &Arc<App>, forloeb: Option<Uuid>, earlier: &[Kept], out: &Out) -> Result<u8, Failure> {
    without_damage(app)?;
    let seal = app.seal().await.map_err(|error| Failure::new(error.to_string()))?;
    let head = match forloeb {
        None => whole_log(app, &seal, out).await?,
        Some(id) => one_ansaettelse(app, &seal, id, earlier, out).await?,
    };
    without_damage(app)?; // met while it was read
    out.out(format!("skrevet: {} hændelser, hoved {}", head.position, head.hash)).await?;
    out.error(format!("Forseglet med nøglen {}.", seal.public())).await?;
    Ok(DONE)
}

async fn whole_log(app: &App, seal: &Seal, out: &Out) -> Result<eventlog::Head, Failure> {
    let tree = app.log.tree_head().await?;
    let mut writer = Writer::default();
    let mut bytes = writer.log_head(seal, seal.seal(&tree, app.clock.now()), None)?;
    let (mut commits, mut reached) = (app.log.commits(0), 0);
    // The log may have grown since; the bundle ends where its seal says.
    while reached < tree.head.position {
        let Some(commit) = commits.next().await? else {
            return Err(Failure::new("Loggen slutter før sit hoved."));
        };
        bytes.extend(writer.commit(&commit)?);
        reached = commit.last;
        if bytes.len() >= PIECE {
            out.data(std::mem::take(&mut bytes)).await?;
            out.progress(reached, tree.head.position);
        }
    }
    bytes.extend(writer.end()?);
    out.data(bytes).await?;
    Ok(tree.head)
}

async fn one_ansaettelse(
    app: &App,
    seal: &Seal,
    id: Uuid,
    earlier: &[Kept],
    out: &Out,
) -> Result<eventlog::Head, Failure> {
    let not_found = || Failure::new("Forløbet findes ikke.");
    let nr = app.projections().whose(id).map(str::to_owned).ok_or_else(not_found)?;
    let stream = eventlog::StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(io::Error::other)?;
    let proof = app.log.stream_proof(&stream).await?.ok_or_else(not_found)?;
    let mut writer = Writer::default();
    let only = Writer::only(id, &stream, &proof, proven(app, earlier, &proof.tree).await?);
    let mut bytes = writer.log_head(seal, seal.seal(&proof.tree, app.clock.now()), Some(only))?;
    for commit in &proof.commits {
        bytes.extend(writer.proven(commit)?);
    }
    bytes.extend(writer.end()?);
    out.data(bytes).await?;
    Ok(proof.tree.head)
}
