//! Packs a full segment: compressed, in the order of streams, with an index. [`crate::packed`] has the format.

use std::{io, path::Path, sync::Arc};

use crate::{
    Damage, Fault, Hash, Idempotency, Position, ReadError, Version,
    disk::{Disk, Named},
    footer::{FOOTER, Footer, Place},
    frame::{FrameView, SEGMENT_HEADER, SegmentHeader, put_bytes, put_varint},
    packed::{Block, HEADER, Packed, Records, Unopened, header},
    segment::{packed_name, segment_name},
};

/// Raw bytes of a block; the largest part of what reading one stream costs.
const BLOCK: usize = 24 << 10;
/// Of zstd's levels the one after which more time gains next to nothing here.
const LEVEL: i32 = 6;
/// Bytes written at once.
const PIECE: usize = 1 << 20;

/// A commit of a raw segment.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item<'a> {
    /// Number in the segment.
    pub(crate) nth: u32,
    pub(crate) stream: &'a str,
    pub(crate) version: Version,
    pub(crate) first: Position,
    pub(crate) count: u32,
    pub(crate) idempotency: Option<Idempotency>,
    pub(crate) body: &'a [u8],
    pub(crate) hash: Hash,
}

/// Why a segment was not packed. The raw one is still there and serves.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotPacked {
    #[error("{0}")]
    Io(#[source] Arc<io::Error>),
    #[error("the segment cannot be read: {0}")]
    Damaged(#[source] Fault),
    #[error("what was packed cannot be read: {0}")]
    Unreadable(#[source] ReadError),
    #[error("what was packed is not what was there")]
    Different,
    #[error("the segment has no commits")]
    Empty,
    #[error("the segment has more than a packed one can hold")]
    TooLarge,
    #[error("packing panicked")]
    Panicked,
}

impl From<io::Error> for NotPacked {
    fn from(error: io::Error) -> NotPacked {
        NotPacked::Io(Arc::new(error))
    }
}

impl NotPacked {
    fn unopened(first: Position, why: Unopened) -> NotPacked {
        match why {
            Unopened::Io(error) => error.into(),
            Unopened::Damaged(offset, what) => {
                let segment = packed_name(first);
                NotPacked::Unreadable(ReadError::Damaged(Fault { segment, offset, position: first, what }))
            }
        }
    }
}

/// The commits of the raw segment that begins with position `first`, in order.
pub(crate) fn items(first: Position, raw: &[u8]) -> Result<(SegmentHeader, Vec<Item<'_>>), Fault> {
    let fault = |at: usize, position, what| Fault { segment: segment_name(first), offset: at as u64, position, what };
    let header = SegmentHeader::parse(raw).map_err(|what| fault(0, first, what))?;
    let (mut items, mut at, mut next) = (Vec::new(), SEGMENT_HEADER, first);
    while at < raw.len() && raw[at] != 0 {
        let (offset, position) = (at, next);
        let damaged = |what| fault(offset, position, what);
        let frame = FrameView::parse(&raw[at..], header.salt).map_err(damaged)?;
        let commit = frame.commit().map_err(damaged)?;
        next = commit.last() + 1;
        items.push(Item {
            nth: u32::try_from(items.len()).map_err(|_| damaged(Damage::Length))?,
            stream: commit.stream,
            version: commit.version,
            first: commit.first,
            count: commit.count,
            idempotency: commit.idempotency,
            body: frame.body,
            hash: frame.hash,
        });
        at += frame.len();
    }
    Ok((header, items))
}

/// Writes the packed form of these commits to a new file, makes it durable, and reads it back.
///
/// `leaf` is the number of commits in the log before them. The file has its final name when this returns, and that is
/// durable.
pub(crate) fn pack(
    disk: &Disk,
    path: &Path,
    header: &SegmentHeader,
    leaf: u64,
    items: &[Item<'_>],
) -> Result<Packed, NotPacked> {
    let mut name = path.as_os_str().to_owned();
    name.push(".tmp");
    let mut file = disk.create(Path::new(&name))?;
    let write = |file: &Named| -> Result<(), NotPacked> {
        let bytes = encode(header, leaf, items)?;
        for (nth, piece) in bytes.chunks(PIECE).enumerate() {
            disk.write_at(file, piece, (nth * PIECE) as u64)?;
        }
        disk.sync(file)?;
        Ok(())
    };
    let checked = write(&file).and_then(|()| check(disk, Path::new(&name), items));
    if let Err(error) = checked {
        // Best effort: a leftover is removed at the next open.
        let _ = disk.remove(Path::new(&name));
        return Err(error);
    }
    disk.rename(&mut file, path)?;
    disk.sync_folder(path.parent().unwrap_or(Path::new(".")))?;
    Packed::open(disk, path).map_err(|why| NotPacked::unopened(header.first, why))
}

struct Writing {
    out: Vec<u8>,
    compressor: zstd::bulk::Compressor<'static>,
}

impl Writing {
    fn put(&mut self, bytes: &[u8], raw: usize) -> Result<Place, NotPacked> {
        let number = |len: usize| u32::try_from(len).map_err(|_| NotPacked::TooLarge);
        let place = Place {
            offset: self.out.len() as u64,
            len: number(bytes.len())?,
            raw: number(raw)?,
            crc: crc32c::crc32c(bytes),
        };
        self.out.extend_from_slice(bytes);
        Ok(place)
    }

    fn compress(&mut self, raw: &[u8]) -> Result<Place, NotPacked> {
        let stored = self.compressor.compress(raw)?;
        self.put(&stored, raw.len())
    }
}

fn encode(segment: &SegmentHeader, leaf: u64, items: &[Item<'_>]) -> Result<Vec<u8>, NotPacked> {
    let mut writing = Writing { out: header().to_vec(), compressor: zstd::bulk::Compressor::new(LEVEL)? };
    let mut sorted: Vec<&Item<'_>> = items.iter().collect();
    sorted.sort_unstable_by_key(|item| (item.stream, item.version));
    let mut places = vec![(0u32, 0u32); items.len()];
    let mut blocks: Vec<Block> = Vec::new();
    let (mut raw, mut begins) = (Vec::with_capacity(2 * BLOCK), None);
    for item in sorted {
        if raw.len() >= BLOCK {
            finish(&mut writing, &mut blocks, &mut raw, &mut begins)?;
        }
        let (name, version) = (item.stream, item.version);
        begins.get_or_insert((name, version));
        let number = |len: usize| u32::try_from(len).map_err(|_| NotPacked::TooLarge);
        places[item.nth as usize] = (number(blocks.len())?, number(raw.len())?);
        put_varint(&mut raw, u64::from(item.nth));
        put_bytes(&mut raw, item.body);
    }
    finish(&mut writing, &mut blocks, &mut raw, &mut begins)?;

    let mut table = Vec::new();
    blocks.iter().for_each(|block| block.encode(&mut table));
    let blocks = writing.compress(&table)?;
    table.clear();
    items.iter().for_each(|item| put_varint(&mut table, u64::from(item.count)));
    places.iter().for_each(|place| put_varint(&mut table, u64::from(place.0)));
    places.iter().for_each(|place| put_varint(&mut table, u64::from(place.1)));
    let order = writing.compress(&table)?;
    let hashes: Vec<u8> =
        std::iter::once(&segment.before).chain(items.iter().map(|item| &item.hash)).flat_map(|hash| hash.0).collect();
    let chain = writing.put(&hashes, hashes.len())?;
    let mut keys: Vec<(&[u8], u32)> =
        items.iter().filter_map(|item| Some((&item.idempotency.as_ref()?.key.0[..8], item.nth))).collect();
    keys.sort_unstable();
    let keys: Vec<u8> = keys.into_iter().flat_map(|(key, nth)| [key, &nth.to_le_bytes()].concat()).collect();
    let keys = writing.put(&keys, keys.len())?;
    let last = items.last().ok_or(NotPacked::Empty)?;
    let footer = Footer {
        first: segment.first,
        last: last.first + u64::from(last.count) - 1,
        leaf,
        commits: u32::try_from(items.len()).map_err(|_| NotPacked::TooLarge)?,
        before: segment.before,
        after: last.hash,
        blocks,
        order,
        chain,
        keys,
    };
    writing.out.extend_from_slice(&footer.encode());
    debug_assert!(writing.out.len() > HEADER + FOOTER);
    Ok(writing.out)
}

fn finish(
    writing: &mut Writing,
    blocks: &mut Vec<Block>,
    raw: &mut Vec<u8>,
    begins: &mut Option<(&str, Version)>,
) -> Result<(), NotPacked> {
    let Some((name, version)) = begins.take() else { return Ok(()) };
    let place = writing.compress(raw)?;
    blocks.push(Block::new(place, name, version));
    raw.clear();
    Ok(())
}

/// The raw segment may only go when this says that everything of it can be had from the packed one.
fn check(disk: &Disk, path: &Path, items: &[Item<'_>]) -> Result<(), NotPacked> {
    let first = items.first().ok_or(NotPacked::Empty)?.first;
    let packed = Packed::open(disk, path).map_err(|why| NotPacked::unopened(first, why))?;
    let check = || -> Result<bool, ReadError> {
        let blocks = packed.read_blocks()?;
        let blocks = blocks.iter().map(|block| packed.read_block(&block.place)).collect::<Result<Vec<_>, _>>()?;
        let (hashes, order) = (packed.chain()?, packed.read_order()?);
        let same = |(item, (first, block, offset)): (&Item<'_>, (Position, u32, u32))| {
            let found = blocks.get(block as usize).and_then(|block| Records(block.get(offset as usize..)?).next());
            let found = found.and_then(Result::ok);
            first == item.first && found.is_some_and(|found| found.nth == item.nth && found.body == item.body)
        };
        let chained = items.iter().zip(&hashes[1..]).all(|(item, hash)| item.hash == *hash);
        Ok(chained && hashes.len() == items.len() + 1 && items.iter().zip(order.places()).all(same))
    };
    match check() {
        Ok(true) => Ok(()),
        Ok(false) => Err(NotPacked::Different),
        Err(error) => Err(NotPacked::Unreadable(error)),
    }
}
