//! A real SMTP server with a Maildir, and answers on order.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use serde_json::Value;
use tempfile::TempDir;

use crate::{FRIST, PYTHON, file, process, smtp};

/// A running SMTP server. It takes every mail until [`Mailbox::request`] asks for something else.
#[derive(Debug)]
pub struct Mailbox {
    folder: TempDir,
    port: u16,
    which: Mailserver,
    server: Option<Running>,
    requested: AtomicU64,
}

/// Which server it is: ours is quick and needs nothing, the other is somebody else's reading of SMTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailserver {
    /// A thread of the test (`tests/src/smtp.rs`).
    Own,
    /// aiosmtpd, a process of its own (`tests/smtp/server.py`).
    Aiosmtpd,
}

#[derive(Debug)]
enum Running {
    /// Stops when it is dropped.
    Own {
        _server: smtp::Server,
    },
    Aiosmtpd(Child),
}

/// What the server is to do with one coming mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requested {
    /// Take it, as without an order: for a good one between bad ones.
    Accept,
    /// Answer this code after the mail's data: 451 is "later", 550 is "never".
    Refuse(u16),
    /// Answer this code to every `RCPT TO` of the mail.
    RefuseModtager(u16),
    /// The same, with an enhanced code (RFC 3463) that says more, like `5.7.1`.
    RefuseModtagerBecause(u16, &'static str),
    /// Answer this code to the `MAIL FROM`.
    RefuseSender(u16),
    /// Drop the connection after the data; the mail is lost.
    BreakOff,
    /// Deliver the mail, then drop the connection before the answer, so that the sender cannot know.
    AcceptAndBreakOff,
    /// Wait, then take it.
    Wait(Duration),
}

/// One attempt to deliver, in the order they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// The code answered, or `afbryd`, or `modtag-og-afbryd`.
    pub answer: String,
    /// The mail's Message-ID as written; none when it was refused before its data.
    pub message_id: Option<String>,
}

/// A delivered mail.
#[derive(Clone, Debug)]
pub struct Letter {
    /// `MAIL FROM`.
    pub envelope_from: String,
    /// `RCPT TO`, all of them.
    pub envelope_to: Vec<String>,
    /// The addresses in `To`.
    pub til: Vec<String>,
    /// The subject, decoded.
    pub subject: String,
    /// The text part, decoded; empty when there is none.
    pub tekst: String,
    /// The HTML part, decoded.
    pub html: Option<String>,
    /// The appointment, decoded.
    pub calendar: Option<String>,
    /// The Message-ID without its angle brackets.
    pub message_id: String,
    /// Every header of the mail as it was written, in order.
    pub heads: Vec<(String, String)>,
    /// The mail exactly as it came.
    pub raw: Vec<u8>,
}

impl Mailbox {
    /// Starts a server on a free port: ours, or aiosmtpd where `RASKVEJ_MAILSERVER=aiosmtpd`, as in the full run.
    #[must_use]
    pub fn start() -> Self {
        let other = std::env::var_os("RASKVEJ_MAILSERVER").is_some_and(|v| v == "aiosmtpd");
        Self::start_with(if other { Mailserver::Aiosmtpd } else { Mailserver::Own })
    }

