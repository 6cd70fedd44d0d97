//! A day as people write it.

use chrono::{Datelike, NaiveDate};

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

/// A date with its weekday: fredag den 6. februar 2026.
#[must_use]
pub fn long_dato(dag: NaiveDate) -> String {
    let ugedag = UGEDAGE.get(dag.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    format!("{ugedag} den {}", dato(dag))
}
