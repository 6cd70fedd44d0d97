//! Invitations to the calendar: derived like reminders, with keys of the same kind, and outcomes in the same log.
//!
//! There are two appointments: the talk that an employee is invited to, and the day on which the TTA plan is next
//! evaluated. Each of those who meet is sent it, is sent it again when it moves, and is told when it will not be held, or
//! not with them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::deadlines::frister::Vurdering;
use crate::events::haendelse::{Noegle, Udfald};
use crate::fold::forloeb::Forloeb;
use crate::ord::{Fristart, Modtagerrolle};
use crate::reminders::paamindelser::Planlagt;
use crate::rules::kalender::dag_i_danmark;

/// Begins the name of a step that is an invitation. After it come the instant, in microseconds, at which we learnt of the
/// meeting, and the number of the invitation in the recipient's calendar; the first that were recorded have no number.
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
            Self::Klokken(tid) => dag_i_danmark(&tid),
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
    /// How many this recipient may have been sent before: a calendar takes the one with the highest number.
    pub nummer: u32,
}

impl Noegle {
    /// When we learnt of the meeting of an invitation, and whether it says that it will not be held; none: it is a
    /// reminder.
    #[must_use]
    pub fn indbydelse(&self) -> Option<(i64, bool)> {
        self.trin_af_indbydelse().map(|(kendt, _, aflyst)| (kendt, aflyst))
    }

    fn trin_af_indbydelse(&self) -> Option<(i64, u32, bool)> {
        let trin = self.trin.strip_prefix(TRIN)?;
        let (trin, aflyst) = trin.strip_suffix(AFLYST).map_or((trin, false), |trin| (trin, true));
        let (kendt, nummer) = trin.split_once('-').unwrap_or((trin, "0"));
        Some((kendt.parse().ok()?, nummer.parse().ok()?, aflyst))
    }
}

/// What an invitation of this forløb says; none when its meeting is not known any more.
#[must_use]
pub fn indbydelse(f: &Forloeb, noegle: &Noegle) -> Option<Indbydelse> {
    let (kendt, nummer, aflyst) = noegle.trin_af_indbydelse()?;
    let hvornaar = if aflyst {
        None
    } else if noegle.frist == Fristart::TtaEvaluering {
        Some(Hvornaar::Dagen(noegle.generation))
    } else {
        Some(Hvornaar::Klokken(f.indkaldt.as_ref().filter(|m| m.tid.timestamp_micros() == kendt)?.hvad))
    };
    let kendt = hvornaar.and_then(|_| DateTime::from_timestamp_micros(kendt));
    Some(Indbydelse { art: noegle.frist, hvornaar, kendt, nummer })
}

/// A meeting as it stands.
struct Moede<'a> {
    kendt: DateTime<Utc>,
    kendt_dag: NaiveDate,
    dag: NaiveDate,
    /// Who meets; nobody twice.
    deltagere: Vec<(Modtagerrolle, &'a str)>,
}

impl<'a> Moede<'a> {
    fn af(kendt: (DateTime<Utc>, NaiveDate), dag: NaiveDate, alle: [(Modtagerrolle, Option<&'a str>); 3]) -> Self {
        let mut deltagere: Vec<(Modtagerrolle, &str)> = Vec::new();
        for (rolle, nr) in alle.into_iter().filter_map(|(rolle, nr)| Some((rolle, nr?))) {
            if deltagere.iter().all(|(_, andre)| *andre != nr) {
                deltagere.push((rolle, nr));
            }
        }
        Self { kendt: kendt.0, kendt_dag: kendt.1, dag, deltagere }
    }
}

fn samtale(f: &Forloeb, idag: NaiveDate) -> Option<Moede<'_>> {
    let m = f.indkaldt.as_ref().filter(|m| f.samtaler.iter().all(|s| s.position < m.position))?;
    let alle = [
        (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str())),
        (Modtagerrolle::Leder, f.leder(idag)),
        (Modtagerrolle::Koordinator, None),
    ];
    Some(Moede::af((m.tid, m.dag), Hvornaar::Klokken(m.hvad).dag(), alle))
}

/// The next evaluation of the plan is known since the newest plan, or since the evaluation before it was made.
fn opfoelgning<'a>(f: &'a Forloeb, vurdering: &Vurdering, idag: NaiveDate) -> Option<Moede<'a>> {
    let frist = vurdering.frist(Fristart::TtaEvaluering).filter(|frist| frist.status.udestaar())?;
    let plan = f.plan().map(|p| (p.tid, p.dag))?;
    let kendt = f.evalueringer.last().map_or(plan, |e| plan.max((e.tid, e.dag)));
    let alle = [
        (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str())),
        (Modtagerrolle::Koordinator, f.koordinator()),
        (Modtagerrolle::Leder, f.leder(idag)),
    ];
    Some(Moede::af(kendt, frist.maaldag, alle))
}

