//! Invitations to the calendar: derived like reminders, with keys of the same kind, and outcomes in the same log.
//!
//! There are two appointments: the talk that an employee is invited to, and the day on which the TTA plan is next
//! evaluated. Each of those who meet is sent it, is sent it again when it moves, and is told when it will not be held, or
//! not with them.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

use crate::deadlines::frister::Assessment;
use crate::events::haendelse::{Key, Udfald};
use crate::fold::forloeb::Forloeb;
use crate::reminders::paamindelser::Planlagt;
use crate::rules::calendar::{dag_in_denmark, plus_dage};
use crate::words::{Fristart, Modtagerrolle, Slutaarsag};

/// Begins the name of a step that is an invitation. After it come the instant, in microseconds, at which we learnt of the
/// meeting, and the number of the invitation in the recipient's calendar; the first that were recorded have no number.
const TRIN: &str = "kalender-";
/// Ends it when the meeting will not be held.
const AFLYST: &str = "-aflyst";

/// How long after a talk an invitation to it may still get the outcome that it never left.
const FORGOTTEN_DAGE: i64 = 14;

/// When a meeting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Begins at an instant.
    Klokken(DateTime<FixedOffset>),
    /// Some time on a day.
    Dagen(NaiveDate),
}

impl When {
    /// The day on which it is in Denmark.
    #[must_use]
    pub fn dag(self) -> NaiveDate {
        match self {
            Self::Klokken(time) => dag_in_denmark(&time),
            Self::Dagen(dag) => dag,
        }
    }
}

/// What an invitation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Indbydelse {
    /// Of what: [`Fristart::Samtale`] or [`Fristart::TtaEvaluering`].
    pub art: Fristart,
    /// When the meeting is, or was to be.
    pub when: When,
    /// It will not be held, or not with the recipient.
    pub aflyst: bool,
    /// When we learnt of it.
    pub known: Option<DateTime<Utc>>,
    /// How many this recipient may have been sent before: a calendar takes the one with the highest number.
    pub number: u32,
}

/// A step of this name is an invitation, or says that a meeting will not be held.
#[must_use]
pub fn is_indbydelse(trin: &str) -> bool {
    trin.starts_with(TRIN)
}

impl Key {
    /// When we learnt of the meeting of an invitation, and whether it says that it will not be held; none: it is a
    /// reminder.
    #[must_use]
    pub fn indbydelse(&self) -> Option<(i64, bool)> {
        self.trin_of_indbydelse().map(|(known, _, aflyst)| (known, aflyst))
    }

    fn trin_of_indbydelse(&self) -> Option<(i64, u32, bool)> {
        let trin = self.trin.strip_prefix(TRIN)?;
        let (trin, aflyst) = trin.strip_suffix(AFLYST).map_or((trin, false), |trin| (trin, true));
        let (known, number) = trin.split_once('-').unwrap_or((trin, "0"));
        Some((known.parse().ok()?, number.parse().ok()?, aflyst))
    }
}

/// What an invitation of this forløb says; none when its meeting is not known any more.
#[must_use]
pub fn indbydelse(f: &Forloeb, key: &Key) -> Option<Indbydelse> {
    let (known, number, aflyst) = key.trin_of_indbydelse()?;
    let when = if key.frist == Fristart::TtaEvaluering {
        When::Dagen(key.generation)
    } else {
        match f.indkaldt.as_deref().filter(|m| m.time.timestamp_micros() == known) {
            Some(m) => When::Klokken(m.what.tidspunkt),
            // Called off after it was arranged anew: the day is what is left of it.
            None if aflyst => When::Dagen(key.generation),
            None => return None,
        }
    };
    let known = if aflyst { None } else { DateTime::from_timestamp_micros(known) };
    Some(Indbydelse { art: key.frist, when, aflyst, known, number })
}

/// What stands for a talk that became known then, in a letter on paper that tells of it.
pub(super) fn code_of_samtale(known: DateTime<Utc>) -> String {
    format!("moede-{}-{}", Fristart::Samtale, known.timestamp_micros())
}

/// When the talk is that the employee is invited to, while no mail and no letter has told them; and whether a mail was refused for good.
#[must_use]
pub fn untold(f: &Forloeb) -> Option<(DateTime<FixedOffset>, bool)> {
    let m = f.open_indkaldelse().filter(|m| !f.noteret.is_told(&code_of_samtale(m.time)))?;
    let of_it = f.afgjorte.iter().filter(|(n, _)| {
        let known = n.indbydelse().filter(|(_, aflyst)| !aflyst).map(|(known, _)| known);
        n.modtager == Modtagerrolle::Medarbejder && known == Some(m.time.timestamp_micros())
    });
    let outcomes: Vec<&Udfald> = of_it.map(|(_, a)| &a.udfald).collect();
    let sent = outcomes.iter().any(|u| matches!(u, Udfald::Sendt { .. }));
    (!sent).then(|| (m.what.tidspunkt, outcomes.iter().any(|u| matches!(u, Udfald::Fejlet { .. }))))
}

