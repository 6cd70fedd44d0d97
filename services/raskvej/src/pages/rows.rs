//! HR's tasks of one kind in rows: each with its fields, one button for all of them, and an answer to each.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;
use uuid::Uuid;

use super::PageState;
use super::frame::{Frame, PageError};
use super::page_form::ErrorLine;
use super::parts::board::Line;
use super::parts::memory::{Answer, ITEMS, List};
use super::parts::not_saved::NotSaved;
use super::parts::page_size::{PARAMETER, PageSize};
use super::parts::people::{Chooser, PersonLine, ledere, seen};
use super::parts::rows::{Kind, RefusedRow, Row, STANDARD, as_form, is_changed, is_filled_in, typed};
use super::parts::sending::{Sent, send};
use super::parts::submission::{RefusedForm, new_key};
use super::parts::work::{Savable, Work};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::lists::{Foremost, Ordered};
use crate::problem::Problem;
use crate::projections::aktuelle::Aktuel;
use crate::sentences::count as counted;
use doors::address::percent_encode;

/// What a filter by whoever has taken it on is called where nobody has.
const NOBODY: &str = "ingen";

#[derive(Template)]
#[template(path = "raekker.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    help: &'static str,
    /// Where the form is sent to.
    action: String,
    key: String,
    error: Vec<ErrorLine>,
    /// What was typed in rows that are no tasks any more.
    not_saved: Vec<NotSaved>,
    /// What was done, and of whom.
    done: Option<(String, Vec<PersonLine>)>,
    heads: Vec<&'static str>,
    is_ticked: bool,
    rows: Vec<Row>,
    /// The field in which one goes on.
    focus: Option<String>,
    /// Who can be chosen in a row.
    people: Vec<String>,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    per_page: Vec<(usize, String, bool)>,
    /// The same tasks in the work list.
    back: String,
}

/// What somebody sent, as far as it was not done.
#[derive(Default)]
struct NotDone {
    refused: BTreeMap<Uuid, RefusedRow>,
    /// Rows that were not filled in.
    left: BTreeMap<Uuid, Pairs>,
    /// Those of them in which something was typed all the same: they are shown again, whatever became of the others.
    changed: BTreeSet<Uuid>,
    done: Vec<Uuid>,
}

/// By what the rows are put in order: as the work list has them.
type Place<'a> = (Savable, i64, &'a str, Uuid);

/// The kind in an address, for who may work with it.
fn kind(logged_in: &LoggedIn, code: &str) -> Result<Kind, PageError> {
    if !logged_in.user.may_ever(Intent::Tildeling) {
        return Err(Problem::takes(Intent::Tildeling).into());
    }
    Kind::from_code(code).ok_or_else(|| Problem::not_found().into())
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(code): Path<String>,
    search: Search,
) -> Result<Response, PageError> {
    let kind = kind(&logged_in, &code)?;
    let answer = search.tekst("svar").and_then(|nr| nr.parse().ok());
    let answer = answer.and_then(|nr| state.memory.answer(&logged_in.session, nr)).unwrap_or_default();
    let sent = NotDone { done: answer.done, ..NotDone::default() };
    render(&ReaderView::new(&state, &logged_in), kind, &search, &sent, StatusCode::OK)
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(code): Path<String>,
    search: Search,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let kind = kind(&logged_in, &code)?;
    let key = find(&fields, "noegle").unwrap_or_default().to_owned();
    let people = chooser(&ReaderView::new(&state, &logged_in), kind);
    let mut sent = NotDone::default();
    for (id, row) in typed(fields) {
        if !is_filled_in(kind, &row) {
            sent.left.insert(id, row);
            continue;
        }
        match one(&state, &logged_in, kind, id, &row, &key, &people).await {
            None => sent.done.push(id),
            Some(refused) => {
                sent.refused.insert(id, RefusedRow { kind, typed: row, refused });
            }
        }
    }
    let k = ReaderView::new(&state, &logged_in);
    sent.changed = sent.left.iter().filter_map(|(id, typed)| is_changed(kind, typed).then_some(*id)).collect();
    if sent.refused.is_empty() && sent.changed.is_empty() && !sent.done.is_empty() {
        let answer = Answer { done: sent.done, ..Answer::default() };
        let nr = state.memory.answered(&logged_in.session, answer, state.sessions.now());
        let to = address(kind, &search, 1);
        let mark = if to.contains('?') { '&' } else { '?' };
        return Ok(Redirect::to(&format!("{to}{mark}svar={nr}")).into_response());
    }
    render(&k, kind, &search, &sent, StatusCode::UNPROCESSABLE_ENTITY)
}

