//! What is decided about a TTA plan.

use crate::decide::case::{Answer, Case};
use crate::decide::refusal::{BrokenRegel, DomainRefusal, Mistake, felt};
use crate::events::haendelse::{
    Ciphertext, Haendelse, TtaBeskedBesvaret, TtaEvalueret, TtaPlanBesvaret, TtaPlanDelt, TtaPlanKladdeGemt,
    TtaPlanLagt, TtaPlanUndtaget,
};
use crate::fold::forloeb::{Fact, Situation};
use crate::plan::{Plan, Plantrin};

/// Hours of a day.
const DAY: u8 = 24;
/// Hours of a week.
const WEEK: u8 = 168;

impl Case<'_> {
    /// Who coordinates it, who is asked, and when it is looked at, is no plan yet.
    pub(super) fn put_plan(
        &self,
        plan: &Plan,
        aftalt: bool,
        confidential: &Ciphertext,
        situation: Situation,
    ) -> Answer {
        self.aabent(situation)?;
        if !aftalt && !plan.says_something() {
            return Err(felt("aftalt", Mistake::NothingAgreed));
        }
        plan.trin.iter().try_for_each(|trin| self.trin(trin))?;
        for dag in &plan.evalueringer {
            self.planlagt("evalueringer", *dag)?;
        }
        for til in plan.skaanehensyn.iter().filter_map(|hensyn| hensyn.til) {
            self.planlagt("skaanehensyn.til", til)?;
        }
        // An annulled version keeps its number.
        let mut used = 0;
        for record in self.a.records() {
            if let Haendelse::TtaPlanLagt(h) = &record.haendelse
                && self.f.called(h.forloeb)
            {
                used = used.max(h.version);
            }
        }
        let version = used.saturating_add(1);
        let (forloeb, plan, confidential) = (self.f.id, Box::new(plan.clone()), confidential.clone());
        Ok(vec![TtaPlanLagt { forloeb, version, plan, confidential }.into()])
    }

    fn trin(&self, trin: &Plantrin) -> Result<(), DomainRefusal> {
        self.planlagt("trin.fra", trin.fra)?;
        if trin.til.is_some_and(|til| til < trin.fra) {
            return Err(felt("trin.til", Mistake::EndBeforeStart));
        }
        if !(0.0..=f64::from(WEEK)).contains(&trin.timer_pr_uge) {
            return Err(felt("trin.timer_pr_uge", Mistake::Interval { at_least: 0, at_most: i64::from(WEEK) }));
        }
        if !trin.skema.iter().all(|dag| (0.0..=f64::from(DAY)).contains(&dag.timer)) {
            return Err(felt("trin.skema.timer", Mistake::Interval { at_least: 0, at_most: i64::from(DAY) }));
        }
        Ok(())
    }

    pub(super) fn save_kladde(&self, confidential: &Ciphertext, situation: Situation) -> Answer {
        self.aabent(situation)?;
        Ok(vec![TtaPlanKladdeGemt { forloeb: self.f.id, confidential: confidential.clone() }.into()])
    }

    /// From today on, for a year at the longest: who needs no plan today may need one then.
    pub(super) fn undtag_plan(&self, h: &TtaPlanUndtaget, situation: Situation) -> Answer {
        self.aabent(situation)?;
        self.planlagt("til", h.til)?;
        if h.til < self.now.dag {
            return Err(felt("til", Mistake::BeforeEarliest(self.now.dag)));
        }
        Ok(vec![TtaPlanUndtaget { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn besvar_plan(&self, h: &TtaPlanBesvaret) -> Answer {
        self.version(h.version)?;
        Ok(vec![TtaPlanBesvaret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn besvar_besked(&self, h: &TtaBeskedBesvaret) -> Answer {
        self.version(h.version)?.what.plan.besked_godkendt.ok_or(BrokenRegel::NoBesked)?;
        Ok(vec![TtaBeskedBesvaret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn del_plan(&self, h: &TtaPlanDelt) -> Answer {
        let made = self.version(h.version)?.dag;
        self.since_start("dato", h.dato)?;
        if h.dato < made {
            return Err(felt("dato", Mistake::BeforeEarliest(made)));
        }
        Ok(vec![TtaPlanDelt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    pub(super) fn evaluer(&self, h: &TtaEvalueret) -> Answer {
        if self.f.plan().is_none() {
            return Err(BrokenRegel::NoPlan.into());
        }
        self.since_start("dato", h.dato)?;
        Ok(vec![TtaEvalueret { forloeb: self.f.id, ..h.clone() }.into()])
    }

    fn version(&self, version: u32) -> Result<&Fact<TtaPlanLagt>, DomainRefusal> {
        self.f.planversion(version).ok_or_else(|| BrokenRegel::NoPlan.into())
    }
}
