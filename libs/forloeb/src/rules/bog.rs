//! The book of rules: every rule set, the workplace's policies laid over them, the calendar and the rates.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use thiserror::Error;

use crate::rules::kalender::{AAR, Kalender, plus_dage};
use crate::rules::politik::Politik;
use crate::rules::saet::Regelsaet;

/// Every rule set, the calendar and the rates: what decides a date or an amount.
#[derive(Debug, Clone)]
pub struct Regelbog {
    saet: Vec<Arc<Regelsaet>>,
    /// The workplace's policies, in the order they were laid down.
    politikker: Vec<(NaiveDate, Politik)>,
    /// Rule sets with a policy of the workplace laid over them.
    sammensatte: Vec<Arc<Regelsaet>>,
    kalender: Kalender,
    satser: Vec<Sats>,
}

/// The files that come with the product: the rule set, the calendar's exceptions and the rates; name and text.
pub const INDBYGGEDE: [(&str, &str); 3] = [
    ("standard.toml", include_str!("../../regler/standard.toml")),
    ("kalender.toml", include_str!("../../regler/kalender.toml")),
    ("satser.toml", include_str!("../../regler/satser.toml")),
];

/// Kroner a week beyond which a rate is a slip of the finger.
const HOEJESTE_SATS: u32 = 100_000;

/// A rule file that cannot be used.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{fil}: {fejl}")]
pub struct RegelFejl {
    /// Name of the file.
    pub fil: String,
    /// Line, field and what would be right.
    pub fejl: String,
}

/// The highest weekly sygedagpenge of a year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sats {
    /// Calendar year.
    pub aar: i32,
    /// Kroner a week.
    pub kr_pr_uge: u32,
    /// Where the figure is from.
    pub kilde: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Satser {
    sats: Vec<Sats>,
}

impl Regelbog {
    /// The rule sets, calendar and rates that come with the product.
    ///
    /// # Panics
    /// Never in a build whose tests have run: the files are part of the build, and a test reads them.
    #[must_use]
    pub fn indbygget() -> Self {
        let [saet, kalender, satser] = INDBYGGEDE;
        Self::laes(&[saet], kalender.1, satser.1).expect("the built-in rule files are read by a test")
    }

    /// Reads rule sets (name of the file and text), the calendar's exceptions and the rates.
    ///
    /// # Errors
    /// Names the file, the line and the field.
    pub fn laes(saet: &[(&str, &str)], kalender: &str, satser: &str) -> Result<Self, RegelFejl> {
        let fejl = |fil: &str| {
            let fil = fil.to_owned();
            move |fejl: String| RegelFejl { fil, fejl }
        };
        let kalender = Kalender::laes(kalender).map_err(fejl("kalender.toml"))?;
        let mut laest: Vec<(&str, Arc<Regelsaet>)> = Vec::new();
        for (fil, tekst) in saet {
            laest.push((fil, Arc::new(Regelsaet::laes(tekst, &kalender).map_err(fejl(fil))?)));
        }
        laest.sort_by_key(|(_, r)| r.gaelder_fra);
        for par in laest.windows(2) {
            let [(_, foer), (fil, efter)] = par else { continue };
            if foer.gaelder_til.is_none_or(|til| til >= efter.gaelder_fra) {
                let slut = foer.gaelder_til.map_or_else(|| "uden slut".to_owned(), |til| format!("til {til}"));
                return Err(fejl(fil)(format!(
                    "'gaelder_fra' = {}: regelsættet '{}' gælder {slut}; sæt 'gaelder_til' i det ene",
                    efter.gaelder_fra, foer.navn
                )));
            }
        }
        let satser = laes_satser(satser)?;
        let saet = laest.into_iter().map(|(_, r)| r).collect();
        Ok(Self { saet, politikker: Vec::new(), sammensatte: Vec::new(), kalender, satser })
    }

    /// The same book with these rates: a year's takes the place of the one that was there.
    ///
    /// # Errors
    /// Names the line and the field.
    pub fn med_satser(&self, tekst: &str) -> Result<Self, RegelFejl> {
        let mut satser = laes_satser(tekst)?;
        satser
            .extend(self.satser.iter().filter(|s| !satser.iter().any(|n| n.aar == s.aar)).cloned().collect::<Vec<_>>());
        satser.sort_by_key(|s| s.aar);
        Ok(Self { satser, ..self.clone() })
    }

    /// The same book with the policies of the workplace laid over it, each from its day on until the next. A forløb
    /// keeps the rules of its first absence day: a policy is for those that begin later.
    #[must_use]
    pub fn med_politik(&self, politikker: &[(NaiveDate, Politik)]) -> Self {
        let mut fra_dag: Vec<&(NaiveDate, Politik)> = politikker.iter().collect();
        fra_dag.sort_by_key(|(fra, _)| *fra); // stable: of two from the same day the one that was laid last
        let mut sammensatte = Vec::new();
        for (n, (fra, politik)) in fra_dag.iter().enumerate() {
            let slut = fra_dag.get(n + 1).and_then(|(naeste, _)| naeste.pred_opt());
            for saet in &self.saet {
                let gaelder_fra = saet.gaelder_fra.max(*fra);
                let gaelder_til = saet.gaelder_til.into_iter().chain(slut).min();
                if gaelder_til.is_none_or(|til| gaelder_fra <= til) {
                    let lagt = politik.over(saet, &self.kalender);
                    sammensatte.push(Arc::new(Regelsaet { gaelder_fra, gaelder_til, ..lagt }));
                }
            }
        }
        Self { politikker: politikker.to_vec(), sammensatte, ..self.clone() }
    }

