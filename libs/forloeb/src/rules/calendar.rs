//! Civil dates in Denmark: working days, public holidays, months that clamp.
//!
//! Dates only. Twenty-four-hour arithmetic is wrong across a clock change, so nothing here counts in hours.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, TimeZone, Weekday};
use chrono_tz::Europe::Copenhagen;
use serde::Deserialize;

/// Which days people are at work, from `regler/kalender.toml`.
#[derive(Debug, Clone)]
pub struct Calendar {
    store_bededag_til_og_med: i32,
    faste_helligdage: Vec<(u32, u32)>,
    lukkedage: Vec<(u32, u32)>,
    /// Easter Sundays from [`FOERSTE_PAASKE`] on: every frist asks for them, many times over.
    paaskedage: Vec<NaiveDate>,
}

/// First day that is taken in from anybody: in a file, a request, a setting or a search. Nobody who is employed was
/// employed before it.
pub const FOERSTE_DAG: NaiveDate = NaiveDate::from_ymd_opt(1900, 1, 1).expect("a day of the calendar");
/// Last day that is taken in: far beyond any frist, and near enough that going there day by day takes no time.
pub const SIDSTE_DAG: NaiveDate = NaiveDate::from_ymd_opt(2199, 12, 31).expect("a day of the calendar");

/// The years of the calendar.
pub(crate) const AAR: RangeInclusive<i32> = 1900..=2199;

/// From [`FOERSTE_DAG`] to [`SIDSTE_DAG`].
#[must_use]
pub fn is_in_calendar(dag: NaiveDate) -> bool {
    (FOERSTE_DAG..=SIDSTE_DAG).contains(&dag)
}

/// First year whose Easter is at hand; those of other years are computed when they are asked for.
const FOERSTE_PAASKE: i32 = 2000;
/// Last year.
const SIDSTE_PAASKE: i32 = 2060;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    store_bededag_til_og_med: i32,
    faste_helligdage: Vec<String>,
    lukkedage: Vec<String>,
}

/// The civil date in Denmark at an instant, whatever offset it was written with: 23.30 in London is the next day here.
#[must_use]
pub fn dag_in_denmark<Z: TimeZone>(time: &DateTime<Z>) -> NaiveDate {
    time.with_timezone(&Copenhagen).date_naive()
}

impl Calendar {
    /// Reads the calendar's exceptions.
    ///
    /// # Errors
    /// A text that says which line or which `MM-DD` is wrong.
    pub fn read(toml: &str) -> Result<Self, String> {
        let file: CalendarFile = toml::from_str(toml).map_err(|e| e.to_string())?;
        if !AAR.contains(&file.store_bededag_til_og_med) {
            return Err("'store_bededag_til_og_med' skal være et år fra 1900 til 2199".to_owned());
        }
        let dage = |list: &[String]| list.iter().map(|t| maaned_dag(t)).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            store_bededag_til_og_med: file.store_bededag_til_og_med,
            faste_helligdage: dage(&file.faste_helligdage)?,
            lukkedage: dage(&file.lukkedage)?,
            paaskedage: (FOERSTE_PAASKE..=SIDSTE_PAASKE).map_while(|aar| computus::gregorian_naive(aar).ok()).collect(),
        })
    }

    /// A holiday of the folkekirke (Sundays apart), or 1 January, 25 and 26 December.
    #[must_use]
    pub fn is_helligdag(&self, dag: NaiveDate) -> bool {
        if self.faste_helligdage.contains(&(dag.month(), dag.day())) {
            return true;
        }
        let Some(paaskedag) = self.paaskedag(dag.year()) else { return false };
        match (dag - paaskedag).num_days() {
            -3 | -2 | 0 | 1 | 39 | 49 | 50 => true,
            26 => dag.year() <= self.store_bededag_til_og_med,
            _ => false,
        }
    }

    fn paaskedag(&self, aar: i32) -> Option<NaiveDate> {
        let nr = usize::try_from(aar - FOERSTE_PAASKE).ok();
        let known = nr.and_then(|nr| self.paaskedage.get(nr)).copied();
        known.or_else(|| computus::gregorian_naive(aar).ok())
    }

    /// Monday to Friday, not a public holiday, not one of the closed days (5 June, 24 and 31 December).
    #[must_use]
    pub fn is_arbejdsdag(&self, dag: NaiveDate) -> bool {
        !matches!(dag.weekday(), Weekday::Sat | Weekday::Sun)
            && !self.is_helligdag(dag)
            && !self.lukkedage.contains(&(dag.month(), dag.day()))
    }

    /// `wd(x)`: the last working day on or before `dag`.
    #[must_use]
    pub fn wd(&self, dag: NaiveDate) -> NaiveDate {
        self.go(dag, -1)
    }

    /// `wd+(x)`: the first working day on or after `dag`.
    #[must_use]
    pub fn wd_plus(&self, dag: NaiveDate) -> NaiveDate {
        self.go(dag, 1)
    }

    /// The `antal`-th working day after (positive) or before (negative) `dag`, `dag` itself not counted; 0 is `dag`. The
    /// first day outside the calendar ([`is_in_calendar`]) that is met ends it, whatever `antal` is.
    #[must_use]
    pub fn shift(&self, dag: NaiveDate, count: i32) -> NaiveDate {
        let direction = count.signum();
        let mut reached = dag;
        for _ in 0..count.unsigned_abs() {
            reached = self.go(plus_dage(reached, i64::from(direction)), direction);
            if !is_in_calendar(reached) {
                break;
            }
        }
        reached
    }

    fn go(&self, mut dag: NaiveDate, direction: i32) -> NaiveDate {
        while !self.is_arbejdsdag(dag) {
            let next = plus_dage(dag, i64::from(direction));
            if next == dag {
                break; // the end of the calendar type: no working day to find
            }
            dag = next;
        }
        dag
    }
}

