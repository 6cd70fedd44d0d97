//! Checks a rule set when it is read: what the types alone cannot say.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::ord::Fristart;
use crate::rules::kalender::{Kalender, plus_dage};
use crate::rules::saet::{Formel, Fra, Fristregel, Paamindelsesregel, Regelsaet, Signalregel};

/// Something that is wrong in a rule file: in which table, the how many-th of its kind (from 0), which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fund {
    tabel: &'static str,
    nr: usize,
    felt: &'static str,
    fejl: String,
}

impl Fund {
    pub(crate) fn ny(tabel: &'static str, nr: usize, felt: &'static str, fejl: impl Into<String>) -> Self {
        Self { tabel, nr, felt, fejl: fejl.into() }
    }

    /// With the line of the text it stands on.
    pub(crate) fn i(&self, tekst: &str) -> String {
        let Self { tabel, nr, felt, fejl } = self;
        let hoved = [format!("[[{tabel}]]"), format!("[{tabel}]")];
        let linjer = || tekst.lines().map(str::trim).enumerate();
        let fra = linjer().filter(|(_, l)| hoved.iter().any(|h| l.starts_with(h.as_str()))).nth(*nr).map(|(n, _)| n);
        let navnet = |l: &str| l.strip_prefix(felt).is_some_and(|rest| rest.trim_start().starts_with('='));
        let i_tabellen = |fra: usize| linjer().skip(fra + 1).take_while(|(_, l)| !l.starts_with('['));
        let linje = fra.map(|fra| i_tabellen(fra).find(|(_, l)| navnet(l)).map_or(fra, |(n, _)| n));
        let linje = linje.or_else(|| linjer().find(|(_, l)| tabel.is_empty() && navnet(l)).map(|(n, _)| n));
        match linje {
            Some(n) => format!("linje {}, '{felt}': {fejl}", n + 1),
            None => format!("'{felt}': {fejl}"),
        }
    }
}

/// Days, and working days, that a rule may count: ten years are beyond any of them.
const DAGE: i64 = 3660;
/// Months that a rule may count.
const MAANEDER: u32 = 120;
/// Reminders of one rule set or policy.
const PAAMINDELSER: usize = 200;

/// First absence days on which the dates of a rule are tried: every day of four years, one of them a leap year, so that
/// every weekday meets every holiday that moves.
fn proevedage() -> impl Iterator<Item = NaiveDate> {
    let foerste = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    (0..1461).map(move |n| plus_dage(foerste, n))
}

impl Regelsaet {
    pub(crate) fn eftersyn(&self, kalender: &Kalender) -> Result<(), Fund> {
        for art in Fristart::ALLE {
            if self.frist(*art, None).is_none() && *art != Fristart::Kontakt {
                return Err(Fund::ny(
                    "frist",
                    usize::MAX,
                    "art",
                    format!("der mangler en [[frist]] med art = \"{art}\""),
                ));
            }
        }
        for (nr, regel) in self.frister.iter().enumerate() {
            let formler =
                [("aabner", Some(regel.aabner)), ("maaldag", Some(regel.maaldag)), ("lovdag", Some(regel.lovdag))];
            for (felt, formel) in formler.into_iter().chain([("intern", regel.intern)]) {
                formel.map_or(Ok(()), |f| inden_for(&f)).map_err(|fejl| Fund::ny("frist", nr, felt, fejl))?;
            }
            self.frist_er_entydig(nr, regel)?;
            raekkefoelge(regel, kalender).map_err(|(felt, fejl)| Fund::ny("frist", nr, felt, fejl))?;
        }
        paamindelser(&self.paamindelser)?;
        signaler(&self.signaler)?;
        let p = &self.parametre;
        let tal = [
            ("max_hul_dage", p.max_hul_dage),
            ("tilbagefald_dage", p.tilbagefald_dage),
            ("arbejdsgiverperiode_dage", p.arbejdsgiverperiode_dage),
            ("nyansat_dage", p.nyansat_dage),
            ("forfalder_arbejdsdage", p.forfalder_arbejdsdage),
            ("opsagt_undtagelse_dage", p.opsagt_undtagelse_dage),
            ("kommunens_samtale_dage", p.kommunens_samtale_dage),
            ("usigneret_arbejdsdage", p.usigneret_arbejdsdage),
        ];
        if let Some((felt, _)) = tal.into_iter().find(|(_, tal)| i64::from(*tal) > DAGE) {
            return Err(Fund::ny("parametre", 0, felt, format!("skal være fra 0 til {DAGE}")));
        }
        let parametre = [
            ("fuld_uge_timer", self.parametre.fuld_uge_timer),
            ("delvis_mindst_timer", self.parametre.delvis_mindst_timer),
        ];
        for (felt, timer) in parametre {
            if !(timer > 0.0 && timer <= 168.0) {
                return Err(Fund::ny("parametre", 0, felt, "skal være over 0 og højst 168 timer om ugen"));
            }
        }
        let u = &self.udsendelse;
        if !(u.tidligst <= u.klokken && u.klokken < u.senest) {
            return Err(Fund::ny("udsendelse", 0, "klokken", "skal ligge fra 'tidligst' til før 'senest'"));
        }
        if self.gaelder_til.is_some_and(|til| til < self.gaelder_fra) {
            return Err(Fund::ny("", 0, "gaelder_til", "ligger før 'gaelder_fra'"));
        }
        Ok(())
    }

