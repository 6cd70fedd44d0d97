//! Rule sets as data: frister, reminders, rates, with validity and sources. No number of the law lives in code.

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, NaiveTime};
use serde::{Deserialize, Deserializer};
use thiserror::Error;

use crate::kalender::{Kalender, plus_dage, plus_maaneder};
use crate::ord::{Fristart, Modtagerrolle};

/// Every rule set, the calendar and the rates: what decides a date or an amount.
#[derive(Debug, Clone)]
pub struct Regelbog {
    saet: Vec<Arc<Regelsaet>>,
    kalender: Kalender,
    satser: Vec<Sats>,
}

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
    /// It is about money, and so survives raskmelding.
    #[serde(default)]
    pub penge: bool,
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
        if self.arbejdsdage > 0 {
            return kalender.forskyd(dag, self.arbejdsdage);
        }
        // A target on a closed day (a plan's evaluation date) is worked towards from the working day before it.
        kalender.forskyd(if self.tilpas == Some(Tilpas::Efter) { dag } else { kalender.wd(dag) }, self.arbejdsdage)
    }
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
        Self::laes(
            &[("standard.toml", include_str!("../regler/standard.toml"))],
            include_str!("../regler/kalender.toml"),
            include_str!("../regler/satser.toml"),
        )
        .expect("the built-in rule files are read by a test")
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
        let mut laest = Vec::new();
        for (fil, tekst) in saet {
            let regelsaet: Regelsaet = toml::from_str(tekst).map_err(|e| e.to_string()).map_err(fejl(fil))?;
            regelsaet.eftersyn().map_err(fejl(fil))?;
            laest.push(Arc::new(regelsaet));
        }
        laest.sort_by_key(|r| r.gaelder_fra);
        let mut satser: Satser = toml::from_str(satser).map_err(|e| e.to_string()).map_err(fejl("satser.toml"))?;
        satser.sats.sort_by_key(|s| s.aar);
        Ok(Self {
            saet: laest,
            kalender: Kalender::laes(kalender).map_err(fejl("kalender.toml"))?,
            satser: satser.sats,
        })
    }

    /// The rule set for a forløb whose first absence day is `f`; the newest that is in force on that day.
    #[must_use]
    pub fn for_dag(&self, f: NaiveDate) -> Option<&Arc<Regelsaet>> {
        self.saet.iter().rev().find(|r| r.gaelder_fra <= f && r.gaelder_til.is_none_or(|til| f <= til))
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
    /// The row for a frist; `naar` first, else the general one.
    #[must_use]
    pub fn frist(&self, art: Fristart, naar: Option<Betingelse>) -> Option<&Fristregel> {
        let saerlig = naar.and_then(|n| self.frister.iter().find(|r| r.art == art && r.naar == Some(n)));
        saerlig.or_else(|| self.frister.iter().find(|r| r.art == art && r.naar.is_none()))
    }

    fn eftersyn(&self) -> Result<(), String> {
        for art in Fristart::ALLE {
            if self.frist(*art, None).is_none() {
                return Err(format!("der mangler en [[frist]] med art = \"{art}\""));
            }
        }
        for regel in &self.paamindelser {
            if regel.til.is_empty() {
                return Err(format!("[[paamindelse]] {} {}: 'til' er tom", regel.frist, regel.trin));
            }
            if regel.gentag_arbejdsdage == Some(0) {
                return Err(format!(
                    "[[paamindelse]] {} {}: 'gentag_arbejdsdage' skal være mindst 1",
                    regel.frist, regel.trin
                ));
            }
        }
        for (felt, timer) in [
            ("fuld_uge_timer", self.parametre.fuld_uge_timer),
            ("delvis_mindst_timer", self.parametre.delvis_mindst_timer),
        ] {
            if !(timer > 0.0 && timer <= 168.0) {
                return Err(format!("[parametre] '{felt}' skal være over 0 og højst 168 timer om ugen"));
            }
        }
        if self.gaelder_til.is_some_and(|til| til < self.gaelder_fra) {
            return Err("'gaelder_til' ligger før 'gaelder_fra'".to_owned());
        }
        Ok(())
    }
}

fn dato<'de, D: Deserializer<'de>>(d: D) -> Result<NaiveDate, D::Error> {
    let tekst = toml::value::Datetime::deserialize(d)?.to_string();
    tekst.parse().map_err(|_| serde::de::Error::custom(format!("'{tekst}' er ikke en dato; skriv ÅÅÅÅ-MM-DD")))
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
mod tests {
    use super::*;

    #[test]
    fn de_indbyggede_filer_kan_laeses() {
        let bog = Regelbog::indbygget();
        assert_eq!(bog.gaeldende("2026-11-22".parse().unwrap()).navn.as_ref(), "standard");
        assert!(bog.for_dag("2012-03-04".parse().unwrap()).is_none());
    }

    #[test]
    fn en_forkert_fil_navngiver_felt_og_linje() {
        let tekst = include_str!("../regler/standard.toml").replace("max_hul_dage = 0", "max_huldage = 0");
        let fejl = Regelbog::laes(&[("lokal.toml", &tekst)], "", "").unwrap_err();
        assert_eq!(fejl.fil, "lokal.toml");
        assert!(fejl.fejl.contains("max_huldage") && fejl.fejl.contains("line 8"), "{}", fejl.fejl);
    }

    #[test]
    fn satsen_siger_om_den_er_aarets_egen() {
        let bog = Regelbog::indbygget();
        let (sats, egen) = bog.sats("2024-05-01".parse().unwrap()).unwrap();
        assert_eq!((sats.kr_pr_uge, egen), (4695, true));
        let (sats, egen) = bog.sats("2026-05-01".parse().unwrap()).unwrap();
        assert_eq!((sats.kr_pr_uge, egen), (4695, false));
    }
}
