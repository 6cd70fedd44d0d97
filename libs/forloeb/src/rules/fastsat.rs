//! What becomes of a policy of the workplace: it is laid down from a day on, and withdrawn again from another.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::rules::politik::Politik;
use crate::words::Medorgan;

/// The policy was laid down: by whom and when stands in the record. Stored as it was
/// written; of one that was filled in, as it is written from what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolitikFastsat {
    /// First absence day from which it holds.
    pub fra: NaiveDate,
    /// The policy, as TOML.
    pub politik: String,
    /// Its reminders are laid beside those there are. Those laid down before this was said took the place of all others of
    /// their frist, and still do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub laegger_til: bool,
    /// Whether it was talked over in MED; none: nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub med: Option<Med>,
}

impl PolitikFastsat {
    /// The name of the event.
    pub const NAME: &'static str = "PolitikFastsat";
    /// Number of its stored form.
    pub const FORM: u16 = 1;

    /// A policy as it is laid down now.
    #[must_use]
    pub const fn new(fra: NaiveDate, politik: String) -> Self {
        Self { fra, politik, laegger_til: true, med: None }
    }
}

/// Whether the employees' representatives have talked something over with the leaders.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Med {
    /// Where; or that it was not.
    pub organ: Medorgan,
    /// On which day, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dato: Option<NaiveDate>,
}

impl Med {
    /// As somebody says it: with the day on which it was talked over, and none where it was not. Anything else is nothing.
    #[must_use]
    pub fn said(organ: Medorgan, dato: Option<NaiveDate>) -> Option<Self> {
        (dato.is_none() == (organ == Medorgan::Nowhere)).then_some(Self { organ, dato })
    }
}

/// A policy was withdrawn: it is not for absences that begin on a day or later. What began before keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolitikTilbagetrukket {
    /// Which: where in the log it was laid down.
    pub politik: u64,
    /// First absence day for which it does not hold.
    pub fra: NaiveDate,
    /// Whether that was talked over in MED; none: nobody has said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub med: Option<Med>,
}

impl PolitikTilbagetrukket {
    /// The name of the event.
    pub const NAME: &'static str = "PolitikTilbagetrukket";
    /// Number of its stored form.
    pub const FORM: u16 = 1;
}

/// A policy in the book of rules.
#[derive(Debug, Clone, PartialEq)]
pub struct LaidDown {
    /// What it is known by: where in the log it was laid down.
    pub nr: u64,
    /// First absence day from which it holds.
    pub fra: NaiveDate,
    /// First absence day for which it was withdrawn.
    pub withdrawn: Option<NaiveDate>,
    /// What it says.
    pub politik: Politik,
}

impl LaidDown {
    /// A policy that nobody has withdrawn.
    #[must_use]
    pub const fn new(nr: u64, fra: NaiveDate, politik: Politik) -> Self {
        Self { nr, fra, withdrawn: None, politik }
    }

    /// It was not withdrawn before it came to hold: then it has taken the place of nothing.
    pub(super) fn comes_to_hold(&self) -> bool {
        self.withdrawn.is_none_or(|day| day > self.fra)
    }

    /// It is withdrawn for absences that begin on this day.
    pub(super) fn is_withdrawn(&self, dag: NaiveDate) -> bool {
        self.withdrawn.is_some_and(|day| day <= dag)
    }
}
