//! Events of the whole log, picked out: by kind, day, role, employee and stream, a page at a time.
//!
//! A stream is read by itself, and a day is found by halving. The rest is looked at event by event, so many for one page: whoever
//! asks for what is rare is told how far it was looked, and goes on from there.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use eventlog::{ReadError, Recorded, StreamId};
use forloeb::Haendelse;
use forloeb::calendar::plus_dage;
use forloeb::politik::{PolitikFastsat, PolitikTilbagetrukket};
use forloeb::words::Rolle;
use openidconnect::url::form_urlencoded::Serializer;

use super::datoer::typed_day;
use super::fault::PageError;
use super::marks::Marks;
use super::mistakes::named;
use super::page_size::{PARAMETER, PageSize};
use super::session::Search;
use crate::clock::klokken;
use crate::core::App;
use crate::projections::{ANSAETTELSE, Meta};
use crate::sentences::rolle_name;
use app::stored::{TokenTilbagekaldt, TokenUdstedt};

/// Events of a page where nobody chooses.
pub(crate) const STANDARD: usize = 50;
/// Events that are looked at for one page.
const LOOKED_AT: usize = 10_000;
/// Events that are read at once.
const AT_A_TIME: usize = 500;
/// What can become of a mail: code and name.
pub(crate) const OUTCOMES: [(&str, &str); 4] =
    [("sendt", "Sendt"), ("aflyst", "Ikke sendt"), ("udskudt", "Udskudt"), ("fejlet", "Kunne ikke leveres")];
/// Code of who acts without a role: the service itself.
const NOBODY: &str = "raskvej";

/// What is asked for, as it was typed.
#[derive(Clone, Default)]
pub(crate) struct LogFilter {
    pub(crate) kind: String,
    pub(crate) dag: String,
    pub(crate) til: String,
    pub(crate) rolle: String,
    pub(crate) medarbejder: String,
    pub(crate) stream: String,
}

/// The same, as it can be used.
pub(crate) struct Wanted {
    /// Names of the kinds; all, where none is named.
    kinds: Vec<String>,
    /// From the beginning of the first day to the end of the last, in microseconds.
    fra: Option<i64>,
    til: Option<i64>,
    rolle: Option<Option<Rolle>>,
    stream: Option<StreamId>,
}

/// What was found.
pub(crate) struct Picked {
    pub(crate) events: Vec<Recorded>,
    /// Where to go on, where there may be more.
    pub(crate) onward: Option<u64>,
}

/// Every kind of event that there may be, in order.
pub(crate) fn kinds() -> Vec<&'static str> {
    let others = [TokenUdstedt::NAME, TokenTilbagekaldt::NAME, PolitikFastsat::NAME, PolitikTilbagetrukket::NAME];
    let mut kinds: Vec<_> = Haendelse::FORMS.iter().map(|(name, _)| *name).chain(others).collect();
    kinds.sort_unstable();
    kinds
}

/// Codes and names of who may have acted.
pub(crate) fn roles() -> impl Iterator<Item = (&'static str, &'static str)> {
    Rolle::ALL.iter().map(|rolle| (rolle.code(), rolle_name(*rolle))).chain([(NOBODY, "Raskvej selv")])
}

impl LogFilter {
    /// From an address.
    pub(crate) fn of(search: &Search) -> Self {
        Self {
            kind: search.typed("slags"),
            dag: search.typed("dag"),
            til: search.typed("til"),
            rolle: search.typed("rolle"),
            medarbejder: search.typed("medarbejder"),
            stream: search.typed("stroem"),
        }
    }

