//! What was agreed in a talk, as frister: each agreement has a day, and one who keeps it.

use std::sync::Arc;

use crate::deadlines::frister::{Frist, Loest, OnDay};
use crate::fold::forloeb::{Loesning, Situation};
use crate::fold::samtale::Aftale;
use crate::rules::Fristregel;
use crate::rules::calendar::plus_dage;
use crate::words::{Aftaleudfald, Fristart, Friststatus, Slutaarsag};

impl OnDay<'_> {
    /// One for each agreement that counts, by day. They stay when the employee is back, for much that is agreed is about
    /// coming back; they end with the employment.
    pub(super) fn aftaler(&self) -> Vec<Frist> {
        let regel = (!self.f.referater.is_empty()).then(|| self.maybe_regel(Fristart::Aftale)).flatten();
        let Some(regel) = regel else { return Vec::new() };
        let of = |aftale: &Aftale<'_>| {
            let loest = self.of_aftale(aftale).or_else(|| self.past(aftale, regel));
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

    /// Nobody keeps it any more: the employment is over, or the absence is and it has stood too long.
    fn past(&self, aftale: &Aftale<'_>, regel: &Fristregel) -> Loest {
        let Situation::End { aarsag, sidste } = self.f.situation(self.today) else { return None };
        if matches!(aarsag, Slutaarsag::Doed | Slutaarsag::Fratraadt) {
            return Some((Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste)));
        }
        let lapses = plus_dage(aftale.senest.max(sidste), i64::from(regel.bortfalder_dage));
        let over = regel.bortfalder_dage > 0 && self.today > lapses;
        let loesning = Loesning { position: None, name: "for_laenge_siden", dato: Some(lapses) };
        over.then_some((Friststatus::Bortfaldet, loesning))
    }
}
