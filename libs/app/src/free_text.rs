//! Free text that says more than it should: a CPR number, or a word for an illness or a treatment.
//!
//! The employer may not ask what somebody suffers from (helbredsoplysningsloven § 2, stk. 4), and needs no CPR number in a
//! reason. It is looked for here, on this machine, and only said: whoever wrote it knows what it means, and nothing is
//! refused for it. The text itself and the word are never repeated.

use std::collections::HashSet;
use std::sync::LazyLock;

use serde_json::Value;

use crate::cpr;

static WORDS: LazyLock<Words> = LazyLock::new(|| Words::of(include_str!("free_text/helbred.txt")));

/// Words that are looked for: whole ones, the beginnings of some, and the endings.
struct Words {
    whole: HashSet<&'static str>,
    beginnings: Vec<&'static str>,
    endings: Vec<&'static str>,
}

impl Words {
    fn of(list: &'static str) -> Self {
        let mut words = Self { whole: HashSet::new(), beginnings: Vec::new(), endings: Vec::new() };
        for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(beginning) = line.strip_suffix('*') {
                words.beginnings.push(beginning);
            } else if let Some(ending) = line.strip_prefix('*') {
                words.endings.push(ending);
            } else {
                words.whole.insert(line);
            }
        }
        words
    }

    fn has(&self, word: &str) -> bool {
        self.whole.contains(word)
            || self.beginnings.iter().any(|beginning| word.starts_with(beginning))
            || self.endings.iter().any(|ending| word.ends_with(ending))
    }
}

/// What was found in free text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Hints {
    /// Something like a CPR number.
    pub cpr: bool,
    /// A word for an illness or a treatment.
    pub health: bool,
}

impl Hints {
    /// What a text says that it should not. Takes time in proportion to the length of the text.
    #[must_use]
    pub fn of(text: &str) -> Self {
        let mut words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Self { cpr: cpr::is_in(text), health: words.any(|word| WORDS.has(&word.to_lowercase())) }
    }

    /// Nothing was found.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }

    /// What was found here or there.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self { cpr: self.cpr || other.cpr, health: self.health || other.health }
    }

    /// In one field of a request: names with dots between, of which each can stand for a list.
    #[must_use]
    pub fn in_field(given: &Value, path: &str) -> Self {
        match given {
            Value::Array(items) => items.iter().fold(Self::default(), |all, item| all.and(Self::in_field(item, path))),
            Value::String(text) if path.is_empty() => Self::of(text),
            Value::Object(fields) if !path.is_empty() => {
                let (first, rest) = path.split_once('.').unwrap_or((path, ""));
                fields.get(first).map_or_else(Self::default, |field| Self::in_field(field, rest))
            }
            _ => Self::default(),
        }
    }

    /// What the writer is told of it, in Danish; nothing where nothing was found.
    #[must_use]
    pub const fn said(self) -> Option<&'static str> {
        match (self.cpr, self.health) {
            (false, false) => None,
            (true, false) => Some("Teksten ser ud til at rumme et CPR-nummer. Det hører ikke til her."),
            (false, true) => Some(
                "Teksten ser ud til at nævne en sygdom eller en behandling. Skriv i stedet, hvad medarbejderen kan og ikke \
                 kan.",
            ),
            (true, true) => Some(
                "Teksten ser ud til at rumme et CPR-nummer og at nævne en sygdom eller en behandling. Ingen af delene \
                 hører til her. Skriv i stedet, hvad medarbejderen kan og ikke kan.",
            ),
        }
    }
}

