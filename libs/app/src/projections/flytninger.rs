//! Moves inside the workplace: somebody's employment has ended, and another one of theirs took its place.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

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
        // A number that begins anew leads nowhere until it is moved from once more, so there is no circle; and none is gone round.
        std::iter::successors(Some(nr), next).take(self.rows.len() + 1).last().unwrap_or(nr)
    }

    /// The numbers that began anew after somebody had moved from them, and that no move has led back to: each with the first day
    /// of the employment that it has now.
    pub(crate) fn begun_anew(&self) -> HashMap<String, NaiveDate> {
        let anew = self.rows.iter().filter(|row| row.anew && !row.fortsat && row.flyttet_til.is_none());
        anew.filter_map(|row| Some((row.nr.to_string(), row.stamdata.as_ref()?.ansat?))).collect()
    }

    /// The number with which an absence went on that payroll tells of under one that has begun anew since.
    pub(crate) fn went_with(&self, nr: &str, fravaer_nr: &str) -> Option<&str> {
        let (owner, _) = self.fravaer_nr(fravaer_nr)?;
        (owner != nr && self.is_same_person(owner, nr) && self.is_fortsat(owner)).then_some(owner)
    }

    /// Every number of somebody who has or had this one that leads to the one they have now, that one first.
    pub(crate) fn all_numbers_of<'a>(&'a self, nr: &'a str) -> Vec<&'a str> {
        let mut all = vec![self.current_nr(nr)];
        let mut next = 0;
        while let Some(before) = all.get(next).and_then(|nr| self.moved_from.get(*nr)) {
            all.extend(before.iter().map(|nr| &**nr).filter(|nr| !all.contains(nr)).collect::<Vec<_>>());
            next += 1;
        }
        all
    }

    /// The same, to keep when the projections are let go.
    #[must_use]
    pub fn numbers_like(&self, nr: &str) -> Vec<String> {
        self.all_numbers_of(nr).into_iter().map(str::to_owned).collect()
    }

    /// Both are numbers that lead to the same one: it is one person in one employment.
    #[must_use]
    pub fn is_same_nr(&self, one: &str, other: &str) -> bool {
        one == other || self.current_nr(one) == self.current_nr(other)
    }

    /// Keeps which number leads to which, as a row says it now and said it before.
    pub(super) fn keep_moved(&mut self, idx: u32, before: Option<Arc<str>>) {
        let row = &self.rows[idx as usize];
        let (nr, now) = (row.nr.clone(), row.flyttet_til.clone());
        if let Some(from) =
            before.filter(|before| Some(before) != now.as_ref()).and_then(|b| self.moved_from.get_mut(&b))
        {
            from.remove(&nr);
        }
        if let Some(now) = now {
            self.moved_from.entry(now).or_default().insert(nr);
        }
    }

    /// The number that goes on with this one, be it moved from again or not.
    pub(crate) fn flyttet_til(&self, nr: &str) -> Option<&str> {
        self.row(nr)?.flyttet_til.as_deref()
    }

    /// The employment under the number goes on, with everything that was carried to it.
    pub(crate) fn is_fortsat(&self, nr: &str) -> bool {
        self.row(nr).is_some_and(|row| row.fortsat)
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

    /// Somebody had this number before they moved to the other, on the way they have gone so far.
    pub(crate) fn is_before(&self, one: &str, nr: &str) -> bool {
        one != nr && self.current_nr(one) == nr
    }

    /// The moves that have happened by the day everything here is seen on, and are not recorded, or not to the end: the one
    /// employment ended, and another one of the same person began at the latest on the first working day after. One day may
    /// be of both: it is the last of the one and the first of the other. Where several could have taken its place, it is
    /// none. `would` is what a trial would have told of employments, by number.
    pub(crate) fn due_flytninger(&self, book: &Regelbog, would: &BTreeMap<String, Would>) -> Vec<Flytning> {
        let known = self.rows.iter().filter_map(|row| Some((row.person?, Employment::of(row, would.get(&*row.nr))?)));
        let new = would.iter().filter(|(nr, _)| self.row(nr).is_none());
        let new = new.map(|(nr, would)| (would.person, Employment::new(nr, would)));
        // One or two people in a thousand have several employments: only theirs are gathered.
        let mut persons: Vec<Uuid> = known.clone().chain(new.clone()).map(|(person, _)| person).collect();
        persons.sort_unstable();
        let several: BTreeSet<Uuid> = persons.windows(2).filter(|two| two[0] == two[1]).map(|two| two[0]).collect();
        let mut by_person: BTreeMap<Uuid, Vec<Employment<'_>>> = BTreeMap::new();
        for (person, one) in known.chain(new).filter(|(person, _)| several.contains(person) && !person.is_nil()) {
            by_person.entry(person).or_default().push(one);
        }
        let mut all: Vec<Flytning> = by_person.values().flat_map(|all| moves(all, self.today, book)).collect();
        // Who has moved twice goes on from the first number to the second before the third.
        all.sort_by(|a, b| (a.fra, &a.fra_nr).cmp(&(b.fra, &b.fra_nr)));
        all
    }
}

