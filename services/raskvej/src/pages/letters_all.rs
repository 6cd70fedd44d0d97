//! Every mail there was, by employee, case, recipient and day: sent, put off, refused, or withheld and why. Read from the log, the latest
//! first, a page at a time. No address of anybody is in it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::haendelse::{Afgoerelse, Key, SignalbrevAfgjort, Udfald};
use forloeb::words::Modtagerrolle;
use forloeb::{Haendelse, Record};
use openidconnect::url::form_urlencoded::Serializer;
use uuid::Uuid;

use super::PageState;
use super::datoer::{dato_in_digits, tidspunkt};
use super::frame::{Frame, PageError};
use super::history::aktoer;
use super::parts::log_filter::{LogFilter, OUTCOMES, STANDARD, marks};
use super::parts::marks::Marks;
use super::parts::mistakes::Mistakes;
use super::parts::page_size::{LARGEST, PARAMETER, PageSize};
use super::parts::places::{address, place, with_numbers, with_places};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search};
use crate::access::Intent;
use crate::happening::reminder;
use crate::picked::Picked;
use crate::projections::ANSAETTELSE;
use crate::reference::reference;
use crate::sentences::{aflysning_name, delivery_error, modtager_name, waiting_grund};
use crate::views::paamindelser::told;
use app::find::Asked;
use app::stored::{Unreadable, read_record, time};

const PATH: &str = "/hr/breve/alle";
/// What the form asks for.
const ASKS: [&str; 8] = ["medarbejder", "reference", "modtager", "modtager_nr", "dag", "til", "udfald", PARAMETER];
/// The events that tell of mails.
const KINDS: [&str; 3] = ["PaamindelserAfgjort", "PaamindelseSendesIgen", "SignalbrevAfgjort"];

struct Row {
    time: String,
    /// The forløb it is about, and its reference: a leader's weekly mail is about none.
    forloeb: Option<(Uuid, String)>,
    who: String,
    what: String,
    /// Who got it, or as what; and where all of theirs are.
    til: String,
    til_path: Option<String>,
    dag: String,
    code: &'static str,
    outcome: String,
}

/// What somebody wants of what became of mails.
#[derive(Default)]
struct Which {
    outcome: Option<&'static str>,
    /// As what somebody got it.
    modtager: Option<Modtagerrolle>,
    /// The employee numbers of who got it, or was to: who has moved has had several.
    modtager_nr: Option<Vec<String>>,
}

impl Which {
    fn fits_key(&self, key: &Key, got: Option<&str>) -> bool {
        self.modtager.is_none_or(|rolle| rolle == key.modtager) && self.fits_nr(got.or(key.nr.as_deref()))
    }

    fn fits_nr(&self, nr: Option<&str>) -> bool {
        self.modtager_nr.as_ref().is_none_or(|wanted| wanted.iter().any(|one| nr == Some(one.as_str())))
    }

    fn fits(&self, one: &Afgoerelse) -> bool {
        self.outcome.is_none_or(|outcome| outcome == told(&one.udfald).0) && self.fits_key(&one.key, got(&one.udfald))
    }

    /// Something of an event is wanted: without a wish every event is.
    fn has(&self, h: &Haendelse) -> bool {
        if let Haendelse::PaamindelseSendesIgen(h) = h {
            return self.outcome.is_none() && self.fits_key(&h.key, None);
        }
        if let Haendelse::SignalbrevAfgjort(h) = h {
            return self.fits_brev(h);
        }
        outcomes(h).any(|one| self.fits(&one))
    }

    /// A leader's weekly mail is wanted.
    fn fits_brev(&self, h: &SignalbrevAfgjort) -> bool {
        self.outcome.is_none_or(|outcome| outcome == told(&h.udfald).0)
            && self.modtager.is_none_or(|rolle| rolle == Modtagerrolle::Leder)
            && self.fits_nr(got(&h.udfald))
    }
}

/// Who stood in for the one it was planned for, or got it themself.
fn got(udfald: &Udfald) -> Option<&str> {
    match udfald {
        Udfald::Sendt { til, .. } | Udfald::Fejlet { til, .. } => til.as_deref(),
        Udfald::Aflyst { .. } | Udfald::Udskudt { .. } => None,
    }
}

/// A choice: code, text, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "letters_all.html")]
struct Page {
    frame: Frame,
    filter: LogFilter,
    reference: String,
    modtagere: Vec<Choice>,
    modtager_nr: String,
    filtered: bool,
    marks: Marks,
    per_page: Vec<(usize, String, bool)>,
    antal: Option<String>,
    outcomes: Vec<Choice>,
    error: Mistakes,
    rows: Vec<Row>,
    latest: Option<String>,
    earlier: Option<String>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    show(&ReaderView::new(&state, &logged_in), search).await
}

