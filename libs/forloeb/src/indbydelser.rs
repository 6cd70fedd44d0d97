//! Invitations to the calendar: derived like reminders, with keys of the same kind, and outcomes in the same log.
//!
//! The talk that an employee is invited to is a meeting of the leader and the employee. Each is sent it, is sent it
//! again when it moves, and is told when it will not be held.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::forloeb::Forloeb;
use crate::haendelse::{Noegle, Udfald};
use crate::ord::{Fristart, Modtagerrolle};
use crate::paamindelser::Planlagt;

/// Begins the name of a step that is an invitation; after it comes the instant, in microseconds, at which we learnt of the
/// meeting. Mails leave on later mornings, so that every meeting anybody was sent has an instant of its own.
const TRIN: &str = "kalender-";
/// Ends it when the meeting will not be held.
const AFLYST: &str = "-aflyst";
/// Who meets.
const DELTAGERE: [Modtagerrolle; 2] = [Modtagerrolle::Leder, Modtagerrolle::Medarbejder];

/// What an invitation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indbydelse {
    /// When the meeting begins; none: it will not be held.
    pub tidspunkt: Option<DateTime<FixedOffset>>,
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
    let moede = f.indkaldt.as_ref().filter(|m| !aflyst && m.tid.timestamp_micros() == kendt);
    if moede.is_none() && !aflyst {
        return None;
    }
    let foer = |n: &Noegle| {
        n.modtager == noegle.modtager && n.indbydelse().is_some_and(|(k, a)| k < kendt || (k == kendt && !a && aflyst))
    };
    let sendte = f.afgjorte.iter().filter(|(n, a)| foer(n) && matches!(a.udfald, Udfald::Sendt { .. }));
    Some(Indbydelse {
        tidspunkt: moede.map(|m| m.hvad),
        kendt: moede.map(|m| m.tid),
        nummer: u32::try_from(sendte.count()).unwrap_or(u32::MAX),
    })
}

/// The invitations that are to be sent: the meeting as it stands, or that it will not be held.
pub(crate) fn planlagte(f: &Forloeb, idag: NaiveDate) -> Vec<Planlagt> {
    let moede = f.indkaldt.as_ref().filter(|m| {
        let dag = m.hvad.date_naive();
        let sker = f.er_aabent(idag) && f.kendt_slut(idag).is_none_or(|slut| dag <= slut) && dag >= idag;
        sker && f.samtaler.iter().all(|s| s.position < m.position)
    });
    let mut plan = Vec::new();
    for modtager in DELTAGERE {
        if let Some(m) = moede {
            let nr = match modtager {
                Modtagerrolle::Medarbejder => Some(f.medarbejder_nr.as_str()),
                _ => f.leder_paa(m.dag),
            };
            let trin = format!("{TRIN}{}", m.tid.timestamp_micros());
            let (nr, generation) = (nr.map(str::to_owned), m.hvad.date_naive());
            let noegle = Noegle { frist: Fristart::Samtale, trin, modtager, nr, generation };
            plan.push(Planlagt { dag: m.dag, noegle, sidste_chance: false });
            continue;
        }
        let sendte = f
            .afgjorte
            .iter()
            .filter(|(n, a)| n.modtager == modtager && n.generation > idag && matches!(a.udfald, Udfald::Sendt { .. }));
        let sidste = sendte
            .filter_map(|(n, a)| Some((n.indbydelse().filter(|(_, aflyst)| !aflyst)?.0, n, a)))
            .max_by_key(|(kendt, ..)| *kendt);
        if let Some((_, n, a)) = sidste {
            let noegle = Noegle { trin: format!("{}{AFLYST}", n.trin), ..n.clone() };
            plan.push(Planlagt { dag: a.dag, noegle, sidste_chance: false });
        }
    }
    plan
}
