//! What the worker remembers between ticks. All of it may be lost.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use forloeb::haendelse::Udfald;

use super::plan::{Bunke, Navn, Opgave, Sendte, Vej, message_id};
use super::udsending::Afgjort;

/// The longest pause between two attempts, in minutes.
const LAENGSTE_PAUSE: i64 = 30;

/// A mail that could not be handed over, or where we cannot know.
struct Venter {
    opgaver: Vec<Opgave>,
    forsoeg: u32,
    naeste: DateTime<Utc>,
}

/// What is due when a morning begins. Nothing is added to it later: what comes in waits for the next morning.
#[derive(Debug)]
pub(super) struct Dagsliste {
    dag: NaiveDate,
    /// Employments.
    pub(super) numre: Vec<String>,
    /// Their reminders.
    navne: HashSet<Navn>,
}

impl Dagsliste {
    /// It is on the list, or is for HR because something on the list could not be delivered.
    pub(super) fn har(&self, opgave: &Opgave) -> bool {
        opgave.planlagt.er_uleveret() || self.navne.contains(&opgave.navn())
    }
}

/// A day whose sending hours are over.
pub(super) struct Udloebet {
    /// The day.
    pub(super) dag: NaiveDate,
    /// What waited for another attempt, or for a mail that did.
    pub(super) opgaver: Vec<Opgave>,
    /// The day's list, if it was not gone through to its end.
    pub(super) liste: Option<Arc<Dagsliste>>,
}

/// Between two ticks.
#[derive(Default)]
pub(super) struct Tilstand {
    /// The day whose digests are made.
    pub(super) koert: Option<NaiveDate>,
    /// Outcomes that must be recorded before anything else is sent.
    pub(super) gaeld: Vec<Afgjort>,
    liste: Option<Arc<Dagsliste>>,
    /// What is due today and follows when the mail before it has left.
    holdt: BTreeMap<Navn, Opgave>,
    /// What nobody could be sent when it was last looked at.
    uden_modtager: BTreeMap<Navn, Opgave>,
    /// Why a mail could not be handed over, by what was in it: kept until that has left or is not due any more.
    grunde: HashMap<Navn, String>,
    er_talt: bool,
    /// The reasons that the metrics were last told of.
    pub(super) maalte: BTreeSet<String>,
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
    liste: Option<Arc<Dagsliste>>,
    proev: HashMap<String, Venter>,
    navne: HashSet<Navn>,
    /// What has its outcome for today.
    afgjorte: HashSet<Navn>,
}

impl Koersel {
    /// It is to be looked at in this tick.
    pub(super) fn tager(&self, opgave: &Opgave) -> bool {
        let navn = opgave.navn();
        let paa_listen = || self.liste.as_ref().is_some_and(|l| l.har(opgave));
        let er_med = opgave.planlagt.er_uleveret() || paa_listen() || self.navne.contains(&navn);
        er_med && !self.afgjorte.contains(&navn)
    }

    /// Employments that a list which is fixed already is about.
    pub(super) fn numre(&self) -> Option<Vec<String>> {
        self.liste.as_ref().map(|l| l.numre.clone())
    }

    /// These have their outcome for today, whatever the cases say when they are read again.
    pub(super) fn er_afgjort(&mut self, afgjorte: &[Afgjort]) {
        self.afgjorte.extend(afgjorte.iter().map(|(o, _)| o.navn()));
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
        navne.extend(self.holdt.keys().cloned());
        let opstart = !std::mem::replace(&mut self.startet, true);
        let liste = self.liste.clone().filter(|l| hele_dagen && l.dag == idag);
        Some(Koersel { opstart, hele_dagen, liste, proev, navne, afgjorte: HashSet::new() })
    }

    /// Fixes the morning's list, unless this tick has one or needs none. Answers what waited for somebody to be sent to
    /// and is not due any more.
    pub(super) fn fastlaeg(
        &mut self,
        koersel: &mut Koersel,
        dag: NaiveDate,
        numre: &[String],
        forfaldent: &[(String, Vec<(Opgave, Vej)>)],
    ) -> Vec<Opgave> {
        if !koersel.hele_dagen || koersel.liste.is_some() {
            return Vec::new();
        }
        let navne = forfaldent.iter().flat_map(|(_, f)| f).map(|(o, _)| o.navn()).collect();
        let liste = Arc::new(Dagsliste { dag, numre: numre.to_vec(), navne });
        self.grunde.retain(|navn, _| liste.navne.contains(navn));
        let ventede = std::mem::take(&mut self.uden_modtager);
        let forbi = ventede.into_iter().filter(|(navn, _)| !liste.navne.contains(navn)).map(|(_, o)| o).collect();
        self.liste = Some(liste.clone());
        koersel.liste = Some(liste);
        forbi
    }

    /// Nobody can be sent this today.
    pub(super) fn er_uden_modtager(&mut self, opgave: &Opgave) {
        self.uden_modtager.insert(opgave.navn(), opgave.clone());
    }

    /// Why a reminder has not left, where a mail with it was tried.
    pub(super) fn grund(&self, navn: &Navn) -> Option<&String> {
        self.grunde.get(navn)
    }

