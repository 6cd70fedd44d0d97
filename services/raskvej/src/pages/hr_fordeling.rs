//! How many open forløb each in HR and each coordinator has, beside what the workplace says one is to have at most.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use doors::address::percent_encode;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::board::Line;
use super::parts::overview::named;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::danish::NameKey;
use crate::money::kroner;
use forloeb::Oere;

/// What somebody has.
#[derive(Default, Clone, Copy)]
struct Load {
    open: usize,
    /// Of which HR is to do something now.
    with_tasks: usize,
    /// Of which all waits for others.
    waiting: usize,
    fare: Oere,
}

struct Row {
    who: String,
    /// The forløb, where a list has them.
    path: Option<String>,
    open: usize,
    /// So many more than the norm.
    over: Option<usize>,
    with_tasks: usize,
    waiting: usize,
    fare: String,
}

#[derive(Template)]
#[template(path = "hr_fordeling.html")]
struct Page {
    frame: Frame,
    norm_hr: Option<u32>,
    norm_koordinator: Option<u32>,
    hr: Vec<Row>,
    koordinatorer: Vec<Row>,
    /// Open ones that nobody in HR has taken on.
    nobodys: usize,
}

impl Load {
    fn count(&mut self, k: &ReaderView<'_>, line: Line<'_>) {
        self.open += 1;
        self.with_tasks += usize::from(line.doings() != 0);
        self.waiting += usize::from(line.row.aktuel.forloeb.afventer_on(k.today).is_some());
        self.fare += line.row.fare;
    }
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    _: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Overview)?;
    state.service.app.open_names().await.map_err(PageError::internal)?;
    let k = ReaderView::new(&state, &logged_in);
    let lines = state.board.lines(&state.service, k.user());
    let (mut hr, mut koordinatorer, mut nobodys) = (HashMap::new(), HashMap::new(), 0);
    for line in lines.all().filter(|line| line.row.card.is_aabent()) {
        match line.ansvar.tildelt.as_deref() {
            Some(nr) => hr.entry(nr).or_insert_with(Load::default).count(&k, line),
            None => nobodys += 1,
        }
        if let Some(nr) = line.ansvar.koordinator.as_deref() {
            koordinatorer.entry(nr).or_insert_with(Load::default).count(&k, line);
        }
    }
    let normer = state.service.normer;
    let page = Page {
        frame: k.frame("Fordeling"),
        norm_hr: normer.hr,
        norm_koordinator: normer.koordinator,
        hr: rows(&k, hr, normer.hr, |nr| Some(format!("/hr?tildelt={}#forloeb", percent_encode(nr)))),
        koordinatorer: rows(&k, koordinatorer, normer.koordinator, |_| None),
        nobodys,
    };
    Ok(html(StatusCode::OK, &page))
}

/// Who has most comes first, and of as many in Danish order.
fn rows(
    k: &ReaderView<'_>,
    loads: HashMap<&str, Load>,
    norm: Option<u32>,
    path: impl Fn(&str) -> Option<String>,
) -> Vec<Row> {
    let names = k.state.service.app.names();
    let mut ordered: Vec<(NameKey, &str, Load)> =
        loads.into_iter().map(|(nr, load)| (named(&names, nr), nr, load)).collect();
    ordered.sort_unstable_by(|(a, a_nr, more), (b, b_nr, less)| {
        less.open.cmp(&more.open).then_with(|| a.cmp(b)).then_with(|| a_nr.cmp(b_nr))
    });
    let over = |open: usize| norm.and_then(|norm| open.checked_sub(norm as usize)).filter(|over| *over > 0);
    let row = |(_, nr, load): (NameKey, &str, Load)| Row {
        who: k.name(nr),
        path: path(nr),
        open: load.open,
        over: over(load.open),
        with_tasks: load.with_tasks,
        waiting: load.waiting,
        fare: if load.fare == Oere::ZERO { "–".to_owned() } else { kroner(load.fare) },
    };
    ordered.into_iter().map(row).collect()
}
