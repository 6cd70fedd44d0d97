//! What the worker remembers between ticks. All of it may be lost.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use forloeb::haendelse::{Key, Udfald};
use forloeb::words::Aflysning;

use super::dispatching::Afgjort;
use super::plan::{Delivery, MailDraft, Name, Sendte, Task, got_by, message_id};

/// The longest pause between two attempts, in minutes.
const LONGEST_PAUSE: i64 = 30;

/// A mail that could not be handed over, or where we cannot know.
struct Waiting {
    tasks: Vec<Task>,
    attempt: u32,
    next: DateTime<Utc>,
}

/// What is due when a morning begins. Nothing is added to it later: what comes in waits for the next morning.
#[derive(Debug)]
pub(super) struct Dagsliste {
    dag: NaiveDate,
    /// Employments.
    pub(super) numbers: Vec<String>,
    /// Their reminders.
    names: HashSet<Name>,
}

impl Dagsliste {
    /// It is on the list, or is for HR because something on the list could not be delivered.
    pub(super) fn has(&self, task: &Task) -> bool {
        task.planlagt.is_undelivered() || self.names.contains(&task.name())
    }
}

/// A day whose sending hours are over.
pub(super) struct Expired {
    /// The day.
    pub(super) dag: NaiveDate,
    /// What waited for another attempt, or for a mail that did.
    pub(super) tasks: Vec<Task>,
    /// The day's list, if it was not gone through to its end.
    pub(super) list: Option<Arc<Dagsliste>>,
}

/// Between two ticks.
#[derive(Default)]
pub(super) struct WorkerState {
    /// The day whose digests are made.
    pub(super) run: Option<NaiveDate>,
    /// The day on which it was looked who moves inside the workplace.
    pub(super) moves_looked: Option<NaiveDate>,
    /// Outcomes that must be recorded before anything else is sent.
    pub(super) owed: Vec<Afgjort>,
    list: Option<Arc<Dagsliste>>,
    /// What is due today and follows when the mail before it has left.
    held: BTreeMap<Name, Task>,
    /// What nobody could be sent when it was last looked at.
    without_modtager: BTreeMap<Name, Task>,
    /// Why a mail could not be handed over, by what was in it: kept until that has left or is not due any more.
    grunde: HashMap<Name, String>,
    /// Since when, over nights and weekends.
    first_failed: HashMap<Name, DateTime<Utc>>,
    /// The mails, by their place, that could not be handed over when they were last tried.
    failing: HashSet<String>,
    /// When any mail was last handed over.
    delivered: Option<DateTime<Utc>>,
    /// Invitations that were looked at today: whose, and which version of it.
    looked_at: (Option<NaiveDate>, HashMap<String, u64>),
    is_counted: bool,
    /// The reasons that the metrics were last told of.
    pub(super) measured: BTreeSet<String>,
    started: bool,
    waiting: HashMap<String, Waiting>,
    waiting_dag: NaiveDate,
    unsent_since: Option<DateTime<Utc>>,
}

/// One tick that sends.
pub(super) struct Run {
    /// The first since the process started: the log tells what left before that.
    pub(super) startup: bool,
    whole_dagen: bool,
    /// Employments whose invitations are not to wait for the morning.
    straks: Vec<(String, u64)>,
    list: Option<Arc<Dagsliste>>,
    attempt: HashMap<String, Waiting>,
    names: HashSet<Name>,
    /// What has its outcome for today.
    afgjorte: HashSet<Name>,
}

impl Run {
    /// It is to be looked at in this tick.
    pub(super) fn takes(&self, task: &Task) -> bool {
        let name = task.name();
        let on_list = || self.list.as_ref().is_some_and(|l| l.has(task));
        let is_indbydelse = task.planlagt.key.indbydelse().is_some();
        let straks = is_indbydelse && self.straks.iter().any(|(nr, _)| *nr == task.nr);
        let undelivered = task.planlagt.is_undelivered() && !self.is_only_straks();
        let is_with = straks || undelivered || on_list() || self.names.contains(&name);
        is_with && !self.afgjorte.contains(&name)
    }

