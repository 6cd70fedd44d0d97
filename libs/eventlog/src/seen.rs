//! Knows for nearly every new key and stream that the index does not have it, without asking the index.
//!
//! A lookup in sled costs as much as writing the event, and nearly all of them find nothing. This is a Bloom filter:
//! "no" is certain, "perhaps" is looked up. About two bytes for each key and stream there ever was.

use std::hash::{BuildHasher as _, Hash, RandomState};

/// Bits of a block, one line of the processor's cache; all bits of an entry are in one block.
const BLOCK: usize = 512;
/// Bits for each entry there is room for.
const BITS: usize = 16;
/// Bits set for an entry.
const SET: u32 = 6;
const FIRST_ROOM: usize = 1 << 18;

#[derive(Debug)]
pub(crate) struct Seen {
    hasher: RandomState,
    /// Each has twice the room of the one before; only the last is added to.
    layers: Vec<Layer>,
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

    fn block(&self, hash: u64) -> usize {
        // The upper bits choose the block, the lower ones the bits in it.
        usize::try_from(hash >> 32).unwrap_or(0) % self.blocks.len()
    }
}

/// Word and bit in a block.
fn bits(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    let spread = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..SET).map(move |nth| {
        let bit = (spread >> (nth * 9)) & (BLOCK as u64 - 1);
        (usize::try_from(bit / 64).unwrap_or(0), 1 << (bit % 64))
    })
}

impl Seen {
    pub(crate) fn new() -> Seen {
        Seen { hasher: RandomState::new(), layers: vec![Layer::new(FIRST_ROOM)] }
    }

    pub(crate) fn insert(&mut self, entry: &(impl Hash + ?Sized)) {
        let hash = self.hasher.hash_one(entry);
        if self.maybe(hash) {
            return;
        }
        if let Some(full) = self.layers.last().filter(|layer| layer.room == 0) {
            let room = full.blocks.len() * BLOCK / BITS * 2;
            self.layers.push(Layer::new(room));
        }
        if let Some(layer) = self.layers.last_mut() {
            let block = layer.block(hash);
            bits(hash).for_each(|(word, bit)| layer.blocks[block][word] |= bit);
            layer.room -= 1;
        }
    }

    /// False means: never inserted.
    pub(crate) fn perhaps(&self, entry: &(impl Hash + ?Sized)) -> bool {
        self.maybe(self.hasher.hash_one(entry))
    }

    fn maybe(&self, hash: u64) -> bool {
        self.layers.iter().any(|layer| {
            let block = &layer.blocks[layer.block(hash)];
            bits(hash).all(|(word, bit)| block[word] & bit != 0)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_inserted_is_denied_and_little_else_is_not() {
        let mut seen = Seen::new();
        let entries = 4 * FIRST_ROOM as u64;
        (0..entries).for_each(|entry| seen.insert(&entry));
        assert!(seen.layers.len() > 1);
        assert!((0..entries).all(|entry| seen.perhaps(&entry)));
        let wrong = (entries..2 * entries).filter(|entry| seen.perhaps(entry)).count();
        println!("{wrong} of {entries} that were never inserted would be looked up");
        assert!(wrong < 20_000);
    }
}
