//! Requests and answers.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Svar {
    /// The status code.
    pub status: u16,
    /// The headers in order, names in lower case.
    pub hoveder: Vec<(String, String)>,
    /// The body.
    pub krop: Vec<u8>,
}

impl Svar {
    /// The first header of this name (lower case).
    #[must_use]
    pub fn hoved(&self, navn: &str) -> Option<&str> {
        self.hoveder.iter().find(|(n, _)| n == navn).map(|(_, v)| v.as_str())
    }

    /// The version of what was answered, for `If-Match`.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.hoved("etag").unwrap_or_else(|| panic!("no ETag in {self:?}"))
    }

    /// The body as text.
    #[must_use]
    pub fn tekst(&self) -> String {
        String::from_utf8_lossy(&self.krop).into_owned()
    }

    /// The body as JSON; panics when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.krop)
            .unwrap_or_else(|fejl| panic!("not JSON ({fejl}), status {}: {}", self.status, self.tekst()))
    }

    /// One JSON value per line.
    #[must_use]
    pub fn ndjson(&self) -> Vec<Value> {
        let laes =
            |linje: &str| serde_json::from_str(linje).unwrap_or_else(|fejl| panic!("not JSON ({fejl}): {linje}"));
        self.tekst().lines().filter(|linje| !linje.is_empty()).map(laes).collect()
    }

    /// Itself when it has this status, else panics with the body.
    pub fn med_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "the body was: {}", self.tekst());
        self
    }
}

/// A request in the making; [`crate::Tjeneste::send`] sends it.
#[derive(Clone, Debug)]
pub struct Anmodning {
    pub(crate) metode: &'static str,
    pub(crate) sti: String,
    pub(crate) hoveder: Vec<(String, String)>,
    pub(crate) krop: Option<Vec<u8>>,
}

impl Anmodning {
    /// A request of any method; `sti` is the path with its query.
    #[must_use]
    pub fn ny(metode: &'static str, sti: &str) -> Self {
        Self { metode, sti: sti.to_owned(), hoveder: Vec::new(), krop: None }
    }

    /// A header.
    #[must_use]
    pub fn hoved(mut self, navn: &str, vaerdi: &str) -> Self {
        self.hoveder.push((navn.to_owned(), vaerdi.to_owned()));
        self
    }

    /// `Authorization: Bearer`; an empty token sends no such header.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        if token.is_empty() { self } else { self.hoved("authorization", &format!("Bearer {token}")) }
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, krop: &Value) -> Self {
        self.krop("application/json", krop.to_string())
    }

    /// A body of any kind.
    #[must_use]
    pub fn krop(mut self, indhold: &str, krop: impl Into<Vec<u8>>) -> Self {
        self.krop = Some(krop.into());
        self.hoved("content-type", indhold)
    }
}

/// A client that shows what the service says: no redirects followed, no status turned into an error, no proxy.
pub(crate) fn klient() -> Agent {
    Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_mins(10)))
        .build()
        .into()
}

/// Sends a request and reads the whole answer.
pub(crate) fn send(klient: &Agent, adresse: &str, anmodning: &Anmodning) -> Result<Svar, ureq::Error> {
    let mut bygger = Request::builder().method(anmodning.metode).uri(format!("{adresse}{}", anmodning.sti));
    for (navn, vaerdi) in &anmodning.hoveder {
        bygger = bygger.header(navn, vaerdi);
    }
    let svar = match &anmodning.krop {
        Some(krop) => klient.run(bygger.body(krop.as_slice())?)?,
        None if anmodning.metode == "POST" => klient.run(bygger.body(&[] as &[u8])?)?,
        None => klient.run(bygger.body(())?)?,
    };
    let (hoved, krop) = svar.into_parts();
    let tekst = |vaerdi: &ureq::http::HeaderValue| String::from_utf8_lossy(vaerdi.as_bytes()).into_owned();
    Ok(Svar {
        status: hoved.status.as_u16(),
        hoveder: hoved.headers.iter().map(|(navn, vaerdi)| (navn.as_str().to_owned(), tekst(vaerdi))).collect(),
        krop: krop.into_with_config().limit(u64::MAX).read_to_vec()?,
    })
}
