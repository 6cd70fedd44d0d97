//! The proof that an event of a forløb is in the log: its commit, and the path from there to the root that is sealed.

use std::collections::BTreeSet;
use std::sync::Arc;

use app::failure::Internal;
use eventlog::{Hash, StreamId, StreamProof, TreeHead, chain, decode_commit, merkle};
use forloeb::{Ansaettelse, Haendelse, Record};
use uuid::Uuid;

use crate::core::{App, OpenFolderError};
use crate::projections::{ANSAETTELSE, Loan};

/// The events of a forløb that stand in the stream of one employee number, in the order of the log.
pub(crate) fn of_one_number<'a>(loan: &'a Loan, a: &'a Ansaettelse, id: Uuid) -> impl Iterator<Item = &'a Arc<Record>> {
    let about = |p: &&Arc<Record>| p.haendelse.forloeb() == Some(id);
    let be_known_from = a.own_records().iter().find(about).map_or(0, |p| p.version);
    // Whom they chose for another time is no part of it.
    let chosen: BTreeSet<u64> = loan.forloeb(id).map(|f| a.omsorgsvalg_in(f)).unwrap_or_default();
    a.own_records().iter().filter(move |p| match p.haendelse.forloeb() {
        Some(whose) => loan.forloeb(whose).is_some_and(|f| f.id == id),
        None if matches!(p.haendelse, Haendelse::OmsorgskollegaValgt(_)) => chosen.contains(&p.position),
        None => p.version > be_known_from, // master data that changed meanwhile
    })
}

/// Where the events of a forløb stand in the log, those under an employee number before first.
pub(crate) fn positions(loan: &Loan, a: &Ansaettelse, id: Uuid) -> Vec<u64> {
    let mut all = a.under_number_before().map_or_else(Vec::new, |before| positions(loan, before, id));
    all.extend(of_one_number(loan, a, id).map(|record| record.position));
    all
}

/// The streams that a forløb stands in: of the employment, and of the employee numbers before.
///
/// # Errors
/// A number cannot name a stream.
pub(crate) fn streams(a: &Ansaettelse) -> Result<Vec<StreamId>, OpenFolderError> {
    let stream = |nr: &str| -> Result<StreamId, OpenFolderError> {
        let name = StreamId::new(format!("{ANSAETTELSE}{nr}"));
        name.map_err(|error| Internal::new("en strøm kan ikke hedde sådan", error).into())
    };
    a.numbers().into_iter().map(stream).collect()
}

/// An event, its commit, and what proves that the commit is in the log.
pub(crate) struct Proven {
    /// Name of the event.
    pub(crate) kind: String,
    /// Version in its stream.
    pub(crate) version: u64,
    /// Sum over the event as it is stored.
    pub(crate) event: Hash,
    /// Number of the commit among all commits, from 0.
    pub(crate) leaf: u64,
    /// First and last position in the commit.
    pub(crate) positions: (u64, u64),
    /// Sum over the body of the commit.
    pub(crate) digest: Hash,
    /// Chain hash before the commit.
    pub(crate) before: Hash,
    /// Chain hash with it.
    pub(crate) hash: Hash,
    /// The path from its leaf to the root.
    pub(crate) path: Vec<Hash>,
    /// The trees it is a proof in.
    pub(crate) tree: TreeHead,
}

impl Proven {
    /// The event at a position in the streams of an employment; none where it is in none of them.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(crate) async fn at(app: &App, a: &Ansaettelse, position: u64) -> Result<Option<Self>, OpenFolderError> {
        for stream in streams(a)? {
            let proof = app.log.stream_proof(&stream).await?;
            let found = proof.and_then(|proof| Self::of(proof, position));
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }

    fn of(proof: StreamProof, position: u64) -> Option<Self> {
        let tree = proof.tree;
        proof.commits.into_iter().find_map(|proven| {
            let commit = decode_commit(&proven.body).ok()?;
            let nth = position.checked_sub(commit.first)?;
            let event = commit.events.get(usize::try_from(nth).ok()?)?;
            let digest = Hash::of(&proven.body);
            Some(Self {
                kind: event.kind.clone(),
                version: commit.version + nth,
                event: Hash::of(&event.body),
                leaf: proven.leaf,
                positions: (commit.first, commit.last()),
                digest,
                before: proven.before,
                hash: chain(proven.before, digest),
                path: proven.path,
                tree,
            })
        })
    }

    /// The path leads from the commit to the root of the log.
    pub(crate) fn holds(&self) -> bool {
        let leaf = merkle::leaf(&self.hash.0);
        merkle::proven_root(leaf, self.leaf, self.tree.commits, &self.path) == Some(self.tree.root)
    }
}
