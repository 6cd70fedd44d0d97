//! The files of a payroll system: read as they come, every bad line told, the other lines taken in.
//!
//! Reading is pure ([`table`], [`fields`], and the two file kinds' own `read`); taking in goes through
//! [`App::execute`] like everything else. A text of an error names line and column, never what stood there; what a line changes is told with both
//! values, other than those about the person. A file may be
//! anything, so everything it can make grow has a bound: the file, its lines, a line and a field of it, and what is told.

mod about;
mod changes;
mod csv;
mod days;
mod encoding;
pub mod fields;
mod findings;
mod flytninger;
mod fravaer;
mod hele;
pub mod latest;
mod medarbejdere;
mod moved;
pub mod profile;
mod rows;
pub mod table;
mod trial;
mod uenighed;
mod words;
mod xlsx;

use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use ::csv as csv_lines;
use forloeb::Aktoer;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use findings::Findings;
pub use findings::{REPORTED, TOLD};
pub use flytninger::{Move, MoveUdfald};
use hele::AllGone;
pub use hele::{Gone, What, Whole};
pub use profile::Profile;
use table::Parsed;
use trial::Trial;

use crate::core::{App, CommandError};
use crate::failure::Internal;
use texts::sentences;

/// The first line of a report that is written as a file; a spreadsheet takes the mark before it for UTF-8.
pub const REPORT_HEADER: &str = "\u{feff}fil;linje;felt;art;tekst\r\n";
/// Largest file, in bytes: it is in memory while it is read.
pub const LARGEST_FILE: usize = 64 << 20;
/// What is said of a line as a whole, where no column is to blame.
const LINE: &str = "linje";
/// Employees taken in at a time: their events share a sync of the disk.
const SIMULTANEOUS: usize = 64;

/// One import at a time: two files at once could otherwise give one `fravaer_nr` to two employees.
pub static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// How files are taken in: by whom, read as which profile says, for good or on trial.
pub struct Intake<'a> {
    app: &'a Arc<App>,
    aktoer: &'a Aktoer,
    profile: Arc<Profile>,
    trial: Option<Arc<Trial>>,
    whole: Option<Whole>,
}

impl<'a> Intake<'a> {
    /// For good, with our own columns and words.
    #[must_use]
    pub fn new(app: &'a Arc<App>, aktoer: &'a Aktoer) -> Self {
        Self { app, aktoer, profile: Arc::default(), trial: None, whole: None }
    }

    /// Files of another system.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = Arc::new(profile);
        self
    }

    /// A file holds everything in its period: what it lacks is told.
    #[must_use]
    pub const fn whole(mut self, whole: Whole) -> Self {
        self.whole = Some(whole);
        self
    }

    /// On trial: everything is read, looked up and decided, and nothing is written, no key either. A second file sees what
    /// the first would have led to.
    #[must_use]
    pub fn on_trial(mut self) -> Self {
        self.trial = Some(Arc::default());
        self
    }

    /// Takes in a file of employees. `progress` is told lines so far and in all.
    ///
    /// # Errors
    /// The log, or the key file, cannot be written: what was reported before stays in.
    pub async fn medarbejdere(
        &self,
        bytes: impl Into<Vec<u8>>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Report, CommandError> {
        let report = medarbejdere::take_in(self, bytes.into(), progress).await?;
        self.noted("medarbejdere", report).await
    }

    /// Takes in a file of absences. `progress` is told lines so far and in all.
    ///
    /// # Errors
    /// The log cannot be written: what was reported before stays in.
    pub async fn fravaer(
        &self,
        bytes: impl Into<Vec<u8>>,
        progress: &(dyn Fn(u64, u64) + Sync),
    ) -> Result<Report, CommandError> {
        let report = fravaer::take_in(self, bytes.into(), progress).await?;
        self.noted("fravaer", report).await
    }

    /// With who has moved inside the workplace, and goes on under the new number.
    async fn noted(&self, file: &str, mut report: Report) -> Result<Report, CommandError> {
        let moves = flytninger::take_in(self.app, self.aktoer, self.trial.as_ref()).await?;
        report.moves_in_all = Some(moves.len() as u64).filter(|count| *count > TOLD as u64);
        report.moves = moves.iter().take(TOLD).cloned().collect();
        report.all_moves = moves;
        if self.trial.is_none() {
            latest::note(self.app, self.aktoer, file, &report).await;
        }
        Ok(report)
    }
}

