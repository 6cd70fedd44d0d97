//! Refusion: which days, which are lost, which are claimed, and an estimate in kroner.

pub(crate) mod beskaeftigelse;
pub mod ophoer;
pub mod regnskab;
pub mod ret;
pub mod skoen;

use chrono::{Months, NaiveDate};

use crate::fold::forloeb::Forloeb;
pub use crate::refusion::ret::{
    Foerstedagsret, NoRet, Paragraf56, asks_paragraf_56, foerstedagsret, paragraf_56, without_loen,
};
use crate::refusion::ret::{days_without, sygedagpenge_stop};
pub use crate::refusion::skoen::Skoen;
use crate::refusion::skoen::{arbejdsdag, led};
pub use crate::rules::calendar::Dage;
use crate::rules::calendar::{SIDSTE_DAG, plus_dage, plus_maaneder};
use crate::rules::{Condition, Regelbog};
use crate::words::{Fristart, LoenUnderSygdom, Slutaarsag};

/// Refusion of a forløb on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Refusion {
    /// Why it runs from the first day, if it does.
    pub foerstedagsret: Option<Foerstedagsret>,
    /// There is a § 56 agreement, and nobody has said whether the absence is of its illness. Everything here then holds
    /// if it is, which guards the earlier dates; this holds if it is not.
    pub otherwise: Option<Box<Self>>,
    /// Last day the employer pays; none with refusion from the first day.
    pub sidste_arbejdsgiverdag: Option<NaiveDate>,
    /// First day of refusion.
    pub foerste_refusionsdag: NaiveDate,
    /// Last legal day of the anmeldelse.
    pub lovdag: NaiveDate,
    /// The day on which the anmeldelse that was receipted was signed.
    pub anmeldt: Option<NaiveDate>,
    /// The day on which one was signed that is neither receipted nor rejected yet: nothing is lost while it waits.
    pub awaits_kvittering: Option<NaiveDate>,
    /// The last day on which refusion can be claimed with a dispensation; none where no day is lost, by a late anmeldelse or
    /// by a late claim.
    pub dispensation_latest: Option<NaiveDate>,
    /// What the employer pays instead of wages, of which there is no refusion.
    pub without_loen: Option<LoenUnderSygdom>,
    /// The kommune is to be told: there is refusion to get, or, where there are no wages, the employee's sygedagpenge.
    pub asks_for_anmeldelse: bool,
    /// There is refusion to get: the absence lasted, or may come to last, long enough.
    pub gives: bool,
    /// Lost because it was signed late, or so far because it is not signed yet. A dispensation gives days of them back.
    pub mistet: Option<Dage>,
    /// Estimate of what is lost.
    pub mistet_skoen: Option<Skoen>,
    /// First day on which a signature comes too late; none once receipted, after it was signed in time, or when nothing
    /// is to be had.
    pub tab_begynder: Option<NaiveDate>,
    /// The days that are lost at once on that day: from the first refusion day through the lovdag. After it, of what was
    /// signed and is not receipted: all that are lost if it is rejected.
    pub i_fare_dage: Option<Dage>,
    /// What they are worth.
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
    /// What they are worth.
    pub for_sent_skoen: Option<Skoen>,
}

impl Refusion {
    /// From the first day that is lost, by a late anmeldelse or by a late claim, through the last; others may lie between them.
    #[must_use]
    pub fn lost(&self) -> Option<Dage> {
        let all = || self.mistet.iter().chain(&self.for_sent_anmodet);
        Some(Dage { fra: all().map(|d| d.fra).min()?, til: all().map(|d| d.til).max()? })
    }

    /// Over, and every day that is left already claimed, or lost, because nobody was told in time or nobody claimed
    /// within three months: nobody can save anything any more.
    #[must_use]
    pub fn all_tabt(&self, f: &Forloeb, today: NaiveDate) -> bool {
        let Some(sidste) = f.slutdag(today).filter(|s| *s < today) else { return false };
        self.gives
            && (self.mistet.is_some_and(|m| m.til >= sidste && self.anmeldt.is_none())
                || (self.anmeldt.is_some() && self.kan_anmodes_fra.is_none())
                || latest_krav(f, sidste) < today)
    }
}