    /// Employments that a list which is fixed already is about.
    pub(super) fn numbers(&self) -> Option<Vec<String>> {
        if self.is_only_straks() {
            return Some(self.straks.iter().map(|(nr, _)| nr.clone()).collect());
        }
        self.list.as_ref().map(|l| l.numbers.clone())
    }

    /// Nothing but invitations is sent.
    pub(super) fn is_only_straks(&self) -> bool {
        !self.whole_dagen && self.attempt.is_empty() && self.names.is_empty()
    }

    /// These have their outcome for today, whatever the cases say when they are read again.
    pub(super) fn note_afgjorte(&mut self, afgjorte: &[Afgjort]) {
        self.afgjorte.extend(afgjorte.iter().map(|(o, _)| o.name()));
    }

    /// A mail that waited was tried: which attempt it was.
    pub(super) fn tried(&mut self, place: &str) -> u32 {
        self.attempt.remove(place).map_or(0, |v| v.attempt) + 1
    }
}

/// Neither an invitation nor news.
fn is_reminder(key: &Key) -> bool {
    key.indbydelse().is_none() && key.nyhed().is_none()
}

impl WorkerState {
    /// What there is to do now, if anything: the day's digests once it is `morning`, invitations that are due, or attempts
    /// whose time has come.
    pub(super) fn begin(
        &mut self,
        today: NaiveDate,
        now: DateTime<Utc>,
        morning: bool,
        mut straks: Vec<(String, u64)>,
    ) -> Option<Run> {
        let whole_dagen = morning && self.run != Some(today);
        if self.looked_at.0 != Some(today) {
            self.looked_at = (Some(today), HashMap::new());
        }
        straks.retain(|(nr, version)| self.looked_at.1.get(nr) != Some(version));
        self.looked_at.1.extend(straks.iter().cloned());
        let ready: Vec<String> = self.waiting.iter().filter(|(_, v)| v.next <= now).map(|(k, _)| k.clone()).collect();
        if !whole_dagen && ready.is_empty() && straks.is_empty() {
            return None;
        }
        let attempt: HashMap<_, _> = ready.into_iter().filter_map(|k| self.waiting.remove_entry(&k)).collect();
        if whole_dagen {
            self.held.clear();
        }
        let mut names: HashSet<_> = attempt.values().flat_map(|v| v.tasks.iter().map(Task::name)).collect();
        if whole_dagen || !attempt.is_empty() {
            names.extend(self.held.keys().cloned());
        }
        let startup = whole_dagen && !std::mem::replace(&mut self.started, true);
        let list = self.list.clone().filter(|l| whole_dagen && l.dag == today);
        Some(Run { startup, whole_dagen, straks, list, attempt, names, afgjorte: HashSet::new() })
    }

    /// Fixes the morning's list, unless this tick has one or needs none. Answers what waited for somebody to be sent to
    /// and is not due any more.
    pub(super) fn settle_list(
        &mut self,
        run: &mut Run,
        dag: NaiveDate,
        numbers: &[String],
        forfaldent: &[(String, Vec<(Task, Delivery)>)],
    ) -> Vec<Task> {
        if !run.whole_dagen || run.list.is_some() {
            return Vec::new();
        }
        let names = forfaldent.iter().flat_map(|(_, f)| f).map(|(o, _)| o.name()).collect();
        let list = Arc::new(Dagsliste { dag, numbers: numbers.to_vec(), names });
        self.grunde.retain(|name, _| list.names.contains(name));
        self.first_failed.retain(|name, _| list.names.contains(name));
        self.failing.clear();
        let waited = std::mem::take(&mut self.without_modtager);
        let past = waited.into_iter().filter(|(name, _)| !list.names.contains(name)).map(|(_, o)| o).collect();
        self.list = Some(list.clone());
        run.list = Some(list);
        past
    }

