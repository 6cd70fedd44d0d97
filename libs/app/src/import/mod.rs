//! The files of a payroll system: read as they come, every bad line told, the other lines taken in.
//!
//! Reading is pure ([`tabel`], [`felter`], and the two file kinds' own `laes`); taking in goes through
//! [`Kerne::udfoer`] like everything else. A text of an error names line and column, never what stood there.

pub mod felter;
mod fravaer;
mod medarbejdere;
pub mod tabel;

use std::collections::BTreeSet;

use forloeb::afvisning::{Afvisning, Regel};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

pub use fravaer::fravaer;
pub use medarbejdere::medarbejdere;

use crate::failure::Internal;
#[cfg(doc)]
use crate::kerne::Kerne;
use crate::kerne::KommandoFejl;
use texts::tekster;

/// What is said of a line as a whole, where no column is to blame.
const LINJEN: &str = "linje";
/// Employees taken in at a time: their events share a sync of the disk.
const SAMTIDIGE: usize = 64;

/// One import at a time: two files at once could otherwise give one `fravaer_nr` to two employees.
pub static EN_AD_GANGEN: Mutex<()> = Mutex::const_new(());

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Rapport {
    /// Lines that were new.
    pub oprettet: u64,
    /// Lines that changed something.
    pub aendret: u64,
    /// Lines that said what was known.
    pub uaendret: u64,
    /// What was refused.
    pub fejl: Vec<Linjefejl>,
    /// What was taken in and ought to be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub advarsler: Vec<Linjefejl>,
}

/// Something about one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Linjefejl {
    /// Line of the file; the header is line 1.
    pub linje: u64,
    /// Column, or `linje` for the line as a whole.
    pub felt: String,
    /// What is wrong.
    pub fejl: String,
}

impl Linjefejl {
    fn ny(linje: u64, felt: &str, fejl: impl Into<String>) -> Self {
        Self { linje, felt: felt.to_owned(), fejl: fejl.into() }
    }
}

impl Rapport {
    /// Number of lines that were refused.
    #[must_use]
    pub fn afviste(&self) -> usize {
        self.fejl.iter().map(|f| f.linje).collect::<BTreeSet<_>>().len()
    }

    fn laeg_til(&mut self, anden: Self) {
        self.oprettet += anden.oprettet;
        self.aendret += anden.aendret;
        self.uaendret += anden.uaendret;
        self.fejl.extend(anden.fejl);
        self.advarsler.extend(anden.advarsler);
    }

    /// A refusal of the domain becomes a bad line; anything else ends the import.
    fn afvist(&mut self, linje: u64, fejl: KommandoFejl) -> Result<(), KommandoFejl> {
        let KommandoFejl::Afvist(afvisning) = fejl else { return Err(fejl) };
        match afvisning {
            Afvisning::Felter(felter) => {
                self.fejl.extend(felter.iter().map(|f| Linjefejl::ny(linje, f.felt, tekster::fejl(&f.fejl))));
            }
            Afvisning::Regel(regel) => self.fejl.push(Linjefejl::ny(linje, felt_for(&regel), tekster::regel(&regel))),
            Afvisning::UkendtForloeb | Afvisning::AndenVersion { .. } => {
                self.fejl.push(Linjefejl::ny(linje, LINJEN, tekster::afvisning(&afvisning)));
            }
        }
        Ok(())
    }
}

/// The column a refusal is about.
fn felt_for(regel: &Regel) -> &'static str {
    match regel {
        Regel::UkendtAnsaettelse | Regel::PersonSlettet => "medarbejder_nr",
        _ => regel.felt().unwrap_or(LINJEN),
    }
}

/// Takes in employee by employee, many at a time, and adds up what became of it.
async fn parallelt<O, F>(
    rapport: &mut Rapport,
    opgaver: Vec<(u64, O)>,
    fremdrift: &(dyn Fn(u64, u64) + Sync),
    udfoer: impl Fn(O) -> F,
) -> Result<(), KommandoFejl>
where
    F: Future<Output = Result<Rapport, KommandoFejl>> + Send + 'static,
{
    let i_alt = opgaver.iter().map(|(linjer, _)| linjer).sum();
    let (mut nu, mut i_gang) = (0, JoinSet::new());
    let mut resten = opgaver.into_iter();
    loop {
        while i_gang.len() < SAMTIDIGE
            && let Some((linjer, opgave)) = resten.next()
        {
            let udbytte = udfoer(opgave);
            i_gang.spawn(async move { (linjer, udbytte.await) });
        }
        match i_gang.join_next().await {
            None => break,
            // A task that panicked has written nothing it was not asked to; the import as a whole cannot go on.
            Some(Err(_)) => return Err(Internal::panicked("filen blev ikke læst til ende").into()),
            Some(Ok((linjer, udbytte))) => {
                rapport.laeg_til(udbytte?);
                nu += linjer;
                fremdrift(nu, i_alt);
            }
        }
    }
    rapport.fejl.sort();
    rapport.advarsler.sort();
    Ok(())
}
