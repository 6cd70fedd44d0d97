//! The post office: hands finished mails to an SMTP server, or keeps them in a folder (the demonstration).
//!
//! The same [`OutgoingMail`] always becomes the same bytes, so a mail that is sent again after a crash is the same mail.
//! What comes back names a reason by a stable code: never an address, never the words of a server.

mod smtp;
#[cfg(test)]
mod tls_tests;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use app::keys::Confidential;

/// Connections that are used at the same time, and kept open, where the settings say nothing. The body of a mail and its
/// final dot are two writes of the library, and the second waits 40 ms for the server's delayed acknowledgement: only
/// more connections make a morning shorter.
pub const CONNECTIONS: u32 = 16;
/// Why every mail waits where there is no server to hand it to.
pub const WITHOUT_MAILSERVER: &str = "ingen_mailserver";

/// Where mails go.
pub enum MailTransport {
    /// To an SMTP server.
    Smtp {
        server: Arc<smtp::Server>,
        /// Who the mails are from.
        sender: MailSender,
    },
    /// Into a folder.
    Folder {
        folder: PathBuf,
        /// Who the mails are from.
        sender: MailSender,
    },
    /// A setting that every mail needs is missing: all of them wait, and that is said, until it is there. The reason is
    /// a code of [`Dispatch::Temporary`].
    Nothing(&'static str),
}

/// Who mails are from, and who reads the answers.
#[derive(Debug, Clone)]
pub struct MailSender {
    fra: Mailbox,
    answer_to: Option<Mailbox>,
    /// Who gets every mail instead of whom it is for.
    instead: Option<Mailbox>,
}

/// A setting that cannot be used.
#[derive(Debug, Error)]
pub enum MailError {
    /// An address that is not one.
    #[error("{0} er ikke en mailadresse")]
    MailAddress(&'static str),
    /// The URL of the server. The text of the library is left out: the URL may hold a password.
    #[error(
        "RASKVEJ_SMTP_URL kan ikke bruges; skriv smtp://vært:port, smtp://vært:port?tls=required eller smtps://vært"
    )]
    Url,
    /// The file of certificates cannot be read, or holds none.
    #[error("RASKVEJ_SMTP_CA_FIL ({}) kan ikke bruges: {error}", file.display())]
    Certificates {
        /// The file.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    #[error("mappen til mails: {0}")]
    Folder(#[from] io::Error),
}

/// A finished mail to one mailbox.
#[derive(Debug, Clone)]
pub struct OutgoingMail {
    /// Message-ID without angle brackets.
    pub message_id: String,
    /// Its `Date`: the morning it was planned for, not the second it left.
    pub dato: DateTime<Utc>,
    /// The mailbox.
    pub til: Confidential<String>,
    /// For people who look at the folder: in which role somebody gets it.
    pub til_rolle: String,
    pub subject: String,
    /// The text.
    pub tekst: String,
    /// An appointment that goes with it.
    pub calendar: Option<CalendarPart>,
    /// A file of text that goes with it, where there is no appointment.
    pub file: Option<FilePart>,
}

/// A file of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilePart {
    /// Its name, in ASCII.
    pub name: String,
    /// What is in it, byte by byte.
    pub content: String,
}

/// An appointment: an iTIP message (RFC 6047).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarPart {
    /// `REQUEST` or `CANCEL`, also in the header of the part.
    pub method: &'static str,
    /// The iCalendar object.
    pub content: String,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Dispatch {
    /// The server took it.
    Sendt,
    /// Not now.
    Temporary {
        /// E.g. `smtp_451` or `forbindelse`.
        grund: String,
        /// It may have arrived all the same: nobody answered.
        uncertain: bool,
        /// The server answered, and refused this mail: it may be about the mailbox, which is full or put away.
        mailbox: bool,
    },
    /// Never, e.g. `smtp_550` or `adresse`.
    Final(String),
}

impl Dispatch {
    /// Not now, and it has certainly not arrived.
    pub(crate) fn not_now(grund: impl Into<String>) -> Self {
        Self::Temporary { grund: grund.into(), uncertain: false, mailbox: false }
    }

