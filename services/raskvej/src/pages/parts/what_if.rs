//! What would have been otherwise under other rules, as HR reads it.

use chrono::NaiveDate;
use forloeb::Oere;

use super::datoer::long;
use crate::money::kroner;
use crate::otherwise::{Otherwise, lines};
use crate::sentences::{count, dato, figure, frist_name};
use crate::what_if::{Answer, Enhed, Frister, Sag};

/// One unit's row, or the sum.
pub(crate) struct EnhedRow {
    pub(crate) enhed: String,
    pub(crate) different: String,
    pub(crate) moved: String,
    pub(crate) paamindelser: String,
    pub(crate) refusion: String,
}

/// A forløb that would be otherwise.
pub(crate) struct SagRow {
    pub(crate) path: String,
    pub(crate) enhed: String,
    pub(crate) foerste: String,
    pub(crate) lines: Vec<Otherwise>,
}

/// The whole answer.
pub(crate) struct AnswerView {
    pub(crate) set: String,
    pub(crate) enheder: Vec<EnhedRow>,
    pub(crate) total: EnhedRow,
    pub(crate) frister: Vec<(&'static str, String)>,
    pub(crate) sager: Vec<SagRow>,
    /// Where the next page begins.
    pub(crate) next: Option<String>,
}

impl AnswerView {
    pub(crate) fn new(found: &Answer, from: NaiveDate, today: NaiveDate) -> Self {
        let frister = found.total.frister.iter().map(|(art, f)| {
            let tekst = format!(
                "{} flyttet, {} nye, {} væk; påmindelser {} → {}",
                figure(f.moved),
                figure(f.new_ones),
                figure(f.away),
                figure(f.paamindelser),
                figure(f.nye_paamindelser)
            );
            (frist_name(*art), tekst)
        });
        Self {
            set: format!(
                "{}, der begyndte fra {} til {}: {} ville være anderledes, hvis reglerne havde gældt fra den første dag.",
                count(found.forloeb as u64, "forløb", "forløb"),
                long(from),
                long(today),
                figure(found.different as u64)
            ),
            frister: frister.collect(),
            total: row(&found.total),
            enheder: found.enheder.iter().map(row).collect(),
            sager: found.sager.iter().map(sag).collect(),
            next: found.next.map(|place| place.to_string()),
        }
    }
}

fn sag(s: &Sag) -> SagRow {
    SagRow { path: format!("/forloeb/{}", s.id), enhed: s.enhed.clone(), foerste: dato(s.foerste), lines: lines(s) }
}

fn row(e: &Enhed) -> EnhedRow {
    let sum = |what: fn(&Frister) -> u64| e.frister.values().map(what).sum::<u64>();
    let (now, new) = (sum(|f| f.paamindelser), sum(|f| f.nye_paamindelser));
    let refusion = match e.nyt_tab.beloeb - e.tab.beloeb {
        Oere::ZERO if e.nyt_tab.dage == e.tab.dage => "uændret".to_owned(),
        beloeb => format!("{} dage, {}", e.nyt_tab.dage - e.tab.dage, kroner(beloeb)),
    };
    EnhedRow {
        enhed: e.name.clone(),
        different: figure(e.different),
        moved: figure(sum(|f| f.moved + f.new_ones + f.away)),
        paamindelser: format!("{} → {}", figure(now), figure(new)),
        refusion,
    }
}
