//! A workplace's own policy, laid over the rules of the law: other contacts, earlier targets, other reminders and
//! signals. It has no way to say the day of a law, and what would put a target behind that day is refused.

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ord::Fristart;
use crate::rules::kalender::Kalender;
use crate::rules::saet::{Formel, Fristregel, Paamindelsesregel, Regelsaet, Signalregel, Tilpas};
use crate::rules::tjek::{Fund, i_tide, paamindelser, signaler};

/// Ready contact models; the name and the text of each.
pub const EKSEMPLER: [(&str, &str); 3] = [
    ("1-5-14", include_str!("../../regler/kontaktmodel-1-5-14.toml")),
    ("2-6-14", include_str!("../../regler/kontaktmodel-2-6-14.toml")),
    ("1-5-14-28", include_str!("../../regler/kontaktmodel-1-5-14-28.toml")),
];

/// The policy was laid down: by whom and when stands in the record. Stored as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolitikFastsat {
    /// First absence day from which it holds.
    pub fra: NaiveDate,
    /// The policy, as TOML.
    pub politik: String,
}

impl PolitikFastsat {
    /// The name of the event.
    pub const NAVN: &'static str = "PolitikFastsat";
    /// Number of its stored form.
    pub const FORM: u16 = 1;
}

/// A policy of a workplace.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Politik {
    /// Name, shown beside every date it decided.
    pub navn: Arc<str>,
    /// The days on which contact is made, day 1 being the first absence day: the first of them is the first contact.
    #[serde(default)]
    pub kontaktmodel: Vec<u32>,
    /// Day number of the earlier cut-off of the anmeldelse.
    #[serde(default)]
    pub intern_anmeldelse_dag: Option<u32>,
    /// Earlier targets.
    #[serde(rename = "maaldag", default)]
    pub maaldage: Vec<Maaldag>,
    /// Reminders, instead of all those the rule set has for the frister named here.
    #[serde(rename = "paamindelse", default)]
    pub paamindelser: Vec<Paamindelsesregel>,
    /// Frister of which nobody is reminded.
    #[serde(default)]
    pub uden_paamindelser: Vec<Fristart>,
    /// Signals, instead of those of the rule set.
    #[serde(rename = "signal", default)]
    pub signaler: Option<Vec<Signalregel>>,
}

/// An earlier day to work towards.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maaldag {
    /// The frist that gets another target.
    pub frist: Fristart,
    /// Day number, day 1 being the first absence day; moved back to a working day.
    pub dag: u32,
}

/// Money: nobody may choose not to be reminded of it.
const ALTID_PAAMINDET: [Fristart; 2] = [Fristart::Anmeldelse, Fristart::Refusionsanmodning];
/// Counted from the first absence day, so that a day number means something.
const MED_MAALDAG: [Fristart; 6] = [
    Fristart::FoersteKontakt,
    Fristart::Samtale,
    Fristart::Anmeldelse,
    Fristart::FastTrack,
    Fristart::OtteUger,
    Fristart::Easy,
];

