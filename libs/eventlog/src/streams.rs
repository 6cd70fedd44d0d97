//! The whole log, stream by stream.

use std::{collections::BTreeSet, ops::Bound};

use crate::{Head, Journal, ReadError, Recorded, StreamId};

/// Events read at once.
const BATCH: usize = 4096;
/// Streams given out at once.
const TOGETHER: usize = 64;

/// A range of the names of streams, each stream whole, in ascending order of names, up to the head the log had when
/// this was made.
#[derive(Debug)]
pub struct Streams {
    log: Journal,
    head: Head,
    part: usize,
    parts: usize,
    names: Option<std::vec::IntoIter<StreamId>>,
}

impl Journal {
    /// The whole log up to its head at this moment, split into so many disjoint ranges of stream names.
    pub fn streams(&self, parts: usize) -> Vec<Streams> {
        let (head, parts) = (self.head(), parts.max(1));
        (0..parts).map(|part| Streams { log: self.clone(), head, part, parts, names: None }).collect()
    }
}

impl Streams {
    /// Where the log ended: what came later is not in it.
    pub fn head(&self) -> Head {
        self.head
    }

    /// Some whole streams, all events of each in order; none at the end.
    ///
    /// # Errors
    /// The stored bytes are damaged or cannot be read.
    pub async fn next(&mut self) -> Result<Option<Vec<(StreamId, Vec<Recorded>)>>, ReadError> {
        if self.names.is_none() {
            self.names = Some(self.find_names().await?.into_iter());
        }
        let some: Vec<StreamId> = self.names.iter_mut().flatten().take(TOGETHER).collect();
        if some.is_empty() {
            return Ok(None);
        }
        let mut streams = Vec::with_capacity(some.len());
        for name in some {
            let mut events: Vec<Recorded> = Vec::new();
            loop {
                let from = events.last().map_or(0, |event| event.version);
                let more = self.log.read_stream(&name, from, BATCH).await?;
                let end = more.last().is_none_or(|event| event.position > self.head.position);
                events.extend(more.into_iter().take_while(|event| event.position <= self.head.position));
                if end {
                    break;
                }
            }
            streams.push((name, events));
        }
        Ok(Some(streams))
    }

    async fn find_names(&self) -> Result<Vec<StreamId>, ReadError> {
        let (mut names, mut after) = (BTreeSet::new(), 0);
        while after < self.head.position {
            let events = self.log.read(after, BATCH).await?;
            let Some(last) = events.last() else { break };
            after = last.position;
            for event in events.iter().filter(|event| event.position <= self.head.position) {
                if !names.contains(event.stream.as_str()) {
                    names.insert(event.stream.clone());
                }
            }
        }
        let share = names.len().div_ceil(self.parts);
        let first = names.iter().nth(self.part * share).cloned();
        let Some(first) = first else { return Ok(Vec::new()) };
        Ok(names.range((Bound::Included(first), Bound::Unbounded)).take(share).cloned().collect())
    }
}
