//! What the overview shows as a file: the same filters, columns and order, every row of it.

use std::borrow::Cow;
use std::error::Error;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use forloeb::Oere;

use super::PageState;
use super::frame::PageError;
use super::parts::overview::{self, Column, Point, Value, Wanted, columns};
use super::parts::sheet::{self, SheetCell};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use app::opslag::Content;

/// What a workbook is to a browser.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

pub(super) async fn csv(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    file(&state, &logged_in, &search, ("csv", "text/csv; charset=utf-8"), |_, heads, rows| {
        let text = |row: Vec<SheetCell>| row.into_iter().map(|cell| Cow::from(cell.into_text())).collect();
        let heads = heads.into_iter().map(Cow::from).collect();
        sheet::csv(std::iter::once(heads).chain(rows.into_iter().map(text)))
    })
    .await
}

pub(super) async fn xlsx(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    file(&state, &logged_in, &search, ("xlsx", XLSX), |today, heads, rows| {
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        sheet::xlsx("Overblik", today, &heads, rows)
    })
    .await
}

/// The rows as a file of a kind: its ending, what it is, and how it is written. A file of many rows takes long: it is written
/// on a thread that answers nobody.
async fn file<E: Error + Send + Sync + 'static>(
    state: &PageState,
    logged_in: &LoggedIn,
    search: &Search,
    (ending, kind): (&str, &'static str),
    how: impl FnOnce(NaiveDate, Vec<String>, Vec<Vec<SheetCell>>) -> Result<Vec<u8>, E> + Send + 'static,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    state.service.app.open_names().await.map_err(PageError::internal)?;
    let k = ReaderView::new(state, logged_in);
    let (heads, rows) = table(&k, search);
    let today = k.today;
    let written = tokio::task::spawn_blocking(move || how(today, heads, rows)).await;
    let body = written.map_err(PageError::internal)?.map_err(PageError::internal)?;
    let name = format!("attachment; filename=\"raskvej-overblik-{today}.{ending}\"");
    let heads = [(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok(k.told_as(Content::ListFile, (heads, body).into_response()))
}

/// The heads and the rows. Who stands in them is told of, once for the whole file.
fn table(k: &ReaderView<'_>, search: &Search) -> (Vec<String>, Vec<Vec<SheetCell>>) {
    let (lines, shown) = (k.state.board.lines(&k.state.service, k.user()), columns(search));
    let wanted = Wanted::read(search, None).map(|wanted| wanted.by_any_nr(&k.projections()));
    let fits = |point: &Point<'_>| point.fits(k.user(), wanted.as_ref());
    let rows = overview::find(k, &lines, search, overview::IN_FILE, fits).foremost;
    let title = |column: &&'static Column| match column.code {
        "fare" => vec!["Kan mistes (kr.)".to_owned(), "Mistet (kr.)".to_owned()],
        "frist" => vec![column.name.to_owned(), "Måldag".to_owned(), "Sidste dag".to_owned()],
        "kan-soeges" | "mistet" => vec![format!("{} (kr.)", column.name)],
        _ => vec![column.name.to_owned()],
    };
    let heads = std::iter::once("Medarbejder".to_owned()).chain(shown.iter().flat_map(title)).collect();
    let row = |point: &Point<'_>| {
        let name = SheetCell::Text(k.row(&point.aktuel().forloeb.medarbejder_nr));
        std::iter::once(name).chain(shown.iter().flat_map(|column| cells(point.cell(k, column), column))).collect()
    };
    (heads, rows.iter().map(row).collect())
}

/// A cell of the page as the file has it: what can be lost and what is lost have a column each, so that they can be summed,
/// and a frist has its days in columns of their own, so that they can be sorted.
fn cells(value: Value, column: &Column) -> Vec<SheetCell> {
    match value {
        Value::Text(tekst) | Value::Badge(_, tekst) => vec![SheetCell::Text(tekst)],
        Value::Day(dag) => vec![SheetCell::Day(dag)],
        Value::Next(Some((frist, maaldag, lovdag))) => {
            vec![SheetCell::Text(frist.to_owned()), SheetCell::Day(maaldag), SheetCell::Day(lovdag)]
        }
        Value::Next(None) => ["Ingen", "", ""].map(|tekst| SheetCell::Text(tekst.to_owned())).into(),
        Value::Count(n) => vec![SheetCell::Count(n)],
        Value::Amount(amount) if column.code == "fare" => {
            vec![SheetCell::Amount(amount), SheetCell::Amount(Oere::ZERO)]
        }
        Value::Amount(amount) => vec![SheetCell::Amount(amount)],
        Value::Lost(amount) => vec![SheetCell::Amount(Oere::ZERO), SheetCell::Amount(amount)],
    }
}
