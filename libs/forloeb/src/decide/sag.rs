//! One forløb before a decision, and what is asked of many of its commands: is this day one on which it can have
//! happened?

use chrono::{DateTime, NaiveDate, Utc};

use crate::decide::afvisning::{Afvisning, Fejl, Regel, felt};
use crate::events::haendelse::Haendelse;
use crate::fold::ansaettelse::Ansaettelse;
use crate::fold::forloeb::{Forloeb, Situation};
use crate::fold::udled::Registrering;
use crate::ord::Slutaarsag;
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// How far ahead payroll's dates, and dates of plans, may lie.
pub(super) const FREM_DAGE: i64 = 366;

/// When the command is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nu {
    /// The instant at which the command is decided.
    pub tid: DateTime<Utc>,
    /// The day in Denmark at that instant; every rule counts from it.
    pub dag: NaiveDate,
}

/// The events that follow, or why nothing does.
pub(super) type Svar = Result<Vec<Haendelse>, Afvisning>;

/// One forløb on the day of the decision.
pub(super) struct Sag<'a> {
    pub(super) a: &'a Ansaettelse,
    pub(super) f: &'a Forloeb,
    pub(super) nu: Nu,
    pub(super) bog: &'a Regelbog,
}

impl Sag<'_> {
    /// Something that happened during the absence, at the latest today.
    pub(super) fn undervejs(&self, navn: &'static str, dato: NaiveDate) -> Result<(), Afvisning> {
        self.siden_start(navn, dato)?;
        match self.f.slutdag(self.nu.dag) {
            Some(sidste) if dato > sidste => Err(Regel::ForloebAfsluttet.into()),
            _ => Ok(()),
        }
    }

    /// On or after the first absence day, at the latest today.
    pub(super) fn siden_start(&self, navn: &'static str, dato: NaiveDate) -> Result<(), Afvisning> {
        if dato > self.nu.dag {
            return Err(felt(navn, Fejl::Fremtid(self.nu.dag)));
        }
        if dato < self.f.foerste {
            return Err(felt(navn, Fejl::FoerTidligst(self.f.foerste)));
        }
        Ok(())
    }

    /// On or after the first absence day, at the latest a year ahead.
    pub(super) fn planlagt(&self, navn: &'static str, dato: NaiveDate) -> Result<(), Afvisning> {
        let senest = plus_dage(self.nu.dag, FREM_DAGE);
        if dato < self.f.foerste {
            Err(felt(navn, Fejl::FoerTidligst(self.f.foerste)))
        } else if dato > senest {
            Err(felt(navn, Fejl::EfterSenest(senest)))
        } else {
            Ok(())
        }
    }

    pub(super) fn aabent(&self, situation: Situation) -> Result<(), Afvisning> {
        if situation == Situation::Aabent { Ok(()) } else { Err(Regel::ForloebAfsluttet.into()) }
    }

    /// The registrations of this forløb, by first day.
    pub(super) fn registreringer(&self) -> Vec<Registrering> {
        self.a.registreringer(self.bog).into_iter().filter(|r| self.f.hedder(r.id)).collect()
    }
}

/// Refuses what can no longer happen to a forløb that is annulled.
pub(super) fn ikke_annulleret(f: &Forloeb, idag: NaiveDate) -> Result<Situation, Afvisning> {
    match f.situation(idag) {
        Situation::Slut { aarsag: Slutaarsag::Annulleret, .. } => Err(Regel::ForloebAnnulleret.into()),
        situation @ (Situation::Aabent | Situation::Slut { .. }) => Ok(situation),
    }
}
