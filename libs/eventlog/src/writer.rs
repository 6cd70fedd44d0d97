//! The one thread that writes: takes what is queued, checks it, writes it, syncs it once, answers.

use std::{
    io, mem,
    ops::Range,
    sync::{Arc, mpsc as thread_mpsc},
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot};
use tracing::{error, warn};

use crate::{
    AppendError, Appended, Cause, Hash, Head, Position, ReadError, ReadOnlyReason, Trouble,
    disk::free_bytes,
    draft::{Draft, Place},
    frame::{FRAME_HEADER, FRAME_OVERHEAD, SEGMENT_HEADER},
    health::Refusal,
    pack::NotPacked,
    segment::{Active, Prepared, Segment},
    shared::{Shared, hold, read, write},
    tail::{Entry, Kept, Placed},
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
    pub(crate) draft: Draft,
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
    /// Time of the last commit, written or in the group: the next one is not before it.
    time: i64,
    group: Group,
    buffer: Vec<u8>,
    poisoned: Option<Cause>,
    space_checked: Option<Instant>,
}

/// What is written with the next sync.
#[derive(Default)]
struct Group {
    commits: Vec<Staged>,
    /// Held back until the sync, for some depend on it: also conflicts and repetitions speak of commits in this group.
    answers: Vec<(oneshot::Sender<Answer>, Answer)>,
    /// The head after it.
    head: Option<Head>,
}

