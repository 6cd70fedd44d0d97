//! Which reminders a forløb has before it: derived from its frister and the outcomes that are in the log.
//!
//! Nothing here sends. Losing every list made from this loses nothing: it comes back from the events.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::deadlines::frister::{Assessment, Frist, assess};
use crate::deadlines::opfoelgning::{fornyelse_opens, unnamed_slut_opens};
use crate::deadlines::skaanehensyn::next_end;
use crate::events::haendelse::{Key, Udfald};
use crate::fold::forloeb::{Afgjort, Forloeb};
use crate::fold::noteret::Bestilt;
use crate::reminders::nyheder::Nyhed;
use crate::reminders::{indbydelser, nyheder};
use crate::rules::calendar::dag_in_denmark;
use crate::rules::{CountedFrom, Paamindelsesregel, Regelbog};
use crate::words::{Fristart, Friststatus, Modtagerrolle};

/// A reminder that is to be sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Planlagt {
    /// The working day on which it leaves.
    pub dag: NaiveDate,
    /// Its key.
    pub key: Key,
    /// Says that it is the last chance.
    pub sidste_chance: bool,
}

/// Ends the name of a step that HR gets because it could not be delivered to somebody else.
const UNDELIVERED: &str = "-uleveret";
/// The same of a step that somebody else gets in the place of one whose mailbox takes nothing.
const TO_ANOTHER: &str = "-anden-uleveret";

/// Begins the name of a step that somebody ordered, in front of its day: on another day it is another reminder.
const BESTILT: &str = "bestilt-";
/// Begins the name of a step of an agreement, in front of its number.
const AFTALE: &str = "aftale-";

impl Key {
    /// Somebody ordered it.
    #[must_use]
    pub fn is_bestilt(&self) -> bool {
        self.trin.starts_with(BESTILT)
    }

    /// Number of the agreement that a reminder is about.
    #[must_use]
    pub fn aftale(&self) -> Option<u32> {
        if self.frist != Fristart::Aftale {
            return None;
        }
        self.trin.strip_prefix(AFTALE)?.split('-').next()?.parse().ok()
    }

    /// The name of its step, without what says that somebody gets it because another could not.
    #[must_use]
    pub fn own_trin(&self) -> &str {
        let trin = without_another(&self.trin);
        trin.strip_suffix(UNDELIVERED).unwrap_or(trin)
    }
}

/// The name of a step, without what says that somebody gets it in the place of one whose mailbox takes nothing.
fn without_another(trin: &str) -> &str {
    trin.strip_suffix(TO_ANOTHER).unwrap_or(trin)
}

/// Somebody has a step of this name because it could not be delivered to somebody else: HR, or who acts for them.
#[must_use]
pub fn is_undelivered(trin: &str) -> bool {
    trin.ends_with(UNDELIVERED)
}

impl Planlagt {
    /// Somebody gets it because it could not be delivered to somebody else: HR, or who acts for them.
    #[must_use]
    pub fn is_undelivered(&self) -> bool {
        is_undelivered(&self.key.trin)
    }

    /// What became of the step that could not be delivered, and that somebody gets in the other's place: of that one's own; for HR
    /// of one who was refused it, first of one whose mailbox took nothing for a day.
    #[must_use]
    pub fn instead_of<'f>(&self, f: &'f Forloeb) -> Option<&'f Udfald> {
        if let Some(trin) = self.key.trin.strip_suffix(TO_ANOTHER) {
            let own = Key { trin: trin.to_owned(), ..self.key.clone() };
            return f.afgjorte.get(&own).map(|a| &a.udfald);
        }
        let trin = self.key.trin.strip_suffix(UNDELIVERED)?;
        let same = |n: &Key| {
            n.trin == trin && n.frist == self.key.frist && n.generation == self.key.generation && n.nr.is_some()
        };
        let refused =
            |(n, a): (&Key, &'f Afgjort)| (same(n) && matches!(a.udfald, Udfald::Fejlet { .. })).then_some(&a.udfald);
        f.afgjorte.iter().filter_map(refused).max_by_key(|udfald| udfald.was_given_up())
    }
}

