//! A day and a time as people write them: the one place of it.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

const UGEDAGE: [&str; 7] = ["mandag", "tirsdag", "onsdag", "torsdag", "fredag", "lørdag", "søndag"];
const MAANEDER: [&str; 12] = [
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
];

/// A date as people write it: 6. februar 2026.
#[must_use]
pub fn dato(dag: NaiveDate) -> String {
    format!("{} {}", short_dato(dag), dag.year())
}

/// A date of this year: 6. februar.
#[must_use]
pub fn short_dato(dag: NaiveDate) -> String {
    format!("{}. {}", dag.day(), MAANEDER.get(dag.month0() as usize).copied().unwrap_or_default())
}

/// The month of a date: februar 2026.
#[must_use]
pub fn month_name(dag: NaiveDate) -> String {
    format!("{} {}", MAANEDER.get(dag.month0() as usize).copied().unwrap_or_default(), dag.year())
}

/// The weekday of a date: mandag.
#[must_use]
pub fn ugedag(dag: NaiveDate) -> &'static str {
    UGEDAGE.get(dag.weekday().num_days_from_monday() as usize).copied().unwrap_or_default()
}

/// A date with its weekday: fredag den 6. februar 2026.
#[must_use]
pub fn long_dato(dag: NaiveDate) -> String {
    let ugedag = ugedag(dag);
    format!("{ugedag} den {}", dato(dag))
}

/// A date in figures, for tables: 6.2.2026.
#[must_use]
pub fn dato_in_digits(dag: NaiveDate) -> String {
    format!("{}.{}.{}", dag.day(), dag.month(), dag.year())
}

/// A time of day, after "kl.": 8.05.
#[must_use]
pub fn time_of_day(time: NaiveTime) -> String {
    format!("{}.{:02}", time.hour(), time.minute())
}

/// A day and a time of it: 6. februar 2026 kl. 8.05.
#[must_use]
pub fn tidspunkt(time: NaiveDateTime) -> String {
    format!("{} kl. {}", dato(time.date()), time_of_day(time.time()))
}

/// How far a day is from today: om 2 dage, i dag, for 3 dage siden.
#[must_use]
pub fn relative(dag: NaiveDate, today: NaiveDate) -> String {
    match (dag - today).num_days() {
        0 => "i dag".to_owned(),
        1 => "i morgen".to_owned(),
        -1 => "i går".to_owned(),
        n if n > 0 => format!("om {n} dage"),
        n => format!("for {} dage siden", -n),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_times_are_danish() {
        let time: NaiveDateTime = "2026-02-06T08:05:59".parse().unwrap();
        assert_eq!(dato(time.date()), "6. februar 2026");
        assert_eq!(
            (short_dato(time.date()).as_str(), dato_in_digits(time.date()).as_str()),
            ("6. februar", "6.2.2026")
        );
        assert_eq!(long_dato(time.date()), "fredag den 6. februar 2026");
        assert_eq!(tidspunkt(time), "6. februar 2026 kl. 8.05");
        assert_eq!(time_of_day(NaiveTime::from_hms_opt(17, 0, 0).unwrap()), "17.00");
    }
}
