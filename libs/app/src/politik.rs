//! The workplace's own policies: laid down as events, from a day to come on, and over the rules from then on.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{AppendError, Journal, NewEvent, Recorded, StreamId};
use forloeb::politik::{Politik, PolitikFastsat};
use forloeb::{Aktoer, Regelbog};
use thiserror::Error;

use crate::kerne::{AabnFejl, Kerne, KommandoFejl, laes_stream};
use crate::visninger::{Meta, POLITIK, VisningsFejl, laes_politik};

/// Longest text of a policy, in bytes.
const LAENGST: usize = 64 << 10;
/// How often laying one down is tried again when somebody else does the same meanwhile.
const FORSOEG: usize = 100;

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
pub async fn alle(log: &Journal) -> Result<Vec<Fastsat>, AabnFejl> {
    let Ok(stream) = StreamId::new(POLITIK) else { return Ok(Vec::new()) };
    laes_stream(log, &stream, u64::MAX).await?.iter().map(|r| fastsat(r).map_err(AabnFejl::from)).collect()
}

fn fastsat(r: &Recorded) -> Result<Fastsat, VisningsFejl> {
    let andet = |hvad| VisningsFejl::Andet { position: r.position, hvad };
    let PolitikFastsat { fra, politik: tekst } = laes_politik(r)?.ok_or(andet("politikken"))?;
    let meta: Meta = serde_json::from_slice(&r.meta).map_err(|_| andet("aktøren"))?;
    let tid = DateTime::from_timestamp_micros(r.time).ok_or(andet("tiden"))?;
    Ok(Fastsat { fra, tekst, tid, aktoer: meta.aktoer, position: r.position })
}

/// The rules with every policy that a log holds.
pub(crate) async fn med_fastsatte(log: &Journal, bog: Regelbog) -> Result<Regelbog, AabnFejl> {
    let mut politikker = Vec::new();
    for f in alle(log).await? {
        let politik = Politik::laes_gemt(&f.tekst);
        let fejl = VisningsFejl::Andet { position: f.position, hvad: "politikken" };
        politikker.push((f.fra, politik.map_err(|_| fejl)?));
    }
    Ok(if politikker.is_empty() { bog } else { bog.med_politik(&politikker) })
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

impl Kerne {
    /// Lays down a policy for absences that begin on a day or later. What has begun keeps its rules.
    ///
    /// # Errors
    /// See [`PolitikFejl`]; nothing was written.
    pub async fn fastsaet_politik(&self, fra: NaiveDate, tekst: &str, aktoer: &Aktoer) -> Result<u64, PolitikFejl> {
        let nu = self.ur.nu_og_dag();
        let tidligst = nu.dag.succ_opt().unwrap_or(nu.dag);
        if fra < tidligst {
            return Err(PolitikFejl::ForTidligt(tidligst));
        }
        laes(tekst, fra, &self.bog())?;
        let stream = StreamId::new(POLITIK).map_err(|_| KommandoFejl::Travlt)?;
        let fastsat = PolitikFastsat { fra, politik: tekst.to_owned() };
        let body = serde_json::to_vec(&fastsat).map_err(|_| KommandoFejl::Travlt)?;
        for _ in 0..FORSOEG {
            let version = self.log.stream_version(&stream).await.map_err(KommandoFejl::Laes)?;
            // Sent twice it is one.
            let nyeste =
                self.log.read_stream(&stream, version.saturating_sub(1), 1).await.map_err(KommandoFejl::Laes)?;
            if let Some(r) = nyeste.first().filter(|r| laes_politik(r).ok().flatten().as_ref() == Some(&fastsat)) {
                return Ok(r.position);
            }
            let event =
                NewEvent { kind: PolitikFastsat::NAVN.to_owned(), form: PolitikFastsat::FORM, body: body.clone() };
            let append = self.append(POLITIK, version, nu, aktoer, vec![event], None)?;
            match self.log.append(append).await {
                Ok(skrevet) => {
                    self.vent_paa(skrevet.last).await.map_err(KommandoFejl::Laes)?;
                    return Ok(skrevet.last);
                }
                Err(AppendError::WrongVersion { .. }) => {}
                Err(fejl) => return Err(KommandoFejl::Log(fejl).into()),
            }
        }
        Err(KommandoFejl::Travlt.into())
    }
}
