//! The API: a route is parse, call, render.

pub mod adgang;
pub mod bevis;
pub mod body;
pub mod commands;
mod document;
#[cfg(test)]
mod document_tests;
pub mod drift;
pub mod enheder;
mod examples;
#[cfg(test)]
mod examples_tests;
pub mod feed;
pub mod forsvundne;
pub mod import;
pub mod indsigt;
pub mod letters;
pub mod list;
pub mod mig;
pub mod opbevaring;
pub mod opslag;
pub mod paamindelser;
pub mod personer;
pub mod plan;
pub mod politik;
mod prefer;
#[cfg(test)]
mod prefer_tests;
pub mod read;
pub mod regler;
pub mod regnskab;
#[cfg(test)]
mod repeat_tests;
pub mod revision;
pub mod stedfortraeder;
pub mod tildeling;
#[cfg(test)]
mod tildeling_tests;
pub mod uenighed;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use openidconnect::url::form_urlencoded;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::access::User;
use crate::clock::{Clock, dag_in_denmark};
use crate::lookups::{self, Asked};
pub use crate::problem;
pub use crate::state::AppState;
pub use crate::views::forloeb as view;
use crate::wrong_tries::Way;
use problem::Problem;

/// Largest body of a command. A TTA plan with every field full stays under it.
const LARGEST_BODY: usize = 512 * 1024;
/// Most parameters of an address.
const MOST_PARAMETERS: usize = 100;

fn routes() -> OpenApiRouter<AppState> {
    commands::routes(OpenApiRouter::with_openapi(document::Document::openapi()))
        .routes(routes!(drift::healthz))
        .routes(routes!(drift::readyz))
        .routes(routes!(drift::metrics))
        .routes(routes!(drift::clock))
        .routes(routes!(list::list))
        .routes(routes!(list::overblik))
        .routes(routes!(tildeling::assign))
        .routes(routes!(read::forloeb))
        .routes(routes!(read::frister))
        .routes(routes!(read::paamindelser))
        .routes(routes!(read::history))
        .routes(routes!(uenighed::list))
        .routes(routes!(uenighed::decide))
        .routes(routes!(politik::signaler_for))
        .routes(routes!(politik::fetch))
        .routes(routes!(regnskab::refusion))
        .routes(routes!(enheder::refusion))
        .routes(routes!(enheder::signaler))
        .routes(routes!(enheder::causes))
        .routes(routes!(enheder::statistics))
        .routes(routes!(enheder::followed))
        .routes(routes!(stedfortraeder::fetch))
        .routes(routes!(letters::fejlede))
        .routes(routes!(paamindelser::list))
        .routes(routes!(regler::attempt))
        .routes(routes!(plan::fetch))
        .routes(routes!(plan::fetch_kladde))
        .routes(routes!(plan::coverage))
        .routes(routes!(adgang::fetch))
        .routes(routes!(opslag::search))
        .routes(routes!(personer::search))
        .routes(routes!(personer::search_by_body))
        .routes(routes!(personer::fetch))
        .routes(routes!(opbevaring::list))
        .routes(routes!(opbevaring::certificate))
        .routes(routes!(opbevaring::erase))
        .routes(routes!(opbevaring::hold))
        .routes(routes!(indsigt::take))
        .routes(routes!(mig::opslag))
        .routes(routes!(mig::everything))
        .routes(routes!(revision::haendelser))
        .routes(routes!(revision::log_head))
        .routes(routes!(revision::state_then))
        .routes(routes!(revision::seal))
        .routes(routes!(revision::checkpoint))
        .routes(routes!(revision::consistency))
        .routes(routes!(bevis::whole_log))
        .routes(routes!(bevis::of_forloeb))
        .routes(routes!(bevis::proof))
        .routes(routes!(feed::feed))
        .routes(routes!(feed::event_types))
        .routes(routes!(feed::event_schema))
        .routes(routes!(import::medarbejdere))
        .routes(routes!(import::fravaer))
        .routes(routes!(forsvundne::list))
}

/// The document with what holds for every operation, and examples.
fn whole(api: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let mut api = document::with_errors(document::with_prefer(document::with_bounds(api)));
    examples::add(&mut api);
    api
}

/// The OpenAPI document of exactly the routes that are served.
#[must_use]
pub fn openapi() -> utoipa::openapi::OpenApi {
    whole(routes().split_for_parts().1)
}

