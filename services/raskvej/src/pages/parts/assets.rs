//! The style sheet, the icon and the three scripts, at addresses that change with what they hold.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::token;

pub(crate) const STYLE: &str = include_str!("../../../assets/raskvej.css");
const COPY: &str = include_str!("../../../assets/kopier.js");
const FOLLOW: &str = include_str!("../../../assets/foelg.js");
const SESSION: &str = include_str!("../../../assets/session.js");
const ICON: &str = include_str!("../../../assets/ikon.svg");

/// Changes with what the files hold, so that a browser may keep them for good.
pub(crate) static FINGERPRINT: LazyLock<String> = LazyLock::new(|| {
    let mut fingerprint = token::fingerprint(&[STYLE, ICON, COPY, FOLLOW, SESSION].concat());
    fingerprint.truncate(12);
    fingerprint
});

pub(crate) async fn active(Path((fingerprint, file)): Path<(String, String)>) -> Response {
    let (kind, content) = match file.as_str() {
        "raskvej.css" => ("text/css; charset=utf-8", STYLE),
        "kopier.js" => ("text/javascript; charset=utf-8", COPY),
        "foelg.js" => ("text/javascript; charset=utf-8", FOLLOW),
        "session.js" => ("text/javascript; charset=utf-8", SESSION),
        "ikon.svg" => ("image/svg+xml", ICON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    if fingerprint != *FINGERPRINT {
        return StatusCode::NOT_FOUND.into_response();
    }
    let heads = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (heads, content).into_response()
}
