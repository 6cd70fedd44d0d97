//! A mail a week to the leaders who want one: that there are signals of frequent absence among their people, how many people,
//! and where to read of them. Nobody is named, and what was counted of anybody is not told.
//!
//! It leaves on the first working day of the week; where the mail server is away, or the service is stopped, on the next day of
//! that week on which it can. What a leader was told is in their log. A crash between handing over and that sends the same mail
//! again, with the same Message-ID.
//!
//! It is the leader's own wish and no duty: while they are away nobody gets it in their stead.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use app::access::User;
use app::clock::{dag_in_denmark, klokken, time_of_day};
use app::core::OpenFolderError;
use app::failure::Causes;
use app::projections::Postkasse;
use app::views::signaler::{begun, of};
use chrono::{DateTime, NaiveDate, Utc};
use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::{SignalbrevAfgjort, Udfald};
use forloeb::signalbrev::{leaves_on, monday};
use forloeb::words::Rolle;
use tokio::sync::watch;
use uuid::Uuid;

use crate::once::{self, HrMailbox, News};
use crate::paamindelser::modtager::{Addresses, Modtager};
use crate::transport::Dispatch;
use crate::weekly::letter;

/// The weeks in which everybody was looked at, by their Monday: the last of them.
const FILE: &str = "signalbreve.json";
/// How often it is looked whether it is time.
const REST: Duration = Duration::from_secs(60);
/// How long what failed waits for the next try: everybody's signals are reckoned again.
const AGAIN: Duration = Duration::from_secs(600);

/// How often a mail is handed over that may have arrived: once, and two repeats.
const AT_MOST: u32 = 3;

/// Tells of them.
pub struct Signalbreve {
    way: HrMailbox,
    /// What is kept of the mails of this week that are not noted yet, by leader.
    tried: Mutex<BTreeMap<String, Attempt>>,
}

/// A mail of a week that has been tried and is not noted.
struct Attempt {
    week: NaiveDate,
    /// The day of the first try.
    first: NaiveDate,
    /// How often it may have arrived.
    uncertain: u32,
    /// What became of it, where the log took no note of it: it does not leave once more for that.
    owed: Option<SignalbrevAfgjort>,
}

impl News for Signalbreve {
    const ABOUT: &'static str = "hyppigt fravær";

    fn mailbox(&self) -> &HrMailbox {
        &self.way
    }

    /// It goes to leaders.
    fn has_a_way(&self) -> bool {
        true
    }

    async fn look(&self) -> Duration {
        match self.tick().await {
            Ok(true) => REST,
            Ok(false) => AGAIN,
            Err(error) => {
                tracing::error!(error = %Causes(&error), "mailen om hyppigt fravær gik i stå og prøves igen");
                AGAIN
            }
        }
    }

    fn panicked(&self) -> Duration {
        AGAIN
    }
}

impl Signalbreve {
    /// On this way.
    #[must_use]
    pub const fn new(way: HrMailbox) -> Self {
        Self { way, tried: Mutex::new(BTreeMap::new()) }
    }

    /// The loop, until `stop` is true or gone.
    pub async fn run(self: Arc<Self>, stop: watch::Receiver<bool>) {
        once::run(self, stop).await;
    }

