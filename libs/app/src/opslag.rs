//! The look-ups: who read what about whom, when, and what for.
//!
//! They are no part of what happened in a forløb, there are many more of them, and they are kept for a shorter time. So
//! they have logs of their own beside the one of what happened: one for each month, that goes whole when its time is over.
//!
//! ```text
//! <folder>/opslag/2026-11/    the look-ups of November
//! ```
//!
//! What somebody reads is shown when its look-up is on disk, and is not shown where it cannot be written: a look-up that
//! nobody can find afterwards is what this is here to prevent. Whoever asks at the same time is written with the same sync.
//!
//! | stream | what |
//! |---|---|
//! | `om/<employee number>` | somebody read about this employee |
//! | `flere` | somebody was shown a list: one look-up, however many stand on it |

mod entry;
mod found;
mod months;
mod newest;
mod shown;
pub mod unusual;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::NaiveDate;
use eventlog::{Append, AppendError, Journal, JournalFile, NewEvent, OpenError, ReadError, StreamId, StreamIdError};
use thiserror::Error;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::clock::dag_in_denmark;
use crate::failure::Malformed;
pub use entry::{Content, Formaal, Opslag};
pub use found::{Found, Readers};
pub use months::Month;
use months::Months;
pub use newest::OpslagPlace;
use shown::Shown;

/// Months that look-ups are kept where nothing else is set: as long as somebody can be expected to ask about them.
pub const KEPT_MONTHS: u32 = 24;
/// Name of the folder in the data folder.
pub const FOLDER: &str = "opslag";
/// Stream of the lists.
const LISTS: &str = "flere";
/// What the one kind of event is called, and its form.
const NOTED: (&str, u16) = ("Laest", 1);
/// Attempts against a stream that somebody else wrote to.
const ATTEMPTS: usize = 8;

/// Why a look-up cannot be noted or read. Holds no word about a person.
#[derive(Debug, Error)]
pub enum OpslagError {
    /// The log of a month cannot be opened.
    #[error("månedens opslag kan ikke åbnes")]
    Open(#[from] OpenError),
    /// The folder cannot be made, listed or removed.
    #[error("mappen med opslag")]
    Folder(#[from] io::Error),
    /// An employee number that cannot be one.
    #[error("nummeret kan ikke navngive en strøm")]
    Name(#[from] StreamIdError),
    /// It cannot be written.
    #[error("opslaget kan ikke noteres")]
    Append(#[from] AppendError),
    /// What was noted cannot be read.
    #[error("opslagene kan ikke læses")]
    Read(#[from] ReadError),
    /// What was noted is not a look-up.
    #[error("et opslag er ikke skrevet, som det skal være")]
    Form(#[source] Malformed),
    /// Whoever wrote it stopped.
    #[error("noteringen blev afbrudt")]
    Stopped,
}

impl From<serde_json::Error> for OpslagError {
    fn from(error: serde_json::Error) -> Self {
        Self::Form(error.into())
    }
}

/// The look-ups of one data folder.
#[derive(Debug)]
pub struct OpslagLog(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    months: tokio::sync::Mutex<Months>,
    /// What is to be written next.
    waiting: Mutex<Vec<Waiting>>,
    /// Held while it is.
    writing: tokio::sync::Mutex<()>,
    shown: Mutex<Shown>,
}

#[derive(Debug)]
struct Waiting {
    opslag: Opslag,
    noted: oneshot::Sender<Result<(), Arc<OpslagError>>>,
}

impl OpslagLog {
    /// The look-ups in this data folder. Nothing is opened before it is needed.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        Self(Arc::new(Inner {
            months: tokio::sync::Mutex::new(Months::new(folder.join(FOLDER))),
            waiting: Mutex::default(),
            writing: tokio::sync::Mutex::default(),
            shown: Mutex::default(),
        }))
    }

    /// Notes a look-up; returns when it is on disk. Of a list only those are noted whom the same reader was not told of on that
    /// day in the same way and for the same purpose: who looks at their list ten times has looked once. What is one's own is
    /// noted once an hour.
    ///
    /// # Errors
    /// It cannot be written: then what it is about may not be shown.
    pub async fn note(&self, mut opslag: Opslag) -> Result<(), Arc<OpslagError>> {
        {
            let mut shown = lock(&self.0.shown);
            shown.without(&mut opslag);
            if opslag.about.is_empty() || shown.knows(&opslag) {
                return Ok(());
            }
        }
        let (noted, is_noted) = oneshot::channel();
        lock(&self.0.waiting).push(Waiting { opslag, noted });
        // A task of its own: what is written for others as well is not given up with the request that began it.
        tokio::spawn(write_waiting(self.0.clone()));
        is_noted.await.unwrap_or_else(|_| Err(Arc::new(OpslagError::Stopped)))
    }

    /// Removes the look-ups of the months before the one that lies `kept` months before this day; how many months went.
    ///
    /// # Errors
    /// The file system refuses.
    pub async fn forget(&self, today: NaiveDate, kept: u32) -> Result<usize, OpslagError> {
        self.0.months.lock().await.forget(Month::of(today).before(kept)).await
    }

    /// The months there are look-ups of, the oldest first.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub async fn all_months(&self) -> Result<Vec<Month>, OpslagError> {
        self.0.months.lock().await.all()
    }

    /// The log of a month, for a backup.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn journal(&self, month: Month) -> Result<Journal, OpslagError> {
        self.0.months.lock().await.open(month).await
    }

