//! The fields in which HR fills in a policy, as the page draws them.

use chrono::NaiveDate;
use forloeb::Regelbog;
use forloeb::politik::{ALWAYS_PAAMINDET, WITH_MAALDAG};
use forloeb::regler::Regelsaet;
use forloeb::words::{Aarsag, Fristart, Modtagerrolle};

use super::page_form::ErrorLine;
use super::politik_form::{AS_IS, OWN, PolitikForm, Row, days, models};
use super::signal_form::SignalRow;
use crate::politik_text::{modtager, the, upper};
use crate::sentences::{aarsag_name, frist_name};

/// A choice of a list.
pub(crate) struct Choice {
    pub(crate) code: String,
    pub(crate) tekst: String,
    pub(crate) chosen: bool,
}

/// An earlier target.
pub(crate) struct Target {
    pub(crate) code: &'static str,
    /// Its id on the page.
    pub(crate) felt: String,
    pub(crate) name: String,
    pub(crate) value: String,
    /// How the days are without it.
    pub(crate) law: String,
}

/// A reminder's row.
pub(crate) struct RowView {
    pub(crate) n: usize,
    pub(crate) frister: Vec<Choice>,
    pub(crate) antal: String,
    pub(crate) kind: Vec<Choice>,
    pub(crate) sides: Vec<Choice>,
    pub(crate) dage: Vec<Choice>,
    pub(crate) til: Vec<Choice>,
    pub(crate) again: String,
    pub(crate) sidste: bool,
    pub(crate) trin: String,
    pub(crate) error: Option<String>,
}

/// A signal's row.
pub(crate) struct SignalView<'a> {
    pub(crate) n: usize,
    pub(crate) row: &'a SignalRow,
    pub(crate) kind: Vec<Choice>,
    pub(crate) units: Vec<Choice>,
    pub(crate) aarsager: Vec<Choice>,
    pub(crate) error: Option<String>,
}

/// What a signal may count, by the codes of [`forloeb::regler::SignalKind`].
const KINDS: [(&str, &str); 4] = [
    ("perioder", "fraværsperioder"),
    ("enkeltdage", "fraværsperioder på én dag"),
    ("samme_ugedag", "fraværsperioder, der begynder på den samme ugedag"),
    ("dage", "fraværsdage"),
];

/// The contact models to choose among.
pub(crate) fn model_choices(form: &PolitikForm, book: &Regelbog, today: NaiveDate) -> Vec<Choice> {
    let law = book.set().iter().rfind(|s| s.gaelder_fra <= today);
    let foerste = law.and_then(|s| s.frist(Fristart::FoersteKontakt, None)).map_or(0, |r| r.lovdag.dage + 1);
    let choice = |code: &str, tekst: String| Choice { code: code.to_owned(), tekst, chosen: form.model == code };
    let as_is = choice(
        AS_IS,
        format!(
            "Ingen ændring: som reglerne (første kontakt senest på dag {foerste}) eller den politik, der gælder alle"
        ),
    );
    let ready = models().into_iter().map(|(name, dage)| choice(name, format!("Dag {}", days(&dage))));
    [as_is].into_iter().chain(ready).chain([choice(OWN, "Vores egne dage".to_owned())]).collect()
}

/// The earlier targets, and how the days are without them.
pub(crate) fn targets(form: &PolitikForm, rules: &Regelsaet) -> Vec<Target> {
    let target = |(art, value): (&Fristart, &String)| {
        let rule = rules.frist(*art, None)?;
        let (aim, last) = (rule.maaldag.dage + 1, rule.lovdag.dage + 1);
        let law = format!("I dag: mål dag {aim}, sidste dag {last}. Målet kan ikke ligge efter sidste dag.");
        Some(Target {
            code: art.code(),
            felt: format!("maaldag-{art}"),
            name: frist_name(*art).to_owned(),
            value: value.clone(),
            law,
        })
    };
    WITH_MAALDAG.iter().zip(&form.maaldage).filter_map(target).collect()
}

fn choices(all: &[(&str, &str)], chosen: &str) -> Vec<Choice> {
    let choice = |(code, tekst): &(&str, &str)| Choice {
        code: (*code).to_owned(),
        tekst: (*tekst).to_owned(),
        chosen: *code == chosen,
    };
    all.iter().map(choice).collect()
}

fn error_at(wrong: &[ErrorLine], place: String) -> Option<String> {
    let place = Some(place);
    wrong.iter().find(|line| line.felt == place).map(|line| line.tekst.clone())
}

/// The signals, and what is wrong with each.
pub(crate) fn signal_rows<'a>(rows: &'a [SignalRow], wrong: &[ErrorLine]) -> Vec<SignalView<'a>> {
    let row = |(n, row): (usize, &'a SignalRow)| SignalView {
        n,
        row,
        kind: choices(&KINDS, &row.kind),
        units: choices(&[("maaneder", "måneder"), ("dage", "dage")], &row.unit),
        aarsager: Aarsag::ALL
            .iter()
            .map(|aarsag| Choice {
                code: aarsag.code().to_owned(),
                tekst: upper(aarsag_name(*aarsag)),
                chosen: row.medregn.contains(aarsag),
            })
            .collect(),
        error: error_at(wrong, format!("s{n}")),
    };
    rows.iter().enumerate().map(row).collect()
}

/// The reminders, and what is wrong with each.
pub(crate) fn rows(form: &PolitikForm, wrong: &[ErrorLine]) -> Vec<RowView> {
    let row = |(n, row): (usize, &Row)| {
        let frister: Vec<_> = Fristart::ALL.iter().map(|art| (art.code(), frist_name(*art))).collect();
        RowView {
            n,
            frister: choices(&[&[("", "Ingen påmindelse")], &frister[..]].concat(), &row.frist),
            antal: row.antal.clone(),
            kind: choices(&[("arbejdsdage", "arbejdsdage"), ("dage", "kalenderdage")], &row.kind),
            sides: choices(&[("foer", "før"), ("paa", "på dagen"), ("efter", "efter")], &row.side),
            dage: choices(
                &[("maaldag", "måldagen"), ("lovdag", "den sidste dag"), ("aabner", "den første dag, det kan gøres")],
                &row.dag,
            ),
            til: Modtagerrolle::ALL
                .iter()
                .map(|til| Choice {
                    code: til.code().to_owned(),
                    tekst: upper(modtager(*til)),
                    chosen: row.til.contains(til),
                })
                .collect(),
            again: row.again.clone(),
            sidste: row.sidste,
            trin: row.trin.clone(),
            error: error_at(wrong, format!("p{n}")),
        }
    };
    form.rows.iter().enumerate().map(row).collect()
}

/// The frister of which somebody is reminded by the rules, and may choose not to be.
pub(crate) fn called_off(form: &PolitikForm, rules: &Regelsaet) -> Vec<Choice> {
    let reminded = |art: &&Fristart| rules.paamindelser.iter().any(|p| p.frist == **art);
    let reminded_of = Fristart::ALL.iter().filter(|art| !ALWAYS_PAAMINDET.contains(art)).filter(reminded);
    let choice = |art: &Fristart| Choice {
        code: art.code().to_owned(),
        tekst: upper(the(*art)),
        chosen: form.called_off.contains(art),
    };
    reminded_of.map(choice).collect()
}
