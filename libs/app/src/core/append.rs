//! Appending: decided against a version, and decided again where somebody else was first.

use std::future::Future;
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, NaiveDate, Utc};
use eventlog::{Append, AppendError, Appended, Idempotency, NewEvent, StreamId};
use forloeb::{Aktoer, Now};
use serde::Serialize;
use uuid::Uuid;

use super::{App, CommandError, Executed};
use crate::failure::{Internal, Malformed};
use crate::stored::{
    self, ACCESS, Meta, OPSLAG, OpslagNoteret, Opslagsformaal, ProjectionError, TokenTilbagekaldt, TokenUdstedt,
    Unreadable, read_json, time,
};
use crate::token::ByToken;

/// How often something is decided again when somebody else wrote to the same stream meanwhile.
const MOST_ATTEMPTS: usize = 1000;
/// Look-ups that are shown to the one they are about.
const SHOWN_OPSLAG: usize = 50;

/// A look-up: when, by whom, and what for.
pub type CprOpslag = (DateTime<Utc>, Aktoer, OpslagNoteret);

fn read_opslag(r: &eventlog::Recorded) -> Result<CprOpslag, ProjectionError> {
    Ok((time(r)?, stored::aktoer(r)?, read_json(r.position, "opslaget", &r.body)?))
}

/// What is to be appended.
pub(super) struct ToWrite {
    /// To which stream.
    pub(super) stream: StreamId,
    /// The version it was decided against.
    pub(super) expected: u64,
    /// When.
    pub(super) now: Now,
    /// What.
    pub(super) events: Vec<NewEvent>,
}

/// Something that is decided against what a stream holds.
pub(super) trait Decision: Send {
    /// What it comes to where nothing is to be appended.
    type Nothing;

    /// Decides. `overtaken` is the version that somebody else has brought the stream to since it was decided last.
    fn decide(
        &mut self,
        app: &App,
        overtaken: Option<u64>,
    ) -> impl Future<Output = Result<Decided<Self::Nothing>, CommandError>> + Send;
}

/// What was decided.
pub(super) enum Decided<N> {
    /// To append this.
    Append(ToWrite),
    /// To append nothing.
    Nothing(N),
}

/// What became of it.
pub(super) enum Outcome<N> {
    /// It is in the log, and in the projections.
    Written {
        /// Position of the last event.
        last: u64,
        /// Version of the stream.
        version: u64,
        /// The day it was decided.
        dag: NaiveDate,
    },
    /// It was carried out before, under the same key.
    Repeated(Executed),
    /// There was nothing to append.
    Nothing(N),
}

/// One event that depends on nothing that came before.
pub(super) struct SingleEvent {
    /// In this stream.
    pub(super) stream: StreamId,
    event: NewEvent,
    now: Now,
}

impl SingleEvent {
    /// Written down as JSON.
    pub(super) fn new(
        stream: &str,
        (kind, form): (&str, u16),
        now: Now,
        body: &impl Serialize,
    ) -> Result<Self, CommandError> {
        let stream = StreamId::new(stream).map_err(Unreadable::name)?;
        Ok(Self { stream, event: NewEvent { kind: kind.to_owned(), form, body: json(body)? }, now })
    }

    /// The same event, on a version of its stream.
    pub(super) fn at(&self, version: u64) -> ToWrite {
        ToWrite { stream: self.stream.clone(), expected: version, now: self.now, events: vec![self.event.clone()] }
    }
}

impl Decision for SingleEvent {
    type Nothing = std::convert::Infallible;

    async fn decide(&mut self, app: &App, overtaken: Option<u64>) -> Result<Decided<Self::Nothing>, CommandError> {
        let version = match overtaken {
            Some(version) => version,
            None => app.log.stream_version(&self.stream).await?,
        };
        Ok(Decided::Append(self.at(version)))
    }
}

/// As it is stored.
pub(super) fn json(what: &impl Serialize) -> Result<Vec<u8>, CommandError> {
    let json = serde_json::to_vec(what).map_err(Malformed::from);
    Ok(json.map_err(|error| Internal::new("det, der skulle gemmes, kan ikke skrives", error))?)
}

