//! Absences: mostly short, some long, some that return step by step.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, Weekday};

use chance::Tilfaeldig;
use synthetic::{Medarbejder, dage_mellem};

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
pub(crate) fn dan(personer: &[Medarbejder], fra: NaiveDate, til: NaiveDate, t: &mut Tilfaeldig) -> Vec<Fravaer> {
    let mut alle = Vec::new();
    for person in personer {
        Person { person, fra: person.ansat.max(fra), til, linjer: &mut alle }.dan(t);
    }
    alle.sort_by_key(|f| (f.fra, f.medarbejder_nr));
    for (nr, linje) in (FOERSTE_NR..).zip(&mut alle) {
        linje.nr = nr;
    }
    alle
}

/// The life of one employee within the period.
struct Person<'a> {
    person: &'a Medarbejder,
    fra: NaiveDate,
    til: NaiveDate,
    linjer: &'a mut Vec<Fravaer>,
}

impl Person<'_> {
    fn dan(&mut self, t: &mut Tilfaeldig) {
        // Few people have most of the absence.
        let afstand = t.af(&[400, 400, 400, 400, 240, 240, 240, 100]);
        let mut dag = self.fra + Days::new(t.under(afstand));
        while let Some(slut) = self.et_fravaer(dag, t) {
            // Now and then back for a single day only, which makes two forløb.
            dag = slut + Days::new(if t.promille(40) { 2 } else { 3 + t.under(afstand) });
        }
    }

    /// One absence from about `dag`, in one or more lines; its last day, or nothing when the period is over.
    fn et_fravaer(&mut self, dag: NaiveDate, t: &mut Tilfaeldig) -> Option<NaiveDate> {
        // People fall ill on days they work, mostly.
        let dag = match dag.weekday() {
            Weekday::Sat if t.promille(800) => dag + Days::new(2),
            Weekday::Sun if t.promille(800) => dag + Days::new(1),
            _ => dag,
        };
        let (aarsag, dage) = self.slags(t);
        let mut naeste = dag;
        for (laengde, pct) in dele(aarsag, dage, t) {
            naeste = self.linje(aarsag, naeste, laengde, pct, t)? + Days::new(1);
        }
        // A child ill on the day between two own absences neither joins nor belongs to them.
        if aarsag == Aarsag::Sygdom && t.promille(12) {
            naeste = self.linje(Aarsag::BarnSyg, naeste, 1, 100, t)? + Days::new(1);
            naeste = self.linje(Aarsag::Sygdom, naeste, t.mellem(1, 4), 100, t)? + Days::new(1);
        }
        naeste.pred_opt()
    }

    fn slags(&self, t: &mut Tilfaeldig) -> (Aarsag, u64) {
        let kvinde = self.person.er_kvinde();
        match t.under(1000) {
            0..110 => (Aarsag::BarnSyg, t.mellem(1, 2)),
            110..135 => (Aarsag::Arbejdsskade, t.mellem(2, 70)),
            135..170 if kvinde => (Aarsag::Graviditet, t.mellem(10, 130)),
            170..240 => (Aarsag::Sygdom, t.mellem(10, 35)),
            240..275 => (Aarsag::Sygdom, t.mellem(36, 120)),
            275..290 => (Aarsag::Sygdom, t.mellem(120, 330)),
            _ => (Aarsag::Sygdom, t.mellem(1, 8)),
        }
    }

    /// Writes a line; its last day, or nothing when it goes on beyond the period or the employment.
    fn linje(&mut self, aarsag: Aarsag, fra: NaiveDate, dage: u64, pct: u32, t: &mut Tilfaeldig) -> Option<NaiveDate> {
        let sidste_mulige = self.person.fratraadt.unwrap_or(self.til);
        if fra > sidste_mulige {
            return None;
        }
        let slut = fra + Days::new(dage - 1);
        let rummes = slut <= sidste_mulige;
        let til = match self.person.fratraadt {
            _ if rummes => Some(slut),
            // Left while ill: half of the lines were ended on the last day of work, the rest were forgotten.
            Some(sidste) if t.promille(500) => Some(sidste),
            _ => None,
        };
        // Most report in the morning, some are written down days later.
        let sent = if t.promille(60) { t.mellem(1, 4).min(dage_mellem(fra, self.til)) } else { 0 };
        let minut = u32::try_from(t.mellem(6 * 60 + 15, 10 * 60 + 45)).unwrap_or(0);
        let registreret = (fra + Days::new(sent)).and_hms_opt(minut / 60, minut % 60, 0)?;
        let medarbejder_nr = self.person.nr;
        self.linjer.push(Fravaer { nr: 0, medarbejder_nr, aarsag, fra, til, omfang_pct: pct, registreret });
        rummes.then_some(slut)
    }
}

/// Percent of absence on the way back to work.
const TILBAGE: [&[u32]; 3] = [&[100, 50], &[100, 60, 40], &[100, 80, 60, 40, 20]];

/// How an absence of so many days is written down: days and percent, one after the other without a gap.
fn dele(aarsag: Aarsag, dage: u64, t: &mut Tilfaeldig) -> Vec<(u64, u32)> {
    let trin: &[u32] = match dage {
        29.. if t.promille(400) => t.af(&TILBAGE),
        // Prolonged: a second line from the day after.
        8.. if aarsag == Aarsag::Sygdom && t.promille(150) => &[100, 100],
        _ => &[100],
    };
    let antal = u64::try_from(trin.len()).unwrap_or(1);
    let foerste = dage - (antal - 1) * (dage / (antal + 1));
    trin.iter().enumerate().map(|(nr, pct)| (if nr == 0 { foerste } else { dage / (antal + 1) }, *pct)).collect()
}
