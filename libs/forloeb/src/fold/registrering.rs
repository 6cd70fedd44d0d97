//! An absence registration as it stands after corrections, and how registrations make up runs.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{FravaerRegistreret, FravaerRettet, Importeret};
use crate::fold::forloeb::Faktum;
use crate::ord::{Aarsag, Kilde, Slutaarsag};
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// An absence registration as it stands after corrections.
#[derive(Debug, Clone, PartialEq)]
pub struct Registrering {
    /// Its id; the forløb that it starts has the same.
    pub id: Uuid,
    /// Number of the absence in the payroll system.
    pub fravaer_nr: Option<String>,
    /// Why the employee is away, as payroll codes it.
    pub aarsag: Aarsag,
    /// First whole day of absence.
    pub foerste: NaiveDate,
    /// Last day of absence, itself included; none while it goes on or is not known.
    pub sidste: Option<NaiveDate>,
    /// Absence in percent of the working time.
    pub omfang_pct: u8,
    /// What payroll last told of it, if it came from there: a file read again is compared with this, so that it does
    /// not undo what people have registered since.
    pub importeret: Option<Importeret>,
    pub(crate) orden: usize,
    pub(crate) slut_ved: Option<Faktum<Slutaarsag>>,
    pub(crate) annulleret_af: Option<u64>,
}

impl FravaerRettet {
    /// What payroll said, where it was payroll that corrected.
    pub(super) fn importeret(&self) -> Option<Importeret> {
        let Self { aarsag, foerste, sidste, omfang_pct, .. } = *self;
        let alt = Importeret { aarsag, foerste, sidste, omfang_pct };
        (self.kilde == Kilde::Import).then(|| self.linje.unwrap_or(alt))
    }
}

impl Registrering {
    /// As it came in.
    pub(crate) fn fra_haendelse(h: &FravaerRegistreret) -> Self {
        let ny = Self {
            id: h.registrering,
            fravaer_nr: h.fravaer_nr.clone(),
            aarsag: h.aarsag,
            foerste: h.foerste,
            sidste: h.sidste,
            omfang_pct: h.omfang_pct,
            importeret: None,
            orden: 0,
            slut_ved: None,
            annulleret_af: None,
        };
        Self { importeret: (h.kilde == Kilde::Import).then(|| ny.vaerdier()), ..ny }
    }

    /// As it is when payroll says this: what payroll says now as it said it last, people may have corrected since.
    #[must_use]
    pub fn med_linje(&self, linje: &Importeret) -> Self {
        let sidst = self.importeret.as_ref();
        Self {
            aarsag: nyt(sidst.map(|s| s.aarsag), linje.aarsag, self.aarsag),
            foerste: nyt(sidst.map(|s| s.foerste), linje.foerste, self.foerste),
            sidste: nyt(sidst.map(|s| s.sidste), linje.sidste, self.sidste),
            omfang_pct: nyt(sidst.map(|s| s.omfang_pct), linje.omfang_pct, self.omfang_pct),
            ..self.clone()
        }
    }

    /// The values that payroll's lines have too.
    #[must_use]
    pub const fn vaerdier(&self) -> Importeret {
        let Self { aarsag, foerste, sidste, omfang_pct, .. } = *self;
        Importeret { aarsag, foerste, sidste, omfang_pct }
    }

    /// A day lies in it.
    #[must_use]
    pub fn rammer(&self, dag: NaiveDate) -> bool {
        self.foerste <= dag && self.sidste.is_none_or(|s| dag <= s)
    }

    fn overlapper(&self, anden: &Self) -> bool {
        self.sidste.is_none_or(|s| anden.foerste <= s) && anden.sidste.is_none_or(|s| self.foerste <= s)
    }
}

/// A value of payroll where it is news, else the one that stands.
fn nyt<T: PartialEq>(sidst: Option<T>, linje: T, staar: T) -> T {
    if sidst.is_some_and(|sidst| sidst == linje) { staar } else { linje }
}

/// Two registrations of one employment that claim the same day, if there are any.
pub(crate) fn overlap(registreringer: &[Registrering]) -> Option<(&Registrering, &Registrering)> {
    registreringer.windows(2).find_map(|par| par[0].overlapper(&par[1]).then_some((&par[0], &par[1])))
}

/// By first day; of two from the same day the one that was recorded first.
pub(super) fn sorter(registreringer: &mut [impl std::borrow::Borrow<Registrering>]) {
    registreringer.sort_by_key(|r| (r.borrow().foerste, r.borrow().orden));
}

/// The next registration belongs to the run that ends with `foer`: there is no gap between them, or one so small that
/// the rules of the later one look past it.
pub(super) fn haenger_sammen(foer: &Registrering, naeste: &Registrering, bog: &Regelbog) -> bool {
    let hul = i64::from(bog.gaeldende(naeste.foerste).parametre.max_hul_dage);
    foer.sidste.is_none_or(|s| naeste.foerste <= plus_dage(s, hul + 1))
}
