//! What is in segments that are not packed yet, by stream and by key, and the latest commits.
//!
//! It is in memory only, and made again at start from the segments, which have to be read then anyway.

use std::{
    collections::{HashMap, VecDeque},
    ops::Range,
    sync::Arc,
};

use foldhash::fast::RandomState;

use crate::{
    Appended, Hash, Idempotency, Position, Recorded, StreamId, Version,
    frame::{CommitView, view_body},
};

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

/// A commit in a raw segment.
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

/// The commits of the segments that are not packed, and those that wait for their sync: the writer decides by them, and
/// readers look no further than the head.
///
/// A reader looks here first and then into the index and the packed segments: a commit leaves only when these have it,
/// so one of the two has it.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    streams: HashMap<StreamId, VecDeque<Entry>, RandomState>,
    keys: HashMap<Hash, KeyEntry, RandomState>,
    /// Number of commits in the log before the first one here.
    leaf: u64,
    /// First position and chain hash of every commit here.
    commits: VecDeque<(Position, Hash)>,
}

impl Tail {
    pub(crate) fn starting(leaf: u64) -> Tail {
        Tail { leaf, ..Tail::default() }
    }

    pub(crate) fn insert(&mut self, placed: Placed) {
        if let Some((key, known)) = placed.key() {
            self.keys.insert(key, known);
        }
        self.commits.push_back((placed.entry.first, placed.hash));
        self.streams.entry(placed.stream).or_default().push_back(placed.entry);
    }

