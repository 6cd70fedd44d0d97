//! Estimates in kroner that explain themselves: an amount is its terms, added up and rounded once.
//!
//! They are the most there can be: refusion is never more than the wage of the same time (§ 54), which is not known here.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::fold::forloeb::Forloeb;
use crate::oere::Oere;
use crate::procent::Procent;
use crate::refusion::ret::has_few_hours;
use crate::rules::calendar::{Dage, plus_dage};
use crate::rules::{Regelbog, Sats, Tillaeg};

/// One term of an estimate: days that share rate and extent. Its value is
/// weekdays × weekly rate / 5 × min(1, weekly hours / full week) × extent × (1 + tillæg).
#[derive(Debug, Clone, PartialEq)]
pub struct Led<'b> {
    /// The days, both ends included.
    pub dage: Dage,
    /// Mondays to Fridays among them that are no public holidays: those give nothing (§ 53 a).
    pub hverdage: u32,
    /// The weekly rate that was used.
    pub sats: &'b Sats,
    /// It is the days' own year's; otherwise the nearest one known.
    pub own_sats: bool,
    /// What is paid beyond the rate, if anything.
    pub tillaeg: Option<&'b Tillaeg>,
    /// Weekly hours of the employee on those days.
    pub timer_pr_uge: f64,
    /// Hours of a full week in the rule set.
    pub fuld_uge_timer: f64,
    /// Absence in percent of the working time.
    pub omfang_pct: Procent,
}

impl Led<'_> {
    /// A later day is reckoned the same way.
    fn goes_on(&self, next: &Self) -> bool {
        let fra = |t: &Self| (t.sats.fra, t.own_sats, t.tillaeg.map(|t| t.fra));
        fra(self) == fra(next)
            && self.omfang_pct == next.omfang_pct
            && (self.timer_pr_uge.to_bits() == next.timer_pr_uge.to_bits()
                || hundredths(self.timer_pr_uge) == hundredths(next.timer_pr_uge))
    }

    /// The value as a fraction of øre, exact.
    fn fraction(&self) -> (i128, i128) {
        let (full, whole) = (hundredths(self.fuld_uge_timer), i128::from(Procent::FULL.hundredths()));
        let timer = hundredths(self.timer_pr_uge).clamp(0, full);
        let numerator = i128::from(self.hverdage)
            * i128::from(self.sats.per_uge.count())
            * i128::from(timer)
            * i128::from(self.omfang_pct.hundredths())
            * (whole + self.tillaeg.map_or(0, |t| i128::from(t.pct.hundredths())));
        (numerator, i128::from(full) * 5 * whole * whole)
    }

    /// The value, half an øre up. The terms of an estimate may differ from its whole kroner by their rounding.
    #[must_use]
    pub fn beloeb(&self) -> Oere {
        let (numerator, denominator) = self.fraction();
        Oere::new(rounded(numerator, denominator))
    }
}

/// An estimate, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skoen {
    /// The amount, in whole kroner.
    pub beloeb: Oere,
    /// Year of the rate used.
    pub sats_aar: i32,
    /// Every day was counted with its own year's rate; otherwise the newest known was used.
    pub own_sats: bool,
}

impl Skoen {
    /// The sum of terms of one forløb, rounded once to whole kroner, half a krone up; none of no terms.
    #[must_use]
    pub fn af<'t, 'b: 't>(led: impl IntoIterator<Item = &'t Led<'b>>) -> Option<Self> {
        let mut sum: Option<(i128, i128, Self)> = None;
        for t in led {
            let (numerator, denominator) = t.fraction();
            let (before, _, mut skoen) =
                sum.unwrap_or((0, denominator, Self { beloeb: Oere::ZERO, sats_aar: t.sats.aar(), own_sats: true }));
            skoen.sats_aar = skoen.sats_aar.max(t.sats.aar());
            skoen.own_sats &= t.own_sats || t.hverdage == 0;
            sum = Some((before + numerator, denominator, skoen));
        }
        sum.map(|(numerator, denominator, skoen)| Self {
            beloeb: Oere::from_kroner(rounded(numerator, denominator * 100)),
            ..skoen
        })
    }
}

