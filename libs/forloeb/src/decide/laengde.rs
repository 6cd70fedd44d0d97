//! Deciding how long it is expected to last, and whom it waits for.

use crate::decide::case::{Answer, Case, FORWARD_DAGE};
use crate::decide::refusal::{Mistake, felt};
use crate::events::haendelse::{ForloebAfventer, SlutForventet};
use crate::fold::forloeb::Situation;
use crate::rules::calendar::plus_dage;

/// Days that one may wait for somebody without looking again: three months.
pub(super) const WAITING_DAGE: i64 = 92;

impl Case<'_> {
    /// Said of an absence that goes on; the day that is expected does not lie before the day on which it is said.
    pub(super) fn expect_slut(&self, h: &SlutForventet, situation: Situation) -> Answer {
        self.aabent(situation)?;
        self.since_start("dato", h.dato)?;
        if let Some(sidste) = h.sidste {
            let latest = plus_dage(self.now.dag, FORWARD_DAGE);
            if sidste < h.dato {
                return Err(felt("forventet_sidste", Mistake::BeforeEarliest(h.dato)));
            }
            if sidste > latest {
                return Err(felt("forventet_sidste", Mistake::AfterLatest(latest)));
            }
        }
        Ok(vec![SlutForventet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// For some weeks at a time: what waits without an end is forgotten. The same once more changes nothing.
    pub(super) fn afvent(&self, h: &ForloebAfventer, situation: Situation) -> Answer {
        self.aabent(situation)?;
        match (h.grund, h.til) {
            (Some(_), None) => return Err(felt("til", Mistake::Missing)),
            (None, Some(_)) => return Err(felt("grund", Mistake::Missing)),
            _ => {}
        }
        if let Some(til) = h.til {
            let latest = plus_dage(self.now.dag, WAITING_DAGE);
            if til < self.now.dag {
                return Err(felt("til", Mistake::BeforeEarliest(self.now.dag)));
            }
            if til > latest {
                return Err(felt("til", Mistake::AfterLatest(latest)));
            }
        }
        if self.f.afventer == h.grund.zip(h.til) {
            return Ok(Vec::new());
        }
        Ok(vec![ForloebAfventer { forloeb: self.f.id, ..h.clone() }.into()])
    }
}
