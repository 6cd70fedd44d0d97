//! A real SMTP server with a Maildir, and answers on order.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use mail_parser::{Message, MessageParser, MessagePart, MimeHeaders, PartType};
use serde_json::Value;
use tempfile::TempDir;

use crate::{FRIST, PYTHON, fil, process, smtp};

/// A running SMTP server. It takes every mail until [`Postkasse::bestil`] asks for something else.
#[derive(Debug)]
pub struct Postkasse {
    mappe: TempDir,
    port: u16,
    hvilken: Mailserver,
    server: Option<Koerende>,
    bestilt: AtomicU64,
}

/// Which server it is: ours is quick and needs nothing, the other is somebody else's reading of SMTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mailserver {
    /// A thread of the test (`tests/src/smtp.rs`).
    Egen,
    /// aiosmtpd, a process of its own (`tests/smtp/server.py`).
    Aiosmtpd,
}

#[derive(Debug)]
enum Koerende {
    /// Stops when it is dropped.
    Egen {
        _server: smtp::Server,
    },
    Aiosmtpd(Child),
}

/// What the server is to do with one coming mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bestilt {
    /// Take it, as without an order: for a good one between bad ones.
    Modtag,
    /// Answer this code after the mail's data: 451 is "later", 550 is "never".
    Afvis(u16),
    /// Answer this code to every `RCPT TO` of the mail.
    AfvisModtager(u16),
    /// The same, with an enhanced code (RFC 3463) that says more, like `5.7.1`.
    AfvisModtagerFordi(u16, &'static str),
    /// Answer this code to the `MAIL FROM`.
    AfvisAfsender(u16),
    /// Drop the connection after the data; the mail is lost.
    Afbryd,
    /// Deliver the mail, then drop the connection before the answer, so that the sender cannot know.
    ModtagOgAfbryd,
    /// Wait, then take it.
    Vent(Duration),
}

/// One attempt to deliver, in the order they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Forsoeg {
    /// The code answered, or `afbryd`, or `modtag-og-afbryd`.
    pub svar: String,
    /// The mail's Message-ID as written; none when it was refused before its data.
    pub message_id: Option<String>,
}

/// A delivered mail.
#[derive(Clone, Debug)]
pub struct Brev {
    /// `MAIL FROM`.
    pub konvolut_fra: String,
    /// `RCPT TO`, all of them.
    pub konvolut_til: Vec<String>,
    /// The addresses in `To`.
    pub til: Vec<String>,
    /// The subject, decoded.
    pub emne: String,
    /// The text part, decoded; empty when there is none.
    pub tekst: String,
    /// The HTML part, decoded.
    pub html: Option<String>,
    /// The appointment, decoded.
    pub kalender: Option<String>,
    /// The Message-ID without its angle brackets.
    pub message_id: String,
    /// Every header of the mail as it was written, in order.
    pub hoveder: Vec<(String, String)>,
    /// The mail exactly as it came.
    pub raa: Vec<u8>,
}

impl Postkasse {
    /// Starts a server on a free port: ours, or aiosmtpd where `RASKVEJ_MAILSERVER=aiosmtpd`, as in the full run.
    #[must_use]
    pub fn start() -> Self {
        let anden = std::env::var_os("RASKVEJ_MAILSERVER").is_some_and(|v| v == "aiosmtpd");
        Self::start_med(if anden { Mailserver::Aiosmtpd } else { Mailserver::Egen })
    }

    /// Starts this server on a free port.
    #[must_use]
    pub fn start_med(hvilken: Mailserver) -> Self {
        let mappe = tempfile::tempdir().expect("a temporary folder can be made");
        let mut postkasse = Self { mappe, port: 0, hvilken, server: None, bestilt: AtomicU64::new(0) };
        postkasse.aabn();
        postkasse
    }

