//! Forløb that HR chose in the overview, given to somebody at once; what came of it, and the way back.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError};
use super::page_form::{ErrorLine, explanation};
use super::parts::memory::Answer;
use super::parts::people::{PersonLine, handlers, seen};
use super::parts::sending::{Sent, send};
use super::parts::submission::new_key;
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::problem::Problem;
use crate::sentences::count as counted;

/// Most forløb of one form.
const AT_MOST: usize = 500;
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
    /// The number of the answer, where what was done can be done back.
    undo: Option<u32>,
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

/// What came of it.
pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    allowed(&logged_in)?;
    let nr = search.tekst("svar").and_then(|nr| nr.parse::<u32>().ok());
    let answer = nr.and_then(|nr| Some((nr, state.memory.answer(&logged_in.session, nr)?)));
    let Some((nr, answer)) = answer else {
        // It was forgotten, or nothing has been done yet: what is nobody's is where one begins.
        return Ok(Redirect::to("/hr?tildelt=ingen").into_response());
    };
    let k = ReaderView::new(&state, &logged_in);
    let ids: Vec<Uuid> = answer.done.iter().map(|(id, _)| *id).collect();
    let people = handlers(&k);
    let til = answer.til.as_deref().map(|nr| people.shown_of(nr).map_or_else(|| k.name(nr), str::to_owned));
    let n = counted(ids.len() as u64, "forløb", "forløb");
    let said = match til {
        _ if ids.is_empty() => "Ingen forløb er tildelt.".to_owned(),
        _ if answer.is_undone => format!("{n} er givet tilbage, som det var."),
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
        undo: (!ids.is_empty() && !answer.is_undone).then_some(nr),
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
    if let Some(nr) = find(&fields, "fortryd").and_then(|nr| nr.parse().ok()) {
        let before = state.memory.answer(&logged_in.session, nr).unwrap_or_default();
        let answer = undo(&state, &logged_in, &fields, before).await;
        return Ok(answered(&state, &logged_in, answer));
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
    let before = assigned(&state, &chosen);
    let mut answer = Answer { til: til.clone(), back: back.to_owned(), ..Answer::default() };
    for id in chosen {
        let key = find(&fields, "noegle").unwrap_or_default();
        match give(&state, &logged_in, id, til.as_deref(), key).await {
            None => answer.done.push((id, before.get(&id).cloned().flatten())),
            Some(why) => answer.refused.push((id, why)),
        }
    }
    Ok(answered(&state, &logged_in, answer))
}

/// The forløb that were chosen, each once, in the order of the page.
fn chosen(fields: &Pairs) -> Vec<Uuid> {
    let mut met = BTreeSet::new();
    let ids = fields.iter().filter(|(name, _)| name == "id").filter_map(|(_, id)| Uuid::try_parse(id).ok());
    ids.filter(|id| met.insert(*id)).take(AT_MOST).collect()
}

/// Who has taken them on.
fn assigned(state: &PageState, ids: &[Uuid]) -> BTreeMap<Uuid, Option<String>> {
    let projections = state.service.app.projections();
    let has = |id: &Uuid| Some((*id, projections.card_entry_by(*id)?.ansvar.tildelt.clone()));
    ids.iter().filter_map(has).collect()
}

/// Gives one to somebody, or to nobody; why not, where it was refused.
async fn give(state: &PageState, logged_in: &LoggedIn, id: Uuid, til: Option<&str>, key: &str) -> Option<String> {
    let til = til.map(|nr| ("til".to_owned(), nr.to_owned()));
    let key = ("noegle".to_owned(), format!("{key}-{id}"));
    match send(state, logged_in, id, "tildeling", til.into_iter().chain([key]).collect()).await {
        Ok(Sent::Done(..)) => None,
        Ok(Sent::Refused(refused)) => Some(said(&refused.problem)),
        Err(problem) => Some(said(&problem)),
    }
}

fn said(problem: &Problem) -> String {
    match problem.fields.first() {
        Some(wrong) => format!("Den, der skal have det, {}.", wrong.error.trim_end_matches('.')),
        None => explanation(problem),
    }
}

/// What was given is given back to those who had it, unless somebody has given it on since.
async fn undo(state: &PageState, logged_in: &LoggedIn, fields: &Pairs, before: Answer) -> Answer {
    let ids: Vec<Uuid> = before.done.iter().map(|(id, _)| *id).collect();
    let now = assigned(state, &ids);
    let mut answer = Answer { is_undone: true, back: before.back.clone(), ..Answer::default() };
    let key = find(fields, "noegle").unwrap_or_default();
    for (id, had) in before.done {
        if now.get(&id).is_some_and(|now| *now != before.til) {
            answer.refused.push((id, "Er tildelt en anden siden.".to_owned()));
            continue;
        }
        match give(state, logged_in, id, had.as_deref(), key).await {
            None => answer.done.push((id, None)),
            Some(why) => answer.refused.push((id, why)),
        }
    }
    answer
}

fn answered(state: &PageState, logged_in: &LoggedIn, answer: Answer) -> Response {
    let nr = state.memory.answered(&logged_in.session, answer, state.sessions.now());
    Redirect::to(&format!("/hr/tildeling?svar={nr}")).into_response()
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
        chosen: seen(&k, ids),
        ids: ids.to_vec(),
        people: handlers(&k).shown(),
        typed: typed.to_owned(),
        may_take: k.user().nr.is_some(),
        back: back.to_owned(),
    };
    Ok(k.list_with(StatusCode::UNPROCESSABLE_ENTITY, &page))
}