    /// Starts this server on a free port.
    #[must_use]
    pub fn start_with(which: Mailserver) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let mut mailbox = Self { folder, port: 0, which, server: None, requested: AtomicU64::new(0) };
        mailbox.open();
        mailbox
    }

    /// `smtp://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The port, the same after [`Mailbox::close`] and [`Mailbox::open`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every mail delivered so far, in order.
    #[must_use]
    pub fn letters(&self) -> Vec<Letter> {
        self.files().iter().filter_map(|path| std::fs::read(path).ok()).map(|raw| Letter::read(&raw)).collect()
    }

    /// Waits until at least `antal` mails are there, and gives all of them; panics with their subjects when they do
    /// not come. More may come later: who wants exactly so many counts after [`crate::Service::move_clock`].
    #[must_use]
    pub fn wait_on(&self, count: usize) -> Vec<Letter> {
        let end = Instant::now() + FRIST;
        while self.files().len() < count {
            if Instant::now() >= end {
                let subjects: Vec<_> = self.letters().into_iter().map(|b| (b.envelope_to, b.subject)).collect();
                panic!("waited {FRIST:?} for {count} mails, {} came: {subjects:?}", subjects.len());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.letters()
    }

    /// Forgets the mails and the attempts so far.
    pub fn empty(&self) {
        for path in self.files() {
            std::fs::remove_file(path).expect("a delivered mail can be removed");
        }
        let _no_yet = std::fs::remove_file(self.folder.path().join("forsoeg.jsonl"));
    }

    /// Orders what happens to the next mails, one after the other, behind what is ordered already.
    pub fn request(&self, next: &[Requested]) {
        let plan = self.folder.path().join("plan");
        for requested in next {
            let nr = self.requested.fetch_add(1, Ordering::Relaxed);
            let line = match requested {
                Requested::Accept => "modtag".to_owned(),
                Requested::Refuse(code) => format!("afvis {code}"),
                Requested::RefuseModtager(code) => format!("afvis-modtager {code}"),
                Requested::RefuseModtagerBecause(code, because) => format!("afvis-modtager {code} {because}"),
                Requested::RefuseSender(code) => format!("afvis-afsender {code}"),
                Requested::BreakOff => "afbryd".to_owned(),
                Requested::AcceptAndBreakOff => "modtag-og-afbryd".to_owned(),
                Requested::Wait(time) => format!("vent {}", time.as_millis()),
            };
            // Written aside and moved: the server, which skips names with a dot, never reads half an order.
            let (half, whole) = (plan.join(format!(".{nr:06}")), plan.join(format!("{nr:06}")));
            std::fs::write(&half, line).expect("an order can be written");
            std::fs::rename(&half, &whole).expect("an order can be placed");
        }
    }

    /// Takes back the orders that have not been used.
    pub fn forget_requested(&self) {
        let plan = std::fs::read_dir(self.folder.path().join("plan")).expect("the server made a folder of orders");
        for file in plan.flatten() {
            let _used_meanwhile = std::fs::remove_file(file.path());
        }
    }

    /// How many orders have not been used yet.
    #[must_use]
    pub fn remaining(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("plan")).map_or(0, Iterator::count)
    }

    /// Every attempt so far, in order.
    #[must_use]
    pub fn attempt(&self) -> Vec<Attempt> {
        let tekst = std::fs::read_to_string(self.folder.path().join("forsoeg.jsonl")).unwrap_or_default();
        // The server may be in the middle of the last line.
        let whole = tekst.rsplit_once('\n').map_or("", |(whole, _)| whole);
        whole
            .lines()
            .map(|line| {
                let v: Value = serde_json::from_str(line).expect("the server writes JSON");
                let tekst = |felt: &str| v[felt].as_str().map(str::to_owned);
                Attempt { answer: tekst("svar").unwrap_or_default(), message_id: tekst("message_id") }
            })
            .collect()
    }

    /// Stops the server: connections to its port are refused.
    pub fn close(&mut self) {
        if let Some(Running::Aiosmtpd(mut process)) = self.server.take() {
            process::kill(&mut process);
        }
    }

    /// Starts the server again on the same port and the same Maildir.
    pub fn open(&mut self) {
        self.close();
        if self.which == Mailserver::Own {
            let server =
                smtp::Server::start(self.folder.path(), self.port).expect("a port of this machine can be listened on");
            self.port = server.port();
            self.server = Some(Running::Own { _server: server });
            return;
        }
        let mut process = Command::new(PYTHON)
            .arg(file("smtp/server.py"))
            .arg(self.folder.path())
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {PYTHON}: {error}"));
        let (stdout, stderr) = process::streams(&mut process);
        let port = stdout.wait_on(FRIST, |line| line.parse().ok());
        self.port = port.unwrap_or_else(|| {
            process::kill(&mut process);
            stderr.wait_on_end(FRIST);
            panic!(
                "the SMTP server did not start; `cargo xtask test` installs Debian's python3-aiosmtpd\n{}",
                stderr.tekst()
            )
        });
        self.server = Some(Running::Aiosmtpd(process));
    }

    fn files(&self) -> Vec<PathBuf> {
        let new = self.folder.path().join("Maildir").join("new");
        let mut files: Vec<_> = std::fs::read_dir(new).expect("the server made a Maildir").flatten().collect();
        // The names begin with the order of arrival within one run of the server; the time tells the runs apart.
        files.sort_by_key(|f| (f.metadata().and_then(|m| m.modified()).ok(), f.file_name()));
        files.into_iter().map(|f| f.path()).collect()
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.close();
    }
}

impl Letter {
    /// The first header of this name, in any case, as it was written, without the fold and the spaces around it.
    #[must_use]
    pub fn log_head(&self, name: &str) -> Option<String> {
        let (_, value) = self.heads.iter().find(|(n, _)| n.eq_ignore_ascii_case(name))?;
        Some(value.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A file of the server: one line about the envelope, then the mail.
    fn read(file: &[u8]) -> Self {
        let difference = file.iter().position(|b| *b == b'\n').expect("the server writes a line first");
        let (line, raw) = (&file[..difference], &file[difference + 1..]);
        let envelope = line.strip_prefix(b"Konvolut: ").expect("the line is about the envelope");
        let mut envelope: Vec<String> = serde_json::from_slice(envelope).expect("the envelope is JSON");
        let envelope_from = envelope.remove(0);
        let letter = MessageParser::default().parse(raw).expect("the mail has headers");
        let til = letter.to().into_iter().flat_map(|til| til.iter()).filter_map(|a| a.address()).map(str::to_owned);
        Self {
            envelope_from,
            envelope_to: envelope,
            til: til.collect(),
            subject: letter.subject().unwrap_or_default().to_owned(),
            tekst: parts(&letter, false).concat(),
            html: Some(parts(&letter, true).concat()).filter(|html| !html.is_empty()),
            calendar: calendar(&letter),
            message_id: letter.message_id().unwrap_or_default().to_owned(),
            heads: letter.headers_raw().map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect(),
            raw: raw.to_vec(),
        }
    }
}

/// The part that is an appointment.
fn calendar(letter: &Message<'_>) -> Option<String> {
    let is = |del: &MessagePart<'_>| del.is_content_type("text", "calendar");
    letter.parts.iter().find(|del| is(del)).and_then(|del| del.text_contents()).map(str::to_owned)
}

/// The bodies of one kind. The parser's own list also offers a text made from HTML; here only what was sent counts.
fn parts(letter: &Message<'_>, html: bool) -> Vec<String> {
    let chosen_ones = if html { &letter.html_body } else { &letter.text_body };
    let parts = chosen_ones.iter().filter_map(|nr| letter.parts.get(usize::try_from(*nr).ok()?));
    parts
        .filter_map(|del| match &del.body {
            PartType::Text(tekst) if !html => Some(tekst.to_string()),
            PartType::Html(tekst) if html => Some(tekst.to_string()),
            _ => None,
        })
        .collect()
}
