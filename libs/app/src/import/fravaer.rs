//! `fravaer.csv`: who is away, from when, until when.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::command::DomainCommand;
use forloeb::derive::Imported;
use forloeb::haendelse::FravaerRegistreret;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::words::{Aarsag, Kilde};
use forloeb::{Aktoer, Procent};

use super::table::{self, LineFields, Parsed};
use super::{LineError, ONE_AT_A_TIME, Report, Tally, fields, parallel};
use crate::core::{App, CommandError, off_the_runtime};
use crate::projections::registrering_of;
use texts::sentences;

const COLUMNS: [&str; 6] =
    ["fravaer_nr", "medarbejder_nr", "aarsag", "foerste_fravaersdag", "sidste_fravaersdag", "omfang_pct"];

/// Most lines of one employee in a file. Each is decided on all of the others.
const MOST_OF_ONE: usize = 1000;

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Fravaer {
    fravaer_nr: String,
    nr: String,
    aarsag: Aarsag,
    foerste: NaiveDate,
    sidste: Option<NaiveDate>,
    omfang_pct: Procent,
}

/// What a line leads to.
enum Udfald {
    Created,
    Changed,
    Unchanged,
}

/// Takes in a file. `fremdrift` is told lines so far and in all.
///
/// # Errors
/// The log cannot be written: what was reported before stays in.
pub async fn fravaer(
    app: &Arc<App>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    let bytes = bytes.into();
    let parsed = off_the_runtime(move || {
        let mut parsed = read(&bytes);
        let mut per_medarbejder: BTreeMap<String, Vec<(u64, Fravaer)>> = BTreeMap::new();
        for (line, f) in parsed.lines {
            let lines = per_medarbejder.entry(f.nr.clone()).or_default();
            if lines.len() < MOST_OF_ONE {
                lines.push((line, f));
            } else {
                let error = format!("medarbejderen har over {MOST_OF_ONE} linjer i filen: del den op i flere");
                parsed.error.take(LineError::new(line, "medarbejder_nr", error));
            }
        }
        (per_medarbejder, parsed.error)
    });
    let (per_medarbejder, error) = parsed.await?;
    let _alone = ONE_AT_A_TIME.lock().await;
    let mut tally = Tally { error, ..Tally::default() };
    let tasks = per_medarbejder.into_values().map(|lines| (lines.len() as u64, lines)).collect();
    parallel(&mut tally, tasks, progress, |lines| {
        let (app, aktoer) = (app.clone(), aktoer.clone());
        async move { one_medarbejder(&app, lines, &aktoer).await }
    })
    .await?;
    Ok(tally.report())
}

/// The lines of one employee by first day, what ended before what goes on. A line that overlaps another one that is
/// itself about to move is tried again, as long as that helps.
async fn one_medarbejder(app: &App, mut lines: Vec<(u64, Fravaer)>, aktoer: &Aktoer) -> Result<Tally, CommandError> {
    lines.sort_by_key(|(line, f)| (f.foerste, f.sidste.is_none(), *line));
    let mut tally = Tally::default();
    loop {
        let (before, mut overlapping) = (lines.len(), Vec::new());
        for (line, f) in lines {
            match one_line(app, &f, aktoer).await {
                Ok(Udfald::Created) => tally.created += 1,
                Ok(Udfald::Changed) => tally.changed += 1,
                Ok(Udfald::Unchanged) => tally.unchanged += 1,
                Err(CommandError::Afvist(DomainRefusal::BrokenRegel(regel @ BrokenRegel::Overlaps { .. }))) => {
                    overlapping.push((line, f, regel));
                }
                Err(error) => tally.refused(line, error)?,
            }
        }
        if overlapping.is_empty() || overlapping.len() == before {
            for (line, _, regel) in overlapping {
                tally.refused(line, CommandError::Afvist(regel.into()))?;
            }
            return Ok(tally);
        }
        lines = overlapping.into_iter().map(|(line, f, _)| (line, f)).collect();
    }
}

