//! The files of the journal: their names, their list, where in them a position is.

use std::{
    collections::{BTreeMap, BTreeSet, hash_map::RandomState},
    fs::{self, File},
    hash::BuildHasher as _,
    io,
    path::{self, Path, PathBuf},
    sync::Arc,
};

use crate::{
    Head, Position,
    disk::{Disk, Named, is_not_synced},
    frame::{SEGMENT_HEADER, SegmentHeader},
    packed::Packed,
};

/// A place is remembered about every so many bytes; a read begins at most this far before what it looks for.
const MARK_EVERY: u64 = 64 << 10;

/// The folders and files of a log.
#[derive(Debug, Clone)]
pub(crate) struct Folder {
    pub(crate) root: PathBuf,
    pub(crate) journal: PathBuf,
    pub(crate) torn: PathBuf,
    pub(crate) index: PathBuf,
    pub(crate) index_open: PathBuf,
    pub(crate) seen: PathBuf,
    pub(crate) head: PathBuf,
    pub(crate) lock: PathBuf,
}

impl Folder {
    pub(crate) fn new(root: &Path) -> Folder {
        let journal = root.join("journal");
        Folder {
            torn: journal.join("torn"),
            journal,
            index: root.join("index"),
            index_open: root.join("index.open"),
            seen: root.join("index.seen"),
            head: root.join("hoved"),
            lock: root.join("laas"),
            root: root.to_owned(),
        }
    }

    /// Makes the folders, and their names durable: those of the log, and of every folder above it. Who made one of these,
    /// a moment ago or in a start that was cut off, need not have synced it.
    pub(crate) fn create(&self, disk: &Disk) -> io::Result<()> {
        let made = disk.make_folder(&self.torn)?;
        disk.sync_folder(&self.journal)?;
        disk.sync_folder(&self.root)?;
        // What holds a new name must be synced; of what was there before as much as can be.
        let new = made.iter().map(path::absolute).collect::<io::Result<Vec<_>>>()?;
        let new: BTreeSet<&Path> = new.iter().filter_map(|made| made.parent()).collect();
        let named = path::absolute(&self.root)?;
        // The same where no link is on the way.
        let real = fs::canonicalize(&self.root).unwrap_or_else(|_| named.clone());
        let above: BTreeSet<&Path> = [&named, &real].into_iter().flat_map(|root| root.ancestors().skip(1)).collect();
        for folder in above.into_iter().rev() {
            match disk.sync_folder(folder) {
                Err(error) if is_not_synced(&error) && !new.contains(folder) => {}
                synced => synced?,
            }
        }
        Ok(())
    }

    /// Something is here that is only made after the first segment is there for good.
    pub(crate) fn has_begun(&self) -> bool {
        let torn = || fs::read_dir(&self.torn).is_ok_and(|mut torn| torn.next().is_some());
        [&self.head, &self.index, &self.seen].into_iter().any(|path| path.exists()) || torn()
    }

    pub(crate) fn segment(&self, first: Position) -> PathBuf {
        self.journal.join(segment_name(first))
    }

    pub(crate) fn packed(&self, first: Position) -> PathBuf {
        self.journal.join(packed_name(first))
    }

    /// First positions of the segments, in order, by the names of the files.
    pub(crate) fn segments(&self) -> io::Result<Vec<Names>> {
        let mut segments = BTreeMap::new();
        let entries = match fs::read_dir(&self.journal) {
            // All of it is gone, which is for the reader of the segments to say.
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.has_begun() => return Ok(Vec::new()),
            entries => entries?,
        };
        for entry in entries {
            let name = entry?.file_name();
            let Some((first, packed)) = name.to_str().and_then(parse_name) else { continue };
            let names = segments.entry(first).or_insert(Names { first, raw: false, packed: false });
            *if packed { &mut names.packed } else { &mut names.raw } = true;
        }
        Ok(segments.into_values().collect())
    }
}

/// In which forms a segment is there. In both only until the packed one is known to be whole.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Names {
    pub(crate) first: Position,
    pub(crate) raw: bool,
    pub(crate) packed: bool,
}

pub(crate) fn segment_name(first: Position) -> String {
    format!("seg-{first:020}.rvj")
}

pub(crate) fn packed_name(first: Position) -> String {
    format!("seg-{first:020}.rvs")
}

