//! What if: the whole history under another book of rules, unit by unit.

use std::collections::BTreeMap;
use std::sync::Arc;

use eventlog::{Journal, Recorded, StreamId};
use forloeb::hvad_hvis::{Forskel, Tab, Vindue, sammenlign};
use forloeb::ord::Fristart;
use forloeb::regler::Regelsaet;
use forloeb::{Ansaettelse, Regelbog};
use serde::Serialize;

use crate::politik::laes;
use crate::stored::{ANSAETTELSE, Unreadable, fold, laes_post, tid};

/// What became of reminders is most of what is ever recorded, and here it is worked out anew.
const UDEN: &str = "PaamindelserAfgjort";

/// What would differ.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Svar {
    /// Forløb in the window.
    pub forloeb: usize,
    /// Those that would differ.
    pub anderledes: usize,
    /// By unit, those where anything would.
    pub enheder: Vec<Enhed>,
    /// Everything.
    pub ialt: Enhed,
}

/// What would differ for the forløb of a unit.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Enhed {
    /// Code of the unit.
    pub navn: String,
    /// Forløb.
    pub anderledes: u64,
    /// By kind of frist.
    #[serde(serialize_with = "efter_kode")]
    pub frister: BTreeMap<Fristart, Frister>,
    /// Refusion that was lost.
    #[serde(serialize_with = "tab")]
    pub tab: Tab,
    /// Refusion that would be lost.
    #[serde(serialize_with = "tab")]
    pub nyt_tab: Tab,
}

/// Frister of a kind, and their reminders.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Frister {
    /// That would lie on another day.
    pub flyttede: u64,
    /// That there would be.
    pub nye: u64,
    /// That there would not be.
    pub vaek: u64,
    /// Reminders of forløb where they would differ, as they are.
    pub paamindelser: u64,
    /// Reminders of the same forløb, as they would be.
    pub nye_paamindelser: u64,
}

fn efter_kode<S: serde::Serializer>(frister: &BTreeMap<Fristart, Frister>, s: S) -> Result<S::Ok, S::Error> {
    s.collect_map(frister.iter().map(|(art, f)| (art.kode(), f)))
}

fn tab<S: serde::Serializer>(tab: &Tab, s: S) -> Result<S::Ok, S::Error> {
    s.collect_map([("dage", tab.dage), ("kr", tab.kr)])
}

impl Enhed {
    fn tag(&mut self, forskel: &Forskel) {
        self.anderledes += 1;
        for f in &forskel.flyttede {
            let frister = self.frister.entry(f.art).or_default();
            match (f.lovdag, f.ny_lovdag) {
                (None, _) => frister.nye += 1,
                (_, None) => frister.vaek += 1,
                _ => frister.flyttede += 1,
            }
        }
        for (art, (nu, ny)) in &forskel.paamindelser {
            let frister = self.frister.entry(*art).or_default();
            frister.paamindelser += u64::from(*nu);
            frister.nye_paamindelser += u64::from(*ny);
        }
        for (sum, tab) in [(&mut self.tab, forskel.tab), (&mut self.nyt_tab, forskel.nyt_tab)] {
            sum.dage += tab.dage;
            sum.kr += tab.kr;
        }
    }
}

/// A book of rules from the text of a rule set, which takes the place of those in force at the same time, or of a
/// policy, which is laid over all of them.
///
/// # Errors
/// The line and the field, and what would be right.
pub fn andre_regler(bog: &Regelbog, tekst: &str) -> Result<Regelbog, String> {
    let er_saet = tekst.lines().any(|l| l.trim() == "[parametre]");
    if er_saet {
        return Regelsaet::laes(tekst, bog.kalender()).map(|saet| bog.med_saet(saet));
    }
    let fra = bog.tidligste_dag();
    let politik = laes(tekst, fra, bog).map_err(|e| e.to_string())?;
    Ok(bog.med_politik(&[(fra, politik)]))
}

/// Replays every employment of the log under both, on every core. `fremdrift` is told events so far and in all.
///
/// # Errors
/// The log cannot be read.
pub async fn afspil(
    log: &Journal,
    bog: &Arc<Regelbog>,
    ny: &Arc<Regelbog>,
    vindue: Vindue,
    fremdrift: impl Fn(u64, u64),
) -> Result<Svar, Unreadable> {
    let dele = log.streams(fold::cores());
    let i_alt = fold::head(&dele).position;
    let (bog, ny) = (bog.clone(), ny.clone());
    let (mut svar, mut laest) = (Svar::default(), 0);
    let mut enheder: BTreeMap<String, Enhed> = BTreeMap::new();
    "I alt".clone_into(&mut svar.ialt.navn);
    let sammen = move |streams: &[_]| sammen(streams, &bog, &ny, vindue);
    fold::fold(dele, sammen, |(set, forskelle), haendelser| {
        svar.forloeb += set;
        svar.anderledes += forskelle.len();
        for forskel in forskelle {
            svar.ialt.tag(&forskel);
            let enhed = enheder.entry(forskel.enhed.clone()).or_default();
            enhed.navn.clone_from(&forskel.enhed);
            enhed.tag(&forskel);
        }
        laest += haendelser;
        fremdrift(laest, i_alt);
    })
    .await?;
    svar.enheder = enheder.into_values().collect();
    Ok(svar)
}

fn sammen(
    streams: &[(StreamId, Vec<Recorded>)],
    bog: &Regelbog,
    ny: &Regelbog,
    vindue: Vindue,
) -> Result<(usize, Vec<Forskel>), Unreadable> {
    let (mut set, mut forskelle) = (0, Vec::new());
    for (stream, haendelser) in streams {
        let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
        let mut a = Ansaettelse::ny(nr);
        for r in haendelser.iter().filter(|r| r.kind != UDEN) {
            a.anvend(laes_post(r, tid(r)?)?);
        }
        let (her, nogle) = sammenlign(&a, bog, ny, vindue);
        set += her;
        forskelle.extend(nogle);
    }
    Ok((set, forskelle))
}
