//! What is acknowledged and not in sled yet, and the latest commits decoded.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use crate::{Appended, Commit, Hash, Idempotency, Position, Recorded, StreamId, Version};

/// Where a commit is. The segment follows from the position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) version: Version,
    pub(crate) count: u32,
    pub(crate) first: Position,
    pub(crate) offset: u64,
}

impl Entry {
    pub(crate) fn last_version(&self) -> Version {
        self.version + u64::from(self.count) - 1
    }

    pub(crate) fn last(&self) -> Position {
        self.first + u64::from(self.count) - 1
    }
}

/// What is kept for an idempotency key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyEntry {
    pub(crate) fingerprint: Hash,
    pub(crate) first: Position,
    pub(crate) last: Position,
    pub(crate) version: Version,
}

impl KeyEntry {
    pub(crate) fn repeated(&self) -> Appended {
        Appended { first: self.first, last: self.last, version: self.version, repeated: true }
    }
}

/// A commit as the index gets it.
#[derive(Debug, Clone)]
pub(crate) struct Placed {
    pub(crate) stream: StreamId,
    pub(crate) entry: Entry,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) hash: Hash,
}

impl Placed {
    pub(crate) fn key(&self) -> Option<(Hash, KeyEntry)> {
        let Idempotency { key, fingerprint } = self.idempotency?;
        let (first, last, version) = (self.entry.first, self.entry.last(), self.entry.last_version());
        Some((key, KeyEntry { fingerprint, first, last, version }))
    }
}

/// Acknowledged and not in sled yet.
///
/// A reader looks here first and in sled after that: a commit leaves only when sled has it, so one of the two has it.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    streams: HashMap<StreamId, VecDeque<Entry>>,
    keys: HashMap<Hash, KeyEntry>,
}

impl Overlay {
    pub(crate) fn insert(&mut self, placed: &Placed) {
        match self.streams.get_mut(&placed.stream) {
            Some(entries) => entries.push_back(placed.entry),
            None => {
                self.streams.insert(placed.stream.clone(), VecDeque::from([placed.entry]));
            }
        }
        self.keys.extend(placed.key());
    }

    pub(crate) fn remove(&mut self, placed: &[Placed]) {
        for placed in placed {
            if let Some(entries) = self.streams.get_mut(&placed.stream) {
                entries.pop_front();
                if entries.is_empty() {
                    self.streams.remove(&placed.stream);
                }
            }
            if let Some(Idempotency { key, .. }) = placed.idempotency {
                self.keys.remove(&key);
            }
        }
        // After a burst the room is given back.
        if self.streams.is_empty() {
            *self = Overlay { streams: HashMap::new(), keys: std::mem::take(&mut self.keys) };
        }
        if self.keys.is_empty() {
            self.keys = HashMap::new();
        }
    }

    pub(crate) fn version(&self, stream: &StreamId) -> Option<Version> {
        self.streams.get(stream).and_then(VecDeque::back).map(Entry::last_version)
    }

    pub(crate) fn key(&self, key: &Hash) -> Option<KeyEntry> {
        self.keys.get(key).copied()
    }

    /// The commits with versions after `from`, and whether there may be more of them before, in sled.
    pub(crate) fn entries(&self, stream: &StreamId, from: Version, max: usize) -> (Vec<Entry>, Option<Version>) {
        let Some(entries) = self.streams.get(stream) else { return (Vec::new(), None) };
        let start = entries.partition_point(|entry| entry.last_version() <= from);
        let mut found = Vec::new();
        let mut events = 0;
        for entry in entries.range(start..) {
            if events >= max {
                break;
            }
            events += usize::try_from(entry.last_version().saturating_sub(from))
                .unwrap_or(usize::MAX)
                .min(entry.count as usize);
            found.push(*entry);
        }
        (found, entries.front().map(|entry| entry.version))
    }
}

/// A commit with its chain hash.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) commit: Commit,
    pub(crate) hash: Hash,
    pub(crate) bytes: usize,
}

/// The latest commits, so that those who follow the log do not read files.
#[derive(Debug)]
pub(crate) struct Recent {
    commits: VecDeque<Arc<Kept>>,
    events: usize,
    bytes: usize,
    max_events: usize,
    max_bytes: usize,
}

impl Recent {
    pub(crate) fn new(max_events: usize, max_bytes: usize) -> Recent {
        Recent { commits: VecDeque::new(), events: 0, bytes: 0, max_events, max_bytes }
    }

    pub(crate) fn push(&mut self, kept: Arc<Kept>) {
        self.events += kept.commit.events.len();
        self.bytes += kept.bytes;
        self.commits.push_back(kept);
        while self.events > self.max_events || self.bytes > self.max_bytes {
            let Some(oldest) = self.commits.pop_front() else { return };
            self.events -= oldest.commit.events.len();
            self.bytes -= oldest.bytes;
        }
    }

    /// The commit that holds a position.
    pub(crate) fn holding(&self, position: Position) -> Option<&Arc<Kept>> {
        self.commits.get(self.nth(position)?)
    }

    fn nth(&self, position: Position) -> Option<usize> {
        let nth = self.commits.partition_point(|kept| kept.commit.last() < position);
        self.commits.get(nth).filter(|kept| kept.commit.first <= position).map(|_| nth)
    }

    /// The commits from the one that holds `position`, enough for `max` events; nothing when it is not kept.
    pub(crate) fn from(&self, position: Position, max: usize) -> Option<Vec<Arc<Kept>>> {
        let start = self.nth(position)?;
        let mut found = Vec::new();
        for kept in self.commits.range(start..) {
            found.push(Arc::clone(kept));
            if kept.commit.last() - position + 1 >= max as u64 {
                break;
            }
        }
        Some(found)
    }
}

/// Takes at most `max` events and stops early when they are large, so that no answer grows without bound.
pub(crate) struct Taken {
    pub(crate) events: Vec<Recorded>,
    max: usize,
    bytes: usize,
}

/// An answer is ended with the event that takes it over this size.
const ANSWER_BYTES: usize = 8 << 20;

impl Taken {
    pub(crate) fn new(max: usize) -> Taken {
        Taken { events: Vec::new(), max, bytes: 0 }
    }

    pub(crate) fn full(&self) -> bool {
        self.events.len() >= self.max || self.bytes >= ANSWER_BYTES
    }

    pub(crate) fn extend(&mut self, events: impl Iterator<Item = Recorded>) {
        for event in events {
            if self.full() {
                return;
            }
            self.bytes += event.body.len() + event.kind.len() + 128;
            self.events.push(event);
        }
    }
}
