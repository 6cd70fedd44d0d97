//! Erasing: the keys of those the log says are erased, and those the list of erasures remembers though the log does not.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use eventlog::StreamId;
use forloeb::command::DomainCommand;
use forloeb::frister::assess;
use forloeb::haendelse::Haendelse;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::Sletningsgrund;
use forloeb::{Aktoer, Record};
use uuid::Uuid;

use super::append::SingleEvent;
use super::{App, CommandError, OpenFolderError, off_the_runtime};
use crate::erasures::Erased;
use crate::failure::Internal;
use crate::places::{PersonPlace, in_places};
use crate::projections::Projections;
use crate::stored::{self, HOLD, SletningsstopSat, Unreadable, read_json};

/// What speaks against erasing somebody now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Obstacle {
    /// Somebody has said that nothing of theirs is to be erased.
    Hold,
    /// They are employed today, or will be.
    Employed,
    /// A forløb is open.
    OpenForloeb,
    /// Days of theirs can still be claimed, now or once the anmeldelse is receipted.
    Refusion,
}

/// A hold that is on: nothing of theirs is erased, though the periods of keeping are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sletningsstop {
    /// Employee number.
    pub medarbejder_nr: String,
    /// Why, in the words of whoever set it.
    pub aarsag: String,
    /// When it was set.
    pub time: DateTime<Utc>,
    /// By whom.
    pub aktoer: Aktoer,
}

/// What an erasure says that was carried out once more, on a log from before it.
const AGAIN: &str = "Slettet før; gentaget efter listen over sletninger";

impl App {
    /// Erases the persons the log says are erased: their keys are gone, and they are on the list, when this returns.
    ///
    /// # Errors
    /// The key file or the list cannot be written, or the log not be read.
    pub async fn erase_keys(&self) -> Result<(), CommandError> {
        let (erased_ones, keys) = (self.projections().erased_personer(), self.keys.clone());
        let persons = erased_ones.clone();
        let erase = move || persons.into_iter().try_for_each(|person| keys.erase(person).map(drop));
        off_the_runtime(erase).await??;
        // Nobody is found by their name any more, and it is in no memory.
        self.open_names().await?;
        self.put_on_the_list(erased_ones).await
    }

