//! Proofs that an auditor can check without the log: the tree over commits, and the tree over where streams end.

use std::sync::Arc;

use crate::{
    Hash, Head, Position, ReadError, StreamId, Version,
    cache::{Cached, Part},
    merkle::{self, Subtrees},
    packed::{Packed, TILE_LEVEL},
    shared::{Shared, hold, read},
    tail::Hashes,
};

/// What the trees of the log come to at one head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeHead {
    /// Where the log ended.
    pub head: Head,
    /// Number of commits: the size of the tree over commits.
    pub commits: u64,
    /// Root of the tree over commits; its entries are their chain hashes.
    pub root: Hash,
    /// Number of streams.
    pub streams: u64,
    /// Root of the tree over streams, see [`merkle::stream_entry`].
    pub streams_root: Hash,
}

/// The tree over commits alone, at one head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CommitTree {
    /// Where the log ended.
    pub head: Head,
    /// Number of commits: the size of the tree.
    pub commits: u64,
    /// Its root; the entries are the chain hashes of the commits.
    pub root: Hash,
}

/// A commit, and the proof that it is in the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvenCommit {
    /// Its number among all commits, from 0.
    pub leaf: u64,
    /// Chain hash before it.
    pub before: Hash,
    /// Its body as stored.
    pub body: Vec<u8>,
    /// The path from its leaf to the root.
    pub path: Vec<Hash>,
}

/// All commits of a stream, and the proof that there are no others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamProof {
    /// The trees it is a proof in.
    pub tree: TreeHead,
    /// The commits in order, at least one.
    pub commits: Vec<ProvenCommit>,
    /// Number of the stream among all streams by name, from 0.
    pub leaf: u64,
    /// The path from its leaf to the root of the tree over streams.
    pub path: Vec<Hash>,
}

/// The commits of the log at one moment, packed or not.
struct Tree {
    shared: Arc<Shared>,
    packed: Vec<Arc<Packed>>,
    /// Number of the first commit in `tail`.
    first: u64,
    /// Chain hashes after that.
    tail: Vec<Hash>,
    head: Head,
    streams: Vec<(StreamId, Version, Hash)>,
}

impl Tree {
    /// Without the streams, which take longer.
    fn of_commits(shared: Arc<Shared>) -> Tree {
        let (head, packed, (first, tail)) = {
            let _settled = hold(&shared.settled);
            let head = shared.head();
            (head, read(&shared.segments).packed(), read(&shared.tail).hashes_at(head.position))
        };
        Tree { shared, packed, first, tail, head, streams: Vec::new() }
    }

