//! What must have happened by when, and where it stands on a day.

mod aftaler;
mod after_end;
pub mod anmeldelse;
mod easy;
pub mod frister;
mod ledelse;
pub(crate) mod opfoelgning;
mod refusionsanmodning;
pub(crate) mod skaanehensyn;
