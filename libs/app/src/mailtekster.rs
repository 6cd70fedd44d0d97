//! What a workplace says in its own words in the mails about frister: at the beginning, at the end, and of each kind of frist.
//!
//! The days, the reference and the link are never theirs to take away. What a mail must not say is refused when the file is read,
//! with its line: it is read on locked screens.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::NaiveDate;
use forloeb::words::Fristart;
use serde::Deserialize;
use texts::sentences::long_dato;
use toml::Spanned;

use crate::bounds::{LARGEST_TEXT, read_text};
use crate::free_text::Hints;

/// Longest text, in characters.
const LONGEST: usize = 500;
/// Most lines of one.
const MOST_LINES: usize = 6;
/// What words begin with that say why somebody is away.
const SAYS_WHY: [&str; 9] =
    ["syg", "fravær", "læge", "diagnos", "gravid", "barsel", "raskmeld", "arbejdsskade", "behandling"];

/// The texts of a workplace; those it has none of are the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailtekster {
    beginning: Option<String>,
    ending: Option<String>,
    frister: BTreeMap<Fristart, String>,
}

/// None of one's own.
pub static STANDARD: Mailtekster = Mailtekster { beginning: None, ending: None, frister: BTreeMap::new() };

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "indledning")]
    beginning: Option<Spanned<String>>,
    #[serde(rename = "afslutning")]
    ending: Option<Spanned<String>>,
    #[serde(default)]
    frist: BTreeMap<Fristart, Spanned<String>>,
}

impl Mailtekster {
    /// Reads the file of a workplace.
    ///
    /// # Errors
    /// It cannot be read, or says what a mail must not say: the line and the field, and what would be right.
    pub fn fetch(file: &Path) -> Result<Self, String> {
        Self::read(&read_text(file, LARGEST_TEXT).map_err(|error| error.to_string())?)
    }

    /// Reads the texts.
    ///
    /// # Errors
    /// The line and the field, and what would be right.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| line(text, span.start));
            format!("linje {line}: {}", error.message())
        })?;
        let checked = |felt: &str, value: Spanned<String>, holds: &[&str]| {
            let at = line(text, value.span().start);
            let value = value.into_inner().trim().to_owned();
            match wrong(&value, holds) {
                Some(error) => Err(format!("linje {at}, '{felt}': {error}")),
                None => Ok(value),
            }
        };
        let mut own = Self {
            beginning: written.beginning.map(|value| checked("indledning", value, &["antal"])).transpose()?,
            ending: written.ending.map(|value| checked("afslutning", value, &[])).transpose()?,
            frister: BTreeMap::new(),
        };
        for (art, value) in written.frist {
            own.frister.insert(art, checked(art.code(), value, &["dag", "reference"])?);
        }
        Ok(own)
    }

    /// What stands before so many frister; none: the standard text.
    #[must_use]
    pub fn beginning(&self, count: usize) -> Option<String> {
        Some(self.beginning.as_ref()?.replace("{antal}", &count.to_string()))
    }

    /// What stands at the end, if anything.
    #[must_use]
    pub fn ending(&self) -> Option<&str> {
        self.ending.as_deref()
    }

    /// What is said of a kind of frist, beside what there is to do.
    #[must_use]
    pub fn of(&self, art: Fristart, dag: NaiveDate, reference: &str) -> Option<String> {
        Some(self.frister.get(&art)?.replace("{dag}", &long_dato(dag)).replace("{reference}", reference))
    }
}

