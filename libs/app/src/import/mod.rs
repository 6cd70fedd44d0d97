//! The files of a payroll system: read as they come, every bad line told, the other lines taken in.
//!
//! Reading is pure ([`table`], [`fields`], and the two file kinds' own `read`); taking in goes through
//! [`App::execute`] like everything else. A text of an error names line and column, never what stood there. A file may be
//! anything, so everything it can make grow has a bound: the file, its lines, a line and a field of it, and what is told.

pub mod fields;
mod findings;
mod fravaer;
mod medarbejdere;
pub mod table;

use forloeb::refusal::{BrokenRegel, DomainRefusal};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use findings::Findings;
pub use findings::TOLD;
pub use fravaer::fravaer;
pub use medarbejdere::medarbejdere;

#[cfg(doc)]
use crate::core::App;
use crate::core::CommandError;
use crate::failure::Internal;
use texts::sentences;

/// Largest file, in bytes: it is in memory while it is read.
pub const LARGEST_FILE: usize = 64 << 20;
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
    /// What was refused; the first hundred of it, by line.
    #[serde(rename = "fejl")]
    pub error: Vec<LineError>,
    /// How much was refused, where that is more than `fejl` tells.
    #[serde(rename = "fejl_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors_in_all: Option<u64>,
    /// What was taken in and ought to be looked at; the first hundred of it, by line.
    #[serde(rename = "advarsler")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<LineError>,
    /// How much ought to be looked at, where that is more than `advarsler` tells.
    #[serde(rename = "advarsler_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warnings_in_all: Option<u64>,
    #[serde(skip)]
    refused_lines: usize,
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
    pub const fn refused_lines(&self) -> usize {
        self.refused_lines
    }
}

/// What has become of a file so far.
#[derive(Debug, Default)]
struct Tally {
    created: u64,
    changed: u64,
    unchanged: u64,
    error: Findings,
    warnings: Findings,
}

impl Tally {
    fn put_to(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.error.put_to(other.error);
        self.warnings.put_to(other.warnings);
    }

    fn report(self) -> Report {
        let Self { created, changed, unchanged, error, warnings } = self;
        let told = |found: &Findings| (found.first(), Some(found.count()).filter(|count| *count > TOLD as u64));
        let (refused_lines, (error, errors_in_all)) = (error.lines(), told(&error));
        let (warnings, warnings_in_all) = told(&warnings);
        Report { created, changed, unchanged, error, errors_in_all, warnings, warnings_in_all, refused_lines }
    }

    /// A refusal of the domain becomes a bad line; anything else ends the import.
    fn refused(&mut self, line: u64, error: CommandError) -> Result<(), CommandError> {
        let CommandError::Afvist(domain_refusal) = error else { return Err(error) };
        match domain_refusal {
            DomainRefusal::Fields(fields) => {
                self.error.line(fields.iter().map(|f| LineError::new(line, f.felt, sentences::error(&f.error))));
            }
            DomainRefusal::BrokenRegel(regel) => {
                self.error.take(LineError::new(line, field_for(&regel), sentences::regel(&regel)));
            }
            DomainRefusal::UnknownForloeb | DomainRefusal::OtherVersion { .. } => {
                self.error.take(LineError::new(line, LINE, sentences::domain_refusal(&domain_refusal)));
            }
        }
        Ok(())
    }
}

/// What is said of these bytes as each of the two files, with nothing taken in: a good line counts as new.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn only_read(bytes: &[u8]) -> [Report; 2] {
    fn said<T>(parsed: table::Parsed<T>) -> Report {
        Tally { created: parsed.lines.len() as u64, error: parsed.error, ..Tally::default() }.report()
    }
    [said(medarbejdere::read(bytes)), said(fravaer::read(bytes))]
}

/// The column a refusal is about.
fn field_for(regel: &BrokenRegel) -> &'static str {
    match regel {
        BrokenRegel::UnknownAnsaettelse | BrokenRegel::PersonSlettet => "medarbejder_nr",
        _ => regel.felt().unwrap_or(LINE),
    }
}

/// Takes in employee by employee, many at a time, and adds up what became of it.
async fn parallel<O, F>(
    tally: &mut Tally,
    tasks: Vec<(u64, O)>,
    progress: &(dyn Fn(u64, u64) + Sync),
    execute: impl Fn(O) -> F,
) -> Result<(), CommandError>
where
    F: Future<Output = Result<Tally, CommandError>> + Send + 'static,
{
    let total = tasks.iter().map(|(lines, _)| lines).sum();
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
                tally.put_to(proceeds?);
                now += lines;
                progress(now, total);
            }
        }
    }
    Ok(())
}
