//! What somebody wants of the whole log, as it is typed and as an address has it: kind, day, role, employee and stream.

use chrono::{DateTime, Utc};
use eventlog::{Recorded, StreamId};
use forloeb::Haendelse;
use forloeb::calendar::plus_dage;
use forloeb::politik::{PolitikFastsat, PolitikTilbagetrukket};
use forloeb::words::Rolle;
use openidconnect::url::form_urlencoded::Serializer;

use super::datoer::typed_day;
use super::marks::Marks;
use super::mistakes::named;
use super::page_size::{PARAMETER, PageSize};
use super::places::with_places;
use super::reader_view::ReaderView;
use super::session::Search;
use crate::picked::{Wanted, begins, meta};
use crate::projections::ANSAETTELSE;
use crate::sentences::rolle_name;
use app::stored::{TokenTilbagekaldt, TokenUdstedt};

/// Events of a page where nobody chooses.
pub(crate) const STANDARD: usize = 50;
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
pub(crate) fn marks(k: &ReaderView<'_>, path: &str, pairs: &[(&'static str, &str)], size: PageSize) -> Marks {
    let without = |name: &str| {
        let others: Vec<_> = pairs.iter().copied().filter(|(other, _)| *other != name).collect();
        let mut address = Serializer::new(String::new());
        address.extend_pairs(with_places(k, &others));
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

/// Who acted, in words.
pub(crate) fn who(r: &Recorded) -> String {
    let Some(meta) = meta(r) else { return String::new() };
    let of_nobody = || meta.aktoer.nr.clone().unwrap_or_else(|| "Raskvej".to_owned());
    meta.aktoer.rolle.map_or_else(of_nobody, |rolle| rolle_name(rolle).to_owned())
}

/// When it was recorded.
pub(crate) fn when(r: &Recorded) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_micros(r.time)
}