    /// The log says since when these were tried in vain.
    pub(super) fn note_siden<'t>(&mut self, tasks: impl IntoIterator<Item = &'t Task>) {
        for task in tasks {
            if let Some(siden) = task.siden {
                self.first_failed.entry(task.name()).or_insert(siden);
            }
        }
    }

    /// What overtakes a step that was tried in vain has been tried as long.
    pub(super) fn note_overtaken(&mut self, forfaldent: &[(String, Vec<(Task, Delivery)>)]) {
        let whose = |task: &Task| (task.forloeb, task.planlagt.key.frist, task.planlagt.key.modtager);
        for (_, tasks) in forfaldent {
            let is_overtaken = |delivery: &Delivery| *delivery == Delivery::Nothing(Aflysning::Overtaken);
            for (task, _) in tasks.iter().filter(|(_, delivery)| is_overtaken(delivery)) {
                let Some(siden) = self.first_failed.remove(&task.name()) else { continue };
                let next = tasks.iter().filter(|(o, d)| whose(o) == whose(task) && matches!(d, Delivery::Letter(_)));
                for (next, _) in next.filter(|(o, _)| is_reminder(&o.planlagt.key)) {
                    let first = self.first_failed.entry(next.name()).or_insert(siden);
                    *first = siden.min(*first);
                }
            }
        }
    }

    /// These have left, or got another outcome.
    pub(super) fn note_settled(&mut self, draft: &MailDraft, delivered: Option<DateTime<Utc>>) {
        self.failing.remove(&draft.place());
        self.delivered = self.delivered.max(delivered);
        for (task, _) in &draft.tasks {
            self.first_failed.remove(&task.name());
        }
    }

    /// Since when something was tried in vain.
    pub(super) fn siden(&self, name: &Name) -> Option<DateTime<Utc>> {
        self.first_failed.get(name).copied()
    }

    /// Another mail fails too, and none was handed over since: it is the server, and not a mailbox.
    pub(super) fn nothing_gets_through(&self, place: &str, since: DateTime<Utc>) -> bool {
        self.failing.iter().any(|other| other != place) && self.delivered.is_none_or(|delivered| delivered < since)
    }

    /// Nobody can be sent this today.
    pub(super) fn note_without_modtager(&mut self, task: &Task) {
        self.without_modtager.insert(task.name(), task.clone());
    }

    /// Why a reminder has not left, where a mail with it was tried.
    pub(super) fn grund(&self, name: &Name) -> Option<&String> {
        self.grunde.get(name)
    }

    /// It is on the list of a morning that is not through.
    pub(super) fn is_running(&self, task: &Task) -> bool {
        self.list.as_ref().is_some_and(|l| self.run != Some(l.dag) && l.has(task))
    }

    /// A run went wrong: everything is looked at again.
    pub(super) fn look_again(&mut self) {
        self.run = None;
        self.looked_at = (None, HashMap::new());
    }

    /// Asked for the first time since the process started.
    pub(super) fn take_first_time(&mut self) -> bool {
        !std::mem::replace(&mut self.is_counted, true)
    }

    /// Takes out of a mail what is not to leave with it now. A mail of which we cannot know whether it arrived is sent
    /// again as it was, so that it is the same mail; what has come since follows after it.
    pub(super) fn limit(&self, run: &Run, draft: &mut MailDraft) {
        let place = draft.place();
        if self.waiting.contains_key(&place) {
            draft.tasks.clear();
        } else if let Some(again) = run.attempt.get(&place) {
            let before: HashSet<_> = again.tasks.iter().map(Task::name).collect();
            if draft.tasks.iter().any(|(o, _)| before.contains(&o.name())) {
                draft.tasks.retain(|(o, _)| before.contains(&o.name()));
            }
        }
    }

    /// Remembers what follows later today.
    pub(super) fn hold(&mut self, run: &mut Run, tasks: Vec<Task>) {
        run.names.extend(tasks.iter().map(Task::name));
        self.held.extend(tasks.into_iter().map(|o| (o.name(), o)));
    }

    /// Remembers a mail for a later attempt, at the latest when the sending hours end.
    pub(super) fn wait(
        &mut self,
        place: String,
        tasks: Vec<Task>,
        grund: &str,
        attempt: u32,
        now: DateTime<Utc>,
        closes: DateTime<Utc>,
    ) {
        for task in &tasks {
            self.grunde.insert(task.name(), grund.to_owned());
            self.first_failed.entry(task.name()).or_insert(now);
        }
        self.failing.insert(place.clone());
        let pause = 1_i64.checked_shl(attempt - 1).unwrap_or(LONGEST_PAUSE).clamp(1, LONGEST_PAUSE);
        let next = (now + TimeDelta::minutes(pause)).min(closes);
        self.waiting_dag = app::clock::dag_in_denmark(now);
        self.waiting.insert(place, Waiting { tasks, attempt, next });
    }

    /// A mail is to be tried again, or an outcome to be recorded.
    pub(super) fn something_waits(&self) -> bool {
        let unfinished = self.list.as_ref().is_some_and(|l| self.run != Some(l.dag));
        unfinished || !self.waiting.is_empty() || !self.owed.is_empty()
    }

    /// When the next attempt is.
    pub(super) fn next_attempt(&self) -> Option<DateTime<Utc>> {
        self.waiting.values().map(|v| v.next).min()
    }

    /// The day whose sending hours are over, if anything of it has not left.
    pub(super) fn expired(&mut self, today: NaiveDate, closed: bool) -> Option<Expired> {
        let is_past = |dag: NaiveDate| dag < today || closed;
        let unfinished = self.list.as_ref().is_some_and(|l| self.run != Some(l.dag) && is_past(l.dag));
        let waiting = !self.waiting.is_empty() && is_past(self.waiting_dag);
        if !unfinished && !waiting {
            return None;
        }
        let list = if unfinished { self.list.take() } else { None };
        let dag = list.as_ref().map_or(self.waiting_dag, |l| l.dag);
        let mut tasks: Vec<Task> = std::mem::take(&mut self.held).into_values().collect();
        tasks.extend(std::mem::take(&mut self.waiting).into_values().flat_map(|v| v.tasks));
        Some(Expired { dag, tasks, list })
    }

    /// Since when something has failed to leave, if something has.
    pub(super) fn oldest_unsent(&mut self, fejlede: bool, morning: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let missing = fejlede || !self.owed.is_empty();
        // A day that ended without success is not made up for before the next one is through.
        let maybe = self.run != Some(app::clock::dag_in_denmark(morning)) && self.unsent_since.is_some();
        self.unsent_since = (missing || maybe).then(|| self.unsent_since.unwrap_or(morning));
        self.first_failed.values().copied().chain(self.unsent_since).min()
    }
}

