//! The bytes of the journal.
//!
//! All numbers are little endian. A *varint* is LEB128: seven bits a byte, lowest first, the high bit says that another
//! byte follows, at most ten bytes.
//!
//! **Segment header**, 64 bytes, synced with the file before the file gets its name:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 8 | `RVJ-LOG\n` |
//! | 8 | 4 | format, 1 |
//! | 12 | 8 | first position in this segment |
//! | 20 | 32 | chain hash before it |
//! | 52 | 4 | salt: the checksums of the frames begin with it |
//! | 56 | 4 | zero |
//! | 60 | 4 | CRC32C of the 60 bytes before |
//!
//! The salt is drawn for each segment and never leaves the file. Without it a caller could store an event whose body
//! is a valid frame, and a search for frames after a torn tail would take it for one.
//!
//! **Frame**, one for each commit, one after the other from offset 64; the rest of the file is zeros or absent:
//!
//! | offset | bytes | what |
//! |---|---|---|
//! | 0 | 4 | `f5 R V C` |
//! | 4 | 4 | n, bytes of the body, 1 to 4 MiB |
//! | 8 | 4 | CRC32C, begun with the salt, of n (as stored), the body and the hash |
//! | 12 | n | the body |
//! | 12 + n | 32 | chain hash |
//!
//! **Body**:
//!
//! | what | form |
//! |---|---|
//! | form of the body, 1 | byte |
//! | flags: 1 = idempotency, 2 = the clock was behind | byte |
//! | first position | 8 bytes |
//! | recorded time, microseconds since 1970-01-01T00:00:00Z | 8 bytes, signed |
//! | first position − 1 − `durable` | varint |
//! | first version | varint |
//! | stream | varint length, 1 to 64, and UTF-8 |
//! | key and fingerprint, with flag 1 | 32 + 32 bytes |
//! | meta | varint length and bytes |
//! | number of events, 1 to 4096 | varint |
//! | each event: kind | varint length, 1 to 128, and UTF-8 |
//! | each event: form | varint, at most 65535 |
//! | each event: body | varint length and bytes |
//! | what the clock showed, with flag 2: earlier than the recorded time, which is that of the commit before | 8 bytes, signed |
//!
//! `durable` is the position known to be on disk when the frame was written; the frames of one group share it.
//!
//! **Chain.** `digest = SHA-256(body as stored)`, and `hash_n = SHA-256(hash_{n-1} || digest_n)` with 32 zero bytes as
//! `hash_0`. So an export can show the digest of a commit in place of its body and the chain can still be followed.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::{Damage, Hash, Head, Idempotency, NewEvent, Position, Recorded, StreamId, Version};

/// Most bytes of the body of a commit.
pub const MAX_COMMIT: usize = 4 << 20;
/// Most events of a commit.
pub const MAX_EVENTS: usize = 4096;
/// Longest name of an event, in bytes.
pub const MAX_KIND: usize = 128;

pub(crate) const SEGMENT_HEADER: usize = 64;
const SEGMENT_MAGIC: &[u8; 8] = b"RVJ-LOG\n";
const SEGMENT_FORMAT: u32 = 1;
const MAGIC: [u8; 4] = *b"\xf5RVC";
pub(crate) const FRAME_HEADER: usize = 12;
pub(crate) const FRAME_OVERHEAD: usize = FRAME_HEADER + 32;
pub(crate) const BODY_FORM: u8 = 1;
pub(crate) const FLAG_IDEMPOTENCY: u8 = 1;
pub(crate) const FLAG_CLOCK_BEHIND: u8 = 2;

/// The chain hash after a commit with this digest.
pub fn chain(before: Hash, digest: Hash) -> Hash {
    Hash(Sha256::new().chain_update(before.0).chain_update(digest.0).finalize().into())
}

/// A commit as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawCommit {
    /// Position of the first event.
    pub first: Position,
    /// Position of the last event.
    pub last: Position,
    /// The body as stored; [`decode_commit`] reads it.
    pub body: Vec<u8>,
    /// SHA-256 of the body.
    pub digest: Hash,
    /// Chain hash after this commit.
    pub hash: Hash,
}

