//! Which reminders a forløb has before it: derived from its frister and the outcomes that are in the log.
//!
//! Nothing here sends. Losing every list made from this loses nothing: it comes back from the events.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::deadlines::frister::{Frist, Vurdering, vurder};
use crate::events::haendelse::{Noegle, Udfald};
use crate::fold::forloeb::Forloeb;
use crate::ord::{Fristart, Friststatus, Modtagerrolle};
use crate::reminders::indbydelser;
use crate::rules::{Fra, Paamindelsesregel, Regelbog};

/// A reminder that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planlagt {
    /// The working day on which it leaves.
    pub dag: NaiveDate,
    /// Its key.
    pub noegle: Noegle,
    /// Says that it is the last chance.
    pub sidste_chance: bool,
}

/// Ends the name of a step that HR gets because it could not be delivered to somebody else.
const ULEVERET: &str = "-uleveret";

impl Planlagt {
    /// It tells HR of what could not be delivered to somebody else.
    #[must_use]
    pub fn er_uleveret(&self) -> bool {
        self.noegle.trin.ends_with(ULEVERET)
    }
}

/// Reminders without a final outcome, by day. Of a step that repeats, those up to today and the next one.
#[must_use]
pub fn planlagte(f: &Forloeb, vurdering: &Vurdering, idag: NaiveDate, bog: &Regelbog) -> Vec<Planlagt> {
    if f.slettet {
        return Vec::new();
    }
    let mut plan = Vec::new();
    for frist in vurdering.frister.iter().filter(|fr| paamindes(f, vurdering, fr, idag)) {
        let endeligt_tabt = frist.penge && vurdering.refusion.endeligt_tabt(f, idag);
        for regel in f.regler.paamindelser.iter().filter(|r| r.frist == frist.art) {
            for dag in dage(regel, frist, idag, endeligt_tabt, bog) {
                if endeligt_tabt && dag < f.kendt {
                    continue; // it was over before we knew of it: there is nobody to remind of anything
                }
                if !frist.forbliver && f.kendt_slut(idag).is_some_and(|s| dag > s) {
                    continue; // back at work by then
                }
                plan.extend(regel.til.iter().map(|&modtager| planlagt(f, frist, regel, modtager, dag)));
            }
        }
    }
    plan.sort();
    plan.dedup_by(|a, b| a.noegle == b.noegle);
    uden_fortid(&mut plan, f.kendt);
    plan.extend(til_hr_i_stedet(f, vurdering, idag));
    plan.extend(indbydelser::planlagte(f, vurdering, idag));
    plan.sort();
    plan.dedup_by(|a, b| a.noegle == b.noegle);
    plan.retain(|p| f.afgjorte.get(&p.noegle).is_none_or(|a| !a.udfald.er_endelig()));
    plan.sort();
    plan
}

/// The open ones, and after the end only what stays due. Nobody can claim before the anmeldelse is receipted.
fn paamindes(f: &Forloeb, vurdering: &Vurdering, frist: &Frist, idag: NaiveDate) -> bool {
    let kan_goeres = frist.art != Fristart::Refusionsanmodning || vurdering.refusion.anmeldt.is_some();
    let til_at_naa = frist.forbliver || (f.er_aabent(idag) && frist.status != Friststatus::Tabt);
    frist.status.udestaar() && kan_goeres && til_at_naa
}

fn dage(
    regel: &Paamindelsesregel,
    frist: &Frist,
    idag: NaiveDate,
    endeligt_tabt: bool,
    bog: &Regelbog,
) -> Vec<NaiveDate> {
    let fra = match regel.fra {
        Fra::Aabner => frist.aabner,
        Fra::Maaldag => frist.maaldag,
        Fra::Lovdag => frist.lovdag,
    };
    let foerste = regel.dag(fra, bog.kalender());
    let Some(hver) = regel.gentag_arbejdsdage.filter(|_| !endeligt_tabt) else { return vec![foerste] };
    let hver = i32::try_from(hver).unwrap_or(i32::MAX);
    let mut alle = vec![foerste];
    while let Some(sidste) = alle.last().copied().filter(|d| *d <= idag) {
        let naeste = bog.kalender().forskyd(sidste, hver);
        if naeste <= sidste {
            break;
        }
        alle.push(naeste);
    }
    alle
}