/// The absence ended, or is known to end, and lasts no longer than the employer period. Where the employment is over there is
/// nothing to be had of it, so its end is one, too.
#[must_use]
pub fn is_short(f: &Forloeb, today: NaiveDate) -> bool {
    let length = f.known_end(today).map(|s| (s - f.foerste).num_days() + 1);
    length.is_some_and(|l| l <= i64::from(f.regler.parameters.arbejdsgiverperiode_dage))
}

/// Which rows of the rule set hold for a forløb before the general ones.
pub(crate) fn condition(f: &Forloeb, today: NaiveDate) -> Option<Condition> {
    match without_loen(f) {
        Some(LoenUnderSygdom::Sygedagpenge) if sygedagpenge_stop(f).is_some() => {
            return Some(Condition::SygedagpengeStop);
        }
        Some(LoenUnderSygdom::Sygedagpenge) => return Some(Condition::Sygedagpenge),
        Some(LoenUnderSygdom::Nej) => return Some(Condition::WithoutLoen),
        Some(LoenUnderSygdom::Ja) | None => {}
    }
    match foerstedagsret(f) {
        Some(Foerstedagsret::Graviditet) => Some(Condition::Graviditet),
        Some(_) => is_short(f, today).then_some(Condition::KortFoerstedagsret),
        None => None,
    }
}

/// The day that the dates of the anmeldelse are counted from.
pub(crate) fn anmeldelse_from(f: &Forloeb) -> NaiveDate {
    sygedagpenge_stop(f).unwrap_or(f.foerste)
}

