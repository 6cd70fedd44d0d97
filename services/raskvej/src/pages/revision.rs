//! The auditor's first page: finding a case, and everything that was open, as it was known at a time. Names are not opened.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use forloeb::frister::Frist;
use uuid::Uuid;

use super::PageState;
use super::datoer::{dato_in_digits, tidspunkt};
use super::frame::{Frame, PageError, html};
use super::frist::label;
use super::parts::known;
use super::parts::mistakes::Mistakes;
use super::parts::people::in_words;
use super::parts::places::{number, place};
use super::reader_view::ReaderView;
use super::session::{Form, LoggedIn, Search, find};
use crate::access::Intent;
use crate::clock::dag_in_denmark;
use crate::lookups::Shown;
use crate::problem::Problem;
use crate::sentences::{figure, frist_name};
use crate::views::known::{OpenThen, open_at};
use crate::views::person::{ForloebLine, PersonView};
use app::find::{Asked, LONGEST};
use app::health::Trouble;
use app::opslag::Content;

struct Aabent {
    path: String,
    nr: String,
    enhed: String,
    foerste: String,
    dag: i64,
    frist: String,
    code: &'static str,
    status: String,
}

/// A forløb of the employee that was asked for.
struct Case {
    path: String,
    reference: String,
    words: String,
}

#[derive(Template)]
#[template(path = "revision.html")]
struct Page {
    frame: Frame,
    count: String,
    hash: String,
    /// The key that signs the seals, in hexadecimal and as a signed note has it.
    key: String,
    note_key: String,
    /// The morning's seal has not arrived somewhere.
    seal_waits: Option<&'static str>,
    known_field: String,
    /// What somebody looked for, and as known when.
    q: String,
    case_field: String,
    longest: usize,
    error: Mistakes,
    known: Option<String>,
    /// How many there were, of which these are shown, and the address of those after them.
    aabne_count: usize,
    aabne: Vec<Aabent>,
    onward: Option<String>,
    /// The employee who was found, and the forløb of theirs.
    nr: Option<String>,
    cases: Vec<Case>,
}

/// Most forløb that are shown at once.
const AT_MOST: usize = 500;
/// The ids of the fields by which a case is found.
const CASE: &str = "nr-eller-ref";
const TIME_OF_CASE: &str = "kendt-sag";
const TOO_LITTLE: &str = "Skriv hele medarbejdernummeret, referencen fra en mail, forløbets id eller et helt navn.";
const NOBODY: &str = "Der er intet forløb med det nummer, den reference eller det id.";

/// The address of a case, as it was known then or as it is.
fn case_path(id: Uuid, time: Option<DateTime<Utc>>) -> String {
    time.map_or_else(|| format!("/revision/forloeb/{id}"), |time| at(id, time))
}

fn at(id: Uuid, time: DateTime<Utc>) -> String {
    format!("/revision/forloeb/{id}?kendt={}", known::in_address(time))
}

async fn page_of(state: &PageState, k: &ReaderView<'_>) -> Result<Page, PageError> {
    let app = &state.service.app;
    let log_head = app.log.head();
    let key = app.seal().await.map_err(|error| Problem::intern(&error))?.public_key();
    Ok(Page {
        frame: k.frame("Revision"),
        count: figure(log_head.position),
        hash: log_head.hash.to_string(),
        key: key.hex(),
        note_key: key.note_key(),
        seal_waits: app.health().await.contains(&Trouble::SealWaits).then(|| Trouble::SealWaits.says()),
        known_field: known::field(app.clock.now()),
        q: String::new(),
        case_field: String::new(),
        longest: LONGEST,
        error: Mistakes::default(),
        known: None,
        aabne_count: 0,
        aabne: Vec::new(),
        onward: None,
        nr: None,
        cases: Vec::new(),
    })
}

fn refused(k: &ReaderView<'_>, page: Page, felt: &str, error: &str) -> Response {
    let error = Mistakes::at_field(felt, error);
    let page = Page { frame: k.frame(error.in_title("Revision")), error, ..page };
    html(page.error.status(), &page)
}