/// Carries one row out; why not, where it was refused. Whatever becomes of it, the others are carried out too.
async fn one(
    state: &PageState,
    logged_in: &LoggedIn,
    kind: Kind,
    id: Uuid,
    row: &Pairs,
    key: &str,
    people: &Chooser,
) -> Option<RefusedForm> {
    let refused =
        |problem| Some(RefusedForm { page_form: kind.command().to_owned(), submitted: Pairs::new(), problem });
    let form = match as_form(kind, id, row, key, people) {
        Ok(form) => form,
        Err((field, said)) => return refused(Problem::felt(field, said)),
    };
    match send(state, logged_in, id, kind.command(), form).await {
        Ok(Sent::Done(..)) => None,
        Ok(Sent::Refused(form)) => Some(form),
        Err(problem) => refused(problem),
    }
}

fn chooser(k: &ReaderView<'_>, kind: Kind) -> Chooser {
    if kind == Kind::FindLeder { ledere(k) } else { Chooser::new(k, []) }
}

/// The address stands for what is shown: nothing else of it is taken over.
fn address(kind: Kind, search: &Search, page: usize) -> String {
    let page = (page > 1).then(|| page.to_string());
    let rows = PageSize::of(search, STANDARD).in_address();
    let pairs = [
        ("enhed", search.tekst("enhed")),
        ("tildelt", search.tekst("tildelt")),
        (PARAMETER, rows.as_deref()),
        ("side", page.as_deref()),
    ];
    let pairs: Vec<_> =
        pairs.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", percent_encode(value?)))).collect();
    if pairs.is_empty() { kind.path() } else { format!("{}?{}", kind.path(), pairs.join("&")) }
}

/// The same with more or fewer rows on a page.
fn sized(kind: Kind, search: &Search, size: PageSize) -> String {
    let others = search.0.iter().filter(|(name, _)| name != PARAMETER).cloned();
    let rows = size.in_address().map(|rows| (PARAMETER.to_owned(), rows));
    address(kind, &Search(others.chain(rows).collect()), 1)
}

/// In the unit that is asked for, and with whoever has this number now.
fn fits(line: Line<'_>, search: &Search, tildelt: Option<&str>) -> bool {
    let enhed = search.tekst("enhed").is_none_or(|enhed| line.ansvar.enhed == enhed);
    let has = line.ansvar.tildelt.as_deref().unwrap_or(NOBODY);
    enhed && tildelt.is_none_or(|nr| nr == has)
}

