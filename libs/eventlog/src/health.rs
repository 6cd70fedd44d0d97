//! What keeps the log from taking events, or soon may.

use std::{
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use crate::{
    Cause, ReadOnlyReason,
    disk::free_bytes,
    shared::{Shared, hold, read},
};

/// How long it is believed that there is no room for another segment, when nobody has tried since: the free bytes of a
/// disk do not tell what a quota leaves.
const REFUSAL_HOLDS: Duration = Duration::from_secs(30);

/// How a log is, at the moment it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    /// Why it takes no events; nothing where it does.
    pub read_only: Vec<ReadOnlyReason>,
    /// What failed, after a failed write or sync: the process has to stop.
    pub poisoned: Option<Cause>,
    /// It is closed, or about to be.
    pub closed: bool,
    /// Why the first full segment could not be packed when that was last tried. Events are taken until too many wait.
    pub not_packed: Option<Cause>,
}

/// Why a segment could not follow the one that is full.
#[derive(Debug)]
pub(crate) struct Refusal {
    at: Instant,
    reason: ReadOnlyReason,
}

impl Refusal {
    pub(crate) fn now(reason: ReadOnlyReason) -> Refusal {
        Refusal { at: Instant::now(), reason }
    }
}

impl Shared {
    pub(crate) fn health(&self) -> Health {
        let not_packed = hold(&self.not_packed).clone().map(Cause::new);
        let mut read_only = Vec::new();
        if let Some(fault) = self.fault.get() {
            read_only.push(ReadOnlyReason::Damaged(fault.clone()));
        }
        if self.index_broken.load(Relaxed) {
            read_only.push(ReadOnlyReason::IndexBroken);
        }
        let needed = self.options.keep_free;
        // What cannot be read is told by the writes themselves.
        let nearly_full = free_bytes(&self.folder.journal).ok().filter(|free| *free < needed);
        if let Some(free) = nearly_full {
            read_only.push(ReadOnlyReason::DiskFull { free, needed });
        }
        if let Some(Refusal { at, reason }) = &*hold(&self.refused) {
            let still = match reason {
                ReadOnlyReason::DiskFull { .. } => nearly_full.is_none() && at.elapsed() < REFUSAL_HOLDS,
                ReadOnlyReason::Damaged(_)
                | ReadOnlyReason::Refused { .. }
                | ReadOnlyReason::NotPacked { .. }
                | ReadOnlyReason::IndexBroken => {
                    not_packed.is_some() && read(&self.segments).backlog() > self.options.backlog
                }
            };
            read_only.extend(still.then(|| reason.clone()));
        }
        let state = self.state.borrow();
        Health { read_only, poisoned: state.poisoned.clone(), closed: state.closed, not_packed }
    }
}
