//! The rates: the highest weekly sygedagpenge, and what the employer is paid beyond the refusion.
//!
//! Both change on the first Monday of January (§ 64, § 54 b), so that the first days of a year may be of the rate before.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;

use crate::oere::{Oere, whole_kroner};
use crate::procent::Procent;
use crate::rules::book::{RegelError, SATSER};
use crate::rules::calendar::AAR;
use crate::rules::set::{dato, maybe_dato};

/// The most a week; a rate beyond it is a slip of the finger.
const HIGHEST_SATS: Oere = Oere::from_kroner(100_000);
/// The most that is paid beyond the refusion, in percent.
const HIGHEST_TILLAEG: Procent = Procent::whole(100);

/// The highest weekly sygedagpenge from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sats {
    /// First day on which it holds.
    pub fra: NaiveDate,
    /// The amount a week; rule files give it in whole kroner.
    pub per_uge: Oere,
    /// Where the figure is from.
    pub kilde: String,
    /// It is inferred from its source, and is to be checked by this day; none: the source says it.
    pub kontrolleres: Option<NaiveDate>,
}

impl Sats {
    /// The year it is the rate of.
    #[must_use]
    pub fn aar(&self) -> i32 {
        self.fra.year()
    }

    /// A day lies in its own year, which ends before the first Monday of the next January.
    fn is_own(&self, dag: NaiveDate) -> bool {
        self.fra <= dag && first_monday(self.aar() + 1).is_none_or(|next| dag < next)
    }
}

/// What the employer is paid beyond the refusion from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tillaeg {
    /// First day on which it holds.
    #[serde(deserialize_with = "dato")]
    pub fra: NaiveDate,
    /// In percent of the refusion.
    pub pct: Procent,
    /// Where the figure is from.
    pub kilde: String,
    /// It is inferred from its source, and is to be checked by this day; none: the source says it.
    #[serde(default, deserialize_with = "maybe_dato")]
    pub kontrolleres: Option<NaiveDate>,
}

/// A rate as a file says it: from a day, or of a year and then from its first Monday.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SatsEntry {
    #[serde(default, deserialize_with = "maybe_dato")]
    fra: Option<NaiveDate>,
    #[serde(default)]
    aar: Option<i32>,
    #[serde(rename = "kr_pr_uge", with = "whole_kroner")]
    per_uge: Oere,
    kilde: String,
    #[serde(default, deserialize_with = "maybe_dato")]
    kontrolleres: Option<NaiveDate>,
}

