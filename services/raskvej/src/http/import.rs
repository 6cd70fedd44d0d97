//! Payroll's files over HTTP.

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;

use super::problem::Problem;
use super::{Kalder, Tilstand};
use crate::import::{self, Rapport};

type Krop = Result<Bytes, BytesRejection>;

fn laes(krop: Krop) -> Result<Bytes, Problem> {
    krop.map_err(|_| {
        let detail = "Filen er for stor, eller forbindelsen blev afbrudt. Del den op, eller brug kommandoen import.";
        Problem::ny(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail)
    })
}

/// Imports employees; a line that is wrong is reported, the others go in.
#[utoipa::path(post, path = "/api/v1/import/medarbejdere", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Rapport), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem)))]
pub async fn medarbejdere(
    State(t): State<Tilstand>,
    Kalder(bruger): Kalder,
    krop: Krop,
) -> Result<Json<Rapport>, Problem> {
    if !bruger.er_hr() {
        return Err(Problem::maa_ikke());
    }
    Ok(Json(import::medarbejdere(&t.kerne, laes(krop)?, &bruger.aktoer(), &|_, _| {}).await?))
}

/// Imports absence registrations.
#[utoipa::path(post, path = "/api/v1/import/fravaer", tag = "import",
    request_body(content = String, content_type = "text/csv"),
    responses((status = 200, body = Rapport), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 413, body = Problem)))]
pub async fn fravaer(State(t): State<Tilstand>, Kalder(bruger): Kalder, krop: Krop) -> Result<Json<Rapport>, Problem> {
    if !bruger.er_hr() {
        return Err(Problem::maa_ikke());
    }
    Ok(Json(import::fravaer(&t.kerne, laes(krop)?, &bruger.aktoer(), &|_, _| {}).await?))
}
