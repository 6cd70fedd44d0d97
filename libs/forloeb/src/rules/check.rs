//! Checks a rule set when it is read: what the types alone cannot say.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::rules::calendar::{Calendar, plus_dage};
use crate::rules::set::{Formula, Fristregel, Paamindelsesregel, ParameterSource, Parameters, Regelsaet, Signalregel};
use crate::words::{Fristart, Modtagerrolle};

/// Something that is wrong in a rule file or a policy: in which table, the how many-th of its kind (from 0), which field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The table, empty where the field is in none.
    pub table: &'static str,
    /// The how many-th table of that name, from 0.
    pub nr: usize,
    /// The field, as the file has it.
    pub felt: &'static str,
    /// What is wrong, and what would be right.
    pub error: String,
}

impl Finding {
    pub(crate) fn new(table: &'static str, nr: usize, felt: &'static str, error: impl Into<String>) -> Self {
        Self { table, nr, felt, error: error.into() }
    }

    /// The same of a table whose rows are some of those of the file; `rows` has their numbers there.
    pub(crate) fn renumbered(self, table: &str, rows: &[usize]) -> Self {
        let nr = if self.table == table { rows.get(self.nr).copied().unwrap_or(self.nr) } else { self.nr };
        Self { nr, ..self }
    }

    /// With the line of the text it stands on.
    pub(crate) fn i(&self, text: &str) -> String {
        let Self { table, nr, felt, error } = self;
        let headings = [format!("[[{table}]]"), format!("[{table}]")];
        let lines = || text.lines().map(str::trim).enumerate();
        let fra = lines().filter(|(_, l)| headings.iter().any(|h| l.starts_with(h.as_str()))).nth(*nr).map(|(n, _)| n);
        let name = |l: &str| l.strip_prefix(felt).is_some_and(|rest| rest.trim_start().starts_with('='));
        let in_table = |fra: usize| lines().skip(fra + 1).take_while(|(_, l)| !l.starts_with('['));
        let line = fra.map(|fra| in_table(fra).find(|(_, l)| name(l)).map_or(fra, |(n, _)| n));
        let line = line.or_else(|| lines().find(|(_, l)| table.is_empty() && name(l)).map(|(n, _)| n));
        match line {
            Some(n) => format!("linje {}, '{felt}': {error}", n + 1),
            None => format!("'{felt}': {error}"),
        }
    }
}

/// A rule set may be without these: contacts are a workplace's own, and a file from before the others were known is read.
const NOT_IN_EVERY_SET: [Fristart; 10] = [
    Fristart::Kontakt,
    Fristart::VidereOpfoelgning,
    Fristart::OpfoelgningEfterRetur,
    Fristart::Paragraf56Fornyelse,
    Fristart::ForkertLeder,
    Fristart::Aftale,
    Fristart::ForventetSlut,
    Fristart::Overtagelse,
    Fristart::Forebyggelse,
    Fristart::Skaanehensyn,
];

/// Days, and working days, that a rule may count: ten years are beyond any of them.
const DAGE: i64 = 3660;
/// Days without contact after which somebody may be asked at the latest: an absence without a word for a year is no follow-up.
const UNNAMED_DAGE: u32 = 365;
/// What names of steps begin with that are no reminders of a rule: invitations, news, what somebody ordered, and agreements.
const RESERVED: [&str; 4] = ["kalender-", "nyt-", "bestilt-", "aftale-"];
/// Months that a rule may count.
const MAANEDER: u32 = 120;
/// Reminders of one rule set or policy.
const PAAMINDELSER: usize = 200;

/// First absence days on which the dates of a rule are tried: every day of four years, one of them a leap year, so that
/// every weekday meets every holiday that moves.
fn trial_dage() -> impl Iterator<Item = NaiveDate> {
    let foerste = NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    (0..1461).map(move |n| plus_dage(foerste, n))
}

