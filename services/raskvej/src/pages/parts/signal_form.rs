//! The part of a policy's form that says what counts as frequent absence.

use std::collections::BTreeSet;

use forloeb::regler::{SignalKind, Signalregel};
use forloeb::words::Aarsag;

use super::page_form::{ErrorLine, line, number};
use super::session::{Pairs, find};

/// Rows that are there from the start.
const ROWS: usize = 1;
/// Most rows: nobody fills in more by hand.
const MOST_ROWS: usize = 20;
/// The signals stay as the rules have them.
const AS_IS: &str = "som_reglerne";
const NONE: &str = "intet";
const OWN: &str = "egne";

/// What was typed of signals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SignalForm {
    /// [`AS_IS`], [`NONE`] or [`OWN`].
    pub(crate) choice: String,
    pub(crate) rows: Vec<SignalRow>,
}

/// A signal, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct SignalRow {
    pub(crate) count: String,
    /// A code of [`SignalKind`].
    pub(crate) kind: String,
    pub(crate) window: String,
    /// `maaneder` or `dage`.
    pub(crate) unit: String,
    /// The longest absence that counts, in days.
    pub(crate) longest: String,
    pub(crate) nyuddannet: bool,
    pub(crate) medregn: BTreeSet<Aarsag>,
    /// Its name and its source, where it has them already.
    pub(crate) name: String,
    pub(crate) kilde: String,
}

impl SignalForm {
    /// Nothing typed yet.
    pub(crate) fn empty() -> Self {
        Self { choice: AS_IS.to_owned(), rows: vec![SignalRow::empty(); ROWS] }
    }

    /// What was sent.
    pub(crate) fn of(pairs: &Pairs) -> Self {
        let rows = find(pairs, "signalraekker").and_then(|n| n.parse().ok()).unwrap_or(ROWS).min(MOST_ROWS);
        let choice = find(pairs, "signaler").unwrap_or(AS_IS).to_owned();
        Self { choice, rows: (0..rows).map(|n| SignalRow::of(pairs, n)).collect() }
    }

    /// Signals as they would be typed.
    pub(crate) fn showing(signaler: Option<&[Signalregel]>) -> Self {
        let choice = match signaler {
            None => AS_IS,
            Some([]) => NONE,
            Some(_) => OWN,
        };
        let mut rows: Vec<_> = signaler.unwrap_or_default().iter().map(SignalRow::showing).collect();
        rows.resize_with(rows.len().max(ROWS), SignalRow::empty);
        Self { choice: choice.to_owned(), rows }
    }

    /// One more row.
    pub(crate) fn add_row(&mut self) {
        OWN.clone_into(&mut self.choice);
        if self.rows.len() < MOST_ROWS {
            self.rows.push(SignalRow::empty());
        }
    }

    /// The choices, with what each says.
    pub(crate) fn choices(&self) -> [(&'static str, &'static str, bool); 3] {
        let chosen = |code: &'static str, tekst| (code, tekst, self.choice == code);
        [
            chosen(AS_IS, "Ingen ændring: som reglerne eller den politik, der gælder alle"),
            chosen(NONE, "Intet signal om hyppigt fravær"),
            chosen(OWN, "Vores egne, i stedet for reglernes"),
        ]
    }

    /// The signals of the policy of this name. What was typed as one's own counts only where that is chosen, and is not
    /// passed over in silence where it is not.
    pub(crate) fn signaler(&self, politik: &str, wrong: &mut Vec<ErrorLine>) -> Option<Vec<Signalregel>> {
        let typed = self.typed().count();
        if self.choice != OWN {
            if typed > 0 {
                let tekst =
                    "Du har udfyldt egne signaler og valgt noget andet. Vælg “Vores egne”, eller gør felterne tomme.";
                wrong.push(line("signaler", tekst));
            }
            return (self.choice == NONE).then(Vec::new);
        }
        if typed == 0 {
            wrong.push(line("signaler", "Udfyld mindst et signal, eller vælg, at der ikke gives noget."));
        }
        Some(self.typed().filter_map(|(n, row)| row.signal(n, politik, wrong)).collect())
    }