/// A commit, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Position known to be on disk when the commit was written.
    pub durable: Position,
    /// Position of the first event.
    pub first: Position,
    /// Version of the first event in its stream.
    pub version: Version,
    /// The stream it continues.
    pub stream: StreamId,
    /// Recorded time, microseconds since the epoch.
    pub time: i64,
    /// What the clock showed, where that was before the commit before.
    pub clock: Option<i64>,
    /// As in [`crate::Append::meta`].
    pub meta: Arc<[u8]>,
    /// As in [`crate::Append::idempotency`].
    pub idempotency: Option<Idempotency>,
    /// The events; at least one.
    pub events: Vec<NewEvent>,
}

impl Commit {
    /// Position of the last event.
    pub fn last(&self) -> Position {
        self.first + self.events.len() as u64 - 1
    }
}

/// Reads the body of a commit.
///
/// # Errors
/// [`Damage::Body`] for every sequence of bytes that is not a commit.
pub fn decode_commit(body: &[u8]) -> Result<Commit, Damage> {
    let view = CommitView::parse(body).ok_or(Damage::Body)?;
    Ok(Commit {
        durable: view.durable,
        first: view.first,
        version: view.version,
        stream: StreamId::new(view.stream).map_err(|_| Damage::Body)?,
        time: view.time,
        clock: view.clock,
        meta: Arc::from(view.meta),
        idempotency: view.idempotency,
        events: view
            .events()
            .map(|event| NewEvent { kind: event.kind.to_owned(), form: event.form, body: event.body.to_owned() })
            .collect(),
    })
}

/// Appends a frame with the body that `put_body` appends, and gives the chain hash after it.
pub(crate) fn put_frame(out: &mut Vec<u8>, salt: u32, before: Hash, put_body: impl FnOnce(&mut Vec<u8>)) -> Hash {
    let start = out.len();
    out.extend_from_slice(&MAGIC);
    out.extend_from_slice(&[0; 8]);
    let body = start + FRAME_HEADER;
    put_body(out);
    let len = u32::try_from(out.len() - body).expect("the limits of a commit were checked before it was queued");
    out[start + 4..start + 8].copy_from_slice(&len.to_le_bytes());
    let hash = chain(before, Hash::of(&out[body..]));
    out.extend_from_slice(&hash.0);
    let crc = checksum(salt, len, &out[body..]);
    out[start + 8..start + 12].copy_from_slice(&crc.to_le_bytes());
    hash
}

/// The body of a commit, checked; nothing for bytes that are none.
pub(crate) fn view_body(body: &[u8]) -> Option<CommitView<'_>> {
    CommitView::parse(body)
}

/// The stream of a commit, from the first bytes of its body: enough to pass over one that is not asked for.
pub(crate) fn whose(body: &[u8]) -> Option<&[u8]> {
    let mut rest = Bytes(body);
    // Form and flags, first position, time, then how far what is durable was behind, and the version.
    rest.take_chunk::<18>()?;
    rest.varint()?;
    rest.varint()?;
    rest.bytes()
}

fn checksum(salt: u32, len: u32, body_and_hash: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c_append(salt, &len.to_le_bytes()), body_and_hash)
}

pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

pub(crate) fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_varint(out, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// A frame whose checksum fits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct FrameView<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) hash: Hash,
}

impl<'a> FrameView<'a> {
    /// The frame these bytes begin with.
    pub(crate) fn parse(bytes: &'a [u8], salt: u32) -> Result<FrameView<'a>, Damage> {
        let total = frame_len(bytes)?;
        let frame = bytes.get(..total).ok_or(Damage::Short)?;
        let crc = u32::from_le_bytes([frame[8], frame[9], frame[10], frame[11]]);
        let (body, hash) = frame[FRAME_HEADER..].split_last_chunk::<32>().ok_or(Damage::Short)?;
        let len = u32::try_from(body.len()).map_err(|_| Damage::Length)?;
        if checksum(salt, len, &frame[FRAME_HEADER..]) != crc {
            return Err(Damage::Checksum);
        }
        Ok(FrameView { body, hash: Hash(*hash) })
    }

    pub(crate) fn len(&self) -> usize {
        self.body.len() + FRAME_OVERHEAD
    }

    pub(crate) fn commit(&self) -> Result<CommitView<'a>, Damage> {
        CommitView::parse(self.body).ok_or(Damage::Body)
    }
}

