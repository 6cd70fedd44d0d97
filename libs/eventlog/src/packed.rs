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

use std::{cell::RefCell, fs::File, io, os::unix::fs::FileExt as _, path::Path, sync::Arc};

use crate::{
    Damage, Fault, Hash, Head, Position, ReadError, StreamId, Version,
    cache::{Cache, Cached, Part},
    footer::{FOOTER, FORMAT, Footer, Place},
    frame::{Bytes, CommitView, chain, view_body},
    merkle,
    segment::packed_name,
};

pub(crate) const MAGIC: &[u8; 8] = b"RVJ-PACK";
pub(crate) const HEADER: usize = 16;
pub(crate) const KEY: usize = 12;
pub(crate) const HASH: usize = 32;
/// Leaves of a subtree whose hash is computed in one go and kept for a while.
const TILE_LEVEL: u32 = 8;
/// No raw block is larger: one commit of the largest size, and what a block holds besides.
const MAX_RAW: u32 = 8 << 20;

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

/// A commit of a packed segment.
pub(crate) struct Found<'a> {
    /// Number of the commit in the segment.
    pub(crate) nth: u32,
    pub(crate) body: &'a [u8],
    pub(crate) commit: CommitView<'a>,
}

impl Packed {
    /// Checks header and footer; what lies between is checked when it is read.
    pub(crate) fn open(path: &Path) -> Result<Packed, Unopened> {
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
        Ok(Packed { footer, file: Arc::new(file), len })
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

    fn read(&self, offset: u64, len: usize) -> Result<Vec<u8>, ReadError> {
        // A length that cannot be right must not become an allocation.
        if offset.checked_add(len as u64).is_none_or(|end| end > self.len) {
            return Err(self.damaged(offset, Damage::Short));
        }
        let mut bytes = vec![0; len];
        self.file.read_exact_at(&mut bytes, offset).map_err(|error| match Damage::of_read(&error) {
            Some(what) => self.damaged(offset, what),
            None => ReadError::io("read a packed segment")(error),
        })?;
        Ok(bytes)
    }

    /// A part of the file whose checksum fits.
    fn stored(&self, place: &Place) -> Result<Vec<u8>, ReadError> {
        let bytes = self.read(place.offset, place.len as usize)?;
        if crc32c::crc32c(&bytes) != place.crc {
            return Err(self.damaged(place.offset, Damage::Checksum));
        }
        Ok(bytes)
    }

    fn unpacked(&self, place: &Place, limit: u32) -> Result<Vec<u8>, ReadError> {
        let stored = self.stored(place)?;
        let wrong = || self.damaged(place.offset, Damage::Body);
        if place.raw > limit {
            return Err(wrong());
        }
        let raw = decompress(&stored, place.raw as usize).map_err(|_| wrong())?;
        if raw.len() == place.raw as usize { Ok(raw) } else { Err(wrong()) }
    }

    pub(crate) fn blocks(&self, cache: &Cache) -> Result<Arc<Vec<Block>>, ReadError> {
        let read = || Ok(Cached::Blocks(Arc::new(self.read_blocks()?)));
        match cache.get(self.footer.first, Part::Blocks, read)? {
            Cached::Blocks(blocks) => Ok(blocks),
            _ => Err(self.damaged(0, Damage::Body)),
        }
    }

    pub(crate) fn read_blocks(&self) -> Result<Vec<Block>, ReadError> {
        let raw = self.unpacked(&self.footer.blocks, u32::MAX)?;
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

    fn block(&self, blocks: &[Block], nth: u32, cache: &Cache) -> Result<Arc<Vec<u8>>, ReadError> {
        let block = blocks.get(nth as usize).ok_or_else(|| self.damaged(self.footer.order.offset, Damage::Body))?;
        match cache
            .get(self.footer.first, Part::Block(nth), || Ok(Cached::Block(Arc::new(self.read_block(&block.place)?))))?
        {
            Cached::Block(bytes) => Ok(bytes),
            _ => Err(self.damaged(0, Damage::Body)),
        }
    }

    pub(crate) fn order(&self, cache: &Cache) -> Result<Arc<Order>, ReadError> {
        match cache.get(self.footer.first, Part::Order, || Ok(Cached::Order(Arc::new(self.read_order()?))))? {
            Cached::Order(order) => Ok(order),
            _ => Err(self.damaged(0, Damage::Body)),
        }
    }

    pub(crate) fn read_order(&self) -> Result<Order, ReadError> {
        let raw = self.unpacked(&self.footer.order, u32::MAX)?;
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

    /// The chain hashes before and after a commit.
    pub(crate) fn chain_at(&self, nth: u32) -> Result<(Hash, Hash), ReadError> {
        let bytes = self.read(self.footer.chain.offset + u64::from(nth) * HASH as u64, 2 * HASH)?;
        let (before, after) = bytes.split_at(HASH);
        let hash = |bytes: &[u8]| bytes.try_into().map(Hash).map_err(|_| self.damaged(0, Damage::Short));
        Ok((hash(before)?, hash(after)?))
    }

    /// The chain hash of a commit whose bytes are at hand; it must follow from them.
    pub(crate) fn checked_hash(&self, nth: u32, body: &[u8]) -> Result<Hash, ReadError> {
        let (before, after) = self.chain_at(nth)?;
        if chain(before, Hash::of(body)) != after {
            return Err(self.damaged(self.footer.chain.offset + u64::from(nth) * HASH as u64, Damage::Chain));
        }
        Ok(after)
    }

    /// All of the chain: the hash before the segment and after each commit.
    pub(crate) fn chain(&self) -> Result<Vec<Hash>, ReadError> {
        let bytes = self.stored(&self.footer.chain)?;
        let hashes: Vec<Hash> = bytes.as_chunks::<HASH>().0.iter().map(|bytes| Hash(*bytes)).collect();
        let ends = (hashes.first(), hashes.last()) == (Some(&self.footer.before), Some(&self.footer.after));
        if ends { Ok(hashes) } else { Err(self.damaged(self.footer.chain.offset, Damage::Chain)) }
    }

    /// Shows the commit with this number in the segment.
    pub(crate) fn commit<T>(&self, nth: u32, cache: &Cache, act: impl FnOnce(&Found<'_>) -> T) -> Result<T, ReadError> {
        let order = self.order(cache)?;
        let wrong = || self.damaged(self.footer.order.offset, Damage::Body);
        let (_, block, offset) = *order.commits.get(nth as usize).ok_or_else(wrong)?;
        let blocks = self.blocks(cache)?;
        let bytes = self.block(&blocks, block, cache)?;
        let mut records = Records(bytes.get(offset as usize..).ok_or_else(wrong)?);
        let found = records.next().ok_or_else(wrong)??;
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
            let bytes = self.block(&blocks, nth, cache)?;
            for found in Records(&bytes) {
                let found = found.map_err(|what| self.damaged(block.place.offset, what))?;
                if found.commit.stream > stream {
                    return Ok(());
                }
                if found.commit.stream == stream && found.commit.last_version() > from && !act(&found)? {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Numbers of the commits whose key begins as this one does.
    pub(crate) fn keyed(&self, key: &Hash) -> Result<Vec<u32>, ReadError> {
        let (short, _) = key.0.split_first_chunk::<8>().expect("a hash has 32 bytes");
        let wanted = u64::from_be_bytes(*short);
        let (mut low, mut high) = (0u64, u64::from(self.footer.keys.len) / KEY as u64);
        let entry = |nth: u64| -> Result<(u64, u32), ReadError> {
            let bytes = self.read(self.footer.keys.offset + nth * KEY as u64, KEY)?;
            let mut rest = Bytes(&bytes);
            let read = |rest: &mut Bytes<'_>| {
                Some((u64::from_be_bytes(*rest.take_chunk()?), u32::from_le_bytes(*rest.take_chunk()?)))
            };
            read(&mut rest).ok_or_else(|| self.damaged(self.footer.keys.offset, Damage::Short))
        };
        // Keys are hashes, so they lie evenly: a guess by proportion is nearly right.
        let (mut least, mut most) = (0u64, u64::MAX);
        while low < high {
            let share = (u128::from(wanted - least) * u128::from(high - low)) / (u128::from(most - least) + 1);
            let guess = low + u64::try_from(share).unwrap_or(0).min(high - low - 1);
            let (found, _) = entry(guess)?;
            match found.cmp(&wanted) {
                std::cmp::Ordering::Less => (low, least) = (guess + 1, found.max(least)),
                std::cmp::Ordering::Greater => (high, most) = (guess, found.min(most)),
                std::cmp::Ordering::Equal => {
                    let mut first = guess;
                    while first > 0 && entry(first - 1)?.0 == wanted {
                        first -= 1;
                    }
                    let mut numbers = Vec::new();
                    for nth in first..u64::from(self.footer.keys.len) / KEY as u64 {
                        let (key, commit) = entry(nth)?;
                        if key != wanted {
                            break;
                        }
                        numbers.push(commit);
                    }
                    return Ok(numbers);
                }
            }
            if wanted < least || wanted > most {
                break;
            }
        }
        Ok(Vec::new())
    }

    /// The first 8 bytes of every key, as numbers, and the commits they stand for.
    pub(crate) fn keys(&self) -> Result<Vec<(u64, u32)>, ReadError> {
        let bytes = self.stored(&self.footer.keys)?;
        let (entries, []) = bytes.as_chunks::<KEY>() else {
            return Err(self.damaged(self.footer.keys.offset, Damage::Body));
        };
        Ok(entries
            .iter()
            .map(|[a, b, c, d, e, f, g, h, i, j, k, l]| {
                (u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]), u32::from_le_bytes([*i, *j, *k, *l]))
            })
            .collect())
    }

    /// Hash of a subtree that lies wholly in this segment.
    pub(crate) fn subtree(&self, level: u32, index: u64, cache: &Cache) -> Result<Hash, ReadError> {
        if level > TILE_LEVEL {
            return merkle::halves(&mut Inside(self, cache), level, index);
        }
        let first = (index << level).checked_sub(self.footer.leaf).expect("asked only for what lies in the segment");
        let make = || {
            let offset = self.footer.chain.offset + (first + 1) * HASH as u64;
            let bytes = self.read(offset, HASH << level)?;
            let leaves: Vec<Hash> = bytes.as_chunks::<HASH>().0.iter().map(|entry| merkle::leaf(entry)).collect();
            let Ok(hash) = merkle::root(&leaves[..], leaves.len() as u64);
            Ok(hash)
        };
        if level < TILE_LEVEL {
            return make();
        }
        match cache.get(self.footer.first, Part::Tile(index), || Ok(Cached::Tile(make()?)))? {
            Cached::Tile(hash) => Ok(hash),
            _ => Err(self.damaged(0, Damage::Body)),
        }
    }
}

struct Inside<'a>(&'a Packed, &'a Cache);

impl merkle::Subtrees for Inside<'_> {
    type Error = ReadError;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, ReadError> {
        self.0.subtree(level, index, self.1)
    }
}

/// The commits of a raw block.
pub(crate) struct Records<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Result<Found<'a>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut rest = Bytes(self.0);
        let read = |rest: &mut Bytes<'a>| {
            let nth = u32::try_from(rest.varint()?).ok()?;
            let body = rest.bytes()?;
            Some(Found { nth, body, commit: view_body(body)? })
        };
        let found = read(&mut rest);
        self.0 = if found.is_some() { rest.0 } else { &[] };
        Some(found.ok_or(Damage::Body))
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

impl From<Damage> for ReadError {
    fn from(what: Damage) -> ReadError {
        ReadError::Damaged(Fault { segment: String::new(), offset: 0, position: 0, what })
    }
}

fn decompress(stored: &[u8], len: usize) -> io::Result<Vec<u8>> {
    thread_local! {
        /// Making one takes longer than reading a block with it.
        static DECOMPRESSOR: RefCell<Option<zstd::bulk::Decompressor<'static>>> = const { RefCell::new(None) };
    }
    DECOMPRESSOR.with_borrow_mut(|kept| {
        let decompressor = match kept {
            Some(decompressor) => decompressor,
            None => kept.insert(zstd::bulk::Decompressor::new()?),
        };
        decompressor.decompress(stored, len)
    })
}

/// The name of a stream that was read from a checked commit.
pub(crate) fn stream_id(name: &str) -> StreamId {
    StreamId::new(name).expect("the name was checked when the commit was read")
}