    /// Carries out the erasures that are on the list and that this log, from an older backup, knows nothing of; and puts on
    /// the list whom the log says to be erased. How many employments were erased. The keys are gone since the folder was
    /// opened: this says it in the log, where everybody can see it.
    ///
    /// # Errors
    /// The log or the list cannot be read or written.
    pub async fn carry_out_erasures(&self) -> Result<usize, CommandError> {
        let mut count = 0;
        for erased in self.listed().await?.into_values() {
            let numbers: Vec<String> = {
                let projections = self.projections();
                let living = projections.numbers_for(erased.person).filter(|nr| !projections.is_erased(nr));
                living.map(str::to_owned).collect()
            };
            let command = DomainCommand::ErasePerson { grund: erased.grund, aarsag: AGAIN.to_owned() };
            for nr in numbers {
                match self.execute(&nr, &command, &Aktoer::system("sletninger"), None).await {
                    Ok(_) => count += 1,
                    Err(CommandError::Afvist(DomainRefusal::BrokenRegel(BrokenRegel::PersonSlettet))) => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let erased_ones = self.projections().erased_personer();
        self.put_on_the_list(erased_ones).await?;
        Ok(count)
    }

    /// What speaks against erasing these employments, each obstacle once, with the number it was met at.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn obstacles(&self, numbers: &[String]) -> Result<Vec<(Obstacle, String)>, OpenFolderError> {
        let mut found: Vec<(Obstacle, String)> = Vec::new();
        for nr in numbers {
            let loan = self.loan(nr).await?;
            let today = self.clock.today();
            let hold = self.hold(nr).await?;
            let employed = self.projections().is_employed(nr);
            let money = |f: &&std::sync::Arc<forloeb::Forloeb>| {
                let refusion = assess(f, today, loan.book()).refusion;
                let ledger = regnskab(f, &refusion, today, loan.book());
                [Dagsstand::CanAnmodes, Dagsstand::MissingKvittering].iter().any(|stand| ledger.sum(*stand).is_some())
            };
            let met = [
                (Obstacle::Hold, hold.is_some()),
                (Obstacle::Employed, employed),
                (Obstacle::OpenForloeb, loan.all().iter().any(|f| f.is_aabent(today))),
                (Obstacle::Refusion, loan.all().iter().any(|f| money(&f))),
            ];
            for (obstacle, _) in met.into_iter().filter(|(_, is)| *is) {
                if !found.iter().any(|(known, _)| *known == obstacle) {
                    found.push((obstacle, nr.clone()));
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// Why nothing of an employee's is to be erased; none where nobody has said so.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn hold(&self, nr: &str) -> Result<Option<String>, Unreadable> {
        Ok(self.sletningsstop(nr).await?.map(|hold| hold.aarsag))
    }

    /// The hold on what is recorded about an employee, with since when and by whom; none where there is none.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn sletningsstop(&self, nr: &str) -> Result<Option<Sletningsstop>, Unreadable> {
        let stream = StreamId::new(format!("{HOLD}{nr}")).map_err(Unreadable::name)?;
        let version = self.log.stream_version(&stream).await?;
        let last = self.log.read_stream(&stream, version.saturating_sub(1), 1).await?;
        let Some(last) = last.first() else { return Ok(None) };
        let told: SletningsstopSat = read_json(last.position, "sletningsstoppet", &last.body)?;
        if !told.gaelder {
            return Ok(None);
        }
        let (time, aktoer) = (stored::recorded_time(last)?, stored::aktoer(last)?);
        Ok(Some(Sletningsstop { medarbejder_nr: nr.to_owned(), aarsag: told.aarsag, time, aktoer }))
    }

    /// The holds that are on, by employee number, at most `most` of those of whom `within` says that they are meant, after a place
    /// where one is given; and after which place there are more.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn all_sletningsstop(
        &self,
        within: impl Fn(&str, &Projections) -> bool,
        after: Option<PersonPlace>,
        most: usize,
    ) -> Result<(Vec<Sletningsstop>, Option<PersonPlace>), Unreadable> {
        let mut holds = {
            let projections = self.projections();
            let meant = projections.with_sletningsstop().filter(|nr| within(nr, &projections)).map(str::to_owned);
            in_places(meant, &projections, after)
        };
        let more = holds.len() > most;
        holds.truncate(most);
        let next = holds.last().filter(|_| more).map(|(place, _)| *place);
        holds.sort_by(|(_, one), (_, other)| one.cmp(other));
        let mut all = Vec::new();
        for (_, nr) in holds {
            // One that was lifted meanwhile is not on.
            all.extend(self.sletningsstop(&nr).await?);
        }
        Ok((all, next))
    }

    /// Says that nothing of an employee's is to be erased, or that it may be again.
    ///
    /// # Errors
    /// The log takes no events.
    pub async fn set_hold(&self, nr: &str, told: &SletningsstopSat, aktoer: &Aktoer) -> Result<(), CommandError> {
        let event = SingleEvent::new(&format!("{HOLD}{nr}"), ("SletningsstopSat", 1), self.clock.now_and_dag(), told)?;
        self.append(aktoer, None, event).await.map(drop)
    }

    pub(crate) async fn listed(&self) -> Result<crate::erasures::Listed, CommandError> {
        let erasures = self.erasures.clone();
        let listed = off_the_runtime(move || erasures.read()).await?;
        Ok(listed.map_err(|error| Internal::new("listen over sletninger kan ikke læses", error))?)
    }

    /// Puts on the list who is not there yet, with the time and the reason that the log has.
    async fn put_on_the_list(&self, persons: BTreeSet<Uuid>) -> Result<(), CommandError> {
        let listed = self.listed().await?;
        let missing: BTreeSet<Uuid> = persons.into_iter().filter(|person| !listed.contains_key(person)).collect();
        let mut new_ones = Vec::new();
        if !missing.is_empty() {
            let erased_numbers = self.projections().erased_numbers();
            for (nr, persons) in erased_numbers {
                if persons.is_disjoint(&missing) {
                    continue;
                }
                let ansaettelse = self.whole(&nr).await?;
                let told = ansaettelse.records().iter().find_map(|record| of_record(record));
                let Some((time, grund)) = told else { continue };
                let of_this_one = persons.intersection(&missing);
                new_ones.extend(of_this_one.map(|person| Erased { person: *person, time, grund }));
            }
        }
        let erasures = self.erasures.clone();
        let added = off_the_runtime(move || erasures.add(new_ones)).await?;
        Ok(added.map_err(|error| Internal::new("listen over sletninger kan ikke skrives", error))?)
    }
}

fn of_record(record: &Record) -> Option<(DateTime<Utc>, Sletningsgrund)> {
    let Haendelse::PersonSlettet(h) = &record.haendelse else { return None };
    Some((record.time, h.grund.unwrap_or(Sletningsgrund::Andet)))
}