    /// `smtp://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}", self.port)
    }

    /// The port, the same after [`Postkasse::luk`] and [`Postkasse::aabn`].
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Every mail delivered so far, in order.
    #[must_use]
    pub fn breve(&self) -> Vec<Brev> {
        self.filer().iter().filter_map(|sti| std::fs::read(sti).ok()).map(|raa| Brev::laes(&raa)).collect()
    }

    /// Waits until at least `antal` mails are there, and gives all of them; panics with their subjects when they do
    /// not come. More may come later: who wants exactly so many counts after [`crate::Tjeneste::flyt_ur`].
    #[must_use]
    pub fn vent_paa(&self, antal: usize) -> Vec<Brev> {
        let slut = Instant::now() + FRIST;
        while self.filer().len() < antal {
            if Instant::now() >= slut {
                let emner: Vec<_> = self.breve().into_iter().map(|b| (b.konvolut_til, b.emne)).collect();
                panic!("waited {FRIST:?} for {antal} mails, {} came: {emner:?}", emner.len());
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        self.breve()
    }

    /// Forgets the mails and the attempts so far.
    pub fn toem(&self) {
        for sti in self.filer() {
            std::fs::remove_file(sti).expect("a delivered mail can be removed");
        }
        let _ingen_endnu = std::fs::remove_file(self.mappe.path().join("forsoeg.jsonl"));
    }

    /// Orders what happens to the next mails, one after the other, behind what is ordered already.
    pub fn bestil(&self, naeste: &[Bestilt]) {
        let plan = self.mappe.path().join("plan");
        for bestilt in naeste {
            let nr = self.bestilt.fetch_add(1, Ordering::Relaxed);
            let linje = match bestilt {
                Bestilt::Modtag => "modtag".to_owned(),
                Bestilt::Afvis(kode) => format!("afvis {kode}"),
                Bestilt::AfvisModtager(kode) => format!("afvis-modtager {kode}"),
                Bestilt::AfvisModtagerFordi(kode, fordi) => format!("afvis-modtager {kode} {fordi}"),
                Bestilt::AfvisAfsender(kode) => format!("afvis-afsender {kode}"),
                Bestilt::Afbryd => "afbryd".to_owned(),
                Bestilt::ModtagOgAfbryd => "modtag-og-afbryd".to_owned(),
                Bestilt::Vent(tid) => format!("vent {}", tid.as_millis()),
            };
            // Written aside and moved: the server, which skips names with a dot, never reads half an order.
            let (halv, hel) = (plan.join(format!(".{nr:06}")), plan.join(format!("{nr:06}")));
            std::fs::write(&halv, linje).expect("an order can be written");
            std::fs::rename(&halv, &hel).expect("an order can be placed");
        }
    }

    /// Takes back the orders that have not been used.
    pub fn glem_bestilte(&self) {
        let plan = std::fs::read_dir(self.mappe.path().join("plan")).expect("the server made a folder of orders");
        for fil in plan.flatten() {
            let _brugt_imens = std::fs::remove_file(fil.path());
        }
    }

    /// How many orders have not been used yet.
    #[must_use]
    pub fn resterende(&self) -> usize {
        std::fs::read_dir(self.mappe.path().join("plan")).map_or(0, Iterator::count)
    }

    /// Every attempt so far, in order.
    #[must_use]
    pub fn forsoeg(&self) -> Vec<Forsoeg> {
        let tekst = std::fs::read_to_string(self.mappe.path().join("forsoeg.jsonl")).unwrap_or_default();
        // The server may be in the middle of the last line.
        let hele = tekst.rsplit_once('\n').map_or("", |(hele, _)| hele);
        hele.lines()
            .map(|linje| {
                let v: Value = serde_json::from_str(linje).expect("the server writes JSON");
                let tekst = |felt: &str| v[felt].as_str().map(str::to_owned);
                Forsoeg { svar: tekst("svar").unwrap_or_default(), message_id: tekst("message_id") }
            })
            .collect()
    }

    /// Stops the server: connections to its port are refused.
    pub fn luk(&mut self) {
        if let Some(Koerende::Aiosmtpd(mut proces)) = self.server.take() {
            process::draeb(&mut proces);
        }
    }

    /// Starts the server again on the same port and the same Maildir.
    pub fn aabn(&mut self) {
        self.luk();
        if self.hvilken == Mailserver::Egen {
            let server =
                smtp::Server::start(self.mappe.path(), self.port).expect("a port of this machine can be listened on");
            self.port = server.port();
            self.server = Some(Koerende::Egen { _server: server });
            return;
        }
        let mut proces = Command::new(PYTHON)
            .arg(fil("smtp/server.py"))
            .arg(self.mappe.path())
            .arg(self.port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|fejl| panic!("cannot start {PYTHON}: {fejl}"));
        let (stdout, stderr) = process::stroemme(&mut proces);
        let port = stdout.vent_paa(FRIST, |linje| linje.parse().ok());
        self.port = port.unwrap_or_else(|| {
            process::draeb(&mut proces);
            stderr.vent_paa_slut(FRIST);
            panic!(
                "the SMTP server did not start; `cargo xtask test` installs Debian's python3-aiosmtpd\n{}",
                stderr.tekst()
            )
        });
        self.server = Some(Koerende::Aiosmtpd(proces));
    }

    fn filer(&self) -> Vec<PathBuf> {
        let ny = self.mappe.path().join("Maildir").join("new");
        let mut filer: Vec<_> = std::fs::read_dir(ny).expect("the server made a Maildir").flatten().collect();
        // The names begin with the order of arrival within one run of the server; the time tells the runs apart.
        filer.sort_by_key(|f| (f.metadata().and_then(|m| m.modified()).ok(), f.file_name()));
        filer.into_iter().map(|f| f.path()).collect()
    }
}

impl Drop for Postkasse {
    fn drop(&mut self) {
        self.luk();
    }
}

impl Brev {
    /// The first header of this name, in any case, as it was written, without the fold and the spaces around it.
    #[must_use]
    pub fn hoved(&self, navn: &str) -> Option<String> {
        let (_, vaerdi) = self.hoveder.iter().find(|(n, _)| n.eq_ignore_ascii_case(navn))?;
        Some(vaerdi.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A file of the server: one line about the envelope, then the mail.
    fn laes(fil: &[u8]) -> Self {
        let skel = fil.iter().position(|b| *b == b'\n').expect("the server writes a line first");
        let (linje, raa) = (&fil[..skel], &fil[skel + 1..]);
        let konvolut = linje.strip_prefix(b"Konvolut: ").expect("the line is about the envelope");
        let mut konvolut: Vec<String> = serde_json::from_slice(konvolut).expect("the envelope is JSON");
        let konvolut_fra = konvolut.remove(0);
        let brev = MessageParser::default().parse(raa).expect("the mail has headers");
        let til = brev.to().into_iter().flat_map(|til| til.iter()).filter_map(|a| a.address()).map(str::to_owned);
        Self {
            konvolut_fra,
            konvolut_til: konvolut,
            til: til.collect(),
            emne: brev.subject().unwrap_or_default().to_owned(),
            tekst: dele(&brev, false).concat(),
            html: Some(dele(&brev, true).concat()).filter(|html| !html.is_empty()),
            kalender: kalender(&brev),
            message_id: brev.message_id().unwrap_or_default().to_owned(),
            hoveder: brev.headers_raw().map(|(n, v)| (n.to_owned(), v.trim().to_owned())).collect(),
            raa: raa.to_vec(),
        }
    }
}

/// The part that is an appointment.
fn kalender(brev: &Message<'_>) -> Option<String> {
    let er = |del: &MessagePart<'_>| del.is_content_type("text", "calendar");
    brev.parts.iter().find(|del| er(del)).and_then(|del| del.text_contents()).map(str::to_owned)
}

/// The bodies of one kind. The parser's own list also offers a text made from HTML; here only what was sent counts.
fn dele(brev: &Message<'_>, html: bool) -> Vec<String> {
    let valgte = if html { &brev.html_body } else { &brev.text_body };
    let dele = valgte.iter().filter_map(|nr| brev.parts.get(usize::try_from(*nr).ok()?));
    dele.filter_map(|del| match &del.body {
        PartType::Text(tekst) if !html => Some(tekst.to_string()),
        PartType::Html(tekst) if html => Some(tekst.to_string()),
        _ => None,
    })
    .collect()
}