    /// The same book with one more policy, unless it is there already.
    #[must_use]
    pub fn og_politik(&self, fra: NaiveDate, politik: Politik) -> Self {
        let ny = (fra, politik);
        if self.politikker.contains(&ny) {
            return self.clone();
        }
        self.med_politik(&[&self.politikker[..], &[ny]].concat())
    }

    /// The statutory rule sets, by their first day.
    #[must_use]
    pub fn saet(&self) -> &[Arc<Regelsaet>] {
        &self.saet
    }

    /// The rates, by year.
    #[must_use]
    pub fn satser(&self) -> &[Sats] {
        &self.satser
    }

    /// The same book with one statutory rule set in the place of all that overlap it.
    #[must_use]
    pub fn med_saet(&self, nyt: Regelsaet) -> Self {
        let foer = |r: &Regelsaet| Regelsaet { gaelder_til: nyt.gaelder_fra.pred_opt(), ..r.clone() };
        let efter = |r: &Regelsaet, til: NaiveDate| Regelsaet { gaelder_fra: plus_dage(til, 1), ..r.clone() };
        let mut saet = Vec::new();
        for r in &self.saet {
            let overlapper = r.gaelder_til.is_none_or(|til| til >= nyt.gaelder_fra)
                && nyt.gaelder_til.is_none_or(|til| til >= r.gaelder_fra);
            if !overlapper {
                saet.push(r.clone());
                continue;
            }
            if r.gaelder_fra < nyt.gaelder_fra {
                saet.push(Arc::new(foer(r)));
            }
            if let Some(til) = nyt.gaelder_til
                && r.gaelder_til.is_none_or(|slut| slut > til)
            {
                saet.push(Arc::new(efter(r, til)));
            }
        }
        saet.push(Arc::new(nyt));
        saet.sort_by_key(|r| r.gaelder_fra);
        Self { saet, ..self.clone() }.med_politik(&self.politikker)
    }

    /// The rule set for a forløb whose first absence day is `f`, the workplace's policy laid over it.
    #[must_use]
    pub fn for_dag(&self, f: NaiveDate) -> Option<&Arc<Regelsaet>> {
        let i_kraft = |r: &&Arc<Regelsaet>| r.gaelder_fra <= f && r.gaelder_til.is_none_or(|til| f <= til);
        self.sammensatte.iter().rev().find(i_kraft).or_else(|| self.saet.iter().rev().find(i_kraft))
    }

    /// The rule set in force on `dag`, or the newest one there is.
    #[must_use]
    pub fn gaeldende(&self, dag: NaiveDate) -> &Arc<Regelsaet> {
        self.for_dag(dag).or(self.saet.last()).expect("laes is given at least one rule set")
    }

    /// First absence day that any rule set covers.
    #[must_use]
    pub fn tidligste_dag(&self) -> NaiveDate {
        self.saet.first().map_or(NaiveDate::MIN, |r| r.gaelder_fra)
    }

    /// The calendar of working days that every date is moved by.
    #[must_use]
    pub fn kalender(&self) -> &Kalender {
        &self.kalender
    }

    /// The rate for a day, and whether it is the day's own year's (`false`: the nearest known is used, say so).
    #[must_use]
    pub fn sats(&self, dag: NaiveDate) -> Option<(&Sats, bool)> {
        let aar = dag.year();
        let sats = self.satser.iter().rev().find(|s| s.aar <= aar).or(self.satser.first())?;
        Some((sats, sats.aar == aar))
    }
}

fn laes_satser(tekst: &str) -> Result<Vec<Sats>, RegelFejl> {
    let fejl = |fejl: String| RegelFejl { fil: "satser.toml".to_owned(), fejl };
    let mut satser = toml::from_str::<Satser>(tekst).map_err(|e| fejl(e.to_string()))?.sats;
    for s in &satser {
        if !AAR.contains(&s.aar) {
            return Err(fejl(format!("[[sats]]: 'aar' = {} skal ligge fra {} til {}", s.aar, AAR.start(), AAR.end())));
        }
        if !(1..=HOEJESTE_SATS).contains(&s.kr_pr_uge) {
            return Err(fejl(format!("[[sats]] for {}: 'kr_pr_uge' skal være fra 1 til {HOEJESTE_SATS}", s.aar)));
        }
    }
    satser.sort_by_key(|s| s.aar);
    match satser.windows(2).find(|par| par[0].aar == par[1].aar) {
        Some(par) => Err(fejl(format!("[[sats]]: 'aar' = {} står to gange", par[0].aar))),
        None => Ok(satser),
    }
}