/// A commit in the buffer.
struct Staged {
    first: Position,
    last: Position,
    hash: Hash,
    frame: Range<usize>,
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        queue: mpsc::Receiver<Command>,
        packer: thread_mpsc::Sender<()>,
        active: Option<Active>,
        time: i64,
    ) -> Writer {
        let head = shared.head();
        Writer {
            shared,
            queue,
            packer,
            active,
            head,
            time,
            group: Group::default(),
            buffer: Vec::new(),
            poisoned: None,
            space_checked: None,
        }
    }

    /// Ends when the log is closed or nobody holds it any more. The packer ends after it.
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
        let Request { draft, answer } = request;
        let checked = self.check(&draft);
        let result = checked.and_then(|repeated| match repeated {
            Some(appended) => Ok(appended),
            None => self.stage(draft),
        });
        self.group.answers.push((answer, result));
    }

    /// Whether the command was written before, or why it cannot be written.
    fn check(&mut self, draft: &Draft) -> Result<Option<Appended>, AppendError> {
        if let Some(reason) = &self.poisoned {
            return Err(AppendError::Poisoned { reason: reason.clone() });
        }
        if let Some(idempotency) = draft.idempotency {
            match self.shared.find_key(&idempotency.key).map_err(|error| Writer::unindexed(&error))? {
                Some(known) if known.fingerprint == idempotency.fingerprint => return Ok(Some(known.repeated())),
                Some(_) => return Err(AppendError::KeyReused),
                None => {}
            }
        }
        if let Some(fault) = self.shared.fault.get() {
            return Err(AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(fault.clone()) });
        }
        let actual = self.shared.version_at(&draft.stream, Position::MAX);
        let actual = actual.map_err(|error| Writer::unindexed(&error))?;
        if actual != draft.expected {
            let (stream, expected) = (draft.stream.clone(), draft.expected);
            return Err(AppendError::WrongVersion { stream, expected, actual });
        }
        self.check_room()?;
        Ok(None)
    }

    /// Without the index it is not known whether a key was used or what version a stream has.
    fn unindexed(error: &ReadError) -> AppendError {
        match error {
            ReadError::Closed => AppendError::Closed,
            ReadError::Damaged(fault) => AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(fault.clone()) },
            ReadError::Index { .. } => AppendError::ReadOnly { reason: ReadOnlyReason::IndexBroken },
            ReadError::Io { source, .. } => {
                let (trouble, what) = (Trouble::of(source), Cause::new(error.clone()));
                AppendError::ReadOnly { reason: ReadOnlyReason::Refused { trouble, what } }
            }
            ReadError::NotThere { .. } => {
                let (trouble, what) = (Trouble::Other, Cause::new(error.clone()));
                AppendError::ReadOnly { reason: ReadOnlyReason::Refused { trouble, what } }
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
    fn stage(&mut self, draft: Draft) -> Result<Appended, AppendError> {
        self.make_room((draft.size_at_most() + FRAME_OVERHEAD) as u64)?;
        let Some(active) = &self.active else { return Err(AppendError::Closed) };
        let before = self.group.head.unwrap_or(self.head);
        let first = before.position + 1;
        let start = self.buffer.len();
        let place =
            Place { durable: self.head.position, first, before: before.hash, salt: active.salt, time: self.time };
        let hash = draft.encode(place, &mut self.buffer);
        self.time = self.time.max(draft.time);
        let offset = active.end + start as u64;
        let entry = Entry { version: draft.expected + 1, count: draft.count, first, offset };
        let Draft { stream, idempotency, .. } = draft;
        write(&self.shared.tail).insert(Placed { stream, entry, idempotency, hash });
        self.group.head = Some(Head { position: entry.last(), hash });
        self.group.commits.push(Staged { first, last: entry.last(), hash, frame: start..self.buffer.len() });
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
        let capacity = self.shared.options.segment_size.max(need + SEGMENT_HEADER as u64);
        self.wait_for_packer(capacity).map_err(|reason| self.refuse(reason))?;
        match self.rotate(capacity) {
            Ok(()) => Ok(()),
            Err(Rotation::Refused(error)) => Err(self.refuse(self.refused(Arc::new(error), capacity))),
            Err(Rotation::Failed(error)) => {
                self.poison("a new segment", error);
                self.still_sound()
            }
        }
    }

    /// What is not packed is in memory, and that must have an end. Where nothing can be packed, waiting has none.
    fn wait_for_packer(&self, capacity: u64) -> Result<(), ReadOnlyReason> {
        let Shared { options, segments, not_packed, fault, .. } = &*self.shared;
        while options.pack && fault.get().is_none() && read(segments).backlog() > options.backlog {
            let failed = hold(not_packed).clone();
            if let Some(failed) = failed {
                return Err(match &*failed {
                    NotPacked::Io(error) if Trouble::of(error).may_pass() => self.refused(Arc::clone(error), capacity),
                    NotPacked::Io(_)
                    | NotPacked::Damaged(_)
                    | NotPacked::Unreadable(_)
                    | NotPacked::Different
                    | NotPacked::Empty
                    | NotPacked::TooLarge
                    | NotPacked::Panicked => ReadOnlyReason::NotPacked { what: Cause::new(failed) },
                });
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok(())
    }

    /// Nothing was changed. A quota, or a limit on the size of files, leaves no room where the disk has some; then the
    /// number of free bytes would mislead.
    fn refused(&self, error: Arc<io::Error>, capacity: u64) -> ReadOnlyReason {
        let needed = capacity + self.shared.options.keep_free;
        let free = free_bytes(&self.shared.folder.journal).unwrap_or(0);
        match Trouble::of(&error) {
            Trouble::NoRoom if free < needed => ReadOnlyReason::DiskFull { free, needed },
            trouble => ReadOnlyReason::Refused { trouble, what: Cause::new(error) },
        }
    }

    /// No segment can follow the full one. That is remembered for those who ask how the log is.
    fn refuse(&self, reason: ReadOnlyReason) -> AppendError {
        *hold(&self.shared.refused) = Some(Refusal::now(reason.clone()));
        AppendError::ReadOnly { reason }
    }

    fn still_sound(&self) -> Result<(), AppendError> {
        match &self.poisoned {
            Some(reason) => Err(AppendError::Poisoned { reason: reason.clone() }),
            None => Ok(()),
        }
    }

    fn rotate(&mut self, capacity: u64) -> Result<(), Rotation> {
        let Shared { disk, folder, .. } = &*self.shared;
        let prepared = Prepared::new(disk, folder, self.head, capacity).map_err(|error| match error {
            refused if Trouble::of(&refused).may_pass() => Rotation::Refused(refused),
            other => Rotation::Failed(other),
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
                    self.publish(&group.commits, head);
                }
                Err(error) => self.poison("write", error),
            }
            self.buffer.clear();
        }
        for (answer, result) in group.answers {
            // Even a refusal may rest on a commit of this group, so after a failure no answer is worth anything.
            let result = match &self.poisoned {
                Some(reason) if group.head.is_some() => Err(AppendError::Poisoned { reason: reason.clone() }),
                _ => result,
            };
            // Whoever asked may have gone.
            let _ = answer.send(result);
        }
    }

    /// Lets readers see what is durable now.
    fn publish(&mut self, commits: &[Staged], head: Head) {
        if let Some(active) = write(&self.shared.segments).active() {
            commits.iter().for_each(|commit| active.push(commit.first, commit.frame.len() as u64));
        }
        let group: Arc<[u8]> = Arc::from(self.buffer.as_slice());
        {
            let mut recent = write(&self.shared.recent);
            for Staged { first, last, hash, frame } in commits {
                let body = frame.start + FRAME_HEADER..frame.end - 32;
                recent.push(Kept { first: *first, last: *last, hash: *hash, group: Arc::clone(&group), body });
            }
        }
        *hold(&self.shared.refused) = None;
        self.head = head;
        self.shared.head.send_replace(head);
    }

    /// A failed sync may have dropped the very pages it failed for, so nothing is tried again.
    fn poison(&mut self, what: &'static str, error: io::Error) {
        error!(%error, position = self.head.position, "{what} failed; the log takes nothing more, stop the process");
        let reason = Cause::doing(what, error);
        self.poisoned = Some(reason.clone());
        self.shared.state.send_modify(|state| state.poisoned = Some(reason));
    }
}

enum Rotation {
    /// Nothing was changed; it can be tried again.
    Refused(io::Error),
    Failed(io::Error),
}
