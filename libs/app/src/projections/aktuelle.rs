//! What is going on: every forløb that is not at rest, the open ones in the order of the list, and counted.
//!
//! All of it holds for one day. It is kept up to date as employments change, so that a page of the list costs its rows
//! and a count costs nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::frister::assess;
use forloeb::words::{Fristart, Friststatus};
use forloeb::{Forloeb, Oere, Regelbog};
use uuid::Uuid;

use super::card::Ansvar;
use super::card_index::RowCard;
use super::changes::Changes;
use super::derived::{Dagen, SkoenBeloeb, Tabt};
use super::{CardEntry, Case, Table};

/// A forløb that is not at rest.
#[derive(Debug, Clone)]
pub struct Aktuel {
    pub forloeb: Arc<Forloeb>,
    pub card: RowCard,
    /// What the day says of it.
    pub dagen: Dagen,
}

impl Aktuel {
    /// Its card, with whose it is.
    #[must_use]
    pub fn card_entry<'a>(&'a self, ansvar: &'a Arc<Ansvar>) -> CardEntry<'a> {
        CardEntry { id: self.forloeb.id, nr: &self.forloeb.medarbejder_nr, card: &self.card, ansvar }
    }

    /// Its frister on the day.
    #[must_use]
    pub fn case(&self, today: NaiveDate, book: &Regelbog) -> Case {
        Case { forloeb: self.forloeb.clone(), assessment: assess(&self.forloeb, today, book) }
    }
}

/// Where an open forløb stands in the list: by the legal day of what is most urgent, those without one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ListOrder {
    /// The legal day.
    pub lovdag: NaiveDate,
    /// F.
    pub foerste: NaiveDate,
    pub id: Uuid,
}

impl ListOrder {
    /// Of a card.
    #[must_use]
    pub fn af<A>(card: &super::card::Card<A>, id: Uuid) -> Self {
        Self { lovdag: card.lovdag.unwrap_or(NaiveDate::MAX), foerste: card.foerste, id }
    }
}

/// Counts of what is going on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Open forløb.
    pub aabne: usize,
    /// Over, with money that can still be had.
    pub with_penge: usize,
    /// Open forløb by frist and status, in the order of their definitions.
    pub frister: [[usize; Friststatus::ALL.len()]; Fristart::ALL.len()],
    /// What is lost at once where the anmeldelse is not receipted in time.
    pub i_fare: Oere,
    /// What is lost, by a late anmeldelse or a late claim: so far where something goes on, and of what ended within the
    /// period of [`super::derived::tabt_since`].
    pub mistet: Oere,
    /// Estimates that could not use their own year's rate.
    pub foreign_satser: usize,
}

impl Counts {
    /// Counts one in, or out.
    pub fn tally(&mut self, aktuel: &Aktuel, input: bool) {
        if !aktuel.dagen.running {
            return;
        }
        let dagen = &aktuel.dagen;
        put_to(&mut self.i_fare, &mut self.foreign_satser, dagen.i_fare, input);
        self.tally_tab([dagen.mistet, dagen.for_sent_anmodet], input);
        let one = |n: &mut usize| *n = if input { *n + 1 } else { n.saturating_sub(1) };
        if !aktuel.card.is_aabent() {
            return one(&mut self.with_penge);
        }
        one(&mut self.aabne);
        for (art, status) in aktuel.card.statuses.all() {
            one(&mut self.frister[art as usize][status as usize]);
        }
    }

    /// Counts the two kinds of loss of one forløb in, or out.
    pub fn tally_tab(&mut self, tab: [Option<SkoenBeloeb>; 2], input: bool) {
        tab.into_iter().for_each(|tab| put_to(&mut self.mistet, &mut self.foreign_satser, tab, input));
    }
}

fn put_to(sum: &mut Oere, foreign_satser: &mut usize, skoen: Option<SkoenBeloeb>, input: bool) {
    let Some(skoen) = skoen else { return };
    *sum += if input { skoen.beloeb } else { -skoen.beloeb };
    if !skoen.own_sats {
        *foreign_satser = if input { *foreign_satser + 1 } else { foreign_satser.saturating_sub(1) };
    }
}

/// What only a few of them are, and a page lists: it does not go through all for those.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Few {
    /// Payroll and people disagree on a day of it.
    Undecided,
    /// A reminder of it was refused for good, and its frist stands out; or news were, and are new.
    Undelivered,
    /// It has a plan.
    Planned,
    /// The employee asked for a fastholdelsesplan, and somebody has to answer.
    Unanswered,
    /// Something for the employee was withheld, refused or put off, or waits: no mail may reach them.
    Withheld,
}

impl Few {
    const ALL: [Self; 5] = [Self::Undecided, Self::Undelivered, Self::Planned, Self::Unanswered, Self::Withheld];

