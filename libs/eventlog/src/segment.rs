//! The files of the journal: their names, their list, where in them a position is.

use std::{
    collections::hash_map::RandomState,
    fs,
    hash::BuildHasher as _,
    io,
    path::{Path, PathBuf},
};

use crate::{
    Head, Position,
    disk::{Disk, Named, make_folder},
    frame::{SEGMENT_HEADER, SegmentHeader},
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
            head: root.join("hoved"),
            lock: root.join("laas"),
            root: root.to_owned(),
        }
    }

    pub(crate) fn create(&self, disk: &Disk) -> io::Result<()> {
        let new_root = !self.root.exists();
        make_folder(&self.torn)?;
        disk.sync_folder(&self.journal)?;
        disk.sync_folder(&self.root)?;
        match self.root.parent() {
            // A parent that may not be opened existed before; only a root made just now needs its name synced.
            Some(parent) if new_root && !parent.as_os_str().is_empty() => disk.sync_folder(parent),
            _ => Ok(()),
        }
    }

    pub(crate) fn segment(&self, first: Position) -> PathBuf {
        self.journal.join(segment_name(first))
    }

    /// First positions of the segments, in order, by the names of the files.
    pub(crate) fn segments(&self) -> io::Result<Vec<Position>> {
        let mut segments = Vec::new();
        for entry in fs::read_dir(&self.journal)? {
            if let Some(first) = entry?.file_name().to_str().and_then(parse_name) {
                segments.push(first);
            }
        }
        segments.sort_unstable();
        Ok(segments)
    }
}

pub(crate) fn segment_name(first: Position) -> String {
    format!("seg-{first:020}.rvj")
}

fn parse_name(name: &str) -> Option<Position> {
    let digits = name.strip_prefix("seg-")?.strip_suffix(".rvj")?;
    (digits.len() == 20 && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// One file of the journal, as much of it as is durable: what a backup copies while the log is running.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalFile {
    /// Path below the folder of the log.
    pub name: String,
    /// Bytes to copy; what is after them may be unused or not durable yet.
    pub len: u64,
    /// The file will never change again.
    pub sealed: bool,
}

/// What the log knows of a segment.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) first: Position,
    pub(crate) salt: u32,
    /// Durable bytes.
    pub(crate) end: u64,
    marks: Vec<(Position, u64)>,
}

impl Segment {
    pub(crate) fn new(header: SegmentHeader) -> Segment {
        let SegmentHeader { first, salt, .. } = header;
        Segment { first, salt, end: SEGMENT_HEADER as u64, marks: Vec::new() }
    }

    /// Notes a commit at the durable end.
    pub(crate) fn push(&mut self, first: Position, len: u64) {
        if self.marks.last().is_none_or(|(_, offset)| self.end - offset >= MARK_EVERY) {
            self.marks.push((first, self.end));
        }
        self.end += len;
    }

    /// A place at or before that of the position.
    pub(crate) fn near(&self, position: Position) -> (Position, u64) {
        let after = self.marks.partition_point(|(first, _)| *first <= position);
        after.checked_sub(1).map_or((self.first, SEGMENT_HEADER as u64), |nth| self.marks[nth])
    }
}

/// The segments in order.
#[derive(Debug, Default)]
pub(crate) struct Segments(pub(crate) Vec<Segment>);

impl Segments {
    pub(crate) fn holding(&self, position: Position) -> Option<usize> {
        self.0.partition_point(|segment| segment.first <= position).checked_sub(1)
    }

    /// Adds a new one. One that begins where the last begins has taken the place of that, which was empty.
    pub(crate) fn push(&mut self, segment: Segment) {
        self.0.pop_if(|last| last.first == segment.first);
        self.0.push(segment);
    }

    pub(crate) fn files(&self) -> Vec<JournalFile> {
        let last = self.0.len().saturating_sub(1);
        let file = |(nth, segment): (usize, &Segment)| JournalFile {
            name: format!("journal/{}", segment_name(segment.first)),
            len: segment.end,
            sealed: nth < last,
        };
        self.0.iter().enumerate().map(file).collect()
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
}

impl Prepared {
    /// Does the part that may fail for lack of space before anything in the journal is changed.
    pub(crate) fn new(disk: &Disk, folder: &Folder, head: Head, capacity: u64) -> io::Result<Prepared> {
        let header = SegmentHeader::after(head, salt());
        let path = folder.segment(header.first).with_extension("tmp");
        let file = disk.create(&path)?;
        let prepare = || {
            disk.allocate(&file, capacity)?;
            disk.write_at(&file, &header.encode(), 0)?;
            disk.sync(&file)
        };
        if let Err(error) = prepare() {
            // Best effort: a leftover is removed at the next open.
            let _ = disk.remove(&path);
            return Err(error);
        }
        let active = Active { file, salt: header.salt, capacity, end: SEGMENT_HEADER as u64 };
        Ok(Prepared { header, active })
    }

    /// Makes it a segment of the journal.
    pub(crate) fn install(mut self, disk: &Disk, folder: &Folder) -> io::Result<(Active, Segment)> {
        disk.rename(&mut self.active.file, &folder.segment(self.header.first))?;
        disk.sync_folder(&folder.journal)?;
        Ok((self.active, Segment::new(self.header)))
    }
}

/// A number nobody outside knows; the standard library draws it from the system.
fn salt() -> u32 {
    let drawn = RandomState::new().hash_one(std::process::id());
    u32::try_from(drawn >> 32).expect("32 bits remain")
}

/// Removes new segments that never got their name.
pub(crate) fn remove_leftovers(disk: &Disk, folder: &Folder) -> io::Result<()> {
    for entry in fs::read_dir(&folder.journal)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "tmp") {
            disk.remove(&path)?;
        }
    }
    Ok(())
}