impl Regelsaet {
    pub(crate) fn inspection(&self, calendar: &Calendar) -> Result<(), Finding> {
        for art in Fristart::ALL {
            if self.frist(*art, None).is_none() && !NOT_IN_EVERY_SET.contains(art) {
                let fra = self.gaelder_fra;
                let error = format!("der mangler en [[frist]] med art = \"{art}\" for fravær fra {fra}");
                return Err(Finding::new("frist", usize::MAX, "art", error));
            }
        }
        for (nr, regel) in self.frister.iter().enumerate() {
            let formulas =
                [("aabner", Some(regel.aabner)), ("maaldag", Some(regel.maaldag)), ("lovdag", Some(regel.lovdag))];
            for (felt, formula) in formulas.into_iter().chain([("intern", regel.intern)]) {
                formula
                    .map_or(Ok(()), |f| within_bounds(&f))
                    .map_err(|error| Finding::new("frist", nr, felt, error))?;
            }
            let figures = [
                ("mindst_dage", regel.mindst_dage),
                ("bortfalder_dage", regel.bortfalder_dage),
                ("kommunen_efter_dage", regel.kommunen_efter_dage),
            ];
            if let Some((felt, _)) = figures.into_iter().find(|(_, figure)| i64::from(*figure) > DAGE) {
                return Err(Finding::new("frist", nr, felt, format!("skal være fra 0 til {DAGE}")));
            }
            unnamed(nr, regel)?;
            self.frist_is_unambiguous(nr, regel)?;
            sequence(regel, calendar).map_err(|(felt, error)| Finding::new("frist", nr, felt, error))?;
        }
        paamindelser(&self.paamindelser)?;
        signaler(&self.signaler)?;
        sources(&self.sources)?;
        let p = &self.parameters;
        let figure = [
            ("max_hul_dage", p.max_hul_dage),
            ("tilbagefald_dage", p.tilbagefald_dage),
            ("arbejdsgiverperiode_dage", p.arbejdsgiverperiode_dage),
            ("nyansat_dage", p.nyansat_dage),
            ("forfalder_arbejdsdage", p.forfalder_arbejdsdage),
            ("opsagt_undtagelse_dage", p.opsagt_undtagelse_dage),
            ("kommunens_samtale_dage", p.kommunens_samtale_dage),
            ("usigneret_arbejdsdage", p.usigneret_arbejdsdage),
        ];
        if let Some((felt, _)) = figure.into_iter().find(|(_, figure)| i64::from(*figure) > DAGE) {
            return Err(Finding::new("parametre", 0, felt, format!("skal være fra 0 til {DAGE}")));
        }
        let maaneder = [
            ("dispensation_maaneder", p.dispensation_maaneder),
            ("ophoer_maaneder", p.ophoer_maaneder),
            ("ophoer_uger", p.ophoer_uger),
        ];
        if let Some((felt, _)) = maaneder.into_iter().find(|(_, figure)| *figure > MAANEDER) {
            return Err(Finding::new("parametre", 0, felt, format!("skal være fra 0 til {MAANEDER}")));
        }
        if !(0.0..=10_000.0).contains(&self.parameters.beskaeftigelse_timer) {
            return Err(Finding::new("parametre", 0, "beskaeftigelse_timer", "skal være fra 0 til 10000 timer"));
        }
        let parameters = [
            ("fuld_uge_timer", self.parameters.fuld_uge_timer),
            ("delvis_mindst_timer", self.parameters.delvis_mindst_timer),
        ];
        for (felt, timer) in parameters {
            if !(timer > 0.0 && timer <= 168.0) {
                return Err(Finding::new("parametre", 0, felt, "skal være over 0 og højst 168 timer om ugen"));
            }
        }
        let u = &self.udsendelse;
        if !(u.earliest <= u.klokken && u.klokken < u.latest) {
            return Err(Finding::new("udsendelse", 0, "klokken", "skal ligge fra 'tidligst' til før 'senest'"));
        }
        mails_om_ugen("udsendelse", u.hoejst_mails_om_ugen)?;
        Ok(())
    }

    fn frist_is_unambiguous(&self, nr: usize, regel: &Fristregel) -> Result<(), Finding> {
        if regel.ansvarlig.is_empty() {
            return Err(Finding::new("frist", nr, "ansvarlig", "skal nævne mindst en rolle"));
        }
        let equal = |other: &Fristregel| {
            if regel.art == Fristart::Kontakt { other.lovdag == regel.lovdag } else { other.when == regel.when }
        };
        if self.frister[..nr].iter().any(|other| other.art == regel.art && equal(other)) {
            return Err(Finding::new("frist", nr, "art", format!("\"{}\" står her for anden gang", regel.art)));
        }
        Ok(())
    }
}

/// Each names numbers that there are, and no number has two.
fn sources(all: &[ParameterSource]) -> Result<(), Finding> {
    let mut seen = BTreeSet::new();
    for (nr, source) in all.iter().enumerate() {
        let finding = |felt, error: String| Err(Finding::new("parameterkilde", nr, felt, error));
        if source.kilde.trim().is_empty() {
            return finding("kilde", "skal nævne lov, paragraf eller politik".to_owned());
        }
        for name in &source.parameters {
            if !Parameters::NAMES.contains(&name.as_str()) {
                return finding("parametre", format!("\"{name}\" er ikke en af parametrene"));
            }
            if !seen.insert(name) {
                return finding("parametre", format!("\"{name}\" står her for anden gang"));
            }
        }
    }
    Ok(())
}

/// Only of the expected end somebody is asked though no day was named.
fn unnamed(nr: usize, regel: &Fristregel) -> Result<(), Finding> {
    let error = match regel.uden_dag_dage {
        Some(_) if regel.art != Fristart::ForventetSlut => {
            format!("kan kun stå i en [[frist]] med art = \"{}\"", Fristart::ForventetSlut)
        }
        Some(dage) if !(1..=UNNAMED_DAGE).contains(&dage) => format!("skal være fra 1 til {UNNAMED_DAGE}"),
        Some(_) | None => return Ok(()),
    };
    Err(Finding::new("frist", nr, "uden_dag_dage", error))
}

