//! The workplace's own policies: laid down and withdrawn as events, for days to come, and over the rules from then on.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Journal, Recorded, StreamId};
use forloeb::politik::{LaidDown, Politik, PolitikFastsat, PolitikTilbagetrukket};
use forloeb::regler::{Finding, Regelsaet};
use forloeb::{Aktoer, Regelbog};
use thiserror::Error;

use crate::errors::CommandError;
use crate::stored::{POLITIK, PolitikEvent, ProjectionError, Unreadable, aktoer, read_politik, read_stream, time};

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
    /// That it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
}

/// That a policy was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// From which day, and what was said of MED.
    pub what: PolitikTilbagetrukket,
    /// When it was withdrawn.
    pub time: DateTime<Utc>,
    /// By whom.
    pub aktoer: Aktoer,
    /// Where in the log.
    pub position: u64,
}

/// A policy as somebody says it.
#[derive(Debug, Clone)]
pub enum Said {
    /// As TOML, which is stored as it was written.
    Toml(String),
    /// As what it says.
    Typed(Box<Politik>),
}

/// Why a policy was not laid down, or not withdrawn.
#[derive(Debug, Error)]
pub enum PolitikError {
    /// It would change what has begun.
    #[error("en politik kan tidligst gælde fra i morgen, {0}: forløb, der er begyndt, beholder deres regler")]
    TooEarly(NaiveDate),
    /// The text is not a policy; says the line, the field and what would be right.
    #[error("{0}")]
    Text(String),
    /// What it says is not right: where, and what would be.
    #[error("{}: {}", .0.felt, .0.error)]
    Field(Finding),
    /// It was withdrawn already, from this day.
    #[error("politikken er allerede trukket tilbage for fravær fra {0}")]
    IsWithdrawn(NaiveDate),
    /// From this day it holds nowhere: others have taken its place.
    #[error("en senere politik er trådt i stedet for den for fravær fra {0}")]
    IsOver(NaiveDate),
    /// No policy was laid down there.
    #[error("der er ingen politik med den position i loggen")]
    NoSuchPolitik,
    /// It could not be written.
    #[error(transparent)]
    DomainCommand(#[from] CommandError),
}

/// Every policy that was laid down, oldest first.
///
/// # Errors
/// The log cannot be read.
pub async fn all(log: &Journal) -> Result<Vec<Fastsat>, Unreadable> {
    Ok(all_at(log).await?.0)
}

/// The same, and the version of their stream.
pub(crate) async fn all_at(log: &Journal) -> Result<(Vec<Fastsat>, u64), Unreadable> {
    let stream = StreamId::new(POLITIK).map_err(Unreadable::name)?;
    let (mut all, mut version) = (Vec::new(), 0);
    for r in read_stream(log, &stream, u64::MAX).await? {
        version = r.version;
        take(&mut all, &r)?;
    }
    Ok((all, version))
}

fn take(all: &mut Vec<Fastsat>, r: &Recorded) -> Result<(), ProjectionError> {
    let (time, aktoer, position) = (time(r)?, aktoer(r)?, r.position);
    match read_politik(r)? {
        Some(PolitikEvent::Fastsat(policy)) => {
            let politik = read_stored(&policy, position)?;
            all.push(Fastsat { policy, politik, time, aktoer, position, withdrawn: None });
        }
        Some(PolitikEvent::Tilbagetrukket(what)) => {
            let withdrawn = Withdrawn { what, time, aktoer, position };
            if let Some(laid) = all.iter_mut().find(|laid| laid.position == what.politik) {
                laid.withdrawn.get_or_insert(withdrawn);
            }
        }
        None => {}
    }
    Ok(())
}

/// The rules with every policy that a log holds.
pub(crate) async fn with_fastsatte(log: &Journal, book: Regelbog) -> Result<Regelbog, Unreadable> {
    let laid = |f: Fastsat| LaidDown {
        withdrawn: f.withdrawn.map(|w| w.what.fra),
        ..LaidDown::new(f.position, f.policy.fra, f.politik)
    };
    let politikker: Vec<_> = all(log).await?.into_iter().map(laid).collect();
    Ok(if politikker.is_empty() { book } else { book.with_politik(&politikker) })
}

/// The rules after an event of the policies, which they may know already.
pub(crate) fn with_event(book: &Regelbog, position: u64, event: &PolitikEvent) -> Result<Regelbog, ProjectionError> {
    match event {
        PolitikEvent::Fastsat(policy) => {
            let politik = read_stored(policy, position)?;
            Ok(book.and_politik(LaidDown::new(position, policy.fra, politik)))
        }
        PolitikEvent::Tilbagetrukket(withdrawn) => Ok(book.without_politik(withdrawn.politik, withdrawn.fra)),
    }
}

/// Reads a policy as it is stored.
fn read_stored(policy: &PolitikFastsat, position: u64) -> Result<Politik, ProjectionError> {
    let error = |error| ProjectionError::Other { position, what: "politikken", error };
    Politik::read_stored(policy).map_err(|why| error(why.into()))
}

/// Every rule set that will be in force from a day on.
fn in_force(fra: NaiveDate, book: &Regelbog) -> impl Iterator<Item = &Regelsaet> {
    book.set().iter().filter(move |s| s.gaelder_til.is_none_or(|til| til >= fra)).map(AsRef::as_ref)
}

/// Reads a policy and checks it against every rule set that will be in force from a day on.
///
/// # Errors
/// The line, the field and what would be right.
pub fn read(tekst: &str, fra: NaiveDate, book: &Regelbog) -> Result<Politik, PolitikError> {
    if tekst.len() > LONGEST {
        return Err(PolitikError::Text(format!("højst {LONGEST} bytes")));
    }
    Politik::read(tekst, in_force(fra, book), book.calendar()).map_err(PolitikError::Text)
}

/// Checks a policy against every rule set that will be in force from a day on.
///
/// # Errors
/// What is wrong where, and what would be right.
pub fn check(politik: &Politik, fra: NaiveDate, book: &Regelbog) -> Result<(), PolitikError> {
    politik.check(in_force(fra, book), book.calendar()).map_err(PolitikError::Field)
}
