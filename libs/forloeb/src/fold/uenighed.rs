//! Where payroll and people say different things of one absence: its first or last day, its cause, how much of the time it
//! takes. Computed, never stored: whoever comes first, the same statements give the same disagreement, and it is gone when
//! they agree.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::haendelse::{FravaerRettet, Imported, UenighedAfgjort};
use crate::fold::forloeb::Forloeb;
use crate::fold::registrering::Registrering;
use crate::fold::word::{Dag, Told, Word, Words};
use crate::procent::Procent;
use crate::words::{Aarsag, Kilde};

code_words! {
    /// What payroll and people disagree on.
    Uenighedsfelt {
        /// The first day of absence.
        Foerste = "foerste_fravaersdag",
        /// The last day of absence.
        Sidste = "sidste_fravaersdag",
        /// Why, as payroll codes it.
        Aarsag = "aarsag",
        /// How much of the working time.
        Omfang = "omfang_pct",
    }
}

code_words! {
    /// Who is right.
    Vaelg {
        /// Payroll.
        Loen = "loen",
        /// The person.
        Person = "person",
    }
}

/// What one of the two says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Statement {
    /// A day; none: it goes on.
    Dag(Option<NaiveDate>),
    /// A cause.
    Aarsag(Aarsag),
    /// An extent.
    Omfang(Procent),
}

/// Payroll and a person say different things, and nobody has decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uenighed {
    /// The registration that it is about.
    pub registrering: Uuid,
    /// What of it.
    pub felt: Uenighedsfelt,
    /// What payroll says.
    pub loen: Statement,
    /// What the person says.
    pub person: Statement,
    /// The first day on which a cause or an extent differs; of a day the first one of the registration.
    pub fra: NaiveDate,
    /// The cause that the registration has meanwhile.
    pub aarsag: Aarsag,
    /// The day in Denmark on which the later of the two was said.
    pub siden: NaiveDate,
    /// Position of the event that said it.
    pub position: u64,
}

impl Uenighed {
    /// By which it is asked for: another one when either side has said something new.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}.{}.{}", self.registrering, self.felt, self.position)
    }

    /// The registration, what of it and the position that an id is made of.
    #[must_use]
    pub fn of_id(id: &str) -> Option<(Uuid, Uenighedsfelt, u64)> {
        let mut parts = id.split('.');
        let (registrering, felt, position) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = (Uuid::try_parse(registrering).ok()?, Uenighedsfelt::from_code(felt)?, position.parse().ok()?);
        parts.next().is_none().then_some(whole)
    }
}

impl UenighedAfgjort {
    /// What the one who was right had said; none where an event lacks it.
    #[must_use]
    pub fn chosen(&self) -> Option<Statement> {
        let of_loen = self.vaelg == Vaelg::Loen;
        let dag = if of_loen { self.loen } else { self.person };
        let aarsag = if of_loen { self.loen_aarsag } else { self.person_aarsag };
        let omfang = if of_loen { self.loen_omfang_pct } else { self.person_omfang_pct };
        match self.felt {
            Uenighedsfelt::Foerste | Uenighedsfelt::Sidste => Some(Statement::Dag(dag)),
            Uenighedsfelt::Aarsag => aarsag.map(Statement::Aarsag),
            Uenighedsfelt::Omfang => omfang.map(Statement::Omfang),
        }
    }
}

impl Forloeb {
    /// What holds until somebody decides.
    #[must_use]
    pub fn stands(&self, u: &Uenighed) -> Statement {
        match u.felt {
            Uenighedsfelt::Foerste => Statement::Dag(Some(self.foerste)),
            Uenighedsfelt::Sidste => Statement::Dag(self.sidste),
            Uenighedsfelt::Aarsag => Statement::Aarsag(u.aarsag),
            Uenighedsfelt::Omfang => Statement::Omfang(self.omfang_or_last(u.fra)),
        }
    }
}

/// What payroll says of a day.
#[derive(Debug, Clone, Copy)]
struct Loen {
    /// None: it goes on.
    dag: Dag,
    /// The employee reported fit again after it, and it is not only the end of a row.
    raskmeldt: bool,
    told: Option<Told>,
}

