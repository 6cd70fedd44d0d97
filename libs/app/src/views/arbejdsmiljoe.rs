//! What at work was said to be a cause, by unit and year: numbers only, of no few people, and none that follows from others.
//!
//! A forløb counts in the year of its first day, under the unit of that day, and nowhere else: no two periods overlap, and what
//! the unit was is no other tomorrow.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDate};
use forloeb::Forloeb;
use forloeb::words::{Aarsag, Arbejdsmiljoeaarsag, Fristart};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::groups::{AT_LEAST, few};
use crate::access::User;
use crate::core::{App, OpenFolderError, off_the_runtime};
use crate::projections::Cards;

/// A class, and in how many forløb it was said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ArbejdsaarsagAntal)]
pub struct CauseCount {
    /// Which.
    pub aarsag: Arbejdsmiljoeaarsag,
    /// So many forløb; not there where it would tell of fewer than five people.
    #[serde(rename = "antal")]
    pub count: Option<usize>,
}

/// What was counted of a group of at least five people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ArbejdsaarsagTal)]
pub struct CauseFigures {
    /// Forløb in which something at work was said to be a cause.
    #[serde(rename = "antal")]
    pub count: usize,
    /// Each class, in order.
    #[serde(rename = "aarsager")]
    pub causes: Vec<CauseCount>,
    /// In so many of them something was done about it; as for a class where it is not there.
    pub med_foranstaltning: Option<usize>,
    /// In so many of them somebody looked later whether that helped.
    pub fulgt_op: Option<usize>,
    /// So many of them are counted as an injury at work.
    pub arbejdsskade: Option<usize>,
}

/// A unit with at least five people who said it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EnhedArbejdsaarsager)]
pub struct EnhedCauses {
    /// Its code.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// What was counted.
    #[serde(flatten)]
    pub figures: CauseFigures,
}

/// A year. There is no sum of all, and no number of units that are left out: what is hidden could be worked out from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = Arbejdsaarsager)]
pub struct Causes {
    /// Of forløb that began in this year.
    pub aar: i32,
    /// By code, those with at least five people.
    pub enheder: Vec<EnhedCauses>,
    /// The others together, where they are two or more with at least five people; only for who sees every unit.
    pub andre_enheder: Option<CauseFigures>,
}

/// A cause that was said in a forløb, as far as it is counted.
#[derive(Debug, Clone, Copy)]
struct Said {
    person: Uuid,
    aarsag: Arbejdsmiljoeaarsag,
    is_done: bool,
    is_followed_up: bool,
    is_injury: bool,
}

/// What was said in a unit, and its name as it was last.
#[derive(Default)]
struct Unit {
    name: String,
    named_on: NaiveDate,
    said: Vec<Said>,
}

impl Causes {
    /// What somebody may see of a year. Costs the forløb that were open in it or later, a few bytes each, and those with a cause.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn of(app: &App, user: &User, aar: i32) -> Result<Self, OpenFolderError> {
        let Some(first) = NaiveDate::from_ymd_opt(aar, 1, 1) else {
            return Ok(Self::told(aar, BTreeMap::new(), false));
        };
        let cards = app.projections().cards_since(first);
        let mut units: BTreeMap<String, Unit> = BTreeMap::new();
        for id in off_the_runtime(move || with_cause(&cards, aar)).await? {
            let loan = app.loan_forloeb(id).await?;
            let Some(f) = loan.forloeb(id) else { continue };
            let person = app.projections().person(loan.nr()).unwrap_or(f.id);
            let stamdata = f.stamdata_on(f.foerste);
            let Some(said) = Said::of(f, person).filter(|_| user.scope.reaches(&stamdata.enhed)) else { continue };
            let unit = units.entry(stamdata.enhed.clone()).or_default();
            unit.said.push(said);
            if unit.named_on <= f.foerste {
                (unit.name, unit.named_on) = (stamdata.enhed_navn.clone(), f.foerste);
            }
        }
        Ok(Self::told(aar, units, user.scope.is_all()))
    }

    fn told(aar: i32, units: BTreeMap<String, Unit>, sees_all: bool) -> Self {
        let (mut enheder, mut others, mut left_out) = (Vec::new(), Vec::new(), 0);
        for (enhed, unit) in units {
            match CauseFigures::of(&unit.said) {
                Some(figures) => enheder.push(EnhedCauses { enhed, enhed_navn: unit.name, figures }),
                None => {
                    left_out += 1;
                    others.extend(unit.said);
                }
            }
        }
        let andre_enheder = CauseFigures::of(&others).filter(|_| sees_all && left_out > 1);
        Self { aar, enheder, andre_enheder }
    }
}

/// The forløb of a year in which a cause at work was said: they have a frist for what is done about it, which the card knows.
fn with_cause(cards: &Cards, aar: i32) -> Vec<Uuid> {
    let of_year = cards.ids().filter(|(_, card)| card.foerste.year() == aar && !card.statuses.is_annulleret());
    of_year.filter(|(_, card)| card.statuses.status(Fristart::Forebyggelse).is_some()).map(|(id, _)| id).collect()
}

