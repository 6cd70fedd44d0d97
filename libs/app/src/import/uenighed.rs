//! Payroll's rows about an absence that people have spoken of too: joined with it, and where they differ, told.

use std::sync::Arc;

use forloeb::command::DomainCommand;
use forloeb::derive::{Imported, Registrering};
use forloeb::haendelse::FravaerKnyttet;
use forloeb::uenighed::Uenighedsfelt;
use forloeb::{Haendelse, Record};

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

/// Tells, with the row it is about, each day that somebody has to decide; and an extent that is not the one that holds.
pub(super) async fn tell(subject: &Subject, lines: &[(u64, Fravaer)], tally: &mut Tally) -> Result<(), CommandError> {
    let loan = subject.loan().await?;
    let is_join = |record: &Arc<Record>| matches!(record.haendelse, Haendelse::FravaerKnyttet(_));
    let has_joined = loan.ansaettelse().records().iter().any(is_join);
    if !has_joined && loan.all().iter().all(|f| f.uenigheder.is_empty()) {
        return Ok(());
    }
    let registreringer = loan.ansaettelse().registreringer(loan.book());
    for (line, row) in lines {
        let Some(r) = registreringer.iter().find(|r| r.row(&row.fravaer_nr).is_some()) else { continue };
        let stands = loan.forloeb(r.id).and_then(|f| f.omfang(row.foerste));
        let says = r.row(&row.fravaer_nr).map(|told| told.omfang_pct);
        if r.is_by_hand() && stands.is_some() && stands != says {
            let said = "er en anden end den, der gælder: fraværet er også meldt i hånden. Har linjen ret, så registrér \
                        omfanget på forløbets side";
            tally.warnings.take(LineError::new(*line, "omfang_pct", said));
        }
    }
    for f in loan.all().iter() {
        let about = |(_, row): &&(u64, Fravaer)| {
            registreringer.iter().any(|r| f.called(r.id) && r.row(&row.fravaer_nr).is_some())
        };
        let rows = || lines.iter().filter(about);
        for u in &f.uenigheder {
            let (row, felt) = match u.felt {
                Uenighedsfelt::Foerste => (rows().min_by_key(|(_, row)| row.foerste), "foerste_fravaersdag"),
                Uenighedsfelt::Sidste => (rows().max_by_key(|(_, row)| row.foerste), "sidste_fravaersdag"),
            };
            if let Some((line, _)) = row {
                tally.disagreed.take(LineError::new(*line, felt, both(u)));
            }
        }
    }
    Ok(())
}
