//! What whole files of payroll no longer had, and nobody has decided anything about: few, and kept while they wait.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::haendelse::{Carried, Forsvundet, FravaerForsvundet, Kept, MedarbejderForsvundet};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Projections;

/// By employee number: the day it was told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Forsvundne {
    fravaer: BTreeMap<String, BTreeMap<Uuid, NaiveDate>>,
    /// And whether nobody has said that they stay.
    medarbejdere: BTreeMap<String, (NaiveDate, bool)>,
}

impl Forsvundne {
    pub(super) fn fravaer(&mut self, nr: &str, dag: NaiveDate, h: &FravaerForsvundet) {
        if h.stand == Forsvundet::Meldt {
            self.fravaer.entry(nr.to_owned()).or_default().insert(h.registrering, dag);
        } else if let Some(own) = self.fravaer.get_mut(nr) {
            own.remove(&h.registrering);
            if own.is_empty() {
                self.fravaer.remove(nr);
            }
        }
    }

    pub(super) fn medarbejder(&mut self, nr: &str, dag: NaiveDate, h: &MedarbejderForsvundet) {
        if let Forsvundet::Meldt | Forsvundet::Beholdt = h.stand {
            self.medarbejdere.insert(nr.to_owned(), (dag, h.stand == Forsvundet::Meldt));
        } else {
            self.medarbejdere.remove(nr);
        }
    }

    /// What was told of the absences under the number before.
    pub(super) fn carried(&mut self, nr: &str, before: &[Carried]) {
        for Carried(one) in before {
            if let Kept::Fravaer(h) = one.haendelse.kept() {
                self.fravaer(nr, one.dag, h);
            } else if let Kept::Fortsat(h) = one.haendelse.kept() {
                self.carried(nr, &h.before);
            }
        }
    }

    /// Of somebody who was erased, or has another number, nothing is asked any more.
    pub(super) fn forget(&mut self, nr: &str) {
        self.fravaer.remove(nr);
        self.medarbejdere.remove(nr);
    }

    /// Takes in those of other employments.
    pub(super) fn take_with(&mut self, others: Self) {
        self.fravaer.extend(others.fravaer);
        self.medarbejdere.extend(others.medarbejdere);
    }
}

impl Projections {
    /// A whole file of payroll did not have this employee any more, and nobody has said that they are there.
    #[must_use]
    pub fn is_forsvundet(&self, nr: &str) -> bool {
        self.forsvundne.medarbejdere.get(nr).is_some_and(|(_, open)| *open)
    }

    /// A whole file of payroll did not have this employee any more, and somebody has said that they are there.
    #[must_use]
    pub fn is_beholdt(&self, nr: &str) -> bool {
        self.forsvundne.medarbejdere.get(nr).is_some_and(|(_, open)| !open)
    }

    /// Employees that are gone from payroll's file, with the day it was told, by number.
    pub fn forsvundne_medarbejdere(&self) -> impl Iterator<Item = (&str, NaiveDate)> {
        let open = self.forsvundne.medarbejdere.iter().filter(|(_, (_, open))| *open);
        open.map(|(nr, (dag, _))| (nr.as_str(), *dag))
    }

    /// How much is gone from payroll's file, and waits for somebody to decide.
    #[must_use]
    pub fn count_forsvundne(&self) -> usize {
        self.forsvundne_medarbejdere().count() + self.forsvundne_fravaer().count()
    }

    /// Absences that are gone from payroll's file: whose, which, and the day it was told.
    pub fn forsvundne_fravaer(&self) -> impl Iterator<Item = (&str, Uuid, NaiveDate)> {
        let all = self.forsvundne.fravaer.iter();
        all.flat_map(|(nr, own)| own.iter().map(|(id, dag)| (nr.as_str(), *id, *dag)))
    }
}
