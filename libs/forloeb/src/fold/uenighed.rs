//! Where payroll and people say different first or last days of one absence. Computed, never stored: whoever comes first,
//! the same statements give the same disagreement, and it is gone when they agree.

use chrono::NaiveDate;
use uuid::Uuid;

use crate::events::haendelse::{FravaerRettet, Imported};
use crate::fold::registrering::Registrering;
use crate::words::Kilde;

code_words! {
    /// Which day payroll and people disagree on.
    Uenighedsfelt {
        /// The first day of absence.
        Foerste = "foerste_fravaersdag",
        /// The last day of absence.
        Sidste = "sidste_fravaersdag",
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

/// Payroll and a person say different days, and nobody has decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uenighed {
    /// The registration whose day it is.
    pub registrering: Uuid,
    /// Which day.
    pub felt: Uenighedsfelt,
    /// What payroll says; none: it goes on.
    pub loen: Option<NaiveDate>,
    /// What the person says; none: it goes on.
    pub person: Option<NaiveDate>,
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

    /// The registration, the day and the position that an id is made of.
    #[must_use]
    pub fn of_id(id: &str) -> Option<(Uuid, Uenighedsfelt, u64)> {
        let mut parts = id.split('.');
        let (registrering, felt, position) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = (Uuid::try_parse(registrering).ok()?, Uenighedsfelt::from_code(felt)?, position.parse().ok()?);
        parts.next().is_none().then_some(whole)
    }
}

/// When something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) position: u64,
    pub(crate) dag: NaiveDate,
}

/// How a person's word stands to payroll's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    /// Payroll has not spoken since: its silence contradicts nobody.
    Unheard,
    /// Payroll has spoken, or the two were said of the same days.
    Heard,
    /// Somebody put it right with a reason, against this word of payroll.
    Against(Option<NaiveDate>),
    /// How the employment or the life ended is not for payroll to say.
    Final,
}

/// What a person said of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    /// None: it goes on.
    dag: Option<NaiveDate>,
    told: Told,
    standing: Standing,
}

impl Word {
    /// Said of days that payroll tells of too: reporting sick.
    pub(crate) const fn reported(dag: Option<NaiveDate>, told: Told) -> Self {
        Self { dag, told, standing: Standing::Heard }
    }

    /// Said of what went on: back at work.
    pub(crate) const fn news(dag: Option<NaiveDate>, told: Told) -> Self {
        Self { dag, told, standing: Standing::Unheard }
    }

    /// Said with a reason, against what payroll says.
    pub(crate) const fn put_right(dag: Option<NaiveDate>, told: Told, loen: Option<NaiveDate>) -> Self {
        Self { dag, told, standing: Standing::Against(loen) }
    }

    /// The same; where payroll has not spoken of it, there is nothing it was said against.
    fn put_right_or_reported(dag: Option<NaiveDate>, told: Told, loen: Option<Option<NaiveDate>>) -> Self {
        loen.map_or(Self::reported(dag, told), |loen| Self::put_right(dag, told, loen))
    }

    /// Said of how the employment, or the life, ended.
    pub(crate) const fn last(dag: NaiveDate, told: Told) -> Self {
        Self { dag: Some(dag), told, standing: Standing::Final }
    }

    /// It says the same.
    pub(super) fn is(&self, dag: Option<NaiveDate>) -> bool {
        self.dag == dag
    }

    /// Payroll says this, and somebody has to decide. Where it was decided that the absence goes on, a row that only ends
    /// later is no news: rows of working days move a day every night.
    fn disagrees(&self, Loen { dag: loen, raskmeldt, .. }: Loen) -> bool {
        let only_later = |before: Option<NaiveDate>| {
            self.dag.is_none() && !raskmeldt && before.is_some_and(|before| loen.is_some_and(|now| now > before))
        };
        self.dag != loen
            && match self.standing {
                Standing::Unheard | Standing::Final => false,
                Standing::Heard => true,
                Standing::Against(before) => before != loen && !only_later(before),
            }
    }
}

/// What people said of the first and the last day of a registration, where they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) foerste: Option<Word>,
    pub(crate) sidste: Option<Word>,
}

/// What payroll says of a day.
#[derive(Debug, Clone, Copy)]
struct Loen {
    /// None: it goes on.
    dag: Option<NaiveDate>,
    /// The employee reported fit again after it, and it is not only the end of a row.
    raskmeldt: bool,
    told: Option<Told>,
}

