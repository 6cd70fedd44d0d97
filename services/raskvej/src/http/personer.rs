//! Finding people, and what there has been of one.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use forloeb::frister::assess;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::CommandBody;
use super::problem::Problem;
use super::{AppState, Caller, Search, with_etag};
use crate::access::{Intent, User};
use crate::commands::Refusal;
use crate::lookups::{self, Shown};
use crate::views::forloeb::ForloebView;
use crate::views::person::PersonView;
use app::find::{Asked, Found};
use app::opslag::Content;
use app::request;

/// Who was found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Personer)]
pub struct PeopleView {
    /// Those with an open forløb first, then by name; at most 50.
    pub personer: Vec<PersonView>,
    /// How many there are in all.
    #[serde(rename = "antal")]
    pub count: usize,
    /// The forløb that has the reference, where one was searched for.
    pub forloeb: Option<uuid::Uuid>,
}

/// An employee with all their forløb that the caller may see.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PersonMedForloeb)]
pub struct WholePersonView {
    /// Who it is.
    pub person: PersonView,
    /// Their forløb as they stand, the newest first; the newest 100.
    pub forloeb: Vec<ForloebView>,
}

/// Most forløb of one answer.
const MOST: usize = 100;

request! {
    /// What is searched for.
    #[schema(as = Soegning)]
    FindRequest {
        /// Name, employee number, or the reference of a mail.
        q: String,
    }
}

/// Searches for people by name, employee number or the reference of a mail. Names are found by how their words begin, in any
/// order, å as aa, æ as ae and ø as oe. Whoever would not have the name in an address sends it by POST.
#[utoipa::path(operation_id = "personer", get, path = "/api/v1/personer", tag = "personer",
    params(("q" = String, Query, description = "navn, medarbejdernummer eller reference; mindst to tegn. En revisor finder på hele navne, og kun med Raskvej-Formaal")),
    responses((status = 200, body = PeopleView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn search(
    State(state): State<AppState>,
    Caller(user): Caller,
    heads: HeaderMap,
    search: Search,
) -> Result<Response, Problem> {
    user.may_do(Intent::Find)?;
    search.known_ones(&["q"])?;
    answer(&state, &user, &heads, search.tekst("q").unwrap_or_default()).await
}

/// The same search, with what is searched for in the body.
#[utoipa::path(operation_id = "soeg_personer", post, path = "/api/v1/personer/soeg", tag = "personer",
    request_body = FindRequest,
    responses((status = 200, body = PeopleView), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 422, body = Problem)))]
pub async fn search_by_body(
    State(state): State<AppState>,
    Caller(user): Caller,
    heads: HeaderMap,
    body: CommandBody,
) -> Result<Response, Problem> {
    user.may_do(Intent::Find)?;
    let FindRequest { q } = body.read().map_err(Refusal::from)?;
    answer(&state, &user, &heads, &q).await
}

async fn answer(state: &AppState, user: &User, heads: &HeaderMap, text: &str) -> Result<Response, Problem> {
    let asked = Asked::read(text).ok_or_else(|| Problem::felt("q", "skal have mindst to tegn og højst 100"))?;
    let has_formaal = lookups::said(heads).is_some();
    if asked.is_name() && !user.searches_names(has_formaal) {
        return Err(Problem::felt("q", "søges der på et navn, skal formålet stå i headeren Raskvej-Formaal"));
    }
    let found = state.app.find(user, &asked, has_formaal).await.map_err(|error| Problem::internal(&error))?;
    let Found { numbers, count, forloeb, .. } = found;
    let personer = PersonView::all(&state.app, user, &numbers);
    Ok(Shown::of(numbers).with_content(Content::Search).in_answer(Json(PeopleView { personer, count, forloeb })))
}

/// An employee with all their forløb, open and over, that the caller may see.
///
/// Whoever has moved inside the workplace is found by the number they had, too: the answer has the one they have now.
#[utoipa::path(operation_id = "person", get, path = "/api/v1/personer/{nr}", tag = "personer",
    params(("nr" = String, Path, description = "Medarbejdernummer, også et tidligere")),
    responses((status = 200, body = WholePersonView, headers(("ETag" = String, description = "Version af det, der er registreret om ansættelsen"))), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem)))]
pub async fn fetch(
    State(state): State<AppState>,
    Caller(user): Caller,
    Path(nr): Path<String>,
) -> Result<Response, Problem> {
    user.may_do(Intent::Find)?;
    let person = PersonView::of(&state.app, &user, &nr).ok_or_else(Problem::not_found)?;
    let nr = person.medarbejder_nr.clone();
    let loan = state.app.loan(&nr).await?;
    let (today, book) = (state.app.projections().today(), state.app.book());
    let lines = person.forloeb.iter().filter_map(|line| loan.forloeb(line.id)).take(MOST);
    let forloeb = lines.map(|f| {
        let view = ForloebView::af(f, &assess(f, today, &book), today);
        view.til(f, &user, &state.app.projections())
    });
    let whole = WholePersonView { forloeb: forloeb.collect(), person };
    let answer = with_etag(loan.ansaettelse().version(), Json(whole));
    Ok(Shown::of([nr]).with_content(Content::Person).in_answer(answer))
}
