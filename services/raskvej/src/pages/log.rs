//! The whole log for the auditor: position, time, role, type and hash, a page at a time, and what is picked out of it.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use openidconnect::url::form_urlencoded::Serializer;

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::parts::log_filter::{LogFilter, STANDARD, kinds, marks, roles, when, who};
use super::parts::marks::Marks;
use super::parts::mistakes::Mistakes;
use super::parts::page_size::{PARAMETER, PageSize};
use super::parts::places::{address, with_numbers, with_places};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search};
use crate::access::Intent;
use crate::lookups::Shown;
use crate::sentences::figure;
use app::opslag::Content;

const PATH: &str = "/revision/log";
/// What the form asks for.
const ASKS: [&str; 8] = ["slags", "dag", "til", "rolle", "medarbejder", "stroem", "fra", PARAMETER];

struct Row {
    position: u64,
    time: String,
    who: String,
    kind: String,
    stream: String,
    hash: String,
}

/// A choice: code, text, whether it is chosen.
type Choice = (&'static str, &'static str, bool);

#[derive(Template)]
#[template(path = "log.html")]
struct Page {
    frame: Frame,
    count: String,
    fra: u64,
    filter: LogFilter,
    filtered: bool,
    marks: Marks,
    per_page: Vec<(usize, String, bool)>,
    antal: Option<String>,
    kinds: Vec<Choice>,
    roles: Vec<Choice>,
    error: Mistakes,
    rows: Vec<Row>,
    /// Addresses of the other pages.
    first: Option<String>,
    previous: Option<String>,
    next: Option<String>,
    last: Option<String>,
    /// It was looked so far, and there may be more.
    looked_to: Option<String>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    show(&ReaderView::new(&state, &logged_in), search).await
}

/// What the form asks for is shown at an address with nobody's number in it.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let k = ReaderView::new(&state, &logged_in);
    match address(&k, PATH, &fields, &ASKS) {
        Some(path) => Ok(Redirect::to(&path).into_response()),
        None => show(&k, Search(fields)).await,
    }
}

async fn show(k: &ReaderView<'_>, search: Search) -> Result<Response, PageError> {
    let app = &k.state.service.app;
    let search = with_numbers(k, search);
    let log_head = app.log.head().position;
    let size = PageSize::of(&search, STANDARD);
    let per_page = size.rows as u64;
    let fra = search.tekst("fra").and_then(|f| f.parse().ok()).unwrap_or(1).clamp(1, log_head.max(1));
    let filter = LogFilter::of(&search);
    let (picked, error) = match filter.read() {
        Ok(wanted) => (Some(wanted.pick(app, fra, size.rows).await?), Mistakes::default()),
        Err(error) => (None, error.into()),
    };
    let (events, onward) = picked.map_or_else(Default::default, |picked| (picked.events, picked.onward));
    let shown = Shown::of_events(&events).with_content(Content::Log);
    let filtered = !filter.is_empty();
    let whole = !filtered && error.is_empty();
    let asked: Vec<_> = filter.pairs().collect();
    let places = with_places(k, &asked);
    let sized = |fra: u64, size: PageSize| {
        let mut address = Serializer::new("?".to_owned());
        address.extend_pairs(&places).append_pair("fra", &fra.to_string());
        address.extend_pairs(size.in_address().map(|rows| (PARAMETER, rows))).finish()
    };
    let at = |fra| sized(fra, size);
    // Of a filter it is not known where the page before began.
    let previous = (whole && fra > 1).then(|| fra.saturating_sub(per_page).max(1));
    let sidste = (log_head.saturating_sub(1) / per_page) * per_page + 1;
    let full = events.len() == size.rows;
    let chosen = |code, text, now: &str| (code, text, code == now);
    let page = Page {
        frame: k.frame(error.in_title("Hele loggen")),
        count: figure(log_head),
        fra,
        kinds: kinds().into_iter().map(|kind| chosen(kind, kind, &filter.kind)).collect(),
        roles: roles().map(|(code, name)| chosen(code, name, &filter.rolle)).collect(),
        marks: marks(k, PATH, &asked, size),
        per_page: size.choices(usize::try_from(log_head).unwrap_or(usize::MAX), |size| sized(fra, size)),
        antal: size.in_address(),
        first: (fra > 1).then(|| at(1)),
        previous: previous.map(at),
        next: onward.map(at),
        last: (whole && onward.is_some()).then(|| at(sidste)),
        looked_to: onward.filter(|_| filtered && !full).map(|onward| figure(onward - 1)),
        rows: events
            .into_iter()
            .map(|r| Row {
                position: r.position,
                time: when(&r).map(tidspunkt).unwrap_or_default(),
                who: who(&r),
                hash: r.hash.map(|hash| hash.to_string()).unwrap_or_default(),
                stream: r.stream.to_string(),
                kind: r.kind,
            })
            .collect(),
        filter,
        filtered,
        error,
    };
    Ok(shown.in_answer(html(page.error.status(), &page)))
}
