//! Reads the journal: by position, by stream, and as stored.

use std::{fs::File, os::unix::fs::FileExt as _, sync::Arc};

use crate::{
    Damage, Fault, Hash, Position, RawCommit, ReadError, Recorded, StreamId, Version,
    frame::{CommitView, FRAME_HEADER, FrameView, frame_len},
    overlay::{Entry, Kept, KeyEntry, Taken},
    segment::segment_name,
    shared::{Shared, off_the_runtime, read},
};

/// Bytes read at once when going through the journal.
const READ_AHEAD: usize = 256 << 10;
/// Bytes read at once for a single commit.
const READ_ONE: usize = 4 << 10;

impl Shared {
    pub(crate) async fn read(self: &Arc<Self>, after: Position, max: usize) -> Result<Vec<Recorded>, ReadError> {
        let head = self.head().position;
        if after >= head || max == 0 {
            return Ok(Vec::new());
        }
        if let Some(taken) = self.read_recent(after, max, head) {
            return Ok(taken);
        }
        let shared = Arc::clone(self);
        off_the_runtime(move || shared.read_files(after, max, head)).await
    }

    fn read_recent(&self, after: Position, max: usize, head: Position) -> Option<Vec<Recorded>> {
        // Only references are taken under the lock.
        let kept = read(&self.recent).from(after + 1, max)?;
        let mut taken = Taken::new(max);
        for kept in kept.iter().take_while(|kept| kept.commit.first <= head) {
            taken.extend(kept.commit.recorded(after, kept.hash));
        }
        Some(taken.events)
    }

    fn read_files(&self, after: Position, max: usize, head: Position) -> Result<Vec<Recorded>, ReadError> {
        let mut cursor = Cursor::at(self, after + 1, READ_AHEAD)?;
        let mut taken = Taken::new(max);
        while !taken.full() && cursor.next <= head {
            let (commit, frame) = cursor.commit()?;
            taken.extend(commit.recorded(after, frame.hash));
        }
        Ok(taken.events)
    }

    pub(crate) async fn read_stream(
        self: &Arc<Self>,
        stream: &StreamId,
        from: Version,
        max: usize,
    ) -> Result<Vec<Recorded>, ReadError> {
        if max == 0 || from == Version::MAX {
            return Ok(Vec::new());
        }
        let (fresh, oldest) = read(&self.overlay).entries(stream, from, max);
        if oldest.is_some_and(|oldest| oldest <= from + 1)
            && let Some(taken) = self.stream_recent(&fresh, from, max)
        {
            return Ok(taken);
        }
        let (shared, stream) = (Arc::clone(self), stream.clone());
        off_the_runtime(move || {
            let until = oldest.unwrap_or(Version::MAX);
            let mut entries = Vec::new();
            if from + 1 < until {
                entries = shared.with_index(|index| index.entries(&stream, from, until, max))?;
            }
            let next = entries.last().map_or(from + 1, |entry| entry.last_version() + 1);
            // When sled alone fills the answer, what is fresh does not follow on it.
            entries.extend(fresh.iter().skip_while(|entry| entry.last_version() < next));
            shared.stream_files(&entries, from, max)
        })
        .await
    }

    fn stream_recent(&self, entries: &[Entry], from: Version, max: usize) -> Option<Vec<Recorded>> {
        let kept = {
            let recent = read(&self.recent);
            entries.iter().map(|entry| recent.holding(entry.first).map(Arc::clone)).collect::<Option<Vec<_>>>()?
        };
        let mut taken = Taken::new(max);
        for (kept, entry) in kept.iter().zip(entries) {
            take_of_stream(kept, entry, from, &mut taken);
        }
        Some(taken.events)
    }

    fn stream_files(&self, entries: &[Entry], from: Version, max: usize) -> Result<Vec<Recorded>, ReadError> {
        let mut taken = Taken::new(max);
        let mut cursor: Option<Cursor<'_>> = None;
        for entry in entries {
            if taken.full() {
                break;
            }
            let kept = read(&self.recent).holding(entry.first).map(Arc::clone);
            if let Some(kept) = kept {
                take_of_stream(&kept, entry, from, &mut taken);
                continue;
            }
            let mut at = match cursor.take() {
                Some(cursor) => cursor.moved(entry)?,
                None => Cursor::at_entry(self, entry)?,
            };
            let (commit, frame) = at.commit()?;
            taken.extend(commit.recorded(after_of(entry, from), frame.hash));
            cursor = Some(at);
        }
        Ok(taken.events)
    }
}

