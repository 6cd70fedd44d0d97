//! How events stand in the log, and how they are read.

mod access;
pub(crate) mod fold;
mod read;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::Recorded;
use forloeb::form::{self, FormError};
use forloeb::haendelse::{Carried, Kind};
use forloeb::politik::{PolitikFastsat, PolitikTilbagetrukket};
use forloeb::{Aktoer, Haendelse, Record};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use uuid::Uuid;

use crate::clock::dag_in_denmark;
use crate::failure::{Internal, Malformed};
pub(crate) use access::read_access;
pub use access::{AccessEvent, TokenTilbagekaldt, TokenUdstedt};
pub use read::Unreadable;
pub(crate) use read::{READ_AT_A_TIME, numbers_in, read_in, read_stream};

/// Prefix of the streams of employments.
pub const ANSAETTELSE: &str = "ansaettelse/";
/// The stream of tokens.
pub const ACCESS: &str = "adgang";

/// The stream of the workplace's policies.
pub const POLITIK: &str = "politik";

/// An event of the stream of policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PolitikEvent {
    Fastsat(PolitikFastsat),
    Tilbagetrukket(PolitikTilbagetrukket),
}

impl PolitikEvent {
    /// First absence day for which it changes the rules.
    pub(crate) fn fra(&self) -> NaiveDate {
        match self {
            Self::Fastsat(laid) => laid.fra,
            Self::Tilbagetrukket(withdrawn) => withdrawn.fra,
        }
    }
}

/// What became of a policy, if this event says it.
///
/// # Errors
/// The stored form is not known, or not right.
pub(crate) fn read_politik(r: &Recorded) -> Result<Option<PolitikEvent>, ProjectionError> {
    if r.stream.as_str() != POLITIK {
        return Ok(None);
    }
    match (r.kind.as_str(), r.form) {
        (PolitikFastsat::NAME, PolitikFastsat::FORM) => {
            read_json(r.position, "politikken", &r.body).map(|laid| Some(PolitikEvent::Fastsat(laid)))
        }
        (PolitikTilbagetrukket::NAME, PolitikTilbagetrukket::FORM) => {
            let withdrawn = read_json(r.position, "tilbagetrækningen", &r.body);
            withdrawn.map(|withdrawn| Some(PolitikEvent::Tilbagetrukket(withdrawn)))
        }
        _ => {
            let error = FormError::Unknown { name: r.kind.clone(), form: r.form };
            Err(ProjectionError::Form { position: r.position, error })
        }
    }
}

/// Prefix of the streams of look-ups, one for each employee.
pub const OPSLAG: &str = "opslag/";

/// Prefix of the streams of commands that had nothing to write, one for each employee: their keys are remembered there.
pub const WITHOUT_EFFECT: &str = "uden_virkning/";

/// Prefix of the streams of holds: who is not to be erased, though the period of keeping is over, one for each employee.
pub const HOLD: &str = "sletningsstop/";

/// Prefixes of the streams that no projection takes in: they are read where somebody asks.
pub(crate) const UNPROJECTED: [&str; 2] = [OPSLAG, WITHOUT_EFFECT];

/// A hold was set or lifted; who did it, stands with the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SletningsstopSat {
    /// It holds from now on; else it is lifted.
    pub gaelder: bool,
    /// Why, in the operator's words (not about the person).
    pub aarsag: String,
}

