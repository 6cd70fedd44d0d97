//! Checks a log from its files alone, also while a process is writing it.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::Path,
};

use crate::{
    Broken, Damage, Disk, Hash, Head, HeadFile, Position, StreamId, Version, head_file,
    scan::{End, Scan},
    segment::Folder,
};

/// What a whole log holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Where it ends.
    pub head: Head,
    /// Number of commits.
    pub commits: u64,
    /// Root of the tree over all of them.
    pub root: Hash,
    /// The roots that were asked for, by the number of commits: those that the log reaches. Made from the commits
    /// themselves, so that one that is as somebody noted it earlier proves that all up to there is as it was then.
    pub roots: BTreeMap<u64, Hash>,
    /// Number of events.
    pub events: u64,
    /// Number of segments; none for a log that has not begun, because its first start was cut off or is under way.
    pub segments: usize,
    /// Bytes after the end that no one was told of: a group that is being written, or one that a crash interrupted.
    pub torn: u64,
    /// Commits whose time is before that of the commit before, and the first position of the first of them. A log that was
    /// written with this program has none: a clock that was set back is marked, and time does not follow it.
    pub set_back: (u64, Position),
    /// The file with the head: where there is none, a journal that lost its end looks like one that never had more.
    pub head_file: HeadFile,
}

/// Checks every checksum, the chain of hashes, that positions and the versions of each stream have no gap, and that
/// the log reaches the head that was written elsewhere.
///
/// Reads files only and changes nothing. `progress` gets events and bytes so far, after each segment. Memory is that of
/// one segment and of the names and versions of all streams.
///
/// # Errors
/// The first place that is broken.
pub fn verify(folder: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, Broken> {
    verify_at(folder, &BTreeSet::new(), progress)
}

/// As [`verify`], and tells the root of the tree over the first commits for each of these numbers of them.
///
/// # Errors
/// As there.
pub fn verify_at(folder: &Path, sizes: &BTreeSet<u64>, progress: &mut dyn FnMut(u64, u64)) -> Result<Verified, Broken> {
    let sizes: Vec<u64> = sizes.iter().copied().collect();
    let folder = Folder::new(folder);
    // Read first: the journal only grows, so what it says must hold for what is read after it.
    let stored = head_file::read(&folder.head).map_err(io("read the head"))?;
    let (evidence, head_file) = match stored {
        head_file::Stored::Missing => (None, HeadFile::Missing),
        // Said at the end: what is wrong with the journal itself weighs more.
        head_file::Stored::Damaged => (None, HeadFile::Damaged),
        head_file::Stored::Head(head) => (Some(head), HeadFile::Whole),
    };
    let evidence: Vec<Head> = evidence.into_iter().filter(|head| head.position > 0).collect();
    let mut versions: HashMap<StreamId, Version> = HashMap::new();
    let scan =
        Scan { folder: &folder, disk: &Disk::default(), evidence: &evidence, live: true, whole: true, sizes: &sizes };
    let scanned = scan
        .run(
            &mut |commit, _, _| {
                let version = match versions.get_mut(commit.stream) {
                    Some(version) => version,
                    None => versions.entry(commit.stream_id()).or_insert(0),
                };
                let expected = *version + 1;
                if commit.version != expected {
                    return Err(Damage::Version { expected, found: commit.version });
                }
                *version += u64::from(commit.count);
                Ok(())
            },
            progress,
        )
        .map_err(io("read the journal"))?;
    let torn = match scanned.end {
        End::Clean => 0,
        End::Torn(bytes) => bytes.len() as u64,
        End::Damaged(fault) => return Err(Broken::Fault(fault)),
    };
    if head_file == HeadFile::Damaged {
        return Err(Broken::HeadFile);
    }
    let (commits, events) = (scanned.commits, scanned.head.position);
    let (root, roots) = (scanned.tree.root(), scanned.roots.into_iter().collect());
    let (set_back, segments) = (scanned.set_back, scanned.segments.len());
    Ok(Verified { head: scanned.head, commits, root, roots, events, segments, torn, set_back, head_file })
}

fn io(what: &'static str) -> impl FnOnce(std::io::Error) -> Broken {
    move |source| Broken::Io { what, source }
}
