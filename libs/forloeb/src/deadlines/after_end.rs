//! What stays due when the employee is back, and when nobody does it any more.

use chrono::NaiveDate;

use crate::deadlines::frister::{Loest, OnDay};
use crate::fold::forloeb::{Loesning, Situation};
use crate::rules::Fristregel;
use crate::rules::calendar::plus_dage;
use crate::words::{Friststatus, Slutaarsag};

impl OnDay<'_> {
    /// Over, and nobody is left to do it, or it has stood too long to help.
    pub(super) fn lapsed(&self, fra: NaiveDate, regel: &Fristregel) -> Loest {
        let at = self.nobody_left().or_else(|| self.stood_too_long(fra, regel))?;
        Some((Friststatus::Bortfaldet, at))
    }

    /// There is nobody to do it with: the employment ended the absence, or has ended since the return from it. Nor is there where
    /// the absence was a mistake.
    pub(super) fn nobody_left(&self) -> Option<Loesning> {
        let Situation::End { aarsag, sidste } = self.f.situation(self.today) else { return None };
        if matches!(aarsag, Slutaarsag::Doed | Slutaarsag::Fratraadt | Slutaarsag::Annulleret) {
            return Some(self.end_loesning(aarsag, sidste));
        }
        let fratraadt = self.f.stamdata.fratraadt.filter(|fratraadt| *fratraadt < self.today)?;
        Some(Loesning { position: None, name: Slutaarsag::Fratraadt.code(), dato: Some(fratraadt) })
    }

    /// The absence is over, and the days for which its rule lets it stand have passed.
    pub(super) fn stood_too_long(&self, fra: NaiveDate, regel: &Fristregel) -> Option<Loesning> {
        let last = stands_until(fra.max(self.f.slutdag(self.today)?), regel)?;
        (self.today > last).then_some(Loesning { position: None, name: "for_laenge_siden", dato: Some(last) })
    }
}

/// The last day on which it still stands out, counted from the later of its day and the last one of the absence; none where it never
/// lapses.
pub(super) fn stands_until(dag: NaiveDate, regel: &Fristregel) -> Option<NaiveDate> {
    (regel.bortfalder_dage > 0).then(|| plus_dage(dag, i64::from(regel.bortfalder_dage)))
}
