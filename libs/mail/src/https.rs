//! Asking another server something: in a bounded time, for a bounded answer, and never on to somewhere else. In the clear
//! only where it is this machine.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use app::bounds::{self, LARGEST_TEXT};
use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use reqwest::tls::TlsInfo;
pub use reqwest::{Method, StatusCode};
use reqwest::{Request, RequestBuilder};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use thiserror::Error;
use url::{Host, Url};

/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);
/// Largest answer, in bytes. A provider's list of keys with certificates has some tens of KB.
pub const LARGEST: usize = 512 << 10;

/// Why there is no answer, or no way to ask.
#[derive(Debug, Error)]
pub enum HttpsError {
    /// Nothing came back in time, or not whole. Without the address: it can hold a secret.
    #[error("intet svar")]
    NoAnswer(#[source] reqwest::Error),
    /// There is more of it than anybody has a use for.
    #[error("svaret er på over {}", bounds::size(LARGEST))]
    TooLarge,
    /// The file of certificates.
    #[error("{}: {error}", file.display())]
    Certificates {
        /// Which.
        file: PathBuf,
        /// What is wrong with it.
        error: String,
    },
    /// TLS could not be set up.
    #[error("TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl From<reqwest::Error> for HttpsError {
    fn from(error: reqwest::Error) -> Self {
        Self::NoAnswer(error.without_url())
    }
}

/// An answer, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub heads: HeaderMap,
    /// The body, at most [`LARGEST`] bytes.
    pub body: Vec<u8>,
    /// The certificate of the server in DER, where it was asked over TLS.
    pub certificate: Option<Vec<u8>>,
}

/// The address of a server that may be asked: https, or this machine itself. It may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress(Url);

impl WebAddress {
    /// Reads one.
    ///
    /// # Errors
    /// It is no such address; what would be right.
    pub fn read(text: &str) -> Result<Self, &'static str> {
        let address = text.parse().ok().filter(|url: &Url| is_safe(url) && url.fragment().is_none());
        address.map(Self).ok_or("skal være en adresse som https://server.example; http kun til maskinen selv")
    }

    /// The address, for asking. Never for logs.
    #[must_use]
    pub const fn url(&self) -> &Url {
        &self.0
    }

    /// The address of something in it: `https://a/b` and `https://a/b/` with `c` are both `https://a/b/c`.
    #[must_use]
    pub fn with(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl std::fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WebAddress(…)")
    }
}

/// https, or this machine itself: what goes elsewhere in the clear anybody can read and change.
#[must_use]
pub fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" && url.host().is_some() || url.scheme() == "http" && is_loopback(url)
}

/// This machine itself.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => IpAddr::from(ip).is_loopback(),
        Some(Host::Ipv6(ip)) => IpAddr::from(ip).is_loopback(),
        None => false,
    }
}

/// How one server is asked.
#[derive(Debug)]
pub struct Https(reqwest::Client);

impl Https {
    /// For a server. Its certificate must be signed by one that the machine trusts, or one in this file (PEM); a whole
    /// answer takes no longer than this.
    ///
    /// # Errors
    /// The file holds no certificates, or TLS cannot be set up.
    pub fn new(server: &Url, ca_file: Option<&Path>, patience: Duration) -> Result<Self, HttpsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if let Some(file) = ca_file {
            let error = |error: String| HttpsError::Certificates { file: file.to_owned(), error };
            let bytes = bounds::read(file, LARGEST_TEXT).map_err(|e| error(e.to_string()))?;
            let certificates: Vec<_> =
                CertificateDer::pem_slice_iter(&bytes).collect::<Result<_, _>>().map_err(|e| error(e.to_string()))?;
            if roots.add_parsable_certificates(certificates).0 == 0 {
                return Err(error("er ikke certifikater i PEM".to_owned()));
            }
        }
        let tls = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .use_preconfigured_tls(tls)
            .tls_info(true)
            .redirect(Policy::none())
            .connect_timeout(CONNECT)
            .timeout(patience)
            .user_agent("raskvej");
        // A server in the clear is on this machine, and so is not reached through a proxy.
        let client = if is_loopback(server) { client.no_proxy() } else { client.https_only(true) };
        Ok(Self(client.build()?))
    }

    /// A request in the making. A name and a password in the address go into it as a login.
    pub fn request(&self, method: Method, address: Url) -> RequestBuilder {
        self.0.request(method, address)
    }

    /// Sends it, and reads the whole answer.
    ///
    /// # Errors
    /// There is none in time, or it is too large.
    pub async fn send(&self, request: Request) -> Result<Answer, HttpsError> {
        let mut answer = self.0.execute(request).await?;
        let (status, heads) = (answer.status(), answer.headers().clone());
        let tls = answer.extensions().get::<TlsInfo>();
        let certificate = tls.and_then(|tls| tls.peer_certificate()).map(<[u8]>::to_vec);
        let mut body = Vec::new();
        while let Some(piece) = answer.chunk().await? {
            if body.len() + piece.len() > LARGEST {
                return Err(HttpsError::TooLarge);
            }
            body.extend_from_slice(&piece);
        }
        Ok(Answer { status, heads, body, certificate })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn in_the_clear_only_to_this_machine_and_never_printed() {
        for right in ["https://segl.example", "http://127.0.0.1:81/a", "http://[::1]/", "http://localhost:1"] {
            assert!(WebAddress::read(right).is_ok(), "{right}");
        }
        for wrong in
            ["", "segl.example", "http://segl.example", "http://127.0.0.1.example", "ftp://127.0.0.1", "https://a/#b"]
        {
            assert!(WebAddress::read(wrong).is_err(), "{wrong}");
        }
        let secret = WebAddress::read("https://navn:kodeord@segl.example/a/").unwrap();
        assert!(!format!("{secret:?}").contains("kodeord"));
        assert_eq!(secret.with("b").path(), "/a/b");
        assert_eq!(WebAddress::read("https://segl.example").unwrap().with("b").as_str(), "https://segl.example/b");
    }
}
