//! Finding people: the field that stands on every page, who was found, and what was looked at last.
//!
//! What is searched for is sent, remembered in the session, and shown at an address with the number of the search: it
//! stands in no address, and going back or reloading shows it again.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::PageState;
use super::frame::{Frame, PageError, html};
use super::parts::mistakes::Mistakes;
use super::parts::people::{PersonLine, case_path, lines, person_path, seen};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, find};
use crate::access::Intent;
use crate::views::person::PersonView;
use app::find::{AT_MOST, Asked, LONGEST};
use app::opslag::Content;

#[derive(Template)]
#[template(path = "find.html")]
struct Page {
    frame: Frame,
    /// What was searched for.
    q: String,
    error: Mistakes,
    /// What has to be known of the search, where it is no error.
    remark: Option<String>,
    /// Somebody was searched for.
    searched: bool,
    people: Vec<PersonLine>,
    count: usize,
    at_most: usize,
    longest: usize,
    /// The forløb whose reference was searched for.
    by_reference: Option<String>,
    /// Those that were looked at last.
    seen: Vec<PersonLine>,
    /// The reader finds by name.
    names: bool,
}

const TOO_LITTLE: &str = "Skriv mindst to bogstaver af navnet, hele medarbejdernummeret eller referencen fra en mail.";
const FORGOTTEN: &str = "Søgningen er ikke gemt længere. Skriv den igen.";
const NO_FORMAAL: &str =
    "Du kan søge på nummer og reference. Søger du på et navn, skal du først skrive, hvad du slår op for.";

fn page_of(k: &ReaderView<'_>, q: &str) -> Page {
    let ids = k.state.memory.seen(&k.logged_in.session);
    Page {
        frame: k.frame("Søg"),
        q: q.to_owned(),
        error: Mistakes::default(),
        remark: None,
        searched: false,
        people: Vec::new(),
        count: 0,
        at_most: AT_MOST,
        longest: LONGEST,
        by_reference: None,
        seen: seen(k, &ids),
        names: k.user().sees_names(),
    }
}

/// The field, and what was looked at last.
pub(super) async fn page(State(state): State<PageState>, logged_in: LoggedIn) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Find)?;
    let k = ReaderView::new(&state, &logged_in);
    Ok(k.list(&page_of(&k, "")))
}

/// Searches, and goes to who was found.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Find)?;
    let text = find(&fields, "q").unwrap_or_default().trim();
    let Some(asked) = Asked::read(text) else {
        let k = ReaderView::new(&state, &logged_in);
        let typed: String = text.chars().take(LONGEST).collect();
        let page = page_of(&k, &typed);
        let error = Mistakes::at_field("q", TOO_LITTLE);
        let page = Page { frame: k.frame(error.in_title("Søg")), error, ..page };
        return Ok(k.list_with(page.error.status(), &page));
    };
    let nr = state.memory.searched(&logged_in.session, text, state.sessions.now());
    let found = state.service.app.find(&logged_in.user, &asked, logged_in.formaal.is_some()).await;
    let found = found.map_err(PageError::internal)?;
    // A whole number or reference names one; a name may be another's, and somebody is looked up by being chosen.
    let to = match (found.forloeb, found.exact) {
        (Some(forloeb), _) if found.count == 0 => case_path(&ReaderView::new(&state, &logged_in), forloeb),
        (None, Some(nr)) => person_path(&ReaderView::new(&state, &logged_in), &nr),
        _ => format!("/find/{nr}"),
    };
    Ok(Redirect::to(&to).into_response())
}

/// Who was found by a search of this session.
pub(super) async fn found(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Path(nr): Path<String>,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Find)?;
    let text = nr.parse().ok().and_then(|nr| state.memory.search(&logged_in.session, nr));
    let asked = text.as_deref().and_then(Asked::read);
    let Some((text, asked)) = text.zip(asked) else {
        let k = ReaderView::new(&state, &logged_in);
        let page = Page { remark: Some(FORGOTTEN.to_owned()), ..page_of(&k, "") };
        return Ok(k.list(&page));
    };
    let has_formaal = logged_in.formaal.is_some();
    let found = state.service.app.find(&logged_in.user, &asked, has_formaal).await.map_err(PageError::internal)?;
    let k = ReaderView::new(&state, &logged_in);
    let without = asked.is_name() && !k.user().searches_names(has_formaal);
    let page = Page {
        searched: !without,
        remark: without.then(|| NO_FORMAAL.to_owned()),
        people: lines(&k, PersonView::all(&state.service.app, k.user(), &found.numbers)),
        count: found.count,
        by_reference: found.forloeb.map(|id| case_path(&k, id)),
        ..page_of(&k, &text)
    };
    Ok(k.told_as(Content::Search, html(StatusCode::OK, &page)))
}
