//! HR's overview: counts by frist and status, kroner at risk, and the forløb, narrowed and ordered by the address, to be
//! worked with and taken along as a file.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::Oere;
use forloeb::words::{Fristart, Friststatus};
use uuid::Uuid;

use super::PageState;
use super::datoer::{both, dato_in_digits, long};
use super::frame::{Frame, PageError};
use super::page_form::ErrorLine;
use super::parts::aftaler::Aftaler;
use super::parts::facets::{Asked, Counts, Facet, Filter, Met, filter, marks};
use super::parts::marks::Marks;
use super::parts::memory::{self, List};
use super::parts::next::Penge;
use super::parts::overview::{self, COLUMNS, Column, Found, PATH, Point, Value, Which, columns, sort_order};
use super::parts::page_size::{PARAMETER, PageSize};
use super::parts::people::handlers;
use super::parts::points::with_points;
use super::parts::saved_views::{self, SavedView};
use super::parts::submission::new_key;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::money::kroner;
use crate::sentences;
use crate::views::overview::tally;
use crate::views::uenighed::all as uenigheder;
use texts::standing::together;

/// Rows of a page where nobody chooses.
const STANDARD: usize = 50;

struct TallyCell {
    count: usize,
    path: String,
}

struct Tally {
    name: &'static str,
    cells: Vec<Option<TallyCell>>,
}

struct Head {
    name: &'static str,
    path: String,
    /// `aria-sort`, on the one column that is sorted by.
    sort: Option<&'static str>,
    figure: bool,
}

struct Cell {
    name: &'static str,
    tekst: String,
    figure: bool,
    /// Of a status.
    code: Option<&'static str>,
}

struct Row {
    id: Uuid,
    path: String,
    who: String,
    cells: Vec<Cell>,
}

#[derive(Template)]
#[template(path = "hr.html")]
struct Page {
    frame: Frame,
    heading: &'static str,
    /// Code, name, how many, and whether they are shown.
    which: Vec<(&'static str, &'static str, usize, bool)>,
    aabne: usize,
    raskmeldte: usize,
    i_fare: String,
    mistet: String,
    mistet_siden: String,
    aarets_sats: bool,
    /// So much is not in payroll any more, and waits for an answer.
    forsvundne: usize,
    uenigheder: usize,
    statuses: Vec<&'static str>,
    tallyings: Vec<Tally>,
    aftaler: Option<Aftaler>,
    views: Vec<SavedView>,
    /// What is shown, as a view that can be kept.
    here: String,
    filters: Vec<Filter>,
    marks: Marks,
    /// Code, name, and whether it is shown.
    columns: Vec<(&'static str, &'static str, bool)>,
    heads: Vec<Head>,
    rows: Vec<Row>,
    /// Of all that fits, of each kind of money.
    sums: Vec<(&'static str, String)>,
    count: usize,
    fra: usize,
    til: usize,
    pages: Vec<(usize, String, bool)>,
    per_page: Vec<(usize, String, bool)>,
    sort: String,
    antal: Option<String>,
    /// As many rows as a file has.
    in_file: usize,
    csv: String,
    xlsx: String,
    // What is chosen is given to somebody.
    key: String,
    chosen: bool,
    choose: String,
    people: Vec<String>,
    may_take: bool,
    typed: String,
    error: Vec<ErrorLine>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    let views = saved_views::of(&state, &logged_in).await;
    state.service.app.open_names().await.map_err(PageError::internal)?;
    let k = ReaderView::new(&state, &logged_in);
    let search = overview::under_current_nr(search, &k.projections());
    let overblik = tally(&logged_in.user, &k.projections());
    let money = overblik.penge.unwrap_or_default();
    let which = Which::of(&search);
    let lines = state.board.lines(&state.service, k.user());
    let (asked, size) = (Asked::of(&k, &search), PageSize::of(&search, STANDARD));
    let asked_page = search.tekst("side").and_then(|s| s.parse().ok()).unwrap_or(1_usize).max(1);
    let most = memory::ITEMS.max(asked_page.saturating_mul(size.rows));
    let (mut counts, mut met, mut unanswered) = (Counts::default(), Met::default(), Vec::new());
    let Found { foremost, count, sums } = overview::find(&k, &lines, &search, most, |point| {
        met.note(point);
        if point.line.row.asks_paragraf_56 {
            unanswered.push(*point);
        }
        asked.count(k.user(), point, &mut counts)
    });
    let aftaler = (which == Which::Open).then(|| Aftaler::new(&k, &unanswered)).flatten();
    let names = state.service.app.names();
    let (per_page, last) = (size.rows, size.last(count));
    let nr = asked_page.min(last);
    let fra = (nr - 1) * per_page;
    remember(&k, &search, &foremost);
    let shown = columns(&search);
    let rows: Vec<Row> = foremost.iter().skip(fra).take(per_page).map(|p| row(&k, p, &shown)).collect();
    let (sort, down) = sort_order(&search);
    let here = |new: &[(&str, &str)]| overview::address(PATH, &search, new);
    let chosen = search.tekst("valgte") == Some("alle");
    let page = Page {
        frame: k.frame(if which == Which::Open { "Overblik" } else { which.title() }),
        heading: which.title(),
        which: [
            (Which::Open, "Åbne", overblik.aabne),
            (Which::Penge, "Raskmeldte med penge", money.afsluttede_med_penge),
            (Which::All, "Alle i gang", overblik.aabne + money.afsluttede_med_penge),
        ]
        .map(|(one, name, count)| (one.code(), name, count, one == which))
        .into(),
        aabne: overblik.aabne,
        raskmeldte: money.afsluttede_med_penge,
        i_fare: kroner(money.i_fare),
        mistet: kroner(money.mistet),
        mistet_siden: long(money.mistet_siden),
        aarets_sats: money.aarets_sats,
        forsvundne: k.user().may_do(Intent::Import).map_or(0, |()| k.projections().count_forsvundne()),
        uenigheder: uenigheder(&state.service.app, &logged_in.user).len(),
        statuses: Friststatus::ALL.iter().map(|s| together(*s)).collect(),
        tallyings: if which == Which::Open { tallyings(&overblik.frister) } else { Vec::new() },
        aftaler,
        views,
        here: here(&[("side", ""), ("valgte", "")]),
        filters: Facet::ALL.into_iter().filter_map(|facet| filter(&names, &search, (&asked, &counts), facet)).collect(),
        marks: marks(&names, &search, &met),
        columns: COLUMNS.iter().map(|c| (c.code, c.name, shown.iter().any(|one| one.code == c.code))).collect(),
        heads: heads(&search, &shown),
        count,
        fra: fra + usize::from(!rows.is_empty()),
        til: fra + rows.len(),
        sums: Penge::ALL.into_iter().zip(sums).map(|(penge, sum)| (penge.title(), kroner(sum))).collect(),
        pages: pages(&search, nr, last),
        per_page: size.choices(count, |size| {
            here(&[(PARAMETER, &size.in_address().unwrap_or_default()), ("side", ""), ("valgte", "")])
        }),
        sort: format!("{}{sort}", if down { "-" } else { "" }),
        antal: size.in_address(),
        in_file: count.min(overview::IN_FILE),
        csv: overview::address("/hr/overblik.csv", &search, &[("side", ""), ("antal", ""), ("valgte", "")]),
        xlsx: overview::address("/hr/overblik.xlsx", &search, &[("side", ""), ("antal", ""), ("valgte", "")]),
        key: new_key()?,
        chosen,
        choose: format!("{}#valg", here(&[("valgte", if chosen { "" } else { "alle" })])),
        people: handlers(&k).shown(),
        may_take: k.user().nr.is_some(),
        typed: String::new(),
        error: Vec::new(),
        rows,
    };
    Ok(k.list(&page))
}

/// The table is where one comes back to from each of its forløb, and goes on from.
fn remember(k: &ReaderView<'_>, search: &Search, foremost: &[Point<'_>]) {
    let item = |p: &Point<'_>| (p.line.row.id, format!("/forloeb/{}", p.line.row.id));
    let items = foremost.iter().take(memory::ITEMS).map(item).collect();
    let list = List { title: "overblikket", address: overview::address(PATH, search, &[("valgte", "")]), items };
    k.state.memory.listed(&k.logged_in.session, list, k.state.sessions.now());
}

