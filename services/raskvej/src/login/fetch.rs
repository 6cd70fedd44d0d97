//! Asking a provider something: in a bounded time, for a bounded answer, and never on to somewhere else.

use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use openidconnect::http::Response;
use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::redirect::Policy;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;

use super::settings::{LoginSettingsError, is_loopback};
use crate::bounds::{LARGEST_TEXT, read};

/// How long a connection may take, and a whole answer.
const CONNECT: Duration = Duration::from_secs(5);
const WHOLE: Duration = Duration::from_secs(10);
/// Largest answer, in bytes. A list of keys with certificates has some tens of KB.
const LARGEST: usize = 512 << 10;

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    /// Without the address: it can hold a code.
    #[error("intet svar")]
    NoAnswer(#[source] reqwest::Error),
    #[error("svaret er på over {} KB", LARGEST >> 10)]
    TooLarge,
    #[error("svaret kan ikke læses")]
    Unreadable(#[from] openidconnect::http::Error),
}

impl From<reqwest::Error> for FetchError {
    fn from(error: reqwest::Error) -> Self {
        Self::NoAnswer(error.without_url())
    }
}

/// How one provider is asked.
#[derive(Debug)]
pub(super) struct Fetch(reqwest::Client);

impl Fetch {
    pub(super) fn new(issuer: &Url, ca_file: Option<&Path>) -> Result<Self, LoginSettingsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = ca_file {
            let error = |error: String| LoginSettingsError::new(format!("ca_fil: {}", file.display()), error);
            let bytes = read(file, LARGEST_TEXT).map_err(|e| error(e.to_string()))?;
            let certificates: Vec<_> =
                CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|e| error(e.to_string()))?;
            if roots.add_parsable_certificates(certificates).0 == 0 {
                return Err(error("er ikke certifikater i PEM".to_owned()));
            }
        }
        let error = |error: &dyn std::fmt::Display| LoginSettingsError::new("login", error.to_string());
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| error(&e))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(WHOLE)
            .user_agent("raskvej");
        // A provider in the clear is on this machine, and so is not reached through a proxy.
        let client = if is_loopback(issuer) { client.no_proxy() } else { client.https_only(true) };
        client.build().map(Self).map_err(|e| error(&e))
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let mut answer = self.0.execute(request.try_into()?).await?;
            let mut whole = Response::builder().status(answer.status());
            if let Some(heads) = whole.headers_mut() {
                *heads = answer.headers().clone();
            }
            let mut body = Vec::new();
            while let Some(piece) = answer.chunk().await? {
                if body.len() + piece.len() > LARGEST {
                    return Err(FetchError::TooLarge);
                }
                body.extend_from_slice(&piece);
            }
            Ok(whole.body(body)?)
        })
    }
}
