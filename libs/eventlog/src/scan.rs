//! Reads the journal and says where it ends: cleanly, in a torn tail, or in damage.
//!
//! Raw segments are read whole. Of packed ones only beginning and end are, unless everything is to be checked: a start
//! must not take longer because the log is longer.

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, SeekFrom},
    sync::Arc,
    thread,
    time::Duration,
};

use crate::{
    Damage, Fault, Hash, Head, Position, ReadError,
    cache::Cache,
    disk::Disk,
    frame::{CommitView, FrameView, SEGMENT_HEADER, SegmentHeader, chain, find_later_frame},
    merkle::{self, Growing},
    packed::{Packed, Records, Unopened},
    segment::{Folder, Names, Raw, Segment, packed_name, segment_name},
};

/// A segment that another process is writing may have to be read again this often to see a whole group.
const READS_WHILE_LIVE: u32 = 20;

pub(crate) struct Scan<'a> {
    pub(crate) folder: &'a Folder,
    pub(crate) disk: &'a Disk,
    /// Heads that the journal is known to have reached.
    pub(crate) evidence: &'a [Head],
    /// Another process may be writing.
    pub(crate) live: bool,
    /// Everything in packed segments is checked, and the tree over commits is made.
    pub(crate) whole: bool,
    /// Sizes at which the root of that tree is wanted, in order.
    pub(crate) sizes: &'a [u64],
}

#[derive(Debug)]
pub(crate) struct Scanned {
    pub(crate) segments: Vec<Segment>,
    pub(crate) head: Head,
    /// The highest position that a frame says was durable.
    pub(crate) durable: u64,
    pub(crate) commits: u64,
    /// The tree over all commits, where everything is checked.
    pub(crate) tree: Growing,
    /// Commits recorded before the one before them, as programs wrote that did not hold time to going forward; and the first
    /// position of the first of them.
    pub(crate) set_back: (u64, Position),
    /// Time of the last commit.
    time: i64,
    /// Its root at each of the sizes that are wanted and were reached.
    pub(crate) roots: Vec<(u64, Hash)>,
    pub(crate) end: End,
}

#[derive(Debug)]
pub(crate) enum End {
    Clean,
    /// Bytes after the end of the last segment which never were acknowledged.
    Torn(Vec<u8>),
    Damaged(Fault),
}

/// What stops a scan inside a segment.
enum Stop {
    Torn(Vec<u8>),
    Damaged(u64, Damage),
}

