//! The whole log stream by stream.

use std::{
    mem,
    sync::{Arc, Mutex, OnceLock},
};

use crate::{
    Head, ReadError, Recorded, StreamId, Version,
    merge::{Merge, TailSource},
    packed::{Packed, stream_id},
    segment::{Raw, Segment},
    shared::{Shared, hold, read},
    tail::{Entry, Hashes, Taken},
};

/// Events after which an answer ends, with the stream that it is at.
pub(crate) const BATCH: usize = 2048;

/// Every stream with all its events, by name, up to the head the log had when this was asked for. The events come without
/// the hashes of their commits.
///
/// Memory is that of one block of each segment, the places of its other blocks, and one stream at a time.
#[derive(Debug)]
pub struct Streams {
    shared: Arc<Shared>,
    plan: Arc<Plan>,
    part: Part,
    damage: OnDamage,
    /// Streams that were met and are not whole.
    left_out: u64,
}

/// What all parts read, and where one ends and the next begins.
#[derive(Debug)]
struct Plan {
    head: Head,
    packed: Vec<Arc<Packed>>,
    raws: Arc<Vec<Raw>>,
    parts: usize,
    /// What is not packed, as it was found; taken when the first part is read, to be sorted.
    tail: Mutex<NotPacked>,
    /// Made when the first part is read, since that takes reading files.
    divided: OnceLock<Divided>,
}

/// The names at which parts begin, but for the first, and what is not packed of each part, by name.
#[derive(Debug)]
struct Divided {
    bounds: Vec<StreamId>,
    /// Each is taken when its part is read.
    tails: Vec<Mutex<NotPacked>>,
}

type NotPacked = Vec<(StreamId, Vec<Entry>)>;

/// How far a part is.
#[derive(Debug)]
enum Part {
    /// Its number, from 0.
    Waiting(usize),
    Open(Merge),
    /// Everything was given out, or an error was.
    Over,
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
    /// The log in `parts` of about the same size, each with streams of its own. Reads no files.
    pub(crate) fn new(shared: &Arc<Shared>, parts: usize, damage: OnDamage) -> Vec<Streams> {
        let plan = {
            let _settled = hold(&shared.settled);
            let segments = read(&shared.segments);
            let head = shared.head();
            let raw = |segment: &Segment| match segment {
                Segment::Raw(raw) => Some(raw.clone()),
                Segment::Packed(_) => None,
            };
            let raws = Arc::new(segments.0.iter().filter_map(raw).collect());
            let (packed, tail) = (segments.packed(), Mutex::new(read(&shared.tail).streams(head.position)));
            let parts = parts.max(1);
            Arc::new(Plan { head, packed, raws, parts, tail, divided: OnceLock::new() })
        };
        let part = |nth| Streams {
            shared: Arc::clone(shared),
            plan: Arc::clone(&plan),
            part: Part::Waiting(nth),
            damage,
            left_out: 0,
        };
        (0..plan.parts).map(part).collect()
    }

    /// Where the log ended when this was asked for.
    pub fn head(&self) -> Head {
        self.plan.head
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
        self.work_on_next(|streams| streams).await
    }

    /// As [`Streams::next`], and gives what `work` makes of the streams, on the thread that read them.
    ///
    /// # Errors
    /// As there.
    pub async fn work_on_next<T: Send + 'static>(
        &mut self,
        work: impl FnOnce(Vec<WholeStream>) -> T + Send + 'static,
    ) -> Result<Option<T>, ReadError> {
        let part = mem::replace(&mut self.part, Part::Over);
        if matches!(part, Part::Over) {
            return Ok(None);
        }
        let (plan, damage) = (Arc::clone(&self.plan), self.damage);
        let read = move |shared: &Arc<Shared>| {
            let mut merge = match part {
                Part::Waiting(nth) => plan.open(nth, damage, shared),
                Part::Open(merge) => merge,
                Part::Over => return Err(ReadError::Closed),
            };
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
        };
        let (done, left_out, merge) = self
            .shared
            .off_the_runtime_then(read, |(streams, left_out, merge)| {
                ((!streams.is_empty()).then(|| work(streams)), left_out, merge)
            })
            .await?;
        self.part = Part::Open(merge);
        self.left_out += left_out;
        Ok(done)
    }
}

impl Plan {
    /// The part with this number; one that has nothing where the log has fewer names than parts.
    fn open(&self, nth: usize, damage: OnDamage, shared: &Shared) -> Merge {
        let Divided { bounds, tails } = self.divided.get_or_init(|| self.divide(shared));
        let Some(tail) = tails.get(nth) else { return Merge::of_packed(&[]) };
        let lower = nth.checked_sub(1).and_then(|before| bounds.get(before));
        let (streams, raws) = (mem::take(&mut *hold(tail)).into_iter(), Arc::clone(&self.raws));
        let tail = TailSource { disk: shared.disk.clone(), streams, raws };
        Merge::new(&self.packed, Some(tail), lower, bounds.get(nth).cloned(), damage)
    }

    /// Blocks are of about the same size, so the names they begin with tell how to divide.
    fn divide(&self, shared: &Shared) -> Divided {
        let mut tail = mem::take(&mut *hold(&self.tail));
        tail.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut names: Vec<StreamId> = Vec::new();
        if self.parts > 1 {
            for packed in &self.packed {
                // One that cannot be read says so when its turn comes.
                let Ok(blocks) = packed.blocks(&shared.cache) else { continue };
                names.extend(blocks.iter().step_by(8).map(|block| stream_id(block.name())));
            }
            names.extend(tail.iter().step_by(512).map(|(name, _)| name.clone()));
            names.sort_unstable();
        }
        let mut bounds: Vec<StreamId> =
            (1..self.parts).filter_map(|nth| names.get(names.len() * nth / self.parts).cloned()).collect();
        bounds.dedup();
        let mut tails = Vec::with_capacity(bounds.len() + 1);
        for bound in bounds.iter().rev() {
            tails.push(Mutex::new(tail.split_off(tail.partition_point(|(name, _)| name < bound))));
        }
        tails.push(Mutex::new(tail));
        tails.reverse();
        Divided { bounds, tails }
    }
}

impl Shared {
    /// Everything that packed segments have of a stream can be read.
    fn readable(&self, stream: &StreamId) -> bool {
        let mut from = 0;
        loop {
            let mut taken = Taken::new(BATCH, Hashes::LeftOut);
            match (self.stream_packed(stream, from, Version::MAX, &mut taken), taken.events.last()) {
                (Ok(()), Some(last)) => from = last.version,
                (Ok(()), None) => return true,
                (Err(_), _) => return false,
            }
        }
    }
}
