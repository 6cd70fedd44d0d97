//! Who has a right to refusion, from when, and on which days there is none.

use chrono::NaiveDate;

use crate::events::haendelse::Stamdata;
use crate::fold::forloeb::Forloeb;
use crate::procent::Procent;
use crate::refusion::beskaeftigelse::not_met;
use crate::refusion::skoen::hundredths;
use crate::rules::Condition;
use crate::rules::calendar::{Dage, SIDSTE_DAG, plus_dage};
use crate::words::{Aarsag, LoenUnderSygdom};

/// Why refusion runs from the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foerstedagsret {
    /// § 56 agreement that this absence is of, or may be of: [`Paragraf56`].
    Paragraf56,
    /// Employed in a fleksjob.
    Fleksjob,
    /// Employed under eight weeks on F, and not before that with hours enough (§ 30).
    Nyansat,
    /// Under 74 hours in the eight weeks before F (§ 30).
    FewHours,
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
            Self::FewHours => "faa_timer",
            Self::Graviditet => "graviditet",
        }
    }
}

/// What a § 56 agreement means for an absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paragraf56 {
    /// There is no agreement on F, or the absence is of another illness.
    No,
    /// It is of the illness of the agreement.
    Yes,
    /// There is an agreement, and nobody has said: both readings are guarded until somebody does.
    NotKnown,
}

/// Whether a § 56 agreement covers an absence: one of that illness alone, begun while the agreement was in force.
#[must_use]
pub fn paragraf_56(f: &Forloeb) -> Paragraf56 {
    let s = f.stamdata_on(f.foerste);
    let in_force =
        s.paragraf_56_fra.is_none_or(|fra| fra <= f.foerste) && s.paragraf_56_til.is_none_or(|til| f.foerste <= til);
    match f.paragraf_56 {
        Some(false) => Paragraf56::No,
        _ if !in_force => Paragraf56::No,
        Some(true) => Paragraf56::Yes,
        None if s.paragraf_56 => Paragraf56::NotKnown,
        None => Paragraf56::No,
    }
}

/// Whether, and why, refusion runs from the first absence day. What is not known counts last.
#[must_use]
pub fn foerstedagsret(f: &Forloeb) -> Option<Foerstedagsret> {
    if f.aarsag == Aarsag::Graviditet {
        Some(Foerstedagsret::Graviditet)
    } else if paragraf_56(f) == Paragraf56::Yes {
        Some(Foerstedagsret::Paragraf56)
    } else if f.stamdata_on(f.foerste).fleksjob {
        Some(Foerstedagsret::Fleksjob)
    } else {
        not_met(f).or((paragraf_56(f) == Paragraf56::NotKnown).then_some(Foerstedagsret::Paragraf56))
    }
}

/// What the employer pays instead of wages, as payroll says it of F: there is no refusion of it (§ 54), and the kommune, which
/// pays the employee, is told by other dates (§ 40 stk. 2-3). None where wages are paid, and of a pregnancy, for which
/// another authority pays.
#[must_use]
pub fn without_loen(f: &Forloeb) -> Option<LoenUnderSygdom> {
    let loen = f.stamdata_on(f.foerste).loen_under_sygdom;
    loen.filter(|loen| *loen != LoenUnderSygdom::Ja && f.aarsag != Aarsag::Graviditet)
}

/// § 31: the day with which the employer's sygedagpenge stop, for the employment ends with it within the employer period while the
/// employee is still away. § 40 stk. 2 counts from the day they stop. None where the rule set has no row of its own
/// for it: then the days of a whole period hold.
#[must_use]
pub fn sygedagpenge_stop(f: &Forloeb) -> Option<NaiveDate> {
    let last = plus_dage(f.foerste, i64::from(f.regler.parameters.arbejdsgiverperiode_dage) - 1);
    let has_row = || f.regler.frister.iter().any(|regel| regel.when == Some(Condition::SygedagpengeStop));
    let are_paid = without_loen(f) == Some(LoenUnderSygdom::Sygedagpenge);
    f.leaves().filter(|dag| are_paid && *dag <= last && has_row())
}

/// There is a § 56 agreement, and whether it covers the absence decides from when there is refusion: somebody is to say.
#[must_use]
pub fn asks_paragraf_56(f: &Forloeb) -> bool {
    paragraf_56(f) == Paragraf56::NotKnown
        && without_loen(f).is_none()
        && foerstedagsret(f) == Some(Foerstedagsret::Paragraf56)
}

/// Why a day of an absence gives no refusion, though it lies where others do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRet {
    /// Holiday, or time off.
    Afbrydelse,
    /// Partly away, and less than four hours a week: no partial sickness in refusion terms (§ 7).
    FewHours,
}

/// Whether, and why, a day gives no refusion.
#[must_use]
pub fn no_ret(f: &Forloeb, dag: NaiveDate) -> Option<NoRet> {
    if f.afbrydelser.iter().any(|a| a.what.fra <= dag && dag <= a.what.til) {
        return Some(NoRet::Afbrydelse);
    }
    has_few_hours(f, dag, f.omfang_or_last(dag)).then_some(NoRet::FewHours)
}

/// § 7: partly away for less than the rule set's least hours a week, to the hundredth of an hour. The least does not hold
/// for a fleksjob (§ 7 stk. 2), and where the weekly hours are not known nothing can be said.
#[must_use]
pub fn has_few_hours(f: &Forloeb, dag: NaiveDate, omfang_pct: Procent) -> bool {
    is_few_hours(f.stamdata_on(dag), omfang_pct, f.regler.parameters.delvis_mindst_timer)
}

/// The same of what payroll says of a day, before there is a forløb.
#[must_use]
pub fn is_few_hours(s: &Stamdata, omfang_pct: Procent, least: f64) -> bool {
    if omfang_pct >= Procent::FULL || s.fleksjob {
        return false;
    }
    let (timer, whole) = (hundredths(s.timer_pr_uge), i64::from(Procent::FULL.hundredths()));
    let away = (timer * i64::from(omfang_pct.hundredths()) + whole / 2) / whole;
    timer > 0 && away < hundredths(least)
}

/// The days without refusion by [`no_ret`], by first day; what goes on is known no better than as it is today.
pub(crate) fn days_without(f: &Forloeb, today: NaiveDate) -> Vec<Dage> {
    let mut out: Vec<Dage> = f.afbrydelser.iter().map(|a| Dage { fra: a.what.fra, til: a.what.til }).collect();
    for p in f.perioder.iter().filter(|p| p.omfang_pct < Procent::FULL) {
        let til = p.til.unwrap_or(today.max(p.fra));
        for dag in (0..=(til - p.fra).num_days()).map(|n| plus_dage(p.fra, n)) {
            if !has_few_hours(f, dag, p.omfang_pct) {
                continue;
            }
            match out.last_mut().filter(|d| d.fra >= p.fra && d.til == plus_dage(dag, -1)) {
                Some(dage) => dage.til = dag,
                None => out.push(Dage { fra: dag, til: dag }),
            }
        }
        if let (None, Some(last)) =
            (p.til, out.last_mut().filter(|d| d.til == til && has_few_hours(f, til, p.omfang_pct)))
        {
            last.til = SIDSTE_DAG;
        }
    }
    out.sort_by_key(|d| d.fra);
    out
}