/// The terms of a span of days. A day without a known extent (after today of an open forløb) counts with the last known
/// one; none at all if there is no rate.
#[must_use]
pub fn led<'b>(f: &Forloeb, dage: Dage, book: &'b Regelbog) -> Vec<Led<'b>> {
    let mut out: Vec<Led<'b>> = Vec::new();
    let mut fra = dage.fra;
    while fra <= dage.til {
        let til = changes_after(f, fra, book).map_or(dage.til, |dag| plus_dage(dag, -1).min(dage.til));
        let Some(new) = alike(f, Dage { fra, til }, book) else { return Vec::new() };
        match out.last_mut() {
            Some(t) if t.goes_on(&new) => {
                t.dage.til = til;
                t.hverdage += new.hverdage;
            }
            _ => out.push(new),
        }
        if til >= dage.til {
            break; // there may be no day after it
        }
        fra = plus_dage(til, 1);
    }
    out
}

/// The first day after this one that may be reckoned another way.
fn changes_after(f: &Forloeb, dag: NaiveDate, book: &Regelbog) -> Option<NaiveDate> {
    let stamdata = f.masterdata.iter().map(|p| p.fra);
    let perioder = f.perioder.iter().flat_map(|p| [Some(p.fra), p.til.map(|til| plus_dage(til, 1))]).flatten();
    stamdata.chain(perioder).chain(book.satser_change_after(dag)).filter(|fra| *fra > dag).min()
}

/// The term of days of which each is reckoned like the first.
fn alike<'b>(f: &Forloeb, dage: Dage, book: &'b Regelbog) -> Option<Led<'b>> {
    let first = one_dag(f, dage.fra, false, book)?;
    let all = (0..dage.count()).map(|n| plus_dage(dage.fra, n));
    let afbrudt = |dag: NaiveDate| f.afbrydelser.iter().any(|a| a.what.fra <= dag && dag <= a.what.til);
    let hverdage = match has_few_hours(f, dage.fra, first.omfang_pct) {
        true => 0,
        false => all.filter(|dag| is_hverdag(*dag, book) && !afbrudt(*dag)).count(),
    };
    Some(Led { dage, hverdage: u32::try_from(hverdage).unwrap_or(u32::MAX), ..first })
}

/// One working day at the extent of a day, whatever weekday it is.
#[must_use]
pub fn arbejdsdag<'b>(f: &Forloeb, dag: NaiveDate, book: &'b Regelbog) -> Option<Led<'b>> {
    one_dag(f, dag, true, book)
}

fn one_dag<'b>(f: &Forloeb, dag: NaiveDate, numerator: bool, book: &'b Regelbog) -> Option<Led<'b>> {
    let (sats, own_sats) = book.sats(dag)?;
    Some(Led {
        dage: Dage { fra: dag, til: dag },
        hverdage: u32::from(numerator),
        sats,
        own_sats,
        tillaeg: book.tillaeg_on(dag),
        timer_pr_uge: f.stamdata_on(dag).timer_pr_uge,
        fuld_uge_timer: f.regler.parameters.fuld_uge_timer,
        omfang_pct: f.omfang_or_last(dag),
    })
}

/// § 53 a: a public holiday gives nothing. 5 June, 24 and 31 December are closed days, and do.
pub(super) fn is_hverdag(dag: NaiveDate, book: &Regelbog) -> bool {
    !matches!(dag.weekday(), Weekday::Sat | Weekday::Sun) && !book.calendar().is_helligdag(dag)
}

/// Half up; the amounts are never negative.
fn rounded(numerator: i128, denominator: i128) -> i64 {
    i64::try_from((2 * numerator + denominator) / (2 * denominator)).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "weekly hours are checked to lie between 0 and 168")]
/// Hours in hundredths.
pub(crate) fn hundredths(timer: f64) -> i64 {
    (timer * 100.0).round() as i64
}
