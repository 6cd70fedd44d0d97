//! When people say and agree something: what they come to by themselves in an absence, and what follows from what was done.
//!
//! All of it is drawn from chances of their own, so that what is drawn of the absence itself does not change with it.

use chrono::{Days, NaiveDate};
use forloeb::words::Mulighedstrin;
use forloeb::{Forloeb, Now};
use uuid::Uuid;

use super::SyntheticError;
use super::deed::{Deed, Forloebet, What, working_hours};
use super::life::Life;
use super::sagt::Sagt;
use super::scene::Scene;

/// Times in a thousand that HR and the employee do what they are to.
const OTHERS_KEEP: u64 = 850;

/// So many days before a consideration ends somebody talks about it, at most: since fourteen days before it is about that.
const TALKS_BEFORE: u64 = 12;

/// What is said in an absence of so many days though nothing was asked: shares in a thousand, of those that last longer than
/// so many days, between two of them.
const UNASKED: [(Sagt, u64, u64, (u64, u64)); 13] = [
    (Sagt::Forsoeg, 350, 12, (2, 5)),
    (Sagt::Oensker, 300, 8, (1, 6)),
    (Sagt::Kontaktperson, 60, 8, (1, 5)),
    (Sagt::Arbejdsaarsag, 80, 10, (3, 9)),
    (Sagt::Paamindelse, 120, 15, (4, 12)),
    (Sagt::BestridLeder, 60, 15, (3, 12)),
    (Sagt::AskLeder, 80, 20, (10, 18)),
    (Sagt::ForventetSlut, 250, 20, (8, 18)),
    (Sagt::Afvent, 200, 25, (15, 24)),
    (Sagt::Mulighedserklaering(Mulighedstrin::Anmodet), 150, 30, (14, 24)),
    (Sagt::EgneOrd, 250, 32, (22, 31)),
    (Sagt::AnmodFastholdelsesplan, 150, 40, (25, 38)),
    (Sagt::UndtagPlan, 120, 45, (22, 27)),
];

/// Draws what is said though nothing was asked.
pub(super) fn unasked(f: &mut Forloebet<'_, '_>, dage: u64) {
    for (sagt, share, longer_than, (fra, til)) in UNASKED {
        if dage > longer_than && f.t.per_mille(share) {
            let dag = f.between(fra, til);
            f.people(dag, What::Sagt(sagt));
        }
    }
}

impl Life {
    /// Somebody does something with the forløb of a registration, and others go on from there.
    pub(super) fn on_forloeb(
        &mut self,
        s: &mut Scene<'_>,
        nr: u32,
        what: What,
        now: Now,
    ) -> Result<(), SyntheticError> {
        let Some(id) = self.id(nr) else { return Ok(()) };
        self.swap_chance(what);
        let done = self.perform(s, id, what, now);
        self.swap_chance(what);
        if done? {
            match what {
                What::Annuller => s.often[self.place].annulled(id),
                What::Sagt(Sagt::HyppigtFravaer) => s.often[self.place].talked(now.dag),
                _ => {}
            }
            self.go_from(s, (nr, id), what, now);
        }
        Ok(())
    }

    /// Puts the chance that something is drawn from in the place of the first one; a second time puts it back.
    fn swap_chance(&mut self, what: What) {
        match what {
            What::Sagt(Sagt::Kladde | Sagt::HyppigtFravaer | Sagt::Skaanehensyn) => {
                std::mem::swap(&mut self.t, &mut self.apart);
            }
            What::Sagt(_) => std::mem::swap(&mut self.t, &mut self.aside),
            _ => {}
        }
    }

