//! Reading streams of the log.

use std::collections::BTreeSet;

use eventlog::{Journal, ReadError, Recorded, StreamId};
use forloeb::Ansaettelse;
use thiserror::Error;

use crate::failure::Internal;

use super::{ANSAETTELSE, ProjectionError, RecordReader, read_record, time};

/// Events read at once.
pub(crate) const READ_AT_A_TIME: usize = 4096;

/// What the log holds cannot be read.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The log gives no events.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// It gives one that this version does not understand.
    #[error(transparent)]
    Event(#[from] ProjectionError),
    /// Something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl Unreadable {
    /// The name of a stream that no stream can have.
    pub(crate) fn name(error: eventlog::StreamIdError) -> Self {
        Self::Internal(Internal::new("en strøm kan ikke hedde sådan", error))
    }
}

/// A whole stream, up to a version.
pub(crate) async fn read_stream(log: &Journal, stream: &StreamId, til: u64) -> Result<Vec<Recorded>, ReadError> {
    let mut all: Vec<Recorded> = Vec::new();
    loop {
        let fra = all.last().map_or(0, |r| r.version);
        let missing = usize::try_from(til.saturating_sub(fra)).unwrap_or(usize::MAX);
        let haendelser = log.read_stream(stream, fra, missing.min(READ_AT_A_TIME)).await?;
        if haendelser.is_empty() {
            return Ok(all);
        }
        all.extend(haendelser);
    }
}

/// Reads an employment up to a version, of reminders that were withheld nothing where `short` is set, and gives what `done`
/// makes of it. It is decoded, and `done` is called, on the thread that reads the log.
pub(crate) async fn read_in<T: Send + 'static>(
    log: &Journal,
    nr: &str,
    til: u64,
    short: bool,
    done: impl FnOnce(Ansaettelse) -> T + Clone + Send + 'static,
) -> Result<T, Unreadable> {
    let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(Unreadable::name)?;
    let (mut ansaettelse, mut reader) = (Ansaettelse::new(nr), RecordReader::default());
    loop {
        let (from, done) = (ansaettelse.version(), done.clone());
        let missing = usize::try_from(til.saturating_sub(from)).unwrap_or(usize::MAX);
        let take_on = move |haendelser: Vec<Recorded>| -> Result<_, ProjectionError> {
            for r in &haendelser {
                let time = time(r)?;
                ansaettelse.apply(if short { reader.read(r, time)? } else { read_record(r, time)? });
            }
            let over = haendelser.is_empty() || ansaettelse.version() >= til;
            Ok(if over { Ok(done(ansaettelse)) } else { Err((ansaettelse, reader)) })
        };
        match log.work_on_stream(&stream, from, missing.min(READ_AT_A_TIME), take_on).await?? {
            Ok(done) => return Ok(done),
            Err(so_far) => (ansaettelse, reader) = so_far,
        }
    }
}

/// The employments that events are about.
pub(crate) fn numbers_in(haendelser: &[Recorded]) -> BTreeSet<String> {
    let numbers: BTreeSet<&str> =
        haendelser.iter().filter_map(|r| r.stream.as_str().strip_prefix(ANSAETTELSE)).collect();
    numbers.into_iter().map(str::to_owned).collect()
}
