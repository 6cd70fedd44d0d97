//! How many of the open plans of a unit cover each of the seven principles: numbers only, and of no few people.

use std::collections::{BTreeMap, BTreeSet};

use forloeb::tta::daekning;
use forloeb::words::Princip;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::groups::{AT_LEAST, few};
use crate::access::User;
use crate::projections::Projections;
use crate::projections::aktuelle::Few;

/// A principle in the plans of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PrincipAntal)]
pub struct PrincipCount {
    /// Which.
    #[serde(rename = "noegle")]
    pub key: Princip,
    /// In so many of the plans it is covered; not there where fewer than five people are covered, or are not.
    pub daekket: Option<usize>,
}

/// The plans of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = EnhedDaekning)]
pub struct EnhedDaekning {
    /// Its code.
    pub enhed: String,
    /// Its name.
    pub enhed_navn: String,
    /// How many people have an open forløb with a plan.
    #[serde(rename = "antal")]
    pub count: usize,
    /// Each principle, in order.
    pub principper: Vec<PrincipCount>,
}

/// The plans by unit. There is no sum of all: what is hidden could be worked out from it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = TtaDaekning)]
pub struct PlanDaekning {
    /// By code, those with at least five people who have a plan.
    pub enheder: Vec<EnhedDaekning>,
    /// Units with a plan that are not among them.
    pub skjulte: usize,
}

/// People with a plan, and those of them whose plan covers each principle.
#[derive(Default)]
struct Tally {
    with_plan: BTreeSet<Uuid>,
    covered: [BTreeSet<Uuid>; Princip::ALL.len()],
}

impl PlanDaekning {
    /// What somebody may see of all units.
    #[must_use]
    pub fn of(user: &User, projections: &Projections) -> Self {
        let mut all: BTreeMap<(String, String), Tally> = BTreeMap::new();
        for aktuel in projections.few_for(user, Few::Planned) {
            let f = &aktuel.forloeb;
            let plan = f.plan().filter(|_| f.is_aabent(projections.today()));
            let (Some(plan), Some(person)) = (plan, projections.person(&f.medarbejder_nr)) else { continue };
            let ansvar = projections.card_entry_of(aktuel).ansvar.clone();
            let tally = all.entry((ansvar.enhed.clone(), ansvar.enhed_navn.clone())).or_default();
            tally.with_plan.insert(person);
            let daekning = daekning(&plan.what.plan, f.beside_plan(Some(plan.what.version)));
            for (covered, _) in tally.covered.iter_mut().zip(daekning).filter(|(_, d)| d.missing.is_none()) {
                covered.insert(person);
            }
        }
        let units = all.len();
        let enheder: Vec<_> = all.into_iter().filter_map(|(enhed, tally)| tally.shown(enhed)).collect();
        Self { skjulte: units - enheder.len(), enheder }
    }
}

impl Tally {
    /// Of a unit with enough people. A principle that few are covered by, or that few are not, would tell of these few.
    fn shown(self, (enhed, enhed_navn): (String, String)) -> Option<EnhedDaekning> {
        let count = self.with_plan.len();
        let principper = Princip::ALL.iter().zip(&self.covered).map(|(key, covered)| {
            let hidden = few(covered.len()) || few(count - covered.len());
            PrincipCount { key: *key, daekket: (!hidden).then_some(covered.len()) }
        });
        (count >= AT_LEAST).then(|| EnhedDaekning { enhed, enhed_navn, count, principper: principper.collect() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(people: u128, covered: u128) -> Tally {
        let ids = |n: u128| (0..n).map(Uuid::from_u128).collect();
        Tally { with_plan: ids(people), covered: std::array::from_fn(|_| ids(covered)) }
    }

    #[test]
    fn few_people_are_neither_shown_nor_worked_out() {
        let unit = || ("E1".to_owned(), "Botilbud".to_owned());
        assert!(tally(4, 4).shown(unit()).is_none());
        let of = |people, covered| tally(people, covered).shown(unit()).unwrap().principper[0].daekket;
        assert_eq!([of(5, 0), of(5, 5), of(12, 6)], [Some(0), Some(5), Some(6)]);
        assert_eq!([of(12, 4), of(12, 8)], [None, None], "four are covered; four are not");
    }
}
