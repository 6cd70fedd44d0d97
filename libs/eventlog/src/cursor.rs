//! Goes through a raw segment, commit by commit.

use std::{fs::File, sync::Arc};

use crate::{
    Damage, Fault, Hash, Position, ReadError,
    disk::Disk,
    frame::{CommitView, FRAME_HEADER, FrameView, frame_len},
    segment::{Raw, segment_name},
    tail::Entry,
};

/// Goes through the frames of one raw segment.
///
/// Where it is is kept as an offset in the file: the buffer moves on as more is read, and with it every index into it.
pub(crate) struct Cursor {
    disk: Disk,
    first: Position,
    salt: u32,
    end: u64,
    /// First position of the next segment; none for the one that is written to.
    pub(crate) until: Option<Position>,
    file: Arc<File>,
    /// What was read, and where it begins in the file.
    buffer: Vec<u8>,
    start: u64,
    /// Position of the next commit, and where it begins in the file.
    pub(crate) next: Position,
    offset: u64,
    ahead: usize,
}

impl Cursor {
    /// Before the commit that begins with position `next`, at this offset.
    pub(crate) fn new(disk: &Disk, raw: &Raw, next: Position, offset: u64, ahead: usize) -> Cursor {
        let (disk, file) = (disk.clone(), Arc::clone(&raw.file));
        let (buffer, start, until) = (Vec::new(), offset, raw.until);
        Cursor { disk, first: raw.first, salt: raw.salt, end: raw.end, until, file, buffer, start, next, offset, ahead }
    }

    /// Before this commit, keeping what was read of the file; nothing where it is not in what is known of the segment.
    pub(crate) fn moved(mut self, entry: &Entry) -> Option<Cursor> {
        let here = entry.first >= self.first && self.until.is_none_or(|until| entry.first < until);
        // The end of the last segment may have moved on since.
        if !here || entry.offset >= self.end {
            return None;
        }
        (self.next, self.offset) = (entry.first, entry.offset);
        Some(self)
    }

    /// Before the commit that holds this position.
    pub(crate) fn skip_to(&mut self, position: Position) -> Result<(), ReadError> {
        while self.next < position {
            let (next, offset) = (self.next, self.offset);
            if self.commit(&mut |commit, _, _| commit.last())? >= position {
                // One step too far.
                (self.next, self.offset) = (next, offset);
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn commit<T>(&mut self, act: &mut dyn FnMut(&CommitView<'_>, &[u8], Hash) -> T) -> Result<T, ReadError> {
        let len = self.load()?;
        let mut view = || {
            let bytes = self.held().get(..len).ok_or(Damage::Short)?;
            let frame = FrameView::parse(bytes, self.salt)?;
            let commit = frame.commit()?;
            if commit.first != self.next {
                return Err(Damage::Position { expected: self.next, found: commit.first });
            }
            Ok((act(&commit, frame.body, frame.hash), commit.last()))
        };
        let (done, last) = view().map_err(|what| self.damaged(what))?;
        self.offset += len as u64;
        self.next = last + 1;
        Ok(done)
    }

    /// Sees to it that the whole next frame is in the buffer.
    fn load(&mut self) -> Result<usize, ReadError> {
        self.fill(FRAME_HEADER)?;
        let len = frame_len(self.held()).map_err(|what| self.damaged(what))?;
        self.fill(len)?;
        Ok(len)
    }

    /// What the buffer has of the file from the next commit on.
    fn held(&self) -> &[u8] {
        let at = self.offset.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.buffer.get(at..)).unwrap_or_default()
    }

    /// Sees to it that so many bytes from the next commit on are in the buffer.
    fn fill(&mut self, need: usize) -> Result<(), ReadError> {
        let have = self.held().len();
        if have >= need {
            return Ok(());
        }
        self.buffer.drain(..self.buffer.len() - have);
        self.start = self.offset;
        let place = self.start + have as u64;
        let left = usize::try_from(self.end.saturating_sub(place)).unwrap_or(usize::MAX);
        let more = (need - have).max(self.ahead).min(left);
        self.buffer.resize(have + more, 0);
        let name = || segment_name(self.first);
        if let Err(error) = self.disk.read_at(&self.file, name, &mut self.buffer[have..], place) {
            self.buffer.truncate(have);
            return Err(match Damage::of_read(&error) {
                Some(what) => self.damaged(what),
                None => ReadError::io("read a segment")(error),
            });
        }
        if have + more < need { Err(self.damaged(Damage::Short)) } else { Ok(()) }
    }

    fn damaged(&self, what: Damage) -> ReadError {
        let (offset, position) = (self.offset, self.next);
        ReadError::Damaged(Fault { segment: segment_name(self.first), offset, position, what })
    }
}
