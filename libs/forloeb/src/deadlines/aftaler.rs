//! What was agreed in a talk, as frister: each agreement has a day, and one who keeps it.

use std::sync::Arc;

use crate::deadlines::frister::{Frist, Loest, OnDay};
use crate::fold::samtale::Aftale;
use crate::words::{Aftaleudfald, Fristart, Friststatus};

impl OnDay<'_> {
    /// One for each agreement that counts, by day. They stay when the employee is back, for much that is agreed is about
    /// coming back; they end with the employment, also where that ends after the return.
    pub(super) fn aftaler(&self) -> Vec<Frist> {
        let regel = (!self.f.referater.is_empty()).then(|| self.maybe_regel(Fristart::Aftale)).flatten();
        let Some(regel) = regel else { return Vec::new() };
        let of = |aftale: &Aftale<'_>| {
            let loest = self.of_aftale(aftale).or_else(|| self.lapsed(aftale.senest, regel));
            let mut frist = self.after_regel(regel, aftale.senest, loest);
            (frist.ansvarlig, frist.aftale) = (Arc::from([aftale.hvem.modtager()]), Some(aftale.nr));
            frist
        };
        self.f.aftaler().iter().map(of).collect()
    }

    fn of_aftale(&self, aftale: &Aftale<'_>) -> Loest {
        let afgjort = aftale.afgjort?;
        let status = match afgjort.what.udfald {
            Aftaleudfald::Gjort => Friststatus::Opfyldt,
            Aftaleudfald::Bortfaldet => Friststatus::Bortfaldet,
        };
        Some((status, afgjort.resolution(afgjort.what.dato)))
    }
}