/// Reminders without a final outcome, by day. Of a step that repeats, those up to today and the next one.
#[must_use]
pub fn planlagte(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Vec<Planlagt> {
    if f.erased {
        return Vec::new();
    }
    let mut plan = Vec::new();
    for frist in assessment.frister.iter().filter(|fr| paamindes(f, assessment, fr, today)) {
        let all_tabt = frist.penge && assessment.refusion.all_tabt(f, today);
        if all_tabt && frist.art == Fristart::Refusionsanmodning {
            continue; // there is nothing left to claim
        }
        for regel in f.regler.paamindelser.iter().filter(|r| r.frist == frist.art) {
            // Of an agreement only the one who keeps it.
            let keeps = |til: &Modtagerrolle| frist.aftale.is_none() || frist.ansvarlig.contains(til);
            let til = regel.til.iter().filter(|til| **til == Modtagerrolle::Hr || !is_from_before(f, frist));
            let leder_alone = regel.til.contains(&Modtagerrolle::Leder) && !regel.til.contains(&Modtagerrolle::Hr);
            let disputed = f.sagt.bestridt.as_ref().filter(|_| leder_alone && f.disputes_leder(today));
            // The AMR only where the employee has said that they may know.
            let may_know = |til: &Modtagerrolle| *til != Modtagerrolle::Amr || f.amr(today).is_some();
            let til = til.filter(|til| keeps(til) && may_know(til));
            for dag in dage(regel, frist, today, all_tabt, book) {
                if all_tabt && dag < f.known {
                    continue; // it was over before we knew of it: there is nobody to remind of anything
                }
                if !f.has_begun(today) && dag < f.foerste {
                    continue; // payroll told of it ahead: nobody is away yet
                }
                if !frist.forbliver && f.told_end(today).is_some_and(|s| dag > s) {
                    continue; // back at work by then
                }
                plan.extend(til.clone().map(|&modtager| planlagt(f, frist, regel, modtager, dag)));
                // Whose leader it is is not decided: what the leader is told, HR is told too.
                let hr = disputed.filter(|told| dag > told.dag).map(|_| Modtagerrolle::Hr);
                plan.extend(hr.map(|hr| planlagt(f, frist, regel, hr, dag)));
            }
        }
    }
    plan.extend(bestilte(f, assessment, today));
    plan.sort();
    plan.dedup_by(|a, b| a.key == b.key);
    without_past_time(&mut plan, f.known);
    let of_frister = plan.len();
    let nyheder = nyheder::planlagte(f, assessment, today, book);
    plan.extend(to_others_instead(f, assessment, today, &nyheder));
    plan.extend(indbydelser::planlagte(f, assessment, today));
    plan.extend(nyheder);
    if plan.len() > of_frister {
        plan.sort();
        plan.dedup_by(|a, b| a.key == b.key);
    }
    plan.retain(|p| f.afgjorte.get(&p.key).is_none_or(|a| !a.udfald.is_final()) && !was_told(f, p));
    plan
}

/// Those that somebody ordered, to the leader, while there is something to remind of. An agreement has its own days.
fn bestilte(f: &Forloeb, assessment: &Assessment, today: NaiveDate) -> Vec<Planlagt> {
    let one = |bestilt: &Bestilt| {
        let Bestilt { frist, lovdag, dag } = *bestilt;
        let frist = can_be_ordered(f, assessment, frist, today).filter(|frist| frist.lovdag == lovdag)?;
        let away = frist.forbliver || f.told_end(today).is_none_or(|sidste| dag <= sidste);
        away.then(|| {
            let nr = f.leder(dag).map(str::to_owned);
            let (trin, modtager) = (format!("{BESTILT}{dag}"), Modtagerrolle::Leder);
            let key = Key { frist: frist.art, trin, modtager, nr, generation: lovdag };
            Planlagt { dag, key, sidste_chance: false }
        })
    };
    f.noteret.bestilt.iter().filter_map(one).collect()
}

/// The frist of a kind, where the leader can be reminded of it: it is theirs, or one that they see to, and somebody still has
/// something to do.
#[must_use]
pub fn can_be_ordered<'v>(f: &Forloeb, v: &'v Assessment, art: Fristart, today: NaiveDate) -> Option<&'v Frist> {
    let leders = |til: &Modtagerrolle| matches!(til, Modtagerrolle::Leder | Modtagerrolle::Kontaktperson);
    let frist = v.frist(art).filter(|frist| frist.aftale.is_none() && frist.ansvarlig.iter().any(leders))?;
    paamindes(f, v, frist, today).then_some(frist)
}