/// What the form asks for is shown at an address with nobody's number in it.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Mails)?;
    let k = ReaderView::new(&state, &logged_in);
    match address(&k, PATH, &fields, &ASKS) {
        Some(path) => Ok(Redirect::to(&path).into_response()),
        None => show(&k, Search(fields)).await,
    }
}

async fn show(k: &ReaderView<'_>, search: Search) -> Result<Response, PageError> {
    let app = &k.state.service.app;
    let search = with_numbers(k, search);
    let filter = LogFilter {
        dag: search.typed("dag"),
        til: search.typed("til"),
        medarbejder: search.typed("medarbejder"),
        ..LogFilter::default()
    };
    let (asked, outcome) = (search.typed("reference"), search.typed("udfald"));
    let size = PageSize::of(&search, STANDARD);
    let before = search.tekst("foer").and_then(|position| position.parse().ok());
    let case = case(k, &asked).await?;
    let (case, mut error) = case.map_or_else(|wrong| (None, wrong), |case| (case, Mistakes::default()));
    let outcome = OUTCOMES.iter().map(|(code, _)| *code).find(|code| *code == outcome);
    let (modtager, modtager_nr) = (search.typed("modtager"), search.typed("modtager_nr"));
    let modtager = Modtagerrolle::ALL.iter().copied().find(|rolle| rolle.code() == modtager);
    if modtager_nr.contains('@') {
        const MAIL: &str = "Skriv modtagerens medarbejdernummer, ikke mailadressen.";
        error = error.and(Mistakes::at_field("modtager_nr", MAIL));
    }
    let modtager_nr = if modtager_nr.contains('@') { String::new() } else { modtager_nr };
    let numbers = (!modtager_nr.is_empty()).then(|| k.projections().numbers_like(&modtager_nr));
    let which = Which { outcome, modtager, modtager_nr: numbers };
    let wanted = match filter.read() {
        Ok(wanted) => Some(wanted),
        Err(wrong) => {
            error = error.and(wrong.into());
            None
        }
    };
    let mut rows = Vec::new();
    let mut onward = None;
    if let Some(wanted) = wanted.filter(|_| error.is_empty()) {
        let wanted = wanted.of_kinds(&KINDS);
        let wanted = match &case {
            Some((nr, _)) if filter.medarbejder.is_empty() => wanted.of_employee(nr).map_err(PageError::internal)?,
            _ => wanted,
        };
        let shows = |nr: &str, record: &Record| {
            let seen = match record.haendelse.forloeb() {
                Some(id) => {
                    case.as_ref().is_none_or(|(_, case)| k.projections().forloeb_id(id) == Some(*case))
                        && k.projections().sees_forloeb(k.user(), id)
                }
                None => case.is_none() && k.user().reaches(nr, &k.projections()),
            };
            seen && which.has(&record.haendelse)
        };
        // What cannot be read is told below, where it is shown.
        let also =
            |r: &eventlog::Recorded| record(r).map_or(true, |record| shows(employee(r.stream.as_str()), &record));
        let Picked { events, onward: more } = wanted.pick_latest(app, before, size.rows, also).await?;
        onward = more;
        for r in &events {
            rows_of(k, r.stream.as_str(), &record(r)?, &which, &mut rows);
        }
    }
    let more = [
        ("reference", &*asked),
        ("udfald", outcome.unwrap_or_default()),
        ("modtager", modtager.map_or("", Modtagerrolle::code)),
        ("modtager_nr", &*modtager_nr),
    ];
    let pairs: Vec<_> = filter.pairs().chain(more.into_iter().filter(|(_, value)| !value.is_empty())).collect();
    let places = with_places(k, &pairs);
    // Of what no address can say there is no other page.
    let said = places.len() == pairs.len();
    let sized = |before: Option<u64>, size: PageSize| {
        let mut address = Serializer::new("?".to_owned());
        address.extend_pairs(&places).extend_pairs(size.in_address().map(|rows| (PARAMETER, rows)));
        address.extend_pairs(before.map(|before| ("foer", before.to_string()))).finish()
    };
    let address = |before| sized(before, size);
    // How many there are in all nobody counts: where there is another page, the size of one can be chosen.
    let many = if before.is_some() || onward.is_some() { LARGEST } else { rows.len() };
    let page = Page {
        frame: k.frame(error.in_title("Alle mails")),
        latest: before.filter(|_: &u64| said).map(|_| address(None)),
        earlier: onward.filter(|_| said).map(|onward| address(Some(onward))),
        filtered: !pairs.is_empty(),
        marks: marks(k, PATH, &pairs, size),
        per_page: if said { size.choices(many, |size| sized(None, size)) } else { Vec::new() },
        antal: size.in_address(),
        outcomes: OUTCOMES.iter().map(|(code, name)| (*code, *name, Some(*code) == outcome)).collect(),
        reference: asked.clone(),
        modtagere: Modtagerrolle::ALL
            .iter()
            .map(|rolle| (rolle.code(), modtager_name(*rolle), Some(*rolle) == modtager))
            .collect(),
        modtager_nr: modtager_nr.clone(),
        filter: filter.clone(),
        error,
        rows,
    };
    Ok(k.list_with(page.error.status(), &page))
}

