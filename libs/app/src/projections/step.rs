//! The next events of the log: what they come to is worked out first, while everybody reads what was, and then taken in.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Head, Recorded};
use forloeb::haendelse::{Kept, Stamdata};
use forloeb::{Ansaettelse, Forloeb, Record, Regelbog};

use super::derived::{Derived, Judged, on_day};
use super::row::Loaded;
use super::{Loan, LoanAnswer, Projections, registrering_of};
use crate::politik;
use crate::stored::{
    self, ACCESS, ANSAETTELSE, AccessEvent, ProjectionError, RecordReader, UNPROJECTED, numbers_in, read_access,
    read_hold, read_politik,
};

/// Some events and what they come to, on a day.
#[derive(Debug)]
pub(crate) struct Step {
    today: NaiveDate,
    book: Arc<Regelbog>,
    haendelser: Vec<Taken>,
    ansaettelser: Vec<MovedOn>,
}

/// An employment that events are about, after them.
#[derive(Debug)]
struct MovedOn {
    ansaettelse: Arc<Ansaettelse>,
    derived: Derived,
    /// What was reckoned of the forløb that came out differently.
    judged: Judged,
}

/// One event, read.
#[derive(Debug)]
struct Taken {
    log_head: Head,
    time: DateTime<Utc>,
    what: EventContent,
}

#[derive(Debug)]
enum EventContent {
    Access(AccessEvent),
    /// Of an employment of the step.
    Record(usize, Arc<Record>),
    /// Of the one who has this number; it holds from now on, or is lifted.
    Sletningsstop(String, bool),
    /// Read from the log, where somebody asks for it, or told by the rules of the step.
    Nothing,
}

impl Step {
    /// Works it out. `loans` are the employments that the events are about, and those that a policy among them is about.
    ///
    /// # Errors
    /// An event cannot be read.
    pub(crate) fn af(
        haendelser: &[Recorded],
        loans: &[Loan],
        today: NaiveDate,
        book: &Arc<Regelbog>,
    ) -> Result<Self, ProjectionError> {
        let mut book = book.clone();
        let mut ansaettelser: Vec<Arc<Ansaettelse>> = loans.iter().map(|loan| loan.ansaettelse().clone()).collect();
        let place: HashMap<String, usize> = (0..).zip(&ansaettelser).map(|(n, a)| (a.nr().to_owned(), n)).collect();
        let mut readers: Vec<RecordReader> = Vec::new();
        readers.resize_with(ansaettelser.len(), RecordReader::default);
        let mut taken = Vec::with_capacity(haendelser.len());
        for r in haendelser {
            let (time, name) = (stored::time(r)?, r.stream.as_str());
            let what = if name == ACCESS {
                EventContent::Access(read_access(r)?)
            } else if let Some(event) = read_politik(r)? {
                book = Arc::new(politik::with_event(&book, r.position, &event)?);
                EventContent::Nothing
            } else if let Some((nr, gaelder)) = read_hold(r)? {
                EventContent::Sletningsstop(nr.to_owned(), gaelder)
            } else if UNPROJECTED.iter().any(|prefix| name.starts_with(prefix)) {
                EventContent::Nothing
            } else {
                let nr = name.strip_prefix(ANSAETTELSE).ok_or_else(|| stored::unknown_stream(r.position))?;
                let n = *place.get(nr).ok_or_else(|| stored::unknown_stream(r.position))?;
                let ansaettelse = Arc::make_mut(&mut ansaettelser[n]);
                ansaettelse.apply(readers[n].read(r, time)?);
                // Another may stand elsewhere once it is followed by what was carried from another number.
                ansaettelse.records().last().map_or(EventContent::Nothing, |last| EventContent::Record(n, last.clone()))
            };
            let hash = r.hash.ok_or_else(|| stored::without_hash(r.position))?;
            taken.push(Taken { log_head: Head { position: r.position, hash }, time, what });
        }
        let moved_on = |(loan, ansaettelse): (&Loan, _)| MovedOn::af(loan, ansaettelse, today, &book);
        let ansaettelser = loans.iter().zip(ansaettelser).map(moved_on).collect();
        Ok(Self { today, book, haendelser: taken, ansaettelser })
    }
}

