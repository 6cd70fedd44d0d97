//! The whole log stream by stream, by merging segments: each is in the order of streams already.

use std::{cmp::Reverse, collections::BinaryHeap, sync::Arc};

use crate::{
    Damage, Hash, Head, Position, ReadError, Recorded, StreamId, Version,
    cursor::Cursor,
    footer::Place,
    frame::CommitView,
    lost::Lost,
    packed::{Packed, Records, stream_id},
    read::READ_ONE,
    segment::{Raw, Segment},
    shared::{Shared, hold, off_the_runtime, read},
    tail::{Entry, Taken},
};

/// Events after which an answer ends, with the stream that it is at.
const BATCH: usize = 2048;

/// Every stream with all its events, by name, up to the head the log had when this was asked for.
///
/// Memory is that of one block of each segment, the places of its other blocks, and one stream at a time.
#[derive(Debug)]
pub struct Streams {
    shared: Arc<Shared>,
    head: Head,
    merge: Option<Merge>,
    /// Streams that were met and are not whole.
    left_out: u64,
}

/// What becomes of streams of which something is damaged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnDamage {
    /// Nothing more is given out.
    Stop,
    /// They are left out, and the others are given out.
    LeaveOut,
}

/// A stream and all its events.
pub type WholeStream = (StreamId, Vec<Recorded>);

impl Streams {
    /// The log in `parts` of about the same size, each with streams of its own.
    pub(crate) fn new(shared: &Arc<Shared>, parts: usize, damage: OnDamage) -> Vec<Streams> {
        let (head, packed, tail, raws) = {
            let _settled = hold(&shared.settled);
            let segments = read(&shared.segments);
            let head = shared.head();
            let raw = |segment: &Segment| match segment {
                Segment::Raw(raw) => Some(raw.clone()),
                Segment::Packed(_) => None,
            };
            let raws: Vec<Raw> = segments.0.iter().filter_map(raw).collect();
            (head, segments.packed(), read(&shared.tail).sorted(head.position), raws)
        };
        let bounds = bounds(&packed, &tail, parts, shared);
        let lower = std::iter::once(None).chain(bounds.iter().cloned().map(Some));
        let upper = bounds.iter().cloned().map(Some).chain(std::iter::once(None));
        let part = |(lower, upper): (Option<StreamId>, Option<StreamId>)| {
            let inside = |(name, _): &&(StreamId, Vec<Entry>)| {
                lower.as_ref().is_none_or(|lower| name >= lower) && upper.as_ref().is_none_or(|upper| name < upper)
            };
            let tail = TailSource { streams: tail.iter().filter(inside).cloned().collect(), at: 0, raws: raws.clone() };
            let merge = Merge::new(&packed, Some(tail), lower.as_ref(), upper, damage);
            Streams { shared: Arc::clone(shared), head, merge: Some(merge), left_out: 0 }
        };
        lower.zip(upper).map(part).collect()
    }

    /// Where the log ended when this was asked for.
    pub fn head(&self) -> Head {
        self.head
    }

    /// How many streams were met by now that are left out, since not all of them can be read. Of a stream that lies
    /// wholly in what is damaged nothing is met.
    pub fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The next streams, at least one; nothing at the end.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read; nothing more can be had then.
    pub async fn next(&mut self) -> Result<Option<Vec<WholeStream>>, ReadError> {
        let Some(mut merge) = self.merge.take() else { return Ok(None) };
        let shared = Arc::clone(&self.shared);
        let (streams, left_out, merge) = off_the_runtime(move || {
            let mut left_out = 0;
            loop {
                let mut streams = merge.batch().map_err(|error| shared.noticed(error))?;
                let met = streams.len();
                if let Some(lost) = &mut merge.lost {
                    lost.faults.drain(..).for_each(|fault| drop(shared.noticed(ReadError::Damaged(fault))));
                    streams.retain(|(stream, _)| !lost.may_hold(stream) || shared.readable(stream));
                }
                left_out += (met - streams.len()) as u64;
                if met == 0 || !streams.is_empty() {
                    return Ok((streams, left_out, merge));
                }
            }
        })
        .await?;
        self.merge = Some(merge);
        self.left_out += left_out;
        Ok((!streams.is_empty()).then_some(streams))
    }
}

impl Shared {
    /// Everything that packed segments have of a stream can be read.
    fn readable(&self, stream: &StreamId) -> bool {
        let mut from = 0;
        loop {
            let mut taken = Taken::new(BATCH);
            match (self.stream_packed(stream, from, Version::MAX, &mut taken), taken.events.last()) {
                (Ok(()), Some(last)) => from = last.version,
                (Ok(()), None) => return true,
                (Err(_), _) => return false,
            }
        }
    }
}

