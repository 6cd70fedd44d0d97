//! An absence registration as it stands after corrections, and how registrations make up runs.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{Forsvundet, FravaerRegistreret, FravaerRettet, Imported};
use crate::fold::forloeb::Fact;
use crate::fold::stamdata::Stamdataperioder;
use crate::fold::word::{Dag, Said, Spoken, Word};
use crate::procent::Procent;
use crate::rules::calendar::{Dage, plus_dage};
use crate::rules::{Regelbog, Sammenlaegning};
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
    /// Payroll's other rows about it, by number: it was there before they were.
    pub knyttet: Vec<(String, Imported)>,
    /// Whether it is of the illness that a § 56 agreement was made for, where it was said.
    pub paragraf_56: Option<bool>,
    /// It was said with the registration that the employee reported fit again after the last day.
    pub raskmeldt: bool,
    /// A person recorded that the employee is back, or how it ended otherwise.
    pub(crate) raskmelding: bool,
    /// What people said of it.
    pub(crate) said: Said,
    /// When payroll last said anything new of it.
    pub(crate) loen_told: Spoken,
    /// The last day of the employment that it began in, where another one came after it: it reaches no further.
    pub(crate) ansat_til: Option<NaiveDate>,
    pub(crate) ordering: usize,
    pub(crate) end_at: Option<Fact<Slutaarsag>>,
    pub(crate) annulleret_by: Option<u64>,
    /// What became of it since a whole file of payroll had it no more, if one ever had not.
    pub forsvundet: Option<Forsvundet>,
    /// The registration that its forløb goes on with, where it no longer counts and others of the forløb do.
    pub(crate) videre: Option<Uuid>,
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
            knyttet: Vec::new(),
            paragraf_56: h.paragraf_56,
            raskmeldt: h.raskmeldt,
            raskmelding: false,
            said: Said::default(),
            loen_told: Spoken::default(),
            ansat_til: None,
            ordering: 0,
            end_at: None,
            annulleret_by: None,
            forsvundet: None,
            videre: None,
        };
        Self { imported: (h.kilde == Kilde::Import).then(|| new.values()), ..new }
    }

    /// As it is when payroll says this: what payroll says now as it said it last, people may have corrected since, and what
    /// people have said something else of is for them to decide.
    #[must_use]
    pub fn with_line(&self, line: &Imported) -> Self {
        let last = self.imported.as_ref();
        let contested = |word: Option<Word<Dag>>, says: Dag| word.is_some_and(|word| !word.is(says));
        let (aarsag, omfang) = (self.said.aarsag.on(self.foerste), self.said.omfang.on(self.foerste));
        let foerste = if contested(self.said.foerste, Some(line.foerste)) {
            self.foerste
        } else {
            new_one(last.map(|s| s.foerste), line.foerste, self.foerste)
        };
        let (sidste, raskmeldt) = if contested(self.said.sidste, line.sidste) {
            (self.sidste, self.raskmeldt)
        } else {
            let raskmeldt = new_one(last.map(|s| s.raskmeldt), line.raskmeldt, self.raskmeldt);
            (new_one(last.map(|s| s.sidste), line.sidste, self.sidste), raskmeldt)
        };
        let aarsag = match aarsag {
            Some(word) if !word.is(line.aarsag) => self.aarsag,
            _ => new_one(last.map(|s| s.aarsag), line.aarsag, self.aarsag),
        };
        let omfang_pct = match omfang {
            Some(word) if !word.is(line.omfang_pct) => self.omfang_pct,
            _ => new_one(last.map(|s| s.omfang_pct), line.omfang_pct, self.omfang_pct),
        };
        Self {
            aarsag,
            foerste,
            sidste,
            omfang_pct,
            paragraf_56: new_one(last.map(|s| s.paragraf_56), line.paragraf_56, self.paragraf_56),
            raskmeldt,
            ..self.clone()
        }
    }

    /// The values that payroll's lines have too.
    #[must_use]
    pub const fn values(&self) -> Imported {
        let Self { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt, .. } = *self;
        Imported { aarsag, foerste, sidste, omfang_pct, paragraf_56, raskmeldt }
    }

    /// The last day is one after which the employee was fit, and not only the end of a row.
    #[must_use]
    pub const fn is_raskmeldt(&self) -> bool {
        self.sidste.is_some() && (self.raskmeldt || self.raskmelding)
    }

    /// A single day, and not the whole of it.
    pub(super) fn is_part_day(&self) -> bool {
        self.sidste == Some(self.foerste) && self.omfang_pct < Procent::FULL
    }

    /// It no longer counts.
    #[must_use]
    pub const fn is_annulleret(&self) -> bool {
        self.annulleret_by.is_some()
    }

    /// Told by payroll.
    #[must_use]
    pub const fn is_imported(&self) -> bool {
        self.imported.is_some()
    }

    /// The last day that it can have: the employment may have ended before.
    fn til(&self) -> Option<NaiveDate> {
        self.sidste.into_iter().chain(self.ansat_til).min()
    }

    /// A day lies in it.
    #[must_use]
    pub fn covers(&self, dag: NaiveDate) -> bool {
        self.foerste <= dag && self.til().is_none_or(|til| dag <= til)
    }

    pub(crate) fn overlaps(&self, other: &Self) -> bool {
        self.til().is_none_or(|til| other.foerste <= til) && other.til().is_none_or(|til| self.foerste <= til)
    }
}

