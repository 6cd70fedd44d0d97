//! Of whom a report tells: whoever reads it reads about them.

use std::collections::BTreeSet;

use super::{Report, Tally};

impl Tally {
    /// What was found in the lines of one employee tells of them, and not only of the file: what was known before a change, the
    /// days that a line overlaps, the other days that a person has told.
    pub(super) fn of_employee(mut self, nr: &str) -> Self {
        let found = [&self.error, &self.warnings, &self.disagreed, &self.changes];
        if found.iter().any(|found| !found.is_empty()) {
            self.about.insert(nr.to_owned());
        }
        self
    }
}

impl Report {
    /// The employees of whom it tells something that did not stand in the file.
    #[must_use]
    pub fn about(&self) -> BTreeSet<String> {
        let gone = self.all_gone.iter().map(|gone| gone.medarbejder_nr.clone());
        let moved = self.all_moves.iter().flat_map(|one| [one.fra_nr.clone(), one.til_nr.clone()]);
        self.about.iter().cloned().chain(gone).chain(moved).collect()
    }
}
