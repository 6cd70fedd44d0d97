//! The talk as it stands: what the employee answered to the invitation, the minutes that count, and what was agreed.

use chrono::NaiveDate;

use crate::events::haendelse::{AftaleAfgjort, ReferatSkrevet, SamtaleBesvaret, SamtaleIndkaldt};
use crate::fold::forloeb::{Fact, Forloeb};
use crate::words::{Aftaleejer, OtteUgerUdfald, Samtalesvar, Samtaleudfald};

/// A talk or a meeting that was held, of which there can be minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moede {
    /// Position of the event that says that it was held.
    pub position: u64,
    /// Name of that event.
    pub name: &'static str,
    /// The day it was held.
    pub dato: NaiveDate,
}

/// Something that was agreed, as it stands.
#[derive(Debug, Clone, Copy)]
pub struct Aftale<'f> {
    /// Its number; no other agreement of the employment has it.
    pub nr: u32,
    /// The day by which it is to be done, itself included.
    pub senest: NaiveDate,
    /// Who does it.
    pub hvem: Aftaleejer,
    /// The minutes that it stands in.
    pub referat: &'f Fact<ReferatSkrevet>,
    /// Its place among the texts of those minutes.
    pub place: usize,
    /// What became of it, by the newest word.
    pub afgjort: Option<&'f Fact<AftaleAfgjort>>,
}

impl Forloeb {
    /// The newest invitation to the talk, while nothing has been recorded of a talk after it.
    #[must_use]
    pub fn open_indkaldelse(&self) -> Option<&Fact<SamtaleIndkaldt>> {
        self.indkaldt.as_deref().filter(|m| self.samtaler.iter().all(|s| s.position < m.position))
    }

    /// What the employee answered to the newest invitation.
    #[must_use]
    pub fn samtalesvar(&self) -> Option<&Fact<SamtaleBesvaret>> {
        let indkaldt = self.indkaldt.as_deref()?;
        self.svar.as_deref().filter(|svar| svar.what.indkaldelse == indkaldt.position)
    }

    /// The answer that somebody has to do something about: another time, or that the employee does not come, while the talk
    /// is still to be held.
    #[must_use]
    pub fn svar_to_act_on(&self) -> Option<&Fact<SamtaleBesvaret>> {
        self.open_indkaldelse()?;
        self.samtalesvar().filter(|svar| svar.what.svar != Samtalesvar::Kommer)
    }

    /// The talks and meetings that were held, by day.
    #[must_use]
    pub fn moeder(&self) -> Vec<Moede> {
        let mut all: Vec<Moede> = self.held().collect();
        all.sort_by_key(|m| (m.dato, m.position));
        all
    }

    /// The same in no order.
    pub(super) fn held(&self) -> impl Iterator<Item = Moede> {
        fn moede<T>(fact: &Fact<T>, dato: NaiveDate) -> Moede {
            Moede { position: fact.position, name: fact.name, dato }
        }
        let talk = |udfald| matches!(udfald, Samtaleudfald::Holdt | Samtaleudfald::HoldtTelefon);
        let samtaler = self.samtaler.iter().filter(move |s| talk(s.what.udfald)).map(|s| moede(s, s.what.dato));
        let held = |udfald| udfald == OtteUgerUdfald::Holdt;
        let otte_uger = self.otte_uger.iter().filter(move |o| held(o.what.udfald)).map(|o| moede(o, o.what.dato));
        let others = self.opfoelgninger.iter().filter(move |o| held(o.what.udfald)).map(|o| moede(o, o.what.dato));
        let evalueringer = self.evalueringer.iter().map(|e| moede(e, e.what));
        samtaler.chain(otte_uger).chain(others).chain(evalueringer)
    }

    /// The minutes that count: those that no later ones stand in the place of.
    pub fn referater_in_force(&self) -> impl Iterator<Item = &Fact<ReferatSkrevet>> {
        let replaced = |position| self.referater.iter().any(|later| later.what.erstatter == Some(position));
        self.referater.iter().filter(move |r| !replaced(r.position))
    }

    /// The minutes that count of a talk or a meeting.
    #[must_use]
    pub fn referat_of(&self, moede: u64) -> Option<&Fact<ReferatSkrevet>> {
        self.referater_in_force().filter(|r| r.what.til == moede).last()
    }

    /// What was agreed and counts, by the day it is to be done.
    #[must_use]
    pub fn aftaler(&self) -> Vec<Aftale<'_>> {
        let of = |referat| {
            let referat: &Fact<ReferatSkrevet> = referat;
            referat.what.aftaler.iter().enumerate().map(move |(place, a)| Aftale {
                nr: a.nr,
                senest: a.senest,
                hvem: a.hvem,
                referat,
                place,
                afgjort: self.aftaler_afgjort.iter().rev().find(|afgjort| afgjort.what.nr == a.nr),
            })
        };
        let mut all: Vec<Aftale<'_>> = self.referater_in_force().flat_map(of).collect();
        all.sort_by_key(|a| (a.senest, a.nr));
        all
    }

    /// The agreement with this number.
    #[must_use]
    pub fn aftale(&self, nr: u32) -> Option<Aftale<'_>> {
        self.aftaler().into_iter().find(|a| a.nr == nr)
    }
}
