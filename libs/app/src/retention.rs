//! How long things are kept (opbevaring), as data with its sources, and who is past it.
//!
//! There is one key to a person, so everything about them goes at once: on the day when the last of the periods that apply
//! to them is over. Whoever is employed has no such day.

use std::collections::BTreeSet;

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
use crate::projections::Projections;
use crate::regel_files;

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

impl Opbevaringsart {
    /// As people are told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ansaettelse => "ansættelsen",
            Self::Forloeb => "forløbet",
            Self::Refusion => "refusionen",
            Self::Arbejdsskade => "arbejdsskaden",
        }
    }
}

/// How sure a period is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sikkerhed {
    /// A law sets this very period.
    Lov,
    /// It follows from a law about something else.
    Udledt,
    /// The workplace has decided it.
    #[default]
    Beslutning,
}

impl Sikkerhed {
    /// As people are told.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lov => "sat i loven",
            Self::Udledt => "udledt af en lov om noget andet",
            Self::Beslutning => "arbejdspladsens beslutning",
        }
    }
}

/// How long something is kept, and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
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
    /// How sure that is.
    #[serde(default)]
    pub sikkerhed: Sikkerhed,
    /// What whoever answers for data protection has to look at.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kontrol: String,
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
    /// The day that it is counted from.
    pub regnet_fra: NaiveDate,
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

/// The place of one who is due among the others, which may stand in an address: the day on which the last of their employments
/// ended, and the id that the log has.
pub type DuePlace = (NaiveDate, Uuid);

/// Those who are past every period.
#[derive(Debug, Default)]
pub struct PastRetention {
    /// By the day on which that came.
    pub all: Vec<Due>,
    /// Where there are more, after which place: these are the ones who left first.
    pub next: Option<DuePlace>,
}

/// The periods of a data folder: its own file, or what comes with the product.
///
/// # Errors
/// The file cannot be read, or lacks a kind, or has one twice.
pub fn fetch(app: &App) -> Result<Vec<Opbevaring>, Internal> {
    let path = app.folder.join(regel_files::FOLDER).join(regel_files::OPBEVARING);
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
    let described: Vec<_> = kinds.iter().map(|kind| kind.art).collect();
    let all =
        [Opbevaringsart::Ansaettelse, Opbevaringsart::Forloeb, Opbevaringsart::Refusion, Opbevaringsart::Arbejdsskade];
    if described != all {
        return Err("hver art skal stå én gang: ansaettelse, forloeb, refusion og arbejdsskade".to_owned());
    }
    match kinds.iter().find(|kind| !(1..=100).contains(&kind.aar)) {
        Some(kind) => Err(format!("aar = {}: skal være fra 1 til 100", kind.aar)),
        None => Ok(kinds),
    }
}

/// The day from which this kind is counted, the latest where there are several; none where it does not apply.
fn counted_from(kind: &Opbevaring, ended: NaiveDate, forloeb: &[(NaiveDate, &Forloeb, bool)]) -> Option<NaiveDate> {
    match kind.art {
        Opbevaringsart::Ansaettelse => Some(ended),
        Opbevaringsart::Forloeb => forloeb.iter().map(|(sidste, ..)| *sidste).max(),
        Opbevaringsart::Refusion => {
            let with = forloeb.iter().filter(|(_, _, gives)| *gives);
            with.filter_map(|(sidste, ..)| end_of_year(*sidste)).max()
        }
        Opbevaringsart::Arbejdsskade => {
            let injuries = forloeb.iter().filter(|(_, f, _)| f.aarsag == Aarsag::Arbejdsskade);
            injuries.map(|(_, f, _)| f.foerste).max()
        }
    }
}

/// The last day of the last of these employments, where all of them are over.
fn left_before(numbers: &BTreeSet<String>, today: NaiveDate, projections: &Projections) -> Option<NaiveDate> {
    let left = |nr: &String| projections.stamdata(nr).and_then(|s| s.fratraadt).filter(|day| *day < today);
    let days: Option<Vec<NaiveDate>> = numbers.iter().map(left).collect();
    days?.into_iter().max()
}

fn end_of_year(day: NaiveDate) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(day.year(), 12, 31)
}

fn kept_until(kind: &Opbevaring, from: NaiveDate) -> NaiveDate {
    plus_maaneder(from, kind.aar * 12)
}

