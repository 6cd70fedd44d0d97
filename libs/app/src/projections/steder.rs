//! The units and districts at which somebody is employed.

use std::collections::{BTreeMap, BTreeSet};

use super::Projections;

/// Codes that payroll has somebody at.
#[derive(Debug, Default)]
pub struct Steder {
    /// Name of each unit by its code.
    pub enheder: BTreeMap<String, String>,
    /// Codes of the districts.
    pub distrikter: BTreeSet<String>,
}

impl Projections {
    /// All of them. Everybody is gone through once after payroll told something new, and not again until it does.
    #[must_use]
    pub fn steder(&self) -> &Steder {
        self.steder.get_or_init(|| {
            let mut found = Steder::default();
            for s in self.rows.iter().filter_map(|row| row.stamdata.as_deref()) {
                if !found.enheder.contains_key(&s.enhed) {
                    found.enheder.insert(s.enhed.clone(), s.enhed_navn.clone());
                }
                if let Some(code) = s.distrikt.as_ref().filter(|code| !found.distrikter.contains(*code)) {
                    found.distrikter.insert(code.clone());
                }
            }
            found
        })
    }
}
