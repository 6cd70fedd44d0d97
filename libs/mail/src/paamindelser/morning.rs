//! One tick that sends: the morning's list, or what is tried again later in the day.
//!
//! The list is fixed when the morning begins. Things come in all day, and a round that read what is due anew would
//! never end while they do: the same leader would get mail after mail, and HR's, which comes last, would not leave.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::haendelse::Udfald;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::dispatching::{Afgjort, Dispatched};
use super::plan::{self, Delivery, MailDraft, Sendte, Task, drafts};
use super::state::{self, Run};
use super::{PaamindelseError, Paamindelser, crash};
use app::clock::{dag_in_denmark, klokken, time_of_day};
use app::projections::Postkasse;

/// Mails on their way at the same time, from reading the cases again to the outcome in the log: outcomes that are recorded
/// together share a sync of the disk.
const SIMULTANEOUS: usize = 64;
/// More rounds than this in one tick mean that something is wrong: each sends, records or puts off all it found.
pub(super) const ROUNDS: usize = 16;

/// How many times a mail that may have arrived is handed over: once, and two repeats.
const AT_MOST_THE_SAME: u32 = 3;

/// What a tick goes by from its first round to its last.
struct TickContext {
    today: NaiveDate,
    /// Employments with something due when it began.
    numbers: Vec<String>,
    /// At start: what left today before the process did, and which mails the log knows to be handed over.
    before: Option<(Sendte, BTreeSet<String>)>,
    next_morning: DateTime<Utc>,
}

/// What there is to do in a round.
struct Round {
    afgjorte: Vec<Afgjort>,
    drafts: Vec<MailDraft>,
}

impl Round {
    fn count(&self) -> usize {
        self.afgjorte.len() + self.drafts.iter().map(|b| b.tasks.len()).sum::<usize>()
    }
}

impl Paamindelser {
    pub(super) async fn run_morning(
        &self,
        mut run: Run,
        today: NaiveDate,
        morning: DateTime<Utc>,
    ) -> Result<(), PaamindelseError> {
        let context = {
            let projections = self.app.projections();
            TickContext {
                today,
                numbers: run.numbers().unwrap_or_else(|| projections.forfaldne(today).map(str::to_owned).collect()),
                before: run.startup.then(|| (plan::sendte(&projections, today), plan::noted_ones(&projections))),
                next_morning: self.next_morning(today),
            }
        };
        for number in 1..=self.rounds {
            let Round { afgjorte, mut drafts } = self.next_round(&mut run, &context).await?;
            // HR's mail is the last: what others cannot get goes into it. It leaves, whatever became of the others.
            if number < self.rounds && drafts.iter().any(|b| !b.hr) {
                drafts.retain(|b| !b.hr);
            }
            let nothing = drafts.is_empty() && afgjorte.is_empty();
            self.settle(self.dispatcher.registrer(afgjorte).await)?;
            if nothing {
                return Ok(());
            }
            self.send(&mut run, drafts, morning).await?;
            if self.dispatcher.transport.stops() {
                return Ok(()); // the next start goes on with the list
            }
        }
        match self.next_round(&mut run, &context).await?.count() {
            0 => Ok(()),
            count => {
                metrics::counter!("raskvej_morgener_ufaerdige_total").increment(1);
                Err(PaamindelseError::Unfinished(count))
            }
        }
    }

