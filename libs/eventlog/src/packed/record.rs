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
}

/// A raw block, and where each of its commits begins: a block has those of many streams, and whoever looks for one need not
/// go through those before it.
#[derive(Debug)]
pub(crate) struct RawBlock {
    bytes: Vec<u8>,
    starts: Vec<u32>,
}

impl RawBlock {
    pub(crate) fn new(bytes: Vec<u8>) -> Result<RawBlock, Damage> {
        let (mut starts, mut rest) = (Vec::new(), Bytes(&bytes));
        while !rest.0.is_empty() {
            starts.push(u32::try_from(bytes.len() - rest.0.len()).map_err(|_| Damage::Length)?);
            rest.varint().and_then(|_| rest.bytes()).ok_or(Damage::Body)?;
        }
        starts.shrink_to_fit();
        Ok(RawBlock { bytes, starts })
    }

    pub(crate) fn weight(&self) -> usize {
        self.bytes.len() + self.starts.len() * size_of::<u32>()
    }

    /// The commits from a place on.
    pub(crate) fn at(&self, offset: u32) -> Records<'_> {
        Records(self.bytes.get(offset as usize..).unwrap_or_default())
    }

    /// The commits from the first one on that is not of a stream before this one.
    pub(crate) fn from(&self, stream: &str) -> Records<'_> {
        let before = |start: &u32| self.at(*start).whose().is_some_and(|name| name < stream.as_bytes());
        let nth = self.starts.partition_point(before);
        self.starts.get(nth).map_or(Records(&[]), |start| self.at(*start))
    }
}
