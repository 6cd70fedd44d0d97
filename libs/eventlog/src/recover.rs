//! Opens a log: finds its end, cuts a torn tail, brings the index up to it, starts the threads.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Read as _, Seek as _, SeekFrom},
    os::unix::fs::OpenOptionsExt as _,
    path::Path,
    sync::{Arc, Mutex, OnceLock, RwLock, atomic::AtomicBool, mpsc as thread_mpsc},
    thread,
};

use tokio::sync::{Semaphore, mpsc, watch};
use tracing::{error, info, warn};

use crate::{
    Hash, Head, Journal, OpenError, Options, Position, ReadError, Trouble,
    cache::Cache,
    disk::Disk,
    frame::CommitView,
    head_file,
    index::{Index, IndexError, Marker, Row},
    merge::Merge,
    pack::{NotPacked, items, pack},
    packed::Packed,
    packer::Packer,
    recovery::{HeadFile, IndexState, Recovery, Torn},
    scan::{End, Scan, Scanned},
    seen::Seen,
    segment::{Active, Folder, Prepared, Segment, Segments, remove_leftovers},
    shared::{READERS, Shared, State, read, write},
    tail::{Entry, Placed, Recent, Tail},
    writer::{Command, Writer},
};

/// An open log and what opening it had to do.
#[derive(Debug)]
pub struct Opened {
    /// The log, which can be read and, where it is whole, appended to.
    pub log: Journal,
    /// What was found in the folder, and what had to be done about it.
    pub recovery: Recovery,
}

pub(crate) type Started = (Arc<Shared>, mpsc::Sender<Command>, Recovery);

pub(crate) fn open(root: &Path, options: Options) -> Result<Started, OpenError> {
    options.check()?;
    let disk = Disk::new(options.watch.clone());
    let folder = Folder::new(root);
    folder.create(&disk).map_err(OpenError::io("create the folders", root))?;
    let lock = lock(&folder)?;
    remove_leftovers(&disk, &folder).map_err(OpenError::io("tidy up", &folder.journal))?;

    let stored = head_file::read(&folder.head).map_err(OpenError::io("read the head", &folder.head))?;
    if stored == head_file::Stored::Damaged {
        let aside = head_file::put_aside(&disk, &folder.head);
        let kept_as = aside.map_err(OpenError::io("put the damaged head aside", &folder.head))?;
        warn!(kept_as, "the file hoved cannot be read as a head and was put aside; {}", head_file::MEANING);
    }
    let (index, applied) = open_index(&disk, &folder, &options)?;
    let known = match stored {
        head_file::Stored::Head(head) => Some(head),
        head_file::Stored::Missing | head_file::Stored::Damaged => None,
    };
    let evidence: Vec<Head> = [known, applied].into_iter().flatten().filter(|head| head.position > 0).collect();
    let scan = Scan { folder: &folder, disk: &disk, evidence: &evidence, live: false, whole: false, sizes: &[] };
    let unreadable = OpenError::io("read the journal", &folder.journal);
    let mut placed = Vec::new();
    // The first position of the last commit that is not packed, and its time.
    let mut latest = (0, i64::MIN);
    let mut visit = |commit: &CommitView<'_>, hash: Hash, offset: u64| {
        latest = (commit.first, commit.time);
        placed.push(place(commit, hash, offset));
        Ok(())
    };
    let mut scanned = scan.run(&mut visit, &mut |_, _| {}).map_err(unreadable)?;
    pack_between(&disk, &folder, &mut scanned.segments)?;
    let packed = Segments::packed_of(&scanned.segments);
    let (newer, leaf) = packed.last().map_or((0, 0), |packed| (packed.footer.last, packed.leaf_after()));
    let mut tail = Tail::starting(leaf);
    placed.into_iter().filter(|placed| placed.entry.first > newer).for_each(|placed| tail.insert(placed));

    let mut torn = None;
    let mut fault = None;
    let mut active = None;
    match std::mem::replace(&mut scanned.end, End::Clean) {
        End::Damaged(found) => {
            error!(fault = %found, "the journal is damaged; it is read-only");
            keep_evidence(&disk, &folder, known, applied)?;
            fault = Some(found);
        }
        End::Torn(bytes) => torn = Some(put_aside(&disk, &folder, &scanned, &bytes)?),
        End::Clean => {}
    }
    if fault.is_none() {
        remove_raw(&disk, &folder, &scanned).map_err(OpenError::io("tidy up", &folder.journal))?;
        active = Some(continue_last(&disk, &folder, &options, &mut scanned, torn.is_some(), &evidence)?);
    }

    let head = scanned.head;
    let segments = scanned.segments.len();
    let shared = Arc::new(Shared {
        disk,
        fault: fault.clone().map_or_else(OnceLock::new, OnceLock::from),
        head: watch::Sender::new(head),
        state: watch::Sender::new(State::default()),
        segments: RwLock::new(Segments(scanned.segments)),
        recent: RwLock::new(Recent::new(options.recent_events, options.recent_bytes)),
        tail: RwLock::new(tail),
        seen: RwLock::new(Seen::new()),
        cache: Cache::new(options.read_cache),
        index: RwLock::new(None),
        index_broken: AtomicBool::new(false),
        not_packed: Mutex::default(),
        refused: Mutex::default(),
        settled: Mutex::new(()),
        lock: Mutex::new(Some(lock)),
        readers: Arc::new(Semaphore::new(READERS)),
        folder,
        options,
    });
    fill_seen(&shared)?;
    let index_state = fill_index(&shared, index, applied, fault.is_some())?;
    if stored == head_file::Stored::Missing && head.position > 0 {
        warn!(events = head.position, "the file hoved is missing, as after a restore; {}", head_file::MEANING);
    }
    let mut written = known;
    if fault.is_none() && known != Some(head) && head.position > 0 {
        match head_file::write(&shared.disk, &shared.folder.head, head) {
            Ok(()) => written = Some(head),
            // The journal does not depend on it; it is tried again every second.
            Err(error) => warn!(%error, "the head could not be written"),
        }
    }
    let head_file = match stored {
        head_file::Stored::Head(_) => HeadFile::Whole,
        head_file::Stored::Missing => HeadFile::Missing,
        head_file::Stored::Damaged => HeadFile::Damaged,
    };
    let recovery = Recovery { events: head.position, segments, torn, index: index_state, head_file, fault };
    info!(events = recovery.events, segments, index = ?recovery.index, "the log is open");
    let time = last_time(&shared, latest)?;
    Ok((Arc::clone(&shared), start(shared, active, written.unwrap_or(Head::EMPTY), time)?, recovery))
}

