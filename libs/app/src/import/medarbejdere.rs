//! `medarbejdere.csv`: who is employed, where, under whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::{Ciphertext, Stamdata, StamdataRegistreret};
use forloeb::refusal::{BrokenRegel, Mistake};
use uuid::Uuid;

use super::table::{self, LineFields, Parsed};
use super::{LineError, ONE_AT_A_TIME, Report, Tally, fields, parallel};
use crate::core::{App, CommandError, off_the_runtime};
use crate::keys::{Confidential, KeyError};
use crate::sealed::{self, Personoplysninger};
use texts::sentences;

const COLUMNS: [&str; 19] = [
    "medarbejder_nr",
    "cpr",
    "navn",
    "email",
    "telefon",
    "stilling",
    "enhed",
    "enhed_navn",
    "leder_nr",
    "tr_nr",
    "amr_nr",
    "ansat_dato",
    "fratraadt_dato",
    "timer_pr_uge",
    "bopaelskommune",
    "paragraf_56",
    "fleksjob",
    "nyuddannet",
    "rolle",
];

/// One line.
#[derive(Debug, Clone)]
pub(super) struct Medarbejder {
    nr: String,
    stamdata: Stamdata,
    confidential: Personoplysninger,
    /// What is wrong with the mail address, which is no reason to leave somebody out.
    email_warning: Option<&'static str>,
}

/// Takes in a file. `fremdrift` is told lines so far and in all.
///
/// # Errors
/// The log, or the key file, cannot be written: what was reported before stays in.
pub async fn medarbejdere(
    app: &Arc<App>,
    bytes: impl Into<Vec<u8>>,
    aktoer: &Aktoer,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Report, CommandError> {
    let bytes = bytes.into();
    let Parsed { lines: read, error, .. } = off_the_runtime(move || read(&bytes)).await?;
    let _alone = ONE_AT_A_TIME.lock().await;
    let shared = app.clone();
    let looked_up = off_the_runtime(move || {
        let mut tally = Tally { error, ..Tally::default() };
        let mut lines = Vec::with_capacity(read.len());
        {
            let projections = shared.projections();
            for (line, m) in read {
                if projections.is_erased(&m.nr) {
                    let error = sentences::regel(&BrokenRegel::PersonSlettet);
                    tally.error.take(LineError::new(line, "medarbejder_nr", error));
                } else {
                    lines.push((line, m));
                }
            }
            let in_file: BTreeSet<&str> = lines.iter().map(|(_, m)| m.nr.as_str()).collect();
            let known = |nr: &str| in_file.contains(nr) || projections.stamdata(nr).is_some();
            for (line, m) in &lines {
                tally.warnings.line(warnings(*line, m, known));
            }
        }
        (tally, lines)
    });
    let (mut tally, lines) = looked_up.await?;
    // In one go: a key is on disk before anything is sealed with it.
    let keys = app.keys.clone();
    let with_person = move || {
        let persons = keys.persons(lines.iter().map(|(_, m)| &m.confidential.cpr))?;
        Ok::<_, KeyError>(lines.into_iter().zip(persons).map(|((line, m), person)| (1, (line, person, m))).collect())
    };
    let tasks: Vec<_> = off_the_runtime(with_person).await??;
    parallel(&mut tally, tasks, progress, |(line, person, mut m)| {
        let (app, aktoer) = (app.clone(), aktoer.clone());
        // Who is their own leader has none: nobody is to be reminded of their own absence, or to follow it up.
        m.stamdata.leder_nr = m.stamdata.leder_nr.filter(|leder| *leder != m.nr);
        async move { take_in(&app, line, person, m, &aktoer).await }
    })
    .await?;
    Ok(tally.report())
}

async fn take_in(app: &App, line: u64, person: Uuid, m: Medarbejder, aktoer: &Aktoer) -> Result<Tally, CommandError> {
    let known = app.projections().stamdata(&m.nr).is_some();
    let confidential = sealed(app, person, &m)?;
    let command = DomainCommand::RegistrerStamdata(Box::new(StamdataRegistreret {
        stamdata: Box::new(m.stamdata),
        confidential,
        person,
        gaelder_fra: None,
    }));
    let mut tally = Tally::default();
    match app.execute(&m.nr, &command, aktoer, None).await {
        Ok(executed) if executed.unchanged => tally.unchanged = 1,
        Ok(_) if known => tally.changed = 1,
        Ok(_) => tally.created = 1,
        Err(error) => tally.refused(line, error)?,
    }
    Ok(tally)
}

/// The personal part, sealed; none where it says what was sealed before: nothing is to change then.
fn sealed(app: &App, person: Uuid, m: &Medarbejder) -> Result<Option<Ciphertext>, CommandError> {
    let stored = app.projections().confidential(&m.nr).filter(|(whose, _)| *whose == person).map(|(_, f)| f.clone());
    let unchanged = stored.is_some_and(|f| {
        let old: Result<Personoplysninger, _> = sealed::open(&app.keys, [person], &f);
        old.is_ok_and(|old| old == m.confidential)
    });
    if unchanged { Ok(None) } else { Ok(Some(sealed::seal(&app.keys, person, &m.confidential)?)) }
}

fn warnings<'a>(line: u64, m: &'a Medarbejder, known: impl Fn(&str) -> bool) -> impl Iterator<Item = LineError> + 'a {
    let s = &m.stamdata;
    let mut out: Vec<_> = m.email_warning.iter().map(|about| LineError::new(line, "email", *about)).collect();
    for (felt, nr) in [("leder_nr", &s.leder_nr), ("tr_nr", &s.tr_nr), ("amr_nr", &s.amr_nr)] {
        let Some(nr) = nr else { continue };
        if *nr == m.nr && felt == "leder_nr" {
            out.push(LineError::new(line, felt, "er medarbejderen selv; regnes som ingen leder"));
        } else if !known(nr) {
            out.push(LineError::new(line, felt, sentences::error(&Mistake::UnknownMedarbejder)));
        }
    }
    out.into_iter()
}

