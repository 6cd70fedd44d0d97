//! What the workplace has noted for itself in a forløb: reminders that it ordered, and that nobody answered.

use chrono::NaiveDate;

use crate::events::haendelse::{Haendelse, KontaktForsoegt};
use crate::fold::ansaettelse::Record;
use crate::fold::effect::fact;
use crate::fold::forloeb::Fact;
use crate::fold::rare::Rarely;
use crate::words::Fristart;

/// Notes of the workplace.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Noteret {
    /// The day on which the leader wants to be reminded of a frist, beside the days of the rules.
    pub bestilt: Vec<(Fristart, NaiveDate)>,
    /// Attempts to reach the employee, in the order they were recorded. They resolve nothing.
    pub kontaktforsoeg: Vec<Fact<KontaktForsoegt>>,
}

impl Rarely for Noteret {
    fn nothing() -> &'static Self {
        static NOTHING: Noteret = Noteret { bestilt: Vec::new(), kontaktforsoeg: Vec::new() };
        &NOTHING
    }
}

impl Noteret {
    /// Takes in what was noted; every other event is nothing to it.
    pub(super) fn hear(&mut self, record: &Record) {
        if let Haendelse::PaamindelseBestilt(h) = &record.haendelse {
            self.bestilt.retain(|(art, _)| *art != h.frist);
            self.bestilt.extend(h.dag.map(|dag| (h.frist, dag)));
        } else if let Haendelse::KontaktForsoegt(h) = &record.haendelse {
            self.kontaktforsoeg.push(fact(record, h.clone()));
        }
    }

    /// The day on which somebody wants the leader to be reminded of a frist.
    #[must_use]
    pub fn bestilt_on(&self, art: Fristart) -> Option<NaiveDate> {
        self.bestilt.iter().find(|(bestilt, _)| *bestilt == art).map(|(_, dag)| *dag)
    }
}
