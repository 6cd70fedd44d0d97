//! The colleague who may ring an employee, should they fall ill: chosen before anybody is, and kept until another is.
//!
//! Of a forløb the newest choice counts while it goes on, and afterwards the one that stood on its last day: what is chosen
//! when somebody is back is about the next time.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::events::haendelse::Haendelse;
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::fold::forloeb::Forloeb;

/// The colleague of a forløb in which nobody was chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Omsorgskollega<'a> {
    /// Employee number.
    pub nr: &'a str,
    /// TR or AMR of the employee: near, whoever leads them.
    pub repraesentant: bool,
}

/// Every choice, in the order it was recorded: the event, and who was chosen.
fn choices(a: &Ansaettelse) -> impl DoubleEndedIterator<Item = (&Record, Option<&str>)> {
    a.records().iter().filter_map(|record| {
        let Haendelse::OmsorgskollegaValgt(h) = &record.haendelse else { return None };
        Some((&**record, h.kollega_nr.as_deref()))
    })
}

/// The choices of an employment by day, gathered once for all of its forløb. Of who was erased there are none.
pub(super) struct Choices<'a>(Vec<(NaiveDate, Option<&'a str>)>);

impl<'a> Choices<'a> {
    pub(super) fn of(a: &'a Ansaettelse) -> Self {
        let all = choices(a).filter(|_| !a.is_erased()).map(|(record, nr)| (record.dag, nr));
        Self(all.collect())
    }

    /// Whom they had chosen at the end of a day; of no day, whom they chose last.
    pub(super) fn until(&self, sidste: Option<NaiveDate>) -> Option<&'a str> {
        let newest = self.0.iter().rev().find(|(dag, _)| sidste.is_none_or(|sidste| *dag <= sidste));
        newest.and_then(|(_, nr)| *nr)
    }
}

impl Ansaettelse {
    /// The colleague they have chosen, as it stands.
    #[must_use]
    pub fn omsorgskollega(&self) -> Option<&str> {
        Choices::of(self).until(None)
    }

    /// The choices that are part of a forløb, by position: the one that stood when it began, and those made while it went on.
    /// Every other is the employee's own.
    #[must_use]
    pub fn omsorgsvalg_in(&self, f: &Forloeb) -> BTreeSet<u64> {
        let (before, later): (Vec<_>, Vec<_>) = choices(self)
            .filter(|(record, _)| f.sidste.is_none_or(|sidste| record.dag <= sidste))
            .partition(|(record, _)| record.dag <= f.foerste);
        let stood = before.into_iter().next_back().filter(|(_, nr)| nr.is_some());
        stood.into_iter().chain(later).map(|(record, _)| record.position).collect()
    }
}
