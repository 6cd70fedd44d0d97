//! Merges segments, each in the order of streams already, into streams by name.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use crate::{
    Damage, Hash, Position, ReadError, StreamId,
    cursor::Cursor,
    disk::Disk,
    footer::Place,
    frame::CommitView,
    lost::Lost,
    packed::{Packed, Records},
    read::READ_ONE,
    segment::Raw,
    streams::{BATCH, OnDamage, WholeStream},
    tail::Entry,
};

/// One of the things that are merged.
#[derive(Debug)]
enum Source {
    Packed(PackedSource),
    Tail(TailSource),
}

#[derive(Debug)]
pub(crate) struct PackedSource {
    pub(crate) packed: Arc<Packed>,
    /// The blocks after the one in `raw` that may be asked for. There is a list for each segment of the log, so it is
    /// to be short.
    blocks: std::vec::IntoIter<Place>,
    raw: Vec<u8>,
    /// Where it is in the file.
    place: Place,
    at: usize,
    /// What was passed over; nothing where damage is an error.
    lost: Option<Lost>,
}

/// What is in segments that are not packed.
#[derive(Debug)]
pub(crate) struct TailSource {
    pub(crate) disk: Disk,
    /// By name.
    pub(crate) streams: std::vec::IntoIter<(StreamId, Vec<Entry>)>,
    pub(crate) raws: Arc<Vec<Raw>>,
}

/// Merges segments by the names of streams.
#[derive(Debug)]
pub(crate) struct Merge {
    sources: Vec<Source>,
    /// What could not even be begun with; told when it is asked for.
    failed: Option<ReadError>,
    /// What was passed over; nothing where damage is an error.
    pub(crate) lost: Option<Lost>,
    heap: BinaryHeap<Reverse<(StreamId, usize)>>,
    upper: Option<StreamId>,
}