/// The employee and the case whose reference was asked for.
type CaseAsked = Result<Option<(String, Uuid)>, Mistakes>;

async fn case(k: &ReaderView<'_>, asked: &str) -> Result<CaseAsked, PageError> {
    if asked.is_empty() {
        return Ok(Ok(None));
    }
    let app = &k.state.service.app;
    let found = match Asked::read(asked) {
        Some(asked) => app.find(k.user(), &asked, false).await.map_err(PageError::internal)?.forloeb,
        None => None,
    };
    let case = found.and_then(|id| Some((k.projections().whose(id)?.to_owned(), id)));
    let unknown = || Mistakes::at_field("reference", "Der er intet forløb med den reference, som du kan se.");
    Ok(case.map(Some).ok_or_else(unknown))
}

fn record(r: &eventlog::Recorded) -> Result<Record, Unreadable> {
    Ok(read_record(r, time(r)?)?)
}

/// What became of reminders.
fn outcomes(h: &Haendelse) -> impl Iterator<Item = Afgoerelse> + '_ {
    let h = if let Haendelse::PaamindelserAfgjort(h) = h { Some(h) } else { None };
    h.into_iter().flat_map(|h| h.all())
}

fn in_words(k: &ReaderView<'_>, udfald: &Udfald) -> String {
    match udfald {
        // Who stood in for the one it was planned for.
        Udfald::Sendt { til: Some(nr), .. } => format!("Sendt til {}", k.name(nr)),
        Udfald::Sendt { til: None, .. } => "Sendt".to_owned(),
        Udfald::Aflyst { aarsag } => format!("Ikke sendt: {}", aflysning_name(*aarsag)),
        Udfald::Udskudt { til, grund, .. } => {
            let why = grund.as_deref().map(|grund| format!(": {}", waiting_grund(grund))).unwrap_or_default();
            format!("Udskudt til {}{why}", tidspunkt(*til))
        }
        Udfald::Fejlet { grund, .. } => format!("Kunne ikke leveres: {}", delivery_error(grund)),
    }
}

/// Whose stream it is.
fn employee(stream: &str) -> &str {
    stream.strip_prefix(ANSAETTELSE).unwrap_or_default()
}

/// Where all mails are that somebody got.
fn path_of(k: &ReaderView<'_>, nr: &str) -> Option<String> {
    place(k, nr).map(|place| format!("?modtager_nr={place}"))
}

/// A leader's weekly mail is about nobody, and its row tells of nobody.
fn row_of_brev(k: &ReaderView<'_>, nr: &str, record: &Record, h: &SignalbrevAfgjort) -> Row {
    Row {
        time: tidspunkt(record.time),
        forloeb: None,
        who: String::new(),
        what: "Ugens mail om hyppigt fravær".to_owned(),
        til: k.name(nr),
        til_path: path_of(k, nr),
        dag: dato_in_digits(h.uge),
        code: told(&h.udfald).0,
        outcome: in_words(k, &h.udfald),
    }
}

fn rows_of(k: &ReaderView<'_>, stream: &str, record: &Record, which: &Which, rows: &mut Vec<Row>) {
    let nr = employee(stream);
    if let Haendelse::SignalbrevAfgjort(h) = &record.haendelse {
        rows.push(row_of_brev(k, nr, record, h));
    }
    let Some(forloeb) = record.haendelse.forloeb() else { return };
    let row = |key: &Key, got: Option<&str>, dag: String, code, outcome| {
        let til = got.or(key.nr.as_deref());
        Row {
            time: tidspunkt(record.time),
            forloeb: Some((forloeb, reference(forloeb))),
            who: k.row(nr),
            what: reminder(key),
            til: til.map_or_else(|| modtager_name(key.modtager).to_owned(), |nr| k.name(nr)),
            til_path: til.and_then(|nr| path_of(k, nr)),
            dag,
            code,
            outcome,
        }
    };
    if let Haendelse::PaamindelseSendesIgen(h) = &record.haendelse {
        let asked = format!("{} har bedt om at få den sendt igen", aktoer(k, &record.aktoer));
        rows.push(row(&h.key, None, String::new(), "planlagt", asked));
    }
    let wanted = outcomes(&record.haendelse).filter(|one| which.fits(one));
    rows.extend(
        wanted.map(|a| row(&a.key, got(&a.udfald), dato_in_digits(a.dag), told(&a.udfald).0, in_words(k, &a.udfald))),
    );
}