/// The newest that a person was sent of an appointment.
struct Har<'a> {
    hvem: Option<&'a str>,
    noegle: &'a Noegle,
    dag: NaiveDate,
    tid: DateTime<Utc>,
    kendt: i64,
    aflyst: bool,
}

impl Har<'_> {
    /// A talk is the same until it is arranged anew; an evaluation is whatever evaluation that day has.
    fn er(&self, frist: Fristart, moede: &Moede<'_>) -> bool {
        let samme = frist == Fristart::TtaEvaluering || self.kendt == moede.kendt.timestamp_micros();
        !self.aflyst && samme && self.noegle.generation == moede.dag
    }
}

fn har(f: &Forloeb, frist: Fristart) -> Vec<Har<'_>> {
    let mut nyeste: Vec<Har<'_>> = Vec::new();
    for (noegle, a) in f.afgjorte.iter().filter(|(n, _)| n.frist == frist) {
        let (Some((kendt, aflyst)), Udfald::Sendt { til, .. }) = (noegle.indbydelse(), &a.udfald) else { continue };
        let en = Har { hvem: til.as_deref(), noegle, dag: a.dag, tid: a.tid, kendt, aflyst };
        match nyeste.iter_mut().find(|foer| foer.hvem == en.hvem) {
            Some(foer) if (foer.tid, foer.kendt, foer.aflyst) > (en.tid, en.kendt, en.aflyst) => {}
            Some(foer) => *foer = en,
            None => nyeste.push(en),
        }
    }
    nyeste
}

/// One more than any number the person can have seen: of their own, and of their role, by which it was counted once.
fn nummer(f: &Forloeb, frist: Fristart, rolle: Modtagerrolle, hvem: Option<&str>) -> usize {
    let sendte = f.afgjorte.iter().filter(|(n, a)| {
        let Udfald::Sendt { til, .. } = &a.udfald else { return false };
        n.frist == frist && n.indbydelse().is_some() && (n.modtager == rolle || til.as_deref() == hvem)
    });
    sendte.count()
}

/// The invitations that are to be sent: to each who meets and has another appointment or none in the calendar, and to
/// each who has one and does not meet.
pub(crate) fn planlagte(f: &Forloeb, vurdering: &Vurdering, idag: NaiveDate) -> Vec<Planlagt> {
    let mut plan = Vec::new();
    let moeder = [(Fristart::Samtale, samtale(f, idag)), (Fristart::TtaEvaluering, opfoelgning(f, vurdering, idag))];
    for (frist, moede) in moeder {
        let sker =
            |m: &Moede<'_>| f.er_aabent(idag) && f.kendt_slut(idag).is_none_or(|slut| m.dag <= slut) && m.dag >= idag;
        let moede = moede.filter(sker);
        let har = har(f, frist);
        for (modtager, nr) in moede.iter().flat_map(|m| &m.deltagere) {
            let Some(m) = &moede else { continue };
            if har.iter().any(|h| h.hvem == Some(*nr) && h.er(frist, m)) {
                continue;
            }
            let nummer = nummer(f, frist, *modtager, Some(nr));
            let trin = format!("{TRIN}{}-{nummer}", m.kendt.timestamp_micros());
            let (modtager, nr) = (*modtager, Some((*nr).to_owned()));
            let noegle = Noegle { frist, trin, modtager, nr, generation: m.dag };
            plan.push(Planlagt { dag: m.kendt_dag, noegle, sidste_chance: false });
        }
        let moedes = |hvem: Option<&str>| moede.iter().flat_map(|m| &m.deltagere).any(|(_, nr)| Some(*nr) == hvem);
        for h in har.iter().filter(|h| !h.aflyst && h.noegle.generation > idag && !moedes(h.hvem)) {
            let trin = format!("{TRIN}{}-{}{AFLYST}", h.kendt, nummer(f, frist, h.noegle.modtager, h.hvem));
            let noegle = Noegle { trin, nr: h.hvem.map(str::to_owned), ..h.noegle.clone() };
            plan.push(Planlagt { dag: h.dag, noegle, sidste_chance: false });
        }
    }
    plan
}