/// An inclusive span of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dage {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last, on or after the first.
    pub til: NaiveDate,
}

impl Dage {
    /// The span, if it holds a day.
    #[must_use]
    pub fn between(fra: NaiveDate, til: NaiveDate) -> Option<Self> {
        (fra <= til).then_some(Self { fra, til })
    }

    /// Number of calendar days.
    #[must_use]
    pub fn count(self) -> i64 {
        (self.til - self.fra).num_days() + 1
    }
}

/// `dag` plus a number of calendar days, clamped at the ends of the date type instead of overflowing.
#[must_use]
pub fn plus_dage(dag: NaiveDate, dage: i64) -> NaiveDate {
    let count = Days::new(dage.unsigned_abs());
    if dage < 0 {
        dag.checked_sub_days(count).unwrap_or(NaiveDate::MIN)
    } else {
        dag.checked_add_days(count).unwrap_or(NaiveDate::MAX)
    }
}

/// `dag` plus calendar months; clamps to the month's last day (30 November + 3 months = 28 or 29 February).
#[must_use]
pub fn plus_maaneder(dag: NaiveDate, maaneder: u32) -> NaiveDate {
    dag.checked_add_months(Months::new(maaneder)).unwrap_or(NaiveDate::MAX)
}

fn maaned_dag(text: &str) -> Result<(u32, u32), String> {
    text.split_once('-')
        .and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)))
        .filter(|&(m, d)| NaiveDate::from_ymd_opt(2024, m, d).is_some())
        .ok_or_else(|| format!("'{text}' er ikke en dag i året; skriv MM-DD"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Regelbog;

    fn dag(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The table of Danish holidays 2023 to 2030, as the almanac has them.
    #[test]
    fn helligdage_follow_the_almanac() {
        let book = Regelbog::built_in();
        let k = book.calendar();
        for text in [
            "2023-05-05",
            "2024-03-28",
            "2024-05-09",
            "2025-04-18",
            "2025-06-09",
            "2026-04-02",
            "2026-04-03",
            "2026-04-06",
            "2026-05-14",
            "2026-05-25",
            "2027-03-25",
            "2027-03-29",
            "2027-05-06",
            "2027-05-17",
            "2028-06-05",
            "2029-05-10",
            "2030-06-10",
            "2026-01-01",
            "2026-12-25",
            "2026-12-26",
        ] {
            assert!(k.is_helligdag(dag(text)), "{text}");
        }
        for text in ["2024-04-26", "2026-05-01", "2026-06-05", "2026-12-24", "2026-12-31", "2026-05-15"] {
            assert!(!k.is_helligdag(dag(text)), "{text}");
        }
    }

    #[test]
    fn lukkedage_are_no_arbejdsdage() {
        let book = Regelbog::built_in();
        for text in ["2026-06-05", "2026-12-24", "2026-12-31", "2026-11-22", "2026-11-21"] {
            assert!(!book.calendar().is_arbejdsdag(dag(text)), "{text}");
        }
    }

    /// Christmas 2026: Wednesday the 23rd is the last day at work before Monday the 28th.
    #[test]
    fn arbejdsdage_are_counted_across_christmas() {
        let book = Regelbog::built_in();
        let k = book.calendar();
        assert_eq!(k.wd(dag("2026-12-27")), dag("2026-12-23"));
        assert_eq!(k.wd_plus(dag("2026-12-24")), dag("2026-12-28"));
        assert_eq!(k.shift(dag("2026-12-23"), 1), dag("2026-12-28"));
        assert_eq!(k.shift(dag("2027-01-04"), -3), dag("2026-12-28"));
        assert_eq!(k.shift(dag("2026-12-23"), 0), dag("2026-12-23"));
    }

    #[test]
    fn months_are_bounded_by_the_last_day_of_the_month() {
        assert_eq!(plus_maaneder(dag("2026-11-30"), 3), dag("2027-02-28"));
        assert_eq!(plus_maaneder(dag("2027-11-30"), 3), dag("2028-02-29"));
        assert_eq!(plus_maaneder(dag("2026-02-04"), 3), dag("2026-05-04"));
    }

    #[test]
    fn the_end_of_the_calendar_is_no_panic() {
        let book = Regelbog::built_in();
        let _ = book.calendar().wd(NaiveDate::MIN);
        let _ = book.calendar().shift(NaiveDate::MAX, 5);
        assert_eq!(plus_dage(NaiveDate::MAX, 1), NaiveDate::MAX);
        // Wherever it is asked to go, it goes no further than just outside.
        assert_eq!(book.calendar().shift(dag("2026-01-05"), i32::MIN), dag("1899-12-29"));
        assert_eq!(book.calendar().shift(dag("2026-01-05"), i32::MAX), dag("2200-01-02"));
        assert_eq!(book.calendar().shift(NaiveDate::MAX, i32::MAX), NaiveDate::MAX);
    }
}