impl App {
    /// Those who are past every period today, at most `most`, of whom `within` says of every employment that it is meant; after a
    /// place where one is given.
    ///
    /// # Errors
    /// The log or the file of periods cannot be read.
    pub async fn past_retention(
        &self,
        within: impl Fn(&str, &Projections) -> bool,
        after: Option<DuePlace>,
        most: usize,
    ) -> Result<PastRetention, OpenFolderError> {
        let kinds = fetch(self)?;
        let today = self.clock.today();
        let mut persons: Vec<(DuePlace, Vec<String>)> = {
            let projections = self.projections();
            // Of those who are still here nothing is gathered: of each person only one employment must have ended to be asked
            // about all of them.
            let left = |nr: &&str| projections.stamdata(nr).and_then(|s| s.fratraadt).is_some_and(|day| day < today);
            let persons: BTreeSet<Uuid> =
                projections.numbers().filter(left).filter_map(|nr| projections.person(nr)).collect();
            let of = |person: Uuid| {
                let living = projections.numbers_for(person).filter(|nr| !projections.is_erased(nr));
                let numbers: BTreeSet<String> = living.map(str::to_owned).collect();
                let left = left_before(&numbers, today, &projections)?;
                let meant = numbers.iter().all(|nr| within(nr, &projections));
                meant.then(|| ((left, person), numbers.into_iter().collect()))
            };
            persons.into_iter().filter_map(of).collect()
        };
        // Nobody is past the last period who is not past that of the employment: of the others nothing is read.
        let employment = kinds.iter().find(|kind| kind.art == Opbevaringsart::Ansaettelse);
        persons.retain(|((left, _), _)| employment.is_none_or(|kind| kept_until(kind, *left) < today));
        persons.retain(|(place, _)| after.is_none_or(|after| *place > after));
        persons.sort();
        let (mut past, mut last) = (PastRetention::default(), None);
        for (place, numbers) in persons {
            let Some(found) = self.due(&kinds, numbers, today).await? else { continue };
            if past.all.len() == most {
                past.next = last;
                break;
            }
            last = Some(place);
            past.all.push(found);
        }
        past.all.sort_by(|a, b| (a.opbevares_til, &a.medarbejder_nr).cmp(&(b.opbevares_til, &b.medarbejder_nr)));
        Ok(past)
    }

    /// The same of the one person who has this employee number; none where they are not past every period.
    ///
    /// # Errors
    /// The log or the file of periods cannot be read.
    pub async fn past_retention_of(&self, nr: &str) -> Result<Option<Due>, OpenFolderError> {
        let kinds = fetch(self)?;
        let today = self.clock.today();
        let numbers: BTreeSet<String> = {
            let projections = self.projections();
            let Some(person) = projections.person(nr).filter(|_| !projections.is_erased(nr)) else { return Ok(None) };
            let numbers: BTreeSet<String> = projections.numbers_for(person).map(str::to_owned).collect();
            if left_before(&numbers, today, &projections).is_none() {
                return Ok(None);
            }
            numbers
        };
        self.due(&kinds, numbers.into_iter().collect(), today).await
    }

    async fn due(
        &self,
        kinds: &[Opbevaring],
        numbers: Vec<String>,
        today: NaiveDate,
    ) -> Result<Option<Due>, OpenFolderError> {
        let mut latest: Option<(NaiveDate, NaiveDate, &Opbevaring)> = None;
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
            let kept = kinds.iter().filter_map(|kind| {
                let from = counted_from(kind, ended, &forloeb)?;
                Some((kept_until(kind, from), from, kind))
            });
            latest = kept.chain(latest).max_by_key(|(day, ..)| *day);
        }
        let Some((opbevares_til, regnet_fra, kind)) = latest.filter(|(day, ..)| *day < today) else { return Ok(None) };
        let mut sletningsstop = None;
        for nr in &numbers {
            sletningsstop = sletningsstop.or(self.hold(nr).await?);
        }
        let refusion = self.obstacles(&numbers).await?.iter().any(|(what, _)| *what == Obstacle::Refusion);
        let (art, kilde) = (kind.art, kind.kilde.clone());
        Ok(Some(Due { medarbejder_nr: numbers, opbevares_til, regnet_fra, art, kilde, sletningsstop, refusion }))
    }
}

#[cfg(test)]
mod tests;
