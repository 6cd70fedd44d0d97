//! What if: the history of an employment under two books of rules, and what would differ.
//!
//! People are taken to have done what they did. What changes is when it was due, of what they would have been reminded,
//! and which refusion was lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{NaiveDate, NaiveTime};
use uuid::Uuid;

use crate::deadlines::frister::{Vurdering, vurder};
use crate::events::haendelse::{Haendelse, Noegle, Udfald};
use crate::fold::ansaettelse::{Ansaettelse, Post};
use crate::fold::forloeb::{Afgjort, Forloeb};
use crate::ord::{Aflysning, Fristart, Friststatus};
use crate::reminders::paamindelser::{forfaldne, planlagte};
use crate::rules::Regelbog;

/// The first absence days that are looked at, and the day on which they are seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Vindue {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last day, itself included.
    pub til: NaiveDate,
    /// History is known up to the end of this day.
    pub idag: NaiveDate,
}

/// A frist that would lie elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flyttet {
    /// What must have happened.
    pub art: Fristart,
    /// Target under the rules as they are; none where they know no such frist.
    pub maaldag: Option<NaiveDate>,
    /// Target under the other rules.
    pub ny_maaldag: Option<NaiveDate>,
    /// Legal day under the rules as they are.
    pub lovdag: Option<NaiveDate>,
    /// Legal day under the other rules.
    pub ny_lovdag: Option<NaiveDate>,
}

/// Refusion that is lost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tab {
    /// Calendar days.
    pub dage: i64,
    /// Estimate in whole kroner.
    pub kr: i64,
}

/// What would differ for one forløb.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forskel {
    /// The forløb, by the id it has under the rules as they are.
    pub id: Uuid,
    /// Code of its unit.
    pub enhed: String,
    /// F.
    pub foerste: NaiveDate,
    /// Frister that would lie elsewhere, would be new, or would not be.
    pub flyttede: Vec<Flyttet>,
    /// Reminders by frist: as they are, and as they would be. Only where the numbers differ or a day does.
    pub paamindelser: BTreeMap<Fristart, (u32, u32)>,
    /// Refusion lost as it is.
    pub tab: Tab,
    /// Refusion that would be lost.
    pub nyt_tab: Tab,
}

impl Forskel {
    fn er_tom(&self) -> bool {
        self.flyttede.is_empty() && self.paamindelser.is_empty() && self.tab == self.nyt_tab
    }
}

/// Every forløb of an employment in the window, and those of them that would differ.
#[must_use]
pub fn sammenlign(a: &Ansaettelse, bog: &Regelbog, ny_bog: &Regelbog, vindue: Vindue) -> (usize, Vec<Forskel>) {
    let i_vinduet = |f: &&Forloeb| (vindue.fra..=vindue.til).contains(&f.foerste) && !f.slettet;
    let (nu, nye) = (a.forloeb(bog), a.forloeb(ny_bog));
    let mut set = 0;
    let mut forskelle = Vec::new();
    for f in nu.iter().filter(i_vinduet) {
        set += 1;
        let Some(ny) = nye.iter().find(|n| n.hedder(f.id)) else { continue };
        if Arc::ptr_eq(&f.regler, &ny.regler) && f.perioder == ny.perioder {
            continue; // the same rules and the same days: nothing can differ
        }
        let egne = kun(a, &[f, ny]);
        let (foer, efter) = (Set::af(&egne, f, bog, vindue.idag), Set::af(&egne, ny, ny_bog, vindue.idag));
        let forskel = Forskel {
            id: f.id,
            enhed: f.stamdata.enhed.clone(),
            foerste: f.foerste,
            flyttede: flyttede(&foer.vurdering, &efter.vurdering),
            paamindelser: paamindelser(&foer.sendte, &efter.sendte),
            tab: foer.tab,
            nyt_tab: efter.tab,
        };
        if !forskel.er_tom() {
            forskelle.push(forskel);
        }
    }
    (set, forskelle)
}

/// What one book of rules makes of a forløb.
struct Set {
    vurdering: Vurdering,
    sendte: BTreeMap<Noegle, NaiveDate>,
    tab: Tab,
}

impl Set {
    fn af(a: &Ansaettelse, f: &Forloeb, bog: &Regelbog, idag: NaiveDate) -> Self {
        let vurdering = vurder(f, idag, bog);
        let tab = Tab {
            dage: vurdering.refusion.mistet.map_or(0, |d| d.antal()),
            kr: vurdering.refusion.mistet_skoen.map_or(0, |s| s.kr),
        };
        // Most absences: told of once, when it was over, and without money. Nobody was ever reminded of anything.
        let kun_meldt = a.poster().iter().filter(|p| p.haendelse.forloeb().is_some()).count() == 1;
        let forbi = f.sidste.is_some_and(|s| s < f.kendt) && !vurdering.frister.iter().any(|fr| fr.status.udestaar());
        let sendte =
            if kun_meldt && forbi && !vurdering.refusion.gives { BTreeMap::new() } else { sendte(a, f.id, bog, idag) };
        Self { sendte, vurdering, tab }
    }
}

