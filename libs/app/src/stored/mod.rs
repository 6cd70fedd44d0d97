//! How events stand in the log, and how they are read.

pub(crate) mod fold;
mod read;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Recorded;
use forloeb::form::{self, FormFejl};
use forloeb::ord::Rolle;
use forloeb::politik::PolitikFastsat;
use forloeb::{Aktoer, Post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::failure::{Internal, Malformed};
use crate::ur::dag_i_danmark;
pub use read::Unreadable;
pub(crate) use read::{LAES_AD_GANGEN, laes_ind, laes_stream, numre_i};

/// Prefix of the streams of employments.
pub const ANSAETTELSE: &str = "ansaettelse/";
/// The stream of tokens.
pub const ADGANG: &str = "adgang";

/// The stream of the workplace's policies.
pub const POLITIK: &str = "politik";

/// A policy, if this event is one.
///
/// # Errors
/// The stored form is not known, or not right.
pub(crate) fn laes_politik(r: &Recorded) -> Result<Option<PolitikFastsat>, VisningsFejl> {
    if r.stream.as_str() != POLITIK {
        return Ok(None);
    }
    match (r.kind.as_str(), r.form) {
        (PolitikFastsat::NAVN, PolitikFastsat::FORM) => read_json(r.position, "politikken", &r.body).map(Some),
        _ => {
            let fejl = FormFejl::Ukendt { navn: r.kind.clone(), form: r.form };
            Err(VisningsFejl::Form { position: r.position, fejl })
        }
    }
}

/// A bearer token was issued; the token itself is nowhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenUdstedt {
    /// SHA-256 of the token, in hex.
    pub hash: String,
    /// Role it acts in.
    pub rolle: Rolle,
    /// Employee number, where the role is a person's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nr: Option<String>,
}

/// Prefix of the streams of look-ups, one for each employee.
pub const OPSLAG: &str = "opslag/";

/// Prefix of the streams of commands that had nothing to write, one for each employee: their keys are remembered there.
pub const UDEN_VIRKNING: &str = "uden_virkning/";

/// What somebody opened sealed data for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opslagsformaal {
    /// The data sheet of an anmeldelse, on the page.
    AnmeldelseArk,
    /// The same, as a file.
    AnmeldelseArkFil,
}

impl Opslagsformaal {
    /// What somebody did who opened what is sealed about an employee, and what for.
    #[must_use]
    pub const fn navn(self) -> &'static str {
        match self {
            Self::AnmeldelseArk => "så navn og CPR-nummer for at anmelde fraværet i NemRefusion",
            Self::AnmeldelseArkFil => "hentede en fil med navn og CPR-nummer for at anmelde fraværet i NemRefusion",
        }
    }
}

/// Somebody opened what is sealed about an employee; who, stands with the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpslagNoteret {
    /// Of which forløb.
    pub forloeb: Uuid,
    /// What for.
    pub formaal: Opslagsformaal,
}

/// Who acted, as it stands with every commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Who.
    pub aktoer: Aktoer,
}

