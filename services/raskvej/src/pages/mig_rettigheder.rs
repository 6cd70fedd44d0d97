//! What somebody who is ill has to do, can do and may say no to, phase by phase; where they are now stands first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::frister::assess;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::problem::Problem;
use texts::faser::Fase;
use texts::rettigheder::Point;

struct Phase {
    title: &'static str,
    now: bool,
    duties: Vec<Point>,
    rights: Vec<Point>,
    decline: Vec<Point>,
}

#[derive(Template)]
#[template(path = "mig_rettigheder.html")]
struct Page {
    frame: Frame,
    phases: Vec<Phase>,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.may_do(Intent::Mine).is_ok());
    let nr = nr.ok_or_else(|| Problem::takes(Intent::Mine))?;
    let loan = state.service.app.loan(nr).await?;
    let k = ReaderView::new(&state, &logged_in);
    let open = k.visible(&loan).into_iter().rev().find(|f| f.is_aabent(k.today));
    let now = open.map(|f| Fase::of(&f, &assess(&f, k.today, &state.service.app.book()), k.today));
    let phase = |fase: Fase| Phase {
        title: fase.title(),
        now: Some(fase) == now,
        duties: fase.duties(),
        rights: fase.rights(),
        decline: fase.may_decline(),
    };
    let mut phases: Vec<_> = Fase::ALL.map(phase).into();
    phases.sort_by_key(|phase| !phase.now);
    Ok(html(StatusCode::OK, &Page { frame: k.frame("Hvad skal jeg, og hvad kan jeg sige nej til?"), phases }))
}