    fn has(self, aktuel: &Aktuel) -> bool {
        match self {
            Self::Undecided => !aktuel.forloeb.uenigheder.is_empty(),
            Self::Undelivered => aktuel.dagen.undelivered,
            Self::Planned => aktuel.forloeb.plan().is_some(),
            Self::Unanswered => aktuel.dagen.wished.is_some(),
            Self::Withheld => aktuel.dagen.on_paper,
        }
    }
}

/// Every forløb that is not at rest, by its row in the card index.
#[derive(Debug, Default)]
pub(super) struct Aktuelle {
    all: Table<u32, Arc<Aktuel>>,
    /// By whose they are: who sees little, or asks for little, passes over the rest a group at a time.
    per_ansvar: Table<u32, BTreeSet<u32>>,
    ordering: BTreeSet<(ListOrder, u32)>,
    counts: Counts,
    /// What was lost of those that ended within the period.
    tabte: Table<u32, Tabt>,
    /// The same by last day, so that they leave the period in time.
    tabte_by_end: BTreeSet<(NaiveDate, u32)>,
    few: [BTreeSet<u32>; Few::ALL.len()],
    changes: Changes,
}

impl Aktuelle {
    pub(super) fn set(&mut self, place: u32, aktuel: Arc<Aktuel>) {
        self.remove(place);
        self.counts.tally(&aktuel, true);
        if aktuel.card.is_aabent() {
            self.ordering.insert((ListOrder::af(&aktuel.card, aktuel.forloeb.id), place));
        }
        self.per_ansvar.entry(aktuel.card.ansvar).or_default().insert(place);
        for few in Few::ALL.into_iter().filter(|few| few.has(&aktuel)) {
            self.few[few as usize].insert(place);
        }
        self.all.insert(place, aktuel);
        self.changes.note(place);
    }

    pub(super) fn remove(&mut self, place: u32) {
        if let Some(aktuel) = self.all.remove(&place) {
            self.changes.note(place);
            for few in &mut self.few {
                few.remove(&place);
            }
            self.counts.tally(&aktuel, false);
            self.ordering.remove(&(ListOrder::af(&aktuel.card, aktuel.forloeb.id), place));
            if let Some(group) = self.per_ansvar.get_mut(&aktuel.card.ansvar) {
                group.remove(&place);
                if group.is_empty() {
                    self.per_ansvar.remove(&aktuel.card.ansvar);
                }
            }
        }
    }

    /// What a forløb lost that is over, in the place of what was known of it before.
    pub(super) fn set_tabt(&mut self, place: u32, tabt: Option<Tabt>) {
        if let Some(before) = self.tabte.remove(&place) {
            self.counts.tally_tab([before.mistet, before.for_sent_anmodet], false);
            self.tabte_by_end.remove(&(before.end, place));
        }
        if let Some(tabt) = tabt {
            self.counts.tally_tab([tabt.mistet, tabt.for_sent_anmodet], true);
            self.tabte_by_end.insert((tabt.end, place));
            self.tabte.insert(place, tabt);
        }
    }

    /// Forgets the losses of what ended before a day.
    pub(super) fn forget_tabte_before(&mut self, since: NaiveDate) {
        while let Some((end, place)) = self.tabte_by_end.first().copied().filter(|(end, _)| *end < since) {
            self.tabte_by_end.remove(&(end, place));
            self.set_tabt(place, None);
        }
    }

    pub(super) fn tabt(&self, place: u32) -> Option<&Tabt> {
        self.tabte.get(&place)
    }

    pub(super) fn tabte(&self) -> impl Iterator<Item = (u32, &Tabt)> {
        self.tabte.iter().map(|(place, tabt)| (*place, tabt))
    }

    pub(super) fn find(&self, place: u32) -> Option<&Arc<Aktuel>> {
        self.all.get(&place)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = (u32, &Arc<Aktuel>)> {
        self.all.iter().map(|(place, aktuel)| (*place, aktuel))
    }

    pub(super) fn few(&self, few: Few) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.few[few as usize].iter().filter_map(|place| self.all.get(place))
    }

    #[cfg(test)]
    pub(super) fn note_changed(&mut self, place: u32) {
        self.changes.note(place);
    }

    pub(super) const fn changes(&self) -> &Changes {
        &self.changes
    }

    /// Whose there are any.
    pub(super) fn groups(&self) -> impl Iterator<Item = u32> {
        self.per_ansvar.keys().copied()
    }

    /// Those of a group.
    pub(super) fn at(&self, ansvar: u32) -> impl Iterator<Item = &Arc<Aktuel>> {
        self.per_ansvar.get(&ansvar).into_iter().flatten().filter_map(|place| self.all.get(place))
    }

    /// The open ones in the order of the list, after a place in it.
    pub(super) fn aabne(&self, after: Option<ListOrder>) -> impl Iterator<Item = (ListOrder, &Arc<Aktuel>)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let fra = after.map_or(Unbounded, |e| Excluded((e, u32::MAX)));
        self.ordering.range((fra, Unbounded)).filter_map(|(ordering, place)| Some((*ordering, self.all.get(place)?)))
    }

    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }
}
