//! Signals of frequent absence: of all whom a leader leads, or of a unit for HR.

use std::cmp::Reverse;

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::assess;

use super::PageState;
use super::frame::{Frame, PageError};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::signals::{SignalPoint, all};
use super::parts::submission::{call, new_key};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search};
use crate::access::Intent;
use crate::commands::opfoelgning::Opfoelgning;
use crate::commands::signalbrev::{ENTRY, Signalbrevsoenske, form};
use crate::commands::{self, Command};
use crate::danish::danish;
use crate::problem::Problem;
use crate::projections::Loan;
use crate::views::signaler::begun;
use doors::address::percent_encode;

/// An employee with signals.
struct Medarbejder {
    name: String,
    /// The newest forløb of theirs.
    path: String,
    /// Where the talk about it is recorded, for who may: on the newest forløb.
    talk: Option<String>,
    signaler: Vec<SignalPoint>,
}

/// A unit to choose.
struct Enhed {
    path: String,
    name: String,
}

#[derive(Template)]
#[template(path = "signaler.html")]
struct Page {
    frame: Frame,
    /// The unit, or none: the reader's own people.
    enhed: Option<String>,
    /// For HR, as long as no unit is chosen.
    enheder: Vec<Enhed>,
    medarbejdere: Vec<Medarbejder>,
    /// Somebody was looked at.
    chosen: bool,
    key: String,
    error: Vec<ErrorLine>,
    /// Whether a leader wants a mail a week.
    brev: Option<PageForm>,
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    render(&state, &logged_in, search.tekst("enhed"), None).await
}

/// Whether a leader wants a mail a week.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Signalbrev)?;
    let given = form(false).given(&pairs);
    match ENTRY.run(&state.service.app, call(Signalbrevsoenske::NAME, &logged_in.user, None, &pairs, &given)).await {
        Ok(_) => Ok(Redirect::to("/signaler?ok=signalbrev").into_response()),
        Err(refusal) => render(&state, &logged_in, None, Some((&pairs, &shown_again(refusal)?))).await,
    }
}

async fn render(
    state: &PageState,
    logged_in: &LoggedIn,
    enhed: Option<&str>,
    refused: Option<(&Pairs, &Problem)>,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Follow)?;
    let chosen = enhed.filter(|enhed| logged_in.user.is_hr() && logged_in.user.scope.reaches(enhed));
    let numbers = begun(&state.service.app, &logged_in.user, chosen);
    let loans = state.service.app.loan_many(&numbers).await?;
    let leder = logged_in
        .user
        .leder_nr()
        .filter(|nr| logged_in.user.may_ever(Intent::Signalbrev) && state.service.app.projections().leads(nr));
    let mut brev: Option<PageForm> = match leder {
        Some(nr) => {
            let wanted = state.service.app.loan(nr).await?.ansaettelse().signalbrev().ugentligt;
            Some(form(wanted).into())
        }
        None => None,
    };
    let refused_form = refused.zip(brev.as_mut());
    let error = refused_form.map_or_else(Vec::new, |((pairs, problem), form)| form.refused(pairs, problem));
    let k = ReaderView::new(state, logged_in);
    let mut medarbejdere: Vec<Medarbejder> = loans.iter().filter_map(|loan| medarbejder(&k, loan)).collect();
    medarbejdere.sort_by_cached_key(|m| danish(&m.name));
    let hr_chooses = logged_in.user.is_hr() && chosen.is_none();
    let page = Page {
        frame: k.frame(if error.is_empty() { "Hyppigt fravær" } else { "Fejl: Hyppigt fravær" }),
        key: new_key()?,
        error,
        brev,
        enheder: if hr_chooses { enheder(&k) } else { Vec::new() },
        enhed: chosen.map(str::to_owned),
        medarbejdere,
        chosen: !hr_chooses,
    };
    Ok(k.list_with(refused.map_or(StatusCode::OK, |(_, problem)| problem.status_code()), &page))
}

fn enheder(k: &ReaderView<'_>) -> Vec<Enhed> {
    let mut enheder: Vec<(String, String)> = {
        let projections = k.projections();
        let reached = projections.steder().enheder.iter().filter(|(code, _)| k.user().scope.reaches(code));
        reached.map(|(code, name)| (code.clone(), name.clone())).collect()
    };
    enheder.sort_by_cached_key(|(code, name)| (danish(name), code.clone()));
    let enhed =
        |(code, name): (String, String)| Enhed { path: format!("/signaler?enhed={}", percent_encode(&code)), name };
    enheder.into_iter().map(enhed).collect()
}

fn medarbejder(k: &ReaderView<'_>, loan: &Loan) -> Option<Medarbejder> {
    let signaler = all(k, loan);
    let mut own = k.visible(loan);
    own.sort_by_key(|f| Reverse(f.foerste));
    let path = format!("/forloeb/{}", own.first()?.id);
    let talk = || own.iter().find_map(|f| talk(k, f));
    (!signaler.is_empty()).then(|| Medarbejder { name: k.row(loan.nr()), talk: talk(), path, signaler })
}

/// Where the talk is recorded on a forløb; none where its form is not there for this reader, as on one that is annulled.
fn talk(k: &ReaderView<'_>, f: &Forloeb) -> Option<String> {
    let name = Opfoelgning::NAME;
    let v = assess(f, k.today, &k.state.service.app.book());
    commands::on_forloeb(name)?.1.form(&k.at(), f, &v, name)?;
    Some(format!("/forloeb/{}?vis={name}#f-{name}", f.id))
}