/// Payroll says this of a day, and somebody has to decide. Where it was decided that the absence goes on, a row that only ends
/// later is no news: rows of working days move a day every night.
fn day_differs(word: Word<Dag>, loen: Loen) -> bool {
    let later = |before: NaiveDate| loen.dag.is_some_and(|now| now > before);
    let only_later = !loen.raskmeldt && word.is(None) && word.against().flatten().is_some_and(later);
    word.differs(loen.dag) && !only_later
}

impl Registrering {
    /// What payroll's rows say: its own, and those that were joined with it.
    fn rows(&self) -> impl Iterator<Item = &Imported> {
        self.imported.iter().chain(self.knyttet.iter().map(|(_, line)| line))
    }

    fn rows_by_day(&self) -> Vec<&Imported> {
        let mut rows: Vec<&Imported> = self.rows().collect();
        rows.sort_by_key(|row| row.foerste);
        rows
    }

    /// What payroll's row of this number says of it.
    #[must_use]
    pub fn row(&self, fravaer_nr: &str) -> Option<&Imported> {
        let own = self.imported.as_ref().filter(|_| self.fravaer_nr.as_deref() == Some(fravaer_nr));
        own.or_else(|| self.knyttet.iter().find(|(nr, _)| nr == fravaer_nr).map(|(_, line)| line))
    }

    /// A person registered it, and payroll's rows about it came later or have not come.
    #[must_use]
    pub const fn is_by_hand(&self) -> bool {
        self.imported.is_none()
    }

    /// One of payroll's rows about it has a day that this one has.
    pub(crate) fn has_row_on(&self, line: &Imported) -> bool {
        let until = |row: &Imported| row.sidste.unwrap_or(NaiveDate::MAX);
        self.rows().any(|row| row.foerste <= until(line) && line.foerste <= until(row))
    }

    /// The row of payroll that begins first.
    pub(crate) fn first_row(&self) -> Option<&Imported> {
        self.rows().min_by_key(|row| row.foerste)
    }

    /// Payroll's first day, if it tells of it at all.
    pub(crate) fn loen_foerste(&self) -> Option<NaiveDate> {
        self.first_row().map(|row| row.foerste)
    }

    /// The row of payroll that begins last.
    pub(crate) fn last_row(&self) -> Option<&Imported> {
        self.rows().max_by_key(|row| row.foerste)
    }

    /// Payroll's last day, if it tells of it at all.
    pub(crate) fn loen_sidste(&self) -> Option<Dag> {
        self.last_row().map(|row| row.sidste)
    }

    /// The first day of it that a row of payroll tells of.
    fn begins(&self, row: &Imported) -> NaiveDate {
        row.foerste.max(self.foerste)
    }

    /// Takes in what payroll's row of this number says.
    pub(crate) fn put_row(&mut self, fravaer_nr: &str, line: Imported) {
        if self.imported.is_some() && self.fravaer_nr.as_deref() == Some(fravaer_nr) {
            self.imported = Some(line);
        } else if let Some((_, row)) = self.knyttet.iter_mut().find(|(nr, _)| nr == fravaer_nr) {
            *row = line;
        } else {
            self.knyttet.push((fravaer_nr.to_owned(), line));
        }
    }

    /// Payroll's row of one number has another from here on; nothing where there is no such row.
    pub(crate) fn renumber(&mut self, before: &str, now: &str) -> bool {
        if self.imported.is_some() && self.fravaer_nr.as_deref() == Some(before) {
            self.fravaer_nr = Some(now.to_owned());
        } else if let Some((number, _)) = self.knyttet.iter_mut().find(|(number, _)| number == before) {
            now.clone_into(number);
        } else {
            return false;
        }
        true
    }

