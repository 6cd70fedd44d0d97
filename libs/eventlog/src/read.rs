//! Reads the journal: by position, by stream, and as stored.

use std::sync::Arc;

use crate::{
    Hash, Position, RawCommit, ReadError, Recorded, StreamId, Version,
    cursor::Cursor,
    frame::CommitView,
    index::Row,
    packed::{Packed, stream_id},
    segment::Segment,
    shared::{Shared, read},
    tail::{Entry, Hashes, Taken},
};

/// Bytes read at once when going through the journal.
const READ_AHEAD: usize = 256 << 10;
/// Bytes read at once for a single commit.
pub(crate) const READ_ONE: usize = 4 << 10;

impl Shared {
    pub(crate) async fn read(self: &Arc<Self>, after: Position, max: usize) -> Result<Vec<Recorded>, ReadError> {
        let head = self.head().position;
        if after >= head || max == 0 {
            return Ok(Vec::new());
        }
        if let Some(taken) = self.read_recent(after, max, head) {
            return Ok(taken);
        }
        self.off_the_runtime(move |shared| shared.read_files(after, max, head).map_err(|error| shared.noticed(error)))
            .await
    }

    fn read_recent(&self, after: Position, max: usize, head: Position) -> Option<Vec<Recorded>> {
        // Only references are taken under the lock.
        let kept = read(&self.recent).from(after + 1, max)?;
        let mut taken = Taken::new(max, Hashes::Told);
        for kept in kept.iter().take_while(|kept| kept.first <= head) {
            kept.take(after, &mut taken)?;
        }
        Some(taken.events)
    }

    fn read_files(&self, after: Position, max: usize, head: Position) -> Result<Vec<Recorded>, ReadError> {
        let mut walk = Walk::at(self, after + 1)?;
        let mut taken = Taken::new(max, Hashes::Told);
        while !taken.full() && walk.next <= head {
            walk.commit(|commit, _, hash| taken.take(commit, &stream_id(commit.stream), after, Some(hash)))?;
        }
        Ok(taken.events)
    }

    /// Reads a stream and hands what was read to `work`, on the thread that read it: what is made of the events is made
    /// while they are near, and they are dropped where they were made.
    pub(crate) async fn read_stream<T: Send + 'static>(
        self: &Arc<Self>,
        stream: &StreamId,
        from: Version,
        max: usize,
        hashes: Hashes,
        work: impl FnOnce(Vec<Recorded>) -> T + Send + 'static,
    ) -> Result<T, ReadError> {
        if max == 0 || from == Version::MAX {
            return Ok(work(Vec::new()));
        }
        // What is up to this head is in the tail, and stays readable.
        let head = self.head().position;
        let (fresh, oldest) = read(&self.tail).entries(stream, from, max, head);
        if oldest.is_some_and(|oldest| oldest <= from + 1)
            && let Some(taken) = self.stream_recent(&fresh, from, Taken::new(max, hashes))
        {
            return Ok(work(taken));
        }
        let stream = stream.clone();
        self.off_the_runtime(move |shared| {
            let mut taken = Taken::new(max, hashes);
            let until = oldest.unwrap_or(Version::MAX);
            let read = shared.stream_packed(&stream, from, until, &mut taken);
            let read = read.and_then(|()| shared.stream_files(&fresh, from, &mut taken));
            read.map_err(|error| shared.noticed(error)).map(|()| work(taken.events))
        })
        .await
    }

    fn stream_recent(&self, entries: &[Entry], from: Version, mut taken: Taken) -> Option<Vec<Recorded>> {
        let kept = {
            let recent = read(&self.recent);
            entries.iter().map(|entry| recent.holding(entry.first).cloned()).collect::<Option<Vec<_>>>()?
        };
        for (kept, entry) in kept.iter().zip(entries) {
            kept.take(after_of(entry, from), &mut taken)?;
        }
        Some(taken.events)
    }

    /// Takes what packed segments have of a stream, before the version `until`.
    pub(crate) fn stream_packed(
        &self,
        stream: &StreamId,
        from: Version,
        until: Version,
        taken: &mut Taken,
    ) -> Result<(), ReadError> {
        if from + 1 >= until {
            return Ok(());
        }
        // Where to look, before which version to stop, and which one must have been reached then.
        let (segments, until, end) = match self.with_index(|index| index.row(stream.as_str())) {
            Ok(known) => {
                // What is in memory follows on what is packed, so the index must lead up to it.
                let end = if until == Version::MAX { known.as_ref().map_or(1, |row| row.version + 1) } else { until };
                let row = known.unwrap_or_else(Row::new);
                // The last segment whose first version is not after the one asked for, and those that follow.
                let start = row.segments.partition_point(|(_, first)| *first <= from + 1).saturating_sub(1);
                taken.expect(row.version.saturating_sub(from));
                (row.segments[start..].to_vec(), end, end)
            }
            // Damage kept the index from being built. Each segment knows in which block a stream would be.
            Err(ReadError::Damaged(_)) => {
                let all = read(&self.segments).packed().iter().map(|packed| (packed.footer.first, 0)).collect();
                (all, until, if until == Version::MAX { 1 } else { until })
            }
            Err(error) => return Err(error),
        };
        let mut next = from + 1;
        for (segment, first) in &segments {
            if *first >= until || taken.full() {
                break;
            }
            let packed = read(&self.segments).packed_at(*segment);
            let packed = packed.ok_or_else(|| self.astray(stream))?;
            packed.stream(stream.as_str(), from, &self.cache, &mut |found| {
                let commit = &found.commit;
                if commit.version >= until {
                    return Ok(false);
                }
                if commit.version > next {
                    return Err(self.astray(stream));
                }
                next = commit.last_version() + 1;
                let after = commit.first - 1 + from.saturating_sub(commit.version - 1);
                let hash = taken.with_hashes().then(|| packed.checked_hash(found.nth, found.body)).transpose()?;
                taken.take(commit, stream, after, hash);
                Ok(!taken.full())
            })?;
        }
        if !taken.full() && next < end {
            return Err(self.astray(stream));
        }
        Ok(())
    }

    /// The index leads to where nothing is.
    fn astray(&self, stream: &StreamId) -> ReadError {
        self.index_failed(format!("a version of {stream} is missing").as_str().into())
    }

    fn stream_files(&self, entries: &[Entry], from: Version, taken: &mut Taken) -> Result<(), ReadError> {
        let mut cursor: Option<Cursor> = None;
        for entry in entries {
            if taken.full() {
                break;
            }
            let kept = read(&self.recent).holding(entry.first).cloned();
            let after = after_of(entry, from);
            if kept.and_then(|kept| kept.take(after, taken)).is_some() {
                continue;
            }
            let mut take = |commit: &CommitView<'_>, _: &[u8], hash| {
                taken.take(commit, &stream_id(commit.stream), after, Some(hash));
            };
            match cursor.take().and_then(|cursor| cursor.moved(entry)) {
                Some(mut moved) => {
                    moved.commit(&mut take)?;
                    cursor = Some(moved);
                }
                None => match self.segment_of(entry.first)? {
                    Segment::Raw(raw) => {
                        let mut opened = Cursor::new(&self.disk, &raw, entry.first, entry.offset, READ_ONE);
                        opened.commit(&mut take)?;
                        cursor = Some(opened);
                    }
                    // It was packed since the entry was found.
                    Segment::Packed(packed) => {
                        let nth = packed.nth_holding(entry.first, &self.cache)?;
                        shown(self, &packed, nth, &mut take)?;
                    }
                },
            }
        }
        Ok(())
    }

    fn segment_of(&self, position: Position) -> Result<Segment, ReadError> {
        let segments = read(&self.segments);
        let nth = segments.holding(position).unwrap_or(0);
        segments.0.get(nth).cloned().ok_or(ReadError::NotThere { position })
    }
}

