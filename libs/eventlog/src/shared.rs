//! What the threads of an open log and its readers share.

use std::{
    fs::File,
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
};

use tokio::sync::watch;
use tracing::error;

use crate::{
    Fault, Hash, Head, Options, ReadError, StreamId, Version,
    disk::Disk,
    index::{Index, IndexError},
    overlay::{KeyEntry, Overlay, Recent},
    segment::{Folder, Segments},
};

/// What the log is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// What failed, after a failed write or sync.
    pub(crate) poisoned: Option<Arc<str>>,
    pub(crate) closed: bool,
}

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) disk: Disk,
    pub(crate) folder: Folder,
    pub(crate) fault: Option<Fault>,
    /// The last position that is durable. Everything up to it can be read when it is sent.
    pub(crate) head: watch::Sender<Head>,
    pub(crate) state: watch::Sender<State>,
    pub(crate) segments: RwLock<Segments>,
    pub(crate) recent: RwLock<Recent>,
    pub(crate) overlay: RwLock<Overlay>,
    /// Taken when the log is closed.
    pub(crate) index: RwLock<Option<Index>>,
    pub(crate) index_broken: AtomicBool,
    /// Commits acknowledged and not in the index.
    pub(crate) index_lag: AtomicUsize,
    pub(crate) lock: Mutex<Option<File>>,
}

/// A panic while the lock was held leaves these values usable: they are only ever replaced or pushed to.
pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn hold<T>(lock: &Mutex<T>) -> MutexGuard<'_, T> {
    lock.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Why something could not be looked up.
pub(crate) enum LookupError {
    Closed,
    Index(IndexError),
    Journal(ReadError),
}

impl From<LookupError> for ReadError {
    fn from(error: LookupError) -> ReadError {
        match error {
            LookupError::Closed => ReadError::Closed,
            LookupError::Index(IndexError(what)) => ReadError::Index { what },
            LookupError::Journal(error) => error,
        }
    }
}

impl Shared {
    /// The head, as it is durable.
    pub(crate) fn head(&self) -> Head {
        *self.head.borrow()
    }

    pub(crate) fn with_index<T>(&self, act: impl FnOnce(&Index) -> Result<T, IndexError>) -> Result<T, LookupError> {
        let index = read(&self.index);
        act(index.as_ref().ok_or(LookupError::Closed)?).map_err(|error| {
            if !self.index_broken.swap(true, Relaxed) {
                error!(error = error.0, "the index failed; it is built anew at the next start");
            }
            LookupError::Index(error)
        })
    }

    /// May read files.
    pub(crate) fn find_key(&self, key: &Hash) -> Result<Option<KeyEntry>, LookupError> {
        let fresh = read(&self.overlay).key(key);
        if fresh.is_some() {
            return Ok(fresh);
        }
        match self.with_index(|index| index.key(key))? {
            Some((first, offset)) => self.key_at(key, first, offset).map_err(LookupError::Journal),
            None => Ok(None),
        }
    }

    /// May read files.
    pub(crate) fn version(&self, stream: &StreamId) -> Result<Version, LookupError> {
        let fresh = read(&self.overlay).version(stream);
        fresh.map_or_else(|| self.with_index(|index| index.version(stream)), Ok)
    }
}

/// Reads files away from the threads that serve requests.
pub(crate) async fn off_the_runtime<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, ReadError> + Send + 'static,
) -> Result<T, ReadError> {
    match tokio::task::spawn_blocking(act).await {
        Ok(done) => done,
        Err(error) => match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            // Only a runtime that shuts down cancels a blocking task.
            Err(_) => Err(ReadError::Closed),
        },
    }
}