/// Refusion as it stands on a day; `lovdag` is that of the anmeldelse.
#[must_use]
pub fn refusion(f: &Forloeb, lovdag: NaiveDate, today: NaiveDate, book: &Regelbog) -> Refusion {
    let without_loen = without_loen(f);
    let ret = if without_loen.is_none() { foerstedagsret(f) } else { None };
    let otherwise = asks_paragraf_56(f).then(|| {
        let without = Forloeb { paragraf_56: Some(false), ..f.clone() };
        let lovdag = f.regler.frist(Fristart::Anmeldelse, condition(&without, today));
        let lovdag = lovdag.map_or(f.foerste, |regel| regel.lovdag.compute(f.foerste, book.calendar()));
        Box::new(refusion(&without, lovdag, today, book))
    });
    let periode = i64::from(f.regler.parameters.arbejdsgiverperiode_dage);
    let foerste_refusionsdag = if ret.is_some() { f.foerste } else { plus_dage(f.foerste, periode) };
    let end = f.slutdag(today);
    let annulleret = f.end_at.as_ref().is_some_and(|s| s.what == Slutaarsag::Annulleret);
    let gives = !annulleret && without_loen.is_none() && (ret.is_some() || !is_short(f, today));
    let asks_for_anmeldelse = match without_loen {
        Some(LoenUnderSygdom::Nej) => !annulleret,
        Some(LoenUnderSygdom::Sygedagpenge) => !annulleret && (!is_short(f, today) || sygedagpenge_stop(f).is_some()),
        Some(LoenUnderSygdom::Ja) | None => gives,
    };
    let (anmeldt, awaits_kvittering) = (f.signed(), f.awaits_kvittering());

    let signed = anmeldt.or(awaits_kvittering).unwrap_or(today);
    let given_back = f.dispensation.as_ref().map(|d| d.what.fra);
    let mistet = (gives && signed > lovdag)
        .then(|| {
            let til = plus_dage(given_back.map_or(signed, |fra| fra.min(signed)), -1);
            Dage::between(foerste_refusionsdag, end.map_or(til, |s| s.min(til)))
        })
        .flatten();
    // What lies ahead is not at risk yet: it may never come.
    let waiting = gives && anmeldt.is_none() && f.has_begun(today);
    let signed_in_time = awaits_kvittering.is_some_and(|dag| dag <= lovdag);
    // Days after a last day that is known to come are worked, and nothing is lost of them.
    let known_end = f.known_end(today).unwrap_or(NaiveDate::MAX);
    let i_fare_dage = match awaits_kvittering {
        _ if !waiting => None,
        _ if today <= lovdag => Dage::between(foerste_refusionsdag, lovdag.min(known_end)),
        None => None,
        Some(_) => {
            let fra = mistet.map_or(foerste_refusionsdag, |m| plus_dage(m.til, 1));
            Dage::between(fra, plus_dage(today, -1).min(known_end))
        }
    };
    let fra = mistet.filter(|_| anmeldt.is_some()).map_or(foerste_refusionsdag, |m| plus_dage(m.til, 1));
    let without = days_without(f, today);
    let oldest = {
        let dag = foerste_gap(f, fra, &without);
        (gives && dag <= end.unwrap_or(SIDSTE_DAG)).then_some(dag)
    };
    let krav = (gives && anmeldt.is_some()).then(|| {
        let (bound, sidste) = (krav_bound(f, today), end.unwrap_or(SIDSTE_DAG));
        let covered = covered(f, without);
        (not_anmodet_from(&covered, fra.max(bound), sidste), udaekkede(&covered, fra, plus_dage(bound, -1).min(sidste)))
    });
    let (kan_anmodes_fra, for_sent_anmodet) = krav.unwrap_or_default();
    let for_sent: Vec<_> = for_sent_anmodet.iter().flat_map(|dage| led(f, *dage, book)).collect();
    Refusion {
        foerstedagsret: ret,
        otherwise,
        sidste_arbejdsgiverdag: ret.is_none().then(|| plus_dage(foerste_refusionsdag, -1)),
        foerste_refusionsdag,
        lovdag,
        anmeldt,
        awaits_kvittering,
        dispensation_latest: dispensation_latest(f).filter(|_| mistet.is_some() || !for_sent_anmodet.is_empty()),
        without_loen,
        asks_for_anmeldelse,
        gives,
        mistet,
        mistet_skoen: mistet.and_then(|m| skoen(f, m, book)),
        tab_begynder: (waiting && !(signed_in_time && today > lovdag)).then(|| plus_dage(lovdag, 1)),
        i_fare_dage,
        i_fare: i_fare_dage.and_then(|d| skoen(f, d, book)),
        per_arbejdsdag: (waiting && !(today > lovdag && end.is_some_and(|s| s < today)))
            .then(|| one_arbejdsdag(f, today, book))
            .flatten(),
        aeldste_udaekkede: oldest,
        kan_anmodes_fra,
        for_sent_skoen: Skoen::af(&for_sent),
        for_sent_anmodet,
    }
}

/// § 59: how many months back can be claimed.
fn krav_maaneder(f: &Forloeb) -> u32 {
    f.regler.frist(Fristart::Refusionsanmodning, None).map_or(0, |r| r.lovdag.maaneder)
}

/// § 59 stk. 6: the last day on which refusion can be claimed with a dispensation; none where the rule set knows of none.
fn dispensation_latest(f: &Forloeb) -> Option<NaiveDate> {
    let maaneder = f.regler.parameters.dispensation_maaneder;
    (maaneder > 0).then(|| plus_maaneder(f.foerste, maaneder))
}

/// The first day that a dispensation gives back, and the last day on which it and those after it can be claimed by that.
fn given_back(f: &Forloeb) -> Option<(NaiveDate, NaiveDate)> {
    f.dispensation.as_ref().map(|d| d.what.fra).zip(dispensation_latest(f))
}

/// The last day on which a day can be claimed.
#[must_use]
pub fn latest_krav(f: &Forloeb, dag: NaiveDate) -> NaiveDate {
    let latest = plus_maaneder(dag, krav_maaneder(f));
    given_back(f).filter(|(fra, _)| *fra <= dag).map_or(latest, |(_, by)| latest.max(by))
}

