//! The reminders that were sent on the latest days: at start the worker asks what has left today already, and where somebody is
//! to have no more than some mails a week, how many those were.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use forloeb::calendar::Dage;
use forloeb::haendelse::{Key, PaamindelserAfgjort, Udfald};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days that are kept: the latest on which anything was sent. A week has no more.
const DAGE: usize = 7;

/// A reminder that was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sendt {
    /// The registration that named the forløb when it was sent.
    pub forloeb: Uuid,
    /// Which reminder.
    pub key: Key,
    /// Message-ID of the mail.
    pub letter: String,
    /// Employee number it went to; none: HR's mailbox.
    pub til: Option<String>,
}

/// What was sent, by day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sendte(BTreeMap<NaiveDate, Vec<Sendt>>);

impl Sendte {
    /// Takes in what an event says was sent on its day.
    pub(super) fn apply(&mut self, dag: NaiveDate, h: &PaamindelserAfgjort) {
        for a in &h.afgoerelser {
            if let Udfald::Sendt { letter, til } = &a.udfald {
                self.add(
                    dag,
                    Sendt { forloeb: h.forloeb, key: a.key.clone(), letter: letter.clone(), til: til.clone() },
                );
            }
        }
    }

    /// Whatever the order things come in, the same days are kept.
    fn add(&mut self, dag: NaiveDate, sendt: Sendt) {
        if self.0.len() >= DAGE && self.0.keys().next().is_some_and(|oldest| dag < *oldest) {
            return;
        }
        self.0.entry(dag).or_default().push(sendt);
        while self.0.len() > DAGE {
            self.0.pop_first();
        }
    }

    pub(super) fn take_with(&mut self, others: Self) {
        for (dag, sendte) in others.0 {
            sendte.into_iter().for_each(|s| self.add(dag, s));
        }
    }

    pub(super) fn on(&self, dag: NaiveDate) -> &[Sendt] {
        self.0.get(&dag).map_or(&[], Vec::as_slice)
    }

    /// How many mails with reminders somebody with these numbers was sent on these days. An invitation is none.
    pub(super) fn mails_to(&self, numbers: &[&str], dage: Dage) -> usize {
        let sendte = self.0.range(dage.fra..=dage.til).flat_map(|(_, sendte)| sendte);
        let is_theirs = |s: &&Sendt| s.til.as_deref().is_some_and(|nr| numbers.contains(&nr));
        let theirs = sendte.filter(is_theirs).filter(|s| s.key.indbydelse().is_none());
        theirs.map(|s| &s.letter).collect::<BTreeSet<_>>().len()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Sendt> {
        self.0.values().flatten()
    }

    /// The same, in an order that does not tell how it came about.
    pub(super) fn ordered(&self) -> BTreeMap<NaiveDate, Vec<Sendt>> {
        let mut all = self.0.clone();
        all.values_mut().for_each(|s| s.sort());
        all
    }
}
