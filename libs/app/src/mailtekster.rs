//! What a workplace says in its own words in the mails about frister: at the beginning, at the end, and of each kind of frist.
//!
//! The days, the reference and the link are never theirs to take away. What a mail must not say is refused when the file is read,
//! with its line: it is read on locked screens. All that is wrong is told at once, and while something is, none of it is used.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use forloeb::words::Fristart;
use texts::sentences::long_dato;
use toml::de::{DeTable, DeValue};

use crate::bounds::{LARGEST_TEXT, read_text};
use crate::free_text::Hints;

/// Longest text, in characters.
const LONGEST: usize = 500;
/// Most lines of one.
const MOST_LINES: usize = 6;
/// So many faults are told that are of none of the texts.
const MOST_OTHERS: usize = 20;
/// What words begin with that say why somebody is away.
const SAYS_WHY: [&str; 9] =
    ["syg", "fravær", "læge", "diagnos", "gravid", "barsel", "raskmeld", "arbejdsskade", "behandling"];
/// The table with a text of each kind of frist.
const FRIST: &str = "frist";

/// A text that a workplace can say in its own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OwnText {
    /// Stands in place of the first line.
    Beginning,
    /// Stands at the end.
    Ending,
    /// Stands beside what there is to do about such a frist.
    Of(Fristart),
}

impl OwnText {
    /// Each, in the order of the file.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Beginning, Self::Ending].into_iter().chain(Fristart::ALL.iter().copied().map(Self::Of))
    }

    /// What it is called in the file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beginning => "indledning",
            Self::Ending => "afslutning",
            Self::Of(art) => art.code(),
        }
    }

    /// What can be put in it.
    const fn holds(self) -> &'static [&'static str] {
        match self {
            Self::Beginning => &["antal"],
            Self::Ending => &[],
            Self::Of(_) => &["dag", "reference"],
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::all().find(|text| text.name() == name)
    }

    /// It is one of those under `[frist]`.
    const fn is_of_frist(self) -> bool {
        matches!(self, Self::Of(_))
    }
}

/// Something wrong in the file, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line; none: the file cannot be read.
    pub line: Option<usize>,
    /// What it is called there.
    pub felt: Option<String>,
    /// Which of the texts it is about.
    pub text: Option<OwnText>,
    /// What is wrong.
    pub error: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "linje {line}")?;
            if let Some(felt) = &self.felt {
                write!(f, ", '{felt}'")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(&self.error)
    }
}

/// The file of a workplace as it was read at the start.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TextFile {
    /// Where it is; none: no file is set.
    pub path: Option<PathBuf>,
    /// What is wrong in it, in the order of its lines.
    pub faults: Vec<Fault>,
    /// What it holds that is right.
    written: Mailtekster,
}

impl TextFile {
    /// Reads the file of a workplace.
    #[must_use]
    pub fn fetch(path: &Path) -> Self {
        let (written, faults) = match read_text(path, LARGEST_TEXT) {
            Ok(text) => Mailtekster::with_faults(&text),
            Err(error) => {
                let fault = Fault { line: None, felt: None, text: None, error: error.to_string() };
                (Mailtekster::default(), vec![fault])
            }
        };
        Self { path: Some(path.to_owned()), faults, written }
    }

    /// What the mails say: what is written, or where something is wrong in the file, the standard texts.
    #[must_use]
    pub fn used(&self) -> &Mailtekster {
        if self.faults.is_empty() { &self.written } else { &STANDARD }
    }

    /// What is written as one of the texts, whether it is used or not; none: nothing that could be.
    #[must_use]
    pub fn written(&self, text: OwnText) -> Option<&str> {
        self.written.own(text)
    }

    /// All that is wrong, in a line; none: nothing.
    #[must_use]
    pub fn trouble(&self) -> Option<String> {
        let path = self.path.as_ref().filter(|_| !self.faults.is_empty())?;
        let faults = self.faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("; ");
        Some(format!("RASKVEJ_MAILTEKSTER ({}): {faults}", path.display()))
    }
}

