//! Requests and answers.

use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::Request;

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in order, names in lower case.
    pub heads: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of this name (lower case).
    #[must_use]
    pub fn log_head(&self, name: &str) -> Option<&str> {
        self.heads.iter().find(|(n, _)| n == name).map(|(_, v)| v.as_str())
    }

    /// The version of what was answered, for `If-Match`.
    #[must_use]
    pub fn etag(&self) -> &str {
        self.log_head("etag").unwrap_or_else(|| panic!("no ETag in {self:?}"))
    }

    /// The body as text.
    #[must_use]
    pub fn tekst(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; panics when it is none.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|error| panic!("not JSON ({error}), status {}: {}", self.status, self.tekst()))
    }

    /// One JSON value per line.
    #[must_use]
    pub fn ndjson(&self) -> Vec<Value> {
        let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("not JSON ({error}): {line}"));
        self.tekst().lines().filter(|line| !line.is_empty()).map(read).collect()
    }

    /// Itself when it has this status, else panics with the body.
    pub fn with_status(self, status: u16) -> Self {
        assert_eq!(self.status, status, "the body was: {}", self.tekst());
        self
    }
}

/// A request in the making; [`crate::Service::send`] sends it.
#[derive(Clone, Debug)]
pub struct HttpRequest {
    pub(crate) method: &'static str,
    pub(crate) path: String,
    pub(crate) heads: Vec<(String, String)>,
    pub(crate) body: Option<Vec<u8>>,
}

impl HttpRequest {
    /// A request of any method; `path` is the path with its query.
    #[must_use]
    pub fn new(method: &'static str, path: &str) -> Self {
        Self { method, path: path.to_owned(), heads: Vec::new(), body: None }
    }

    /// A header.
    #[must_use]
    pub fn log_head(mut self, name: &str, value: &str) -> Self {
        self.heads.push((name.to_owned(), value.to_owned()));
        self
    }

    /// `Authorization: Bearer`; an empty token sends no such header.
    #[must_use]
    pub fn token(self, token: &str) -> Self {
        if token.is_empty() { self } else { self.log_head("authorization", &format!("Bearer {token}")) }
    }

    /// A JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// A body of any kind.
    #[must_use]
    pub fn body(mut self, content: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = Some(body.into());
        self.log_head("content-type", content)
    }
}

/// A client of a service that the test runs itself.
pub struct Client {
    agent: Agent,
    address: String,
}

impl Client {
    /// Of the service at an address like `http://127.0.0.1:8080`.
    #[must_use]
    pub fn of(address: &str) -> Self {
        Self { agent: client(), address: address.to_owned() }
    }

    /// Sends a request.
    ///
    /// # Panics
    /// There is no answer.
    #[must_use]
    pub fn send(&self, request: &HttpRequest) -> Answer {
        send(&self.agent, &self.address, request).unwrap_or_else(|error| panic!("{}: {error}", request.path))
    }
}

/// A client that shows what the service says: no redirects followed, no status turned into an error, no proxy.
pub(crate) fn client() -> Agent {
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
pub(crate) fn send(client: &Agent, address: &str, request: &HttpRequest) -> Result<Answer, ureq::Error> {
    let mut builder = Request::builder().method(request.method).uri(format!("{address}{}", request.path));
    for (name, value) in &request.heads {
        builder = builder.header(name, value);
    }
    let answer = match &request.body {
        Some(body) => client.run(builder.body(body.as_slice())?)?,
        None if request.method == "POST" => client.run(builder.body(&[] as &[u8])?)?,
        None => client.run(builder.body(())?)?,
    };
    let (log_head, body) = answer.into_parts();
    let tekst = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Ok(Answer {
        status: log_head.status.as_u16(),
        heads: log_head.headers.iter().map(|(name, value)| (name.as_str().to_owned(), tekst(value))).collect(),
        body: body.into_with_config().limit(u64::MAX).read_to_vec()?,
    })
}
