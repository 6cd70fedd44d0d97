//! The Merkle tree of RFC 9162, section 2.1, unchanged: its root, inclusion and consistency proofs, and the check of each.
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

/// The proof that the tree over the first `new` leaves continues the one over the first `old` (RFC 9162, 2.1.4.1).
/// `old` is at most `new`. Nothing has to be proven of a tree that is empty or the same.
pub(crate) fn consistency<S: Subtrees>(from: &mut S, old: u64, new: u64) -> Result<Vec<Hash>, S::Error> {
    let mut path = Vec::new();
    if old == 0 {
        return Ok(path);
    }
    let (mut start, mut size, mut old) = (0, new, old);
    while old < size {
        let left = split(size);
        if old <= left {
            path.push(range(from, start + left, size - left)?);
            size = left;
        } else {
            path.push(range(from, start, left)?);
            (start, size, old) = (start + left, size - left, old - left);
        }
    }
    // Whoever checks has the old root already; of any other subtree it needs the hash.
    if start > 0 {
        path.push(range(from, start, size)?);
    }
    path.reverse();
    Ok(path)
}

/// Whether a proof shows that the tree of size `new.0` and root `new.1` begins with all of the tree of size `old.0` and
/// root `old.1`, in the same order (RFC 9162, 2.1.4.2). Any bytes may be asked about.
pub fn extends(old: (u64, Hash), new: (u64, Hash), path: &[Hash]) -> bool {
    let ((old_size, old_root), (new_size, new_root)) = (old, new);
    if old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return path.is_empty() && old_root == new_root;
    }
    if old_size == 0 {
        return path.is_empty() && old_root == empty_root();
    }
    // A whole subtree is its own first hash, which the proof leaves out.
    let given = old_size.is_power_of_two().then_some(old_root);
    let mut path = given.into_iter().chain(path.iter().copied());
    let Some(first) = path.next() else { return false };
    let (mut at, mut last) = (old_size - 1, new_size - 1);
    while at & 1 == 1 {
        (at, last) = (at >> 1, last >> 1);
    }
    let (mut old_side, mut new_side) = (first, first);
    for hash in path {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            (old_side, new_side) = (node(hash, old_side), node(hash, new_side));
            while at & 1 == 0 && at != 0 {
                (at, last) = (at >> 1, last >> 1);
            }
        } else {
            new_side = node(new_side, hash);
        }
        (at, last) = (at >> 1, last >> 1);
    }
    last == 0 && old_side == old_root && new_side == new_root
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

/// Consistency proof from the first `old` leaves to all of a tree whose leaf hashes are at hand; none where they are fewer.
pub fn consistency_proof(leaves: &[Hash], old: u64) -> Option<Vec<Hash>> {
    let size = leaves.len() as u64;
    (old <= size).then(|| {
        let Ok(path) = consistency(&mut &*leaves, old, size);
        path
    })
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
mod tests;
