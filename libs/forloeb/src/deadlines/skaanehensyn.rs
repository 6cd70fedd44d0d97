//! Considerations of a plan that end: somebody talks about one before it does.

use chrono::NaiveDate;

use crate::deadlines::after_end::stands_until;
use crate::deadlines::frister::{Assessment, Frist, Loest, OnDay};
use crate::events::haendelse::TtaPlanLagt;
use crate::fold::forloeb::{Fact, Forloeb, Loesning};
use crate::rules::{Fristregel, Regelbog};
use crate::words::{Fristart, Friststatus, Opfoelgningsart, OtteUgerUdfald};

impl OnDay<'_> {
    /// Of the last end that has opened, that nobody has talked about and that is not over: one that was forgotten does not hide the
    /// next, and a talk about that is about both. Where none has opened, of the first that comes; where nothing is left to talk
    /// about, of the last. It stays when the employee is back: what was agreed holds after the return, too.
    pub(super) fn skaanehensyn(&self) -> Option<Frist> {
        let regel = self.maybe_regel(Fristart::Skaanehensyn)?;
        let mut all: Vec<Frist> = ends(self.f).into_iter().map(|til| self.of_end(til, regel)).collect();
        let stands = |frist: &Frist| frist.status.outstanding();
        let opened = all.iter().rposition(|frist| stands(frist) && frist.aabner <= self.today);
        let nr = opened.or_else(|| all.iter().position(stands)).or_else(|| all.len().checked_sub(1))?;
        Some(all.swap_remove(nr))
    }

    fn of_end(&self, til: NaiveDate, regel: &Fristregel) -> Frist {
        let mut frist = self.after_regel(regel, til, None);
        if let Some((status, at)) = self.talked_about(&frist).or_else(|| self.end_is_past(til, regel)) {
            (frist.status, frist.loest_af) = (status, Some(at));
        }
        frist
    }

    /// What was held since it opened, and a version that was made on its target or later: the first of them, whatever was said or
    /// made after that; else what was said not to be needed. Nobody has talked about what was in no plan yet: it counts from the
    /// version that has had it in every version since, by the day it was held, and of that day by the order in the log.
    fn talked_about(&self, frist: &Frist) -> Loest {
        let til = Some(frist.derivation.fra);
        let has_it = |plan: &&Fact<TtaPlanLagt>| plan.what.plan.skaanehensyn.iter().any(|hensyn| hensyn.til == til);
        let versions = self.f.planer.iter().rev().take_while(has_it);
        let since = versions.clone().last()?;
        let of = |udfald| match udfald {
            OtteUgerUdfald::Holdt => Friststatus::Opfyldt,
            OtteUgerUdfald::IkkeNoedvendig => Friststatus::Undtaget,
        };
        let about_absence = |art| matches!(art, Opfoelgningsart::Videre | Opfoelgningsart::EfterRetur);
        let evalueringer = self.f.evalueringer.iter().map(|e| (Friststatus::Opfyldt, e.what, e.resolution(e.what)));
        let otte_uger = self.f.otte_uger.iter().map(|o| (of(o.what.udfald), o.what.dato, o.resolution(o.what.dato)));
        let opfoelgninger = self.f.opfoelgninger.iter().filter(|o| about_absence(o.what.art));
        let opfoelgninger = opfoelgninger.map(|o| (of(o.what.udfald), o.what.dato, o.resolution(o.what.dato)));
        let held = evalueringer.chain(otte_uger).chain(opfoelgninger);
        let held =
            held.filter(|(_, dato, at)| *dato >= frist.aabner.max(since.dag) && at.position > Some(since.position));
        let made = versions.filter(|plan| plan.dag >= frist.maaldag);
        let made = made.map(|plan| (Friststatus::Opfyldt, plan.dag, plan.resolution(plan.dag)));
        let first = held.chain(made).min_by_key(|(status, dato, at)| (*status, *dato, at.position));
        first.map(|(status, _, at)| (status, at))
    }

    /// The employment is over, or the absence is, and the employee is away anew or it is too late to help.
    fn end_is_past(&self, til: NaiveDate, regel: &Fristregel) -> Loest {
        if self.f.is_aabent(self.today) {
            return None;
        }
        let past = self.nobody_left().or_else(|| self.goes_on_elsewhere());
        let past = past.or_else(|| self.stood_too_long(til, regel))?;
        Some((Friststatus::Bortfaldet, past))
    }

    /// The absence after it has a plan of its own where one is needed, and is followed up on after the return where it was long.
    fn goes_on_elsewhere(&self) -> Option<Loesning> {
        let retur = self.maybe_regel(Fristart::OpfoelgningEfterRetur);
        self.taken_over(retur.map_or(u32::MAX, |regel| regel.mindst_dage))
    }
}

/// The days on which considerations of the plan that counts end, by day; none while no plan is needed.
fn ends(f: &Forloeb) -> Vec<NaiveDate> {
    let plan = f.plan().filter(|_| f.plan_undtaget().is_none());
    let mut ends: Vec<_> =
        plan.into_iter().flat_map(|plan| &plan.what.plan.skaanehensyn).filter_map(|hensyn| hensyn.til).collect();
    ends.sort_unstable();
    ends.dedup();
    ends
}

/// The next day on which time alone makes it about another end: a later one opens, or the one it is about has lapsed.
pub(crate) fn next_end(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Option<NaiveDate> {
    let frist = assessment.frist(Fristart::Skaanehensyn).filter(|frist| frist.status.outstanding())?;
    let regel = f.regler.frist(Fristart::Skaanehensyn, None)?;
    let (til, calendar) = (frist.derivation.fra, book.calendar());
    let opens = |end: NaiveDate| regel.aabner.compute(end, calendar).min(regel.maaldag_from(end, calendar));
    let later = ends(f).into_iter().filter(|end| *end > til).map(opens).find(|aabner| *aabner > today);
    let lapses = f.slutdag(today).and_then(|sidste| stands_until(til.max(sidste), regel)?.succ_opt());
    later.into_iter().chain(lapses).min()
}