fn render(
    k: &ReaderView<'_>,
    kind: Kind,
    search: &Search,
    sent: &NotDone,
    status: StatusCode,
) -> Result<Response, PageError> {
    let (book, lines) = (k.state.service.app.book(), k.state.board.lines(&k.state.service, k.user()));
    let mut order: Foremost<Place<'_>, (&Arc<Aktuel>, Work)> = Foremost::of(ITEMS);
    let mut refused_ones: BTreeMap<Uuid, (&Arc<Aktuel>, Work)> = BTreeMap::new();
    let tildelt = search.tekst("tildelt").map(|nr| k.projections().current_nr(nr).to_owned());
    for line in lines.all().filter(|line| fits(*line, search, tildelt.as_deref())) {
        let found = line.works().find(|work| kind.has(work, line.row.is_signed));
        let Some(work) = found else { continue };
        let (id, aktuel) = (line.row.id, &line.row.aktuel);
        if sent.refused.contains_key(&id) || sent.changed.contains(&id) {
            refused_ones.insert(id, (aktuel, work));
        }
        let day = (work.dag - NaiveDate::default()).num_days();
        let day = if work.savable == Savable::Losing { -day } else { day };
        order.take((work.savable, day, &line.row.nr, id), (aktuel, work));
    }
    let order = order.in_order();
    let asked = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1_usize).max(1);
    let size = PageSize::of(search, STANDARD);
    let page = asked.min(size.last(order.count().min(ITEMS)));
    let skipped = (page - 1) * size.rows;
    remember(k, &order, address(kind, search, page));
    let row = |(aktuel, work): &(&Arc<Aktuel>, Work)| Row::new(k, kind, &aktuel.case(k.today, &book), work);

    // What was refused comes first, wherever in the list it has come to stand.
    let (mut error, mut rows, mut not_saved) = (Vec::new(), Vec::new(), Vec::new());
    for (id, refused) in &sent.refused {
        match refused_ones.get(id) {
            Some(one) => {
                let mut shown = row(one);
                error.extend(shown.refuse(refused));
                rows.push(shown);
            }
            None => not_saved.push(NotSaved::refused(k, *id, refused)),
        }
    }
    for id in &sent.changed {
        let Some(typed) = sent.left.get(id) else { continue };
        match refused_ones.get(id) {
            Some(one) => {
                let mut shown = row(one);
                error.push(shown.hold_changed(kind, typed));
                rows.push(shown);
            }
            None => not_saved.push(NotSaved::left(k, *id, kind, typed)),
        }
    }
    let focus = error.iter().find_map(|line| line.felt.clone());
    error.extend(not_saved.iter().map(NotSaved::line));
    let on_page = order.rows().skip(skipped).take(size.rows).map(|(_, one)| one);
    for one in on_page.filter(|(aktuel, _)| !refused_ones.contains_key(&aktuel.forloeb.id)) {
        let mut shown = row(one);
        if let Some(typed) = sent.left.get(&shown.id) {
            shown.hold(typed);
        }
        rows.push(shown);
    }
    if status != StatusCode::OK && error.is_empty() {
        error.push(ErrorLine { felt: None, tekst: "Der er ikke udfyldt nogen rækker, og intet er gemt.".to_owned() });
    }
    let done = (!sent.done.is_empty()).then(|| {
        let (one, more) = kind.done();
        (format!("{}.", counted(sent.done.len() as u64, one, more)), seen(k, &sent.done))
    });
    let page = Page {
        frame: k.frame(if error.is_empty() { kind.title().to_owned() } else { format!("Fejl: {}", kind.title()) }),
        title: kind.title(),
        help: kind.help(),
        action: address(kind, search, page),
        key: new_key()?,
        focus,
        error,
        not_saved,
        done,
        heads: kind.fields().iter().map(|(_, label)| *label).collect(),
        is_ticked: kind.is_ticked(),
        people: chooser(k, kind).shown(),
        count: order.count(),
        first: skipped + 1,
        last: (skipped + size.rows).min(order.count()),
        per_page: size.choices(order.count(), |size| sized(kind, search, size)),
        previous: (page > 1).then(|| address(kind, search, page - 1)),
        next: (skipped + size.rows < order.count().min(ITEMS)).then(|| address(kind, search, page + 1)),
        back: "/".to_owned(),
        rows,
    };
    Ok(k.list_with(status, &page))
}

/// One goes through the rows from a forløb too, and back to its place.
fn remember(k: &ReaderView<'_>, order: &Ordered<Place<'_>, (&Arc<Aktuel>, Work)>, address: String) {
    let item = |(_, (aktuel, _)): (&Place<'_>, &(&Arc<Aktuel>, Work))| {
        let id = aktuel.forloeb.id;
        (id, format!("/forloeb/{id}"))
    };
    let list = List { title: "rækkerne", address, items: order.rows().map(item).collect() };
    k.state.memory.listed(&k.logged_in.session, list, k.state.sessions.now());
}
