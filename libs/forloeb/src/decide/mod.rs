//! What can be asked for, and the decision: events, or a refusal as data.

pub mod afvisning;
pub mod beslut;
mod handling;
pub mod kommando;