/// The API as a router.
pub fn router(state: AppState) -> Router {
    let (router, api) = routes().split_for_parts();
    // Written once: all who ask for it share these bytes.
    let document = Bytes::from(serde_json::to_vec(&whole(api)).unwrap_or_default());
    let document = move || async move { ([(header::CONTENT_TYPE, "application/json")], document) };
    router
        .route("/api/openapi.json", axum::routing::get(document))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn_with_state(state.clone(), noted))
        .layer(middleware::map_response(not_kept))
        .with_state(state)
}

/// What an answer tells about somebody is noted before it leaves.
async fn noted(
    State(state): State<AppState>,
    asked: Asked,
    request: Request,
    onward: Next,
) -> Result<Response, Problem> {
    // Who gives a command is in the log with what they did. Of one that the rules turn down there is no event, and why it was
    // turned down tells of the forløb; of one that changed nothing there is none either, and its answer says so itself.
    let tells = |method: &Method, status: StatusCode| match *method {
        Method::GET => status.is_success() || status == StatusCode::CONFLICT,
        Method::POST => lookups::is_refusal(status),
        _ => false,
    };
    lookups::note(&state.app, tells, asked, request, onward).await
}

/// Answers are about people: nobody on the way keeps one, and none is taken for something else than it says.
async fn not_kept(mut answer: Response) -> Response {
    for (name, value) in problem::NOT_KEPT {
        answer.headers_mut().entry(name).or_insert(value);
    }
    answer
}

async fn wrong_method(method: Method) -> Problem {
    // Anybody can invent one, of any length.
    let method: String = method.as_str().chars().take(20).collect();
    let detail = format!("{method} kan ikke bruges på denne adresse.");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "forkert_metode", "Forkert metode", detail)
}

/// The caller of an API route, by bearer token. Another system may use none of the routes that are for people.
pub struct Caller(pub User);

impl FromRequestParts<AppState> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        let user = by_token(parts, state)?;
        if user.is_system() { Err(Problem::may_not()) } else { Ok(Self(user)) }
    }
}

/// The caller of a route for systems. Who may use it is for the route to ask.
pub struct System(pub User);

impl FromRequestParts<AppState> for System {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Problem> {
        by_token(parts, state).map(Self)
    }
}

fn by_token(parts: &mut Parts, state: &AppState) -> Result<User, Problem> {
    let token = doors::heads::bearer(&parts.headers).ok_or_else(Problem::not_logged_in)?;
    let now = Clock::System.now();
    let user = User::by_token(token, &state.app.projections(), dag_in_denmark(now));
    let user = user.map(|user| state.app.narrowed_hr(user));
    let Some(user) = user else {
        let counted = state.wrong_tries.count(state.wrong_tries.from(parts), Way::Api);
        return Err(counted.map_or_else(Problem::too_many_tries, |()| Problem::not_logged_in()));
    };
    if let Some(by) = user.token.as_ref().filter(|_| parts.method != Method::HEAD) {
        state.app.note_token_use(by, now);
    }
    lookups::Reader::is(parts, &user, None);
    Ok(user)
}

/// The id in the path; what is not an id does not exist.
pub struct Id(pub Uuid);

/// The id of a forløb and the version of its plan.
pub struct IdAndVersion(pub Uuid, pub u32);

impl<S: Send + Sync> FromRequestParts<S> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Ok(Self(from_path(parts, state, "id", |v| Uuid::try_parse(v).ok()).await?))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdAndVersion {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = from_path(parts, state, "id", |v| Uuid::try_parse(v).ok()).await?;
        Ok(Self(id, from_path(parts, state, "version", |v| v.parse().ok()).await?))
    }
}

/// The whole numbers in the path beside the id; what is none does not exist.
pub struct Numbers(pub Vec<(String, u64)>);

impl<S: Send + Sync> FromRequestParts<S> for Numbers {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
        let Path(pieces) = path.map_err(|_| Problem::not_found())?;
        let numbers = pieces.into_iter().filter(|(name, _)| name != "id");
        let numbers = numbers.map(|(name, value)| Some((name, value.parse().ok()?))).collect::<Option<_>>();
        numbers.map(Self).ok_or_else(Problem::not_found)
    }
}