/// Whose hold this event sets or lifts, and which of the two; nothing where it is about something else.
///
/// # Errors
/// What is stored is not right.
pub(crate) fn read_hold(r: &Recorded) -> Result<Option<(&str, bool)>, ProjectionError> {
    let Some(nr) = r.stream.as_str().strip_prefix(HOLD) else { return Ok(None) };
    let told: SletningsstopSat = read_json(r.position, "sletningsstoppet", &r.body)?;
    Ok(Some((nr, told.gaelder)))
}

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
    pub const fn name(self) -> &'static str {
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
pub enum ProjectionError {
    /// The stored form is not known, or not right.
    #[error("position {position}: {error}")]
    Form {
        /// Where.
        position: u64,
        /// What.
        #[source]
        error: FormError,
    },
    /// Something around the event is not right.
    #[error("position {position}: {what} kan ikke læses")]
    Other {
        /// Where.
        position: u64,
        what: &'static str,
        /// Why.
        #[source]
        error: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// Reads what is stored as JSON around an event.
pub(crate) fn read_json<T: DeserializeOwned>(
    position: u64,
    what: &'static str,
    json: &[u8],
) -> Result<T, ProjectionError> {
    serde_json::from_slice(json).map_err(|error| ProjectionError::Other {
        position,
        what,
        error: Box::new(Malformed::from(error)),
    })
}

/// An event in a stream of a kind that this version does not know.
pub(crate) fn unknown_stream(position: u64) -> ProjectionError {
    ProjectionError::Other { position, what: "strømmens navn", error: "skrevet af en nyere version?".into() }
}

/// A follower reads every event with its hash; this one came without.
pub(crate) fn without_hash(position: u64) -> ProjectionError {
    ProjectionError::Other { position, what: "hashen", error: "læst uden".into() }
}

/// Who recorded an event.
///
/// # Errors
/// It cannot be read.
pub fn aktoer(r: &Recorded) -> Result<Aktoer, ProjectionError> {
    read_json::<Meta>(r.position, "aktøren", &r.meta).map(|meta| meta.aktoer)
}

/// When an event was recorded, as it counts for the rules: what the clock showed. The log has a later time where the clock was
/// behind the event before ([`recorded_time`]); had it only been put right after it was ahead, that one would be as wrong.
///
/// # Errors
/// It is not a time.
pub fn time(r: &Recorded) -> Result<DateTime<Utc>, ProjectionError> {
    instant(r, r.clock.unwrap_or(r.time))
}

/// When an event was recorded, never before the one before it: where the clock had been set back, the log keeps the later
/// time.
///
/// # Errors
/// It is not a time.
pub fn recorded_time(r: &Recorded) -> Result<DateTime<Utc>, ProjectionError> {
    instant(r, r.time)
}

fn instant(r: &Recorded, micros: i64) -> Result<DateTime<Utc>, ProjectionError> {
    DateTime::from_timestamp_micros(micros).ok_or_else(|| ProjectionError::Other {
        position: r.position,
        what: "tiden",
        error: format!("{micros} mikrosekunder er ikke et tidspunkt").into(),
    })
}

/// Where something sealed stands: in which stream, in which event of it, and in which field, of which an event has one.
#[must_use]
pub fn place(stream: &str, version: u64, kind: Kind) -> String {
    format!("{stream}/{version}/{}", kind.name())
}

/// What is sealed in an event that was read, told where it stood.
fn in_place(mut haendelse: Haendelse, stream: &str, version: u64) -> Haendelse {
    if let Some(place) = haendelse.sealed().map(|(kind, _)| place(stream, version, kind))
        && let Some(sealed) = haendelse.sealed_mut()
    {
        sealed.stands_at(&place);
    }
    // What was carried is bound to where it stood first.
    if let Haendelse::AnsaettelseFortsat(h) = &mut haendelse {
        let stream = format!("{ANSAETTELSE}{}", h.fra_nr);
        for Carried(one) in std::mem::take(&mut h.before) {
            h.before.push(Carried(Record { haendelse: in_place(one.haendelse, &stream, one.version), ..one }));
        }
    }
    haendelse
}

/// Decodes an event of an employment, whole.
///
/// # Errors
/// The stored form or the metadata cannot be read.
pub fn read_record(r: &Recorded, time: DateTime<Utc>) -> Result<Record, ProjectionError> {
    let position = r.position;
    let haendelse = form::read(&r.kind, r.form, &r.body).map_err(|error| ProjectionError::Form { position, error })?;
    let haendelse = in_place(haendelse, r.stream.as_str(), r.version);
    Ok(Record { position, version: r.version, time, dag: dag_in_denmark(time), aktoer: aktoer(r)?, haendelse })
}

/// Decodes the events of one employment in order, without what no decision needs: reminders that a command withheld are
/// most of what is ever recorded, and are read from the log where they are shown. What the events of a commit share is
/// decoded once.
#[derive(Debug, Default)]
pub(crate) struct RecordReader {
    last: Option<(Vec<u8>, Aktoer)>,
    dag: Option<(DateTime<Utc>, NaiveDate)>,
}

impl RecordReader {
    /// Decodes the next.
    ///
    /// # Errors
    /// The stored form or the metadata cannot be read.
    pub(crate) fn read(&mut self, r: &Recorded, time: DateTime<Utc>) -> Result<Record, ProjectionError> {
        let position = r.position;
        let haendelse = form::read_what_decides(&r.kind, r.form, &r.body)
            .map_err(|error| ProjectionError::Form { position, error })?;
        let haendelse = in_place(haendelse, r.stream.as_str(), r.version);
        let aktoer = match &self.last {
            Some((meta, aktoer)) if **meta == *r.meta => aktoer.clone(),
            _ => {
                let aktoer = aktoer(r)?;
                self.last = Some((r.meta.to_vec(), aktoer.clone()));
                aktoer
            }
        };
        let dag = match self.dag {
            Some((da, dag)) if da == time => dag,
            _ => dag_in_denmark(time),
        };
        self.dag = Some((time, dag));
        Ok(Record { position, version: r.version, time, dag, aktoer, haendelse })
    }
}

/// Fields that are sealed, one that is a secret's trace, and one that carries other events with theirs.
const CLOSED: [&str; 4] = ["fortroligt", "begrundelse", "hash", "foer"];

/// The fields of an event in its newest form, without what is sealed.
///
/// # Errors
/// The stored form cannot be read.
pub fn open_part(r: &Recorded) -> Result<Map<String, Value>, Unreadable> {
    let position = r.position;
    let newest = match r.stream.as_str().starts_with(ANSAETTELSE) {
        true => {
            let haendelse =
                form::read(&r.kind, r.form, &r.body).map_err(|error| ProjectionError::Form { position, error })?;
            let json = haendelse.to_json().map_err(Malformed::from);
            Some(json.map_err(|error| Internal::new("hændelsen kan ikke skrives", error))?)
        }
        false => None,
    };
    let mut fields: Map<String, Value> = read_json(position, "hændelsen", newest.as_deref().unwrap_or(&r.body))?;
    fields.retain(|name, _| !CLOSED.contains(&name.as_str()));
    Ok(fields)
}
