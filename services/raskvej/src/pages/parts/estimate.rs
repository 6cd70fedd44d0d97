//! An estimate in kroner that opens to its terms: a calculation that can be done again by hand.

use forloeb::skoen::{Led, Skoen};

use super::datoer::{decimal, long};
use crate::money::kroner;
use crate::sentences;

/// An estimate that opens to its terms.
pub(crate) struct Explained {
    pub(crate) name: &'static str,
    pub(crate) kr: String,
    pub(crate) note: Option<String>,
    pub(crate) led: Vec<String>,
}

impl Explained {
    /// The sum of terms; none of no terms.
    pub(crate) fn new<'t, 'b: 't>(name: &'static str, led: impl IntoIterator<Item = &'t Led<'b>>) -> Option<Self> {
        let led: Vec<_> = led.into_iter().collect();
        let skoen = Skoen::af(led.iter().copied())?;
        let note = format!("Regnet med satsen for {}, fordi årets sats ikke er indtastet.", skoen.sats_aar);
        Some(Self {
            name,
            kr: format!("højst ca. {}", kroner(skoen.beloeb)),
            note: (!skoen.own_sats).then_some(note),
            led: led.into_iter().map(led_line).collect(),
        })
    }
}

/// One term as a calculation that can be done again by hand.
fn led_line(t: &Led<'_>) -> String {
    let timer = t.timer_pr_uge.min(t.fuld_uge_timer);
    let hverdage = sentences::count(t.hverdage.into(), "hverdag", "hverdage");
    let (uge, beloeb) = (kroner(t.sats.per_uge), kroner(t.beloeb()));
    let known = if t.own_sats { "" } else { ", den nyeste kendte" };
    let tillaeg = t.tillaeg.map_or_else(String::new, |t| format!(" + {} % i tillæg", sentences::percent(t.pct)));
    format!(
        "{}: {hverdage} × {uge} / 5 × {} af {} timer × {} %{tillaeg} = {beloeb} ({}{known})",
        span(t.dage.fra, t.dage.til),
        decimal(timer),
        decimal(t.fuld_uge_timer),
        sentences::percent(t.omfang_pct),
        t.sats.kilde,
    )
}

/// From a day to a day, or the one day.
pub(crate) fn span(fra: chrono::NaiveDate, til: chrono::NaiveDate) -> String {
    if fra == til { long(fra) } else { format!("{} til {}", long(fra), long(til)) }
}