/// The position before that of the first event of this commit whose version is after `from`.
fn after_of(entry: &Entry, from: Version) -> Position {
    entry.first - 1 + from.saturating_sub(entry.version - 1)
}

fn shown<T>(
    shared: &Shared,
    packed: &Packed,
    nth: u32,
    act: &mut dyn FnMut(&CommitView<'_>, &[u8], Hash) -> T,
) -> Result<(T, Position), ReadError> {
    packed.commit(nth, &shared.cache, |found| {
        let hash = packed.checked_hash(nth, found.body)?;
        Ok((act(&found.commit, found.body, hash), found.commit.last()))
    })?
}

/// Goes through the commits of the journal in order, up to what was durable when it began.
pub(crate) struct Walk<'a> {
    shared: &'a Shared,
    at: At,
    /// Position of the next commit.
    pub(crate) next: Position,
}

enum At {
    Raw(Cursor),
    Packed(Arc<Packed>, u32),
}

impl<'a> Walk<'a> {
    /// Before the commit that holds this position.
    pub(crate) fn at(shared: &'a Shared, position: Position) -> Result<Walk<'a>, ReadError> {
        match shared.segment_of(position)? {
            Segment::Raw(raw) => {
                let (first, offset) = raw.near(position);
                let mut cursor = Cursor::new(&shared.disk, &raw, first, offset, READ_AHEAD);
                cursor.skip_to(position)?;
                Ok(Walk { shared, next: cursor.next, at: At::Raw(cursor) })
            }
            Segment::Packed(packed) => {
                let nth = packed.nth_holding(position, &shared.cache)?;
                let next = packed.commit(nth, &shared.cache, |found| found.commit.first)?;
                Ok(Walk { shared, next, at: At::Packed(packed, nth) })
            }
        }
    }

    /// Shows the next commit: what it says, its body and the chain hash after it.
    pub(crate) fn commit<T>(&mut self, mut act: impl FnMut(&CommitView<'_>, &[u8], Hash) -> T) -> Result<T, ReadError> {
        let over = match &self.at {
            At::Raw(cursor) => cursor.until == Some(self.next),
            At::Packed(packed, nth) => *nth >= packed.footer.commits,
        };
        if over {
            *self = Walk::at(self.shared, self.next)?;
        }
        match &mut self.at {
            At::Raw(cursor) => {
                let done = cursor.commit(&mut act)?;
                self.next = cursor.next;
                Ok(done)
            }
            At::Packed(packed, nth) => {
                let (done, last) = shown(self.shared, packed, *nth, &mut act)?;
                *nth += 1;
                self.next = last + 1;
                Ok(done)
            }
        }
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
        let (after, head) = (self.after, self.head);
        let read = move |shared: &Arc<Shared>| shared.raw_commits(after, head).map_err(|error| shared.noticed(error));
        let read = self.shared.off_the_runtime(read).await?;
        self.after = read.last().map_or(self.head, |commit| commit.last);
        self.ready = read.into_iter();
        Ok(self.ready.next())
    }
}

impl Shared {
    fn raw_commits(&self, after: Position, head: Position) -> Result<Vec<RawCommit>, ReadError> {
        let mut walk = Walk::at(self, after + 1)?;
        let (mut read, mut bytes) = (Vec::new(), 0);
        while bytes < COMMITS_BYTES && walk.next <= head {
            let commit = walk.commit(|commit, body, hash| RawCommit {
                first: commit.first,
                last: commit.last(),
                digest: Hash::of(body),
                body: body.to_vec(),
                hash,
            })?;
            bytes += commit.body.len();
            read.push(commit);
        }
        Ok(read)
    }
}
