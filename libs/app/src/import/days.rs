//! How a day is written in a payroll file.

use chrono::{Days, NaiveDate};
use forloeb::refusal::Mistake;
use texts::sentences;

use crate::dates;

type Parsed<T> = Result<T, String>;

/// In which order day, month and year stand, where a profile says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    DayThenMonth,
    MonthThenDay,
    YearThenMonth,
    /// Eight digits, the day first.
    DigitsFromDay,
    /// Eight digits, the year first.
    DigitsFromYear,
}

impl Order {
    /// The forms by the name that a profile gives them.
    pub const ALL: [(&'static str, Self); 5] = [
        ("dd-mm-åååå", Self::DayThenMonth),
        ("mm-dd-åååå", Self::MonthThenDay),
        ("åååå-mm-dd", Self::YearThenMonth),
        ("ddmmåååå", Self::DigitsFromDay),
        ("ååååmmdd", Self::DigitsFromYear),
    ];
}

/// How days stand in a file.
#[derive(Debug, Clone, Copy)]
pub struct Forms {
    /// What the profile says; none: the day first, or the year where it has four digits.
    pub order: Option<Order>,
    /// A number alone is a day as a workbook counts them.
    pub serials: bool,
}

/// What stands in a field for a day.
enum Day {
    On(NaiveDate),
    /// The last day that such systems can write: there is no end.
    EndOfTime,
}

/// The year in which nothing ends.
const END_OF_TIME: i32 = 9999;
/// The day before day 1 of a workbook, as its days are counted after February 1900.
const BEFORE_SERIALS: NaiveDate = NaiveDate::from_ymd_opt(1899, 12, 30).unwrap();

fn invalid<T>(forms: Forms) -> Parsed<T> {
    Err(match forms.order.and_then(|order| Order::ALL.iter().find(|(_, known)| *known == order)) {
        Some((form, _)) => format!("skal være en dato i profilens form {form}"),
        None => "skal være en dato som 06-02-2026 eller 2026-02-06".to_owned(),
    })
}

fn figure(text: &str, at_most: usize) -> Option<u32> {
    let digits = !text.is_empty() && text.len() <= at_most && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn ymd(year: &str, month: &str, day: &str) -> Option<NaiveDate> {
    let aar = figure(year, 4).filter(|_| year.len() == 4)?;
    NaiveDate::from_ymd_opt(i32::try_from(aar).ok()?, figure(month, 2)?, figure(day, 2)?)
}

/// A time of day: hours, minutes, and seconds with or without decimals; `Z` or the distance from UTC may follow.
fn is_time_of_day(text: &str) -> bool {
    let text = text.trim().trim_end_matches('Z');
    let text = text.split_once('+').map_or(text, |(time, _)| time);
    let (time, decimals) = match text.rsplit_once('.') {
        Some((time, decimals)) if time.contains(':') => (time, decimals),
        _ => (text, "0"),
    };
    let parts: Vec<&str> = time.split([':', '.']).collect();
    let below = |part: &str, bound| figure(part, 2).is_some_and(|figure| figure < bound);
    let whole = match parts[..] {
        [h, m] => below(h, 24) && below(m, 60),
        [h, m, s] => below(h, 24) && below(m, 60) && below(s, 60),
        _ => false,
    };
    whole && !decimals.is_empty() && decimals.bytes().all(|b| b.is_ascii_digit())
}

/// A number of a workbook: so many days, and a part of a day.
fn serial(text: &str) -> Option<NaiveDate> {
    let (days, part) = text.split_once('.').unwrap_or((text, "0"));
    let part = part.bytes().all(|b| b.is_ascii_digit());
    let days = figure(days, 7).filter(|days| part && *days > 60)?;
    BEFORE_SERIALS.checked_add_days(Days::new(days.into()))
}

fn day(text: &str, forms: Forms) -> Parsed<Day> {
    if text.is_empty() {
        return Err(sentences::error(&Mistake::Missing));
    }
    let (date, time) = text.split_once([' ', 'T']).unwrap_or((text, "00:00"));
    let mark = date.chars().find(|sign| !sign.is_ascii_digit());
    let parts: Vec<&str> = mark.map_or_else(Vec::new, |mark| date.split(mark).collect());
    let three: Result<[&str; 3], _> = parts.try_into();
    let read = match (three, mark, forms.order) {
        (Ok([year, month, day]), Some('-' | '/' | '.'), None | Some(Order::YearThenMonth | Order::DigitsFromYear))
            if year.len() == 4 =>
        {
            ymd(year, month, day)
        }
        // What a workbook holds as a day is written so, whatever the profile says of those that are texts.
        (Ok([year, month, day]), Some('-'), Some(_)) if year.len() == 4 => ymd(year, month, day),
        (Ok([day, month, year]), Some('-' | '/' | '.'), None | Some(Order::DayThenMonth)) => ymd(year, month, day),
        (Ok([month, day, year]), Some('-' | '/' | '.'), Some(Order::MonthThenDay)) => ymd(year, month, day),
        (Err(_), None, Some(Order::DigitsFromDay)) if date.len() == 8 => ymd(&date[4..], &date[2..4], &date[..2]),
        (Err(_), None, Some(Order::DigitsFromYear)) if date.len() == 8 => ymd(&date[..4], &date[4..6], &date[6..]),
        (Err(_), None | Some('.'), _) if forms.serials => serial(date),
        _ => None,
    };
    match read.filter(|_| is_time_of_day(time)) {
        None => invalid(forms),
        Some(read) if chrono::Datelike::year(&read) == END_OF_TIME => Ok(Day::EndOfTime),
        Some(read) => dates::within(read).map(Day::On).map_err(str::to_owned),
    }
}

/// A day, with or without a time of day after it, which is not used.
///
/// # Errors
/// Empty, not a day, or outside the calendar.
pub(super) fn dato(text: &str, forms: Forms) -> Parsed<NaiveDate> {
    match day(text, forms)? {
        Day::On(dag) => Ok(dag),
        Day::EndOfTime => Err(dates::OUTSIDE.to_owned()),
    }
}

/// A day that may be left out.
///
/// # Errors
/// Not a day.
pub(super) fn maybe_dato(text: &str, forms: Forms) -> Parsed<Option<NaiveDate>> {
    if text.is_empty() { Ok(None) } else { dato(text, forms).map(Some) }
}

/// A last day, which may be left out, or be the end of time: then there is none.
///
/// # Errors
/// Not a day.
pub(super) fn maybe_slutdag(text: &str, forms: Forms) -> Parsed<Option<NaiveDate>> {
    if text.is_empty() {
        return Ok(None);
    }
    match day(text, forms)? {
        Day::On(dag) => Ok(Some(dag)),
        Day::EndOfTime => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: Forms = Forms { order: None, serials: false };

    fn read(text: &str, forms: Forms) -> Option<String> {
        dato(text, forms).ok().map(|day| day.to_string())
    }

    #[test]
    fn a_day_in_every_form_that_payroll_writes() {
        for text in [
            "06-02-2026",
            "2026-02-06",
            "06.02.2026",
            "6-2-2026",
            "06/02/2026",
            "6/2/2026",
            "6.2.2026",
            "2026/02/06",
            "06-02-2026 08:19",
            "06.02.2026 08:19:30",
            "06-02-2026 08.19",
            "2026-02-06T00:00:00",
            "2026-02-06T08:19:30.123Z",
            "2026-02-06T08:19:30+01:00",
        ] {
            assert_eq!(read(text, ANY).as_deref(), Some("2026-02-06"), "{text}");
        }
        for text in [
            "",
            "31-02-2026",
            "06-02-26",
            "02/13/2026",
            "2026-13-01",
            "+006-02-2026",
            "06-02-20266",
            "06-02/2026",
            "06022026",
            "46059",
            "01-01-1899",
            "31-12-9999",
            "06-02-2026 25:00",
            "06-02-2026 i går",
            "06--2026",
        ] {
            let error = dato(text, ANY).expect_err(text);
            assert!(text.len() < 3 || !error.contains(text), "{error} quotes the file");
        }
    }

    #[test]
    fn the_end_of_time_is_no_end_and_no_beginning() {
        for text in ["", "31-12-9999", "9999-12-31", "31.12.9999 00:00", "31/12/9999"] {
            assert_eq!(maybe_slutdag(text, ANY), Ok(None), "{text}");
        }
        assert_eq!(maybe_slutdag("01-12-2026", ANY), Ok(NaiveDate::from_ymd_opt(2026, 12, 1)));
        assert_eq!(maybe_dato("31-12-9999", ANY), Err(dates::OUTSIDE.to_owned()));
        assert!(maybe_slutdag("00-12-2026", ANY).is_err() && maybe_slutdag("01-12-2200", ANY).is_err());
    }

    #[test]
    fn a_profile_says_what_stands_first() {
        for (name, text, others) in [
            ("dd-mm-åååå", "06.02.2026", ["20260206", "02-13-2026"]),
            ("mm-dd-åååå", "02/06/2026", ["13/02/2026", "06022026"]),
            ("åååå-mm-dd", "2026/02/06", ["06-02-2026", "20260206"]),
            ("ddmmåååå", "06022026", ["06-02-2026", "6022026"]),
            ("ååååmmdd", "20260206", ["06-02-2026", "2026026"]),
        ] {
            let order = Order::ALL.iter().find(|(known, _)| *known == name).map(|(_, order)| *order);
            let forms = Forms { order, serials: false };
            assert_eq!(read(text, forms).as_deref(), Some("2026-02-06"), "{name}");
            assert_eq!(read("2026-02-06 08:00", forms).as_deref(), Some("2026-02-06"), "{name}: of a workbook");
            for other in others {
                assert_eq!(dato(other, forms), Err(format!("skal være en dato i profilens form {name}")), "{other}");
            }
        }
    }

    #[test]
    fn days_of_a_workbook_are_counted_from_its_first() {
        let sheet = Forms { order: None, serials: true };
        assert_eq!(read("46059", sheet).as_deref(), Some("2026-02-06"));
        assert_eq!(read("46059.75", sheet).as_deref(), Some("2026-02-06"));
        assert_eq!(maybe_slutdag("2958465", sheet), Ok(None), "31-12-9999");
        for text in ["0", "37", "4605x", "46059.x", "2958466", "99999999"] {
            assert!(dato(text, sheet).is_err(), "{text}");
        }
    }
}
