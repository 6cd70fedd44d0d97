//! Knows for nearly every new idempotency key that no packed segment has it, without looking into them.
//!
//! A Bloom filter: "no" is certain, "perhaps" is looked up in the segments. Three bytes for each key there ever was. It is
//! kept in the file `index.seen` with how far it goes; without the file it is made again from the keys of the segments.

use std::{fs, io, path::Path};

use crate::{Hash, Position, disk::Disk};

/// Bits of a block, one line of the processor's cache; all bits of an entry are in one block.
const BLOCK: usize = 512;
/// Bits for each entry there is room for.
const BITS: usize = 24;
/// Bits set for an entry.
const SET: u32 = 7;
const FIRST_ROOM: usize = 1 << 16;
const MAGIC: &[u8; 8] = b"RVJ-SEE1";

#[derive(Debug)]
pub(crate) struct Seen {
    /// Each has twice the room of the one before; only the last is added to.
    layers: Vec<Layer>,
    /// Last position of the packed segments whose keys are in.
    pub(crate) up_to: Position,
}

#[derive(Debug)]
struct Layer {
    blocks: Vec<[u64; BLOCK / 64]>,
    room: usize,
}

impl Layer {
    fn new(room: usize) -> Layer {
        Layer { blocks: vec![[0; BLOCK / 64]; room * BITS / BLOCK], room }
    }

    fn block(&self, key: u64) -> usize {
        // The upper bits choose the block, the lower ones the bits in it.
        usize::try_from(key >> 32).unwrap_or(0) % self.blocks.len()
    }
}

/// Word and bit in a block.
fn bits(key: u64) -> impl Iterator<Item = (usize, u64)> {
    let spread = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..SET).map(move |nth| {
        let bit = (spread >> (nth * 9)) & (BLOCK as u64 - 1);
        (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
    })
}

/// A key as the filter takes it: its first 8 bytes. Keys are hashes, so these are as good as drawn.
fn short(key: &Hash) -> u64 {
    let (short, _) = key.0.split_first_chunk::<8>().expect("a hash has 32 bytes");
    u64::from_be_bytes(*short)
}

impl Seen {
    pub(crate) fn new() -> Seen {
        Seen { layers: vec![Layer::new(FIRST_ROOM)], up_to: 0 }
    }

    /// Adds the first 8 bytes of a key.
    pub(crate) fn insert(&mut self, key: u64) {
        if self.maybe(key) {
            return;
        }
        if let Some(full) = self.layers.last().filter(|layer| layer.room == 0) {
            let room = full.blocks.len() * BLOCK / BITS * 2;
            self.layers.push(Layer::new(room));
        }
        if let Some(layer) = self.layers.last_mut() {
            let block = layer.block(key);
            bits(key).for_each(|(word, bit)| layer.blocks[block][word] |= bit);
            layer.room -= 1;
        }
    }

    pub(crate) fn insert_key(&mut self, key: &Hash) {
        self.insert(short(key));
    }

    /// False means: never inserted.
    pub(crate) fn perhaps(&self, key: &Hash) -> bool {
        self.maybe(short(key))
    }

    fn maybe(&self, key: u64) -> bool {
        self.layers.iter().any(|layer| {
            let block = &layer.blocks[layer.block(key)];
            bits(key).all(|(word, bit)| block[word] & bit != 0)
        })
    }

    /// Bytes the file will have, nearly.
    pub(crate) fn size(&self) -> usize {
        self.layers.iter().map(|layer| layer.blocks.len() * (BLOCK / 8)).sum()
    }

    /// The bytes of the file: magic, position, number of layers, for each layer its blocks and room and then its
    /// words, and CRC32C.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.size() + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.up_to.to_le_bytes());
        bytes.extend_from_slice(&(self.layers.len() as u64).to_le_bytes());
        for layer in &self.layers {
            bytes.extend_from_slice(&(layer.blocks.len() as u64).to_le_bytes());
            bytes.extend_from_slice(&(layer.room as u64).to_le_bytes());
            layer.blocks.iter().flatten().for_each(|word| bytes.extend_from_slice(&word.to_le_bytes()));
        }
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Seen> {
        let (body, crc) = bytes.split_last_chunk::<4>()?;
        if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return None;
        }
        let (numbers, []) = body.strip_prefix(MAGIC)?.as_chunks::<8>() else { return None };
        let mut numbers = numbers.iter().map(|bytes| u64::from_le_bytes(*bytes));
        let (up_to, layers) = (numbers.next()?, numbers.next()?);
        let mut seen = Seen { layers: Vec::new(), up_to };
        for _ in 0..layers {
            let (blocks, room) = (usize::try_from(numbers.next()?).ok()?, usize::try_from(numbers.next()?).ok()?);
            if blocks == 0 || blocks > body.len() / (BLOCK / 8) {
                return None;
            }
            let mut layer = Layer { blocks: Vec::with_capacity(blocks), room };
            for _ in 0..blocks {
                let mut block = [0; BLOCK / 64];
                for word in &mut block {
                    *word = numbers.next()?;
                }
                layer.blocks.push(block);
            }
            seen.layers.push(layer);
        }
        (numbers.next().is_none() && !seen.layers.is_empty()).then_some(seen)
    }

    /// What the file holds; nothing where it is missing or not whole.
    pub(crate) fn load(path: &Path) -> Option<Seen> {
        Seen::parse(&fs::read(path).ok()?)
    }

    pub(crate) fn save(disk: &Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
        disk.replace(path, bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(nth: u64) -> u64 {
        short(&Hash::of(&nth.to_le_bytes()))
    }

    #[test]
    fn nothing_inserted_is_denied_and_little_else_is_not() {
        let mut seen = Seen::new();
        let entries = 4 * FIRST_ROOM as u64;
        (0..entries).for_each(|nth| seen.insert(key(nth)));
        assert!(seen.layers.len() > 1);
        let seen = Seen::parse(&seen.encode()).expect("the file is whole");
        assert!((0..entries).all(|nth| seen.maybe(key(nth))));
        let wrong = (entries..2 * entries).filter(|nth| seen.maybe(key(*nth))).count();
        println!("{wrong} of {entries} that were never inserted would be looked up");
        assert!(wrong < 1000);
    }

    #[test]
    fn a_damaged_file_is_no_filter() {
        let mut seen = Seen::new();
        (0..10).for_each(|nth| seen.insert(key(nth)));
        let mut bytes = seen.encode();
        bytes[100] ^= 1;
        assert!(Seen::parse(&bytes).is_none());
        assert!(Seen::parse(&seen.encode()[..50]).is_none());
    }
}