fn lock(folder: &Folder) -> Result<File, OpenError> {
    let options = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).clone();
    let file = options.open(&folder.lock).map_err(OpenError::io("open the lock", &folder.lock))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.root.clone() }),
        Err(TryLockError::Error(source)) => {
            Err(OpenError::Io { what: "lock the log", path: folder.lock.clone(), source })
        }
    }
}

/// What the index says is proof of how far the log had come, and it may have to be built anew. So that the proof
/// outlives it, it goes into the file with the head.
fn keep_evidence(disk: &Disk, folder: &Folder, known: Option<Head>, applied: Option<Head>) -> Result<(), OpenError> {
    let Some(applied) = applied else { return Ok(()) };
    if known.is_some_and(|known| known.position >= applied.position) || applied.position == 0 {
        return Ok(());
    }
    head_file::write(disk, &folder.head, applied).map_err(OpenError::io("write the head", &folder.head))
}

/// Packs raw segments that come before packed ones, as they may in a folder that was put together from backups:
/// everything else relies on the packed ones coming first.
fn pack_between(disk: &Disk, folder: &Folder, segments: &mut [Segment]) -> Result<(), OpenError> {
    let last = segments.iter().rposition(|segment| matches!(segment, Segment::Packed(_))).unwrap_or(0);
    for segment in &mut segments[..last] {
        let Segment::Raw(raw) = &*segment else { continue };
        let path = folder.segment(raw.first);
        let packed = || -> Result<Packed, NotPacked> {
            let bytes = fs::read(&path)?;
            let (header, items) = items(raw.first, &bytes).map_err(NotPacked::Damaged)?;
            let packed = pack(disk, &folder.packed(raw.first), &header, raw.leaf, &items)?;
            disk.remove(&path)?;
            Ok(packed)
        };
        let packed = packed().map_err(|error| OpenError::io("pack a segment", &path)(io::Error::other(error)))?;
        *segment = Segment::Packed(Arc::new(packed));
    }
    Ok(())
}

