//! The yearly statistic by unit, a page of units at a time, with sums of all of them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::page_size::{PARAMETER, PageSize};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::sentences::figure;
use crate::views::groups::year;
use crate::views::statistics::{Figures, OnTime, Statistics};

/// Units of a page where nobody chooses.
const STANDARD: usize = 100;

struct Row {
    enhed: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "statistics.html")]
struct Page {
    frame: Frame,
    aar: i32,
    earlier: i32,
    later: Option<i32>,
    rows: Vec<Row>,
    total: Vec<String>,
    hidden: usize,
    count: usize,
    first: usize,
    last: usize,
    previous: Option<String>,
    next: Option<String>,
    per_page: Vec<(usize, String, bool)>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Statistics)?;
    let k = ReaderView::new(&state, &logged_in);
    let this_year = k.today.year();
    let aar = search.tekst("aar").and_then(|aar| year(aar, k.today)).unwrap_or(this_year);
    let Statistics { mut enheder, total, hidden, .. } = Statistics::of(&state.service.app, k.user(), aar).await?;
    enheder.sort_by_cached_key(|one| (danish(&one.enhed_navn), one.enhed.clone()));
    let (count, size) = (enheder.len(), PageSize::of(&search, STANDARD));
    let asked = search.tekst("side").and_then(|page| page.parse().ok()).unwrap_or(1_usize).max(1);
    let at = asked.min(size.last(count));
    let skipped = (at - 1) * size.rows;
    let address = |size: PageSize, page: usize| {
        let rows = size.in_address().map(|rows| format!("&{PARAMETER}={rows}")).unwrap_or_default();
        format!("?aar={aar}{rows}{}", if page > 1 { format!("&side={page}") } else { String::new() })
    };
    let rows = enheder.into_iter().skip(skipped).take(size.rows);
    let rows: Vec<Row> = rows.map(|one| Row { cells: cells(&one.figures), enhed: one.enhed_navn }).collect();
    let page = Page {
        frame: k.frame("Statistik"),
        aar,
        earlier: aar - 1,
        later: (aar < this_year).then_some(aar + 1),
        total: cells(&total),
        hidden,
        count,
        first: skipped + usize::from(count > 0),
        last: skipped + rows.len(),
        previous: (at > 1).then(|| address(size, at - 1)),
        next: (skipped + rows.len() < count).then(|| address(size, at + 1)),
        per_page: size.choices(count, |size| address(size, 1)),
        rows,
    };
    Ok(html(StatusCode::OK, &page))
}

fn cells(figures: &Figures) -> Vec<String> {
    let hidden = || "skjult".to_owned();
    let Figures { aabne, afsluttede, dage, short, long, on_time } = figures;
    let counts = [aabne, afsluttede, dage, short, long].into_iter().map(|n| n.map_or_else(hidden, figure));
    let percent = |one: &OnTime| match one.pct {
        Some(pct) => format!("{pct} %"),
        None if one.hidden => hidden(),
        None => "–".to_owned(),
    };
    counts.chain(on_time.iter().map(percent)).collect()
}
