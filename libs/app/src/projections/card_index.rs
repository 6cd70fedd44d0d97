//! The card index: one fixed-size row per registration that ever was, by id.
//!
//! A forløb is named by its registrations: the one recorded first gives it its id, the others still answer. So each
//! registration has a row, and the row of the one that gives the id holds the card. Rows are never removed; they lie in
//! blocks that are shared with a checkpoint being written, and copied only when they change meanwhile.

use std::collections::BTreeMap;
use std::hash::BuildHasher;
use std::sync::Arc;

use chrono::NaiveDate;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use uuid::Uuid;

use super::Table;
use super::card::{Ansvar, Card};

/// No row.
pub(super) const NOTHING: u32 = u32::MAX;
/// Rows of a block.
pub(super) const BLOCK: usize = 1024;

/// A card whose [`Ansvar`] is a number of the table.
pub type RowCard = Card<u32>;

/// One registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) id: Uuid,
    /// Number of the employment.
    pub(super) ansaettelse: u32,
    /// The next row of the same employment.
    pub(super) next: u32,
    /// The row of the forløb it is part of; [`NOTHING`] for an absence that never becomes one.
    pub(super) log_head: u32,
    /// Of a forløb, in its own row.
    pub(super) card: Option<RowCard>,
}

impl Place {
    /// The last day of the forløb whose row it is; none of one that is open, and of no forløb.
    fn end(&self) -> Option<NaiveDate> {
        self.card.as_ref()?.end
    }
}

/// The rows, and where to find them.
#[derive(Debug, Default)]
pub(super) struct CardIndex {
    blocks: Vec<Arc<Vec<Place>>>,
    by_id: HashTable<u32>,
    hasher: RandomState,
    ansvar: Vec<Arc<Ansvar>>,
    ansvar_nr: Table<Arc<Ansvar>, u32>,
    by_leder: Table<String, Vec<u32>>,
    /// The rows of the forløb that are over, by last day: whoever lists them looks at those of some days, not at all there
    /// ever were.
    ended: BTreeMap<NaiveDate, Vec<u32>>,
}

/// The rows as they were at one moment; cheap to take.
#[derive(Debug, Clone)]
pub(super) struct Edition {
    pub(super) blocks: Vec<Arc<Vec<Place>>>,
    pub(super) ansvar: Vec<Arc<Ansvar>>,
}

impl Edition {
    pub(super) fn place(&self, nr: u32) -> Option<&Place> {
        self.blocks.get(nr as usize / BLOCK)?.get(nr as usize % BLOCK)
    }
}

/// The cards of some forløb, as they were at one moment: what is open, and what ended on a day or later. Costs those to take.
#[derive(Debug, Clone)]
pub struct Cards {
    edition: Edition,
    places: Vec<u32>,
}

/// Every registration there ever was, as they were at one moment; cheap to take.
#[derive(Debug, Clone)]
pub struct AllRegistreringer(Edition);

/// One of them.
#[derive(Debug, Clone, Copy)]
pub struct Indexed<'a> {
    /// Its id.
    pub id: Uuid,
    /// Number of the employment.
    pub ansaettelse: u32,
    /// The card of its forløb; none of an absence that never becomes one.
    card: Option<&'a RowCard>,
}

impl Indexed<'_> {
    /// It may have a day on or after this one, and may count.
    #[must_use]
    pub fn may_touch(&self, fra: NaiveDate) -> bool {
        self.card.is_none_or(|card| !card.statuses.is_annulleret() && card.end.is_none_or(|end| end >= fra))
    }
}

impl AllRegistreringer {
    pub(super) const fn af(edition: Edition) -> Self {
        Self(edition)
    }

    /// All of them, in no order.
    pub fn all(&self) -> impl Iterator<Item = Indexed<'_>> {
        let places = self.0.blocks.iter().flat_map(|b| b.iter());
        places.map(|p| {
            let card = self.0.place(p.log_head).and_then(|head| head.card.as_ref());
            Indexed { id: p.id, ansaettelse: p.ansaettelse, card }
        })
    }
}

impl Cards {
    pub(super) const fn af(edition: Edition, places: Vec<u32>) -> Self {
        Self { edition, places }
    }

    /// A number that stands for the employment, the card and whose it is, in no order.
    pub fn all(&self) -> impl Iterator<Item = (u32, &RowCard, &Ansvar)> {
        let places = self.places.iter().filter_map(|nr| self.edition.place(*nr));
        places.filter_map(|p| {
            let card = p.card.as_ref()?;
            Some((p.ansaettelse, card, &*self.edition.ansvar[card.ansvar as usize]))
        })
    }
}

impl Cards {
    /// The id of each forløb, and its card, in no order.
    pub fn ids(&self) -> impl Iterator<Item = (Uuid, &RowCard)> {
        let places = self.places.iter().filter_map(|nr| self.edition.place(*nr));
        places.filter_map(|place| Some((place.id, place.card.as_ref()?)))
    }
}