    fn uncertain(grund: &str) -> Self {
        Self::Temporary { grund: grund.to_owned(), uncertain: true, mailbox: false }
    }

    fn mailbox(code: u16) -> Self {
        Self::Temporary { grund: format!("smtp_{code}"), uncertain: false, mailbox: true }
    }
}

/// A mail in the folder, for showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredLetter {
    /// In which role somebody got it.
    pub til_rolle: String,
    /// Its `Date`.
    pub dato: DateTime<Utc>,
    #[serde(rename = "emne")]
    pub subject: String,
    /// The text.
    pub tekst: String,
}

impl MailSender {
    /// From the settings: `RASKVEJ_MAIL_FRA`, and HR's mailbox for the answers.
    ///
    /// # Errors
    /// One of them is not an address.
    pub fn new(fra: &str, answer_to: Option<&str>) -> Result<Self, MailError> {
        let fra = fra.parse().map_err(|_| MailError::MailAddress("RASKVEJ_MAIL_FRA"))?;
        let answer_to = answer_to.map(str::parse).transpose().map_err(|_| MailError::MailAddress("RASKVEJ_HR_MAIL"))?;
        Ok(Self { fra, answer_to, instead: None })
    }

    /// Every mail goes to this address, if there is one, and says whom it was for: somebody tries the service.
    #[must_use]
    pub fn instead(self, all_mail_to: Option<Address>) -> Self {
        Self { instead: all_mail_to.map(|to| Mailbox::new(None, to)), ..self }
    }

    fn letter(&self, f: &OutgoingMail) -> Option<Message> {
        let til: Address = f.til.show().parse().ok()?;
        let Some(instead) = &self.instead else { return self.letter_to(Mailbox::new(None, til), f) };
        // Their role and not their address: it is read by somebody whom the mail is not for.
        let tekst =
            format!("PRØVE: Alle mails fra Raskvej går lige nu hertil. Denne er til: {}.\n\n{}", f.til_rolle, f.tekst);
        let subject = format!("Prøve: {}", f.subject);
        self.letter_to(instead.clone(), &OutgoingMail { subject, tekst, ..f.clone() })
    }

    fn letter_to(&self, til: Mailbox, f: &OutgoingMail) -> Option<Message> {
        let mut letter = Message::builder().from(self.fra.clone()).to(til);
        if let Some(answer_to) = &self.answer_to {
            letter = letter.reply_to(answer_to.clone());
        }
        letter = letter
            .subject(f.subject.clone())
            .date(SystemTime::from(f.dato))
            .message_id(Some(format!("<{}>", f.message_id)));
        for (name, value) in [
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
            (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "OOF, AutoReply"),
            (HeaderName::new_from_ascii_str("Content-Language"), "da"),
        ] {
            letter = letter.raw_header(HeaderValue::new(name, value.to_owned()));
        }
        // The boundary follows from the mail: the same mail again is the same bytes.
        let id: String = f.message_id.chars().take_while(char::is_ascii_alphanumeric).take(32).collect();
        let boundary = format!("del-{id}");
        let Some(k) = &f.calendar else {
            let Some(file) = &f.file else {
                return letter.header(ContentType::TEXT_PLAIN).body(f.tekst.clone()).ok();
            };
            // As bytes: what is signed must not have its lines ended another way.
            let part = Attachment::new(file.name.clone())
                .body(file.content.clone().into_bytes(), ContentType::parse("application/octet-stream").ok()?);
            let parts = MultiPart::mixed().boundary(boundary).singlepart(SinglePart::plain(f.tekst.clone()));
            return letter.multipart(parts.singlepart(part)).ok();
        };
        let art = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", k.method)).ok()?;
        let calendar = SinglePart::builder().header(art).body(k.content.clone());
        let parts = MultiPart::alternative().boundary(boundary);
        letter.multipart(parts.singlepart(SinglePart::plain(f.tekst.clone())).singlepart(calendar)).ok()
    }
}

