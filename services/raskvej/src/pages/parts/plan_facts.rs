//! What a leader has to know of a support option: beside the field where it is chosen, and on the plan that has it.

use chrono::NaiveDate;
use texts::stoetteordninger::{self, Ordning};

/// A support option, and what is known of it.
pub(crate) struct Fact {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) chosen: bool,
    pub(crate) about: Option<About>,
}

/// What is known of an option.
pub(crate) struct About {
    pub(crate) ordning: &'static Ordning,
    /// It is inferred, and to be checked by a day.
    pub(crate) check: Option<String>,
}

impl Fact {
    pub(crate) fn of(code: &'static str, name: &'static str, chosen: bool, today: NaiveDate) -> Self {
        let about = |ordning: &'static Ordning| About { ordning, check: ordning.to_check(today) };
        Self { code, name, chosen, about: stoetteordninger::of(code).map(about) }
    }
}