/// Records the moves inside the workplace that have come to their day since the last file, or were stopped half-way; false
/// where a file is being taken in, which does it.
///
/// # Errors
/// The log cannot be written.
pub async fn moves_due(app: &Arc<App>) -> Result<bool, CommandError> {
    flytninger::without_file(app, &Aktoer::system("import")).await
}

/// The columns of payroll's file of employees, or of absences where it is called `fravaer`.
#[must_use]
pub fn columns_of(file: &str) -> table::Columns {
    if file == "fravaer" { rows::COLUMNS } else { medarbejdere::COLUMNS }
}

/// Takes in a file of employees for good, as it comes from nobody's system in particular.
///
/// # Errors
/// As [`Intake::medarbejdere`].
pub async fn medarbejdere(
    app: &Arc<App>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    Intake::new(app, aktoer).medarbejdere(bytes, progress).await
}

/// Takes in a file of absences for good, as it comes from nobody's system in particular.
///
/// # Errors
/// As [`Intake::fravaer`].
pub async fn fravaer(
    app: &Arc<App>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    Intake::new(app, aktoer).fravaer(bytes, progress).await
}

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
    /// Days on which payroll and a person disagree, and that somebody has to decide; the first hundred of it, by line.
    #[serde(rename = "uenig")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disagreed: Vec<LineError>,
    /// How much of that there is, where it is more than `uenig` tells.
    #[serde(rename = "uenig_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disagreed_in_all: Option<u64>,
    /// What the lines that change something change, column by column; the first hundred of it, by line.
    #[serde(rename = "aendringer")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<LineError>,
    /// How much of that there is, where it is more than `aendringer` tells.
    #[serde(rename = "aendringer_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes_in_all: Option<u64>,
    /// Lines that the profile leaves out, where there are any.
    #[serde(rename = "udeladt")]
    #[serde(default, skip_serializing_if = "is_none")]
    pub left_out: u64,
    /// What payroll told before and a file that holds everything lacks; the first hundred of it.
    #[serde(rename = "forsvundet")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gone: Vec<Gone>,
    /// How much is gone, where that is more than `forsvundet` tells.
    #[serde(rename = "forsvundet_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gone_in_all: Option<u64>,
    /// Moves inside the workplace, or those that would be; the first hundred of them.
    #[serde(rename = "flytninger")]
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<Move>,
    /// How many there are, where that is more than `flytninger` tells.
    #[serde(rename = "flytninger_i_alt")]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_in_all: Option<u64>,
    #[serde(skip)]
    refused_lines: usize,
    /// As many as the report in a file has.
    #[serde(skip)]
    all_errors: Vec<LineError>,
    #[serde(skip)]
    all_warnings: Vec<LineError>,
    #[serde(skip)]
    all_gone: Vec<Gone>,
    #[serde(skip)]
    all_disagreed: Vec<LineError>,
    #[serde(skip)]
    all_changes: Vec<LineError>,
    #[serde(skip)]
    all_moves: Vec<Move>,
    #[serde(skip)]
    about: BTreeSet<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_none(count: &u64) -> bool {
    *count == 0
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

    /// The report line by line, for a spreadsheet: what is wrong and what ought to be looked at, by line of the file, the
    /// first ten thousand of each. `file` is what the file is called.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn write_csv(&self, file: &str, out: &mut impl io::Write) -> io::Result<()> {
        let mut writer =
            csv_lines::WriterBuilder::new().delimiter(b';').terminator(csv_lines::Terminator::CRLF).from_writer(out);
        let errors = self.all_errors.iter().map(|one| (one, "fejl"));
        let warnings = self.all_warnings.iter().map(|one| (one, "advarsel"));
        let disagreed = self.all_disagreed.iter().map(|one| (one, "uenig"));
        let changes = self.all_changes.iter().map(|one| (one, "ændring"));
        let mut all: Vec<_> = errors.chain(warnings).chain(disagreed).chain(changes).collect();
        all.sort();
        // The name of a column can be anything, and so can what stood in it; a spreadsheet reckons with what begins so.
        let quoted = |text: &str| format!("{}{text}", if text.starts_with(['=', '+', '-', '@']) { "'" } else { "" });
        for (one, kind) in all {
            writer.write_record([file, &one.line.to_string(), &quoted(&one.felt), kind, &quoted(&one.error)])?;
        }
        for gone in &self.all_gone {
            writer.write_record([file, "", "", "forsvundet", &gone.said()])?;
        }
        for one in self.all_moves.iter().take(REPORTED) {
            writer.write_record([file, "", "", "flytning", &one.said()])?;
        }
        writer.flush()
    }
}

