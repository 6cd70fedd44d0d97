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

use crate::http::problem::Problem;
use crate::kerne::Fremdrift;
use crate::tekster::tal;

/// Seconds after which a caller may try again.
const IGEN_OM: HeaderValue = HeaderValue::from_static("5");

/// An open door, and what is behind it once the service is ready.
#[derive(Debug, Clone, Default)]
pub struct Doer {
    app: Arc<OnceLock<Router>>,
    /// How far the start has come.
    pub fremdrift: Arc<Fremdrift>,
}

impl Doer {
    /// Answers on a listener until `stop` is true or gone, and then what is under way.
    pub fn betjen(&self, lytter: TcpListener, mut stop: watch::Receiver<bool>) -> JoinHandle<std::io::Result<()>> {
        let app = Router::new().fallback(svar).with_state(self.clone());
        tokio::spawn(async move {
            let stoppet = async move {
                let _ = stop.wait_for(|stop| *stop).await;
            };
            axum::serve(lytter, app).with_graceful_shutdown(stoppet).await
        })
    }

    /// The service is ready: from now on it answers.
    pub fn klar(&self, app: Router) {
        // Set once: there is one service behind a door.
        let _ = self.app.set(app);
    }

    fn starter(&self, sti: &str) -> Response {
        if sti == "/healthz" {
            return "ok\n".into_response();
        }
        let (laest, i_alt) = self.fremdrift.laest();
        let hvor_langt = if i_alt == 0 {
            "Loggen åbnes.".to_owned()
        } else {
            format!("{} af {} hændelser er læst.", tal(laest.min(i_alt)), tal(i_alt))
        };
        let detail = format!("Tjenesten starter. {hvor_langt} Prøv igen om lidt.");
        let problem = Problem::ny(StatusCode::SERVICE_UNAVAILABLE, "starter", "Tjenesten starter", detail);
        let mut svar = problem.into_response();
        svar.headers_mut().insert(header::RETRY_AFTER, IGEN_OM);
        svar
    }
}

async fn svar(State(doer): State<Doer>, anmodning: Request) -> Response {
    match doer.app.get() {
        // A router answers everything: its error type has no values.
        Some(app) => app.clone().oneshot(anmodning).await.unwrap_or_else(|aldrig| match aldrig {}),
        None => doer.starter(anmodning.uri().path()),
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::routing::get;

    use super::*;

    async fn spoerg(doer: &Doer, sti: &str) -> (StatusCode, HeaderValue, String) {
        let anmodning = Request::get(sti).body(Body::empty()).unwrap();
        let svar = svar(State(doer.clone()), anmodning).await;
        let igen = svar.headers().get(header::RETRY_AFTER).cloned().unwrap_or(HeaderValue::from_static(""));
        let status = svar.status();
        let krop = axum::body::to_bytes(svar.into_body(), 1 << 16).await.unwrap();
        (status, igen, String::from_utf8(krop.to_vec()).unwrap())
    }

    #[tokio::test]
    async fn indtil_den_er_klar_siger_den_hvor_langt_den_er() {
        let doer = Doer::default();
        assert_eq!(spoerg(&doer, "/healthz").await.0, StatusCode::OK);
        let (status, igen, krop) = spoerg(&doer, "/readyz").await;
        assert_eq!((status, igen), (StatusCode::SERVICE_UNAVAILABLE, IGEN_OM));
        assert!(krop.contains("\"kode\":\"starter\"") && krop.contains("Loggen åbnes"), "{krop}");
        doer.fremdrift.begynd(1_000_000);
        doer.fremdrift.videre(250_000);
        let krop = spoerg(&doer, "/api/v1/forloeb").await.2;
        assert!(krop.contains("250.000 af 1.000.000"), "{krop}");
        doer.klar(Router::new().route("/readyz", get(async || "klar\n")));
        let (status, _, krop) = spoerg(&doer, "/readyz").await;
        assert_eq!((status, krop.as_str()), (StatusCode::OK, "klar\n"));
        assert_eq!(spoerg(&doer, "/findes/ikke").await.0, StatusCode::NOT_FOUND);
    }
}
