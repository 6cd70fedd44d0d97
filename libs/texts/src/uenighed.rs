//! Where payroll and people say different things of an absence: what each says, and what follows from a choice.

use forloeb::uenighed::{Statement, Uenighed, Uenighedsfelt, Vaelg};

use crate::sentences::{aarsag_name, long_dato, percent};

/// What they disagree on.
#[must_use]
pub const fn subject_name(felt: Uenighedsfelt) -> &'static str {
    match felt {
        Uenighedsfelt::Foerste => "første fraværsdag",
        Uenighedsfelt::Sidste => "sidste fraværsdag",
        Uenighedsfelt::Aarsag => "årsagen",
        Uenighedsfelt::Omfang => "omfanget",
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

/// What one of the two says.
#[must_use]
pub fn says(felt: Uenighedsfelt, said: Statement) -> String {
    match (felt, said) {
        (_, Statement::Dag(Some(dag))) => long_dato(dag),
        (Uenighedsfelt::Foerste, Statement::Dag(None)) => "ikke oplyst".to_owned(),
        (_, Statement::Dag(None)) => "fraværet fortsætter".to_owned(),
        (_, Statement::Aarsag(aarsag)) => aarsag_name(aarsag).to_owned(),
        (_, Statement::Omfang(omfang)) => format!("{} %", percent(omfang)),
    }
}

/// Both in one sentence.
#[must_use]
pub fn both(u: &Uenighed) -> String {
    let (loen, person) = (says(u.felt, u.loen), says(u.felt, u.person));
    let since = match u.felt {
        Uenighedsfelt::Foerste | Uenighedsfelt::Sidste => String::new(),
        Uenighedsfelt::Aarsag | Uenighedsfelt::Omfang => format!(" fra {}", long_dato(u.fra)),
    };
    format!("Lønsystemet og arbejdspladsen er uenige om {}{since}: {loen} mod {person}.", subject_name(u.felt))
}
