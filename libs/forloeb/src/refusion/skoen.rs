//! Estimates in kroner that explain themselves: an amount is its terms, added up and rounded once.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::fold::forloeb::Forloeb;
use crate::rules::kalender::{Dage, plus_dage};
use crate::rules::{Regelbog, Sats};

/// One term of an estimate: days that share rate and extent. Its value is
/// weekdays × weekly rate / 5 × min(1, weekly hours / full week) × extent.
#[derive(Debug, Clone, PartialEq)]
pub struct Led<'b> {
    /// The days, both ends included.
    pub dage: Dage,
    /// Mondays to Fridays among them; public holidays count.
    pub hverdage: u32,
    /// The weekly rate that was used.
    pub sats: &'b Sats,
    /// It is the days' own year's; otherwise the nearest one known.
    pub egen_sats: bool,
    /// Weekly hours of the employee.
    pub timer_pr_uge: f64,
    /// Hours of a full week in the rule set.
    pub fuld_uge_timer: f64,
    /// Absence in percent of the working time.
    pub omfang_pct: u8,
}

impl Led<'_> {
    /// The value as a fraction of kroner, exact.
    fn broek(&self) -> (i128, i128) {
        let fuld = hundrededele(self.fuld_uge_timer);
        let timer = hundrededele(self.timer_pr_uge).clamp(0, fuld);
        let taeller = i128::from(self.hverdage)
            * i128::from(self.sats.kr_pr_uge)
            * i128::from(timer)
            * i128::from(self.omfang_pct);
        (taeller, i128::from(fuld) * 5 * 100)
    }

    /// The value in øre, half an øre up. The terms of an estimate may differ from its whole kroner by their rounding.
    #[must_use]
    pub fn oere(&self) -> i64 {
        let (taeller, naevner) = self.broek();
        afrundet(taeller * 100, naevner)
    }
}

/// An estimate, and what it rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skoen {
    /// Whole kroner.
    pub kr: i64,
    /// Year of the rate used.
    pub sats_aar: i32,
    /// Every day was counted with its own year's rate; otherwise the newest known was used.
    pub egen_sats: bool,
}

impl Skoen {
    /// The sum of terms of one forløb, rounded once to whole kroner, half a krone up; none of no terms.
    #[must_use]
    pub fn af<'t, 'b: 't>(led: impl IntoIterator<Item = &'t Led<'b>>) -> Option<Self> {
        let mut sum: Option<(i128, i128, Self)> = None;
        for t in led {
            let (taeller, naevner) = t.broek();
            let (foer, _, mut skoen) =
                sum.unwrap_or((0, naevner, Self { kr: 0, sats_aar: t.sats.aar, egen_sats: true }));
            skoen.sats_aar = skoen.sats_aar.max(t.sats.aar);
            skoen.egen_sats &= t.egen_sats || t.hverdage == 0;
            sum = Some((foer + taeller, naevner, skoen));
        }
        sum.map(|(taeller, naevner, skoen)| Self { kr: afrundet(taeller, naevner), ..skoen })
    }
}

/// The terms of a span of days. A day without a known extent (after today of an open forløb) counts with the last known
/// one; none at all if there is no rate.
#[must_use]
pub fn led<'b>(f: &Forloeb, dage: Dage, bog: &'b Regelbog) -> Vec<Led<'b>> {
    let mut ud: Vec<Led<'b>> = Vec::new();
    for dag in (0..dage.antal()).map(|n| plus_dage(dage.fra, n)) {
        let Some(ny) = en_dag(f, dag, er_hverdag(dag), bog) else { return Vec::new() };
        match ud.last_mut() {
            Some(t) if t.sats.aar == ny.sats.aar && (t.egen_sats, t.omfang_pct) == (ny.egen_sats, ny.omfang_pct) => {
                t.dage.til = dag;
                t.hverdage += ny.hverdage;
            }
            _ => ud.push(ny),
        }
    }
    ud
}

/// One working day at the extent of a day, whatever weekday it is.
#[must_use]
pub fn arbejdsdag<'b>(f: &Forloeb, dag: NaiveDate, bog: &'b Regelbog) -> Option<Led<'b>> {
    en_dag(f, dag, true, bog)
}

fn en_dag<'b>(f: &Forloeb, dag: NaiveDate, taeller: bool, bog: &'b Regelbog) -> Option<Led<'b>> {
    let (sats, egen_sats) = bog.sats(dag)?;
    Some(Led {
        dage: Dage { fra: dag, til: dag },
        hverdage: u32::from(taeller),
        sats,
        egen_sats,
        timer_pr_uge: f.stamdata.timer_pr_uge,
        fuld_uge_timer: f.regler.parametre.fuld_uge_timer,
        omfang_pct: f.omfang(dag).or_else(|| f.perioder.last().map(|p| p.omfang_pct)).unwrap_or(100),
    })
}

fn er_hverdag(dag: NaiveDate) -> bool {
    !matches!(dag.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Half up; the amounts are never negative.
fn afrundet(taeller: i128, naevner: i128) -> i64 {
    i64::try_from((2 * taeller + naevner) / (2 * naevner)).unwrap_or(i64::MAX)
}

#[expect(clippy::cast_possible_truncation, reason = "weekly hours are checked to lie between 0 and 168")]
fn hundrededele(timer: f64) -> i64 {
    (timer * 100.0).round() as i64
}
