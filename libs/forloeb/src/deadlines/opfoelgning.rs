//! Follow-ups beside the one at eight weeks, and what the kommune is expected to do.

use chrono::NaiveDate;

use crate::deadlines::frister::{Frist, OnDay};
use crate::fold::forloeb::{Forloeb, Later, Loesning, Situation};
use crate::rules::calendar::{Dage, plus_dage};
use crate::rules::{Fristregel, Regelbog};
use crate::words::{
    Aarsag, Fristart, Friststatus, KommunensRolle, Oenske, Opfoelgningsart, OtteUgerUdfald, Slutaarsag, Varighed,
};

impl OnDay<'_> {
    /// The row of a frist that a rule set may be without.
    pub(super) fn maybe_regel(&self, art: Fristart) -> Option<&Fristregel> {
        self.f.regler.frist(art, None)
    }

    /// While the absence goes on, after the day of the eight weeks: counted from the latest follow-up that is recorded,
    /// else from that day. What was due before anybody knew of the absence is not due now: it is counted on to the first
    /// day that is.
    pub(super) fn videre_opfoelgning(&self, before: &[Frist]) -> Option<Frist> {
        let regel = self.maybe_regel(Fristart::VidereOpfoelgning)?;
        let otte_uger = before.iter().find(|fr| fr.art == Fristart::OtteUger)?.lovdag;
        if self.today <= otte_uger || !self.f.is_aabent(self.today) {
            return None;
        }
        let held = self.f.opfoelgninger.iter().filter(|o| o.what.art == Opfoelgningsart::Videre).map(|o| o.what.dato);
        let held = held.chain(self.f.otte_uger.iter().map(|o| o.what.dato));
        let latest = held.chain(self.f.evalueringer.iter().map(|e| e.what)).max();
        let calendar = self.book.calendar();
        let mut fra = latest.unwrap_or(otte_uger);
        while regel.maaldag.compute(fra, calendar) < self.f.known {
            let next = regel.lovdag.compute(fra, calendar);
            if next <= fra {
                break;
            }
            fra = next;
        }
        let mut frist = self.after_regel(regel, fra, None);
        let within = |fr: &&Frist| {
            fr.art == Fristart::TtaEvaluering && fr.status.outstanding() && fr.lovdag > fra && fr.lovdag <= frist.lovdag
        };
        // That no plan is needed until a day is no follow-up on it.
        let evaluering = before.iter().find(within).filter(|_| self.f.plan_undtaget().is_none());
        if let Some(evaluering) = evaluering {
            let plan = Loesning { position: None, name: "TtaPlanLagt", dato: Some(evaluering.lovdag) };
            (frist.status, frist.loest_af) = (Friststatus::Bortfaldet, Some(plan));
        }
        Some(frist)
    }

    /// Back from a long absence. It stays due, and lapses by itself: nobody follows up on what is long over, or on who has left
    /// since.
    pub(super) fn efter_retur(&self) -> Option<Frist> {
        let regel = self.maybe_regel(Fristart::OpfoelgningEfterRetur)?;
        let Situation::End { aarsag: Slutaarsag::Raskmeldt, sidste } = self.f.situation(self.today) else {
            return None;
        };
        let dage = Dage::between(self.f.foerste, sidste).map_or(0, |d| d.count());
        if dage < i64::from(regel.mindst_dage) {
            return None;
        }
        let held = self.f.opfoelgninger.iter().rev().find(|o| o.what.art == Opfoelgningsart::EfterRetur).map(|o| {
            let status = match o.what.udfald {
                OtteUgerUdfald::Holdt => Friststatus::Opfyldt,
                OtteUgerUdfald::IkkeNoedvendig => Friststatus::Undtaget,
            };
            (status, o.resolution(o.what.dato))
        });
        let mut frist = self.after_regel(regel, sidste, held);
        if frist.status.outstanding() {
            let lapses = self.too_late_for(&frist, regel).or_else(|| self.nobody_left());
            frist.loest_af = lapses.or_else(|| self.taken_over(regel.mindst_dage));
            if frist.loest_af.is_some() {
                frist.status = Friststatus::Bortfaldet;
            }
        }
        Some(frist)
    }

    /// It was over before the return was known, or it has stood so long that it no longer helps.
    fn too_late_for(&self, frist: &Frist, regel: &Fristregel) -> Option<Loesning> {
        let known = self.f.end_at.as_ref().map(|end| end.dag).filter(|known| frist.lovdag < *known);
        if let Some(known) = known {
            return Some(Loesning { position: None, name: "kendt_efter_fristen", dato: Some(known) });
        }
        let lapses: NaiveDate = plus_dage(frist.lovdag, i64::from(regel.bortfalder_dage));
        let over = regel.bortfalder_dage > 0 && self.today > lapses;
        over.then_some(Loesning { position: None, name: "for_laenge_siden", dato: Some(lapses) })
    }

    /// The employee is away anew, or was for so many days that the return from that is followed up on instead. Which absence
    /// that is, and when, is for those who may see it.
    pub(super) fn taken_over(&self, mindst_dage: u32) -> Option<Loesning> {
        let Later::Forloeb { foerste, sidste, .. } = self.f.later else { return None };
        let long = |sidste| Dage::between(foerste, sidste).map_or(0, |d| d.count()) >= i64::from(mindst_dage);
        let over = foerste <= self.today && sidste.is_none_or(long);
        over.then_some(Loesning { position: None, name: "overtaget", dato: None })
    }

    /// In the last weeks of a § 56 agreement, on the newest forløb of the employment: whoever writes to somebody writes
    /// about a forløb. It goes away with the agreement, or when payroll knows of a later last day.
    pub(super) fn fornyelse(&self) -> Option<Frist> {
        let til = aftale_til(self.f)?;
        let frist = self.after_regel(self.maybe_regel(Fristart::Paragraf56Fornyelse)?, til, None);
        (frist.aabner <= self.today && self.today <= frist.lovdag).then_some(frist)
    }

    /// From the day on which the employee said that the leader is not theirs, until HR has decided or it is another's.
    pub(super) fn forkert_leder(&self) -> Option<Frist> {
        let told = self.f.sagt.bestridt.as_ref()?;
        let regel = self.maybe_regel(Fristart::ForkertLeder)?;
        let loest = match &self.f.sagt.beholdt {
            Some(kept) => Some(kept.resolution(kept.dag)),
            None if self.f.disputes_leder(self.today) => None,
            None => Some(Loesning { position: None, name: "LederSkiftet", dato: None }),
        };
        Some(self.after_regel(regel, told.dag, loest.map(|at| (Friststatus::Opfyldt, at))))
    }

    /// The day came on which the employee was expected to be back, and the absence goes on: somebody asks. What ends it, or
    /// a later day, takes it away. Where nobody has named a day it is there from the day it opens, and what is recorded takes
    /// it away or moves it.
    pub(super) fn forventet_slut(&self) -> Option<Frist> {
        let regel = self.maybe_regel(Fristart::ForventetSlut)?;
        let Some(sidste) = self.f.expected_sidste() else {
            let fra = unnamed_slut(self.f, self.today, self.book)?;
            let opens = regel.aabner.compute(fra, self.book.calendar());
            return (opens <= self.today).then(|| self.after_regel(regel, fra, None));
        };
        let over = match self.f.situation(self.today) {
            Situation::End { aarsag, sidste } => Some((Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste))),
            Situation::Aabent => None,
        };
        Some(self.after_regel(regel, sidste, over))
    }

    /// What the kommune is expected to do by the end of week eight. None where it does not pay, or after the end.
    pub(super) fn kommunens_rolle(&self, fast_track: bool) -> Option<KommunensRolle> {
        if self.f.aarsag == Aarsag::Graviditet || !self.f.is_aabent(self.today) {
            return None;
        }
        let wished = self.f.kommunens_opfoelgning.last().is_some_and(|b| b.what.beslutning == Oenske::Oensket);
        let everybody = self.regel(Fristart::OtteUger).kommunen_efter_dage == 0;
        Some(match self.f.forventet {
            _ if everybody || wished || fast_track => KommunensRolle::FollowsUp,
            Varighed::OverHalfAYear => KommunensRolle::FollowsUp,
            Varighed::UnderOtteUger | Varighed::OverOtteUger => KommunensRolle::OnlyByWish,
            Varighed::Unknown => KommunensRolle::Unknown,
        })
    }
}

