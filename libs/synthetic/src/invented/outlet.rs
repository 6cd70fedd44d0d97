//! Where what was decided goes: into a log, or only into counts.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use forloeb::frister::Assessment;
use forloeb::{Aktoer, Forloeb, Haendelse, Now};
use uuid::Uuid;

use super::SyntheticError;
use super::life::Known;
use super::world::World;

/// The events of one command.
pub(crate) struct Commit<'a> {
    pub(crate) world: &'a World,
    /// Whose, as a place in the first district.
    pub(crate) place: usize,
    /// Registrations that something is still to happen to.
    pub(crate) known_ones: &'a [Known],
    /// Position of the first event.
    #[cfg_attr(not(test), expect(dead_code, reason = "the watch of the tests keeps whole histories"))]
    pub(crate) position: u64,
    /// Version of the employment before it.
    pub(crate) version: u64,
    pub(crate) haendelser: &'a [Haendelse],
    pub(crate) aktoer: &'a Aktoer,
    /// Key of the call, where there was one.
    pub(crate) key: Option<Uuid>,
    pub(crate) now: Now,
    /// Of each event that one of these may name by its position, how many events it was recorded with.
    pub(crate) commits: &'a BTreeMap<u64, u64>,
}

/// Takes everything that is decided, in the order of time over all employees.
pub(crate) trait Outlet {
    /// The next commit.
    ///
    /// # Errors
    /// It cannot be taken.
    fn take(&mut self, commit: &Commit<'_>) -> Result<(), SyntheticError>;

    /// These forløb of one employee are over, with nothing left to do or to save; they are forgotten now.
    fn past(&mut self, forloeb: &[(&Forloeb, Assessment)], dag: NaiveDate) {
        let _ = (forloeb, dag);
    }

    /// Whether to go on, after every step; `position` is that of the last event.
    fn onward(&mut self, position: u64) -> bool {
        let _ = position;
        true
    }
}
