//! The latest files that were taken in: when, by whom, and how much came of them, from whichever door they came.
//!
//! It is there so that somebody sees whether last night's file went in. The log has what a file changed, and nothing of a file
//! that changed nothing; so this is a small file of the data folder beside it. When it is lost, nothing else is.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use forloeb::Aktoer;
use serde::{Deserialize, Serialize};

use super::Report;
use crate::bounds;
use crate::core::{App, off_the_runtime};
use crate::durable;

/// The file in the data folder.
pub const FILE: &str = "indlaesninger.json";
/// Most that are known.
const MOST: usize = 60;
/// More than the file ever has: what is larger is not ours.
const LARGEST: usize = 256 << 10;
/// One is noted at a time: the file is read and written anew.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A file that was taken in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenIn {
    /// When it was over.
    #[serde(rename = "tid")]
    pub time: DateTime<Utc>,
    /// Who sent it.
    pub aktoer: Aktoer,
    /// `medarbejdere` or `fravaer`.
    #[serde(rename = "fil")]
    pub file: String,
    /// Lines that were new.
    #[serde(rename = "oprettet")]
    pub created: u64,
    /// Lines that changed something.
    #[serde(rename = "aendret")]
    pub changed: u64,
    /// Lines that said what was known.
    #[serde(rename = "uaendret")]
    pub unchanged: u64,
    /// Lines that were refused.
    #[serde(rename = "afvist")]
    pub refused: u64,
}

/// Notes a file that was taken in. What went in is in, whether it can be noted or not.
pub(super) async fn note(app: &Arc<App>, aktoer: &Aktoer, file: &str, report: &Report) {
    let taken_in = TakenIn {
        time: app.clock.now(),
        aktoer: aktoer.clone(),
        file: file.to_owned(),
        created: report.created,
        changed: report.changed,
        unchanged: report.unchanged,
        refused: report.refused_lines() as u64,
    };
    let folder = app.folder.clone();
    match off_the_runtime(move || add(&folder, taken_in)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!(%error, "indlæsningen kan ikke noteres i {FILE}"),
        Err(error) => tracing::warn!(%error, "indlæsningen kan ikke noteres i {FILE}"),
    }
}

fn add(folder: &Path, taken_in: TakenIn) -> io::Result<()> {
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let mut all = latest(folder);
    all.insert(0, taken_in);
    all.truncate(MOST);
    durable::replace(&folder.join(FILE), &serde_json::to_vec(&all)?)
}

/// The latest ones, the newest first. Where the file cannot be read it is as if there were none.
#[must_use]
pub fn latest(folder: &Path) -> Vec<TakenIn> {
    let bytes = bounds::read(&folder.join(FILE), LARGEST);
    bytes.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_are_kept_and_a_file_that_cannot_be_read_begins_anew() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), b"{").unwrap();
        assert_eq!(latest(folder.path()), []);
        for created in 0..70 {
            let (aktoer, file) = (Aktoer::system("import"), "fravaer".to_owned());
            let time = DateTime::UNIX_EPOCH;
            let one = TakenIn { time, aktoer, file, created, changed: 0, unchanged: 0, refused: 0 };
            add(folder.path(), one).unwrap();
        }
        let all = latest(folder.path());
        assert_eq!((all.len(), all[0].created, all[59].created), (60, 69, 10));
        assert!(std::fs::metadata(folder.path().join(FILE)).unwrap().len() < LARGEST as u64 / 8);
    }
}
