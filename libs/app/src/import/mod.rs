//! The files of a payroll system: read as they come, every bad line told, the other lines taken in.
//!
//! Reading is pure ([`table`], [`fields`], and the two file kinds' own `read`); taking in goes through
//! [`App::execute`] like everything else. A text of an error names line and column, never what stood there.

pub mod fields;
mod fravaer;
mod medarbejdere;
pub mod table;

use std::collections::BTreeSet;

use forloeb::refusal::{DomainRefusal, Regel};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

pub use fravaer::fravaer;
pub use medarbejdere::medarbejdere;

#[cfg(doc)]
use crate::core::App;
use crate::core::CommandError;
use crate::failure::Internal;
use texts::sentences;

/// What is said of a line as a whole, where no column is to blame.
const LINE: &str = "linje";
/// Employees taken in at a time: their events share a sync of the disk.
const SIMULTANEOUS: usize = 64;

/// One import at a time: two files at once could otherwise give one `fravaer_nr` to two employees.
pub static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// What became of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Rapport)]
pub struct Report {
    /// Lines that were new.
    #[serde(rename = "oprettet")]
    pub created: u64,
    /// Lines that changed something.
    #[serde(rename = "aendret")]
    pub changed: u64,
    /// Lines that said what was known.
    #[serde(rename = "uaendret")]
    pub unchanged: u64,
    /// What was refused.
    #[serde(rename = "fejl")]
    pub error: Vec<LineError>,
    /// What was taken in and ought to be looked at.
    #[serde(rename = "advarsler")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<LineError>,
}

/// Something about one line.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = Linjefejl)]
pub struct LineError {
    /// Line of the file; the header is line 1.
    #[serde(rename = "linje")]
    pub line: u64,
    /// Column, or `linje` for the line as a whole.
    pub felt: String,
    /// What is wrong.
    #[serde(rename = "fejl")]
    pub error: String,
}

impl LineError {
    fn new(line: u64, felt: &str, error: impl Into<String>) -> Self {
        Self { line, felt: felt.to_owned(), error: error.into() }
    }
}

impl Report {
    /// Number of lines that were refused.
    #[must_use]
    pub fn refused_ones(&self) -> usize {
        self.error.iter().map(|f| f.line).collect::<BTreeSet<_>>().len()
    }

    fn put_to(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.error.extend(other.error);
        self.warnings.extend(other.warnings);
    }

    /// A refusal of the domain becomes a bad line; anything else ends the import.
    fn refused(&mut self, line: u64, error: CommandError) -> Result<(), CommandError> {
        let CommandError::Afvist(domain_refusal) = error else { return Err(error) };
        match domain_refusal {
            DomainRefusal::LineFields(fields) => {
                self.error.extend(fields.iter().map(|f| LineError::new(line, f.felt, sentences::error(&f.error))));
            }
            DomainRefusal::Regel(regel) => {
                self.error.push(LineError::new(line, field_for(&regel), sentences::regel(&regel)));
            }
            DomainRefusal::UnknownForloeb | DomainRefusal::OtherVersion { .. } => {
                self.error.push(LineError::new(line, LINE, sentences::domain_refusal(&domain_refusal)));
            }
        }
        Ok(())
    }
}

/// The column a refusal is about.
fn field_for(regel: &Regel) -> &'static str {
    match regel {
        Regel::UnknownAnsaettelse | Regel::PersonSlettet => "medarbejder_nr",
        _ => regel.felt().unwrap_or(LINE),
    }
}

/// Takes in employee by employee, many at a time, and adds up what became of it.
async fn parallel<O, F>(
    report: &mut Report,
    tasks: Vec<(u64, O)>,
    progress: &(dyn Fn(u64, u64) + Sync),
    execute: impl Fn(O) -> F,
) -> Result<(), CommandError>
where
    F: Future<Output = Result<Report, CommandError>> + Send + 'static,
{
    let i_alt = tasks.iter().map(|(lines, _)| lines).sum();
    let (mut now, mut running) = (0, JoinSet::new());
    let mut rest = tasks.into_iter();
    loop {
        while running.len() < SIMULTANEOUS
            && let Some((lines, task)) = rest.next()
        {
            let proceeds = execute(task);
            running.spawn(async move { (lines, proceeds.await) });
        }
        match running.join_next().await {
            None => break,
            // A task that panicked has written nothing it was not asked to; the import as a whole cannot go on.
            Some(Err(_)) => return Err(Internal::panicked("filen blev ikke læst til ende").into()),
            Some(Ok((lines, proceeds))) => {
                report.put_to(proceeds?);
                now += lines;
                progress(now, i_alt);
            }
        }
    }
    report.error.sort();
    report.warnings.sort();
    Ok(())
}