/// The texts of a workplace; those it has none of are the standard ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mailtekster {
    beginning: Option<String>,
    ending: Option<String>,
    frister: BTreeMap<Fristart, String>,
}

/// None of one's own.
pub static STANDARD: Mailtekster = Mailtekster { beginning: None, ending: None, frister: BTreeMap::new() };

impl Mailtekster {
    /// Reads the texts.
    ///
    /// # Errors
    /// All that is wrong, in the order of the lines.
    pub fn read(text: &str) -> Result<Self, Vec<Fault>> {
        let (own, faults) = Self::with_faults(text);
        if faults.is_empty() { Ok(own) } else { Err(faults) }
    }

    /// The texts that are right, and what is wrong with the others.
    fn with_faults(text: &str) -> (Self, Vec<Fault>) {
        let mut own = Self::default();
        let (table, errors) = DeTable::parse_recoverable(text);
        if !errors.is_empty() {
            return (own, not_toml(text, &errors));
        }
        let mut faults = Vec::new();
        for (key, value) in table.get_ref() {
            let at = line(text, key.span().start);
            match (&**key.get_ref(), value.get_ref()) {
                (FRIST, DeValue::Table(frister)) => {
                    for (key, value) in frister {
                        let at = line(text, key.span().start);
                        faults.extend(own.take(key.get_ref(), value.get_ref(), true).err().map(|fault| fault.at(at)));
                    }
                }
                (name, value) => faults.extend(own.take(name, value, false).err().map(|fault| fault.at(at))),
            }
        }
        faults.sort_by_key(|fault| fault.line);
        let mut others = 0;
        faults.retain(|fault| {
            others += usize::from(fault.text.is_none());
            fault.text.is_some() || others <= MOST_OTHERS
        });
        (own, faults)
    }

    /// Takes one of the texts, written as such a field under `[frist]` or before it.
    fn take(&mut self, name: &str, value: &DeValue<'_>, under_frist: bool) -> Result<(), Fault> {
        let text = OwnText::named(name);
        let felt: String = name.chars().filter(|c| !c.is_control()).take(30).collect();
        let fault = |error: String| Fault { line: None, felt: Some(felt), text, error };
        let Some(text) = text else { return Err(fault(unknown(name, under_frist))) };
        if text.is_of_frist() != under_frist {
            let place = if under_frist { "før [frist]" } else { "under [frist]" };
            return Err(fault(format!("skal stå {place}")));
        }
        let Some(written) = value.as_str().map(str::trim) else {
            return Err(fault("skal være en tekst i anførselstegn".to_owned()));
        };
        if let Some(error) = wrong(written, text.holds()) {
            return Err(fault(error));
        }
        let written = written.to_owned();
        match text {
            OwnText::Beginning => self.beginning = Some(written),
            OwnText::Ending => self.ending = Some(written),
            OwnText::Of(art) => drop(self.frister.insert(art, written)),
        }
        Ok(())
    }

