//! What a leader has to know of each support option, beside the field where it is chosen.

use texts::stoetteordninger::{self, Ordning};

use super::plan_fields::Choice;

/// A support option to choose, and what is known of it.
pub(crate) struct Fact {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) chosen: bool,
    pub(crate) about: Option<&'static Ordning>,
}

/// Every option, in order.
pub(crate) fn all(choices: &[Choice]) -> Vec<Fact> {
    let of = |(code, name, chosen): &Choice| Fact { code, name, chosen: *chosen, about: stoetteordninger::of(code) };
    choices.iter().map(of).collect()
}
