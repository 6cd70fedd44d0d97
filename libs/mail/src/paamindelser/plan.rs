//! What is due on a day, to whom, and how it is put together into mails.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::frister::{Assessment, assess};
use forloeb::haendelse::{Key, Udfald};
use forloeb::indbydelser::{When, indbydelse, stays_with};
use forloeb::loft::{Loft, counted};
use forloeb::nyheder::{before_and_now, is_old};
use forloeb::paamindelser::{Planlagt, forfaldne, planlagte, udskudte_without_plan};
use forloeb::words::{Aflysning, Friststatus, Modtagerrolle, Slutaarsag};
use forloeb::{Forloeb, Regelbog};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::modtager::{Addresses, Modtager};
use app::keys::Confidential;
use app::projections::Projections;

/// One reminder, as the log names it: the forløb and the key.
pub(super) type Name = (Uuid, Key);

/// One reminder that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Task {
    /// Whose employment.
    pub(super) nr: String,
    /// Which forløb.
    pub(super) forloeb: Uuid,
    /// The reminder.
    pub(super) planlagt: Planlagt,
    /// Since when the log says that it was tried in vain.
    pub(super) siden: Option<DateTime<Utc>>,
    /// It can wait where its recipient has had many mails.
    pub(super) loft: Option<Loft>,
}

impl Task {
    pub(super) fn name(&self) -> Name {
        (self.forloeb, self.planlagt.key.clone())
    }
}

/// What is to become of it now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Delivery {
    /// Into a mail.
    Letter(Modtager),
    /// Nowhere, for this reason.
    Nothing(Aflysning),
    /// Nobody can be sent to today, not even HR: it waits while its step is open.
    WithoutModtager {
        /// The log says already that it waits.
        noted: bool,
    },
}

/// What is due of some forløb of one employment. A mail that leaves now leaves at `leaves`.
pub(super) fn forfaldent(
    addresses: Addresses<'_>,
    nr: &str,
    forloeb: &[Arc<Forloeb>],
    book: &Regelbog,
    leaves: DateTime<Utc>,
    medarbejder_copy: bool,
) -> Vec<(Task, Delivery)> {
    let mut out = Vec::new();
    for f in forloeb {
        let assessment = assess(f, addresses.today, book);
        let plan = planlagte(f, &assessment, addresses.today, book);
        let (send, overtaken) = forfaldne(&plan, addresses.today);
        let task = |planlagt| task(nr, f, planlagt);
        out.extend(send.into_iter().map(|p| {
            let delivery = delivery_now(addresses, f, &p, leaves, medarbejder_copy);
            (task(p), delivery)
        }));
        out.extend(overtaken.into_iter().map(|p| (task(p), Delivery::Nothing(Aflysning::Overtaken))));
        let past = udskudte_without_plan(f, &plan).filter(|(til, _)| *til <= addresses.today && !f.erased);
        out.extend(past.map(|(_, p)| {
            let aarsag = why_not(f, &assessment, &p.key, addresses.today, book);
            (task(p), Delivery::Nothing(aarsag))
        }));
    }
    out
}

/// What is to leave of a forløb today: nothing of what is overtaken, or has passed.
pub(super) fn to_send(f: &Forloeb, today: NaiveDate, book: &Regelbog) -> Vec<Planlagt> {
    forfaldne(&planlagte(f, &assess(f, today, book), today, book), today).0
}

/// One reminder that is due, with what the log knows of it.
pub(super) fn task(nr: &str, f: &Forloeb, planlagt: Planlagt) -> Task {
    let siden = match f.afgjorte.get(&planlagt.key).map(|a| &a.udfald) {
        Some(Udfald::Udskudt { siden, .. }) => *siden,
        _ => None,
    };
    let loft = Loft::of(f, &planlagt);
    Task { nr: nr.to_owned(), forloeb: f.id, planlagt, siden, loft }
}

/// What is to become of it, where a mail that leaves now leaves at `leaves`.
pub(super) fn delivery_now(
    addresses: Addresses<'_>,
    f: &Forloeb,
    p: &Planlagt,
    leaves: DateTime<Utc>,
    medarbejder_copy: bool,
) -> Delivery {
    let is_past = p.key.indbydelse().is_some() && p.key.generation < addresses.today;
    match delivery(addresses, f, p, medarbejder_copy) {
        Delivery::WithoutModtager { .. } if is_past => Delivery::Nothing(Aflysning::NoModtager),
        Delivery::Letter(_) if is_past || is_too_late(f, &p.key, leaves) => Delivery::Nothing(Aflysning::TooLate),
        delivery => delivery,
    }
}

