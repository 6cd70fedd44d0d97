//! A policy as HR fills it in: what was typed, the policy that it says, and a policy that is there as it would be typed.

use std::collections::BTreeSet;

use forloeb::politik::{EXAMPLES, Maaldag, Politik, PolitikFastsat, STEDER, WITH_MAALDAG};
use forloeb::regler::{Adjust, CountedFrom, Finding, Paamindelsesregel};
use forloeb::words::{Fristart, Modtagerrolle};

use super::page_form::{ErrorLine, line, number};
use super::session::{Pairs, find};
use super::signal_form::SignalForm;
use crate::politik_text::and;

/// Rows for reminders that are there from the start.
const ROWS: usize = 3;
/// Most rows: nobody fills in more by hand.
const MOST_ROWS: usize = 40;
/// The days are one's own.
pub(crate) const OWN: &str = "egne";
/// The contacts stay as the rules have them.
pub(crate) const AS_IS: &str = "ingen";

/// What was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PolitikForm {
    pub(crate) name: String,
    /// A ready contact model, [`OWN`] or [`AS_IS`].
    pub(crate) model: String,
    /// The days, where they are one's own.
    pub(crate) dage: String,
    /// It holds in some places only.
    pub(crate) somewhere: bool,
    pub(crate) enhed: BTreeSet<String>,
    pub(crate) distrikt: BTreeSet<String>,
    /// Day number of each earlier target, in the order of [`WITH_MAALDAG`].
    pub(crate) maaldage: Vec<String>,
    pub(crate) intern: String,
    /// Most mails a week.
    pub(crate) mails: String,
    pub(crate) rows: Vec<Row>,
    pub(crate) called_off: BTreeSet<Fristart>,
    pub(crate) signaler: SignalForm,
    pub(crate) fra: String,
}

/// A reminder, as it is typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// Code of the frist; empty: the row says nothing.
    pub(crate) frist: String,
    pub(crate) antal: String,
    /// `arbejdsdage` or `dage`.
    pub(crate) kind: String,
    /// `foer`, `paa` or `efter`.
    pub(crate) side: String,
    /// `aabner`, `maaldag` or `lovdag`.
    pub(crate) dag: String,
    pub(crate) til: BTreeSet<Modtagerrolle>,
    /// Every so many working days.
    pub(crate) again: String,
    pub(crate) sidste: bool,
    /// The name of its step, where it has one already.
    pub(crate) trin: String,
}

/// A ready contact model: its name and its days.
pub(crate) fn models() -> Vec<(&'static str, Vec<u32>)> {
    let dage = |tekst: &str| {
        let stored = PolitikFastsat::new(chrono::NaiveDate::MIN, tekst.to_owned());
        Politik::read_stored(&stored).map(|p| p.kontaktmodel).unwrap_or_default()
    };
    EXAMPLES.iter().map(|(name, tekst)| (*name, dage(tekst))).collect()
}

/// 1, 5 og 14.
pub(crate) fn days(dage: &[u32]) -> String {
    and(&dage.iter().map(u32::to_string).collect::<Vec<_>>())
}

impl PolitikForm {
    /// Nothing typed yet.
    pub(crate) fn empty() -> Self {
        Self {
            model: AS_IS.to_owned(),
            maaldage: vec![String::new(); WITH_MAALDAG.len()],
            rows: vec![Row::empty(); ROWS],
            signaler: SignalForm::empty(),
            ..Self::default()
        }
    }

    /// What was sent.
    pub(crate) fn of(pairs: &Pairs) -> Self {
        let text = |name: &str| find(pairs, name).unwrap_or_default().to_owned();
        let every = |name: &str| -> BTreeSet<String> {
            let own = pairs.iter().filter(|(n, v)| n == name && !v.trim().is_empty());
            own.flat_map(|(_, v)| v.split([',', '\n']).map(|code| code.trim().to_owned()))
                .filter(|c| !c.is_empty())
                .collect()
        };
        let rows = find(pairs, "raekker").and_then(|n| n.parse().ok()).unwrap_or(ROWS).min(MOST_ROWS);
        Self {
            name: text("navn"),
            model: text("model"),
            dage: text("dage"),
            somewhere: text("hvor") == "nogle",
            enhed: every("enhed"),
            distrikt: every("distrikt"),
            maaldage: WITH_MAALDAG.iter().map(|art| text(&format!("maaldag-{art}"))).collect(),
            intern: text("intern"),
            mails: text("mails"),
            rows: (0..rows).map(|n| Row::of(pairs, n)).collect(),
            called_off: pairs.iter().filter(|(n, _)| n == "uden").filter_map(|(_, v)| Fristart::from_code(v)).collect(),
            signaler: SignalForm::of(pairs),
            fra: super::datoer::as_iso(&text("fra")),
        }
    }

