//! Invented people: names, personnumre that cannot be anybody's, employments in units with leader, TR and AMR.
//!
//! The same arguments give the same people on every machine: whole numbers only, and a generator of our own, because
//! a library's distributions may change with its version.

pub mod navne;
mod personale;
mod tilfaeldig;

pub use personale::{FOERSTE_NR, Medarbejder, Omfang, dage_mellem, distrikter, personale};
pub use tilfaeldig::Tilfaeldig;