/// Why a reminder is not planned any more: what a command made pointless the command has recorded itself.
pub(super) fn why_not(f: &Forloeb, assessment: &Assessment, key: &Key, today: NaiveDate, book: &Regelbog) -> Aflysning {
    let frist = assessment.frist_of(key);
    match (&f.end_at, frist) {
        (Some(end), _) if end.what == Slutaarsag::Annulleret => Aflysning::Annulleret,
        // The day of the meeting came and went.
        _ if key.indbydelse().is_some() && key.generation < today => Aflysning::TooLate,
        _ if is_old(key, today, book) => Aflysning::Old,
        _ if key.nyhed().is_some() && !f.is_aabent(today) => Aflysning::Afsluttet,
        (_, _) if key.nyhed().is_some() => Aflysning::Loest,
        (_, Some(fr)) if fr.lovdag != key.generation => Aflysning::Rettet,
        (_, Some(fr)) if matches!(fr.status, Friststatus::Opfyldt | Friststatus::Undtaget) => Aflysning::Loest,
        _ if !f.is_aabent(today) => Aflysning::Afsluttet,
        (_, Some(fr)) if fr.status.outstanding() && is_called_off(f, key) => Aflysning::Afbestilt,
        (_, Some(fr)) if fr.status.outstanding() => Aflysning::Lederskifte,
        _ => Aflysning::Rettet,
    }
}

/// It was ordered, and is not any more.
fn is_called_off(f: &Forloeb, key: &Key) -> bool {
    key.is_bestilt()
        && f.noteret.bestilt_of(key.frist).is_none_or(|bestilt| !key.own_trin().ends_with(&bestilt.dag.to_string()))
}

/// An invitation that leaves when the meeting has begun is none: it is not sent.
#[must_use]
pub fn is_too_late(f: &Forloeb, key: &Key, leaves: DateTime<Utc>) -> bool {
    let invitation = indbydelse(f, key).filter(|indbydelse| !indbydelse.aflyst);
    matches!(invitation.map(|indbydelse| indbydelse.when), Some(When::Klokken(time)) if time <= leaves)
}

fn delivery(addresses: Addresses<'_>, f: &Forloeb, planlagt: &Planlagt, medarbejder_copy: bool) -> Delivery {
    let key = &planlagt.key;
    // What the employee has agreed to do is theirs, and no copy of what the leader is told; nor are news.
    let own = key.indbydelse().is_some() || key.aftale().is_some() || key.nyhed().is_some();
    let copy = key.modtager == Modtagerrolle::Medarbejder && !own;
    if copy && !medarbejder_copy {
        return Delivery::Nothing(Aflysning::TurnedOff);
    }
    let noted = || f.afgjorte.get(key).is_some_and(|a| matches!(a.udfald, Udfald::Udskudt { .. }));
    if is_same_person(addresses, f, key) || is_still_theirs(addresses, f, key) {
        return Delivery::Nothing(Aflysning::Loest);
    }
    match addresses.modtager(f, planlagt) {
        Some(modtager) => Delivery::Letter(modtager),
        // It stands on the page, and is news for some days only.
        None if key.nyhed().is_some() => Delivery::Nothing(Aflysning::NoModtager),
        None => Delivery::WithoutModtager { noted: noted() },
    }
}

/// Who leads, coordinates or takes it instead of another is that other: under the employee number that they have now, or in another
/// job here.
fn is_same_person(addresses: Addresses<'_>, f: &Forloeb, key: &Key) -> bool {
    let Some((before, now)) = before_and_now(f, key).filter(|(before, now)| before != now) else { return false };
    is_one_person(&addresses.app.projections(), before, now)
}

/// Two numbers are one person's: the one that they have moved from and the one that they have now, or those of two jobs here.
pub(super) fn is_one_person(projections: &Projections, one: &str, other: &str) -> bool {
    projections.is_same_nr(one, other) || projections.is_same_person(one, other)
}

/// What is called off is theirs by the number that they have now.
fn is_still_theirs(addresses: Addresses<'_>, f: &Forloeb, key: &Key) -> bool {
    let Some(nr) = key.nr.as_deref().filter(|_| key.indbydelse().is_some_and(|(_, aflyst)| aflyst)) else {
        return false;
    };
    let assessment = assess(f, addresses.today, &addresses.app.book());
    let others = stays_with(f, &assessment, key, addresses.today);
    let projections = addresses.app.projections();
    others.into_iter().any(|other| other != nr && projections.is_same_nr(other, nr))
}

/// Who got it, as the log says it: of an appointment the number that it is planned by, since that tells what stands in whose
/// calendar; of everything else the one that they have now.
pub(super) fn got_by(task: &Task, modtager: &Modtager) -> Option<String> {
    let key = &task.planlagt.key;
    key.nr.clone().filter(|_| key.indbydelse().is_some()).or_else(|| modtager.nr.clone())
}

/// One mail to be: everything that is due for one mailbox.
#[derive(Debug, Clone)]
pub(super) struct MailDraft {
    pub(super) mailbox: Confidential<String>,
    /// It is HR's.
    pub(super) hr: bool,
    /// What goes into it, and who it goes to.
    pub(super) tasks: Vec<(Task, Modtager)>,
    /// It is an invitation to the calendar, alone in its mail.
    pub(super) indbydelse: bool,
    /// Its Message-ID, once it is known what goes into it.
    pub(super) letter: String,
}

