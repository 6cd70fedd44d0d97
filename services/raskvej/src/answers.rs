//! What every answer goes through on its way out: a name for the request, how long it took, and fewer bytes on the line.

use axum::Router;
use axum::middleware;
use axum::response::IntoResponse;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::compression::predicate::{DefaultPredicate, Predicate, SizeAbove};

use crate::measurements;
use crate::problem::Problem;
use crate::request_id;

/// Bytes below which an answer fits a packet as it is.
const WORTH_COMPRESSING: u64 = 1024;

/// The routes with all that goes round them.
pub(crate) fn on_their_way(routes: Router) -> Router {
    let panic = |_| Problem::intern(&"en rute gik i panik").into_response();
    // Pages hold no secret that an attacker could have repeated beside words of their own (BREACH): there are no tokens in
    // forms, and what tells of people is never part of an answer that another site can ask for.
    let compressed = CompressionLayer::new()
        .quality(CompressionLevel::Fastest)
        .compress_when(DefaultPredicate::new().and(SizeAbove::new(WORTH_COMPRESSING)));
    routes
        .layer(middleware::from_fn(measurements::measure))
        .layer(CatchPanicLayer::custom(panic))
        .layer(compressed)
        .layer(middleware::from_fn(request_id::named))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{HeaderMap, StatusCode, header};
    use axum::routing::get;
    use tower::ServiceExt;
    use uuid::Uuid;

    use super::*;

    async fn answer(path: &str, heads: &[(&str, &str)]) -> (StatusCode, HeaderMap, Vec<u8>) {
        let routes = Router::new()
            .route("/side", get(async || ([(header::CONTENT_TYPE, "text/html")], "<p>Æ".repeat(1000))))
            .route("/kort", get(async || "kort"))
            .route("/fejl", get(async || Problem::intern(&"i stykker")))
            .route("/panik", get(async || -> &'static str { panic!("i stykker") }));
        let mut request = axum::http::Request::get(path);
        for (name, value) in heads {
            request = request.header(*name, *value);
        }
        let answer = on_their_way(routes).oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        (parts.status, parts.headers, axum::body::to_bytes(body, 1 << 20).await.unwrap().to_vec())
    }

    #[tokio::test]
    async fn an_error_has_the_name_that_its_request_was_sent_with() {
        let id = "0af7651916cd43dd8448eb211c80319c";
        for path in ["/fejl", "/panik"] {
            let (status, heads, body) = answer(path, &[("x-request-id", id)]).await;
            assert_eq!((status.as_u16(), heads["x-request-id"].to_str().unwrap()), (500, id));
            let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["instance"], format!("urn:raskvej:anmodning:{id}"));
        }
    }

    #[tokio::test]
    async fn what_could_be_about_a_person_is_no_name_of_a_request() {
        let long = "a".repeat(65);
        for id in
            ["0101801234", "010180-1234", "lone-hansen-0101801234", "010180-1234-----", "a\tbcdef0123456789", &long]
        {
            let (_, heads, _) = answer("/kort", &[("x-request-id", id)]).await;
            let given = heads["x-request-id"].to_str().unwrap();
            assert!(given != id && Uuid::try_parse(given).is_ok(), "{id}: {given}");
        }
        let given = "01234567-89ab-cdef";
        assert_eq!(answer("/kort", &[("x-request-id", given)]).await.1["x-request-id"], given);
    }

    #[tokio::test]
    async fn a_request_without_a_name_has_that_of_the_trace_it_is_part_of() {
        let (trace, other) = ("4bf92f3577b34da6a3ce929d0e0e4736", "01234567-89ab-cdef");
        let parent = format!("00-{trace}-00f067aa0ba902b7-01");
        let name = async |heads: &[(&str, &str)]| answer("/kort", heads).await.1["x-request-id"].clone();
        assert_eq!(name(&[("traceparent", &parent)]).await, trace);
        assert_eq!(name(&[("traceparent", &parent), ("x-request-id", other)]).await, other);
        for wrong in
            ["", "00", "00-0101801234-00f067aa0ba902b7-01", &format!("00-{}-00f067aa0ba902b7-01", "0".repeat(32))]
        {
            let name = name(&[("traceparent", wrong)]).await;
            assert!(Uuid::try_parse(name.to_str().unwrap()).is_ok_and(|id| id.get_version_num() == 4), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_page_is_sent_in_fewer_bytes_to_who_can_read_them_and_says_how_long_it_took() {
        let (_, heads, packed) = answer("/side", &[("accept-encoding", "br, gzip")]).await;
        assert_eq!(
            (&heads[header::CONTENT_ENCODING], &heads[header::VARY]),
            (&"gzip".parse().unwrap(), &"accept-encoding".parse().unwrap())
        );
        assert!(packed.len() < 200, "{}", packed.len());
        assert!(heads["server-timing"].to_str().unwrap().starts_with("total;dur="));
        let (_, heads, plain) = answer("/side", &[]).await;
        assert!(!heads.contains_key(header::CONTENT_ENCODING) && plain.len() == 5000);
        assert!(!answer("/kort", &[("accept-encoding", "gzip")]).await.1.contains_key(header::CONTENT_ENCODING));
    }
}
