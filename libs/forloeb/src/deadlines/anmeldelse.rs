//! The anmeldelse as steps on the way to its receipt.

use chrono::NaiveDate;

use crate::fold::forloeb::Forloeb;
use crate::ord::Anmeldelsestrin;
use crate::rules::Regelbog;
use crate::rules::kalender::plus_dage;

/// Prepared, and nobody has signed it: it has not been sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Usigneret {
    /// The day it was prepared.
    pub klar: NaiveDate,
    /// Working days since, that day not counted.
    pub arbejdsdage: u32,
}

/// The newest step is `klar`, and it has been for as many working days as the rule set's `usigneret_arbejdsdage`, or
/// longer. That number is policy: the law knows only the receipt.
#[must_use]
pub fn usigneret(f: &Forloeb, idag: NaiveDate, bog: &Regelbog) -> Option<Usigneret> {
    let klar = f.anmeldelser.last().filter(|a| a.hvad.trin == Anmeldelsestrin::Klar)?.hvad.dato;
    let kalender = bog.kalender();
    let graense = i32::try_from(f.regler.parametre.usigneret_arbejdsdage).unwrap_or(i32::MAX);
    if klar > idag || kalender.forskyd(klar, graense.min(366)) > idag {
        return None;
    }
    let dage = (idag - klar).num_days();
    let arbejdsdage = (1..=dage).filter(|n| kalender.er_arbejdsdag(plus_dage(klar, *n))).count();
    Some(Usigneret { klar, arbejdsdage: u32::try_from(arbejdsdage).unwrap_or(u32::MAX) })
}
