//! Invented people: names, personnumre that cannot be anybody's, employments in units with leader, TR and AMR. And
//! invented workplaces of them, on a fast clock.
//!
//! The same arguments give the same people on every machine: whole numbers only, and a generator of our own, because
//! a library's distributions may change with its version.

#[cfg(feature = "workplaces")]
pub mod generate;
#[cfg(feature = "workplaces")]
mod invented;
pub mod names;
#[cfg(feature = "workplaces")]
pub mod simulation;
mod staff;

pub use staff::{FOERSTE_NR, Medarbejder, Omfang, dage_between, distrikter, staff};
