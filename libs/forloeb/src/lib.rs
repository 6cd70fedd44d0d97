//! The domain of sick-leave follow-up at Danish workplaces: values in, values out.
//!
//! ```text
//! command ─▶ beslut(state, command, now) ─▶ events ─▶ anvend ─▶ state ─▶ forloeb ─▶ frister, refusion, påmindelser
//! ```
//!
//! **What is absent here:** IO, a clock, randomness, async, text for people, personal data in the clear. Time, ids and
//! rules are arguments; names and free text pass through sealed ([`haendelse::Ciphertext`]).
//!
//! Words are the field's own, in Danish, in ASCII; `docs/glossary.md` owns them.

#![warn(missing_docs)]
// A new event, status or step of the law is to be thought of wherever one is asked about: the compiler lists the places.
#![warn(clippy::wildcard_enum_match_arm, clippy::match_wildcard_for_single_variants)]

#[macro_use]
mod code_words;
pub mod dagsvaerk;
mod deadlines;
mod decide;
mod events;
mod fold;
pub mod oere;
pub mod plan;
mod procent;
pub mod refusion;
mod reminders;
pub mod rules;
pub mod signaler;
pub mod what_if;
pub mod words;

pub use deadlines::{anmeldelse, frister};
pub use decide::{command, refusal};
pub use events::{form, haendelse};
pub use fold::{
    ansaettelse, derive, forloeb, laengde, noteret, omsorgskollega, rare, sagt, samtale, signalbrev, stamdata,
    stedfortraeder, uenighed,
};
/// The TTA plan: its open part, what it covers, and what is recorded about it.
pub mod tta {
    pub use crate::fold::tta::AboutPlan;
    pub use crate::plan::*;
}
pub use refusion::{regnskab, skoen};
pub use reminders::{fulgt, indbydelser, loft, nyheder, paamindelser, to_tell};
pub use rules as regler;
pub use rules::{calendar, politik};

pub use decide::{Now, decide, decide_on};
pub use events::haendelse::Haendelse;
pub use fold::ansaettelse::{Aktoer, Ansaettelse, Record};
pub use fold::forloeb::Forloeb;
pub use fold::forrige::forrige;
pub use oere::Oere;
pub use procent::Procent;
pub use rules::Regelbog;