    /// It is on the list of a morning that is not through.
    pub(super) fn er_i_gang(&self, opgave: &Opgave) -> bool {
        self.liste.as_ref().is_some_and(|l| self.koert != Some(l.dag) && l.har(opgave))
    }

    /// Asked for the first time since the process started.
    pub(super) fn er_foerste(&mut self) -> bool {
        !std::mem::replace(&mut self.er_talt, true)
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
    pub(super) fn hold(&mut self, koersel: &mut Koersel, opgaver: Vec<Opgave>) {
        koersel.navne.extend(opgaver.iter().map(Opgave::navn));
        self.holdt.extend(opgaver.into_iter().map(|o| (o.navn(), o)));
    }

    /// Remembers a mail for a later attempt, at the latest when the sending hours end.
    pub(super) fn vent(
        &mut self,
        plads: String,
        opgaver: Vec<Opgave>,
        grund: &str,
        forsoeg: u32,
        nu: DateTime<Utc>,
        lukker: DateTime<Utc>,
    ) {
        self.grunde.extend(opgaver.iter().map(|o| (o.navn(), grund.to_owned())));
        let pause = 1_i64.checked_shl(forsoeg - 1).unwrap_or(LAENGSTE_PAUSE).clamp(1, LAENGSTE_PAUSE);
        let naeste = (nu + TimeDelta::minutes(pause)).min(lukker);
        self.venter_dag = app::ur::dag_i_danmark(nu);
        self.venter.insert(plads, Venter { opgaver, forsoeg, naeste });
    }

    /// A mail is to be tried again, or an outcome to be recorded.
    pub(super) fn venter_noget(&self) -> bool {
        let ufaerdig = self.liste.as_ref().is_some_and(|l| self.koert != Some(l.dag));
        ufaerdig || !self.venter.is_empty() || !self.gaeld.is_empty()
    }

    /// When the next attempt is.
    pub(super) fn naeste_forsoeg(&self) -> Option<DateTime<Utc>> {
        self.venter.values().map(|v| v.naeste).min()
    }

    /// The day whose sending hours are over, if anything of it has not left.
    pub(super) fn udloebet(&mut self, idag: NaiveDate, lukket: bool) -> Option<Udloebet> {
        let er_forbi = |dag: NaiveDate| dag < idag || lukket;
        let ufaerdig = self.liste.as_ref().is_some_and(|l| self.koert != Some(l.dag) && er_forbi(l.dag));
        let venter = !self.venter.is_empty() && er_forbi(self.venter_dag);
        if !ufaerdig && !venter {
            return None;
        }
        let liste = if ufaerdig { self.liste.take() } else { None };
        let dag = liste.as_ref().map_or(self.venter_dag, |l| l.dag);
        let mut opgaver: Vec<Opgave> = std::mem::take(&mut self.holdt).into_values().collect();
        opgaver.extend(std::mem::take(&mut self.venter).into_values().flat_map(|v| v.opgaver));
        Some(Udloebet { dag, opgaver, liste })
    }

    /// Since when something has failed to leave, if something has.
    pub(super) fn aeldste_usendte(&mut self, fejlede: bool, morgen: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mangler = fejlede || !self.venter.is_empty() || !self.gaeld.is_empty();
        // A day that ended without success is not made up for before the next one is through.
        let maaske = self.koert != Some(app::ur::dag_i_danmark(morgen)) && self.usendt_siden.is_some();
        self.usendt_siden = (mangler || maaske).then(|| self.usendt_siden.unwrap_or(morgen));
        self.usendt_siden
    }
}

/// At start: a recipient who had a digest today gets no other, except of what could not be delivered to somebody else,
/// and of last chances, which are none any more tomorrow; the rest is put off, with `udskudt` as its outcome. An
/// invitation is a mail of its own, and no digest.
/// When the log holds part of a mail and this is the rest of it, then that mail was handed over: the rest is recorded.
pub(super) fn allerede_sendt(sendte: &Sendte, bunke: &mut Bunke, domaene: &str, udskudt: &Udfald) -> Vec<Afgjort> {
    let dagens: Vec<_> = bunke.opgaver.iter().filter_map(|(_, m)| sendte.get(&m.nr)).flatten().collect();
    if dagens.is_empty() || bunke.indbydelse {
        return Vec::new();
    }
    let rest: BTreeSet<Navn> = bunke.opgaver.iter().map(|(o, _)| o.navn()).collect();
    let hele = dagens.iter().find(|(brev, del)| message_id(&(&rest | *del), &bunke.postkasse, domaene) == **brev);
    if let Some((brev, _)) = hele {
        bunke.brev.clone_from(brev);
        return noter(bunke);
    }
    let andet = bunke.opgaver.extract_if(.., |(o, _)| !o.planlagt.er_uleveret() && !o.planlagt.sidste_chance);
    andet.map(|(o, _)| (o, udskudt.clone())).collect()
}

/// A mail that was handed over: what is to be recorded of it.
pub(super) fn noter(bunke: &mut Bunke) -> Vec<Afgjort> {
    let brev = bunke.brev.clone();
    let sendt = |(o, m): (Opgave, super::modtager::Modtager)| (o, Udfald::Sendt { brev: brev.clone(), til: m.nr });
    std::mem::take(&mut bunke.opgaver).into_iter().map(sendt).collect()
}
