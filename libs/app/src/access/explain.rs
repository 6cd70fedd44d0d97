//! Why somebody may, or may not: the same table, told to people.

use chrono::NaiveDate;
use forloeb::Forloeb;
use forloeb::words::Rolle;

use super::table::{self, RULES, Rule};
use super::{Intent, Relation, State, User};
use crate::projections::Projections;

/// What somebody may do with a forløb, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// In which role.
    pub rolle: Rolle,
    /// What they are to it.
    pub relation: Relation,
    /// How it stands.
    pub state: State,
    /// What they may; nothing where it does not exist for them.
    pub may: Vec<Intent>,
    /// Why, a sentence for each rule.
    pub because: Vec<&'static str>,
}

impl Explanation {
    /// It exists for them.
    #[must_use]
    pub fn sees(&self) -> bool {
        self.may.contains(&Intent::See)
    }
}

impl User {
    /// What the caller may do with a forløb, and why.
    #[must_use]
    pub fn explained(&self, f: &Forloeb, projections: &Projections, today: NaiveDate) -> Explanation {
        let (relation, state) = self.stands(f, projections, today);
        let allowed = |intent: &Intent| table::allows(self.rolle, relation, state, *intent);
        let holds = |rule: &&Rule| {
            rule.rolle == self.rolle && rule.relations.contains(&relation) && rule.states.contains(&state)
        };
        Explanation {
            rolle: self.rolle,
            relation,
            state,
            may: Intent::ALL.iter().copied().filter(allowed).collect(),
            because: RULES.iter().filter(holds).map(|rule| rule.because).collect(),
        }
    }

    /// The rules that let the caller's role see a forløb: all there is to tell of one that does not exist for them.
    pub fn rules_of_seeing(&self) -> impl Iterator<Item = &'static Rule> {
        let rolle = self.rolle;
        RULES.iter().filter(move |rule| rule.rolle == rolle && rule.may.contains(&Intent::See))
    }
}
