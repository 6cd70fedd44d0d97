//! Somebody else's provider of OpenID Connect, `oidc-provider-mock` of PyPI, and a browser that goes between it and the
//! service.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use ureq::Agent;

use crate::http::{self, Answer, HttpRequest};
use crate::lines::Lines;
use crate::{FRIST, Service, process, python, wait_to};

/// A running provider. It is killed when this goes out of scope.
#[derive(Debug)]
pub struct Provider {
    process: Child,
    port: u16,
    issuer: String,
    client: Agent,
    /// Read on, so that it never waits for us.
    _said: (Lines, Lines),
}

impl Provider {
    /// Starts it on a port of this machine, and waits until it answers.
    #[must_use]
    pub fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port is free").port();
        Self::on(port)
    }

    /// It is gone and comes again under the same name, with another key, and knows nobody and no code any more.
    pub fn start_again(&mut self) {
        self.stop();
        *self = Self::on(self.port);
    }

    fn on(port: u16) -> Self {
        let mut command = Command::new(python::program("oidc-provider-mock"));
        command.args(["--port", &port.to_string(), "--require-nonce", "true"]);
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut process = command.spawn().expect("oidc-provider-mock starts");
        let said = process::streams(&mut process);
        let issuer = format!("http://127.0.0.1:{port}");
        let provider = Self { process, port, issuer, client: http::client(), _said: said };
        wait_to(FRIST, "the provider answers", || {
            let asked = HttpRequest::new("GET", "/.well-known/openid-configuration");
            provider.attempt(&asked).ok().filter(|answer| answer.status == 200).map(drop)
        });
        provider
    }

    /// Its name of itself.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    fn attempt(&self, request: &HttpRequest) -> Result<Answer, ureq::Error> {
        http::send(&self.client, &self.issuer, request)
    }

    /// Somebody it knows, with these claims.
    pub fn knows(&self, sub: &str, claims: &Value) {
        let request = HttpRequest::new("PUT", &format!("/users/{sub}")).json(claims);
        let answer = self.attempt(&request).expect("the provider answers");
        assert_eq!(answer.status, 204, "{}", answer.tekst());
    }

    /// Somebody logs in where a browser was sent to; where it is sent back to.
    #[must_use]
    pub fn log_in(&self, address: &str, sub: &str) -> String {
        let path = address.strip_prefix(&self.issuer).unwrap_or_else(|| panic!("{address} is somewhere else"));
        let form = HttpRequest::new("POST", path).body("application/x-www-form-urlencoded", format!("sub={sub}"));
        let answer = self.attempt(&form).expect("the provider answers");
        let place = answer.log_head("location").map(str::to_owned);
        place.unwrap_or_else(|| panic!("{} {}", answer.status, answer.tekst()))
    }

    /// It is gone.
    pub fn stop(&mut self) {
        process::kill(&mut self.process);
    }

    /// The settings of the service that name it, as one provider of a file.
    #[must_use]
    pub fn settings(&self, code: &str, more: &str) -> String {
        let issuer = json!(self.issuer);
        format!(
            "[[udbyder]]\nkode = \"{code}\"\nnavn = \"Kommunens login\"\nissuer = {issuer}\nklient_id = \"raskvej\"\n\
             hemmelighed_variabel = \"OIDC_HEMMELIGHED\"\nmedarbejdernummer = \"medarbejdernummer\"\n{more}\n"
        )
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A browser: it keeps cookies, and goes nowhere by itself.
#[derive(Clone, Debug, Default)]
pub struct Browser {
    cookies: Vec<(String, String)>,
}

impl Browser {
    /// The cookies as they are sent.
    #[must_use]
    pub fn cookies(&self) -> String {
        self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Opens a page of the service.
    pub fn open(&mut self, t: &Service, path: &str) -> Answer {
        self.send(t, HttpRequest::new("GET", path))
    }

    /// Sends a form of a page.
    pub fn form(&mut self, t: &Service, path: &str, form: &str) -> Answer {
        let request = HttpRequest::new("POST", path).log_head("sec-fetch-site", "same-origin");
        self.send(t, request.body("application/x-www-form-urlencoded", form))
    }

    fn send(&mut self, t: &Service, request: HttpRequest) -> Answer {
        let answer = t.send(&request.log_head("cookie", &self.cookies()));
        for (_, set) in answer.heads.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = set.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}
