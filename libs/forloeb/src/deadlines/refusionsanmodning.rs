//! The claim of refusion as a frist: when the days are to be claimed that no claim covers.

use chrono::NaiveDate;

use crate::deadlines::frister::{Frist, Loest, OnDay};
use crate::fold::forloeb::{Loesning, Situation};
use crate::refusion::{Refusion, krav_by};
use crate::rules::calendar::plus_maaneder;
use crate::rules::{Formula, Fristregel};
use crate::words::{Fristart, Friststatus};

impl OnDay<'_> {
    /// When the oldest refusion day that no claim covers is to be claimed.
    pub(super) fn refusionsanmodning(&self, refusion: &Refusion) -> Frist {
        let r = refusion.aeldste_udaekkede;
        let all_anmodet = self.f.krav.last().filter(|_| r.is_none());
        let loest = match (all_anmodet, r) {
            (Some(krav), _) => Some((Friststatus::Opfyldt, krav.resolution(krav.what.til))),
            // Over, and no day left to claim: too short, or every day lost.
            (None, None) => match self.f.situation(self.today) {
                Situation::End { aarsag, sidste } => Some((Friststatus::Bortfaldet, self.end_loesning(aarsag, sidste))),
                // No day gives refusion as things stand: partly away for too few hours, or without wages.
                Situation::Aabent => (refusion.gives || refusion.without_loen.is_some()).then_some((
                    Friststatus::Bortfaldet,
                    Loesning { position: None, name: "ingen_refusion", dato: None },
                )),
            },
            (None, Some(_)) => None,
        };
        let mut frist = self.of_krav(r.unwrap_or(refusion.foerste_refusionsdag), loest);
        match self.f.kvittering() {
            Some(kvittering) => frist.aabner = frist.aabner.max(kvittering.what.dato),
            // It cannot be claimed before the anmeldelse is receipted, so it is not open before.
            None if frist.status.outstanding() => frist.status = Friststatus::Coming,
            None => {}
        }
        if frist.status.outstanding() && self.today < frist.aabner {
            frist.status = Friststatus::Coming;
        }
        frist
    }

    /// The claim of the days from this one on. When its months are over, what a dispensation gives back can be claimed for so
    /// many months after F (§ 59 stk. 6).
    fn of_krav(&self, dag: NaiveDate, loest: Loest) -> Frist {
        let (regel, calendar) = (self.regel(Fristart::Refusionsanmodning), self.book.calendar());
        if krav_by(self.f, dag, self.today) <= plus_maaneder(dag, regel.lovdag.maaneder) {
            return self.after_regel(regel, dag, loest);
        }
        let maaneder = self.f.regler.parameters.dispensation_maaneder;
        let (maaldag, lovdag) = (Formula { maaneder, ..regel.maaldag }, Formula { maaneder, ..regel.lovdag });
        let mut frist = self.after_regel(&Fristregel { maaldag, lovdag, ..regel.clone() }, self.f.foerste, loest);
        frist.aabner = regel.aabner.compute(dag, calendar).min(frist.maaldag);
        frist
    }
}
