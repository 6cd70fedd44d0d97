//! Of whom nothing is to be erased, though their periods of keeping are over: few, and kept while the hold is on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Projections;

/// By employee number.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sletningsstop(BTreeSet<String>);

impl Sletningsstop {
    pub(super) fn apply(&mut self, nr: String, gaelder: bool) {
        if gaelder {
            self.0.insert(nr);
        } else {
            self.0.remove(&nr);
        }
    }
}

impl Projections {
    /// Nothing of this employee's is to be erased.
    #[must_use]
    pub fn has_sletningsstop(&self, nr: &str) -> bool {
        self.sletningsstop.0.contains(nr)
    }

    /// Employee numbers with a hold, in their order; why and since when, the log says.
    pub fn with_sletningsstop(&self) -> impl Iterator<Item = &str> {
        self.sletningsstop.0.iter().map(String::as_str)
    }
}
