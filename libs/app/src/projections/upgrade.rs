//! What a new program, or new rules, make of the same events: held against what was shown before, on the same day.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::frister::assess;
use forloeb::words::{Fristart, Friststatus};
use forloeb::{Oere, Regelbog};
use uuid::Uuid;

use super::build::Piece;
use super::card::Card;
use super::checkpoint::{Amount, Before, Shown};
use super::derived::DerivedForloeb;

/// One thing that is shown otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The forløb, by the id it has now; by the one it had where it is gone.
    pub forloeb: Uuid,
    /// What it is.
    pub said: Said,
}

/// How something is shown otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// It was a forløb of its own, and is now part of another.
    Joined(Uuid),
    /// It was part of another, and is now a forløb of its own.
    Parted(Uuid),
    /// Its registrations are no forløb any more.
    Gone,
    /// Its registrations were no forløb.
    New,
    /// Another first day: before, and now.
    Foerste(NaiveDate, NaiveDate),
    /// Another last day.
    Sidste(Option<NaiveDate>, Option<NaiveDate>),
    /// A frist stands otherwise; none where there was, or is, no such frist. Now by this source.
    Frist(Fristart, Option<Friststatus>, Option<Friststatus>, String),
    /// The legal day of what is most urgent is another, though everything stands where it stood.
    Lovdag(Option<NaiveDate>, Option<NaiveDate>),
    /// Another amount; none where nothing was, or is, shown.
    Beloeb(Amount, Option<Oere>, Option<Oere>),
    /// More or less waits for somebody: how much, before and now.
    Waiting(u32, u32),
    /// As much waits, and what is to be done first is to be done by another day.
    Maaldag(Option<NaiveDate>, Option<NaiveDate>),
}

/// Holds one stream, built from the events that were shown and on the day they were, against what was shown.
pub(crate) fn changes(before: &Before, piece: &Piece, book: &Regelbog) -> Vec<Change> {
    let Piece::Ansaettelse(built) = piece else { return Vec::new() };
    let derived = &built.derived;
    let now: BTreeMap<Uuid, Option<&DerivedForloeb>> =
        derived.registreringer.iter().map(|(id, at)| (*id, at.map(|at| &derived.forloeb[at]))).collect();
    let mut all = Vec::new();
    for (id, one) in &now {
        let (was, is) = (before.part_of.get(id), one.map(|one| one.forloeb.id));
        let said = match (was, is) {
            (Some(was), None) if was == id => Said::Gone,
            (None, Some(is)) if is == *id => Said::New,
            (Some(was), Some(is)) if was == id && is != *id => Said::Joined(is),
            (Some(was), Some(is)) if was != id && is == *id => Said::Parted(*was),
            _ => continue,
        };
        all.push(Change { forloeb: *id, said });
    }
    for one in &derived.forloeb {
        let id = one.forloeb.id;
        let Some(was) = before.cards.get(&id) else { continue };
        let mut said = differences(was, one, before.today, book);
        if let Some(shown) = &before.shown {
            said.extend(shown_otherwise(shown.get(&id).copied().unwrap_or_default(), Shown::af(one)));
        }
        all.extend(said.into_iter().map(|said| Change { forloeb: id, said }));
    }
    all
}

fn differences(was: &Card<u32>, one: &DerivedForloeb, today: NaiveDate, book: &Regelbog) -> Vec<Said> {
    let is = &one.card;
    let mut said = Vec::new();
    if was.foerste != is.foerste {
        said.push(Said::Foerste(was.foerste, is.foerste));
    }
    if was.end != is.end {
        said.push(Said::Sidste(was.end, is.end));
    }
    if was.statuses != is.statuses {
        let assessed = assess(&one.forloeb, today, book);
        for art in Fristart::ALL {
            let (before, now) = (was.statuses.status(*art), is.statuses.status(*art));
            if before != now {
                let kilde = assessed.frist(*art).map(|frist| frist.kilde.to_string()).unwrap_or_default();
                said.push(Said::Frist(*art, before, now, kilde));
            }
        }
    }
    if said.is_empty() && was.lovdag != is.lovdag {
        said.push(Said::Lovdag(was.lovdag, is.lovdag));
    }
    said
}

fn shown_otherwise(was: Shown, is: Shown) -> Vec<Said> {
    let amounts = Amount::ALL.into_iter().zip(was.amounts.into_iter().zip(is.amounts));
    let mut said: Vec<Said> =
        amounts.filter(|(_, (was, is))| was != is).map(|(amount, (was, is))| Said::Beloeb(amount, was, is)).collect();
    if was.waiting != is.waiting {
        said.push(Said::Waiting(was.waiting, is.waiting));
    } else if was.maaldag != is.maaldag {
        said.push(Said::Maaldag(was.maaldag, is.maaldag));
    }
    said
}
