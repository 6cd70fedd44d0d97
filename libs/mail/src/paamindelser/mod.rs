//! The reminder worker: what is due leaves at 08:00 on working days, once, and the log tells what became of it.
//!
//! ```text
//! index by due date ─▶ plan of the domain ─▶ one mail per mailbox ─▶ read again ─▶ hand over ─▶ record
//! ```
//!
//! Nothing here decides what is due or when: the domain derives it from the events. Whatever the worker keeps in
//! memory (what is tried again, and when) may be lost. Which mails are being handed over is written down before they
//! leave: after a crash between handing over and recording, the same mail leaves again with the same Message-ID.

mod calendar;
mod crash;
mod dispatching;
pub mod examples;
pub mod letter;
pub mod modtager;
mod morning;
pub mod nyt;
pub mod paper;
mod plan;
mod state;
mod under_way;
pub mod ventende;
mod words;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Forloeb;
use forloeb::haendelse::Udfald;
use forloeb::indbydelser::untold;
use thiserror::Error;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::transport::{MailError, MailTransport, WITHOUT_MAILSERVER};
use app::clock::{dag_in_denmark, klokken, time_of_day};
use app::core::{App, CommandError, OpenFolderError};
use app::failure::Causes;
use app::health::Trouble;
use app::mailtekster::TextFile;
pub use dispatching::leaves;
use dispatching::{Dispatcher, Owed};
pub use plan::is_too_late;
use plan::{Delivery, Task};
use state::{Expired, WorkerState};
use under_way::UnderWay;
use ventende::Planned;

/// The longest sleep: a clock that jumped, or a new command, is noticed this soon.
const REST: Duration = Duration::from_secs(30);

/// The settings of the worker.
#[derive(Debug, Clone)]
pub struct PaamindelseSettings {
    /// HR's shared mailbox.
    pub hr_mail: Option<String>,
    /// Base of the links in the mails.
    pub base_url: Option<String>,
    /// Who the mails are from; its domain is that of their Message-IDs.
    pub mail_from: Option<String>,
    /// The employee gets a neutral copy when the leader was told of an overdue talk.
    pub medarbejder_copy: bool,
    /// The workplace's own words in the mails about frister, or what is wrong with them; then the standard ones are used.
    pub mailtekster: TextFile,
}

impl PaamindelseSettings {
    /// What is not set of what mails need. There is no default that could be right.
    #[must_use]
    pub fn missing(&self) -> Vec<&'static str> {
        let all = [
            ("RASKVEJ_MAIL_FRA", self.mail_from.is_none()),
            ("RASKVEJ_BASE_URL", self.base_url.is_none()),
            ("RASKVEJ_HR_MAIL", self.hr_mail.is_none()),
        ];
        all.into_iter().filter_map(|(name, missing)| missing.then_some(name)).collect()
    }
}

