//! What a form about a forløb sends, carried out: the same way for a form that stands alone and for a row among others.

use axum::http::StatusCode;
use forloeb::frister::assess;
use uuid::Uuid;

use super::page_form::shown_again;
use super::reader_view::ReaderView;
use super::session::{LoggedIn, Pairs};
use super::state::PageState;
use super::submission::{RefusedForm, call, once};
use crate::access::Intent;
use crate::commands::form::Form;
use crate::commands::{self, Entry, OnForloeb, OnPage, Outcome, WouldBe};
use crate::problem::Problem;
use crate::projections::Loan;

/// What became of it.
pub(crate) enum Sent {
    /// It was carried out: now, or when the same form was sent before, and then there is no outcome.
    Done(&'static Entry, Option<Outcome>),
    /// It was refused, with what was typed.
    Refused(RefusedForm),
}

/// The form makes no sense on the forløb as it stands now.
pub(crate) fn not_offered() -> Problem {
    let detail = "Det kan ikke registreres på forløbet, som det er nu. Se herunder, hvordan det står.";
    Problem::new(StatusCode::CONFLICT, "passer_ikke", "Passer ikke længere", detail)
}

/// Carries out the command of this name that a form sent.
///
/// # Errors
/// The forløb or the command does not exist for the reader, they may not, or something failed inside: there is nothing to
/// show a form again on.
pub(crate) async fn send(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    command: &str,
    fields: Pairs,
) -> Result<Sent, Problem> {
    let app = &state.service.app;
    let loan = app.loan_forloeb(id).await?;
    let (entry, on_page) = commands::on_forloeb(command).ok_or_else(Problem::not_found)?;
    let name = on_page.form_name(&fields);
    // The same form sent twice: what it did may have taken the form off the page, and that is no refusal.
    let executed = app.is_executed(once(&name, &logged_in.user, &fields)).await;
    if executed.map_err(|error| Problem::from(&error))? {
        return Ok(Sent::Done(entry, None));
    }
    let Some(page_form) = offered(state, logged_in, (&loan, id), on_page, &name)? else {
        return Ok(Sent::Refused(RefusedForm { page_form: name, submitted: fields, problem: not_offered() }));
    };
    if let Err(felt) = page_form.sure(&fields) {
        let problem = Problem::felt(felt, "mangler: det kan ikke fortrydes, så svar ja, hvis det er det, du vil");
        return Ok(Sent::Refused(RefusedForm { page_form: name, submitted: fields, problem }));
    }
    let given = page_form.given(&fields);
    match entry.run(app, call(&name, &logged_in.user, Some(id), &fields, &given)).await {
        Ok(outcome) => Ok(Sent::Done(entry, Some(outcome))),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            Ok(Sent::Refused(RefusedForm { page_form: name, submitted: fields, problem }))
        }
    }
}

/// What a form would lead to. Nothing is carried out.
///
/// # Errors
/// As [`send`].
pub(crate) async fn would<C: OnForloeb>(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    fields: &Pairs,
) -> Result<Result<WouldBe, RefusedForm>, Problem> {
    let app = &state.service.app;
    let loan = app.loan_forloeb(id).await?;
    let (_, on_page) = commands::on_forloeb(C::NAME).ok_or_else(Problem::not_found)?;
    let name = on_page.form_name(fields);
    let refused = |problem| RefusedForm { page_form: name.clone(), submitted: fields.clone(), problem };
    let Some(page_form) = offered(state, logged_in, (&loan, id), on_page, &name)? else {
        return Ok(Err(refused(not_offered())));
    };
    let given = page_form.given(fields);
    match C::would(app, call(&name, &logged_in.user, Some(id), fields, &given)).await {
        Ok(would_be) => Ok(Ok(would_be)),
        Err(refusal) => Ok(Err(refused(shown_again(refusal)?))),
    }
}

/// The form of this name as it stands on the page now; none where it is not on it any more.
fn offered(
    state: &PageState,
    logged_in: &LoggedIn,
    (loan, id): (&Loan, Uuid),
    on_page: &OnPage,
    name: &str,
) -> Result<Option<Form>, Problem> {
    let k = ReaderView::new(state, logged_in);
    let access = k.user().find(loan, id, Intent::See, &k.projections(), k.today)?;
    let f = access.forloeb();
    let v = assess(f, k.today, &state.service.app.book());
    let form = on_page.form(&k.at(), f, &v, name);
    if form.is_none() {
        // Or it never was for this reader.
        k.user().may_with(f, on_page.access, &k.projections(), k.today)?;
    }
    Ok(form)
}
