//! What is recorded about the TTA plan of a forløb beside its versions and its evaluations.

use chrono::NaiveDate;

use crate::events::haendelse::{
    TtaBeskedBesvaret, TtaEgneOrdSkrevet, TtaPlanBesvaret, TtaPlanDelt, TtaPlanKladdeGemt, TtaPlanLagt, TtaPlanUndtaget,
};
use crate::fold::ansaettelse::Record;
use crate::fold::effect::fact;
use crate::fold::forloeb::{Fact, Forloeb};
use crate::fold::rare::Rarely;
use crate::plan::Beside;
use crate::words::Plansvar;

/// Of the week, what a whole per cent of absence is off by at most.
const HALF_A_PERCENT: f64 = 0.005;

/// What is recorded about a plan beside its versions, in the order it was recorded.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct AboutPlan {
    /// The draft; none once a version was made of it.
    pub kladde: Option<Fact<TtaPlanKladdeGemt>>,
    /// The employee's own words, each time they were written.
    pub egne_ord: Vec<Fact<TtaEgneOrdSkrevet>>,
    /// The newest decision that no plan is needed for the time being.
    pub undtaget: Option<Fact<TtaPlanUndtaget>>,
    /// The employee's answers to versions.
    pub svar: Vec<Fact<TtaPlanBesvaret>>,
    /// The employee's answers about the message to colleagues.
    pub beskedsvar: Vec<Fact<TtaBeskedBesvaret>>,
    /// With whom versions were shared.
    pub delinger: Vec<Fact<TtaPlanDelt>>,
    /// Who coordinates the newest version, with the version that chose them: the one before had another, or nobody, and who made
    /// it is somebody else.
    pub chosen: Option<Fact<String>>,
}

impl Rarely for AboutPlan {
    fn nothing() -> &'static Self {
        static NOTHING: AboutPlan = AboutPlan {
            kladde: None,
            egne_ord: Vec::new(),
            undtaget: None,
            svar: Vec::new(),
            beskedsvar: Vec::new(),
            delinger: Vec::new(),
            chosen: None,
        };
        &NOTHING
    }
}

impl Forloeb {
    /// Takes in a version that was made. The draft was of it.
    pub(super) fn take_version(&mut self, record: &Record, h: &TtaPlanLagt) {
        let named = h.plan.koordinator.as_deref();
        if named != self.koordinator() {
            let by_another = named.filter(|nr| record.aktoer.nr.as_deref() != Some(*nr));
            let chosen = by_another.map(|nr| fact(record, nr.to_owned()));
            if chosen != self.tta.chosen {
                self.tta.chosen = chosen;
            }
        }
        if self.tta.kladde.is_some() {
            self.tta.kladde = None;
        }
        self.planer.push(fact(record, h.clone()));
    }

    /// A version of the plan that counts.
    #[must_use]
    pub fn planversion(&self, version: u32) -> Option<&Fact<TtaPlanLagt>> {
        self.planer.iter().find(|p| p.what.version == version)
    }

    /// Hours a week at work on a day, as the step of the newest plan has it, and as they are recorded, where the two differ. What
    /// a whole per cent of absence cannot say is no difference.
    #[must_use]
    pub fn differs_from_plan(&self, dag: NaiveDate) -> Option<(f64, f64)> {
        let trin = &self.plan()?.what.plan.trin;
        let step = trin.iter().filter(|trin| trin.fra <= dag).max_by_key(|trin| trin.fra)?;
        let omfang = self.omfang(dag)?;
        let whole = self.stamdata_on(dag).timer_pr_uge;
        let recorded = whole * (1.0 - omfang.decimal() / 100.0);
        let differs = (step.timer_pr_uge - recorded).abs() > whole * HALF_A_PERCENT + f64::EPSILON;
        (differs && step.til.is_none_or(|til| dag <= til)).then_some((step.timer_pr_uge, recorded))
    }

    /// The decision that no plan is needed, where no version was made since. It goes on counting after its last day: that day
    /// is the one on which it is looked at again.
    #[must_use]
    pub fn plan_undtaget(&self) -> Option<&Fact<TtaPlanUndtaget>> {
        let made = self.plan().map_or(0, |plan| plan.position);
        self.tta.undtaget.as_ref().filter(|u| u.position > made)
    }

    /// The same, while it holds.
    #[must_use]
    pub fn plan_undtaget_on(&self, dag: NaiveDate) -> Option<&Fact<TtaPlanUndtaget>> {
        self.plan_undtaget().filter(|u| dag <= u.what.til)
    }

    /// It is the day on which it is looked at again whether a plan is needed.
    #[must_use]
    pub fn plan_looked_at_again_on(&self, dag: NaiveDate) -> bool {
        self.plan_undtaget().is_some_and(|u| u.what.til == dag)
    }

    /// What the employee last said of a version.
    #[must_use]
    pub fn plansvar(&self, version: u32) -> Option<&Fact<TtaPlanBesvaret>> {
        self.tta.svar.iter().rev().find(|s| s.what.version == version)
    }

    /// The employee agrees with the newest version.
    #[must_use]
    pub fn plan_is_shared(&self) -> bool {
        let newest = self.plan().and_then(|plan| self.plansvar(plan.what.version));
        newest.is_some_and(|svar| svar.what.svar == Plansvar::Enig)
    }

    /// The message of a version may be told: the employee's own answer, and until there is one what was recorded of it with
    /// the plan. None where the version has no message.
    #[must_use]
    pub fn besked_godkendt(&self, version: u32) -> Option<bool> {
        let recorded = self.planversion(version)?.what.plan.besked_godkendt?;
        let own = self.tta.beskedsvar.iter().rev().find(|b| b.what.version == version);
        Some(own.map_or(recorded, |b| b.what.godkendt))
    }

    /// The newest version whose message may be told: what colleagues help with was agreed by that.
    #[must_use]
    pub fn approved_besked(&self) -> Option<u32> {
        self.planer.iter().rev().map(|p| p.what.version).find(|version| self.besked_godkendt(*version) == Some(true))
    }

    /// The version whose message the employee last said yes to themself, where that is their newest word on a message.
    #[must_use]
    pub fn besked_approved_of(&self) -> Option<&Fact<TtaPlanLagt>> {
        let newest = self.tta.beskedsvar.last().filter(|b| b.what.godkendt)?;
        self.planversion(newest.what.version)
    }

    /// What is known of what the principles need beside a version, or where there is none beside a plan that is to be.
    #[must_use]
    pub fn beside_plan(&self, version: Option<u32>) -> Beside {
        let besked_godkendt = version.and_then(|version| self.besked_godkendt(version)) == Some(true);
        Beside { foerste_kontakt: !self.kontakter.is_empty(), besked_godkendt }
    }

    /// The employee's own words as they stood with a version: the newest that were written before the next was made.
    #[must_use]
    pub fn egne_ord_of(&self, version: u32) -> Option<&Fact<TtaEgneOrdSkrevet>> {
        let next = self.planer.iter().find(|p| p.what.version > version).map(|p| p.position);
        self.tta.egne_ord.iter().rev().find(|e| next.is_none_or(|next| e.position < next))
    }
}
