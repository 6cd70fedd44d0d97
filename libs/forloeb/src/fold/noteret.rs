//! What the workplace has noted for itself in a forløb: reminders that it ordered, that nobody answered, and which letters on paper
//! the employee was given.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::events::haendelse::{BrevGivet, Haendelse, KontaktForsoegt};
use crate::fold::ansaettelse::Record;
use crate::fold::effect::fact;
use crate::fold::forloeb::Fact;
use crate::fold::rare::Rarely;
use crate::words::Fristart;

/// A reminder that somebody ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bestilt {
    /// Of what.
    pub frist: Fristart,
    /// Its legal day when it was ordered. Where that has moved, there is nothing of it any more.
    pub lovdag: NaiveDate,
    /// The day on which it is to leave.
    pub dag: NaiveDate,
}

/// Notes of the workplace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Noteret {
    /// What the leader wants to be reminded of, beside the days of the rules.
    pub bestilt: Vec<Bestilt>,
    /// Attempts to reach the employee, in the order they were recorded. They resolve nothing.
    pub kontaktforsoeg: Vec<Fact<KontaktForsoegt>>,
    /// Letters on paper, in the order they were recorded.
    pub breve: Vec<Fact<BrevGivet>>,
}

impl Rarely for Noteret {
    fn nothing() -> &'static Self {
        static NOTHING: Noteret = Noteret { bestilt: Vec::new(), kontaktforsoeg: Vec::new(), breve: Vec::new() };
        &NOTHING
    }
}

impl Noteret {
    /// Takes in what was noted; every other event is nothing to it.
    pub(super) fn hear(&mut self, record: &Record) {
        if let Haendelse::PaamindelseBestilt(h) = &record.haendelse {
            self.bestilt.retain(|bestilt| bestilt.frist != h.frist);
            self.bestilt.extend(h.dag.map(|dag| Bestilt { frist: h.frist, lovdag: h.lovdag, dag }));
        } else if let Haendelse::KontaktForsoegt(h) = &record.haendelse {
            self.kontaktforsoeg.push(fact(record, h.clone()));
        } else if let Haendelse::BrevGivet(h) = &record.haendelse {
            self.breve.push(fact(record, h.clone()));
        }
    }

    /// A letter has told what has this code.
    #[must_use]
    pub fn is_told(&self, code: &str) -> bool {
        self.breve.iter().flat_map(|brev| &brev.what.om).any(|told| told == code)
    }

    /// What is ordered of a kind of frist.
    #[must_use]
    pub fn bestilt_of(&self, art: Fristart) -> Option<&Bestilt> {
        self.bestilt.iter().find(|bestilt| bestilt.frist == art)
    }
}
