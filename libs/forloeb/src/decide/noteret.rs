//! Deciding what the workplace notes for itself: that nobody answered, which letter on paper the employee was given, and when the
//! leader wants to be reminded.

use crate::deadlines::frister::{Frist, assess};
use crate::decide::case::{Answer, Case};
use crate::decide::laengde::WAITING_DAGE;
use crate::decide::refusal::{BrokenRegel, Mistake, felt};
use crate::events::haendelse::{BrevGivet, Haendelse, KontaktForsoegt, PaamindelseBestilt};
use crate::fold::forloeb::Situation;
use crate::fold::noteret::Bestilt;
use crate::reminders::paamindelser::can_be_ordered;
use crate::reminders::to_tell::told_by;
use crate::rules::calendar::plus_dage;

impl Case<'_> {
    /// Not answered is no contact: no frist is resolved by it.
    pub(super) fn try_kontakt(&self, h: &KontaktForsoegt, situation: Situation) -> Answer {
        self.aabent(situation)?;
        self.since_start("dato", h.dato)?;
        Ok(vec![KontaktForsoegt { forloeb: self.f.id, ..h.clone() }.into()])
    }

    /// A letter tells everything that stands to be told as it is given, of an absence that is over too.
    pub(super) fn give_brev(&self, h: &BrevGivet) -> Answer {
        self.since_start("dato", h.dato)?;
        let v = assess(self.f, self.now.dag, self.book);
        let om = told_by(h.art, self.f, &v, self.now.dag, self.book);
        Ok(vec![BrevGivet { forloeb: self.f.id, om, ..h.clone() }.into()])
    }

    /// On a working day after today, for that is when reminders leave, and only of what somebody still has to do then.
    pub(super) fn bestil_paamindelse(&self, h: &PaamindelseBestilt) -> Answer {
        if let Some(dag) = h.dag {
            let calendar = self.book.calendar();
            let (earliest, latest) = (calendar.shift(self.now.dag, 1), plus_dage(self.now.dag, WAITING_DAGE));
            if dag < earliest {
                return Err(felt("dag", Mistake::BeforeEarliest(earliest)));
            }
            if dag > latest {
                return Err(felt("dag", Mistake::AfterLatest(latest)));
            }
            if !calendar.is_arbejdsdag(dag) {
                return Err(felt("dag", Mistake::NoArbejdsdag(calendar.wd_plus(dag))));
            }
        }
        let before = self.f.noteret.bestilt_of(h.frist);
        let Some(dag) = h.dag else {
            let called_off =
                |before: &Bestilt| PaamindelseBestilt { forloeb: self.f.id, lovdag: before.lovdag, ..h.clone() };
            return Ok(before.map(called_off).map(Haendelse::from).into_iter().collect());
        };
        let v = assess(self.f, self.now.dag, self.book);
        let away =
            |frist: &&Frist| frist.forbliver || self.f.known_end(self.now.dag).is_none_or(|sidste| dag <= sidste);
        let frist = can_be_ordered(self.f, &v, h.frist, self.now.dag).filter(away);
        let Some(frist) = frist else { return Err(BrokenRegel::NothingToRemindOf.into()) };
        let new = Bestilt { frist: h.frist, lovdag: frist.lovdag, dag };
        if before == Some(&new) {
            return Ok(Vec::new());
        }
        Ok(vec![PaamindelseBestilt { forloeb: self.f.id, lovdag: frist.lovdag, ..h.clone() }.into()])
    }
}
