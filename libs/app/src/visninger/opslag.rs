//! Looking up forløb: by id, by whose they are, in the order of the list.

use std::sync::Arc;

use forloeb::Forloeb;
use forloeb::frister::vurder;
use uuid::Uuid;

use super::aktuelle::{Aktuel, Optalt, Orden};
use super::kartotek::{INGEN, Plads, Raekkekort};
use super::kort::Ansvar;
use super::udledt::Tabt;
use super::{IkkeLaant, Opslag, Sag, Visninger};

impl Visninger {
    /// Employee number of a forløb, also by an id that was joined into another.
    #[must_use]
    pub fn hvis(&self, id: Uuid) -> Option<&str> {
        let plads = self.kartotek.plads(self.kartotek.find(id)?);
        Some(&self.raekker[plads.ansaettelse as usize].nr)
    }

    /// The id of a forløb now, also by an id that was joined into another.
    #[must_use]
    pub fn forloeb_id(&self, id: Uuid) -> Option<Uuid> {
        let hoved = self.kartotek.plads(self.kartotek.find(id)?).hoved;
        (hoved != INGEN).then(|| self.kartotek.plads(hoved).id)
    }

    /// A forløb, also by an id that was joined into another; none if there is no such forløb.
    ///
    /// # Errors
    /// It is at rest, and its employment was not borrowed.
    pub fn find(&self, id: Uuid) -> Result<Option<Arc<Forloeb>>, IkkeLaant> {
        let Some(plads) = self.kartotek.find(id).map(|nr| self.kartotek.plads(nr)).filter(|p| p.hoved != INGEN) else {
            return Ok(None);
        };
        if let Some(aktuel) = self.aktuelle.find(plads.hoved) {
            return Ok(Some(aktuel.forloeb.clone()));
        }
        let indlaest = self.raekker[plads.ansaettelse as usize].indlaest.as_ref().ok_or(IkkeLaant)?;
        Ok(indlaest.forloeb.iter().find(|f| f.hedder(id)).cloned())
    }

    /// The forløb of an employee, by first absence day; annulled ones last.
    ///
    /// # Errors
    /// It was not borrowed.
    pub fn forloeb_for(&self, nr: &str) -> Result<Vec<Arc<Forloeb>>, IkkeLaant> {
        let Some(raekke) = self.raekke(nr) else { return Ok(Vec::new()) };
        raekke.indlaest.as_ref().map(|i| i.forloeb.to_vec()).ok_or(IkkeLaant)
    }

    /// The forløb of an employee that are not at rest, every open one among them, in no order.
    pub fn aktuelle_for(&self, nr: &str) -> impl Iterator<Item = &Aktuel> {
        let idx = self.numre.get(nr).copied().unwrap_or(INGEN);
        self.pladser(idx).filter_map(|plads| self.aktuelle.find(plads))
    }

    /// Forløb that are open, or over with money that can still be had, in no order. Costs what is going on, not all
    /// there was.
    pub fn i_gang(&self) -> impl Iterator<Item = &Aktuel> {
        self.aktuelle.alle().map(|(_, aktuel)| aktuel).filter(|aktuel| aktuel.dagen.i_gang)
    }

    /// Whose forløb there are that go on: groups that share whose they are.
    pub(crate) fn grupper(&self) -> impl Iterator<Item = u32> {
        self.aktuelle.grupper()
    }

    /// The groups of a leader.
    pub(crate) fn grupper_hos(&self, leder: &str) -> &[u32] {
        self.kartotek.hos_leder(leder)
    }

    /// Whose a group is.
    pub(crate) fn gruppens_ansvar(&self, gruppe: u32) -> &Ansvar {
        self.kartotek.ansvar(gruppe)
    }

    /// What goes on in a group.
    pub(crate) fn i_gang_i(&self, gruppe: u32) -> impl Iterator<Item = &Aktuel> {
        self.aktuelle.hos(gruppe).filter(|a| a.dagen.i_gang)
    }

    /// What was lost of the forløb that are over, with nothing more to have, and ended within the period of
    /// [`super::udledt::tabt_siden`].
    pub(crate) fn tabte(&self) -> impl Iterator<Item = (Opslag<'_>, &Tabt)> {
        self.aktuelle.tabte().filter_map(|(plads, t)| Some((self.opslag(self.kartotek.plads(plads))?, t)))
    }

    /// The open forløb in the order of the list, after a place in it.
    pub fn aabne(&self, efter: Option<Orden>) -> impl Iterator<Item = (Orden, &Aktuel)> {
        self.aktuelle.aabne(efter)
    }

    /// Counts of all that is going on.
    #[must_use]
    pub const fn optalt(&self) -> &Optalt {
        self.aktuelle.optalt()
    }

    /// The cards of every forløb there ever was, in no order.
    pub fn kort(&self) -> impl Iterator<Item = Opslag<'_>> {
        self.kartotek.alle().filter_map(|plads| self.opslag(plads))
    }

    /// Whose a forløb is.
    #[must_use]
    pub fn ansvar(&self, kort: &Raekkekort) -> &Ansvar {
        self.kartotek.ansvar(kort.ansvar)
    }

    /// The card of a forløb that is not at rest.
    #[must_use]
    pub fn opslag_af<'a>(&'a self, aktuel: &'a Aktuel) -> Opslag<'a> {
        let (f, kort) = (&aktuel.forloeb, &aktuel.kort);
        Opslag { id: f.id, nr: &f.medarbejder_nr, kort, ansvar: self.ansvar(kort) }
    }

    /// The cards of one employee, in no order.
    pub fn kort_for(&self, nr: &str) -> impl Iterator<Item = Opslag<'_>> {
        let idx = self.numre.get(nr).copied().unwrap_or(INGEN);
        self.pladser(idx).filter_map(|plads| self.opslag(self.kartotek.plads(plads)))
    }

    fn opslag<'a>(&'a self, plads: &'a Plads) -> Option<Opslag<'a>> {
        let kort = plads.kort.as_ref()?;
        let nr = &*self.raekker[plads.ansaettelse as usize].nr;
        Some(Opslag { id: plads.id, nr, kort, ansvar: self.kartotek.ansvar(kort.ansvar) })
    }

    /// A forløb that is not at rest with its frister on the day.
    #[must_use]
    pub fn sag(&self, aktuel: &Aktuel) -> Sag {
        let vurdering = vurder(&aktuel.forloeb, self.idag, &self.bog);
        Sag { forloeb: aktuel.forloeb.clone(), vurdering }
    }
}