/// The step was sent already: later than it is due now, under a name that has been joined into this forløb, since its frister were
/// counted from a later day; or to this very person, while another was to have it.
fn was_told(f: &Forloeb, p: &Planlagt) -> bool {
    let same = |key: &Key| {
        let (sent, due) = (without_another(&key.trin), without_another(&p.key.trin));
        (key.frist, sent, key.modtager) == (p.key.frist, due, p.key.modtager)
    };
    // What goes to the leader's leader is named by the leader.
    let reader = p.key.nr.as_deref().filter(|_| p.key.modtager != Modtagerrolle::LedersLeder);
    let sent = |(key, a): (&Key, &Afgjort)| {
        let Udfald::Sendt { til, .. } = &a.udfald else { return false };
        let joined = a.joined && a.dag >= p.dag && key.nr == p.key.nr;
        let reached = key.generation == p.key.generation && reader.is_some() && til.as_deref() == reader;
        (joined || reached) && same(key)
    };
    f.afgjorte.iter().any(sent)
}

/// The open ones, and after the end only what stays due. Nobody can claim before the anmeldelse is receipted.
fn paamindes(f: &Forloeb, assessment: &Assessment, frist: &Frist, today: NaiveDate) -> bool {
    let can_be_done = frist.art != Fristart::Refusionsanmodning || assessment.refusion.anmeldt.is_some();
    let still_in_time = frist.forbliver || (f.is_aabent(today) && frist.status != Friststatus::Tabt);
    frist.status.outstanding() && can_be_done && still_in_time
}

/// A case that payroll's files brought, and what had passed in it by then: HR hears of it, all at once, and nobody else is
/// reminded of the past.
fn is_from_before(f: &Forloeb, frist: &Frist) -> bool {
    f.imported && frist.lovdag < f.known
}

fn dage(regel: &Paamindelsesregel, frist: &Frist, today: NaiveDate, all_tabt: bool, book: &Regelbog) -> Vec<NaiveDate> {
    let fra = match regel.fra {
        CountedFrom::Aabner => frist.aabner,
        CountedFrom::Maaldag => frist.maaldag,
        CountedFrom::Lovdag => frist.lovdag,
    };
    let foerste = regel.dag(fra, book.calendar());
    let Some(each) = regel.gentag_arbejdsdage.filter(|_| !all_tabt) else { return vec![foerste] };
    let each = i32::try_from(each).unwrap_or(i32::MAX);
    let mut all = vec![foerste];
    while let Some(sidste) = all.last().copied().filter(|d| *d <= today) {
        let next = book.calendar().shift(sidste, each);
        if next <= sidste {
            break;
        }
        all.push(next);
    }
    all
}

fn planlagt(
    f: &Forloeb,
    frist: &Frist,
    regel: &Paamindelsesregel,
    modtager: Modtagerrolle,
    dag: NaiveDate,
) -> Planlagt {
    // Whose it is on that day: of a forløb that is over by then, whoever led it when it ended, who is the one that may open it.
    let nr = match modtager {
        Modtagerrolle::Kontaktperson => f.kontaktperson(dag).or(f.leder(dag)),
        Modtagerrolle::Leder | Modtagerrolle::LedersLeder => f.leder(dag),
        Modtagerrolle::Koordinator => f.koordinator(),
        Modtagerrolle::Medarbejder => Some(f.medarbejder_nr.as_str()),
        Modtagerrolle::Amr => f.amr(dag),
        Modtagerrolle::Hr | Modtagerrolle::Deltager => None,
    };
    // A step that repeats has the date in its name: each occurrence is a reminder of its own. So is each agreement.
    let mut trin = match regel.gentag_arbejdsdage {
        Some(_) => format!("{}-{dag}", regel.trin),
        None => regel.trin.clone(),
    };
    if let Some(nr) = frist.aftale {
        trin = format!("{AFTALE}{nr}-{trin}");
    }
    let key = Key { frist: frist.art, trin, modtager, nr: nr.map(str::to_owned), generation: frist.lovdag };
    Planlagt { dag, key, sidste_chance: regel.sidste_chance }
}

