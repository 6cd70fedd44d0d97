//! Payroll's files over HTTP.

use axum::Json;
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use forloeb::Aktoer;
use tokio::sync::{Semaphore, SemaphorePermit};

use super::body::whole_body;
use super::problem::Problem;
use super::{AppState, Caller};
use crate::access::Intent;
use crate::import::{self, LARGEST_FILE, Report};

/// Files that are in memory at a time: on their way, or being taken in. One more is asked to come again.
const AT_A_TIME: usize = 4;
/// Room for these.
static ROOM: Semaphore = Semaphore::const_new(AT_A_TIME);
/// Seconds after which one more may come again.
const RETRY_IN: HeaderValue = HeaderValue::from_static("30");

/// A file that somebody sent who may. Of anybody else nothing is read.
pub struct CsvFile {
    bytes: Vec<u8>,
    aktoer: Aktoer,
    _room: SemaphorePermit<'static>,
}

impl FromRequest<AppState> for CsvFile {
    type Rejection = Response;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let Caller(user) = Caller::from_request_parts(&mut parts, state).await.map_err(IntoResponse::into_response)?;
        user.may_do(Intent::Import).map_err(|denial| Problem::from(denial).into_response())?;
        let Ok(room) = ROOM.try_acquire() else {
            let detail = format!("{AT_A_TIME} filer er ved at blive læst ind. Prøv igen om lidt.");
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "travlt", "Prøv igen om lidt", detail);
            return Err(([(header::RETRY_AFTER, RETRY_IN)], problem).into_response());
        };
        let bytes = whole_body(Request::from_parts(parts, body), LARGEST_FILE).await;
        let bytes = bytes.map_err(IntoResponse::into_response)?;
        Ok(Self { bytes, aktoer: user.aktoer(), _room: room })
    }
}

/// Imports employees; a line that is wrong is reported, the others go in.
#[utoipa::path(post, path = "/api/v1/import/medarbejdere", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem), (status = 503, body = Problem)))]
pub async fn medarbejdere(State(state): State<AppState>, file: CsvFile) -> Result<Json<Report>, Problem> {
    Ok(Json(import::medarbejdere(&state.app, file.bytes, &file.aktoer, &|_, _| {}).await?))
}

/// Imports absence registrations.
#[utoipa::path(post, path = "/api/v1/import/fravaer", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem), (status = 503, body = Problem)))]
pub async fn fravaer(State(state): State<AppState>, file: CsvFile) -> Result<Json<Report>, Problem> {
    Ok(Json(import::fravaer(&state.app, file.bytes, &file.aktoer, &|_, _| {}).await?))
}
