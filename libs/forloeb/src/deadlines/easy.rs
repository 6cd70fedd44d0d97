//! An injury at work is notified in EASY: by the rules of the day of the accident.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::deadlines::frister::{Frist, Loesning, Loest, OnDay};
use crate::fold::forloeb::Forloeb;
use crate::rules::calendar::{Dage, plus_dage};
use crate::rules::{Fristregel, Regelsaet};
use crate::words::{Fristart, Friststatus};

impl Forloeb {
    /// The day of the accident, where it is an injury at work: that on which the employee went home, else the day before the
    /// first one that is called so.
    #[must_use]
    pub fn skadesdag(&self) -> Option<NaiveDate> {
        let fra = self.arbejdsskade_fra?;
        let home = self.perioder.first().map(|p| p.fra).filter(|dag| fra == self.foerste && *dag < fra);
        Some(home.unwrap_or_else(|| plus_dage(fra, -1)))
    }
}

impl OnDay<'_> {
    /// The rules of the day of the accident, by which an injury at work is notified: a law that changed between that day and
    /// the first absence day is for accidents after it.
    fn regler_of_skadesdag(&self) -> Arc<Regelsaet> {
        let law = |dag: NaiveDate| {
            let holds = |set: &Arc<Regelsaet>| set.gaelder_fra <= dag && set.gaelder_til.is_none_or(|til| dag <= til);
            self.book.set().iter().position(holds)
        };
        let skadesdag = self.f.skadesdag().filter(|dag| law(*dag).is_some_and(|of| law(self.f.foerste) != Some(of)));
        match skadesdag {
            Some(dag) => self.book.in_force_at(dag, self.f.stamdata_on(self.f.foerste).sted()),
            None => self.f.regler.clone(),
        }
    }

    /// Only of an injury at work, and counted from the first row that says so.
    pub(super) fn easy(&self) -> Option<Frist> {
        let fra = self.f.arbejdsskade_fra?;
        let regler = self.regler_of_skadesdag();
        let regel = regler.frist(Fristart::Easy, self.condition).unwrap_or_else(|| self.regel(Fristart::Easy));
        let anmeldt = self.f.easy.first().map(|e| (Friststatus::Opfyldt, e.resolution(e.what.dato)));
        let lovdag = regel.lovdag.compute(fra, self.book.calendar());
        let story = self.story(lovdag).map(|at| (Friststatus::Bortfaldet, at));
        let decided = self.f.easy_undtaget.last().map(|e| (Friststatus::Undtaget, e.resolution(e.what.dato)));
        let loest = anmeldt.or(decided).or(story).or_else(|| self.too_short(regel, fra));
        let frist = self.after_regel(regel, fra, loest);
        Some(Frist { regelsaet: regler.name.clone(), ..frist })
    }

    /// The absence ended, or is known to end, before it had the days from which on the rule asks for anything.
    fn too_short(&self, regel: &Fristregel, fra: NaiveDate) -> Loest {
        let sidste = self.f.told_end(self.today)?;
        let position = self.f.end_at.as_ref().map(|end| end.position);
        let loesning = Loesning { position, name: "for_kort_fravaer", dato: Some(sidste) };
        let dage = Dage::between(fra, sidste).map_or(0, |d| d.count());
        (dage < i64::from(regel.mindst_dage)).then_some((Friststatus::Bortfaldet, loesning))
    }
}
