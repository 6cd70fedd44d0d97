//! How events stand in the log, and how they are read.

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Recorded;
use forloeb::form::{self, FormFejl};
use forloeb::ord::Rolle;
use forloeb::politik::PolitikFastsat;
use forloeb::{Aktoer, Post};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::ur::dag_i_danmark;

/// Prefix of the streams of employments.
pub const ANSAETTELSE: &str = "ansaettelse/";
/// The stream of tokens.
pub const ADGANG: &str = "adgang";

/// The stream of the workplace's policies.
pub const POLITIK: &str = "politik";

/// From which first absence day a policy holds, if this event is one.
#[must_use]
pub(crate) fn politik_fra(r: &Recorded) -> Option<NaiveDate> {
    laes_politik(r).ok().flatten().map(|p| p.fra)
}

/// A policy, if this event is one.
///
/// # Errors
/// The stored form is not known, or not right.
pub(crate) fn laes_politik(r: &Recorded) -> Result<Option<PolitikFastsat>, VisningsFejl> {
    if r.stream.as_str() != POLITIK {
        return Ok(None);
    }
    let fejl = VisningsFejl::Andet { position: r.position, hvad: "politikken" };
    match (r.kind.as_str(), r.form) {
        (PolitikFastsat::NAVN, PolitikFastsat::FORM) => serde_json::from_slice(&r.body).map(Some).map_err(|_| fejl),
        _ => Err(fejl),
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
        fejl: FormFejl,
    },
    /// Something around the event is not right.
    #[error("position {position}: {hvad} kan ikke læses")]
    Andet {
        /// Where.
        position: u64,
        /// What.
        hvad: &'static str,
    },
    /// An event of an employment whose earlier events are not in memory.
    #[error("position {position}: ansættelsen er ikke indlæst")]
    IkkeLaant {
        /// Where.
        position: u64,
    },
}

/// Decodes an event of an employment, whole.
///
/// # Errors
/// The stored form or the metadata cannot be read.
pub fn laes_post(r: &Recorded, tid: DateTime<Utc>) -> Result<Post, VisningsFejl> {
    let position = r.position;
    let haendelse = form::laes(&r.kind, r.form, &r.body).map_err(|fejl| VisningsFejl::Form { position, fejl })?;
    let meta: Meta = serde_json::from_slice(&r.meta).map_err(|_| VisningsFejl::Andet { position, hvad: "aktøren" })?;
    Ok(Post { position, version: r.version, tid, dag: dag_i_danmark(tid), aktoer: meta.aktoer, haendelse })
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
                let fejl = |_| VisningsFejl::Andet { position, hvad: "aktøren" };
                let meta: Meta = serde_json::from_slice(&r.meta).map_err(fejl)?;
                self.sidst = Some((r.meta.to_vec(), meta.aktoer.clone()));
                meta.aktoer
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
#[must_use]
pub fn aaben_del(r: &Recorded) -> Map<String, Value> {
    let nyeste = match r.stream.as_str() {
        ADGANG | POLITIK => None,
        _ => form::laes(&r.kind, r.form, &r.body).ok().and_then(|h| h.til_json().ok()),
    };
    let mut felter: Map<String, Value> = serde_json::from_slice(nyeste.as_ref().unwrap_or(&r.body)).unwrap_or_default();
    felter.retain(|navn, _| !LUKKEDE.contains(&navn.as_str()));
    felter
}