/// Copies a torn tail into `torn`, durably.
fn put_aside(disk: &Disk, folder: &Folder, scanned: &Scanned, bytes: &[u8]) -> Result<Torn, OpenError> {
    let fault = scanned.fault_at_end(crate::Damage::Checksum);
    let stem = fault.segment.trim_end_matches(".rvj");
    let name = |nth: u32| format!("{stem}-{:010}-{nth}.torn", fault.offset);
    let free = (0..).map(name).find(|name| !folder.torn.join(name).exists());
    let kept_as = free.unwrap_or_else(|| name(u32::MAX));
    let path = folder.torn.join(&kept_as);
    let write = || {
        let file = disk.create(&path)?;
        disk.write_at(&file, bytes, 0)?;
        disk.sync(&file)?;
        disk.sync_folder(&folder.torn)
    };
    write().map_err(OpenError::io("put a torn tail aside", &path))?;
    warn!(segment = fault.segment, offset = fault.offset, bytes = bytes.len(), kept_as, "a torn tail was put aside");
    Ok(Torn { segment: fault.segment, offset: fault.offset, bytes: bytes.len() as u64, kept_as })
}

/// Makes the last segment ready to be written to, and everything in it durable.
fn continue_last(
    disk: &Disk,
    folder: &Folder,
    options: &Options,
    scanned: &mut Scanned,
    cut: bool,
    evidence: &[Head],
) -> Result<Active, OpenError> {
    let Some(Segment::Raw(last)) = scanned.segments.last() else {
        let prepared = Prepared::new(disk, folder, scanned.head, options.segment_size);
        let installed = prepared.and_then(|prepared| prepared.install(disk, folder, scanned.commits));
        let (active, raw) = installed.map_err(OpenError::io("create the journal", &folder.journal))?;
        scanned.segments.push(Segment::Raw(raw));
        return Ok(active);
    };
    let path = folder.segment(last.first);
    let durable = evidence.iter().map(|known| known.position).fold(scanned.durable, u64::max);
    let proceed = || -> io::Result<Active> {
        let file = Disk::open(&path)?;
        if cut {
            disk.truncate(&file, last.end)?;
        }
        // Frames nobody is known to have synced: the process may have ended after a failed sync, which leaves pages
        // that look written and are not on disk. Written again, they are.
        if durable < scanned.head.position {
            let (_, from) =
                if durable < last.first { (0, crate::frame::SEGMENT_HEADER as u64) } else { last.near(durable) };
            let mut bytes = vec![0; usize::try_from(last.end - from).map_err(io::Error::other)?];
            (&file.file).seek(SeekFrom::Start(from))?;
            (&file.file).read_exact(&mut bytes)?;
            disk.write_at(&file, &bytes, from)?;
        }
        let mut capacity = file.file.metadata()?.len();
        if capacity < options.segment_size {
            match disk.allocate(&file, options.segment_size) {
                Ok(()) => capacity = options.segment_size,
                // No room for more: what is there can be read, and appends say so.
                Err(error) if Trouble::of(&error) == Trouble::NoRoom => {
                    warn!(%error, "no room can be reserved; the log can be read");
                }
                Err(error) => return Err(error),
            }
        }
        disk.sync(&file)?;
        disk.sync_folder(&folder.journal)?;
        Ok(Active { file, salt: last.salt, capacity, end: last.end })
    };
    proceed().map_err(OpenError::io("continue the journal", &path))
}

/// The index with how far it is complete, or why there is none to be had.
type FoundIndex = Result<Index, String>;

fn open_index(disk: &Disk, folder: &Folder, options: &Options) -> Result<(FoundIndex, Option<Head>), OpenError> {
    let marker = Marker(&folder.index_open);
    if !folder.index.exists() {
        return Ok((Err("there was none".to_owned()), None));
    }
    // The mark stays as it is until what is not believed is gone.
    if let Some(why) = marker.doubt() {
        return Ok((Err(why.to_owned()), None));
    }
    marker.open(disk).map_err(OpenError::io("mark the index as open", &folder.index_open))?;
    let opened = Index::open(&folder.index, options.index_cache);
    let opened = opened.map_err(OpenError::io("open the index", &folder.index))?;
    Ok(match opened.and_then(|index| Ok((index.applied()?, index))) {
        Ok((Some(applied), index)) => (Ok(index), Some(applied)),
        Ok((None, _)) => (Err("it was empty".to_owned()), None),
        Err(error) => (Err(error.to_string()), None),
    })
}

