//! Asking a provider something, as [`mail::https`] asks.

use std::path::Path;
use std::pin::Pin;
use std::time::Duration;

use mail::https::{Https, HttpsError};
use openidconnect::http::Response;
use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use thiserror::Error;

use super::settings::LoginSettingsError;

/// How long a whole answer may take.
const WHOLE: Duration = Duration::from_secs(10);

/// Why there is no answer.
#[derive(Debug, Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Asked(#[from] HttpsError),
    #[error("svaret kan ikke læses")]
    Unreadable(#[from] openidconnect::http::Error),
}

/// How one provider is asked.
#[derive(Debug)]
pub(super) struct Fetch(Https);

impl Fetch {
    pub(super) fn new(issuer: &Url, ca_file: Option<&Path>) -> Result<Self, LoginSettingsError> {
        Https::new(issuer, ca_file, WHOLE).map(Self).map_err(|error| match error {
            HttpsError::Certificates { file, error } => {
                LoginSettingsError::new(format!("ca_fil: {}", file.display()), error)
            }
            error => LoginSettingsError::new("login", error.to_string()),
        })
    }
}

impl<'c> AsyncHttpClient<'c> for Fetch {
    type Error = FetchError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, FetchError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.0.send(request.try_into().map_err(HttpsError::from)?).await?;
            let mut whole = Response::builder().status(answer.status);
            if let Some(heads) = whole.headers_mut() {
                *heads = answer.heads;
            }
            Ok(whole.body(answer.body)?)
        })
    }
}
