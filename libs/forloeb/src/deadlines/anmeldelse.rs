//! The anmeldelse as steps on the way to its receipt.

use chrono::NaiveDate;

use crate::fold::forloeb::Forloeb;
use crate::rules::Regelbog;
use crate::rules::calendar::plus_dage;
use crate::words::Anmeldelsestrin;

/// Prepared, and nobody has signed it: it has not been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unsigned {
    /// The day it was prepared.
    pub ready: NaiveDate,
    /// Working days since, that day not counted.
    pub arbejdsdage: u32,
}

/// The newest step is `klar`, and it has been for as many working days as the rule set's `usigneret_arbejdsdage`, or
/// longer. That number is policy: the law knows only the receipt.
#[must_use]
pub fn unsigned(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Option<Unsigned> {
    let ready = f.anmeldelser.last().filter(|a| a.what.trin == Anmeldelsestrin::Klar)?.what.dato;
    let calendar = book.calendar();
    let bound = i32::try_from(f.regler.parameters.usigneret_arbejdsdage).unwrap_or(i32::MAX);
    if ready > today || calendar.shift(ready, bound.min(366)) > today {
        return None;
    }
    let dage = (today - ready).num_days();
    let arbejdsdage = (1..=dage).filter(|n| calendar.is_arbejdsdag(plus_dage(ready, *n))).count();
    Some(Unsigned { ready, arbejdsdage: u32::try_from(arbejdsdage).unwrap_or(u32::MAX) })
}
