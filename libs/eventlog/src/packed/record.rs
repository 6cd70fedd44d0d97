//! The commits of a block, one after the other.

use crate::{
    Damage,
    frame::{Bytes, CommitView, view_body, whose},
};

/// A commit of a packed segment.
pub(crate) struct Found<'a> {
    /// Number of the commit in the segment.
    pub(crate) nth: u32,
    pub(crate) body: &'a [u8],
    pub(crate) commit: CommitView<'a>,
}

/// The commits of a raw block.
pub(crate) struct Records<'a>(pub(crate) &'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = Result<Found<'a>, Damage>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let mut rest = Bytes(self.0);
        let read = |rest: &mut Bytes<'a>| {
            let nth = u32::try_from(rest.varint()?).ok()?;
            let body = rest.bytes()?;
            Some(Found { nth, body, commit: view_body(body)? })
        };
        let found = read(&mut rest);
        self.0 = if found.is_some() { rest.0 } else { &[] };
        Some(found.ok_or(Damage::Body))
    }
}

impl<'a> Records<'a> {
    /// The stream of the next commit, of which nothing else is looked at; nothing where there is none that is readable.
    pub(crate) fn whose(&self) -> Option<&'a [u8]> {
        let mut rest = Bytes(self.0);
        rest.varint()?;
        whose(rest.bytes()?)
    }

    /// Passes over the commits of the streams before this one. Their events are not looked at: a block has those of many
    /// streams.
    pub(crate) fn pass_to(&mut self, stream: &str) -> Result<(), Damage> {
        while !self.0.is_empty() {
            let mut rest = Bytes(self.0);
            let mut name = || {
                rest.varint()?;
                whose(rest.bytes()?)
            };
            if name().ok_or(Damage::Body)? >= stream.as_bytes() {
                break;
            }
            self.0 = rest.0;
        }
        Ok(())
    }
}