/// Steps from before we knew of the forløb were never planned; of each frist and recipient the latest of them is what
/// is still true.
fn without_past_time(plan: &mut Vec<Planlagt>, known: NaiveDate) {
    let mut seen = BTreeSet::new();
    let keep: Vec<bool> = plan
        .iter()
        .rev()
        .map(|p| p.dag >= known || seen.insert((p.key.frist, p.key.aftale(), p.key.modtager, p.key.nr.clone())))
        .collect();
    let mut keep = keep.into_iter().rev();
    plan.retain(|_| keep.next().unwrap_or(true));
}

/// What could not be delivered goes to HR instead; where it was the mailbox that took nothing for a day, also to who acts
/// for the one whose it is. Of news only what HR may hear does, and has not heard, and wishes for the contact go to who leads.
fn to_others_instead(f: &Forloeb, assessment: &Assessment, today: NaiveDate, nyheder: &[Planlagt]) -> Vec<Planlagt> {
    let gaelder = |n: &Key| {
        if n.nyhed().is_some() {
            return nyheder.iter().any(|p| p.key == *n);
        }
        assessment.frister.iter().any(|fr| {
            let same = fr.art == n.frist && fr.lovdag == n.generation && fr.aftale == n.aftale();
            same && paamindes(f, assessment, fr, today)
        })
    };
    // While it is disputed who leads, HR is told it as the leader is.
    let hr_knows = |n: &Key| {
        let is = |one: &Key| one.modtager == Modtagerrolle::Hr && one.trin == n.trin;
        let told = |(one, a): (&Key, &Afgjort)| is(one) && matches!(a.udfald, Udfald::Sendt { .. });
        nyheder.iter().any(|p| is(&p.key)) || f.afgjorte.iter().any(told)
    };
    f.afgjorte
        .iter()
        .filter(|(n, a)| {
            matches!(a.udfald, Udfald::Fejlet { .. })
                && n.indbydelse().is_none()
                && !is_undelivered(&n.trin)
                && !matches!(n.modtager, Modtagerrolle::Hr | Modtagerrolle::Medarbejder)
                && gaelder(n)
        })
        .flat_map(|(n, a)| {
            let (to_hr, to_another) = match n.nyhed() {
                None => (true, a.udfald.was_given_up()),
                // Who leads may read how the employee wishes to be contacted, and HR may not.
                Some(Nyhed::Oensker) => (false, true),
                Some(nyhed) => (nyhed.is_for_hr() && !hr_knows(n), nyhed.is_for_hr() && a.udfald.was_given_up()),
            };
            let instead = |ending: &str| Key { trin: format!("{}{ending}", n.trin), ..n.clone() };
            let hr = to_hr.then(|| Key { modtager: Modtagerrolle::Hr, nr: None, ..instead(UNDELIVERED) });
            let another = to_another.then(|| instead(TO_ANOTHER));
            let dag = a.dag;
            [hr, another].into_iter().flatten().map(move |key| Planlagt { dag, key, sidste_chance: false })
        })
        .collect()
}

/// A reminder that the mail server refused, and that somebody still has to have: sent again it would be due.
#[must_use]
pub fn kan_sendes_igen(f: &Forloeb, key: &Key, today: NaiveDate, book: &Regelbog) -> bool {
    if !f.afgjorte.get(key).is_some_and(|a| matches!(a.udfald, Udfald::Fejlet { .. })) {
        return false;
    }
    let mut without = f.clone();
    without.afgjorte.remove(key);
    planlagte(&without, &assess(&without, today, book), today, book).iter().any(|p| p.key == *key)
}

/// When a forløb is to be looked at, for an index by date.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waking {
    /// Something is due on this day, or time alone changes what is.
    pub dag: Option<NaiveDate>,
    /// The same of its invitations, which do not wait for the morning.
    pub indbydelse: Option<NaiveDate>,
}

impl Waking {
    /// The earlier days of both.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let earlier = |a: Option<NaiveDate>, b: Option<NaiveDate>| a.into_iter().chain(b).min();
        Self { dag: earlier(self.dag, other.dag), indbydelse: earlier(self.indbydelse, other.indbydelse) }
    }
}

