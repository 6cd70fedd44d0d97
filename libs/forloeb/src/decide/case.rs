//! One forløb before a decision, and what is asked of many of its commands: is this day one on which it can have
//! happened?

use chrono::{DateTime, NaiveDate, Utc};

use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::events::haendelse::Haendelse;
use crate::fold::ansaettelse::{Aktoer, Ansaettelse, Record};
use crate::fold::derive::Registrering;
use crate::fold::forloeb::{Forloeb, Situation};
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::Slutaarsag;

/// How far ahead payroll's dates, and dates of plans, may lie.
pub(super) const FORWARD_DAGE: i64 = 366;

/// When the command is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Now {
    /// The instant at which the command is decided.
    pub time: DateTime<Utc>,
    /// The day in Denmark at that instant; every rule counts from it.
    pub dag: NaiveDate,
}

/// The events that follow, or why nothing does.
pub(super) type Answer = Result<Vec<Haendelse>, DomainRefusal>;

/// One forløb on the day of the decision.
pub(super) struct Case<'a> {
    pub(super) a: &'a Ansaettelse,
    pub(super) f: &'a Forloeb,
    pub(super) now: Now,
    pub(super) book: &'a Regelbog,
}

impl Case<'_> {
    /// Something that happened during the absence, at the latest today.
    pub(super) fn under_way(&self, name: &'static str, dato: NaiveDate) -> Result<(), DomainRefusal> {
        self.since_start(name, dato)?;
        match self.f.slutdag(self.now.dag) {
            Some(sidste) if dato > sidste => Err(BrokenRegel::ForloebAfsluttet.into()),
            _ => Ok(()),
        }
    }

    /// On or after the first absence day, at the latest today.
    pub(super) fn since_start(&self, name: &'static str, dato: NaiveDate) -> Result<(), DomainRefusal> {
        if dato > self.now.dag {
            return Err(felt(name, Mistake::Future(self.now.dag)));
        }
        if dato < self.f.foerste {
            return Err(felt(name, Mistake::BeforeEarliest(self.f.foerste)));
        }
        Ok(())
    }

    /// On or after the first absence day, at the latest a year ahead.
    pub(super) fn planlagt(&self, name: &'static str, dato: NaiveDate) -> Result<(), DomainRefusal> {
        let latest = plus_dage(self.now.dag, FORWARD_DAGE);
        if dato < self.f.foerste {
            Err(felt(name, Mistake::BeforeEarliest(self.f.foerste)))
        } else if dato > latest {
            Err(felt(name, Mistake::AfterLatest(latest)))
        } else {
            Ok(())
        }
    }

    pub(super) fn aabent(&self, situation: Situation) -> Result<(), DomainRefusal> {
        if situation == Situation::Aabent { Ok(()) } else { Err(BrokenRegel::ForloebAfsluttet.into()) }
    }

    /// The registrations of this forløb, by first day.
    pub(super) fn registreringer(&self) -> Vec<Registrering> {
        self.a.registreringer(self.book).into_iter().filter(|r| self.f.called(r.id)).collect()
    }
}

/// Refuses what can no longer happen to a forløb that is annulled.
pub(super) fn not_annulleret(f: &Forloeb, today: NaiveDate) -> Result<Situation, DomainRefusal> {
    match f.situation(today) {
        Situation::End { aarsag: Slutaarsag::Annulleret, .. } => Err(BrokenRegel::ForloebAnnulleret.into()),
        situation @ (Situation::Aabent | Situation::End { .. }) => Ok(situation),
    }
}

/// The employment as it would be with these events. Positions and versions are only placeholders.
pub(super) fn with(a: &Ansaettelse, haendelser: &[Haendelse], now: Now) -> Ansaettelse {
    let mut after = a.clone();
    for (n, haendelse) in (1..).zip(haendelser) {
        after.apply(Record {
            position: u64::MAX - 1000 + n,
            version: a.version() + n,
            time: now.time,
            dag: now.dag,
            aktoer: Aktoer::system("beslut"),
            haendelse: haendelse.clone(),
        });
    }
    after
}
