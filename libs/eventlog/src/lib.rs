//! An append-only event log for one machine: **the journal is the truth, the index is everything you read fast.**
//!
//! A *commit* is what one command wrote: one or more events of **one stream**, all or nothing. Commits are framed into
//! segment files (CRC32C per frame, a SHA-256 chain over all commits), written by one writer thread in groups, and
//! acknowledged after `fdatasync`. sled holds the index by stream and by idempotency key; it follows behind the answer
//! with its position, may be deleted at any time, and comes back from the journal.
//!
//! The log knows nothing of what the events mean: bodies and metadata are opaque bytes.

use std::sync::Arc;

/// Gapless number of an event in the whole log; the first event is 1.
pub type Position = u64;
/// Gapless number of an event in its stream; the first event is 1, an empty stream has version 0.
pub type Version = u64;

/// Name of a stream, at most 64 bytes, e.g. `ansaettelse/10203`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(Arc<str>);

/// SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

/// One event as a command hands it over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Name of the event, e.g. `Raskmeldt`.
    pub kind: String,
    /// Number of the stored form of this name, from 1; readers upcast old forms.
    pub form: u16,
    /// The body, opaque to the log.
    pub body: Vec<u8>,
}

/// Makes a repeated command harmless: kept with the events, survives a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    /// The key, e.g. a hash of caller and `Idempotency-Key`.
    pub key: Hash,
    /// Hash of what was asked for; the same key with another fingerprint is refused.
    pub fingerprint: Hash,
}

/// What one command wants written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// The stream.
    pub stream: StreamId,
    /// The version the command was decided against.
    pub expected: Version,
    /// Recorded time, microseconds since 1970-01-01T00:00:00Z; the caller's clock.
    pub time: i64,
    /// Who and why, opaque to the log.
    pub meta: Vec<u8>,
    /// At least one event.
    pub events: Vec<NewEvent>,
    /// Set where the caller may repeat the command.
    pub idempotency: Option<Idempotency>,
}

/// One event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the whole log.
    pub position: Position,
    /// The stream.
    pub stream: StreamId,
    /// Place in the stream.
    pub version: Version,
    /// Recorded time, microseconds since the epoch.
    pub time: i64,
    /// As in [`Append::meta`], shared by the events of a commit.
    pub meta: Arc<[u8]>,
    /// As in [`NewEvent::kind`].
    pub kind: String,
    /// As in [`NewEvent::form`].
    pub form: u16,
    /// As in [`NewEvent::body`].
    pub body: Vec<u8>,
    /// Chain hash of the commit this event belongs to.
    pub hash: Hash,
}

/// Where the log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// Number of events, which is also the position of the last one.
    pub position: Position,
    /// Chain hash of the last commit; 32 zero bytes for an empty log.
    pub hash: Hash,
}

/// What an append led to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first event of the commit.
    pub first: Position,
    /// Position of the last event of the commit.
    pub last: Position,
    /// Version of the stream after the commit.
    pub version: Version,
    /// The command had been written before under the same idempotency key; nothing was added.
    pub repeated: bool,
}
