//! Looking up forløb: by id, by whose they are, in the order of the list.

use std::collections::BTreeSet;
use std::sync::Arc;

use forloeb::Forloeb;
use forloeb::frister::vurder;
use uuid::Uuid;

use super::aktuelle::{Aktuel, Optalt, Orden};
use super::kartotek::{INGEN, Plads, Raekkekort};
use super::kort::Ansvar;
use super::udledt::Tabt;
use super::{IkkeLaant, Opslag, Sag, Visninger};
use crate::adgang::{Bruger, Synlighed};

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
        raekke.indlaest.as_ref().map(|i| i.forloeb.clone()).ok_or(IkkeLaant)
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

    /// Of what goes on, what somebody may see and is wanted of whom it belongs to, in no order. Costs what is found; for
    /// others than leaders also a look at each group of forløb that share whose they are.
    pub fn i_gang_for(&self, bruger: &Bruger, vil: impl Fn(&Ansvar) -> bool) -> impl Iterator<Item = &Aktuel> {
        let egne: Option<Vec<u32>> = bruger.leder_nr().map(|nr| {
            let egne = self.staar_ind_for(nr).chain([nr]);
            let ledere: BTreeSet<&str> = egne.flat_map(|leder| self.underordnede(leder).chain([leder])).collect();
            ledere.into_iter().flat_map(|leder| self.kartotek.hos_leder(leder)).copied().collect()
        });
        let alle = egne.is_none().then(|| self.aktuelle.grupper());
        let grupper = alle.into_iter().flatten().chain(egne.into_iter().flatten()).filter(move |nr| {
            let ansvar = self.kartotek.ansvar(*nr);
            vil(ansvar) && bruger.kan_se(ansvar, self)
        });
        let synlige = grupper.flat_map(|nr| self.aktuelle.hos(nr)).filter(|a| a.dagen.i_gang);
        synlige.filter(move |a| self.ses_af(bruger, &a.forloeb.medarbejder_nr, &a.kort))
    }

    /// What was lost of the forløb that are over, with nothing more to have, and ended within the period of
    /// [`super::udledt::tabt_siden`]: of those somebody may see and wants. Costs what was lost in that period.
    pub fn tabte_for(
        &self,
        bruger: &Bruger,
        vil: impl Fn(&Ansvar) -> bool,
    ) -> impl Iterator<Item = (Opslag<'_>, &Tabt)> {
        let alle = self.aktuelle.tabte().filter_map(|(plads, t)| Some((self.opslag(self.kartotek.plads(plads))?, t)));
        alle.filter(move |(o, _)| vil(o.ansvar) && self.ses_af(bruger, o.nr, o.kort))
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

    /// Somebody may see the forløb of a card.
    #[must_use]
    pub fn ses_af(&self, bruger: &Bruger, nr: &str, kort: &Raekkekort) -> bool {
        if bruger.ser_alle() {
            return true;
        }
        let ansvar = self.ansvar(kort);
        let synlighed = Synlighed {
            medarbejder_nr: nr,
            leder: ansvar.leder.as_deref(),
            kontaktperson: ansvar.kontaktperson.as_deref(),
            koordinator: ansvar.koordinator.as_deref(),
            aabent: kort.er_aabent(),
        };
        bruger.ser_det(synlighed, self)
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
