//! The months: a log each, opened when it is needed.

use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chrono::{Datelike, NaiveDate};
use eventlog::{Journal, OpenError, Options};

use super::OpslagError;
use crate::durable::{PRIVATE, create_folder};

/// Months that are open at the same time.
const OPEN: usize = 3;
/// How often, and with which pause, a month is tried that somebody is about to close.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// A month of a year. Written as `2026-11`, which is the name of its folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i32, u32);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(dag: NaiveDate) -> Self {
        Self(dag.year(), dag.month())
    }

    /// So many months before this one.
    #[must_use]
    pub fn before(self, months: u32) -> Self {
        let all = i64::from(self.0) * 12 + i64::from(self.1) - 1 - i64::from(months);
        let year = i32::try_from(all.div_euclid(12)).unwrap_or(i32::MIN);
        Self(year, u32::try_from(all.rem_euclid(12)).unwrap_or(0) + 1)
    }

    /// The month of a folder of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let (year, month) = name.split_once('-')?;
        let month = Self(year.parse().ok()?, month.parse().ok().filter(|m| (1..=12).contains(m))?);
        (month.to_string() == name).then_some(month)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0, self.1)
    }
}

#[derive(Debug)]
pub(super) struct Months {
    folder: PathBuf,
    open: BTreeMap<Month, Journal>,
}

impl Months {
    pub(super) const fn new(folder: PathBuf) -> Self {
        Self { folder, open: BTreeMap::new() }
    }

    /// The log of a month, opened, and made where there is none.
    pub(super) async fn open(&mut self, month: Month) -> Result<Journal, OpslagError> {
        if let Some(journal) = self.open.get(&month) {
            return Ok(journal.clone());
        }
        while self.open.len() >= OPEN {
            // Whoever reads it keeps it open until they are done. The newest is the one that is written to.
            self.open.pop_first();
        }
        let folder = self.folder.join(month.to_string());
        for _ in 0..TRIES {
            let (parent, folder) = (self.folder.clone(), folder.clone());
            let opened = tokio::task::spawn_blocking(move || {
                create_folder(&parent, PRIVATE)?;
                create_folder(&folder, PRIVATE)?;
                Ok::<_, OpslagError>(Journal::open(&folder, options())?)
            });
            match opened.await.map_err(io::Error::from)? {
                Err(OpslagError::Open(OpenError::InUse { .. })) => tokio::time::sleep(PAUSE).await,
                opened => {
                    let journal = opened?.log;
                    self.open.insert(month, journal.clone());
                    return Ok(journal);
                }
            }
        }
        Err(OpslagError::Open(OpenError::InUse { folder }))
    }

    /// Opens a month anew the next time it is needed.
    pub(super) fn leave(&mut self, month: Month) {
        self.open.remove(&month);
    }

    pub(super) fn all(&self) -> Result<Vec<Month>, OpslagError> {
        Ok(all_in(&self.folder)?)
    }

    /// Removes the months before this one; how many.
    pub(super) async fn forget(&mut self, first_kept: Month) -> Result<usize, OpslagError> {
        let gone: Vec<_> = self.all()?.into_iter().filter(|month| *month < first_kept).collect();
        for month in &gone {
            if let Some(journal) = self.open.remove(month) {
                journal.close().await;
            }
            let folder = self.folder.join(month.to_string());
            let removed = tokio::task::spawn_blocking(move || std::fs::remove_dir_all(folder));
            removed.await.map_err(io::Error::from)??;
        }
        Ok(gone.len())
    }

    pub(super) async fn close(&mut self) {
        for journal in std::mem::take(&mut self.open).into_values() {
            journal.close().await;
        }
    }
}

/// The months there are folders of, the oldest first.
pub(super) fn all_in(folder: &Path) -> io::Result<Vec<Month>> {
    let mut all = Vec::new();
    match std::fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
        Ok(entries) => {
            for entry in entries {
                all.extend(entry?.file_name().to_str().and_then(Month::named));
            }
        }
    }
    all.sort_unstable();
    Ok(all)
}

/// There are a few of these logs, and little is read of them: they are kept small.
fn options() -> Options {
    Options {
        segment_size: 4 << 20,
        recent_events: 64,
        recent_bytes: 256 << 10,
        index_cache: 2 << 20,
        read_cache: 4 << 20,
        ..Options::default()
    }
}