impl Politik {
    /// Reads a policy and checks it against the rule sets it will be laid over.
    ///
    /// # Errors
    /// Names the line and the field, and what would be right.
    pub fn laes<'r>(
        tekst: &str,
        saet: impl IntoIterator<Item = &'r Regelsaet>,
        kalender: &Kalender,
    ) -> Result<Self, String> {
        let politik: Self = toml::from_str(tekst).map_err(|e| e.to_string())?;
        politik.eftersyn().map_err(|fund| fund.i(tekst))?;
        for s in saet {
            politik.passer(s, kalender).map_err(|fund| fund.i(tekst))?;
        }
        Ok(politik)
    }

    /// Reads a policy as it was stored: it was checked when it was laid down.
    ///
    /// # Errors
    /// It is no policy at all.
    pub fn laes_gemt(tekst: &str) -> Result<Self, String> {
        toml::from_str(tekst).map_err(|e| e.to_string())
    }

    fn eftersyn(&self) -> Result<(), Fund> {
        let fund = |felt, fejl: &str| Err(Fund::ny("", 0, felt, fejl));
        if self.kontaktmodel.windows(2).any(|par| par[0] >= par[1]) || self.kontaktmodel.first() == Some(&0) {
            return fund("kontaktmodel", "dagene skal være stigende og mindst 1, fx [1, 5, 14]");
        }
        if self.kontaktmodel.last().is_some_and(|dag| *dag > 366) {
            return fund("kontaktmodel", "højst dag 366");
        }
        if let Some(art) = self.uden_paamindelser.iter().find(|art| ALTID_PAAMINDET.contains(art)) {
            return fund("uden_paamindelser", &format!("\"{art}\" handler om penge og kan ikke være uden påmindelser"));
        }
        for (nr, m) in self.maaldage.iter().enumerate() {
            if !MED_MAALDAG.contains(&m.frist) {
                let fejl = format!("\"{}\" regnes ikke fra første fraværsdag og har ingen dag at flytte", m.frist);
                return Err(Fund::ny("maaldag", nr, "frist", fejl));
            }
            if m.dag == 0 {
                return Err(Fund::ny("maaldag", nr, "dag", "skal være mindst 1, som er første fraværsdag"));
            }
        }
        paamindelser(&self.paamindelser)?;
        signaler(self.signaler.as_deref().unwrap_or_default())
    }

    /// Laid over this rule set it leaves every target on or before the day of the law, and money with its reminders.
    fn passer(&self, saet: &Regelsaet, kalender: &Kalender) -> Result<(), Fund> {
        let lagt = self.lagt(saet);
        for (nr, m) in self.maaldage.iter().enumerate() {
            let lovdag = lagt.frist(m.frist, None).map_or(0, |r| r.lovdag.dage);
            if i64::from(m.dag) > lovdag + 1 {
                let fejl = format!("højst {}: lovdagen for \"{}\" er dag {}", lovdag + 1, m.frist, lovdag + 1);
                return Err(Fund::ny("maaldag", nr, "dag", fejl));
            }
        }
        let anmeldelse = lagt.frist(Fristart::Anmeldelse, None).map_or(0, |r| r.lovdag.dage);
        if self.intern_anmeldelse_dag.is_some_and(|dag| dag == 0 || i64::from(dag) > anmeldelse + 1) {
            let fejl = format!("skal ligge fra 1 til {}", anmeldelse + 1);
            return Err(Fund::ny("", 0, "intern_anmeldelse_dag", fejl));
        }
        for art in ALTID_PAAMINDET {
            let Some(frist) = lagt.frist(art, None) else { continue };
            if !lagt.paamindelser.iter().any(|p| p.frist == art && i_tide(p, frist, kalender)) {
                let fejl = format!("der skal være en påmindelse om \"{art}\", der altid kommer senest på lovdagen");
                return Err(Fund::ny("", 0, "paamindelse", fejl));
            }
        }
        lagt.eftersyn(kalender).map_err(|fund| {
            let fejl = format!("lagt over '{}' giver politikken frister, der ikke kan være: {}", saet.navn, fund.i(""));
            Fund::ny("", 0, "navn", fejl)
        })
    }

    /// The rule set with this policy over it. The day of a law is always that of the rule set, and a new law that leaves
    /// no room for an old policy keeps its own dates. A policy with numbers that nobody can mean, from a time when they
    /// were not looked at, changes nothing, and no date bears its name.
    #[must_use]
    pub fn over(&self, saet: &Regelsaet, kalender: &Kalender) -> Regelsaet {
        if self.eftersyn().is_err() {
            return saet.clone();
        }
        let mut lagt = self.lagt(saet);
        if lagt.eftersyn(kalender).is_err() {
            lagt.frister.clone_from(&saet.frister);
        }
        lagt
    }

    fn lagt(&self, saet: &Regelsaet) -> Regelsaet {
        let mut lagt = saet.clone();
        lagt.navn = Arc::from(format!("{} + {}", saet.navn, self.navn));
        self.laeg_kontakter(&mut lagt);
        let dag = |nr: u32| Formel { maaneder: 0, dage: i64::from(nr) - 1, tilpas: Some(Tilpas::Foer) };
        for regel in lagt.frister.iter_mut().filter(|r| r.lovdag.maaneder == 0) {
            if let Some(m) =
                self.maaldage.iter().find(|m| m.frist == regel.art && i64::from(m.dag) <= regel.lovdag.dage + 1)
            {
                regel.maaldag = dag(m.dag);
                regel.aabner.dage = regel.aabner.dage.min(regel.maaldag.dage);
                regel.kilde = self.kilde(&regel.kilde);
            }
            if let (Some(nr), Some(_)) = (self.intern_anmeldelse_dag, regel.intern) {
                regel.intern = Some(dag(nr));
            }
        }
        let egne =
            |art: Fristart| self.uden_paamindelser.contains(&art) || self.paamindelser.iter().any(|p| p.frist == art);
        lagt.paamindelser.retain(|p| !egne(p.frist));
        lagt.paamindelser.extend(self.paamindelser.iter().cloned());
        if let Some(signaler) = &self.signaler {
            lagt.signaler.clone_from(signaler);
        }
        lagt
    }

    /// First contact is a policy from the start: it may lie on any day.
    fn laeg_kontakter(&self, lagt: &mut Regelsaet) {
        let Some((foerste, flere)) = self.kontaktmodel.split_first() else { return };
        let paa = |regel: &mut Fristregel, nr: u32| {
            let dage = i64::from(nr) - 1;
            regel.lovdag = Formel { dage, ..Formel::default() };
            regel.maaldag = Formel { dage, tilpas: Some(Tilpas::Foer), ..Formel::default() };
            regel.kilde = self.kilde("Arbejdspladsens kontaktmodel");
        };
        lagt.frister.retain(|r| r.art != Fristart::Kontakt);
        let Some(foer) = lagt.frister.iter_mut().find(|r| r.art == Fristart::FoersteKontakt) else { return };
        paa(foer, *foerste);
        let skabelon = foer.clone();
        for (foer, nr) in self.kontaktmodel.iter().zip(flere) {
            let mut regel = Fristregel { art: Fristart::Kontakt, ..skabelon.clone() };
            paa(&mut regel, *nr);
            regel.aabner = Formel { dage: i64::from(*foer), ..Formel::default() }; // the day after the contact before it
            lagt.frister.push(regel);
        }
    }

    fn kilde(&self, foer: &str) -> Arc<str> {
        Arc::from(format!("{foer}; politikken \"{}\"", self.navn))
    }
}
