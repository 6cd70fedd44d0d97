//! Invitations to the calendar: derived like reminders, with keys of the same kind, and outcomes in the same log.
//!
//! There are two appointments: the talk that an employee is invited to, and the day on which the TTA plan is next
//! evaluated. Each of those who meet is sent it, is sent it again when it moves, and is told when it will not be held, or
//! not with them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::forloeb::Forloeb;
use crate::frister::Vurdering;
use crate::haendelse::{Noegle, Udfald};
use crate::ord::{Fristart, Modtagerrolle};
use crate::paamindelser::Planlagt;

/// Begins the name of a step that is an invitation; after it comes the instant, in microseconds, at which we learnt of the
/// meeting. Mails leave on later mornings, so that every meeting anybody was sent has an instant of its own.
const TRIN: &str = "kalender-";
/// Ends it when the meeting will not be held.
const AFLYST: &str = "-aflyst";

/// When a meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hvornaar {
    /// Begins at an instant.
    Klokken(DateTime<FixedOffset>),
    /// Some time on a day.
    Dagen(NaiveDate),
}

impl Hvornaar {
    fn dag(self) -> NaiveDate {
        match self {
            Self::Klokken(tid) => tid.date_naive(),
            Self::Dagen(dag) => dag,
        }
    }
}

/// What an invitation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indbydelse {
    /// Of what: [`Fristart::Samtale`] or [`Fristart::TtaEvaluering`].
    pub art: Fristart,
    /// When the meeting is; none: it will not be held.
    pub hvornaar: Option<Hvornaar>,
    /// When we learnt of it.
    pub kendt: Option<DateTime<Utc>>,
    /// How many this recipient was sent before: a calendar takes the one with the highest number.
    pub nummer: u32,
}

impl Noegle {
    /// When we learnt of the meeting of an invitation, and whether it says that it will not be held; none: it is a
    /// reminder.
    #[must_use]
    pub fn indbydelse(&self) -> Option<(i64, bool)> {
        let trin = self.trin.strip_prefix(TRIN)?;
        let (kendt, aflyst) = trin.strip_suffix(AFLYST).map_or((trin, false), |kendt| (kendt, true));
        Some((kendt.parse().ok()?, aflyst))
    }
}

/// What an invitation of this forløb says; none when its meeting is not known any more.
#[must_use]
pub fn indbydelse(f: &Forloeb, noegle: &Noegle) -> Option<Indbydelse> {
    let (kendt, aflyst) = noegle.indbydelse()?;
    let kendt_nu = match noegle.frist {
        Fristart::TtaEvaluering => opfoelgning_kendt(f, noegle.generation).map(|(tid, _)| tid),
        _ => f.indkaldt.as_ref().map(|m| m.tid),
    };
    let moede = kendt_nu.filter(|tid| !aflyst && tid.timestamp_micros() == kendt);
    if moede.is_none() && !aflyst {
        return None;
    }
    let hvornaar = match noegle.frist {
        Fristart::TtaEvaluering => Some(Hvornaar::Dagen(noegle.generation)),
        _ => f.indkaldt.as_ref().map(|m| Hvornaar::Klokken(m.hvad)),
    };
    let foer = |n: &Noegle| {
        n.modtager == noegle.modtager
            && n.frist == noegle.frist
            && n.indbydelse().is_some_and(|(k, a)| k < kendt || (k == kendt && !a && (aflyst || n.nr != noegle.nr)))
    };
    let sendte = f.afgjorte.iter().filter(|(n, a)| foer(n) && matches!(a.udfald, Udfald::Sendt { .. }));
    Some(Indbydelse {
        art: noegle.frist,
        hvornaar: hvornaar.filter(|_| !aflyst),
        kendt: moede,
        nummer: u32::try_from(sendte.count()).unwrap_or(u32::MAX),
    })
}

/// When, and on which day, we learnt that the next evaluation is on this day: with the plan that first had it, or when the
/// evaluation before it was made. A new version of the plan with the same day moves nothing.
fn opfoelgning_kendt(f: &Forloeb, dag: NaiveDate) -> Option<(DateTime<Utc>, NaiveDate)> {
    let uaendret = f.planer.iter().rev().take_while(|p| p.hvad.plan.evalueringer.contains(&dag));
    let plan = uaendret.last().map(|p| (p.tid, p.dag))?;
    Some(f.evalueringer.last().map_or(plan, |e| plan.max((e.tid, e.dag))))
}

