//! The units and districts that payroll has, for who chooses among them, and for who reads where a policy holds.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use forloeb::politik::Politik;

use super::reader_view::ReaderView;
use crate::danish::danish;

/// Codes that somebody works at.
#[derive(Default)]
pub(crate) struct Steder {
    /// Name by code.
    enheder: BTreeMap<String, String>,
    distrikter: BTreeSet<String>,
}

impl Steder {
    /// All of them. Goes through everybody who is employed.
    pub(crate) fn new(k: &ReaderView<'_>) -> Self {
        let mut found = Self::default();
        let projections = k.projections();
        for s in projections.numbers().filter_map(|nr| projections.stamdata(nr)) {
            found.take(&s.enhed, &s.enhed_navn, s.distrikt.as_deref());
        }
        found
    }

    /// Those that some policies name; goes through people until somebody is found at each.
    pub(crate) fn of<'p>(k: &ReaderView<'_>, politikker: impl Iterator<Item = &'p Politik>) -> Self {
        let (mut enheder, mut distrikter) = (HashSet::new(), HashSet::new());
        for p in politikker {
            enheder.extend(p.enhed.iter().flatten().map(String::as_str));
            distrikter.extend(p.distrikt.iter().flatten().map(String::as_str));
        }
        let mut found = Self::default();
        if enheder.is_empty() && distrikter.is_empty() {
            return found;
        }
        let projections = k.projections();
        for s in projections.numbers().filter_map(|nr| projections.stamdata(nr)) {
            let distrikt = s.distrikt.as_deref().filter(|code| distrikter.contains(code));
            if enheder.contains(s.enhed.as_str()) {
                found.take(&s.enhed, &s.enhed_navn, distrikt);
            } else if let Some(code) = distrikt.filter(|code| !found.distrikter.contains(*code)) {
                found.distrikter.insert(code.to_owned());
            }
            if (found.enheder.len(), found.distrikter.len()) == (enheder.len(), distrikter.len()) {
                break;
            }
        }
        found
    }

    fn take(&mut self, enhed: &str, name: &str, distrikt: Option<&str>) {
        if !self.enheder.contains_key(enhed) {
            self.enheder.insert(enhed.to_owned(), name.to_owned());
        }
        if let Some(code) = distrikt.filter(|code| !self.distrikter.contains(*code)) {
            self.distrikter.insert(code.to_owned());
        }
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
