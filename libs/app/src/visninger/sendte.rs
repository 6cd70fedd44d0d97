//! The reminders that were sent on the latest days: at start the worker asks what has left today already.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::haendelse::{Noegle, PaamindelserAfgjort, Udfald};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Days that are kept: the latest on which anything was sent.
const DAGE: usize = 2;

/// A reminder that was sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sendt {
    /// The registration that named the forløb when it was sent.
    pub forloeb: Uuid,
    /// Which reminder.
    pub noegle: Noegle,
    /// Message-ID of the mail.
    pub brev: String,
    /// Employee number it went to; none: HR's mailbox.
    pub til: Option<String>,
}

/// What was sent, by day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sendte(BTreeMap<NaiveDate, Vec<Sendt>>);

impl Sendte {
    /// Takes in what an event says was sent on its day.
    pub(super) fn anvend(&mut self, dag: NaiveDate, h: &PaamindelserAfgjort) {
        for a in &h.afgoerelser {
            if let Udfald::Sendt { brev, til } = &a.udfald {
                self.tilfoej(
                    dag,
                    Sendt { forloeb: h.forloeb, noegle: a.noegle.clone(), brev: brev.clone(), til: til.clone() },
                );
            }
        }
    }

    /// Whatever the order things come in, the same days are kept.
    fn tilfoej(&mut self, dag: NaiveDate, sendt: Sendt) {
        if self.0.len() >= DAGE && self.0.keys().next().is_some_and(|aeldste| dag < *aeldste) {
            return;
        }
        self.0.entry(dag).or_default().push(sendt);
        while self.0.len() > DAGE {
            self.0.pop_first();
        }
    }

    pub(super) fn tag_med(&mut self, andre: Self) {
        for (dag, sendte) in andre.0 {
            sendte.into_iter().for_each(|s| self.tilfoej(dag, s));
        }
    }

    pub(super) fn paa(&self, dag: NaiveDate) -> &[Sendt] {
        self.0.get(&dag).map_or(&[], Vec::as_slice)
    }

    pub(super) fn alle(&self) -> impl Iterator<Item = &Sendt> {
        self.0.values().flatten()
    }

    /// The same, in an order that does not tell how it came about.
    pub(super) fn ordnet(&self) -> BTreeMap<NaiveDate, Vec<Sendt>> {
        let mut alle = self.0.clone();
        alle.values_mut().for_each(|s| s.sort());
        alle
    }
}