/// Names that divide the log in parts. Blocks are of about the same size, so the names they begin with tell.
fn bounds(packed: &[Arc<Packed>], tail: &[(StreamId, Vec<Entry>)], parts: usize, shared: &Shared) -> Vec<StreamId> {
    let mut names: Vec<StreamId> = Vec::new();
    for packed in packed {
        // One that cannot be read says so when its turn comes.
        let Ok(blocks) = packed.blocks(&shared.cache) else { continue };
        names.extend(blocks.iter().step_by(8).map(|block| stream_id(block.name())));
    }
    names.extend(tail.iter().step_by(512).map(|(name, _)| name.clone()));
    names.sort_unstable();
    let mut bounds: Vec<StreamId> =
        (1..parts.max(1)).filter_map(|nth| names.get(names.len() * nth / parts).cloned()).collect();
    bounds.dedup();
    bounds
}

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
    at: usize,
    /// What was passed over; nothing where damage is an error.
    lost: Option<Lost>,
}

#[derive(Debug)]
struct TailSource {
    streams: Vec<(StreamId, Vec<Entry>)>,
    at: usize,
    raws: Vec<Raw>,
}

/// Merges segments by the names of streams.
#[derive(Debug)]
pub(crate) struct Merge {
    sources: Vec<Source>,
    /// What could not even be begun with; told when it is asked for.
    failed: Option<ReadError>,
    /// What was passed over; nothing where damage is an error.
    lost: Option<Lost>,
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

    fn new(
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

    fn batch(&mut self) -> Result<Vec<WholeStream>, ReadError> {
        let (mut streams, mut count) = (Vec::new(), 0);
        while count < BATCH {
            let (mut older, mut newer) = (Vec::new(), Vec::new());
            let stream = self.stream(
                &mut |stream, packed, nth, commit| {
                    older.extend(commit.recorded(stream, commit.first - 1, packed.chain_at(nth)?.1));
                    Ok(())
                },
                &mut |stream, commit, hash| newer.extend(commit.recorded(stream, commit.first - 1, hash)),
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
            Source::Tail(tail) => Ok(tail.streams.get(tail.at).map(|(name, _)| name.clone())),
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
        let mut source = PackedSource { packed, blocks, raw: Vec::new(), at: 0, lost };
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
            (self.raw, self.at) = match (self.packed.read_block(&place), &mut self.lost) {
                (Ok(raw), None) => (raw, 0),
                (Ok(raw), Some(_)) if Records(&raw).all(|found| found.is_ok()) => (raw, 0),
                (Ok(_), Some(lost)) => {
                    lost.pass_over(&self.packed, &place, Damage::Body)?;
                    (Vec::new(), 0)
                }
                (Err(ReadError::Damaged(fault)), Some(lost)) => {
                    lost.pass_over(&self.packed, &place, fault.what)?;
                    (Vec::new(), 0)
                }
                (Err(error), _) => return Err(error),
            };
        }
        Ok(true)
    }

    fn name(&mut self) -> Result<Option<StreamId>, ReadError> {
        if !self.fill()? {
            return Ok(None);
        }
        match Records(&self.raw[self.at..]).next() {
            Some(Ok(found)) => Ok(Some(stream_id(found.commit.stream))),
            Some(Err(what)) => Err(self.packed.damaged(0, what)),
            None => Ok(None),
        }
    }

    fn take(&mut self, stream: &StreamId, show: Show<'_>) -> Result<(), ReadError> {
        while self.fill()? {
            let mut records = Records(&self.raw[self.at..]);
            while let Some(found) = records.next() {
                let found = found.map_err(|what| self.packed.damaged(0, what))?;
                if found.commit.stream != stream.as_str() {
                    return Ok(());
                }
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
        let Some((_, entries)) = self.streams.get(self.at) else { return Ok(()) };
        self.at += 1;
        let mut cursor: Option<Cursor> = None;
        for entry in entries {
            let raw = self.holding(entry.first)?;
            let mut at = cursor
                .take()
                .and_then(|cursor| cursor.moved(entry))
                .unwrap_or_else(|| Cursor::new(raw, entry.first, entry.offset, READ_ONE));
            at.commit(&mut |commit, _, hash| show(stream, commit, hash))?;
            cursor = Some(at);
        }
        Ok(())
    }

    fn holding(&self, position: Position) -> Result<&Raw, ReadError> {
        let nth = self.raws.partition_point(|raw| raw.first <= position).checked_sub(1);
        nth.and_then(|nth| self.raws.get(nth)).ok_or(ReadError::Closed)
    }
}