/// Its numbers are ones that somebody can mean.
fn within_bounds(formula: &Formula) -> Result<(), String> {
    let working = formula.arbejdsdage.unsigned_abs();
    match formula.dage.unsigned_abs() <= DAGE.unsigned_abs() && formula.maaneder <= MAANEDER && working <= 366 {
        true => Ok(()),
        false => Err(format!(
            "'dage' skal ligge fra -{DAGE} til {DAGE}, 'maaneder' fra 0 til {MAANEDER}, og 'arbejdsdage' fra -366 til 366"
        )),
    }
}

/// Opens, target, legal day: in this order, whenever the absence begins.
fn sequence(regel: &Fristregel, calendar: &Calendar) -> Result<(), (&'static str, String)> {
    for f in trial_dage() {
        let (aabner, lovdag) = (regel.aabner.compute(f, calendar), regel.lovdag.compute(f, calendar));
        let maaldag = regel.maaldag_from(f, calendar);
        let after_lovdag = |dag: NaiveDate, felt| {
            let error = || format!("ligger {dag} efter lovdagen {lovdag}, når første fraværsdag er {f}");
            // Nobody is at work on the weekend of somebody's first days.
            if dag > lovdag && dag > calendar.wd_plus(f) { Err((felt, error())) } else { Ok(()) }
        };
        after_lovdag(maaldag, "maaldag")?;
        if let Some(intern) = regel.intern {
            after_lovdag(intern.compute(f, calendar), "intern")?;
        }
        // Contacts lie days apart, and a long weekend may cover several.
        if aabner > maaldag && !matches!(regel.art, Fristart::TtaEvaluering | Fristart::Kontakt) {
            let error = format!("ligger {aabner} efter måldagen {maaldag}, når første fraværsdag er {f}");
            return Err(("aabner", error));
        }
    }
    Ok(())
}

/// How many mails somebody is to have in a week.
pub(super) fn mails_om_ugen(table: &'static str, count: Option<u32>) -> Result<(), Finding> {
    if count.is_some_and(|count| !(1..=7).contains(&count)) {
        let error = "skal være fra 1 til 7: der går højst én mail om dagen";
        return Err(Finding::new(table, 0, "hoejst_mails_om_ugen", error));
    }
    Ok(())
}

/// Every reminder has a key of its own, and somebody to go to.
pub(crate) fn paamindelser(regler: &[Paamindelsesregel]) -> Result<(), Finding> {
    let mut set = BTreeSet::new();
    if regler.len() > PAAMINDELSER {
        return Err(Finding::new("paamindelse", PAAMINDELSER, "trin", format!("der kan højst være {PAAMINDELSER}")));
    }
    for (nr, regel) in regler.iter().enumerate() {
        let finding = |felt, error: &str| Err(Finding::new("paamindelse", nr, felt, error));
        if regel.til.is_empty() {
            return finding("til", "skal nævne mindst en rolle");
        }
        if regel.til.contains(&Modtagerrolle::Deltager) {
            return finding(
                "til",
                "kan ikke være 'deltager': en, der deltager i en samtale, får en indbydelse og ingen påmindelser",
            );
        }
        let dage = format!("skal ligge fra -{DAGE} til {DAGE}");
        if regel.dage.unsigned_abs() > DAGE.unsigned_abs() {
            return finding("dage", &dage);
        }
        if i64::from(regel.arbejdsdage).unsigned_abs() > DAGE.unsigned_abs() {
            return finding("arbejdsdage", &dage);
        }
        if regel.gentag_arbejdsdage.is_some_and(|each| each == 0 || i64::from(each) > DAGE) {
            return finding("gentag_arbejdsdage", &format!("skal ligge fra 1 til {DAGE}"));
        }
        let character = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if regel.trin.is_empty() || !regel.trin.chars().all(character) {
            return finding("trin", "skal bestå af små bogstaver a til z, cifre, '-' og '_'");
        }
        if let Some(begins) = RESERVED.iter().find(|begins| regel.trin.starts_with(**begins)) {
            return finding("trin", &format!("kan ikke begynde med '{begins}'"));
        }
        if !set.insert((regel.frist, regel.trin.as_str())) {
            return finding("trin", "står to gange for den samme frist");
        }
    }
    Ok(())
}

pub(crate) fn signaler(regler: &[Signalregel]) -> Result<(), Finding> {
    for (nr, regel) in regler.iter().enumerate() {
        let finding = |felt, error: &str| Err(Finding::new("signal", nr, felt, error));
        if regel.count == 0 || i64::from(regel.count) > DAGE {
            return finding("antal", &format!("skal ligge fra 1 til {DAGE}"));
        }
        if (regel.maaneder, regel.dage) == (0, 0) || regel.maaneder > 120 || regel.dage > 3660 {
            return finding(
                "maaneder",
                "vinduet skal være mindst en dag og højst ti år: angiv 'maaneder' eller 'dage'",
            );
        }
        if regel.medregn.is_empty() {
            return finding("medregn", "skal nævne mindst en fraværsårsag");
        }
    }
    Ok(())
}