    /// Nothing is asked for.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs().next().is_none()
    }

    /// What is asked for, as an address has it.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("slags", &*self.kind),
            ("dag", &*self.dag),
            ("til", &*self.til),
            ("rolle", &*self.rolle),
            ("medarbejder", &*self.medarbejder),
            ("stroem", &*self.stream),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    }

    /// As it can be used.
    ///
    /// # Errors
    /// The field that has something wrong in it, and what.
    pub(crate) fn read(&self) -> Result<Wanted, (&'static str, String)> {
        let day = |felt, label, typed: &str| typed_day(typed).map_err(|wrong| (felt, named(label, wrong)));
        let (dag, til) = (day("dag", "Fra og med dag", &self.dag)?, day("til", "Til og med dag", &self.til)?);
        if dag.zip(til).is_some_and(|(dag, til)| til < dag) {
            return Err(("til", "Den sidste dag skal ikke ligge før den første.".to_owned()));
        }
        let rolle = match &*self.rolle {
            "" => None,
            NOBODY => Some(None),
            code => Some(Some(Rolle::from_code(code).ok_or(("rolle", "Vælg en rolle fra listen.".to_owned()))?)),
        };
        if !self.kind.is_empty() && !kinds().contains(&&*self.kind) {
            return Err(("slags", "Vælg en slags fra listen.".to_owned()));
        }
        let named = match (&*self.medarbejder, &*self.stream) {
            ("", "") => None,
            (nr, "") => Some(("medarbejder", format!("{ANSAETTELSE}{nr}"))),
            ("", stream) => Some(("stroem", stream.to_owned())),
            (nr, stream) if format!("{ANSAETTELSE}{nr}") == stream => Some(("stroem", stream.to_owned())),
            _ => return Err(("stroem", "Skriv en medarbejder eller en strøm, ikke to forskellige.".to_owned())),
        };
        let stream = named
            .map(|(felt, name)| StreamId::new(name).map_err(|_| (felt, "Sådan kan ingen strøm hedde.".to_owned())));
        Ok(Wanted {
            kinds: Some(self.kind.clone()).filter(|kind| !kind.is_empty()).into_iter().collect(),
            fra: dag.map(begins),
            til: til.map(|til| begins(plus_dage(til, 1))),
            rolle,
            stream: stream.transpose()?,
        })
    }
}

/// What a filter of a list of the log is called, and what it is set to, in words.
fn told(name: &str, value: &str) -> (&'static str, String) {
    let value_or = |found: Option<&str>| found.unwrap_or(value).to_owned();
    match name {
        "slags" => ("Slags", value.to_owned()),
        "dag" => ("Fra og med", value.to_owned()),
        "til" => ("Til og med", value.to_owned()),
        "rolle" => ("Hvem", value_or(roles().find(|(code, _)| *code == value).map(|(_, name)| name))),
        "medarbejder" => ("Medarbejdernummer", value.to_owned()),
        "reference" => ("Reference", value.to_owned()),
        "udfald" => {
            ("Hvad der skete", value_or(OUTCOMES.iter().find(|(code, _)| *code == value).map(|(_, name)| *name)))
        }
        _ => ("Strøm", value.to_owned()),
    }
}

/// The filters in use, of a list at this path.
pub(crate) fn marks(path: &str, pairs: &[(&'static str, &str)], size: PageSize) -> Marks {
    let without = |name: &str| {
        let mut address = Serializer::new(String::new());
        address.extend_pairs(pairs.iter().filter(|(other, _)| *other != name));
        address.extend_pairs(size.in_address().map(|rows| (PARAMETER, rows)));
        let address = address.finish();
        if address.is_empty() { path.to_owned() } else { format!("{path}?{address}") }
    };
    let mut marks = Marks::new(path);
    for (name, value) in pairs {
        let (label, value) = told(name, value);
        marks.push(label, &value, without(name));
    }
    marks
}

/// When a day begins in Denmark, in microseconds.
fn begins(dag: NaiveDate) -> i64 {
    klokken(dag, NaiveTime::MIN).timestamp_micros()
}

/// Who acted, in words.
pub(crate) fn who(r: &Recorded) -> String {
    let Some(meta) = meta(r) else { return String::new() };
    let of_nobody = || meta.aktoer.nr.clone().unwrap_or_else(|| "Raskvej".to_owned());
    meta.aktoer.rolle.map_or_else(of_nobody, |rolle| rolle_name(rolle).to_owned())
}

fn meta(r: &Recorded) -> Option<Meta> {
    serde_json::from_slice(&r.meta).ok()
}

/// When it was recorded.
pub(crate) fn when(r: &Recorded) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(r.time)
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
    pub(crate) fn of_employee(self, nr: &str) -> Result<Self, PageError> {
        let stream = StreamId::new(format!("{ANSAETTELSE}{nr}")).map_err(PageError::internal)?;
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
