//! Refusion: which days, which are lost, which are claimed, and an estimate in kroner.

pub mod regnskab;
pub mod skoen;

use chrono::{Months, NaiveDate};

use crate::fold::forloeb::Forloeb;
pub use crate::refusion::skoen::Skoen;
use crate::refusion::skoen::{arbejdsdag, led};
pub use crate::rules::calendar::Dage;
use crate::rules::calendar::{plus_dage, plus_maaneder};
use crate::rules::{Condition, Regelbog};
use crate::words::{Aarsag, Fristart, Slutaarsag};

/// Why refusion runs from the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foerstedagsret {
    /// § 56 agreement.
    Paragraf56,
    /// Employed in a fleksjob.
    Fleksjob,
    /// Employed under eight weeks on F (§ 30).
    Nyansat,
    /// Pregnancy-related absence.
    Graviditet,
}

impl Foerstedagsret {
    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Paragraf56 => "paragraf_56",
            Self::Fleksjob => "fleksjob",
            Self::Nyansat => "nyansat",
            Self::Graviditet => "graviditet",
        }
    }
}

/// Refusion of a forløb on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusion {
    /// Why it runs from the first day, if it does.
    pub foerstedagsret: Option<Foerstedagsret>,
    /// Last day the employer pays; none with refusion from the first day.
    pub sidste_arbejdsgiverdag: Option<NaiveDate>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// The day of the receipt.
    pub anmeldt: Option<NaiveDate>,
    /// There is refusion to get: the absence lasted, or may come to last, long enough.
    pub gives: bool,
    /// Lost because it was receipted late, or so far because it is not receipted yet.
    pub mistet: Option<Dage>,
    /// Estimate of what is lost.
    pub mistet_skoen: Option<Skoen>,
    /// First day on which a receipt comes too late; none once receipted or when nothing is to be had.
    pub tab_begynder: Option<NaiveDate>,
    /// What is lost at once on that day: the days from the first refusion day through the lovdag.
    pub i_fare: Option<Skoen>,
    /// What a further working day then costs.
    pub per_arbejdsdag: Option<Skoen>,
    /// Oldest refusion day that is neither claimed nor lost by a late anmeldelse; may lie in the future. The frist of
    /// the claim is counted from it, so it stays where it is when it has become too old to be claimed.
    pub aeldste_udaekkede: Option<NaiveDate>,
    /// The first day of the next claim: § 59 still gives it, and no claim covers it. May lie in the future; none before
    /// the receipt, and when every day is claimed or lost.
    pub kan_anmodes_fra: Option<NaiveDate>,
    /// Lost, because nobody claimed them in time: § 59.
    pub for_sent_anmodet: Vec<Dage>,
}

impl Refusion {
    /// Over, and every day that is left already lost, because nobody was told in time or nobody claimed within three
    /// months: nobody can save anything any more.
    #[must_use]
    pub fn all_tabt(&self, f: &Forloeb, today: NaiveDate) -> bool {
        let Some(sidste) = f.slutdag(today).filter(|s| *s < today) else { return false };
        self.gives
            && match self.anmeldt {
                None => today > self.lovdag,
                Some(_) => plus_maaneder(sidste, krav_maaneder(f)) < today,
            }
    }
}

/// Whether, and why, refusion runs from the first absence day.
#[must_use]
pub fn foerstedagsret(f: &Forloeb) -> Option<Foerstedagsret> {
    let s = &f.stamdata;
    let ansat_dage = s.ansat.map(|ansat| (f.foerste - ansat).num_days());
    if f.aarsag == Aarsag::Graviditet {
        Some(Foerstedagsret::Graviditet)
    } else if s.paragraf_56 {
        Some(Foerstedagsret::Paragraf56)
    } else if s.fleksjob {
        Some(Foerstedagsret::Fleksjob)
    } else if ansat_dage.is_some_and(|dage| (0..i64::from(f.regler.parameters.nyansat_dage)).contains(&dage)) {
        Some(Foerstedagsret::Nyansat)
    } else {
        None
    }
}

