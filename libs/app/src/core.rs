//! The core: an open data folder, and the one way in which anything is written.
//!
//! ```text
//! command ─▶ borrow the employment ─▶ decide ─▶ append, durable ─▶ projector takes it in ─▶ answer
//! ```
//!
//! An answer is given when the events are on disk **and** the projections have them: every later read sees them.

mod append;
mod clock;
mod erasure;
mod finding;
mod follow;
mod idempotency;
mod people;
mod policy;
mod start;
mod turn;
mod upgrade;
mod watch;
mod whole_log;
mod would;

use std::io;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use chrono::NaiveDate;
use eventlog::{Disk, Idempotency, Journal, NewEvent, ReadError, Recovery, StreamId};
use forloeb::command::DomainCommand;
use forloeb::{Aktoer, Ansaettelse, Forloeb, Haendelse, Now, Regelbog, decide_on};
use tokio::sync::watch as channel;
use uuid::Uuid;

use crate::access::{HrEnheder, User};
use crate::clock::Clock;
use crate::clock_guard::ClockGuard;
use crate::erasures::Erasures;
pub use crate::errors::{CommandError, OpenFolderError};
use crate::failure::{Internal, Malformed};
use crate::find::Finder;
use crate::health::{Changes, Undelivered};
use crate::held::Held;
use crate::keys::Keys;
use crate::opslag::OpslagLog;
use crate::projections::{Loan, LoanAnswer, Projections, Refreshed};
use crate::room::Room;
use crate::seal::{Seal, SealError};
use crate::stored::{ANSAETTELSE, Unreadable, read_in};
use crate::token::TokenUse;
pub use append::CprOpslag;
use append::{Decided, Decision, Outcome, ToWrite};
pub use erasure::{Obstacle, Sletningsstop};
pub use finding::OpenedNames;
pub use idempotency::idempotency;
pub use start::{Opened, Outside, Progress, Start};
pub use upgrade::Upgrade;
pub use whole_log::Walk;
pub(crate) use would::Draft;

/// An open data folder.
pub struct App {
    pub folder: PathBuf,
    pub log: Journal,
    /// Through which the files beside the log are written.
    disk: Disk,
    /// The rules, the workplace's policies laid over them.
    book: RwLock<Arc<Regelbog>>,
    pub clock: Arc<Clock>,
    pub keys: Arc<Keys>,
    /// Who was erased, for whoever restores a backup from before.
    pub erasures: Erasures,
    /// Who read what about whom.
    pub opslag: OpslagLog,
    /// By which names people are found.
    pub(crate) finder: Finder,
    /// Room for those who ask what would be otherwise under other rules.
    pub what_if: Room,
    /// What opening the log found.
    pub recovery: Recovery,
    /// How the projections were made when it was opened.
    pub start: Start,
    /// Position of the newest checkpoint. Held while one is written.
    stored: tokio::sync::Mutex<u64>,
    projections: RwLock<Projections>,
    /// Held while the day turns.
    turning: Mutex<()>,
    /// When each token was last used.
    pub token_use: TokenUse,
    /// What was wrong when it was last looked at.
    pub(crate) changes: Changes,
    /// Whether the clock can be right.
    pub clock_guard: Arc<ClockGuard>,
    /// Why the seal of the log has not arrived where it is to be kept.
    pub undelivered: Undelivered,
    /// Why HR has not been told of who was erased.
    pub untold: Undelivered,
    /// The units that some in HR work for, which a service says once. Not known to a command on a folder without one.
    pub hr_enheder: OnceLock<HrEnheder>,
    /// Position that can be read, and whether anybody still reads on.
    applied: channel::Sender<(u64, bool)>,
}

/// The projections while somebody looks something up in them.
#[derive(Debug)]
pub struct ShowGuard<'a> {
    projections: RwLockReadGuard<'a, Projections>,
    _held: Held,
}

impl Deref for ShowGuard<'_> {
    type Target = Projections;

    fn deref(&self) -> &Projections {
        &self.projections
    }
}

/// What a command led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Executed {
    /// Version of the employment's stream after the command: a repeated command tells the version of the first time.
    pub version: u64,
    /// The day it was decided: of a repeated command the day of the first time.
    pub dag: NaiveDate,
    /// Nothing had to be written.
    pub unchanged: bool,
    /// The command had been carried out before under the same idempotency key.
    pub repeated: bool,
}

impl App {
    /// Somebody who came in, narrowed to the units they work for in HR, as far as it is known here.
    #[must_use]
    pub fn narrowed_hr(&self, user: User) -> User {
        match self.hr_enheder.get() {
            Some(hr_enheder) => {
                let own = |nr: &str| self.projections().all_numbers_of(nr).into_iter().map(str::to_owned).collect();
                let numbers: Vec<String> = user.nr.as_deref().map_or_else(Vec::new, own);
                hr_enheder.narrow(user, &numbers)
            }
            None => user,
        }
    }

