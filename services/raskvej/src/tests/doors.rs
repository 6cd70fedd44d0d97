//! What anybody can reach without a token, and what every answer carries.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::middleware;
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tower::ServiceExt;

use crate::connections::{self, Limits};
use crate::http;
use crate::measurements::measure;
use crate::pages::test_state;
use crate::terminal::trial::Trial;

/// Bytes that this process has in memory.
fn memory() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// Invented methods become one label, and are not kept.
#[tokio::test]
async fn invented_methods_leave_memory_and_metrics_where_they_were() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    let _recorder = metrics::set_default_local_recorder(&recorder);
    let p = Trial::empty().await;
    let routes: Router = http::router(test_state(&p.app)).layer(middleware::from_fn(measure));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (_stop, stopped) = watch::channel(false);
    tokio::spawn(connections::serve(listener, routes, Limits::of(64), stopped));

    let ask = async |method: &str| {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let asked = format!("{method} /readyz HTTP/1.1\r\nHost: her\r\nConnection: close\r\n\r\n");
        // It is closed before all of it has been said.
        let _ = stream.write_all(asked.as_bytes()).await;
        let mut answer = Vec::new();
        let read =
            tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut answer)).await.expect("closed");
        let _ = read;
        String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
    };
    let large = "X".repeat(300_000);
    for n in 0..50 {
        assert_eq!(ask(&format!("OPFUNDET{n}")).await, "HTTP/1.1 405 Method Not Allowed");
        ask(&format!("{large}{n}")).await;
    }
    let (length, before) = (metrics.render().len(), memory());
    for n in 0..2000 {
        ask(&format!("M{n}")).await;
        ask(&format!("{large}{n}")).await;
    }
    metrics.run_upkeep();
    let (text, grown) = (metrics.render(), memory().saturating_sub(before));
    assert!(text.contains("metode=\"anden\"") && !text.contains("OPFUNDET"), "{text}");
    assert!(text.len() < length + 100, "from {length} to {} bytes", text.len());
    assert!(grown < 32 << 20, "{grown} bytes more in memory");
    println!("4,000 invented methods: metrics {length} to {} bytes, memory {grown} bytes more", text.len());
}

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
