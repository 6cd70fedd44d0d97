//! How many of a month's reminders were followed by what they asked for.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{Datelike, NaiveDate};
use forloeb::calendar::{Dage, plus_dage};
use forloeb::fulgt::{ARBEJDSDAGE, LOOKED_BACK_DAGE};

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::danish;
use crate::fulgte::{Fulgt, asked, before, fulgte};
use crate::problem::Problem;
use crate::sentences::{figure, frist_name, month_name};
use crate::views::groups::AT_LEAST;

/// A month that is named in the address.
struct Link {
    path: String,
    name: String,
}

impl Link {
    fn of(dag: NaiveDate) -> Self {
        Self { path: format!("?maaned={}-{:02}", dag.year(), dag.month()), name: month_name(dag) }
    }
}

/// How many were sent, how many of them were followed, and as a share.
struct Row {
    name: String,
    cells: [String; 3],
}

/// The numbers by one thing.
struct Table {
    heading: &'static str,
    /// What its rows are.
    column: &'static str,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "hr_paamindelser.html")]
struct Page {
    frame: Frame,
    month: String,
    earlier: Link,
    later: Option<Link>,
    tables: Vec<Table>,
    total: Row,
    hidden_frister: usize,
    hidden_enheder: usize,
    at_least: usize,
    arbejdsdage: u32,
    looked_back: i64,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Statistics)?;
    let k = ReaderView::new(&state, &logged_in);
    let this_month = k.today.with_day(1).unwrap_or(k.today);
    let asked = search.tekst("maaned").and_then(|text| asked(text, k.today));
    let Dage { fra, til } = asked.or_else(|| before(k.today)).ok_or_else(Problem::not_found)?;
    let app = &state.service.app;
    let Some(turn) = app.what_if.now() else {
        let detail = "Der regnes allerede for to andre. Prøv igen om lidt.";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Travlt", detail).into());
    };
    let found = fulgte(app, turn, &logged_in.user.scope, Dage { fra, til }).await?;
    let mut enheder: Vec<_> = found.enheder.iter().collect();
    enheder.sort_by_cached_key(|((code, name), _)| (danish(name), code.clone()));
    let frister: Vec<_> = found.frister.iter().map(|(art, fulgt)| row(frist_name(*art), *fulgt)).collect();
    let enheder = enheder.into_iter().map(|((_, name), fulgt)| row(name, *fulgt)).collect();
    let mut tables = vec![
        Table { heading: "Efter frist", column: "Frist", rows: frister },
        Table { heading: "Efter enhed", column: "Enhed", rows: enheder },
    ];
    tables.retain(|table| !table.rows.is_empty());
    let page = Page {
        frame: k.frame("Påmindelser, der blev fulgt"),
        month: month_name(fra),
        earlier: Link::of(plus_dage(fra, -1)),
        later: Some(plus_dage(til, 1)).filter(|next| *next <= this_month).map(Link::of),
        tables,
        total: row("I alt uden det skjulte", found.in_all),
        hidden_frister: found.hidden_frister,
        hidden_enheder: found.hidden_enheder,
        at_least: AT_LEAST,
        arbejdsdage: ARBEJDSDAGE,
        looked_back: LOOKED_BACK_DAGE,
    };
    Ok(html(StatusCode::OK, &page))
}

fn row(name: &str, Fulgt { sendt, fulgt }: Fulgt) -> Row {
    let share = (fulgt * 100).checked_div(sendt).map_or_else(|| "–".to_owned(), |percent| format!("{percent} %"));
    Row { name: name.to_owned(), cells: [figure(sendt), figure(fulgt), share] }
}
