//! Rule sets as data: frister, reminders, rates, with validity and sources. No number of the law lives in code.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::ord::{Aarsag, Fristart, Modtagerrolle};
use crate::rules::kalender::{AAR, FOERSTE_DAG, Kalender, SIDSTE_DAG, er_i_kalenderen, plus_dage, plus_maaneder};
use crate::rules::politik::Politik;

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
    /// Which file.
    pub fil: String,
    /// Line, field and what would be right.
    pub fejl: String,
}

/// One rule set; a forløb uses the one valid on its first absence day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Regelsaet {
    /// Name, shown beside every computed date.
    pub navn: Arc<str>,
    /// First absence day from which it is used.
    #[serde(deserialize_with = "dato")]
    pub gaelder_fra: NaiveDate,
    /// Last absence day on which it is used; none while it is in force.
    #[serde(default, deserialize_with = "maaske_dato")]
    pub gaelder_til: Option<NaiveDate>,
    /// Numbers that are not dates of a frist.
    pub parametre: Parametre,
    /// When mail leaves.
    pub udsendelse: Udsendelse,
    /// The frister.
    #[serde(rename = "frist")]
    pub frister: Vec<Fristregel>,
    /// The reminders.
    #[serde(rename = "paamindelse")]
    pub paamindelser: Vec<Paamindelsesregel>,
    /// What counts as frequent absence.
    #[serde(rename = "signal", default)]
    pub signaler: Vec<Signalregel>,
}

/// Numbers of a rule set.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parametre {
    /// Calendar days between two registrations that still are one forløb.
    pub max_hul_dage: u32,
    /// Days after which a new forløb no longer is marked as a possible relapse.
    pub tilbagefald_dage: u32,
    /// § 30: days the employer pays.
    pub arbejdsgiverperiode_dage: u32,
    /// § 30: employed fewer days than this on F gives refusion from F.
    pub nyansat_dage: u32,
    /// Hours of a full week.
    pub fuld_uge_timer: f64,
    /// Less weekly absence than this is not partial sickness.
    pub delvis_mindst_timer: f64,
    /// Working days before the target from which a frist `forfalder`.
    pub forfalder_arbejdsdage: u32,
    /// § 7 a: no talk when leaving at the latest F plus this.
    pub opsagt_undtagelse_dage: u32,
    /// § 13 b stk. 2: the kommune's talk after a fast-track request.
    pub kommunens_samtale_dage: u32,
    /// Policy: working days after which an anmeldelse that is prepared and not signed is a task of its own.
    pub usigneret_arbejdsdage: u32,
}

/// Hours are ordinary numbers: a rule set with others is not read.
impl Eq for Parametre {}

/// When reminders leave, Europe/Copenhagen.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Udsendelse {
    /// The time of the digest.
    #[serde(deserialize_with = "klokken")]
    pub klokken: NaiveTime,
    /// Never before.
    #[serde(deserialize_with = "klokken")]
    pub tidligst: NaiveTime,
    /// Never from this time on.
    #[serde(deserialize_with = "klokken")]
    pub senest: NaiveTime,
}

/// How one date follows from another.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Formel {
    /// Calendar months first, clamped to the month's last day.
    #[serde(default)]
    pub maaneder: u32,
    /// Then calendar days.
    #[serde(default)]
    pub dage: i64,
    /// Then to a working day.
    #[serde(default)]
    pub tilpas: Option<Tilpas>,
}

/// Moving a date to a working day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Tilpas {
    /// The last on or before.
    #[serde(rename = "wd")]
    Foer,
    /// The first on or after.
    #[serde(rename = "wd+")]
    Efter,
}

impl Formel {
    /// The date that follows from `fra`.
    #[must_use]
    pub fn beregn(&self, fra: NaiveDate, kalender: &Kalender) -> NaiveDate {
        tilpas(plus_dage(plus_maaneder(fra, self.maaneder), self.dage), self.tilpas, kalender)
    }
}

fn tilpas(dag: NaiveDate, tilpas: Option<Tilpas>, kalender: &Kalender) -> NaiveDate {
    match tilpas {
        None => dag,
        Some(Tilpas::Foer) => kalender.wd(dag),
        Some(Tilpas::Efter) => kalender.wd_plus(dag),
    }
}

/// For which absences a row holds; a row with a condition goes before the one without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Betingelse {
    /// Ended within the employer period, with refusion from the first day.
    KortFoerstedagsret,
    /// Pregnancy-related.
    Graviditet,
}

