//! Considerations of a plan that end: somebody talks about one before it does.

use chrono::NaiveDate;

use crate::deadlines::frister::{Assessment, Frist, Loest, OnDay};
use crate::fold::forloeb::{Forloeb, Loesning, Situation};
use crate::rules::Fristregel;
use crate::rules::calendar::plus_dage;
use crate::words::{Fristart, Friststatus, Opfoelgningsart, OtteUgerUdfald, Slutaarsag};

impl OnDay<'_> {
    /// Of the first end that nobody has talked about, and that is not over; where there is none, of the last. It stays when the
    /// employee is back: what was agreed holds after the return, too.
    pub(super) fn skaanehensyn(&self) -> Option<Frist> {
        let regel = self.maybe_regel(Fristart::Skaanehensyn)?;
        let mut last = None;
        for til in ends(self.f) {
            let frist = self.of_end(til, regel);
            if frist.status.outstanding() {
                return Some(frist);
            }
            last = Some(frist);
        }
        last
    }

    fn of_end(&self, til: NaiveDate, regel: &Fristregel) -> Frist {
        let mut frist = self.after_regel(regel, til, None);
        if let Some((status, at)) = self.talked_about(&frist).or_else(|| self.end_is_past(til, regel)) {
            (frist.status, frist.loest_af) = (status, Some(at));
        }
        frist
    }

    /// What was held since it opened, the first of it; else what was said not to be needed. A version that was made on its target
    /// or later was talked about then.
    fn talked_about(&self, frist: &Frist) -> Loest {
        let of = |udfald| match udfald {
            OtteUgerUdfald::Holdt => Friststatus::Opfyldt,
            OtteUgerUdfald::IkkeNoedvendig => Friststatus::Undtaget,
        };
        let about_absence = |art| matches!(art, Opfoelgningsart::Videre | Opfoelgningsart::EfterRetur);
        let evalueringer = self.f.evalueringer.iter().map(|e| (Friststatus::Opfyldt, e.what, e.resolution(e.what)));
        let otte_uger = self.f.otte_uger.iter().map(|o| (of(o.what.udfald), o.what.dato, o.resolution(o.what.dato)));
        let opfoelgninger = self.f.opfoelgninger.iter().filter(|o| about_absence(o.what.art));
        let opfoelgninger = opfoelgninger.map(|o| (of(o.what.udfald), o.what.dato, o.resolution(o.what.dato)));
        let held = evalueringer.chain(otte_uger).chain(opfoelgninger).filter(|(_, dato, _)| *dato >= frist.aabner);
        let made = self.f.plan().filter(|plan| plan.dag >= frist.maaldag);
        let made = made.map(|plan| (Friststatus::Opfyldt, plan.dag, plan.resolution(plan.dag)));
        let first = held.chain(made).min_by_key(|(status, dato, at)| (*status, *dato, at.position));
        first.map(|(status, _, at)| (status, at))
    }

    /// The employment is over, or the absence is, and the employee is away anew or it is too late to help.
    fn end_is_past(&self, til: NaiveDate, regel: &Fristregel) -> Loest {
        let Situation::End { aarsag, sidste } = self.f.situation(self.today) else { return None };
        if matches!(aarsag, Slutaarsag::Doed | Slutaarsag::Fratraadt | Slutaarsag::Annulleret) {
            return Some((Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste)));
        }
        // They came back, and have left since.
        let fratraadt = self.f.stamdata.fratraadt.filter(|fratraadt| *fratraadt < self.today);
        let left = fratraadt.map(|dag| ended(Slutaarsag::Fratraadt.code(), dag));
        let past = left.or_else(|| self.goes_on_elsewhere()).or_else(|| {
            let last = last_dag(til.max(sidste), regel)?;
            (self.today > last).then(|| ended("for_laenge_siden", last))
        });
        past.map(|at| (Friststatus::Bortfaldet, at))
    }

    /// The absence after it has a plan of its own where one is needed, and is followed up on after the return where it was long.
    fn goes_on_elsewhere(&self) -> Option<Loesning> {
        let retur = self.maybe_regel(Fristart::OpfoelgningEfterRetur);
        self.taken_over(retur.map_or(u32::MAX, |regel| regel.mindst_dage))
    }
}

fn ended(name: &'static str, dag: NaiveDate) -> Loesning {
    Loesning { position: None, name, dato: Some(dag) }
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

/// The last day on which an end still stands out, by the later of its day and that of the absence; none where it never lapses.
fn last_dag(end: NaiveDate, regel: &Fristregel) -> Option<NaiveDate> {
    (regel.bortfalder_dage > 0).then(|| plus_dage(end, i64::from(regel.bortfalder_dage)))
}

/// The day on which time alone makes it about the next end: the one before it has lapsed.
pub(crate) fn next_end(f: &Forloeb, assessment: &Assessment, today: NaiveDate) -> Option<NaiveDate> {
    let frist = assessment.frist(Fristart::Skaanehensyn).filter(|frist| frist.status.outstanding())?;
    let regel = f.regler.frist(Fristart::Skaanehensyn, None)?;
    last_dag(frist.derivation.fra.max(f.slutdag(today)?), regel)?.succ_opt()
}