impl SatsEntry {
    fn sats(self) -> Result<Sats, String> {
        let Self { fra, aar, per_uge, kilde, kontrolleres } = self;
        let fra = match (fra, aar) {
            (Some(fra), None) => fra,
            (None, Some(aar)) if AAR.contains(&aar) => {
                first_monday(aar).ok_or_else(|| format!("[[sats]]: 'aar' = {aar} er ikke et år"))?
            }
            (None, Some(aar)) => {
                return Err(format!("[[sats]]: 'aar' = {aar} skal ligge fra {} til {}", AAR.start(), AAR.end()));
            }
            (Some(_), Some(aar)) => return Err(format!("[[sats]]: skriv enten 'fra' eller 'aar' = {aar}, ikke begge")),
            (None, None) => return Err("[[sats]]: 'fra' mangler; skriv dagen, satsen gælder fra".to_owned()),
        };
        if !(Oere::from_kroner(1)..=HIGHEST_SATS).contains(&per_uge) {
            let highest = HIGHEST_SATS.whole_kroner();
            return Err(format!("[[sats]] for {}: 'kr_pr_uge' skal være fra 1 til {highest}", fra.year()));
        }
        Ok(Sats { fra, per_uge, kilde, kontrolleres })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SatsFile {
    #[serde(default)]
    sats: Vec<SatsEntry>,
    #[serde(default)]
    tillaeg: Vec<Tillaeg>,
}

/// Every rate, by the day from which it holds; one a year.
#[derive(Debug, Clone)]
pub(super) struct Satser {
    pub(super) sats: Vec<Sats>,
    pub(super) tillaeg: Vec<Tillaeg>,
}

impl Satser {
    pub(super) fn read(text: &str) -> Result<Self, RegelError> {
        let error = |error: String| RegelError { file: SATSER.0.to_owned(), error };
        let SatsFile { sats, mut tillaeg } = toml::from_str(text).map_err(|e| error(e.to_string()))?;
        let mut sats = sats.into_iter().map(SatsEntry::sats).collect::<Result<Vec<_>, _>>().map_err(error)?;
        sats.sort_by_key(|s| s.fra);
        if let Some(pair) = sats.windows(2).find(|pair| pair[0].aar() == pair[1].aar()) {
            return Err(error(format!("[[sats]]: 'aar' = {} står to gange", pair[0].aar())));
        }
        tillaeg.sort_by_key(|t| t.fra);
        if let Some(pair) = tillaeg.windows(2).find(|pair| pair[0].fra.year() == pair[1].fra.year()) {
            return Err(error(format!("[[tillaeg]]: {} står to gange", pair[0].fra.year())));
        }
        match tillaeg.iter().find(|t| t.pct > HIGHEST_TILLAEG) {
            Some(t) => Err(error(format!("[[tillaeg]] for {}: 'pct' skal være fra 0 til 100", t.fra.year()))),
            None => Ok(Self { sats, tillaeg }),
        }
    }

    /// The same, where others take the place of those of their years.
    pub(super) fn with(&self, own: Self) -> Self {
        let Self { mut sats, mut tillaeg } = own;
        let other_years = |fra: NaiveDate, taken: &[i32]| !taken.contains(&fra.year());
        let taken: Vec<_> = sats.iter().map(Sats::aar).collect();
        sats.extend(self.sats.iter().filter(|s| other_years(s.fra, &taken)).cloned());
        sats.sort_by_key(|s| s.fra);
        let taken: Vec<_> = tillaeg.iter().map(|t| t.fra.year()).collect();
        tillaeg.extend(self.tillaeg.iter().filter(|t| other_years(t.fra, &taken)).cloned());
        tillaeg.sort_by_key(|t| t.fra);
        Self { sats, tillaeg }
    }

    /// The first day after this one on which another rate may hold, or one that is not its own.
    pub(super) fn changes_after(&self, dag: NaiveDate) -> Option<NaiveDate> {
        let own_end = self.on(dag).and_then(|(sats, _)| first_monday(sats.aar() + 1));
        let begin = self.sats.iter().map(|s| s.fra).chain(self.tillaeg.iter().map(|t| t.fra));
        begin.chain(own_end).filter(|fra| *fra > dag).min()
    }

    pub(super) fn on(&self, dag: NaiveDate) -> Option<(&Sats, bool)> {
        let sats = self.sats.iter().rev().find(|s| s.fra <= dag).or(self.sats.first())?;
        Some((sats, sats.is_own(dag)))
    }
}

fn first_monday(aar: i32) -> Option<NaiveDate> {
    let first = NaiveDate::from_ymd_opt(aar, 1, 1)?;
    first.checked_add_days(Days::new(u64::from(Weekday::Mon.days_since(first.weekday()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first Mondays of January as the law lists them (§ 54 b), and those of the rates.
    #[test]
    fn a_year_of_rates_begins_on_the_first_monday() {
        let fra = ["2024-01-01", "2025-01-06", "2026-01-05", "2027-01-04", "2028-01-03", "2029-01-01", "2030-01-07"];
        for fra in fra.map(|fra| fra.parse::<NaiveDate>().unwrap()) {
            assert_eq!(first_monday(fra.year()), Some(fra));
        }
        let read = Satser::read("[[sats]]\naar = 2027\nkr_pr_uge = 5200\nkilde = \"prøve\"\n").unwrap();
        assert_eq!(read.sats[0].fra.to_string(), "2027-01-04");
        let built_in = Satser::read(SATSER.1).unwrap();
        assert!(built_in.sats.iter().all(|s| first_monday(s.aar()) == Some(s.fra)));
        assert!(built_in.tillaeg.iter().all(|t| first_monday(t.fra.year()) == Some(t.fra)));
    }

    #[test]
    fn a_rate_that_says_too_little_or_too_much_is_refused() {
        for (head, said) in [
            ("", "[[sats]]: 'fra' mangler; skriv dagen, satsen gælder fra"),
            ("aar = 2027\nfra = 2027-01-04\n", "[[sats]]: skriv enten 'fra' eller 'aar' = 2027, ikke begge"),
        ] {
            let text = format!("[[sats]]\n{head}kr_pr_uge = 5200\nkilde = \"prøve\"\n");
            assert_eq!(Satser::read(&text).unwrap_err().error, said);
        }
        let twice = "[[tillaeg]]\nfra = 2027-01-04\npct = 2.4\nkilde = \"prøve\"\n".repeat(2);
        assert_eq!(Satser::read(&twice).unwrap_err().error, "[[tillaeg]]: 2027 står to gange");
    }
}
