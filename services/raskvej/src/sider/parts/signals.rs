//! Signals of frequent absence, with the days that were counted.

use forloeb::regler::Signalslags;
use forloeb::signaler::{Signal, signaler};

use super::datoer::kort;
use super::kig::Kig;
use crate::tekster::antal;

/// One signal as people read it.
pub(crate) struct Signalpunkt {
    /// What there is of it, and from how many on that is a signal.
    pub(crate) tekst: String,
    /// The periods that were counted, oldest first.
    pub(crate) perioder: Vec<String>,
    /// Policy.
    pub(crate) kilde: String,
}

/// Those of an employee, for who may see them. A new leader is not told of what was over before, and what is counted is
/// what is shown.
pub(crate) fn alle(k: &Kig<'_>, nr: &str) -> Vec<Signalpunkt> {
    let bruger = k.bruger();
    let Ok(mut synlige) = k.vis.forloeb_for(nr) else { return Vec::new() };
    if !bruger.maa_se_signaler() {
        return Vec::new();
    }
    synlige.retain(|f| bruger.find(f.id, k.vis, k.idag).is_ok());
    let nyuddannet = k.vis.stamdata(nr).is_some_and(|s| s.nyuddannet);
    let bog = k.stat.t.kerne.bog();
    signaler(&synlige, nyuddannet, k.idag, bog.gaeldende(k.idag)).into_iter().map(punkt).collect()
}

fn punkt(s: Signal) -> Signalpunkt {
    let (en, flere) = match s.slags {
        Signalslags::Perioder => ("fraværsperiode", "fraværsperioder"),
        Signalslags::Dage => ("fraværsdag i en periode", "fraværsdage i perioder"),
    };
    let periode = |d: forloeb::refusion::Dage| match d.antal() {
        1 => kort(d.fra),
        n => format!("{}–{} ({})", kort(d.fra), kort(d.til), antal(n.unsigned_abs(), "dag", "dage")),
    };
    Signalpunkt {
        tekst: format!(
            "{}, der begyndte fra {} til {}; grænsen er {}",
            antal(s.antal.into(), en, flere),
            kort(s.vindue.fra),
            kort(s.vindue.til),
            s.graense
        ),
        perioder: s.perioder.into_iter().map(|(_, d)| periode(d)).collect(),
        kilde: s.kilde.to_string(),
    }
}
