//! How a frist stands on a day, in words: the one place of it, for pages, files and the terminal.
//!
//! Past its target a frist is past what people work towards, and until the last lawful day it can still be done in time. Only
//! after that day it is overdue.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::frister::Frist;
use forloeb::words::Friststatus;

use crate::dates::relative;
use crate::sentences::count;

/// It is past its target, and can still be done in time.
#[must_use]
pub fn is_still_in_time(status: Friststatus, lovdag: NaiveDate, today: NaiveDate) -> bool {
    status == Friststatus::Overskredet && today <= lovdag
}

/// How it stands on a day, with a capital, and the status whose colour that has.
#[must_use]
pub fn label(status: Friststatus, maaldag: NaiveDate, lovdag: NaiveDate, today: NaiveDate) -> (String, Friststatus) {
    match status {
        status if is_still_in_time(status, lovdag, today) => {
            (format!("Sidste dag {}", relative(lovdag, today)), Friststatus::Forfalder)
        }
        Friststatus::Forfalder if today == maaldag => ("Mål i dag".to_owned(), status),
        status => (name(status).to_owned(), status),
    }
}

/// The same of a frist.
#[must_use]
pub fn label_of(frist: &Frist, today: NaiveDate) -> (String, Friststatus) {
    label(frist.status, frist.maaldag, frist.lovdag, today)
}

/// The same of a frist of a forløb, and how much too late it was done.
#[must_use]
pub fn label_in(f: &Forloeb, frist: &Frist, today: NaiveDate) -> (String, Friststatus) {
    if let Some(dage) = frist.dage_for_sent(f) {
        return (
            format!("{} {} for sent", name(frist.status), count(dage.unsigned_abs(), "dag", "dage")),
            frist.status,
        );
    }
    label_of(frist, today)
}

/// What frister in a status are called together, whatever their last lawful day is.
#[must_use]
pub const fn together(status: Friststatus) -> &'static str {
    match status {
        Friststatus::Overskredet => "Efter måldagen",
        other => name(other),
    }
}

/// The name of a status, with a capital.
#[must_use]
pub const fn name(status: Friststatus) -> &'static str {
    match status {
        Friststatus::Coming => "Kommende",
        Friststatus::Aaben => "Åben",
        Friststatus::Forfalder => "Forfalder snart",
        Friststatus::Overskredet => "Overskredet",
        Friststatus::Tabt => "Tabt",
        Friststatus::Opfyldt => "Opfyldt",
        Friststatus::Undtaget => "Undtaget",
        Friststatus::Bortfaldet => "Bortfaldet",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The first contact of who is away since Monday 5 January 2026: the target is Friday 16 January, and the last lawful day
    /// is Sunday the 18th.
    #[test]
    fn a_frist_is_overdue_the_day_after_its_last_lawful_day() {
        let said = |status, today| label(status, day("2026-01-16"), day("2026-01-18"), day(today)).0;
        assert_eq!(said(Friststatus::Forfalder, "2026-01-15"), "Forfalder snart");
        assert_eq!(said(Friststatus::Forfalder, "2026-01-16"), "Mål i dag");
        assert_eq!(said(Friststatus::Overskredet, "2026-01-17"), "Sidste dag i morgen");
        assert_eq!(said(Friststatus::Overskredet, "2026-01-18"), "Sidste dag i dag");
        assert_eq!(said(Friststatus::Overskredet, "2026-01-19"), "Overskredet");
        assert_eq!(together(Friststatus::Overskredet), "Efter måldagen");
    }
}