    /// What follows from something that was done.
    fn go_from(&mut self, s: &Scene<'_>, (nr, id): (u32, Uuid), what: What, now: Now) {
        let leder = s.people.keeps(s.world.leder(self.place, now.dag));
        let mut then = |share: u64, days: (u64, u64), sagt: Sagt| self.then(s, nr, share, (now.dag, days), sagt);
        match what {
            What::Kontakt => {
                then(leder * 3 / 10, (1, 3), Sagt::ForventetSlut);
                then(120, (1, 6), Sagt::Arbejdsaarsag);
            }
            What::Indkald => then(700, (1, 2), Sagt::SvarSamtale),
            What::Samtale => {
                then(leder, (1, 3), Sagt::Referat);
                then(leder * 3 / 10, (1, 2), Sagt::ForventetSlut);
            }
            What::OtteUger | What::Opfoelgning(_) | What::Evaluer => then(leder / 2, (1, 4), Sagt::Referat),
            What::Plan { .. } => {
                then(750, (1, 4), Sagt::SvarPlan);
                then(600, (1, 4), Sagt::SvarBesked);
                then(leder * 4 / 10, (2, 8), Sagt::DelPlan);
                self.talk_about_what_ends(s, (nr, id), leder);
            }
            What::Sagt(sagt) => match sagt {
                Sagt::SvarSamtale => then(leder, (1, 1), Sagt::AndenTid),
                Sagt::AndenTid => then(300, (1, 1), Sagt::SvarSamtale),
                Sagt::Referat => {
                    then(60, (1, 4), Sagt::NewReferat);
                    self.keep_aftaler(s, (nr, id), leder, now);
                }
                Sagt::Arbejdsaarsag => then(leder, (2, 12), Sagt::Forebyg),
                Sagt::Forebyg => {
                    let of = |f: &Forloeb| f.sagt.foranstaltning().and_then(|done| done.what.opfoelgning);
                    let day = self.forloeb(s, id).as_ref().and_then(of);
                    if let Some(day) = day {
                        self.then(s, nr, leder, (day, (0, 4)), Sagt::Forebyg);
                    }
                }
                Sagt::AnmodFastholdelsesplan => then(leder, (2, 10), Sagt::SvarFastholdelsesplan),
                Sagt::Mulighedserklaering(Mulighedstrin::Anmodet) => {
                    then(800, (3, 7), Sagt::Mulighedserklaering(Mulighedstrin::Samtale));
                    then(700, (8, 15), Sagt::Mulighedserklaering(Mulighedstrin::Modtaget));
                }
                Sagt::BestridLeder => then(OTHERS_KEEP, (2, 6), Sagt::BeholdLeder),
                Sagt::AskLeder | Sagt::SvarOvertagelse => {
                    let asked: Option<u32> =
                        self.forloeb(s, id).and_then(|f| f.asked_to_take(now.dag)?.what.leder_nr.parse().ok());
                    if asked.is_some() {
                        self.then(s, nr, s.people.keeps(asked), (now.dag, (1, 4)), Sagt::SvarOvertagelse);
                    }
                }
                Sagt::Afvent => then(leder / 2, (5, 12), Sagt::Videre),
                _ => {}
            },
            _ => {}
        }
    }

    /// Somebody talks about what the plan considers until a day before that day, or not; some only when it was to be done already.
    fn talk_about_what_ends(&mut self, s: &Scene<'_>, (nr, id): (u32, Uuid), leder: u64) {
        let plan = self.forloeb(s, id).and_then(|f| f.plan().map(|plan| plan.what.plan.clone()));
        for til in plan.iter().flat_map(|plan| &plan.skaanehensyn).filter_map(|hensyn| hensyn.til) {
            if self.apart.per_mille(leder) {
                let dag = til - Days::new(self.apart.between(1, TALKS_BEFORE));
                self.put_at(s, dag, Deed::OnForloeb(nr, What::Sagt(Sagt::Skaanehensyn)));
            }
        }
    }

    /// Whoever is to do what was agreed does it, or not.
    fn keep_aftaler(&mut self, s: &Scene<'_>, (nr, id): (u32, Uuid), leder: u64, now: Now) {
        use forloeb::words::Aftaleejer::{Hr, Medarbejder};
        let Some(f) = self.forloeb(s, id) else { return };
        for aftale in f.aftaler().iter().filter(|a| a.afgjort.is_none() && a.referat.dag == now.dag) {
            let share = if matches!(aftale.hvem, Hr | Medarbejder) { OTHERS_KEEP } else { leder };
            let days = u64::try_from((aftale.senest - now.dag).num_days()).unwrap_or(0);
            self.then(s, nr, share, (now.dag, (1, days.max(1) + 2)), Sagt::Aftale);
        }
    }

    /// Puts down that something is said some days after a day, where chance has it.
    fn then(&mut self, s: &Scene<'_>, nr: u32, share: u64, (dag, days): (NaiveDate, (u64, u64)), sagt: Sagt) {
        if self.aside.per_mille(share) {
            let dag = dag + Days::new(self.aside.between(days.0, days.1));
            let time = working_hours(s.book, dag, &mut self.aside);
            self.put((time, Deed::OnForloeb(nr, What::Sagt(sagt))));
        }
    }

    fn forloeb(&self, s: &Scene<'_>, id: Uuid) -> Option<Forloeb> {
        self.a.forloeb(s.book).into_iter().find(|f| f.called(id))
    }
}
