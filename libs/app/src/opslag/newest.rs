//! Look-ups from the newest to the oldest, from any place on. Who asks for the next page begins where the one before ended, and what
//! was read for that one is not read again: to see all pages costs about as much as to go through the period once.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::NaiveDate;
use eventlog::{Journal, Position, Recorded, StreamId};

use super::{Month, Opslag, OpslagError, OpslagLog};

/// Events of a log, or of a stream, that are read at once.
const AT_A_TIME: u64 = if cfg!(test) { 3 } else { 250 };

/// Which look-ups are wanted.
type Wanted = dyn Fn(&Opslag) -> bool + Send + Sync;

/// The place of a look-up that may stand in an address: the month whose log it is in, and where in it. It names nobody, and stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpslagPlace {
    month: Month,
    position: Position,
}

impl OpslagPlace {
    /// As an address has it.
    #[must_use]
    pub fn cursor(&self) -> String {
        format!("{}_{}", self.month, self.position)
    }

    /// The place that an address names.
    #[must_use]
    pub fn from_cursor(text: &str) -> Option<Self> {
        let (month, position) = text.split_once('_')?;
        Some(Self { month: Month::named(month)?, position: position.parse().ok()? })
    }
}

/// The log of a month, or a stream of it, read from its end.
struct Source {
    /// None: the whole log.
    stream: Option<StreamId>,
    /// Position, or in a stream version, of the newest event that has not been read; 0 where all have.
    left: u64,
    /// What was read and is wanted, the newest first.
    ready: VecDeque<(Position, Opslag)>,
}

/// What was read at once.
struct Piece {
    /// Position, or version, of the last event.
    last: Option<u64>,
    count: usize,
    wanted: Vec<(Position, Opslag)>,
}

impl Piece {
    fn of(events: &[Recorded], place: fn(&Recorded) -> u64, is_wanted: &Wanted) -> Result<Self, OpslagError> {
        let mut wanted = Vec::new();
        for r in events {
            let opslag: Opslag = serde_json::from_slice(&r.body)?;
            if is_wanted(&opslag) {
                wanted.push((r.position, opslag));
            }
        }
        Ok(Self { last: events.last().map(place), count: events.len(), wanted })
    }
}

impl Source {
    fn new(stream: Option<StreamId>, left: u64) -> Self {
        Self { stream, left, ready: VecDeque::new() }
    }

    /// Reads those before what has been read; how many. What is made of them is made where it keeps no request waiting.
    async fn load(&mut self, journal: &Journal, wanted: &Arc<Wanted>) -> Result<usize, OpslagError> {
        let until = self.left;
        self.left = until.saturating_sub(AT_A_TIME);
        let (mut after, mut count) = (self.left, 0);
        // Large ones come in several pieces.
        while after < until {
            let at_most = usize::try_from(until - after).unwrap_or(usize::MAX);
            let wanted = Arc::clone(wanted);
            let piece = match &self.stream {
                Some(stream) => {
                    let work = move |events: Vec<Recorded>| Piece::of(&events, |r| r.version, wanted.as_ref());
                    journal.work_on_stream(stream, after, at_most, work).await??
                }
                None => {
                    let events = journal.read(after, at_most).await?;
                    let work = move || Piece::of(&events, |r| r.position, wanted.as_ref());
                    tokio::task::spawn_blocking(work).await.map_err(|_| OpslagError::Stopped)??
                }
            };
            let Some(last) = piece.last else { break };
            (after, count) = (last, count + piece.count);
            piece.wanted.into_iter().for_each(|one| self.ready.push_front(one));
        }
        Ok(count)
    }
}

/// Goes through look-ups, the newest first.
pub(super) struct NewestFirst<'a> {
    log: &'a OpslagLog,
    /// None: everybody's.
    streams: Option<Vec<StreamId>>,
    wanted: Arc<Wanted>,
    from: Option<OpslagPlace>,
    /// Those that have not been opened, the newest last.
    months: Vec<Month>,
    open: Option<(Month, Journal)>,
    sources: Vec<Source>,
    looked_at: usize,
}

impl<'a> NewestFirst<'a> {
    /// Those of these streams that are wanted, in the months of these days; from a place on, which is the first, where one is given.
    pub(super) async fn new(
        log: &'a OpslagLog,
        streams: Option<Vec<StreamId>>,
        (fra, til): (NaiveDate, NaiveDate),
        from: Option<OpslagPlace>,
        wanted: impl Fn(&Opslag) -> bool + Send + Sync + 'static,
    ) -> Result<Self, OpslagError> {
        let mut months = log.months(fra, til).await?;
        months.retain(|month| from.is_none_or(|from| *month <= from.month));
        let (wanted, sources) = (Arc::new(wanted), Vec::new());
        Ok(Self { log, streams, wanted, from, months, open: None, sources, looked_at: 0 })
    }

    /// How many have been read.
    pub(super) const fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// The next one, in the order they were noted, the newest first; none at the end.
    pub(super) async fn next(&mut self) -> Result<Option<(OpslagPlace, Opslag)>, OpslagError> {
        loop {
            if let Some((month, journal)) = &self.open {
                for source in &mut self.sources {
                    while source.ready.is_empty() && source.left > 0 {
                        let count = source.load(journal, &self.wanted).await?;
                        self.looked_at += count;
                    }
                }
                let newest = |source: &&mut Source| source.ready.front().map(|(position, _)| *position);
                let found = self.sources.iter_mut().max_by_key(newest).and_then(|source| source.ready.pop_front());
                if let Some((position, opslag)) = found {
                    return Ok(Some((OpslagPlace { month: *month, position }, opslag)));
                }
            }
            if !self.open_next().await? {
                return Ok(None);
            }
        }
    }

    /// Opens the month before; false where there is none.
    async fn open_next(&mut self) -> Result<bool, OpslagError> {
        self.sources.clear();
        // Somebody else may want to close it.
        self.open = None;
        let Some(month) = self.months.pop() else { return Ok(false) };
        let journal = self.log.journal(month).await?;
        let from = self.from.filter(|from| from.month == month).map(|from| from.position);
        match &self.streams {
            None => {
                let head = journal.head().position;
                self.sources.push(Source::new(None, from.map_or(head, |from| from.min(head))));
            }
            Some(streams) => {
                for stream in streams {
                    let left = version_at(&journal, stream, from).await?;
                    self.sources.push(Source::new(Some(stream.clone()), left));
                }
            }
        }
        self.open = Some((month, journal));
        Ok(true)
    }
}

/// The version of the newest event of a stream that stands at a position or before it, or of its newest event where no position is
/// given; 0 where there is none. Half of what can be is ruled out with each event that is read.
async fn version_at(journal: &Journal, stream: &StreamId, position: Option<Position>) -> Result<u64, OpslagError> {
    let newest = journal.stream_version(stream).await?;
    let Some(position) = position else { return Ok(newest) };
    let (mut known, mut beyond) = (0, newest + 1);
    while known + 1 < beyond {
        let middle = known + (beyond - known) / 2;
        let read = journal.read_stream(stream, middle - 1, 1).await?;
        if read.first().is_some_and(|r| r.position <= position) {
            known = middle;
        } else {
            beyond = middle;
        }
    }
    Ok(known)
}