impl MailDraft {
    /// What tells mails apart that wait: the mailbox, and of an invitation which it is.
    pub(super) fn place(&self) -> String {
        match self.tasks.first().filter(|_| self.indbydelse) {
            Some((o, _)) => format!("{}\n{} {}", self.mailbox.show(), o.forloeb, o.planlagt.key.trin),
            None => self.mailbox.show().clone(),
        }
    }

    /// What goes into it, as the log names it.
    pub(super) fn names(&self) -> BTreeSet<Name> {
        self.tasks.iter().map(|(o, _)| o.name()).collect()
    }
}

/// What waits for room: all that is in the mail, where all of it can wait and its recipient has had as many mails as the workplace
/// wants for one in a week. With anything that cannot wait the rest goes along: it is no mail more.
pub(super) fn without_room(
    draft: &mut MailDraft,
    projections: &Projections,
    today: NaiveDate,
    next_morning: DateTime<Utc>,
) -> Vec<(Task, Udfald)> {
    let Some(nr) = draft.tasks.first().and_then(|(_, m)| m.nr.as_deref()).filter(|_| !draft.indbydelse) else {
        return Vec::new();
    };
    let mails = projections.mails_to(nr, counted(today));
    let waits = |task: &Task| task.loft.is_some_and(|loft| mails >= usize::try_from(loft.mails).unwrap_or(usize::MAX));
    if !draft.tasks.iter().all(|(task, _)| waits(task)) {
        return Vec::new();
    }
    let waiting = std::mem::take(&mut draft.tasks).into_iter().map(|(task, _)| task);
    let untold = waiting.filter(|task| task.loft.is_some_and(|loft| !loft.noted));
    untold.map(|task| (task, Udfald::for_room(next_morning, mails))).collect()
}

/// Which mail something goes into: whose mailbox, and the invitation that is alone in it.
type Place = (String, Option<Name>);

/// One mail per mailbox, in the order of the mailboxes, and one for each invitation: a calendar takes one at a time.
pub(super) fn drafts(tasks: impl IntoIterator<Item = (Task, Modtager)>, hr_mail: Option<&str>) -> Vec<MailDraft> {
    let mut by_mailbox: BTreeMap<Place, Vec<(Task, Modtager)>> = BTreeMap::new();
    for (task, modtager) in tasks {
        let alone = task.planlagt.key.indbydelse().map(|_| task.name());
        let place = (modtager.mailbox().show().clone(), alone);
        by_mailbox.entry(place).or_default().push((task, modtager));
    }
    let hr = hr_mail.map(str::to_lowercase);
    let draft = |((mailbox, alone), tasks): (Place, _)| MailDraft {
        indbydelse: alone.is_some(),
        hr: Some(&mailbox) == hr.as_ref(),
        mailbox: Confidential::new(mailbox),
        tasks,
        letter: String::new(),
    };
    by_mailbox.into_iter().map(draft).collect()
}

/// The Message-ID of a mail follows from what is in it and who it is for: the same mail again has the same.
pub(super) fn message_id(names: &BTreeSet<Name>, mailbox: &Confidential<String>, domain: &str) -> String {
    let mut sum = Sha256::new();
    for (forloeb, n) in names {
        let nr = n.nr.as_deref().unwrap_or_default();
        sum.update(format!("{forloeb} {} {} {} {nr} {}\n", n.frist, n.trin, n.modtager, n.generation));
    }
    sum.update(mailbox.show());
    let hex: String = sum.finalize().iter().take(16).map(|b| format!("{b:02x}")).collect();
    format!("{hex}@{domain}")
}

/// The digests of a day that the log knows of, by recipient: what a mail held, by its Message-ID.
pub(super) type Sendte = HashMap<Option<String>, BTreeMap<String, BTreeSet<Name>>>;

/// Reads from the projections which digests have left on a day, by the number that who got each has now. An invitation is a mail of
/// its own, beside the digest.
pub(super) fn sendte(projections: &Projections, dag: NaiveDate) -> Sendte {
    let mut out = Sendte::new();
    for (forloeb, sendt) in projections.sendte(dag).filter(|(_, sendt)| sendt.key.indbydelse().is_none()) {
        let til = sendt.til.as_deref().map(|nr| projections.current_nr(nr).to_owned());
        let letters = out.entry(til).or_default();
        letters.entry(sendt.letter.clone()).or_default().insert((forloeb, sendt.key.clone()));
    }
    out
}

/// The mails of the latest days that the log knows to be handed over, whole or in part.
pub(super) fn noted_ones(projections: &Projections) -> BTreeSet<String> {
    projections.latest_sendte().map(|sendt| sendt.letter.clone()).collect()
}