/// First position, and whether it is packed.
pub(crate) fn parse_name(name: &str) -> Option<(Position, bool)> {
    let (digits, form) = name.strip_prefix("seg-")?.split_once('.')?;
    let packed = match form {
        "rvj" => false,
        "rvs" => true,
        _ => return None,
    };
    let number =
        (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?;
    Some((number?, packed))
}

/// One file of the journal, as much of it as is durable: what a backup copies while the log is running.
///
/// It is held open, so it can be read to the end even where its segment is packed, and the file removed, meanwhile.
#[derive(Debug, Clone)]
pub struct JournalFile {
    /// Path below the folder of the log.
    pub name: String,
    /// Bytes to copy; what is after them may be unused or not durable yet.
    pub len: u64,
    /// For a packed segment, which never changes again: where the log ends with it. With the name it tells what is in it.
    pub ends: Option<Head>,
    /// The open file; read it by offset.
    pub file: Arc<File>,
}

/// A segment as it is written, frame by frame.
#[derive(Debug, Clone)]
pub(crate) struct Raw {
    pub(crate) first: Position,
    pub(crate) salt: u32,
    /// Number of commits in the log before it.
    pub(crate) leaf: u64,
    pub(crate) commits: u64,
    pub(crate) file: Arc<File>,
    /// Durable bytes.
    pub(crate) end: u64,
    /// First position of the next segment; none for the one that is written to.
    pub(crate) until: Option<Position>,
    marks: Vec<(Position, u64)>,
}

impl Raw {
    pub(crate) fn new(header: SegmentHeader, leaf: u64, file: Arc<File>) -> Raw {
        let SegmentHeader { first, salt, .. } = header;
        Raw { first, salt, leaf, commits: 0, file, end: SEGMENT_HEADER as u64, until: None, marks: Vec::new() }
    }

    /// Notes a commit at the durable end.
    pub(crate) fn push(&mut self, first: Position, len: u64) {
        if self.marks.last().is_none_or(|(_, offset)| self.end - offset >= MARK_EVERY) {
            self.marks.push((first, self.end));
        }
        self.end += len;
        self.commits += 1;
    }

    /// A place at or before that of the position.
    pub(crate) fn near(&self, position: Position) -> (Position, u64) {
        let after = self.marks.partition_point(|(first, _)| *first <= position);
        after.checked_sub(1).map_or((self.first, SEGMENT_HEADER as u64), |nth| self.marks[nth])
    }
}

/// What the log knows of a segment.
#[derive(Debug, Clone)]
pub(crate) enum Segment {
    Raw(Raw),
    Packed(Arc<Packed>),
}

impl Segment {
    pub(crate) fn first(&self) -> Position {
        match self {
            Segment::Raw(raw) => raw.first,
            Segment::Packed(packed) => packed.footer.first,
        }
    }

    /// Number of commits up to its end.
    pub(crate) fn leaf_after(&self) -> u64 {
        match self {
            Segment::Raw(raw) => raw.leaf + raw.commits,
            Segment::Packed(packed) => packed.leaf_after(),
        }
    }

    /// Name of the file and where the durable part of it ends.
    pub(crate) fn end(&self) -> (String, u64) {
        match self {
            Segment::Raw(raw) => (segment_name(raw.first), raw.end),
            Segment::Packed(packed) => (packed_name(packed.footer.first), packed.len),
        }
    }
}

/// The segments in order: packed ones, then raw ones, of which the last is written to.
#[derive(Debug, Default)]
pub(crate) struct Segments(pub(crate) Vec<Segment>);

impl Segments {
    pub(crate) fn holding(&self, position: Position) -> Option<usize> {
        self.0.partition_point(|segment| segment.first() <= position).checked_sub(1)
    }

    /// Adds a new one. One that begins where the last begins has taken the place of that, which was empty.
    pub(crate) fn push(&mut self, raw: Raw) {
        self.0.pop_if(|last| last.first() == raw.first);
        if let Some(full) = self.active() {
            full.until = Some(raw.first);
        }
        self.0.push(Segment::Raw(raw));
    }

    /// The one that is written to.
    pub(crate) fn active(&mut self) -> Option<&mut Raw> {
        match self.0.last_mut() {
            Some(Segment::Raw(raw)) => Some(raw),
            Some(Segment::Packed(_)) | None => None,
        }
    }

    /// Puts a packed segment in the place of the raw one.
    pub(crate) fn replace(&mut self, packed: Arc<Packed>) {
        let first = packed.footer.first;
        if let Some(place) = self.0.iter_mut().find(|segment| segment.first() == first) {
            *place = Segment::Packed(packed);
        }
    }

    pub(crate) fn packed(&self) -> Vec<Arc<Packed>> {
        Segments::packed_of(&self.0)
    }

    pub(crate) fn packed_of(segments: &[Segment]) -> Vec<Arc<Packed>> {
        let packed = |segment: &Segment| match segment {
            Segment::Packed(packed) => Some(Arc::clone(packed)),
            Segment::Raw(_) => None,
        };
        segments.iter().map_while(packed).collect()
    }

    /// The packed segment that begins with this position.
    pub(crate) fn packed_at(&self, first: Position) -> Option<Arc<Packed>> {
        match self.0.get(self.holding(first)?)? {
            Segment::Packed(packed) if packed.footer.first == first => Some(Arc::clone(packed)),
            Segment::Packed(_) | Segment::Raw(_) => None,
        }
    }

    /// The first full segment that is not packed yet.
    pub(crate) fn to_pack(&self) -> Option<Raw> {
        let nth = self.0.iter().position(|segment| matches!(segment, Segment::Raw(_)))?;
        match self.0.get(nth) {
            Some(Segment::Raw(raw)) if nth + 1 < self.0.len() => Some(raw.clone()),
            Some(Segment::Raw(_) | Segment::Packed(_)) | None => None,
        }
    }

    /// Full segments that are not packed yet.
    pub(crate) fn backlog(&self) -> usize {
        self.0.iter().filter(|segment| matches!(segment, Segment::Raw(_))).count().saturating_sub(1)
    }

    pub(crate) fn files(&self) -> Vec<JournalFile> {
        let file = |segment: &Segment| {
            let (name, len) = segment.end();
            let (ends, file) = match segment {
                Segment::Raw(raw) => (None, &raw.file),
                Segment::Packed(packed) => (Some(packed.head()), &packed.file),
            };
            JournalFile { name: format!("journal/{name}"), len, ends, file: Arc::clone(file) }
        };
        self.0.iter().map(file).collect()
    }
}

/// A segment that is written to.
#[derive(Debug)]
pub(crate) struct Active {
    pub(crate) file: Named,
    pub(crate) salt: u32,
    pub(crate) capacity: u64,
    pub(crate) end: u64,
}

/// A segment with its room reserved and its header durable, which has not got its name yet.
#[derive(Debug)]
pub(crate) struct Prepared {
    header: SegmentHeader,
    active: Active,
    /// The same file as readers hold it.
    shared: Arc<File>,
    /// The folder of the journal, opened while there surely were descriptors for it.
    journal: Named,
}

impl Prepared {
    /// Does the part that may fail for lack of space, and opens everything that has to be open, before anything in the
    /// journal is changed: what fails here can be tried again.
    pub(crate) fn new(disk: &Disk, folder: &Folder, head: Head, capacity: u64) -> io::Result<Prepared> {
        let header = SegmentHeader::after(head, salt());
        let path = folder.segment(header.first).with_extension("tmp");
        let journal = Disk::open_folder(&folder.journal)?;
        let file = disk.create(&path)?;
        let prepare = || {
            let shared = Arc::new(file.file.try_clone()?);
            disk.allocate(&file, capacity)?;
            disk.write_at(&file, &header.encode(), 0)?;
            disk.sync(&file)?;
            Ok(shared)
        };
        match prepare() {
            Ok(shared) => {
                let active = Active { file, salt: header.salt, capacity, end: SEGMENT_HEADER as u64 };
                Ok(Prepared { header, active, shared, journal })
            }
            Err(error) => {
                // Best effort: a leftover is removed at the next open.
                let _ = disk.remove(&path);
                Err(error)
            }
        }
    }

    /// Makes it a segment of the journal.
    pub(crate) fn install(mut self, disk: &Disk, folder: &Folder, leaf: u64) -> io::Result<(Active, Raw)> {
        disk.rename(&mut self.active.file, &folder.segment(self.header.first))?;
        disk.sync_names(&self.journal)?;
        Ok((self.active, Raw::new(self.header, leaf, self.shared)))
    }
}

/// A number nobody outside knows; the standard library draws it from the system.
fn salt() -> u32 {
    let drawn = RandomState::new().hash_one(std::process::id());
    u32::try_from(drawn >> 32).expect("32 bits remain")
}

/// Removes new and packed segments that never got their name.
pub(crate) fn remove_leftovers(disk: &Disk, folder: &Folder) -> io::Result<()> {
    for entry in fs::read_dir(&folder.journal)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            disk.remove(&path)?;
        }
    }
    Ok(())
}
