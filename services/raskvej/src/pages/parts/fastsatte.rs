//! The policies that were laid down, as people read them: what each says, for which absences, who decided it and what MED
//! was asked.

use chrono::NaiveDate;
use forloeb::{Aktoer, Regelbog};

use super::datoer::{long, tidspunkt};
use super::reader_view::ReaderView;
use super::steder::Steder;
use crate::politik::{Fastsat, Withdrawn};
use crate::politik_text::{med, sentences, span};
use crate::sentences::rolle_name;

/// Where a policy stands today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Standing {
    Coming,
    Holds,
    Over,
}

/// A policy.
pub(crate) struct PolitikCard {
    /// Where in the log it was laid down, which is what it is known by.
    pub(crate) nr: u64,
    pub(crate) name: String,
    pub(crate) standing: Standing,
    /// For which absences.
    pub(crate) span: String,
    /// Whom it is for, where that is not everybody.
    pub(crate) steder: Option<String>,
    /// What it says.
    pub(crate) sentences: Vec<String>,
    /// When and by whom.
    pub(crate) laid: String,
    pub(crate) med: String,
    /// That it was withdrawn, by whom, and what MED was asked of that.
    pub(crate) withdrawn: Option<String>,
    /// As it is stored.
    pub(crate) tekst: String,
    /// It is from before the reminders of a policy were added to those there are, and has some.
    pub(crate) replaces: bool,
    /// There is a day to come for which it still can be withdrawn.
    pub(crate) may_end: bool,
}

impl PolitikCard {
    pub(crate) fn new(f: &Fastsat, steder: &Steder, book: &Regelbog, today: NaiveDate) -> Self {
        let end = book.end_of_politik(f.position);
        let standing = if end.is_some_and(|end| end <= f.policy.fra.max(today)) {
            Standing::Over
        } else if f.policy.fra > today {
            Standing::Coming
        } else {
            Standing::Holds
        };
        let tomorrow = today.succ_opt().unwrap_or(today);
        Self {
            nr: f.position,
            name: f.politik.name.to_string(),
            standing,
            span: span(f.policy.fra, end),
            steder: steder.told(&f.politik),
            sentences: sentences(&f.politik),
            laid: format!("Fastsat {} af {}.", tidspunkt(f.time), by(&f.aktoer)),
            med: med(f.policy.med),
            withdrawn: f.withdrawn.as_ref().map(withdrawn),
            tekst: f.policy.politik.clone(),
            replaces: !f.policy.laegger_til && !f.politik.paamindelser.is_empty(),
            may_end: f.withdrawn.is_none() && end.is_none_or(|end| end > tomorrow),
        }
    }

    /// What its heading says of where it stands.
    pub(crate) fn badge(&self) -> (&'static str, &'static str) {
        match self.standing {
            Standing::Coming => ("b-forfalder", "på vej"),
            Standing::Holds => ("b-opfyldt", "gælder nu"),
            Standing::Over => ("", "gælder ikke længere"),
        }
    }
}

/// Those that were laid down, the newest first: the ones that hold or will, and the ones that are over.
pub(crate) fn cards(k: &ReaderView<'_>, all: &[Fastsat]) -> (Vec<PolitikCard>, Vec<PolitikCard>) {
    let book = k.state.service.app.book();
    let steder = Steder::of(k, all.iter().map(|f| &f.politik));
    let cards = all.iter().rev().map(|f| PolitikCard::new(f, &steder, &book, k.today));
    cards.partition(|card| card.standing != Standing::Over)
}

fn withdrawn(w: &Withdrawn) -> String {
    let fra = long(w.what.fra);
    let what = format!(
        "Trukket tilbage {} af {} for fravær, der begynder {fra} eller senere.",
        tidspunkt(w.time),
        by(&w.aktoer)
    );
    format!("{what} {}", med(w.what.med))
}

/// By whom, as far as everybody may know: the role.
fn by(aktoer: &Aktoer) -> &'static str {
    aktoer.rolle.map_or("driften", rolle_name)
}
