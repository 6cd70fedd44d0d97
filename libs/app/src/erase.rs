//! Carrying out an erasure, and telling afterwards what was erased: the one way, whoever asks for it.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use forloeb::command::DomainCommand;
use forloeb::haendelse::Haendelse;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::words::Sletningsgrund;
use forloeb::{Aktoer, Record};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::core::{App, CommandError, Obstacle, OpenFolderError, off_the_runtime};
use crate::failure::Internal;
use crate::projections::{Projections, SharedKey};

/// Why somebody is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// From the list.
    pub grund: Sletningsgrund,
    /// In words, which stay readable in the log.
    pub words: String,
}

/// What an erasure is meant to disregard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Also {
    /// What was written about somebody else under the same personnummer goes with it.
    pub others: bool,
    /// A forløb is open.
    pub open: bool,
    /// Refusion can still be claimed.
    pub refusion: bool,
    /// The person is employed.
    pub employed: bool,
}

impl Also {
    /// An obstacle is meant to be disregarded. Nothing disregards a hold: it is lifted.
    #[must_use]
    pub const fn disregards(self, obstacle: Obstacle) -> bool {
        match obstacle {
            Obstacle::Hold => false,
            Obstacle::Employed => self.employed,
            Obstacle::OpenForloeb => self.open,
            Obstacle::Refusion => self.refusion,
        }
    }
}

/// A key that the erased person had in common with somebody else, because one of them had a wrong personnummer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// Employee number of the erased.
    pub nr: String,
    /// Employee number of the other one.
    pub other: String,
    /// It is the other one's now, and so it is kept.
    pub kept: bool,
}

/// Somebody who was erased, for the certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// All their employee numbers.
    pub numbers: Vec<String>,
    /// The id that the log has.
    pub person: Uuid,
    /// When.
    pub time: DateTime<Utc>,
    /// Why.
    pub reason: Reason,
    /// By whom.
    pub aktoer: Aktoer,
}

/// Somebody who was erased, as a list of many has them: the log is not read for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErasedPerson {
    /// The id that the log has.
    pub person: Uuid,
    /// All their employee numbers.
    pub numbers: Vec<String>,
    /// When.
    pub time: DateTime<Utc>,
    /// Why.
    pub grund: Sletningsgrund,
}

/// Why nothing was erased.
#[derive(Debug, Error)]
pub enum ErasureDenial {
    /// Nobody has the number.
    #[error("nummeret findes ikke")]
    Unknown,
    /// They are erased already.
    #[error("personen er allerede slettet")]
    Already,
    /// These employees would lose what was written about them, and it was not said that they shall.
    #[error("andre ville miste tekst")]
    Others(Vec<String>),
    /// These speak against it, each with the number it was met at, and it was not said that it is meant all the same.
    #[error("noget taler imod")]
    Obstacles(Vec<(Obstacle, String)>),
    /// The machine's clock is in doubt, and with it whose time is over.
    #[error("maskinens ur er i tvivl")]
    Clock,
    /// The list of erasures takes nobody: who is not on it would come back with the next restore.
    #[error(transparent)]
    List(#[from] io::Error),
    /// The log or the keys.
    #[error(transparent)]
    Failed(#[from] CommandError),
}

impl From<OpenFolderError> for ErasureDenial {
    fn from(error: OpenFolderError) -> Self {
        Self::Failed(CommandError::Internal(Internal::new("loggen kan ikke læses", error)))
    }
}

/// Who else would lose what was written about them, by their numbers. One who is erased already takes nothing more.
fn loses_text(projections: &Projections, numbers: &[String]) -> BTreeSet<String> {
    let shared_ones = numbers.iter().filter(|nr| !projections.is_erased(nr)).flat_map(|nr| projections.shared_keys(nr));
    shared_ones.filter(|shared| !shared.kept).map(|shared| shared.other.to_owned()).collect()
}

/// What an erasure would do, and what speaks against it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WouldErase {
    /// All their employee numbers, but those that are erased.
    pub numbers: Vec<String>,
    /// How many forløb they have in these.
    pub forloeb: usize,
    /// Whose text goes with it, or stays, because they had the same key.
    pub shared: Vec<Shared>,
    /// What speaks against it and is not disregarded.
    pub denial: Option<Against>,
}

/// What speaks against an erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    /// These would lose what was written about them.
    Others(Vec<String>),
    /// See [`ErasureDenial::Obstacles`].
    Obstacles(Vec<(Obstacle, String)>),
}

impl From<Against> for ErasureDenial {
    fn from(against: Against) -> Self {
        match against {
            Against::Others(others) => Self::Others(others),
            Against::Obstacles(met) => Self::Obstacles(met),
        }
    }
}

fn shared_by(projections: &Projections, numbers: &[String]) -> Vec<Shared> {
    let of = |nr: &String, SharedKey { other, kept }: SharedKey<'_>| Shared {
        nr: nr.clone(),
        other: other.to_owned(),
        kept,
    };
    (numbers.iter()).flat_map(|nr| projections.shared_keys(nr).into_iter().map(move |shared| of(nr, shared))).collect()
}

