//! Forløb that HR chose in the overview, given to somebody at once; what came of it, and the way back.
//!
//! What was given, and who had it before, is read from the log, by the place in it that the address names: it can be done back
//! after a restart, and by another window. Only what was refused is remembered by the session alone.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use eventlog::Recorded;
use forloeb::{Haendelse, Record};
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError};
use super::page_form::{ErrorLine, explanation};
use super::parts::memory::Answer;
use super::parts::people::{PersonLine, handlers, seen};
use super::parts::sending::{Sent, send};
use super::parts::submission::{new_key, once};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::problem::Problem;
use crate::projections::ANSAETTELSE;
use crate::sentences::count as counted;
use app::stored::{Unreadable, read_record, time};
use doors::address::percent_encode;

/// Most forløb of one form.
const AT_MOST: usize = 500;
/// Positions of the log that one answer may span: others write meanwhile.
const LONGEST: u64 = 5_000;
/// Characters of the key of a form.
const LONGEST_KEY: usize = 40;
/// Events that are read at once.
const AT_A_TIME: usize = 500;
/// The command that gives one.
const COMMAND: &str = "tildeling";
/// The event that tells of it.
const TILDELT: &str = "ForloebTildelt";
/// The overview, where one comes from and goes back to.
const OVERVIEW: &str = "/hr";

struct Refused {
    /// None: it does not exist for the reader any more.
    line: Option<PersonLine>,
    why: String,
}

#[derive(Template)]
#[template(path = "tildeling.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    /// What was done; nothing where it is still to be done.
    said: Option<String>,
    done: Vec<PersonLine>,
    refused: Vec<Refused>,
    /// The place in the log, where what was done can be done back.
    undo: Option<Span>,
    /// What was refused is not known any more.
    forgotten: bool,
    /// What was chosen, where something is missing.
    chosen: Vec<PersonLine>,
    ids: Vec<Uuid>,
    people: Vec<String>,
    typed: String,
    may_take: bool,
    back: String,
}

fn allowed(logged_in: &LoggedIn) -> Result<(), PageError> {
    if logged_in.user.may_ever(Intent::Tildeling) { Ok(()) } else { Err(Problem::takes(Intent::Tildeling).into()) }
}

/// Where in the log something was given, and by which form: after the first position, up to the last. Whoever is in HR without an
/// employee number is nobody in particular in the log, so what is one's own is known by the key of one's form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Span {
    after: u64,
    last: u64,
    key: String,
}

