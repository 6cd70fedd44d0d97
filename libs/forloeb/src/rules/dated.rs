//! Rows that hold for some first absence days only, as a law that changes one paragraph asks for.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::rules::calendar::plus_dage;
use crate::rules::check::Finding;
use crate::rules::set::{Fristregel, Paamindelsesregel, Regelsaet};

/// A rule set for the days on which the same rows hold, and where in the file each of its rows stands.
pub(super) struct Span {
    pub(super) set: Regelsaet,
    frister: Vec<usize>,
    paamindelser: Vec<usize>,
}

impl Span {
    /// The finding, told of the row as the file counts it.
    pub(super) fn in_file(&self, finding: Finding) -> Finding {
        finding.renumbered("frist", &self.frister).renumbered("paamindelse", &self.paamindelser)
    }
}

/// A row with days of its own.
trait Dated: Clone {
    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>);

    fn holds_on(&self, f: NaiveDate) -> bool {
        let (fra, til) = self.days();
        fra.is_none_or(|fra| fra <= f) && til.is_none_or(|til| f <= til)
    }
}

impl Dated for Fristregel {
    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.gaelder_fra, self.gaelder_til)
    }
}

impl Dated for Paamindelsesregel {
    fn days(&self) -> (Option<NaiveDate>, Option<NaiveDate>) {
        (self.gaelder_fra, self.gaelder_til)
    }
}

/// The rows that hold on a day, and the number of each.
fn holding<T: Dated>(rows: &[T], f: NaiveDate) -> (Vec<usize>, Vec<T>) {
    rows.iter().enumerate().filter(|(_, row)| row.holds_on(f)).map(|(nr, row)| (nr, row.clone())).unzip()
}

/// No row ends before it begins.
fn in_order<T: Dated>(table: &'static str, rows: &[T]) -> Result<(), Finding> {
    let wrong = rows.iter().position(|row| matches!(row.days(), (Some(fra), Some(til)) if til < fra));
    wrong.map_or(Ok(()), |nr| Err(Finding::new(table, nr, "gaelder_til", "ligger før 'gaelder_fra'")))
}

/// The rules of a file that are still to come, as if they held from `fra` on: those of the first of its days after today,
/// and of every day after that as many days later as they lie apart. Where none is to come, those of its last day.
#[must_use]
pub fn as_if(sets: Vec<Regelsaet>, fra: NaiveDate, today: NaiveDate) -> Vec<Regelsaet> {
    let days = || sets.iter().map(|set| set.gaelder_fra);
    let Some(begins) = days().filter(|day| *day > today).min().or(days().max()) else { return sets };
    let dage = (fra - begins).num_days();
    let moved = |set: Regelsaet| Regelsaet {
        gaelder_fra: plus_dage(set.gaelder_fra, dage),
        gaelder_til: set.gaelder_til.map(|til| plus_dage(til, dage)),
        ..set
    };
    sets.into_iter().filter(|set| set.gaelder_fra >= begins).map(moved).collect()
}

/// Most rows of a kind in one file, and most spans of days in which they differ: what reading them costs grows with both.
const MOST_ROWS: usize = 400;
const MOST_SPANS: usize = 50;

impl Regelsaet {
    /// One for each span of days in which the same rows hold, the earliest first.
    pub(super) fn spans(&self) -> Result<Vec<Span>, Finding> {
        for (table, rows) in [("frist", self.frister.len()), ("paamindelse", self.paamindelser.len())] {
            if rows > MOST_ROWS {
                let error = format!("der kan højst være {MOST_ROWS} rækker [[{table}]]");
                return Err(Finding::new(table, MOST_ROWS, "gaelder_fra", error));
            }
        }
        in_order("frist", &self.frister)?;
        in_order("paamindelse", &self.paamindelser)?;
        if self.gaelder_til.is_some_and(|til| til < self.gaelder_fra) {
            return Err(Finding::new("", 0, "gaelder_til", "ligger før 'gaelder_fra'"));
        }
        let days = self.frister.iter().map(Dated::days).chain(self.paamindelser.iter().map(Dated::days));
        let mut starts = BTreeSet::from([self.gaelder_fra]);
        for (fra, til) in days {
            starts.extend(fra.into_iter().chain(til.map(|til| plus_dage(til, 1))));
        }
        starts.retain(|start| *start >= self.gaelder_fra && self.gaelder_til.is_none_or(|til| *start <= til));
        let starts: Vec<NaiveDate> = starts.into_iter().collect();
        if starts.len() > MOST_SPANS {
            let error = format!("rækkerne skifter på {} dage; højst {MOST_SPANS}", starts.len());
            return Err(Finding::new("", 0, "gaelder_fra", error));
        }
        let span = |(n, start): (usize, &NaiveDate)| {
            let (frister, frist_rows) = holding(&self.frister, *start);
            let (paamindelser, paamindelse_rows) = holding(&self.paamindelser, *start);
            let gaelder_til = starts.get(n + 1).map(|next| plus_dage(*next, -1)).or(self.gaelder_til);
            let (gaelder_fra, rest) = (*start, self.clone());
            let set = Self { gaelder_fra, gaelder_til, frister: frist_rows, paamindelser: paamindelse_rows, ..rest };
            Span { set, frister, paamindelser }
        };
        Ok(starts.iter().enumerate().map(span).collect())
    }
}