    /// One of the texts as it is written, with nothing put in it; none: the standard one.
    #[must_use]
    pub fn own(&self, text: OwnText) -> Option<&str> {
        match text {
            OwnText::Beginning => self.beginning.as_deref(),
            OwnText::Ending => self.ending.as_deref(),
            OwnText::Of(art) => self.frister.get(&art).map(String::as_str),
        }
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

impl Fault {
    fn at(self, line: usize) -> Self {
        Self { line: Some(line), ..self }
    }
}

/// What keeps a file from being read as TOML at all, once a line.
fn not_toml(text: &str, errors: &[toml::de::Error]) -> Vec<Fault> {
    let fault = |error: &toml::de::Error| {
        let at = error.span().map_or(1, |span| line(text, span.start));
        let error = format!("er ikke skrevet, så det kan læses som TOML: {}", error.message());
        Fault { line: Some(at), felt: None, text: None, error }
    };
    let mut faults: Vec<Fault> = errors.iter().map(fault).collect();
    faults.sort_by_key(|fault| fault.line);
    faults.dedup_by_key(|fault| fault.line);
    faults.truncate(MOST_OTHERS);
    faults
}

/// What is said of a field that is none of the texts.
fn unknown(name: &str, under_frist: bool) -> String {
    if under_frist {
        let names = Fristart::ALL.iter().map(|art| art.code()).collect::<Vec<_>>().join(", ");
        return format!("er ingen slags frist. De hedder {names}");
    }
    match name {
        FRIST => {
            "skal være en tabel: [frist] på en linje for sig, og under den en tekst for hver slags frist".to_owned()
        }
        _ => "kendes ikke: her kan stå indledning, afslutning og [frist]".to_owned(),
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
        let refused = |text: &str| Mailtekster::read(text).unwrap_err()[0].to_string();
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
        assert!(refused("indledning = \"a\"\nhilsen = \"b\"\n").starts_with("linje 2, 'hilsen': kendes ikke"));
        assert!(refused("[frist]\nnoget = \"b\"\n").starts_with("linje 2, 'noget': er ingen slags frist. De hedder "));
        assert!(refused("frist = \"b\"\n").starts_with("linje 1, 'frist': skal være en tabel"));
        assert!(refused("indledning = \"a\"\n[[frist]]\neasy = \"b\"\n").starts_with("linje 2, 'frist': skal være"));
        assert_eq!(refused("indledning = 7\n"), "linje 1, 'indledning': skal være en tekst i anførselstegn");
        assert_eq!(refused("easy = \"a\"\n"), "linje 1, 'easy': skal stå under [frist]");
        assert_eq!(refused("[frist]\nafslutning = \"a\"\n"), "linje 2, 'afslutning': skal stå før [frist]");
        assert!(refused("indledning = \"a\"\nafslutning = b\n").starts_with("linje 2: er ikke skrevet, så det kan"));
        assert!(refused("easy = \"a\"\neasy = \"b\"\n").starts_with("linje 2: er ikke skrevet, så det kan"));
    }

    /// All of it at once, each of the text it is about; what is right stands there and is not used.
    #[test]
    fn all_that_is_wrong_is_told_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mails.toml");
        let text = "indledning = \"Hej\"\nafslutning = \"Til {navn}\"\nhilsen = \"HR\"\n\n[frist]\neasy = 7\nsamtale = \"Guiden\"\n";
        std::fs::write(&path, text).unwrap();
        let file = TextFile::fetch(&path);
        let told: Vec<_> = file.faults.iter().map(|fault| (fault.line, fault.text)).collect();
        let easy = OwnText::Of(Fristart::Easy);
        assert_eq!(told, [(Some(2), Some(OwnText::Ending)), (Some(3), None), (Some(6), Some(easy))]);
        assert_eq!(file.used(), &STANDARD);
        let written = OwnText::all().filter_map(|text| file.written(text)).collect::<Vec<_>>();
        assert_eq!(written, ["Hej", "Guiden"]);
        let trouble = file.trouble().unwrap();
        assert!(trouble.starts_with(&format!("RASKVEJ_MAILTEKSTER ({}): linje 2, 'afslutning'", path.display())));
        assert!(trouble.contains("; linje 3, 'hilsen'") && trouble.contains("; linje 6, 'easy'"), "{trouble}");

        std::fs::write(&path, "indledning = \"Hej\"\n").unwrap();
        let file = TextFile::fetch(&path);
        assert_eq!((file.used().own(OwnText::Beginning), file.trouble()), (Some("Hej"), None));
        let none = TextFile::fetch(&folder.path().join("nej.toml"));
        assert_eq!((none.faults.len(), none.faults[0].line, none.used()), (1, None, &STANDARD));
        assert!(none.trouble().is_some() && TextFile::default().trouble().is_none());
        let many = (0..100).map(|nr| format!("a{nr} = 1\n")).collect::<String>();
        assert_eq!(Mailtekster::read(&format!("{many}easy = 7\n")).unwrap_err().len(), MOST_OTHERS + 1);
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
