//! Insight (article 15): everything about a person, as one file. For HR, of their units.

use app::access::Intent;
use app::opslag::Formaal;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::body::CommandBody;
use super::problem::Problem;
use super::{AppState, Caller};
use crate::commands::Refusal;
use crate::insight::{self, Asked, Insight, InsightError, Written};
use crate::lookups::{LONGEST_FORMAAL, cleaned, warn};
use crate::retention;
use app::request;

request! {
    /// Take out everything about a person.
    #[schema(as = IndsigtAnmodning)]
    InsightRequest {
        /// Employee number.
        medarbejder_nr: String,
        /// What for: the request it answers. It is noted, and the person sees it.
        formaal: String,
        /// `json`, or `tekst` to be read; `json` where nothing is said.
        format: Option<String>,
    }
}

/// What is wrong with a format that is none.
pub(super) const WRONG_FORMAT: &str = "skal være en af: json, tekst";

impl From<InsightError> for Problem {
    fn from(error: InsightError) -> Self {
        match error {
            InsightError::Unknown => Self::not_found(),
            InsightError::TooLarge => {
                let detail = "Der er registreret mere om personen, end én fil kan rumme. Kontakt driften.";
                Self::new(StatusCode::PAYLOAD_TOO_LARGE, "for_stor", "For meget på én gang", detail)
            }
            InsightError::NotNoted(error) => Self::not_noted(&*error),
            InsightError::Open(error) => error.into(),
        }
    }
}

/// The file, for somebody who may have it. That it is taken is noted before anything leaves.
///
/// # Errors
/// Not theirs, no purpose, or it cannot be read or noted.
pub(crate) async fn file(
    state: &AppState,
    user: &crate::access::User,
    nr: &str,
    formaal: &str,
    format: Written,
) -> Result<Response, Problem> {
    retention::may(&state.app, user, Intent::Insight, nr)?;
    let Some(tekst) = cleaned(formaal) else {
        return Err(Problem::felt("formaal", format!("skal være fra 1 til {LONGEST_FORMAAL} tegn")));
    };
    let asked = Asked { nr: nr.to_owned(), reader: user.aktoer(), formaal: Formaal::Said { tekst } };
    Ok(as_file(insight::file(&state.app, asked, format).await?, format, "indsigt"))
}

/// An answer that is kept as a file of this name.
pub(super) fn as_file(bytes: Vec<u8>, written: Written, name: &str) -> Response {
    let (kind, ending) = match written {
        Written::Json => ("application/json", "json"),
        Written::Text => ("text/plain; charset=utf-8", "txt"),
    };
    let name = format!("attachment; filename=\"{name}.{ending}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
}

/// Takes out everything that is held about a person, in all their employments, with everybody who looked them up. It
/// changes nothing; that it is taken is noted as a look-up.
#[utoipa::path(operation_id = "indsigt", post, path = "/api/v1/indsigt", tag = "opbevaring",
    request_body = InsightRequest,
    responses((status = 200, content((Insight = "application/json"), (String = "text/plain"))),
        (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem),
        (status = 413, body = Problem), (status = 422, body = Problem)))]
pub async fn take(State(state): State<AppState>, Caller(user): Caller, body: CommandBody) -> Result<Response, Problem> {
    let InsightRequest { medarbejder_nr, formaal, format } = body.read().map_err(Refusal::from)?;
    let format = match format.as_deref() {
        None => Written::Json,
        Some(name) => Written::from_name(name).ok_or_else(|| Problem::felt("format", WRONG_FORMAT))?,
    };
    let mut answer = file(&state, &user, &medarbejder_nr, &formaal, format).await?;
    warn(answer.headers_mut(), &formaal);
    Ok(answer)
}
