//! An absence registration as it stands after corrections, and how registrations make up runs.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{FravaerRegistreret, FravaerRettet, Imported};
use crate::fold::forloeb::Fact;
use crate::procent::Procent;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::{Aarsag, Kilde, Slutaarsag};

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
    pub omfang_pct: Procent,
    /// What payroll last told of it, if it came from there: a file read again is compared with this, so that it does
    /// not undo what people have registered since.
    pub imported: Option<Imported>,
    /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
    pub paragraf_56: Option<bool>,
    /// A person, or payroll, said that the employee reported fit again after the last day.
    pub raskmeldt: bool,
    pub(crate) ordering: usize,
    pub(crate) end_at: Option<Fact<Slutaarsag>>,
    pub(crate) annulleret_by: Option<u64>,
}

impl FravaerRettet {
    /// What payroll said, where it was payroll that corrected.
    pub(super) fn imported(&self) -> Option<Imported> {
        let Self { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt, .. } = *self;
        let everything = Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt };
        (self.kilde == Kilde::Import).then(|| self.line.unwrap_or(everything))
    }
}

impl Registrering {
    /// As it came in.
    pub(crate) fn from_haendelse(h: &FravaerRegistreret) -> Self {
        let new = Self {
            id: h.registrering,
            fravaer_nr: h.fravaer_nr.clone(),
            aarsag: h.aarsag,
            foerste: h.foerste,
            sidste: h.sidste,
            omfang_pct: h.omfang_pct,
            imported: None,
            paragraf_56: h.paragraf_56,
            raskmeldt: h.raskmeldt,
            ordering: 0,
            end_at: None,
            annulleret_by: None,
        };
        Self { imported: (h.kilde == Kilde::Import).then(|| new.values()), ..new }
    }

    /// As it is when payroll says this: what payroll says now as it said it last, people may have corrected since.
    #[must_use]
    pub fn with_line(&self, line: &Imported) -> Self {
        let last = self.imported.as_ref();
        Self {
            aarsag: new_one(last.map(|s| s.aarsag), line.aarsag, self.aarsag),
            foerste: new_one(last.map(|s| s.foerste), line.foerste, self.foerste),
            sidste: new_one(last.map(|s| s.sidste), line.sidste, self.sidste),
            omfang_pct: new_one(last.map(|s| s.omfang_pct), line.omfang_pct, self.omfang_pct),
            paragraf_56: new_one(last.map(|s| s.paragraf_56), line.paragraf_56, self.paragraf_56),
            raskmeldt: new_one(last.map(|s| s.raskmeldt), line.raskmeldt, self.raskmeldt),
            ..self.clone()
        }
    }

    /// The values that payroll's lines have too.
    #[must_use]
    pub const fn values(&self) -> Imported {
        let Self { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt, .. } = *self;
        Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt }
    }

    /// A day lies in it.
    #[must_use]
    pub fn covers(&self, dag: NaiveDate) -> bool {
        self.foerste <= dag && self.sidste.is_none_or(|s| dag <= s)
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.sidste.is_none_or(|s| other.foerste <= s) && other.sidste.is_none_or(|s| self.foerste <= s)
    }
}

/// A value of payroll where it is news, else the one that stands.
fn new_one<T: PartialEq>(last: Option<T>, line: T, stands: T) -> T {
    if last.is_some_and(|last| last == line) { stands } else { line }
}

/// Two registrations of one employment that claim the same day, if there are any.
pub(crate) fn overlap(registreringer: &[Registrering]) -> Option<(&Registrering, &Registrering)> {
    registreringer.windows(2).find_map(|pair| pair[0].overlaps(&pair[1]).then_some((&pair[0], &pair[1])))
}

/// By first day; of two from the same day the one that was recorded first.
pub(super) fn sorter(registreringer: &mut [impl std::borrow::Borrow<Registrering>]) {
    registreringer.sort_by_key(|r| (r.borrow().foerste, r.borrow().ordering));
}

/// The next registration belongs to the run that ends with `foer`: there is no gap between them, or one so small that
/// the rules of the later one look past it.
pub(super) fn hangs_together(before: &Registrering, next: &Registrering, book: &Regelbog) -> bool {
    let gap = i64::from(book.in_force(next.foerste).parameters.max_hul_dage);
    before.sidste.is_none_or(|s| next.foerste <= plus_dage(s, gap + 1))
}
