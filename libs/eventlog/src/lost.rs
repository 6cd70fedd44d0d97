//! What a walk through damaged segments passes over.

use crate::{Damage, Fault, ReadError, StreamId, footer::Place, packed::Packed};

/// What cannot be read, and which streams may have something there.
#[derive(Debug, Default)]
pub(crate) struct Lost {
    pub(crate) faults: Vec<Fault>,
    names: Vec<Names>,
}

impl Lost {
    pub(crate) fn may_hold(&self, stream: &StreamId) -> bool {
        let name = stream.as_str();
        self.names.iter().any(|(first, last)| {
            first.as_deref().is_none_or(|first| first <= name) && last.as_deref().is_none_or(|last| name <= last)
        })
    }

    /// Notes a segment of which it cannot be told what is in it.
    pub(crate) fn pass_over_all(&mut self, fault: Fault) {
        self.faults.push(fault);
        self.names.push((None, None));
    }

    /// Notes a block that cannot be read: streams from the one it begins with to the one the next begins with.
    pub(crate) fn pass_over(&mut self, packed: &Packed, place: &Place, what: Damage) -> Result<(), ReadError> {
        let blocks = packed.read_blocks()?;
        let name = |nth: usize| blocks.get(nth).map(|block| block.name().into());
        let nth = blocks.partition_point(|block| block.place.offset < place.offset);
        self.names.push((name(nth), name(nth + 1)));
        let ReadError::Damaged(fault) = packed.damaged(place.offset, what) else { return Ok(()) };
        self.faults.push(fault);
        Ok(())
    }

    pub(crate) fn take(&mut self, other: &mut Lost) {
        self.faults.append(&mut other.faults);
        self.names.append(&mut other.names);
    }
}

/// First and last name of a range of streams; nothing where there is no bound.
type Names = (Option<Box<str>>, Option<Box<str>>);