async fn one_line(app: &App, f: &Fravaer, aktoer: &Aktoer) -> Result<Udfald, CommandError> {
    let loan = app.loan(&f.nr).await?;
    let known = {
        let projections = app.projections();
        if projections.stamdata(&f.nr).is_none() {
            return Err(CommandError::Afvist(BrokenRegel::UnknownAnsaettelse.into()));
        }
        match projections.fravaer_nr(&f.fravaer_nr) {
            None => None,
            Some((nr, _)) if nr != f.nr => return Err(CommandError::Afvist(BrokenRegel::FravaerAtOther.into())),
            Some((_, id)) => Some(id),
        }
    };
    let Some(registrering) = known else {
        let command = DomainCommand::RegistrerFravaer(FravaerRegistreret {
            registrering: registrering_of(&f.fravaer_nr),
            fravaer_nr: Some(f.fravaer_nr.clone()),
            aarsag: f.aarsag,
            foerste: f.foerste,
            sidste: f.sidste,
            omfang_pct: f.omfang_pct,
            forventet_varighed: None,
            kilde: Kilde::Import,
            paragraf_56: None,
            raskmeldt: false,
        });
        return app.execute(&f.nr, &command, aktoer, None).await.map(|_| Udfald::Created);
    };
    let line = Imported {
        aarsag: f.aarsag,
        foerste: f.foerste,
        sidste: f.sidste,
        omfang_pct: f.omfang_pct,
        paragraf_56: None,
        raskmeldt: false,
    };
    let registreringer = loan.ansaettelse().registreringer(loan.book());
    // One that people annulled stays annulled, whatever payroll still says.
    let Some(r) = registreringer.into_iter().find(|r| r.id == registrering) else { return Ok(Udfald::Unchanged) };
    // Compared with what payroll last told, not with what stands: people may have registered more since.
    if r.imported == Some(line) {
        return Ok(Udfald::Unchanged);
    }
    let unchanged = r.with_line(&line).values() == r.values();
    let executed = app.execute(&f.nr, &DomainCommand::ChangeFravaer { registrering, line }, aktoer, None).await?;
    // What people had put right before payroll did is recorded, and no news.
    Ok(if unchanged || executed.unchanged { Udfald::Unchanged } else { Udfald::Changed })
}

pub(super) fn read(bytes: &[u8]) -> Parsed<Fravaer> {
    let mut parsed = table::read(bytes, &COLUMNS, line);
    let mut foerste: BTreeMap<String, u64> = BTreeMap::new();
    parsed.lines.retain(|(line, f)| {
        let foerste = *foerste.entry(f.fravaer_nr.clone()).or_insert(*line);
        if foerste != *line {
            parsed.error.take(LineError::new(*line, "fravaer_nr", format!("står også i linje {foerste}")));
        }
        foerste == *line
    });
    parsed
}

fn line(f: &mut LineFields<'_>) -> Option<Fravaer> {
    let fravaer_nr = f.read("fravaer_nr", fields::nr);
    let nr = f.read("medarbejder_nr", fields::medarbejder_nr);
    let aarsag = f.read("aarsag", fields::aarsag);
    let foerste = f.read("foerste_fravaersdag", fields::dato);
    let sidste = f.read("sidste_fravaersdag", |tekst| match (fields::maybe_dato(tekst)?, foerste) {
        (Some(sidste), Some(foerste)) if sidste < foerste => Err(sentences::error(&Mistake::EndBeforeStart)),
        (sidste, _) => Ok(sidste),
    });
    let omfang_pct = f.read("omfang_pct", fields::percent);
    f.read("registreret", fields::maybe_tidspunkt);
    Some(Fravaer {
        fravaer_nr: fravaer_nr?,
        nr: nr?,
        aarsag: aarsag?,
        foerste: foerste?,
        sidste: sidste?,
        omfang_pct: omfang_pct?,
    })
}