    /// Opens a data folder, making it if there is none, and the projections of its log.
    ///
    /// # Errors
    /// See [`Opened::open`] and [`Opened::build`].
    pub async fn open(
        folder: &Path,
        clock: impl Fn(&Projections) -> Clock,
        book: Regelbog,
    ) -> Result<Arc<Self>, OpenFolderError> {
        Opened::open(folder)?.build(clock, book, &Progress::default()).await
    }

    /// The rules, with the workplace's policies laid over them. A policy that is laid down holds from here on.
    #[must_use]
    pub fn book(&self) -> Arc<Regelbog> {
        self.book.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The projections, to look something up. Not to be held across an await, nor while anything is opened, rendered or
    /// otherwise takes long, nor asked for while they are held ([`crate::held`]).
    #[track_caller]
    pub fn projections(&self) -> ShowGuard<'_> {
        let today = self.clock.today();
        {
            let shown = self.as_they_are();
            if shown.today() >= today {
                return shown;
            }
        }
        self.turn(today);
        self.as_they_are()
    }

    /// The same for what does not depend on the day: it does not wait for a day that turns.
    #[track_caller]
    pub(crate) fn as_they_are(&self) -> ShowGuard<'_> {
        let held = Held::now();
        ShowGuard { projections: self.projections.read().unwrap_or_else(PoisonError::into_inner), _held: held }
    }

    /// Colleagues can be chosen ahead at this workplace, or not: the setting `omsorgskollega`, which a service says once.
    pub fn allow_omsorgskolleger(&self, allow: bool) {
        self.projections_mut().allow_omsorgskolleger(allow);
    }

    /// Changes the projections behind the log's back.
    #[cfg(any(test, feature = "testing"))]
    pub fn plant(&self, what: impl FnOnce(&mut Projections)) {
        what(&mut self.projections_mut());
    }

    fn projections_mut(&self) -> RwLockWriteGuard<'_, Projections> {
        self.projections.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Borrows an employment: its events and its forløb, read from the log where they are not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn loan(&self, nr: &str) -> Result<Loan, OpenFolderError> {
        loop {
            let (version, book) = {
                let projections = self.as_they_are();
                match projections.loan(nr) {
                    LoanAnswer::Lent(loan) => return Ok(loan),
                    LoanAnswer::NotInMemory(version) => (version, projections.book().clone()),
                }
            };
            let rules = book.clone();
            let derived = move |ansaettelse: Ansaettelse| (ansaettelse.forloeb(&rules), ansaettelse);
            let (forloeb, ansaettelse) = read_in(&self.log, nr, version, true, derived).await?;
            let (loan, forgotten) = {
                let mut projections = self.projections_mut();
                (projections.insert(ansaettelse, forloeb, &book), projections.forget())
            };
            drop(forgotten);
            // Moved on while it was read: then whoever moved it has it in memory.
            if let Some(loan) = loan {
                return Ok(loan);
            }
        }
    }

    /// Borrows the employment of a forløb; nothing where there is no such forløb.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn loan_forloeb(&self, id: Uuid) -> Result<Loan, OpenFolderError> {
        let nr = self.as_they_are().whose(id).map(str::to_owned);
        self.loan(nr.as_deref().unwrap_or_default()).await
    }

    /// Borrows several employments.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn loan_many(&self, numbers: impl IntoIterator<Item = &String>) -> Result<Vec<Loan>, OpenFolderError> {
        let mut loan = Vec::new();
        for nr in numbers {
            loan.push(self.loan(nr).await?);
        }
        Ok(loan)
    }

    /// A forløb, also by an id that was joined into another, read from the log where it is not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn forloeb(&self, id: Uuid) -> Result<Option<Arc<Forloeb>>, OpenFolderError> {
        Ok(self.loan_forloeb(id).await?.forloeb(id).cloned())
    }

    /// The forløb of an employee, read from the log where they are not in memory.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn forloeb_for(&self, nr: &str) -> Result<Vec<Arc<Forloeb>>, OpenFolderError> {
        Ok(self.loan(nr).await?.all().to_vec())
    }

    /// Somebody reads the log on, or has not begun to.
    pub(crate) fn follows(&self) -> bool {
        self.applied.borrow().1
    }

    /// Computes the next due day of employments anew: time alone can make one pointless.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn refresh(&self, numbers: &[String]) -> Result<(), OpenFolderError> {
        for nr in numbers {
            let loan = self.loan(nr).await?;
            let today = self.projections().today();
            let set = Refreshed::af(&loan, today);
            self.projections_mut().refresh(&loan, set);
        }
        Ok(())
    }

    /// Decides and writes a command to one employment; returns when it is durable and can be read.
    ///
    /// # Errors
    /// See [`CommandError`]. Nothing was written, except that after [`eventlog::AppendError::Poisoned`] it is not known.
    pub async fn execute(
        &self,
        nr: &str,
        domain_command: &DomainCommand,
        aktoer: &Aktoer,
        idempotency: Option<Idempotency>,
    ) -> Result<Executed, CommandError> {
        // A repeated command is found where it is refused, has nothing to append, or the log knows its key.
        let command = Command { nr, domain_command, idempotency };
        match self.append(aktoer, idempotency, command).await? {
            Outcome::Repeated(repeated) => Ok(repeated),
            Outcome::Written { version, dag, .. } => Ok(Executed { version, dag, unchanged: false, repeated: false }),
            Outcome::Nothing(Nothing::Repeated(repeated)) => Ok(repeated),
            Outcome::Nothing(Nothing::Already { version, now }) => match idempotency {
                Some(idempotency) => self.remember_without_effect(nr, version, now, aktoer, idempotency).await,
                None => Ok(Executed { version, dag: now.dag, unchanged: true, repeated: false }),
            },
        }
    }

    /// What was decided about an employment against a version of it, as it is written.
    fn to_write(
        &self,
        nr: &str,
        version: u64,
        now: Now,
        haendelser: impl IntoIterator<Item = Haendelse>,
    ) -> Result<ToWrite, CommandError> {
        let mut events = Vec::new();
        for (at, mut h) in (version + 1..).zip(haendelser) {
            self.bind(nr, at, &mut h)?;
            let body = h.to_json().map_err(Malformed::from);
            let body = body.map_err(|error| Internal::new("en hændelse kan ikke skrives", error))?;
            events.push(NewEvent { kind: h.name().to_owned(), form: h.form(), body });
        }
        let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(Unreadable::name)?;
        Ok(ToWrite { stream, expected: version, now, events })
    }

    /// The position that the projections hold, and whether they follow the log, each time that changes.
    pub fn positions(&self) -> channel::Receiver<(u64, bool)> {
        self.applied.subscribe()
    }

    /// Waits until the projections hold a position.
    pub async fn wait_on(&self, position: u64) -> Result<(), ReadError> {
        let mut applied = self.applied.subscribe();
        let reached =
            applied.wait_for(|(p, followed)| *p >= position || !followed).await.map_err(|_| ReadError::Closed)?;
        if reached.0 >= position { Ok(()) } else { Err(ReadError::Closed) }
    }

    async fn wait_on_version(&self, nr: &str, version: u64) -> Result<(), ReadError> {
        let mut applied = self.applied.subscribe();
        while self.as_they_are().version(nr) < version {
            if !applied.borrow_and_update().1 {
                return Err(ReadError::Closed);
            }
            applied.changed().await.map_err(|_| ReadError::Closed)?;
        }
        Ok(())
    }

    /// The key that seals the log, made where there is none.
    ///
    /// # Errors
    /// It cannot be read or made, or is damaged.
    pub async fn seal(&self) -> Result<Seal, SealError> {
        let folder = self.folder.clone();
        tokio::task::spawn_blocking(move || Seal::i(&folder)).await.map_err(io::Error::from)?
    }

    /// An employment with everything that was ever recorded about it, read from the log, also under numbers before.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn whole(&self, nr: &str) -> Result<Ansaettelse, OpenFolderError> {
        let read = async |nr: &str| read_in(&self.log, nr, u64::MAX, false, |ansaettelse| ansaettelse).await;
        let whole = read(nr).await?;
        let mut streams = Vec::new();
        for before in whole.numbers().into_iter().skip(1) {
            streams.push(read(before).await?);
        }
        // Who came back to a number has what was carried from its stream in it, too.
        if whole.under_number_before().is_some() {
            streams.push(whole.clone());
        }
        Ok(whole.completed(&streams))
    }
}

