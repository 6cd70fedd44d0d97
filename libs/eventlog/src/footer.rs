//! The end of a packed segment, which says where its parts are. [`crate::packed`] has the rest of the format.

use crate::{Damage, Hash, Position, frame::Bytes, packed::HASH};

pub(crate) const FOOTER: usize = 264;
/// Number of the format, in header and footer.
pub(crate) const FORMAT: u32 = 1;
/// No log has so many events, so that nothing that is counted on from one of these numbers can overflow.
const MOST: Position = 1 << 62;

/// A part of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) offset: u64,
    pub(crate) len: u32,
    /// Length after decompression, where it is compressed.
    pub(crate) raw: u32,
    pub(crate) crc: u32,
}

/// The end of the file: 8 bytes `RVJ-PEND`, format u32, number of commits u32; first and last position, number of commits
/// in the log before it (u64 each); chain hash before and after (32 bytes each); tables of blocks, of order, chain and
/// keys, each with offset u64, length u32, raw length u32 and CRC32C u32; zeros; CRC32C of everything before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Footer {
    pub(crate) first: Position,
    pub(crate) last: Position,
    /// Number of commits in the log before this segment.
    pub(crate) leaf: u64,
    pub(crate) commits: u32,
    pub(crate) before: Hash,
    pub(crate) after: Hash,
    pub(crate) blocks: Place,
    pub(crate) order: Place,
    pub(crate) chain: Place,
    pub(crate) keys: Place,
}

const END_MAGIC: &[u8; 8] = b"RVJ-PEND";

impl Footer {
    pub(crate) fn encode(&self) -> [u8; FOOTER] {
        let mut bytes = Vec::with_capacity(FOOTER);
        bytes.extend_from_slice(END_MAGIC);
        bytes.extend_from_slice(&FORMAT.to_le_bytes());
        bytes.extend_from_slice(&self.commits.to_le_bytes());
        for number in [self.first, self.last, self.leaf] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes.extend_from_slice(&self.before.0);
        bytes.extend_from_slice(&self.after.0);
        for place in [self.blocks, self.order, self.chain, self.keys] {
            bytes.extend_from_slice(&place.offset.to_le_bytes());
            for number in [place.len, place.raw, place.crc] {
                bytes.extend_from_slice(&number.to_le_bytes());
            }
        }
        bytes.resize(FOOTER - 4, 0);
        bytes.extend_from_slice(&crc32c::crc32c(&bytes).to_le_bytes());
        bytes.try_into().expect("the parts above are shorter than the footer")
    }

    pub(crate) fn parse(bytes: &[u8; FOOTER]) -> Result<Footer, Damage> {
        let (body, crc) = bytes.split_last_chunk::<4>().ok_or(Damage::Header)?;
        if crc32c::crc32c(body) != u32::from_le_bytes(*crc) {
            return Err(Damage::Header);
        }
        let mut rest = Bytes(body);
        let read = |rest: &mut Bytes<'_>| {
            let magic = *rest.take_chunk::<8>()?;
            let format = u32::from_le_bytes(*rest.take_chunk()?);
            let commits = u32::from_le_bytes(*rest.take_chunk()?);
            let mut number = || Some(u64::from_le_bytes(*rest.take_chunk()?));
            let (first, last, leaf) = (number()?, number()?, number()?);
            let (before, after) = (Hash(*rest.take_chunk()?), Hash(*rest.take_chunk()?));
            let mut place = || {
                let offset = u64::from_le_bytes(*rest.take_chunk()?);
                let mut number = || Some(u32::from_le_bytes(*rest.take_chunk()?));
                Some(Place { offset, len: number()?, raw: number()?, crc: number()? })
            };
            let (blocks, order, chain, keys) = (place()?, place()?, place()?, place()?);
            Some((magic, format, Footer { first, last, leaf, commits, before, after, blocks, order, chain, keys }))
        };
        let (magic, format, footer) = read(&mut rest).ok_or(Damage::Header)?;
        if magic != *END_MAGIC || rest.0.iter().any(|byte| *byte != 0) {
            return Err(Damage::Header);
        }
        if format != FORMAT {
            return Err(Damage::Format { found: format });
        }
        // A commit has at least one event, here and before.
        let whole = footer.first > 0
            && footer.commits > 0
            && footer.last >= footer.first
            && footer.last < MOST
            && footer.last - footer.first >= u64::from(footer.commits - 1)
            && footer.leaf < footer.first
            && u64::from(footer.chain.len) == (u64::from(footer.commits) + 1) * HASH as u64;
        if whole { Ok(footer) } else { Err(Damage::Header) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn footer() -> Footer {
        let place = Place { offset: 16, len: 96, raw: 96, crc: 0 };
        let (first, last, leaf, commits) = (11, 13, 10, 2);
        let (before, after) = (Hash([1; 32]), Hash([2; 32]));
        Footer { first, last, leaf, commits, before, after, blocks: place, order: place, chain: place, keys: place }
    }

    /// A footer whose checksum fits need not be one that was written: what is counted on from its numbers does not overflow.
    #[test]
    fn numbers_that_no_log_has_are_refused() {
        assert_eq!(Footer::parse(&footer().encode()).unwrap(), footer());
        let wrong: [fn(&mut Footer); 7] = [
            |footer| footer.first = 0,
            |footer| footer.last = 10,
            |footer| footer.last = 11,
            |footer| footer.last = u64::MAX,
            |footer| (footer.first, footer.last) = (MOST - 3, MOST),
            |footer| footer.leaf = 11,
            |footer| footer.commits = 0,
        ];
        for (nr, wrong) in wrong.into_iter().enumerate() {
            let mut footer = footer();
            wrong(&mut footer);
            assert_eq!(Footer::parse(&footer.encode()), Err(Damage::Header), "{nr}");
        }
    }
}
