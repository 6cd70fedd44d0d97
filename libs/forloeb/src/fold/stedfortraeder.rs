//! Who acts for a leader who is not there.
//!
//! There are two ways to be named. Standing in for some days means that the leader is away then, and everything is the
//! substitute's. A standing substitute acts when the leader turns out not to be there: ill, without a mailbox, gone.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::events::haendelse::StedfortraederUdpeget;
use crate::rules::calendar::plus_dage;

/// Days on which somebody stands in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stedfortraederperiode {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last day, itself included.
    pub til: NaiveDate,
    /// Employee number of the one who stands in.
    pub nr: String,
}

/// A leader's substitutes, as they were named last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stedfortraedere {
    fast: Option<String>,
    /// By first day; no day is in two of them.
    perioder: Vec<Stedfortraederperiode>,
}

impl Stedfortraedere {
    /// Takes what was decided on a day. Of two who were named for the same day the last one stands in.
    pub fn apply(&mut self, h: &StedfortraederUdpeget, dag: NaiveDate) {
        let (Some(fra), Some(til)) = (h.fra, h.til) else {
            self.fast.clone_from(&h.stedfortraeder_nr);
            return;
        };
        let remains = self.perioder.drain(..).flat_map(|p| {
            let before = Stedfortraederperiode { til: p.til.min(plus_dage(fra, -1)), ..p.clone() };
            let after = Stedfortraederperiode { fra: p.fra.max(plus_dage(til, 1)), ..p };
            [before, after]
        });
        let new = h.stedfortraeder_nr.clone().map(|nr| Stedfortraederperiode { fra, til, nr });
        // What is over is in the log; here it would only grow.
        let mut perioder: Vec<_> = remains.chain(new).filter(|p| p.fra <= p.til && p.til >= dag).collect();
        perioder.sort_by_key(|p| p.fra);
        self.perioder = perioder;
    }

    /// Who acts when the leader turns out not to be there.
    #[must_use]
    pub fn fast(&self) -> Option<&str> {
        self.fast.as_deref()
    }

    /// Who stands in on a day: the leader is away.
    #[must_use]
    pub fn on(&self, dag: NaiveDate) -> Option<&str> {
        self.perioder.iter().find(|p| p.fra <= dag && dag <= p.til).map(|p| p.nr.as_str())
    }

    /// The days on which somebody stands in that are not over, by first day.
    pub fn perioder(&self, today: NaiveDate) -> impl Iterator<Item = &Stedfortraederperiode> {
        self.perioder.iter().filter(move |p| p.til >= today)
    }

    /// May act for the leader on a day.
    #[must_use]
    pub fn is(&self, nr: &str, dag: NaiveDate) -> bool {
        self.fast() == Some(nr) || self.on(dag) == Some(nr)
    }

    /// Everybody who is named, some more than once.
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.fast().into_iter().chain(self.perioder.iter().map(|p| p.nr.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dag(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn udpeg(s: &mut Stedfortraedere, nr: Option<&str>, periode: Option<(&str, &str)>, today: &str) {
        let (fra, til) = periode.map(|(fra, til)| (dag(fra), dag(til))).unzip();
        s.apply(&StedfortraederUdpeget { stedfortraeder_nr: nr.map(str::to_owned), fra, til }, dag(today));
    }

    fn lines(s: &Stedfortraedere) -> Vec<String> {
        s.perioder.iter().map(|p| format!("{} {} {}", p.fra, p.til, p.nr)).collect()
    }

    /// Three weeks of July are Anna's; then the second week becomes Bo's; then nobody's from the 8th to the 17th.
    #[test]
    fn the_last_one_udpeget_has_the_dag() {
        let mut s = Stedfortraedere::default();
        udpeg(&mut s, Some("anna"), Some(("2026-07-01", "2026-07-21")), "2026-06-01");
        udpeg(&mut s, Some("bo"), Some(("2026-07-10", "2026-07-15")), "2026-06-02");
        assert_eq!(lines(&s), ["2026-07-01 2026-07-09 anna", "2026-07-10 2026-07-15 bo", "2026-07-16 2026-07-21 anna"]);
        assert_eq!([s.on(dag("2026-06-30")), s.on(dag("2026-07-15"))], [None, Some("bo")]);
        udpeg(&mut s, None, Some(("2026-07-08", "2026-07-17")), "2026-06-03");
        assert_eq!(lines(&s), ["2026-07-01 2026-07-07 anna", "2026-07-18 2026-07-21 anna"]);
        assert!(s.is("anna", dag("2026-07-07")) && !s.is("anna", dag("2026-07-08")));
        // In August July is over, and not kept.
        udpeg(&mut s, Some("bo"), Some(("2026-10-12", "2026-10-16")), "2026-08-03");
        assert_eq!(lines(&s), ["2026-10-12 2026-10-16 bo"]);
    }

    #[test]
    fn a_fixed_stedfortraeder_is_there_until_another_is_udpeget() {
        let mut s = Stedfortraedere::default();
        udpeg(&mut s, Some("anna"), None, "2026-01-05");
        udpeg(&mut s, Some("bo"), Some(("2026-02-09", "2026-02-13")), "2026-01-05");
        assert_eq!((s.fast(), s.on(dag("2026-02-09"))), (Some("anna"), Some("bo")));
        assert!(s.is("anna", dag("2026-02-09")) && s.is("anna", dag("2027-01-01")));
        udpeg(&mut s, None, None, "2026-01-06");
        assert_eq!((s.fast(), s.on(dag("2026-02-09"))), (None, Some("bo")));
    }
}
