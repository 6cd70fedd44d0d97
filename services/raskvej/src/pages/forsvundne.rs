//! What whole files of payroll no longer had: HR says what becomes of each, on a page that asks first.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use super::PageState;
use super::datoer::dato_in_digits;
use super::frame::{Frame, PageError};
use super::page_form::{ErrorLine, PageForm, shown_again};
use super::parts::places::{number, place};
use super::parts::submission::{call, new_key};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Pairs, Search, find};
use crate::access::Intent;
use crate::commands::Command;
use crate::commands::forsvundet::{ENTRY, ForsvundetRequest, forms};
use crate::forsvundne::{AT_MOST, ForsvundetView, Forsvundne, forsvundne};
use crate::import::What;
use crate::problem::Problem;
use crate::reference::reference;

/// One of the list.
struct Line {
    path: String,
    who: String,
    what: String,
    meldt: String,
    /// Address and reference of the open forløb it is about.
    open: Vec<(String, String)>,
}

/// The one that the forms are about.
struct Chosen {
    line: Line,
    page_forms: Vec<PageForm>,
}

#[derive(Template)]
#[template(path = "forsvundne.html")]
struct Page {
    frame: Frame,
    key: String,
    error: Vec<ErrorLine>,
    chosen: Option<Chosen>,
    /// What was asked for waits no more.
    decided: bool,
    lines: Vec<Line>,
    more: usize,
}

/// Which one is meant.
struct Which<'a> {
    nr: &'a str,
    registrering: Option<Uuid>,
}

impl<'a> Which<'a> {
    fn of(nr: Option<&'a str>, registrering: Option<&str>) -> Option<Self> {
        let registrering = registrering.filter(|id| !id.is_empty()).map(Uuid::try_parse).transpose().ok()?;
        Some(Self { nr: nr?, registrering })
    }

    fn is(&self, one: &ForsvundetView) -> bool {
        one.medarbejder_nr == self.nr && one.registrering == self.registrering
    }
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    let nr = search.tekst("medarbejder_nr").map(|text| number(&ReaderView::new(&state, &logged_in), text));
    let which = Which::of(nr.as_deref(), search.tekst("registrering"));
    render(&state, &logged_in, which, None).await
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(pairs): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    let which =
        Which::of(find(&pairs, "medarbejder_nr"), find(&pairs, "registrering")).ok_or_else(Problem::not_found)?;
    let name = find(&pairs, "formular").unwrap_or_default();
    let app = &state.service.app;
    let Forsvundne { all, .. } = forsvundne(app, None, AT_MOST).await?;
    // The same button pressed twice: the first time took it off the list, and that is no refusal.
    let Some(one) = all.iter().find(|one| which.is(one)) else {
        return Ok(Redirect::to("/hr/forsvundne?ok=forsvundet").into_response());
    };
    let form = forms(one, app.clock.today()).into_iter().find(|form| form.name == name);
    let given = form.ok_or_else(Problem::not_found)?.given(&pairs);
    match ENTRY.run(app, call(ForsvundetRequest::NAME, &logged_in.user, None, &pairs, &given)).await {
        Ok(_) => Ok(Redirect::to("/hr/forsvundne?ok=forsvundet").into_response()),
        Err(refusal) => {
            let problem = shown_again(refusal)?;
            render(&state, &logged_in, Some(which), Some((&pairs, &problem))).await
        }
    }
}

async fn render(
    state: &PageState,
    logged_in: &LoggedIn,
    which: Option<Which<'_>>,
    refused: Option<(&Pairs, &Problem)>,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Import)?;
    let app = &state.service.app;
    let Forsvundne { all, count, .. } = forsvundne(app, None, AT_MOST).await?;
    let k = ReaderView::new(state, logged_in);
    let one = which.as_ref().and_then(|which| all.iter().find(|one| which.is(one)));
    let mut chosen = one.map(|one| Chosen {
        line: line(&k, one),
        page_forms: forms(one, app.clock.today()).into_iter().map(PageForm::from).collect(),
    });
    let mut error = Vec::new();
    if let (Some((pairs, problem)), Some(chosen)) = (refused, &mut chosen) {
        let name = find(pairs, "formular").unwrap_or_default();
        if let Some(page_form) = chosen.page_forms.iter_mut().find(|x| x.form.name == name) {
            error = page_form.refused(pairs, problem);
        }
    }
    let title = "Ikke længere i lønsystemet";
    let page = Page {
        frame: k.frame(if error.is_empty() { title.to_owned() } else { format!("Fejl: {title}") }),
        key: new_key()?,
        error,
        decided: which.is_some() && chosen.is_none(),
        lines: if chosen.is_some() { Vec::new() } else { all.iter().map(|one| line(&k, one)).collect() },
        chosen,
        more: count.saturating_sub(all.len()),
    };
    let status = refused.map_or(StatusCode::OK, |(_, problem)| problem.status_code());
    let mut answer = k.list(&page);
    *answer.status_mut() = status;
    Ok(answer)
}

fn line(k: &ReaderView<'_>, one: &ForsvundetView) -> Line {
    let nr = &one.medarbejder_nr;
    let id = one.registrering.map(|id| format!("&registrering={id}")).unwrap_or_default();
    let what = match (one.what, one.foerste_fravaersdag) {
        (What::Leder, _) => "Medarbejderen, som er leder. Påmindelser til lederen går nu til en anden".to_owned(),
        (What::Medarbejder, _) => "Medarbejderen".to_owned(),
        (What::Fravaer, Some(fra)) => match one.sidste_fravaersdag {
            Some(til) => format!("Fravær fra {} til {}", dato_in_digits(fra), dato_in_digits(til)),
            None => format!("Fravær fra {}", dato_in_digits(fra)),
        },
        (What::Fravaer, None) => "Fravær".to_owned(),
    };
    Line {
        path: format!("/hr/forsvundne?medarbejder_nr={}{id}", place(k, nr).unwrap_or_default()),
        who: k.row(nr),
        what,
        meldt: dato_in_digits(one.meldt),
        open: one.aabne_forloeb.iter().map(|id| (format!("/forloeb/{id}"), reference(*id))).collect(),
    }
}