impl MovedOn {
    /// From what was lent: by the same rules, nothing is derived a second time.
    fn af(loan: &Loan, ansaettelse: Arc<Ansaettelse>, today: NaiveDate, book: &Arc<Regelbog>) -> Self {
        let forloeb = if Arc::ptr_eq(loan.book(), book) {
            ansaettelse.forloeb_after(loan.ansaettelse().version(), loan.all(), book)
        } else {
            ansaettelse.forloeb_to_share(book)
        };
        let mut judged = Judged::new(today, book);
        let derived = on_day(&ansaettelse, forloeb, today, book, |f, assessment| {
            if !loan.all().iter().any(|before| Arc::ptr_eq(before, f)) {
                judged.add(f, assessment);
            }
        });
        Self { ansaettelse, derived, judged }
    }
}

/// The day has turned since a step was worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DayTurned;

impl Projections {
    /// Takes the next events into projections that nobody else sees, of employments that are new or in memory.
    ///
    /// # Errors
    /// An event cannot be read, or its employment is not in memory.
    pub fn take(&mut self, haendelser: &[Recorded]) -> Result<(), ProjectionError> {
        let here = |nr: &String| match self.loan(nr) {
            LoanAnswer::Lent(loan) => Some(loan),
            LoanAnswer::NotInMemory(_) => None,
        };
        let loans: Vec<Loan> = self.concerned_by(haendelser)?.iter().filter_map(here).collect();
        let step = Step::af(haendelser, &loans, self.today, &self.book)?;
        // It was worked out on the day of these projections.
        let _ = self.take_step(step);
        Ok(())
    }

    /// Takes a step in.
    ///
    /// # Errors
    /// It was worked out on another day than the one everything here is seen on, and is to be worked out again.
    pub(crate) fn take_step(&mut self, step: Step) -> Result<(), DayTurned> {
        let Step { today, book, haendelser, ansaettelser } = step;
        if today != self.today {
            return Err(DayTurned);
        }
        self.book = book;
        for Taken { log_head, time, what } in haendelser {
            self.latest = self.latest.max(Some(time));
            match what {
                EventContent::Access(event) => self.take_access(time, event),
                EventContent::Record(n, record) => self.take_record(&ansaettelser[n].ansaettelse, &record),
                EventContent::Sletningsstop(nr, gaelder) => self.sletningsstop.apply(nr, gaelder),
                EventContent::Nothing => {}
            }
            self.log_head = log_head;
        }
        for moved_on in ansaettelser {
            self.take_moved_on(moved_on);
        }
        Ok(())
    }

    /// The employments that events are about, or that a policy among them changes: those with a forløb that is not at rest
    /// and began when it holds, or when it was withdrawn. Both are for days to come, so there are few.
    pub(crate) fn concerned_by(&self, haendelser: &[Recorded]) -> Result<BTreeSet<String>, ProjectionError> {
        let mut numbers = numbers_in(haendelser);
        for r in haendelser {
            let Some(event) = read_politik(r)? else { continue };
            let later = self.aktuelle.all().filter(|(_, a)| a.forloeb.foerste >= event.fra());
            numbers.extend(later.map(|(_, a)| a.forloeb.medarbejder_nr.clone()));
        }
        Ok(numbers)
    }

