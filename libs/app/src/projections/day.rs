//! The day turns: what is not at rest is judged anew. Time only goes forward.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::frister::assess;
use forloeb::{Forloeb, Regelbog};

use super::aktuelle::Aktuel;
use super::card::Ansvar;
use super::derived::{DerivedForloeb, Tabt, tabt_since};
use super::{Projections, Row, Table};

/// What is not at rest, as it was known at one moment; cheap to take.
pub(crate) struct Evening {
    book: Arc<Regelbog>,
    all: Vec<Known>,
}

/// One of it, by its place.
struct Known {
    place: u32,
    aktuel: Arc<Aktuel>,
    ansvar: Arc<Ansvar>,
    tabt: Option<Tabt>,
}

/// What a new day says of it.
pub(crate) struct Morning {
    today: NaiveDate,
    book: Arc<Regelbog>,
    all: Table<u32, Judged>,
}

/// Of one, as it was known: most of what goes on is today as it was yesterday, and then there is nothing to keep.
struct Judged {
    forloeb: Arc<Forloeb>,
    changed: Option<Box<DerivedForloeb>>,
}

impl Evening {
    /// Judges it on a day. It takes as long as much goes on, and is for when nobody waits for the projections.
    pub(crate) fn judge(self, today: NaiveDate) -> Morning {
        let Self { book, all } = self;
        let one = |Known { place, aktuel, ansvar, tabt }| {
            let new = judge(aktuel.forloeb.clone(), today, &book, &ansvar);
            let changed = (!is_as_it_was(&new, &aktuel, &ansvar, tabt.as_ref())).then(|| Box::new(new));
            (place, Judged { forloeb: aktuel.forloeb.clone(), changed })
        };
        let all = all.into_iter().map(one).collect();
        Morning { today, book, all }
    }
}

fn judge(forloeb: Arc<Forloeb>, today: NaiveDate, book: &Regelbog, ansvar: &Arc<Ansvar>) -> DerivedForloeb {
    let assessment = assess(&forloeb, today, book);
    DerivedForloeb::af(forloeb, &assessment, (today, book), Some(ansvar))
}

fn is_as_it_was(new: &DerivedForloeb, aktuel: &Aktuel, ansvar: &Arc<Ansvar>, tabt: Option<&Tabt>) -> bool {
    Arc::ptr_eq(&new.card.ansvar, ansvar)
        && new.card.clone().with(|_| aktuel.card.ansvar) == aktuel.card
        && new.dagen == Some(aktuel.dagen)
        && new.tabt.as_ref() == tabt
}

impl Projections {
    /// What is not at rest.
    pub(crate) fn evening(&self) -> Evening {
        let whole = |(place, a): (u32, &Arc<Aktuel>)| {
            let (ansvar, tabt) = (self.ansvar(&a.card).clone(), self.aktuelle.tabt(place).copied());
            Known { place, aktuel: a.clone(), ansvar, tabt }
        };
        Evening { book: self.book.clone(), all: self.aktuelle.all().map(whole).collect() }
    }

    /// Takes a new day in. What was changed by an event, or by a policy, since it was judged is judged here: it is little.
    pub(crate) fn turn(&mut self, morning: Morning) {
        let Morning { today, book, mut all } = morning;
        if today <= self.today {
            return;
        }
        self.today = today;
        self.turn_rows();
        let same_rules = Arc::ptr_eq(&self.book, &book);
        let mut changed: Vec<(u32, DerivedForloeb)> = Vec::new();
        for (place, aktuel) in self.aktuelle.all() {
            let judged = all.remove(&place).filter(|one| same_rules && Arc::ptr_eq(&one.forloeb, &aktuel.forloeb));
            match judged {
                Some(judged) => changed.extend(judged.changed.map(|new| (place, *new))),
                None => {
                    changed.push((place, judge(aktuel.forloeb.clone(), today, &self.book, self.ansvar(&aktuel.card))));
                }
            }
        }
        for (place, new) in changed {
            self.set_card(place, new);
        }
        self.aktuelle.forget_tabte_before(tabt_since(today));
    }

    /// What payroll told of this day holds from now on.
    pub(crate) fn turn_rows(&mut self) {
        self.steder.take();
        self.with_aftale.take();
        for nr in 0..self.rows.len() {
            let row = &mut self.rows[nr];
            if row.perioder.is_empty() {
                continue;
            }
            let leder = |row: &Row| row.stamdata.as_ref().and_then(|s| s.leder_nr.clone());
            let before = leder(row);
            row.turn(self.today);
            let (number, after) = (row.nr.clone(), leder(row));
            if before != after {
                self.move_under(number, before, after);
            }
        }
    }

    /// The day turns where nobody else looks.
    pub(crate) fn turn_to(&mut self, today: NaiveDate) {
        if today > self.today {
            self.turn(self.evening().judge(today));
        }
    }
}
