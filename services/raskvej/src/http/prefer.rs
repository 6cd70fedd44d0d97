//! How much of an answer a caller wants (RFC 7240): who only needs to know that it was done is spared the body.
//!
//! What the caller should know, though it was done, is told to whoever asked for less, too; and what only asks is answered in
//! full, since the answer is all there is of it.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// The header, as the document describes it.
pub(super) const SAYS: &str = "return=minimal: svaret har ingen krop, medmindre der er en advarsel i den";
/// What the document says of the answer without a body.
pub(super) const DONE: &str = "Gjort; Prefer: return=minimal";
/// What is asked by POST, so that nobody's name is in an address, and changes nothing.
pub(super) const QUESTIONS: [&str; 3] = ["/api/v1/indsigt", "/api/v1/personer/soeg", "/api/v1/regler/proeve"];

/// `Prefer: return=minimal`: of what may stand there, the first that speaks of the answer counts.
pub(super) fn wants_little(heads: &HeaderMap) -> bool {
    let wishes = heads.get_all("prefer").into_iter().filter_map(|h| h.to_str().ok()).flat_map(|h| h.split(','));
    let mut pairs = wishes.filter_map(|wish| wish.split(';').next()?.split_once('='));
    let first = pairs.find(|(name, _)| name.trim().eq_ignore_ascii_case("return"));
    first.is_some_and(|(_, value)| value.trim().trim_matches('"').eq_ignore_ascii_case("minimal"))
}

/// The answer, without its body where no more is wanted than that it was done.
pub(super) fn as_wanted(minimal: bool, answer: impl IntoResponse) -> Response {
    let answer = answer.into_response();
    if minimal { without_body(answer) } else { answer }
}

/// Its status, version and place.
fn without_body(answer: Response) -> Response {
    let (mut parts, _) = answer.into_parts();
    if parts.status == StatusCode::OK {
        parts.status = StatusCode::NO_CONTENT;
    }
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert("preference-applied", HeaderValue::from_static("return=minimal"));
    Response::from_parts(parts, Body::empty())
}
