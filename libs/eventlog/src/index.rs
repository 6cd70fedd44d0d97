//! The index in sled: where each stream ends and in which packed segments it is. It can be thrown away at any time.
//!
//! | tree | key | value |
//! |---|---|---|
//! | `stream` | name | version u64, chain hash of the last commit, then for each packed segment with commits of it: first position of the segment and first version in it, each as the difference from the one before (varint) |
//! | `tiles` | first position of a packed segment, eight bytes with the highest first | chain hash after the segment, CRC32C of what follows, the hashes of its tiles ([`crate::packed::TILE_LEVEL`]) |
//! | `meta` | `applied` | form of the index, position and hash up to which it is complete |
//!
//! It grows with streams and not with events, and is brought up to date when a segment is packed; what is newer is in
//! memory ([`crate::tail`]). Applying a segment again is harmless. sled 0.34 does not sync what `flush` writes, so
//! after a power cut the index may have lost any part of itself; [`Marker`] notices that the machine has been restarted
//! and the index is built anew. It says so until nothing of the old index is left, so that a start that fails in
//! between leaves the next one as wise.

use std::{
    fs::{self, TryLockError},
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    thread,
    time::Duration,
};

use crate::{
    Cause, Hash, Head, Position, StreamId, Trouble, Version,
    disk::Disk,
    frame::{Bytes, put_varint},
};

const FORM: u8 = 2;
const APPLIED: &[u8] = b"applied";
/// Ten seconds for a lock that is let go in a millisecond.
const LOCK_TRIES: u32 = 2_000;
const LOCK_PAUSE: Duration = Duration::from_millis(5);

/// What is wrong with the index. What the store under it said, or the file system, is the source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct IndexError(pub(crate) Cause);

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> IndexError {
        match error {
            sled::Error::Io(error) => IndexError(Cause::new(error)),
            other => IndexError(Cause::new(other)),
        }
    }
}

impl From<&str> for IndexError {
    fn from(text: &str) -> IndexError {
        IndexError(Cause::from(text))
    }
}

type Result<T> = std::result::Result<T, IndexError>;

#[derive(Debug)]
pub(crate) struct Index {
    db: sled::Db,
    streams: sled::Tree,
    tiles: sled::Tree,
    meta: sled::Tree,
    /// sled's file and the folder it is in, held open: an index that could not be synced at the end is built anew, and that
    /// is not to hang on a free descriptor.
    file: fs::File,
    folder: fs::File,
}

/// What the index says of a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row {
    /// Version it has in packed segments.
    pub(crate) version: Version,
    /// Chain hash of its last commit there.
    pub(crate) hash: Hash,
    /// First positions of the packed segments with commits of it, and its first version in each.
    pub(crate) segments: Vec<(Position, Version)>,
}

impl Row {
    pub(crate) fn new() -> Row {
        Row { version: 0, hash: Hash::ZERO, segments: Vec::new() }
    }

    /// Adds what a later segment has of the stream.
    pub(crate) fn add(&mut self, segment: Position, first: Version, last: Version, hash: Hash) {
        if self.segments.last().is_none_or(|(known, _)| *known < segment) {
            self.segments.push((segment, first));
            (self.version, self.hash) = (last, hash);
        }
    }

    fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(40 + 4 * self.segments.len());
        bytes.extend_from_slice(&self.version.to_le_bytes());
        bytes.extend_from_slice(&self.hash.0);
        let (mut position, mut version) = (0, 0);
        for (segment, first) in &self.segments {
            put_varint(&mut bytes, segment - position);
            put_varint(&mut bytes, first - version);
            (position, version) = (*segment, *first);
        }
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Row> {
        let mut rest = Bytes(bytes);
        let version = u64::from_le_bytes(*rest.take_chunk()?);
        let mut row = Row { version, hash: Hash(*rest.take_chunk()?), segments: Vec::new() };
        let (mut position, mut version) = (0u64, 0u64);
        while !rest.0.is_empty() {
            position = position.checked_add(rest.varint()?)?;
            version = version.checked_add(rest.varint()?)?;
            row.segments.push((position, version));
        }
        Some(row)
    }
}

