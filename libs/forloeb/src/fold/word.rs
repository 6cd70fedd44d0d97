//! What people said of an absence, and how each word of theirs stands to what payroll says of the same.

use chrono::NaiveDate;

use crate::procent::Procent;
use crate::uenighed::Vaelg;
use crate::words::Aarsag;

/// When something was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) position: u64,
    pub(crate) dag: NaiveDate,
}

/// A first or a last day; none: it goes on.
pub(crate) type Dag = Option<NaiveDate>;

/// How a person's word stands to payroll's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing<T> {
    /// Payroll has not spoken since: its silence contradicts nobody.
    Unheard,
    /// Payroll has spoken, or the two were said of the same days.
    Heard,
    /// Somebody put it right with a reason, against this word of payroll.
    Against(T),
    /// How the employment or the life ended is not for payroll to say.
    Final,
}

/// What a person said: a day, a cause or an extent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word<T> {
    pub(super) says: T,
    pub(super) told: Told,
    standing: Standing<T>,
}

impl<T: Copy + PartialEq> Word<T> {
    /// Said of days that payroll tells of too: reporting sick.
    pub(super) const fn reported(says: T, told: Told) -> Self {
        Self { says, told, standing: Standing::Heard }
    }

    /// Said of what went on: back at work, or away for part of the time.
    pub(super) const fn news(says: T, told: Told) -> Self {
        Self { says, told, standing: Standing::Unheard }
    }

    /// Said with a reason, against what payroll says.
    pub(super) const fn put_right(says: T, told: Told, loen: T) -> Self {
        Self { says, told, standing: Standing::Against(loen) }
    }

    /// The same; where payroll has not spoken of it, there is nothing it was said against.
    pub(super) fn put_right_or_reported(says: T, told: Told, loen: Option<T>) -> Self {
        loen.map_or(Self::reported(says, told), |loen| Self::put_right(says, told, loen))
    }

    /// It says the same.
    pub(crate) fn is(&self, says: T) -> bool {
        self.says == says
    }

    /// Payroll says this, and somebody has to decide.
    pub(super) fn differs(&self, loen: T) -> bool {
        self.says != loen
            && match self.standing {
                Standing::Unheard | Standing::Final => false,
                Standing::Heard => true,
                Standing::Against(before) => before != loen,
            }
    }

    /// Payroll said something else before, and has not answered it yet.
    pub(super) fn waits(&self, loen: T) -> bool {
        self.standing == Standing::Unheard && self.says != loen
    }

    /// What it was said against, where somebody put it right.
    pub(super) fn against(&self) -> Option<T> {
        match self.standing {
            Standing::Against(loen) => Some(loen),
            Standing::Unheard | Standing::Heard | Standing::Final => None,
        }
    }

    /// It was decided that this stands, where payroll says that.
    pub(crate) fn settles(&self, loen: T) -> Option<T> {
        (self.against() == Some(loen)).then_some(self.says)
    }

    /// Payroll spoke: whether the word had waited for that.
    pub(super) fn hear(&mut self) -> bool {
        let waited = self.standing == Standing::Unheard;
        if waited {
            self.standing = Standing::Heard;
        }
        waited
    }
}

impl Word<Dag> {
    /// Said of how the employment, or the life, ended.
    pub(super) const fn last(dag: NaiveDate, told: Told) -> Self {
        Self { says: Some(dag), told, standing: Standing::Final }
    }
}

/// From a day on a person said this; none: it is left to payroll from there on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dated<T> {
    fra: NaiveDate,
    word: Option<Word<T>>,
    /// It is said of the absence as long as it goes on, in however many rows payroll tells of it.
    onward: bool,
}

/// What people said of a cause, or of an extent, by the day from which on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Words<T>(Vec<Dated<T>>);

impl<T> Default for Words<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Copy + PartialEq> Words<T> {
    /// What holds on a day; none: nobody has said anything, or it is left to payroll.
    pub(crate) fn on(&self, dag: NaiveDate) -> Option<Word<T>> {
        self.0.iter().rev().find(|dated| dated.fra <= dag).and_then(|dated| dated.word)
    }