/// The last day of the § 56 agreement that the newest forløb of an employment stands for, as payroll now has it; none where
/// nobody can renew it.
fn aftale_til(f: &Forloeb) -> Option<NaiveDate> {
    let s = f.masterdata.last().map_or(&*f.stamdata, |p| &p.stamdata);
    let til = s.paragraf_56_til.filter(|_| f.is_newest() && !f.erased && s.paragraf_56)?;
    let leaves = s.fratraadt.is_some_and(|fratraadt| fratraadt <= til);
    let doed = f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Doed);
    (!leaves && !doed).then_some(til)
}

/// The day on which its renewal opens: time alone brings it.
pub(crate) fn fornyelse_opens(f: &Forloeb, book: &Regelbog) -> Option<NaiveDate> {
    let regel = f.regler.frist(Fristart::Paragraf56Fornyelse, None)?;
    Some(regel.aabner.compute(aftale_til(f)?, book.calendar()))
}

/// The day that is counted from where the end is open and nobody has named a day: so many days after they were last in touch
/// as the row says, where it says so. The rules' own follow-ups lie further apart than that: who keeps to them is not asked
/// before the day after the next one.
fn unnamed_slut(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Option<NaiveDate> {
    let dage = i64::from(f.regler.frist(Fristart::ForventetSlut, None)?.uden_dag_dage?);
    if f.expected_sidste().is_some() || f.sidste.is_some() || !f.is_aabent(today) {
        return None;
    }
    let videre = f.regler.frist(Fristart::VidereOpfoelgning, None);
    let next = f.followed_up().zip(videre).map(|(held, videre)| videre.lovdag.compute(held, book.calendar()));
    let asked = plus_dage(f.in_touch(today), dage);
    Some(next.map_or(asked, |next| asked.max(plus_dage(next, 1))))
}

/// The day on which it is asked how long it takes where nobody has named a day: time alone brings it.
pub(crate) fn unnamed_slut_opens(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Option<NaiveDate> {
    let regel = f.regler.frist(Fristart::ForventetSlut, None)?;
    Some(regel.aabner.compute(unnamed_slut(f, today, book)?, book.calendar()))
}
