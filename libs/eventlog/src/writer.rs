//! The one thread that writes: takes what is queued, checks it, writes it, syncs it once, answers.

use std::{
    collections::HashMap,
    io, mem,
    sync::{Arc, mpsc as thread_mpsc},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};

use crate::{
    Append, AppendError, Appended, Commit, Hash, Head, Position, ReadError, ReadOnlyReason, StreamId, Version,
    disk::free_bytes,
    frame::{FRAME_OVERHEAD, Frame, SEGMENT_HEADER, size_at_most},
    segment::{Active, Prepared, Segment},
    shared::{Shared, read, write},
    tail::{Entry, Kept, KeyEntry, Placed},
};

/// How long a look at the free space of the disk holds.
const SPACE_CHECK: Duration = Duration::from_secs(1);

/// How long the thread stays awake for the next command.
const AWAKE: Duration = Duration::from_micros(100);

type Answer = Result<Appended, AppendError>;

pub(crate) enum Command {
    Append(Request),
    Close,
}

pub(crate) struct Request {
    pub(crate) append: Append,
    pub(crate) answer: oneshot::Sender<Answer>,
}

pub(crate) struct Writer {
    shared: Arc<Shared>,
    queue: mpsc::Receiver<Command>,
    /// Told of each segment that is full.
    packer: thread_mpsc::Sender<()>,
    /// None where the log is damaged.
    active: Option<Active>,
    head: Head,
    group: Group,
    buffer: Vec<u8>,
    poisoned: Option<Arc<str>>,
    space_checked: Option<Instant>,
}

