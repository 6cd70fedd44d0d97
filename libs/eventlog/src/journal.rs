//! The log as its users see it.

use std::{path::Path, sync::Arc};

use tokio::sync::{mpsc, oneshot};

use crate::{
    Append, AppendError, Appended, Cause, Commits, Fault, Follower, Hash, Head, Health, JournalFile, OpenError, Opened,
    Position, ReadError, Recorded, StreamId, Version, Watch,
    draft::Draft,
    proof::{CommitTree, StreamProof, TreeHead},
    recover,
    shared::{Shared, read},
    streams::{OnDamage, Streams},
    tail::Hashes,
    writer::{Command, Request},
};

/// How a log is kept. The defaults serve.
#[derive(Debug, Clone)]
pub struct Options {
    /// Bytes reserved for a segment, from 4 KiB to 256 MiB. A larger commit gets a segment of its own size.
    pub segment_size: u64,
    /// Appends that may wait before [`Journal::append`] itself waits.
    pub queue: usize,
    /// Most commits written with one sync.
    pub group_commits: usize,
    /// Bytes after which a group is written.
    pub group_bytes: usize,
    /// Latest events kept in memory for those who follow.
    pub recent_events: usize,
    /// Most bytes of them, and of the group that the oldest was written with.
    pub recent_bytes: usize,
    /// Memory of the index, in bytes.
    pub index_cache: u64,
    /// Memory for what was read of packed segments, in bytes.
    pub read_cache: u64,
    /// Full segments are packed: compressed, with an index of their own.
    pub pack: bool,
    /// Full segments that may wait to be packed before the writer waits too, or refuses where none can be packed.
    pub backlog: usize,
    /// Bytes that must be free on the disk for anything to be appended.
    pub keep_free: u64,
    /// Is told how far opening the log has come, where the index has to be built: commits done, and all of them.
    pub progress: Option<Progress>,
    /// Sees every file operation; for fault tests.
    pub watch: Option<Arc<dyn Watch>>,
}

/// Is told commits done, and all of them.
#[derive(Clone)]
pub struct Progress(pub Arc<dyn Fn(u64, u64) + Send + Sync>);

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Progress")
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            segment_size: 16 << 20,
            queue: 4096,
            group_commits: 1024,
            group_bytes: 4 << 20,
            recent_events: 4096,
            recent_bytes: 8 << 20,
            index_cache: 16 << 20,
            read_cache: 48 << 20,
            pack: true,
            backlog: 16,
            keep_free: 64 << 20,
            progress: None,
            watch: None,
        }
    }
}

impl Options {
    pub(crate) fn check(&self) -> Result<(), OpenError> {
        let bounds = [
            ("segment_size", (4 << 10..=256 << 20).contains(&self.segment_size)),
            ("queue", self.queue > 0),
            ("group_commits", self.group_commits > 0),
            ("group_bytes", self.group_bytes > 0),
            ("backlog", self.backlog > 0),
        ];
        match bounds.into_iter().find(|(_, within)| !within) {
            Some((option, _)) => Err(OpenError::Option { option }),
            None => Ok(()),
        }
    }
}

/// An open log. Clones are the same log.
///
/// Call [`Journal::close`] at the end. When every clone is dropped instead, the log closes behind them; nothing is
/// lost then either, but the folder is free for another [`Journal::open`] only a moment later.
#[derive(Debug, Clone)]
pub struct Journal {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Command>,
}

impl Journal {
    /// Opens the log in a folder, which is made where there is none, and recovers what a crash left.
    ///
    /// Reads what is not packed yet, and where the index is lost everything, so this takes time; do not call it on a
    /// thread that serves requests.
    ///
    /// # Errors
    /// The log is in use, an option is out of bounds, or the file system refuses. A damaged journal is no error here:
    /// see [`crate::Recovery::fault`].
    pub fn open(folder: &Path, options: Options) -> Result<Opened, OpenError> {
        let (shared, queue, recovery) = recover::open(folder, options)?;
        Ok(Opened { log: Journal { shared, queue }, recovery })
    }