/// The absence ended, or is known to end, and lasts no longer than the employer period.
#[must_use]
pub fn is_short(f: &Forloeb, today: NaiveDate) -> bool {
    let length = f.known_end(today).map(|s| (s - f.foerste).num_days() + 1);
    length.is_some_and(|l| l <= i64::from(f.regler.parameters.arbejdsgiverperiode_dage))
}

/// Which rows of the rule set hold for a forløb before the general ones.
pub(crate) fn condition(f: &Forloeb, today: NaiveDate) -> Option<Condition> {
    match foerstedagsret(f) {
        Some(Foerstedagsret::Graviditet) => Some(Condition::Graviditet),
        Some(_) => is_short(f, today).then_some(Condition::KortFoerstedagsret),
        None => None,
    }
}

/// Refusion as it stands on a day; `lovdag` is that of the anmeldelse.
#[must_use]
pub fn refusion(f: &Forloeb, lovdag: NaiveDate, today: NaiveDate, book: &Regelbog) -> Refusion {
    let ret = foerstedagsret(f);
    let periode = i64::from(f.regler.parameters.arbejdsgiverperiode_dage);
    let foerste_refusionsdag = if ret.is_some() { f.foerste } else { plus_dage(f.foerste, periode) };
    let end = f.slutdag(today);
    let annulleret = f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret);
    let gives = !annulleret && (ret.is_some() || !is_short(f, today));
    let anmeldt = f.kvittering().map(|k| k.what.dato);

    let for_sent = anmeldt.unwrap_or(today);
    let mistet = (gives && for_sent > lovdag)
        .then(|| {
            let til = plus_dage(for_sent, -1);
            Dage::between(foerste_refusionsdag, end.map_or(til, |s| s.min(til)))
        })
        .flatten();
    // What lies ahead is not at risk yet: it may never come.
    let waiting = gives && anmeldt.is_none() && f.has_begun(today);
    // Days after a last day that is known to come are worked, and nothing is lost of them.
    let at_start = f.known_end(today).map_or(lovdag, |s| s.min(lovdag));
    let fra = mistet.filter(|_| anmeldt.is_some()).map_or(foerste_refusionsdag, |m| plus_dage(m.til, 1));
    let oldest = {
        let dag = foerste_gap(f, fra);
        (gives && end.is_none_or(|s| dag <= s)).then_some(dag)
    };
    let krav = (gives && anmeldt.is_some()).then(|| {
        let (bound, sidste) = (oldest_that_can_anmodes(today, krav_maaneder(f)), end.unwrap_or(NaiveDate::MAX));
        (not_anmodet_from(f, fra.max(bound), sidste), udaekkede(f, fra, plus_dage(bound, -1).min(sidste)))
    });
    let (kan_anmodes_fra, for_sent_anmodet) = krav.unwrap_or_default();
    Refusion {
        foerstedagsret: ret,
        sidste_arbejdsgiverdag: ret.is_none().then(|| plus_dage(foerste_refusionsdag, -1)),
        foerste_refusionsdag,
        lovdag,
        anmeldt,
        gives,
        mistet,
        mistet_skoen: mistet.and_then(|m| skoen(f, m, book)),
        tab_begynder: waiting.then(|| plus_dage(lovdag, 1)),
        i_fare: Dage::between(foerste_refusionsdag, at_start)
            .filter(|_| waiting && today <= lovdag)
            .and_then(|d| skoen(f, d, book)),
        per_arbejdsdag: (waiting && !(today > lovdag && end.is_some_and(|s| s < today)))
            .then(|| one_arbejdsdag(f, today, book))
            .flatten(),
        aeldste_udaekkede: oldest,
        kan_anmodes_fra,
        for_sent_anmodet,
    }
}

/// § 59: how many months back can be claimed.
pub(crate) fn krav_maaneder(f: &Forloeb) -> u32 {
    f.regler.frist(Fristart::Refusionsanmodning, None).map_or(0, |r| r.lovdag.maaneder)
}

