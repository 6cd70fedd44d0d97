//! The workplace's own policies: laid down as events, from a day to come on, and over the rules from then on.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Journal, Recorded, StreamId};
use forloeb::politik::{Politik, PolitikFastsat};
use forloeb::{Aktoer, Regelbog};
use thiserror::Error;

use crate::errors::CommandError;
use crate::stored::{POLITIK, ProjectionError, Unreadable, aktoer, read_politik, read_stream, time};

/// Longest text of a policy, in bytes.
const LONGEST: usize = 64 << 10;

/// A policy as it was laid down.
#[derive(Debug, Clone, PartialEq)]
pub struct Fastsat {
    /// What was laid down.
    pub policy: PolitikFastsat,
    /// What it says.
    pub politik: Politik,
    /// When it was laid down.
    pub time: DateTime<Utc>,
    /// By whom.
    pub aktoer: Aktoer,
    /// Where in the log.
    pub position: u64,
}

/// Why a policy was not laid down.
#[derive(Debug, Error)]
pub enum PolitikError {
    /// It would change what has begun.
    #[error("en politik kan tidligst gælde fra i morgen, {0}: forløb, der er begyndt, beholder deres regler")]
    TooEarly(NaiveDate),
    /// The text is not a policy; says the line, the field and what would be right.
    #[error("{0}")]
    Text(String),
    /// It could not be written.
    #[error(transparent)]
    DomainCommand(#[from] CommandError),
}

/// Every policy that was laid down, oldest first.
///
/// # Errors
/// The log cannot be read.
pub async fn all(log: &Journal) -> Result<Vec<Fastsat>, Unreadable> {
    let stream = StreamId::new(POLITIK).map_err(Unreadable::name)?;
    let mut all = Vec::new();
    for r in read_stream(log, &stream, u64::MAX).await? {
        all.extend(fastsat(&r)?);
    }
    Ok(all)
}

fn fastsat(r: &Recorded) -> Result<Option<Fastsat>, ProjectionError> {
    let Some(policy) = read_politik(r)? else { return Ok(None) };
    let politik = read_stored(&policy, r.position)?;
    Ok(Some(Fastsat { policy, politik, time: time(r)?, aktoer: aktoer(r)?, position: r.position }))
}

/// The rules with every policy that a log holds.
pub(crate) async fn with_fastsatte(log: &Journal, book: Regelbog) -> Result<Regelbog, Unreadable> {
    let politikker: Vec<_> = all(log).await?.into_iter().map(|f| (f.policy.fra, f.politik)).collect();
    Ok(if politikker.is_empty() { book } else { book.with_politik(&politikker) })
}

/// Reads a policy as it is stored.
pub(crate) fn read_stored(policy: &PolitikFastsat, position: u64) -> Result<Politik, ProjectionError> {
    let error = |error| ProjectionError::Other { position, what: "politikken", error };
    Politik::read_stored(policy).map_err(|why| error(why.into()))
}

/// Reads a policy and checks it against every rule set that will be in force from a day on.
///
/// # Errors
/// The line, the field and what would be right.
pub fn read(tekst: &str, fra: NaiveDate, book: &Regelbog) -> Result<Politik, PolitikError> {
    if tekst.len() > LONGEST {
        return Err(PolitikError::Text(format!("højst {LONGEST} bytes")));
    }
    let in_force = book.set().iter().filter(|s| s.gaelder_til.is_none_or(|til| til >= fra));
    Politik::read(tekst, in_force.map(AsRef::as_ref), book.calendar()).map_err(PolitikError::Text)
}
