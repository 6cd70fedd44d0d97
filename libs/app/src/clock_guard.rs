//! A machine's clock that cannot be right: set back behind what was recorded, or ahead of anything that can have passed.
//!
//! While in doubt nothing that is due is sent or given up: what is true on a wrong day is wrong for good. Time that the
//! service knew is kept in the file `ur` of the data folder, so that a start can tell; where there is none, the newest
//! event of the log says it. How long the machine has run tells a clock that was set from time that passed.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::{DateTime, NaiveDate, SecondsFormat, TimeDelta, Utc};

use crate::clock::{Clock, local};
use crate::durable;
use texts::sentences;

/// Name of the file in the data folder.
pub const FILE: &str = "ur";
/// Days the clock may go ahead of what is known before somebody has to say that it is right.
pub const MAX_DAYS: u32 = 14;
/// A clock that is put right by less than this was not wrong.
pub(crate) const TOLERANCE: TimeDelta = TimeDelta::minutes(5);
/// How often the time is written down.
const WRITE_EVERY: TimeDelta = TimeDelta::minutes(10);

/// Why the clock is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doubt {
    /// It is ahead; else it is behind.
    pub ahead: bool,
    /// What it shows.
    pub shows: DateTime<Utc>,
    /// The latest time that was believed.
    pub known: DateTime<Utc>,
}

impl Doubt {
    /// For people: what is wrong, and what to do about it.
    #[must_use]
    pub fn text(&self) -> String {
        let (shows, known) = (written(self.shows), written(self.known));
        let whereabouts = if self.ahead { "langt efter" } else { "før" };
        format!(
            "Maskinens ur viser {shows}. Det er {whereabouts} {known}, som er den seneste tid, tjenesten kender, så ingen \
             påmindelser bliver sendt, og ingen går tabt. Er uret forkert, skal driften stille det. Er det rigtigt, skal \
             driften bekræfte datoen med raskvej ur."
        )
    }
}

/// A time as people write it.
pub fn written(time: DateTime<Utc>) -> String {
    sentences::tidspunkt(local(time))
}