impl Hints {
    /// What whoever wrote the purpose of a look-up is told of it, in Danish; nothing where nothing was found.
    #[must_use]
    pub const fn said_of_formaal(self) -> Option<&'static str> {
        match (self.cpr, self.health) {
            (false, false) => None,
            (true, false) => Some("Formålet ser ud til at rumme et CPR-nummer. Skriv hellere sagens nummer."),
            (false, true) => {
                Some("Formålet ser ud til at nævne en sygdom eller en behandling. Skriv hellere sagens nummer.")
            }
            (true, true) => Some(
                "Formålet ser ud til at rumme et CPR-nummer og at nævne en sygdom eller en behandling. Skriv hellere sagens \
                 nummer.",
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const HEALTH: Hints = Hints { cpr: false, health: true };

    #[test]
    fn a_word_for_an_illness_or_a_treatment_is_seen() {
        for text in [
            "Har en depression.",
            "ryg: diskusprolaps",
            "Kemoterapi i uge 3",
            "STRESS",
            "ptsd",
            "kræft",
            "KRÆFT",
            "brystkræft",
            "kræftbehandling",
            "armen er brækket",
            "opereret i mandags",
            "blindtarmsbetændelse",
            "Medarbejderen har fået diagnosen at vide",
            "graviditetskvalme",
            "angst/uro",
        ] {
            assert_eq!(Hints::of(text), HEALTH, "{text}");
        }
    }

    #[test]
    fn a_day_of_a_leader_gives_no_hint() {
        for text in [
            "",
            "Vi har aftalt korte dage og ingen tunge løft.",
            "Har ikke kræfter til nattevagter endnu; kræfterne kommer igen.",
            "Arbejdskraft fra vikarbureauet i uge 7",
            "Kollegerne tager telefonen, og Åse tager vagtplanen.",
            "De to første dage var ferie",
            "Der er indlagt pauser hver time",
            "Uddeler medicin på psykiatrisk afdeling",
            "Møde på misbrugscentret, lokale 4",
            "Registreret på den forkerte medarbejder",
            "Årsagen er graviditet og ikke sygdom",
            "Operationel drift og kooperation med nabokommunen",
            "Svulstig tekst i referatet er rettet",
            "Tastefejl: det var mandag den 5. januar 2026 kl. 10",
            "Ring på 33 12 34 56, sag 2026-0012345",
            "Skånes for støj og kan sidde i to timer ad gangen",
            "Samtalen blev flyttet, fordi lederen var på kursus",
        ] {
            assert_eq!(Hints::of(text), Hints::default(), "{text}");
        }
    }

    #[test]
    fn a_cpr_number_is_seen_and_what_is_said_names_both() {
        assert_eq!(Hints::of("se 010199-1234."), Hints { cpr: true, health: false });
        assert_eq!(Hints::of("se 010199 1234."), Hints { cpr: true, health: false });
        let both = Hints::of("Angst, 0101991234").said().unwrap();
        assert!(
            both.contains("CPR-nummer") && both.contains("sygdom") && !both.contains("ngst") && !both.contains("0101")
        );
        assert_eq!(Hints::default().said(), None);
    }

    #[test]
    fn a_field_is_found_through_lists() {
        let given = json!({"trin": [{"hensyn": ["ro"]}, {"hensyn": ["ro", "stress"]}], "tekst": "angst"});
        assert_eq!(Hints::in_field(&given, "trin.hensyn"), HEALTH);
        assert_eq!(Hints::in_field(&given, "tekst"), HEALTH);
        for path in ["trin", "trin.fra", "tekst.mere", "andet", ""] {
            assert!(Hints::in_field(&given, path).is_empty(), "{path}");
        }
    }

    /// One word of the most that a request may hold, and as many words as go into it.
    #[test]
    fn long_texts_are_looked_at_to_their_end() {
        let long = 4 << 20;
        assert!(Hints::of(&"å".repeat(long / 2)).is_empty() && Hints::of(&"1".repeat(long)).is_empty());
        assert_eq!(Hints::of(&("vi taler ".repeat(long / 9) + "stress")), HEALTH);
    }

    proptest::proptest! {
        #[test]
        fn a_word_is_seen_between_any_signs(before in "[ .,;:/()-]{1,8}", after in "[ .,;:/()-]{1,8}", text in "\\PC{0,80}") {
            let whole = format!("{text}{before}Stress{after}{text}");
            let seen = Hints::of(&whole).health;
            proptest::prop_assert!(seen);
        }
    }
}