    /// What a correction says of it, before it is taken in.
    pub(super) fn say(&mut self, h: &FravaerRettet, told: Told) {
        let (foerste, sidste) = (Some(h.foerste), h.sidste);
        let moved = (self.foerste != h.foerste, self.sidste != h.sidste);
        let changed = (self.aarsag != h.aarsag, self.omfang_pct != h.omfang_pct);
        match h.kilde {
            Kilde::Person => {
                if moved.0 {
                    self.said.foerste = Some(Word::put_right_or_reported(foerste, told, self.loen_foerste().map(Some)));
                }
                if moved.1 {
                    self.said.sidste = Some(Word::put_right_or_reported(sidste, told, self.loen_sidste()));
                }
                let row = self.first_row().copied();
                if changed.0 {
                    let word = Word::put_right_or_reported(h.aarsag, told, row.map(|row| row.aarsag));
                    self.said.aarsag.put_first(self.foerste, Some(word), false);
                }
                if changed.1 {
                    let word = Word::put_right_or_reported(h.omfang_pct, told, row.map(|row| row.omfang_pct));
                    self.said.omfang.put_first(self.foerste, Some(word), false);
                }
            }
            // Payroll moves only what nobody has said anything else of.
            Kilde::Import => {
                self.said.foerste = self.said.foerste.filter(|word| !moved.0 || word.is(foerste));
                self.said.sidste = self.said.sidste.filter(|word| !moved.1 || word.is(sidste));
                if changed.0 {
                    self.said.aarsag.moved(self.foerste, h.aarsag);
                }
                if changed.1 {
                    self.said.omfang.moved(self.foerste, h.omfang_pct);
                }
            }
        }
    }

    /// Payroll spoke of it.
    pub(super) fn heard(&mut self, told: Told, change: impl FnOnce(&mut Self)) {
        let days = |r: &Self| (r.loen_foerste(), r.loen_sidste());
        let others = |r: &Self| r.rows().map(|row| (row.aarsag, row.omfang_pct)).collect::<Vec<_>>();
        let (days_before, before) = (days(self), others(self));
        change(self);
        let now = others(self);
        let mut of_days = days_before != days(self);
        for word in [&mut self.said.foerste, &mut self.said.sidste].into_iter().flatten() {
            of_days |= word.hear();
        }
        let mut of_aarsag = now.iter().any(|(aarsag, _)| before.iter().all(|(known, _)| known != aarsag));
        of_aarsag |= self.said.aarsag.hear();
        let mut of_omfang = now.iter().any(|(_, omfang)| before.iter().all(|(_, known)| known != omfang));
        of_omfang |= self.said.omfang.hear();
        let spoken = &mut self.loen_told;
        for (new, when) in
            [(of_days, &mut spoken.dage), (of_aarsag, &mut spoken.aarsag), (of_omfang, &mut spoken.omfang)]
        {
            if new {
                *when = Some(told);
            }
        }
    }