    /// A policy as it would be typed; none where it says something that the form has no field for.
    pub(crate) fn showing(politik: &Politik) -> Option<Self> {
        let same = |(_, dage): &(&str, Vec<u32>)| *dage == politik.kontaktmodel;
        let ready = models().into_iter().find(same).map(|(name, _)| name.to_owned());
        let as_is = if politik.kontaktmodel.is_empty() { AS_IS } else { OWN };
        let maaldag = |art: &Fristart| {
            let own = politik.maaldage.iter().find(|m| m.frist == *art);
            own.map_or_else(String::new, |m| m.dag.to_string())
        };
        let mut rows: Vec<_> = politik.paamindelser.iter().map(Row::showing).collect();
        rows.resize(rows.len().max(ROWS), Row::empty());
        let form = Self {
            name: politik.name.to_string(),
            dage: if ready.is_some() { String::new() } else { days(&politik.kontaktmodel).replace(" og ", ", ") },
            model: ready.unwrap_or_else(|| as_is.to_owned()),
            somewhere: !politik.is_general(),
            enhed: politik.enhed.iter().flatten().cloned().collect(),
            distrikt: politik.distrikt.iter().flatten().cloned().collect(),
            maaldage: WITH_MAALDAG.iter().map(maaldag).collect(),
            intern: politik.intern_anmeldelse_dag.map_or_else(String::new, |dag| dag.to_string()),
            mails: politik.hoejst_mails_om_ugen.map_or_else(String::new, |count| count.to_string()),
            rows,
            called_off: politik.uden_paamindelser.iter().copied().collect(),
            signaler: SignalForm::showing(politik.signaler.as_deref()),
            fra: String::new(),
        };
        let said = form.politik().ok()?;
        let same = |a: &Politik, b: &Politik| {
            let sorted = |p: &Politik| {
                let mut p = p.clone();
                p.enhed.iter_mut().chain(p.distrikt.iter_mut()).for_each(|codes| codes.sort());
                p.maaldage.sort_by_key(|m| m.frist);
                p.uden_paamindelser.sort();
                p.paamindelser.iter_mut().for_each(|row| row.til.sort());
                p.signaler.iter_mut().flatten().for_each(|signal| signal.medregn.sort());
                p
            };
            sorted(a) == sorted(b)
        };
        same(&said, politik).then_some(form)
    }

    /// One more row for a reminder.
    pub(crate) fn add_row(&mut self) {
        if self.rows.len() < MOST_ROWS {
            self.rows.push(Row::empty());
        }
    }

    /// The policy that it says. What the rules say of it is not asked here.
    ///
    /// # Errors
    /// Each field that cannot be understood, with the id of its place on the page.
    pub(crate) fn politik(&self) -> Result<Politik, Vec<ErrorLine>> {
        let mut wrong = Vec::new();
        let kontaktmodel = self.kontaktmodel(&mut wrong);
        if self.name.is_empty() {
            wrong.push(line("navn", "Giv politikken et navn. Det står ved hver dato, den bestemmer."));
        } else if self.name.chars().count() > 100 {
            wrong.push(line("navn", "Navnet kan højst være på 100 tegn."));
        }
        let (enhed, distrikt) = (self.places(&self.enhed), self.places(&self.distrikt));
        if self.somewhere && enhed.is_none() && distrikt.is_none() {
            wrong
                .push(line("hvor", "Vælg mindst en enhed eller et distrikt, eller at den gælder hele arbejdspladsen."));
        }
        let chosen = !self.enhed.is_empty() || !self.distrikt.is_empty();
        if chosen && !self.somewhere {
            let tekst =
                "Du har valgt enheder eller distrikter og hele arbejdspladsen. Vælg det ene, og tag det andet væk.";
            wrong.push(line("hvor", tekst));
        }
        let mut maaldage = Vec::new();
        for (art, typed) in WITH_MAALDAG.iter().zip(&self.maaldage) {
            if let Some(dag) = number(typed, &format!("maaldag-{art}"), "Dagen", &mut wrong) {
                maaldage.push(Maaldag { frist: *art, dag });
            }
        }
        let intern_anmeldelse_dag = number(&self.intern, "intern", "Dagen", &mut wrong);
        let hoejst_mails_om_ugen = number(&self.mails, "mails", "Antallet", &mut wrong);
        let mut paamindelser: Vec<Paamindelsesregel> = Vec::new();
        for (n, row) in self.rows.iter().enumerate() {
            let Some(mut regel) = row.paamindelse(n, &mut wrong) else { continue };
            let (first, mut nth) = (regel.trin.clone(), 2);
            while paamindelser.iter().any(|p| (p.frist, &p.trin) == (regel.frist, &regel.trin)) {
                regel.trin = format!("{first}-{nth}");
                nth += 1;
            }
            paamindelser.push(regel);
        }
        let signaler = self.signaler.signaler(&self.name, &mut wrong);
        let politik = Politik {
            name: self.name.as_str().into(),
            enhed,
            distrikt,
            kontaktmodel,
            intern_anmeldelse_dag,
            hoejst_mails_om_ugen,
            uden_paamindelser: self.called_off.iter().copied().collect(),
            maaldage,
            paamindelser,
            signaler,
            ..Politik::default()
        };
        if wrong.is_empty() { Ok(politik) } else { Err(wrong) }
    }

