//! What a form of a forløb sends: a command by the name of its route, then back to the page. A letter that leaves at once is read
//! first.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::frister::assess;
use forloeb::words::{Fristart, Rolle, Varighed};
use uuid::Uuid;

use super::forloeb::render;
use super::frame::{PageError, html};
use super::parts::act::Asked;
use super::parts::confirmation::remark_code;
use super::parts::letter_first::LetterPage;
use super::parts::sending::{Sent, not_offered, send, would};
use super::parts::shown_first;
use super::parts::submission::{MORE, RefusedForm, WAY_BACK};
use super::reader_view::{ReaderView, id};
use super::session::{Form, LoggedIn, Pairs, find};
use super::{PageState, mig};
use crate::access::Intent;
use crate::commands::form::Kind;
use crate::commands::samtale_indkaldelse::SamtaleIndkaldelse;
use crate::commands::{self, Command, OnForloeb};
use crate::problem::Problem;

pub(super) async fn command(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path((tekst, command)): Path<(String, String)>,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let id = id(&tekst)?;
    if find(&fields, MORE.0) == Some(MORE.1) {
        return more(&state, &logged_in, id, &command, fields).await;
    }
    if command != SamtaleIndkaldelse::NAME {
        return carry_out(&state, &logged_in, id, &command, fields).await;
    }
    let form = shown_first::Sent::of(fields);
    if form.is_confirmed() {
        return carry_out(&state, &logged_in, id, &command, form.fields).await;
    }
    if form.goes_back() {
        return back(&state, &logged_in, id, &form.fields).await;
    }
    match would::<SamtaleIndkaldelse>(&state, &logged_in, id, &form.fields).await? {
        Ok(would_be) => {
            let k = ReaderView::new(&state, &logged_in);
            Ok(html(StatusCode::OK, &LetterPage::new(&k, &would_be, &form.fields)?))
        }
        Err(refused) => refuse(&state, &logged_in, id, &refused).await,
    }
}

/// Back from the letter to its form, with what was typed.
async fn back(state: &PageState, logged_in: &LoggedIn, id: Uuid, fields: &Pairs) -> Result<Response, PageError> {
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, SamtaleIndkaldelse::ACCESS)?;
    let whole = state.service.app.whole(loan.nr()).await?;
    render(&k, &loan, f, &whole, Asked::Typed(SamtaleIndkaldelse::NAME, fields), None)
}

async fn carry_out(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    command: &str,
    fields: Pairs,
) -> Result<Response, PageError> {
    let from_list = find(&fields, WAY_BACK.0) == Some(WAY_BACK.1);
    let long = command == "samtale" && is_long(find(&fields, "forventet_varighed"));
    let sent = send(state, logged_in, id, command, fields).await?;
    // Over eight weeks: fast track can be asked for in the first five, so it is decided at once.
    let done = matches!(sent, Sent::Done(_, Some(_)));
    if done && long && can_decide_fast_track(state, logged_in, id).await? {
        let address = format!("/forloeb/{id}?ok={command}&vis=fast-track#f-fast-track");
        return Ok(Redirect::to(&address).into_response());
    }
    match sent {
        Sent::Done(entry, None) => home(state, logged_in, id, entry.code(None), "", from_list).await,
        Sent::Done(entry, Some(outcome)) => {
            home(state, logged_in, id, entry.code(Some(&outcome)), remark_code(outcome.hints()), from_list).await
        }
        Sent::Refused(refused) => refuse(state, logged_in, id, &refused).await,
    }
}

/// Nothing is sent: the form again with what was typed, and room for one more of the people that it takes.
async fn more(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    command: &str,
    fields: Pairs,
) -> Result<Response, PageError> {
    let (_, on_page) = commands::on_forloeb(command).ok_or_else(Problem::not_found)?;
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::See)?;
    let name = on_page.form_name(&fields);
    let v = assess(f, k.today, &state.service.app.book());
    let Some(form) = on_page.form(&k.at(), f, &v, &name) else {
        if !k.may(f, on_page.access) {
            return Err(Problem::may_not().into());
        }
        let refused = RefusedForm { page_form: name, submitted: fields, problem: not_offered() };
        return refuse(state, logged_in, id, &refused).await;
    };
    if form.fields.iter().all(|field| field.kind != Kind::People) {
        return Err(Problem::not_found().into());
    }
    let whole = state.service.app.whole(loan.nr()).await?;
    render(&k, &loan, f, &whole, Asked::Again(&name, &fields), None)
}

/// It is expected to last over eight weeks.
fn is_long(forventet: Option<&str>) -> bool {
    let forventet = forventet.and_then(Varighed::from_code);
    matches!(forventet, Some(Varighed::OverOtteUger | Varighed::OverHalfAYear))
}

/// The caller can ask for fast track, or decide against it, today.
async fn can_decide_fast_track(state: &PageState, logged_in: &LoggedIn, id: Uuid) -> Result<bool, PageError> {
    let loan = state.service.app.loan_forloeb(id).await?;
    let k = ReaderView::new(state, logged_in);
    let f = k.find(&loan, id, Intent::See)?;
    let v = assess(f, k.today, &state.service.app.book());
    let in_time = v.frist(Fristart::FastTrack).is_some_and(|frist| k.today <= frist.lovdag);
    let offered = commands::on_forloeb("fast-track").and_then(|(_, page)| page.form(&k.at(), f, &v, "fast-track"));
    Ok(in_time && logged_in.user.rolle != Rolle::Medarbejder && offered.is_some())
}

/// Back to the page, or to the list that the form was opened from, with a word that it was done.
async fn home(
    state: &PageState,
    logged_in: &LoggedIn,
    id: Uuid,
    code: &str,
    remark: &str,
    from_list: bool,
) -> Result<Response, PageError> {
    let home = match logged_in.user.rolle {
        Rolle::Medarbejder if code == "egen-raskmelding" => "/mig/kvittering".to_owned(),
        Rolle::Medarbejder => "/mig".to_owned(),
        _ => format!("/forloeb/{id}"),
    };
    // A command can take the forløb out of the caller's sight: a change of leader, an annulment.
    let loan = state.service.app.loan_forloeb(id).await?;
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
        return mig::render(&k, &loan, mig::opslag(state, logged_in).await?, Some(id), Some(refused));
    }
    let whole = state.service.app.whole(loan.nr()).await?;
    render(&k, &loan, f, &whole, Asked::Nothing, Some(refused))
}