/// A meeting as it stands.
struct Moede<'a> {
    kendt: DateTime<Utc>,
    kendt_dag: NaiveDate,
    dag: NaiveDate,
    /// Who meets.
    deltagere: Vec<(Modtagerrolle, Option<&'a str>)>,
}

fn samtale<'a>(f: &'a Forloeb, idag: NaiveDate) -> Option<Moede<'a>> {
    let m = f.indkaldt.as_ref().filter(|m| f.samtaler.iter().all(|s| s.position < m.position))?;
    let deltagere =
        vec![(Modtagerrolle::Leder, f.leder(idag)), (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str()))];
    Some(Moede { kendt: m.tid, kendt_dag: m.dag, dag: Hvornaar::Klokken(m.hvad).dag(), deltagere })
}

fn opfoelgning<'a>(f: &'a Forloeb, vurdering: &Vurdering, idag: NaiveDate) -> Option<Moede<'a>> {
    let frist = vurdering.frist(Fristart::TtaEvaluering).filter(|frist| frist.status.udestaar())?;
    let (kendt, kendt_dag) = opfoelgning_kendt(f, frist.maaldag)?;
    let (leder, koordinator) = (f.leder(idag), f.koordinator());
    let mut deltagere = vec![(Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str()))];
    deltagere.extend(koordinator.map(|nr| (Modtagerrolle::Koordinator, Some(nr))));
    if leder != koordinator || leder.is_none() {
        deltagere.push((Modtagerrolle::Leder, leder));
    }
    Some(Moede { kendt, kendt_dag, dag: frist.maaldag, deltagere })
}

/// The invitations that are to be sent: the meetings as they stand, and to whom they will not be held.
pub(crate) fn planlagte(f: &Forloeb, vurdering: &Vurdering, idag: NaiveDate) -> Vec<Planlagt> {
    let mut plan = Vec::new();
    let moeder = [(Fristart::Samtale, samtale(f, idag)), (Fristart::TtaEvaluering, opfoelgning(f, vurdering, idag))];
    for (frist, moede) in moeder {
        let sker =
            |m: &Moede<'_>| f.er_aabent(idag) && f.kendt_slut(idag).is_none_or(|slut| m.dag <= slut) && m.dag >= idag;
        let moede = moede.filter(sker);
        if let Some(m) = &moede {
            plan.extend(m.deltagere.iter().map(|(modtager, nr)| {
                let trin = format!("{TRIN}{}", m.kendt.timestamp_micros());
                let (modtager, nr) = (*modtager, nr.map(str::to_owned));
                let noegle = Noegle { frist, trin, modtager, nr, generation: m.dag };
                Planlagt { dag: m.kendt_dag, noegle, sidste_chance: false }
            }));
        }
        plan.extend(afbud(f, frist, moede.as_ref().map_or(&[], |m| &m.deltagere), idag));
    }
    plan
}

/// To those who have it in their calendar and are not among those who meet: that it will not be held.
fn afbud(f: &Forloeb, frist: Fristart, deltagere: &[(Modtagerrolle, Option<&str>)], idag: NaiveDate) -> Vec<Planlagt> {
    let mut har: Vec<(Option<&str>, i64, &Noegle, NaiveDate)> = Vec::new();
    for (n, a) in &f.afgjorte {
        let (Some((kendt, false)), Udfald::Sendt { til, .. }) = (n.indbydelse(), &a.udfald) else { continue };
        let skal_moede = deltagere.iter().any(|(rolle, nr)| {
            (*rolle == n.modtager && *nr == n.nr.as_deref()) || (nr.is_some() && *nr == til.as_deref())
        });
        if n.frist != frist || n.generation <= idag || skal_moede {
            continue;
        }
        match har.iter_mut().find(|(hvem, .., foer, _)| *hvem == til.as_deref() && foer.modtager == n.modtager) {
            Some(nyeste) if nyeste.1 > kendt => {}
            Some(nyeste) => *nyeste = (til.as_deref(), kendt, n, a.dag),
            None => har.push((til.as_deref(), kendt, n, a.dag)),
        }
    }
    let afbud = |(hvem, _, n, dag): (Option<&str>, i64, &Noegle, NaiveDate)| {
        let noegle = Noegle { trin: format!("{}{AFLYST}", n.trin), nr: hvem.map(str::to_owned), ..n.clone() };
        Planlagt { dag, noegle, sidste_chance: false }
    };
    har.into_iter().map(afbud).collect()
}
