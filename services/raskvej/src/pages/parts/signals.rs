//! Signals of frequent absence, with the days that were counted.

use forloeb::regler::SignalKind;
use forloeb::signaler::Signal;

use super::datoer::dato_in_digits;
use super::reader_view::ReaderView;
use crate::projections::Loan;
use crate::sentences::{self, count};
use crate::views::signaler::of as signaler;

/// One signal as people read it.
pub(crate) struct SignalPoint {
    /// What there is of it, and from how many on that is a signal.
    pub(crate) tekst: String,
    /// The periods that were counted, oldest first.
    pub(crate) perioder: Vec<String>,
    /// Policy.
    pub(crate) kilde: String,
}

/// Those of an employee, for who may see them. A new leader is not told of what was over before, and what is counted is
/// what is shown.
pub(crate) fn all(k: &ReaderView<'_>, loan: &Loan) -> Vec<SignalPoint> {
    if !k.user().sees_signaler() {
        return Vec::new();
    }
    signaler(&k.state.service.app, k.user(), loan, k.today).into_iter().map(point).collect()
}

fn point(s: Signal) -> SignalPoint {
    let on = s.perioder.first().map_or("", |(_, dage)| sentences::ugedag(dage.fra));
    let (one, several) = match s.kind {
        SignalKind::Perioder => ("fraværsperiode", "fraværsperioder"),
        SignalKind::Dage => ("fraværsdag i en periode", "fraværsdage i perioder"),
        SignalKind::Enkeltdage => ("fraværsperiode på én dag", "fraværsperioder på én dag"),
        SignalKind::Ugedag => (&*format!("fraværsperiode fra en {on}"), &*format!("fraværsperioder fra en {on}")),
    };
    let periode = |d: forloeb::refusion::Dage| match d.count() {
        1 => dato_in_digits(d.fra),
        n => {
            format!("{}–{} ({})", dato_in_digits(d.fra), dato_in_digits(d.til), count(n.unsigned_abs(), "dag", "dage"))
        }
    };
    SignalPoint {
        tekst: format!(
            "{}, der begyndte fra {} til {}; grænsen er {}",
            count(s.count.into(), one, several),
            dato_in_digits(s.window.fra),
            dato_in_digits(s.window.til),
            s.bound
        ),
        perioder: s.perioder.into_iter().map(|(_, d)| periode(d)).collect(),
        kilde: s.kilde.to_string(),
    }
}