/// What is written with the next sync.
#[derive(Default)]
struct Group {
    commits: Vec<(Placed, Append, usize)>,
    versions: HashMap<StreamId, Version>,
    keys: HashMap<Hash, KeyEntry>,
    /// Held back until the sync, for some depend on it: also conflicts and repetitions speak of commits in this group.
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
    /// The head after it.
    head: Option<Head>,
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        queue: mpsc::Receiver<Command>,
        packer: thread_mpsc::Sender<()>,
        active: Option<Active>,
    ) -> Writer {
        let head = shared.head();
        Writer {
            shared,
            queue,
            packer,
            active,
            head,
            group: Group::default(),
            buffer: Vec::new(),
            poisoned: None,
            space_checked: None,
        }
    }

    /// Ends when the log is closed or nobody holds it any more. The indexer ends after it.
    pub(crate) fn run(mut self) {
        let mut taken = Vec::new();
        let mut closing = false;
        while !closing && self.next(&mut taken) {
            closing = self.take(&mut taken);
        }
        // What was queued before the end was seen is still written; nothing can be queued after it.
        self.queue.close();
        while self.queue.blocking_recv_many(&mut taken, self.shared.options.group_commits) > 0 {
            self.take(&mut taken);
        }
    }

    /// Takes what is queued, and waits until something is; says whether there was anything.
    ///
    /// Who has just been answered often asks again at once, and to be woken takes longer than that: so before the thread
    /// goes to sleep it looks for a moment.
    fn next(&mut self, taken: &mut Vec<Command>) -> bool {
        let until = Instant::now() + AWAKE;
        while self.queue.is_empty() && !self.queue.is_closed() && Instant::now() < until {
            thread::yield_now();
        }
        self.queue.blocking_recv_many(taken, self.shared.options.group_commits) > 0
    }

    /// Writes everything taken from the queue; says whether the log is to be closed.
    fn take(&mut self, taken: &mut Vec<Command>) -> bool {
        let mut closing = false;
        for command in taken.drain(..) {
            match command {
                Command::Close => closing = true,
                Command::Append(request) => self.add(request),
            }
            if self.buffer.len() >= self.shared.options.group_bytes {
                self.commit();
            }
        }
        self.commit();
        // A buffer that once had to be large is not kept for good.
        if self.buffer.capacity() > 2 * self.shared.options.group_bytes {
            self.buffer = Vec::new();
        }
        closing
    }

    fn add(&mut self, request: Request) {
        let Request { append, answer } = request;
        let checked = self.check(&append);
        let result = checked.and_then(|repeated| match repeated {
            Some(appended) => Ok(appended),
            None => self.stage(append),
        });
        self.group.answers.push((answer, result));
    }

    /// Whether the command was written before, or why it cannot be written.
    fn check(&mut self, append: &Append) -> Result<Option<Appended>, AppendError> {
        if let Some(reason) = &self.poisoned {
            return Err(AppendError::Poisoned { reason: Arc::clone(reason) });
        }
        if let Some(idempotency) = append.idempotency {
            let known = match self.group.keys.get(&idempotency.key) {
                Some(known) => Some(*known),
                None => self.shared.find_key(&idempotency.key).map_err(|error| Writer::unindexed(&error))?,
            };
            match known {
                Some(known) if known.fingerprint == idempotency.fingerprint => return Ok(Some(known.repeated())),
                Some(_) => return Err(AppendError::KeyReused),
                None => {}
            }
        }
        if let Some(fault) = self.shared.fault.get() {
            return Err(AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(fault.clone()) });
        }
        let actual = self.version(&append.stream)?;
        if actual != append.expected {
            let (stream, expected) = (append.stream.clone(), append.expected);
            return Err(AppendError::WrongVersion { stream, expected, actual });
        }
        self.check_room()?;
        Ok(None)
    }

    fn version(&mut self, stream: &StreamId) -> Result<Version, AppendError> {
        match self.group.versions.get(stream) {
            Some(version) => Ok(*version),
            None => self.shared.version(stream).map_err(|error| Writer::unindexed(&error)),
        }
    }

    /// Without the index it is not known whether a key was used or what version a stream has.
    fn unindexed(error: &ReadError) -> AppendError {
        match error {
            ReadError::Closed => AppendError::Closed,
            ReadError::Damaged(fault) => AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(fault.clone()) },
            ReadError::Index { .. } | ReadError::Io { .. } => {
                AppendError::ReadOnly { reason: ReadOnlyReason::IndexBroken }
            }
        }
    }

    fn check_room(&mut self) -> Result<(), AppendError> {
        if self.space_checked.is_some_and(|at| at.elapsed() < SPACE_CHECK) {
            return Ok(());
        }
        let needed = self.shared.options.keep_free;
        match free_bytes(&self.shared.folder.journal) {
            Ok(free) if free < needed => {
                self.space_checked = None;
                Err(AppendError::ReadOnly { reason: ReadOnlyReason::DiskFull { free, needed } })
            }
            Ok(_) => {
                self.space_checked = Some(Instant::now());
                Ok(())
            }
            Err(error) => {
                // The writes themselves tell when there is no room.
                warn!(%error, "the free space of the disk cannot be read");
                self.space_checked = Some(Instant::now());
                Ok(())
            }
        }
    }

    /// Puts a checked command into the group.
    fn stage(&mut self, append: Append) -> Result<Appended, AppendError> {
        self.make_room((size_at_most(&append) + FRAME_OVERHEAD) as u64)?;
        let Some(active) = &self.active else { return Err(AppendError::Closed) };
        let before = self.group.head.unwrap_or(self.head);
        let (first, count) = (before.position + 1, append.events.len() as u64);
        let start = self.buffer.len();
        let frame =
            Frame { append: &append, durable: self.head.position, first, before: before.hash, salt: active.salt };
        let hash = frame.encode(&mut self.buffer);
        let offset = active.end + start as u64;
        let version = append.expected + 1;
        let entry = Entry { version, count: u32::try_from(count).unwrap_or(u32::MAX), first, offset };
        let placed = Placed { stream: append.stream.clone(), entry, idempotency: append.idempotency, hash };
        self.group.versions.insert(append.stream.clone(), entry.last_version());
        self.group.keys.extend(placed.key());
        self.group.head = Some(Head { position: entry.last(), hash });
        self.group.commits.push((placed, append, self.buffer.len() - start));
        Ok(Appended { first, last: entry.last(), version: entry.last_version(), repeated: false })
    }

    /// A commit never spans segments, and a group neither.
    fn make_room(&mut self, need: u64) -> Result<(), AppendError> {
        let Some(active) = &self.active else { return Err(AppendError::Closed) };
        if active.end + self.buffer.len() as u64 + need <= active.capacity {
            return Ok(());
        }
        self.commit();
        self.still_sound()?;
        // What is not packed is in memory, and that must have an end.
        while self.shared.options.pack && read(&self.shared.segments).backlog() > self.shared.options.backlog {
            if self.shared.fault.get().is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(1));
        }
        let capacity = self.shared.options.segment_size.max(need + SEGMENT_HEADER as u64);
        match self.rotate(capacity) {
            Ok(()) => Ok(()),
            Err(Rotation::NoSpace) => {
                let free = free_bytes(&self.shared.folder.journal).unwrap_or(0);
                let needed = capacity + self.shared.options.keep_free;
                Err(AppendError::ReadOnly { reason: ReadOnlyReason::DiskFull { free, needed } })
            }
            Err(Rotation::Failed(error)) => {
                self.poison("a new segment", &error);
                self.still_sound()
            }
        }
    }

    fn still_sound(&self) -> Result<(), AppendError> {
        match &self.poisoned {
            Some(reason) => Err(AppendError::Poisoned { reason: Arc::clone(reason) }),
            None => Ok(()),
        }
    }

    fn rotate(&mut self, capacity: u64) -> Result<(), Rotation> {
        let Shared { disk, folder, .. } = &*self.shared;
        let prepared = Prepared::new(disk, folder, self.head, capacity).map_err(|error| match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Rotation::NoSpace,
            _ => Rotation::Failed(error),
        })?;
        if let Some(full) = &self.active {
            // From here on it never changes. The next segment must not be there before this is durable.
            disk.truncate(&full.file, full.end).map_err(Rotation::Failed)?;
            disk.sync(&full.file).map_err(Rotation::Failed)?;
        }
        let leaf = read(&self.shared.segments).0.last().map_or(0, Segment::leaf_after);
        let (active, segment) = prepared.install(disk, folder, leaf).map_err(Rotation::Failed)?;
        write(&self.shared.segments).push(segment);
        self.active = Some(active);
        // Without a packer segments stay as they are.
        let _ = self.packer.send(());
        Ok(())
    }

    /// Writes and syncs the group, makes it known, and answers.
    fn commit(&mut self) {
        let group = mem::take(&mut self.group);
        if let (Some(head), Some(active)) = (group.head, &mut self.active) {
            let disk = &self.shared.disk;
            let written = disk.write_at(&active.file, &self.buffer, active.end).and_then(|()| disk.sync(&active.file));
            match written {
                Ok(()) => {
                    active.end += self.buffer.len() as u64;
                    self.publish(group.commits, head);
                }
                Err(error) => self.poison("write", &error),
            }
            self.buffer.clear();
        }
        for (answer, result) in group.answers {
            // Even a refusal may rest on a commit of this group, so after a failure no answer is worth anything.
            let result = match &self.poisoned {
                Some(reason) if group.head.is_some() => Err(AppendError::Poisoned { reason: Arc::clone(reason) }),
                _ => result,
            };
            // Whoever asked may have gone.
            let _ = answer.send(result);
        }
    }

    /// Durable: readers may see it.
    fn publish(&mut self, commits: Vec<(Placed, Append, usize)>, head: Head) {
        let durable = self.head.position;
        let mut placed = Vec::with_capacity(commits.len());
        let mut kept = Vec::with_capacity(commits.len());
        {
            let mut segments = write(&self.shared.segments);
            let mut active = segments.active();
            for (place, append, bytes) in commits {
                if let Some(active) = &mut active {
                    active.push(place.entry.first, bytes as u64);
                }
                kept.push(Arc::new(keep(append, &place, durable, bytes)));
                placed.push(place);
            }
        }
        {
            let mut recent = write(&self.shared.recent);
            kept.into_iter().for_each(|kept| recent.push(kept));
        }
        {
            let mut tail = write(&self.shared.tail);
            placed.iter().for_each(|placed| tail.insert(placed));
        }
        self.head = head;
        self.shared.head.send_replace(head);
    }

    /// A failed sync may have dropped the very pages it failed for, so nothing is tried again.
    fn poison(&mut self, what: &str, error: &io::Error) {
        error!(%error, position = self.head.position, "{what} failed; the log takes nothing more, stop the process");
        let reason: Arc<str> = Arc::from(format!("{what}: {error}"));
        self.poisoned = Some(Arc::clone(&reason));
        self.shared.state.send_modify(|state| state.poisoned = Some(reason));
    }
}

enum Rotation {
    /// Nothing was changed; it can be tried again when there is room.
    NoSpace,
    Failed(io::Error),
}

fn keep(append: Append, placed: &Placed, durable: Position, bytes: usize) -> Kept {
    let Append { stream, time, meta, events, idempotency, .. } = append;
    let (first, version) = (placed.entry.first, placed.entry.version);
    let meta = Arc::from(meta);
    let commit = Commit { durable, first, version, stream, time, meta, idempotency, events };
    Kept { commit, hash: placed.hash, bytes: bytes + 256 }
}
