//! Payroll's rows about an absence that people have spoken of too: joined with it, and where they differ, told.

use forloeb::Haendelse;
use forloeb::command::DomainCommand;
use forloeb::derive::{Imported, Registrering};
use forloeb::haendelse::FravaerKnyttet;
use forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt};

use super::changes;
use super::fravaer::Udfald;
use super::rows::Fravaer;
use super::trial::Subject;
use super::{LineError, Tally};
use crate::core::CommandError;
use texts::uenighed::both;

/// A new row was joined with what a person had registered.
pub(super) async fn joined(subject: &Subject, f: &Fravaer) -> Result<bool, CommandError> {
    let loan = subject.loan().await?;
    let newest = loan.ansaettelse().records().iter().rev().find_map(|record| {
        if let Haendelse::FravaerKnyttet(h) = &record.haendelse {
            return Some(*h.fravaer_nr == *f.fravaer_nr);
        }
        matches!(record.haendelse, Haendelse::FravaerRegistreret(_)).then_some(false)
    });
    Ok(newest == Some(true))
}

/// A row that was seen before, of what a person has spoken of; none where it is a row like others.
pub(super) async fn row(
    subject: &Subject,
    f: &Fravaer,
    r: &Registrering,
    line: Imported,
) -> Result<Option<Udfald>, CommandError> {
    let known = r.row(&f.fravaer_nr) == Some(&line);
    let insists = known && r.is_unheard();
    if !r.is_by_hand() && !insists {
        return Ok(None);
    }
    if !known || insists {
        let told = FravaerKnyttet { registrering: r.id, fravaer_nr: f.fravaer_nr.to_string(), line };
        subject.execute(&DomainCommand::KnytFravaer(told)).await?;
    }
    let before = r.row(&f.fravaer_nr).copied().unwrap_or_else(|| r.values());
    Ok(Some(if known { Udfald::Unchanged } else { Udfald::Changed(changes::of_fravaer(&before, &line)) }))
}

/// Tells, with the row it is about, each thing that somebody has to decide.
pub(super) async fn tell(subject: &Subject, lines: &[(u64, Fravaer)], tally: &mut Tally) -> Result<(), CommandError> {
    let loan = subject.loan().await?;
    if loan.all().iter().all(|f| f.uenigheder.is_empty()) {
        return Ok(());
    }
    let registreringer = loan.ansaettelse().registreringer(loan.book());
    for f in loan.all().iter() {
        let of_row = |row: &Fravaer| {
            registreringer.iter().filter(|r| f.called(r.id)).find_map(|r| r.row(&row.fravaer_nr)).copied()
        };
        let rows = || lines.iter().filter_map(move |(line, row)| Some((*line, of_row(row)?)));
        for u in &f.uenigheder {
            let row = match u.felt {
                Uenighedsfelt::Foerste => rows().min_by_key(|(_, row)| row.foerste),
                Uenighedsfelt::Sidste => rows().max_by_key(|(_, row)| row.foerste),
                Uenighedsfelt::Aarsag | Uenighedsfelt::Omfang => {
                    rows().filter(|(_, row)| says(row, u)).min_by_key(|(_, row)| row.foerste)
                }
            };
            if let Some((line, _)) = row {
                tally.disagreed.take(LineError::new(line, u.felt.code(), both(u)));
            }
        }
    }
    Ok(())
}

/// A row says the cause, or the extent, that people do not.
fn says(row: &Imported, u: &Uenighed) -> bool {
    match u.loen {
        Statement::Aarsag(aarsag) => row.aarsag == aarsag,
        Statement::Omfang(omfang) => row.omfang_pct == omfang,
        Statement::Dag(_) => true,
    }
}
