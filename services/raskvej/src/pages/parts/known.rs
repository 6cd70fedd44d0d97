//! A time as an auditor types it: what was known then is what they see.

use chrono::{DateTime, NaiveDateTime, NaiveTime, Utc};

use super::datoer::as_iso;
use super::session::Search;
use crate::clock::{klokken, local};
use crate::dates;

/// What is said of a time that nobody can read.
pub(crate) const WRONG_TIME: &str = "Skriv et tidspunkt som 2026-02-01T12:00, eller en dato som 1.2.2026.";

/// A time as it is typed: a date and a time of day in Denmark; a date alone is its end.
fn read_time(tekst: &str) -> Option<DateTime<Utc>> {
    if let Ok(time) = dates::time(tekst) {
        return Some(time.to_utc());
    }
    let forms = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"];
    if let Some(t) = forms.iter().find_map(|f| NaiveDateTime::parse_from_str(tekst, f).ok()) {
        return Some(klokken(dates::within(t.date()).ok()?, t.time()));
    }
    let dag = dates::day(&as_iso(tekst)).ok()?;
    Some(klokken(dag, NaiveTime::from_hms_opt(23, 59, 59)?))
}

/// The time that an address asks for; none where it asks for now.
///
/// # Errors
/// Nobody can read it: what is to be said of that.
pub(crate) fn asked(search: &Search, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, &'static str> {
    let Some(tekst) = search.tekst("kendt") else { return Ok(None) };
    // What is known at a later time nobody knows: it is shown as it is known now, and the page says which time that is.
    read_time(tekst).map(|time| Some(time.min(now))).ok_or(WRONG_TIME)
}

/// As a field for a time has it.
pub(crate) fn field(time: DateTime<Utc>) -> String {
    local(time).format("%Y-%m-%dT%H:%M").to_string()
}

/// As an address has it, to the second.
pub(crate) fn in_address(time: DateTime<Utc>) -> String {
    local(time).format("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tidspunkt_is_danish_time_and_a_date_the_whole_day() {
        assert_eq!(read_time("2026-02-01T12:00").unwrap().to_rfc3339(), "2026-02-01T11:00:00+00:00");
        assert_eq!(read_time("1.7.2026").unwrap().to_rfc3339(), "2026-07-01T21:59:59+00:00");
        assert_eq!(read_time("i går"), None);
    }
}