/// Brings the index to the end of the packed segments, from the beginning where it has to be.
fn fill_index(
    shared: &Arc<Shared>,
    index: FoundIndex,
    applied: Option<Head>,
    faulty: bool,
) -> Result<IndexState, OpenError> {
    let packed = read(&shared.segments).packed();
    let end = packed.last().map_or(Head::EMPTY, |packed| packed.head());
    // How many of the segments it has.
    let applied = applied.unwrap_or(Head::EMPTY);
    let known = match applied.position {
        0 => Some(0),
        _ => packed.iter().position(|packed| packed.head() == applied).map(|nth| nth + 1),
    };
    let why = match (index, known) {
        // What is damaged may be before what the index has seen; then it is built up to the damage.
        (Ok(_), None) if faulty => "it is ahead of the journal".to_owned(),
        (Ok(_), None) => "it does not fit the journal".to_owned(),
        (Ok(_), Some(0)) if end.position > 0 => "it was empty".to_owned(),
        (Ok(index), Some(known)) => match catch_up(shared, &index, &packed[known..]) {
            Ok(()) => {
                *write(&shared.index) = Some(Arc::new(index));
                let events = end.position - applied.position;
                return Ok(if events == 0 { IndexState::Current } else { IndexState::CaughtUp { events } });
            }
            Err(Filling::Index(error)) => error.to_string(),
            Err(Filling::Read(error)) => return Err(unreadable(shared, error)),
        },
        (Err(why), _) => why,
    };
    if end.position > 0 {
        warn!(why, events = end.position, "the index is built from the journal");
    }
    let Shared { disk, folder, options, .. } = &**shared;
    let failed = |source| OpenError::Index { source };
    make_way(disk, folder).map_err(OpenError::io("begin the index anew", &folder.index))?;
    let index = Index::open(&folder.index, options.index_cache);
    let index = index.map_err(OpenError::io("create the index", &folder.index))?.map_err(failed)?;
    match catch_up(shared, &index, &packed) {
        Ok(()) => {}
        Err(Filling::Index(error)) => return Err(failed(error)),
        // A segment inside which something is damaged: the index is not complete and must not be asked.
        Err(Filling::Read(error)) if matches!(error, ReadError::Damaged(_)) => {
            drop(shared.noticed(error));
            shared.distrust_index();
        }
        Err(Filling::Read(error)) => return Err(unreadable(shared, error)),
    }
    *write(&shared.index) = Some(Arc::new(index));
    Ok(if end.position == 0 { IndexState::Current } else { IndexState::Rebuilt { why } })
}

/// Removes an index that is not believed. The mark says so until it is gone for good: wherever this is cut off, and
/// whatever is left of the index, the next start does not believe it either.
fn make_way(disk: &Disk, folder: &Folder) -> io::Result<()> {
    let marker = Marker(&folder.index_open);
    if folder.index.exists() {
        marker.distrust(disk)?;
        disk.remove_folder(&folder.index)?;
        disk.sync_folder(&folder.root)?;
    }
    disk.make_folder(&folder.index)?;
    marker.open(disk)
}

enum Filling {
    Index(IndexError),
    Read(ReadError),
}

impl From<ReadError> for Filling {
    fn from(error: ReadError) -> Filling {
        Filling::Read(error)
    }
}

impl From<IndexError> for Filling {
    fn from(error: IndexError) -> Filling {
        Filling::Index(error)
    }
}

fn unreadable(shared: &Shared, error: ReadError) -> OpenError {
    OpenError::io("read the journal for the index", &shared.folder.journal)(error.into_io())
}

