//! `generer`: years of an invented kommune's history, written straight into a new folder, for trials and measurements.
//!
//! Every event is what the domain decided on a command, in the order of time over all employees, in the streams, with
//! the metadata and under the keys that the service itself writes. Memory grows with the employees, not with the
//! events. The same arguments give the same commits in the same order, their sealed parts too: keys and nonces come
//! from the seed here. **Such a folder protects nothing and is about nobody.** Only the salt of the segments, and with
//! which commits one was synced, differ from run to run, and with the latter the chain hash.

#[cfg(test)]
mod andet_program;
mod blinde;
mod loggen;
mod skriver;
mod spejl;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::path::Path;

use crate::Omfang;
use chrono::NaiveDate;
use eventlog::{AppendError, Hash, Journal, OpenError};
use forloeb::Regelbog;
use thiserror::Error;
use tokio::sync::mpsc;

use crate::opdigt::scene::Scene;
use crate::opdigt::segl::Segl;
use crate::opdigt::verden::Verden;
use crate::opdigt::{OpdigtFejl, gennemspil};
use app::durable;
use app::noegler::{NoegleFejl, Noegler};
use blinde::Blinde;
use chance::Tilfaeldig;
use loggen::Loggen;

/// Bunches that may wait.
const VENTER: usize = 16;
/// What a new file system has by itself.
const TOMT: &str = "lost+found";

/// What is to be made.
#[derive(Debug, Clone)]
pub struct Valg {
    /// Number of employees in each district, at least eight.
    pub medarbejdere: u32,
    /// Number of districts. Only the first is decided by the domain, which takes most of the time; in the others the
    /// same happens on the same days to other people.
    pub distrikter: u32,
    /// Years of history.
    pub aar: u32,
    /// Seed.
    pub froe: u64,
    /// Last day; absences that go on then are open.
    pub til: NaiveDate,
    /// Most events; the history ends before the last day where they are used up.
    pub haendelser: Option<u64>,
}

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lavet {
    /// Events.
    pub haendelser: u64,
    /// The day of the last one.
    pub sidste_dag: NaiveDate,
    /// How many of each event.
    pub antal: BTreeMap<String, u64>,
    /// Commands that the domain refused, as some are in life.
    pub afviste: u64,
    /// Hash of where the log ends.
    pub hoved: Hash,
}

/// Why nothing, or not everything, was made.
#[derive(Debug, Error)]
pub enum GenererFejl {
    /// There is something in the folder.
    #[error("{0}: mappen er ikke tom")]
    IkkeTom(String),
    /// The first day lies before what any rule set covers.
    #[error("historikken kan tidligst begynde {0}, hvor det første regelsæt gælder fra")]
    FoerReglerne(NaiveDate),
    /// The folder cannot be read.
    #[error(transparent)]
    Mappe(#[from] std::io::Error),
    /// The log cannot be opened.
    #[error(transparent)]
    Log(#[from] OpenError),
    /// The log takes no events.
    #[error("loggen kan ikke skrives: {0}")]
    Skriv(#[from] AppendError),
    /// A commit did not come behind the one before it.
    #[error("hændelsen på plads {0} kom i en anden rækkefølge, end den blev lavet")]
    Orden(u64),
    /// The keys could not be made.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// The history could not be made.
    #[error(transparent)]
    Opdigt(#[from] OpdigtFejl),
    /// The thread that invents ended in a panic.
    #[error("opgaven kunne ikke gøres færdig")]
    Afbrudt,
}

/// Makes it. `fremdrift` is told days of history so far and in all.
///
/// # Errors
/// See [`GenererFejl`]. What was written stays.
pub async fn generer(
    mappe: &Path,
    valg: &Valg,
    bog: Regelbog,
    fremdrift: impl Fn(u64, u64) + Send + 'static,
) -> Result<Lavet, GenererFejl> {
    let omfang = Omfang { medarbejdere: valg.medarbejdere, aar: valg.aar, froe: valg.froe, til: valg.til };
    if omfang.fra() < bog.tidligste_dag() {
        return Err(GenererFejl::FoerReglerne(bog.tidligste_dag()));
    }
    durable::create_folder(mappe, durable::PRIVATE)?;
    for post in std::fs::read_dir(mappe)? {
        if post?.file_name() != TOMT {
            return Err(GenererFejl::IkkeTom(mappe.display().to_string()));
        }
    }
    let log = Journal::open(mappe, skriver::indstillinger())?.log;
    let noegler = {
        let mut chance = Tilfaeldig::ny(valg.froe);
        Noegler::synthetic(&mappe.join("noegler"), Box::new(move |bytes| chance.fyld(bytes)))?
    };
    let (afsender, modtager) = mpsc::channel(VENTER);
    let (hoejst, distrikter) = (valg.haendelser.unwrap_or(u64::MAX), valg.distrikter.max(1));
    let opdigtning = tokio::task::spawn_blocking(move || {
        let segl = Segl::Noegler(&noegler);
        let verden = Verden::ny(&omfang, distrikter, segl)?;
        let mut loggen = Loggen::ny(&noegler, hoejst, &afsender);
        let mut scene = Scene::ny(&verden, &bog, segl, &Blinde, &mut loggen);
        let (sidste_dag, _) = gennemspil(&mut scene, omfang.froe, &fremdrift)?;
        let afviste = scene.afviste;
        Ok::<_, GenererFejl>((sidste_dag, loggen.faerdig(), afviste))
    });
    // The order of the appends is the order of this future's polls: nothing may put one of them off.
    let skrevet = tokio::task::unconstrained(skriver::skriv(&log, modtager)).await;
    let opdigtet = opdigtning.await.map_err(|_| GenererFejl::Afbrudt)?;
    let hoved = log.head();
    log.close().await;
    skrevet?;
    let (sidste_dag, antal, afviste) = opdigtet?;
    Ok(Lavet { haendelser: hoved.position, sidste_dag, antal, afviste, hoved: hoved.hash })
}
