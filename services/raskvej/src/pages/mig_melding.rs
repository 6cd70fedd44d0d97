//! The employee reports themself sick, and reads afterwards what happens next: after that, and after they are back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::Forloeb;
use forloeb::forloeb::Situation;
use forloeb::frister::assess;
use forloeb::words::Slutaarsag;

use super::PageState;
use super::datoer::long;
use super::frame::{Frame, PageError, html};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::own::{Letter, Step, letters, steps};
use super::parts::submission::{call, new_key};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs};
use crate::access::Intent;
use crate::commands::egen_sygemelding::{ENTRY, EgenSygemelding, form};
use crate::commands::{Command, form::Form as CommandForm};
use crate::lookups::Shown;
use crate::problem::Problem;

/// Mails that a receipt names: those of the first weeks.
const MOST_LETTERS: usize = 8;

#[derive(Template)]
#[template(path = "mig_sygemelding.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    /// The first day of an absence that goes on already.
    already: Option<String>,
    page_form: PageForm,
}

#[derive(Template)]
#[template(path = "mig_kvittering.html")]
struct Receipt {
    frame: Frame,
    /// Still away.
    away: bool,
    fra: String,
    til: String,
    leder: Option<String>,
    kontaktperson: Option<String>,
    steps: Vec<Step>,
    letters: Vec<Letter>,
}

fn may(logged_in: &LoggedIn) -> Result<&str, PageError> {
    let nr = logged_in.user.nr.as_deref().filter(|_| logged_in.user.may_do(Intent::Mine).is_ok());
    nr.ok_or_else(|| Problem::takes(Intent::Mine).into())
}

/// The form: who has an agreement by § 56 that still runs is asked about it.
fn own_form(k: &ReaderView<'_>, nr: &str) -> CommandForm {
    let runs = k.projections().stamdata(nr).is_some_and(|s| {
        let dated = s.paragraf_56_til.is_some_and(|til| til >= k.today);
        dated || (s.paragraf_56 && s.paragraf_56_til.is_none())
    });
    form(k.today, runs)
}

async fn render(k: &ReaderView<'_>, nr: &str, refused: Option<(&Pairs, &Problem)>) -> Result<Response, PageError> {
    let loan = k.state.service.app.loan(nr).await?;
    let mut page_form = PageForm::from(own_form(k, nr));
    let error = refused.map_or_else(Vec::new, |(pairs, problem)| page_form.refused(pairs, problem));
    let page = Page {
        frame: k.frame(if error.is_empty() { "Meld dig syg" } else { "Fejl: Meld dig syg" }),
        key: new_key()?,
        error,
        already: k.visible(&loan).iter().rev().find(|f| f.is_aabent(k.today)).map(|f| long(f.foerste)),
        page_form,
    };
    Ok(Shown::of([nr.to_owned()]).in_answer(html(refused.map_or(StatusCode::OK, |(_, p)| p.status_code()), &page)))
}

pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let nr = may(&logged_in)?;
    render(&ReaderView::new(&state, &logged_in), nr, None).await
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let nr = may(&logged_in)?;
    let k = ReaderView::new(&state, &logged_in);
    let given = own_form(&k, nr).given(&pairs);
    match ENTRY.run(&state.service.app, call(EgenSygemelding::NAME, &logged_in.user, None, &pairs, &given)).await {
        Ok(outcome) => Ok(Redirect::to(&format!("/mig/kvittering?ok={}", ENTRY.code(Some(&outcome)))).into_response()),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            render(&k, nr, Some((&pairs, &problem))).await
        }
    }
}

/// What happens next, of the newest forløb: who is told, when, and what the employee need not do.
pub(super) async fn receipt(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    let nr = may(&logged_in)?;
    let loan = state.service.app.loan(nr).await?;
    let k = ReaderView::new(&state, &logged_in);
    let annulled = |f: &Forloeb| matches!(f.situation(k.today), Situation::End { aarsag: Slutaarsag::Annulleret, .. });
    let visible = k.visible(&loan);
    let Some(f) = visible.iter().filter(|f| !annulled(f)).max_by_key(|f| f.foerste) else {
        return Ok(Redirect::to("/mig").into_response());
    };
    let v = assess(f, k.today, &state.service.app.book());
    let away = f.is_aabent(k.today);
    let page = Receipt {
        frame: k.frame(if away { "Du er meldt syg" } else { "Du er meldt rask" }),
        away,
        fra: long(f.foerste),
        til: f.told_end(k.today).map(long).unwrap_or_default(),
        leder: f.leder(k.today).map(|nr| k.name(nr)),
        kontaktperson: k.kontaktperson(f),
        steps: steps(&k, f, &v),
        letters: letters(&k, f, &v, "planlagt").into_iter().take(MOST_LETTERS).collect(),
    };
    Ok(Shown::of([nr.to_owned()]).in_answer(html(StatusCode::OK, &page)))
}
