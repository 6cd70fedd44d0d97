//! What must have happened by when, and where it stands on a day.

mod aftaler;
pub mod anmeldelse;
pub mod frister;
pub(crate) mod opfoelgning;