impl Span {
    fn read(value: impl Fn(&'static str) -> Option<String>) -> Option<Self> {
        let position = |name| value(name)?.parse::<u64>().ok();
        let key = value("formular").filter(|key| key.len() <= LONGEST_KEY)?;
        let span = Self { after: position("efter")?, last: position("til_og_med")?, key };
        (span.after <= span.last && span.last - span.after <= LONGEST).then_some(span)
    }
}

/// A forløb that was given to somebody, or to nobody.
struct Given {
    id: Uuid,
    nr: String,
    position: u64,
    til: Option<String>,
}

/// What a form of the reader's gave in a piece of the log, each forløb once.
async fn given(state: &PageState, logged_in: &LoggedIn, span: &Span) -> Result<Vec<Given>, PageError> {
    let log = &state.service.app.log;
    let (mut all, mut after) = (Vec::<Given>::new(), span.after);
    while after < span.last {
        let read = log.read(after, AT_A_TIME).await?;
        let Some(last) = read.last() else { break };
        after = last.position;
        for r in read.iter().filter(|r| r.position <= span.last && r.kind == TILDELT) {
            let Some(nr) = r.stream.as_str().strip_prefix(ANSAETTELSE) else { continue };
            let Haendelse::ForloebTildelt(h) = record(r)?.haendelse else { continue };
            let form = once(COMMAND, &logged_in.user, &row(h.forloeb, h.til.as_deref(), &span.key));
            let Some(form) = form else { continue };
            let written = log.find_key(form.key).await?;
            if written.is_some_and(|(own, _)| (own.first..=own.last).contains(&r.position)) {
                all.retain(|before| before.id != h.forloeb);
                all.push(Given { id: h.forloeb, nr: nr.to_owned(), position: r.position, til: h.til });
            }
        }
    }
    Ok(all)
}

fn record(r: &Recorded) -> Result<Record, Unreadable> {
    Ok(read_record(r, time(r)?)?)
}

/// What came of it.
pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    allowed(&logged_in)?;
    let Some(span) = Span::read(|name| search.tekst(name).map(str::to_owned)) else {
        // Nothing has been done yet: what is nobody's is where one begins.
        return Ok(Redirect::to("/hr?tildelt=ingen").into_response());
    };
    let given = given(&state, &logged_in, &span).await?;
    let answer = search.tekst("svar").and_then(|nr| nr.parse::<u32>().ok());
    let answer = answer.and_then(|nr| state.memory.answer(&logged_in.session, nr));
    let forgotten = answer.is_none();
    let answer = answer.unwrap_or_else(|| Answer { back: OVERVIEW.to_owned(), ..Answer::default() });
    let is_undone = search.tekst("fortrudt").is_some();
    let k = ReaderView::new(&state, &logged_in);
    let ids: Vec<Uuid> = given.iter().map(|one| one.id).collect();
    let people = handlers(&k);
    let til = given.first().and_then(|one| one.til.as_deref());
    let til = til.map(|nr| people.shown_of(nr).map_or_else(|| k.name(nr), str::to_owned));
    let n = counted(ids.len() as u64, "forløb", "forløb");
    let said = match til {
        _ if ids.is_empty() => "Ingen forløb er tildelt.".to_owned(),
        _ if is_undone => format!("{n} er givet tilbage, som det var."),
        Some(til) => format!("{n} er tildelt {til}."),
        None => format!("{n} er ikke længere tildelt nogen."),
    };
    let refused = answer.refused.iter().map(|(id, why)| Refused { line: seen(&k, &[*id]).pop(), why: why.clone() });
    let page = Page {
        frame: k.frame("Tildeling"),
        key: new_key()?,
        error: Vec::new(),
        said: Some(said),
        done: seen(&k, &ids),
        refused: refused.collect(),
        undo: (!ids.is_empty() && !is_undone).then_some(span),
        forgotten,
        chosen: Vec::new(),
        ids: Vec::new(),
        people: Vec::new(),
        typed: String::new(),
        may_take: false,
        back: answer.back.clone(),
    };
    Ok(k.list(&page))
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    allowed(&logged_in)?;
    let back = find(&fields, "tilbage").filter(|to| *to == OVERVIEW || to.starts_with("/hr?")).unwrap_or(OVERVIEW);
    let key = find(&fields, "noegle").unwrap_or_default();
    let after = state.service.app.log.head().position;
    if find(&fields, "fortryd").is_some() {
        let span = Span::read(|name| find(&fields, name).map(str::to_owned)).ok_or_else(Problem::not_found)?;
        let refused = undo(&state, &logged_in, &fields, span).await?;
        return Ok(answered(
            &state,
            &logged_in,
            Answer { refused, back: back.to_owned(), ..Answer::default() },
            (after, key),
            true,
        ));
    }
    let chosen = chosen(&fields);
    let typed = find(&fields, "til").unwrap_or_default();
    let til = {
        let k = ReaderView::new(&state, &logged_in);
        match (find(&fields, "hvem"), k.user().nr.clone()) {
            (Some("mig"), Some(nr)) => Ok(Some(nr)),
            (Some("ingen"), _) => Ok(None),
            _ if typed.is_empty() => Err("Vælg, hvem der skal have forløbene.".to_owned()),
            _ => handlers(&k).find(typed).map(Some).map_err(|said| format!("{typed} {said}.")),
        }
    };
    let til = match til {
        Ok(til) if !chosen.is_empty() => til,
        wrong => return missing(&state, &logged_in, &chosen, typed, back, wrong.err()),
    };
    let mut answer = Answer { back: back.to_owned(), ..Answer::default() };
    for id in chosen {
        if let Some(why) = give(&state, &logged_in, id, til.as_deref(), key).await {
            answer.refused.push((id, why));
        }
    }
    Ok(answered(&state, &logged_in, answer, (after, key), false))
}