    fn frist_er_entydig(&self, nr: usize, regel: &Fristregel) -> Result<(), Fund> {
        if regel.ansvarlig.is_empty() {
            return Err(Fund::ny("frist", nr, "ansvarlig", "skal nævne mindst en rolle"));
        }
        let ens = |andet: &Fristregel| {
            if regel.art == Fristart::Kontakt { andet.lovdag == regel.lovdag } else { andet.naar == regel.naar }
        };
        if self.frister[..nr].iter().any(|andet| andet.art == regel.art && ens(andet)) {
            return Err(Fund::ny("frist", nr, "art", format!("\"{}\" står her for anden gang", regel.art)));
        }
        Ok(())
    }
}

/// Its numbers are ones that somebody can mean.
fn inden_for(formel: &Formel) -> Result<(), String> {
    match formel.dage.unsigned_abs() <= DAGE.unsigned_abs() && formel.maaneder <= MAANEDER {
        true => Ok(()),
        false => Err(format!("'dage' skal ligge fra -{DAGE} til {DAGE}, og 'maaneder' fra 0 til {MAANEDER}")),
    }
}

/// Opens, target, legal day: in this order, whenever the absence begins.
fn raekkefoelge(regel: &Fristregel, kalender: &Kalender) -> Result<(), (&'static str, String)> {
    for f in proevedage() {
        let (aabner, lovdag) = (regel.aabner.beregn(f, kalender), regel.lovdag.beregn(f, kalender));
        let maaldag = regel.maaldag.beregn(f, kalender).max(f);
        let efter_lovdag = |dag: NaiveDate, felt| {
            let fejl = || format!("ligger {dag} efter lovdagen {lovdag}, når første fraværsdag er {f}");
            // Nobody is at work on the weekend of somebody's first days.
            if dag > lovdag && dag > kalender.wd_plus(f) { Err((felt, fejl())) } else { Ok(()) }
        };
        efter_lovdag(maaldag, "maaldag")?;
        if let Some(intern) = regel.intern {
            efter_lovdag(intern.beregn(f, kalender), "intern")?;
        }
        // Contacts lie days apart, and a long weekend may cover several.
        if aabner > maaldag && !matches!(regel.art, Fristart::TtaEvaluering | Fristart::Kontakt) {
            let fejl = format!("ligger {aabner} efter måldagen {maaldag}, når første fraværsdag er {f}");
            return Err(("aabner", fejl));
        }
    }
    Ok(())
}

/// Whenever the absence begins, the reminder comes on the day of the law or before.
pub(crate) fn i_tide(paamindelse: &Paamindelsesregel, frist: &Fristregel, kalender: &Kalender) -> bool {
    proevedage().all(|f| {
        let fra = match paamindelse.fra {
            Fra::Aabner => frist.aabner,
            Fra::Maaldag => frist.maaldag,
            Fra::Lovdag => frist.lovdag,
        };
        paamindelse.dag(fra.beregn(f, kalender), kalender) <= frist.lovdag.beregn(f, kalender)
    })
}

/// Every reminder has a key of its own, and somebody to go to.
pub(crate) fn paamindelser(regler: &[Paamindelsesregel]) -> Result<(), Fund> {
    let mut set = BTreeSet::new();
    if regler.len() > PAAMINDELSER {
        return Err(Fund::ny("paamindelse", PAAMINDELSER, "trin", format!("der kan højst være {PAAMINDELSER}")));
    }
    for (nr, regel) in regler.iter().enumerate() {
        let fund = |felt, fejl: &str| Err(Fund::ny("paamindelse", nr, felt, fejl));
        if regel.til.is_empty() {
            return fund("til", "skal nævne mindst en rolle");
        }
        let dage = format!("skal ligge fra -{DAGE} til {DAGE}");
        if regel.dage.unsigned_abs() > DAGE.unsigned_abs() {
            return fund("dage", &dage);
        }
        if i64::from(regel.arbejdsdage).unsigned_abs() > DAGE.unsigned_abs() {
            return fund("arbejdsdage", &dage);
        }
        if regel.gentag_arbejdsdage.is_some_and(|hver| hver == 0 || i64::from(hver) > DAGE) {
            return fund("gentag_arbejdsdage", &format!("skal ligge fra 1 til {DAGE}"));
        }
        let tegn = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if regel.trin.is_empty() || !regel.trin.chars().all(tegn) {
            return fund("trin", "skal bestå af små bogstaver a til z, cifre, '-' og '_'");
        }
        if !set.insert((regel.frist, regel.trin.as_str())) {
            return fund("trin", "står to gange for den samme frist");
        }
    }
    Ok(())
}

pub(crate) fn signaler(regler: &[Signalregel]) -> Result<(), Fund> {
    for (nr, regel) in regler.iter().enumerate() {
        let fund = |felt, fejl: &str| Err(Fund::ny("signal", nr, felt, fejl));
        if regel.antal == 0 || i64::from(regel.antal) > DAGE {
            return fund("antal", &format!("skal ligge fra 1 til {DAGE}"));
        }
        if (regel.maaneder, regel.dage) == (0, 0) || regel.maaneder > 120 || regel.dage > 3660 {
            return fund("maaneder", "vinduet skal være mindst en dag og højst ti år: angiv 'maaneder' eller 'dage'");
        }
        if regel.medregn.is_empty() {
            return fund("medregn", "skal nævne mindst en fraværsårsag");
        }
    }
    Ok(())
}