/// Why a tick stopped half-way. What it did is recorded, or is before the next one.
#[derive(Debug, Error)]
pub enum PaamindelseError {
    /// What is due cannot be read.
    #[error(transparent)]
    Read(#[from] OpenFolderError),
    /// An outcome could not be recorded.
    #[error(transparent)]
    DomainCommand(#[from] CommandError),
    /// Which mails are on their way cannot be written down, so none may leave.
    #[error("listen over mails undervejs: {0}")]
    UnderWay(#[from] io::Error),
    /// So many times was the morning's list gone through, and something of it is left.
    #[error("{0} af morgenens påmindelser kom ikke af sted, og de prøves igen")]
    Unfinished(usize),
}

/// Why the clock was not moved, or not all the way.
#[derive(Debug, Error)]
pub enum MoveError {
    /// It is the machine's.
    #[error("uret følger maskinens og kan ikke flyttes")]
    CanNotBeMoved,
    /// Only forward.
    #[error("uret kan kun flyttes frem")]
    Behind,
    /// Something that fell due on the way went wrong.
    #[error(transparent)]
    UnderWay(#[from] PaamindelseError),
}

/// The reminder worker.
pub struct Paamindelser {
    app: Arc<App>,
    dispatcher: Arc<Dispatcher>,
    state: Mutex<WorkerState>,
    under_way: Mutex<UnderWay>,
    planned: Mutex<Planned>,
    one_tick_at_a_time: tokio::sync::Mutex<()>,
    one_move_at_a_time: Arc<tokio::sync::Mutex<()>>,
    /// Settings without which mails, or HR's, wait.
    missing: Vec<&'static str>,
    /// The workplace's own words, as they were read.
    own_texts: TextFile,
    /// How many times the list of a tick is gone through at most.
    rounds: usize,
}

impl Paamindelser {
    /// A worker for an open data folder.
    ///
    /// # Errors
    /// An address of the settings is not one.
    pub fn new(
        app: Arc<App>,
        transport: Arc<MailTransport>,
        settings: &PaamindelseSettings,
    ) -> Result<Self, MailError> {
        let address = |tekst: &str, name| {
            tekst.parse::<lettre::message::Mailbox>().map(|m| m.email).map_err(|_| MailError::MailAddress(name))
        };
        // Without a sender no mail leaves, so nobody ever sees this one.
        let fra = settings.mail_from.as_deref().unwrap_or("raskvej@localhost.localdomain");
        let fra = address(fra, "RASKVEJ_MAIL_FRA")?;
        let hr = settings.hr_mail.as_deref().map(|hr| address(hr, "RASKVEJ_HR_MAIL")).transpose()?;
        let smtp = (transport.waiting_on() == Some(WITHOUT_MAILSERVER)).then_some("RASKVEJ_SMTP_URL");
        let missing = smtp.into_iter().chain(settings.missing()).collect();
        let dispatcher = Dispatcher {
            app: app.clone(),
            transport,
            hr_mail: hr.map(|a| a.to_string()),
            base_url: settings.base_url.as_deref().unwrap_or_default().trim_end_matches('/').to_owned(),
            domain: fra.domain().to_owned(),
            fra: fra.to_string(),
            medarbejder_copy: settings.medarbejder_copy,
            own: settings.mailtekster.used().clone(),
        };
        Ok(Self {
            under_way: Mutex::new(UnderWay::open(&app.folder)),
            planned: Mutex::default(),
            app,
            dispatcher: Arc::new(dispatcher),
            state: Mutex::default(),
            one_tick_at_a_time: tokio::sync::Mutex::default(),
            one_move_at_a_time: Arc::default(),
            missing,
            own_texts: settings.mailtekster.clone(),
            rounds: morning::ROUNDS,
        })
    }

    fn state(&self) -> MutexGuard<'_, WorkerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does what is to be done now; nothing outside the sending hours of working days.
    ///
    /// What is due is read once, when the morning begins: what becomes due later in the day waits for the next morning,
    /// so that nobody gets two digests and the morning has an end. Only what failed is tried again.
    ///
    /// # Errors
    /// See [`PaamindelseError`]; the next tick goes on from there.
    pub async fn tick(&self) -> Result<(), PaamindelseError> {
        self.take_moves().await;
        if self.something_to_do() {
            if self.app.health().await.into_iter().any(Trouble::holds_reminders) {
                return Ok(()); // the log takes no outcomes, so they would leave after every start; or the day is in doubt
            }
            self.app.turn_back().await;
        }
        let _alone = self.one_tick_at_a_time.lock().await;
        let answer = self.tick_alone().await;
        if answer.is_err() {
            self.state().look_again();
        }
        if !matches!(answer, Ok(false)) {
            self.measure_ventende().await;
        }
        let oldest = self.state().oldest_unsent(answer.is_err(), self.morning(self.app.clock.today()));
        let age = oldest.map_or(0, |since| (self.app.clock.now() - since).num_seconds().max(0));
        metrics::gauge!("raskvej_paamindelser_aeldste_usendte_sekunder").set(u32::try_from(age).unwrap_or(u32::MAX));
        if answer.is_ok() {
            let now = u32::try_from(self.app.clock.now().timestamp()).unwrap_or(u32::MAX);
            metrics::gauge!("raskvej_paamindelser_set_tidspunkt").set(now);
        }
        answer.map(|_| ())
    }

    /// Who moves inside the workplace today has another leader from today on, also where no file of payroll comes: looked for
    /// at the start, which may have been stopped in the middle of it, and on each new day.
    /// What goes wrong with it keeps no reminder back.
    async fn take_moves(&self) {
        let today = self.app.clock.today();
        if self.state().moves_looked == Some(today) || self.app.health().await.into_iter().any(Trouble::holds_reminders)
        {
            return;
        }
        match app::import::moves_due(&self.app).await {
            Ok(false) => return,
            Ok(true) => {}
            Err(error) => {
                tracing::error!(error = %Causes(&error), "flytninger i arbejdspladsen kunne ikke føres videre");
            }
        }
        self.state().moves_looked = Some(today);
    }

    /// Something is due, waits, or may be due: the projections are of a day that has not come.
    fn something_to_do(&self) -> bool {
        let today = self.app.clock.today();
        let projections = self.app.projections();
        projections.today() > today
            || projections.foerste_forfald().is_some_and(|dag| dag <= today)
            || self.state().something_waits()
    }

    /// Whether there was anything to do.
    async fn tick_alone(&self) -> Result<bool, PaamindelseError> {
        let owed = std::mem::take(&mut self.state().owed);
        self.settle(self.dispatcher.registrer(owed).await)?;
        let now = self.app.clock.now();
        let (today, time) = (dag_in_denmark(now), time_of_day(now));
        let latest = self.app.book().in_force(today).udsendelse.latest;
        let (expired, foerste) = {
            let mut state = self.state();
            (state.expired(today, time >= latest), state.take_first_time())
        };
        let done = expired.is_some() || foerste;
        if let Some(expired) = expired {
            self.udskyd(expired, now).await?;
        }
        if leaves(&self.app, now) != now {
            return Ok(done);
        }
        let morning = self.morning(today);
        self.send_now(today, morning, now >= morning).await.map(|sent| sent || done)
    }

    /// Sends what is to be sent: the digests of the day if it is morning, invitations, and what is tried again.
    async fn send_now(
        &self,
        today: NaiveDate,
        morning: DateTime<Utc>,
        digests: bool,
    ) -> Result<bool, PaamindelseError> {
        let straks = self.app.projections().indbydelser(today);
        let Some(run) = self.state().begin(today, self.app.clock.now(), digests, straks) else { return Ok(false) };
        let answer = self.run_morning(run, today, morning).await;
        match &answer {
            Ok(()) if digests => self.state().run = Some(today),
            Ok(()) => {}
            Err(_) => self.state().look_again(),
        }
        answer.map(|()| true)
    }

    /// Invitations that are due leave where the clock stands, before it is moved.
    async fn send_invitations(&self) -> Result<(), PaamindelseError> {
        let now = self.app.clock.now();
        if leaves(&self.app, now) != now || self.app.projections().indbydelser(dag_in_denmark(now)).is_empty() {
            return Ok(());
        }
        let _alone = self.one_tick_at_a_time.lock().await;
        let today = dag_in_denmark(now);
        self.send_now(today, self.morning(today), false).await.map(drop)
    }

    /// When mail may leave on a day, as an instant.
    fn morning(&self, dag: NaiveDate) -> DateTime<Utc> {
        let book = self.app.book();
        let udsendelse = &book.in_force(dag).udsendelse;
        klokken(dag, udsendelse.klokken.max(udsendelse.earliest))
    }

    fn next_morning(&self, dag: NaiveDate) -> DateTime<Utc> {
        self.morning(self.app.book().calendar().shift(dag, 1))
    }

    /// Keeps what could not be recorded, so that it is before anything else is sent.
    fn settle<T>(&self, answer: Result<T, Owed>) -> Result<T, PaamindelseError> {
        answer.map_err(|owed| {
            self.state().owed.extend(owed.rest);
            owed.error.into()
        })
    }

    /// The sending hours ended without success.
    async fn udskyd(&self, expired: Expired, now: DateTime<Utc>) -> Result<(), PaamindelseError> {
        let Expired { dag, tasks, list } = expired;
        let til = self.next_morning(dag);
        if til <= now {
            return Ok(()); // that morning is here already
        }
        let mut numbers: BTreeSet<String> = tasks.iter().map(|o| o.nr.clone()).collect();
        numbers.extend(list.iter().flat_map(|l| l.numbers.iter().cloned()));
        let numbers: Vec<String> = numbers.into_iter().collect();
        let still = self.dispatcher.forfaldent(&numbers, dag).await?.into_iter().flat_map(|(_, f)| f);
        let still = still.filter(|(o, delivery)| {
            let on_list = list.as_ref().is_some_and(|l| l.has(o));
            let was_tried = tasks.iter().any(|tried| tried.name() == o.name());
            was_tried || (on_list && matches!(delivery, Delivery::Letter(_)))
        });
        let udskudt = |o: &Task| {
            let (state, name) = (self.state(), o.name());
            Udfald::Udskudt { til, siden: state.siden(&name), grund: state.grund(&name).cloned() }
        };
        let udskudte = still.map(|(o, _)| (udskudt(&o), o)).map(|(udfald, o)| (o, udfald)).collect();
        self.settle(self.dispatcher.registrer(udskudte).await)
    }

    /// The next instant after `efter` at which something can happen: the morning of the next working day on which
    /// something is due, or the next attempt at what failed.
    #[must_use]
    pub fn next_waking(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let attempt = self.state().next_attempt().filter(|t| *t > after);
        let foerste = self.app.projections().foerste_forfald();
        let morning = foerste.map(|dag| {
            let dag = self.app.book().calendar().wd_plus(dag.max(dag_in_denmark(after)));
            Some(self.morning(dag)).filter(|t| *t > after).unwrap_or_else(|| self.next_morning(dag))
        });
        let invitation = self.app.projections().foerste_indbydelse().map(|dag| {
            let calendar = self.app.book();
            let opens = |dag: NaiveDate| klokken(dag, calendar.in_force(dag).udsendelse.earliest);
            let dag = calendar.calendar().wd_plus(dag.max(dag_in_denmark(after)));
            Some(opens(dag)).filter(|t| *t > after).unwrap_or_else(|| opens(calendar.calendar().shift(dag, 1)))
        });
        attempt.into_iter().chain(morning).chain(invitation).min()
    }

    /// The talk to which the employee is invited, if a mail cannot tell them in time: it leaves too late, or was refused.
    #[must_use]
    pub fn talk_that_mail_cannot_tell_of(&self, f: &Forloeb) -> Option<DateTime<Utc>> {
        let now = self.app.clock.now();
        let (time, refused) = untold(f).filter(|_| f.is_aabent(dag_in_denmark(now)))?;
        (refused || time <= leaves(&self.app, now)).then(|| time.to_utc())
    }

    /// The loop of a clock that goes, until `stop` is true or gone. A tick that has begun is finished.
    pub async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        loop {
            // A task of its own: a panic ends the tick, and not the reminders.
            let works = self.clone();
            match tokio::spawn(async move { works.tick().await }).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::error!(error = %Causes(&error), "påmindelserne gik i stå og prøves igen"),
                Err(_) => {
                    self.state().look_again();
                    tracing::error!("påmindelserne gik i panik og prøves igen");
                }
            }
            let now = self.app.clock.now();
            let rest = self.next_waking(now).and_then(|t| (t - now).to_std().ok()).map_or(REST, |h| h.min(REST));
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    /// Moves the clock forward and does what falls due on the way, each thing at its own instant.
    ///
    /// # Errors
    /// See [`MoveError`]; after `UnderWay` the clock stands at the instant that went wrong.
    pub async fn move_clock(&self, til: DateTime<Utc>) -> Result<(), MoveError> {
        let _alone = self.one_move_at_a_time.lock().await;
        self.move_alone(til).await
    }

    /// The clock is on its way.
    #[must_use]
    pub fn moves(&self) -> bool {
        self.one_move_at_a_time.try_lock().is_err()
    }

    /// [`Self::move_clock`] as a task of its own, so that whoever waits for it may stop waiting; none where the clock is on
    /// its way already.
    #[must_use]
    pub fn start_moving(self: &Arc<Self>, til: DateTime<Utc>) -> Option<JoinHandle<Result<(), MoveError>>> {
        // Taken here: who asks right afterwards is told that it is on its way.
        let alone = self.one_move_at_a_time.clone().try_lock_owned().ok()?;
        let oneself = self.clone();
        Some(tokio::spawn(async move {
            let moved = oneself.move_alone(til).await;
            drop(alone);
            moved.inspect_err(|error| tracing::error!(error = %Causes(error), "uret nåede ikke frem"))
        }))
    }

    async fn move_alone(&self, til: DateTime<Utc>) -> Result<(), MoveError> {
        let clock = &self.app.clock;
        if !clock.can_be_moved() {
            return Err(MoveError::CanNotBeMoved);
        }
        if til < clock.now() {
            return Err(MoveError::Behind);
        }
        self.send_invitations().await?;
        while let Some(next) = self.next_waking(clock.now()).filter(|t| *t <= til) {
            clock.move_to(next);
            self.tick().await?;
        }
        clock.move_to(til);
        Ok(self.tick().await?)
    }
}
