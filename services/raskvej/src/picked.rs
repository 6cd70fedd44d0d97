//! Events of the whole log, picked out: by kind, day, role, employee and stream, a page at a time.
//!
//! A stream is read by itself, and a day is found by halving. The rest is looked at event by event, so many for one page: whoever
//! asks for what is rare is told how far it was looked, and goes on from there.

use chrono::{NaiveDate, NaiveTime};
use eventlog::{ReadError, Recorded, StreamId, StreamIdError};
use forloeb::words::Rolle;

use crate::clock::klokken;
use crate::core::App;
use crate::projections::{ANSAETTELSE, Meta};

/// Events that are looked at for one page.
const LOOKED_AT: usize = 10_000;
/// Events that are read at once.
const AT_A_TIME: usize = 500;
/// What is asked for.
#[derive(Default)]
pub(crate) struct Wanted {
    /// Names of the kinds; all, where none is named.
    pub(crate) kinds: Vec<String>,
    /// From the beginning of the first day to the end of the last, in microseconds.
    pub(crate) fra: Option<i64>,
    pub(crate) til: Option<i64>,
    pub(crate) rolle: Option<Option<Rolle>>,
    pub(crate) stream: Option<StreamId>,
}

/// What was found.
pub(crate) struct Picked {
    pub(crate) events: Vec<Recorded>,
    /// Where to go on, where there may be more.
    pub(crate) onward: Option<u64>,
}

/// When a day begins in Denmark, in microseconds.
pub(crate) fn begins(dag: NaiveDate) -> i64 {
    klokken(dag, NaiveTime::MIN).timestamp_micros()
}

/// What stands beside an event.
pub(crate) fn meta(r: &Recorded) -> Option<Meta> {
    serde_json::from_slice(&r.meta).ok()
}

impl Wanted {
    /// The same, of these kinds alone.
    pub(crate) fn of_kinds(self, kinds: &[&str]) -> Self {
        Self { kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(), ..self }
    }

    /// The same, of one employee alone.
    ///
    /// # Errors
    /// The number cannot name a stream.
    pub(crate) fn of_employee(self, nr: &str) -> Result<Self, StreamIdError> {
        let stream = StreamId::new(format!("{ANSAETTELSE}{nr}"))?;
        Ok(Self { stream: Some(stream), ..self })
    }

    fn takes(&self, r: &Recorded) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&r.kind))
            && self.fra.is_none_or(|fra| r.time >= fra)
            && self.til.is_none_or(|til| r.time < til)
            && self.rolle.is_none_or(|rolle| meta(r).is_some_and(|meta| meta.aktoer.rolle == rolle))
    }

    /// Nothing later is asked for: times in the log never go back.
    fn ends_before(&self, r: &Recorded) -> bool {
        self.til.is_some_and(|til| r.time >= til)
    }

    /// The events from a position on, a page of them.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(crate) async fn pick(&self, app: &App, from: u64, rows: usize) -> Result<Picked, ReadError> {
        let from = match self.fra {
            Some(fra) if self.stream.is_none() => from.max(first_at(app, fra).await?),
            _ => from,
        };
        let (mut events, mut looked_at) = (Vec::new(), 0);
        // The version of a stream after which is read, or the position of the log.
        let mut after = if self.stream.is_some() { 0 } else { from.saturating_sub(1) };
        let mut position = from;
        while looked_at < LOOKED_AT {
            let read = match &self.stream {
                Some(stream) => app.log.read_stream_with_hashes(stream, after, AT_A_TIME).await?,
                None => app.log.read(after, AT_A_TIME).await?,
            };
            let Some(last) = read.last() else { return Ok(Picked { events, onward: None }) };
            after = if self.stream.is_some() { last.version } else { last.position };
            looked_at += read.len();
            for r in read {
                if self.ends_before(&r) {
                    return Ok(Picked { events, onward: None });
                }
                if r.position < from {
                    continue;
                }
                if self.takes(&r) {
                    if events.len() == rows {
                        return Ok(Picked { events, onward: Some(r.position) });
                    }
                    events.push(r.clone());
                }
                position = r.position + 1;
            }
        }
        Ok(Picked { events, onward: Some(position) })
    }
}

impl Wanted {
    /// The events before a position, or before the end of the log, the latest first, a page of those that are also `also`.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(crate) async fn pick_latest(
        &self,
        app: &App,
        before: Option<u64>,
        rows: usize,
        also: impl Fn(&Recorded) -> bool,
    ) -> Result<Picked, ReadError> {
        let mut end = before.unwrap_or(u64::MAX).min(app.log.head().position + 1);
        let mut events = Vec::new();
        let mut looked_at = 0;
        if let (Some(til), None) = (self.til, &self.stream) {
            end = end.min(first_at(app, til).await?);
        }
        let mut of_stream = match &self.stream {
            Some(stream) => Some(whole_stream(app, stream).await?),
            None => None,
        };
        while end > 1 && looked_at < LOOKED_AT {
            let piece = match of_stream.take() {
                Some(whole) => whole,
                None if self.stream.is_some() => break,
                None => before_position(app, end).await?,
            };
            looked_at += piece.len();
            let before = end;
            for r in piece.into_iter().rev().filter(|r| r.position < before) {
                if self.fra.is_some_and(|fra| r.time < fra) {
                    return Ok(Picked { events, onward: None });
                }
                end = r.position;
                if self.takes(&r) && also(&r) {
                    if events.len() == rows {
                        return Ok(Picked { events, onward: Some(r.position + 1) });
                    }
                    events.push(r);
                }
            }
        }
        Ok(Picked { events, onward: (end > 1 && self.stream.is_none()).then_some(end) })
    }
}

/// All events of a stream. An employment has some thousand at most.
async fn whole_stream(app: &App, stream: &StreamId) -> Result<Vec<Recorded>, ReadError> {
    let mut whole: Vec<Recorded> = Vec::new();
    loop {
        let from = whole.last().map_or(0, |last| last.version);
        let read = app.log.read_stream(stream, from, AT_A_TIME).await?;
        if read.is_empty() {
            return Ok(whole);
        }
        whole.extend(read);
    }
}

/// Some events right before a position, in order.
async fn before_position(app: &App, end: u64) -> Result<Vec<Recorded>, ReadError> {
    let mut piece: Vec<Recorded> = Vec::new();
    let mut after = (end - 1).saturating_sub(AT_A_TIME as u64);
    while after + 1 < end {
        let most = usize::try_from(end - 1 - after).unwrap_or(AT_A_TIME);
        let read = app.log.read(after, most).await?;
        let Some(last) = read.last() else { break };
        after = last.position;
        piece.extend(read);
    }
    Ok(piece)
}

/// The first position at or after a time.
async fn first_at(app: &App, time: i64) -> Result<u64, ReadError> {
    let (mut low, mut high) = (1, app.log.head().position + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let before = app.log.read(middle - 1, 1).await?.first().is_some_and(|r| r.time < time);
        if before { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}
