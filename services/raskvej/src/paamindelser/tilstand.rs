//! What the worker remembers between ticks. All of it may be lost.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use forloeb::haendelse::Udfald;

use super::plan::{Bunke, Navn, Opgave, Sendte, message_id};
use super::udsending::Afgjort;

/// The longest pause between two attempts, in minutes.
const LAENGSTE_PAUSE: i64 = 30;

/// A mail that could not be handed over, or where we cannot know.
struct Venter {
    opgaver: Vec<Opgave>,
    forsoeg: u32,
    naeste: DateTime<Utc>,
}

/// Between two ticks.
#[derive(Default)]
pub(super) struct Tilstand {
    /// The day whose digests are made.
    pub(super) koert: Option<NaiveDate>,
    /// Outcomes that must be recorded before anything else is sent.
    pub(super) gaeld: Vec<Afgjort>,
    /// What is due today and follows when the mail before it has left.
    holdt: BTreeSet<Navn>,
    startet: bool,
    venter: HashMap<String, Venter>,
    venter_dag: NaiveDate,
    usendt_siden: Option<DateTime<Utc>>,
}

/// One tick that sends.
pub(super) struct Koersel {
    /// The first since the process started: the log tells what left before that.
    pub(super) opstart: bool,
    hele_dagen: bool,
    proev: HashMap<String, Venter>,
    navne: HashSet<Navn>,
}

impl Koersel {
    /// It is to be looked at in this tick.
    pub(super) fn tager(&self, opgave: &Opgave) -> bool {
        self.hele_dagen || opgave.planlagt.er_uleveret() || self.navne.contains(&opgave.navn())
    }

    /// A mail that waited was tried: which attempt it was.
    pub(super) fn proevet(&mut self, plads: &str) -> u32 {
        self.proev.remove(plads).map_or(0, |v| v.forsoeg) + 1
    }
}

impl Tilstand {
    /// What there is to do now, if anything: the day's digests, or attempts whose time has come.
    pub(super) fn begynd(&mut self, idag: NaiveDate, nu: DateTime<Utc>) -> Option<Koersel> {
        let hele_dagen = self.koert != Some(idag);
        let klar: Vec<String> = self.venter.iter().filter(|(_, v)| v.naeste <= nu).map(|(k, _)| k.clone()).collect();
        if !hele_dagen && klar.is_empty() {
            return None;
        }
        let proev: HashMap<_, _> = klar.into_iter().filter_map(|k| self.venter.remove_entry(&k)).collect();
        if hele_dagen {
            self.holdt.clear();
        }
        let mut navne: HashSet<_> = proev.values().flat_map(|v| v.opgaver.iter().map(Opgave::navn)).collect();
        navne.extend(self.holdt.iter().cloned());
        let opstart = !std::mem::replace(&mut self.startet, true);
        Some(Koersel { opstart, hele_dagen, proev, navne })
    }

    /// Takes out of a mail what is not to leave with it now. A mail of which we cannot know whether it arrived is sent
    /// again as it was, so that it is the same mail; what has come since follows after it.
    pub(super) fn begraens(&self, koersel: &Koersel, bunke: &mut Bunke) {
        let plads = bunke.plads();
        if self.venter.contains_key(&plads) {
            bunke.opgaver.clear();
        } else if let Some(igen) = koersel.proev.get(&plads) {
            let foer: HashSet<_> = igen.opgaver.iter().map(Opgave::navn).collect();
            if bunke.opgaver.iter().any(|(o, _)| foer.contains(&o.navn())) {
                bunke.opgaver.retain(|(o, _)| foer.contains(&o.navn()));
            }
        }
    }

    /// Remembers what follows later today.
    pub(super) fn hold(&mut self, koersel: &mut Koersel, navne: BTreeSet<Navn>) {
        koersel.navne.extend(navne.iter().cloned());
        self.holdt.extend(navne);
    }

    /// Remembers a mail for a later attempt, at the latest when the sending hours end.
    pub(super) fn vent(
        &mut self,
        plads: String,
        opgaver: Vec<Opgave>,
        forsoeg: u32,
        nu: DateTime<Utc>,
        lukker: DateTime<Utc>,
    ) {
        let pause = 1_i64.checked_shl(forsoeg - 1).unwrap_or(LAENGSTE_PAUSE).clamp(1, LAENGSTE_PAUSE);
        let naeste = (nu + TimeDelta::minutes(pause)).min(lukker);
        self.venter_dag = crate::ur::dag_i_danmark(nu);
        self.venter.insert(plads, Venter { opgaver, forsoeg, naeste });
    }

    /// A mail is to be tried again, or an outcome to be recorded.
    pub(super) fn venter_noget(&self) -> bool {
        !self.venter.is_empty() || !self.gaeld.is_empty()
    }

    /// When the next attempt is.
    pub(super) fn naeste_forsoeg(&self) -> Option<DateTime<Utc>> {
        self.venter.values().map(|v| v.naeste).min()
    }

    /// What waited on a day whose sending hours are over, and the day.
    pub(super) fn udloebne(&mut self, idag: NaiveDate, lukket: bool) -> Option<(NaiveDate, Vec<Opgave>)> {
        let udloebet = !self.venter.is_empty() && (lukket || self.venter_dag < idag);
        let venter = udloebet.then(|| std::mem::take(&mut self.venter))?;
        Some((self.venter_dag, venter.into_values().flat_map(|v| v.opgaver).collect()))
    }

    /// Since when something has failed to leave, if something has.
    pub(super) fn aeldste_usendte(&mut self, fejlede: bool, morgen: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mangler = fejlede || !self.venter.is_empty() || !self.gaeld.is_empty();
        // A day that ended without success is not made up for before the next one is through.
        let maaske = self.koert != Some(crate::ur::dag_i_danmark(morgen)) && self.usendt_siden.is_some();
        self.usendt_siden = (mangler || maaske).then(|| self.usendt_siden.unwrap_or(morgen));
        self.usendt_siden
    }
}

/// At start: a recipient who had a mail today gets no other, except of what could not be delivered to somebody else.
/// When the log holds part of a mail and this is the rest of it, then that mail was handed over: the rest is recorded.
pub(super) fn allerede_sendt(sendte: &Sendte, bunke: &mut Bunke, domaene: &str) -> Vec<Afgjort> {
    let dagens: Vec<_> = bunke.opgaver.iter().filter_map(|(_, m)| sendte.get(&m.nr)).flatten().collect();
    if dagens.is_empty() {
        return Vec::new();
    }
    let rest: BTreeSet<Navn> = bunke.opgaver.iter().map(|(o, _)| o.navn()).collect();
    let hele = dagens.iter().find(|(brev, del)| message_id(&(&rest | *del), &bunke.postkasse, domaene) == **brev);
    if let Some((brev, _)) = hele {
        bunke.brev.clone_from(brev);
        return noter(bunke);
    }
    let indbydelse = bunke.indbydelse;
    bunke.opgaver.retain(|(o, _)| indbydelse || o.planlagt.er_uleveret());
    Vec::new()
}

/// A mail that was handed over: what is to be recorded of it.
pub(super) fn noter(bunke: &mut Bunke) -> Vec<Afgjort> {
    let brev = bunke.brev.clone();
    let sendt = |(o, m): (Opgave, super::modtager::Modtager)| (o, Udfald::Sendt { brev: brev.clone(), til: m.nr });
    std::mem::take(&mut bunke.opgaver).into_iter().map(sendt).collect()
}
