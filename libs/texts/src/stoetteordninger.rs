//! What a leader has to know of each support option of a TTA plan, as data: what it is, who decides, what it asks, where that
//! stands and on which day it was looked up. `stoetteordninger.toml` has it, and says of each whether it is inferred.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::sentences::dato;

/// A support option.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ordning {
    /// Its code in a plan.
    pub noegle: String,
    /// Its name inside a sentence.
    pub navn: String,
    /// What it is.
    pub hvad: String,
    /// Who decides, after "afgøres af".
    pub hvem: String,
    /// What it asks for.
    pub krav: String,
    /// Where that stands.
    pub kilde: String,
    /// The day it was looked up.
    pub kontrolleret: NaiveDate,
    /// It is general knowledge, and was not read in the law.
    #[serde(default)]
    pub udledt: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct All {
    ordning: Vec<Ordning>,
}

/// The file is part of the program, and a test reads it: one that cannot be read has none.
static ALL: LazyLock<Vec<Ordning>> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Vec<Ordning>, toml::de::Error> {
    toml::from_str(include_str!("../stoetteordninger.toml")).map(|All { ordning }| ordning)
}

/// What is known of an option, by its code.
#[must_use]
pub fn of(noegle: &str) -> Option<&'static Ordning> {
    ALL.iter().find(|ordning| ordning.noegle == noegle)
}

impl Ordning {
    /// The day it was looked up, as people read it.
    #[must_use]
    pub fn kontrolleret_text(&self) -> String {
        dato(self.kontrolleret)
    }
}

#[cfg(test)]
mod tests {
    use forloeb::words::Stoette;

    use super::*;

    #[test]
    fn every_option_of_a_plan_is_told_of_once_with_its_source() {
        let all = read().unwrap();
        let codes: Vec<&str> = all.iter().map(|o| o.noegle.as_str()).collect();
        for option in Stoette::ALL {
            assert_eq!(codes.iter().filter(|code| **code == option.code()).count(), 1, "{option}");
        }
        assert_eq!(codes.len(), Stoette::ALL.len());
        for o in &all {
            let sentences = [&o.hvad, &o.krav];
            assert!(sentences.iter().all(|s| s.ends_with('.')) && !o.hvem.ends_with('.'), "{}", o.noegle);
            assert!(!o.kilde.is_empty() && o.kontrolleret.to_string().starts_with("2026-"), "{}", o.noegle);
        }
        let read_in_the_law: Vec<&str> = all.iter().filter(|o| !o.udledt).map(|o| o.noegle.as_str()).collect();
        assert_eq!(
            read_in_the_law,
            ["paragraf_56", "delvis_raskmelding"],
            "of the rest it is said that it is inferred"
        );
    }
}
