//! The payloads, each in the form it is written in now. Fields stand in the order in which they are written.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Sealed};
use crate::keys::Confidential;

/// A payload in its first form, which is not printed by accident.
macro_rules! first_form {
    ($($payload:ident),+) => {$(
        impl Sealed for $payload {
            const KIND: Kind = Kind::$payload;
            const FORM: u16 = 1;
        }

        impl fmt::Debug for $payload {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($payload), "(…)"))
            }
        }
    )+};
}

first_form!(
    Personoplysninger,
    Indkaldelse,
    OtteUgersOpfoelgning,
    Konklusion,
    FastTrackGrund,
    Rettelsesgrund,
    Annulleringsgrund,
    PlanTekster
);

/// What payroll tells about the person.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personoplysninger {
    /// Personnummer.
    pub cpr: Confidential<String>,
    #[serde(rename = "navn")]
    pub name: Confidential<String>,
    /// E-mail at work; may be empty.
    pub email: Confidential<String>,
    /// Telephone; may be empty.
    pub telefon: Confidential<String>,
    /// Title.
    pub stilling: Confidential<String>,
}

/// Where the talk is, and who takes part besides leader and employee.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indkaldelse {
    /// Who takes part.
    pub deltagere: Vec<String>,
    /// Where.
    pub sted: String,
}

/// What is said in words about the eight-week follow-up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OtteUgersOpfoelgning {
    /// Why it was not necessary.
    pub begrundelse: Option<String>,
    /// Who took part.
    pub deltagere: Vec<String>,
}

/// What came of an evaluation of the plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Konklusion(pub String);

/// Why fast track was decided for or against.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FastTrackGrund(pub String);

/// Why something was corrected.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Rettelsesgrund(pub String);

/// Why something was annulled.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Annulleringsgrund(pub String);

/// The words of a plan.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanTekster {
    /// Of each step: tasks in, tasks out, considerations.
    pub trin: Vec<TrinTexts>,
    /// The message to colleagues.
    pub besked: Option<String>,
    /// Of each item.
    pub tiltag: Vec<String>,
}

/// The words of a step.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrinTexts {
    /// Tasks that are done.
    #[serde(rename = "ind")]
    pub input: Vec<String>,
    /// Tasks that are not done.
    #[serde(rename = "ud")]
    pub out: Vec<String>,
    /// Considerations.
    pub hensyn: Vec<String>,
}

impl fmt::Debug for TrinTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TrinTexts(…)")
    }
}
