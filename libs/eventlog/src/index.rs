//! The index in sled: by stream and by idempotency key. It can be thrown away at any time.
//!
//! | tree | key | value |
//! |---|---|---|
//! | `stream` | name, zero byte, version of the first event (big endian) | up to 64 commits, 16 bytes each: events u32, first position u64, offset in the segment u32 (little endian) |
//! | `key` | first 16 bytes of the key | first position u64, offset in the segment u32; the commit has the rest |
//! | `meta` | `applied` | form of the index, position and hash up to which it is complete |
//!
//! Applying the same commits again is harmless: a commit never changes its place, so an entry that is found twice says
//! the same both times. sled 0.34 does not sync what `flush` writes, so after a power cut the index may have lost any
//! part of itself; [`Marker`] notices that the machine has been restarted and the index is built anew.

use std::{
    collections::HashMap,
    fs, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use crate::{
    Hash, Head, Position, StreamId, Version,
    overlay::{Entry, Placed},
};

const FORM: u8 = 1;
const APPLIED: &[u8] = b"applied";
const CHUNK: usize = 64;
const ENTRY: usize = 16;

/// What sled said, or that it panicked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct IndexError(pub(crate) String);

impl From<sled::Error> for IndexError {
    fn from(error: sled::Error) -> IndexError {
        IndexError(error.to_string())
    }
}

type Result<T> = std::result::Result<T, IndexError>;

#[derive(Debug)]
pub(crate) struct Index {
    db: sled::Db,
    streams: sled::Tree,
    keys: sled::Tree,
    meta: sled::Tree,
    folder: PathBuf,
}

/// sled panics on some damaged files instead of saying so.
fn guard<T>(act: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(act)).unwrap_or_else(|_| Err(IndexError("sled panicked".to_owned())))
}

impl Index {
    pub(crate) fn open(folder: &Path, cache: u64) -> Result<Index> {
        guard(|| {
            let db = sled::Config::new().path(folder).cache_capacity(cache).flush_every_ms(Some(1000)).open()?;
            let tree = |name| db.open_tree(name);
            let (streams, keys, meta) = (tree("stream")?, tree("key")?, tree("meta")?);
            Ok(Index { streams, keys, meta, db, folder: folder.to_owned() })
        })
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

    /// Adds commits, in order. Only when all are in does it say so.
    pub(crate) fn apply(&self, placed: &[Placed]) -> Result<()> {
        let Some(last) = placed.last() else { return Ok(()) };
        let head = Head { position: last.entry.last(), hash: last.hash };
        guard(|| {
            // One by one, and in the order of the tree: a batch of sled is no faster and keeps readers out meanwhile.
            for (key, value) in stream_chunks(placed)? {
                self.streams.insert(key, value)?;
            }
            for (key, value) in key_places(placed)? {
                self.keys.insert(key, &value)?;
            }
            let mut applied = vec![FORM];
            applied.extend_from_slice(&head.position.to_le_bytes());
            applied.extend_from_slice(&head.hash.0);
            self.meta.insert(APPLIED, applied)?;
            Ok(())
        })
    }

    pub(crate) fn version(&self, stream: &StreamId) -> Result<Version> {
        guard(|| {
            let Some((key, value)) = self.streams.scan_prefix(prefix(stream)).next_back().transpose()? else {
                return Ok(0);
            };
            let last = chunk(&key, &value)?.last();
            last.map(|entry| entry.last_version()).ok_or_else(unreadable)
        })
    }

    /// First position and offset of the commit with this key, or with one that begins alike.
    pub(crate) fn key(&self, key: &Hash) -> Result<Option<(Position, u64)>> {
        guard(|| {
            let Some(value) = self.keys.get(short(key))? else { return Ok(None) };
            let parse = |value: &[u8]| {
                let (position, offset) = value.split_first_chunk()?;
                let offset = u32::from_le_bytes(offset.try_into().ok()?);
                Some((u64::from_le_bytes(*position), u64::from(offset)))
            };
            parse(&value).map(Some).ok_or_else(unreadable)
        })
    }

    /// The commits of a stream with versions after `from` and before `until`, enough for `max` events.
    pub(crate) fn entries(&self, stream: &StreamId, from: Version, until: Version, max: usize) -> Result<Vec<Entry>> {
        guard(|| {
            let mut found = Vec::new();
            let prefix = prefix(stream);
            let bound = |version: Version| [&prefix[..], &version.to_be_bytes()].concat();
            // The chunk that holds the version begins at or before it.
            let before = self.streams.range(prefix.clone()..=bound(from.saturating_add(1))).next_back().transpose()?;
            let start = before.map_or_else(|| bound(from), |(key, _)| key.to_vec());
            let mut next = from + 1;
            for item in self.streams.range(start..bound(until)) {
                let (key, value) = item?;
                for entry in chunk(&key, &value)? {
                    if entry.last_version() < next || entry.version >= until {
                        continue;
                    }
                    // The entries of a stream lie without a gap, and the first one holds the version asked for.
                    if entry.version > next {
                        return Err(IndexError(format!("a version of {stream} is missing")));
                    }
                    next = entry.last_version() + 1;
                    found.push(entry);
                    if entry.last_version() - from >= max as u64 {
                        return Ok(found);
                    }
                }
            }
            Ok(found)
        })
    }

    /// Makes it durable, by the sync that sled leaves out.
    pub(crate) fn sync(&self) -> Result<()> {
        guard(|| {
            self.db.flush()?;
            let synced = fs::File::open(self.folder.join("db")).and_then(|file| file.sync_all());
            synced.map_err(|error| IndexError(error.to_string()))
        })
    }

    /// Closes it; sled syncs what is left.
    pub(crate) fn close(self) -> Result<()> {
        self.sync()?;
        let folder = self.folder.clone();
        guard(|| {
            drop(self);
            let synced = fs::File::open(&folder).and_then(|folder| folder.sync_all());
            synced.map_err(|error| IndexError(error.to_string()))
        })
    }
}

fn unreadable() -> IndexError {
    IndexError("an entry is not readable".to_owned())
}

fn prefix(stream: &StreamId) -> Vec<u8> {
    [stream.as_str().as_bytes(), &[0]].concat()
}

fn offset_of(entry: &Entry) -> Result<[u8; 4]> {
    let offset = u32::try_from(entry.offset);
    offset.map(u32::to_le_bytes).map_err(|_| IndexError("a segment is larger than the index can say".to_owned()))
}

fn stream_chunks(placed: &[Placed]) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut streams: HashMap<&StreamId, Vec<&Entry>> = HashMap::new();
    for placed in placed {
        streams.entry(&placed.stream).or_default().push(&placed.entry);
    }
    let mut chunks = Vec::with_capacity(streams.len());
    for (stream, entries) in streams {
        for chunk in entries.chunks(CHUNK) {
            let key = [&prefix(stream)[..], &chunk[0].version.to_be_bytes()].concat();
            let mut value = Vec::with_capacity(chunk.len() * ENTRY);
            for entry in chunk {
                value.extend_from_slice(&entry.count.to_le_bytes());
                value.extend_from_slice(&entry.first.to_le_bytes());
                value.extend_from_slice(&offset_of(entry)?);
            }
            chunks.push((key, value));
        }
    }
    chunks.sort_unstable();
    Ok(chunks)
}