/// What payroll tells of an employment, as far as moves go.
#[derive(Debug, Clone)]
pub(crate) struct Would {
    /// Whose it is.
    pub(crate) person: Uuid,
    /// Its first day.
    pub(crate) ansat: Option<NaiveDate>,
    /// Its last day.
    pub(crate) fratraadt: Option<NaiveDate>,
    /// Another number goes on with it; else the number may have begun anew.
    pub(crate) flyttet: bool,
    /// It goes on with another one.
    pub(crate) fortsat: bool,
}

/// An employment, as far as moves go.
#[derive(Debug, Clone)]
struct Employment<'a> {
    nr: &'a str,
    ansat: Option<NaiveDate>,
    fratraadt: Option<NaiveDate>,
    /// The number that goes on with it.
    flyttet_til: Option<&'a str>,
    /// It goes on with another one.
    fortsat: bool,
}

impl<'a> Employment<'a> {
    fn new(nr: &'a str, would: &Would) -> Self {
        Self { nr, ansat: would.ansat, fratraadt: would.fratraadt, flyttet_til: None, fortsat: false }
    }

    fn of(row: &'a Row, would: Option<&Would>) -> Option<Self> {
        let told = row.stamdata.as_ref().filter(|_| !row.erased && !row.is_doed)?;
        let (ansat, fratraadt) = would.map_or((told.ansat, told.fratraadt), |would| (would.ansat, would.fratraadt));
        let flyttet_til = row.flyttet_til.as_deref().filter(|_| would.is_none_or(|would| would.flyttet));
        let fortsat = would.map_or(row.fortsat, |would| would.fortsat);
        Some(Self { nr: &row.nr, ansat, fratraadt, flyttet_til, fortsat })
    }

    /// The first day of an employment that goes on with nothing yet, once it has come.
    fn begun(&self, today: NaiveDate) -> Option<NaiveDate> {
        self.ansat.filter(|fra| !self.fortsat && self.flyttet_til.is_none() && *fra <= today)
    }
}

/// The moves among the employments of one person.
fn moves(all: &[Employment<'_>], today: NaiveDate, book: &Regelbog) -> Vec<Flytning> {
    let ended: Vec<_> = all.iter().filter_map(|one| Some((one, one.fratraadt?))).collect();
    let begun: Vec<_> = all.iter().filter_map(|one| Some((one, one.begun(today)?))).collect();
    let fits = |(a, til): (&Employment<'_>, NaiveDate), (b, fra): (&Employment<'_>, NaiveDate)| match a.flyttet_til {
        // Written down on one side only: the service was stopped in between.
        Some(nr) => nr == b.nr,
        None => a.nr != b.nr && til <= fra && fra <= book.calendar().wd_plus(plus_dage(til, 1)),
    };
    let pairs = ended.iter().flat_map(|one| begun.iter().map(move |other| (*one, *other)));
    let pairs: Vec<_> = pairs.filter(|(one, other)| fits(*one, *other)).collect();
    let count = |of: &dyn Fn(&(&str, &str)) -> bool| {
        pairs.iter().filter(|((one, _), (other, _))| of(&(one.nr, other.nr))).count()
    };
    let alone = |one: &str, other: &str| count(&|(a, _)| *a == one) == 1 && count(&|(_, b)| *b == other) == 1;
    let found = pairs.iter().filter(|((one, _), (other, _))| alone(one.nr, other.nr));
    let flytning = |((one, til), (other, fra)): &((&Employment<'_>, NaiveDate), (&Employment<'_>, NaiveDate))| {
        // A day of both is the first one under the number after.
        let til = (*til).min(plus_dage(*fra, -1));
        Flytning { fra_nr: one.nr.to_owned(), til_nr: other.nr.to_owned(), til, fra: *fra }
    };
    found.map(flytning).collect()
}
