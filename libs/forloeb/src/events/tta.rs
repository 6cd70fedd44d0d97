//! The events of a TTA plan, declared with all others: what is said of [`super::declare`] holds for them.

/// Declares these events after those that are given.
macro_rules! with_those_of_tta {
    ($($others:tt)*) => {
        haendelser! {
            $($others)*
            /// A version of the TTA plan; versions are never changed.
            TtaPlanLagt(form 1, about forloeb, keeps nothing, seal confidential as PlanTekster, can annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// 1 for the first.
                version: u32,
                /// Dates, hours and codes.
                plan: Box<Plan>,
                /// The words of the plan.
                #[serde(rename = "fortroligt")] confidential: Ciphertext,
            }
            /// A plan that somebody is still writing was put aside. It takes the place of the one before, and a version that is made
            /// takes its.
            TtaPlanKladdeGemt(form 1, about forloeb, keeps nothing, seal confidential as PlanKladde, can_not annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// All of it.
                #[serde(rename = "fortroligt")] confidential: Ciphertext,
            }
            /// What the employee wants of the plan, in their own words.
            TtaEgneOrdSkrevet(form 1, about forloeb, keeps nothing, seal confidential as EgneOrd, can annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// Who wrote it down: the employee, or somebody at work on their behalf.
                af: Part,
                /// The words.
                #[serde(rename = "fortroligt")] confidential: Ciphertext,
            }
            /// For the time being no plan is needed.
            TtaPlanUndtaget(form 1, about forloeb, keeps nothing, seal begrundelse as Beslutningsgrund, can annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// The last day on which it holds: then it is looked at again.
                til: NaiveDate,
                /// The reason that was given, sealed.
                begrundelse: Ciphertext,
            }
            /// The employee agrees with a version of the plan, or does not.
            TtaPlanBesvaret(form 1, about forloeb, keeps nothing, seal bemaerkning as Planbemaerkning, can_not annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// The version.
                version: u32,
                /// What they say.
                svar: Plansvar,
                /// In their words, sealed.
                #[serde(default, skip_serializing_if = "Option::is_none")] bemaerkning: Option<Ciphertext>,
            }
            /// The employee approves the message to colleagues of a version, or does not.
            TtaBeskedBesvaret(form 1, about forloeb, keeps nothing, seal nothing, can_not annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// The version that the message stands in.
                version: u32,
                /// It may be told.
                godkendt: bool,
            }
            /// A version of the plan was shared with somebody.
            TtaPlanDelt(form 1, about forloeb, keeps nothing, seal confidential as Planmodtager, can annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// The version.
                version: u32,
                /// The day it happened.
                dato: NaiveDate,
                /// With whom, sealed.
                #[serde(rename = "fortroligt")] confidential: Ciphertext,
            }
            /// The plan was evaluated.
            TtaEvalueret(form 1, about forloeb, keeps nothing, seal confidential as Konklusion, can annulleres) {
                /// The forløb it is about.
                forloeb: Uuid,
                /// The day it happened.
                dato: NaiveDate,
                /// What each thing that was tried has done, in the order in which it is told of.
                #[serde(default, skip_serializing_if = "Vec::is_empty")] virkninger: Vec<Virkning>,
                /// What was concluded.
                #[serde(default, skip_serializing_if = "Option::is_none")]
                #[serde(rename = "fortroligt")] confidential: Option<Ciphertext>,
            }
        }
    };
}

pub(super) use with_those_of_tta;
