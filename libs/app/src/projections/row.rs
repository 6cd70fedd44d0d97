//! One employment in the projections: a small row for ever, and its events while somebody needs them.

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::calendar::plus_dage;
use forloeb::frister::{Assessment, assess};
use forloeb::haendelse::{Ciphertext, Kept, Stamdata};
use forloeb::paamindelser::Waking;
use forloeb::stamdata::{Stamdataperiode, Stamdataperioder};
use forloeb::stedfortraeder::Stedfortraedere;
use forloeb::{Ansaettelse, Forloeb, Record, Regelbog};
use uuid::Uuid;

use super::card_index::NOTHING;
use super::derived::Judged;

/// What is known of an employment whether its events are in memory or not.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) nr: Arc<str>,
    pub(super) version: u64,
    /// What payroll says of the day it is seen on.
    pub(super) stamdata: Option<Arc<Stamdata>>,
    /// What it says of the day before and of days ahead, by first day; empty where it says the same of all.
    pub(super) perioder: Vec<Stamdataperiode>,
    /// Whose key seals it now.
    pub(super) person: Option<Uuid>,
    /// Whose keys sealed it before: a personnummer was corrected.
    pub(super) earlier: Vec<Uuid>,
    pub(super) erased: bool,
    pub(super) confidential: Option<Arc<Ciphertext>>,
    /// Who acts for this leader, if anybody was ever named.
    pub(super) stedfortraedere: Option<Box<Stedfortraedere>>,
    /// The first of its rows in the card index.
    pub(super) foerste: u32,
    /// When payroll last told who it is.
    pub(super) told: Option<DateTime<Utc>>,
    /// A forløb ended because the employee died.
    pub(super) is_doed: bool,
    /// The employee number that goes on with it.
    pub(super) flyttet_til: Option<Arc<str>>,
    /// It goes on with what was told under another number.
    pub(super) fortsat: bool,
    /// It began anew, after what was told under it had moved with somebody.
    pub(super) anew: bool,
    /// When it is to be looked at.
    pub(super) next: Waking,
    pub(super) loaded: Option<Box<Loaded>>,
}

impl Row {
    pub(super) fn new(nr: Arc<str>) -> Self {
        Self {
            nr,
            version: 0,
            stamdata: None,
            perioder: Vec::new(),
            person: None,
            earlier: Vec::new(),
            erased: false,
            confidential: None,
            stedfortraedere: None,
            foerste: NOTHING,
            told: None,
            is_doed: false,
            flyttet_til: None,
            fortsat: false,
            anew: false,
            next: Waking::default(),
            loaded: None,
        }
    }

    /// Takes the next event of the stream into the row, as it is seen on the day of the event.
    pub(super) fn apply(&mut self, record: &Record) {
        self.version = record.version;
        match record.haendelse.kept() {
            Kept::Stamdata(h) => {
                if self.flyttet_til.take().is_some() {
                    self.begin_anew();
                }
                let mut perioder = self.known();
                perioder.apply(h, record.dag);
                self.see(&perioder, record.dag);
                if let Some(confidential) = &h.confidential {
                    self.confidential = Some(Arc::new(confidential.clone()));
                    self.told = Some(record.time);
                }
                if let Some(before) = self.person.replace(h.person) {
                    self.was(before);
                }
            }
            Kept::Stedfortraeder(h) => {
                self.stedfortraedere.get_or_insert_default().apply(h, record.dag);
            }
            Kept::Erasure(_) => {
                self.erased = true;
                self.stedfortraedere = None; // nobody could take it back any more
            }
            Kept::Flyttet(h) => self.flyttet_til = Some(Arc::from(h.til_nr.as_str())),
            Kept::Fortsat(h) => {
                self.fortsat = !h.flere;
                h.told().for_each(|before| self.was(before));
            }
            // Kept of the workplace as a whole, where there is anything to keep.
            Kept::Registrering(_)
            | Kept::Nummer(_)
            | Kept::Knyttet(_)
            | Kept::Fravaer(_)
            | Kept::Medarbejder(_)
            | Kept::Afgoerelser(_)
            | Kept::SendIgen(_)
            | Kept::Nothing => {}
        }
    }

    /// The number is like a new one: what was told under it went with the one who moved from it.
    fn begin_anew(&mut self) {
        (self.stamdata, self.perioder, self.stedfortraedere) = (None, Vec::new(), None);
        (self.fortsat, self.is_doed, self.anew) = (false, false, true);
    }

    /// Who acts for this leader is known by the number before, too.
    pub(super) fn has_stedfortraedere_of(&mut self, ansaettelse: &Ansaettelse) {
        let all = ansaettelse.stedfortraedere();
        let named = all.all().next().is_some();
        self.stedfortraedere = named.then(|| Box::new(all));
    }

    /// Somebody's key sealed some of it, now or before.
    fn was(&mut self, person: Uuid) {
        if self.person != Some(person) && !self.earlier.contains(&person) {
            self.earlier.push(person);
        }
    }

    fn known(&self) -> Stamdataperioder {
        let one = self.stamdata.iter().filter(|_| self.perioder.is_empty());
        let one = one.map(|now| Stamdataperiode { fra: NaiveDate::MIN, stamdata: now.clone() });
        Stamdataperioder::resume(self.perioder.iter().cloned().chain(one).collect())
    }

    fn see(&mut self, perioder: &Stamdataperioder, today: NaiveDate) {
        self.stamdata = perioder.on(today).cloned();
        // An event of yesterday may still come.
        self.perioder = perioder.since(plus_dage(today, -1));
        if let [_] = *self.perioder {
            self.perioder = Vec::new();
        }
    }

