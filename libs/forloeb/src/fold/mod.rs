//! From events to forløb. A forløb is computed, never typed: registrations arrive late, out of order and corrected.

pub mod ansaettelse;
pub mod forloeb;
mod registrering;
pub mod stedfortraeder;
pub mod udled;
mod virkning;
