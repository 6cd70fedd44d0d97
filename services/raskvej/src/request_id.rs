//! The name of a request (`X-Request-Id`): it stands in the answer, in the text of an error and in every log line about it. Who
//! was told that something went wrong and who reads the log can then speak of the same request.

use std::future::Future;

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Builder;

use crate::keys::fill_random;

/// Where the name of a request stands.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Characters that a name from outside has.
const LENGTH: std::ops::RangeInclusive<usize> = 16..=64;

tokio::task_local! {
    static CURRENT: String;
}

/// The name of the request that is being answered; none where nobody asked over HTTP.
pub(crate) fn current() -> Option<String> {
    CURRENT.try_with(Clone::clone).ok()
}

/// Gives a request its name.
pub(crate) async fn named(request: Request, next: Next) -> Response {
    let Some(id) = sent(request.headers()).or_else(|| trace(request.headers())).or_else(made_up) else {
        return next.run(request).await;
    };
    let header = HeaderValue::from_str(&id);
    let mut answer = about(id, next.run(request)).await;
    if let Ok(header) = header {
        answer.headers_mut().insert(REQUEST_ID, header);
    }
    answer
}

/// Does something under the name of a request.
async fn about<T>(id: String, done: impl Future<Output = T>) -> T {
    let span = tracing::info_span!("request", %id);
    CURRENT.scope(id, done).instrument(span).await
}

/// A name for a request that came without one; none where there is no randomness to be had, which others will tell of.
fn made_up() -> Option<String> {
    let mut bytes = [0; 16];
    fill_random(&mut bytes).ok()?;
    Some(Builder::from_random_bytes(bytes).into_uuid().to_string())
}

/// The name that the caller gave. It stands in the log, so it is one that no number or name of a person can be: sixteen
/// hexadecimal digits or more, as trace ids and UUIDs are.
fn sent(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let digits = id.bytes().filter(u8::is_ascii_hexdigit).count();
    let fits = LENGTH.contains(&id.len()) && digits >= *LENGTH.start();
    (fits && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')).then(|| id.to_owned())
}

/// The trace that the request is a part of, where whoever sent it follows one (W3C Trace Context): `version-trace-parent-flags`.
fn trace(headers: &HeaderMap) -> Option<String> {
    let id = headers.get("traceparent")?.to_str().ok()?.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit()) && id.bytes().any(|b| b != b'0'))
        .then(|| id.to_owned())
}