fn planlagt(
    f: &Forloeb,
    frist: &Frist,
    regel: &Paamindelsesregel,
    modtager: Modtagerrolle,
    dag: NaiveDate,
) -> Planlagt {
    let nr = match modtager {
        Modtagerrolle::Kontaktperson => f.kontaktperson().or(f.leder_paa(dag)),
        Modtagerrolle::Leder | Modtagerrolle::LedersLeder => f.leder_paa(dag),
        Modtagerrolle::Koordinator => f.koordinator(),
        Modtagerrolle::Medarbejder => Some(f.medarbejder_nr.as_str()),
        Modtagerrolle::Hr => None,
    };
    // A step that repeats has the date in its name: each occurrence is a reminder of its own.
    let trin = match regel.gentag_arbejdsdage {
        Some(_) => format!("{}-{dag}", regel.trin),
        None => regel.trin.clone(),
    };
    let noegle = Noegle { frist: frist.art, trin, modtager, nr: nr.map(str::to_owned), generation: frist.lovdag };
    Planlagt { dag, noegle, sidste_chance: regel.sidste_chance }
}

/// Steps from before we knew of the forløb were never planned; of each frist and recipient the latest of them is what
/// is still true.
fn uden_fortid(plan: &mut Vec<Planlagt>, kendt: NaiveDate) {
    let mut set = BTreeSet::new();
    let behold: Vec<bool> = plan
        .iter()
        .rev()
        .map(|p| p.dag >= kendt || set.insert((p.noegle.frist, p.noegle.modtager, p.noegle.nr.clone())))
        .collect();
    let mut behold = behold.into_iter().rev();
    plan.retain(|_| behold.next().unwrap_or(true));
}

/// What the mail server refused for good goes to HR instead.
fn til_hr_i_stedet(f: &Forloeb, vurdering: &Vurdering, idag: NaiveDate) -> Vec<Planlagt> {
    let gaelder = |n: &Noegle| {
        vurdering
            .frister
            .iter()
            .any(|fr| fr.art == n.frist && fr.lovdag == n.generation && paamindes(f, vurdering, fr, idag))
    };
    f.afgjorte
        .iter()
        .filter(|(n, a)| {
            matches!(a.udfald, Udfald::Fejlet { .. })
                && n.indbydelse().is_none()
                && !matches!(n.modtager, Modtagerrolle::Hr | Modtagerrolle::Medarbejder)
                && gaelder(n)
        })
        .map(|(n, a)| Planlagt {
            dag: a.dag,
            noegle: Noegle {
                trin: format!("{}{ULEVERET}", n.trin),
                modtager: Modtagerrolle::Hr,
                nr: None,
                ..n.clone()
            },
            sidste_chance: false,
        })
        .collect()
}

/// A reminder that the mail server refused, and that somebody still has to have: sent again it would be due.
#[must_use]
pub fn kan_sendes_igen(f: &Forloeb, noegle: &Noegle, idag: NaiveDate, bog: &Regelbog) -> bool {
    if !f.afgjorte.get(noegle).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
        return false;
    }
    let mut uden = f.clone();
    uden.afgjorte.remove(noegle);
    planlagte(&uden, &vurder(&uden, idag, bog), idag, bog).iter().any(|p| p.noegle == *noegle)
}

/// The day on which the next reminder is due, for an index by date.
#[must_use]
pub fn naeste_dag(f: &Forloeb, vurdering: &Vurdering, idag: NaiveDate, bog: &Regelbog) -> Option<NaiveDate> {
    planlagte(f, vurdering, idag, bog).first().map(|p| p.dag)
}

/// Of what is due, per frist and recipient: the latest step is still true today, the ones before it are overtaken.
/// What could not be delivered to somebody else never overtakes HR's own.
#[must_use]
pub fn forfaldne(planlagte: &[Planlagt], idag: NaiveDate) -> (Vec<Planlagt>, Vec<Planlagt>) {
    let mut set = BTreeSet::new();
    let (mut send, mut overhalet) = (Vec::new(), Vec::new());
    for p in planlagte.iter().rev().filter(|p| p.dag <= idag) {
        // Invitations overtake one another in the calendar, by their numbers; reminders they do not touch.
        if p.noegle.indbydelse().is_some() || set.insert((p.noegle.frist, p.noegle.modtager, p.er_uleveret())) {
            send.push(p.clone());
        } else {
            overhalet.push(p.clone());
        }
    }
    send.reverse();
    overhalet.reverse();
    (send, overhalet)
}