    /// Writes the events of one command, all or none, and answers when they are on disk.
    ///
    /// A command whose idempotency key is in the log already gets the answer of the first time, whatever the version
    /// of the stream is now. Dropping the future does not take the command back.
    ///
    /// # Errors
    /// See [`AppendError`]; with all but [`AppendError::Poisoned`] nothing was written.
    pub async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        if append.events.is_empty() {
            return Err(AppendError::Empty);
        }
        let draft = Draft::new(&append).map_err(AppendError::TooLarge)?;
        drop(append); // not kept while the disk syncs
        let (answer, answered) = oneshot::channel();
        let request = Command::Append(Request { draft, answer });
        self.queue.send(request).await.map_err(|_| AppendError::Closed)?;
        // The writer drops what is queued behind the end.
        answered.await.unwrap_or(Err(AppendError::Closed))
    }

    /// What was written under an idempotency key, with the fingerprint it was written with.
    ///
    /// # Errors
    /// The index cannot be read, or the log is closed.
    pub async fn find_key(&self, key: Hash) -> Result<Option<(Appended, Hash)>, ReadError> {
        let head = self.shared.head().position;
        let found = match self.shared.key_in_memory(&key)? {
            Some(known) => known,
            None => self.shared.off_the_runtime(move |shared| shared.find_key(&key)).await?,
        };
        Ok(found.filter(|entry| entry.last <= head).map(|entry| (entry.repeated(), entry.fingerprint)))
    }

    /// Events of a stream with versions after `from`, in order, at most `max`, without the hashes of their commits.
    ///
    /// Fewer when they are large (about 8 MB are given out at once); none only when there are no more.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn read_stream(&self, stream: &StreamId, from: Version, max: usize) -> Result<Vec<Recorded>, ReadError> {
        self.shared.read_stream(stream, from, max, Hashes::LeftOut, |events| events).await
    }

    /// As [`Journal::read_stream`], and what is made of the events is made on the thread that read them: a whole stream is
    /// more work to understand than to read, and it would keep a thread from serving requests.
    ///
    /// # Errors
    /// As there.
    pub async fn work_on_stream<T: Send + 'static>(
        &self,
        stream: &StreamId,
        from: Version,
        max: usize,
        work: impl FnOnce(Vec<Recorded>) -> T + Send + 'static,
    ) -> Result<T, ReadError> {
        self.shared.read_stream(stream, from, max, Hashes::LeftOut, work).await
    }

    /// As [`Journal::read_stream`], with the chain hash of each commit, which is checked to follow from the commit and the
    /// hash before it. That makes a read up to twice as dear, so it is for those who show the hashes.
    ///
    /// # Errors
    /// As there, and where a hash does not follow.
    pub async fn read_stream_with_hashes(
        &self,
        stream: &StreamId,
        from: Version,
        max: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        self.shared.read_stream(stream, from, max, Hashes::Told, |events| events).await
    }

    /// Events with positions after `after`, in order, at most `max`, with the hashes of their commits; fewer only as in
    /// [`Journal::read_stream`].
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn read(&self, after: Position, max: usize) -> Result<Vec<Recorded>, ReadError> {
        self.shared.read(after, max).await
    }

    /// Where the log ends; everything up to there is on disk and can be read.
    pub fn head(&self) -> Head {
        self.shared.head()
    }

    /// The version of a stream, 0 for one without events.
    ///
    /// # Errors
    /// The index cannot be read, or the log is closed.
    pub async fn stream_version(&self, stream: &StreamId) -> Result<Version, ReadError> {
        let head = self.shared.head().position;
        if let Some(version) = read(&self.shared.tail).version_at(stream.as_str(), head) {
            return Ok(version);
        }
        let stream = stream.clone();
        self.shared.off_the_runtime(move |shared| shared.version_at(&stream, head)).await
    }

    /// The whole log stream by stream, in `parts` that can be read at the same time.
    pub fn streams(&self, parts: usize) -> Vec<Streams> {
        Streams::new(&self.shared, parts, OnDamage::Stop)
    }

    /// As [`Journal::streams`], and where something is damaged, without the streams that are not whole: the others can
    /// be read. [`Streams::left_out`] counts them, and [`Journal::fault`] says where the damage is.
    pub fn readable_streams(&self, parts: usize) -> Vec<Streams> {
        Streams::new(&self.shared, parts, OnDamage::LeaveOut)
    }

    /// Damage that was found when the log was opened, or met when it was read.
    pub fn fault(&self) -> Option<Fault> {
        self.shared.fault.get().cloned()
    }

    /// The heads of the Merkle trees over the log as it is now; costs as much as there are streams.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn tree_head(&self) -> Result<TreeHead, ReadError> {
        self.shared.tree_head().await
    }

    /// The tree over commits as it is now. It is made of hashes that are kept for packed segments and of the commits that are
    /// not packed, and reads no body: it may be asked for at any time.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn commit_tree(&self) -> Result<CommitTree, ReadError> {
        self.shared.commit_tree().await
    }

    /// The proof that the tree over the first `new` commits continues the one over the first `old`
    /// ([`crate::merkle::extends`] checks it); nothing where `old` is more than `new`, or there are not so many.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn consistency(&self, old: u64, new: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        self.shared.consistency(old, new).await
    }

    /// Every commit of a stream with the proof that it is in the log and that there are no others; nothing where there is
    /// no such stream.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn stream_proof(&self, stream: &StreamId) -> Result<Option<StreamProof>, ReadError> {
        self.shared.stream_proof(stream).await
    }

    /// Every event after a position, and then each new one.
    pub fn follow(&self, after: Position) -> Follower {
        Follower::new(Arc::clone(&self.shared), after)
    }

    /// The commits after the one that holds `after`, as they are stored, for an export.
    pub fn commits(&self, after: Position) -> Commits {
        Commits::new(Arc::clone(&self.shared), after)
    }

    /// The files that make up the log at this moment. Copied up to these lengths, at leisure, into `journal` of an
    /// empty folder, they are the log up to [`Journal::head`] as it was.
    pub fn backup_files(&self) -> Vec<JournalFile> {
        read(&self.shared.segments).files()
    }

    /// How it is: whether it takes events, and why not. Asks the file system how much room there is.
    pub fn health(&self) -> Health {
        let health = self.shared.health();
        Health { closed: health.closed || self.queue.is_closed(), ..health }
    }

    /// Waits until a write or sync has failed, and says what. The process has to stop then; the next start recovers.
    /// Never comes back in a log that is closed in order.
    pub async fn poisoned(&self) -> Cause {
        let mut state = self.shared.state.subscribe();
        loop {
            if let Some(reason) = &state.borrow_and_update().poisoned {
                return reason.clone();
            }
            if state.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Waits until the log is closed.
    pub async fn closed(&self) {
        let mut state = self.shared.state.subscribe();
        // The sender lives in `shared`, so it is not gone.
        let _ = state.wait_for(|state| state.closed).await;
    }

    /// Writes what is queued, brings the index up to date, and closes all files. Other clones get `Closed` after that.
    pub async fn close(self) {
        let mut state = self.shared.state.subscribe();
        // No receiver: it is closing already.
        let _ = self.queue.send(Command::Close).await;
        drop(self.queue);
        let _ = state.wait_for(|state| state.closed).await;
    }
}
