//! Signals of frequent absence: a policy of the workplace, for people to see. No rule uses them.

use std::borrow::Borrow;
use std::sync::Arc;

use chrono::{Months, NaiveDate};
use uuid::Uuid;

use crate::fold::forloeb::Forloeb;
use crate::ord::Slutaarsag;
use crate::rules::kalender::{Dage, plus_dage};
use crate::rules::{Regelsaet, Signalregel, Signalslags};

/// Frequent absence, with what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// Name of the rule.
    pub navn: Arc<str>,
    /// What was counted.
    pub slags: Signalslags,
    /// How many there are.
    pub antal: u32,
    /// From how many on the signal is given.
    pub graense: u32,
    /// The window: its first and last day.
    pub vindue: Dage,
    /// The periods that were counted, oldest first: their forløb and their days up to the last day of the window.
    pub perioder: Vec<(Uuid, Dage)>,
    /// The policy that made it a signal, as the rule set words it.
    pub kilde: Arc<str>,
}

/// The signals of one employment on a day, `nyuddannet` as payroll has it now. A period is counted where it began: one
/// that began before the window counts neither as a period nor with its days.
#[must_use]
pub fn signaler(
    forloeb: &[impl Borrow<Forloeb>],
    nyuddannet: bool,
    idag: NaiveDate,
    regler: &Regelsaet,
) -> Vec<Signal> {
    let gaelder = |regel: &&Signalregel| !regel.kun_nyuddannet || nyuddannet;
    regler.signaler.iter().filter(gaelder).filter_map(|regel| signal(forloeb, idag, regel)).collect()
}

impl Signalregel {
    /// First day of the window that ends on a day.
    #[must_use]
    pub fn vindue_fra(&self, idag: NaiveDate) -> NaiveDate {
        let laenge_siden = idag.checked_sub_months(Months::new(self.maaneder)).unwrap_or(NaiveDate::MIN);
        // Six months up to 31 August began on 1 March: the day of the same number is outside.
        plus_dage(laenge_siden, 1 - i64::from(self.dage))
    }
}

fn signal(forloeb: &[impl Borrow<Forloeb>], idag: NaiveDate, regel: &Signalregel) -> Option<Signal> {
    let fra = regel.vindue_fra(idag);
    let vindue = Dage::mellem(fra, idag)?;
    let mut perioder: Vec<(Uuid, Dage)> = forloeb
        .iter()
        .map(Borrow::borrow)
        .filter(|f| regel.medregn.contains(&f.aarsag) && (fra..=idag).contains(&f.foerste))
        .filter(|f| f.slut_ved.as_ref().is_none_or(|s| s.hvad != Slutaarsag::Annulleret))
        .filter_map(|f| {
            let til = f.slutdag(idag).map_or(idag, |s| s.min(idag));
            Some((f.id, Dage::mellem(f.foerste, til)?))
        })
        .collect();
    perioder.sort_by_key(|(id, dage)| (dage.fra, *id));
    let antal = match regel.slags {
        Signalslags::Perioder => perioder.len() as u64,
        Signalslags::Dage => perioder.iter().map(|(_, d)| d.antal().unsigned_abs()).sum(),
    };
    let antal = u32::try_from(antal).unwrap_or(u32::MAX);
    (antal >= regel.antal).then(|| Signal {
        navn: regel.navn.clone(),
        slags: regel.slags,
        antal,
        graense: regel.antal,
        vindue,
        perioder,
        kilde: regel.kilde.clone(),
    })
}
