//! What changed by a new program or new rules, for whoever upgrades a folder.

use chrono::NaiveDate;
use eventlog::Head;

use super::{App, OpenFolderError};
use crate::projections::checkpoint::{Before, CheckpointError};
use crate::projections::{Change, build, changes};

/// What was shown before, held against what is shown now of the same events on the same day.
#[derive(Debug)]
pub struct Upgrade {
    /// The position of the log at which it was shown.
    pub position: u64,
    /// The day on which.
    pub today: NaiveDate,
    /// Everything that is shown otherwise.
    pub changes: Vec<Change>,
    /// The program before kept its kroner and what waited, so that these are held against each other too.
    pub with_amounts: bool,
}

impl App {
    /// Holds what the program or the rules before had shown against what these make of the same events. None where
    /// nothing before is known.
    ///
    /// # Errors
    /// The log cannot be read. What was kept of before, and cannot be used, is the inner error.
    pub async fn upgrade(&self) -> Result<Result<Option<Upgrade>, CheckpointError>, OpenFolderError> {
        let folder = self.folder.clone();
        let before = match tokio::task::spawn_blocking(move || Before::open(&folder)).await {
            Ok(Ok(Some(before))) => before,
            Ok(Ok(None)) => return Ok(Ok(None)),
            Ok(Err(error)) => return Ok(Err(error)),
            Err(_) => return Ok(Err(CheckpointError::Damaged("læsningen gik i panik"))),
        };
        let Head { position, hash } = before.log_head;
        let in_the_log = self.log.read(position.saturating_sub(1), 1).await?;
        if position > 0 && in_the_log.first().is_none_or(|r| r.position != position || r.hash != Some(hash)) {
            return Ok(Err(CheckpointError::OtherLog));
        }
        let (book, mut all) = (self.book(), Vec::new());
        for mut part in self.log.streams(1) {
            while let Some(streams) = part.next().await? {
                for (stream, mut haendelser) in streams {
                    haendelser.retain(|r| r.position <= position);
                    if !haendelser.is_empty() {
                        let piece = build(&stream, &haendelser, before.today, &book)?;
                        all.extend(changes(&before, &piece, &book));
                    }
                }
            }
        }
        all.sort_by_key(|change| change.forloeb);
        let (today, with_amounts) = (before.today, before.shown.is_some());
        Ok(Ok(Some(Upgrade { position, today, changes: all, with_amounts })))
    }
}