    fn places(&self, codes: &BTreeSet<String>) -> Option<Vec<String>> {
        (self.somewhere && !codes.is_empty()).then(|| codes.iter().take(STEDER + 1).cloned().collect())
    }

    /// What was typed as one's own days counts only where that is chosen, and is not passed over in silence where it is not.
    fn kontaktmodel(&self, wrong: &mut Vec<ErrorLine>) -> Vec<u32> {
        if self.model != OWN {
            if !self.dage.is_empty() {
                let tekst =
                    "Du har skrevet egne dage og valgt noget andet. Vælg “Vores egne dage”, eller gør feltet tomt.";
                wrong.push(line("dage", tekst));
            }
            return models()
                .into_iter()
                .find(|(name, _)| *name == self.model)
                .map(|(_, dage)| dage)
                .unwrap_or_default();
        }
        let typed = self.dage.replace(" og ", ",");
        let days = typed.split([',', ' ', ';', '-']).filter(|day| !day.is_empty());
        let read: Result<Vec<u32>, _> = days.map(str::parse).collect();
        match read {
            Ok(days) if !days.is_empty() => days,
            _ => {
                wrong.push(line("dage", "Skriv dagene som tal med komma imellem, fx 2, 6, 14."));
                Vec::new()
            }
        }
    }

    /// Where on the page something is that the rules say is wrong with what it says.
    pub(crate) fn place(&self, politik: &Politik, finding: &Finding) -> ErrorLine {
        let own = self.rows.iter().enumerate().filter(|(_, row)| !row.frist.is_empty()).nth(finding.nr);
        let felt = match (finding.table, finding.felt) {
            ("maaldag", _) => politik.maaldage.get(finding.nr).map(|m| format!("maaldag-{}", m.frist)),
            ("paamindelse", _) => own.map(|(n, _)| format!("p{n}")),
            ("signal", _) => self.signaler.place(finding.nr),
            (_, "kontaktmodel") => Some("dage".to_owned()),
            (_, "intern_anmeldelse_dag") => Some("intern".to_owned()),
            (_, "hoejst_mails_om_ugen") => Some("mails".to_owned()),
            (_, "uden_paamindelser") => Some("uden".to_owned()),
            (_, "enhed" | "distrikt") => Some("hvor".to_owned()),
            _ => Some("navn".to_owned()),
        };
        let label = match (finding.table, finding.felt) {
            ("maaldag", _) | (_, "intern_anmeldelse_dag") => "Dagen",
            ("paamindelse", _) => "Påmindelsen",
            ("signal", _) => "Signalet",
            (_, "kontaktmodel") => "Kontaktdagene",
            (_, "hoejst_mails_om_ugen") => "Mails om ugen",
            (_, "uden_paamindelser") => "Uden påmindelser",
            (_, "enhed" | "distrikt") => "Enheder og distrikter",
            _ => "Politikken",
        };
        ErrorLine { felt, tekst: format!("{label}: {}.", finding.error.trim_end_matches('.')) }
    }
}

impl Row {
    fn empty() -> Self {
        let text = str::to_owned;
        Self { kind: text("arbejdsdage"), side: text("foer"), dag: text("maaldag"), ..Self::default() }
    }