/// The page: with everything that was open at a time, or with the forløb of one employee.
pub(super) async fn page(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    search: Search,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let k = ReaderView::new(&state, &logged_in);
    let page = page_of(&state, &k).await?;
    let time = match known::asked(&search, state.service.app.clock.now()) {
        Ok(time) => time,
        Err(error) => {
            let felt = if search.tekst("nr").is_some() { TIME_OF_CASE } else { "kendt" };
            return Ok(refused(&k, page, felt, error));
        }
    };
    if let Some(text) = search.tekst("nr") {
        let nr = number(&k, text);
        return Ok(of_employee(&k, page, &nr, time));
    }
    let (mut aabne, mut aabne_count, mut onward) = (Vec::<Aabent>::new(), 0, None);
    if let Some(time) = time {
        let from = search.tekst("cursor").and_then(|text| text.parse().ok()).unwrap_or(0_usize);
        let open = open_at(&state.service.app, time).await.map_err(Problem::from)?;
        aabne_count = open.len();
        aabne = open.into_iter().skip(from).take(AT_MOST).map(|one| row(one, time)).collect();
        let after = from.saturating_add(aabne.len());
        let is_more = after < aabne_count && !aabne.is_empty();
        onward = is_more.then(|| format!("/revision?kendt={}&cursor={after}", known::in_address(time)));
    }
    let shown = Shown::of(aabne.iter().map(|a| a.nr.clone()));
    let known_field = time.map_or(page.known_field, known::field);
    let page = Page { known_field, known: time.map(tidspunkt), aabne_count, aabne, onward, ..page };
    Ok(shown.in_answer(html(StatusCode::OK, &page)))
}

/// The forløb of one employee: a single one is gone to at once.
fn of_employee(k: &ReaderView<'_>, page: Page, nr: &str, time: Option<DateTime<Utc>>) -> Response {
    let page = Page { q: nr.to_owned(), case_field: time.map(known::field).unwrap_or_default(), ..page };
    let Some(person) = PersonView::of(&k.state.service.app, k.user(), nr) else {
        return refused(k, page, CASE, NOBODY);
    };
    if let [one] = &person.forloeb[..] {
        return Redirect::to(&case_path(one.id, time)).into_response();
    }
    let case = |line: &ForloebLine| Case {
        path: case_path(line.id, time),
        reference: line.reference.clone(),
        words: in_words(k, line),
    };
    let cases = person.forloeb.iter().map(case).collect();
    let page = Page { nr: Some(nr.to_owned()), cases, ..page };
    Shown::of([nr.to_owned()]).with_content(Content::Person).in_answer(html(StatusCode::OK, &page))
}

/// Finds a case, by number, reference, id or name, and goes to it. A name stands in no address.
pub(super) async fn submit(
    State(state): State<PageState>,
    logged_in: LoggedIn,
    Form(fields): Form,
) -> Result<Response, PageError> {
    logged_in.user.may_do(Intent::Log)?;
    let q = find(&fields, "sag").unwrap_or_default().trim();
    let k = ReaderView::new(&state, &logged_in);
    let time = known::asked(&Search(fields.clone()), state.service.app.clock.now());
    let again = async |felt, error| {
        let page = page_of(&state, &k).await?;
        let q = q.chars().take(LONGEST).collect();
        let case_field = find(&fields, "kendt").unwrap_or_default().to_owned();
        Ok(refused(&k, Page { q, case_field, ..page }, felt, error))
    };
    let time = match time {
        Ok(time) => time,
        Err(error) => return again(TIME_OF_CASE, error).await,
    };
    if let Some(id) = Uuid::try_parse(q).ok().and_then(|id| k.projections().forloeb_id(id)) {
        return Ok(Redirect::to(&case_path(id, time)).into_response());
    }
    let Some(asked) = Asked::read(q) else { return again(CASE, TOO_LITTLE).await };
    let found = state.service.app.find(&logged_in.user, &asked, logged_in.formaal.is_some()).await;
    let found = found.map_err(PageError::internal)?;
    let to = match (found.forloeb, found.exact) {
        (_, Some(nr)) => {
            let when = time.map(|time| format!("&kendt={}", known::in_address(time))).unwrap_or_default();
            format!("/revision?nr={}{when}", place(&k, &nr).unwrap_or_default())
        }
        (Some(forloeb), None) => case_path(forloeb, time),
        (None, None) if asked.is_name() || found.count > 0 => {
            let nr = state.memory.searched(&logged_in.session, q, state.sessions.now());
            format!("/find/{nr}")
        }
        (None, None) => return again(CASE, NOBODY).await,
    };
    Ok(Redirect::to(&to).into_response())
}

fn row(one: OpenThen, time: DateTime<Utc>) -> Aabent {
    let dag = dag_in_denmark(time);
    let stands = one.next.as_ref().map(|fr| label(fr, dag));
    let (status, code) = stands.unwrap_or_else(|| ("Alt er gjort".to_owned(), "opfyldt"));
    let frist = |fr: &Frist| format!("{} {}", frist_name(fr.art), dato_in_digits(fr.maaldag));
    Aabent {
        path: at(one.id, time),
        nr: one.medarbejder_nr,
        enhed: one.enhed_navn,
        foerste: dato_in_digits(one.foerste),
        dag: one.dag,
        frist: one.next.as_ref().map_or_else(String::new, frist),
        code,
        status,
    }
}