/// The events of these forløb, and what payroll told of the employment: the domain derives every forløb by itself. What
/// became of reminders is left out, for here it is worked out.
fn kun(a: &Ansaettelse, forloeb: &[&Forloeb]) -> Ansaettelse {
    let med = |p: &Post| {
        !matches!(p.haendelse, Haendelse::PaamindelserAfgjort(_))
            && p.haendelse.forloeb().is_none_or(|id| forloeb.iter().any(|f| f.hedder(id)))
    };
    a.udsnit(med)
}

/// The reminders of a forløb, as they would have left morning by morning while its events came in.
fn sendte(a: &Ansaettelse, id: Uuid, bog: &Regelbog, idag: NaiveDate) -> BTreeMap<Noegle, NaiveDate> {
    let mut afgjorte: BTreeMap<Noegle, Afgjort> = BTreeMap::new();
    let mut dage: Vec<NaiveDate> = a.poster().iter().map(|p| p.dag).collect();
    dage.dedup();
    for (n, dag) in dage.iter().enumerate() {
        // Mail leaves in the morning: what came in on a day counts from the next working day on.
        let sidste_morgen = dage.get(n + 1).copied().unwrap_or(NaiveDate::MAX).min(idag);
        let mut morgen = bog.kalender().forskyd(*dag, 1);
        if morgen > sidste_morgen {
            continue;
        }
        let kendt = a.udsnit(|p| p.dag <= *dag);
        let Some(mut f) = kendt.forloeb(bog).into_iter().find(|f| f.hedder(id)) else { continue };
        f.afgjorte = std::mem::take(&mut afgjorte);
        while morgen <= sidste_morgen {
            let plan = planlagte(&f, &vurder(&f, morgen, bog), morgen, bog);
            let (send, overhalet) = forfaldne(&plan, morgen);
            f.afgjorte.extend(send.into_iter().map(|p| (p.noegle, sendt(morgen))));
            f.afgjorte.extend(overhalet.into_iter().map(|p| (p.noegle, overhalet_paa(morgen))));
            let Some(dag) = plan.iter().map(|p| p.dag).find(|d| *d > morgen) else { break };
            morgen = bog.kalender().wd_plus(dag);
        }
        afgjorte = f.afgjorte;
    }
    let sendte = afgjorte.into_iter().filter(|(_, a)| matches!(a.udfald, Udfald::Sendt { .. }));
    sendte.map(|(noegle, a)| (noegle, a.dag)).collect()
}

fn sendt(dag: NaiveDate) -> Afgjort {
    afgjort(dag, Udfald::Sendt { brev: String::new(), til: None })
}

fn overhalet_paa(dag: NaiveDate) -> Afgjort {
    afgjort(dag, Udfald::Aflyst { aarsag: Aflysning::Overhalet })
}

fn afgjort(dag: NaiveDate, udfald: Udfald) -> Afgjort {
    Afgjort { dag, udfald, tid: dag.and_time(NaiveTime::MIN).and_utc() }
}

fn flyttede(foer: &Vurdering, efter: &Vurdering) -> Vec<Flyttet> {
    // What ended before it mattered is no frist of anybody.
    let dage = |v: &Vurdering, art| {
        let af_art = v.frister.iter().filter(move |f| f.art == art && f.status != Friststatus::Bortfaldet);
        af_art.map(|f| (f.maaldag, f.lovdag)).collect::<Vec<_>>()
    };
    let mut ud = Vec::new();
    for art in Fristart::ALLE.iter().copied() {
        let (gamle, nye) = (dage(foer, art), dage(efter, art));
        for n in 0..gamle.len().max(nye.len()) {
            let (gammel, ny) = (gamle.get(n).copied(), nye.get(n).copied());
            if gammel != ny {
                let (maaldag, lovdag) = gammel.unzip();
                let (ny_maaldag, ny_lovdag) = ny.unzip();
                ud.push(Flyttet { art, maaldag, ny_maaldag, lovdag, ny_lovdag });
            }
        }
    }
    ud
}

fn paamindelser(
    foer: &BTreeMap<Noegle, NaiveDate>,
    efter: &BTreeMap<Noegle, NaiveDate>,
) -> BTreeMap<Fristart, (u32, u32)> {
    let mut ud: BTreeMap<Fristart, (Vec<NaiveDate>, Vec<NaiveDate>)> = BTreeMap::new();
    for (noegle, dag) in foer {
        ud.entry(noegle.frist).or_default().0.push(*dag);
    }
    for (noegle, dag) in efter {
        ud.entry(noegle.frist).or_default().1.push(*dag);
    }
    let antal = |dage: &[NaiveDate]| u32::try_from(dage.len()).unwrap_or(u32::MAX);
    let forskellige = ud.into_iter().map(|(art, (mut a, mut b))| {
        a.sort_unstable();
        b.sort_unstable();
        (art, a, b)
    });
    forskellige.filter(|(_, a, b)| a != b).map(|(art, a, b)| (art, (antal(&a), antal(&b)))).collect()
}
