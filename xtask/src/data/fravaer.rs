//! Absences: mostly short, some long, some that return step by step.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Weekday};

use chance::Random;
use synthetic::{Medarbejder, dage_between};

/// Numbers begin here.
const FOERSTE_NR: u32 = 500_000;

/// The cause, as in the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Aarsag {
    Sygdom,
    Arbejdsskade,
    Graviditet,
    BarnSyg,
}

impl Aarsag {
    pub(crate) fn tekst(self) -> &'static str {
        match self {
            Self::Sygdom => "sygdom",
            Self::Arbejdsskade => "arbejdsskade",
            Self::Graviditet => "graviditet",
            Self::BarnSyg => "barn_syg",
        }
    }
}

/// A line of fravaer.csv.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fravaer {
    pub nr: u32,
    pub medarbejder_nr: u32,
    pub aarsag: Aarsag,
    pub fra: NaiveDate,
    pub til: Option<NaiveDate>,
    pub omfang_pct: u32,
    pub registreret: NaiveDateTime,
}

/// The absences of everyone, by first day, numbered.
pub(crate) fn dan(personer: &[Medarbejder], fra: NaiveDate, til: NaiveDate, t: &mut Random) -> Vec<Fravaer> {
    let mut all = Vec::new();
    for person in personer {
        Person { person, fra: person.ansat.max(fra), til, lines: &mut all }.dan(t);
    }
    all.sort_by_key(|f| (f.fra, f.medarbejder_nr));
    for (nr, line) in (FOERSTE_NR..).zip(&mut all) {
        line.nr = nr;
    }
    all
}

/// The life of one employee within the period.
struct Person<'a> {
    person: &'a Medarbejder,
    fra: NaiveDate,
    til: NaiveDate,
    lines: &'a mut Vec<Fravaer>,
}

impl Person<'_> {
    fn dan(&mut self, t: &mut Random) {
        // Few people have most of the absence.
        let distance = t.af(&[400, 400, 400, 400, 240, 240, 240, 100]);
        let mut dag = self.fra + Days::new(t.under(distance));
        while let Some(end) = self.one_fravaer(dag, t) {
            // Now and then back for a single day only, which makes two forløb.
            dag = end + Days::new(if t.per_mille(40) { 2 } else { 3 + t.under(distance) });
        }
    }

    /// One absence from about `dag`, in one or more lines; its last day, or nothing when the period is over.
    fn one_fravaer(&mut self, dag: NaiveDate, t: &mut Random) -> Option<NaiveDate> {
        // People fall ill on days they work, mostly.
        let dag = match dag.weekday() {
            Weekday::Sat if t.per_mille(800) => dag + Days::new(2),
            Weekday::Sun if t.per_mille(800) => dag + Days::new(1),
            _ => dag,
        };
        let (aarsag, dage) = self.kind(t);
        let mut next = dag;
        for (length, pct) in parts(aarsag, dage, t) {
            next = self.line(aarsag, next, length, pct, t)? + Days::new(1);
        }
        // A child ill on the day between two own absences neither joins nor belongs to them.
        if aarsag == Aarsag::Sygdom && t.per_mille(12) {
            next = self.line(Aarsag::BarnSyg, next, 1, 100, t)? + Days::new(1);
            next = self.line(Aarsag::Sygdom, next, t.between(1, 4), 100, t)? + Days::new(1);
        }
        next.pred_opt()
    }

    fn kind(&self, t: &mut Random) -> (Aarsag, u64) {
        let woman = self.person.is_woman();
        match t.under(1000) {
            0..110 => (Aarsag::BarnSyg, t.between(1, 2)),
            110..135 => (Aarsag::Arbejdsskade, t.between(2, 70)),
            135..170 if woman => (Aarsag::Graviditet, t.between(10, 130)),
            170..240 => (Aarsag::Sygdom, t.between(10, 35)),
            240..275 => (Aarsag::Sygdom, t.between(36, 120)),
            275..290 => (Aarsag::Sygdom, t.between(120, 330)),
            _ => (Aarsag::Sygdom, t.between(1, 8)),
        }
    }

    /// Writes a line; its last day, or nothing when it goes on beyond the period or the employment.
    fn line(&mut self, aarsag: Aarsag, fra: NaiveDate, dage: u64, pct: u32, t: &mut Random) -> Option<NaiveDate> {
        let sidste_possible = self.person.fratraadt.unwrap_or(self.til);
        if fra > sidste_possible {
            return None;
        }
        let end = fra + Days::new(dage - 1);
        let fit = end <= sidste_possible;
        let til = match self.person.fratraadt {
            _ if fit => Some(end),
            // Left while ill: half of the lines were ended on the last day of work, the rest were forgotten.
            Some(sidste) if t.per_mille(500) => Some(sidste),
            _ => None,
        };
        // Most report in the morning, some are written down days later.
        let sent = if t.per_mille(60) { t.between(1, 4).min(dage_between(fra, self.til)) } else { 0 };
        let minute = u32::try_from(t.between(6 * 60 + 15, 10 * 60 + 45)).unwrap_or(0);
        let registreret = (fra + Days::new(sent)).and_hms_opt(minute / 60, minute % 60, 0)?;
        let medarbejder_nr = self.person.nr;
        self.lines.push(Fravaer { nr: 0, medarbejder_nr, aarsag, fra, til, omfang_pct: pct, registreret });
        fit.then_some(end)
    }
}

/// Percent of absence on the way back to work.
const BACK: [&[u32]; 3] = [&[100, 50], &[100, 60, 40], &[100, 80, 60, 40, 20]];

/// How an absence of so many days is written down: days and percent, one after the other without a gap.
fn parts(aarsag: Aarsag, dage: u64, t: &mut Random) -> Vec<(u64, u32)> {
    let trin: &[u32] = match dage {
        29.. if t.per_mille(400) => t.af(&BACK),
        // Prolonged: a second line from the day after.
        8.. if aarsag == Aarsag::Sygdom && t.per_mille(150) => &[100, 100],
        _ => &[100],
    };
    let count = u64::try_from(trin.len()).unwrap_or(1);
    let foerste = dage - (count - 1) * (dage / (count + 1));
    trin.iter().enumerate().map(|(nr, pct)| (if nr == 0 { foerste } else { dage / (count + 1) }, *pct)).collect()
}