async fn from_path<T, S: Send + Sync>(
    parts: &mut Parts,
    state: &S,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<T, Problem> {
    let path = Path::<Vec<(String, String)>>::from_request_parts(parts, state).await;
    let Path(pieces) = path.map_err(|_| Problem::not_found())?;
    pieces.iter().find(|(n, _)| n == name).and_then(|(_, v)| read(v)).ok_or_else(Problem::not_found)
}

/// The query, where every parameter must be known.
pub struct Search(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Search {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|q| q.split('&').nth(MOST_PARAMETERS).is_some()) {
            let detail = format!("Adressen har over {MOST_PARAMETERS} parametre.");
            return Err(Problem::unreadable("ulaeselig_forespoergsel", detail));
        }
        let Query(pairs) = Query::<Vec<(String, String)>>::from_request_parts(parts, state)
            .await
            .map_err(|_| Problem::unreadable("ulaeselig_forespoergsel", "Adressens parametre kan ikke læses."))?;
        Ok(Self(pairs))
    }
}

impl Search {
    /// Refuses parameters other than these.
    fn known_ones(&self, names: &[&str]) -> Result<(), Problem> {
        let unknown: Vec<_> = (self.0.iter())
            .filter(|(n, _)| !names.contains(&n.as_str()))
            .map(|(n, _)| {
                let name: String = n.chars().take(60).filter(|c| !c.is_control()).collect();
                problem::FormField::new(name, format!("er ikke en parameter her; kendte: {}", names.join(", ")))
            })
            .collect();
        if unknown.is_empty() { Ok(()) } else { Err(Problem::fields(unknown)) }
    }

    fn tekst(&self, name: &str) -> Option<&str> {
        self.0.iter().rev().find(|(n, v)| n == name && !v.is_empty()).map(|(_, v)| v.as_str())
    }

    /// The same question with these said.
    fn with(&self, said: &[(&str, String)]) -> Self {
        let others = self.0.iter().filter(|(name, _)| said.iter().all(|(said, _)| said != name)).cloned();
        Self(others.chain(said.iter().map(|(name, value)| ((*name).to_owned(), value.clone()))).collect())
    }

    /// The address of what comes after: the same question, from there on.
    fn onward(&self, path: &str, name: &str, value: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(self.0.iter().filter(|(n, _)| n != name)).append_pair(name, value);
        format!("{path}?{}", query.finish())
    }

    /// How many rows are asked for; as many as there may be where nobody says.
    fn limit(&self, at_most: usize) -> Result<usize, Problem> {
        let bound = |s: &str| s.parse().ok().filter(|n| (1..=at_most).contains(n));
        Ok(self.read("limit", bound, &format!("skal være et helt tal fra 1 til {at_most}"))?.unwrap_or(at_most))
    }

    /// The same of a list that was given whole before there were pages of it: all there are, where neither how many nor a place is
    /// said. Who knows of no pages is not to lose rows.
    fn limit_of_whole(&self, at_most: usize) -> Result<usize, Problem> {
        let limit = self.limit(at_most)?;
        let by_pages = ["limit", "cursor"].into_iter().any(|name| self.tekst(name).is_some());
        Ok(if by_pages { limit } else { usize::MAX })
    }

    /// After which row to go on.
    fn cursor<T>(&self, read: impl Fn(&str) -> Option<T>) -> Result<Option<T>, Problem> {
        self.read("cursor", read, "skal være naeste, eller fra Link, i et tidligere svar")
    }

    fn read<T>(&self, name: &str, how: impl Fn(&str) -> Option<T>, ret: &str) -> Result<Option<T>, Problem> {
        match self.tekst(name) {
            None => Ok(None),
            Some(v) => how(v).map(Some).ok_or_else(|| Problem::felt(name, ret)),
        }
    }
}

/// Most rows of one answer of a list.
const AT_MOST: usize = 500;

/// An answer that says where the rest is (RFC 8288).
fn with_next(next: Option<String>, mut answer: Response) -> Response {
    if let Some(link) = next.and_then(|address| format!("<{address}>; rel=\"next\"").parse().ok()) {
        answer.headers_mut().insert(header::LINK, link);
    }
    answer
}

/// An answer with the version as its `ETag`.
fn with_etag(version: u64, answer: impl IntoResponse) -> Response {
    let mut answer = answer.into_response();
    if let Ok(etag) = format!("\"{version}\"").parse() {
        answer.headers_mut().insert(header::ETAG, etag);
    }
    answer
}
