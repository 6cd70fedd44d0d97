//! What somebody sees of all there is.

use std::collections::BTreeSet;

use super::{Bruger, Synlighed};
use crate::visninger::aktuelle::Aktuel;
use crate::visninger::kort::Ansvar;
use crate::visninger::udledt::Tabt;
use crate::visninger::{Opslag, Raekkekort, Visninger};

impl Visninger {
    /// Of what goes on, what somebody may see and is wanted of whom it belongs to, in no order. Costs what is found; for
    /// others than leaders also a look at each group of forløb that share whose they are.
    pub fn i_gang_for(&self, bruger: &Bruger, vil: impl Fn(&Ansvar) -> bool) -> impl Iterator<Item = &Aktuel> {
        let egne: Option<Vec<u32>> = bruger.leder_nr().map(|nr| {
            let egne = self.staar_ind_for(nr).chain([nr]);
            let ledere: BTreeSet<&str> = egne.flat_map(|leder| self.underordnede(leder).chain([leder])).collect();
            ledere.into_iter().flat_map(|leder| self.grupper_hos(leder)).copied().collect()
        });
        let alle = egne.is_none().then(|| self.grupper());
        let grupper = alle.into_iter().flatten().chain(egne.into_iter().flatten()).filter(move |nr| {
            let ansvar = self.gruppens_ansvar(*nr);
            vil(ansvar) && bruger.kan_se(ansvar, self)
        });
        let synlige = grupper.flat_map(|nr| self.i_gang_i(nr));
        synlige.filter(move |a| self.ses_af(bruger, &a.forloeb.medarbejder_nr, &a.kort))
    }

    /// What was lost of the forløb that are over, with nothing more to have, and ended within the period of
    /// [`crate::visninger::udledt::tabt_siden`]: of those somebody may see and wants. Costs what was lost in that period.
    pub fn tabte_for(
        &self,
        bruger: &Bruger,
        vil: impl Fn(&Ansvar) -> bool,
    ) -> impl Iterator<Item = (Opslag<'_>, &Tabt)> {
        self.tabte().filter(move |(o, _)| vil(o.ansvar) && self.ses_af(bruger, o.nr, o.kort))
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
}