/// A value of payroll where it is news, else the one that stands.
fn new_one<T: PartialEq>(last: Option<T>, line: T, stands: T) -> T {
    if last.is_some_and(|last| last == line) { stands } else { line }
}

/// Two registrations of one employment that claim the same day, if there are any. Who is home with a sick child can fall
/// ill on the same day.
pub(crate) fn overlap(registreringer: &[Registrering]) -> Option<(&Registrering, &Registrering)> {
    let of = |own: bool| {
        let mut all = registreringer.iter().filter(move |r| (r.aarsag != Aarsag::BarnSyg) == own);
        let mut before = all.next();
        all.find_map(move |r| before.replace(r).filter(|before| before.overlaps(r)).map(|before| (before, r)))
    };
    of(true).or_else(|| of(false))
}

/// By first day; of two from the same day the one that was recorded first.
pub(super) fn sorter(registreringer: &mut [impl std::borrow::Borrow<Registrering>]) {
    registreringer.sort_by_key(|r| (r.borrow().foerste, r.borrow().ordering));
}

/// How a registration goes on from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Link {
    /// The employee was, or would have been, at work in between, or was fit again, or was not employed.
    Apart,
    /// Nothing lies between them, and another authority pays from here on.
    OtherAuthority,
    /// It is the same absence, and these days off lie between.
    Together(Option<Dage>),
}

/// What tells how registrations hang together.
#[derive(Clone, Copy)]
pub(super) struct Reading<'a> {
    pub(super) perioder: &'a Stamdataperioder,
    pub(super) book: &'a Regelbog,
}

impl Reading<'_> {
    /// The next registration belongs to the run that ends with `before`.
    pub(super) fn hangs_together(self, before: &Registrering, next: &Registrering) -> bool {
        matches!(self.link(before, next), Link::Together(_))
    }

    /// How the next registration by first day goes on from `before`, by the rules of the later one.
    pub(super) fn link(self, before: &Registrering, next: &Registrering) -> Link {
        let between = before.sidste.and_then(|s| Dage::between(plus_dage(s, 1), plus_dage(next.foerste, -1)));
        let is_other_employment = self.ansat_til(before.foerste).is_some_and(|til| next.foerste > til);
        if is_other_employment || between.is_some_and(|dage| before.is_raskmeldt() || !self.is_bridged(dage)) {
            Link::Apart
        } else if (before.aarsag == Aarsag::Graviditet) != (next.aarsag == Aarsag::Graviditet) {
            Link::OtherAuthority
        } else {
            Link::Together(between)
        }
    }

    /// The last day of the employment that a day lies in, where another one came after it.
    pub(super) fn ansat_til(self, dag: NaiveDate) -> Option<NaiveDate> {
        self.perioder.employment_til(dag)
    }

    fn is_bridged(self, dage: Dage) -> bool {
        let parameters = &self.book.in_force(plus_dage(dage.til, 1)).parameters;
        let calendar = self.book.calendar();
        let works = |dag| self.perioder.on(dag).is_none_or(|s| s.works_on(dag, calendar));
        dage.count() <= i64::from(parameters.max_hul_dage)
            || (parameters.sammenlaegning == Sammenlaegning::Fridage
                && (0..dage.count()).all(|n| !works(plus_dage(dage.fra, n))))
    }
}