/// What is wrong with a text, and what would be right.
fn wrong(text: &str, holds: &[&str]) -> Option<String> {
    if text.is_empty() || text.chars().count() > LONGEST {
        return Some(format!("skal være fra 1 til {LONGEST} tegn"));
    }
    if text.lines().count() > MOST_LINES || text.chars().any(|c| c.is_control() && c != '\n') {
        return Some(format!("skal være almindelig tekst på højst {MOST_LINES} linjer"));
    }
    let hints = Hints::of(text);
    if hints.cpr {
        return Some("ser ud til at rumme et CPR-nummer. Mails nævner ingen personer".to_owned());
    }
    let lower = text.to_lowercase();
    let mut words = lower.split(|c: char| !c.is_alphanumeric());
    if hints.health || words.any(|word| word == "rask" || SAYS_WHY.iter().any(|why| word.starts_with(why))) {
        let error = "nævner en sygdom, en behandling eller grunden til, at nogen er væk. Mails læses på låste skærme: \
                     skriv om opfølgningen i stedet";
        return Some(error.to_owned());
    }
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else {
            return Some("har et { uden et } efter sig".to_owned());
        };
        if !holds.contains(&name) {
            let can = match holds {
                [] => "her er der intet at sætte ind".to_owned(),
                _ => holds.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(" og "),
            };
            let name: String = name.chars().take(30).collect();
            return Some(format!(
                "kender ikke {{{name}}}: {can}. Personer kan ikke sættes ind, og linket står der altid"
            ));
        }
        rest = after;
    }
    None
}

fn line(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn own_words_are_read_and_filled_in() {
        let own = Mailtekster::read(
            "indledning = \"Du har {antal} ting at huske.\"\nafslutning = \"Ring på lokal 4711.\"\n\n[frist]\n\
             samtale = \"Guiden ligger på intranettet. Senest {dag}, reference {reference}.\"\n",
        );
        let own = own.unwrap();
        assert_eq!(own.beginning(3).as_deref(), Some("Du har 3 ting at huske."));
        assert_eq!(own.ending(), Some("Ring på lokal 4711."));
        let dag = NaiveDate::from_ymd_opt(2026, 2, 6).unwrap();
        let said = own.of(Fristart::Samtale, dag, "89abcdef");
        let expected = "Guiden ligger på intranettet. Senest fredag den 6. februar 2026, reference 89abcdef.";
        assert_eq!(said.as_deref(), Some(expected));
        assert_eq!(own.of(Fristart::Easy, dag, "89abcdef"), None);
        assert_eq!(Mailtekster::read(""), Ok(STANDARD.clone()), "nothing of one's own");
    }

    /// Each names its line and its field.
    #[test]
    fn what_a_mail_must_not_say_is_refused() {
        let refused = |text: &str| Mailtekster::read(text).unwrap_err();
        let name = refused("\n[frist]\nsamtale = \"Tal med {navn}.\"\n");
        assert_eq!(
            name,
            "linje 3, 'samtale': kender ikke {navn}: {dag} og {reference}. Personer kan ikke sættes ind, og linket står der \
             altid"
        );
        assert!(
            refused("afslutning = \"Den {dag}\"").starts_with("linje 1, 'afslutning': kender ikke {dag}: her er der")
        );
        assert_eq!(refused("indledning = \"Husk {antal\""), "linje 1, 'indledning': har et { uden et } efter sig");
        for why in ["Hun har fået kræft.", "Om sygefraværet.", "Er hun rask?", "Spørg til en lægeerklæring."] {
            let error = refused(&format!("indledning = \"Hej\"\nafslutning = \"{why}\""));
            assert!(error.starts_with("linje 2, 'afslutning': nævner en sygdom"), "{why}: {error}");
        }
        assert!(refused("indledning = \"Se 010190-1234.\"").contains("CPR-nummer"));
        assert!(refused("indledning = \"\"").ends_with("skal være fra 1 til 500 tegn"));
        assert!(refused(&format!("indledning = \"{}\"", "a".repeat(501))).ends_with("skal være fra 1 til 500 tegn"));
        assert!(refused("indledning = \"a\\nb\\nc\\nd\\ne\\nf\\ng\"").ends_with("højst 6 linjer"));
        assert!(refused("indledning = \"a\"\nhilsen = \"b\"\n").starts_with("linje 2"));
        assert!(refused("[frist]\nnoget = \"b\"\n").starts_with("linje "));
    }

    /// The example of the guide is read as it stands there.
    #[test]
    fn the_example_of_the_guide_can_be_used() {
        let guide = include_str!("../../../docs/brugervejledning/hr.md");
        let example = guide.split("```toml\n").find(|part| part.starts_with("indledning")).unwrap();
        let own = Mailtekster::read(example.split("```").next().unwrap()).unwrap();
        assert_eq!(own.beginning(2).as_deref(), Some("Her er 2 ting, du skal huske som leder."));
        assert_eq!(own.frister.len(), 2);
    }
}