/// The oldest day of which a number of months later is not before today. Months are clamped to their last day, so going
/// back from today may be some days off.
pub(crate) fn oldest_that_can_anmodes(today: NaiveDate, maaneder: u32) -> NaiveDate {
    let mut dag = today.checked_sub_months(Months::new(maaneder)).unwrap_or(NaiveDate::MIN);
    while dag > NaiveDate::MIN && plus_maaneder(plus_dage(dag, -1), maaneder) >= today {
        dag = plus_dage(dag, -1);
    }
    while plus_maaneder(dag, maaneder) < today {
        dag = plus_dage(dag, 1);
    }
    dag
}

/// The first day from `fra` through `til` that no claim covers.
fn not_anmodet_from(f: &Forloeb, fra: NaiveDate, til: NaiveDate) -> Option<NaiveDate> {
    // The claims are in the order of their first days, so a day that one of them leaves is not covered by one before.
    let dag = f
        .krav
        .iter()
        .filter(|k| k.what.til >= fra)
        .fold(fra, |dag, k| if k.what.fra <= dag { dag.max(plus_dage(k.what.til, 1)) } else { dag });
    (dag <= til).then_some(dag)
}

/// The days from `fra` through `til` that no claim covers.
fn udaekkede(f: &Forloeb, fra: NaiveDate, til: NaiveDate) -> Vec<Dage> {
    let mut out = Vec::new();
    let mut next = not_anmodet_from(f, fra, til);
    while let Some(dag) = next {
        let krav = f.krav.iter().map(|k| k.what.fra).find(|foerste| *foerste > dag);
        let dage = Dage { fra: dag, til: krav.map_or(til, |k| til.min(plus_dage(k, -1))) };
        out.push(dage);
        next = not_anmodet_from(f, plus_dage(dage.til, 1), til).filter(|n| *n > dage.til);
    }
    out
}

/// The first day from `fra` on that no claim covers. Days that had become too old when a later claim was made are
/// lost, and no gap.
fn foerste_gap(f: &Forloeb, fra: NaiveDate) -> NaiveDate {
    let maaneder = krav_maaneder(f);
    let mut dag = fra;
    for krav in &f.krav {
        let gap = (0..(krav.what.fra - dag).num_days()).map(|n| plus_dage(dag, n));
        if let Some(gap) = gap.into_iter().find(|d| plus_maaneder(*d, maaneder) >= krav.dag) {
            return gap;
        }
        dag = dag.max(plus_dage(krav.what.til, 1));
    }
    dag
}

/// Estimate of a span: its Mondays to Fridays × weekly rate / 5 × min(1, weekly hours / 37) × extent of absence.
#[must_use]
pub fn skoen(f: &Forloeb, dage: Dage, book: &Regelbog) -> Option<Skoen> {
    Skoen::af(&led(f, dage, book))
}

/// One working day at today's extent.
fn one_arbejdsdag(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Option<Skoen> {
    Skoen::af(&arbejdsdag(f, today, book))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Month arithmetic clamps to the month's last day.
    #[test]
    fn the_oldest_dag_is_the_first_whose_months_have_not_passed() {
        let dag = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, maaneder, oldest) in [
            ("2026-05-10", 3, "2026-02-10"),
            ("2026-05-31", 3, "2026-03-01"), // 28 February + 3 months is the 28th
            ("2027-02-28", 3, "2026-11-28"),
            ("2027-03-01", 6, "2026-09-01"),
        ] {
            assert_eq!(oldest_that_can_anmodes(dag(today), maaneder), dag(oldest), "{today}");
        }
        let mut dag = dag("2026-01-01");
        for _ in 0..800 {
            let oldest = oldest_that_can_anmodes(dag, 3);
            assert!(plus_maaneder(oldest, 3) >= dag && plus_maaneder(plus_dage(oldest, -1), 3) < dag, "{dag}");
            dag = plus_dage(dag, 1);
        }
    }
}
