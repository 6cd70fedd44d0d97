//! What at work was said to be a cause, by unit and year, to be printed for MED: numbers only, and of no few people.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::Datelike;
use forloeb::words::Arbejdsmiljoeaarsag;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::sentences::{arbejdsaarsag_column, figure, long_dato};
use crate::views::arbejdsmiljoe::{CauseFigures, Causes};
use crate::views::groups::{AT_LEAST, year};

struct Row {
    enhed: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "hr_arbejdsmiljoe.html")]
struct Page {
    frame: Frame,
    aar: i32,
    earlier: i32,
    later: Option<i32>,
    today: String,
    causes: Vec<&'static str>,
    rows: Vec<Row>,
    /// There is a row of the other units together.
    others: bool,
    /// The reader sees every unit.
    whole: bool,
    at_least: usize,
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
    let Causes { mut enheder, andre_enheder, .. } = Causes::of(&state.service.app, k.user(), aar).await?;
    enheder.sort_by_cached_key(|e| (danish(&e.enhed_navn), e.enhed.clone()));
    let others = andre_enheder.is_some();
    let shown = enheder.into_iter().map(|e| (e.enhed_navn, e.figures));
    let shown = shown.chain(andre_enheder.map(|figures| ("Andre enheder samlet".to_owned(), figures)));
    let first_year = year(&(aar - 1).to_string(), k.today).unwrap_or(aar);
    let page = Page {
        frame: k.frame("Årsager på arbejdet"),
        aar,
        earlier: first_year,
        later: (aar < this_year).then_some(aar + 1),
        today: long_dato(k.today),
        causes: Arbejdsmiljoeaarsag::ALL
            .iter()
            .filter(|one| **one != Arbejdsmiljoeaarsag::Ingen)
            .map(|one| arbejdsaarsag_column(*one))
            .collect(),
        rows: shown.map(|(enhed, figures)| Row { enhed, cells: cells(&figures) }).collect(),
        others,
        whole: k.user().scope.is_all(),
        at_least: AT_LEAST,
    };
    Ok(html(StatusCode::OK, &page))
}

fn cells(figures: &CauseFigures) -> Vec<String> {
    let count = |n: usize| figure(u64::try_from(n).unwrap_or(u64::MAX));
    let shown = |n: Option<usize>| n.map_or_else(|| "skjult".to_owned(), count);
    let causes = figures.causes.iter().map(|cause| shown(cause.count));
    let done = [figures.med_foranstaltning, figures.fulgt_op, figures.arbejdsskade].map(shown);
    std::iter::once(count(figures.count)).chain(causes).chain(done).collect()
}
