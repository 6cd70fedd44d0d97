//! Where payroll and people say different days: what each says, and what follows from a choice.

use chrono::NaiveDate;
use forloeb::uenighed::{Uenighed, Uenighedsfelt, Vaelg};

use crate::sentences::long_dato;

/// Which day it is about.
#[must_use]
pub const fn which_day(felt: Uenighedsfelt) -> &'static str {
    match felt {
        Uenighedsfelt::Foerste => "første fraværsdag",
        Uenighedsfelt::Sidste => "sidste fraværsdag",
    }
}

/// Who.
#[must_use]
pub const fn vaelg_name(vaelg: Vaelg) -> &'static str {
    match vaelg {
        Vaelg::Loen => "lønsystemet",
        Vaelg::Person => "arbejdspladsen",
    }
}

/// A day as one of the two says it.
#[must_use]
pub fn says(felt: Uenighedsfelt, dag: Option<NaiveDate>) -> String {
    match (felt, dag) {
        (_, Some(dag)) => long_dato(dag),
        (Uenighedsfelt::Foerste, None) => "ikke oplyst".to_owned(),
        (Uenighedsfelt::Sidste, None) => "fraværet fortsætter".to_owned(),
    }
}

/// Both in one sentence.
#[must_use]
pub fn both(u: &Uenighed) -> String {
    let (loen, person) = (says(u.felt, u.loen), says(u.felt, u.person));
    format!("Lønsystemet og arbejdspladsen er uenige om {}: {loen} mod {person}.", which_day(u.felt))
}