/// sled panics on some damaged files instead of saying so.
fn guard<T>(act: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err("sled panicked".into()))
}

impl Index {
    /// Opens it, or makes a new one in an empty folder. What is wrong with it is the inner error. The outer one is that it
    /// cannot be opened now: it may be as good as ever, and building it anew would meet the same.
    pub(crate) fn open(folder: &Path, cache: u64) -> io::Result<Result<Index>> {
        released(&folder.join("db"))?;
        let open = || {
            let db = sled::Config::new().path(folder).cache_capacity(cache).flush_every_ms(Some(1000)).open()?;
            let (streams, tiles, meta) = (db.open_tree("stream")?, db.open_tree("tiles")?, db.open_tree("meta")?);
            let (file, folder) = (fs::File::open(folder.join("db"))?, fs::File::open(folder)?);
            Ok(Index { streams, tiles, meta, db, file, folder })
        };
        match guard(|| Ok(open())) {
            Ok(Err(sled::Error::Io(error))) if Trouble::of(&error).may_pass() => Err(error),
            Ok(opened) => Ok(opened.map_err(IndexError::from)),
            Err(panicked) => Ok(Err(panicked)),
        }
    }

    /// How far the index is complete; nothing for one that is new or of another form.
    pub(crate) fn applied(&self) -> Result<Option<Head>> {
        let stored = guard(|| Ok(self.meta.get(APPLIED)?))?;
        Ok(stored.as_deref().and_then(|bytes| {
            let ([form], rest) = bytes.split_first_chunk()?;
            let (position, hash) = rest.split_first_chunk()?;
            let hash = Hash(hash.try_into().ok()?);
            (*form == FORM).then_some(Head { position: u64::from_le_bytes(*position), hash })
        }))
    }

    /// Says that everything up to here is in.
    pub(crate) fn set_applied(&self, head: Head) -> Result<()> {
        let mut applied = vec![FORM];
        applied.extend_from_slice(&head.position.to_le_bytes());
        applied.extend_from_slice(&head.hash.0);
        guard(|| Ok(self.meta.insert(APPLIED, applied).map(drop)?))
    }

    /// Adds what a packed segment has of a stream.
    pub(crate) fn add(&self, stream: &str, segment: Position, first: Version, last: Version, hash: Hash) -> Result<()> {
        let mut row = self.row(stream)?.unwrap_or_else(Row::new);
        row.add(segment, first, last, hash);
        self.set(stream, &row)
    }

    pub(crate) fn set(&self, stream: &str, row: &Row) -> Result<()> {
        guard(|| Ok(self.streams.insert(stream, row.encode()).map(drop)?))
    }

    pub(crate) fn row(&self, stream: &str) -> Result<Option<Row>> {
        guard(|| match self.streams.get(stream)? {
            Some(bytes) => Row::parse(&bytes).map(Some).ok_or_else(unreadable),
            None => Ok(None),
        })
    }

    /// Every stream, by name.
    pub(crate) fn rows(&self, mut act: impl FnMut(StreamId, Row)) -> Result<()> {
        guard(|| {
            for item in &self.streams {
                let (name, row) = item?;
                let name = std::str::from_utf8(&name).ok().and_then(|name| StreamId::new(name).ok());
                match (name, Row::parse(&row)) {
                    (Some(name), Some(row)) => act(name, row),
                    _ => return Err(unreadable()),
                }
            }
            Ok(())
        })
    }

    /// The hashes of the tiles of a packed segment that ends with this chain hash; nothing where they are not known, or are
    /// not as they were written: a wrong one would be signed.
    pub(crate) fn tiles(&self, segment: Position, after: Hash) -> Result<Option<Vec<Hash>>> {
        let stored = guard(|| Ok(self.tiles.get(segment.to_be_bytes())?))?;
        Ok(stored.as_deref().and_then(|bytes| {
            let mut rest = Bytes(bytes);
            let (known, crc) = (Hash(*rest.take_chunk()?), u32::from_le_bytes(*rest.take_chunk()?));
            let (hashes, odd) = rest.0.as_chunks::<32>();
            let whole = known == after && odd.is_empty() && crc32c::crc32c(rest.0) == crc;
            whole.then(|| hashes.iter().map(|hash| Hash(*hash)).collect())
        }))
    }

