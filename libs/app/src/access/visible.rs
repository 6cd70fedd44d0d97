//! What somebody sees of all there is.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::derive::Registrering;
use forloeb::haendelse::Stamdata;
use forloeb::words::Fristart;
use uuid::Uuid;

use super::{State, User, Visibility};
use crate::projections::aktuelle::{Aktuel, Few};
use crate::projections::card::Ansvar;
use crate::projections::derived::Tabt;
use crate::projections::{CardEntry, Loan, Projections, RowCard};

/// What somebody sees of very many forløb: what is the same for all of a group is asked once.
pub struct Sight<'a> {
    user: &'a User,
    projections: &'a Projections,
    /// Of each group of which it was asked, a bit for each state that they see.
    groups: Vec<Option<u8>>,
    /// The forløb of the person themself, in whichever of their employments.
    own: BTreeSet<Uuid>,
    /// They see all others, of whichever group.
    all_others: bool,
}

impl<'a> Sight<'a> {
    /// Of this user.
    #[must_use]
    pub fn new(user: &'a User, projections: &'a Projections) -> Self {
        let own = user.nr.as_deref().into_iter().flat_map(|nr| projections.employments_of(nr));
        let own = own.flat_map(|nr| projections.aktuelle_for(nr)).map(|aktuel| aktuel.forloeb.id).collect();
        Self { user, projections, groups: Vec::new(), own, all_others: user.sees_all_others() }
    }

    /// They see all there is: nothing of it is their own.
    #[must_use]
    pub fn sees_all(&self) -> bool {
        self.all_others && self.own.is_empty()
    }

    /// They see a forløb of a group; the same as [`Projections::seen_by`] says of it.
    pub fn sees(&mut self, id: Uuid, nr: &str, card: &RowCard, is_erased: bool) -> bool {
        if !self.own.is_empty() && self.own.contains(&id) {
            return self.projections.seen_by(self.user, nr, card);
        }
        if self.all_others {
            return true;
        }
        let states = self.states_of(card.ansvar);
        let state = State::of(is_erased, card.statuses.is_annulleret(), card.is_aabent());
        states >> state as u8 & 1 == 1
    }

    /// The same of a forløb that is in memory; whether its person was erased is asked only where that decides it.
    pub fn sees_aktuel(&mut self, aktuel: &Aktuel) -> bool {
        let (nr, card) = (&*aktuel.forloeb.medarbejder_nr, &aktuel.card);
        let states = self.states_of(card.ansvar);
        let all = State::ALL.iter().filter(|state| **state != State::NoForloeb);
        let same = all.map(|state| states >> *state as u8 & 1).reduce(|a, b| if a == b { a } else { 2 });
        let decides = same == Some(2) && self.projections.is_erased(nr);
        self.sees(aktuel.forloeb.id, nr, card, decides)
    }

    /// The states of others' forløb of a group that they see, a bit for each.
    fn states_of(&mut self, group: u32) -> u8 {
        let place = group as usize;
        if self.groups.len() <= place {
            self.groups.resize(place + 1, None);
        }
        let (user, projections) = (self.user, self.projections);
        *self.groups[place]
            .get_or_insert_with(|| user.states_seen_of_others(projections.ansvar_of_group(group), projections))
    }
}

impl Projections {
    /// Of what goes on, what somebody may see and is wanted of whom it belongs to, in no order. Costs what is found; for
    /// others than leaders also a look at each group of forløb that share whose they are.
    pub fn running_for(&self, user: &User, will: impl Fn(&Ansvar) -> bool) -> impl Iterator<Item = &Arc<Aktuel>> {
        let own: Option<Vec<u32>> = user.leder_nr().map(|nr| {
            let own = self.stands_in_for(nr).chain([nr]);
            let ledere: BTreeSet<&str> = own.flat_map(|leder| self.subordinates(leder).chain([leder])).collect();
            ledere.into_iter().flat_map(|leder| self.groups_of_leder(leder)).collect()
        });
        let all = own.is_none().then(|| self.groups());
        let groups = all.into_iter().flatten().chain(own.into_iter().flatten()).filter(move |nr| {
            let ansvar = self.ansvar_of_group(*nr);
            will(ansvar) && user.may_see_some_of(ansvar, self)
        });
        let visible = groups.flat_map(|nr| self.running_in_group(nr));
        visible.filter(move |a| self.seen_by(user, &a.forloeb.medarbejder_nr, &a.card))
    }