impl MailTransport {
    /// An SMTP server: `smtp://host:port`, which is in the clear to this machine and demands STARTTLS of any other,
    /// `smtp://host:port?tls=required`, or `smtps://host`, over at most `connections` connections. `certificates` are trusted
    /// beside those that the machine trusts.
    ///
    /// # Errors
    /// The URL or the certificates cannot be used. Nothing is connected to yet.
    pub fn smtp(
        url: &str,
        certificates: Option<&Path>,
        sender: MailSender,
        connections: u32,
    ) -> Result<Self, MailError> {
        Ok(Self::Smtp { server: Arc::new(smtp::Server::new(url, certificates, connections)?), sender })
    }

    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn folder(folder: &Path, sender: MailSender) -> Result<Self, MailError> {
        std::fs::create_dir_all(folder)?;
        Ok(Self::Folder { folder: folder.to_owned(), sender })
    }

    /// Hands a mail over.
    pub async fn send(&self, f: &OutgoingMail) -> Dispatch {
        let letter = |sender: &MailSender| sender.letter(f).ok_or_else(|| Dispatch::Final("adresse".to_owned()));
        match self {
            Self::Nothing(grund) => Dispatch::not_now(*grund),
            Self::Smtp { server, sender } => match letter(sender) {
                Ok(letter) => server.send(letter.envelope(), &letter.formatted()).await,
                Err(refused) => refused,
            },
            Self::Folder { folder, sender } => match letter(sender) {
                Ok(letter) => {
                    store(folder, f, &letter.formatted()).map_or(Dispatch::uncertain("mappe"), |()| Dispatch::Sendt)
                }
                Err(refused) => refused,
            },
        }
    }

    /// Connects as for a mail, logs in where there is a user, and says goodbye: the certificate of the server in DER, where the
    /// connection is secret. Where mails go into a folder there is nobody to reach.
    ///
    /// # Errors
    /// Why no mail would leave, by the code that a mail would wait with.
    pub async fn reach(&self) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Nothing(grund) => Err((*grund).to_owned()),
            Self::Smtp { server, .. } => server.reach().await,
            Self::Folder { .. } => Ok(None),
        }
    }

    /// The process is about to end: what is being handed over is, and no mail begins after it.
    pub fn stop(&self) {
        if let Self::Smtp { server, .. } = self {
            server.stop();
        }
    }

    /// No mail begins any more.
    pub(crate) fn stops(&self) -> bool {
        matches!(self, Self::Smtp { server, .. } if server.stops())
    }

    /// The domain that mails are from; none where nothing ever leaves.
    pub(crate) fn domain(&self) -> Option<&str> {
        match self {
            Self::Nothing(_) => None,
            Self::Smtp { sender, .. } | Self::Folder { sender, .. } => Some(sender.fra.email.domain()),
        }
    }

    /// Why every mail waits, if that is so.
    #[must_use]
    pub fn waiting_on(&self) -> Option<&'static str> {
        if let Self::Nothing(grund) = self { Some(grund) } else { None }
    }

    /// The newest mails of the folder; none where there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn stored(&self, at_most: usize) -> io::Result<Vec<StoredLetter>> {
        let Self::Folder { folder, .. } = self else { return Ok(Vec::new()) };
        let mut files = Vec::new();
        for file in std::fs::read_dir(folder)? {
            let path = file?.path();
            if path.extension().is_some_and(|e| e == "json") {
                files.push(path);
            }
        }
        files.sort_unstable_by(|a, b| b.cmp(a)); // the names begin with the date
        let parsed =
            files.iter().take(at_most).map(|path| serde_json::from_slice(&std::fs::read(path)?).map_err(Into::into));
        parsed.collect()
    }
}