/// What a merge shows of a commit in a packed segment: the segment, the commit's number in it, and what it says.
pub(crate) type Show<'a> = &'a mut dyn FnMut(&StreamId, &Packed, u32, &CommitView<'_>) -> Result<(), ReadError>;

impl Merge {
    /// Of the packed segments alone.
    pub(crate) fn of_packed(packed: &[Arc<Packed>]) -> Merge {
        Merge::new(packed, None, None, None, OnDamage::Stop)
    }

    pub(crate) fn new(
        packed: &[Arc<Packed>],
        tail: Option<TailSource>,
        lower: Option<&StreamId>,
        upper: Option<StreamId>,
        damage: OnDamage,
    ) -> Merge {
        let lost = (damage == OnDamage::LeaveOut).then(Lost::default);
        let mut merge = Merge { sources: Vec::new(), failed: None, lost, heap: BinaryHeap::new(), upper };
        for packed in packed {
            let opened = PackedSource::open(packed, lower, merge.upper.as_ref(), damage);
            match (opened.and_then(|source| merge.add(Source::Packed(source))), &mut merge.lost) {
                (Ok(()), _) => {}
                // Its table of blocks: it cannot be told what is in it.
                (Err(ReadError::Damaged(fault)), Some(lost)) => lost.pass_over_all(fault),
                (Err(error), _) => merge.failed = merge.failed.or(Some(error)),
            }
        }
        if let Some(tail) = tail {
            let added = merge.add(Source::Tail(tail));
            merge.failed = merge.failed.or(added.err());
        }
        merge
    }

    fn add(&mut self, mut source: Source) -> Result<(), ReadError> {
        let nth = self.sources.len();
        let name = source.name()?;
        if let (Source::Packed(packed), Some(lost)) = (&mut source, &mut self.lost) {
            packed.lost.iter_mut().for_each(|passed| lost.take(passed));
        }
        self.sources.push(source);
        self.queue(name, nth);
        Ok(())
    }

    fn queue(&mut self, name: Option<StreamId>, nth: usize) {
        if let Some(name) = name.filter(|name| self.upper.as_ref().is_none_or(|upper| name < upper)) {
            self.heap.push(Reverse((name, nth)));
        }
    }

    /// Shows the commits of the next stream in packed segments, in order, then what is newer; gives its name.
    fn stream(
        &mut self,
        show: Show<'_>,
        newer: &mut dyn FnMut(&StreamId, &CommitView<'_>, Hash),
    ) -> Result<Option<StreamId>, ReadError> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        let Some(Reverse((stream, _))) = self.heap.peek() else { return Ok(None) };
        let stream = stream.clone();
        // The heap gives those of one name in the order of the segments.
        while self.heap.peek().is_some_and(|Reverse((name, _))| *name == stream) {
            let Some(Reverse((_, nth))) = self.heap.pop() else { break };
            let source = &mut self.sources[nth];
            match source {
                Source::Packed(packed) => packed.take(&stream, show)?,
                Source::Tail(tail) => tail.take(&stream, newer)?,
            }
            let name = source.name()?;
            if let (Source::Packed(packed), Some(lost)) = (source, &mut self.lost) {
                packed.lost.iter_mut().for_each(|passed| lost.take(passed));
            }
            self.queue(name, nth);
        }
        Ok(Some(stream))
    }

    /// Shows the commits of the next stream; nothing newer than the packed segments is merged.
    pub(crate) fn packed_stream(&mut self, show: Show<'_>) -> Result<Option<StreamId>, ReadError> {
        self.stream(show, &mut |_, _, _| {})
    }

    /// The next streams, until they have [`BATCH`] events or more; none at the end.
    pub(crate) fn batch(&mut self) -> Result<Vec<WholeStream>, ReadError> {
        let (mut streams, mut count) = (Vec::new(), 0);
        while count < BATCH {
            let (mut older, mut newer) = (Vec::new(), Vec::new());
            let stream = self.stream(
                &mut |stream, _, _, commit| {
                    let events = commit.recorded(stream, commit.first - 1, None, &older);
                    older.extend(events);
                    Ok(())
                },
                &mut |stream, commit, _| {
                    let events = commit.recorded(stream, commit.first - 1, None, &newer);
                    newer.extend(events);
                },
            )?;
            let Some(stream) = stream else { break };
            older.append(&mut newer);
            count += older.len();
            streams.push((stream, older));
        }
        Ok(streams)
    }
}

impl Source {
    /// Name of the next stream.
    fn name(&mut self) -> Result<Option<StreamId>, ReadError> {
        match self {
            Source::Packed(packed) => packed.name(),
            Source::Tail(tail) => Ok(tail.streams.as_slice().first().map(|(name, _)| name.clone())),
        }
    }
}

impl PackedSource {
    fn open(
        packed: &Arc<Packed>,
        lower: Option<&StreamId>,
        upper: Option<&StreamId>,
        damage: OnDamage,
    ) -> Result<PackedSource, ReadError> {
        let blocks = packed.read_blocks()?;
        let before = |name: &StreamId| blocks.partition_point(|block| block.name() < name.as_str());
        let (first, end) =
            (lower.map_or(0, |lower| before(lower).saturating_sub(1)), upper.map_or(blocks.len(), before));
        let places: Vec<Place> = blocks.iter().take(end).skip(first).map(|block| block.place).collect();
        let lost = (damage == OnDamage::LeaveOut).then(Lost::default);
        let (packed, blocks) = (Arc::clone(packed), places.into_iter());
        let place = packed.footer.blocks;
        let mut source = PackedSource { packed, blocks, raw: Vec::new(), place, at: 0, lost };
        if let Some(lower) = lower {
            while source.name()?.is_some_and(|name| name < *lower) {
                let name = source.name()?;
                if let Some(name) = name {
                    source.take(&name, &mut |_, _, _, _| Ok(()))?;
                }
            }
        }
        Ok(source)
    }

    /// Sees to it that there is a next record; says whether there is one.
    fn fill(&mut self) -> Result<bool, ReadError> {
        while self.at >= self.raw.len() {
            let Some(place) = self.blocks.next() else { return Ok(false) };
            (self.at, self.place) = (0, place);
            let unpacked = self.packed.read_block_into(&place, &mut self.raw);
            let passed_over = match (unpacked, &self.lost) {
                (Ok(()), None) => None,
                (Ok(()), Some(_)) => Records(&self.raw).find_map(Result::err),
                (Err(ReadError::Damaged(fault)), Some(_)) => Some(fault.what),
                (Err(error), _) => return Err(error),
            };
            if let (Some(what), Some(lost)) = (passed_over, &mut self.lost) {
                self.raw.clear();
                lost.pass_over(&self.packed, &place, what)?;
            }
        }
        Ok(true)
    }

    fn name(&mut self) -> Result<Option<StreamId>, ReadError> {
        if !self.fill()? {
            return Ok(None);
        }
        let name = Records(&self.raw[self.at..]).whose().and_then(|name| std::str::from_utf8(name).ok());
        let name = name.and_then(|name| StreamId::new(name).ok());
        name.map(Some).ok_or_else(|| self.packed.damaged(self.place.offset, Damage::Body))
    }

    fn take(&mut self, stream: &StreamId, show: Show<'_>) -> Result<(), ReadError> {
        while self.fill()? {
            let mut records = Records(&self.raw[self.at..]);
            loop {
                // Most often the next commit is another stream's, and is looked at when that stream's turn comes.
                if !records.0.is_empty() && records.whose().is_some_and(|name| name != stream.as_str().as_bytes()) {
                    return Ok(());
                }
                let Some(found) = records.next() else { break };
                let found = found.map_err(|what| self.packed.damaged(self.place.offset, what))?;
                show(stream, &self.packed, found.nth, &found.commit)?;
                self.at = self.raw.len() - records.0.len();
            }
        }
        Ok(())
    }
}

impl TailSource {
    fn take(
        &mut self,
        stream: &StreamId,
        show: &mut dyn FnMut(&StreamId, &CommitView<'_>, Hash),
    ) -> Result<(), ReadError> {
        let Some((_, entries)) = self.streams.next() else { return Ok(()) };
        let mut cursor: Option<Cursor> = None;
        for entry in &entries {
            let raw = self.holding(entry.first)?;
            let mut at = cursor
                .take()
                .and_then(|cursor| cursor.moved(entry))
                .unwrap_or_else(|| Cursor::new(&self.disk, raw, entry.first, entry.offset, READ_ONE));
            at.commit(&mut |commit, _, hash| show(stream, commit, hash))?;
            cursor = Some(at);
        }
        Ok(())
    }

    fn holding(&self, position: Position) -> Result<&Raw, ReadError> {
        let nth = self.raws.partition_point(|raw| raw.first <= position).checked_sub(1);
        nth.and_then(|nth| self.raws.get(nth)).ok_or(ReadError::NotThere { position })
    }
}