    fn new(shared: Arc<Shared>) -> Result<Tree, ReadError> {
        let (head, packed, (first, tail, ends)) = {
            let _settled = hold(&shared.settled);
            let head = shared.head();
            (head, read(&shared.segments).packed(), read(&shared.tail).at(head.position))
        };
        // The index goes on meanwhile. Of a stream that it already has in a later segment, what it had before that counts.
        let up_to = packed.last().map_or(0, |packed| packed.footer.last);
        let (mut streams, mut overtaken) = (Vec::new(), Vec::new());
        shared.with_index(|index| {
            index.rows(|name, row| match row.segments.iter().position(|(segment, _)| *segment > up_to) {
                None => streams.push((name, row.version, row.hash)),
                Some(later) => overtaken.push((name, row.segments, later)),
            })
        })?;
        for (name, segments, later) in overtaken {
            let Some((segment, _)) = later.checked_sub(1).map(|before| segments[before]) else { continue };
            let version = segments[later].1 - 1;
            let Ok(nth) = packed.binary_search_by_key(&segment, |packed| packed.footer.first) else { continue };
            let hash = packed[nth].hash_at(&name, version, &shared.cache)?;
            streams.extend(hash.map(|hash| (name, version, hash)));
        }
        // What is newer counts.
        streams.extend(ends);
        streams.sort_by(|one, other| (&one.0, one.1).cmp(&(&other.0, other.1)));
        streams.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                (kept.1, kept.2) = (later.1, later.2);
            }
            same
        });
        Ok(Tree { shared, packed, first, tail, head, streams })
    }

    fn size(&self) -> u64 {
        self.first + self.tail.len() as u64
    }

    fn stream_leaves(&self) -> Vec<Hash> {
        let leaf = |(name, version, hash): &(StreamId, Version, Hash)| {
            merkle::leaf(&merkle::stream_entry(name, *version, *hash))
        };
        self.streams.iter().map(leaf).collect()
    }

    fn head(&mut self, leaves: &[Hash]) -> Result<TreeHead, ReadError> {
        let (head, commits, streams) = (self.head, self.size(), leaves.len() as u64);
        let root = merkle::root(&mut *self, commits)?;
        let Ok(streams_root) = merkle::root(leaves, streams);
        Ok(TreeHead { head, commits, root, streams, streams_root })
    }

    /// The hashes of the tiles of a segment. They are in the index since it was packed; where they are not, they are made
    /// from its chain, and kept there.
    fn tiles(&self, packed: &Packed) -> Result<Arc<Vec<Hash>>, ReadError> {
        let (segment, after) = (packed.footer.first, packed.footer.after);
        let make = || {
            let known = self.shared.with_index(|index| index.tiles(segment, after)).ok().flatten();
            if let Some(known) = known.filter(|known| known.len() == packed.tile_count()) {
                return Ok(Cached::Tiles(Arc::new(known)));
            }
            let made = packed.tiles()?;
            // The proof does not hang on its being kept.
            let _: Result<(), ReadError> = self.shared.with_index(|index| index.set_tiles(segment, after, &made));
            Ok(Cached::Tiles(Arc::new(made)))
        };
        match self.shared.cache.get(segment, Part::Tiles, make)? {
            Cached::Tiles(tiles) => Ok(tiles),
            Cached::Blocks(_) | Cached::Order(_) | Cached::Block(_) => {
                Err(packed.damaged(packed.footer.chain.offset, crate::Damage::Body))
            }
        }
    }

    fn holding(&self, leaf: u64) -> Option<&Arc<Packed>> {
        let nth = self.packed.partition_point(|packed| packed.leaf_after() <= leaf);
        self.packed.get(nth)
    }

    /// The chain hashes before and after a commit.
    fn around(&self, leaf: u64) -> Result<(Hash, Hash), ReadError> {
        if let Some(packed) = self.holding(leaf) {
            return packed.chain_at(u32::try_from(leaf - packed.footer.leaf).unwrap_or(u32::MAX));
        }
        let nth = usize::try_from(leaf - self.first).unwrap_or(usize::MAX);
        let before = match (nth.checked_sub(1), self.packed.last()) {
            (Some(before), _) => self.tail.get(before).copied(),
            (None, Some(packed)) => Some(packed.footer.after),
            (None, None) => Some(Hash::ZERO),
        };
        before.zip(self.tail.get(nth).copied()).ok_or(ReadError::NotThere { position: self.head.position })
    }

    fn leaf_of(&self, position: Position) -> Result<u64, ReadError> {
        let packed = self.packed.partition_point(|packed| packed.footer.last < position);
        if let Some(packed) = self.packed.get(packed) {
            return Ok(packed.footer.leaf + u64::from(packed.nth_holding(position, &self.shared.cache)?));
        }
        let leaf = read(&self.shared.tail).leaf_of(position);
        match leaf {
            Some(leaf) => Ok(leaf),
            // It was packed meanwhile.
            None => {
                let packed = read(&self.shared.segments).packed();
                let nth = packed.partition_point(|packed| packed.footer.last < position);
                let packed = packed.get(nth).ok_or(ReadError::NotThere { position })?;
                Ok(packed.footer.leaf + u64::from(packed.nth_holding(position, &self.shared.cache)?))
            }
        }
    }
}

