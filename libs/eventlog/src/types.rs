//! What goes into the log and what comes out of it.

use std::{borrow::Borrow, fmt, str::FromStr, sync::Arc};

/// Gapless number of an event in the whole log; the first event is 1.
pub type Position = u64;
/// Gapless number of an event in its stream; the first event is 1, an empty stream has version 0.
pub type Version = u64;

/// Name of a stream, 1 to 64 bytes without control characters, e.g. `ansaettelse/10203`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StreamId(Arc<str>);

/// A SHA-256: of a body, or of the chain up to a commit.
///
/// Shown and read as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
    /// The stream that the events continue.
    pub stream: StreamId,
    /// The version the command was decided against.
    pub expected: Version,
    /// Microseconds since 1970-01-01T00:00:00Z by the caller's clock. Where the commit before has a later time, that one is
    /// recorded in its place, and this one beside it.
    pub time: i64,
    /// Who and why, opaque to the log.
    pub meta: Vec<u8>,
    /// At least one; they get versions and positions in this order.
    pub events: Vec<NewEvent>,
    /// Set where the caller may repeat the command.
    pub idempotency: Option<Idempotency>,
}

/// One event as the log holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Place in the whole log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Place in that stream.
    pub version: Version,
    /// Recorded time, microseconds since the epoch; never before that of the event before.
    pub time: i64,
    /// What the clock showed, where that was earlier: the mark of a clock that was set back.
    pub clock: Option<i64>,
    /// As in [`Append::meta`], shared by the events of a commit.
    pub meta: Arc<[u8]>,
    /// As in [`NewEvent::kind`].
    pub kind: String,
    /// As in [`NewEvent::form`].
    pub form: u16,
    /// As in [`NewEvent::body`].
    pub body: Vec<u8>,
    /// Chain hash of the commit this event belongs to, where the reader is told it: see
    /// [`Journal::read_stream_with_hashes`](crate::Journal::read_stream_with_hashes).
    pub hash: Option<Hash>,
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

/// Longest name of a stream, in bytes.
pub const MAX_STREAM: usize = 64;

/// A text that cannot name a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StreamIdError {
    /// The name is empty.
    #[error("the name of a stream is empty")]
    Empty,
    /// The name is longer than [`MAX_STREAM`].
    #[error("the name of a stream has {len} bytes, at most {MAX_STREAM} are allowed")]
    TooLong {
        /// Bytes of the name.
        len: usize,
    },
    /// The name holds a control character; the index separates name and version with a zero byte.
    #[error("the name of a stream holds a control character")]
    Control,
}

impl StreamId {
    /// Checks and takes a name.
    ///
    /// # Errors
    /// The name is empty, longer than [`MAX_STREAM`] bytes, or holds a control character.
    pub fn new(name: impl AsRef<str>) -> Result<StreamId, StreamIdError> {
        let name = name.as_ref();
        StreamId::check(name)?;
        Ok(StreamId(Arc::from(name)))
    }

    /// Whether this can name a stream.
    pub(crate) fn check(name: &str) -> Result<(), StreamIdError> {
        if name.is_empty() {
            return Err(StreamIdError::Empty);
        }
        if name.len() > MAX_STREAM {
            return Err(StreamIdError::TooLong { len: name.len() });
        }
        if name.chars().any(char::is_control) {
            return Err(StreamIdError::Control);
        }
        Ok(())
    }

    /// The name as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for StreamId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AsRef<str> for StreamId {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl Borrow<str> for StreamId {
    fn borrow(&self) -> &str {
        self.as_str()
    }
}

impl FromStr for StreamId {
    type Err = StreamIdError;

    fn from_str(name: &str) -> Result<StreamId, StreamIdError> {
        StreamId::new(name)
    }
}

impl TryFrom<&str> for StreamId {
    type Error = StreamIdError;

    fn try_from(name: &str) -> Result<StreamId, StreamIdError> {
        StreamId::new(name)
    }
}

/// A text that is not 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written as 64 hexadecimal digits")]
pub struct HashError;

impl Hash {
    /// 32 zero bytes: the chain hash of an empty log.
    pub const ZERO: Hash = Hash([0; 32]);

    /// SHA-256 of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        use sha2::Digest as _;
        Hash(sha2::Sha256::digest(bytes).into())
    }

    /// The hash as it is stored and hashed again.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Hash, HashError> {
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(HashError);
        }
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.as_chunks::<2>().0) {
            *byte = digit(pair[0])? << 4 | digit(pair[1])?;
        }
        Ok(Hash(bytes))
    }
}

fn digit(ascii: u8) -> Result<u8, HashError> {
    match ascii {
        b'0'..=b'9' => Ok(ascii - b'0'),
        b'a'..=b'f' => Ok(ascii - b'a' + 10),
        b'A'..=b'F' => Ok(ascii - b'A' + 10),
        _ => Err(HashError),
    }
}

impl Head {
    /// The head of an empty log.
    pub const EMPTY: Head = Head { position: 0, hash: Hash::ZERO };
}

impl fmt::Display for Head {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.position, self.hash)
    }
}