    /// Whom the forløb name that go on and that somebody may see some of, as leader or in another part: their numbers as they
    /// are now. Costs a look at each group; what goes on in it is asked only where it names somebody new.
    pub fn named_to<'a>(&'a self, user: &User, part: impl Fn(&'a Ansvar) -> Option<&'a str>) -> HashSet<&'a str> {
        let mut named = HashSet::new();
        for group in self.groups() {
            let ansvar = self.ansvar_of_group(group);
            let Some(nr) = part(ansvar).map(|nr| self.current_nr(nr)) else { continue };
            let is_new = !named.contains(nr) && user.may_see_some_of(ansvar, self);
            if is_new && self.running_in_group(group).next().is_some() {
                named.insert(nr);
            }
        }
        named
    }

    /// The § 56 agreements that are to be looked at before they run out, of those somebody may see: employee number and last
    /// day, the first to run out first.
    #[must_use]
    pub fn aftaler_for(&self, user: &User, today: NaiveDate, book: &Regelbog) -> Vec<(&str, NaiveDate)> {
        let seen = self.ending_aftaler(today, book).filter(|(nr, s, _)| {
            let (kontaktperson, koordinator, amr) = (None, None, None);
            let (medarbejder_nr, enhed, leder) = (*nr, s.enhed.as_str(), s.leder_nr.as_deref());
            let (aabent, annulleret) = (true, false);
            let one = Visibility { medarbejder_nr, enhed, leder, kontaktperson, koordinator, amr, aabent, annulleret };
            user.sees_by(one, self)
        });
        let mut all: Vec<_> = seen.map(|(nr, _, til)| (nr, til)).collect();
        all.sort_unstable_by_key(|(nr, til)| (*til, *nr));
        all
    }

    /// The same of those who have no forløb that a reminder could be about: whose, and last day.
    #[must_use]
    pub fn aftaler_without_forloeb(&self, today: NaiveDate, book: &Regelbog) -> Vec<(Uuid, NaiveDate)> {
        let none = |nr: &str| self.cards_for(nr).all(|one| one.card.statuses.is_annulleret());
        let all = self.ending_aftaler(today, book).filter(|(nr, ..)| none(nr));
        all.filter_map(|(nr, _, til)| Some((self.person(nr)?, til))).collect()
    }

    /// The § 56 agreements that are to be looked at before they run out.
    fn ending_aftaler(&self, today: NaiveDate, book: &Regelbog) -> impl Iterator<Item = (&str, &Stamdata, NaiveDate)> {
        let opens = move |til: NaiveDate| {
            let regel = book.in_force(today).frist(Fristart::Paragraf56Fornyelse, None)?;
            Some(regel.aabner.compute(til, book.calendar()))
        };
        self.aftaler().filter(move |(_, _, til)| opens(*til).is_some_and(|dag| dag <= today) && today <= *til)
    }

    /// The part days of an employment that are no forløb and that somebody may see, as a forløb that was over the same day.
    #[must_use]
    pub fn part_days_for(&self, user: &User, loan: &Loan) -> Vec<Registrering> {
        let perioder = loan.ansaettelse().stamdataperioder();
        let mut all = loan.ansaettelse().part_days(loan.book());
        all.retain(|r| {
            let Some(s) = perioder.on(r.foerste) else { return false };
            let (medarbejder_nr, enhed, leder) = (loan.nr(), s.enhed.as_str(), s.leder_nr.as_deref());
            let (kontaktperson, koordinator, amr, aabent, annulleret) = (None, None, None, false, false);
            let one = Visibility { medarbejder_nr, enhed, leder, kontaktperson, koordinator, amr, aabent, annulleret };
            user.sees_by(one, self)
        });
        all
    }

    /// Those of the forløb somebody may see that are what only a few are, also what is over, in no order. Costs those few.
    pub fn few_for(&self, user: &User, few: Few) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.few(few).filter(move |a| self.seen_by(user, &a.forloeb.medarbejder_nr, &a.card))
    }

    /// What was lost of the forløb that are over, with nothing more to have, and ended within the period of
    /// [`crate::projections::derived::tabt_since`]: of those somebody may see and wants. Costs what was lost in that period.
    pub fn tabte_for(
        &self,
        user: &User,
        will: impl Fn(&Ansvar) -> bool,
    ) -> impl Iterator<Item = (CardEntry<'_>, &Tabt)> {
        self.tabte().filter(move |(o, _)| will(o.ansvar) && self.seen_by(user, o.nr, o.card))
    }

    /// Somebody may find an employee by searching: they are theirs by what they are to them, or one of the forløb is. Who was
    /// erased is found by nobody.
    #[must_use]
    pub fn finds(&self, user: &User, nr: &str) -> bool {
        !self.is_erased(nr) && (user.knows_of(nr, self) || self.cards_for(nr).any(|f| self.seen_by(user, nr, f.card)))
    }

    /// Somebody may see the forløb with an id, also one that was joined into another.
    #[must_use]
    pub fn sees_forloeb(&self, user: &User, id: Uuid) -> bool {
        self.card_entry_by(id).is_some_and(|f| self.seen_by(user, f.nr, f.card))
    }

    /// Somebody may see the forløb of a card. Every row of a list passes here.
    #[must_use]
    pub fn seen_by(&self, user: &User, nr: &str, card: &RowCard) -> bool {
        // HR of every unit, who is no employee here, is asked about every row there is.
        if user.nr.is_none() && user.sees_all_others() {
            return true;
        }
        let ansvar = self.ansvar(card);
        let visibility = Visibility {
            medarbejder_nr: nr,
            enhed: &ansvar.enhed,
            leder: ansvar.leder.as_deref(),
            kontaktperson: self.kontaktperson_of(ansvar),
            koordinator: ansvar.koordinator.as_deref(),
            amr: ansvar.amr.as_deref(),
            aabent: card.is_aabent(),
            annulleret: card.statuses.is_annulleret(),
        };
        user.sees_by(visibility, self)
    }
}

