//! Payroll's files over HTTP.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;

use super::problem::Problem;
use super::{AppState, Caller};
use crate::import::{self, Report};

type CsvBody = Result<Bytes, BytesRejection>;

fn read(body: CsvBody) -> Result<Bytes, Problem> {
    body.map_err(|_| {
        let detail = "Filen er for stor, eller forbindelsen blev afbrudt. Del den op, eller brug kommandoen import.";
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail)
    })
}

/// Imports employees; a line that is wrong is reported, the others go in.
#[utoipa::path(post, path = "/api/v1/import/medarbejdere", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem)))]
pub async fn medarbejdere(
    State(t): State<AppState>,
    Caller(user): Caller,
    body: CsvBody,
) -> Result<Json<Report>, Problem> {
    if !user.is_hr() {
        return Err(Problem::may_not());
    }
    Ok(Json(import::medarbejdere(&t.app, read(body)?, &user.aktoer(), &|_, _| {}).await?))
}

/// Imports absence registrations.
#[utoipa::path(post, path = "/api/v1/import/fravaer", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Report), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem)))]
pub async fn fravaer(State(t): State<AppState>, Caller(user): Caller, body: CsvBody) -> Result<Json<Report>, Problem> {
    if !user.is_hr() {
        return Err(Problem::may_not());
    }
    Ok(Json(import::fravaer(&t.app, read(body)?, &user.aktoer(), &|_, _| {}).await?))
}
