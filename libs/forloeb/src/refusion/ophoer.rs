//! When sygedagpenge, and with them refusion, can stop at the earliest: § 24. Information, and no rule: nothing is counted or
//! reminded by it, and the kommune may decide to go on (§ 27).

use std::borrow::Borrow;

use chrono::{Datelike, Months, NaiveDate};

use crate::fold::forloeb::Forloeb;
use crate::refusion::ret::{no_ret, without_loen};
use crate::refusion::skoen::is_hverdag;
use crate::rules::Regelbog;
use crate::rules::calendar::{Dage, plus_dage, plus_maaneder};
use crate::words::{Aarsag, Slutaarsag};

/// Days of a week that are paid for (§ 50 stk. 3).
const DAGE_OF_UGE: u32 = 5;

/// The last day of the first calendar month up to which more has been paid than the weeks of § 24 in the months before it, as
/// far as this employer knows: `all` are the forløb of the employment, and `f` the one that goes on. The first days of each,
/// which the law leaves out, and public holidays are not counted; a partial day counts as a whole one. None where it is over,
/// or the employment is by then, where it gives no refusion, or where the rule set knows of no such rule.
#[must_use]
pub fn earliest_ophoer(
    all: &[impl Borrow<Forloeb>],
    f: &Forloeb,
    today: NaiveDate,
    book: &Regelbog,
) -> Option<NaiveDate> {
    let parameters = &f.regler.parameters;
    let (uger, maaneder) = (parameters.ophoer_uger, parameters.ophoer_maaneder);
    if uger == 0 || maaneder == 0 || !counts(f) || !f.is_aabent(today) || f.sidste.is_some() {
        return None;
    }
    let counted: Vec<(&Forloeb, Dage)> =
        all.iter().map(Borrow::borrow).filter(|g| counts(g)).filter_map(|g| Some((g, paid(g, f, today)?))).collect();
    let mut month = f.foerste.with_day(1)?;
    // Without an afbrydelse it comes within half a year; with one that never ends it never does.
    for _ in 0..2 * maaneder {
        let window = Dage { fra: back(month, maaneder - 1), til: plus_dage(plus_maaneder(month, 1), -1) };
        let dage: u32 = counted.iter().map(|(g, dage)| hverdage(g, *dage, window, book)).sum();
        if dage > uger * DAGE_OF_UGE {
            return Some(window.til);
        }
        month = plus_maaneder(month, 1);
    }
    None
}

/// The kommune pays, or would.
fn counts(f: &Forloeb) -> bool {
    let annulleret = f.end_at.as_ref().is_some_and(|end| end.what == Slutaarsag::Annulleret);
    f.aarsag != Aarsag::Graviditet && without_loen(f).is_none() && !annulleret
}

/// The days of a forløb that are counted: all but the first ones, whoever paid for them (§ 24 stk. 3).
fn paid(g: &Forloeb, f: &Forloeb, today: NaiveDate) -> Option<Dage> {
    let fra = plus_dage(g.foerste, i64::from(g.regler.parameters.arbejdsgiverperiode_dage));
    let til = if g.id == f.id { g.known_end(today).unwrap_or(NaiveDate::MAX) } else { g.known_end(today)? };
    Dage::between(fra, til)
}

fn hverdage(g: &Forloeb, dage: Dage, window: Dage, book: &Regelbog) -> u32 {
    let Some(common) = Dage::between(dage.fra.max(window.fra), dage.til.min(window.til)) else { return 0 };
    let days = (0..common.count()).map(|n| plus_dage(common.fra, n));
    let counted = days.filter(|dag| is_hverdag(*dag, book) && no_ret(g, *dag).is_none()).count();
    u32::try_from(counted).unwrap_or(u32::MAX)
}

fn back(month: NaiveDate, maaneder: u32) -> NaiveDate {
    month.checked_sub_months(Months::new(maaneder)).unwrap_or(month)
}
