//! A workplace's own policy, laid over the rules of the law: other contacts, earlier targets, other reminders and
//! signals. It has no way to say the day of a law, and what would put a target behind that day is refused.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::rules::calendar::Calendar;
use crate::rules::check::{Finding, mails_om_ugen, paamindelser, signaler};
use crate::rules::set::{
    Adjust, Condition, Formula, Fristregel, Paamindelsesregel, Regelsaet, Signalregel, is_default,
};
use crate::words::Fristart;

pub use super::fastsat::{LaidDown, Med, PolitikFastsat, PolitikTilbagetrukket};

/// Ready contact models; the name and the text of each.
pub const EXAMPLES: [(&str, &str); 3] = [
    ("1-5-14", include_str!("../../regler/kontaktmodel-1-5-14.toml")),
    ("2-6-14", include_str!("../../regler/kontaktmodel-2-6-14.toml")),
    ("1-5-14-28", include_str!("../../regler/kontaktmodel-1-5-14-28.toml")),
];

/// A policy of a workplace.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Politik {
    /// Name, shown beside every date it decided.
    #[serde(rename = "navn")]
    pub name: Arc<str>,
    /// Codes of the units it is for; with no unit and no district it is for all.
    #[serde(default, skip_serializing_if = "is_default")]
    pub enhed: Option<Vec<String>>,
    /// Codes of the districts it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub distrikt: Option<Vec<String>>,
    /// The days on which contact is made, day 1 being the first absence day: the first of them is the first contact.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kontaktmodel: Vec<u32>,
    /// Day number of the earlier cut-off of the anmeldelse.
    #[serde(default, skip_serializing_if = "is_default")]
    pub intern_anmeldelse_dag: Option<u32>,
    /// Who has had so many mails in seven days gets none because of what can wait.
    #[serde(default, skip_serializing_if = "is_default")]
    pub hoejst_mails_om_ugen: Option<u32>,
    /// Frister of which nobody is reminded but by the reminders of this policy.
    #[serde(default, skip_serializing_if = "is_default")]
    pub uden_paamindelser: Vec<Fristart>,
    /// Earlier targets.
    #[serde(rename = "maaldag", default, skip_serializing_if = "is_default")]
    pub maaldage: Vec<Maaldag>,
    /// Reminders beside those there are.
    #[serde(rename = "paamindelse", default, skip_serializing_if = "is_default")]
    pub paamindelser: Vec<Paamindelsesregel>,
    /// Its reminders take the place of all those of their frist, as in every policy that was laid down before they added.
    #[serde(skip)]
    pub replaces: bool,
    /// Signals, instead of those of the rule set.
    #[serde(rename = "signal", default, skip_serializing_if = "is_default")]
    pub signaler: Option<Vec<Signalregel>>,
}

/// Where somebody works, as payroll says it of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sted<'a> {
    /// Code of the unit.
    pub enhed: &'a str,
    /// Code of the district, where payroll says.
    pub distrikt: Option<&'a str>,
}

/// An earlier day to work towards.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Maaldag {
    /// The frist that gets another target.
    pub frist: Fristart,
    /// Day number, day 1 being the first absence day; moved back to a working day.
    pub dag: u32,
}