/// Adds packed segments to the index, stream by stream, so that each row is written once.
fn catch_up(shared: &Shared, index: &Index, packed: &[Arc<Packed>]) -> Result<(), Filling> {
    let Some(last) = packed.last() else { return Ok(()) };
    let mut merge = Merge::of_packed(packed);
    let total = packed.iter().map(|packed| u64::from(packed.footer.commits)).sum();
    let mut done = 0;
    loop {
        // Of each segment the first version in it, the last, and the number of the last commit.
        let mut parts: Vec<(u64, u64, u64, u32)> = Vec::new();
        let stream = merge.packed_stream(&mut |_, packed, nth, commit| {
            done += 1;
            let (segment, version) = (packed.footer.first, commit.last_version());
            match parts.last_mut() {
                Some(part) if part.0 == segment => (part.2, part.3) = (version, nth),
                _ => parts.push((segment, commit.version, version, nth)),
            }
            Ok(())
        })?;
        let Some(stream) = stream else { break };
        let mut row = index.row(stream.as_str())?.unwrap_or_else(Row::new);
        for (segment, first, version, nth) in parts {
            let at = packed.partition_point(|packed| packed.footer.first < segment);
            let Some(packed) = packed.get(at) else { continue };
            row.add(segment, first, version, packed.chain_at(nth)?.1);
        }
        index.set(stream.as_str(), &row)?;
        if let Some(progress) = &shared.options.progress {
            progress.0(done, total);
        }
    }
    index.set_applied(last.head())?;
    Ok(())
}

/// Makes the filter over keys complete up to the end of the packed segments.
fn fill_seen(shared: &Shared) -> Result<(), OpenError> {
    let packed = read(&shared.segments).packed();
    let loaded = Seen::load(&shared.folder.seen);
    let fits = |seen: &Seen| seen.up_to == 0 || packed.iter().any(|packed| packed.footer.last == seen.up_to);
    let mut seen = loaded.filter(fits).unwrap_or_else(Seen::new);
    for packed in packed.iter().filter(|packed| packed.footer.last > seen.up_to).collect::<Vec<_>>() {
        match packed.keys() {
            Ok(keys) => keys.into_iter().for_each(|(key, _)| seen.insert(key)),
            Err(error @ ReadError::Damaged(_)) => drop(shared.noticed(error)),
            Err(error) => return Err(unreadable(shared, error)),
        }
        seen.up_to = packed.footer.last;
    }
    *write(&shared.seen) = seen;
    Ok(())
}

/// Removes what an interrupted packing left: the raw form where the packed one is whole, or else the packed one.
fn remove_raw(disk: &Disk, folder: &Folder, scanned: &Scanned) -> io::Result<()> {
    let mut removed = false;
    for names in folder.segments()?.into_iter().filter(|names| names.raw && names.packed) {
        let packed = scanned
            .segments
            .iter()
            .any(|segment| segment.first() == names.first && matches!(segment, Segment::Packed(_)));
        disk.remove(&if packed { folder.segment(names.first) } else { folder.packed(names.first) })?;
        removed = true;
    }
    if removed { disk.sync_folder(&folder.journal) } else { Ok(()) }
}

/// Time of the last commit; the earliest there is where none can be told, as in an empty log or a damaged one.
fn last_time(shared: &Shared, (first, time): (Position, i64)) -> Result<i64, OpenError> {
    let Some(packed) = read(&shared.segments).packed().pop().filter(|packed| packed.footer.last >= first) else {
        return Ok(time);
    };
    match packed.commit(packed.footer.commits - 1, &shared.cache, |found| found.commit.time) {
        Ok(time) => Ok(time),
        Err(error @ ReadError::Damaged(_)) => {
            drop(shared.noticed(error));
            Ok(i64::MIN)
        }
        Err(error) => Err(unreadable(shared, error)),
    }
}

fn place(commit: &CommitView<'_>, hash: Hash, offset: u64) -> Placed {
    let entry = Entry { version: commit.version, count: commit.count, first: commit.first, offset };
    Placed { stream: commit.stream_id(), entry, idempotency: commit.idempotency, hash }
}

fn start(
    shared: Arc<Shared>,
    active: Option<Active>,
    written: Head,
    time: i64,
) -> Result<mpsc::Sender<Command>, OpenError> {
    let (queue, queued) = mpsc::channel(shared.options.queue);
    let (to_packer, from_writer) = thread_mpsc::channel();
    let root = shared.folder.root.clone();
    let packer = Packer::new(Arc::clone(&shared), from_writer, written);
    let writer = Writer::new(shared, queued, to_packer, active, time);
    let spawn = |name: &str, run: Box<dyn FnOnce() + Send>| thread::Builder::new().name(name.to_owned()).spawn(run);
    spawn("log-packer", Box::new(|| packer.run())).map_err(OpenError::io("start the packing thread", &root))?;
    spawn("log-writer", Box::new(|| writer.run())).map_err(OpenError::io("start the writer thread", &root))?;
    Ok(queue)
}
