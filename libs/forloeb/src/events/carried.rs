//! What was recorded of an employment under the employee number before, as it is carried to the one after.
//!
//! It is carried whole, with when and by whom it was recorded and where in the log: so nothing that is worked out of an
//! employment needs the events of two, and what was known on a day is still answered as it was known.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Value;
use uuid::Uuid;

use crate::events::aktoer::Aktoer;
use crate::events::form;
use crate::events::haendelse::{AnsaettelseFortsat, Haendelse};

/// One event of an employment.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Place in the whole log.
    pub position: u64,
    /// Place in the stream of the employment.
    pub version: u64,
    /// When we learnt it.
    pub time: DateTime<Utc>,
    /// The day in Denmark on which we learnt it.
    pub dag: NaiveDate,
    /// Who told it, or did it.
    pub aktoer: Aktoer,
    /// What happened in the world.
    pub haendelse: Haendelse,
}

/// One event of the employment before, as it was recorded there.
#[derive(Debug, Clone, PartialEq)]
pub struct Carried(pub Record);

impl From<&Record> for Carried {
    fn from(record: &Record) -> Self {
        let mut carried = record.clone();
        carried.haendelse.leave_place();
        Self(carried)
    }
}

/// The same, as it is stored: an event in the form it had then.
#[derive(Serialize, Deserialize)]
struct Stored {
    position: u64,
    version: u64,
    #[serde(rename = "tid")]
    time: DateTime<Utc>,
    dag: NaiveDate,
    aktoer: Aktoer,
    #[serde(rename = "navn")]
    name: String,
    form: u16,
    #[serde(rename = "krop")]
    body: Value,
}

impl Serialize for Carried {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Record { position, version, time, dag, aktoer, haendelse } = self.0.clone();
        let body = haendelse.to_json().map_err(ser::Error::custom)?;
        let (name, form) = (haendelse.name().to_owned(), haendelse.form());
        let body = serde_json::from_slice(&body).map_err(ser::Error::custom)?;
        Stored { position, version, time, dag, aktoer, name, form, body }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Carried {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Stored { position, version, time, dag, aktoer, name, form, body } = Stored::deserialize(deserializer)?;
        let body = serde_json::to_vec(&body).map_err(de::Error::custom)?;
        // Its error names the event and never its content.
        let haendelse = form::read(&name, form, &body).map_err(de::Error::custom)?;
        Ok(Self(Record { position, version, time, dag, aktoer, haendelse }))
    }
}

impl AnsaettelseFortsat {
    /// Whose keys sealed what it carries, and what that carried itself.
    pub fn told(&self) -> impl Iterator<Item = Uuid> {
        let mut persons = Vec::new();
        let mut carries = vec![self];
        while let Some(one) = carries.pop() {
            for Carried(record) in &one.before {
                if let Haendelse::StamdataRegistreret(h) = &record.haendelse {
                    persons.push(h.person);
                } else if let Haendelse::AnsaettelseFortsat(h) = &record.haendelse {
                    carries.push(h);
                }
            }
        }
        persons.into_iter()
    }
}

impl Haendelse {
    /// What is sealed in it as it stands in the log, also in what it carries.
    pub fn leave_place(&mut self) {
        if let Some(sealed) = self.sealed_mut() {
            sealed.leave_place();
        }
        if let Self::AnsaettelseFortsat(h) = self {
            h.before.iter_mut().for_each(|carried| carried.0.haendelse.leave_place());
        }
    }
}
