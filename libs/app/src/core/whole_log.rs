//! What goes through the whole log: comparing with it, building anew from it, and looking at every employment.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use eventlog::{Recorded, StreamId, Streams};
use forloeb::Ansaettelse;

use super::start::{Progress, build_all, collect};
use super::{App, OpenFolderError};
use crate::projections::{Behind, Comparison, Piece, build};
use crate::stored::{ACCESS, ANSAETTELSE, AccessEvent, HOLD, Unreadable, read_record, read_stream, time};

impl App {
    /// Every employment of the log, one after another by employee number, with all its events.
    #[must_use]
    pub fn go_through(&self) -> Walk {
        Walk { parts: self.log.streams(1), ready: Vec::new().into_iter() }
    }

    /// Compares the live projections with what the log says, an employment at a time: every difference, by its key, and
    /// the position it was compared at.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn compare(&self, progress: &Progress) -> Result<(u64, BTreeSet<String>), OpenFolderError> {
        let mut comparison = Comparison::default();
        let tokens: Vec<String> = self.projections().tokens().map(|(hash, _)| hash.to_owned()).collect();
        let parts = self.log.streams(1);
        let log_head = parts.first().map_or(0, |part| part.head().position);
        self.wait_on(log_head).await?;
        progress.begin(log_head);
        let (mut to_compare_again, mut held) = (Vec::new(), BTreeSet::new());
        for mut part in parts {
            while let Some(streams) = part.next().await? {
                for (stream, haendelser) in streams {
                    progress.onward(haendelser.len() as u64);
                    held.extend(stream.as_str().strip_prefix(HOLD).map(str::to_owned));
                    let today = self.projections().today();
                    let piece = build(&stream, &haendelser, today, &self.book())?;
                    if comparison.take(&self.projections(), &piece, today) == Err(Behind) {
                        to_compare_again.push(stream);
                    }
                }
            }
        }
        let rest = comparison.rest(&self.projections());
        for nr in rest {
            let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(Unreadable::name)?;
            match to_compare_again.contains(&stream) {
                true => {}
                false if self.log.stream_version(&stream).await? == 0 => comparison.surplus(&nr),
                false => to_compare_again.push(stream),
            }
        }
        // Those that moved on while the others were compared.
        for stream in to_compare_again {
            loop {
                let nr = stream.as_str().strip_prefix(ANSAETTELSE).unwrap_or_default();
                let (til, today) = {
                    let projections = self.projections();
                    (projections.version(nr), projections.today())
                };
                let haendelser = read_stream(&self.log, &stream, til).await?;
                let piece = build(&stream, &haendelser, today, &self.book())?;
                if comparison.take(&self.projections(), &piece, today).is_ok() {
                    break;
                }
            }
        }
        let access = StreamId::new(ACCESS).map_err(Unreadable::name)?;
        let haendelser = read_stream(&self.log, &access, u64::MAX).await?;
        if let Piece::Access(known_ones, _) = build(&access, &haendelser, NaiveDate::MIN, &self.book())? {
            let issued = |hash: &String| {
                known_ones.iter().any(|(_, event)| matches!(event, AccessEvent::Issued(t) if t.hash == *hash))
            };
            for hash in tokens.iter().filter(|hash| !issued(hash)) {
                comparison.differences.insert(format!("token {hash}: er for meget"));
            }
        }
        held.extend(self.projections().with_sletningsstop().map(str::to_owned));
        for nr in held {
            let told = self.hold(&nr).await?.is_some();
            self.wait_on(self.log.head().position).await?;
            let live = self.projections().has_sletningsstop(&nr);
            if live != told && self.hold(&nr).await?.is_some() == told {
                comparison.sletningsstop(&nr, told);
            }
        }
        comparison.end(&self.projections(), log_head);
        Ok((log_head, comparison.differences))
    }

    /// Puts projections that were built anew in the place of the live ones.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn rebuild(&self, progress: &Progress) -> Result<u64, OpenFolderError> {
        let today = self.projections().today();
        self.rebuild_on(today, progress).await
    }

    /// The same, seen on a day, which may be an earlier one.
    pub(crate) async fn rebuild_on(&self, today: NaiveDate, progress: &Progress) -> Result<u64, OpenFolderError> {
        let mut rebuilt = build_all(&self.log, &self.book(), today, progress).await?;
        loop {
            self.wait_on(rebuilt.position()).await?;
            {
                let mut live = self.projections_mut();
                if live.position() == rebuilt.position() {
                    rebuilt.turn_to(self.clock.today());
                    // What is borrowed stays borrowed.
                    rebuilt.take_over_loan(&mut live);
                    *live = rebuilt;
                    return Ok(live.position());
                }
            }
            collect(&self.log, &mut rebuilt, progress).await?;
        }
    }
}

/// Goes through the employments of the log. Only a few are in memory at a time.
#[derive(Debug)]
pub struct Walk {
    parts: Vec<Streams>,
    ready: std::vec::IntoIter<(StreamId, Vec<Recorded>)>,
}

impl Walk {
    /// The next employment; none at the end.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn next(&mut self) -> Result<Option<Ansaettelse>, OpenFolderError> {
        loop {
            if let Some((stream, haendelser)) = self.ready.next() {
                let Some(nr) = stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
                let mut ansaettelse = Ansaettelse::new(nr);
                for r in &haendelser {
                    ansaettelse.apply(read_record(r, time(r)?)?);
                }
                return Ok(Some(ansaettelse));
            }
            let Some(part) = self.parts.last_mut() else { return Ok(None) };
            match part.next().await? {
                Some(streams) => self.ready = streams.into_iter(),
                None => drop(self.parts.pop()),
            }
        }
    }
}