pub(super) fn read(bytes: &[u8]) -> Parsed<Medarbejder> {
    let mut parsed = table::read(bytes, &COLUMNS, line);
    let mut foerste: BTreeMap<String, u64> = BTreeMap::new();
    let (lines, repeated): (Vec<_>, Vec<_>) = parsed
        .lines
        .into_iter()
        .map(|(line, m)| (line, *foerste.entry(m.nr.clone()).or_insert(line), m))
        .partition(|(line, foerste, _)| line == foerste);
    for (line, foerste, _) in repeated {
        parsed.error.take(LineError::new(line, "medarbejder_nr", format!("står også i linje {foerste}")));
    }
    parsed.lines = lines.into_iter().map(|(line, _, m)| (line, m)).collect();
    parsed
}

/// Every field is read before the line is given up, so that it tells everything that is wrong with it.
fn line(f: &mut LineFields<'_>) -> Option<Medarbejder> {
    let nr = f.read("medarbejder_nr", fields::medarbejder_nr);
    let cpr = f.read("cpr", fields::cpr);
    let name = f.read("navn", fields::name);
    let (email, email_warning) = fields::email(f.tekst("email"));
    let telefon = f.read("telefon", fields::maybe_text);
    let stilling = f.read("stilling", fields::maybe_text);
    let enhed = f.read("enhed", fields::code);
    let enhed_navn = f.read("enhed_navn", fields::maybe_text);
    let leder_nr = f.read("leder_nr", fields::maybe_medarbejder_nr);
    let tr_nr = f.read("tr_nr", fields::maybe_medarbejder_nr);
    let amr_nr = f.read("amr_nr", fields::maybe_medarbejder_nr);
    let ansat = f.read("ansat_dato", fields::dato);
    let fratraadt = f.read("fratraadt_dato", |tekst| match (fields::maybe_dato(tekst)?, ansat) {
        (Some(fratraadt), Some(ansat)) if fratraadt < ansat => Err("ligger før ansættelsen".to_owned()),
        (fratraadt, _) => Ok(fratraadt),
    });
    let timer_pr_uge = f.read("timer_pr_uge", fields::timer);
    let bopaelskommune = f.read("bopaelskommune", fields::kommune);
    let paragraf_56 = f.read("paragraf_56", fields::ja_nej);
    let fleksjob = f.read("fleksjob", fields::ja_nej);
    let nyuddannet = f.read("nyuddannet", fields::ja_nej);
    let er_leder = f.read("rolle", fields::rolle);
    Some(Medarbejder {
        nr: nr?,
        stamdata: Stamdata {
            enhed: enhed?,
            enhed_navn: enhed_navn?,
            leder_nr: leder_nr?,
            tr_nr: tr_nr?,
            amr_nr: amr_nr?,
            ansat: Some(ansat?),
            fratraadt: fratraadt?,
            timer_pr_uge: timer_pr_uge?,
            bopaelskommune: bopaelskommune?,
            paragraf_56: paragraf_56?,
            fleksjob: fleksjob?,
            nyuddannet: nyuddannet?,
            er_leder: er_leder?,
            ..Stamdata::default()
        },
        confidential: Personoplysninger {
            cpr: Confidential::new(cpr?),
            name: Confidential::new(name?),
            email: Confidential::new(email),
            telefon: Confidential::new(telefon?),
            stilling: Confidential::new(stilling?),
        },
        email_warning,
    })
}