#[cfg(test)]
mod tests {
    use forloeb::words::Rolle;

    use super::*;
    use crate::workplace::{TR, Workplace, details, standing_still};

    /// Whoever they are, and whatever has happened to whose it is: asked once for all of a unit, the answer is the same.
    #[tokio::test]
    async fn what_is_asked_once_for_many_is_what_is_asked_of_each() {
        let place = Workplace::empty(standing_still("2026-02-06T09:00:00Z")).await;
        for (nr, leder, enhed) in [
            ("30001", None, "E100"),
            ("10001", Some("30001"), "E101"),
            (TR, Some("10001"), "E101"),
            ("10010", Some("10001"), "E101"),
            ("20010", Some("20001"), "E102"),
            ("20001", Some("30001"), "E102"),
        ] {
            let told = |s: &mut Stamdata| (s.enhed, s.leder_nr) = (enhed.to_owned(), leder.map(str::to_owned));
            place.ansat(nr, &details(nr, "Navn", "a@b.example"), told).await;
            place.away(nr, "2026-01-05").await;
        }
        let (mut asked, mut seen) = (0, 0);
        for rolle in Rolle::ALL {
            for nr in [None, Some("10001"), Some("10010"), Some("20010"), Some("30001"), Some(TR)] {
                for enhed in [None, Some("E101")] {
                    let user = User::new(*rolle, nr.map(str::to_owned));
                    let user = enhed.into_iter().fold(user, |user, enhed| user.narrowed_to([enhed.to_owned()]));
                    let projections = place.app.projections();
                    let mut sight = Sight::new(&user, &projections);
                    for (_, aktuel) in projections.aktuelle() {
                        let each = projections.seen_by(&user, &aktuel.forloeb.medarbejder_nr, &aktuel.card);
                        assert_eq!(sight.sees_aktuel(aktuel), each, "{user:?} {}", aktuel.forloeb.medarbejder_nr);
                        (asked, seen) = (asked + 1, seen + usize::from(each));
                    }
                }
            }
        }
        assert!(seen > 50 && seen < asked / 2, "{seen} of {asked}");
    }
}
