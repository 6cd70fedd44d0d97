//! Many forløb assigned at once: each by the command that assigns one, and each with an answer of its own.

use std::borrow::Cow;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::body::CommandBody;
use super::prefer::as_wanted;
use super::problem::Problem;
use super::{AppState, Caller};
use crate::access::Intent;
use crate::commands::request::{FieldType, Wrong, WrongField, WrongFields};
use crate::commands::tildeling::Tildeling;
use crate::commands::{OnForloeb, Refusal};
use crate::lookups::{Shown, is_refusal};
use app::request;

/// Most forløb of one request.
const AT_MOST: usize = 500;

/// The forløb, in the order of the answers.
#[derive(Debug)]
pub struct Ids(Vec<Uuid>);

impl FieldType for Ids {
    fn read(given: Option<&Value>) -> Result<Self, WrongFields> {
        let wrong = |wrong| vec![WrongField { path: String::new(), wrong }];
        let Some(given) = given.filter(|ids| !ids.is_null()) else { return Err(wrong(Wrong::Missing)) };
        let ids = given.as_array().ok_or_else(|| wrong(Wrong::NotAList))?;
        if ids.is_empty() {
            return Err(wrong(Wrong::Said(Cow::Borrowed("skal have mindst ét forløb"))));
        }
        if ids.len() > AT_MOST {
            return Err(wrong(Wrong::TooMany(AT_MOST)));
        }
        let one = |(n, id): (usize, &Value)| {
            let under = |wrong: WrongFields| wrong.into_iter().map(|w| w.under(&format!("[{n}]"))).collect();
            Uuid::read(Some(id)).map_err(under)
        };
        ids.iter().enumerate().map(one).collect::<Result<_, WrongFields>>().map(Self)
    }
}

request! {
    /// Who takes them on.
    #[schema(as = TildelingRequest)]
    ManyRequest {
        /// The forløb, at most 500.
        #[schema(value_type = Vec<Uuid>, min_items = 1, max_items = 500)]
        ids: Ids,
        /// Employee number; nobody unless said.
        medarbejder_nr: Option<String>,
    }
}

/// The answer to each, in the order they were sent.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TildelingAnswers)]
pub struct ManyAnswer {
    /// One for each id.
    #[serde(rename = "raekker")]
    pub rows: Vec<RowAnswer>,
    /// So many were done.
    #[serde(rename = "tildelt")]
    pub done: usize,
    /// So many were not.
    #[serde(rename = "afvist")]
    pub refused: usize,
}

/// What became of one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TildelingAnswer)]
pub struct RowAnswer {
    /// The forløb.
    pub id: Uuid,
    /// tildelt, or afvist.
    pub udfald: &'static str,
    /// Its version after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
    /// Why not: the code that the command for one would have answered with.
    #[serde(rename = "kode", skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The same in words.
    #[serde(rename = "fejl", skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

/// Assigns many forløb to somebody, or to nobody. Each is a command of its own: what is wrong with one keeps no other back,
/// and a key makes each of them one command.
#[utoipa::path(operation_id = "tildel_flere", post, path = "/api/v1/forloeb/tildeling", tag = "kommandoer",
    params(("Idempotency-Key" = Option<String>, Header, description = "Samme nøgle, samme svar, kun én hændelse for hvert forløb")),
    request_body = ManyRequest,
    responses((status = 200, body = ManyAnswer), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 422, body = Problem)))]
pub async fn assign(
    State(state): State<AppState>,
    Caller(user): Caller,
    body: CommandBody,
) -> Result<Response, Problem> {
    if !user.may_ever(Intent::Tildeling) {
        return Err(Problem::takes(Intent::Tildeling));
    }
    let ManyRequest { ids: Ids(ids), medarbejder_nr } = body.read().map_err(Refusal::from)?;
    // Of what is given there is an event; of the others the caller is told how they stand.
    let (mut rows, mut only_read) = (Vec::with_capacity(ids.len()), Vec::new());
    for id in ids {
        let call = body.call_of_row(&user, id, Tildeling { til: medarbejder_nr.clone() });
        rows.push(match Tildeling::run(&state.app, call).await {
            Ok(outcome) => {
                only_read.extend(outcome.only_read());
                RowAnswer::done(id, outcome.version())
            }
            Err(refusal) => {
                let problem = Problem::from(refusal);
                only_read.extend(is_refusal(problem.status_code()).then_some(id));
                RowAnswer::refused(id, problem)
            }
        });
    }
    let done = rows.iter().filter(|row| row.code.is_none()).count();
    let answer = ManyAnswer { done, refused: rows.len() - done, rows };
    let shown = Shown::of_forloeb(&state.app, only_read);
    Ok(shown.in_answer(as_wanted(body.minimal && answer.refused == 0, Json(answer))))
}

impl RowAnswer {
    const fn done(id: Uuid, version: Option<u64>) -> Self {
        Self { id, udfald: "tildelt", version, code: None, error: None }
    }

    fn refused(id: Uuid, problem: Problem) -> Self {
        Self { id, udfald: "afvist", version: None, code: Some(problem.code), error: Some(problem.detail) }
    }
}