    pub(crate) fn set_tiles(&self, segment: Position, after: Hash, tiles: &[Hash]) -> Result<()> {
        let hashes: Vec<u8> = tiles.iter().flat_map(|tile| tile.0).collect();
        let value = [&after.0[..], &crc32c::crc32c(&hashes).to_le_bytes(), &hashes].concat();
        guard(|| Ok(self.tiles.insert(segment.to_be_bytes(), value).map(drop)?))
    }

    /// Makes it durable, by the sync that sled leaves out.
    pub(crate) fn sync(&self) -> Result<()> {
        guard(|| {
            self.db.flush()?;
            self.file.sync_all().map_err(|error| IndexError(Cause::doing("sync the index", error)))
        })
    }

    /// Closes it; sled syncs what is left.
    pub(crate) fn close(self) -> Result<()> {
        self.sync()?;
        let Index { db, streams, tiles, meta, file: _, folder } = self;
        guard(|| {
            drop((streams, tiles, meta, db));
            folder.sync_all().map_err(|error| IndexError(Cause::doing("sync the index", error)))
        })
    }
}

/// Waits until nobody holds the lock of sled's file. The log has the folder to itself, so only an index that this process
/// has just closed can: a thread of sled that has written may let go of the file a little after sled itself is gone, and
/// sled would then say of a sound index that it cannot be had.
fn released(file: &Path) -> io::Result<()> {
    // What is wrong with the file, sled says.
    let Ok(file) = fs::File::open(file) else { return Ok(()) };
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(()),
        }
    }
    Err(io::Error::new(io::ErrorKind::WouldBlock, "the index is still open"))
}

fn unreadable() -> IndexError {
    "an entry is not readable".into()
}

/// The file `index.open`: which run of the machine has the index open, [`CLOSED`] after an orderly end, or nothing where
/// the index is known to be bad.
#[derive(Debug)]
pub(crate) struct Marker<'a>(pub(crate) &'a Path);

const CLOSED: &[u8] = b"closed\n";

impl Marker<'_> {
    /// Why the index must not be believed. Only what is marked as sound is, so a mark that is lost does no harm.
    pub(crate) fn doubt(&self) -> Option<&'static str> {
        match fs::read(self.0) {
            Ok(left) if left == CLOSED => None,
            Ok(left) if left.is_empty() => Some("it was found to be bad"),
            Ok(left) if this_boot().is_some_and(|boot| boot == left) => None,
            // When the machine stopped, sled may have lost what it never synced.
            Ok(_) => Some("the machine was restarted while the index was open"),
            Err(_) => Some("nothing says that it was closed"),
        }
    }

    /// Before an index that is sound is written to.
    pub(crate) fn open(&self, disk: &Disk) -> io::Result<()> {
        self.write(disk, &this_boot().unwrap_or_default())
    }

    /// After it was closed, and is on the disk.
    pub(crate) fn closed(&self, disk: &Disk) -> io::Result<()> {
        self.write(disk, CLOSED)
    }

    /// Before a bad index is touched, and as soon as it is known to be bad.
    pub(crate) fn distrust(&self, disk: &Disk) -> io::Result<()> {
        self.write(disk, b"")
    }

    /// A cut in between leaves what was there, nothing, or what is to be there: never more trust than that.
    fn write(&self, disk: &Disk, says: &[u8]) -> io::Result<()> {
        let file = disk.create(self.0)?;
        disk.write_at(&file, says, 0)?;
        disk.sync(&file)?;
        self.0.parent().map_or(Ok(()), |parent| disk.sync_folder(parent))
    }
}

fn this_boot() -> Option<Vec<u8>> {
    fs::read("/proc/sys/kernel/random/boot_id").ok().filter(|boot| !boot.is_empty())
}
