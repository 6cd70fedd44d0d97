//! What can go wrong, as data.

use std::{error::Error, io, path::PathBuf, sync::Arc};

use crate::{Cause, Head, IndexError, Position, StreamId, Trouble, Version};

/// What is wrong with stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The segment does not begin as a segment does.
    #[error("the header of the segment is not valid")]
    Header,
    /// The segment was written by a later version of this program.
    #[error("the segment has format {found}, which this program does not know")]
    Format {
        /// Number of the format in the header.
        found: u32,
    },
    /// The segment does not continue where the one before it ended.
    #[error("the segment begins at position {found}, the one before it ends before {expected}")]
    Gap {
        /// Position the segment had to begin with.
        expected: Position,
        /// Position it begins with.
        found: Position,
    },
    /// Neither a frame nor the zeros of unused space.
    #[error("no frame begins here")]
    Magic,
    /// The length is more than a commit may have.
    #[error("the length of the frame is out of bounds")]
    Length,
    /// The file ends inside the frame.
    #[error("the file ends inside the frame")]
    Short,
    /// The checksum does not fit the bytes.
    #[error("the checksum does not fit")]
    Checksum,
    /// The checksum fits, yet the bytes are not a commit.
    #[error("the bytes are not a commit")]
    Body,
    /// The commit has another position than the one that must be here.
    #[error("the commit begins at position {found}, {expected} must be here")]
    Position {
        /// Position that must be here.
        expected: Position,
        /// Position the commit has.
        found: Position,
    },
    /// The commit has another version than the one that follows in its stream.
    #[error("the commit begins at version {found} of its stream, {expected} must be here")]
    Version {
        /// Version that must be here.
        expected: Version,
        /// Version the commit has.
        found: Version,
    },
    /// The hash does not follow from the one before and the body.
    #[error("the chain of hashes is broken")]
    Chain,
    /// The log had been longer: another place knows a later head.
    #[error("the log ends at position {}, it had reached {expected}", found)]
    Truncated {
        /// Position the log is known to have reached.
        expected: Position,
        /// Position it ends at.
        found: Position,
    },
    /// There is no segment, yet there is what only comes after the first one.
    #[error("the journal has no segments, yet the log had begun")]
    NoSegments,
    /// A segment is not there: the file that is named. A full segment ends in `.rvs`, or in `.rvj` until it is packed.
    #[error("the segment is missing; the next one begins at position {next}")]
    Missing {
        /// Where the next segment that is there begins.
        next: Position,
    },
    /// The device or the file system under the file cannot give the bytes back.
    #[error("the bytes cannot be read from the device")]
    Unreadable,
    /// The log has another hash at a position whose hash is known from another place.
    #[error("another log: the head known elsewhere is {expected}")]
    Replaced {
        /// Head that is known from elsewhere.
        expected: Head,
    },
}

impl Damage {
    /// What a failed read says of the bytes: those that a device cannot give back, or that are not there any more, are
    /// damage. Nothing where the read may succeed another time.
    pub(crate) fn of_read(error: &io::Error) -> Option<Damage> {
        match (Trouble::of(error), error.kind()) {
            (Trouble::Device, _) => Some(Damage::Unreadable),
            (_, io::ErrorKind::UnexpectedEof) => Some(Damage::Short),
            _ => None,
        }
    }
}

/// Where the log is damaged. Everything before [`Fault::position`] is whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{segment}, offset {offset}, position {position}: {what}")]
pub struct Fault {
    /// File name of the segment, also of one that is missing.
    pub segment: String,
    /// Where in that file the damage begins, as far as it can be told.
    pub offset: u64,
    /// First position that cannot be read.
    pub position: Position,
    /// What is wrong with the bytes there.
    #[source]
    pub what: Damage,
}

/// Why a log could not be opened. A damaged journal does open, see [`crate::Recovery::fault`].
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process, or this one, has the log open.
    #[error("the log in {} is in use by another process", folder.display())]
    InUse {
        /// The folder of the log.
        folder: PathBuf,
    },
    /// An option is out of bounds.
    #[error("option {option} is out of bounds")]
    Option {
        /// Name of the option.
        option: &'static str,
    },
    /// The file system refused.
    #[error("{what} ({}): {source}", path.display())]
    Io {
        /// What was being done.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The index could not even be created anew.
    #[error("index: {source}")]
    Index {
        /// What failed.
        source: IndexError,
    },
}

impl OpenError {
    /// What kept the log from being opened, where it was the file system.
    #[must_use]
    pub fn trouble(&self) -> Option<Trouble> {
        match self {
            OpenError::Io { source, .. } => Some(Trouble::of(source)),
            OpenError::InUse { .. } | OpenError::Option { .. } | OpenError::Index { .. } => None,
        }
    }