impl Said {
    fn of(f: &Forloeb, person: Uuid) -> Option<Self> {
        Some(Self {
            person,
            aarsag: f.sagt.cause()?.what.aarsag,
            is_done: f.sagt.foranstaltning().is_some(),
            is_followed_up: f.sagt.is_followed_up(),
            is_injury: f.aarsag == Aarsag::Arbejdsskade,
        })
    }
}

impl CauseFigures {
    /// Of at least five people.
    fn of(said: &[Said]) -> Option<Self> {
        if people(said, |_| true).len() < AT_LEAST {
            return None;
        }
        let hidden = hidden_causes(said);
        let causes = causes().map(|aarsag| {
            let count = said.iter().filter(|one| one.aarsag == aarsag).count();
            CauseCount { aarsag, count: (!hidden.contains(&aarsag)).then_some(count) }
        });
        let med_foranstaltning = split(said, |one| one.is_done);
        // Of those where something was done, too: where that is hidden, so is a part of it.
        let of_done: Vec<Said> = said.iter().copied().filter(|one| one.is_done).collect();
        let fulgt_op = split(said, |one| one.is_followed_up)
            .filter(|_| med_foranstaltning.is_some() && split(&of_done, |one| one.is_followed_up).is_some());
        Some(Self {
            count: said.len(),
            causes: causes.collect(),
            med_foranstaltning,
            fulgt_op,
            arbejdsskade: split(said, |one| one.is_injury),
        })
    }
}

/// The classes of what was a cause; that it was nothing is none.
fn causes() -> impl DoubleEndedIterator<Item = Arbejdsmiljoeaarsag> {
    Arbejdsmiljoeaarsag::ALL.iter().copied().filter(|one| *one != Arbejdsmiljoeaarsag::Ingen)
}

fn people(said: &[Said], which: impl Fn(&Said) -> bool) -> BTreeSet<Uuid> {
    said.iter().filter(|one| which(one)).map(|one| one.person).collect()
}

/// How many it is so of, unless that tells of few: of those it is so of, or of the others.
fn split(said: &[Said], which: impl Fn(&Said) -> bool) -> Option<usize> {
    let tells = few(people(said, &which).len()) || few(people(said, |one| !which(one)).len());
    (!tells).then(|| said.iter().filter(|one| which(one)).count())
}

