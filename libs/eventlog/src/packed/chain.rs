//! The chain of hashes in a packed segment, and the tree over it.

use crate::{
    Damage, Hash, ReadError, StreamId, Version,
    cache::{Cache, Cached, Part},
    frame::chain,
    merkle,
    packed::{HASH, Packed},
};

/// Leaves of a subtree whose hash is computed in one go and kept for a while.
const TILE_LEVEL: u32 = 8;

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

    /// Hash of a subtree that lies wholly in this segment.
    pub(crate) fn subtree(&self, level: u32, index: u64, cache: &Cache) -> Result<Hash, ReadError> {
        if level > TILE_LEVEL {
            return merkle::halves(&mut Inside(self, cache), level, index);
        }
        let first = (index << level).checked_sub(self.footer.leaf).expect("asked only for what lies in the segment");
        let make = || {
            let offset = self.footer.chain.offset + (first + 1) * HASH as u64;
            let mut bytes = vec![0; HASH << level];
            self.read(offset, &mut bytes)?;
            let leaves: Vec<Hash> = bytes.as_chunks::<HASH>().0.iter().map(|entry| merkle::leaf(entry)).collect();
            let Ok(hash) = merkle::root(&leaves[..], leaves.len() as u64);
            Ok(hash)
        };
        if level < TILE_LEVEL {
            return make();
        }
        match cache.get(self.footer.first, Part::Tile(index), || Ok(Cached::Tile(make()?)))? {
            Cached::Tile(hash) => Ok(hash),
            Cached::Blocks(_) | Cached::Order(_) | Cached::Block(_) => {
                Err(self.damaged(self.footer.chain.offset, Damage::Body))
            }
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
