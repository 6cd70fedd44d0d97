//! Insight (article 15): HR takes out everything about a person who has asked for it, as one file.

use app::free_text::Hints;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::mistakes::Mistakes;
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::http::indsigt::file;
use crate::insight::Written;
use crate::lookups::LONGEST_FORMAAL;
use crate::problem::Problem;

#[derive(Template)]
#[template(path = "indsigt.html")]
struct Page {
    frame: Frame,
    nr: String,
    formaal: String,
    /// What seems to stand in the purpose and does not belong there: the file is not taken yet.
    hint: Option<&'static str>,
    error: Mistakes,
    longest: usize,
}

fn show(state: &PageState, logged_in: &LoggedIn, nr: &str, formaal: &str, error: Option<(u16, Mistakes)>) -> Response {
    let k = ReaderView::new(state, logged_in);
    let status = error.as_ref().and_then(|(status, _)| StatusCode::from_u16(*status).ok()).unwrap_or(StatusCode::OK);
    let error = error.map(|(_, mistakes)| mistakes).unwrap_or_default();
    let page = Page {
        frame: k.frame(error.in_title("Indsigt")),
        nr: nr.to_owned(),
        formaal: formaal.to_owned(),
        hint: None,
        error,
        longest: LONGEST_FORMAAL,
    };
    html(status, &page)
}

pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    if !logged_in.user.may_ever(Intent::Insight) {
        return Err(Problem::takes(Intent::Insight).into());
    }
    Ok(show(&state, &logged_in, search.tekst("medarbejder_nr").unwrap_or_default(), "", None))
}

pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    let nr = find(&fields, "medarbejder_nr").unwrap_or_default();
    let formaal = find(&fields, "formaal").unwrap_or_default();
    // A file has no page that could say it afterwards, so it is said before; who has read it gets the file.
    let hint = Hints::of(formaal).said_of_formaal().filter(|_| find(&fields, "laest") != Some(formaal));
    if hint.is_some() && logged_in.user.may_ever(Intent::Insight) {
        let k = ReaderView::new(&state, &logged_in);
        let (frame, nr, formaal) = (k.frame("Indsigt"), nr.to_owned(), formaal.to_owned());
        return Ok(html(
            StatusCode::OK,
            &Page { frame, nr, formaal, error: Mistakes::default(), hint, longest: LONGEST_FORMAAL },
        ));
    }
    let format = if find(&fields, "format") == Some("json") { Written::Json } else { Written::Text };
    match file(&state.service, &logged_in.user, nr, formaal, format).await {
        Err(problem) if problem.status == 404 => {
            const UNKNOWN: &str = "Der er ingen med det nummer, som du kan tage en indsigt ud om. Er personen også ansat i \
                                   en enhed, du ikke har adgang til, skal en i HR med adgang til alle enheder gøre det.";
            Ok(show(&state, &logged_in, nr, formaal, Some((404, Mistakes::at_field("medarbejder_nr", UNKNOWN)))))
        }
        Err(problem) if problem.status == 422 => {
            const WITHOUT: &str = "Skriv, hvad indsigten tages ud til, fx hvornår personen bad om den.";
            Ok(show(&state, &logged_in, nr, formaal, Some((422, Mistakes::at_field("formaal", WITHOUT)))))
        }
        answer => Ok(answer?),
    }
}
