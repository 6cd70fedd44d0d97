//! Reporting somebody sick: the leader chooses among their own, HR types the number.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use forloeb::words::Rolle;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::places::number;
use super::parts::submission::{call, new_key};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::sygemelding::{ENTRY, Sygemelding, form};
use crate::commands::{Command, Left};
use crate::lookups::Shown;
use crate::problem::Problem;
use app::opslag::Content;

#[derive(Template)]
#[template(path = "sygemelding.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    /// The leader's own employees: number, name, chosen.
    own: Option<Vec<(String, String, bool)>>,
    own_error: Option<String>,
    page_form: PageForm,
}

fn may(logged_in: &LoggedIn) -> Result<(), PageError> {
    if logged_in.user.may_ever(Intent::Sygemelding) { Ok(()) } else { Err(Problem::takes(Intent::Sygemelding).into()) }
}

fn render(k: &ReaderView<'_>, chosen: &str, refused: Option<(&Pairs, &Problem)>) -> Result<Response, PageError> {
    let mut page_form = PageForm::from(form(k.today));
    let error = refused.map_or_else(Vec::new, |(pairs, problem)| page_form.refused(pairs, problem));
    let own = (k.user().rolle == Rolle::Leder).then(|| {
        let nr = k.user().nr.as_deref().unwrap_or_default();
        let others: Vec<String> = {
            let projections = k.projections();
            let others = |x: &&str| !projections.is_same_person(x, nr) && projections.is_ansat(x);
            projections.searched(nr).into_iter().filter(others).map(str::to_owned).collect()
        };
        let with_choices = |(nr, name): (String, String)| {
            let is_chosen = nr == chosen;
            (nr, name, is_chosen)
        };
        k.people(others).into_iter().map(with_choices).collect()
    });
    let mut own_error = None;
    if own.is_some() {
        own_error = page_form.fields.remove(0).error;
    }
    let page = Page {
        frame: k.frame(if error.is_empty() { "Ny sygemelding" } else { "Fejl: Ny sygemelding" }),
        key: new_key()?,
        error,
        own,
        own_error,
        page_form,
    };
    Ok(html(refused.map_or(StatusCode::OK, |(_, p)| p.status_code()), &page))
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    may(&logged_in)?;
    let k = ReaderView::new(&state, &logged_in);
    render(&k, &number(&k, search.tekst("medarbejder_nr").unwrap_or_default()), None)
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    let app = &state.service.app;
    let given = form(app.clock.today()).given(&pairs);
    match ENTRY.run(app, call(Sygemelding::NAME, &logged_in.user, None, &pairs, &given)).await {
        Ok(outcome) => Ok(match &outcome.left {
            Left::Forloeb { id, .. } => {
                let code = ENTRY.code(Some(&outcome));
                Redirect::to(&format!("/forloeb/{id}?ok={code}")).into_response()
            }
            _ => Redirect::to("/").into_response(),
        }),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            let nr = find(&pairs, "medarbejder_nr").unwrap_or_default();
            let k = ReaderView::new(&state, &logged_in);
            // What the rules turn down tells of the absence there is.
            let refused = problem.status_code() == StatusCode::CONFLICT;
            let about = refused && k.user().may_sygemelde(nr.trim(), &k.projections()).is_ok();
            let shown = Shown::of(about.then(|| nr.trim().to_owned())).with_content(Content::Person);
            Ok(shown.in_answer(render(&k, nr, Some((&pairs, &problem)))?))
        }
    }
}
