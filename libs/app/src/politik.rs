//! The workplace's own policies: laid down as events, from a day to come on, and over the rules from then on.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Journal, Recorded, StreamId};
use forloeb::politik::{Politik, PolitikFastsat};
use forloeb::{Aktoer, Regelbog};
use thiserror::Error;

use crate::errors::KommandoFejl;
use crate::stored::{POLITIK, Unreadable, VisningsFejl, aktoer, laes_politik, laes_stream, tid};

/// Longest text of a policy, in bytes.
const LAENGST: usize = 64 << 10;

/// A policy as it was laid down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fastsat {
    /// First absence day from which it holds.
    pub fra: NaiveDate,
    /// The text.
    pub tekst: String,
    /// When it was laid down.
    pub tid: DateTime<Utc>,
    /// By whom.
    pub aktoer: Aktoer,
    /// Where in the log.
    pub position: u64,
}

/// Why a policy was not laid down.
#[derive(Debug, Error)]
pub enum PolitikFejl {
    /// It would change what has begun.
    #[error("en politik kan tidligst gælde fra i morgen, {0}: forløb, der er begyndt, beholder deres regler")]
    ForTidligt(NaiveDate),
    /// The text is not a policy; says the line, the field and what would be right.
    #[error("{0}")]
    Tekst(String),
    /// It could not be written.
    #[error(transparent)]
    Kommando(#[from] KommandoFejl),
}

/// Every policy that was laid down, oldest first.
///
/// # Errors
/// The log cannot be read.
pub async fn alle(log: &Journal) -> Result<Vec<Fastsat>, Unreadable> {
    let stream = StreamId::new(POLITIK).map_err(Unreadable::navn)?;
    let mut alle = Vec::new();
    for r in laes_stream(log, &stream, u64::MAX).await? {
        alle.extend(fastsat(&r)?);
    }
    Ok(alle)
}

fn fastsat(r: &Recorded) -> Result<Option<Fastsat>, VisningsFejl> {
    let Some(PolitikFastsat { fra, politik: tekst }) = laes_politik(r)? else { return Ok(None) };
    Ok(Some(Fastsat { fra, tekst, tid: tid(r)?, aktoer: aktoer(r)?, position: r.position }))
}

/// The rules with every policy that a log holds.
pub(crate) async fn med_fastsatte(log: &Journal, bog: Regelbog) -> Result<Regelbog, Unreadable> {
    let mut politikker = Vec::new();
    for f in alle(log).await? {
        politikker.push((f.fra, laes_gemt(&f.tekst, f.position)?));
    }
    Ok(if politikker.is_empty() { bog } else { bog.med_politik(&politikker) })
}

/// Reads a policy as it is stored.
pub(crate) fn laes_gemt(tekst: &str, position: u64) -> Result<Politik, VisningsFejl> {
    let fejl = |fejl| VisningsFejl::Andet { position, hvad: "politikken", fejl };
    Politik::laes_gemt(tekst).map_err(|hvorfor| fejl(hvorfor.into()))
}

/// Reads a policy and checks it against every rule set that will be in force from a day on.
///
/// # Errors
/// The line, the field and what would be right.
pub fn laes(tekst: &str, fra: NaiveDate, bog: &Regelbog) -> Result<Politik, PolitikFejl> {
    if tekst.len() > LAENGST {
        return Err(PolitikFejl::Tekst(format!("højst {LAENGST} bytes")));
    }
    let gaeldende = bog.saet().iter().filter(|s| s.gaelder_til.is_none_or(|til| til >= fra));
    Politik::laes(tekst, gaeldende.map(AsRef::as_ref), bog.kalender()).map_err(PolitikFejl::Tekst)
}
