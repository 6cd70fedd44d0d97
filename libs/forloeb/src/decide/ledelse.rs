//! Deciding what leaders answer when they are given a forløb, and what is said and done about a cause at work.

use crate::decide::case::{Answer, Case, FORWARD_DAGE};
use crate::decide::refusal::{BrokenRegel, Mistake, felt};
use crate::events::haendelse::{ArbejdsaarsagSagt, ForanstaltningRegistreret, OvertagelseBesvaret};
use crate::rules::calendar::plus_dage;
use crate::words::{Arbejdsmiljoeaarsag, Overtagelsessvar};

impl Case<'_> {
    /// Only who is asked answers, and a no has its reason. It goes back to whoever led it before; where they gave it away
    /// themselves and say no to having it back, nobody leads it, and HR finds somebody.
    pub(super) fn besvar_overtagelse(&self, h: &OvertagelseBesvaret) -> Answer {
        let Some(asked) = self.f.asked_to_take(self.now.dag) else { return Err(BrokenRegel::NoAnmodning.into()) };
        let says_no = h.svar == Overtagelsessvar::SigerNej;
        if says_no && h.begrundelse.is_none() {
            return Err(felt("begrundelse", Mistake::Missing));
        }
        let before = self.f.leder_on(plus_dage(asked.what.fra, -1)).filter(|nr| *nr != asked.what.leder_nr);
        let before = before.filter(|nr| says_no && !asked.what.is_back && *nr != self.f.medarbejder_nr);
        let leder_nr = before.map(str::to_owned);
        let begrundelse = h.begrundelse.clone().filter(|_| says_no);
        Ok(vec![
            OvertagelseBesvaret { forloeb: self.f.id, dato: self.now.dag, leder_nr, begrundelse, ..h.clone() }.into(),
        ])
    }

    /// The newest word counts, also after the return. The same once more changes nothing.
    pub(super) fn sig_arbejdsaarsag(&self, h: &ArbejdsaarsagSagt) -> Answer {
        self.since_start("dato", h.dato)?;
        let is_cause = h.aarsag != Arbejdsmiljoeaarsag::Ingen;
        let (amr, arbejdsskade) = (h.amr && is_cause, h.arbejdsskade.filter(|_| is_cause));
        match &self.f.sagt.arbejdsaarsag {
            // Who says nothing of an injury leaves what was said of it.
            Some(said)
                if (said.what.aarsag, said.what.amr) == (h.aarsag, amr)
                    && arbejdsskade.is_none_or(|svar| said.what.arbejdsskade == Some(svar)) =>
            {
                return Ok(Vec::new());
            }
            None if h.aarsag == Arbejdsmiljoeaarsag::Ingen => return Ok(Vec::new()),
            _ => {}
        }
        Ok(vec![ArbejdsaarsagSagt { forloeb: self.f.id, amr, arbejdsskade, ..h.clone() }.into()])
    }

    /// Where a cause was said; one looks whether it helped on a later day.
    pub(super) fn forebyg(&self, h: &ForanstaltningRegistreret) -> Answer {
        self.since_start("dato", h.dato)?;
        if self.f.sagt.cause().is_none() {
            return Err(BrokenRegel::NoAnmodning.into());
        }
        if let Some(opfoelgning) = h.opfoelgning {
            let latest = plus_dage(self.now.dag, FORWARD_DAGE);
            if opfoelgning <= h.dato {
                return Err(felt("opfoelgning", Mistake::BeforeEarliest(plus_dage(h.dato, 1))));
            }
            if opfoelgning > latest {
                return Err(felt("opfoelgning", Mistake::AfterLatest(latest)));
            }
        }
        Ok(vec![ForanstaltningRegistreret { forloeb: self.f.id, ..h.clone() }.into()])
    }
}