/// Sees the commits that are read, with the chain hash after each and where it begins in a raw segment. Of a packed
/// segment they come in the order of streams.
pub(crate) type Visit<'a> = &'a mut dyn FnMut(&CommitView<'_>, Hash, u64) -> Result<(), Damage>;

impl Scan<'_> {
    /// `visit` may find fault with a commit; `progress` gets events and bytes read so far.
    pub(crate) fn run(&self, visit: Visit<'_>, progress: &mut dyn FnMut(u64, u64)) -> io::Result<Scanned> {
        let names = self.folder.segments()?;
        let mut scanned = Scanned::nothing();
        self.note_roots(&mut scanned);
        let mut bytes = 0;
        for (nth, names_of) in names.iter().enumerate() {
            if names_of.first > scanned.head.position + 1 {
                let next = names_of.first;
                scanned.end = End::Damaged(scanned.missing(names_of.packed, Damage::Missing { next }));
                return Ok(scanned);
            }
            let (name, stop) = self.either(*names_of, nth + 1 == names.len(), &mut scanned, visit)?;
            bytes += scanned.segments.last().map_or(0, |segment| segment.end().1);
            progress(scanned.head.position, bytes);
            match stop {
                None => {}
                Some(Stop::Torn(torn)) => scanned.end = End::Torn(torn),
                Some(Stop::Damaged(offset, what)) => {
                    let position = scanned.head.position + 1;
                    scanned.end = End::Damaged(Fault { segment: name, offset, position, what });
                    return Ok(scanned);
                }
            }
        }
        if let Some(expected) = self.evidence.iter().find(|known| known.position > scanned.head.position) {
            let what = Damage::Truncated { expected: expected.position, found: scanned.head.position };
            let missing = scanned.last_is_full()?;
            let fault = if missing { scanned.missing(false, what) } else { scanned.fault_at_end(what) };
            scanned.end = End::Damaged(fault);
        } else if names.is_empty() && self.folder.has_begun() {
            scanned.end = End::Damaged(scanned.fault_at_end(Damage::NoSegments));
        }
        Ok(scanned)
    }

    /// Takes the packed form where there is one. Where the raw one is there too, packing was interrupted, and the
    /// packed one is of no use unless it is whole.
    fn either(
        &self,
        names: Names,
        last: bool,
        scanned: &mut Scanned,
        visit: Visit<'_>,
    ) -> io::Result<(String, Option<Stop>)> {
        let first = names.first;
        if names.packed {
            match Packed::open(self.disk, &self.folder.packed(first)) {
                Ok(packed) => return Ok((packed_name(first), self.packed(packed, first, scanned, visit)?)),
                Err(Unopened::Io(error)) => return Err(error),
                Err(Unopened::Damaged(offset, what)) if !names.raw => {
                    return Ok((packed_name(first), Some(Stop::Damaged(offset, what))));
                }
                Err(Unopened::Damaged(..)) => {}
            }
        }
        match self.segment(first, last, scanned, visit) {
            // Packed and removed since the names were read.
            Err(error) if self.live && error.kind() == io::ErrorKind::NotFound => {
                let names = Names { first, raw: false, packed: true };
                if self.folder.packed(first).exists() { self.either(names, last, scanned, visit) } else { Err(error) }
            }
            stop => Ok((segment_name(first), stop?)),
        }
    }

    fn packed(&self, packed: Packed, first: u64, scanned: &mut Scanned, visit: Visit<'_>) -> io::Result<Option<Stop>> {
        let (footer, expected) = (&packed.footer, scanned.head.position + 1);
        let wrong = |what| Ok(Some(Stop::Damaged(0, what)));
        if footer.first != first || footer.leaf != scanned.commits {
            return wrong(Damage::Header);
        }
        if first != expected {
            return wrong(Damage::Gap { expected, found: first });
        }
        if footer.before != scanned.head.hash {
            return wrong(Damage::Chain);
        }
        let checked =
            self.known(&packed).and_then(|()| if self.whole { whole(&packed, visit) } else { Ok(Vec::new()) });
        match checked {
            Ok(commits) => commits.into_iter().for_each(|commit| self.grow(scanned, commit)),
            Err(ReadError::Damaged(fault)) => return Ok(Some(Stop::Damaged(fault.offset, fault.what))),
            Err(error) => return Err(error.into_io()),
        }
        (scanned.head, scanned.commits, scanned.durable) = (packed.head(), packed.leaf_after(), footer.last);
        scanned.push(Segment::Packed(Arc::new(packed)));
        Ok(None)
    }

    /// Holds the segment against heads that are known from elsewhere.
    fn known(&self, packed: &Packed) -> Result<(), ReadError> {
        let footer = &packed.footer;
        for known in self.evidence.iter().filter(|known| (footer.first..=footer.last).contains(&known.position)) {
            let hash = if known.position == footer.last {
                footer.after
            } else {
                packed.chain_at(packed.nth_holding(known.position, &Cache::new(0))?)?.1
            };
            if hash != known.hash {
                return Err(packed.damaged(0, Damage::Replaced { expected: *known }));
            }
        }
        Ok(())
    }

    fn segment(&self, first: u64, last: bool, scanned: &mut Scanned, visit: Visit<'_>) -> io::Result<Option<Stop>> {
        // Opened once: whoever writes it may pack it, and remove the name, before this has read it to the end.
        let opened = File::open(self.folder.segment(first)).map(Arc::new);
        let (file, mut bytes) = match opened.and_then(|file| content(&file).map(|bytes| (file, bytes))) {
            Ok(read) => read,
            Err(error) => return Damage::of_read(&error).map_or(Err(error), |what| Ok(Some(Stop::Damaged(0, what)))),
        };
        let header = match check_header(&bytes, first, scanned.head) {
            Ok(header) => header,
            Err(what) => return Ok(Some(Stop::Damaged(0, what))),
        };
        let mut raw = Raw::new(header, scanned.commits, file);
        let stop = self.frames(&mut bytes, header, last, &mut raw, scanned, visit);
        scanned.push(Segment::Raw(raw));
        stop
    }

    fn frames(
        &self,
        bytes: &mut Vec<u8>,
        header: SegmentHeader,
        last: bool,
        raw: &mut Raw,
        scanned: &mut Scanned,
        visit: Visit<'_>,
    ) -> io::Result<Option<Stop>> {
        let (mut at, mut reads) = (SEGMENT_HEADER, 0);
        loop {
            if is_unused(&bytes[at..]) {
                return Ok(None);
            }
            match self.commit(&bytes[at..], header.salt, raw, scanned, visit) {
                Ok(len) => (at, reads) = (at + len, 0),
                // What another process wrote after these bytes were read must not be taken for proof against them.
                Err(_) if self.live && reads < READS_WHILE_LIVE => {
                    reads += 1;
                    let again = reread(&raw.file, at)?;
                    if again[at..] == bytes[at..] {
                        // Nothing moves, so this is how it is.
                        reads = READS_WHILE_LIVE;
                    }
                    *bytes = again;
                }
                Err(Bad::Wrong(what)) => return Ok(Some(Stop::Damaged(at as u64, what))),
                Err(Bad::Unreadable(what)) => {
                    let position = scanned.head.position + 1;
                    let was_durable = !last
                        || self.evidence.iter().any(|known| known.position >= position)
                        || find_later_frame(&bytes[at + 1..], header.salt, position).is_some();
                    return Ok(Some(if was_durable {
                        Stop::Damaged(at as u64, what)
                    } else {
                        let used = bytes.iter().rposition(|byte| *byte != 0).map_or(at, |nth| nth + 1);
                        Stop::Torn(bytes[at..used].to_vec())
                    }));
                }
            }
        }
    }

    fn commit(
        &self,
        bytes: &[u8],
        salt: u32,
        raw: &mut Raw,
        scanned: &mut Scanned,
        visit: Visit<'_>,
    ) -> Result<usize, Bad> {
        let frame = FrameView::parse(bytes, salt).map_err(Bad::Unreadable)?;
        let commit = frame.commit().map_err(Bad::Wrong)?;
        let expected = scanned.head.position + 1;
        if commit.first != expected {
            return Err(Bad::Wrong(Damage::Position { expected, found: commit.first }));
        }
        if chain(scanned.head.hash, Hash::of(frame.body)) != frame.hash {
            return Err(Bad::Wrong(Damage::Chain));
        }
        let head = Head { position: commit.last(), hash: frame.hash };
        let replaced = |known: &&Head| (commit.first..=head.position).contains(&known.position) && **known != head;
        if let Some(expected) = self.evidence.iter().find(replaced) {
            return Err(Bad::Wrong(Damage::Replaced { expected: *expected }));
        }
        visit(&commit, frame.hash, raw.end).map_err(Bad::Wrong)?;
        raw.push(commit.first, frame.len() as u64);
        scanned.head = head;
        scanned.durable = scanned.durable.max(commit.durable);
        scanned.commits += 1;
        self.grow(scanned, (frame.hash, commit.first, commit.time));
        Ok(frame.len())
    }

    /// Adds a commit to the tree: its chain hash, first position and time.
    fn grow(&self, scanned: &mut Scanned, (hash, first, time): (Hash, Position, i64)) {
        if self.whole {
            if time < scanned.time {
                let begins = if scanned.set_back.0 == 0 { first } else { scanned.set_back.1 };
                scanned.set_back = (scanned.set_back.0 + 1, begins);
            }
            scanned.time = time;
            scanned.tree.push(merkle::leaf(&hash.0));
            self.note_roots(scanned);
        }
    }

    fn note_roots(&self, scanned: &mut Scanned) {
        let size = scanned.tree.size();
        if self.sizes.get(scanned.roots.len()) == Some(&size) {
            scanned.roots.push((size, scanned.tree.root()));
        }
    }
}

