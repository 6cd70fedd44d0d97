//! The seals that somebody kept, held against a log: does it go on from each of them, unchanged?

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use eventlog::Hash;

use super::Failure;
use crate::checkpoint::{Checkpoint, Note, PublicKey};
use crate::owner;
use crate::sentences;

/// Whether a log with these roots goes on from a checkpoint.
pub(super) fn by_root(roots: &BTreeMap<u64, Hash>) -> impl Fn(&Checkpoint) -> Option<bool> {
    |says| roots.get(&says.commits).map(|root| *root == says.root)
}

/// The seals, read, in the order of how much they seal.
#[derive(Debug)]
pub(super) struct Seals(Vec<(PathBuf, Note)>);

impl Seals {
    /// Reads them, with the rights of who asked.
    pub(super) fn read(files: &[PathBuf]) -> Result<Self, Failure> {
        let read = |path: &PathBuf| {
            let note = owner::as_caller(|| Ok(Note::in_file(path)))?;
            let note = note.map_err(|error| Failure::new(format!("{}: {error}.", path.display())))?;
            Ok::<_, Failure>((path.clone(), note))
        };
        let mut seals = files.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        seals.sort_by_key(|(_, note)| note.claims().commits);
        Ok(Self(seals))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What they claim, before anybody has looked at a signature.
    pub(super) fn claims(&self) -> impl Iterator<Item = &Checkpoint> {
        self.0.iter().map(|(_, note)| note.claims())
    }

    /// Numbers of commits at which a root is needed.
    pub(super) fn sizes(&self) -> BTreeSet<u64> {
        self.claims().map(|says| says.commits).collect()
    }

    /// Holds each against the log with this key and so many commits; what there is to say of each, or the first that the
    /// log does not go on from. Whoever has the log says whether it goes on from a checkpoint, or that it cannot be told.
    pub(super) fn hold(
        &self,
        key: &PublicKey,
        commits: u64,
        goes_on: impl Fn(&Checkpoint) -> Option<bool>,
    ) -> Result<Vec<String>, Failure> {
        let mut held: Vec<(&PathBuf, &Checkpoint)> = Vec::new();
        for (path, note) in &self.0 {
            let file = path.display();
            let says = note.opened_by(key).map_err(|error| Failure::new(format!("{file}: {error}.")))?;
            let sealed = sentences::count(says.commits, "skrivning", "skrivninger");
            let last = held.last().map_or_else(
                || "Det er det tidligste af seglene.".to_owned(),
                |(path, before)| {
                    let up_to = sentences::count(before.commits, "skrivning", "skrivninger");
                    format!("Det seneste segl, den fortsætter, er {} ({up_to}).", path.display())
                },
            );
            if says.commits > commits {
                let now = sentences::count(commits, "skrivning", "skrivninger");
                return Err(Failure::new(format!(
                    "Loggen fortsætter ikke {file}: seglet er af {sealed}, og loggen har kun {now}. Dens slutning er væk. {last}"
                )));
            }
            match goes_on(says) {
                Some(true) => held.push((path, says)),
                Some(false) => {
                    return Err(Failure::new(format!(
                        "Loggen fortsætter ikke {file}: de første {sealed} er ikke dem, der blev forseglet. Historien er \
                         skrevet om. {last}"
                    )));
                }
                None => {
                    return Err(Failure::new(format!(
                        "{file}: et bundt om ét forløb viser kun loggen, som den er forseglet i det ({commits} \
                         skrivninger), og ved de segl, det blev skrevet med, og dette er af {sealed}. Få et bundt, der er skrevet \
                         med seglet (export --seal), eller brug et bundt af hele loggen."
                    )));
                }
            }
        }
        let line = |(path, says): (&PathBuf, &Checkpoint)| {
            format!("segl {}: loggen fortsætter det ({} af {commits} skrivninger)", path.display(), says.commits)
        };
        Ok(held.into_iter().map(line).collect())
    }
}