/// One frist of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fristregel {
    /// Which.
    pub art: Fristart,
    /// For which absences; none: for all.
    #[serde(default)]
    pub naar: Option<Betingelse>,
    /// Opens.
    pub aabner: Formel,
    /// The day people work towards.
    pub maaldag: Formel,
    /// The day of the law.
    pub lovdag: Formel,
    /// An earlier cut-off shown beside it.
    #[serde(default)]
    pub intern: Option<Formel>,
    /// Who acts, first choice first.
    pub ansvarlig: Arc<[Modtagerrolle]>,
    /// The right is lost or reduced after the lovdag.
    #[serde(default)]
    pub tabes: bool,
    /// It is about money, and so stays due after raskmelding.
    #[serde(default)]
    pub penge: bool,
    /// It stays due after raskmelding though it is not about money.
    #[serde(default)]
    pub forbliver: bool,
    /// Law, paragraph or policy.
    pub kilde: Arc<str>,
}

/// From which date of the frist a reminder is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fra {
    /// The day it opens.
    Aabner,
    /// The target.
    Maaldag,
    /// The legal day.
    Lovdag,
}

/// One reminder of a rule set.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paamindelsesregel {
    /// For which frist.
    pub frist: Fristart,
    /// Name of the step, part of the reminder's key.
    pub trin: String,
    /// Counted from.
    pub fra: Fra,
    /// Calendar days first.
    #[serde(default)]
    pub dage: i64,
    /// Then to a working day.
    #[serde(default)]
    pub tilpas: Option<Tilpas>,
    /// Then working days.
    #[serde(default)]
    pub arbejdsdage: i32,
    /// Repeated every so many working days until resolved.
    #[serde(default)]
    pub gentag_arbejdsdage: Option<u32>,
    /// To whom.
    pub til: Vec<Modtagerrolle>,
    /// The mail says that it is the last chance.
    #[serde(default)]
    pub sidste_chance: bool,
}

impl Paamindelsesregel {
    /// The first day on which it leaves; always a working day.
    #[must_use]
    pub fn dag(&self, fra: NaiveDate, kalender: &Kalender) -> NaiveDate {
        let dag = tilpas(plus_dage(fra, self.dage), self.tilpas, kalender);
        // A target may be a closed day (a plan's evaluation date); what is due on the day itself leaves before it.
        if self.arbejdsdage == 0 { kalender.wd(dag) } else { kalender.forskyd(dag, self.arbejdsdage) }
    }
}

/// What a signal counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Signalslags {
    /// Periods of absence that began in the window.
    Perioder,
    /// Days of absence of the periods that began in the window.
    Dage,
}

/// What counts as frequent absence: so many in a window that ends today.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signalregel {
    /// Name, part of the API.
    pub navn: Arc<str>,
    /// What is counted.
    pub slags: Signalslags,
    /// From how many on.
    pub antal: u32,
    /// Calendar months of the window.
    #[serde(default)]
    pub maaneder: u32,
    /// Days of the window, beside the months.
    #[serde(default)]
    pub dage: u32,
    /// Only of newly educated employees.
    #[serde(default)]
    pub kun_nyuddannet: bool,
    /// The reasons for absence that count.
    pub medregn: Vec<Aarsag>,
    /// Policy.
    pub kilde: Arc<str>,
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

    /// The calendar.
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

impl Regelsaet {
    /// Reads and checks a rule set.
    ///
    /// # Errors
    /// Names the line and the field, and what would be right.
    pub fn laes(tekst: &str, kalender: &Kalender) -> Result<Self, String> {
        let saet: Self = toml::from_str(tekst).map_err(|e| e.to_string())?;
        saet.eftersyn(kalender).map_err(|fund| fund.i(tekst))?;
        Ok(saet)
    }

    /// The row for a frist; `naar` first, else the general one.
    #[must_use]
    pub fn frist(&self, art: Fristart, naar: Option<Betingelse>) -> Option<&Fristregel> {
        let saerlig = naar.and_then(|n| self.frister.iter().find(|r| r.art == art && r.naar == Some(n)));
        saerlig.or_else(|| self.frister.iter().find(|r| r.art == art && r.naar.is_none()))
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

fn dato<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
    let tekst = toml::value::Datetime::deserialize(d)?.to_string();
    let dag = tekst.parse().map_err(|_| format!("'{tekst}' er ikke en dato; skriv ÅÅÅÅ-MM-DD"));
    let dag = dag.and_then(|dag| match er_i_kalenderen(dag) {
        true => Ok(dag),
        false => Err(format!("{dag} skal ligge fra {FOERSTE_DAG} til {SIDSTE_DAG}")),
    });
    dag.map_err(serde::de::Error::custom)
}

fn maaske_dato<'de, D: Deserializer<'de>>(d: D) -> Result<Option<NaiveDate>, D::Error> {
    dato(d).map(Some)
}

fn klokken<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveTime, D::Error> {
    let tekst = String::deserialize(d)?;
    NaiveTime::parse_from_str(&tekst, "%H:%M")
        .map_err(|_| serde::de::Error::custom(format!("'{tekst}' er ikke et klokkeslæt; skriv TT:MM")))
}

#[cfg(test)]
mod tests;
