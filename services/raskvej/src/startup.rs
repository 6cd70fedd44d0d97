//! The door of the service while it is starting: it is there at once, says that it is, and how far it has come.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tower::ServiceExt;

use crate::connections::{self, Limits};
use crate::core::Progress;
use crate::http::problem::Problem;
use crate::sentences::figure;

/// Seconds after which a caller may try again.
const RETRY_IN: HeaderValue = HeaderValue::from_static("5");

/// An open door, and what is behind it once the service is ready.
#[derive(Debug, Clone, Default)]
pub struct Door {
    app: Arc<OnceLock<Router>>,
    /// How far the start has come.
    pub progress: Arc<Progress>,
}

impl Door {
    /// Answers on a listener until `stop` is true or gone, and then what is under way.
    pub fn attend(&self, listener: TcpListener, limits: Limits, stop: watch::Receiver<bool>) -> JoinHandle<()> {
        let app = Router::new().fallback(answer).with_state(self.clone());
        tokio::spawn(connections::serve(listener, app, limits, stop))
    }

    /// The service is ready: from now on it answers.
    pub fn ready(&self, app: Router) {
        // Set once: there is one service behind a door.
        let _ = self.app.set(app);
    }

    fn starter(&self, path: &str) -> Response {
        if path == "/healthz" {
            return "ok\n".into_response();
        }
        let (read, total) = self.progress.read();
        let how_far = if total == 0 {
            "Loggen åbnes.".to_owned()
        } else {
            format!("{} af {} hændelser er læst.", figure(read.min(total)), figure(total))
        };
        let detail = format!("Tjenesten starter. {how_far} Prøv igen om lidt.");
        let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "starter", "Tjenesten starter", detail);
        let mut answer = problem.into_response();
        answer.headers_mut().insert(header::RETRY_AFTER, RETRY_IN);
        answer
    }
}

async fn answer(State(door): State<Door>, request: Request) -> Response {
    match door.app.get() {
        // A router answers everything: its error type has no values.
        Some(app) => app.clone().oneshot(request).await.unwrap_or_else(|never| match never {}),
        None => door.starter(request.uri().path()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;

    use super::*;

    async fn ask(door: &Door, path: &str) -> (StatusCode, HeaderValue, String) {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let answer = answer(State(door.clone()), request).await;
        let again = answer.headers().get(header::RETRY_AFTER).cloned().unwrap_or(HeaderValue::from_static(""));
        let status = answer.status();
        let body = axum::body::to_bytes(answer.into_body(), 1 << 16).await.unwrap();
        (status, again, String::from_utf8(body.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn until_it_is_ready_it_says_how_far_it_is() {
        let door = Door::default();
        assert_eq!(ask(&door, "/healthz").await.0, StatusCode::OK);
        let (status, again, body) = ask(&door, "/readyz").await;
        assert_eq!((status, again), (StatusCode::SERVICE_UNAVAILABLE, RETRY_IN));
        assert!(body.contains("\"kode\":\"starter\"") && body.contains("Loggen åbnes"), "{body}");
        door.progress.begin(1_000_000);
        door.progress.onward(250_000);
        let body = ask(&door, "/api/v1/forloeb").await.2;
        assert!(body.contains("250.000 af 1.000.000"), "{body}");
        door.ready(Router::new().route("/readyz", get(async || "klar\n")));
        let (status, _, body) = ask(&door, "/readyz").await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, "klar\n"));
        assert_eq!(ask(&door, "/findes/ikke").await.0, StatusCode::NOT_FOUND);
    }
}
