//! A packed segment: one that is full, compressed, with an index of its own. It is written once and never changes.
//!
//! All numbers are little endian, a *varint* is LEB128 as in [`crate::frame`]. `zstd(x)` is one zstd frame.
//!
//! | part | what |
//! |---|---|
//! | header, 16 bytes | `RVJ-PACK`, format u32 (1), CRC32C of these 12 bytes |
//! | blocks | each `zstd` of commits one after the other: number in the segment (varint), length (varint), body |
//! | table of blocks | `zstd`: for each block its stored length, raw length and CRC32C (u32 each), version of its first commit (varint), name of its first stream (varint length and bytes) |
//! | table of order | `zstd`: for all commits in the order of positions the number of events (varint each); then for all the block (varint each); then for all the offset in the raw block (varint each) |
//! | chain | the chain hash before the segment and after each commit, 32 bytes each |
//! | keys | sorted: first 8 bytes of an idempotency key, number of its commit (u32) |
//! | footer, 264 bytes | see [`crate::footer::Footer`] |
//!
//! Bodies are byte for byte those of the frames (the form is in [`crate::frame`]). They lie **in the order of streams**, by
//! name and version, so that one stream is read from a block or two, all streams are read one after the other by
//! merging segments, and what is alike is compressed together. The table of order leads back to the order of
//! positions.

mod chain;
mod keys;
mod record;

use std::{cell::RefCell, fs::File, io, os::unix::fs::FileExt as _, path::Path, sync::Arc};

pub(crate) use chain::{TILE_LEVEL, tiles_over};
pub(crate) use record::{Found, RawBlock, Records};

use crate::{
    Damage, Fault, Head, Position, ReadError, StreamId, Version,
    cache::{Cache, Cached, Part},
    disk::Disk,
    footer::{FOOTER, FORMAT, Footer, Place},
    frame::{Bytes, CommitView},
    segment::packed_name,
};

pub(crate) const MAGIC: &[u8; 8] = b"RVJ-PACK";
pub(crate) const HEADER: usize = 16;
pub(crate) const KEY: usize = 12;
pub(crate) const HASH: usize = 32;
/// No raw block is larger: one commit of the largest size, and what a block holds besides.
const MAX_RAW: u32 = 8 << 20;
/// Most bytes of a block in the list of blocks: three numbers, a version, and the name of a stream. Each holds a commit.
const MAX_BLOCK_ENTRY: u32 = 12 + 10 + 10 + 64;
/// Most bytes of a commit in the list of their order: three varints.
const MAX_ORDER_ENTRY: u32 = 30;

