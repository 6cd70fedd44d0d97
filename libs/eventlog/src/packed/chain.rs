//! The chain of hashes in a packed segment, and the tree over it.

use crate::{
    Damage, Hash, ReadError, StreamId, Version,
    cache::Cache,
    frame::chain,
    merkle,
    packed::{HASH, Packed},
};

/// A tile is a subtree of this height, whose hash is kept: the root of a long log is made of these.
pub(crate) const TILE_LEVEL: u32 = 8;
/// Leaves of a tile.
pub(crate) const TILE: u64 = 1 << TILE_LEVEL;

impl Packed {
    /// The chain hashes before and after a commit.
    pub(crate) fn chain_at(&self, nth: u32) -> Result<(Hash, Hash), ReadError> {
        let offset = self.footer.chain.offset + u64::from(nth) * HASH as u64;
        let mut bytes = [0; 2 * HASH];
        self.read(offset, &mut bytes)?;
        match bytes.as_chunks::<HASH>() {
            ([before, after], []) => Ok((Hash(*before), Hash(*after))),
            _ => Err(self.damaged(offset, Damage::Short)),
        }
    }

    /// The chain hash of a commit whose bytes are at hand; it must follow from them.
    pub(crate) fn checked_hash(&self, nth: u32, body: &[u8]) -> Result<Hash, ReadError> {
        let (before, after) = self.chain_at(nth)?;
        if chain(before, Hash::of(body)) != after {
            return Err(self.damaged(self.footer.chain.offset + u64::from(nth) * HASH as u64, Damage::Chain));
        }
        Ok(after)
    }

    /// The chain hash of the commit that brought a stream to a version, where it is here.
    pub(crate) fn hash_at(
        &self,
        stream: &StreamId,
        version: Version,
        cache: &Cache,
    ) -> Result<Option<Hash>, ReadError> {
        let mut hash = None;
        self.stream(stream.as_str(), version.saturating_sub(1), cache, &mut |found| {
            hash = Some(self.checked_hash(found.nth, found.body)?);
            Ok(found.commit.last_version() < version)
        })?;
        Ok(hash)
    }

    /// All of the chain: the hash before the segment and after each commit.
    pub(crate) fn chain(&self) -> Result<Vec<Hash>, ReadError> {
        let hashes = |bytes: &[u8]| bytes.as_chunks::<HASH>().0.iter().map(|bytes| Hash(*bytes)).collect();
        let hashes: Vec<Hash> = self.stored(&self.footer.chain, |bytes, _| Ok(hashes(bytes)))?;
        let ends = (hashes.first(), hashes.last()) == (Some(&self.footer.before), Some(&self.footer.after));
        if ends { Ok(hashes) } else { Err(self.damaged(self.footer.chain.offset, Damage::Chain)) }
    }

    /// Hash of a subtree of at most [`TILE`] leaves that lies wholly in this segment.
    pub(crate) fn small_subtree(&self, level: u32, index: u64) -> Result<Hash, ReadError> {
        let first = (index << level).checked_sub(self.footer.leaf).expect("asked only for what lies in the segment");
        let offset = self.footer.chain.offset + (first + 1) * HASH as u64;
        let mut bytes = vec![0; HASH << level];
        self.read(offset, &mut bytes)?;
        let entries: Vec<Hash> = bytes.as_chunks::<HASH>().0.iter().map(|bytes| Hash(*bytes)).collect();
        Ok(root_over(&entries))
    }

    /// Hashes of the tiles that lie wholly in this segment, in order; the first has the number [`Packed::first_tile`].
    pub(crate) fn tiles(&self) -> Result<Vec<Hash>, ReadError> {
        let chain = self.chain()?;
        Ok(tiles_over(self.footer.leaf, &chain[1..]))
    }

    /// Number of the first tile that lies wholly in this segment, where there is one.
    pub(crate) fn first_tile(&self) -> u64 {
        self.footer.leaf.div_ceil(TILE)
    }

    /// How many tiles lie wholly in this segment.
    pub(crate) fn tile_count(&self) -> usize {
        usize::try_from((self.leaf_after() / TILE).saturating_sub(self.first_tile())).unwrap_or(0)
    }
}

/// Hashes of the whole tiles among these commits, the first of which has the number `leaf`, from the chain hash after each.
pub(crate) fn tiles_over(leaf: u64, hashes: &[Hash]) -> Vec<Hash> {
    let begins = usize::try_from(leaf.next_multiple_of(TILE) - leaf).unwrap_or(usize::MAX);
    let within = hashes.get(begins..).unwrap_or_default();
    within.chunks_exact(1 << TILE_LEVEL).map(root_over).collect()
}

fn root_over(entries: &[Hash]) -> Hash {
    let leaves: Vec<Hash> = entries.iter().map(|entry| merkle::leaf(&entry.0)).collect();
    let Ok(root) = merkle::root(&leaves[..], leaves.len() as u64);
    root
}
