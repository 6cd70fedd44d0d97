//! The fields of the events about the talk of § 7 a: the invitation, the answer to it, what came of it, the minutes, and what
//! became of what was agreed. What others ask of them stands in [`crate::haendelse`].

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events::ciphertext::Ciphertext;
use crate::words::{Aftaleejer, Aftaleudfald, DelvisMulig, Indkaldelsesart, Samtalesvar, Samtaleudfald, Varighed};

/// The employee was invited to the talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SamtaleIndkaldt {
    /// The forløb it is about.
    pub forloeb: Uuid,
    /// When it is to be held.
    pub tidspunkt: DateTime<FixedOffset>,
    /// Invited or summoned, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub art: Option<Indkaldelsesart>,
    /// It is held by telephone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub telefonisk: bool,
    /// Colleagues who take part and get an invitation of their own: their employee numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deltager_nr: Vec<String>,
    /// Position of the employee's answer whose proposal it says yes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imoedekommer: Option<u64>,
    /// Place, participants, purpose, and the letter as it was sent.
    #[serde(rename = "fortroligt")]
    pub confidential: Ciphertext,
}

/// The employee answered an invitation to the talk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SamtaleBesvaret {
    /// The forløb it is about.
    pub forloeb: Uuid,
    /// Position of the invitation that is answered.
    pub indkaldelse: u64,
    /// Comes, would rather have another time, or does not come.
    pub svar: Samtalesvar,
    /// The time that the employee would rather have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forslag: Option<DateTime<FixedOffset>>,
    /// Another place, who comes along, and what else was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[serde(rename = "fortroligt")]
    pub confidential: Option<Ciphertext>,
}

/// What came of the talk of § 7 a.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SamtaleRegistreret {
    /// The forløb it is about.
    pub forloeb: Uuid,
    /// The day it happened.
    pub dato: NaiveDate,
    /// What came of it.
    pub udfald: Samtaleudfald,
    /// Expected duration after the talk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forventet_varighed: Option<Varighed>,
    /// Whether a partial return is possible.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delvis_mulig: Option<DelvisMulig>,
}

/// Minutes of a talk or a meeting were written; what was written before is never changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReferatSkrevet {
    /// The forløb it is about.
    pub forloeb: Uuid,
    /// Position of the event that says that the talk or the meeting was held.
    pub til: u64,
    /// Position of the minutes that these stand in the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub erstatter: Option<u64>,
    /// What was agreed: number, day and who, in the order of the texts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub aftaler: Vec<Aftalt>,
    /// The minutes, the text of each agreement, and why they stand in the place of others.
    #[serde(rename = "fortroligt")]
    pub confidential: Ciphertext,
}

/// Something that was agreed was done, or is not to be done any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AftaleAfgjort {
    /// The forløb it is about.
    pub forloeb: Uuid,
    /// Number of the agreement.
    pub nr: u32,
    /// What became of it.
    pub udfald: Aftaleudfald,
    /// The day it happened.
    pub dato: NaiveDate,
}

impl SamtaleIndkaldt {
    /// An invitation of which nothing is said but when it is.
    #[must_use]
    pub const fn new(forloeb: Uuid, tidspunkt: DateTime<FixedOffset>, confidential: Ciphertext) -> Self {
        let deltager_nr = Vec::new();
        Self { forloeb, tidspunkt, art: None, telefonisk: false, deltager_nr, imoedekommer: None, confidential }
    }
}

/// Something that was agreed. Its text stands sealed at the same place in the minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Aftalt {
    /// Its number.
    pub nr: u32,
    /// The day by which it is to be done, itself included.
    pub senest: NaiveDate,
    /// Who does it.
    pub hvem: Aftaleejer,
}
