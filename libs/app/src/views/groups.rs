//! Which groups are too small to be told of in numbers, and of which years numbers are told: the rules of all statistics.

use chrono::{Datelike, NaiveDate};

/// Fewer people than this are not shown.
pub const AT_LEAST: usize = 5;
/// The first year that can be asked for.
const FIRST_YEAR: i32 = 2000;

/// So few people that a number would tell of them. Nobody is no group.
#[must_use]
pub const fn few(people: usize) -> bool {
    0 < people && people < AT_LEAST
}

/// The year that is asked for; none of one that has not come, or that nobody means.
#[must_use]
pub fn year(text: &str, today: NaiveDate) -> Option<i32> {
    text.parse().ok().filter(|aar| (FIRST_YEAR..=today.year()).contains(aar))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_one_that_has_come() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
        let of = |text| year(text, today);
        assert_eq!([of("2026"), of("2000")], [Some(2026), Some(2000)]);
        assert_eq!([of("2027"), of("1999"), of("i år"), of("")], [None; 4]);
    }
}