impl Subtrees for Tree {
    type Error = ReadError;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, ReadError> {
        let (first, last) = (index << level, ((index + 1) << level) - 1);
        let inside = |packed: &&Arc<Packed>| packed.footer.leaf <= first && last < packed.leaf_after();
        match self.holding(first).filter(inside) {
            Some(packed) if level < TILE_LEVEL => packed.small_subtree(level, index),
            Some(packed) if level == TILE_LEVEL => {
                let tiles = self.tiles(packed)?;
                let tile = usize::try_from(index - packed.first_tile()).ok().and_then(|nth| tiles.get(nth).copied());
                tile.ok_or_else(|| packed.damaged(packed.footer.chain.offset, crate::Damage::Body))
            }
            _ if level > 0 => merkle::halves(self, level, index),
            _ => Ok(merkle::leaf(&self.around(first)?.1.0)),
        }
    }
}

impl Subtrees for &mut Tree {
    type Error = ReadError;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, ReadError> {
        Tree::subtree(self, level, index)
    }
}

impl Shared {
    pub(crate) async fn tree_head(self: &Arc<Self>) -> Result<TreeHead, ReadError> {
        self.off_the_runtime(|shared| {
            let mut tree = Tree::new(Arc::clone(shared))?;
            let leaves = tree.stream_leaves();
            tree.head(&leaves)
        })
        .await
    }

    pub(crate) async fn commit_tree(self: &Arc<Self>) -> Result<CommitTree, ReadError> {
        self.off_the_runtime(|shared| {
            let mut tree = Tree::of_commits(Arc::clone(shared));
            let (head, commits) = (tree.head, tree.size());
            Ok(CommitTree { head, commits, root: merkle::root(&mut tree, commits)? })
        })
        .await
    }

    pub(crate) async fn consistency(self: &Arc<Self>, old: u64, new: u64) -> Result<Option<Vec<Hash>>, ReadError> {
        self.off_the_runtime(move |shared| {
            let mut tree = Tree::of_commits(Arc::clone(shared));
            if old > new || new > tree.size() {
                return Ok(None);
            }
            merkle::consistency(&mut tree, old, new).map(Some)
        })
        .await
    }

    pub(crate) async fn stream_proof(self: &Arc<Self>, stream: &StreamId) -> Result<Option<StreamProof>, ReadError> {
        let wanted = stream.clone();
        let tree = self.off_the_runtime(|shared| Tree::new(Arc::clone(shared))).await?;
        let Ok(nth) = tree.streams.binary_search_by(|(name, ..)| name.cmp(&wanted)) else { return Ok(None) };
        let (head, version) = (tree.head.position, tree.streams[nth].1);
        let mut positions = Vec::new();
        let mut from = 0;
        while from < version {
            let events = self.read_stream(stream, from, 4096, Hashes::LeftOut, |events| events).await?;
            let Some(last) = events.last() else { break };
            from = last.version;
            positions.extend(events.iter().map(|event| event.position).filter(|position| *position <= head));
        }
        self.off_the_runtime(move |_| prove(tree, nth, &positions).map(Some)).await
    }
}

fn prove(mut tree: Tree, nth: usize, positions: &[Position]) -> Result<StreamProof, ReadError> {
    let leaves = tree.stream_leaves();
    let head = tree.head(&leaves)?;
    let mut commits: Vec<ProvenCommit> = Vec::new();
    let mut done = 0;
    for position in positions {
        // A commit is shown once, by the first of its events.
        if *position <= done {
            continue;
        }
        let leaf = tree.leaf_of(*position)?;
        let (before, _) = tree.around(leaf)?;
        let mut walk = crate::read::Walk::at(&tree.shared, *position)?;
        let (body, last) = walk.commit(|commit, body, _| (body.to_vec(), commit.last()))?;
        done = last;
        let path = merkle::inclusion(&mut tree, leaf, head.commits)?;
        commits.push(ProvenCommit { leaf, before, body, path });
    }
    let leaf = nth as u64;
    let Ok(path) = merkle::inclusion(&mut &leaves[..], leaf, leaves.len() as u64);
    Ok(StreamProof { tree: head, commits, leaf, path })
}