/// The day by which a day is to be claimed: that of § 59 as long as it lies ahead, whatever a dispensation may give, and after
/// it that of the dispensation.
pub(crate) fn krav_by(f: &Forloeb, dag: NaiveDate, today: NaiveDate) -> NaiveDate {
    let latest = plus_maaneder(dag, krav_maaneder(f));
    if today <= latest { latest } else { latest_krav(f, dag) }
}

/// The oldest day that can be claimed today: that of which [`latest_krav`] is not before today.
pub(crate) fn krav_bound(f: &Forloeb, today: NaiveDate) -> NaiveDate {
    let oldest = oldest_that_can_anmodes(today, krav_maaneder(f));
    given_back(f).filter(|(_, by)| today <= *by).map_or(oldest, |(fra, _)| oldest.min(fra))
}

/// The oldest day of which a number of months later is not before today. Months are clamped to their last day, so going
/// back from today may be some days off.
fn oldest_that_can_anmodes(today: NaiveDate, maaneder: u32) -> NaiveDate {
    let mut dag = today.checked_sub_months(Months::new(maaneder)).unwrap_or(NaiveDate::MIN);
    while dag > NaiveDate::MIN && plus_maaneder(plus_dage(dag, -1), maaneder) >= today {
        dag = plus_dage(dag, -1);
    }
    while plus_maaneder(dag, maaneder) < today {
        dag = plus_dage(dag, 1);
    }
    dag
}

/// The days that nobody has to claim any more, by first day: claimed, or without refusion.
fn covered(f: &Forloeb, without: Vec<Dage>) -> Vec<Dage> {
    let mut all: Vec<Dage> = f.krav.iter().map(|k| Dage { fra: k.what.fra, til: k.what.til }).chain(without).collect();
    all.sort_by_key(|d| d.fra);
    all
}

/// The first day from `fra` through `til` that is not covered.
fn not_anmodet_from(covered: &[Dage], fra: NaiveDate, til: NaiveDate) -> Option<NaiveDate> {
    // They are in the order of their first days, so a day that one of them leaves is not covered by one before.
    let dag = (covered.iter())
        .filter(|d| d.til >= fra)
        .fold(fra, |dag, d| if d.fra <= dag { dag.max(plus_dage(d.til, 1)) } else { dag });
    (dag <= til).then_some(dag)
}

/// The days from `fra` through `til` that are not covered.
fn udaekkede(covered: &[Dage], fra: NaiveDate, til: NaiveDate) -> Vec<Dage> {
    let mut out = Vec::new();
    let mut next = not_anmodet_from(covered, fra, til);
    while let Some(dag) = next {
        let after = covered.iter().map(|d| d.fra).find(|foerste| *foerste > dag);
        let dage = Dage { fra: dag, til: after.map_or(til, |after| til.min(plus_dage(after, -1))) };
        out.push(dage);
        next = not_anmodet_from(covered, plus_dage(dage.til, 1), til).filter(|n| *n > dage.til);
    }
    out
}

/// The first day from `fra` on that gives refusion and that no claim covers. Days that had become too old when a later
/// claim was signed are lost, and no gap.
fn foerste_gap(f: &Forloeb, fra: NaiveDate, without: &[Dage]) -> NaiveDate {
    let mut dag = fra;
    for krav in &f.krav {
        let gap = (0..(krav.what.fra - dag).num_days()).map(|n| plus_dage(dag, n));
        let with_ret = |dag: &NaiveDate| !without.iter().any(|d| d.fra <= *dag && *dag <= d.til);
        if let Some(gap) = gap.filter(with_ret).find(|d| latest_krav(f, *d) >= krav.signed()) {
            return gap;
        }
        dag = dag.max(plus_dage(krav.what.til, 1));
    }
    not_anmodet_from(without, dag, NaiveDate::MAX).unwrap_or(dag)
}

/// Estimate of a span: its Mondays to Fridays but for public holidays × weekly rate / 5 × min(1, weekly hours / 37) ×
/// extent of absence × (1 + tillæg).
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
