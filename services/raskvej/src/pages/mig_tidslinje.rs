//! The employee's own timeline: every forløb, open and closed, with what happened, what comes next and which mails left;
//! and everything that is held about them, as one file.

use std::sync::Arc;

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use forloeb::Forloeb;
use forloeb::frister::assess;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::frist::situation;
use super::history::{self, Line};
use super::parts::own::{Letter, Step, letters, on_paper, steps};
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Search};
use crate::access::Intent;
use crate::insight::{self, Asked, Written};
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::projections::Loan;
use app::opslag::Formaal;

/// Forløb on a page.
const ON_A_PAGE: usize = 5;

struct Case {
    id: uuid::Uuid,
    version: u64,
    heading: String,
    status: String,
    has_plan: bool,
    steps: Vec<Step>,
    history: Vec<Line>,
    letters: Vec<Letter>,
    /// The letters on paper: day, and which.
    on_paper: Vec<(String, &'static str)>,
}

#[derive(Template)]
#[template(path = "mig_tidslinje.html")]
struct Page {
    frame: Frame,
    key: String,
    cases: Vec<Case>,
    newer: Option<usize>,
    older: Option<usize>,
}

fn own_nr(logged_in: &LoggedIn) -> Result<&str, PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.may_do(Intent::Mine).is_ok());
    nr.ok_or_else(|| Problem::takes(Intent::Mine).into())
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let nr = own_nr(&logged_in)?;
    let loan = state.service.app.loan(nr).await?;
    // As the log has it, with the mails of long ago.
    let whole = state.service.app.whole(nr).await?.forloeb(&state.service.app.book());
    let k = ReaderView::new(&state, &logged_in);
    let mut all = k.visible(&loan);
    all.sort_by_key(|f| std::cmp::Reverse(f.foerste));
    let last = all.len().saturating_sub(1) / ON_A_PAGE + 1;
    let side = search.tekst("side").and_then(|side| side.parse().ok()).unwrap_or(1).clamp(1, last);
    let of = |f: &Arc<Forloeb>| case(&k, &loan, f, whole.iter().find(|other| other.id == f.id).map_or(f, |own| own));
    let page = Page {
        frame: k.frame("Min tidslinje"),
        key: String::new(),
        cases: all.iter().skip((side - 1) * ON_A_PAGE).take(ON_A_PAGE).map(of).collect(),
        newer: Some(side - 1).filter(|side| *side > 0),
        older: Some(side + 1).filter(|side| *side <= last),
    };
    Ok(Shown::of([nr.to_owned()]).in_answer(html(StatusCode::OK, &page)))
}

fn case(k: &ReaderView<'_>, loan: &Loan, f: &Forloeb, whole: &Forloeb) -> Case {
    let v = assess(f, k.today, &k.state.service.app.book());
    let history = history::lines(k, loan.ansaettelse(), f, false);
    Case {
        id: f.id,
        version: f.version,
        heading: match f.known_end(k.today) {
            Some(end) => format!("Fra {} til {}", long(f.foerste), long(end)),
            None => format!("Fra {}", long(f.foerste)),
        },
        status: situation(f, k.today),
        has_plan: f.plan().is_some(),
        steps: if f.is_aabent(k.today) { steps(k, f, &v) } else { Vec::new() },
        history: history.into_iter().filter(|l| !l.paamindelse).collect(),
        letters: letters(k, whole, &v, "sendt"),
        on_paper: on_paper(f),
    }
}

/// Everything that is held about the reader, in all their employments, as a file to read. That it is taken is noted.
pub(super) async fn everything(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let nr = own_nr(&logged_in)?.to_owned();
    let asked = Asked { nr, reader: logged_in.user.aktoer(), formaal: Formaal::Own };
    let bytes = insight::file(&state.service.app, asked, Written::Text).await.map_err(Problem::from)?;
    let heads = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"alt-om-mig.txt\""),
    ];
    Ok((heads, bytes).into_response())
}
