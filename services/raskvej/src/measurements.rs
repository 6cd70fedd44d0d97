//! The metrics of what comes over HTTP. Every label is from a list that is known before anybody asks: what a stranger
//! sends never becomes one, so it can neither fill the memory nor hide the rest.

use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::connections::{self, Limits};

/// Connections to an address that serves the metrics alone.
const MOST_READERS: usize = 32;
/// How often what was measured is added up: until then each measurement is kept by itself.
const ADDED_UP_EVERY: Duration = Duration::from_secs(5);

pub(crate) fn measurements() -> Result<PrometheusHandle, BuildError> {
    let buckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0];
    PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("sekunder".to_owned()), &buckets)
        .and_then(PrometheusBuilder::install_recorder)
}

/// Adds up what was measured, whether or not anybody reads it.
pub(crate) async fn upkeep(measurements: PrometheusHandle, stopped: watch::Receiver<bool>) {
    each(ADDED_UP_EVERY, || measurements.run_upkeep(), stopped).await;
}

async fn each(every: Duration, add_up: impl Fn(), mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            () = tokio::time::sleep(every) => add_up(),
        }
    }
}

/// Counts and times requests by route, never by path: ids stay out of the metrics.
pub(crate) async fn measure(route: Option<MatchedPath>, request: Request, next: Next) -> Response {
    let method = method(request.method());
    // One of the addresses that the router was made with.
    let route = route.map_or_else(|| "ukendt".to_owned(), |route| route.as_str().to_owned());
    let start = Instant::now();
    let mut answer = next.run(request).await;
    let took = start.elapsed();
    let status = class(answer.status());
    metrics::counter!("raskvej_http_total", "metode" => method, "rute" => route.clone(), "status" => status)
        .increment(1);
    metrics::histogram!("raskvej_http_sekunder", "rute" => route).record(took);
    // What a browser shows beside its own waiting: whether the service or the way to it was slow.
    if let Ok(timing) = HeaderValue::from_str(&format!("total;dur={:.1}", took.as_secs_f64() * 1000.0)) {
        answer.headers_mut().insert("server-timing", timing);
    }
    answer
}

/// A method can be any word that whoever asks has thought of.
fn method(method: &Method) -> &'static str {
    const KNOWN: [&str; 9] = ["GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "TRACE"];
    KNOWN.into_iter().find(|known| *known == method.as_str()).unwrap_or("anden")
}

fn class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        100..=199 => "1xx",
        200..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        _ => "5xx",
    }
}

/// Serves the metrics on an address of their own.
pub(crate) async fn alone(listener: TcpListener, measurements: PrometheusHandle, stopped: watch::Receiver<bool>) {
    let routes = Router::new().route("/metrics", axum::routing::get(move || async move { measurements.render() }));
    // It ends when the service does, and not before.
    connections::serve(listener, routes, Limits::of(MOST_READERS), stopped).await;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each measurement is kept by itself until they are added up: without that memory would grow with every request.
    #[tokio::test]
    async fn what_was_measured_is_added_up_though_nobody_reads_it() {
        let recorder = PrometheusBuilder::new().build_recorder();
        let measured = |count: u32| {
            metrics::with_local_recorder(&recorder, || {
                (0..count).for_each(|_| metrics::histogram!("raskvej_proeve_sekunder").record(0.1));
            });
        };
        let handle = recorder.handle();
        let (stop, stopped) = watch::channel(false);
        let times = std::sync::atomic::AtomicU32::new(0);
        let add_up = || {
            handle.run_upkeep();
            if times.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 2 {
                stop.send_replace(true);
            }
            measured(10);
        };
        measured(10);
        let adding = each(Duration::from_millis(1), add_up, stopped);
        tokio::time::timeout(Duration::from_secs(30), adding).await.expect("it ends with the service");
        assert_eq!(times.into_inner(), 3, "again and again");
        assert!(handle.render().contains("raskvej_proeve_sekunder_count 40"), "{}", handle.render());
    }

    #[test]
    fn labels_are_from_a_list() {
        let method = |name: &str| method(&Method::from_bytes(name.as_bytes()).unwrap());
        assert_eq!(
            [method("GET"), method("HEAD"), method("get"), method("OPFUNDET")],
            ["GET", "HEAD", "anden", "anden"]
        );
        for (status, label) in [(200, "2xx"), (404, "4xx"), (431, "4xx"), (503, "5xx"), (999, "5xx")] {
            assert_eq!(class(StatusCode::from_u16(status).unwrap()), label);
        }
    }
}