    /// What is left of the list: outcomes that need no mail, and mails.
    async fn next_round(&self, run: &mut Run, context: &TickContext) -> Result<Round, PaamindelseError> {
        let forfaldent = self.dispatcher.forfaldent(&context.numbers, context.today).await?;
        // Rows that time alone has made pointless would be looked at again in every tick.
        let empty: Vec<_> = forfaldent.iter().filter(|(_, f)| f.is_empty()).map(|(nr, _)| nr.clone()).collect();
        self.app.refresh(&empty).await?;

        if !run.is_only_straks() {
            self.forget_what_is_past(&forfaldent).await?;
            let mut state = self.state();
            state.note_siden(forfaldent.iter().flat_map(|(_, f)| f).map(|(task, _)| task));
            state.note_overtaken(&forfaldent);
        }
        let mut afgjorte: Vec<Afgjort> = Vec::new();
        let past = self.state().settle_list(run, context.today, &context.numbers, &forfaldent);
        afgjorte.extend(self.dispatcher.bortfaldne(past, context.today).await?);

        let mut letters = Vec::new();
        for (task, delivery) in forfaldent.into_iter().flat_map(|(_, f)| f).filter(|(o, _)| run.takes(o)) {
            match delivery {
                Delivery::Letter(modtager) => letters.push((task, modtager)),
                Delivery::Nothing(aarsag) => afgjorte.push((task, Udfald::Aflyst { aarsag })),
                Delivery::WithoutModtager { noted } => {
                    self.state().note_without_modtager(&task);
                    if !noted {
                        afgjorte.push((task, Udfald::udskudt(context.next_morning)));
                    }
                }
            }
        }
        let mut drafts = drafts(letters, self.dispatcher.hr_mail.as_deref());
        for draft in &mut drafts {
            let whole = draft.tasks.iter().map(|(o, _)| o.clone()).collect();
            self.state().limit(run, draft);
            let again = self.under_way().adjust(draft, &self.dispatcher.domain);
            self.hold_back(run, whole, draft);
            if !again {
                afgjorte.extend(plan::without_room(
                    draft,
                    &self.app.projections(),
                    context.today,
                    context.next_morning,
                ));
            }
            let Some((sendte, noted_ones)) = &context.before else { continue };
            if !again {
                let udfald = Udfald::udskudt(context.next_morning);
                afgjorte.extend(state::already_sendt(sendte, draft, &self.dispatcher.domain, &udfald));
            } else if noted_ones.contains(&draft.letter) {
                afgjorte.extend(state::note(draft)); // the log has part of it: all of it was handed over
            }
        }
        drafts.retain(|b| !b.tasks.is_empty());
        run.note_afgjorte(&afgjorte);
        Ok(Round { afgjorte, drafts })
    }

    /// What is not in a mail because the mail is to be the one it was follows when that has left, on the same day.
    fn hold_back(&self, run: &mut Run, mut whole: Vec<Task>, draft: &MailDraft) {
        whole.retain(|o| draft.tasks.iter().all(|(with, _)| with != o));
        if !whole.is_empty() {
            self.state().hold(run, whole);
        }
    }

    /// A mail of which nothing is due any more is nobody's business.
    async fn forget_what_is_past(&self, forfaldent: &[(String, Vec<(Task, Delivery)>)]) -> io::Result<()> {
        {
            let mut under_way = self.under_way();
            if !under_way.is_empty() {
                under_way.keep(&forfaldent.iter().flat_map(|(_, f)| f).map(|(o, _)| o.name()).collect());
            }
        }
        self.write_under_way().await
    }

    /// Writes down which mails are on their way. Only a tick does, and one tick at a time.
    async fn write_under_way(&self) -> io::Result<()> {
        let Some(sheet) = self.under_way().pending()? else { return Ok(()) };
        tokio::task::spawn_blocking(move || sheet.write())
            .await
            .map_err(|_| io::Error::other("skrivningen gik i panik"))??;
        self.under_way().note_written();
        Ok(())
    }