    fn take_record(&mut self, ansaettelse: &Ansaettelse, record: &Record) {
        let nr = ansaettelse.nr();
        let idx = self.row_nr(nr);
        let row = &mut self.rows[idx as usize];
        let flyttet_til = row.flyttet_til.clone();
        let leder = row.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
        let person = row.person;
        row.apply(record);
        row.turn(self.today);
        if row.flyttet_til != flyttet_til {
            self.keep_moved(idx, flyttet_til);
        }
        let row = &mut self.rows[idx as usize];
        self.told += u64::from(matches!(
            record.haendelse.kept(),
            Kept::Stamdata(_) | Kept::Medarbejder(_) | Kept::Erasure(_) | Kept::Flyttet(_) | Kept::Fortsat(_)
        ));
        match record.haendelse.kept() {
            Kept::Stamdata(h) => {
                self.steder.take();
                self.with_aftale.take();
                let now = row.person;
                if h.confidential.is_some() {
                    self.renamed.note(idx);
                }
                let new = row.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
                let nr = row.nr.clone();
                self.move_person(idx, person, now);
                if new != leder {
                    self.move_under(nr, leder, new);
                }
            }
            Kept::Stedfortraeder(_) => {
                let named = row.stedfortraedere.clone();
                self.add_stedfortraedere(idx, named.as_deref());
            }
            Kept::Afgoerelser(h) => {
                self.sendte.apply(record.dag, h);
                self.postkasser.apply(record.time, h);
            }
            Kept::SendIgen(h) => self.postkasser.try_again(record.time, h),
            Kept::Registrering(h) => {
                let other = h.fravaer_nr.as_ref().filter(|n| registrering_of(n) != h.registrering);
                self.others_fravaer_nr.extend(other.map(|n| (n.clone(), h.registrering)));
            }
            Kept::Knyttet(h) => {
                let other = registrering_of(&h.fravaer_nr) != h.registrering;
                self.others_fravaer_nr.extend(other.then(|| (h.fravaer_nr.clone(), h.registrering)));
            }
            Kept::Nummer(h) => {
                self.others_fravaer_nr.insert(h.fravaer_nr.clone(), h.registrering);
            }
            Kept::Fravaer(h) => self.forsvundne.fravaer(nr, record.dag, h),
            Kept::Medarbejder(h) => self.forsvundne.medarbejder(nr, record.dag, h),
            // The rest of an erasure, and of a move, the row knows.
            Kept::Erasure(_) => {
                self.renamed.note(idx);
                self.forsvundne.forget(nr);
            }
            Kept::Flyttet(_) => self.forsvundne.forget(nr),
            Kept::Fortsat(h) => {
                self.with_aftale.take();
                row.has_stedfortraedere_of(ansaettelse);
                let named = row.stedfortraedere.clone();
                self.add_stedfortraedere(idx, named.as_deref());
                self.forsvundne.carried(nr, &h.before);
            }
            Kept::Nothing => {}
        }
    }

    /// What follows from an employment, in the place of what followed before.
    fn take_moved_on(&mut self, moved_on: MovedOn) {
        let MovedOn { ansaettelse, mut derived, judged } = moved_on;
        let Some(idx) = self.numbers.get(ansaettelse.nr()).copied() else { return };
        let row = &mut self.rows[idx as usize];
        if let Some(common) = &row.stamdata {
            derived.forloeb.iter_mut().for_each(|one| share_stamdata(&mut one.forloeb, common));
        }
        let (forloeb, judged) = (derived.forloeb.iter().map(|one| one.forloeb.clone()).collect(), Arc::new(judged));
        match &mut row.loaded {
            Some(loaded) => {
                let before = loaded.weight();
                (loaded.ansaettelse, loaded.forloeb, loaded.judged) = (ansaettelse, forloeb, Some(judged));
                self.loaded_weight = self.loaded_weight + loaded.weight() - before;
            }
            None => {
                let loaded = Loaded::new(ansaettelse, forloeb, Some(judged));
                self.loaded_weight += loaded.weight();
                self.loaded.push_back(idx);
                row.loaded = Some(Box::new(loaded));
            }
        }
        self.introduce(idx, derived);
    }

    /// The next due day of an employment, and its cards, as a day has them: time alone can make a reminder pointless.
    /// Nothing where it has moved on: then they were worked out anew.
    pub(crate) fn refresh(&mut self, loan: &Loan, set: Refreshed) {
        if set.today == self.today
            && let Some(idx) = self.numbers.get(loan.nr()).copied()
            && self.rows[idx as usize].version == loan.ansaettelse().version()
            && Arc::ptr_eq(&self.book, loan.book())
        {
            self.introduce(idx, set.derived);
        }
    }
}

/// What follows from an employment on a day, of the forløb that are known already.
pub(crate) struct Refreshed {
    today: NaiveDate,
    derived: Derived,
}

impl Refreshed {
    /// Works it out.
    pub(crate) fn af(loan: &Loan, today: NaiveDate) -> Self {
        let derived = on_day(loan.ansaettelse(), loan.all().iter().cloned(), today, loan.book(), |_, _| {});
        Self { today, derived }
    }
}

/// Forløb that are judged by what payroll says now share it.
fn share_stamdata(forloeb: &mut Arc<Forloeb>, common: &Arc<Stamdata>) {
    if let Some(f) = Arc::get_mut(forloeb)
        && *f.stamdata == **common
    {
        f.stamdata = Arc::clone(common);
    }
}
