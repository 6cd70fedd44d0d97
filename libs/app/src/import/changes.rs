//! What a row changes, column by column: what payroll said before it, and what it says now.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use forloeb::derive::Imported;
use forloeb::haendelse::Stamdata;
use forloeb::stamdata::Stamdataperioder;
use texts::dates::dato;
use texts::sentences::percent;

use super::LineError;
use crate::sealed::Personoplysninger;

/// A column that a row changes, and how, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) felt: &'static str,
    pub(super) said: String,
}

impl Change {
    pub(super) fn new(felt: &'static str, said: impl Into<String>) -> Self {
        Self { felt, said: said.into() }
    }

    /// The same of a line.
    pub(super) fn at(self, line: u64) -> LineError {
        LineError::new(line, self.felt, self.said)
    }
}

/// The columns of an absence that are not as they were.
pub(super) fn of_fravaer(before: &Imported, now: &Imported) -> Vec<Change> {
    let mut columns = Columns::default();
    columns.text("aarsag", before.aarsag.code(), now.aarsag.code());
    columns.text("foerste_fravaersdag", dato(before.foerste), dato(now.foerste));
    columns.text("sidste_fravaersdag", day(before.sidste), day(now.sidste));
    columns.text("omfang_pct", percent(before.omfang_pct), percent(now.omfang_pct));
    columns.text("paragraf_56", maybe(before.paragraf_56), maybe(now.paragraf_56));
    columns.text("raskmeldt", yes(before.raskmeldt), yes(now.raskmeldt));
    columns.0
}

/// The columns of an employment that are not as they were.
fn of_stamdata(before: &Stamdata, now: &Stamdata) -> Vec<Change> {
    let mut columns = Columns::default();
    let word = |word: Option<&'static str>| word.unwrap_or_default();
    let days = |s: &Stamdata| {
        let days = s.arbejdsdage.iter().flatten().map(|dag| dag.code());
        days.collect::<Vec<_>>().join(" ")
    };
    columns.text("enhed", &before.enhed, &now.enhed);
    columns.text("enhed_navn", &before.enhed_navn, &now.enhed_navn);
    columns.text("leder_nr", number(&before.leder_nr), number(&now.leder_nr));
    columns.text("tr_nr", number(&before.tr_nr), number(&now.tr_nr));
    columns.text("amr_nr", number(&before.amr_nr), number(&now.amr_nr));
    columns.text("ansat_dato", day(before.ansat), day(now.ansat));
    columns.text("fratraadt_dato", day(before.fratraadt), day(now.fratraadt));
    columns.text("timer_pr_uge", hours(before.timer_pr_uge), hours(now.timer_pr_uge));
    columns.text("bopaelskommune", &before.bopaelskommune, &now.bopaelskommune);
    columns.text("paragraf_56", yes(before.paragraf_56), yes(now.paragraf_56));
    columns.text("paragraf_56_fra", day(before.paragraf_56_fra), day(now.paragraf_56_fra));
    columns.text("paragraf_56_til", day(before.paragraf_56_til), day(now.paragraf_56_til));
    columns.text("fleksjob", yes(before.fleksjob), yes(now.fleksjob));
    columns.text("nyuddannet", yes(before.nyuddannet), yes(now.nyuddannet));
    let rolle = |s: &Stamdata| if s.er_leder { "leder" } else { "medarbejder" };
    columns.text("rolle", rolle(before), rolle(now));
    columns.text("arbejdsdage", days(before), days(now));
    let loen = |s: &Stamdata| word(s.loen_under_sygdom.map(|loen| loen.code()));
    columns.text("loen_under_sygdom", loen(before), loen(now));
    let form = |s: &Stamdata| word(s.ansaettelsesform.map(|form| form.code()));
    columns.text("ansaettelsesform", form(before), form(now));
    columns.text("distrikt", number(&before.distrikt), number(&now.distrikt));
    columns.0
}

/// The columns about the person that are not as they were. Their values are nobody's who reads a report.
pub(super) fn of_person(before: Option<&Personoplysninger>, now: &Personoplysninger) -> Vec<Change> {
    let Some(before) = before else {
        return vec![Change::new("cpr", "er et andet end før, eller det før kan ikke læses")];
    };
    let columns = [
        ("cpr", &before.cpr, &now.cpr),
        ("navn", &before.name, &now.name),
        ("email", &before.email, &now.email),
        ("telefon", &before.telefon, &now.telefon),
        ("stilling", &before.stilling, &now.stilling),
    ];
    let other = columns.into_iter().filter(|(_, before, now)| before != now);
    other.map(|(felt, ..)| Change::new(felt, "er et andet end før")).collect()
}

/// The columns of an employment that are not as they were, on any day: a line with a day of its own can change several times.
pub(super) fn of_perioder(before: &Stamdataperioder, after: &Stamdataperioder) -> Vec<Change> {
    let days: BTreeSet<NaiveDate> = before.all().iter().chain(after.all()).map(|periode| periode.fra).collect();
    let mut all: Vec<Change> = Vec::new();
    for dag in days {
        let (Some(was), Some(is)) = (before.on(dag), after.on(dag)) else { continue };
        for change in of_stamdata(was, is) {
            if !all.contains(&change) {
                all.push(change);
            }
        }
    }
    all
}

#[derive(Default)]
struct Columns(Vec<Change>);

impl Columns {
    fn text(&mut self, felt: &'static str, before: impl AsRef<str>, now: impl AsRef<str>) {
        let (before, now) = (before.as_ref(), now.as_ref());
        if before != now {
            let shown = |value: &str| if value.is_empty() { "tom".to_owned() } else { value.to_owned() };
            self.0.push(Change::new(felt, format!("{} → {}", shown(before), shown(now))));
        }
    }
}

fn day(dag: Option<NaiveDate>) -> String {
    dag.map(dato).unwrap_or_default()
}

fn number(nr: &Option<String>) -> &str {
    nr.as_deref().unwrap_or_default()
}

const fn yes(is: bool) -> &'static str {
    if is { "ja" } else { "nej" }
}

const fn maybe(is: Option<bool>) -> &'static str {
    match is {
        Some(is) => yes(is),
        None => "",
    }
}

fn hours(hours: f64) -> String {
    hours.to_string().replace('.', ",")
}

#[cfg(test)]
mod tests {
    use super::*;
    use forloeb::Procent;
    use forloeb::words::Aarsag;

    #[test]
    fn each_column_that_is_another_is_told_with_both_values() {
        let dag = |text: &str| text.parse::<NaiveDate>().unwrap();
        let before = Imported {
            aarsag: Aarsag::Sygdom,
            foerste: dag("2026-03-02"),
            sidste: None,
            omfang_pct: Procent::FULL,
            paragraf_56: None,
            raskmeldt: false,
        };
        let now = Imported {
            sidste: Some(dag("2026-03-13")),
            paragraf_56: Some(true),
            omfang_pct: Procent::whole(50),
            ..before
        };
        let told: Vec<_> = of_fravaer(&before, &now).into_iter().map(|c| (c.felt, c.said)).collect();
        let expected =
            [("sidste_fravaersdag", "tom → 13. marts 2026"), ("omfang_pct", "100 → 50"), ("paragraf_56", "tom → ja")];
        assert_eq!(told, expected.map(|(felt, said)| (felt, said.to_owned())));
        assert!(of_fravaer(&now, &now).is_empty());
    }
}
