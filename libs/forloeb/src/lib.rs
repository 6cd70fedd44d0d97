//! The domain of sick-leave follow-up at Danish workplaces: values in, values out.
//!
//! ```text
//! command ─▶ beslut(state, command, now) ─▶ events ─▶ anvend ─▶ state ─▶ forloeb ─▶ frister, refusion, påmindelser
//! ```
//!
//! **What is absent here:** IO, a clock, randomness, async, text for people, personal data in the clear. Time, ids and
//! rules are arguments; names and free text pass through sealed ([`haendelse::Forseglet`]).
//!
//! Words are the field's own, in Danish, in ASCII; `docs/glossary.md` owns them.

mod afgoerelse;
pub mod afvisning;
pub mod anmeldelse;
pub mod ansaettelse;
pub mod beslut;
pub mod forloeb;
pub mod form;
pub mod frister;
pub mod haendelse;
mod handling;
pub mod hvad_hvis;
pub mod indbydelser;
pub mod kalender;
pub mod kommando;
pub mod ord;
pub mod paamindelser;
pub mod politik;
pub mod refusion;
mod regeltjek;
pub mod regler;
pub mod regnskab;
pub mod signaler;
pub mod skoen;
pub mod stedfortraeder;
pub mod tta;
pub mod udled;

pub use ansaettelse::{Aktoer, Ansaettelse, Post};
pub use beslut::{Nu, beslut, beslut_paa};
pub use forloeb::Forloeb;
pub use haendelse::Haendelse;
pub use regler::Regelbog;
