//! The payloads of a TTA plan, each in the form it is written in now. Fields stand in the order in which they are written.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Kind, Sealed};

/// A payload that is not printed by accident.
macro_rules! unprinted {
    ($($payload:ident),+) => {$(
        impl fmt::Debug for $payload {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($payload), "(…)"))
            }
        }
    )+};
}

unprinted!(PlanTekster, TrinTexts, Konklusion, PlanKladde, EgneOrd, Planbemaerkning, Planmodtager);

/// The words of a plan.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanTekster {
    /// What was agreed, in plain words.
    pub aftalt: Option<String>,
    /// Of each step: tasks in, tasks out, considerations.
    pub trin: Vec<TrinTexts>,
    /// Of each consideration that holds beside the steps.
    pub skaanehensyn: Vec<String>,
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

/// The words of a plan before there was a text of what was agreed.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstPlanTekster {
    trin: Vec<TrinTexts>,
    besked: Option<String>,
    tiltag: Vec<String>,
}

impl Sealed for PlanTekster {
    const KIND: Kind = Kind::PlanTekster;
    const FORM: u16 = 2;

    fn lift(form: u16, payload: Value) -> Option<Self> {
        if form != 1 {
            return None;
        }
        let FirstPlanTekster { trin, besked, tiltag } = serde_json::from_value(payload).ok()?;
        Some(Self { trin, besked, tiltag, ..Self::default() })
    }
}

/// What came of an evaluation of the plan.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Konklusion {
    /// What was concluded.
    pub konklusion: Option<String>,
    /// What was tried; what it has done stands in the event, in the same order.
    #[serde(rename = "proevet")]
    pub tried: Vec<String>,
}

impl Sealed for Konklusion {
    const KIND: Kind = Kind::Konklusion;
    const FORM: u16 = 2;

    fn lift(form: u16, payload: Value) -> Option<Self> {
        if form != 1 {
            return None;
        }
        Some(Self { konklusion: Some(payload.as_str()?.to_owned()), tried: Vec::new() })
    }
}

/// A plan that somebody is still writing: what its command is given, in which anything may be missing.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanKladde {
    /// What the command is given.
    pub plan: Value,
}

/// What an employee wants of the plan.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EgneOrd {
    /// How they see it.
    pub ord: Option<String>,
    /// What they aim at.
    pub maal: Option<String>,
    /// Whom they wish to have with them.
    pub netvaerk: Vec<String>,
}

/// What an employee remarks about a version of the plan.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Planbemaerkning(pub String);

/// With whom a version of the plan was shared.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Planmodtager(pub String);

macro_rules! first_form {
    ($($payload:ident),+) => {$(
        impl Sealed for $payload {
            const KIND: Kind = Kind::$payload;
            const FORM: u16 = 1;
        }
    )+};
}

first_form!(PlanKladde, EgneOrd, Planbemaerkning, Planmodtager);

/// What the file of each form of a kind in `migrations/golden-sealed/` says, the oldest first.
#[cfg(test)]
pub(super) mod golden_plan {
    use serde_json::json;

    use super::super::tests::{reads, words};
    use super::*;

    pub(in super::super) fn read_all(kind: Kind) -> Vec<String> {
        let text = |text: &str| Some(text.to_owned());
        match kind {
            Kind::PlanTekster => {
                let (input, out, hensyn) = (words(&["Kontor"]), words(&["Nattevagter"]), words(&["Ingen trapper"]));
                let trin = vec![TrinTexts { input, out, hensyn }, TrinTexts::default()];
                let (besked, tiltag) = (text("Tilbage på nedsat tid"), words(&["Kursus"]));
                let first = PlanTekster { trin, besked, tiltag, ..PlanTekster::default() };
                let (aftalt, skaanehensyn) = (text("Tre timer om dagen"), words(&["Ingen tunge løft"]));
                let second = PlanTekster { aftalt, skaanehensyn, ..first.clone() };
                reads(kind, &[first, second])
            }
            Kind::Konklusion => {
                let first = Konklusion { konklusion: text("Trin 2 begynder en uge senere"), tried: Vec::new() };
                let second = Konklusion { tried: words(&["Korte dage", "Ingen aftenvagter"]), ..first.clone() };
                reads(kind, &[first, second])
            }
            Kind::PlanKladde => reads(kind, &[PlanKladde { plan: json!({"aftalt": "Tre timer om dagen"}) }]),
            Kind::EgneOrd => {
                let (ord, maal) = (text("Jeg vil gerne begynde stille"), text("Fuld tid til sommer"));
                reads(kind, &[EgneOrd { ord, maal, netvaerk: words(&["Tillidsrepræsentanten"]) }])
            }
            Kind::Planbemaerkning => reads(kind, &[Planbemaerkning("Onsdag er for tidligt".to_owned())]),
            Kind::Planmodtager => reads(kind, &[Planmodtager("Kommunens jobcenter".to_owned())]),
            other => panic!("{other:?} is no payload of a plan"),
        }
    }
}