impl CardIndex {
    /// From rows that were read; `None` if they do not fit together.
    pub(super) fn af(edition: Edition) -> Option<Self> {
        let mut new = Self { ansvar: edition.ansvar, ..Self::default() };
        for (nr, ansvar) in (0_u32..).zip(&new.ansvar) {
            new.ansvar_nr.insert(ansvar.clone(), nr);
            at(&mut new.by_leder, ansvar, nr);
        }
        new.blocks = edition.blocks;
        if new.blocks.iter().rev().skip(1).any(|b| b.len() != BLOCK) || new.ansvar_nr.len() != new.ansvar.len() {
            return None;
        }
        let count = u32::try_from(new.count()).ok()?;
        let (blocks, hasher) = (&new.blocks, &new.hasher);
        let hash = |nr: &u32| hasher.hash_one(in_block(blocks, *nr).id);
        new.by_id.reserve(count as usize, hash);
        let rows = blocks.iter().flat_map(|b| b.iter());
        for (nr, place) in (0_u32..).zip(rows) {
            let exists = |n: u32| n == NOTHING || n < count;
            let ansvar = place.card.is_none_or(|k| (k.ansvar as usize) < new.ansvar.len());
            if !exists(place.next) || !exists(place.log_head) || !ansvar {
                return None;
            }
            new.by_id.insert_unique(hasher.hash_one(place.id), nr, hash);
            if let Some(end) = place.end() {
                new.ended.entry(end).or_default().push(nr);
            }
        }
        Some(new)
    }

    pub(super) fn edition(&self) -> Edition {
        Edition { blocks: self.blocks.clone(), ansvar: self.ansvar.clone() }
    }

    pub(super) fn count(&self) -> usize {
        self.blocks.last().map_or(0, |sidste| (self.blocks.len() - 1) * BLOCK + sidste.len())
    }

    pub(super) fn place(&self, nr: u32) -> &Place {
        in_block(&self.blocks, nr)
    }

    pub(super) fn change(&mut self, nr: u32, how: impl FnOnce(&mut Place)) {
        let place = in_block(&self.blocks, nr);
        let mut new = *place;
        how(&mut new);
        if new != *place {
            let (before, after) = (place.end(), new.end());
            let (block, i) = (nr as usize / BLOCK, nr as usize % BLOCK);
            Arc::make_mut(&mut self.blocks[block])[i] = new;
            self.move_end(nr, before, after);
        }
    }

    fn move_end(&mut self, nr: u32, before: Option<NaiveDate>, after: Option<NaiveDate>) {
        if before == after {
            return;
        }
        if let Some(day) = before
            && let Some(those) = self.ended.get_mut(&day)
        {
            // What was put there last is most often what changes.
            if let Some(at) = those.iter().rposition(|one| *one == nr) {
                those.swap_remove(at);
            }
            if those.is_empty() {
                self.ended.remove(&day);
            }
        }
        if let Some(day) = after {
            self.ended.entry(day).or_default().push(nr);
        }
    }

    /// The rows of the forløb that are over, by last day, the latest day first; of a day in no order.
    pub(super) fn ended(&self, fra: Option<NaiveDate>, til: Option<NaiveDate>) -> impl Iterator<Item = u32> {
        let (fra, til) = (fra.unwrap_or(NaiveDate::MIN), til.unwrap_or(NaiveDate::MAX));
        let days = (fra <= til).then(|| self.ended.range(fra..=til).rev());
        days.into_iter().flatten().flat_map(|(_, those)| those).copied()
    }

    /// The first day on which one of them was over.
    pub(super) fn first_ended(&self) -> Option<NaiveDate> {
        self.ended.keys().next().copied()
    }

    pub(super) fn find(&self, id: Uuid) -> Option<u32> {
        self.by_id.find(self.hasher.hash_one(id), |nr| self.place(*nr).id == id).copied()
    }

    /// A new row.
    pub(super) fn add(&mut self, place: Place) -> u32 {
        // 2^32 registrations are 200 GB of rows: the machine ends before the numbers do.
        let nr = u32::try_from(self.count()).expect("fewer than 2^32 registrations fit in memory");
        if self.blocks.last().is_none_or(|b| b.len() == BLOCK) {
            self.blocks.push(Arc::new(Vec::with_capacity(BLOCK)));
        }
        if let Some(block) = self.blocks.last_mut() {
            Arc::make_mut(block).push(place);
        }
        self.move_end(nr, None, place.end());
        let (blocks, hasher) = (&self.blocks, &self.hasher);
        self.by_id.insert_unique(hasher.hash_one(place.id), nr, |n| hasher.hash_one(in_block(blocks, *n).id));
        nr
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Place> {
        self.blocks.iter().flat_map(|b| b.iter())
    }

    pub(super) fn ansvar(&self, nr: u32) -> &Arc<Ansvar> {
        &self.ansvar[nr as usize]
    }

    pub(super) fn ansvar_nr(&mut self, ansvar: Arc<Ansvar>) -> u32 {
        if let Some(nr) = self.ansvar_nr.get(&ansvar) {
            return *nr;
        }
        let nr = u32::try_from(self.ansvar.len()).expect("fewer than there are registrations");
        self.ansvar.push(ansvar.clone());
        at(&mut self.by_leder, &ansvar, nr);
        self.ansvar_nr.insert(ansvar, nr);
        nr
    }

    /// Numbers of all that ever named this leader.
    pub(super) fn by_leder(&self, leder: &str) -> &[u32] {
        self.by_leder.get(leder).map_or(&[], Vec::as_slice)
    }
}

fn at(by_leder: &mut Table<String, Vec<u32>>, ansvar: &Ansvar, nr: u32) {
    if let Some(leder) = &ansvar.leder {
        by_leder.entry(leder.clone()).or_default().push(nr);
    }
}

fn in_block(blocks: &[Arc<Vec<Place>>], nr: u32) -> &Place {
    &blocks[nr as usize / BLOCK][nr as usize % BLOCK]
}

// A row is what history costs for ever.
const _: () = assert!(size_of::<Place>() == 52);