/// Why there is no commit here.
enum Bad {
    /// No whole frame: torn or damaged, that depends.
    Unreadable(Damage),
    /// A whole frame that cannot be here; no crash leaves that.
    Wrong(Damage),
}

impl Scanned {
    fn nothing() -> Scanned {
        Scanned {
            segments: Vec::new(),
            head: Head::EMPTY,
            durable: 0,
            commits: 0,
            tree: Growing::default(),
            set_back: (0, 0),
            time: i64::MIN,
            roots: Vec::new(),
            end: End::Clean,
        }
    }

    fn push(&mut self, segment: Segment) {
        if let Some(Segment::Raw(before)) = self.segments.last_mut() {
            before.until = Some(segment.first());
        }
        self.segments.push(segment);
    }

    /// No segment is there that begins where the log ends.
    fn missing(&self, packed: bool, what: Damage) -> Fault {
        let position = self.head.position + 1;
        let segment = if packed { packed_name(position) } else { segment_name(position) };
        Fault { segment, offset: 0, position, what }
    }

    /// The last segment that is there is packed or cut to its end: another one followed it. So it is where there is none.
    fn last_is_full(&self) -> io::Result<bool> {
        match self.segments.last() {
            Some(Segment::Raw(raw)) => Ok(raw.file.metadata()?.len() == raw.end),
            Some(Segment::Packed(_)) | None => Ok(true),
        }
    }

