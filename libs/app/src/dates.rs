//! Reading a day or a time that somebody outside gave: in a request, a form, an address, a setting or an order.
//!
//! One form, and days of the calendar only ([`is_in_calendar`]): a date that nobody means can send what follows from it on
//! a walk of millions of days.

use chrono::{DateTime, FixedOffset, NaiveDate};
use forloeb::calendar::is_in_calendar;

/// How a day is written.
pub const DAY: &str = "skal være en dato som ÅÅÅÅ-MM-DD, fx 2026-01-05";
/// How a time is written.
pub const TIME: &str = "skal være et tidspunkt som 2026-01-29T10:00:00+01:00";
/// Said of a day that is written right and is in no month.
pub const NO_SUCH_DAY: &str = "den dato findes ikke i kalenderen";
/// Said of a day or a time outside the calendar.
pub const OUTSIDE: &str = "skal ligge fra 1900-01-01 til 2199-12-31";

/// A day, `YYYY-MM-DD`.
///
/// # Errors
/// What would be right.
pub fn day(text: &str) -> Result<NaiveDate, &'static str> {
    let form = text.len() == 10
        && text.bytes().enumerate().all(|(n, b)| if n == 4 || n == 7 { b == b'-' } else { b.is_ascii_digit() });
    if !form {
        return Err(DAY);
    }
    within(text.parse().map_err(|_| NO_SUCH_DAY)?)
}

/// A time of RFC 3339.
///
/// # Errors
/// What would be right.
pub fn time(text: &str) -> Result<DateTime<FixedOffset>, &'static str> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| TIME)?;
    within(time.date_naive())?;
    Ok(time)
}

/// The day, if it is one of the calendar.
///
/// # Errors
/// It is not.
pub fn within(day: NaiveDate) -> Result<NaiveDate, &'static str> {
    if is_in_calendar(day) { Ok(day) } else { Err(OUTSIDE) }
}

#[cfg(test)]
mod tests {
    use forloeb::calendar::{FOERSTE_DAG, SIDSTE_DAG};

    use super::*;

    #[test]
    fn days_and_times_of_the_calendar_are_read_and_others_are_told_what_would_be_right() {
        assert_eq!(OUTSIDE, format!("skal ligge fra {FOERSTE_DAG} til {SIDSTE_DAG}"));
        for text in ["1900-01-01", "2199-12-31", "2028-02-29"] {
            assert_eq!(day(text).map(|d| d.to_string()), Ok(text.to_owned()));
            assert!(time(&format!("{text}T12:00:00+01:00")).is_ok(), "{text}");
        }
        let wrong = [
            ("2026-02-29", NO_SUCH_DAY),
            ("2026-13-01", NO_SUCH_DAY),
            ("1899-12-31", OUTSIDE),
            ("2200-01-01", OUTSIDE),
            ("9999-12-31", OUTSIDE),
            ("0000-01-01", OUTSIDE),
            ("+262142-12-31", DAY),
            ("-0001-01-01", DAY),
            ("5-1-2026", DAY),
            ("2026-1-5", DAY),
            ("", DAY),
        ];
        for (text, said) in wrong {
            assert_eq!(day(text), Err(said), "{text}");
            assert!(time(&format!("{text}T12:00:00+01:00")).is_err(), "{text}");
        }
        assert_eq!(time("2200-01-01T00:00:00+01:00"), Err(OUTSIDE));
        assert_eq!(time("i går"), Err(TIME));
    }
}
