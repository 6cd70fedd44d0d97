//! Looking up forløb: by id, by whose they are, in the order of the list.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use uuid::Uuid;

use super::aktuelle::{Aktuel, Counts, Few, ListOrder};
use super::card::Ansvar;
use super::card_index::{AllRegistreringer, NOTHING, Place, RowCard};
use super::derived::Tabt;
use super::{CardEntry, Cards, Projections};

impl Projections {
    /// Every registration there ever was.
    #[must_use]
    pub fn registreringer(&self) -> AllRegistreringer {
        AllRegistreringer::af(self.card_index.edition())
    }

    /// Employee number of an employment by its number here.
    #[must_use]
    pub fn nr_of(&self, ansaettelse: u32) -> &str {
        self.rows.get(ansaettelse as usize).map_or("", |row| &row.nr)
    }

    /// Employee number of a forløb, also by an id that was joined into another.
    #[must_use]
    pub fn whose(&self, id: Uuid) -> Option<&str> {
        let place = self.card_index.place(self.card_index.find(id)?);
        Some(&self.rows[place.ansaettelse as usize].nr)
    }

    /// The id of a forløb now, also by an id that was joined into another.
    #[must_use]
    pub fn forloeb_id(&self, id: Uuid) -> Option<Uuid> {
        let log_head = self.card_index.place(self.card_index.find(id)?).log_head;
        (log_head != NOTHING).then(|| self.card_index.place(log_head).id)
    }

    /// The forløb of an employee that are not at rest, every open one among them, in no order.
    pub fn aktuelle_for(&self, nr: &str) -> impl Iterator<Item = &Arc<Aktuel>> {
        let idx = self.numbers.get(nr).copied().unwrap_or(NOTHING);
        self.places(idx).filter_map(|place| self.aktuelle.find(place))
    }

    /// Every forløb of an employee that a reminder can wait about, where all of them are in memory. None where one that is at
    /// rest may have something outstanding, or where an invitation is due, which may call off a meeting of what is over.
    #[must_use]
    pub fn all_reminded_of(&self, nr: &str) -> Option<Vec<Arc<Forloeb>>> {
        let idx = *self.numbers.get(nr)?;
        let invited = self.rows[idx as usize].next.indbydelse.is_some_and(|day| day <= self.today);
        let mut here = Vec::new();
        for place in self.places(idx) {
            match (self.aktuelle.find(place), &self.card_index.place(place).card) {
                (Some(aktuel), _) => here.push(aktuel.forloeb.clone()),
                (None, Some(card)) if card.statuses.all().any(|(_, status)| status.outstanding()) => return None,
                _ => {}
            }
        }
        (!invited).then_some(here)
    }

