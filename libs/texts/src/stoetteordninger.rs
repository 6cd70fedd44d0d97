//! What a leader has to know of each support option of a TTA plan, as data: what it is, who decides, who applies where, which day
//! matters, what it costs the workplace, where that stands and on which day it was looked up. `stoetteordninger.toml` has it,
//! and of what was not read in the law it says by when it is to be checked.

use std::sync::LazyLock;

use chrono::NaiveDate;
use serde::Deserialize;

use crate::regel_page::to_check;
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
    /// Who applies for it, and where.
    pub soeges: String,
    /// Which day matters.
    pub dag: String,
    /// What it costs the workplace.
    pub pris: String,
    /// What else it asks for.
    #[serde(default)]
    pub krav: Option<String>,
    /// Where that stands.
    pub kilde: String,
    /// The day it was looked up.
    pub kontrolleret: NaiveDate,
    /// It is general knowledge, and was not read in the law: by when it is to be checked.
    #[serde(default)]
    pub kontrolleres: Option<NaiveDate>,
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

    /// That it is inferred, and by when it is to be checked, or was to be; nothing where it was read in the law.
    #[must_use]
    pub fn to_check(&self, today: NaiveDate) -> Option<String> {
        to_check(self.kontrolleres, today)
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
            let sentences = [&o.hvad, &o.soeges, &o.dag, &o.pris].into_iter().chain(&o.krav);
            for said in sentences {
                // Short enough to be read: three sentences at most, and a line or two.
                let is_short = said.matches(". ").count() < 3 && said.chars().count() < 180;
                assert!(said.ends_with('.') && is_short, "{}: {said}", o.noegle);
            }
            assert!(!o.hvem.is_empty() && !o.hvem.ends_with('.'), "{}", o.noegle);
            assert!(!o.kilde.is_empty() && o.kontrolleret.to_string().starts_with("2026-"), "{}", o.noegle);
        }
    }

    /// Of the law only two were read. The rest says by when it is to be checked; what the kommune decides, that it is to be asked.
    #[test]
    fn what_is_inferred_says_so_and_whom_to_ask() {
        let all = read().unwrap();
        let read_in_the_law = all.iter().filter(|o| o.kontrolleres.is_none()).map(|o| o.noegle.as_str());
        assert_eq!(read_in_the_law.collect::<Vec<_>>(), ["paragraf_56", "delvis_raskmelding"]);
        for o in all.iter().filter(|o| o.kontrolleres.is_some()) {
            let said = [&*o.soeges, &o.dag, &o.pris].join(" ").to_lowercase();
            let asked = if o.hvem.contains("kommunen") { "kommune" } else { "hr" };
            assert!(said.contains("spørg") && said.contains(asked), "{}: {said}", o.noegle);
        }
        let (before, after) = ("2026-12-31".parse().unwrap(), "2027-01-01".parse().unwrap());
        let mentor = of("mentor").unwrap();
        assert_eq!(mentor.to_check(before).as_deref(), Some("Udledt; kontrolleres inden 31. december 2026"));
        assert_eq!(mentor.to_check(after).as_deref(), Some("Udledt; skulle være kontrolleret inden 31. december 2026"));
        assert_eq!(of("paragraf_56").unwrap().to_check(after), None);
    }
}
