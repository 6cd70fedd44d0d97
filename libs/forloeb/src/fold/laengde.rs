//! How long an absence is expected to last, and when somebody at the workplace was last in touch about it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::fold::forloeb::Forloeb;
use crate::procent::Procent;
use crate::words::{Opfoelgningsart, OtteUgerUdfald};

/// What was said when somebody asked until when it is expected to go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpectedSlut {
    /// The day it was said.
    pub dato: NaiveDate,
    /// The last day of absence that is expected; none: nobody can say.
    pub sidste: Option<NaiveDate>,
}

impl Forloeb {
    /// The last day of absence that is expected; none where nobody has named one.
    #[must_use]
    pub fn expected_sidste(&self) -> Option<NaiveDate> {
        self.slut_forventet.as_ref()?.what.sidste
    }

    /// The latest day up to today that shows that the workplace and the employee were in touch; the first day of absence
    /// where nothing does. A contact, and what was held with the employee; an attempt, a talk to which they did not come, and
    /// a decision that none is needed show nothing. That nobody can say how long it takes was said by somebody who asked, and
    /// partial work begins at the workplace: planned ahead it shows nothing yet. Minutes count on the day they were written;
    /// written anew they are a correction.
    #[must_use]
    pub fn in_touch(&self, today: NaiveDate) -> NaiveDate {
        let kontakter = self.kontakter.iter().map(|k| k.what.dato);
        let moeder = self.held().map(|moede| moede.dato);
        let said = self.slut_forventet.iter().map(|said| said.what.dato);
        let is_new = |erstatter: Option<u64>| !self.referater.iter().any(|other| Some(other.position) == erstatter);
        let written = self.referater.iter().filter(|r| is_new(r.what.erstatter)).map(|r| r.dag);
        let delvis = self.delvis_begins().filter(|fra| *fra <= today);
        kontakter.chain(moeder).chain(said).chain(written).chain(delvis).fold(self.foerste, Ord::max)
    }

    /// The days from which the employee is at work for a part of the time, or for another part than before.
    fn delvis_begins(&self) -> impl Iterator<Item = NaiveDate> {
        let mut before = Procent::FULL;
        self.perioder.iter().filter_map(move |periode| {
            let changed = std::mem::replace(&mut before, periode.omfang_pct) != periode.omfang_pct;
            (changed && periode.omfang_pct < Procent::FULL).then_some(periode.fra)
        })
    }

    /// The latest day on which a follow-up was held: the next is counted from it.
    pub(crate) fn followed_up(&self) -> Option<NaiveDate> {
        let held = |udfald| udfald == OtteUgerUdfald::Holdt;
        let otte_uger = self.otte_uger.iter().filter(|o| held(o.what.udfald)).map(|o| o.what.dato);
        let videre = self.opfoelgninger.iter().filter(|o| o.what.art == Opfoelgningsart::Videre);
        let videre = videre.filter(|o| held(o.what.udfald)).map(|o| o.what.dato);
        otte_uger.chain(videre).chain(self.evalueringer.iter().map(|e| e.what)).max()
    }
}
