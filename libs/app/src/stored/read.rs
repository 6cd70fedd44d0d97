//! Reading streams of the log.

use std::collections::BTreeSet;

use eventlog::{Journal, ReadError, Recorded, StreamId};
use forloeb::Ansaettelse;
use thiserror::Error;

use crate::failure::Internal;

use super::{ANSAETTELSE, Postlaeser, VisningsFejl, laes_post, tid};

/// Events read at once.
pub(crate) const LAES_AD_GANGEN: usize = 4096;

/// What the log holds cannot be read.
#[derive(Debug, Error)]
pub enum Unreadable {
    /// The log gives no events.
    #[error(transparent)]
    Log(#[from] ReadError),
    /// It gives one that this version does not understand.
    #[error(transparent)]
    Event(#[from] VisningsFejl),
    /// Something that should not be able to fail did.
    #[error(transparent)]
    Internal(#[from] Internal),
}

impl Unreadable {
    /// The name of a stream that no stream can have.
    pub(crate) fn navn(fejl: eventlog::StreamIdError) -> Self {
        Self::Internal(Internal::new("en strøm kan ikke hedde sådan", fejl))
    }
}

/// A whole stream, up to a version.
pub(crate) async fn laes_stream(log: &Journal, stream: &StreamId, til: u64) -> Result<Vec<Recorded>, ReadError> {
    let mut alle: Vec<Recorded> = Vec::new();
    loop {
        let fra = alle.last().map_or(0, |r| r.version);
        let mangler = usize::try_from(til.saturating_sub(fra)).unwrap_or(usize::MAX);
        let haendelser = log.read_stream(stream, fra, mangler.min(LAES_AD_GANGEN)).await?;
        if haendelser.is_empty() {
            return Ok(alle);
        }
        alle.extend(haendelser);
    }
}

/// Reads an employment on, up to a version; of reminders that were withheld nothing where `kort` is set.
pub(crate) async fn laes_ind(
    log: &Journal,
    ansaettelse: &mut Ansaettelse,
    til: u64,
    kort: bool,
) -> Result<(), Unreadable> {
    let stream = StreamId::new(format!("{ANSAETTELSE}{}", ansaettelse.nr())).map_err(Unreadable::navn)?;
    let mut laeser = Postlaeser::default();
    while ansaettelse.version() < til {
        let mangler = usize::try_from(til - ansaettelse.version()).unwrap_or(usize::MAX);
        let antal = mangler.min(LAES_AD_GANGEN);
        let haendelser = log.read_stream(&stream, ansaettelse.version(), antal).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        for r in &haendelser {
            let tid = tid(r)?;
            ansaettelse.anvend(if kort { laeser.laes(r, tid)? } else { laes_post(r, tid)? });
        }
    }
    Ok(())
}

/// The employments that events are about.
pub(crate) fn numre_i(haendelser: &[Recorded]) -> BTreeSet<String> {
    let numre: BTreeSet<&str> = haendelser.iter().filter_map(|r| r.stream.as_str().strip_prefix(ANSAETTELSE)).collect();
    numre.into_iter().map(str::to_owned).collect()
}
