//! How long things are kept (opbevaring), as data with its sources, and who is past it.
//!
//! There is one key to a person, so everything about them goes at once: on the day when the last of the periods that apply
//! to them is over. Whoever is employed has no such day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use forloeb::calendar::plus_maaneder;
use forloeb::words::Aarsag;
use forloeb::{Forloeb, frister::assess};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::bounds::{LARGEST_TEXT, read_text};
use crate::core::{App, Obstacle, OpenFolderError};
use crate::failure::Internal;
use crate::regel_files;

/// The name of the file in the workplace's folder of rules.
pub const FILE: &str = "opbevaring.toml";
const BUILT_IN: &str = include_str!("opbevaring.toml");

/// What is kept for a time of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Opbevaringsart)]
pub enum Opbevaringsart {
    /// That somebody was employed; counted from the last day of the employment.
    Ansaettelse,
    /// A forløb; counted from its last day of absence.
    Forloeb,
    /// Refusion, which is a voucher of the accounts; counted from the end of the year in which the absence ended.
    Refusion,
    /// An injury at work; counted from the first day of absence.
    Arbejdsskade,
}

/// How long something is kept, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opbevaring {
    /// What.
    pub art: Opbevaringsart,
    /// Years.
    pub aar: u32,
    /// The law or the decision that it rests on.
    pub kilde: String,
    /// What it is kept for.
    pub formaal: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    opbevaring: Vec<Opbevaring>,
}

/// Somebody who is past every period.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = OpbevaringUdloebet)]
pub struct Due {
    /// Their employee numbers.
    pub medarbejder_nr: Vec<String>,
    /// The last day of the last period.
    pub opbevares_til: NaiveDate,
    /// Which period that was.
    pub art: Opbevaringsart,
    /// The law or the decision that it rests on.
    pub kilde: String,
    /// Somebody has said that nothing of theirs is to be erased: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sletningsstop: Option<String>,
    /// Refusion can still be claimed, so nothing is erased without being told twice.
    pub refusion: bool,
}

/// The periods of a data folder: its own file, or what comes with the product.
///
/// # Errors
/// The file cannot be read, or lacks a kind, or has one twice.
pub fn fetch(app: &App) -> Result<Vec<Opbevaring>, Internal> {
    let path = app.folder.join(regel_files::FOLDER).join(FILE);
    let failed = |error: String| Internal::new("regler/opbevaring.toml kan ikke bruges", error);
    if path.is_file() {
        let text = read_text(&path, LARGEST_TEXT).map_err(|error| failed(error.to_string()))?;
        read(&text).map_err(failed)
    } else {
        read(BUILT_IN).map_err(failed)
    }
}

fn read(text: &str) -> Result<Vec<Opbevaring>, String> {
    let written: Written = toml::from_str(text).map_err(|error| error.to_string())?;
    let mut kinds = written.opbevaring;
    kinds.sort_by_key(|kind| kind.art);
    let arts: Vec<_> = kinds.iter().map(|kind| kind.art).collect();
    let all =
        [Opbevaringsart::Ansaettelse, Opbevaringsart::Forloeb, Opbevaringsart::Refusion, Opbevaringsart::Arbejdsskade];
    if arts != all {
        return Err("hver art skal stå én gang: ansaettelse, forloeb, refusion og arbejdsskade".to_owned());
    }
    match kinds.iter().find(|kind| !(1..=100).contains(&kind.aar)) {
        Some(kind) => Err(format!("aar = {}: skal være fra 1 til 100", kind.aar)),
        None => Ok(kinds),
    }
}

/// The last day on which this is kept, by each kind that applies to it.
fn kept_until(kind: &Opbevaring, ended: NaiveDate, forloeb: &[(NaiveDate, &Forloeb, bool)]) -> Option<NaiveDate> {
    let years = |day: NaiveDate| plus_maaneder(day, kind.aar * 12);
    match kind.art {
        Opbevaringsart::Ansaettelse => Some(years(ended)),
        Opbevaringsart::Forloeb => forloeb.iter().map(|(sidste, ..)| years(*sidste)).max(),
        Opbevaringsart::Refusion => {
            let with = forloeb.iter().filter(|(_, _, gives)| *gives);
            with.filter_map(|(sidste, ..)| end_of_year(*sidste)).map(years).max()
        }
        Opbevaringsart::Arbejdsskade => {
            let injuries = forloeb.iter().filter(|(_, f, _)| f.aarsag == Aarsag::Arbejdsskade);
            injuries.map(|(_, f, _)| years(f.foerste)).max()
        }
    }
}

fn end_of_year(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), 12, 31)
}

impl App {
    /// Everybody who is past every period today, by the day on which that came.
    ///
    /// # Errors
    /// The log or the file of periods cannot be read.
    pub async fn past_retention(&self) -> Result<Vec<Due>, OpenFolderError> {
        let kinds = fetch(self)?;
        let today = self.clock.today();
        let persons: Vec<Vec<String>> = {
            let projections = self.projections();
            let left = |nr: &str| projections.stamdata(nr).is_some_and(|s| s.fratraadt.is_some_and(|day| day < today));
            let mut persons: BTreeMap<Uuid, BTreeSet<String>> = BTreeMap::new();
            for nr in projections.numbers().filter(|nr| !projections.is_erased(nr)) {
                if let Some(person) = projections.person(nr) {
                    persons.entry(person).or_default().insert(nr.to_owned());
                }
            }
            // Nobody who is employed under another number.
            persons.retain(|_, numbers| numbers.iter().all(|nr| left(nr)));
            persons.into_values().map(|numbers| numbers.into_iter().collect()).collect()
        };
        let mut due = Vec::new();
        for numbers in persons {
            if let Some(found) = self.due(&kinds, numbers, today).await? {
                due.push(found);
            }
        }
        due.sort_by(|a, b| (a.opbevares_til, &a.medarbejder_nr).cmp(&(b.opbevares_til, &b.medarbejder_nr)));
        Ok(due)
    }

    async fn due(
        &self,
        kinds: &[Opbevaring],
        numbers: Vec<String>,
        today: NaiveDate,
    ) -> Result<Option<Due>, OpenFolderError> {
        let mut latest: Option<(NaiveDate, &Opbevaring)> = None;
        for nr in &numbers {
            let ended = self.projections().stamdata(nr).and_then(|s| s.fratraadt);
            let Some(ended) = ended else { return Ok(None) };
            let loan = self.loan(nr).await?;
            let mut forloeb = Vec::new();
            for f in loan.all().iter() {
                // What is still open is not over, whatever payroll says of the employment.
                let Some(sidste) = f.slutdag(today) else { return Ok(None) };
                forloeb.push((sidste, &**f, assess(f, today, loan.book()).refusion.gives));
            }
            let kept = kinds.iter().filter_map(|kind| Some((kept_until(kind, ended, &forloeb)?, kind)));
            latest = kept.chain(latest).max_by_key(|(day, _)| *day);
        }
        let Some((opbevares_til, kind)) = latest.filter(|(day, _)| *day < today) else { return Ok(None) };
        let mut sletningsstop = None;
        for nr in &numbers {
            sletningsstop = sletningsstop.or(self.hold(nr).await?);
        }
        let refusion = self.obstacles(&numbers).await?.iter().any(|(what, _)| *what == Obstacle::Refusion);
        let (art, kilde) = (kind.art, kind.kilde.clone());
        Ok(Some(Due { medarbejder_nr: numbers, opbevares_til, art, kilde, sletningsstop, refusion }))
    }
}

#[cfg(test)]
mod tests;
