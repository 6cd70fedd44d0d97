//! `generer`: years of an invented kommune's history, written straight into a new folder, for trials and measurements.
//!
//! Every event is what the domain decided on a command, in the order of time over all employees, in the streams, with
//! the metadata and under the keys that the service itself writes. Memory grows with the employees, not with the
//! events. The same arguments give the same commits in the same order, their sealed parts too: keys and nonces come
//! from the seed here. **Such a folder protects nothing and is about nobody.** Only the salt of the segments, and with
//! which commits one was synced, differ from run to run, and with the latter the chain hash.

#[cfg(test)]
mod apart_tests;
mod blind;
#[cfg(test)]
mod commands_tests;
mod log;
mod mirror;
#[cfg(test)]
mod other_program;
#[cfg(test)]
mod tests;
mod writer;

use std::collections::BTreeMap;
use std::path::Path;

use crate::Omfang;
use chrono::NaiveDate;
use eventlog::{AppendError, Hash, Journal, OpenError};
use forloeb::Regelbog;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::invented::scene::Scene;
use crate::invented::seal::Seal;
use crate::invented::world::World;
use crate::invented::{SyntheticError, play_through};
use app::durable;
use app::keys::{KeyError, Keys};
use blind::Blind;
use chance::Random;
use log::TheLog;

/// Bunches that may wait.
const WAITING: usize = 16;
/// What a new file system has by itself.
const EMPTY: &str = "lost+found";

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Choices {
    /// Number of employees in each district, at least eight.
    pub medarbejdere: u32,
    /// Number of districts. Only the first is decided by the domain, which takes most of the time; in the others the
    /// same happens on the same days to other people.
    pub distrikter: u32,
    /// Years of history.
    pub aar: u32,
    /// Seed.
    pub seed: u64,
    /// Last day; absences that go on then are open.
    pub til: NaiveDate,
    /// Most events; the history ends before the last day where they are used up.
    pub haendelser: Option<u64>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// Events.
    pub haendelser: u64,
    /// The day of the last one.
    pub sidste_dag: NaiveDate,
    /// How many of each event.
    pub count: BTreeMap<String, u64>,
    /// Commands that the domain refused, as some are in life.
    pub refused_ones: u64,
    /// Hash of where the log ends.
    pub log_head: Hash,
}

/// Why nothing, or not everything, was made.
#[derive(Debug, Error)]
pub enum GenerateError {
    /// There is something in the folder.
    #[error("{0}: mappen er ikke tom")]
    NotEmpty(String),
    /// The first day lies before what any rule set covers.
    #[error("historikken kan tidligst begynde {0}, hvor det første regelsæt gælder fra")]
    BeforeReglerne(NaiveDate),
    /// The folder cannot be read.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The log takes no events.
    #[error("loggen kan ikke skrives: {0}")]
    Write(#[from] AppendError),
    /// A commit did not come behind the one before it.
    #[error("hændelsen på plads {0} kom i en anden rækkefølge, end den blev lavet")]
    ListOrder(u64),
    /// The keys could not be made.
    #[error(transparent)]
    Keys(#[from] KeyError),
    /// The history could not be made.
    #[error(transparent)]
    Synthetic(#[from] SyntheticError),
    /// The thread that invents ended in a panic.
    #[error("opgaven kunne ikke gøres færdig")]
    Interrupted,
}

/// Makes it. `fremdrift` is told days of history so far and in all.
///
/// # Errors
/// See [`GenerateError`]. What was written stays.
pub async fn generate(
    folder: &Path,
    choices: &Choices,
    book: Regelbog,
    progress: impl Fn(u64, u64) + Send + 'static,
) -> Result<Made, GenerateError> {
    let omfang = Omfang { medarbejdere: choices.medarbejdere, aar: choices.aar, seed: choices.seed, til: choices.til };
    if omfang.fra() < book.earliest_dag() {
        return Err(GenerateError::BeforeReglerne(book.earliest_dag()));
    }
    durable::create_folder(folder, durable::PRIVATE)?;
    for post in std::fs::read_dir(folder)? {
        if post?.file_name() != EMPTY {
            return Err(GenerateError::NotEmpty(folder.display().to_string()));
        }
    }
    let log = Journal::open(folder, writer::settings())?.log;
    let keys = {
        let mut chance = Random::new(choices.seed);
        Keys::synthetic(&folder.join("noegler"), Box::new(move |bytes| chance.fill(bytes)))?
    };
    let (sender, modtager) = mpsc::channel(WAITING);
    let (at_most, distrikter) = (choices.haendelser.unwrap_or(u64::MAX), choices.distrikter.max(1));
    let invention = tokio::task::spawn_blocking(move || {
        let seal = Seal::Keys(&keys);
        let world = World::new(&omfang, distrikter, seal)?;
        let mut the_log = TheLog::new(&keys, at_most, &sender);
        let mut scene = Scene::new(&world, &book, seal, &Blind, &mut the_log);
        let (sidste_dag, _) = play_through(&mut scene, omfang.seed, &progress)?;
        let refused_ones = scene.refused_ones;
        Ok::<_, GenerateError>((sidste_dag, the_log.done(), refused_ones))
    });
    // The order of the appends is the order of this future's polls: nothing may put one of them off.
    let written = tokio::task::unconstrained(writer::write(&log, modtager)).await;
    let invented = invention.await.map_err(|_| GenerateError::Interrupted)?;
    let log_head = log.head();
    log.close().await;
    written?;
    let (sidste_dag, count, refused_ones) = invented?;
    Ok(Made { haendelser: log_head.position, sidste_dag, count, refused_ones, log_head: log_head.hash })
}