    /// Tells every leader who wants it and has not been told this week; whether nothing is left to do.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn tick(&self) -> Result<bool, OpenFolderError> {
        let now = self.way.now();
        let Some(morning) = self.may_leave(now) else { return Ok(true) };
        let (today, week) = (dag_in_denmark(now), monday(dag_in_denmark(now)));
        let way = self.way.clone();
        match tokio::task::spawn_blocking(move || way.told::<NaiveDate>(FILE)).await {
            Ok(weeks) if weeks.contains(&week) => return Ok(true),
            Ok(_) => {}
            Err(_) => return Ok(false),
        }
        let ledere = self.way.app.projections().ledere();
        let mut all = true;
        for leder in &ledere {
            // What cannot be read of one keeps nobody else from theirs.
            all &= self.tell(leder, today, morning).await.unwrap_or_else(|error| {
                tracing::error!(error = %Causes(&error), "en leders mail om hyppigt fravær kan ikke laves og prøves igen");
                false
            });
        }
        if all && let Err(error) = self.way.note(FILE, &[week].into()) {
            tracing::warn!(%error, "det kan ikke skrives ned, at ugens mails om hyppigt fravær er sendt: de ses efter igen");
        }
        Ok(all)
    }

    /// The morning of the week, where it has come and mail may leave now.
    fn may_leave(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if self.way.app.clock_guard.doubt().is_some() {
            return None;
        }
        let (book, today, time) = (self.way.app.book(), dag_in_denmark(now), time_of_day(now));
        let hours = &book.in_force(today).udsendelse;
        let opens = hours.klokken.max(hours.earliest);
        let open = book.calendar().is_arbejdsdag(today) && time >= opens && time < hours.latest;
        leaves_on(book.calendar(), today).filter(|first| open && *first <= today).map(|first| klokken(first, opens))
    }

    /// One leader: whether nothing is left to do for them this week.
    async fn tell(&self, leder: &str, today: NaiveDate, morning: DateTime<Utc>) -> Result<bool, OpenFolderError> {
        let (app, week) = (&self.way.app, monday(today));
        let brev = app.loan(leder).await?.ansaettelse().signalbrev();
        if !brev.is_wanted_in(week) {
            self.attempts().remove(leder);
            return Ok(true);
        }
        let owed = self.attempts().get(leder).and_then(|attempt| attempt.owed.clone());
        if let Some(owed) = owed {
            return Ok(self.note(leder, owed).await);
        }
        let addresses = Addresses { app, hr_mail: None, today, opened: None };
        let Some(Modtager { address, .. }) = addresses.own(leder) else { return Ok(true) };
        if app.projections().postkasse(leder) == Postkasse::Gone {
            return Ok(true);
        }
        let perioder = self.newest(leder, today).await?;
        if !brev.is_news(&perioder) {
            return Ok(true);
        }
        let letter = letter(leder, perioder.len(), week, &self.way.at("/signaler"));
        let mail = self.way.addressed_to(letter, (address, "leder"), morning);
        let til = Some(leder.to_owned());
        let udfald = match self.way.send(&mail).await {
            Dispatch::Sendt => Udfald::Sendt { letter: mail.message_id, til },
            Dispatch::Final(grund) => Udfald::Fejlet { grund, til },
            Dispatch::Temporary { grund, uncertain, mailbox } if self.is_last_try(leder, today, uncertain, mailbox) => {
                Udfald::Fejlet { grund, til }
            }
            Dispatch::Temporary { grund, .. } => {
                tracing::warn!(%grund, "en mail om hyppigt fravær er ikke sendt og prøves igen");
                return Ok(false);
            }
        };
        Ok(self.note(leder, SignalbrevAfgjort { uge: week, perioder, udfald }).await)
    }

    /// Notes in the log what became of a mail; where it takes no note, that is all that is tried again.
    async fn note(&self, leder: &str, afgjort: SignalbrevAfgjort) -> bool {
        let (week, command) = (afgjort.uge, DomainCommand::AfgoerSignalbrev(afgjort.clone()));
        if let Err(error) = self.way.app.execute(leder, &command, &Aktoer::system("signalbreve"), None).await {
            tracing::error!(error = %Causes(&error), "det kan ikke noteres, at en mail om hyppigt fravær er sendt");
            self.attempt(leder, week, week, |attempt| attempt.owed = Some(afgjort));
            return false;
        }
        self.attempts().remove(leder);
        true
    }

    fn attempts(&self) -> MutexGuard<'_, BTreeMap<String, Attempt>> {
        self.tried.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is kept of a leader's mail of a week; of another week nothing is.
    fn attempt<T>(&self, leder: &str, week: NaiveDate, today: NaiveDate, what: impl FnOnce(&mut Attempt) -> T) -> T {
        let mut attempts = self.attempts();
        let new = || Attempt { week, first: today, uncertain: 0, owed: None };
        let attempt = attempts.entry(leder.to_owned()).or_insert_with(new);
        if attempt.week != week {
            *attempt = new();
        }
        what(attempt)
    }

    /// It was put off once more; no other try is left: it may have arrived three times, or the mailbox has put it off since
    /// an earlier day.
    fn is_last_try(&self, leder: &str, today: NaiveDate, uncertain: bool, mailbox: bool) -> bool {
        self.attempt(leder, monday(today), today, |attempt| {
            attempt.uncertain += u32::from(uncertain);
            attempt.uncertain >= AT_MOST || (mailbox && attempt.first < today)
        })
    }

    /// The newest absence of everybody whose signals the leader reads on the page that the mail leads to.
    async fn newest(&self, leder: &str, today: NaiveDate) -> Result<Vec<Uuid>, OpenFolderError> {
        let (app, user) = (&self.way.app, User::new(Rolle::Leder, Some(leder.to_owned())));
        let mut newest = Vec::new();
        for nr in begun(app, &user, None) {
            let loan = app.loan(&nr).await?;
            let signals = of(app, &user, &loan, today);
            let perioder = signals.iter().flat_map(|signal| &signal.perioder);
            newest.extend(perioder.max_by_key(|(_, dage)| dage.fra).map(|(id, _)| *id));
        }
        Ok(newest)
    }
}

#[cfg(test)]
mod tests;
