//! Which events no longer count.

use crate::events::haendelse::Haendelse;
use crate::fold::ansaettelse::{Ansaettelse, Record};
use crate::words::Slutaarsag;

/// Positions of the events that no longer count, each annulled by a later one.
pub(crate) struct Annullerede(Vec<u64>);

impl Annullerede {
    pub(crate) fn af(ansaettelse: &Ansaettelse) -> Self {
        let mut annullerede = Vec::new();
        for record in ansaettelse.records() {
            if let Haendelse::HaendelseAnnulleret(h) = &record.haendelse {
                annullerede.push(h.haendelse);
            }
        }
        // Who went on under another number had not left.
        if let Some(before) = ansaettelse.before() {
            let carried = ansaettelse.records()[..ansaettelse.carried()].iter();
            let left = carried.filter(|record| {
                matches!(&record.haendelse, Haendelse::ForloebAfsluttet(h)
                    if h.aarsag == Slutaarsag::Fratraadt && h.dato >= before.til)
            });
            annullerede.extend(left.map(|record| record.position));
        }
        annullerede.sort_unstable();
        Self(annullerede)
    }

    pub(crate) fn is(&self, record: &Record) -> bool {
        self.0.binary_search(&record.position).is_ok()
    }
}
