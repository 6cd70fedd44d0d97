//! What is going on: every forløb that is not at rest, the open ones in the order of the list, and counted.
//!
//! All of it holds for one day. It is kept up to date as employments change, so that a page of the list costs its rows
//! and a count costs nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::ord::{Fristart, Friststatus};
use uuid::Uuid;

use super::Tabel;
use super::kartotek::Raekkekort;
use super::udledt::{Dagen, Kroner, Tabt};

/// A forløb that is not at rest.
#[derive(Debug, Clone)]
pub struct Aktuel {
    /// The forløb.
    pub forloeb: Arc<Forloeb>,
    /// Its card.
    pub kort: Raekkekort,
    /// What the day says of it.
    pub dagen: Dagen,
}

/// Where an open forløb stands in the list: by the legal day of what is most urgent, those without one last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Orden {
    /// The legal day.
    pub lovdag: NaiveDate,
    /// F.
    pub foerste: NaiveDate,
    /// Id.
    pub id: Uuid,
}

impl Orden {
    /// Of a card.
    #[must_use]
    pub fn af<A>(kort: &super::kort::Kort<A>, id: Uuid) -> Self {
        Self { lovdag: kort.lovdag.unwrap_or(NaiveDate::MAX), foerste: kort.foerste, id }
    }
}

/// Counts of what is going on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Optalt {
    /// Open forløb.
    pub aabne: usize,
    /// Over, with money that can still be had.
    pub med_penge: usize,
    /// Open forløb by frist and status, in the order of their definitions.
    pub frister: [[usize; Friststatus::ALLE.len()]; Fristart::ALLE.len()],
    /// Kroner that are lost at once where the anmeldelse is not receipted in time.
    pub i_fare_kr: i64,
    /// Kroner lost, by a late anmeldelse or a late claim: so far where something goes on, and of what ended within the
    /// period of [`super::udledt::tabt_siden`].
    pub mistet_kr: i64,
    /// Estimates that could not use their own year's rate.
    pub fremmede_satser: usize,
}

impl Optalt {
    /// Counts one in, or out.
    pub fn tael(&mut self, aktuel: &Aktuel, ind: bool) {
        if !aktuel.dagen.i_gang {
            return;
        }
        let dagen = &aktuel.dagen;
        laeg_til(&mut self.i_fare_kr, &mut self.fremmede_satser, dagen.i_fare, ind);
        self.tael_tab([dagen.mistet, dagen.for_sent_anmodet], ind);
        let en = |n: &mut usize| *n = if ind { *n + 1 } else { n.saturating_sub(1) };
        if !aktuel.kort.er_aabent() {
            return en(&mut self.med_penge);
        }
        en(&mut self.aabne);
        for (art, status) in aktuel.kort.statusser.alle() {
            en(&mut self.frister[art as usize][status as usize]);
        }
    }

    /// Counts the two kinds of loss of one forløb in, or out.
    pub fn tael_tab(&mut self, tab: [Option<Kroner>; 2], ind: bool) {
        tab.into_iter().for_each(|kr| laeg_til(&mut self.mistet_kr, &mut self.fremmede_satser, kr, ind));
    }
}

fn laeg_til(sum: &mut i64, fremmede_satser: &mut usize, skoen: Option<Kroner>, ind: bool) {
    let Some(skoen) = skoen else { return };
    *sum += if ind { skoen.kr } else { -skoen.kr };
    if !skoen.egen_sats {
        *fremmede_satser = if ind { *fremmede_satser + 1 } else { fremmede_satser.saturating_sub(1) };
    }
}

/// Every forløb that is not at rest, by its row in the card index.
#[derive(Debug, Default)]
pub(super) struct Aktuelle {
    alle: Tabel<u32, Aktuel>,
    /// By whose they are: who sees little, or asks for little, passes over the rest a group at a time.
    pr_ansvar: Tabel<u32, BTreeSet<u32>>,
    orden: BTreeSet<(Orden, u32)>,
    optalt: Optalt,
    /// What was lost of those that ended within the period.
    tabte: Tabel<u32, Tabt>,
    /// The same by last day, so that they leave the period in time.
    tabte_efter_slut: BTreeSet<(NaiveDate, u32)>,
}