/// A command to one employment, decided on what is lent of it.
struct Command<'a> {
    nr: &'a str,
    domain_command: &'a DomainCommand,
    idempotency: Option<Idempotency>,
}

/// Why a command has nothing to append.
enum Nothing {
    /// It asked for what already is.
    Already { version: u64, now: Now },
    /// The first of two at once was carried out meanwhile.
    Repeated(Executed),
}

impl Decision for Command<'_> {
    type Nothing = Nothing;

    async fn decide(&mut self, app: &App, overtaken: Option<u64>) -> Result<Decided<Nothing>, CommandError> {
        if let Some(actual) = overtaken {
            app.wait_on_version(self.nr, actual).await?;
        }
        let loan = app.loan(self.nr).await?;
        let (now, version) = (app.clock.now_and_dag(), loan.ansaettelse().version());
        let decided = decide_on(loan.ansaettelse(), loan.all(), self.domain_command, now, loan.book());
        if decided.as_ref().map_or(true, Vec::is_empty)
            && let Some(repeated) = app.repeated(self.idempotency).await?
        {
            return Ok(Decided::Nothing(Nothing::Repeated(repeated))); // and that is why
        }
        let haendelser = decided.map_err(CommandError::Afvist)?;
        if haendelser.is_empty() {
            return Ok(Decided::Nothing(Nothing::Already { version, now }));
        }
        Ok(Decided::Append(app.to_write(self.nr, version, now, haendelser)?))
    }
}

/// Computes for long where that keeps nobody's request waiting.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Internal> {
    tokio::task::spawn_blocking(work).await.map_err(|_| Internal::panicked("der blev ikke regnet færdig"))
}