/// A meeting as it stands.
struct Moede<'a> {
    known: DateTime<Utc>,
    known_dag: NaiveDate,
    dag: NaiveDate,
    /// Who meets; nobody twice.
    deltagere: Vec<(Modtagerrolle, &'a str)>,
}

impl<'a> Moede<'a> {
    fn af(
        known: (DateTime<Utc>, NaiveDate),
        dag: NaiveDate,
        all: impl IntoIterator<Item = (Modtagerrolle, Option<&'a str>)>,
    ) -> Self {
        let mut deltagere: Vec<(Modtagerrolle, &str)> = Vec::new();
        for (rolle, nr) in all.into_iter().filter_map(|(rolle, nr)| Some((rolle, nr?))) {
            if deltagere.iter().all(|(_, others)| *others != nr) {
                deltagere.push((rolle, nr));
            }
        }
        Self { known: known.0, known_dag: known.1, dag, deltagere }
    }
}

fn samtale(f: &Forloeb, today: NaiveDate) -> Option<Moede<'_>> {
    let m = f.open_indkaldelse()?;
    let dag = When::Klokken(m.what.tidspunkt).dag();
    let all = [
        (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str())),
        (Modtagerrolle::Leder, f.leder(today.min(dag))),
    ];
    let others = m.what.deltager_nr.iter().map(|nr| (Modtagerrolle::Deltager, Some(nr.as_str())));
    let all = all.into_iter().chain(others);
    Some(Moede::af((m.time, m.dag), dag, all))
}

/// The next evaluation of the plan is known since the newest plan, or since the evaluation before it was made.
fn opfoelgning<'a>(f: &'a Forloeb, assessment: &Assessment, today: NaiveDate) -> Option<Moede<'a>> {
    let frist = assessment.frist(Fristart::TtaEvaluering).filter(|frist| frist.status.outstanding())?;
    // Nobody meets about a plan that is not needed: the day on which that ends is looked at by whoever leads.
    if f.plan_undtaget_on(today).is_some() {
        return None;
    }
    let plan = f.plan().map(|p| (p.time, p.dag))?;
    let known = f.evalueringer.last().map_or(plan, |e| plan.max((e.time, e.dag)));
    let all = [
        (Modtagerrolle::Medarbejder, Some(f.medarbejder_nr.as_str())),
        (Modtagerrolle::Koordinator, f.koordinator()),
        (Modtagerrolle::Leder, f.leder(today)),
    ];
    Some(Moede::af(known, frist.maaldag, all))
}

/// The newest that a person was sent of an appointment.
struct Has<'a> {
    who: Option<&'a str>,
    key: &'a Key,
    dag: NaiveDate,
    time: DateTime<Utc>,
    known: i64,
    aflyst: bool,
}

impl Has<'_> {
    /// A talk is the same until it is arranged anew; an evaluation is whatever evaluation that day has.
    fn is(&self, frist: Fristart, moede: &Moede<'_>) -> bool {
        let same = frist == Fristart::TtaEvaluering || self.known == moede.known.timestamp_micros();
        !self.aflyst && same && self.key.generation == moede.dag
    }
}

fn has(f: &Forloeb, frist: Fristart) -> Vec<Has<'_>> {
    let mut newest: Vec<Has<'_>> = Vec::new();
    for (key, a) in f.afgjorte.iter().filter(|(n, _)| n.frist == frist) {
        let (Some((known, aflyst)), Udfald::Sendt { til, .. }) = (key.indbydelse(), &a.udfald) else { continue };
        let one = Has { who: til.as_deref(), key, dag: a.dag, time: a.time, known, aflyst };
        match newest.iter_mut().find(|before| before.who == one.who) {
            Some(before) if (before.time, before.known, before.aflyst) > (one.time, one.known, one.aflyst) => {}
            Some(before) => *before = one,
            None => newest.push(one),
        }
    }
    newest
}

/// One more than any number the person can have seen: of their own, and of their role, by which it was counted once.
fn number(f: &Forloeb, frist: Fristart, rolle: Modtagerrolle, who: Option<&str>) -> usize {
    let sendte = f.afgjorte.iter().filter(|(n, a)| {
        let Udfald::Sendt { til, .. } = &a.udfald else { return false };
        n.frist == frist && n.indbydelse().is_some() && (n.modtager == rolle || til.as_deref() == who)
    });
    sendte.count()
}