/// An event of the log that cannot be taken in.
#[derive(Debug, Error)]
pub enum VisningsFejl {
    /// The stored form is not known, or not right.
    #[error("position {position}: {fejl}")]
    Form {
        /// Where.
        position: u64,
        /// What.
        #[source]
        fejl: FormFejl,
    },
    /// Something around the event is not right.
    #[error("position {position}: {hvad} kan ikke læses")]
    Andet {
        /// Where.
        position: u64,
        /// What.
        hvad: &'static str,
        /// Why.
        #[source]
        fejl: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Reads what is stored as JSON around an event.
pub(crate) fn read_json<T: DeserializeOwned>(
    position: u64,
    hvad: &'static str,
    json: &[u8],
) -> Result<T, VisningsFejl> {
    serde_json::from_slice(json).map_err(|fejl| VisningsFejl::Andet {
        position,
        hvad,
        fejl: Box::new(Malformed::from(fejl)),
    })
}

/// An event in a stream of a kind that this version does not know.
pub(crate) fn unknown_stream(position: u64) -> VisningsFejl {
    VisningsFejl::Andet { position, hvad: "strømmens navn", fejl: "skrevet af en nyere version?".into() }
}

/// A follower reads every event with its hash; this one came without.
pub(crate) fn without_hash(position: u64) -> VisningsFejl {
    VisningsFejl::Andet { position, hvad: "hashen", fejl: "læst uden".into() }
}

/// Who recorded an event.
///
/// # Errors
/// It cannot be read.
pub fn aktoer(r: &Recorded) -> Result<Aktoer, VisningsFejl> {
    read_json::<Meta>(r.position, "aktøren", &r.meta).map(|meta| meta.aktoer)
}

/// When an event was recorded.
///
/// # Errors
/// It is not a time.
pub fn tid(r: &Recorded) -> Result<DateTime<Utc>, VisningsFejl> {
    DateTime::from_timestamp_micros(r.time).ok_or_else(|| VisningsFejl::Andet {
        position: r.position,
        hvad: "tiden",
        fejl: format!("{} mikrosekunder er ikke et tidspunkt", r.time).into(),
    })
}

/// Decodes an event of an employment, whole.
///
/// # Errors
/// The stored form or the metadata cannot be read.
pub fn laes_post(r: &Recorded, tid: DateTime<Utc>) -> Result<Post, VisningsFejl> {
    let position = r.position;
    let haendelse = form::laes(&r.kind, r.form, &r.body).map_err(|fejl| VisningsFejl::Form { position, fejl })?;
    Ok(Post { position, version: r.version, tid, dag: dag_i_danmark(tid), aktoer: aktoer(r)?, haendelse })
}

/// Decodes the events of one employment in order, without what no decision needs: reminders that a command withheld are
/// most of what is ever recorded, and are read from the log where they are shown. What the events of a commit share is
/// decoded once.
#[derive(Debug, Default)]
pub(crate) struct Postlaeser {
    sidst: Option<(Vec<u8>, Aktoer)>,
    dag: Option<(DateTime<Utc>, NaiveDate)>,
}

impl Postlaeser {
    /// Decodes the next.
    ///
    /// # Errors
    /// The stored form or the metadata cannot be read.
    pub(crate) fn laes(&mut self, r: &Recorded, tid: DateTime<Utc>) -> Result<Post, VisningsFejl> {
        let position = r.position;
        let haendelse = form::laes_det_der_afgoer(&r.kind, r.form, &r.body)
            .map_err(|fejl| VisningsFejl::Form { position, fejl })?;
        let aktoer = match &self.sidst {
            Some((meta, aktoer)) if **meta == *r.meta => aktoer.clone(),
            _ => {
                let aktoer = aktoer(r)?;
                self.sidst = Some((r.meta.to_vec(), aktoer.clone()));
                aktoer
            }
        };
        let dag = match self.dag {
            Some((da, dag)) if da == tid => dag,
            _ => dag_i_danmark(tid),
        };
        self.dag = Some((tid, dag));
        Ok(Post { position, version: r.version, tid, dag, aktoer, haendelse })
    }
}

/// Fields that are sealed, and one that is a secret's trace.
const LUKKEDE: [&str; 3] = ["fortroligt", "begrundelse", "hash"];

/// The fields of an event in its newest form, without what is sealed.
///
/// # Errors
/// The stored form cannot be read.
pub fn aaben_del(r: &Recorded) -> Result<Map<String, Value>, Unreadable> {
    let position = r.position;
    let nyeste = match r.stream.as_str().starts_with(ANSAETTELSE) {
        true => {
            let haendelse =
                form::laes(&r.kind, r.form, &r.body).map_err(|fejl| VisningsFejl::Form { position, fejl })?;
            let json = haendelse.til_json().map_err(Malformed::from);
            Some(json.map_err(|fejl| Internal::new("hændelsen kan ikke skrives", fejl))?)
        }
        false => None,
    };
    let mut felter: Map<String, Value> = read_json(position, "hændelsen", nyeste.as_deref().unwrap_or(&r.body))?;
    felter.retain(|navn, _| !LUKKEDE.contains(&navn.as_str()));
    Ok(felter)
}