/// The next days on which there is something to do for a forløb: what is planned, and what no event tells of.
#[must_use]
pub fn next_waking(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Waking {
    if f.erased {
        return Waking::default();
    }
    let plan = planlagte(f, assessment, today, book);
    let invited = plan.iter().find(|p| p.key.indbydelse().is_some()).map(|p| p.dag);
    let changes = indbydelser::next_change(f, assessment, today);
    let indbydelse = invited.into_iter().chain(changes).min();
    let put_off = udskudte_without_plan(f, &plan).map(|(til, _)| til).min();
    let dag = plan.first().map(|p| p.dag).into_iter().chain(indbydelse).chain(put_off);
    let dag = dag.chain(brought_by_time(f, assessment, today, book));
    Waking { dag: dag.min(), indbydelse }
}

/// The days ahead on which time alone changes what is left to do: a frist opens that is not there before, or is about something
/// else from then on, or an end comes that is known beforehand.
pub(crate) fn brought_by_time(
    f: &Forloeb,
    assessment: &Assessment,
    today: NaiveDate,
    book: &Regelbog,
) -> impl Iterator<Item = NaiveDate> {
    let opens = [fornyelse_opens(f, book), unnamed_slut_opens(f, today, book)];
    let moves = [next_end(f, assessment, today, book), ends(f, assessment, today)];
    opens.into_iter().chain(moves).flatten().filter(move |dag| *dag > today)
}

/// The day on which the next reminder is due, or anything else is to be looked at.
#[must_use]
pub fn next_dag(f: &Forloeb, assessment: &Assessment, today: NaiveDate, book: &Regelbog) -> Option<NaiveDate> {
    next_waking(f, assessment, today, book).dag
}

/// The day on which an end that is known beforehand moves what is left to do: the anmeldelse of a short absence with
/// refusion from the first day has three months instead of five weeks, what only matters to somebody who is away is put off
/// no longer, and an agreement that has run out gives what it gave no more.
fn ends(f: &Forloeb, assessment: &Assessment, today: NaiveDate) -> Option<NaiveDate> {
    let stays = assessment.frister.iter().any(|frist| frist.forbliver && frist.status.outstanding());
    let after =
        [f.stamdata.fratraadt, f.stamdata.paragraf_56_til].into_iter().flatten().filter_map(|dag| dag.succ_opt());
    after.chain(f.sidste).filter(|dag| stays && *dag > today).min()
}

/// What was put off and is not planned any more, with the day it was put off to: time alone has made it pointless, and its
/// outcome is not to stay "put off".
pub fn udskudte_without_plan<'f>(
    f: &'f Forloeb,
    plan: &'f [Planlagt],
) -> impl Iterator<Item = (NaiveDate, Planlagt)> + 'f {
    f.afgjorte.iter().filter_map(move |(key, a)| {
        let Udfald::Udskudt { til, .. } = &a.udfald else { return None };
        let planned = plan.iter().any(|p| p.key == *key);
        (!planned).then(|| (dag_in_denmark(til), Planlagt { dag: a.dag, key: key.clone(), sidste_chance: false }))
    })
}

/// Of what is due, per frist and recipient: the latest step is still true today, the ones before it are overtaken.
/// What could not be delivered to somebody else never overtakes HR's own.
#[must_use]
pub fn forfaldne(planlagte: &[Planlagt], today: NaiveDate) -> (Vec<Planlagt>, Vec<Planlagt>) {
    let mut seen = BTreeSet::new();
    let (mut send, mut overtaken) = (Vec::new(), Vec::new());
    for p in planlagte.iter().rev().filter(|p| p.dag <= today) {
        // Invitations overtake one another in the calendar, by their numbers; reminders they do not touch. News tell of
        // different things.
        if p.key.indbydelse().is_some()
            || p.key.nyhed().is_some()
            || seen.insert((p.key.frist, p.key.aftale(), p.key.modtager, p.is_undelivered()))
        {
            send.push(p.clone());
        } else {
            overtaken.push(p.clone());
        }
    }
    send.reverse();
    overtaken.reverse();
    (send, overtaken)
}