    /// Sends mails, some at a time, and remembers what is to be tried again.
    async fn send(
        &self,
        run: &mut Run,
        drafts: Vec<MailDraft>,
        morning: DateTime<Utc>,
    ) -> Result<(), PaamindelseError> {
        self.under_way().begin(&drafts);
        self.write_under_way().await?;
        let place = Arc::new(Semaphore::new(SIMULTANEOUS));
        // What cannot be recorded must not be sent: the first outcome that the log refuses stops the rest.
        let stop = Arc::new(AtomicBool::new(false));
        let (mut running, mut which) = (JoinSet::new(), HashMap::new());
        for draft in drafts {
            let (dispatcher, place, stop) = (self.dispatcher.clone(), place.clone(), stop.clone());
            let draft = Arc::new(draft);
            let be_sent = draft.clone();
            let task = running.spawn(async move {
                let _place = place.acquire_owned().await;
                if stop.load(Ordering::Acquire) || dispatcher.transport.stops() {
                    return None;
                }
                let answer = dispatcher.send_out(&be_sent, morning).await;
                if answer.is_err() {
                    stop.store(true, Ordering::Release);
                }
                Some(answer)
            });
            which.insert(task.id(), draft);
        }
        let mut all_well = Ok(());
        while let Some(done) = running.join_next_with_id().await {
            let (id, answer) = match done {
                Ok((id, answer)) => (id, answer),
                Err(error) => (error.id(), Some(Ok(panicked(which.get(&error.id()).map(AsRef::as_ref))))),
            };
            let Some(draft) = which.remove(&id) else { continue };
            let Some(answer) = answer else {
                self.under_way().did_not_arrive(&draft.letter); // it never left
                continue;
            };
            let (place, letter) = (draft.place(), &draft.letter);
            let attempt = run.tried(&place);
            let now = self.app.clock.now();
            match self.settle(answer) {
                Ok(Dispatched::Afgjort) => {
                    self.under_way().afgjort(letter);
                    self.state().note_settled(&draft, Some(now));
                }
                Ok(Dispatched::Later { tasks, grund, uncertain, mailbox }) => {
                    let times = if uncertain { self.under_way().uncertain(letter) } else { 0 };
                    if !uncertain {
                        self.under_way().did_not_arrive(letter);
                    }
                    let given_up = if uncertain {
                        (times >= AT_MOST_THE_SAME).then(|| format!("uvis_{grund}"))
                    } else {
                        (mailbox && self.is_at_its_end(&draft, now)).then(|| grund.clone())
                    };
                    if let Some(grund) = given_up {
                        if let Err(error) = self.give_up(&draft, &tasks, &grund).await {
                            all_well = Err(error);
                        }
                        continue;
                    }
                    let dag = dag_in_denmark(now);
                    self.state().note_siden(&tasks);
                    let closes = klokken(dag, self.app.book().in_force(dag).udsendelse.latest);
                    self.state().wait(place, tasks, &grund, attempt, now, closes);
                    crash::at("under_ventetid");
                }
                Err(error) => {
                    self.under_way().uncertain(letter);
                    all_well = Err(error);
                }
            }
            crash::at("mellem_breve");
        }
        self.write_under_way().await?;
        all_well
    }

    /// A mailbox has refused for a whole working day, or did before this mail and has taken nothing since. HR's has nobody
    /// in its place.
    fn is_at_its_end(&self, draft: &MailDraft, now: DateTime<Utc>) -> bool {
        let Some(nr) = draft.tasks.first().and_then(|(_, m)| m.nr.as_deref()) else { return false };
        let state = self.state();
        let since =
            draft.tasks.iter().filter_map(|(o, _)| o.siden.into_iter().chain(state.siden(&o.name())).min()).min();
        let nothing_gets_through = state.nothing_gets_through(&draft.place(), since.unwrap_or(now));
        drop(state);
        if nothing_gets_through {
            return false;
        }
        let is_over = |since: DateTime<Utc>| {
            let next = self.app.book().calendar().shift(dag_in_denmark(since), 1);
            now >= klokken(next, time_of_day(since))
        };
        since.is_some_and(is_over) || self.app.projections().postkasse(nr) == Postkasse::Full
    }

    /// What cannot be delivered gets its outcome; who has it instead follows from that.
    async fn give_up(&self, draft: &MailDraft, tasks: &[Task], grund: &str) -> Result<(), PaamindelseError> {
        tracing::warn!(count = tasks.len(), grund, "påmindelser er opgivet");
        let whose = |task: &Task| draft.tasks.iter().find(|(o, _)| o.name() == task.name())?.1.nr.clone();
        let fejlet = |task: &Task| (task.clone(), Udfald::Fejlet { grund: grund.to_owned(), til: whose(task) });
        self.settle(self.dispatcher.registrer(tasks.iter().map(fejlet).collect()).await)?;
        self.under_way().afgjort(&draft.letter);
        self.state().note_settled(draft, None);
        Ok(())
    }
}

/// A task that panicked may have handed its mail over. What the panic said could be about a person, so it is not told.
fn panicked(draft: Option<&MailDraft>) -> Dispatched {
    let tasks: Vec<Task> = draft.iter().flat_map(|b| &b.tasks).map(|(o, _)| o.clone()).collect();
    tracing::error!(count = tasks.len(), "afsendelsen af en mail gik i panik og prøves igen");
    metrics::counter!("raskvej_mails_forgaeves_total", "grund" => "panik").increment(1);
    Dispatched::Later { tasks, grund: "panik".to_owned(), uncertain: true, mailbox: false }
}