    /// Forgets the oldest commits, which these are.
    pub(crate) fn forget<'a>(&mut self, commits: impl Iterator<Item = (&'a str, Option<Hash>)>) {
        for (stream, key) in commits {
            if let Some(entries) = self.streams.get_mut(stream) {
                entries.pop_front();
                if entries.is_empty() {
                    self.streams.remove(stream);
                }
            }
            if let Some(key) = key {
                self.keys.remove(&key);
            }
            self.commits.pop_front();
            self.leaf += 1;
        }
    }

    /// After a burst the room is given back.
    pub(crate) fn shrink(&mut self) {
        if self.streams.capacity() > 4 * self.streams.len() {
            self.streams.shrink_to(2 * self.streams.len());
        }
        if self.keys.capacity() > 4 * self.keys.len() {
            self.keys.shrink_to(2 * self.keys.len());
        }
        if self.commits.capacity() > 4 * self.commits.len() {
            self.commits.shrink_to(2 * self.commits.len());
        }
    }

    /// Version of a stream after its last commit that is not past `up_to`, where that is here.
    pub(crate) fn version_at(&self, stream: &str, up_to: Position) -> Option<Version> {
        let entries = self.streams.get(stream)?;
        entries.iter().rev().find(|entry| entry.first <= up_to).map(Entry::last_version)
    }

    pub(crate) fn key(&self, key: &Hash) -> Option<KeyEntry> {
        self.keys.get(key).copied()
    }

    /// Number of the commit that holds a position, where it is here.
    pub(crate) fn leaf_of(&self, position: Position) -> Option<u64> {
        let nth = self.commits.partition_point(|(first, _)| *first <= position).checked_sub(1)?;
        Some(self.leaf + nth as u64)
    }

    /// The chain hashes of what is here up to a position, and the number of the first commit.
    pub(crate) fn hashes_at(&self, position: Position) -> (u64, Vec<Hash>) {
        let end = self.commits.partition_point(|(first, _)| *first <= position);
        (self.leaf, self.commits.range(..end).map(|(_, hash)| *hash).collect())
    }

    /// What is here up to a position: number of the first commit, the chain hashes, and of each stream its version and
    /// the chain hash of its last commit.
    pub(crate) fn at(&self, position: Position) -> (u64, Vec<Hash>, Vec<(StreamId, Version, Hash)>) {
        let nth = |position: Position| self.commits.partition_point(|(first, _)| *first <= position);
        let hashes = self.commits.range(..nth(position)).map(|(_, hash)| *hash).collect();
        let end = |(stream, entries): (&StreamId, &VecDeque<Entry>)| {
            let entry = entries.iter().rev().find(|entry| entry.first <= position)?;
            let (_, hash) = self.commits.get(nth(entry.first).checked_sub(1)?)?;
            Some((stream.clone(), entry.last_version(), *hash))
        };
        (self.leaf, hashes, self.streams.iter().filter_map(end).collect())
    }

    /// Every stream with its commits up to `position`, in no order: they can be sorted when the writer waits no more.
    pub(crate) fn streams(&self, position: Position) -> Vec<(StreamId, Vec<Entry>)> {
        let up_to = |(stream, entries): (&StreamId, &VecDeque<Entry>)| {
            let entries: Vec<Entry> = entries.iter().take_while(|entry| entry.first <= position).copied().collect();
            (!entries.is_empty()).then(|| (stream.clone(), entries))
        };
        self.streams.iter().filter_map(up_to).collect()
    }

    /// The commits with versions after `from` up to the position `head`, and the first version here: there may be more
    /// before it, in packed segments.
    pub(crate) fn entries(
        &self,
        stream: &StreamId,
        from: Version,
        max: usize,
        head: Position,
    ) -> (Vec<Entry>, Option<Version>) {
        let Some(entries) = self.streams.get(stream) else { return (Vec::new(), None) };
        let start = entries.partition_point(|entry| entry.last_version() <= from);
        let mut found = Vec::new();
        let mut events = 0;
        for entry in entries.range(start..) {
            if events >= max || entry.first > head {
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

/// A commit as it was written, among those it was written with.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    pub(crate) first: Position,
    pub(crate) last: Position,
    pub(crate) hash: Hash,
    /// What was written with one sync.
    pub(crate) group: Arc<[u8]>,
    /// Where in it the body is.
    pub(crate) body: Range<usize>,
}

impl Kept {
    /// Takes the events after `after`; nothing where memory does not hold what was written any more, and the file has to
    /// be read.
    pub(crate) fn take(&self, after: Position, taken: &mut Taken) -> Option<()> {
        let commit = self.group.get(self.body.clone()).and_then(view_body)?;
        taken.take(&commit, &commit.stream_id(), after, Some(self.hash));
        Some(())
    }

    fn events(&self) -> usize {
        usize::try_from(self.last - self.first + 1).unwrap_or(usize::MAX)
    }

    /// Its part of the memory of the group, and what it needs itself.
    fn bytes(&self) -> usize {
        self.body.len() + 128
    }
}

/// The latest commits, so that those who follow the log do not read files.
#[derive(Debug)]
pub(crate) struct Recent {
    commits: VecDeque<Kept>,
    events: usize,
    bytes: usize,
    max_events: usize,
    max_bytes: usize,
}

impl Recent {
    pub(crate) fn new(max_events: usize, max_bytes: usize) -> Recent {
        Recent { commits: VecDeque::new(), events: 0, bytes: 0, max_events, max_bytes }
    }

    pub(crate) fn push(&mut self, kept: Kept) {
        self.events += kept.events();
        self.bytes += kept.bytes();
        self.commits.push_back(kept);
        while self.events > self.max_events || self.bytes > self.max_bytes {
            let Some(oldest) = self.commits.pop_front() else { return };
            self.events -= oldest.events();
            self.bytes -= oldest.bytes();
        }
    }

    /// The commit that holds a position.
    pub(crate) fn holding(&self, position: Position) -> Option<&Kept> {
        self.commits.get(self.nth(position)?)
    }

    fn nth(&self, position: Position) -> Option<usize> {
        let nth = self.commits.partition_point(|kept| kept.last < position);
        self.commits.get(nth).filter(|kept| kept.first <= position).map(|_| nth)
    }

    /// The commits from the one that holds `position`, enough for `max` events; nothing when it is not kept.
    pub(crate) fn from(&self, position: Position, max: usize) -> Option<Vec<Kept>> {
        let start = self.nth(position)?;
        let mut found = Vec::new();
        for kept in self.commits.range(start..) {
            found.push(kept.clone());
            if kept.last - position + 1 >= max as u64 {
                break;
            }
        }
        Some(found)
    }
}

/// Takes at most `max` events and stops early when they are large, so that no answer grows without bound.
pub(crate) struct Taken {
    pub(crate) events: Vec<Recorded>,
    hashes: Hashes,
    max: usize,
    bytes: usize,
}

/// Whether events are given out with the chain hashes of their commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hashes {
    Told,
    /// Who decides by the events does not need them, and in a packed segment finding them, and checking that they follow
    /// from the commits, is as much work as all the rest. The bytes have a checksum besides.
    LeftOut,
}

/// An answer is ended with the event that takes it over this size.
const ANSWER_BYTES: usize = 8 << 20;

/// Room made for events at most before any is there.
const ROOM: usize = 1024;

impl Taken {
    pub(crate) fn new(max: usize, hashes: Hashes) -> Taken {
        Taken { events: Vec::new(), hashes, max, bytes: 0 }
    }

    pub(crate) fn full(&self) -> bool {
        self.events.len() >= self.max || self.bytes >= ANSWER_BYTES
    }

    pub(crate) fn with_hashes(&self) -> bool {
        self.hashes == Hashes::Told
    }

    /// So many more are expected.
    pub(crate) fn expect(&mut self, more: u64) {
        let more = usize::try_from(more).unwrap_or(usize::MAX);
        self.events.reserve(more.min(self.max - self.events.len()).min(ROOM));
    }

    /// Takes the events of a commit after `after`.
    pub(crate) fn take(&mut self, commit: &CommitView<'_>, stream: &StreamId, after: Position, hash: Option<Hash>) {
        let hash = hash.filter(|_| self.with_hashes());
        for event in commit.recorded(stream, after, hash, &self.events) {
            if self.full() {
                return;
            }
            self.bytes += event.body.len() + event.kind.len() + 128;
            self.events.push(event);
        }
    }
}