impl Shared {
    /// What the commit at this place says of a key.
    pub(crate) fn key_at(&self, key: &Hash, first: Position, offset: u64) -> Result<Option<KeyEntry>, ReadError> {
        let mut cursor = Cursor::at_entry(self, &Entry { version: 0, count: 0, first, offset })?;
        let (commit, _) = cursor.commit()?;
        let (last, version) = (commit.last(), commit.last_version());
        let same = commit.idempotency.filter(|idempotency| idempotency.key == *key);
        Ok(same.map(|idempotency| KeyEntry { fingerprint: idempotency.fingerprint, first, last, version }))
    }
}

fn take_of_stream(kept: &Kept, entry: &Entry, from: Version, taken: &mut Taken) {
    taken.extend(kept.commit.recorded(after_of(entry, from), kept.hash));
}

/// The position before that of the first event of this commit whose version is after `from`.
fn after_of(entry: &Entry, from: Version) -> Position {
    entry.first - 1 + from.saturating_sub(entry.version - 1)
}

/// Goes through the frames of the journal, up to what was durable when it began.
struct Cursor<'a> {
    shared: &'a Shared,
    /// Number of the segment in the list.
    nth: usize,
    first: Position,
    salt: u32,
    end: u64,
    /// First position of the next segment, if there is one.
    until: Option<Position>,
    file: Arc<File>,
    /// What was read, where it begins in the file, and how much of it is done with.
    buffer: Vec<u8>,
    start: u64,
    at: usize,
    /// Position of the next commit.
    next: Position,
    ahead: usize,
}

