//! Signals of frequent absence: a policy of the workplace, for people to see. No rule uses them.

use std::borrow::Borrow;
use std::sync::Arc;

use chrono::{Datelike, Months, NaiveDate, Weekday};
use uuid::Uuid;

use crate::fold::derive::Registrering;
use crate::fold::forloeb::Forloeb;
use crate::rules::calendar::{Dage, plus_dage};
use crate::rules::{Regelsaet, SignalKind, Signalregel};
use crate::words::{Opfoelgningsart, Slutaarsag};

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Frequent absence, with what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Name of the rule.
    pub name: Arc<str>,
    /// What was counted.
    pub kind: SignalKind,
    /// How many there are.
    pub count: u32,
    /// From how many on the signal is given.
    pub bound: u32,
    /// The window: its first and last day.
    pub window: Dage,
    /// The periods that were counted, oldest first: their forløb, of a part day alone its registration, and their days up to
    /// the last day of the window.
    pub perioder: Vec<(Uuid, Dage)>,
    /// The policy that made it a signal, as the rule set words it.
    pub kilde: Arc<str>,
}

/// The signals of one employment on a day, `nyuddannet` as payroll has it now. A period is counted where it began: one
/// that began before the window counts neither as a period nor with its days. A part day with nothing after it is no forløb,
/// and counts as a period of one day.
#[must_use]
pub fn signaler(
    forloeb: &[impl Borrow<Forloeb>],
    part_days: &[Registrering],
    nyuddannet: bool,
    today: NaiveDate,
    regler: &Regelsaet,
) -> Vec<Signal> {
    let gaelder = |regel: &&Signalregel| !regel.kun_nyuddannet || nyuddannet;
    regler.signaler.iter().filter(gaelder).filter_map(|regel| signal(forloeb, part_days, today, regel)).collect()
}

impl Signalregel {
    /// First day of the window that ends on a day.
    #[must_use]
    pub fn window_from(&self, today: NaiveDate) -> NaiveDate {
        let long_since = today.checked_sub_months(Months::new(self.maaneder)).unwrap_or(NaiveDate::MIN);
        // Six months up to 31 August began on 1 March: the day of the same number is outside.
        plus_dage(long_since, 1 - i64::from(self.dage))
    }
}

/// The latest talk about frequent absence that was recorded, on any forløb of the employment.
fn talk(forloeb: &[impl Borrow<Forloeb>], today: NaiveDate) -> Option<NaiveDate> {
    let all = forloeb.iter().flat_map(|f| f.borrow().opfoelgninger.iter());
    all.filter(|o| o.what.art == Opfoelgningsart::HyppigtFravaer && o.what.dato <= today).map(|o| o.what.dato).max()
}

fn signal(
    forloeb: &[impl Borrow<Forloeb>],
    part_days: &[Registrering],
    today: NaiveDate,
    regel: &Signalregel,
) -> Option<Signal> {
    let fra = regel.window_from(today);
    let window = Dage::between(fra, today)?;
    // On its first day nobody knows whether it is the only one.
    let goes_on: Vec<NaiveDate> = forloeb
        .iter()
        .map(Borrow::borrow)
        .filter(|f| f.foerste == today && f.slutdag(today).is_none())
        .map(|f| f.foerste)
        .collect();
    let mut perioder: Vec<(Uuid, Dage)> = forloeb
        .iter()
        .map(Borrow::borrow)
        .filter(|f| regel.medregn.contains(&f.aarsag) && (fra..=today).contains(&f.foerste))
        .filter(|f| regel.hoejst_dage == 0 || f.dage_until(today) <= i64::from(regel.hoejst_dage))
        .filter(|f| f.end_at.as_ref().is_none_or(|s| s.what != Slutaarsag::Annulleret))
        .filter_map(|f| {
            let til = f.slutdag(today).map_or(today, |s| s.min(today));
            Some((f.id, Dage::between(f.foerste, til)?))
        })
        .collect();
    let part_days =
        part_days.iter().filter(|r| regel.medregn.contains(&r.aarsag) && (fra..=today).contains(&r.foerste));
    perioder.extend(part_days.map(|r| (r.id, Dage { fra: r.foerste, til: r.foerste })));
    perioder.sort_by_key(|(id, dage)| (dage.fra, *id));
    match regel.kind {
        SignalKind::Perioder | SignalKind::Dage => {}
        SignalKind::Enkeltdage => perioder.retain(|(_, dage)| dage.fra == dage.til && !goes_on.contains(&dage.fra)),
        SignalKind::Ugedag => {
            let on = |day: Weekday| perioder.iter().filter(|(_, dage)| dage.fra.weekday() == day).count();
            // Of several on which as many began, the first of the week.
            let most = WEEK.into_iter().rev().max_by_key(|day| on(*day));
            perioder.retain(|(_, dage)| Some(dage.fra.weekday()) == most);
        }
    }
    let count = match regel.kind {
        SignalKind::Perioder | SignalKind::Enkeltdage | SignalKind::Ugedag => perioder.len() as u64,
        SignalKind::Dage => perioder.iter().map(|(_, d)| d.count().unsigned_abs()).sum(),
    };
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    // The talk about it was held: there is nothing to say until somebody falls ill anew.
    let talked = talk(forloeb, today);
    let talked_about = perioder.last().is_some_and(|(_, dage)| talked.is_some_and(|dag| dage.fra <= dag));
    (count >= regel.count && !talked_about).then(|| Signal {
        name: regel.name.clone(),
        kind: regel.kind,
        count,
        bound: regel.count,
        window,
        perioder,
        kilde: regel.kilde.clone(),
    })
}
