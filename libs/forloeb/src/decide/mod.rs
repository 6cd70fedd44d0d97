//! What can be asked for, and the decision: events, or a refusal as data.

pub mod afvisning;
mod beslut;
mod fravaer;
mod handling;
pub mod kommando;
mod rettelse;
mod sag;

pub use beslut::{Nu, beslut, beslut_paa};