/// The mail as it would have left, and beside it what people are shown. The same mail again replaces itself.
fn store(folder: &Path, f: &OutgoingMail, eml: &[u8]) -> io::Result<()> {
    let id: String = f.message_id.chars().take_while(char::is_ascii_alphanumeric).take(16).collect();
    let name = format!("{}-{id}", f.dato.format("%Y%m%dT%H%M%SZ"));
    write(folder, &format!("{name}.eml"), eml)?;
    write(folder, &format!("{name}.json"), &serde_json::to_vec(&stored(f))?)
}

fn stored(f: &OutgoingMail) -> StoredLetter {
    StoredLetter { til_rolle: f.til_rolle.clone(), dato: f.dato, subject: f.subject.clone(), tekst: f.tekst.clone() }
}

/// Written aside and moved: who lists the folder never reads half a mail.
fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let half = folder.join(format!(".{name}"));
    let mut file = std::fs::File::create(&half)?;
    file.write_all(bytes)?;
    drop(file);
    std::fs::rename(half, folder.join(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing_mail(til: &str) -> OutgoingMail {
        OutgoingMail {
            message_id: "0123456789abcdef0123@raskvej.test".into(),
            dato: "2026-02-06T07:00:00Z".parse().unwrap(),
            til: Confidential::new(til.into()),
            til_rolle: "leder".into(),
            subject: "Husk: første kontakt 6. februar".into(),
            tekst: "Blåbærgrød på en åben ø.\n".into(),
            calendar: None,
            file: None,
        }
    }

    fn sender() -> MailSender {
        MailSender::new("Opfølgning <opfoelgning@kommune.test>", Some("hr@kommune.test")).unwrap()
    }

    #[test]
    fn the_same_outgoing_mail_becomes_the_same_bytes() {
        let bytes = || sender().letter(&outgoing_mail("a@kommune.test")).unwrap().formatted();
        assert_eq!(bytes(), bytes());
        let tekst = String::from_utf8(bytes()).unwrap();
        for line in [
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "Content-Language: da",
            "Reply-To: hr@kommune.test",
            "Message-ID: <0123456789abcdef0123@raskvej.test>",
            "Date: Fri, 06 Feb 2026 07:00:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(tekst.contains(line), "{line} i\n{tekst}");
        }
    }

    #[test]
    fn where_all_mail_goes_to_one_mailbox_it_says_so_and_nobody_else_gets_it() {
        let to_one = sender().instead(Some("proeve@kommune.test".parse().unwrap()));
        let letter = to_one.letter(&outgoing_mail("a@kommune.test")).unwrap();
        let to: Vec<_> = letter.envelope().to().iter().map(ToString::to_string).collect();
        assert_eq!(to, ["proeve@kommune.test"]);
        let text = String::from_utf8(letter.formatted()).unwrap();
        assert!(!text.contains("a@kommune.test"), "{text}");
        let parsed = OutgoingMail { til: Confidential::new("x@y.test".into()), ..outgoing_mail("a@kommune.test") };
        let plain = sender().letter(&parsed).unwrap().formatted();
        assert!(!String::from_utf8(plain).unwrap().contains("Pr=C3=B8ve"), "and only then");
        assert!(to_one.letter(&outgoing_mail("ikke en adresse")).is_none(), "what could not leave does not leave here");
    }

    /// RFC 5321, 4.5.3.2.6: the server has ten minutes for its answer to the mail.
    #[tokio::test]
    #[ignore = "slow: the server answers after 65 seconds"]
    async fn a_server_that_answers_late_has_one_mail() {
        let mailbox = systemtests::Mailbox::start();
        mailbox.request(&[systemtests::Requested::Wait(std::time::Duration::from_secs(65))]);
        let transport = MailTransport::smtp(&mailbox.url(), None, sender(), CONNECTIONS).unwrap();
        assert_eq!(transport.send(&outgoing_mail("a@kommune.test")).await, Dispatch::Sendt);
        assert_eq!((mailbox.letters().len(), mailbox.attempt().len()), (1, 1));
    }

    #[tokio::test]
    async fn mails_in_a_folder_can_be_shown_and_repeated() {
        let folder = tempfile::tempdir().unwrap();
        let transport = MailTransport::folder(&folder.path().join("post"), sender()).unwrap();
        let later = OutgoingMail { dato: "2026-02-09T07:00:00Z".parse().unwrap(), ..outgoing_mail("a@kommune.test") };
        for f in [&outgoing_mail("a@kommune.test"), &outgoing_mail("a@kommune.test"), &later] {
            assert_eq!(transport.send(f).await, Dispatch::Sendt);
        }
        let stored = transport.stored(10).unwrap();
        assert_eq!(stored.len(), 2, "the same mail twice is one mail");
        assert_eq!(stored[0].dato, later.dato, "the newest first");
        assert_eq!(stored[1].tekst, "Blåbærgrød på en åben ø.\n");
        assert_eq!(transport.stored(1).unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_invalid_address_and_a_closed_server_get_a_reason_each() {
        let none = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let transport = MailTransport::smtp(&format!("smtp://{none}"), None, sender(), CONNECTIONS).unwrap();
        assert_eq!(transport.send(&outgoing_mail("ikke en adresse")).await, Dispatch::Final("adresse".into()));
        assert_eq!(transport.send(&outgoing_mail("a@kommune.test")).await, Dispatch::not_now("forbindelse"));
    }

    /// A server that says what it is told to, line by line, and then nothing more; a good one would have been asked for
    /// the login that the URL has.
    async fn server_that_says(answer: &'static [&'static str]) -> std::net::SocketAddr {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (connection, _) = listener.accept().await.unwrap();
            let mut connection = BufReader::new(connection);
            for line in answer {
                connection.write_all(format!("{line}\r\n").as_bytes()).await.unwrap();
                let mut asked = String::new();
                connection.read_line(&mut asked).await.unwrap();
            }
        });
        address
    }

    #[tokio::test]
    async fn a_refused_login_and_an_unwilling_server_are_not_the_recipients_fault() {
        let refused = |grund: &str| Dispatch::not_now(grund);
        for (answer, expected) in [
            (["220 her", "250-her\r\n250 AUTH PLAIN LOGIN", "535 5.7.8 forkert"].as_slice(), "smtp_535_login"),
            (["554 5.3.2 ikke nu"].as_slice(), "smtp_554_forbindelse"),
            (
                ["220 her", "250-her\r\n250 AUTH PLAIN", "235 ok", "550 5.7.1 ikke som dig"].as_slice(),
                "smtp_550_afsender",
            ),
        ] {
            let address = server_that_says(answer).await;
            let transport =
                MailTransport::smtp(&format!("smtp://bruger:k%C3%B8d@{address}"), None, sender(), 1).unwrap();
            assert_eq!(transport.send(&outgoing_mail("a@kommune.test")).await, refused(expected));
        }
    }

    #[test]
    fn a_wrong_url_or_address_is_named_and_not_repeated() {
        let error =
            MailTransport::smtp("http://bruger:hemmelig@vaert", None, sender(), CONNECTIONS).err().unwrap().to_string();
        assert!(error.contains("RASKVEJ_SMTP_URL") && !error.contains("hemmelig"));
        assert!(MailSender::new("ingen", None).unwrap_err().to_string().contains("RASKVEJ_MAIL_FRA"));
        for url in ["smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025?tls=required", "smtps://127.0.0.1"] {
            let built = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let _in = built.enter();
            assert!(MailTransport::smtp(url, None, sender(), CONNECTIONS).is_ok(), "{url}");
        }
    }
}
