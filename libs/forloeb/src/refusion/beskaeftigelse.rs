//! § 30: employed for so many weeks before the absence, and with so many hours in them. Else the kommune pays from the first day.

use chrono::{Datelike, NaiveDate, Weekday};

use crate::events::haendelse::Stamdata;
use crate::fold::forloeb::Forloeb;
use crate::fold::stamdata::ugedag;
use crate::refusion::ret::Foerstedagsret;
use crate::refusion::skoen::hundredths;
use crate::rules::calendar::plus_dage;
use crate::words::Ugedag;

/// Days of a week without a roster, and of a full week: a dagsværk is a fifth of its hours.
pub(crate) const FULL_DAYS: i64 = 5;
/// What every number of working days a week divides.
pub(crate) const SHARES: i64 = 420;

/// What is known of the hours before an absence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hours {
    /// At least those that are asked for.
    Enough,
    /// Fewer.
    Few,
    /// On some of the days they are not known, and on the others they are too few to tell.
    Unknown,
}

/// Why the condition is not met on F, where it is not. What is not known counts as met.
pub(crate) fn not_met(f: &Forloeb) -> Option<Foerstedagsret> {
    let (s, parameters) = (f.stamdata_on(f.foerste), &f.regler.parameters);
    let dage = i64::from(parameters.nyansat_dage);
    let least = hundredths(parameters.beskaeftigelse_timer) * SHARES;
    let is_new = s.ansat.is_some_and(|ansat| (0..dage).contains(&(f.foerste - ansat).num_days()));
    let hours = || hours_before(f, dage, least);
    // Who has been employed here before needs the hours alone (stk. 4).
    if is_new && !(least > 0 && was_employed_before(f) && hours() == Hours::Enough) {
        return Some(Foerstedagsret::Nyansat);
    }
    (least > 0 && hours() == Hours::Few).then_some(Foerstedagsret::FewHours)
}

/// Payroll has told of an employment that was over before that of F began.
fn was_employed_before(f: &Forloeb) -> bool {
    let ansat = f.stamdata_on(f.foerste).ansat;
    f.masterdata.iter().any(|p| p.fra <= f.foerste && p.stamdata.is_over_before(ansat))
}

/// Of so many days before F, each with its part of the weekly hours that held on it, whichever employment it lies in. Illness,
/// holiday and public holidays count as worked (stk. 3). `least` and the parts are in hundredths of an hour by [`SHARES`].
fn hours_before(f: &Forloeb, dage: i64, least: i64) -> Hours {
    let (mut sum, mut unknown) = (0, false);
    for dag in (1..=dage).map(|n| plus_dage(f.foerste, -n)) {
        let s = f.stamdata_on(dag);
        if !s.employs(dag) || !s.has_weekday(dag) {
            continue;
        }
        let timer = hundredths(s.timer_pr_uge);
        unknown |= timer == 0;
        sum += timer * (SHARES / s.days_a_week().clamp(1, 7));
        if sum >= least {
            return Hours::Enough;
        }
    }
    // Of somebody who was not employed on any of them nothing is known either.
    if unknown || sum == 0 { Hours::Unknown } else { Hours::Few }
}

impl Stamdata {
    /// It is of an employment that ended before another one, which began on this day.
    pub(crate) fn is_over_before(&self, ansat: Option<NaiveDate>) -> bool {
        self.ansat != ansat && self.fratraadt.zip(ansat).is_some_and(|(left, begun)| left < begun)
    }

    /// The employment has begun, and is not over.
    pub(crate) fn employs(&self, dag: NaiveDate) -> bool {
        self.ansat.is_none_or(|ansat| ansat <= dag) && self.fratraadt.is_none_or(|fratraadt| dag <= fratraadt)
    }

    /// On how many days a week the employee works.
    pub(crate) fn days_a_week(&self) -> i64 {
        let weekdays =
            [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
        let days = |dage: &[Ugedag]| weekdays.iter().filter(|day| dage.contains(&ugedag(**day))).count();
        self.roster().and_then(|dage| i64::try_from(days(dage)).ok()).unwrap_or(FULL_DAYS)
    }

    /// A weekday on which the employee works, holiday or not.
    fn has_weekday(&self, dag: NaiveDate) -> bool {
        let weekday = dag.weekday();
        let weekend = matches!(weekday, Weekday::Sat | Weekday::Sun);
        self.roster().map_or(!weekend, |dage| dage.contains(&ugedag(weekday)))
    }

    fn roster(&self) -> Option<&[Ugedag]> {
        self.arbejdsdage.as_deref().filter(|dage| !dage.is_empty())
    }
}