/// The forløb that were chosen, each once, in the order of the page.
fn chosen(fields: &Pairs) -> Vec<Uuid> {
    let mut met = BTreeSet::new();
    let ids = fields.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| Uuid::try_parse(id).ok());
    ids.filter(|id| met.insert(*id)).take(AT_MOST).collect()
}

/// Gives one to somebody, or to nobody; why not, where it was refused.
async fn give(state: &PageState, logged_in: &LoggedIn, id: Uuid, til: Option<&str>, key: &str) -> Option<String> {
    match send(state, logged_in, id, COMMAND, row(id, til, key)).await {
        Ok(Sent::Done(..)) => None,
        Ok(Sent::Refused(refused)) => Some(said(&refused.problem)),
        Err(problem) => Some(said(&problem)),
    }
}

/// The form of one, guarded by the key of the page and its own id.
fn row(id: Uuid, til: Option<&str>, key: &str) -> Pairs {
    let til = til.map(|nr| ("til".to_owned(), nr.to_owned()));
    til.into_iter().chain([("noegle".to_owned(), format!("{key}-{id}"))]).collect()
}

fn said(problem: &Problem) -> String {
    match problem.fields.first() {
        Some(wrong) => format!("Den, der skal have det, {}.", wrong.error.trim_end_matches('.')),
        None => explanation(problem),
    }
}

/// What was given is given back to those who had it, unless somebody has given it on since. Those that are not, and why.
async fn undo(
    state: &PageState,
    logged_in: &LoggedIn,
    fields: &Pairs,
    span: Span,
) -> Result<Vec<(Uuid, String)>, PageError> {
    let key = find(fields, "noegle").unwrap_or_default();
    let mut refused = Vec::new();
    for one in given(state, logged_in, &span).await? {
        let loan = state.service.app.loan(&one.nr).await?;
        let Some(f) = loan.forloeb(one.id) else { continue };
        let had = loan.ansaettelse().records().iter().filter_map(|record| {
            let Haendelse::ForloebTildelt(h) = &record.haendelse else { return None };
            f.called(h.forloeb).then(|| (record.position, h.til.as_deref()))
        });
        let had: Vec<_> = had.collect();
        if had.last().is_some_and(|(position, _)| *position != one.position) {
            refused.push((one.id, "Er tildelt en anden siden.".to_owned()));
            continue;
        }
        let before = had.iter().rev().nth(1).and_then(|(_, til)| *til);
        if let Some(why) = give(state, logged_in, one.id, before, key).await {
            refused.push((one.id, why));
        }
    }
    Ok(refused)
}

/// The address names the place in the log where it stands, and what the session remembers of the rest.
fn answered(
    state: &PageState,
    logged_in: &LoggedIn,
    answer: Answer,
    (after, key): (u64, &str),
    is_undone: bool,
) -> Response {
    let last = state.service.app.log.head().position;
    let nr = state.memory.answered(&logged_in.session, answer, state.sessions.now());
    let undone = if is_undone { "&fortrudt=1" } else { "" };
    let key = percent_encode(key);
    let to = format!("/hr/tildeling?efter={after}&til_og_med={last}&formular={key}&svar={nr}{undone}");
    Redirect::to(&to).into_response()
}

/// Nobody was chosen, or nothing: what was is kept.
fn missing(
    state: &PageState,
    logged_in: &LoggedIn,
    ids: &[Uuid],
    typed: &str,
    back: &str,
    wrong: Option<String>,
) -> Result<Response, PageError> {
    let k = ReaderView::new(state, logged_in);
    let nothing =
        || ErrorLine { felt: None, tekst: "Vælg mindst ét forløb i overblikket. Intet er ændret.".to_owned() };
    let wrong = wrong.filter(|_| !ids.is_empty());
    let error = wrong.map_or_else(nothing, |tekst| ErrorLine { felt: Some("til".to_owned()), tekst });
    let page = Page {
        frame: k.frame("Fejl: Tildeling"),
        key: new_key()?,
        error: vec![error],
        said: None,
        done: Vec::new(),
        refused: Vec::new(),
        undo: None,
        forgotten: false,
        chosen: seen(&k, ids),
        ids: ids.to_vec(),
        people: handlers(&k).shown(),
        typed: typed.to_owned(),
        may_take: k.user().nr.is_some(),
        back: back.to_owned(),
    };
    Ok(k.list_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
