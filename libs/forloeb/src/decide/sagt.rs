//! Deciding what the employee says of themself, and what hangs on it.

use crate::decide::case::{Answer, Case};
use crate::decide::refusal::{BrokenRegel, Mistake, felt};
use crate::events::haendelse::{
    FastholdelsesplanAnmodet, FastholdelsesplanBesvaret, LederBeholdt, LederBestridt, MulighedserklaeringRegistreret,
    OenskerRegistreret,
};
use crate::fold::forloeb::Situation;
use crate::words::{Fastholdelsessvar, Mulighedstrin};

impl Case<'_> {
    /// The newest word counts. What was never said cannot be taken back.
    pub(super) fn oensker(&self, h: &OenskerRegistreret, situation: Situation) -> Answer {
        self.aabent(situation)?;
        if h.confidential.is_none() && self.f.sagt.wishes().is_none() {
            return Ok(Vec::new());
        }
        Ok(vec![OenskerRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Said once, until it is decided.
    pub(super) fn bestrid_leder(&self, h: &LederBestridt, situation: Situation) -> Answer {
        self.aabent(situation)?;
        if self.f.disputes_leder(self.now.dag) {
            return Ok(Vec::new());
        }
        let leder_nr = self.f.leder(self.now.dag).map(str::to_owned);
        Ok(vec![LederBestridt { forloeb: self.f.id, leder_nr, ..h.clone() }.into()])
    }

    /// Only where the employee has said otherwise, and nobody has decided; another leader is a change of leader.
    pub(super) fn behold_leder(&self, h: &LederBeholdt) -> Answer {
        if !self.f.disputes_leder(self.now.dag) {
            return Err(BrokenRegel::NoAnmodning.into());
        }
        Ok(vec![LederBeholdt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Asked for at any time in the course; once, until it is answered.
    pub(super) fn anmod_fastholdelsesplan(&self, h: &FastholdelsesplanAnmodet, situation: Situation) -> Answer {
        self.aabent(situation)?;
        self.under_way("dato", h.dato)?;
        if self.f.sagt.awaits_fastholdelsessvar() {
            return Ok(Vec::new());
        }
        Ok(vec![FastholdelsesplanAnmodet { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// Made, or refused with a reason (§ 7 b stk. 2), on or after the day it was asked for.
    pub(super) fn besvar_fastholdelsesplan(&self, h: &FastholdelsesplanBesvaret) -> Answer {
        self.since_start("dato", h.dato)?;
        let Some(asked) = &self.f.sagt.fastholdelsesplan else { return Err(BrokenRegel::NoAnmodning.into()) };
        if h.dato < asked.what {
            return Err(felt("dato", Mistake::BeforeEarliest(asked.what)));
        }
        if h.svar == Fastholdelsessvar::Afvist && h.begrundelse.is_none() {
            return Err(felt("begrundelse", Mistake::Missing));
        }
        Ok(vec![FastholdelsesplanBesvaret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// The talk and the receipt come after the day on which it was asked for.
    pub(super) fn mulighedserklaering(&self, h: &MulighedserklaeringRegistreret) -> Answer {
        self.under_way("dato", h.dato)?;
        let asked = self.f.sagt.mulighedserklaeringer.iter().rev().find(|e| e.what.trin == Mulighedstrin::Anmodet);
        match (h.trin, asked) {
            (Mulighedstrin::Anmodet, _) => {}
            (Mulighedstrin::Samtale | Mulighedstrin::Modtaget, None) => return Err(BrokenRegel::NoAnmodning.into()),
            (Mulighedstrin::Samtale | Mulighedstrin::Modtaget, Some(asked)) if h.dato < asked.what.dato => {
                return Err(felt("dato", Mistake::BeforeEarliest(asked.what.dato)));
            }
            (Mulighedstrin::Samtale | Mulighedstrin::Modtaget, Some(_)) => {}
        }
        Ok(vec![MulighedserklaeringRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }
}
