//! What anybody can reach without a token, and what every answer carries.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use tower::ServiceExt;

use crate::http;
use crate::pages::test_state;
use crate::terminal::trial::Trial;

/// Nobody on the way keeps an answer, or takes it for something else: good ones and refusals alike.
#[tokio::test]
async fn every_answer_of_the_api_is_not_kept() {
    let p = Trial::small().await;
    let invented = "X".repeat(5000);
    for (method, path, status) in [
        (Method::GET, "/healthz", StatusCode::OK),
        (Method::GET, "/readyz", StatusCode::OK),
        (Method::GET, "/api/openapi.json", StatusCode::OK),
        (Method::GET, "/api/v1/forloeb", StatusCode::UNAUTHORIZED),
        (Method::POST, "/api/v1/forloeb", StatusCode::UNAUTHORIZED),
        (Method::DELETE, "/api/v1/forloeb", StatusCode::METHOD_NOT_ALLOWED),
        (Method::from_bytes(invented.as_bytes()).unwrap(), "/api/v1/forloeb", StatusCode::METHOD_NOT_ALLOWED),
    ] {
        let request = Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
        let answer = http::router(test_state(&p.app)).oneshot(request).await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!(answer.headers().get(header::CACHE_CONTROL).unwrap(), "no-store", "{path}");
        assert_eq!(answer.headers().get(header::X_CONTENT_TYPE_OPTIONS).unwrap(), "nosniff", "{path}");
        if status.is_client_error() {
            let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
            assert!(body.len() < 500, "a refusal repeats little: {} bytes", body.len());
        }
    }
}