fn short(key: &Hash) -> &[u8] {
    &key.0[..16]
}

fn key_places(placed: &[Placed]) -> Result<Vec<(&[u8], [u8; 12])>> {
    let mut places = Vec::with_capacity(placed.len());
    for Placed { idempotency, entry, .. } in placed {
        let Some(idempotency) = idempotency else { continue };
        let mut value = [0; 12];
        value[..8].copy_from_slice(&entry.first.to_le_bytes());
        value[8..].copy_from_slice(&offset_of(entry)?);
        places.push((short(&idempotency.key), value));
    }
    places.sort_unstable();
    Ok(places)
}

fn chunk<'a>(key: &[u8], value: &'a [u8]) -> Result<impl Iterator<Item = Entry> + use<'a>> {
    let (_, version) = key.split_last_chunk().ok_or_else(unreadable)?;
    let mut version = u64::from_be_bytes(*version);
    let (entries, []) = value.as_chunks::<ENTRY>() else { return Err(unreadable()) };
    Ok(entries.iter().map(move |bytes| {
        let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = *bytes;
        let entry = Entry {
            version,
            count: u32::from_le_bytes([a, b, c, d]),
            first: u64::from_le_bytes([e, f, g, h, i, j, k, l]),
            offset: u64::from(u32::from_le_bytes([m, n, o, p])),
        };
        version += u64::from(entry.count);
        entry
    }))
}

/// The file `index.open`: which run of the machine has the index open. Gone after an orderly end.
#[derive(Debug)]
pub(crate) struct Marker<'a>(pub(crate) &'a Path);

impl Marker<'_> {
    /// The index was open when the machine last stopped, so sled may have lost what it never synced.
    pub(crate) fn machine_restarted(&self) -> bool {
        match fs::read(self.0) {
            Ok(left) => left.is_empty() || this_boot().is_none_or(|boot| boot != left),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        }
    }

    pub(crate) fn set(&self) -> io::Result<()> {
        let file = fs::File::create(self.0)?;
        io::Write::write_all(&mut &file, &this_boot().unwrap_or_default())?;
        file.sync_all()?;
        sync_parent(self.0)
    }

    pub(crate) fn clear(&self) -> io::Result<()> {
        fs::remove_file(self.0)?;
        sync_parent(self.0)
    }
}

fn this_boot() -> Option<Vec<u8>> {
    fs::read("/proc/sys/kernel/random/boot_id").ok().filter(|boot| !boot.is_empty())
}

fn sync_parent(path: &Path) -> io::Result<()> {
    path.parent().map_or(Ok(()), |parent| fs::File::open(parent)?.sync_all())
}
