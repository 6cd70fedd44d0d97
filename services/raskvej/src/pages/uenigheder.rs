//! Where payroll and people say different things of an absence: both beside each other, for HR, with the way to the form that
//! decides.

use askama::Template;
use axum::extract::State;
use axum::response::Response;

use super::PageState;
use super::datoer::dato_in_digits;
use super::frame::{Frame, PageError};
use super::reader_view::ReaderView;
use super::session::LoggedIn;
use crate::access::Intent;
use crate::commands::uenighed::name;
use crate::problem::Problem;
use crate::views::uenighed::{StatementView, all};
use texts::uenighed::{says, subject_name};

/// Lines that are shown.
const AT_MOST: usize = 200;

struct Row {
    who: String,
    felt: &'static str,
    loen: String,
    person: String,
    gaelder: String,
    siden: String,
    forloeb: String,
    /// Where it is decided.
    path: String,
}

#[derive(Template)]
#[template(path = "uenigheder.html")]
struct Page {
    frame: Frame,
    rows: Vec<Row>,
    more: usize,
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Uenighed) {
        return Err(Problem::takes(Intent::Uenighed).into());
    }
    let uenigheder = all(&state.service.app, &logged_in.user);
    let k = ReaderView::new(&state, &logged_in);
    let rows = uenigheder.iter().take(AT_MOST).map(|u| {
        let form = name(&u.id);
        Row {
            who: k.row(&u.medarbejder_nr),
            felt: subject_name(u.felt),
            loen: says(u.felt, StatementView::said(u.loen)),
            person: says(u.felt, StatementView::said(u.person)),
            gaelder: says(u.felt, StatementView::said(u.gaelder)),
            siden: dato_in_digits(u.siden),
            forloeb: format!("/forloeb/{}", u.forloeb),
            path: format!("/forloeb/{}?vis={form}#f-{form}", u.forloeb),
        }
    });
    let page =
        Page { frame: k.frame("Uenigheder"), rows: rows.collect(), more: uenigheder.len().saturating_sub(AT_MOST) };
    Ok(k.list(&page))
}
