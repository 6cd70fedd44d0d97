//! The rules in force with their sources, and what of them is inferred and to be checked, as HR reads it.

use chrono::NaiveDate;
use forloeb::Regelbog;
use texts::parameters::{ParameterLine, parameter_lines};

use crate::money::kroner;
use crate::regel_page::{FristLine, frist_lines, to_check};
use crate::sentences::{count, dato, percent};

/// A rule, a number of the rules, or a rate.
pub(crate) struct RegelLine {
    pub(crate) name: String,
    pub(crate) value: String,
    pub(crate) kilde: String,
    /// By when it is to be checked, where it is inferred from its source.
    pub(crate) check: Option<String>,
}

/// All of them, and what there is to check.
pub(crate) struct RegelLines {
    /// The rule set.
    pub(crate) set: String,
    pub(crate) lines: Vec<RegelLine>,
    pub(crate) to_check: Option<String>,
}

impl RegelLines {
    /// Those of an absence that begins today, the numbers with them, and the rates from then on: the one of today and all that follow.
    pub(crate) fn new(book: &Regelbog, today: NaiveDate) -> Self {
        let set = book.in_force(today);
        let since = |from: Option<NaiveDate>| from.unwrap_or(NaiveDate::MIN);
        let sats = since(book.satser().iter().map(|s| s.fra).filter(|fra| *fra <= today).max());
        let tillaeg = since(book.tillaeg().iter().map(|t| t.fra).filter(|fra| *fra <= today).max());
        let check = |day| to_check(day, today);
        let frister = frist_lines(set).into_iter().map(|FristLine { name, maaldag, lovdag, kilde, kontrolleres }| {
            let value = format!("mål {maaldag}, sidste dag {lovdag}");
            RegelLine { name, value, kilde, check: check(kontrolleres) }
        });
        let parameters = parameter_lines(set).into_iter().map(|ParameterLine { name, value, kilde, kontrolleres }| {
            RegelLine { name: name.to_owned(), value, kilde, check: check(kontrolleres) }
        });
        let satser = book.satser().iter().filter(|s| s.fra >= sats).map(|s| RegelLine {
            name: format!("Sats fra {}", dato(s.fra)),
            value: format!("højst {} om ugen", kroner(s.per_uge)),
            kilde: s.kilde.to_string(),
            check: check(s.kontrolleres),
        });
        let tillaeg = book.tillaeg().iter().filter(|t| t.fra >= tillaeg).map(|t| RegelLine {
            name: format!("Tillæg fra {}", dato(t.fra)),
            value: format!("{} %", percent(t.pct)),
            kilde: t.kilde.to_string(),
            check: check(t.kontrolleres),
        });
        let lines: Vec<_> = frister.chain(parameters).chain(satser).chain(tillaeg).collect();
        let inferred = lines.iter().filter(|line| line.check.is_some()).count();
        let to_check = (inferred > 0).then(|| {
            let rows = count(
                inferred as u64,
                "regel, tal eller sats er udledt af sin",
                "regler, tal og satser er udledt af deres",
            );
            format!("{rows} kilde, som ikke selv siger det. Ved hver står, hvornår den skal være kontrolleret.")
        });
        Self { set: set.name.to_string(), lines, to_check }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// On 30 November 2026: every row, number and rate has its source, and what is inferred from one says by when it is to be
    /// checked.
    #[test]
    fn everything_that_is_shown_has_its_source() {
        let today = "2026-11-30".parse().unwrap();
        let RegelLines { lines, to_check, .. } = RegelLines::new(&Regelbog::built_in(), today);
        assert!(lines.iter().all(|line| !line.kilde.is_empty() && !line.value.is_empty()));
        let marked = |name: &str| lines.iter().find(|line| line.name == name).map(|line| line.check.is_some());
        for (name, inferred) in [
            ("Sygefraværssamtale", false),
            ("Fast track", true),
            ("Otteugersopfølgning", true),
            ("Anmeldelse i EASY, fravær på mindst 3 dage", true),
            ("Anmeldelse, fravær inden for arbejdsgiverperioden med refusion fra første dag", true),
            ("Arbejdsgiverperiode", false),
            ("Refusion med dispensation kan søges", false),
            ("Samtalen kan undlades", true),
            ("Sats fra 5. januar 2026", true),
            ("Tillæg fra 5. januar 2026", false),
        ] {
            assert_eq!(marked(name), Some(inferred), "{name}");
        }
        // Ten rows, three numbers and a rate.
        assert!(to_check.is_some_and(|said| said.starts_with("14 regler, tal og satser")));
    }
}
