//! The Merkle tree of RFC 9162, section 2.1, unchanged: its root, inclusion proofs, and the check of one.
//!
//! The entries of the log's tree are the chain hashes of the commits, 32 bytes each, in order; a second tree, over where
//! every stream ends, has entries of its own ([`stream_entry`]).

use sha2::{Digest as _, Sha256};

use crate::{Hash, StreamId, Version};

/// Hash of a leaf: SHA-256 of a zero byte and the entry.
pub fn leaf(entry: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

fn node(left: Hash, right: Hash) -> Hash {
    Hash(Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// The root of a tree without entries: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Hash::of(&[])
}

/// Entry of the tree over streams: the length of the name in one byte, the name, the version as eight bytes with the
/// highest first, and the chain hash of the stream's last commit. The entries are in the order of the names' bytes.
pub fn stream_entry(stream: &StreamId, version: Version, hash: Hash) -> Vec<u8> {
    let name = stream.as_str().as_bytes();
    let len = u8::try_from(name.len()).expect("the name of a stream has at most 64 bytes");
    [&[len], name, &version.to_be_bytes(), &hash.0].concat()
}

/// Where the hashes of whole subtrees come from.
pub(crate) trait Subtrees {
    type Error;

    /// The hash over the 2^`level` leaves that begin with number `index` · 2^`level`.
    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error>;
}

/// The leaf hashes themselves.
impl Subtrees for &[Hash] {
    type Error = std::convert::Infallible;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, Self::Error> {
        let first = usize::try_from(index << level).unwrap_or(usize::MAX);
        let Some(left) = level.checked_sub(1) else { return Ok(self[first]) };
        Ok(node(self.subtree(left, index * 2)?, self.subtree(left, index * 2 + 1)?))
    }
}

/// A subtree from its two halves.
pub(crate) fn halves<S: Subtrees + ?Sized>(from: &mut S, level: u32, index: u64) -> Result<Hash, S::Error> {
    Ok(node(from.subtree(level - 1, index * 2)?, from.subtree(level - 1, index * 2 + 1)?))
}

/// The largest power of two below `size`, which is at least 2.
fn split(size: u64) -> u64 {
    1 << (u64::BITS - 1 - (size - 1).leading_zeros())
}

fn range<S: Subtrees>(from: &mut S, start: u64, size: u64) -> Result<Hash, S::Error> {
    if size.is_power_of_two() {
        return from.subtree(size.trailing_zeros(), start >> size.trailing_zeros());
    }
    let left = split(size);
    Ok(node(range(from, start, left)?, range(from, start + left, size - left)?))
}

/// The root over the first `size` leaves.
pub(crate) fn root<S: Subtrees>(mut from: S, size: u64) -> Result<Hash, S::Error> {
    if size == 0 { Ok(empty_root()) } else { range(&mut from, 0, size) }
}

/// The proof that leaf `index` is in the tree over the first `size` leaves, which are more than `index`.
pub(crate) fn inclusion<S: Subtrees>(from: &mut S, index: u64, size: u64) -> Result<Vec<Hash>, S::Error> {
    let mut path = Vec::new();
    let (mut start, mut size) = (0, size);
    while size > 1 {
        let left = split(size);
        if index - start < left {
            path.push(range(from, start + left, size - left)?);
            size = left;
        } else {
            path.push(range(from, start, left)?);
            (start, size) = (start + left, size - left);
        }
    }
    path.reverse();
    Ok(path)
}

/// The root that a proof leads to (RFC 9162, 2.1.3.2); none when it is not a proof for a tree of this size.
pub fn proven_root(leaf: Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    let (mut at, mut last, mut root) = (index, size - 1, leaf);
    for hash in path {
        if last == 0 {
            return None;
        }
        if at & 1 == 1 || at == last {
            root = node(*hash, root);
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            root = node(root, *hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    (last == 0).then_some(root)
}

/// Root of, and inclusion proof in, a tree whose leaf hashes are at hand.
pub fn root_and_proof(leaves: &[Hash], index: u64) -> Option<(Hash, Vec<Hash>)> {
    let size = leaves.len() as u64;
    if index >= size {
        return None;
    }
    let Ok(root) = root(leaves, size);
    let Ok(path) = inclusion(&mut &*leaves, index, size);
    Some((root, path))
}

/// A tree that is read leaf by leaf, for its root: it holds a hash for each bit of the number of leaves.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    size: u64,
    /// Roots of whole subtrees, the largest first.
    subtrees: Vec<Hash>,
}

impl Growing {
    /// Adds the hash of the next leaf.
    pub fn push(&mut self, leaf: Hash) {
        let mut hash = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.subtrees.pop() {
                hash = node(left, hash);
            }
        }
        self.subtrees.push(hash);
        self.size += 1;
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over all leaves so far.
    pub fn root(&self) -> Hash {
        self.subtrees.iter().rev().copied().reduce(|right, left| node(left, right)).unwrap_or_else(empty_root)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The inputs that Certificate Transparency's own tests use.
    const ENTRIES: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    const ROOTS: [&str; 8] = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];

    #[test]
    fn roots_are_those_of_certificate_transparency() {
        let leaves = ENTRIES.map(leaf);
        let mut growing = Growing::default();
        assert_eq!(growing.root(), empty_root());
        for (size, expected) in (1..).zip(ROOTS) {
            let Ok(root) = root(&leaves[..], size);
            assert_eq!(root.to_string(), expected);
            growing.push(leaves[usize::try_from(size).unwrap() - 1]);
            assert_eq!((growing.root(), growing.size()), (root, size));
        }
        assert_eq!(empty_root().to_string(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    }

    #[test]
    fn every_leaf_is_proven_in_every_size_and_nowhere_else() {
        let leaves: Vec<Hash> = (0u32..40).map(|nth| leaf(&nth.to_be_bytes())).collect();
        for size in 1..=leaves.len() {
            for index in 0..size as u64 {
                let (root, path) = root_and_proof(&leaves[..size], index).unwrap();
                let this = leaves[usize::try_from(index).unwrap()];
                assert_eq!(proven_root(this, index, size as u64, &path), Some(root));
                for (wrong, at) in [(index + 1, size as u64), (index ^ 1, size as u64)] {
                    assert_ne!(proven_root(this, wrong, at, &path), Some(root), "{index} as {wrong} of {size}");
                }
                for hash in 0..path.len() {
                    let mut changed = path.clone();
                    changed[hash].0[31] ^= 1;
                    assert_ne!(proven_root(this, index, size as u64, &changed), Some(root));
                }
                let longer = [&path[..], &[leaves[0]]].concat();
                assert_eq!(proven_root(this, index, size as u64, &longer), None, "both sizes are used up");
                if let Some((_, shorter)) = path.split_last() {
                    assert_ne!(proven_root(this, index, size as u64, shorter), Some(root));
                }
            }
        }
    }
}
