//! What the threads of an open log and its readers share.

use std::{
    fs::File,
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
};

use tokio::sync::{Semaphore, watch};
use tracing::{error, warn};

use crate::{
    Cause, Fault, Hash, Head, Options, Position, ReadError, StreamId, Version,
    cache::Cache,
    disk::Disk,
    health::Refusal,
    index::{Index, IndexError, Marker},
    pack::NotPacked,
    seen::Seen,
    segment::{Folder, Segments},
    tail::{KeyEntry, Recent, Tail},
};

/// What the log is doing.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// What failed, after a failed write or sync.
    pub(crate) poisoned: Option<Cause>,
    pub(crate) closed: bool,
}

/// No lock here is held while a file is read, written or synced: readers, the writer and the packer would wait for the
/// slowest disk access of any of them.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) disk: Disk,
    pub(crate) folder: Folder,
    /// Damage, found when the log was opened or when it was read: nothing is written any more.
    pub(crate) fault: OnceLock<Fault>,
    /// The last position that is durable. Everything up to it can be read when it is sent.
    pub(crate) head: watch::Sender<Head>,
    pub(crate) state: watch::Sender<State>,
    pub(crate) segments: RwLock<Segments>,
    pub(crate) recent: RwLock<Recent>,
    pub(crate) tail: RwLock<Tail>,
    pub(crate) seen: RwLock<Seen>,
    pub(crate) cache: Cache,
    /// Taken when the log is closed. Who looks something up holds the index and not the lock: sled may have to read.
    pub(crate) index: RwLock<Option<Arc<Index>>>,
    pub(crate) index_broken: AtomicBool,
    /// Held while the list of segments and the tail change from a raw segment to the packed one, so that who looks at both
    /// finds each commit once. The index has the segment before that.
    pub(crate) settled: Mutex<()>,
    /// Why the first full segment could not be packed when that was last tried; nothing when it could.
    pub(crate) not_packed: Mutex<Option<Arc<NotPacked>>>,
    /// Why a segment could not follow the one that is full, when that was last tried; nothing since something was written.
    pub(crate) refused: Mutex<Option<Refusal>>,
    pub(crate) lock: Mutex<Option<File>>,
    /// See [`READERS`].
    pub(crate) readers: Arc<Semaphore>,
}

/// Threads that read files at the same time. A slow disk keeps some of them waiting while others read on. Without a bound
/// 64 readers made 300 to 500 threads, and each read took half as much processor time again.
pub(crate) const READERS: usize = 16;

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

impl Shared {
    /// The head, as it is durable.
    pub(crate) fn head(&self) -> Head {
        *self.head.borrow()
    }

    /// Notes damage that a reader met; from here on nothing is written.
    pub(crate) fn noticed(&self, error: ReadError) -> ReadError {
        if let ReadError::Damaged(fault) = &error
            && self.fault.set(fault.clone()).is_ok()
        {
            error!(%fault, "the journal is damaged; it is read-only");
        }
        error
    }

    pub(crate) fn with_index<T>(&self, act: impl FnOnce(&Index) -> Result<T, IndexError>) -> Result<T, ReadError> {
        let index = read(&self.index).clone().ok_or(ReadError::Closed)?;
        if self.index_broken.load(Relaxed) {
            // It may lack anything, so it is not asked.
            let source = "broken, it is built anew at the next start".into();
            return Err(self.fault.get().cloned().map_or(ReadError::Index { source }, ReadError::Damaged));
        }
        act(&index).map_err(|error| self.index_failed(error))
    }

    /// The index said something that cannot be, or nothing; from here on it is not asked.
    pub(crate) fn index_failed(&self, source: IndexError) -> ReadError {
        if !self.index_broken.load(Relaxed) {
            error!(error = %source, "the index failed; it is built anew at the next start");
            self.distrust_index();
        }
        ReadError::Index { source }
    }

    /// It is not asked any more, and the next start builds it anew however this one ends.
    pub(crate) fn distrust_index(&self) {
        self.index_broken.store(true, Relaxed);
        if let Err(error) = Marker(&self.folder.index_open).distrust(&self.disk) {
            warn!(%error, "the index could not be marked as bad");
        }
    }

    /// What is known of a key without a look at the files; nothing where that takes one. Most keys were never seen.
    pub(crate) fn key_in_memory(&self, key: &Hash) -> Result<Option<Option<KeyEntry>>, ReadError> {
        if read(&self.index).is_none() {
            return Err(ReadError::Closed);
        }
        let fresh = read(&self.tail).key(key);
        Ok((fresh.is_some() || !read(&self.seen).perhaps(key)).then_some(fresh))
    }

    /// What was written under a key, also what waits for its sync. May read files.
    pub(crate) fn find_key(&self, key: &Hash) -> Result<Option<KeyEntry>, ReadError> {
        if let Some(known) = self.key_in_memory(key)? {
            return Ok(known);
        }
        // Written out, since a guard in the head of the loop would be held through all of it.
        let segments = read(&self.segments).packed();
        for packed in segments {
            for nth in packed.keyed(key).map_err(|error| self.noticed(error))? {
                let found = packed.commit(nth, &self.cache, |found| {
                    let commit = &found.commit;
                    let known = commit.idempotency.filter(|idempotency| idempotency.key == *key)?;
                    let (last, version) = (commit.last(), commit.last_version());
                    Some(KeyEntry { fingerprint: known.fingerprint, first: commit.first, last, version })
                });
                let found = found.map_err(|error| self.noticed(error))?;
                if found.is_some() {
                    return Ok(found);
                }
            }
        }
        Ok(None)
    }

    /// The version of a stream, with what waits for its sync where `up_to` is past the head. May read files.
    pub(crate) fn version_at(&self, stream: &StreamId, up_to: Position) -> Result<Version, ReadError> {
        let fresh = read(&self.tail).version_at(stream.as_str(), up_to);
        let packed = || Ok(self.with_index(|index| index.row(stream.as_str()))?.map_or(0, |row| row.version));
        fresh.map_or_else(packed, Ok)
    }
}

impl Shared {
    /// Reads files away from the threads that serve requests.
    pub(crate) async fn off_the_runtime<T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&Arc<Shared>) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        self.off_the_runtime_then(act, |done| done).await
    }

    /// The same, and `work` on the same thread when the files have been read: it may take long and keeps no reader waiting.
    pub(crate) async fn off_the_runtime_then<R, T: Send + 'static>(
        self: &Arc<Self>,
        act: impl FnOnce(&Arc<Shared>) -> Result<R, ReadError> + Send + 'static,
        work: impl FnOnce(R) -> T + Send + 'static,
    ) -> Result<T, ReadError> {
        // Nobody closes the semaphore.
        let permit = Arc::clone(&self.readers).acquire_owned().await.map_err(|_| ReadError::Closed)?;
        let shared = Arc::clone(self);
        let read = move || {
            let done = act(&shared)?;
            drop(permit);
            Ok(work(done))
        };
        match tokio::task::spawn_blocking(read).await {
            Ok(done) => done,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => resume_unwind(panic),
                // Only a runtime that shuts down cancels a blocking task.
                Err(_) => Err(ReadError::Closed),
            },
        }
    }
}
