//! What was read of packed segments, kept for a while. Its size is bounded, whatever the length of the log. Who wants a
//! part that somebody else is reading waits for that one reading; no lock is held meanwhile.

use std::sync::Arc;

use quick_cache::{Weighter, sync};

use crate::{
    Hash, Position, ReadError,
    packed::{Block, Order, RawBlock},
};

/// A part of a packed segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Part {
    Blocks,
    Order,
    Block(u32),
    Tiles,
}

#[derive(Debug, Clone)]
pub(crate) enum Cached {
    Blocks(Arc<Vec<Block>>),
    Order(Arc<Order>),
    Block(Arc<RawBlock>),
    Tiles(Arc<Vec<Hash>>),
}

#[derive(Clone)]
struct Weight;

impl Weighter<(Position, Part), Cached> for Weight {
    fn weight(&self, _: &(Position, Part), value: &Cached) -> u64 {
        let bytes = match value {
            Cached::Blocks(blocks) => blocks.iter().map(Block::weight).sum(),
            Cached::Order(order) => order.weight(),
            Cached::Block(raw) => raw.weight(),
            Cached::Tiles(tiles) => size_of::<Hash>() * tiles.len(),
        };
        bytes as u64 + 128
    }
}

/// Parts by segment (its first position).
pub(crate) struct Cache(sync::Cache<(Position, Part), Cached, Weight>);

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cache of {} bytes", self.0.weight())
    }
}

impl Cache {
    pub(crate) fn new(bytes: u64) -> Cache {
        // An estimate of how many there will be; it only sizes the tables.
        let items = usize::try_from(bytes / (16 << 10)).unwrap_or(usize::MAX).max(64);
        Cache(sync::Cache::with_weighter(items, bytes, Weight))
    }

    pub(crate) fn get(
        &self,
        segment: Position,
        part: Part,
        read: impl FnOnce() -> Result<Cached, ReadError>,
    ) -> Result<Cached, ReadError> {
        self.0.get_or_insert_with(&(segment, part), read)
    }
}