    /// The files that make up the look-ups at this moment, named below the data folder.
    ///
    /// # Errors
    /// A month cannot be opened.
    pub async fn backup_files(&self) -> Result<Vec<JournalFile>, OpslagError> {
        let mut files = Vec::new();
        for month in self.all_months().await? {
            for file in self.journal(month).await?.backup_files() {
                files.push(JournalFile { name: format!("{FOLDER}/{month}/{}", file.name), ..file });
            }
        }
        Ok(files)
    }

    async fn months(&self, fra: NaiveDate, til: NaiveDate) -> Result<Vec<Month>, OpslagError> {
        let mut all = self.all_months().await?;
        all.retain(|month| (Month::of(fra)..=Month::of(til)).contains(month));
        Ok(all)
    }

    /// Closes what is open.
    pub async fn close(&self) {
        let _writing = self.0.writing.lock().await;
        self.0.months.lock().await.close().await;
    }
}

/// The folders of the months in a data folder.
///
/// # Errors
/// The folder cannot be read.
pub fn folders(data: &Path) -> io::Result<Vec<PathBuf>> {
    let folder = data.join(FOLDER);
    Ok(months::all_in(&folder)?.into_iter().map(|month| folder.join(month.to_string())).collect())
}

fn lock<T>(what: &Mutex<T>) -> MutexGuard<'_, T> {
    what.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes what waits; whoever comes while the disk syncs is written next, all together.
async fn write_waiting(inner: Arc<Inner>) {
    let _writing = inner.writing.lock().await;
    let batch = std::mem::take(&mut *lock(&inner.waiting));
    let mut by_month: BTreeMap<Month, Vec<Waiting>> = BTreeMap::new();
    for waiting in batch {
        by_month.entry(Month::of(dag_in_denmark(waiting.opslag.time))).or_default().push(waiting);
    }
    for (month, batch) in by_month {
        let written = {
            let new = lock(&inner.shown).new_ones(batch.iter().map(|w| &w.opslag));
            let written = if new.is_empty() { Ok(()) } else { write(&inner, month, new.iter().copied()).await };
            if written.is_ok() {
                let mut shown = lock(&inner.shown);
                new.iter().for_each(|opslag| shown.remember(opslag));
            }
            written.map_err(Arc::new)
        };
        if written.is_err() {
            // It may be read-only until it is opened again.
            inner.months.lock().await.leave(month);
        }
        for waiting in batch {
            let _ = waiting.noted.send(written.clone()); // nobody asks any more
        }
    }
}

async fn write(inner: &Inner, month: Month, all: impl Iterator<Item = &Opslag>) -> Result<(), OpslagError> {
    let mut streams: BTreeMap<String, (i64, Vec<NewEvent>)> = BTreeMap::new();
    for opslag in all {
        let stream = match &opslag.about[..] {
            [nr] => format!("om/{nr}"),
            _ => LISTS.to_owned(),
        };
        let (kind, form) = (NOTED.0.to_owned(), NOTED.1);
        let (time, events) = streams.entry(stream).or_default();
        *time = opslag.time.timestamp_micros().max(*time);
        events.push(NewEvent { kind, form, body: serde_json::to_vec(opslag)? });
    }
    let journal = inner.months.lock().await.open(month).await?;
    let mut appends = JoinSet::new();
    for (stream, (time, events)) in streams {
        appends.spawn(append(journal.clone(), stream, time, events));
    }
    while let Some(appended) = appends.join_next().await {
        appended.map_err(|_| OpslagError::Stopped)??;
    }
    Ok(())
}

async fn append(journal: Journal, stream: String, time: i64, events: Vec<NewEvent>) -> Result<(), OpslagError> {
    let stream = StreamId::new(&stream)?;
    let mut expected = journal.stream_version(&stream).await?;
    for _ in 0..ATTEMPTS {
        let (stream, events) = (stream.clone(), events.clone());
        match journal.append(Append { stream, expected, time, meta: Vec::new(), events, idempotency: None }).await {
            Err(AppendError::WrongVersion { actual, .. }) => expected = actual,
            appended => return Ok(appended.map(drop)?),
        }
    }
    Err(OpslagError::Stopped)
}

#[cfg(test)]
mod tests;