/// Watches the clock of one open folder.
#[derive(Debug)]
pub struct ClockGuard {
    file: PathBuf,
    inner: Mutex<Inner>,
    /// Held while the time is written down, so that the file holds what was known last; who asks what is known does not
    /// wait for it.
    writing: Mutex<()>,
    /// Held while the projections are turned back.
    pub(crate) turning: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct Inner {
    max_ahead: TimeDelta,
    /// The latest time that was believed, and how long the machine had run then.
    known: Option<(DateTime<Utc>, Duration)>,
    doubt: Option<Doubt>,
    written: Option<DateTime<Utc>>,
}

impl ClockGuard {
    /// For a folder whose newest event is from `newest`.
    pub(crate) fn new(folder: &Path, newest: Option<DateTime<Utc>>, clock: &Clock) -> Self {
        // A service that was killed had not written the last minutes down. What is further ahead was recorded on a clock
        // that was not believed.
        let just_before = |known: DateTime<Utc>| {
            newest.filter(|newest| (TimeDelta::zero()..=WRITE_EVERY + TOLERANCE).contains(&(*newest - known)))
        };
        let known = stored(folder).map(|known| just_before(known).unwrap_or(known)).or(newest);
        let known = known.map(|known| (known, clock.uptime()));
        let max_ahead = TimeDelta::days(MAX_DAYS.into());
        let inner = Mutex::new(Inner { max_ahead, known, doubt: None, written: None });
        Self { file: folder.join(FILE), inner, writing: Mutex::default(), turning: tokio::sync::Mutex::default() }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many days ahead of what is known are believed.
    pub fn limit(&self, days: u32) {
        self.inner().max_ahead = TimeDelta::days(days.into());
    }

    /// Looks at the clock. Only a machine's can be wrong: every other is moved on purpose. May write a file.
    pub(crate) fn look(&self, clock: &Clock) -> Option<Doubt> {
        if !clock.is_machines() {
            return None;
        }
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let (shows, uptime) = (clock.now(), clock.uptime());
        let mut inner = self.inner();
        inner.doubt = inner.known.and_then(|(known, then)| {
            let passed = TimeDelta::from_std(uptime.saturating_sub(then)).unwrap_or(TimeDelta::MAX);
            let latest = known.checked_add_signed(passed).and_then(|t| t.checked_add_signed(inner.max_ahead));
            let ahead = latest.is_some_and(|latest| shows > latest);
            (ahead || shows < known - TOLERANCE).then_some(Doubt { ahead, shows, known })
        });
        if inner.doubt.is_none() {
            inner.known = Some((shows, uptime));
        }
        // Also in doubt: what is recorded on a wrong clock must not be what the next start knows.
        let known = inner.doubt.map_or(shows, |doubt| doubt.known);
        let due = inner.written.is_none_or(|at| known - at >= WRITE_EVERY || known < at);
        if due {
            inner.written = Some(known); // also when it fails: trying again at once would not help
        }
        let doubt = inner.doubt;
        drop(inner);
        if due && let Err(error) = write(&self.file, known) {
            tracing::warn!(%error, "den kendte tid kan ikke skrives ned");
        }
        doubt
    }

    /// What was found when it was last looked at.
    #[must_use]
    pub fn doubt(&self) -> Option<Doubt> {
        self.inner().doubt
    }

    /// Somebody says that the clock is right.
    pub(crate) fn believe(&self, clock: &Clock) -> io::Result<()> {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let shows = clock.now();
        write(&self.file, shows)?;
        let mut inner = self.inner();
        (inner.known, inner.doubt, inner.written) = (Some((shows, clock.uptime())), None, Some(shows));
        Ok(())
    }

    /// Writes down the time at the end.
    pub(crate) fn close(&self, clock: &Clock) {
        self.inner().written = None;
        self.look(clock);
    }
}

/// The time that is written down in a folder.
pub fn stored(folder: &Path) -> Option<DateTime<Utc>> {
    match fs::read_to_string(folder.join(FILE)) {
        Ok(text) => {
            let time = text.trim().parse().ok();
            if time.is_none() {
                tracing::warn!("den kendte tid kan ikke læses: loggens seneste hændelse gælder i stedet");
            }
            time
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => {
            tracing::warn!(%error, "den kendte tid kan ikke læses: loggens seneste hændelse gælder i stedet");
            None
        }
    }
}

fn write(path: &Path, time: DateTime<Utc>) -> io::Result<()> {
    durable::replace(path, format!("{}\n", time.to_rfc3339_opts(SecondsFormat::Secs, true)).as_bytes())
}

/// The folder is run on a clock that is moved on purpose: no machine's time is known in it any more.
///
/// # Errors
/// The file is there and cannot be removed.
pub fn forget(folder: &Path) -> io::Result<()> {
    match fs::remove_file(folder.join(FILE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Why a date could not be confirmed.
#[derive(Debug, thiserror::Error)]
pub enum NotConfirmed {
    /// The clock shows another.
    #[error("Maskinens ur viser {}, ikke {}. Still uret, og prøv igen.", sentences::dato(*shows), sentences::dato(*said))]
    Another {
        /// What the clock shows.
        shows: NaiveDate,
        /// What was said.
        said: NaiveDate,
    },
    /// The clock is moved on purpose.
    #[error("Tjenesten kører på et ur, der flyttes med vilje. Der er intet at bekræfte.")]
    Moved,
    /// It cannot be written down.
    #[error("Datoen kan ikke skrives ned: {0}")]
    Io(#[from] io::Error),
}

/// Somebody says what day it is; in a folder that no service runs on. The next start believes it.
///
/// # Errors
/// See [`NotConfirmed`].
pub fn confirm_stopped(folder: &Path, today: NaiveDate, clock: &Clock) -> Result<(), NotConfirmed> {
    same_day(today, clock)?;
    Ok(write(&folder.join(FILE), clock.now())?)
}

/// Who confirms says the date: a clock that is ten years ahead is not believed because somebody pressed Enter.
pub(crate) fn same_day(said: NaiveDate, clock: &Clock) -> Result<(), NotConfirmed> {
    let shows = clock.today();
    if shows == said { Ok(()) } else { Err(NotConfirmed::Another { shows, said }) }
}
