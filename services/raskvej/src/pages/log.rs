//! The whole log for the auditor: position, time, role, type and hash, a page at a time.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::DateTime;

use super::PageState;
use super::datoer::tidspunkt;
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::lookups::Shown;
use crate::projections::Meta;
use crate::sentences::{figure, rolle_name};

const PER_PAGE: usize = 50;

struct Row {
    position: u64,
    time: String,
    who: String,
    kind: String,
    stream: String,
    hash: String,
}

#[derive(Template)]
#[template(path = "log.html")]
struct Page {
    frame: Frame,
    count: String,
    fra: u64,
    rows: Vec<Row>,
    previous: Option<u64>,
    next: Option<u64>,
    sidste: u64,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let log_head = state.service.app.log.head().position;
    let per_page = PER_PAGE as u64;
    let fra = search.tekst("fra").and_then(|f| f.parse().ok()).unwrap_or(1).clamp(1, log_head.max(1));
    let events = state.service.app.log.read(fra - 1, PER_PAGE).await?;
    let shown = Shown::of_events(&events);
    let rows: Vec<_> = events
        .into_iter()
        .map(|r| {
            let meta: Option<Meta> = serde_json::from_slice(&r.meta).ok();
            let who = meta.map(|m| match m.aktoer.rolle {
                Some(rolle) => rolle_name(rolle).to_owned(),
                None => m.aktoer.nr.unwrap_or_else(|| "Raskvej".to_owned()),
            });
            Row {
                position: r.position,
                time: DateTime::from_timestamp_micros(r.time).map(tidspunkt).unwrap_or_default(),
                who: who.unwrap_or_default(),
                kind: r.kind,
                stream: r.stream.to_string(),
                hash: r.hash.map(|hash| hash.to_string()).unwrap_or_default(),
            }
        })
        .collect();
    let page = Page {
        frame: ReaderView::new(&state, &logged_in).frame("Hele loggen"),
        count: figure(log_head),
        fra,
        rows,
        previous: (fra > 1).then(|| fra.saturating_sub(per_page).max(1)),
        next: (fra + per_page <= log_head).then_some(fra + per_page),
        sidste: (log_head.saturating_sub(1) / per_page) * per_page + 1,
    };
    Ok(shown.in_answer(html(StatusCode::OK, &page)))
}
