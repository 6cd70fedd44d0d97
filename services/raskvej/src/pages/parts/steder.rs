//! The units and districts that payroll has, for who chooses among them, and for who reads where a policy holds.

use std::collections::{BTreeMap, BTreeSet};

use forloeb::politik::Politik;

use super::reader_view::ReaderView;
use crate::danish::danish;

/// Codes that somebody works at.
pub(crate) struct Steder {
    /// Name by code.
    enheder: BTreeMap<String, String>,
    distrikter: BTreeSet<String>,
}

impl Steder {
    /// All of them.
    pub(crate) fn new(k: &ReaderView<'_>) -> Self {
        let projections = k.projections();
        let all = projections.steder();
        Self { enheder: all.enheder.clone(), distrikter: all.distrikter.clone() }
    }

    /// Those that some policies name.
    pub(crate) fn of<'p>(k: &ReaderView<'_>, politikker: impl Iterator<Item = &'p Politik>) -> Self {
        let (mut enheder, mut distrikter) = (BTreeMap::new(), BTreeSet::new());
        let projections = k.projections();
        let all = projections.steder();
        for p in politikker {
            let named = p.enhed.iter().flatten().filter_map(|code| all.enheder.get_key_value(code));
            enheder.extend(named.map(|(code, name)| (code.clone(), name.clone())));
            distrikter.extend(p.distrikt.iter().flatten().filter(|code| all.distrikter.contains(*code)).cloned());
        }
        Self { enheder, distrikter }
    }

    /// Code and name of the units, by name.
    pub(crate) fn enheder(&self) -> Vec<(&str, &str)> {
        let mut all: Vec<_> = self.enheder.iter().map(|(code, name)| (code.as_str(), name.as_str())).collect();
        all.sort_by_cached_key(|(_, name)| danish(name));
        all
    }

    /// Codes of the districts.
    pub(crate) fn distrikter(&self) -> impl Iterator<Item = &str> {
        self.distrikter.iter().map(String::as_str)
    }

    /// The units and districts of a policy; none where it is for everybody. A code that nobody works at is told: it is a
    /// mistake, or a unit that is to come.
    pub(crate) fn told(&self, politik: &Politik) -> Option<String> {
        let nobody = |code: &str| format!("{code} (ingen medarbejdere har koden)");
        let enhed = |code: &String| match self.enheder.get(code) {
            Some(name) => format!("{code} {name}"),
            None => nobody(code),
        };
        let distrikt = |code: &String| if self.distrikter.contains(code) { code.clone() } else { nobody(code) };
        let enheder: Vec<_> = politik.enhed.iter().flatten().map(enhed).collect();
        let distrikter: Vec<_> = politik.distrikt.iter().flatten().map(distrikt).collect();
        let told = [("enhed", enheder), ("distrikt", distrikter)].into_iter().filter(|(_, codes)| !codes.is_empty());
        let told: Vec<_> = told.map(|(what, codes)| format!("{what} {}", codes.join(", "))).collect();
        (!politik.is_general()).then(|| told.join(" og "))
    }
}
