//! `generer`: years of an invented kommune's history, written straight into a new folder, for trials and measurements.
//!
//! ```text
//! verden (who, where, under whom) ─▶ gerning (what is tried, drawn per absence) ─▶ forloeb::beslut ─▶ log
//! ```
//!
//! Every event is what the domain decided on a command, in the order of time over all employees, in the streams, with
//! the metadata and under the keys that the service itself writes. Memory grows with the employees, not with the
//! events. The same arguments give the same commits in the same order, their sealed parts too: keys and nonces come
//! from the seed here. **Such a folder protects nothing and is about nobody.** Only the salt of the segments, and with
//! which commits one was synced, differ from run to run, and with the latter the chain hash.

mod gerning;
mod handling;
mod liv;
mod paamindelse;
mod scene;
mod skriver;
mod spejl;
#[cfg(test)]
mod tests;
mod verden;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};
use std::path::Path;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use eventlog::{Append, AppendError, Hash, Journal, OpenError, StreamIdError};
use forloeb::Regelbog;
use syntetisk::{Omfang, Tilfaeldig};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::noegler::{NoegleFejl, Noegler};
use crate::ur::{dag_i_danmark, klokken};
use liv::Liv;
use scene::Scene;
use verden::Verden;

/// Commits handed to the log at once.
const BUNKE: usize = 256;
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
    /// A key could not be made or used.
    #[error(transparent)]
    Noegler(#[from] NoegleFejl),
    /// An event that cannot be written.
    #[error("en hændelse kan ikke skrives: {0}")]
    Form(#[from] serde_json::Error),
    /// A number that cannot name a stream.
    #[error(transparent)]
    Stroem(#[from] StreamIdError),
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
    std::fs::create_dir_all(mappe)?;
    for post in std::fs::read_dir(mappe)? {
        if post?.file_name() != TOMT {
            return Err(GenererFejl::IkkeTom(mappe.display().to_string()));
        }
    }
    let log = Journal::open(mappe, skriver::indstillinger())?.log;
    let noegler = Noegler::syntetisk(&mappe.join("noegler"), valg.froe)?;
    let (afsender, modtager) = mpsc::channel(VENTER);
    let (hoejst, distrikter) = (valg.haendelser.unwrap_or(u64::MAX), valg.distrikter.max(1));
    let opdigtning = tokio::task::spawn_blocking(move || {
        let verden = Verden::ny(&omfang, distrikter, &noegler)?;
        opdigt(Scene::ny(&verden, &bog, &noegler), omfang.froe, hoejst, &afsender, &fremdrift)
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

type Opdigtet = (NaiveDate, BTreeMap<String, u64>, u64);

/// Everybody's life, one step of whoever is next at a time.
fn opdigt(
    mut s: Scene<'_>,
    froe: u64,
    hoejst: u64,
    ud: &mpsc::Sender<Vec<Append>>,
    fremdrift: &dyn Fn(u64, u64),
) -> Result<Opdigtet, GenererFejl> {
    let verden = s.verden;
    let mut antal = BTreeMap::new();
    let mut send = |bunke: Vec<Append>| {
        for event in bunke.iter().flat_map(|append| &append.events) {
            tael(&mut antal, &event.kind);
        }
        ud.blocking_send(bunke).is_ok()
    };
    // Another sequence than the one the people were drawn from.
    let mut froe = Tilfaeldig::ny(froe ^ 0x6869_7374_6f72_6965);
    let mut liv: Vec<Liv> = (0..verden.antal()).map(|plads| Liv::nyt(plads, &s, froe.naeste())).collect();
    let mut koe: BinaryHeap<Reverse<(DateTime<Utc>, usize)>> =
        liv.iter().enumerate().filter_map(|(plads, l)| Some(Reverse((l.naeste()?, plads)))).collect();
    let slut = klokken(verden.til + chrono::Days::new(1), NaiveTime::MIN);
    let (mut sidste_dag, mut meldt) = (verden.fra, verden.fra);
    let i_alt = syntetisk::dage_mellem(verden.fra, verden.til);
    while let Some(Reverse((tid, plads))) = koe.pop().filter(|Reverse((tid, _))| *tid < slut) {
        let foer = s.position();
        liv[plads].ske(&mut s, tid)?;
        if s.position() > hoejst {
            // Whole commands only: what does not fit is left out, with everything after it.
            let mut position = s.position();
            while position > hoejst
                && let Some(sidste) = s.ud.pop()
            {
                position -= sidste.events.len() as u64;
            }
            break;
        }
        if s.position() > foer {
            sidste_dag = dag_i_danmark(tid);
        }
        if let Some(naeste) = liv[plads].naeste() {
            koe.push(Reverse((naeste, plads)));
        }
        if s.ud.len() >= BUNKE && !send(std::mem::take(&mut s.ud)) {
            break; // the log says why
        }
        if sidste_dag > meldt {
            meldt = sidste_dag;
            fremdrift(syntetisk::dage_mellem(verden.fra, meldt), i_alt);
        }
    }
    send(std::mem::take(&mut s.ud));
    Ok((sidste_dag, antal, s.afviste))
}

fn tael(antal: &mut BTreeMap<String, u64>, navn: &str) {
    match antal.get_mut(navn) {
        Some(n) => *n += 1,
        None => drop(antal.insert(navn.to_owned(), 1)),
    }
}
