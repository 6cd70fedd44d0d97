//! Where what was decided goes: into a log, or only into counts.

use chrono::NaiveDate;
use forloeb::frister::Vurdering;
use forloeb::{Aktoer, Forloeb, Haendelse, Nu};
use uuid::Uuid;

use super::OpdigtFejl;
use super::liv::Kendt;
use super::verden::Verden;

/// The events of one command.
pub(crate) struct Commit<'a> {
    pub(crate) verden: &'a Verden,
    /// Whose, as a place in the first district.
    pub(crate) plads: usize,
    /// Registrations that something is still to happen to.
    pub(crate) kendte: &'a [Kendt],
    /// Position of the first event.
    #[cfg_attr(not(test), expect(dead_code, reason = "the watch of the tests keeps whole histories"))]
    pub(crate) position: u64,
    /// Version of the employment before it.
    pub(crate) version: u64,
    pub(crate) haendelser: &'a [Haendelse],
    pub(crate) aktoer: &'a Aktoer,
    /// Key of the call, where there was one.
    pub(crate) noegle: Option<Uuid>,
    pub(crate) nu: Nu,
    /// Events of the commit that the last talk was recorded with.
    pub(crate) samtale_commit: u64,
}

/// Takes everything that is decided, in the order of time over all employees.
pub(crate) trait Udgang {
    /// The next commit.
    ///
    /// # Errors
    /// It cannot be taken.
    fn tag(&mut self, commit: &Commit<'_>) -> Result<(), OpdigtFejl>;

    /// These forløb of one employee are over, with nothing left to do or to save; they are forgotten now.
    fn forbi(&mut self, forloeb: &[(&Forloeb, Vurdering)], dag: NaiveDate) {
        let _ = (forloeb, dag);
    }

    /// Whether to go on, after every step; `position` is that of the last event.
    fn videre(&mut self, position: u64) -> bool {
        let _ = position;
        true
    }
}