impl Aktuelle {
    pub(super) fn saet(&mut self, plads: u32, aktuel: Aktuel) {
        self.fjern(plads);
        self.optalt.tael(&aktuel, true);
        if aktuel.kort.er_aabent() {
            self.orden.insert((Orden::af(&aktuel.kort, aktuel.forloeb.id), plads));
        }
        self.pr_ansvar.entry(aktuel.kort.ansvar).or_default().insert(plads);
        self.alle.insert(plads, aktuel);
    }

    pub(super) fn fjern(&mut self, plads: u32) {
        if let Some(aktuel) = self.alle.remove(&plads) {
            self.optalt.tael(&aktuel, false);
            self.orden.remove(&(Orden::af(&aktuel.kort, aktuel.forloeb.id), plads));
            if let Some(gruppe) = self.pr_ansvar.get_mut(&aktuel.kort.ansvar) {
                gruppe.remove(&plads);
                if gruppe.is_empty() {
                    self.pr_ansvar.remove(&aktuel.kort.ansvar);
                }
            }
        }
    }

    /// What a forløb lost that is over, in the place of what was known of it before.
    pub(super) fn saet_tabt(&mut self, plads: u32, tabt: Option<Tabt>) {
        if let Some(foer) = self.tabte.remove(&plads) {
            self.optalt.tael_tab([foer.mistet, foer.for_sent_anmodet], false);
            self.tabte_efter_slut.remove(&(foer.slut, plads));
        }
        if let Some(tabt) = tabt {
            self.optalt.tael_tab([tabt.mistet, tabt.for_sent_anmodet], true);
            self.tabte_efter_slut.insert((tabt.slut, plads));
            self.tabte.insert(plads, tabt);
        }
    }

    /// Forgets the losses of what ended before a day.
    pub(super) fn glem_tabte_foer(&mut self, siden: NaiveDate) {
        while let Some((slut, plads)) = self.tabte_efter_slut.first().copied().filter(|(slut, _)| *slut < siden) {
            self.tabte_efter_slut.remove(&(slut, plads));
            self.saet_tabt(plads, None);
        }
    }

    pub(super) fn tabt(&self, plads: u32) -> Option<&Tabt> {
        self.tabte.get(&plads)
    }

    pub(super) fn tabte(&self) -> impl Iterator<Item = (u32, &Tabt)> {
        self.tabte.iter().map(|(plads, tabt)| (*plads, tabt))
    }

    pub(super) fn find(&self, plads: u32) -> Option<&Aktuel> {
        self.alle.get(&plads)
    }

    pub(super) fn alle(&self) -> impl Iterator<Item = (u32, &Aktuel)> {
        self.alle.iter().map(|(plads, aktuel)| (*plads, aktuel))
    }

    /// Whose there are any.
    pub(super) fn grupper(&self) -> impl Iterator<Item = u32> {
        self.pr_ansvar.keys().copied()
    }

    /// Those of a group.
    pub(super) fn hos(&self, ansvar: u32) -> impl Iterator<Item = &Aktuel> {
        self.pr_ansvar.get(&ansvar).into_iter().flatten().filter_map(|plads| self.alle.get(plads))
    }

    /// The open ones in the order of the list, after a place in it.
    pub(super) fn aabne(&self, efter: Option<Orden>) -> impl Iterator<Item = (Orden, &Aktuel)> {
        use std::ops::Bound::{Excluded, Unbounded};
        let fra = efter.map_or(Unbounded, |e| Excluded((e, u32::MAX)));
        self.orden.range((fra, Unbounded)).filter_map(|(orden, plads)| Some((*orden, self.alle.get(plads)?)))
    }

    pub(super) const fn optalt(&self) -> &Optalt {
        &self.optalt
    }
}
