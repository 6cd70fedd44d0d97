//! The style sheet, the icon and the one script, at addresses that change with what they hold.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::adgang;

const STIL: &str = include_str!("../../../aktiver/raskvej.css");
const KOPIER: &str = include_str!("../../../aktiver/kopier.js");
const IKON: &str = include_str!("../../../aktiver/ikon.svg");

/// Changes with what the files hold, so that a browser may keep them for good.
pub(crate) static AFTRYK: LazyLock<String> = LazyLock::new(|| {
    let mut aftryk = adgang::aftryk(&[STIL, IKON, KOPIER].concat());
    aftryk.truncate(12);
    aftryk
});

pub(crate) async fn aktiv(Path((aftryk, fil)): Path<(String, String)>) -> Response {
    let (slags, indhold) = match fil.as_str() {
        "raskvej.css" => ("text/css; charset=utf-8", STIL),
        "kopier.js" => ("text/javascript; charset=utf-8", KOPIER),
        "ikon.svg" => ("image/svg+xml", IKON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    if aftryk != *AFTRYK {
        return StatusCode::NOT_FOUND.into_response();
    }
    let hoveder = [
        (header::CONTENT_TYPE, slags),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (hoveder, indhold).into_response()
}