/// At start: a recipient who had a digest today gets no other, except of what could not be delivered to somebody else,
/// and of last chances, which are none any more tomorrow; the rest is put off, with `udskudt` as its outcome. An
/// invitation is a mail of its own, and no digest.
/// When the log holds part of a mail and this is the rest of it, then that mail was handed over: the rest is recorded.
pub(super) fn already_sendt(sendte: &Sendte, draft: &mut MailDraft, domain: &str, udskudt: &Udfald) -> Vec<Afgjort> {
    let dagens: Vec<_> = draft.tasks.iter().filter_map(|(_, m)| sendte.get(&m.nr)).flatten().collect();
    if dagens.is_empty() || draft.indbydelse {
        return Vec::new();
    }
    let rest: BTreeSet<Name> = draft.tasks.iter().map(|(o, _)| o.name()).collect();
    let whole = dagens.iter().find(|(letter, part)| message_id(&(&rest | *part), &draft.mailbox, domain) == **letter);
    if let Some((letter, _)) = whole {
        draft.letter.clone_from(letter);
        return note(draft);
    }
    let other = draft.tasks.extract_if(.., |(o, _)| !o.planlagt.is_undelivered() && !o.planlagt.sidste_chance);
    other.map(|(o, _)| (o, udskudt.clone())).collect()
}

/// A mail that was handed over: what is to be recorded of it.
pub(super) fn note(draft: &mut MailDraft) -> Vec<Afgjort> {
    let letter = draft.letter.clone();
    let sendt = |(o, m): (Task, super::modtager::Modtager)| {
        let til = got_by(&o, &m);
        (o, Udfald::Sendt { letter: letter.clone(), til })
    };
    std::mem::take(&mut draft.tasks).into_iter().map(sendt).collect()
}