impl<'a> Cursor<'a> {
    /// Before the commit that holds this position.
    fn at(shared: &'a Shared, position: Position, ahead: usize) -> Result<Cursor<'a>, ReadError> {
        let nth = read(&shared.segments).holding(position).unwrap_or(0);
        let mut cursor = Cursor::open(shared, nth, ahead)?;
        let (next, offset) = {
            let segments = read(&shared.segments);
            segments.0.get(nth).map_or((cursor.first, cursor.start), |segment| segment.near(position))
        };
        (cursor.next, cursor.start) = (next, offset);
        while cursor.next < position {
            let (next, at) = (cursor.next, cursor.at);
            if cursor.commit()?.0.last() >= position {
                // One step too far; the buffer still holds it.
                (cursor.next, cursor.at) = (next, at.min(cursor.at));
                break;
            }
        }
        Ok(cursor)
    }

    /// Before this commit.
    fn at_entry(shared: &'a Shared, entry: &Entry) -> Result<Cursor<'a>, ReadError> {
        let nth = read(&shared.segments).holding(entry.first).unwrap_or(0);
        let mut cursor = Cursor::open(shared, nth, READ_ONE)?;
        (cursor.next, cursor.start) = (entry.first, entry.offset);
        Ok(cursor)
    }

    /// The same, keeping the file and what was read of it where that serves.
    fn moved(mut self, entry: &Entry) -> Result<Cursor<'a>, ReadError> {
        let here = entry.first >= self.first && self.until.is_none_or(|until| entry.first < until);
        // The end of the last segment may have moved on since.
        if !here || entry.offset >= self.end {
            return Cursor::at_entry(self.shared, entry);
        }
        match entry.offset.checked_sub(self.start).and_then(|ahead| usize::try_from(ahead).ok()) {
            Some(ahead) if ahead < self.buffer.len() => self.at = ahead,
            _ => {
                self.buffer.clear();
                (self.start, self.at) = (entry.offset, 0);
            }
        }
        self.next = entry.first;
        Ok(self)
    }

    fn open(shared: &'a Shared, nth: usize, ahead: usize) -> Result<Cursor<'a>, ReadError> {
        let (segment, until) = {
            let segments = read(&shared.segments);
            let Some(segment) = segments.0.get(nth) else { return Err(ReadError::Closed) };
            let until = segments.0.get(nth + 1).map(|next| next.first);
            ((segment.first, segment.salt, segment.end), until)
        };
        let (first, salt, end) = segment;
        let file = Arc::new(File::open(shared.folder.segment(first)).map_err(ReadError::io("open a segment"))?);
        let start = crate::frame::SEGMENT_HEADER as u64;
        let (buffer, at, next) = (Vec::new(), 0, first);
        Ok(Cursor { shared, nth, first, salt, end, until, file, buffer, start, at, next, ahead })
    }

    fn commit(&mut self) -> Result<(CommitView<'_>, FrameView<'_>), ReadError> {
        if self.until == Some(self.next) {
            *self = Cursor::open(self.shared, self.nth + 1, self.ahead)?;
        }
        let len = self.load()?;
        let at = self.at;
        // Checked once; the second look at the same bytes only gives them a name that outlives the bookkeeping.
        let checked = self.view(at, len).map(|(commit, frame)| (commit.first, commit.last(), frame.hash));
        let (found, last, hash) = checked.map_err(|what| self.damaged(what))?;
        if found != self.next {
            return Err(self.damaged(Damage::Position { expected: self.next, found }));
        }
        self.at += len;
        self.next = last + 1;
        let frame = FrameView { body: &self.buffer[at + FRAME_HEADER..at + len - 32], hash };
        Ok((frame.commit().map_err(|what| self.damaged(what))?, frame))
    }

    fn view(&self, at: usize, len: usize) -> Result<(CommitView<'_>, FrameView<'_>), Damage> {
        let frame = FrameView::parse(self.buffer.get(at..at + len).ok_or(Damage::Short)?, self.salt)?;
        Ok((frame.commit()?, frame))
    }

    /// Sees to it that the whole next frame is in the buffer.
    fn load(&mut self) -> Result<usize, ReadError> {
        self.fill(FRAME_HEADER)?;
        let len = frame_len(&self.buffer[self.at..]).map_err(|what| self.damaged(what))?;
        self.fill(len)?;
        Ok(len)
    }

    fn fill(&mut self, need: usize) -> Result<(), ReadError> {
        if self.buffer.len() - self.at >= need {
            return Ok(());
        }
        self.buffer.drain(..self.at);
        self.start += self.at as u64;
        self.at = 0;
        let have = self.buffer.len();
        let left = self.end.saturating_sub(self.start + have as u64);
        let more = (need - have).max(self.ahead).min(usize::try_from(left).unwrap_or(usize::MAX));
        self.buffer.resize(have + more, 0);
        let place = self.start + have as u64;
        self.file.read_exact_at(&mut self.buffer[have..], place).map_err(ReadError::io("read a segment"))?;
        if self.buffer.len() < need {
            return Err(self.damaged(Damage::Short));
        }
        Ok(())
    }

    fn damaged(&self, what: Damage) -> ReadError {
        let (offset, position) = (self.start + self.at as u64, self.next);
        ReadError::Damaged(Fault { segment: segment_name(self.first), offset, position, what })
    }
}

/// The commits of the log as they are stored, in order, up to the head it had at the beginning.
#[derive(Debug)]
pub struct Commits {
    shared: Arc<Shared>,
    after: Position,
    head: Position,
    ready: std::vec::IntoIter<RawCommit>,
}

/// Bytes of commits read at once.
const COMMITS_BYTES: usize = 1 << 20;

impl Commits {
    pub(crate) fn new(shared: Arc<Shared>, after: Position) -> Commits {
        let head = shared.head().position;
        Commits { shared, after, head, ready: Vec::new().into_iter() }
    }

    /// The next commit, or nothing at the end. Holds a few megabytes at most.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn next(&mut self) -> Result<Option<RawCommit>, ReadError> {
        if let Some(commit) = self.ready.next() {
            return Ok(Some(commit));
        }
        if self.after >= self.head {
            return Ok(None);
        }
        let (shared, after, head) = (Arc::clone(&self.shared), self.after, self.head);
        let read = off_the_runtime(move || shared.raw_commits(after, head)).await?;
        self.after = read.last().map_or(self.head, |commit| commit.last);
        self.ready = read.into_iter();
        Ok(self.ready.next())
    }
}

impl Shared {
    fn raw_commits(&self, after: Position, head: Position) -> Result<Vec<RawCommit>, ReadError> {
        let mut cursor = Cursor::at(self, after + 1, READ_AHEAD)?;
        let (mut read, mut bytes) = (Vec::new(), 0);
        while bytes < COMMITS_BYTES && cursor.next <= head {
            let (commit, frame) = cursor.commit()?;
            bytes += frame.body.len();
            let (first, last, body) = (commit.first, commit.last(), frame.body.to_vec());
            read.push(RawCommit { first, last, digest: Hash::of(&body), body, hash: frame.hash });
        }
        Ok(read)
    }

    /// Every commit after a position, for building the index.
    pub(crate) fn each_commit<E: From<ReadError>>(
        &self,
        after: Position,
        head: Position,
        act: &mut dyn FnMut(&CommitView<'_>, Hash, u64) -> Result<(), E>,
    ) -> Result<(), E> {
        if after >= head {
            return Ok(());
        }
        let mut cursor = Cursor::at(self, after + 1, READ_AHEAD)?;
        while cursor.next <= head {
            let ahead = cursor.until == Some(cursor.next);
            let offset = if ahead { crate::frame::SEGMENT_HEADER as u64 } else { cursor.start + cursor.at as u64 };
            let (commit, frame) = cursor.commit()?;
            act(&commit, frame.hash, offset)?;
        }
        Ok(())
    }
}