    /// Every forløb that is what only a few are, open or over, in no order. Costs those.
    pub(crate) fn few(&self, few: Few) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.aktuelle.few(few)
    }

    /// Forløb that are open, or over with money that can still be had, in no order. Costs what is going on, not all
    /// there was.
    pub fn running(&self) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.aktuelle.all().map(|(_, aktuel)| aktuel).filter(|aktuel| aktuel.dagen.running)
    }

    /// Whose forløb there are that go on: groups that share whose they are.
    pub fn groups(&self) -> impl Iterator<Item = u32> {
        self.aktuelle.groups()
    }

    /// The groups of a leader, by whichever of their numbers.
    pub(crate) fn groups_of_leder(&self, leder: &str) -> Vec<u32> {
        self.all_numbers_of(leder).into_iter().flat_map(|nr| self.card_index.by_leder(nr)).copied().collect()
    }

    /// Whose a group is.
    pub(crate) fn ansvar_of_group(&self, group: u32) -> &Ansvar {
        self.card_index.ansvar(group)
    }

    /// What goes on in a group.
    pub(crate) fn running_in_group(&self, group: u32) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.aktuelle.at(group).filter(|a| a.dagen.running)
    }

    /// What was lost of the forløb that are over, with nothing more to have, and ended within the period of
    /// [`super::derived::tabt_since`].
    pub(crate) fn tabte(&self) -> impl Iterator<Item = (CardEntry<'_>, &Tabt)> {
        self.aktuelle.tabte().filter_map(|(place, t)| Some((self.card_entry(self.card_index.place(place))?, t)))
    }

    /// The open forløb in the order of the list, after a place in it.
    pub fn aabne(&self, after: Option<ListOrder>) -> impl Iterator<Item = (ListOrder, &Arc<Aktuel>)> {
        self.aktuelle.aabne(after)
    }

    /// Counts of all that is going on.
    #[must_use]
    pub const fn counts(&self) -> &Counts {
        self.aktuelle.counts()
    }

    /// The cards of every forløb there ever was, in no order.
    pub fn card(&self) -> impl Iterator<Item = CardEntry<'_>> {
        self.card_index.all().filter_map(|place| self.card_entry(place))
    }

    /// The cards of the forløb that are over, by last day, the latest day first; of a day in no order. Costs what is taken.
    pub fn ended(&self, fra: Option<NaiveDate>, til: Option<NaiveDate>) -> impl Iterator<Item = CardEntry<'_>> {
        self.card_index.ended(fra, til).filter_map(|place| self.card_entry(self.card_index.place(place)))
    }

    /// The first day on which any forløb ended.
    #[must_use]
    pub fn first_ended(&self) -> Option<NaiveDate> {
        self.card_index.first_ended()
    }

    /// A forløb of the person of an employment goes on, or lost something lately: whoever may not see their own is not
    /// shown what was counted of all.
    pub(crate) fn something_goes_on_for(&self, nr: &str) -> bool {
        let goes_on = |nr: &str| {
            let idx = self.numbers.get(nr).copied().unwrap_or(NOTHING);
            self.places(idx).any(|place| self.aktuelle.find(place).is_some() || self.aktuelle.tabt(place).is_some())
        };
        let others = self.person(nr).into_iter().flat_map(|person| self.numbers_for(person));
        others.chain([nr]).any(goes_on)
    }

    /// The cards of what is open, and of what ended on a day or later, to go through when the projections are let go.
    #[must_use]
    pub fn cards_since(&self, fra: NaiveDate) -> Cards {
        let open = self.aktuelle.all().filter(|(_, aktuel)| aktuel.card.is_aabent()).map(|(place, _)| place);
        let places = self.card_index.ended(Some(fra), None).chain(open).collect();
        Cards::af(self.card_index.edition(), places)
    }

    /// Whose a forløb is.
    #[must_use]
    pub fn ansvar(&self, card: &RowCard) -> &Arc<Ansvar> {
        self.card_index.ansvar(card.ansvar)
    }

    /// The same with the numbers that people have now, where they have moved since.
    #[must_use]
    pub fn ansvar_now(&self, card: &RowCard) -> Arc<Ansvar> {
        self.ansvar_of_group_now(card.ansvar)
    }

    /// The same of a group.
    #[must_use]
    pub fn ansvar_of_group_now(&self, group: u32) -> Arc<Ansvar> {
        let said = self.card_index.ansvar(group);
        let numbers = [&said.leder, &said.kontaktperson, &said.koordinator, &said.amr, &said.tildelt];
        let ahead = said.omsorgskollega.as_ref().map(|(nr, _)| nr);
        let mut all = numbers.into_iter().flatten().chain(ahead);
        if all.all(|nr| self.current_nr(nr) == nr) {
            return said.clone();
        }
        let now = |nr: &Option<String>| nr.as_deref().map(|nr| self.current_nr(nr).to_owned());
        Arc::new(Ansvar {
            leder: now(&said.leder),
            kontaktperson: now(&said.kontaktperson),
            omsorgskollega: said.omsorgskollega.as_ref().map(|(nr, own)| (self.current_nr(nr).to_owned(), *own)),
            koordinator: now(&said.koordinator),
            amr: now(&said.amr),
            tildelt: now(&said.tildelt),
            ..Ansvar::clone(said)
        })
    }

    /// The card of a forløb that is not at rest.
    #[must_use]
    pub fn card_entry_of<'a>(&'a self, aktuel: &'a Aktuel) -> CardEntry<'a> {
        aktuel.card_entry(self.ansvar(&aktuel.card))
    }

    /// The card of a forløb, also by an id that was joined into another.
    pub fn card_entry_by(&self, id: Uuid) -> Option<CardEntry<'_>> {
        let log_head = self.card_index.place(self.card_index.find(id)?).log_head;
        self.card_entry(self.card_index.place(Some(log_head).filter(|head| *head != NOTHING)?))
    }

    /// The cards of one employee, in no order.
    pub fn cards_for(&self, nr: &str) -> impl Iterator<Item = CardEntry<'_>> {
        let idx = self.numbers.get(nr).copied().unwrap_or(NOTHING);
        self.places(idx).filter_map(|place| self.card_entry(self.card_index.place(place)))
    }

    fn card_entry<'a>(&'a self, place: &'a Place) -> Option<CardEntry<'a>> {
        let card = place.card.as_ref()?;
        let nr = &*self.rows[place.ansaettelse as usize].nr;
        Some(CardEntry { id: place.id, nr, card, ansvar: self.card_index.ansvar(card.ansvar) })
    }
}