/// Most units, or districts, of one policy.
pub const STEDER: usize = 1000;
/// Money: nobody may choose not to be reminded of it.
pub const ALWAYS_PAAMINDET: [Fristart; 2] = [Fristart::Anmeldelse, Fristart::Refusionsanmodning];
/// Counted from the first absence day, so that a day number means something.
pub const WITH_MAALDAG: [Fristart; 6] = [
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
    pub fn read<'r>(
        text: &str,
        set: impl IntoIterator<Item = &'r Regelsaet>,
        calendar: &Calendar,
    ) -> Result<Self, String> {
        let politik: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        politik.check(set, calendar).map_err(|finding| finding.i(text))?;
        Ok(politik)
    }

    /// Checks a policy against the rule sets it will be laid over.
    ///
    /// # Errors
    /// What is wrong where, and what would be right.
    pub fn check<'r>(&self, set: impl IntoIterator<Item = &'r Regelsaet>, calendar: &Calendar) -> Result<(), Finding> {
        self.inspection()?;
        set.into_iter().try_for_each(|set| self.fits(set, calendar))
    }

    /// As it is stored where nobody has written it as a text.
    ///
    /// # Errors
    /// It cannot be written.
    pub fn as_toml(&self) -> Result<String, toml::ser::Error> {
        toml::to_string(self)
    }

    /// Reads a policy as it was stored: it was checked when it was laid down.
    ///
    /// # Errors
    /// It is no policy at all.
    pub fn read_stored(stored: &PolitikFastsat) -> Result<Self, String> {
        let politik: Self = toml::from_str(&stored.politik).map_err(|e| e.to_string())?;
        Ok(Self { replaces: !stored.laegger_til, ..politik })
    }

    /// It is for everybody.
    #[must_use]
    pub const fn is_general(&self) -> bool {
        self.enhed.is_none() && self.distrikt.is_none()
    }

    /// It names this unit.
    #[must_use]
    pub fn names_enhed(&self, code: &str) -> bool {
        self.enhed.iter().flatten().any(|c| c == code)
    }

    /// It names this district.
    #[must_use]
    pub fn names_distrikt(&self, code: &str) -> bool {
        self.distrikt.iter().flatten().any(|c| c == code)
    }

    /// What is left of it where another takes its place for the people it is for; none: nothing.
    pub(crate) fn beside(&self, other: &Self) -> Option<Self> {
        if self.is_general() || other.is_general() {
            return (self.is_general() != other.is_general()).then(|| self.clone());
        }
        let rest = |codes: &Option<Vec<String>>, names: &dyn Fn(&str) -> bool| -> Option<Vec<String>> {
            let rest: Vec<_> = codes.iter().flatten().filter(|code| !names(code)).cloned().collect();
            (!rest.is_empty()).then_some(rest)
        };
        let enhed = rest(&self.enhed, &|code| other.names_enhed(code));
        let distrikt = rest(&self.distrikt, &|code| other.names_distrikt(code));
        (enhed.is_some() || distrikt.is_some()).then(|| Self { enhed, distrikt, ..self.clone() })
    }

    fn inspection(&self) -> Result<(), Finding> {
        let finding = |felt, error: &str| Err(Finding::new("", 0, felt, error));
        for (felt, codes) in [("enhed", &self.enhed), ("distrikt", &self.distrikt)] {
            let Some(codes) = codes else { continue };
            if codes.is_empty()
                || codes.len() > STEDER
                || codes.iter().any(|code| code.trim() != code || code.is_empty())
            {
                let error = format!("skal nævne fra 1 til {STEDER} koder, som lønsystemet har dem, fx [\"E101\"]");
                return finding(felt, &error);
            }
        }
        if self.kontaktmodel.windows(2).any(|pair| pair[0] >= pair[1]) || self.kontaktmodel.first() == Some(&0) {
            return finding("kontaktmodel", "dagene skal være stigende og mindst 1, fx [1, 5, 14]");
        }
        if self.kontaktmodel.last().is_some_and(|dag| *dag > 366) {
            return finding("kontaktmodel", "højst dag 366");
        }
        if let Some(art) = self.uden_paamindelser.iter().find(|art| ALWAYS_PAAMINDET.contains(art)) {
            return finding(
                "uden_paamindelser",
                &format!("\"{art}\" handler om penge og kan ikke være uden påmindelser"),
            );
        }
        mails_om_ugen("", self.hoejst_mails_om_ugen)?;
        for (nr, m) in self.maaldage.iter().enumerate() {
            if !WITH_MAALDAG.contains(&m.frist) {
                let error = format!("\"{}\" regnes ikke fra første fraværsdag og har ingen dag at flytte", m.frist);
                return Err(Finding::new("maaldag", nr, "frist", error));
            }
            if m.dag == 0 {
                return Err(Finding::new("maaldag", nr, "dag", "skal være mindst 1, som er første fraværsdag"));
            }
        }
        paamindelser(&self.paamindelser)?;
        if let Some(nr) = self.paamindelser.iter().position(|p| (p.gaelder_fra, p.gaelder_til) != (None, None)) {
            let error = "en politik gælder fra sin egen dag: udelad 'gaelder_fra' og 'gaelder_til'";
            return Err(Finding::new("paamindelse", nr, "frist", error));
        }
        signaler(self.signaler.as_deref().unwrap_or_default())
    }

    /// Laid over this rule set it leaves every target on or before the day of the law, and every reminder that it does not
    /// call off by name.
    fn fits(&self, set: &Regelsaet, calendar: &Calendar) -> Result<(), Finding> {
        let laid = self.laid(set);
        for (nr, m) in self.maaldage.iter().enumerate() {
            let lovdag = laid.frist(m.frist, None).map_or(0, |r| r.lovdag.dage);
            if i64::from(m.dag) > lovdag + 1 {
                let error = format!("højst {}: lovdagen for \"{}\" er dag {}", lovdag + 1, m.frist, lovdag + 1);
                return Err(Finding::new("maaldag", nr, "dag", error));
            }
        }
        let anmeldelse = laid.frist(Fristart::Anmeldelse, None).map_or(0, |r| r.lovdag.dage);
        if self.intern_anmeldelse_dag.is_some_and(|dag| dag == 0 || i64::from(dag) > anmeldelse + 1) {
            let error = format!("skal ligge fra 1 til {}", anmeldelse + 1);
            return Err(Finding::new("", 0, "intern_anmeldelse_dag", error));
        }
        for (nr, row) in self.paamindelser.iter().enumerate().filter(|(_, row)| !self.calls_off(row.frist)) {
            if set.paamindelser.iter().any(|p| is_step(p, row)) {
                let (trin, frist) = (&row.trin, row.frist);
                let error = format!(
                    "\"{trin}\" er der i forvejen for \"{frist}\": en politik lægger påmindelser til og fjerner ingen; giv \
                     trinnet et andet navn, eller nævn fristen i 'uden_paamindelser'"
                );
                return Err(Finding::new("paamindelse", nr, "trin", error));
            }
        }
        laid.inspection(calendar).map_err(|finding| {
            let error =
                format!("lagt over '{}' giver politikken frister, der ikke kan være: {}", set.name, finding.i(""));
            Finding::new("", 0, "navn", error)
        })
    }

    /// The rule set with this policy over it. The day of a law is always that of the rule set, and a new law that leaves
    /// no room for an old policy keeps its own dates. A policy with numbers that nobody can mean, from a time when they
    /// were not looked at, changes nothing, and no date bears its name.
    #[must_use]
    pub fn over(&self, set: &Regelsaet, calendar: &Calendar) -> Regelsaet {
        if self.inspection().is_err() {
            return set.clone();
        }
        let mut laid = self.laid(set);
        if laid.inspection(calendar).is_err() {
            laid.frister.clone_from(&set.frister);
        }
        laid
    }

    fn laid(&self, set: &Regelsaet) -> Regelsaet {
        let mut laid = set.clone();
        laid.name = Arc::from(format!("{} + {}", set.name, self.name));
        self.put_kontakter(&mut laid);
        let dag = |nr: u32| Formula { dage: i64::from(nr) - 1, adjust: Some(Adjust::Before), ..Formula::default() };
        // A day number is counted from F.
        let from_f = |r: &&mut Fristregel| r.lovdag.maaneder == 0 && r.when != Some(Condition::SygedagpengeStop);
        for regel in laid.frister.iter_mut().filter(from_f) {
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
        self.put_paamindelser(&mut laid);
        if self.hoejst_mails_om_ugen.is_some() {
            laid.udsendelse.hoejst_mails_om_ugen = self.hoejst_mails_om_ugen;
        }
        if let Some(signaler) = &self.signaler {
            laid.signaler.clone_from(signaler);
        }
        laid
    }

    /// No reminder of this frist that was there before stays.
    fn calls_off(&self, art: Fristart) -> bool {
        self.uden_paamindelser.contains(&art) || (self.replaces && self.paamindelser.iter().any(|p| p.frist == art))
    }

    /// Nothing goes but what is called off, and nobody is told the same twice. A step is part of the key by which a reminder
    /// is known: where something below came to have one of the same name, this one gets a name of its own.
    fn put_paamindelser(&self, laid: &mut Regelsaet) {
        laid.paamindelser.retain(|p| !self.calls_off(p.frist));
        let there = laid.paamindelser.len();
        for row in &self.paamindelser {
            let mut row = row.clone();
            let below = &laid.paamindelser[..there];
            if below.iter().any(|p| Paamindelsesregel { trin: row.trin.clone(), ..p.clone() } == row) {
                continue;
            }
            while laid.paamindelser.iter().any(|p| is_step(p, &row)) {
                row.trin.push_str("-politik");
            }
            laid.paamindelser.push(row);
        }
    }

    /// First contact is a policy from the start: it may lie on any day.
    fn put_kontakter(&self, laid: &mut Regelsaet) {
        let Some((foerste, several)) = self.kontaktmodel.split_first() else { return };
        let on = |regel: &mut Fristregel, nr: u32| {
            let dage = i64::from(nr) - 1;
            regel.lovdag = Formula { dage, ..Formula::default() };
            regel.maaldag = Formula { dage, adjust: Some(Adjust::Before), ..Formula::default() };
            regel.kilde = self.kilde("Arbejdspladsens kontaktmodel");
        };
        laid.frister.retain(|r| r.art != Fristart::Kontakt);
        let Some(before) = laid.frister.iter_mut().find(|r| r.art == Fristart::FoersteKontakt) else { return };
        on(before, *foerste);
        let template = before.clone();
        for (before, nr) in self.kontaktmodel.iter().zip(several) {
            let mut regel = Fristregel { art: Fristart::Kontakt, ..template.clone() };
            on(&mut regel, *nr);
            regel.aabner = Formula { dage: i64::from(*before), ..Formula::default() }; // the day after the contact before it
            laid.frister.push(regel);
        }
    }

    /// The source of the rule set, and this policy: one below it no longer decides the date.
    fn kilde(&self, before: &str) -> Arc<str> {
        const BY: &str = "; politikken \"";
        let law = before.split(BY).next().unwrap_or_default();
        Arc::from(format!("{law}{BY}{}\"", self.name))
    }
}

/// They have the same key.
fn is_step(a: &Paamindelsesregel, b: &Paamindelsesregel) -> bool {
    (a.frist, &a.trin) == (b.frist, &b.trin)
}