    fn of(pairs: &Pairs, n: usize) -> Self {
        let text = |name: &str| find(pairs, &format!("p{n}-{name}")).unwrap_or_default().to_owned();
        let til = format!("p{n}-til");
        Self {
            frist: text("frist"),
            antal: text("antal"),
            kind: text("slags"),
            side: text("side"),
            dag: text("dag"),
            til: pairs.iter().filter(|(n, _)| *n == til).filter_map(|(_, v)| Modtagerrolle::from_code(v)).collect(),
            again: text("gentag"),
            sidste: text("sidste") == "ja",
            trin: text("trin"),
        }
    }

    fn showing(p: &Paamindelsesregel) -> Self {
        let working = i64::from(p.arbejdsdage);
        let (kind, n) = if p.dage == 0 { ("arbejdsdage", working) } else { ("dage", p.dage) };
        let side = match n.signum() {
            -1 => "foer",
            0 => "paa",
            _ => "efter",
        };
        let dag = match p.fra {
            CountedFrom::Aabner => "aabner",
            CountedFrom::Maaldag => "maaldag",
            CountedFrom::Lovdag => "lovdag",
        };
        Self {
            frist: p.frist.code().to_owned(),
            antal: if n == 0 { String::new() } else { n.unsigned_abs().to_string() },
            kind: kind.to_owned(),
            side: side.to_owned(),
            dag: dag.to_owned(),
            til: p.til.iter().copied().collect(),
            again: p.gentag_arbejdsdage.map_or_else(String::new, |n| n.to_string()),
            sidste: p.sidste_chance,
            trin: p.trin.clone(),
        }
    }

    /// The reminder it says; none of a row that is empty, or that cannot be understood.
    fn paamindelse(&self, n: usize, wrong: &mut Vec<ErrorLine>) -> Option<Paamindelsesregel> {
        let place = format!("p{n}");
        if self.frist.is_empty() {
            if self.sidste || !(self.antal.is_empty() && self.til.is_empty() && self.again.is_empty()) {
                wrong.push(line(&place, "Vælg, hvad der skal påmindes om, eller gør rækken tom."));
            }
            return None;
        }
        let before = wrong.len();
        let frist = Fristart::from_code(&self.frist);
        if frist.is_none() {
            wrong.push(line(&place, "Vælg, hvad der skal påmindes om."));
        }
        if self.til.is_empty() {
            wrong.push(line(&place, "Vælg, hvem der skal have påmindelsen."));
        }
        if self.side == "paa" && !self.antal.is_empty() {
            wrong.push(line(&place, "Gør antal dage tomt, når den skal sendes på dagen, eller vælg før eller efter."));
        }
        let count = if self.side == "paa" { Some(0) } else { number(&self.antal, &place, "Antal dage", wrong) };
        if count.is_none() && self.antal.is_empty() {
            wrong.push(line(&place, "Skriv, hvor mange dage før eller efter, eller vælg på dagen."));
        }
        let gentag_arbejdsdage = number(&self.again, &place, "Gentagelsen", wrong);
        if wrong.len() > before {
            return None;
        }
        let count = i32::try_from(count?).unwrap_or(i32::MAX);
        let count = if self.side == "foer" { -count } else { count };
        let fra = match self.dag.as_str() {
            "aabner" => CountedFrom::Aabner,
            "lovdag" => CountedFrom::Lovdag,
            _ => CountedFrom::Maaldag,
        };
        let (dage, arbejdsdage) = if self.kind == "dage" { (i64::from(count), 0) } else { (0, count) };
        // What cannot be done yet is nothing to be reminded of: where that is a closed day, the next working day.
        let adjust = (fra == CountedFrom::Aabner && arbejdsdage == 0 && dage >= 0).then_some(Adjust::After);
        let letter = if self.kind == "dage" { "d" } else { "a" };
        let trin = format!("{}-{}-{}{letter}", self.dag, self.side, count.unsigned_abs());
        Some(Paamindelsesregel {
            frist: frist?,
            gaelder_fra: None,
            gaelder_til: None,
            trin: if self.trin.is_empty() { trin } else { self.trin.clone() },
            fra,
            dage,
            adjust,
            arbejdsdage,
            gentag_arbejdsdage,
            til: self.til.iter().copied().collect(),
            sidste_chance: self.sidste,
        })
    }
}
