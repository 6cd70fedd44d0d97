//! Reading streams of the log.

use std::collections::BTreeSet;

use chrono::DateTime;
use eventlog::{Journal, ReadError, Recorded, StreamId};
use forloeb::Ansaettelse;

use super::{AabnFejl, LAES_AD_GANGEN};
use crate::visninger::{ANSAETTELSE, Postlaeser, laes_post};

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
pub(super) async fn laes_ind(
    log: &Journal,
    ansaettelse: &mut Ansaettelse,
    til: u64,
    kort: bool,
) -> Result<(), AabnFejl> {
    let Ok(stream) = StreamId::new(format!("{ANSAETTELSE}{}", ansaettelse.nr())) else { return Ok(()) };
    let mut laeser = Postlaeser::default();
    while ansaettelse.version() < til {
        let mangler = usize::try_from(til - ansaettelse.version()).unwrap_or(usize::MAX);
        let antal = mangler.min(LAES_AD_GANGEN);
        let haendelser = log.read_stream(&stream, ansaettelse.version(), antal).await?;
        if haendelser.is_empty() {
            return Ok(());
        }
        for r in &haendelser {
            let tid = DateTime::from_timestamp_micros(r.time).unwrap_or_default();
            ansaettelse.anvend(if kort { laeser.laes(r, tid)? } else { laes_post(r, tid)? });
        }
    }
    Ok(())
}

/// The employments that events are about.
pub(super) fn numre_i(haendelser: &[Recorded]) -> Vec<String> {
    let numre: BTreeSet<&str> = haendelser.iter().filter_map(|r| r.stream.as_str().strip_prefix(ANSAETTELSE)).collect();
    numre.into_iter().map(str::to_owned).collect()
}