/// The invitations that are to be sent: to each who meets and has another appointment or none in the calendar, and to
/// each who has one and does not meet.
pub(crate) fn planlagte(f: &Forloeb, assessment: &Assessment, today: NaiveDate) -> Vec<Planlagt> {
    let mut plan = Vec::new();
    for frist in [Fristart::Samtale, Fristart::TtaEvaluering] {
        let (moede, has) = (moede(f, assessment, frist, today), has(f, frist));
        for (modtager, nr) in moede.iter().flat_map(|m| &m.deltagere) {
            let Some(m) = &moede else { continue };
            if has.iter().any(|h| h.who == Some(*nr) && h.is(frist, m)) {
                continue;
            }
            let number = number(f, frist, *modtager, Some(nr));
            let trin = format!("{TRIN}{}-{number}", m.known.timestamp_micros());
            let (modtager, nr) = (*modtager, Some((*nr).to_owned()));
            let key = Key { frist, trin, modtager, nr, generation: m.dag };
            let has_outcome = || f.afgjorte.get(&key).is_some_and(|a| matches!(a.udfald, Udfald::Aflyst { .. }));
            if m.dag < today && has_outcome() {
                continue;
            }
            plan.push(Planlagt { dag: m.known_dag, key, sidste_chance: false });
        }
        let moedes = |who: Option<&str>| moede.iter().flat_map(|m| &m.deltagere).any(|(_, nr)| Some(*nr) == who);
        let told = |h: &&Has<'_>| h.who != Some(f.medarbejder_nr.as_str()) || !is_gone(f, today);
        for h in has.iter().filter(|h| !h.aflyst && h.key.generation > today && !moedes(h.who)).filter(told) {
            let trin = format!("{TRIN}{}-{}{AFLYST}", h.known, number(f, frist, h.key.modtager, h.who));
            let key = Key { trin, nr: h.who.map(str::to_owned), ..h.key.clone() };
            plan.push(Planlagt { dag: h.dag, key, sidste_chance: false });
        }
    }
    plan
}

/// The appointment that there is to be, or of which an invitation may still get its outcome.
fn moede<'a>(f: &'a Forloeb, assessment: &Assessment, frist: Fristart, today: NaiveDate) -> Option<Moede<'a>> {
    let known = if frist == Fristart::TtaEvaluering { opfoelgning(f, assessment, today) } else { samtale(f, today) };
    let happens = |m: &Moede<'_>| f.is_aabent(today) && f.known_end(today).is_none_or(|end| m.dag <= end);
    known.filter(|m| happens(m) && (m.dag >= today || forgotten(frist, m, today)))
}

/// With whom an appointment stays that is called off for somebody: those who meet, and those who were sent something newer of it.
/// Here an employee number is a person. Who has moved is not told that what they are to come to, under the number they have
/// now, is not held.
#[must_use]
pub fn stays_with<'a>(f: &'a Forloeb, assessment: &Assessment, key: &Key, today: NaiveDate) -> Vec<&'a str> {
    if key.indbydelse().is_none_or(|(_, aflyst)| !aflyst) {
        return Vec::new();
    }
    let (moede, has) = (moede(f, assessment, key.frist, today), has(f, key.frist));
    let own = has.iter().find(|h| h.who == key.nr.as_deref()).map(|h| h.time);
    let newer = has.iter().filter(|h| own.is_some_and(|own| h.time > own)).filter_map(|h| h.who);
    moede.iter().flat_map(|m| &m.deltagere).map(|(_, nr)| *nr).chain(newer).collect()
}

/// A talk that is over, and to which an invitation never left, is planned for a while yet: not to be sent, but so that it
/// gets an outcome.
fn forgotten(frist: Fristart, moede: &Moede<'_>, today: NaiveDate) -> bool {
    frist == Fristart::Samtale && plus_dage(moede.dag, FORGOTTEN_DAGE) >= today
}

/// Nobody writes to who has died, or to who has left.
pub(super) fn is_gone(f: &Forloeb, today: NaiveDate) -> bool {
    let closed = f.end_at.as_ref().is_some_and(|end| matches!(end.what, Slutaarsag::Doed | Slutaarsag::Fratraadt));
    closed || f.stamdata.fratraadt.is_some_and(|dag| dag < today)
}

/// The next day on which time alone may change who has an appointment: another leader leads from it, or the absence or
/// the employment is over.
pub(crate) fn next_change(f: &Forloeb, assessment: &Assessment, today: NaiveDate) -> Option<NaiveDate> {
    let known = samtale(f, today).into_iter().chain(opfoelgning(f, assessment, today)).map(|m| m.dag);
    let told = [Fristart::Samtale, Fristart::TtaEvaluering].into_iter().flat_map(|frist| has(f, frist));
    let last = known.chain(told.filter(|h| !h.aflyst).map(|h| h.key.generation)).max()?;
    let ends = f.sidste.into_iter().chain(f.stamdata.fratraadt.and_then(|dag| dag.succ_opt()));
    f.ledere.iter().map(|l| l.fra).chain(ends).filter(|dag| *dag > today && *dag <= last).min()
}