    /// A person's word that payroll has not answered yet, though it says something else.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        let unheard = |word: Option<Word<Dag>>, loen: Option<Dag>| {
            word.is_some_and(|word| loen.is_some_and(|loen| word.waits(loen)))
        };
        let of_omfang = |row: &Imported| {
            let word = self.said.omfang.on(self.begins(row));
            word.is_some_and(|word| word.waits(row.omfang_pct))
        };
        unheard(self.said.foerste, self.loen_foerste().map(Some))
            || unheard(self.said.sidste, self.loen_sidste())
            || self.rows().any(of_omfang)
    }

    /// As it is where what payroll says of its cause or extent was decided already, of the same absence.
    pub(crate) fn as_decided(&self) -> Self {
        let aarsag = self.said.aarsag.on(self.foerste).and_then(|word| word.settles(self.aarsag));
        let omfang = self.said.omfang.on(self.foerste).and_then(|word| word.settles(self.omfang_pct));
        Self { aarsag: aarsag.unwrap_or(self.aarsag), omfang_pct: omfang.unwrap_or(self.omfang_pct), ..self.clone() }
    }

    /// The extents that payroll's rows have from a day within it on, where people have left that to payroll.
    pub(super) fn left_omfang(&self) -> impl Iterator<Item = (NaiveDate, Procent)> {
        let left = move |row: &&Imported| {
            self.is_by_hand() && row.foerste > self.foerste && self.said.omfang.on(row.foerste).is_none()
        };
        self.rows_by_day().into_iter().filter(left).map(|row| (row.foerste, row.omfang_pct))
    }

    /// The first day of it that is called an injury at work. While nobody has decided who is right, either can call it one:
    /// it is told to EASY in time, whoever is.
    pub(super) fn arbejdsskade_fra(&self) -> Option<NaiveDate> {
        let is_one = |aarsag: Aarsag| aarsag == Aarsag::Arbejdsskade;
        let called = |row: &&Imported| match self.said.aarsag.on(self.begins(row)) {
            Some(word) => word.differs(row.aarsag) && (is_one(row.aarsag) || is_one(word.says)),
            None => self.is_by_hand() && is_one(row.aarsag),
        };
        let told = self.rows().filter(called).map(|row| self.begins(row)).min();
        Some(self.foerste).filter(|_| is_one(self.aarsag)).or(told)
    }

    /// The first day from which on a row of payroll says something else than people, and both.
    fn differing<T: Copy + PartialEq>(
        &self,
        words: &Words<T>,
        says: impl Fn(&Imported) -> T,
    ) -> Option<(NaiveDate, T, Word<T>)> {
        self.rows_by_day().into_iter().find_map(|row| {
            let (fra, loen) = (self.begins(row), says(row));
            words.on(fra).filter(|word| word.differs(loen)).map(|word| (fra, loen, word))
        })
    }

    fn about_aarsag(&self) -> Option<Uenighed> {
        let (fra, loen, word) = self.differing(&self.said.aarsag, |row| row.aarsag)?;
        let both = (Statement::Aarsag(loen), Statement::Aarsag(word.says));
        Some(self.uenighed((Uenighedsfelt::Aarsag, fra), both, (self.loen_told.aarsag, word.told)))
    }

    fn about_omfang(&self) -> Option<Uenighed> {
        let (fra, loen, word) = self.differing(&self.said.omfang, |row| row.omfang_pct)?;
        let both = (Statement::Omfang(loen), Statement::Omfang(word.says));
        Some(self.uenighed((Uenighedsfelt::Omfang, fra), both, (self.loen_told.omfang, word.told)))
    }

    fn about_day(&self, felt: Uenighedsfelt, word: Word<Dag>, loen: Loen) -> Option<Uenighed> {
        let both = (Statement::Dag(loen.dag), Statement::Dag(word.says));
        day_differs(word, loen).then(|| self.uenighed((felt, self.foerste), both, (loen.told, word.told)))
    }

    fn uenighed(
        &self,
        (felt, fra): (Uenighedsfelt, NaiveDate),
        (loen, person): (Statement, Statement),
        (loen_told, told): (Option<Told>, Told),
    ) -> Uenighed {
        let later = loen_told.filter(|loen| loen.position > told.position).unwrap_or(told);
        let (registrering, aarsag) = (self.id, self.aarsag);
        Uenighed { registrering, felt, loen, person, fra, aarsag, siden: later.dag, position: later.position }
    }
}

/// Where payroll and people disagree on a run. No run is empty. Of a cause or an extent that is the first row that says
/// something else, in however many payroll says it.
pub(super) fn uenigheder(run: &[Registrering]) -> Vec<Uenighed> {
    let first = |r: &Registrering| {
        let loen = Loen { dag: Some(r.loen_foerste()?), raskmeldt: false, told: r.loen_told.dage };
        r.about_day(Uenighedsfelt::Foerste, r.said.foerste?, loen)
    };
    let mut all: Vec<Uenighed> = run.iter().filter_map(first).collect();
    let Some(last) = run.last() else { return all };
    // Who said that it goes on said so of the whole run, in however many rows payroll tells of it.
    let goes_on = |r: &Registrering| r.said.sidste.filter(|word| word.is(None));
    let word = last.said.sidste.or_else(|| run.iter().rev().find_map(goes_on));
    // A row that was cut off where a person's registration begins speaks of that one too.
    let reaches = |row: &&Imported| row.sidste.is_none_or(|s| s >= last.foerste);
    let beyond = || run.iter().flat_map(Registrering::rows).filter(reaches).max_by_key(|row| row.foerste);
    if let (Some(word), Some(row)) = (word, last.last_row().or_else(beyond)) {
        let told = run.iter().filter_map(|r| r.loen_told.dage).max_by_key(|told| told.position);
        let loen = Loen { dag: row.sidste, raskmeldt: row.raskmeldt, told };
        all.extend(last.about_day(Uenighedsfelt::Sidste, word, loen));
    }
    all.extend(run.iter().find_map(Registrering::about_aarsag));
    all.extend(run.iter().find_map(Registrering::about_omfang));
    all
}