    pub(crate) fn io(what: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> OpenError {
        let path = path.into();
        move |source| OpenError::Io { what, path, source }
    }
}

/// Why the log takes no events at the moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadOnlyReason {
    /// The journal is damaged; restore the segment from a backup and open again.
    #[error("the journal is damaged: {0}")]
    Damaged(#[source] Fault),
    /// The disk is nearly full. Appending works again as soon as there is room.
    #[error("the disk is nearly full: {free} bytes free, {needed} are kept free")]
    DiskFull {
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be free.
        needed: u64,
    },
    /// The file system refuses what is needed before anything can be written, and nothing was changed. It is tried again
    /// with every append.
    #[error("{trouble}: {what}")]
    Refused {
        /// What that means.
        trouble: Trouble,
        /// What the system said.
        #[source]
        what: Cause,
    },
    /// Full segments cannot be packed, and as many wait as may. It is tried again every second; nothing is lost.
    #[error("full segments cannot be packed: {what}")]
    NotPacked {
        /// What failed when it was last tried.
        #[source]
        what: Cause,
    },
    /// The index failed. Nothing is lost; opening the log again builds it anew.
    #[error("the index is broken, it is built anew at the next start")]
    IndexBroken,
}

/// A limit that a commit exceeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// All events and the meta together are too long.
    #[error("the commit has more than {limit} bytes")]
    Bytes {
        /// Most bytes a commit may have.
        limit: usize,
    },
    /// There are too many events.
    #[error("the commit has more than {limit} events")]
    Events {
        /// Most events a commit may have.
        limit: usize,
    },
    /// An event has no name, or one that is too long.
    #[error("the name of an event has no bytes or more than {limit}")]
    Kind {
        /// Most bytes the name may have.
        limit: usize,
    },
}

/// Why nothing was appended.
///
/// With [`AppendError::Poisoned`] alone it is not known whether the events are in the log: the process must stop and
/// the next start tells.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The stream is not at the version the command was decided against.
    #[error("{stream} is at version {actual}, not {expected}")]
    WrongVersion {
        /// The stream that was appended to.
        stream: StreamId,
        /// Version the command was decided against.
        expected: Version,
        /// Version the stream has.
        actual: Version,
    },
    /// The idempotency key was used before for something else.
    #[error("the idempotency key was used for another command")]
    KeyReused,
    /// The commit exceeds a limit.
    #[error("too large: {0}")]
    TooLarge(#[source] Refused),
    /// There are no events in the commit.
    #[error("a commit has at least one event")]
    Empty,
    /// The log serves reads only.
    #[error("read-only: {reason}")]
    ReadOnly {
        /// What keeps it from taking events.
        #[source]
        reason: ReadOnlyReason,
    },
    /// Writing or syncing failed, now or earlier; the process must be stopped and started again.
    #[error("the log is stopped after a failed write: {reason}")]
    Poisoned {
        /// The write or sync that failed.
        #[source]
        reason: Cause,
    },
    /// The log is closed.
    #[error("the log is closed")]
    Closed,
}

/// Why nothing could be read.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ReadError {
    /// The stored bytes are damaged.
    #[error("damaged: {0}")]
    Damaged(#[source] Fault),
    /// The file system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: Arc<io::Error>,
    },
    /// The index failed; opening the log again builds it anew.
    #[error("index: {source}")]
    Index {
        /// What failed.
        source: IndexError,
    },
    /// No segment has what is at this position, though the log has come further: there is none, or it is not whole.
    #[error("no segment has position {position}")]
    NotThere {
        /// Position that was looked for.
        position: Position,
    },
    /// The log is closed; a follower has then had every event.
    #[error("the log is closed")]
    Closed,
}

impl ReadError {
    pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> ReadError {
        move |source| ReadError::Io { what, source: Arc::new(source) }
    }

    /// The same where an error of the file system is asked for. One that came from there is told as it was, with its number.
    pub(crate) fn into_io(self) -> io::Error {
        match &self {
            ReadError::Io { source, .. } => match source.raw_os_error() {
                Some(number) => io::Error::from_raw_os_error(number),
                None => io::Error::new(source.kind(), self),
            },
            ReadError::Damaged(_) => io::Error::new(io::ErrorKind::InvalidData, self),
            ReadError::Index { .. } | ReadError::NotThere { .. } | ReadError::Closed => io::Error::other(self),
        }
    }
}

/// The first error of the file system among an error and those it came from.
pub(crate) fn of_the_system<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        let shared = error.downcast_ref::<Arc<io::Error>>().map(Arc::as_ref);
        let found = error.downcast_ref::<io::Error>().or(shared);
        if let Some(found) = found.filter(|found| found.raw_os_error().is_some()) {
            return Some(found);
        }
        // What an `io::Error` wraps is not its source.
        next = match found.and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        };
    }
    None
}

/// What [`crate::verify()`] found.
#[derive(Debug, thiserror::Error)]
pub enum Broken {
    /// The log is damaged.
    #[error(transparent)]
    Fault(Fault),
    /// The file with the head is not readable.
    #[error("the file hoved is damaged")]
    HeadFile,
    /// The file system refused.
    #[error("{what}: {source}")]
    Io {
        /// What was being done.
        what: &'static str,
        /// What the system said.
        source: io::Error,
    },
}
