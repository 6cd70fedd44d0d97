//! What is said to a mail server that others can listen to.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use systemtests::{PYTHON, file};

use super::*;

/// A certificate for `localhost`, and the one it is signed with.
struct Certificates(tempfile::TempDir);

impl Certificates {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let openssl = |arguments: &[&str]| {
            let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
            let mut command = Command::new("openssl");
            command.current_dir(&folder).args(["req", "-x509"]).args(curve).args(arguments);
            let said = command.output().expect("openssl runs");
            assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        };
        openssl(&["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=prøve"]);
        let names = ["-addext", "subjectAltName=DNS:localhost", "-addext", "basicConstraints=critical,CA:FALSE"];
        let signed =
            ["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", "her.key", "-out", "her.pem", "-subj", "/CN=localhost"];
        openssl(&[&signed[..], &names[..]].concat());
        Self(folder)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The server of `tests/smtp/tls.py`.
struct TlsServer {
    process: Child,
    lines: BufReader<ChildStdout>,
    port: u16,
}

impl TlsServer {
    fn start(certificates: &Certificates, newest: &str) -> Self {
        let mut command = Command::new(PYTHON);
        command.arg(file("smtp/tls.py")).args(["her.pem", "her.key"].map(|name| certificates.file(name))).arg(newest);
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut port = String::new();
        lines.read_line(&mut port).unwrap();
        Self { process, lines, port: port.trim().parse().unwrap() }
    }

    fn stop(&mut self) {
        // An error means that it has ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }

    /// Everything that happened.
    fn end(mut self) -> Vec<String> {
        self.stop();
        let mut said = String::new();
        self.lines.read_to_string(&mut said).unwrap();
        said.lines().map(str::to_owned).collect()
    }
}

impl Drop for TlsServer {
    fn drop(&mut self) {
        self.stop();
    }
}

fn letter() -> OutgoingMail {
    OutgoingMail {
        message_id: "0123456789abcdef0123@raskvej.test".into(),
        dato: "2026-02-06T07:00:00Z".parse().unwrap(),
        til: Confidential::new("a@kommune.test".into()),
        til_rolle: "leder".into(),
        subject: "Husk: første kontakt".into(),
        tekst: "Log ind.\n".into(),
        calendar: None,
        file: None,
    }
}

async fn sent(url: &str, certificates: Option<&Path>) -> Dispatch {
    let sender = MailSender::new("opfoelgning@kommune.test", None).unwrap();
    MailTransport::smtp(url, certificates, sender, 1).unwrap().send(&letter()).await
}

#[tokio::test]
async fn a_mail_leaves_over_tls_that_can_be_trusted_or_not_at_all() {
    let certificates = Certificates::new();
    let ca = certificates.file("ca.pem");
    let server = TlsServer::start(&certificates, "1.3");
    let url = format!("smtp://localhost:{}?tls=required", server.port);
    assert_eq!(sent(&url, Some(&ca)).await, Dispatch::Sendt);
    assert_eq!(sent(&url, None).await, Dispatch::not_now("tls"), "signed by nobody that this machine trusts");
    // It is reached without a mail, and shows when its certificate ends: made for two days.
    let sender = MailSender::new("opfoelgning@kommune.test", None).unwrap();
    let shown = MailTransport::smtp(&url, Some(&ca), sender, 1).unwrap().reach().await.unwrap().expect("over TLS");
    let left = crate::certificate::ends(&shown).unwrap() - app::clock::Clock::System.now();
    assert!((46..=48).contains(&left.num_hours()), "{left}");
    assert_eq!(server.end(), ["mail"]);

    let old = TlsServer::start(&certificates, "1.1");
    let url = format!("smtp://localhost:{}?tls=required", old.port);
    assert_eq!(sent(&url, Some(&ca)).await, Dispatch::not_now("tls"), "older than 1.2");
    assert!(old.end().is_empty());
}

/// Somebody on the way who leaves the offer of TLS out gets nothing.
#[tokio::test]
async fn a_server_that_offers_no_tls_is_told_nothing() {
    let mailbox = systemtests::Mailbox::start();
    let port = mailbox.url().rsplit(':').next().unwrap().to_owned();
    let refused = sent(&format!("smtp://localhost:{port}?tls=required"), None).await;
    assert_eq!(refused, Dispatch::not_now("tls"));
    assert!(mailbox.letters().is_empty());
}

#[tokio::test]
async fn only_what_stays_on_the_machine_is_said_in_the_clear() {
    for (url, demanded) in [
        ("smtp://127.0.0.1:25", false),
        ("smtp://127.1.2.3", false),
        ("smtp://[::1]:25", false),
        ("smtp://localhost", false),
        ("smtp://127.0.0.1?tls=required", true),
        ("smtp://relay.kommune.example:25", true),
        ("smtp://relay.kommune.example?tls=opportunistic", true),
        ("smtp://localhost.kommune.example", true),
        ("smtp://10.0.0.25:25", true),
        ("smtp://[2001:db8::1]", true),
        ("smtps://127.0.0.1", true),
    ] {
        let server = smtp::Server::new(url, None, 1).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert_eq!(server.demands_tls(), demanded, "{url}");
    }
}

#[test]
fn a_file_without_certificates_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tom.pem");
    std::fs::write(&file, "ikke et certifikat").unwrap();
    for file in [&file, &folder.path().join("findes-ikke.pem")] {
        let error = smtp::Server::new("smtps://relay.example", Some(file), 1).err().unwrap().to_string();
        assert!(error.contains("RASKVEJ_SMTP_CA_FIL") && error.contains(".pem"), "{error}");
    }
}
