//! Moves inside the workplace: somebody's employment has ended, and another one of theirs took its place.

use std::collections::HashMap;

use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::calendar::plus_dage;
use uuid::Uuid;

use super::Projections;
use super::row::Row;

/// A move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Flytning {
    /// Employee number before.
    pub(crate) fra_nr: String,
    /// Employee number after.
    pub(crate) til_nr: String,
    /// The last day under the one before.
    pub(crate) til: NaiveDate,
    /// The first day under the one after.
    pub(crate) fra: NaiveDate,
}

impl Projections {
    /// The employee number that somebody has now who had this one before they moved; else the same.
    #[must_use]
    pub fn current_nr<'a>(&'a self, nr: &'a str) -> &'a str {
        let next = |nr: &&'a str| self.row(nr).and_then(|row| row.flyttet_til.as_deref());
        // Nobody goes on under a number that they have moved from, so there is no circle; and none is gone round.
        std::iter::successors(Some(nr), next).take(self.rows.len() + 1).last().unwrap_or(nr)
    }

    /// The numbers that somebody has moved from, each with the one that they have now.
    pub(crate) fn flyttede(&self) -> HashMap<String, String> {
        let moved = self.rows.iter().filter(|row| row.flyttet_til.is_some());
        moved.map(|row| (row.nr.to_string(), self.current_nr(&row.nr).to_owned())).collect()
    }

    /// Another number goes on with this one.
    #[must_use]
    pub fn is_flyttet(&self, nr: &str) -> bool {
        self.row(nr).is_some_and(|row| row.flyttet_til.is_some())
    }

    /// The moves that have happened by the day everything here is seen on, and are not recorded, or not to the end: the one
    /// employment ended, and another one of the same person began at the latest on the first working day after. Where several
    /// could have taken its place, it is none.
    pub(crate) fn due_flytninger(&self, book: &Regelbog) -> Vec<Flytning> {
        let mut persons: HashMap<Uuid, Vec<&Row>> = HashMap::new();
        for row in self.rows.iter().filter(|row| !row.erased && !row.is_doed) {
            if let Some(person) = row.person {
                persons.entry(person).or_default().push(row);
            }
        }
        let mut all: Vec<Flytning> = persons
            .into_values()
            .filter(|rows| rows.len() > 1)
            .flat_map(|rows| {
                let ended: Vec<_> = rows.iter().filter_map(|row| Some((*row, ended(row)?))).collect();
                let begun: Vec<_> = rows.iter().filter_map(|row| Some((*row, begun(row, self.today)?))).collect();
                let fits = |(a, til): (&Row, NaiveDate), (b, fra): (&Row, NaiveDate)| match &a.flyttet_til {
                    // Written down on one side only: the service was stopped in between.
                    Some(nr) => *nr == b.nr,
                    None => til < fra && fra <= book.calendar().wd_plus(plus_dage(til, 1)),
                };
                let alone = |one: (&Row, NaiveDate), other: (&Row, NaiveDate)| {
                    ended.iter().filter(|ended| fits(**ended, other)).count() == 1
                        && begun.iter().filter(|begun| fits(one, **begun)).count() == 1
                };
                let mut found = Vec::new();
                for one in &ended {
                    for other in begun.iter().filter(|other| fits(*one, **other) && alone(*one, **other)) {
                        let (fra_nr, til_nr) = (one.0.nr.to_string(), other.0.nr.to_string());
                        found.push(Flytning { fra_nr, til_nr, til: one.1, fra: other.1 });
                    }
                }
                found
            })
            .collect();
        // Who has moved twice goes on from the first number to the second before the third.
        all.sort_by(|a, b| (a.fra, &a.fra_nr).cmp(&(b.fra, &b.fra_nr)));
        all
    }
}

/// The last day of an employment that has an end, where that has not been carried on whole.
fn ended(row: &Row) -> Option<NaiveDate> {
    row.stamdata.as_ref()?.fratraadt
}

/// The first day of an employment that goes on with nothing yet, once it has come.
fn begun(row: &Row, today: NaiveDate) -> Option<NaiveDate> {
    let free = !row.fortsat && row.flyttet_til.is_none();
    row.stamdata.as_ref()?.ansat.filter(|fra| free && *fra <= today)
}
