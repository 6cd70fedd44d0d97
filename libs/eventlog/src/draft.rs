//! What of a commit is known before its place in the log is.
//!
//! Callers make it, side by side, so that the one thread that writes adds only the place, the hashes and the checksum.

use crate::{
    Append, Hash, Idempotency, Position, Refused, StreamId, Version,
    frame::{
        BODY_FORM, FLAG_CLOCK_BEHIND, FLAG_IDEMPOTENCY, MAX_COMMIT, MAX_EVENTS, MAX_KIND, put_bytes, put_frame,
        put_varint,
    },
};

/// Most bytes of the body before the stream and after the events: form, flags, position, two times, two varints.
const PLACE: usize = 2 + 8 + 8 + 10 + 10 + 8;

/// An append within the limits.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) stream: StreamId,
    pub(crate) expected: Version,
    pub(crate) idempotency: Option<Idempotency>,
    /// Number of events.
    pub(crate) count: u32,
    /// What the clock showed.
    pub(crate) time: i64,
    /// The body from the stream on.
    rest: Vec<u8>,
}

/// Where the writer puts a draft.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    /// Position known to be on disk.
    pub(crate) durable: Position,
    /// Position of the first event.
    pub(crate) first: Position,
    /// Chain hash before it.
    pub(crate) before: Hash,
    /// Of the segment.
    pub(crate) salt: u32,
    /// Time of the commit before.
    pub(crate) time: i64,
}

impl Draft {
    /// # Errors
    /// The append is beyond a limit of a commit.
    pub(crate) fn new(append: &Append) -> Result<Draft, Refused> {
        check_limits(append)?;
        let mut rest = Vec::with_capacity(size_at_most(append));
        put_bytes(&mut rest, append.stream.as_str().as_bytes());
        if let Some(idempotency) = &append.idempotency {
            rest.extend_from_slice(&idempotency.key.0);
            rest.extend_from_slice(&idempotency.fingerprint.0);
        }
        put_bytes(&mut rest, &append.meta);
        put_varint(&mut rest, append.events.len() as u64);
        for event in &append.events {
            put_bytes(&mut rest, event.kind.as_bytes());
            put_varint(&mut rest, u64::from(event.form));
            put_bytes(&mut rest, &event.body);
        }
        Ok(Draft {
            stream: append.stream.clone(),
            expected: append.expected,
            idempotency: append.idempotency,
            count: u32::try_from(append.events.len()).expect("the limits were checked"),
            time: append.time,
            rest,
        })
    }

    /// Upper bound of the bytes of the body.
    pub(crate) fn size_at_most(&self) -> usize {
        PLACE + self.rest.len()
    }

    /// Appends the frame to `out` and gives the chain hash after it.
    pub(crate) fn encode(&self, place: Place, out: &mut Vec<u8>) -> Hash {
        let behind = self.time < place.time;
        let flags = [(self.idempotency.is_some(), FLAG_IDEMPOTENCY), (behind, FLAG_CLOCK_BEHIND)];
        put_frame(out, place.salt, place.before, |out| {
            out.push(BODY_FORM);
            out.push(flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).sum());
            out.extend_from_slice(&place.first.to_le_bytes());
            out.extend_from_slice(&self.time.max(place.time).to_le_bytes());
            put_varint(out, place.first - 1 - place.durable);
            put_varint(out, self.expected + 1);
            out.extend_from_slice(&self.rest);
            if behind {
                out.extend_from_slice(&self.time.to_le_bytes());
            }
        })
    }
}

fn check_limits(append: &Append) -> Result<(), Refused> {
    if append.events.len() > MAX_EVENTS {
        return Err(Refused::Events { limit: MAX_EVENTS });
    }
    if append.events.iter().any(|event| event.kind.is_empty() || event.kind.len() > MAX_KIND) {
        return Err(Refused::Kind { limit: MAX_KIND });
    }
    if PLACE + size_at_most(append) > MAX_COMMIT {
        return Err(Refused::Bytes { limit: MAX_COMMIT });
    }
    Ok(())
}

/// Upper bound of the bytes from the stream on: lengths are varints, and a key is 64 bytes.
fn size_at_most(append: &Append) -> usize {
    let fixed = append.stream.as_str().len() + 64 + append.meta.len() + 3 * 10;
    append.events.iter().fold(fixed, |sum, event| sum.saturating_add(event.kind.len() + event.body.len() + 2 * 10 + 3))
}