/// The classes that few said, and as many more as it takes that what is left of the sum when the others are taken from it is
/// of more than one class and of no few people. Which more are hidden goes by their order and not by their size, the vaguest
/// first: from the smallest one could work out how large they are.
fn hidden_causes(said: &[Said]) -> BTreeSet<Arbejdsmiljoeaarsag> {
    let of = |aarsag| people(said, |one| one.aarsag == aarsag);
    let mut hidden: BTreeSet<_> = causes().filter(|aarsag| few(of(*aarsag).len())).collect();
    let mut others = causes().rev().filter(|aarsag| of(*aarsag).len() >= AT_LEAST);
    while !hidden.is_empty() && (hidden.len() < 2 || few(people(said, |one| hidden.contains(&one.aarsag)).len())) {
        let Some(more) = others.next() else { break };
        hidden.insert(more);
    }
    hidden
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many people in each class, one forløb each; the first so many with something done, and looked at.
    fn said(kinds: &[usize], done: usize, followed_up: usize) -> Vec<Said> {
        let each = causes().zip(kinds).flat_map(|(aarsag, people)| std::iter::repeat_n(aarsag, *people));
        let one = |(nr, aarsag): (usize, Arbejdsmiljoeaarsag)| Said {
            person: Uuid::from_u128(nr as u128),
            aarsag,
            is_done: nr < done,
            is_followed_up: nr < followed_up,
            is_injury: false,
        };
        each.enumerate().map(one).collect()
    }

    fn counts(said: &[Said]) -> Option<Vec<Option<usize>>> {
        Some(CauseFigures::of(said)?.causes.iter().map(|cause| cause.count).collect())
    }

    #[test]
    fn few_people_are_not_shown_and_what_is_left_of_a_sum_is_of_no_few() {
        assert_eq!(counts(&said(&[4], 0, 0)), None);
        let none = Some(0);
        let of = |kinds: &[usize; 7]| counts(&said(kinds, 0, 0)).unwrap();
        assert_eq!(of(&[5, 0, 0, 6, 0, 0, 0]), [Some(5), none, none, Some(6), none, none, none]);
        // Two threatened: 13 less 5 and 6 would tell them, so the last class of those with enough goes with them.
        assert_eq!(of(&[5, 2, 0, 6, 0, 0, 0]), [Some(5), None, none, None, none, none, none]);
        // One and two are three people, who are few; with the six they are nine.
        assert_eq!(of(&[5, 1, 0, 6, 0, 0, 2]), [Some(5), None, none, None, none, none, None]);
        // Three and two are five people.
        assert_eq!(of(&[5, 3, 0, 6, 0, 0, 2]), [Some(5), None, none, Some(6), none, none, None]);
        // Five forløb of the same two people are of two people.
        let mut twice = said(&[5, 5], 0, 0);
        twice[5..].iter_mut().enumerate().for_each(|(nr, one)| one.person = Uuid::from_u128(100 + nr as u128 % 2));
        assert_eq!(counts(&twice).unwrap()[..2], [None, None]);
    }

    /// Every way in which up to twelve people can say one of four kinds, against what is shown of it: who knows the rule too
    /// finds no hidden number, because others would have been shown as the same.
    #[test]
    fn no_hidden_class_can_be_worked_out() {
        let mut shown: BTreeMap<String, [BTreeSet<usize>; 4]> = BTreeMap::new();
        let up_to = |n: usize| 0..=n;
        for a in up_to(12) {
            for b in up_to(12 - a) {
                for c in up_to(12 - a - b) {
                    for d in up_to(12 - a - b - c) {
                        let kinds = [a, b, c, d];
                        let Some(figures) = CauseFigures::of(&said(&kinds, 0, 0)) else { continue };
                        let could_be = shown.entry(format!("{figures:?}")).or_default();
                        could_be.iter_mut().zip(kinds).for_each(|(could_be, n)| _ = could_be.insert(n));
                        for (cause, could_be) in figures.causes.iter().zip(could_be) {
                            assert!(cause.count.is_none_or(|n| could_be.iter().eq([&n])));
                        }
                    }
                }
            }
        }
        for (figures, could_be) in shown {
            let hidden = figures.matches("count: None").count();
            let open = could_be.iter().filter(|could_be| could_be.len() > 1).count();
            assert_eq!(open, hidden, "{figures}: {could_be:?}");
        }
    }

    /// The same of what was done about it and looked at, which are each a part of the one before.
    #[test]
    fn what_was_done_in_few_cannot_be_worked_out() {
        for people in AT_LEAST..=20 {
            let mut shown: BTreeMap<[Option<usize>; 2], BTreeSet<(usize, usize)>> = BTreeMap::new();
            for done in 0..=people {
                for followed_up in 0..=done {
                    let figures = CauseFigures::of(&said(&[people], done, followed_up)).unwrap();
                    let both = [figures.med_foranstaltning, figures.fulgt_op];
                    shown.entry(both).or_default().insert((done, followed_up));
                }
            }
            for ([done, followed_up], could_be) in shown {
                let first: BTreeSet<_> = could_be.iter().map(|one| one.0).collect();
                let second: BTreeSet<_> = could_be.iter().map(|one| one.1).collect();
                assert!(done.is_some() || first.len() > 1, "{people}: {could_be:?}");
                assert!(followed_up.is_some() || second.len() > 1, "{people}: {could_be:?}");
            }
        }
        let of = |done, followed_up| {
            let figures = CauseFigures::of(&said(&[12], done, followed_up)).unwrap();
            (figures.med_foranstaltning, figures.fulgt_op)
        };
        assert_eq!(of(6, 0), (Some(6), Some(0)));
        assert_eq!(of(7, 5), (Some(7), None), "two were done and not looked at");
        assert_eq!(of(12, 6), (Some(12), Some(6)));
        assert_eq!(of(11, 5), (None, None), "one was not done");
    }

    #[test]
    fn units_with_few_are_told_together_by_who_sees_them_all() {
        let unit = |name: &str, from: usize, people: usize| {
            let said = said(&[people], 0, 0).into_iter().enumerate();
            let said = said.map(|(nr, one)| Said { person: Uuid::from_u128((from + nr) as u128), ..one }).collect();
            (name.to_owned(), Unit { name: format!("Botilbud {name}"), said, ..Unit::default() })
        };
        let of = |units: Vec<(String, Unit)>, sees_all| {
            let told = Causes::told(2026, units.into_iter().collect(), sees_all);
            let shown: Vec<String> = told.enheder.into_iter().map(|unit| unit.enhed).collect();
            (shown, told.andre_enheder.map(|others| others.count))
        };
        let three = || vec![unit("E1", 0, 6), unit("E2", 10, 2), unit("E3", 20, 3)];
        assert_eq!(of(three(), true), (vec!["E1".to_owned()], Some(5)));
        assert_eq!(
            of(three(), false).1,
            None,
            "who sees some units, and who sees one more, could take one from the other"
        );
        assert_eq!(of(vec![unit("E1", 0, 6), unit("E2", 10, 4)], true).1, None);
        assert_eq!(of(vec![unit("E2", 10, 2), unit("E3", 20, 2)], true).1, None, "four people");
        assert_eq!(of(vec![unit("E2", 10, 3), unit("E3", 10, 3)], true).1, None, "the same three people in both");
    }
}