    /// Where on the page the signal of this number is.
    pub(crate) fn place(&self, nr: usize) -> Option<String> {
        self.typed().nth(nr).map(|(n, _)| format!("s{n}"))
    }

    fn typed(&self) -> impl Iterator<Item = (usize, &SignalRow)> {
        self.rows.iter().enumerate().filter(|(_, row)| !(row.count.is_empty() && row.window.is_empty()))
    }
}

impl SignalRow {
    fn empty() -> Self {
        Self {
            kind: "perioder".to_owned(),
            unit: "maaneder".to_owned(),
            medregn: BTreeSet::from([Aarsag::Sygdom, Aarsag::Arbejdsskade]),
            ..Self::default()
        }
    }

    fn of(pairs: &Pairs, n: usize) -> Self {
        let text = |name: &str| find(pairs, &format!("s{n}-{name}")).unwrap_or_default().to_owned();
        let aarsag = format!("s{n}-aarsag");
        Self {
            count: text("antal"),
            kind: text("slags"),
            window: text("vindue"),
            unit: text("enhed"),
            longest: text("hoejst"),
            nyuddannet: text("nyuddannet") == "ja",
            medregn: pairs.iter().filter(|(n, _)| *n == aarsag).filter_map(|(_, v)| Aarsag::from_code(v)).collect(),
            name: text("navn"),
            kilde: text("kilde"),
        }
    }

    fn showing(s: &Signalregel) -> Self {
        let (window, unit) = if s.maaneder == 0 { (s.dage, "dage") } else { (s.maaneder, "maaneder") };
        Self {
            count: s.count.to_string(),
            kind: s.kind.code().to_owned(),
            window: window.to_string(),
            unit: unit.to_owned(),
            longest: if s.hoejst_dage == 0 { String::new() } else { s.hoejst_dage.to_string() },
            nyuddannet: s.kun_nyuddannet,
            medregn: s.medregn.iter().copied().collect(),
            name: s.name.to_string(),
            kilde: s.kilde.to_string(),
        }
    }

    fn signal(&self, n: usize, politik: &str, wrong: &mut Vec<ErrorLine>) -> Option<Signalregel> {
        let (place, before) = (format!("s{n}"), wrong.len());
        let count = number(&self.count, &place, "Antallet", wrong);
        let window = number(&self.window, &place, "Perioden, der ses tilbage over,", wrong);
        let longest = number(&self.longest, &place, "Det længste fravær, der tæller med,", wrong);
        if self.count.is_empty() {
            wrong.push(line(&place, "Skriv, hvor mange gange eller dage der skal til."));
        }
        if self.window.is_empty() {
            wrong.push(line(&place, "Skriv, hvor langt tilbage der ses."));
        }
        if self.medregn.is_empty() {
            wrong.push(line(&place, "Vælg mindst en årsag, der tæller med."));
        }
        if wrong.len() > before {
            return None;
        }
        let (count, window) = (count?, window?);
        let kind = SignalKind::from_code(&self.kind).unwrap_or(SignalKind::Perioder);
        let (maaneder, dage) = if self.unit == "dage" { (0, window) } else { (window, 0) };
        let letter = if maaneder == 0 { "d" } else { "m" };
        let whom = if self.nyuddannet { "-nyuddannet" } else { "" };
        let name = format!("{kind}-{count}-{window}{letter}{whom}");
        let or = |given: &str, made: String| if given.is_empty() { made.into() } else { given.into() };
        Some(Signalregel {
            name: or(&self.name, name),
            kind,
            count,
            maaneder,
            dage,
            hoejst_dage: longest.unwrap_or(0),
            kun_nyuddannet: self.nyuddannet,
            medregn: self.medregn.iter().copied().collect(),
            kilde: or(&self.kilde, format!("Arbejdspladsens politik: {politik}")),
        })
    }
}