/// Bytes of the whole frame that begins here, from its first eight bytes.
pub(crate) fn frame_len(bytes: &[u8]) -> Result<usize, Damage> {
    let header = bytes.first_chunk::<FRAME_HEADER>().ok_or(Damage::Short)?;
    if header[..4] != MAGIC {
        return Err(Damage::Magic);
    }
    let len = u32::from_le_bytes([header[4], header[5], header[6], header[7]]) as usize;
    if len == 0 || len > MAX_COMMIT {
        return Err(Damage::Length);
    }
    Ok(len + FRAME_OVERHEAD)
}

/// Bytes that a search checks at most. Only a tail made for it, full of beginnings of frames, needs more, and that is
/// taken for damage rather than cut.
const SEARCH_BYTES: usize = 4 << 30;

/// Offset of the first valid frame in these bytes that was written when `position` was already durable.
pub(crate) fn find_later_frame(bytes: &[u8], salt: u32, position: Position) -> Option<usize> {
    let (mut at, mut budget) = (0, SEARCH_BYTES);
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == MAGIC[0]) {
        at += found;
        budget = budget.saturating_sub(frame_len(&bytes[at..]).unwrap_or(0));
        if budget == 0 {
            return Some(at);
        }
        if let Ok(frame) = FrameView::parse(&bytes[at..], salt)
            && frame.commit().is_ok_and(|commit| commit.durable >= position)
        {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// A commit, its bytes checked, nothing copied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CommitView<'a> {
    pub(crate) durable: Position,
    pub(crate) first: Position,
    pub(crate) version: Version,
    pub(crate) stream: &'a str,
    pub(crate) time: i64,
    pub(crate) clock: Option<i64>,
    pub(crate) meta: &'a [u8],
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) count: u32,
    events: &'a [u8],
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct EventView<'a> {
    pub(crate) kind: &'a str,
    pub(crate) form: u16,
    pub(crate) body: &'a [u8],
}

impl<'a> CommitView<'a> {
    fn parse(body: &'a [u8]) -> Option<CommitView<'a>> {
        let mut rest = Bytes(body);
        if rest.byte()? != BODY_FORM {
            return None;
        }
        let flags = rest.byte()?;
        if flags & !(FLAG_IDEMPOTENCY | FLAG_CLOCK_BEHIND) != 0 {
            return None;
        }
        let first = u64::from_le_bytes(*rest.take_chunk()?);
        let time = i64::from_le_bytes(*rest.take_chunk()?);
        let durable = first.checked_sub(1)?.checked_sub(rest.varint()?)?;
        let version = rest.varint()?;
        let stream = std::str::from_utf8(rest.bytes()?).ok()?;
        let idempotency = if flags & FLAG_IDEMPOTENCY == 0 {
            None
        } else {
            Some(Idempotency { key: Hash(*rest.take_chunk()?), fingerprint: Hash(*rest.take_chunk()?) })
        };
        let meta = rest.bytes()?;
        let count = u32::try_from(rest.varint()?).ok()?;
        let events = rest.0;
        if version == 0 || count == 0 || count as usize > MAX_EVENTS {
            return None;
        }
        // The numbers after this commit must exist as well.
        first.checked_add(u64::from(count))?;
        version.checked_add(u64::from(count))?;
        for _ in 0..count {
            rest.event()?;
        }
        let events = &events[..events.len() - rest.0.len()];
        let clock = if flags & FLAG_CLOCK_BEHIND == 0 { None } else { Some(i64::from_le_bytes(*rest.take_chunk()?)) };
        if clock.is_some_and(|clock| clock >= time) || !rest.0.is_empty() || StreamId::check(stream).is_err() {
            return None;
        }
        Some(CommitView { durable, first, version, stream, time, clock, meta, idempotency, count, events })
    }

    pub(crate) fn last(&self) -> Position {
        self.first + u64::from(self.count) - 1
    }

    pub(crate) fn last_version(&self) -> Version {
        self.version + u64::from(self.count) - 1
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = EventView<'a>> + use<'a> {
        let mut rest = Bytes(self.events);
        std::iter::from_fn(move || rest.event())
    }

    pub(crate) fn stream_id(&self) -> StreamId {
        StreamId::new(self.stream).expect("parse has checked the name")
    }

    /// The events after `after` as a reader gets them, who has got `before` already.
    pub(crate) fn recorded(
        &self,
        stream: &StreamId,
        after: Position,
        hash: Option<Hash>,
        before: &[Recorded],
    ) -> impl Iterator<Item = Recorded> + use<'a> {
        // The commits of a stream often have the same meta.
        let same = before.last().filter(|last| *last.meta == *self.meta).map(|last| Arc::clone(&last.meta));
        let (stream, meta) = (stream.clone(), same.unwrap_or_else(|| Arc::from(self.meta)));
        let (first, version, time, clock) = (self.first, self.version, self.time, self.clock);
        let skip = usize::try_from((after + 1).saturating_sub(first)).unwrap_or(usize::MAX);
        self.events().zip(0u64..).skip(skip).map(move |(event, nth)| Recorded {
            position: first + nth,
            stream: stream.clone(),
            version: version + nth,
            time,
            clock,
            meta: Arc::clone(&meta),
            kind: event.kind.to_owned(),
            form: event.form,
            body: event.body.to_owned(),
            hash,
        })
    }
}

/// Reads without ever looking past the end.
pub(crate) struct Bytes<'a>(pub(crate) &'a [u8]);