impl App {
    /// What [`Self::erase`] would do. Nothing is changed.
    ///
    /// # Errors
    /// Nobody has the number, they are erased already, or it cannot be read.
    pub async fn would_erase(&self, nr: &str, also: Also) -> Result<WouldErase, ErasureDenial> {
        let (numbers, living, shared, others) = {
            let projections = self.projections();
            let person = projections.person(nr).ok_or(ErasureDenial::Unknown)?;
            let numbers: Vec<String> = projections.numbers_for(person).map(str::to_owned).collect();
            let living: Vec<String> = numbers.iter().filter(|nr| !projections.is_erased(nr)).cloned().collect();
            let (shared, others) = (shared_by(&projections, &numbers), loses_text(&projections, &numbers));
            (numbers, living, shared, others)
        };
        if living.is_empty() && !numbers.is_empty() {
            return Err(ErasureDenial::Already);
        }
        let mut forloeb = 0;
        for nr in &living {
            forloeb += self.loan(nr).await?.all().len();
        }
        let mut obstacles = self.obstacles(&living).await?;
        obstacles.retain(|(obstacle, _)| !also.disregards(*obstacle));
        let denial = if !also.others && !others.is_empty() {
            Some(Against::Others(others.into_iter().collect()))
        } else {
            (!obstacles.is_empty()).then_some(Against::Obstacles(obstacles))
        };
        Ok(WouldErase { numbers: living, forloeb, shared, denial })
    }

    /// Erases the person who has this employee number, in all their employments, and tells what it did to others.
    ///
    /// First the events, then the key, then the list: stopped in between, the next start does the rest. The other way
    /// round, nobody would know why a key is missing.
    ///
    /// # Errors
    /// See [`ErasureDenial`]: nothing was erased, except where writing failed half-way, which the next start finishes.
    pub async fn erase(
        &self,
        nr: &str,
        reason: &Reason,
        also: Also,
        aktoer: &Aktoer,
    ) -> Result<(Erasure, Vec<Shared>), ErasureDenial> {
        // An import under way could register the same person once more.
        let _alone = crate::import::ONE_AT_A_TIME.lock().await;
        let (person, numbers, shared) = {
            let projections = self.projections();
            let person = projections.person(nr).ok_or(ErasureDenial::Unknown)?;
            let numbers: Vec<String> = projections.numbers_for(person).map(str::to_owned).collect();
            let others = loses_text(&projections, &numbers);
            if !also.others && !others.is_empty() {
                return Err(ErasureDenial::Others(others.into_iter().collect()));
            }
            let shared = shared_by(&projections, &numbers);
            (person, numbers, shared)
        };
        let living: Vec<String> = {
            let projections = self.projections();
            numbers.iter().filter(|nr| !projections.is_erased(nr)).cloned().collect()
        };
        let mut obstacles = self.obstacles(&living).await?;
        obstacles.retain(|(obstacle, _)| !also.disregards(*obstacle));
        if !obstacles.is_empty() {
            return Err(ErasureDenial::Obstacles(obstacles));
        }
        let list = self.erasures.clone();
        off_the_runtime(move || list.try_write()).await.map_err(CommandError::from)??;
        let command = DomainCommand::ErasePerson { grund: reason.grund, aarsag: reason.words.clone() };
        let mut count = 0;
        for nr in &numbers {
            match self.execute(nr, &command, aktoer, None).await {
                Ok(_) => count += 1,
                // An erasure that was interrupted is finished.
                Err(CommandError::Afvist(DomainRefusal::BrokenRegel(BrokenRegel::PersonSlettet))) => {}
                Err(error) => return Err(error.into()),
            }
        }
        self.erase_keys().await?;
        if count == 0 {
            return Err(ErasureDenial::Already);
        }
        let time = self.clock.now();
        Ok((Erasure { numbers, person, time, reason: reason.clone(), aktoer: aktoer.clone() }, shared))
    }

    /// What was erased of the person who has this employee number, as the log tells it; nothing where they are not erased.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn erasure(&self, nr: &str) -> Result<Option<Erasure>, OpenFolderError> {
        let (person, numbers) = {
            let projections = self.projections();
            let Some(person) = projections.person(nr).filter(|_| projections.is_erased(nr)) else { return Ok(None) };
            let mut numbers: Vec<String> = projections.numbers_for(person).map(str::to_owned).collect();
            numbers.sort();
            (person, numbers)
        };
        let ansaettelse = self.whole(nr).await?;
        let told = ansaettelse.records().iter().find_map(told);
        Ok(told.map(|(time, reason, aktoer)| Erasure { numbers, person, time, reason, aktoer }))
    }

    /// Everybody who was erased, the latest first: those the list of erasures has.
    ///
    /// # Errors
    /// The list cannot be read.
    pub async fn all_erased(&self) -> Result<Vec<ErasedPerson>, CommandError> {
        let numbers = self.erased_by_person();
        if numbers.is_empty() {
            return Ok(Vec::new());
        }
        let listed = self.listed().await?;
        let of = |(person, numbers): (Uuid, Vec<String>)| {
            let erased = listed.get(&person)?;
            Some(ErasedPerson { person, numbers, time: erased.time, grund: erased.grund })
        };
        let mut all: Vec<ErasedPerson> = numbers.into_iter().filter_map(of).collect();
        all.sort_by_key(|erased| std::cmp::Reverse((erased.time, erased.person)));
        Ok(all)
    }

    /// The numbers of everybody the log says is erased, by the id they have in it.
    #[must_use]
    pub fn erased_by_person(&self) -> BTreeMap<Uuid, Vec<String>> {
        let projections = self.projections();
        let mut persons: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
        for (nr, _) in projections.erased_numbers() {
            if let Some(person) = projections.person(&nr) {
                persons.entry(person).or_default().push(nr);
            }
        }
        persons.values_mut().for_each(|numbers| numbers.sort());
        persons
    }
}

fn told(record: &Arc<Record>) -> Option<(DateTime<Utc>, Reason, Aktoer)> {
    let Haendelse::PersonSlettet(h) = &record.haendelse else { return None };
    let reason = Reason { grund: h.grund.unwrap_or(Sletningsgrund::Andet), words: h.aarsag.clone() };
    Some((record.time, reason, record.aktoer.clone()))
}
