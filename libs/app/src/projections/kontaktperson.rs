//! Who makes the first contact, as far as that hangs on others than the employee: the colleague whom they chose ahead is
//! asked while the workplace has such choices, and while the colleague is here and near.
//!
//! Of a choice made years ago nobody may have thought since. Who has left, or has come under another leader, is nobody who is
//! to know that somebody is ill: then it is as if nobody had been chosen.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::omsorgskollega::Omsorgskollega;

use super::Projections;
use super::card::Ansvar;

impl Projections {
    /// Colleagues can be chosen ahead at this workplace, and the choices that were made count.
    #[must_use]
    pub const fn has_omsorgskolleger(&self) -> bool {
        self.omsorgskolleger
    }

    /// Says whether they can: a setting of the service.
    pub(crate) const fn allow_omsorgskolleger(&mut self, allow: bool) {
        self.omsorgskolleger = allow;
    }

    /// Who makes the first contact in a forløb on a day, as far as is known here today; none: the leader.
    #[must_use]
    pub fn kontaktperson<'f>(&self, f: &'f Forloeb, dag: NaiveDate) -> Option<&'f str> {
        f.kontaktperson_where(dag, |o| self.can_be_asked(o, f.leder(dag)))
    }

    /// The same of whom a card says it belongs to.
    #[must_use]
    pub fn kontaktperson_of<'a>(&self, ansvar: &'a Ansvar) -> Option<&'a str> {
        let ahead = ansvar.omsorgskollega.as_ref().filter(|(nr, repraesentant)| {
            let one = Omsorgskollega { nr, repraesentant: *repraesentant };
            self.can_be_asked(one, ansvar.leder.as_deref())
        });
        ahead.map(|(nr, _)| &**nr).or(ansvar.kontaktperson.as_deref())
    }

    /// Here, and near: under the leader of the forløb, or TR or AMR.
    fn can_be_asked(&self, o: Omsorgskollega<'_>, leder: Option<&str>) -> bool {
        let same = || leder.zip(self.leder_for(o.nr)).is_some_and(|(one, other)| self.is_same_nr(one, other));
        self.omsorgskolleger && self.is_ansat(o.nr) && (o.repraesentant || same())
    }

    /// The colleagues an employee can choose to be contacted by: those under the same leader, and the representatives.
    #[must_use]
    pub fn kolleger(&self, f: &Forloeb) -> BTreeSet<&str> {
        let now = f.stamdata_now(self.today);
        let faste = [&f.chosen_kontaktperson, &now.tr_nr, &now.amr_nr];
        self.near(&f.medarbejder_nr, f.leder(self.today), faste)
    }

    /// The same before anybody is ill, as payroll says it of the employee.
    #[must_use]
    pub fn own_kolleger(&self, nr: &str) -> BTreeSet<&str> {
        let Some(s) = self.stamdata(nr) else { return BTreeSet::new() };
        self.near(nr, s.leder_nr.as_deref(), [&None, &s.tr_nr, &s.amr_nr])
    }

    fn near(&self, nr: &str, leder: Option<&str>, faste: [&Option<String>; 3]) -> BTreeSet<&str> {
        let own = leder.into_iter().flat_map(|leder| self.subordinates(leder));
        // As the table has them: what is asked for lives as long as the projections.
        let faste = faste.into_iter().flatten().filter_map(|nr| self.row(self.current_nr(nr))).map(|r| &*r.nr);
        let others = |other: &&str| self.is_ansat(other) && !self.is_same_person(other, nr);
        own.chain(faste).filter(others).collect()
    }
}

#[cfg(test)]
mod tests {
    use forloeb::command::DomainCommand;
    use forloeb::haendelse::{OmsorgskollegaValgt, Stamdata};
    use forloeb::words::Rolle;

    use crate::access::{Intent, User};
    use crate::workplace::{Stop, TR, Workplace, details, standing_still};

    async fn told(place: &Workplace, nr: &str, leder: &str) {
        let more = |s: &mut Stamdata| s.leder_nr = Some(leder.to_owned());
        place.ansat(nr, &details(nr, "Navn", "a@b.example"), more).await;
    }

    /// What somebody sees as kontaktperson: how many forløb, and whether they find the employee.
    fn seen(place: &Workplace, nr: &str) -> (usize, bool) {
        let user = User::new(Rolle::Kontaktperson, Some(nr.to_owned()));
        let projections = place.app.projections();
        (projections.running_for(&user, |_| true).count(), projections.finds(&user, "10010"))
    }

    const NOTHING: (usize, bool) = (0, false);
    const IT: (usize, bool) = (1, true);

    /// 10010 has chosen 10011 ahead, who sees nothing of it; ill, they see what TR would have. Under another leader, gone, or
    /// where the workplace has no such choices any more, it is TR's again.
    #[tokio::test]
    async fn who_was_chosen_ahead_sees_an_absence_while_near_and_nothing_before() {
        let mut place = Workplace::empty(standing_still("2026-01-05T09:00:00Z")).await;
        for (nr, leder) in [("10001", "30001"), ("10010", "10001"), ("10011", "10001"), (TR, "20001")] {
            told(&place, nr, leder).await;
        }
        place.app.allow_omsorgskolleger(true);
        let chosen = OmsorgskollegaValgt { kollega_nr: Some("10011".to_owned()) };
        place.perform("10010", &DomainCommand::ChooseOmsorgskollega(chosen)).await;
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [NOTHING, NOTHING], "nobody is ill");
        place.away("10010", "2026-01-05").await;
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [IT, NOTHING]);
        let f = place.forloeb("10010").await;
        let own = User::new(Rolle::Kontaktperson, Some("10011".to_owned()));
        let may = |intent| {
            let projections = place.app.projections();
            own.may_with(&f, intent, &projections, projections.today()).is_ok()
        };
        assert!([Intent::See, Intent::FoersteKontakt, Intent::Telefon].into_iter().all(may));
        assert!(![Intent::Whole, Intent::Plan, Intent::Penge].into_iter().any(may));

        told(&place, "10011", "20001").await;
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [NOTHING, IT], "under another leader");
        told(&place, "10011", "10001").await;
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [IT, NOTHING], "and back");
        place.app.allow_omsorgskolleger(false);
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [NOTHING, IT], "no such choices");
        // It is kept over a start, by the checkpoint.
        place.restart(Stop::Sound, standing_still("2026-01-05T09:00:00Z")).await;
        place.app.allow_omsorgskolleger(true);
        assert_eq!([seen(&place, "10011"), seen(&place, TR)], [IT, NOTHING]);
        let gone = |s: &mut Stamdata| {
            (s.leder_nr, s.fratraadt) = (Some("10001".to_owned()), "2026-01-04".parse().ok());
        };
        place.ansat("10011", &details("10011", "Navn", "a@b.example"), gone).await;
        assert_eq!(seen(&place, TR), IT, "who has left is as nobody");
    }
}