impl<'a> Bytes<'a> {
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub(crate) fn take_chunk<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(chunk)
    }

    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if bits << shift >> shift != bits {
                return None;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.varint()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    fn event(&mut self) -> Option<EventView<'a>> {
        let kind = std::str::from_utf8(self.bytes()?).ok()?;
        if kind.is_empty() || kind.len() > MAX_KIND {
            return None;
        }
        let form = u16::try_from(self.varint()?).ok()?;
        Some(EventView { kind, form, body: self.bytes()? })
    }
}

/// What a segment begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub(crate) first: Position,
    pub(crate) before: Hash,
    pub(crate) salt: u32,
}

impl SegmentHeader {
    pub(crate) fn after(head: Head, salt: u32) -> SegmentHeader {
        SegmentHeader { first: head.position + 1, before: head.hash, salt }
    }

    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEADER] {
        let mut bytes = [0; SEGMENT_HEADER];
        bytes[..8].copy_from_slice(SEGMENT_MAGIC);
        bytes[8..12].copy_from_slice(&SEGMENT_FORMAT.to_le_bytes());
        bytes[12..20].copy_from_slice(&self.first.to_le_bytes());
        bytes[20..52].copy_from_slice(&self.before.0);
        bytes[52..56].copy_from_slice(&self.salt.to_le_bytes());
        let crc = crc32c::crc32c(&bytes[..60]);
        bytes[60..].copy_from_slice(&crc.to_le_bytes());
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<SegmentHeader, Damage> {
        let bytes = bytes.first_chunk::<SEGMENT_HEADER>().ok_or(Damage::Header)?;
        let mut rest = Bytes(bytes);
        let read = |rest: &mut Bytes<'_>| {
            let magic = *rest.take_chunk::<8>()?;
            let format = u32::from_le_bytes(*rest.take_chunk()?);
            let first = u64::from_le_bytes(*rest.take_chunk()?);
            let before = Hash(*rest.take_chunk()?);
            let salt = u32::from_le_bytes(*rest.take_chunk()?);
            let zero = u32::from_le_bytes(*rest.take_chunk()?);
            let crc = u32::from_le_bytes(*rest.take_chunk()?);
            let whole = magic == *SEGMENT_MAGIC && zero == 0 && crc == crc32c::crc32c(&bytes[..60]);
            whole.then_some((format, SegmentHeader { first, before, salt }))
        };
        match read(&mut rest).ok_or(Damage::Header)? {
            (SEGMENT_FORMAT, header) if header.first > 0 => Ok(header),
            (SEGMENT_FORMAT, _) => Err(Damage::Header),
            (found, _) => Err(Damage::Format { found }),
        }
    }
}
