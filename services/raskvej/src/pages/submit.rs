//! What a form of a forløb sends: a command by the name of its route, then back to the page.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::frister::assess;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::forloeb::render;
use super::frame::PageError;
use super::page_form::shown_again;
use super::parts::act::Asked;
use super::parts::confirmation::remark_code;
use super::parts::submission::{RefusedForm, WAY_BACK, call, once};
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, find};
use super::{PageState, mig};
use crate::access::Intent;
use crate::commands::typed::Typed;
use crate::commands::{self, OnPage};
use crate::problem::Problem;

pub(super) async fn command(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path((tekst, command)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    let app = &state.service.app;
    let loan = app.loan_forloeb(id).await.map_err(Problem::from)?;
    let (entry, on_page) = commands::on_forloeb(&command).ok_or_else(Problem::not_found)?;
    let name = on_page.form_name(&fields);
    // The same form sent twice: what it did may have taken the form off the page, and that is no refusal.
    if app.is_executed(once(&name, &logged_in.user, &fields)).await? {
        return home(&state, &logged_in, id, entry.code(None), "", &fields).await;
    }
    let page_form = {
        let k = ReaderView::new(&state, &logged_in);
        let f = k.find(&loan, id, Intent::See)?;
        let v = assess(f, k.today, &app.book());
        on_page.form(&k.at(), f, &v, &name).ok_or_else(|| not_here(&k, f, on_page))
    };
    let page_form = match page_form {
        Ok(page_form) => page_form,
        // What was typed is shown with the page as it is now: nobody has to write it again.
        Err(problem) if problem.status == 409 => {
            return refuse(&state, &logged_in, id, &RefusedForm { page_form: name, submitted: fields, problem }).await;
        }
        Err(problem) => return Err(problem.into()),
    };
    if let Err(felt) = page_form.sure(&fields) {
        let problem = Problem::felt(felt, "mangler: det kan ikke fortrydes, så svar ja, hvis det er det, du vil");
        return refuse(&state, &logged_in, id, &RefusedForm { page_form: name, submitted: fields, problem }).await;
    }
    let given = page_form.given(&fields);
    match entry.run(app, call(&name, &logged_in.user, Some(id), &fields, &given)).await {
        Ok(outcome) => {
            home(&state, &logged_in, id, entry.code(Some(&outcome)), remark_code(outcome.hints()), &fields).await
        }
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            refuse(&state, &logged_in, id, &RefusedForm { page_form: name, submitted: fields, problem }).await
        }
    }
}

/// Back to the page, or to the list that the form was opened from, with a word that it was done.
async fn home(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    code: &str,
    remark: &str,
    submitted: &Typed,
) -> Result<Response, PageError> {
    let home = if logged_in.user.rolle == Rolle::Medarbejder { "/mig".to_owned() } else { format!("/forloeb/{id}") };
    // A command can take the forløb out of the caller's sight: a change of leader, an annulment.
    let loan = state.service.app.loan_forloeb(id).await?;
    let from_list = find(submitted, WAY_BACK.0) == Some(WAY_BACK.1);
    if let Some(list) = state.memory.in_list(&logged_in.session, id).filter(|_| from_list) {
        let (address, onward) = list.onward;
        let sign = if address.contains('?') { '&' } else { '?' };
        return Ok(Redirect::to(&format!("{address}{sign}ok={code}{remark}&sag={id}#r-{onward}")).into_response());
    }
    let seen = ReaderView::new(state, logged_in).find(&loan, id, Intent::See).is_ok();
    Ok(Redirect::to(&format!("{}?ok={code}{remark}", if seen { home.as_str() } else { "/" })).into_response())
}

async fn refuse(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    refused: &RefusedForm,
) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::See)?;
    if logged_in.user.rolle == Rolle::Medarbejder {
        return mig::render(&k, &loan, mig::opslag(state, logged_in).await?, Some(refused));
    }
    let whole = state.service.app.whole(loan.nr()).await?;
    render(&k, &loan, f, &whole, Asked::Nothing, Some(refused))
}

/// The form is not on the page any more, or never was for this reader.
fn not_here(k: &ReaderView<'_>, f: &Forloeb, on_page: &OnPage) -> Problem {
    if let Err(denial) = k.user().may_with(f, on_page.access, &k.projections(), k.today) {
        return denial.into();
    }
    let detail = "Det kan ikke registreres på forløbet, som det er nu. Se herunder, hvordan det står.";
    Problem::new(StatusCode::CONFLICT, "passer_ikke", "Passer ikke længere", detail)
}
