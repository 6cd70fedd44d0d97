//! No page keeps a writer waiting. Every test of a page holds it to that: here is that they would notice.

use askama::Template;
use axum::http::StatusCode;

use super::arbejdsplads::{Arbejdsplads, SYG};
use crate::pages::frame::html;

#[derive(Template)]
#[template(source = "side", ext = "html")]
struct Page;

#[tokio::test]
#[cfg_attr(debug_assertions, should_panic(expected = "a page was rendered while the projections were held"))]
async fn a_page_is_not_rendered_while_the_projections_are_held() {
    let sted = Arbejdsplads::open().await;
    let _show = sted.app.projections();
    html(StatusCode::OK, &Page);
}

#[tokio::test]
#[cfg_attr(debug_assertions, should_panic(expected = "once more while the projections were held"))]
async fn a_name_is_not_opened_while_the_projections_are_held() {
    let sted = Arbejdsplads::open().await;
    let _show = sted.app.projections();
    assert!(sted.app.details(SYG).is_some());
}
