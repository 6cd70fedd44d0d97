//! An append-only event log for one machine: **the journal is the truth, the index is everything you read fast.**
//!
//! A *commit* is what one command wrote: one or more events of **one stream**, all or nothing. Commits are framed into
//! segment files (CRC32C per frame, a SHA-256 chain over all commits), written by one writer thread in groups, and
//! acknowledged after `fdatasync`. sled holds the index by stream; it follows behind the answer with its position, may be
//! deleted at any time, and comes back from the journal.
//!
//! The log knows nothing of what the events mean: bodies and metadata are opaque bytes.
//!
//! # On disk
//!
//! ```text
//! <folder>/journal/seg-<first position, 20 digits>.rvj   the events as they are written, see [`frame`]
//! <folder>/journal/seg-<first position, 20 digits>.rvs   a full segment, packed: compressed, sorted by stream, with an index
//! <folder>/journal/torn/                                 tails that were cut after a crash, for whoever wants to look
//! <folder>/index/                                        sled: where each stream is; delete it and it is built again
//! <folder>/index.open                                    whether the index was closed, or which run of the machine has it open
//! <folder>/index.seen                                    a filter over idempotency keys; comes back too
//! <folder>/hoved                                         the head, written elsewhere: notices a truncated journal
//! <folder>/hoved.damaged-1                               a head that could not be read, put aside by the next open
//! <folder>/laas                                          locked by the process that has the log open
//! ```
//!
//! Only the journal is needed in a backup. To restore, put its segment files into `<folder>/journal` of an otherwise
//! empty folder and open it.
//!
//! # Full segments
//!
//! A thread of low priority packs a segment when it is full, reads back what it wrote, and only then removes the raw
//! one. Commits that are not packed are in memory by stream and by key; packed ones are found through the index, which
//! has a row for each stream. So neither memory nor a start grows with the length of the log.
//!
//! # Torn or damaged?
//!
//! A power cut may leave the last group of commits half written. None of them was acknowledged, so that tail is put
//! aside and cut. The same bad bytes anywhere else are damage: then nothing is cut, reads up to the damage work, and
//! every append is refused with [`AppendError::ReadOnly`]. They are told apart by what proves that the bad place had
//! been on disk: a frame after it that was written when it already was (every frame carries the position known
//! durable when it was written), a later segment, the file `hoved`, or the index.
//!
//! Of a packed segment beginning and end are checked when the log is opened, and every block when it is read: damage
//! that is met then makes the log read-only too, and what lies in other blocks is read on
//! ([`Journal::readable_streams`]). Bytes that the device does not give back are damage as well. [`verify()`] checks
//! everything.

#![warn(missing_docs)]

mod cache;
mod cause;
mod cursor;
mod cut;
mod disk;
mod draft;
mod error;
mod follow;
mod footer;
pub mod frame;
mod head_file;
mod health;
mod index;
mod journal;
mod lost;
mod merge;
pub mod merkle;
mod pack;
mod packed;
mod packer;
mod proof;
mod read;
mod recover;
mod recovery;
mod scan;
mod seen;
mod segment;
mod shared;
mod streams;
mod tail;
mod trouble;
mod types;
mod verify;
mod writer;

pub use cause::Cause;
pub use cut::{cut, each_commit};
pub use disk::{Disk, Named, Operation, Watch};
pub use error::{AppendError, Broken, Damage, Fault, OpenError, ReadError, ReadOnlyReason, Refused};
pub use follow::Follower;
pub use frame::{Commit, RawCommit, chain, decode_commit};
pub use health::Health;
pub use index::IndexError;
pub use journal::{Journal, Options, Progress};
pub use proof::{CommitTree, ProvenCommit, StreamProof, TreeHead};
pub use read::Commits;
pub use recover::Opened;
pub use recovery::{HeadFile, IndexState, Recovery, Torn};
pub use segment::JournalFile;
pub use streams::{Streams, WholeStream};
pub use trouble::Trouble;
pub use types::{
    Append, Appended, Hash, HashError, Head, Idempotency, MAX_STREAM, NewEvent, Position, Recorded, StreamId,
    StreamIdError, Version,
};
pub use verify::{Verified, verify, verify_at};
