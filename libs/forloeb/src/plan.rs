//! TTA plans (tilbage til arbejdet): their open part, and which of the seven principles a plan covers.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::words::{Princip, Samtykke, Stoette, Ugedag};

/// The open part of a plan: dates, hours, codes. Its words are sealed beside it, in the same order.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Employee number of the one who coordinates (principle 6).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub koordinator: Option<String>,
    /// The steps back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trin: Vec<Plantrin>,
    /// Consent to contact with the health system (principle 7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sundhedsvaesen: Option<Samtykke>,
    /// There is a message to colleagues, and the employee has approved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub besked_godkendt: Option<bool>,
    /// Days on which the plan is evaluated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evalueringer: Vec<NaiveDate>,
    /// Support options that were considered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stoette: Vec<Stoette>,
    /// Other items, each with the principle it serves.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiltag: Vec<Princip>,
    /// Considerations in terms of function that hold beside the steps.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skaanehensyn: Vec<Skaanehensyn>,
}

impl Plan {
    /// Its open part alone says that something is to be done, considered or told.
    #[must_use]
    pub const fn says_something(&self) -> bool {
        let is_done = !self.trin.is_empty() || !self.tiltag.is_empty();
        is_done || !self.skaanehensyn.is_empty() || self.besked_godkendt.is_some()
    }
}

/// How long a consideration holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skaanehensyn {
    /// Last day, itself included; none: for good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub til: Option<NaiveDate>,
}

/// The hours of one day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Skemadag {
    /// The day.
    pub dag: Ugedag,
    /// Hours at work.
    pub timer: f64,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Plantrin {
    /// First day, itself included.
    pub fra: NaiveDate,
    /// Last day; none: until the next step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub til: Option<NaiveDate>,
    /// Hours a week at work.
    pub timer_pr_uge: f64,
    /// Days at work.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub dage: Vec<Ugedag>,
    /// Principles this step serves besides `tilpasning`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub principper: Vec<Princip>,
    /// Hours by day of the week, where they were said; their sum is `timer_pr_uge`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub skema: Vec<Skemadag>,
}

/// Whether a plan covers one principle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Daekning {
    /// The principle.
    pub princip: Princip,
    /// What is missing, none when it is covered.
    pub missing: Option<Lack>,
}

/// What a principle still needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lack {
    /// No item of the plan serves it.
    Tiltag,
    /// No step with adapted tasks and time.
    Trin,
    /// First contact is not recorded on the forløb.
    FoersteKontakt,
    /// Nobody is named as coordinator.
    Koordinator,
    /// Nobody has asked for consent, nor recorded that it is not needed.
    Samtykke,
}

impl Lack {
    /// The code by which it is stored, filtered and sent through the API; never changes.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Tiltag => "tiltag",
            Self::Trin => "trin",
            Self::FoersteKontakt => "foerste_kontakt",
            Self::Koordinator => "koordinator",
            Self::Samtykke => "samtykke",
        }
    }
}

/// What is known beside a plan of what its principles need.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Beside {
    /// The first contact is recorded.
    pub foerste_kontakt: bool,
    /// The message to colleagues is approved: by the employee, or as it was recorded with the plan.
    pub besked_godkendt: bool,
}

/// The seven principles in order. A principle is covered when an item serves it **and** what it needs is there:
/// 2 a step, 5 a recorded first contact, 6 a named coordinator, 7 a recorded answer: consent, a no, or "not needed". Contact
/// with the health system is as needed and with consent: a no that is respected is what the principle asks for.
/// What a principle needs is itself an item that serves it; the message to colleagues serves 3.
#[must_use]
pub fn daekning(plan: &Plan, beside: Beside) -> Vec<Daekning> {
    let lack = |princip: Princip| match princip {
        Princip::Adjustment => plan.trin.is_empty().then_some(Lack::Trin),
        Princip::EarlyKontakt => (!beside.foerste_kontakt).then_some(Lack::FoersteKontakt),
        Princip::Koordinator => plan.koordinator.is_none().then_some(Lack::Koordinator),
        Princip::Sundhedsvaesen => plan.sundhedsvaesen.is_none().then_some(Lack::Samtykke),
        Princip::Kolleger if plan.besked_godkendt.is_some() && beside.besked_godkendt => None,
        Princip::Safety | Princip::Kolleger | Princip::Knowledge => {
            let served = plan.tiltag.contains(&princip) || plan.trin.iter().any(|t| t.principper.contains(&princip));
            (!served).then_some(Lack::Tiltag)
        }
    };
    Princip::ALL.iter().map(|&princip| Daekning { princip, missing: lack(princip) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(plan: &Plan, kontakt: bool) -> Vec<Option<Lack>> {
        let besked_godkendt = plan.besked_godkendt == Some(true);
        daekning(plan, Beside { foerste_kontakt: kontakt, besked_godkendt }).into_iter().map(|d| d.missing).collect()
    }

    #[test]
    fn an_empty_plan_covers_nothing() {
        use Lack::{FoersteKontakt, Koordinator, Samtykke, Tiltag, Trin};
        assert_eq!(
            missing(&Plan::default(), false),
            [Tiltag, Trin, Tiltag, Tiltag, FoersteKontakt, Koordinator, Samtykke].map(Some)
        );
    }

    #[test]
    fn a_full_plan_covers_all_seven() {
        let plan = Plan {
            koordinator: Some("10002".into()),
            trin: vec![Plantrin {
                fra: "2026-03-02".parse().unwrap(),
                til: None,
                timer_pr_uge: 12.0,
                dage: vec![Ugedag::Man, Ugedag::Ons],
                principper: vec![],
                skema: vec![],
            }],
            sundhedsvaesen: Some(Samtykke::NotNeeded),
            besked_godkendt: Some(true),
            tiltag: vec![Princip::Safety, Princip::Knowledge],
            ..Plan::default()
        };
        assert_eq!(missing(&plan, true), [None; 7]);
    }

    #[test]
    fn a_refused_samtykke_covers_princip_7_and_an_unapproved_besked_does_not_cover_princip_3() {
        let plan = Plan { sundhedsvaesen: Some(Samtykke::Declined), besked_godkendt: Some(false), ..Plan::default() };
        assert_eq!(missing(&plan, true)[6], None);
        assert_eq!(missing(&plan, true)[2], Some(Lack::Tiltag));
        assert_eq!(missing(&Plan::default(), true)[6], Some(Lack::Samtykke));
    }
}
