//! Reads the whole journal and says where it ends: cleanly, in a torn tail, or in damage.

use std::{fs, io, path::Path, thread, time::Duration};

use crate::{
    Damage, Fault, Hash, Head,
    frame::{CommitView, FrameView, SEGMENT_HEADER, SegmentHeader, chain, find_later_frame},
    segment::{Folder, Segment, segment_name},
};

/// A segment that another process is writing may have to be read again this often to see a whole group.
const READS_WHILE_LIVE: u32 = 20;

pub(crate) struct Scan<'a> {
    pub(crate) folder: &'a Folder,
    /// Heads that the journal is known to have reached.
    pub(crate) evidence: &'a [Head],
    /// Another process may be writing.
    pub(crate) live: bool,
}

#[derive(Debug)]
pub(crate) struct Scanned {
    pub(crate) segments: Vec<Segment>,
    pub(crate) head: Head,
    /// The highest position that a frame says was durable.
    pub(crate) durable: u64,
    pub(crate) commits: u64,
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

impl Scan<'_> {
    /// `visit` sees every whole commit and may find fault with it; `progress` gets events and bytes read so far.
    pub(crate) fn run(
        &self,
        visit: &mut dyn FnMut(&CommitView<'_>) -> Result<(), Damage>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> io::Result<Scanned> {
        let names = self.folder.segments()?;
        let mut scanned = Scanned { segments: Vec::new(), head: Head::EMPTY, durable: 0, commits: 0, end: End::Clean };
        let mut bytes = 0;
        for (nth, first) in names.iter().enumerate() {
            let stop = self.segment(*first, nth + 1 == names.len(), &mut scanned, visit)?;
            bytes += scanned.segments.last().map_or(0, |segment| segment.end);
            progress(scanned.head.position, bytes);
            match stop {
                None => {}
                Some(Stop::Torn(torn)) => scanned.end = End::Torn(torn),
                Some(Stop::Damaged(offset, what)) => {
                    let position = scanned.head.position + 1;
                    scanned.end = End::Damaged(Fault { segment: segment_name(*first), offset, position, what });
                    return Ok(scanned);
                }
            }
        }
        if let Some(expected) = self.evidence.iter().find(|known| known.position > scanned.head.position) {
            let what = Damage::Truncated { expected: expected.position, found: scanned.head.position };
            scanned.end = End::Damaged(scanned.fault_at_end(what));
        }
        Ok(scanned)
    }

    fn segment(
        &self,
        first: u64,
        last: bool,
        scanned: &mut Scanned,
        visit: &mut dyn FnMut(&CommitView<'_>) -> Result<(), Damage>,
    ) -> io::Result<Option<Stop>> {
        let path = self.folder.segment(first);
        let mut bytes = fs::read(&path)?;
        let header = match check_header(&bytes, first, scanned.head) {
            Ok(header) => header,
            Err(what) => return Ok(Some(Stop::Damaged(0, what))),
        };
        scanned.segments.push(Segment::new(header));
        let (mut at, mut reads) = (SEGMENT_HEADER, 0);
        loop {
            if is_unused(&bytes[at..]) {
                return Ok(None);
            }
            match self.commit(&bytes[at..], header.salt, scanned, visit) {
                Ok(len) => (at, reads) = (at + len, 0),
                // What another process wrote after these bytes were read must not be taken for proof against them.
                Err(_) if self.live && reads < READS_WHILE_LIVE => {
                    reads += 1;
                    let again = reread(&path, at)?;
                    if again[at..] == bytes[at..] {
                        // Nothing moves, so this is how it is.
                        reads = READS_WHILE_LIVE;
                    }
                    bytes = again;
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
        scanned: &mut Scanned,
        visit: &mut dyn FnMut(&CommitView<'_>) -> Result<(), Damage>,
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
        visit(&commit).map_err(Bad::Wrong)?;
        if let Some(segment) = scanned.segments.last_mut() {
            segment.push(commit.first, frame.len() as u64);
        }
        scanned.head = head;
        scanned.durable = scanned.durable.max(commit.durable);
        scanned.commits += 1;
        Ok(frame.len())
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
    pub(crate) fn fault_at_end(&self, what: Damage) -> Fault {
        let (segment, offset) =
            self.segments.last().map_or((String::new(), 0), |segment| (segment_name(segment.first), segment.end));
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

fn reread(path: &Path, at: usize) -> io::Result<Vec<u8>> {
    thread::sleep(Duration::from_millis(5));
    let mut bytes = fs::read(path)?;
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