    /// Nobody ever said anything.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Said of a registration from its first day on, whichever day that is and comes to be.
    pub(super) fn put_first(&mut self, foerste: NaiveDate, word: Option<Word<T>>, onward: bool) {
        self.0.retain(|dated| dated.fra > foerste);
        self.0.insert(0, Dated { fra: NaiveDate::MIN, word, onward });
    }

    /// Said from a day on.
    pub(super) fn put(&mut self, fra: NaiveDate, word: Option<Word<T>>, onward: bool) {
        self.0.retain(|dated| dated.fra != fra);
        let place = self.0.partition_point(|dated| dated.fra < fra);
        self.0.insert(place, Dated { fra, word, onward });
    }

    /// A person reports the absence that payroll had told of. Who says what was said before says nothing new.
    pub(super) fn report(&mut self, foerste: NaiveDate, says: T, told: Told) {
        if self.on(foerste).is_none_or(|word| !word.is(says)) {
            self.put_first(foerste, Some(Word::reported(says, told)), true);
        }
    }

    /// Payroll moved what a registration has from its first day on: a word that says something else counts no more.
    pub(super) fn moved(&mut self, foerste: NaiveDate, now: T) {
        if self.on(foerste).is_some_and(|word| !word.is(now)) {
            self.0.retain(|dated| dated.fra > foerste);
        }
    }

    /// It was decided who is right of a registration, from a day on.
    pub(super) fn decide(
        &mut self,
        (foerste, fra): (NaiveDate, NaiveDate),
        vaelg: Vaelg,
        (loen, person): (T, T),
        told: Told,
    ) {
        let dag = foerste.max(fra);
        // Where payroll was right, the correction before it has put payroll's value in the place of the person's.
        let speaks_of = |word: Word<T>| word.is(person) || (vaelg == Vaelg::Loen && word.is(loen));
        if !self.on(dag).is_some_and(speaks_of) {
            return;
        }
        let word = match vaelg {
            Vaelg::Loen => None,
            Vaelg::Person => Some(Word::put_right(person, told, loen)),
        };
        if dag == foerste {
            self.put_first(foerste, word, true);
        } else {
            self.put(dag, word, true);
        }
    }

    /// The last of them, where it is said of what goes on: the next row of the same absence has it from the beginning.
    pub(super) fn onward(&self) -> Option<Word<T>> {
        let last = self.0.last().filter(|dated| dated.onward)?;
        last.word.map(|mut word| {
            word.hear();
            word
        })
    }

    /// Payroll spoke: whether any word had waited for that.
    pub(super) fn hear(&mut self) -> bool {
        let mut waited = false;
        for word in self.0.iter_mut().filter_map(|dated| dated.word.as_mut()) {
            waited |= word.hear();
        }
        waited
    }
}

/// What people said of a registration, where they did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) foerste: Option<Word<Dag>>,
    pub(crate) sidste: Option<Word<Dag>>,
    pub(crate) aarsag: Words<Aarsag>,
    pub(crate) omfang: Words<Procent>,
}

impl Said {
    /// Nobody has said anything of its days.
    pub(crate) const fn has_no_day(&self) -> bool {
        self.foerste.is_none() && self.sidste.is_none()
    }

    /// Nobody has said anything of its cause or extent.
    pub(super) fn has_days_alone(&self) -> bool {
        self.aarsag.is_empty() && self.omfang.is_empty()
    }
}

/// When payroll last said anything new: of the days, of the cause, of the extent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Spoken {
    pub(super) dage: Option<Told>,
    pub(super) aarsag: Option<Told>,
    pub(super) omfang: Option<Told>,
}

impl Spoken {
    /// Of everything.
    pub(super) const fn whole(told: Told) -> Self {
        Self { dage: Some(told), aarsag: Some(told), omfang: Some(told) }
    }
}
