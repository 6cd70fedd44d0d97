//! How many of the open plans of each unit cover each of the seven principles.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::words::Princip;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::plan::princip;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::sentences::figure;
use crate::views::groups::AT_LEAST;
use crate::views::plan_daekning::{EnhedDaekning, PlanDaekning};

struct Row {
    enhed: String,
    cells: Vec<String>,
}

#[derive(Template)]
#[template(path = "hr_planer.html")]
struct Page {
    frame: Frame,
    /// Number and name.
    principper: Vec<(usize, &'static str)>,
    rows: Vec<Row>,
    hidden: usize,
    at_least: usize,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    _: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Statistics)?;
    let k = ReaderView::new(&state, &logged_in);
    let PlanDaekning { mut enheder, skjulte } = PlanDaekning::of(k.user(), &k.projections());
    enheder.sort_by_cached_key(|e| (danish(&e.enhed_navn), e.enhed.clone()));
    let page = Page {
        frame: k.frame("Planernes principper"),
        principper: Princip::ALL.iter().map(|p| (p.number(), princip(*p))).collect(),
        rows: enheder.into_iter().map(row).collect(),
        hidden: skjulte,
        at_least: AT_LEAST,
    };
    Ok(html(StatusCode::OK, &page))
}

fn row(enhed: EnhedDaekning) -> Row {
    let count = |n: usize| figure(u64::try_from(n).unwrap_or(u64::MAX));
    let covered = enhed.principper.iter().map(|p| p.daekket.map_or_else(|| "skjult".to_owned(), count));
    Row { cells: std::iter::once(count(enhed.count)).chain(covered).collect(), enhed: enhed.enhed_navn }
}
