//! Where payroll and people say different things of an absence: what waits for a decision, and the decision.

use axum::Json;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::response::Response;
use chrono::NaiveDate;
use forloeb::uenighed::{Uenighed, Vaelg};
use serde::Serialize;
use utoipa::ToSchema;

use super::body::CommandBody;
use super::commands::{ForloebAnswer, answer_as_wanted};
use super::problem::Problem;
use super::{AT_MOST, AppState, Caller, Search, from_path, with_next};
use crate::access::Intent;
use crate::commands::typed::given;
use crate::commands::uenighed::ENTRY;
use crate::commands::{Call, Refusal};
use crate::lookups::{ForloebShown, Shown};
use crate::views::uenighed::{UenighedView, all};
use app::opslag::Content;
use app::request;

const PATH: &str = "/api/v1/uenigheder";

/// What waits for a decision.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Uenigheder)]
pub struct UenighederView {
    /// The oldest first.
    pub uenigheder: Vec<UenighedView>,
    /// Cursor of the next page.
    #[serde(rename = "naeste")]
    pub next: Option<String>,
    /// How many there are in all.
    #[serde(rename = "antal")]
    pub count: usize,
}

request! {
    /// Who is right.
    #[schema(as = UenighedValg)]
    ChoiceRequest {
        /// loen: payroll; person: what a person said.
        vaelg: Vaelg,
        /// Why.
        begrundelse: String,
    }
}

/// The id in the path; what is not one does not exist.
pub struct UenighedId(String);

impl<S: Send + Sync> FromRequestParts<S> for UenighedId {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let id = |text: &str| Uenighed::of_id(text).map(|_| text.to_owned());
        Ok(Self(from_path(parts, state, "id", id).await?))
    }
}

/// What payroll and a person disagree on, of the forløb that the caller may see the whole of: `felt` says whether the values
/// are days, causes or percentages.
#[utoipa::path(operation_id = "uenigheder", get, path = "/api/v1/uenigheder", tag = "forloeb",
    params(("limit" = Option<usize>, Query, description = "1 til 500; 500 som standard"),
        ("cursor" = Option<String>, Query, description = "naeste fra forrige svar")),
    responses((status = 200, body = UenighederView, headers(("Link" = Option<String>, description = "Adressen på resten, hvis der er mere"))),
        (status = 401, body = Problem), (status = 422, body = Problem)))]
pub async fn list(State(state): State<AppState>, Caller(user): Caller, search: Search) -> Result<Response, Problem> {
    search.known_ones(&["limit", "cursor"])?;
    let (limit, after) = (search.limit(AT_MOST)?, search.cursor(read_cursor)?);
    let mut uenigheder = all(&state.app, &user);
    let count = uenigheder.len();
    if let Some((siden, id)) = &after {
        uenigheder.retain(|u| u.place() > (*siden, id));
    }
    let more = uenigheder.len() > limit;
    uenigheder.truncate(limit);
    let next = uenigheder.last().filter(|_| more).map(|last| format!("{}_{}", last.siden, last.id));
    let link = next.as_ref().map(|next| search.onward(PATH, "cursor", next));
    let shown = Shown::of(uenigheder.iter().map(|u| u.medarbejder_nr.clone()));
    Ok(with_next(link, shown.in_answer(Json(UenighederView { uenigheder, next, count }))))
}

fn read_cursor(text: &str) -> Option<(NaiveDate, String)> {
    let (siden, id) = text.split_once('_')?;
    Some((siden.parse().ok()?, Uenighed::of_id(id).map(|_| id.to_owned())?))
}

/// Decides who is right. What was chosen goes in as a correction; what has been decided, or has moved, since it was looked
/// at is refused with the reason.
#[utoipa::path(operation_id = "afgoer_uenighed", post, path = "/api/v1/uenigheder/{id}", tag = "forloeb",
    params(("id" = String, Path, description = "Uenighedens id, som det står på listen"),
        ("Idempotency-Key" = Option<String>, Header, description = "Samme nøgle, samme svar, kun én hændelse")),
    request_body = ChoiceRequest,
    responses((status = 200, body = ForloebAnswer), (status = 400, body = Problem), (status = 401, body = Problem),
        (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem),
        (status = 412, body = Problem), (status = 422, body = Problem), (status = 503, body = Problem)))]
pub async fn decide(
    State(state): State<AppState>,
    Caller(user): Caller,
    UenighedId(id): UenighedId,
    body: CommandBody,
) -> Result<Response, Problem> {
    if !user.may_ever(Intent::Uenighed) {
        return Err(Problem::takes(Intent::Uenighed));
    }
    let (registrering, _, _) = Uenighed::of_id(&id).ok_or_else(Problem::not_found)?;
    let ChoiceRequest { vaelg, begrundelse } = body.read().map_err(Refusal::from)?;
    let given = given([("uenighed", id.into()), ("vaelg", vaelg.code().into()), ("begrundelse", begrundelse.into())]);
    let call = Call { given: &given, ..body.call(&user, Some(registrering)) };
    match ENTRY.run(&state.app, call).await {
        Ok(outcome) => answer_as_wanted(&state.app, ENTRY.answer, &user, outcome, &body),
        // That it is decided, or has moved, tells of the forløb.
        Err(refusal) => Ok(ForloebShown::new(registrering, Content::Forloeb).in_answer(Problem::from(refusal))),
    }
}