impl Registrering {
    /// What payroll's rows say: its own, and those that were joined with it.
    fn rows(&self) -> impl Iterator<Item = &Imported> {
        self.imported.iter().chain(self.knyttet.iter().map(|(_, line)| line))
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

    /// Payroll's first day, if it tells of it at all.
    pub(crate) fn loen_foerste(&self) -> Option<NaiveDate> {
        self.rows().map(|row| row.foerste).min()
    }

    /// The row of payroll that begins last.
    pub(crate) fn last_row(&self) -> Option<&Imported> {
        self.rows().max_by_key(|row| row.foerste)
    }

    /// Payroll's last day, if it tells of it at all.
    pub(crate) fn loen_sidste(&self) -> Option<Option<NaiveDate>> {
        self.last_row().map(|row| row.sidste)
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

    /// What a correction says of its days, before it is taken in.
    pub(super) fn say(&mut self, h: &FravaerRettet, told: Told) {
        let (foerste, sidste) = (Some(h.foerste), h.sidste);
        let moved = (self.foerste != h.foerste, self.sidste != h.sidste);
        match h.kilde {
            Kilde::Person => {
                if moved.0 {
                    self.said.foerste = Some(Word::put_right_or_reported(foerste, told, self.loen_foerste().map(Some)));
                }
                if moved.1 {
                    self.said.sidste = Some(Word::put_right_or_reported(sidste, told, self.loen_sidste()));
                }
            }
            // Payroll moves a day only where nobody has said anything else of it.
            Kilde::Import => {
                self.said.foerste = self.said.foerste.filter(|word| !moved.0 || word.is(foerste));
                self.said.sidste = self.said.sidste.filter(|word| !moved.1 || word.is(sidste));
            }
        }
    }

    /// Payroll spoke of it.
    pub(super) fn heard(&mut self, told: Told, change: impl FnOnce(&mut Self)) {
        let before = (self.loen_foerste(), self.loen_sidste());
        change(self);
        let mut news = before != (self.loen_foerste(), self.loen_sidste());
        for word in [&mut self.said.foerste, &mut self.said.sidste].into_iter().flatten() {
            if word.standing == Standing::Unheard {
                word.standing = Standing::Heard;
                news = true;
            }
        }
        if news {
            self.loen_told = Some(told);
        }
    }

    /// A person's word that payroll has not answered yet, though it says something else.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        let unheard = |word: Option<Word>, loen: Option<Option<NaiveDate>>| {
            word.is_some_and(|w| w.standing == Standing::Unheard && loen.is_some_and(|loen| loen != w.dag))
        };
        unheard(self.said.foerste, self.loen_foerste().map(Some)) || unheard(self.said.sidste, self.loen_sidste())
    }

    fn uenighed(&self, felt: Uenighedsfelt, word: Word, loen: Loen) -> Option<Uenighed> {
        let later = loen.told.filter(|told| told.position > word.told.position).unwrap_or(word.told);
        word.disagrees(loen).then_some(Uenighed {
            registrering: self.id,
            felt,
            loen: loen.dag,
            person: word.dag,
            siden: later.dag,
            position: later.position,
        })
    }
}

/// Where payroll and people disagree on a run. No run is empty.
pub(super) fn uenigheder(run: &[Registrering]) -> Vec<Uenighed> {
    let first = |r: &Registrering| {
        let loen = Loen { dag: Some(r.loen_foerste()?), raskmeldt: false, told: r.loen_told };
        r.uenighed(Uenighedsfelt::Foerste, r.said.foerste?, loen)
    };
    let mut all: Vec<Uenighed> = run.iter().filter_map(first).collect();
    let Some(last) = run.last() else { return all };
    // Who said that it goes on said so of the whole run, in however many rows payroll tells of it.
    let goes_on = |r: &Registrering| r.said.sidste.filter(|word| word.dag.is_none());
    let word = last.said.sidste.or_else(|| run.iter().rev().find_map(goes_on));
    // A row that was cut off where a person's registration begins speaks of that one too.
    let reaches = |row: &&Imported| row.sidste.is_none_or(|s| s >= last.foerste);
    let beyond = || run.iter().flat_map(Registrering::rows).filter(reaches).max_by_key(|row| row.foerste);
    if let (Some(word), Some(row)) = (word, last.last_row().or_else(beyond)) {
        let told = run.iter().filter_map(|r| r.loen_told).max_by_key(|told| told.position);
        let loen = Loen { dag: row.sidste, raskmeldt: row.raskmeldt, told };
        all.extend(last.uenighed(Uenighedsfelt::Sidste, word, loen));
    }
    all
}
