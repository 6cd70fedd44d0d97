//! "Vores politik og dine rettigheder", for everybody: what happens when, what the law asks for and what the workplace has
//! decided, who is told, and what one may say no to.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use forloeb::words::Rolle;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::parts::fastsatte::{PolitikCard, cards};
use super::parts::names::with_capital;
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::access::table::RULES;
use crate::politik::all;
use crate::rettigheder::{Phase, Point, Step, duties, has_exceptions, may_decline, rights, steps, told};
use crate::sentences::rolle_name;

#[derive(Template)]
#[template(path = "politik.html")]
struct Page {
    frame: Frame,
    today: String,
    /// The unit of the reader, whose rules these are; none: they are for everybody.
    enhed: Option<String>,
    rules: String,
    phases: Vec<(&'static str, Vec<Step>)>,
    /// Some absences have other days.
    exceptions: bool,
    told: Vec<String>,
    /// Who sees what of a case, from the table that decides it.
    sees: Vec<(&'static str, &'static str)>,
    decline: Vec<Point>,
    rights: Vec<Point>,
    duties: Vec<Point>,
    cards: Vec<PolitikCard>,
    over: Vec<PolitikCard>,
    /// The reader has a page of their own.
    own_page: bool,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let laid = all(&state.service.app.log).await?;
    let k = ReaderView::new(&state, &logged_in);
    let book = state.service.app.book();
    let (rules, enhed) = {
        let projections = k.projections();
        let stamdata = k.user().nr.as_deref().and_then(|nr| projections.stamdata(nr));
        match stamdata {
            Some(s) => (book.in_force_at(k.today, s.sted()), Some(s.enhed_navn.clone())),
            None => (book.in_force(k.today).clone(), None),
        }
    };
    let all_steps = steps(&rules);
    let phase = |phase: Phase| {
        let own: Vec<_> = all_steps.iter().filter(|step| step.phase == phase).cloned().collect();
        (phase.title(), own)
    };
    let (cards, over) = cards(&k, &laid);
    let page = Page {
        frame: k.frame("Vores politik og dine rettigheder"),
        today: long(k.today),
        enhed,
        rules: rules.name.to_string(),
        phases: Phase::ALL.map(phase).into_iter().filter(|(_, steps)| !steps.is_empty()).collect(),
        exceptions: has_exceptions(&rules),
        told: told(&rules),
        sees: sees(),
        decline: may_decline(),
        rights: rights(),
        duties: duties(&rules),
        cards,
        over,
        own_page: k.user().may_do(Intent::Mine).is_ok(),
    };
    Ok(html(StatusCode::OK, &page))
}

/// The first rule by which each role sees a case at all, and why it does.
fn sees() -> Vec<(&'static str, &'static str)> {
    let rule = |rolle: &Rolle| {
        let rule = RULES.iter().find(|rule| rule.rolle == *rolle && rule.may.contains(&Intent::See))?;
        Some((with_capital(rolle_name(*rolle)), rule.because))
    };
    Rolle::ALL.iter().filter_map(rule).collect()
}
