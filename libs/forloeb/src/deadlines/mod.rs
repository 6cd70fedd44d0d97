//! What must have happened by when, and where it stands on a day.

mod aftaler;
pub mod anmeldelse;
mod easy;
pub mod frister;
mod ledelse;
pub(crate) mod opfoelgning;
pub(crate) mod skaanehensyn;