impl App {
    /// Decides, appends, and waits until it can be read; decides again for as long as somebody else is first.
    pub(super) async fn append<D: Decision>(
        &self,
        aktoer: &Aktoer,
        idempotency: Option<Idempotency>,
        mut decision: D,
    ) -> Result<Outcome<D::Nothing>, CommandError> {
        let meta = json(&Meta { aktoer: aktoer.clone() })?;
        let mut overtaken = None;
        for _ in 0..MOST_ATTEMPTS {
            let ToWrite { stream, expected, now, events } = match decision.decide(self, overtaken).await? {
                Decided::Append(draft) => draft,
                Decided::Nothing(nothing) => return Ok(Outcome::Nothing(nothing)),
            };
            let (meta, time) = (meta.clone(), now.time.timestamp_micros());
            let begun = Instant::now();
            let appended = self.log.append(Append { stream, expected, time, meta, events, idempotency }).await;
            metrics::histogram!("raskvej_log_skrivning_sekunder").record(begun.elapsed());
            match appended {
                // The first of two at once.
                Ok(Appended { repeated: true, .. }) => {
                    let first = self.repeated(idempotency).await?;
                    let forgotten = || Internal::new("den første af to ens kommandoer findes ikke", "nøglen er ukendt");
                    return Ok(Outcome::Repeated(first.ok_or_else(forgotten)?));
                }
                Ok(Appended { last, version, .. }) => {
                    self.wait_on(last).await?;
                    return Ok(Outcome::Written { last, version, dag: now.dag });
                }
                Err(AppendError::WrongVersion { actual, .. }) => overtaken = Some(actual),
                Err(AppendError::KeyReused) => return Err(CommandError::IdempotencyKeyReused),
                Err(error) => return Err(CommandError::Log(error)),
            }
        }
        Err(CommandError::Busy)
    }

    /// Records a token, by its hash.
    ///
    /// # Errors
    /// The log takes no events.
    pub async fn registrer_token(&self, token: &TokenUdstedt, aktoer: &Aktoer) -> Result<(), CommandError> {
        let event =
            SingleEvent::new(ACCESS, (TokenUdstedt::NAME, TokenUdstedt::FORM), self.clock.now_and_dag(), token)?;
        self.append(aktoer, None, event).await.map(drop)
    }

    /// Records that a token was called back. Who comes with it, or logged in with it, is nobody from then on.
    ///
    /// # Errors
    /// The log takes no events.
    pub async fn tilbagekald_token(&self, hash: &str, aktoer: &Aktoer) -> Result<(), CommandError> {
        let revoked = TokenTilbagekaldt { hash: hash.to_owned() };
        let kind = (TokenTilbagekaldt::NAME, TokenTilbagekaldt::FORM);
        let event = SingleEvent::new(ACCESS, kind, self.clock.now_and_dag(), &revoked)?;
        self.append(aktoer, None, event).await.map(drop)
    }

    /// Notes that somebody came with a token, where it was not noted within the hour.
    pub fn note_token_use(self: &Arc<Self>, by: &ByToken, now: DateTime<Utc>) {
        if self.token_use.note(&by.id(), now) {
            let app = self.clone();
            tokio::task::spawn_blocking(move || app.token_use.store());
        }
    }

    /// Records that somebody opens what is sealed about an employee, and what for.
    ///
    /// # Errors
    /// The log takes no events: then nothing may be shown.
    pub async fn registrer_opslag(
        &self,
        nr: &str,
        forloeb: Uuid,
        formaal: Opslagsformaal,
        aktoer: &Aktoer,
    ) -> Result<(), CommandError> {
        let noted = OpslagNoteret { forloeb, formaal };
        let event = SingleEvent::new(&format!("{OPSLAG}{nr}"), ("OpslagNoteret", 1), self.clock.now_and_dag(), &noted)?;
        self.append(aktoer, None, event).await.map(drop)
    }

    /// The newest look-ups of an employee, the newest first: when, by whom, and what for.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn cpr_opslag(&self, nr: &str) -> Result<Vec<CprOpslag>, Unreadable> {
        let (numbers, mut all) = (self.projections().numbers_like(nr), Vec::new());
        for nr in numbers {
            let stream = StreamId::new(format!("{OPSLAG}{nr}")).map_err(Unreadable::name)?;
            let fra = self.log.stream_version(&stream).await?.saturating_sub(SHOWN_OPSLAG as u64);
            for r in self.log.read_stream(&stream, fra, SHOWN_OPSLAG).await?.iter().rev() {
                all.push(read_opslag(r)?);
            }
        }
        all.sort_by_key(|(time, ..)| std::cmp::Reverse(*time));
        all.truncate(SHOWN_OPSLAG);
        Ok(all)
    }

    /// Every look-up of an employee, the oldest first.
    ///
    /// # Errors
    /// The log cannot be read.
    pub async fn every_cpr_opslag(&self, nr: &str) -> Result<Vec<CprOpslag>, Unreadable> {
        let stream = StreamId::new(format!("{OPSLAG}{nr}")).map_err(Unreadable::name)?;
        let mut all: Vec<CprOpslag> = Vec::new();
        loop {
            let noted_ones = self.log.read_stream(&stream, all.len() as u64, SHOWN_OPSLAG).await?;
            if noted_ones.is_empty() {
                return Ok(all);
            }
            for r in &noted_ones {
                all.push(read_opslag(r)?);
            }
        }
    }
}
