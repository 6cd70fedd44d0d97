//! The card index: one fixed-size row per registration that ever was, by id.
//!
//! A forløb is named by its registrations: the one recorded first gives it its id, the others still answer. So each
//! registration has a row, and the row of the one that gives the id holds the card. Rows are never removed; they lie in
//! blocks that are shared with a checkpoint being written, and copied only when they change meanwhile.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;
use uuid::Uuid;

use super::Tabel;
use super::kort::{Ansvar, Kort};

/// No row.
pub(super) const INGEN: u32 = u32::MAX;
/// Rows of a block.
pub(super) const BLOK: usize = 1024;

/// A card whose [`Ansvar`] is a number of the table.
pub type Raekkekort = Kort<u32>;

/// One registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plads {
    pub(super) id: Uuid,
    /// Number of the employment.
    pub(super) ansaettelse: u32,
    /// The next row of the same employment.
    pub(super) naeste: u32,
    /// The row of the forløb it is part of; [`INGEN`] for an absence that never becomes one.
    pub(super) hoved: u32,
    /// Of a forløb, in its own row.
    pub(super) kort: Option<Raekkekort>,
}

/// The rows, and where to find them.
#[derive(Debug, Default)]
pub(super) struct Kartotek {
    blokke: Vec<Arc<Vec<Plads>>>,
    efter_id: HashTable<u32>,
    hasher: RandomState,
    ansvar: Vec<Arc<Ansvar>>,
    ansvar_nr: Tabel<Arc<Ansvar>, u32>,
    hos_leder: Tabel<String, Vec<u32>>,
}

/// The rows as they were at one moment; cheap to take.
#[derive(Debug, Clone)]
pub(super) struct Udgave {
    pub(super) blokke: Vec<Arc<Vec<Plads>>>,
    pub(super) ansvar: Vec<Arc<Ansvar>>,
}

impl Udgave {
    pub(super) fn plads(&self, nr: u32) -> Option<&Plads> {
        self.blokke.get(nr as usize / BLOK)?.get(nr as usize % BLOK)
    }
}

impl Kartotek {
    /// From rows that were read; `None` if they do not fit together.
    pub(super) fn af(udgave: Udgave) -> Option<Self> {
        let mut ny = Self { ansvar: udgave.ansvar, ..Self::default() };
        for (nr, ansvar) in (0_u32..).zip(&ny.ansvar) {
            ny.ansvar_nr.insert(ansvar.clone(), nr);
            hos(&mut ny.hos_leder, ansvar, nr);
        }
        ny.blokke = udgave.blokke;
        if ny.blokke.iter().rev().skip(1).any(|b| b.len() != BLOK) || ny.ansvar_nr.len() != ny.ansvar.len() {
            return None;
        }
        let antal = u32::try_from(ny.antal()).ok()?;
        let (blokke, hasher) = (&ny.blokke, &ny.hasher);
        let hash = |nr: &u32| hasher.hash_one(i_blok(blokke, *nr).id);
        ny.efter_id.reserve(antal as usize, hash);
        let raekker = blokke.iter().flat_map(|b| b.iter());
        for (nr, plads) in (0_u32..).zip(raekker) {
            let findes = |n: u32| n == INGEN || n < antal;
            let ansvar = plads.kort.is_none_or(|k| (k.ansvar as usize) < ny.ansvar.len());
            if !findes(plads.naeste) || !findes(plads.hoved) || !ansvar {
                return None;
            }
            ny.efter_id.insert_unique(hasher.hash_one(plads.id), nr, hash);
        }
        Some(ny)
    }

    pub(super) fn udgave(&self) -> Udgave {
        Udgave { blokke: self.blokke.clone(), ansvar: self.ansvar.clone() }
    }

    pub(super) fn antal(&self) -> usize {
        self.blokke.last().map_or(0, |sidste| (self.blokke.len() - 1) * BLOK + sidste.len())
    }

    pub(super) fn plads(&self, nr: u32) -> &Plads {
        i_blok(&self.blokke, nr)
    }

    pub(super) fn ret(&mut self, nr: u32, hvordan: impl FnOnce(&mut Plads)) {
        let plads = i_blok(&self.blokke, nr);
        let mut ny = *plads;
        hvordan(&mut ny);
        if ny != *plads {
            let (blok, i) = (nr as usize / BLOK, nr as usize % BLOK);
            Arc::make_mut(&mut self.blokke[blok])[i] = ny;
        }
    }

    pub(super) fn find(&self, id: Uuid) -> Option<u32> {
        self.efter_id.find(self.hasher.hash_one(id), |nr| self.plads(*nr).id == id).copied()
    }

    /// A new row.
    pub(super) fn tilfoej(&mut self, plads: Plads) -> u32 {
        // 2^32 registrations are 200 GB of rows: the machine ends before the numbers do.
        let nr = u32::try_from(self.antal()).expect("fewer than 2^32 registrations fit in memory");
        if self.blokke.last().is_none_or(|b| b.len() == BLOK) {
            self.blokke.push(Arc::new(Vec::with_capacity(BLOK)));
        }
        if let Some(blok) = self.blokke.last_mut() {
            Arc::make_mut(blok).push(plads);
        }
        let (blokke, hasher) = (&self.blokke, &self.hasher);
        self.efter_id.insert_unique(hasher.hash_one(plads.id), nr, |n| hasher.hash_one(i_blok(blokke, *n).id));
        nr
    }

    pub(super) fn alle(&self) -> impl Iterator<Item = &Plads> {
        self.blokke.iter().flat_map(|b| b.iter())
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
        hos(&mut self.hos_leder, &ansvar, nr);
        self.ansvar_nr.insert(ansvar, nr);
        nr
    }

    /// Numbers of all that ever named this leader.
    pub(super) fn hos_leder(&self, leder: &str) -> &[u32] {
        self.hos_leder.get(leder).map_or(&[], Vec::as_slice)
    }
}

fn hos(hos_leder: &mut Tabel<String, Vec<u32>>, ansvar: &Ansvar, nr: u32) {
    if let Some(leder) = &ansvar.leder {
        hos_leder.entry(leder.clone()).or_default().push(nr);
    }
}

fn i_blok(blokke: &[Arc<Vec<Plads>>], nr: u32) -> &Plads {
    &blokke[nr as usize / BLOK][nr as usize % BLOK]
}

// A row is what history costs for ever.
const _: () = assert!(size_of::<Plads>() == 52);