fn row(k: &ReaderView<'_>, point: &Point<'_>, columns: &[&'static Column]) -> Row {
    let f = &point.aktuel().forloeb;
    let cell = |column: &&'static Column| {
        let value = point.cell(k, column);
        let code = if let Value::Badge(code, _) = &value { Some(*code) } else { None };
        Cell { name: column.name, tekst: shown(value, k.today), figure: column.figure, code }
    };
    Row {
        id: f.id,
        path: format!("/forloeb/{}", f.id),
        who: k.row(&f.medarbejder_nr),
        cells: columns.iter().map(cell).collect(),
    }
}

/// What stands in a cell, as people read it.
fn shown(value: Value, today: NaiveDate) -> String {
    match value {
        Value::Text(tekst) | Value::Badge(_, tekst) => tekst,
        Value::Next(None) => "Ingen".to_owned(),
        Value::Next(Some((frist, maaldag, _))) => format!("{frist} {}", both(maaldag, today)),
        Value::Day(dag) => dato_in_digits(dag),
        Value::Count(n) => with_points(n),
        Value::Amount(Oere::ZERO) => "–".to_owned(),
        Value::Amount(amount) => kroner(amount),
        Value::Lost(amount) => format!("{} mistet", kroner(amount)),
    }
}

fn tallyings(frister: &BTreeMap<Fristart, BTreeMap<Friststatus, usize>>) -> Vec<Tally> {
    Fristart::ALL
        .iter()
        .filter_map(|art| {
            let figure = frister.get(art)?;
            let path = |s: &Friststatus| format!("/hr?frist={art}&status={s}#forloeb");
            let cell = |s: &Friststatus| figure.get(s).map(|n| TallyCell { count: *n, path: path(s) });
            let cells = Friststatus::ALL.iter().map(cell).collect();
            Some(Tally { name: sentences::frist_name(*art), cells })
        })
        .collect()
}

/// The heads of the table, that of the names first; each orders by its column.
fn heads(search: &Search, columns: &[&'static Column]) -> Vec<Head> {
    let (sort, down) = sort_order(search);
    let head = |code: &'static str, name: &'static str, figure: bool| {
        let here = code == sort;
        let new = if here && !down { format!("-{code}") } else { code.to_owned() };
        Head {
            name,
            path: overview::address(PATH, search, &[("sort", &new), ("side", ""), ("valgte", "")]),
            sort: here.then_some(if down { "descending" } else { "ascending" }),
            figure,
        }
    };
    let names = [head("navn", "Medarbejder", false)];
    names.into_iter().chain(columns.iter().map(|column| head(column.code, column.name, column.figure))).collect()
}

/// Every page up to seven, else the first, the last and those around the current one.
fn pages(search: &Search, nr: usize, last: usize) -> Vec<(usize, String, bool)> {
    let path = |n: usize| overview::address(PATH, search, &[("side", &n.to_string()), ("valgte", "")]);
    (1..=last)
        .filter(|n| last <= 7 || *n == 1 || *n == last || n.abs_diff(nr) <= 1)
        .map(|n| (n, path(n), n == nr))
        .collect()
}