    pub(crate) fn fault_at_end(&self, what: Damage) -> Fault {
        let (segment, offset) = self.segments.last().map_or((String::new(), 0), Segment::end);
        Fault { segment, offset, position: self.head.position + 1, what }
    }
}

fn check_header(bytes: &[u8], name: u64, head: Head) -> Result<SegmentHeader, Damage> {
    let header = SegmentHeader::parse(bytes)?;
    let expected = head.position + 1;
    if header.first != name {
        return Err(Damage::Header);
    }
    if header.first != expected {
        return Err(Damage::Gap { expected, found: header.first });
    }
    if header.before != head.hash {
        return Err(Damage::Chain);
    }
    Ok(header)
}

/// Checks everything a packed segment holds; of each commit, in order, the chain hash after it, first position and time.
fn whole(packed: &Packed, visit: Visit<'_>) -> Result<Vec<(Hash, Position, i64)>, ReadError> {
    let (hashes, order) = (packed.chain()?, packed.read_order()?);
    let places: Vec<_> = order.places().collect();
    let mut keys = Vec::new();
    let mut commits = vec![(Hash::ZERO, 0, 0); places.len()];
    let (mut seen, mut before) = (0, None);
    for (nth_block, block) in (0u32..).zip(packed.read_blocks()?) {
        let raw = packed.read_block(&block.place)?;
        let damaged = |what| packed.damaged(block.place.offset, what);
        let mut records = Records(&raw);
        let mut begins = true;
        loop {
            let offset = raw.len() - records.0.len();
            let Some(found) = records.next() else { break };
            let found = found.map_err(damaged)?;
            let (nth, commit) = (found.nth as usize, &found.commit);
            let wrong = |what| Err(damaged(what));
            let place = places.get(nth).copied();
            if place != Some((commit.first, nth_block, u32::try_from(offset).unwrap_or(u32::MAX))) {
                return wrong(Damage::Body);
            }
            if chain(hashes[nth], Hash::of(found.body)) != hashes[nth + 1] {
                return wrong(Damage::Chain);
            }
            let this = (commit.stream.to_owned(), commit.version, commit.first);
            let sorted = before.as_ref().is_none_or(|before: &(String, u64, u64)| {
                (&before.0, before.1) < (&this.0, this.1) && (before.0 != this.0 || before.2 < this.2)
            });
            if !sorted || (begins && !block.begins_with(commit)) {
                return wrong(Damage::Body);
            }
            visit(commit, hashes[nth + 1], 0).map_err(damaged)?;
            commits[nth] = (hashes[nth + 1], commit.first, commit.time);
            keys.extend(commit.idempotency.map(|known| (known.key.0[..8].to_owned(), found.nth)));
            (seen, before, begins) = (seen + 1, Some(this), false);
        }
    }
    keys.sort_unstable();
    let stored = packed.keys()?.into_iter().map(|(key, nth)| (key.to_be_bytes().to_vec(), nth));
    if seen != places.len() || !stored.eq(keys) {
        return Err(packed.damaged(packed.footer.keys.offset, Damage::Body));
    }
    Ok(commits)
}

/// Larger than any segment that options allow, with the largest commit behind it: what is larger, nobody wrote.
const LARGEST: u64 = 512 << 20;

fn content(mut file: &File) -> io::Result<Vec<u8>> {
    let len = file.metadata()?.len();
    if len > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(len).unwrap_or(0));
    file.seek(SeekFrom::Start(0))?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn reread(file: &File, at: usize) -> io::Result<Vec<u8>> {
    thread::sleep(Duration::from_millis(5));
    let mut bytes = content(file)?;
    if bytes.len() < at {
        bytes.resize(at, 0);
    }
    Ok(bytes)
}

/// Nothing but the zeros of reserved room.
fn is_unused(bytes: &[u8]) -> bool {
    // Nearly always answered by the first byte.
    bytes.first().is_none_or(|byte| *byte == 0) && bytes.iter().all(|byte| *byte == 0)
}