pub(crate) fn header() -> [u8; HEADER] {
    let mut bytes = [0; HEADER];
    bytes[..8].copy_from_slice(MAGIC);
    bytes[8..12].copy_from_slice(&FORMAT.to_le_bytes());
    let crc = crc32c::crc32c(&bytes[..12]);
    bytes[12..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// An open packed segment.
#[derive(Debug)]
pub(crate) struct Packed {
    disk: Disk,
    pub(crate) footer: Footer,
    pub(crate) file: Arc<File>,
    pub(crate) len: u64,
}

/// Where a block is and what it begins with.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) place: Place,
    name: Box<str>,
    version: Version,
}

/// Where the commits are, in the order of positions.
#[derive(Debug)]
pub(crate) struct Order {
    /// First position, block and offset in it.
    commits: Vec<(Position, u32, u32)>,
}

/// Why a packed segment cannot be opened.
pub(crate) enum Unopened {
    Io(io::Error),
    Damaged(u64, Damage),
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Unopened {
        Damage::of_read(&error).map_or(Unopened::Io(error), |what| Unopened::Damaged(0, what))
    }
}

impl Packed {
    /// Checks header and footer; what lies between is checked when it is read.
    pub(crate) fn open(disk: &Disk, path: &Path) -> Result<Packed, Unopened> {
        let file = File::open(path)?;
        let len = file.metadata()?.len();
        let Some(at) = len.checked_sub(FOOTER as u64).filter(|at| *at >= HEADER as u64) else {
            return Err(Unopened::Damaged(0, Damage::Short));
        };
        let mut start = [0; HEADER];
        file.read_exact_at(&mut start, 0)?;
        if start != header() {
            return Err(Unopened::Damaged(0, Damage::Header));
        }
        let mut end = [0; FOOTER];
        file.read_exact_at(&mut end, at)?;
        let footer = Footer::parse(&end).map_err(|what| Unopened::Damaged(at, what))?;
        // Some are read piece by piece, and a piece is counted on from where the place begins.
        let outside = |place: &Place| place.offset.checked_add(u64::from(place.len)).is_none_or(|end| end > at);
        if [footer.blocks, footer.order, footer.chain, footer.keys].iter().any(outside) {
            return Err(Unopened::Damaged(at, Damage::Short));
        }
        Ok(Packed { disk: disk.clone(), footer, file: Arc::new(file), len })
    }

    /// Number of the first commit after this segment.
    pub(crate) fn leaf_after(&self) -> u64 {
        self.footer.leaf + u64::from(self.footer.commits)
    }

    pub(crate) fn head(&self) -> Head {
        Head { position: self.footer.last, hash: self.footer.after }
    }

    pub(crate) fn damaged(&self, offset: u64, what: Damage) -> ReadError {
        let (segment, position) = (packed_name(self.footer.first), self.footer.first);
        ReadError::Damaged(Fault { segment, offset, position, what })
    }

    /// Fills the buffer from the file.
    fn read(&self, offset: u64, into: &mut [u8]) -> Result<(), ReadError> {
        let name = || packed_name(self.footer.first);
        self.disk.read_at(&self.file, name, into, offset).map_err(|error| match Damage::of_read(&error) {
            Some(what) => self.damaged(offset, what),
            None => ReadError::io("read a packed segment")(error),
        })
    }

    /// Shows a part of the file whose checksum fits.
    fn stored<T>(
        &self,
        place: &Place,
        act: impl FnOnce(&[u8], &mut Tools) -> Result<T, ReadError>,
    ) -> Result<T, ReadError> {
        // A length that cannot be right must not become an allocation.
        if place.offset.checked_add(u64::from(place.len)).is_none_or(|end| end > self.len) {
            return Err(self.damaged(place.offset, Damage::Short));
        }
        TOOLS.with_borrow_mut(|tools| {
            let mut stored = std::mem::take(&mut tools.stored);
            let len = place.len as usize;
            if stored.len() < len {
                stored.resize(len, 0);
            }
            let done = self.read(place.offset, &mut stored[..len]).and_then(|()| {
                if crc32c::crc32c(&stored[..len]) == place.crc {
                    act(&stored[..len], tools)
                } else {
                    Err(self.damaged(place.offset, Damage::Checksum))
                }
            });
            if stored.len() <= KEPT {
                tools.stored = stored;
            }
            done
        })
    }

    fn unpacked(&self, place: &Place, limit: u32) -> Result<Vec<u8>, ReadError> {
        let mut raw = Vec::new();
        self.unpack(place, limit, &mut raw)?;
        Ok(raw)
    }

    /// Puts what is stored in a place, unpacked, in place of what the buffer holds.
    fn unpack(&self, place: &Place, limit: u32, raw: &mut Vec<u8>) -> Result<(), ReadError> {
        let wrong = || self.damaged(place.offset, Damage::Body);
        self.stored(place, |stored, tools| {
            if place.raw > limit {
                return Err(wrong());
            }
            raw.clear();
            raw.reserve_exact(place.raw as usize);
            let unpacked = tools.decompressor().and_then(|zstd| zstd.decompress_to_buffer(stored, raw));
            if unpacked.is_ok_and(|len| len == place.raw as usize) { Ok(()) } else { Err(wrong()) }
        })
    }

    pub(crate) fn blocks(&self, cache: &Cache) -> Result<Arc<Vec<Block>>, ReadError> {
        let read = || Ok(Cached::Blocks(Arc::new(self.read_blocks()?)));
        match cache.get(self.footer.first, Part::Blocks, read)? {
            Cached::Blocks(blocks) => Ok(blocks),
            Cached::Order(_) | Cached::Block(_) | Cached::Tiles(_) => {
                Err(self.damaged(self.footer.blocks.offset, Damage::Body))
            }
        }
    }

    /// So many bytes for each commit that the file has a hash of: what the footer says must not become an allocation.
    fn for_each_commit(&self, bytes: u32) -> u32 {
        let chain = &self.footer.chain;
        let within = chain.offset.checked_add(u64::from(chain.len)).is_some_and(|end| end <= self.len);
        if within { self.footer.commits.saturating_mul(bytes) } else { 0 }
    }

    pub(crate) fn read_blocks(&self) -> Result<Vec<Block>, ReadError> {
        let raw = self.unpacked(&self.footer.blocks, self.for_each_commit(MAX_BLOCK_ENTRY))?;
        let mut rest = Bytes(&raw);
        let (mut blocks, mut offset) = (Vec::new(), HEADER as u64);
        while !rest.0.is_empty() {
            let read = |rest: &mut Bytes<'_>| {
                let mut number = || Some(u32::from_le_bytes(*rest.take_chunk()?));
                let place = Place { offset, len: number()?, raw: number()?, crc: number()? };
                let version = rest.varint()?;
                let name = std::str::from_utf8(rest.bytes()?).ok()?.into();
                Some(Block { place, name, version })
            };
            let block = read(&mut rest).ok_or_else(|| self.damaged(self.footer.blocks.offset, Damage::Body))?;
            offset += u64::from(block.place.len);
            blocks.push(block);
        }
        if blocks.is_empty() || offset != self.footer.blocks.offset {
            return Err(self.damaged(self.footer.blocks.offset, Damage::Body));
        }
        Ok(blocks)
    }

    pub(crate) fn read_block(&self, place: &Place) -> Result<Vec<u8>, ReadError> {
        self.unpacked(place, MAX_RAW)
    }

    /// As [`Packed::read_block`], into a buffer that was used before.
    pub(crate) fn read_block_into(&self, place: &Place, raw: &mut Vec<u8>) -> Result<(), ReadError> {
        self.unpack(place, MAX_RAW, raw)
    }

    fn block(&self, blocks: &[Block], nth: u32, cache: &Cache) -> Result<Arc<RawBlock>, ReadError> {
        let block = blocks.get(nth as usize).ok_or_else(|| self.damaged(self.footer.order.offset, Damage::Body))?;
        let damaged = |what| self.damaged(block.place.offset, what);
        let read = || {
            let raw = RawBlock::new(self.read_block(&block.place)?).map_err(damaged)?;
            Ok(Cached::Block(Arc::new(raw)))
        };
        match cache.get(self.footer.first, Part::Block(nth), read)? {
            Cached::Block(raw) => Ok(raw),
            Cached::Blocks(_) | Cached::Order(_) | Cached::Tiles(_) => Err(damaged(Damage::Body)),
        }
    }

    pub(crate) fn order(&self, cache: &Cache) -> Result<Arc<Order>, ReadError> {
        match cache.get(self.footer.first, Part::Order, || Ok(Cached::Order(Arc::new(self.read_order()?))))? {
            Cached::Order(order) => Ok(order),
            Cached::Blocks(_) | Cached::Block(_) | Cached::Tiles(_) => {
                Err(self.damaged(self.footer.order.offset, Damage::Body))
            }
        }
    }

    pub(crate) fn read_order(&self) -> Result<Order, ReadError> {
        let raw = self.unpacked(&self.footer.order, self.for_each_commit(MAX_ORDER_ENTRY))?;
        let read = || {
            let mut rest = Bytes(&raw);
            let mut commits = Vec::new();
            let mut position = self.footer.first;
            for _ in 0..self.footer.commits {
                commits.push((position, 0, 0));
                position = position.checked_add(rest.varint()?)?;
            }
            for commit in &mut commits {
                commit.1 = u32::try_from(rest.varint()?).ok()?;
            }
            for commit in &mut commits {
                commit.2 = u32::try_from(rest.varint()?).ok()?;
            }
            (rest.0.is_empty() && position == self.footer.last + 1).then_some(Order { commits })
        };
        read().ok_or_else(|| self.damaged(self.footer.order.offset, Damage::Body))
    }

    /// Number in the segment of the commit that holds a position of it.
    pub(crate) fn nth_holding(&self, position: Position, cache: &Cache) -> Result<u32, ReadError> {
        let order = self.order(cache)?;
        let nth = order.commits.partition_point(|commit| commit.0 <= position).saturating_sub(1);
        u32::try_from(nth).map_err(|_| self.damaged(self.footer.order.offset, Damage::Body))
    }

    /// Shows the commit with this number in the segment.
    pub(crate) fn commit<T>(&self, nth: u32, cache: &Cache, act: impl FnOnce(&Found<'_>) -> T) -> Result<T, ReadError> {
        let order = self.order(cache)?;
        let wrong = || self.damaged(self.footer.order.offset, Damage::Body);
        let (_, block, offset) = *order.commits.get(nth as usize).ok_or_else(wrong)?;
        let blocks = self.blocks(cache)?;
        let block = self.block(&blocks, block, cache)?;
        let found = block.at(offset).next().ok_or_else(wrong)?.map_err(|_| wrong())?;
        if found.nth != nth {
            return Err(wrong());
        }
        Ok(act(&found))
    }

    /// Shows the commits of a stream with versions after `from`, in order, until `act` has had enough.
    pub(crate) fn stream(
        &self,
        stream: &str,
        from: Version,
        cache: &Cache,
        act: &mut dyn FnMut(&Found<'_>) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let blocks = self.blocks(cache)?;
        let before = |block: &Block| (&*block.name, block.version) <= (stream, from.saturating_add(1));
        let start = blocks.partition_point(before).saturating_sub(1);
        for (nth, block) in (0u32..).zip(&*blocks).skip(start) {
            if &*block.name > stream {
                return Ok(());
            }
            let raw = self.block(&blocks, nth, cache)?;
            let mut records = raw.from(stream);
            loop {
                if records.whose().is_some_and(|name| name != stream.as_bytes()) {
                    return Ok(());
                }
                let Some(found) = records.next() else { break };
                let found = found.map_err(|what| self.damaged(block.place.offset, what))?;
                if found.commit.last_version() > from && !act(&found)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }
}

impl Block {
    pub(crate) fn new(place: Place, name: &str, version: Version) -> Block {
        Block { place, name: name.into(), version }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn begins_with(&self, commit: &CommitView<'_>) -> bool {
        (&*self.name, self.version) == (commit.stream, commit.version)
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        for number in [self.place.len, self.place.raw, self.place.crc] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        crate::frame::put_varint(out, self.version);
        crate::frame::put_bytes(out, self.name.as_bytes());
    }

    pub(crate) fn weight(&self) -> usize {
        size_of::<Block>() + self.name.len()
    }
}

impl Order {
    pub(crate) fn weight(&self) -> usize {
        self.commits.len() * size_of::<(Position, u32, u32)>()
    }

    /// Block and offset of each commit.
    pub(crate) fn places(&self) -> impl Iterator<Item = (Position, u32, u32)> {
        self.commits.iter().copied()
    }
}

/// Bytes of the largest buffer that a thread keeps between two reads; a usual block needs a fraction of it.
const KEPT: usize = 256 << 10;

/// What a thread that reads keeps: making these anew for each block took longer than reading it.
#[derive(Default)]
struct Tools {
    /// Holds what is stored until it is unpacked.
    stored: Vec<u8>,
    zstd: Option<zstd::bulk::Decompressor<'static>>,
}

thread_local! {
    static TOOLS: RefCell<Tools> = RefCell::default();
}

impl Tools {
    fn decompressor(&mut self) -> io::Result<&mut zstd::bulk::Decompressor<'static>> {
        match &mut self.zstd {
            Some(zstd) => Ok(zstd),
            none => Ok(none.insert(zstd::bulk::Decompressor::new()?)),
        }
    }
}

/// The name of a stream that was read from a checked commit.
pub(crate) fn stream_id(name: &str) -> StreamId {
    StreamId::new(name).expect("the name was checked when the commit was read")
}