    /// Sees it on a day: what payroll said of that day holds now.
    pub(super) fn turn(&mut self, today: NaiveDate) {
        if !self.perioder.is_empty() {
            let perioder = self.known();
            self.see(&perioder, today);
        }
    }

    /// Everybody whose key ever sealed something of it.
    pub(super) fn personer(&self) -> impl Iterator<Item = Uuid> {
        self.person.into_iter().chain(self.earlier.iter().copied())
    }
}

/// A forløb weighs as much as so many events.
const FORLOEB_WEIGHT: usize = 4;

/// The events of an employment, and its forløb.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) ansaettelse: Arc<Ansaettelse>,
    pub(super) forloeb: Arc<[Arc<Forloeb>]>,
    /// What was reckoned of them when the latest events were taken in.
    pub(super) judged: Option<Arc<Judged>>,
    lent: Arc<()>,
    used: AtomicBool,
}

impl Loaded {
    pub(super) fn new(
        ansaettelse: Arc<Ansaettelse>,
        forloeb: Arc<[Arc<Forloeb>]>,
        judged: Option<Arc<Judged>>,
    ) -> Self {
        Self { ansaettelse, forloeb, judged, lent: Arc::default(), used: AtomicBool::new(true) }
    }

    /// How much room it takes. A forløb takes several times what an event does, with what was reckoned of it.
    pub(super) fn weight(&self) -> usize {
        self.ansaettelse.records().len() + FORLOEB_WEIGHT * self.forloeb.len()
    }

    /// Keeps it in memory for as long as the loan lives. The forløb follow from the events by these rules.
    pub(super) fn loan(&self, book: &Arc<Regelbog>) -> Loan {
        self.used.store(true, Ordering::Relaxed);
        let (ansaettelse, forloeb, judged) = (self.ansaettelse.clone(), self.forloeb.clone(), self.judged.clone());
        Loan { ansaettelse, forloeb, judged, book: book.clone(), _holdt: Some(self.lent.clone()) }
    }

    /// Nobody has it now, and nobody has had it since this was last asked.
    pub(super) fn can_be_forgotten(&self) -> bool {
        Arc::strong_count(&self.lent) == 1 && !self.used.swap(false, Ordering::Relaxed)
    }

    /// Nobody has it now.
    pub(super) fn is_idle(&self) -> bool {
        Arc::strong_count(&self.lent) == 1
    }
}

/// An employment that is borrowed: its events, and the forløb that follow from them, as they were when it was. Whoever
/// decides, shows or answers reads them here; nobody looks them up again, or derives them again.
#[derive(Debug, Clone)]
pub struct Loan {
    ansaettelse: Arc<Ansaettelse>,
    forloeb: Arc<[Arc<Forloeb>]>,
    judged: Option<Arc<Judged>>,
    book: Arc<Regelbog>,
    _holdt: Option<Arc<()>>,
}

impl Loan {
    fn new(ansaettelse: Ansaettelse, forloeb: Vec<Forloeb>, book: &Arc<Regelbog>) -> Self {
        let forloeb = forloeb.into_iter().map(Arc::new).collect();
        Self { ansaettelse: Arc::new(ansaettelse), forloeb, judged: None, book: book.clone(), _holdt: None }
    }

    /// Of an employment of which nothing is known.
    pub(super) fn of_nothing(nr: &str, book: &Arc<Regelbog>) -> Self {
        Self::new(Ansaettelse::new(nr), Vec::new(), book)
    }

    /// Of events that nobody else has.
    pub(crate) fn of_records(ansaettelse: Ansaettelse, book: &Arc<Regelbog>) -> Self {
        let forloeb = ansaettelse.forloeb(book);
        Self::new(ansaettelse, forloeb, book)
    }

    /// The same employment after more events, which nobody else has.
    pub(crate) fn followed_by(&self, after: Ansaettelse) -> Self {
        let forloeb = after.forloeb_after(self.ansaettelse.version(), &self.forloeb, &self.book).into();
        Self { ansaettelse: Arc::new(after), forloeb, judged: None, book: self.book.clone(), _holdt: None }
    }

    /// Employee number.
    #[must_use]
    pub fn nr(&self) -> &str {
        self.ansaettelse.nr()
    }

    /// The events; none where there is no such employment.
    #[must_use]
    pub const fn ansaettelse(&self) -> &Arc<Ansaettelse> {
        &self.ansaettelse
    }

    /// The forløb by first absence day; annulled ones last.
    #[must_use]
    pub const fn all(&self) -> &Arc<[Arc<Forloeb>]> {
        &self.forloeb
    }

    /// A forløb, also by an id that was joined into it.
    #[must_use]
    pub fn forloeb(&self, id: Uuid) -> Option<&Arc<Forloeb>> {
        self.forloeb.iter().find(|f| f.called(id))
    }

    /// The frister and the refusion of one of its forløb on a day. They are reckoned once for who takes events in and who
    /// answers.
    #[must_use]
    pub fn assessment(&self, f: &Forloeb, day: NaiveDate) -> Cow<'_, Assessment> {
        let judged = self.judged.as_ref().and_then(|judged| judged.find(f, day, &self.book));
        judged.map_or_else(|| Cow::Owned(assess(f, day, &self.book)), Cow::Borrowed)
    }

    /// The rules the forløb follow from.
    #[must_use]
    pub const fn book(&self) -> &Arc<Regelbog> {
        &self.book
    }

    /// The employment as it was at an earlier version, with the forløb of that.
    #[must_use]
    pub fn at_version(&self, version: u64) -> Self {
        if version >= self.ansaettelse.version() {
            return self.clone();
        }
        Self::of_records(self.ansaettelse.at_version(version), &self.book)
    }
}
