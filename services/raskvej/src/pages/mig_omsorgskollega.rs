//! The employee chooses ahead who may ring them, should they fall ill: what their own page sends.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};

use super::PageState;
use super::frame::PageError;
use super::mig;
use super::page_form::shown_again;
use super::parts::submission::{RefusedForm, call};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn};
use crate::access::Intent;
use crate::commands::Command;
use crate::commands::omsorgskollega::{ENTRY, Omsorgskollega, form};
use crate::problem::Problem;

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let own = logged_in.user.nr.as_deref().filter(|_| logged_in.user.may_do(Intent::Mine).is_ok());
    let nr = own.ok_or_else(|| Problem::takes(Intent::Mine))?;
    let k = ReaderView::new(&state, &logged_in);
    let given = form(&k.at(), nr, None).given(&pairs);
    match ENTRY.run(&state.service.app, call(Omsorgskollega::NAME, &logged_in.user, None, &pairs, &given)).await {
        Ok(outcome) => Ok(Redirect::to(&format!("/mig?ok={}", ENTRY.code(Some(&outcome)))).into_response()),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            let refused = RefusedForm { page_form: Omsorgskollega::NAME.to_owned(), submitted: pairs.clone(), problem };
            let opslag = mig::opslag(&state, &logged_in).await?;
            let loan = state.service.app.loan(nr).await?;
            mig::render(&k, &loan, opslag, None, Some(&refused))
        }
    }
}
