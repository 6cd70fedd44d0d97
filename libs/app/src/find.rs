//! Finding people: by name, by employee number, by the reference of a mail, within what somebody may see.
//!
//! Names are sealed, so what is searched is opened and kept in memory (`names`), beside the projections, which have no
//! keys: the projections say whose name is new, and who searches opens those first. What was read is searched whole; no
//! place of it is written anywhere.

mod names;

use std::collections::BTreeSet;
use std::sync::{Arc, RwLock};

use uuid::Uuid;

use crate::access::User;
use crate::lists::Foremost;
use crate::projections::{CardEntry, Projections};
use crate::reference::Reference;
pub(crate) use names::Names;
use names::{Named, Ways, without_zeros};

/// Most people of one answer: whoever gets more writes more of the name.
pub const AT_MOST: usize = 50;
/// Longest text that is searched for, in characters.
pub const LONGEST: usize = 100;
/// Letters or digits that a search has at least: one letter is nobody's.
const LEAST: usize = 2;
/// Words that are looked at; the longest names have fewer.
const MOST_WORDS: usize = 10;

/// What somebody searches for.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    words: String,
    number: Option<String>,
    reference: Option<Reference>,
}

impl Asked {
    /// What was written, if it is enough to search for. It is a person's name: never for logs, metrics or addresses.
    #[must_use]
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim();
        let words = texts::danish::folded(text);
        let enough = words.chars().filter(|c| *c != ' ').count() >= LEAST && text.chars().count() <= LONGEST;
        let number = Some(without_zeros(text)).filter(|nr| !nr.is_empty() && !nr.contains(char::is_whitespace));
        let (number, reference) = (number.map(str::to_owned), Reference::from_text(text));
        enough.then_some(Self { words, number, reference })
    }

    /// It is a name: no number and no reference is written without a digit.
    #[must_use]
    pub fn is_name(&self) -> bool {
        !self.words.contains(|c: char| c.is_ascii_digit()) && self.reference.is_none()
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.words.split(' ').take(MOST_WORDS)
    }

    fn number(&self) -> Option<&str> {
        self.number.as_deref()
    }
}

/// Who was found, those with something open first, then by name.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Employee numbers, at most [`AT_MOST`].
    pub numbers: Vec<String>,
    /// How many there are in all.
    pub count: usize,
    /// The one person whose whole number was asked for, where nobody else was found.
    pub exact: Option<String>,
    /// The forløb whose reference was asked for.
    pub forloeb: Option<Uuid>,
}

/// The names, and whose turn it is to open new ones.
#[derive(Default)]
pub(crate) struct Finder {
    pub(crate) names: Arc<RwLock<Names>>,
    pub(crate) turn: Arc<tokio::sync::Mutex<()>>,
}

impl User {
    /// Searches by name; `has_formaal` where they have said what they look up for.
    #[must_use]
    pub const fn searches_names(&self, has_formaal: bool) -> bool {
        self.sees_names() || has_formaal
    }

    /// In which ways they search names: who is shown none finds by whole words, once they have said what for, and is told
    /// a number.
    pub(crate) const fn ways(&self, has_formaal: bool) -> Ways {
        if self.sees_names() {
            Ways::Beginnings
        } else if self.searches_names(has_formaal) {
            Ways::WholeWords
        } else {
            Ways::Never
        }
    }
}

/// Those of them whom somebody may find.
pub(crate) fn within_rights(
    projections: &Projections,
    user: &User,
    asked: &Asked,
    by_number: &[Arc<Named>],
    by_name: &[Arc<Named>],
) -> Found {
    let mut foremost = Foremost::of(AT_MOST);
    let mut met = BTreeSet::new();
    let (mut numbers, mut names) = (0, 0);
    let both = by_number.iter().map(|named| (named, true)).chain(by_name.iter().map(|named| (named, false)));
    for (named, is_number) in both {
        // Who has moved inside the workplace is found by the number they had, as the one they are now.
        let nr = projections.current_nr(&named.nr);
        let moved = !is_number && nr != &*named.nr;
        if moved || !projections.finds(user, nr) || (!by_number.is_empty() && !met.insert(nr)) {
            continue;
        }
        if is_number {
            numbers += 1;
        } else {
            names += 1;
        }
        let open = projections.aktuelle_for(nr);
        let is_open = open.filter(|a| a.card.is_aabent()).any(|a| projections.seen_by(user, nr, &a.card));
        foremost.take((!is_open, &named.place, nr), ());
    }
    let foremost = foremost.in_order();
    let forloeb = asked.reference.and_then(|reference| by_reference(projections, user, reference));
    let numbers_of_all: Vec<String> = foremost.rows().map(|((_, _, nr), ())| (*nr).to_owned()).collect();
    Found {
        exact: numbers_of_all.first().filter(|_| (numbers, names) == (1, 0)).cloned(),
        count: foremost.count(),
        numbers: numbers_of_all,
        forloeb,
    }
}

fn by_reference(projections: &Projections, user: &User, reference: Reference) -> Option<Uuid> {
    let has = |f: &CardEntry<'_>| reference.is_of(f.id) && !projections.is_erased(f.nr);
    projections.card().filter(has).find(|f| projections.seen_by(user, f.nr, f.card)).map(|f| f.id)
}

#[cfg(test)]
mod tests;