/// What has become of a file so far.
#[derive(Debug, Default)]
struct Tally {
    created: u64,
    changed: u64,
    unchanged: u64,
    left_out: u64,
    error: Findings,
    warnings: Findings,
    gone: AllGone,
    disagreed: Findings,
    changes: Findings,
    /// Employees of whom something of it tells.
    about: BTreeSet<String>,
}

impl Tally {
    fn put_to(&mut self, other: Self) {
        self.created += other.created;
        self.changed += other.changed;
        self.unchanged += other.unchanged;
        self.left_out += other.left_out;
        self.error.put_to(other.error);
        self.warnings.put_to(other.warnings);
        self.gone.put_to(other.gone);
        self.disagreed.put_to(other.disagreed);
        self.changes.put_to(other.changes);
        self.about.extend(other.about);
    }

    fn report(self) -> Report {
        let Self { created, changed, unchanged, left_out, error, warnings, gone, disagreed, changes, about } = self;
        let many = |count: u64| Some(count).filter(|count| *count > TOLD as u64);
        let more = |found: &Findings| many(found.count());
        let (refused_lines, errors_in_all, warnings_in_all) = (error.lines(), more(&error), more(&warnings));
        let (all_errors, all_warnings) = (error.first(), warnings.first());
        let (gone_in_all, all_gone) = (many(gone.count()), gone.first());
        let (disagreed_in_all, all_disagreed) = (more(&disagreed), disagreed.first());
        let (changes_in_all, all_changes) = (more(&changes), changes.first());
        let told = |all: &[LineError]| all.iter().take(TOLD).cloned().collect();
        let (error, warnings) = (told(&all_errors), told(&all_warnings));
        let (disagreed, changes) = (told(&all_disagreed), told(&all_changes));
        Report {
            created,
            changed,
            unchanged,
            error,
            errors_in_all,
            warnings,
            warnings_in_all,
            disagreed,
            disagreed_in_all,
            changes,
            changes_in_all,
            left_out,
            gone: all_gone.iter().take(TOLD).cloned().collect(),
            gone_in_all,
            refused_lines,
            all_errors,
            all_warnings,
            all_gone,
            all_disagreed,
            all_changes,
            about,
            ..Report::default()
        }
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

/// Takes out the lines that repeat the number of an earlier one, and tells them.
fn without_repeated<T>(parsed: &mut Parsed<T>, column: &str, by: impl Fn(&T, &T) -> Ordering) {
    let lines = &parsed.lines;
    let mut order: Vec<usize> = (0..lines.len()).collect();
    order.sort_unstable_by(|a, b| by(&lines[*a].1, &lines[*b].1).then(a.cmp(b)));
    let mut repeated = Vec::new();
    for same in order.chunk_by(|a, b| by(&lines[*a].1, &lines[*b].1).is_eq()) {
        for place in &same[1..] {
            let error = format!("står også i linje {}", lines[same[0]].0);
            parsed.error.take(LineError::new(lines[*place].0, column, error));
            repeated.push(*place);
        }
    }
    repeated.sort_unstable();
    let (mut place, mut next) = (0, repeated.into_iter().peekable());
    parsed.lines.retain(|_| {
        place += 1;
        next.next_if_eq(&(place - 1)).is_none()
    });
}

/// What is said of these bytes as each of the two files, with nothing taken in: a good line counts as new.
#[cfg(any(test, feature = "testing"))]
#[must_use]
pub fn only_read(bytes: &[u8]) -> [Report; 2] {
    let (profile, today) = (Profile::default(), forloeb::calendar::FOERSTE_DAG);
    let Parsed { lines, error, warnings, left_out } = medarbejdere::read(bytes, &profile.medarbejdere, today).0;
    let medarbejdere = Tally { created: lines.len() as u64, error, warnings, left_out, ..Tally::default() };
    let (rows, table::Found { error, warnings, left_out }, _) = rows::read(bytes, &profile.fravaer, today, true);
    let fravaer = Tally { created: rows.len() as u64, error, warnings, left_out, ..Tally::default() };
    [medarbejdere.report(), fravaer.report()]
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
    total: u64,
    mut rest: impl Iterator<Item = (u64, O)>,
    progress: &(dyn Fn(u64, u64) + Sync),
    execute: impl Fn(O) -> F,
) -> Result<(), CommandError>
where
    F: Future<Output = Result<Tally, CommandError>> + Send + 'static,
{
    let (mut now, mut running) = (0, JoinSet::new());
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
