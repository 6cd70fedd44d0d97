//! One conversation with the mail server, step by step: what a refusal means depends on what was refused.
//!
//! The library's own transport tells the code of a refusal and not the step. A 550 that refuses the sender, or the
//! mail itself, says nothing about whose mailbox it was for; only a refusal of the recipient does.

use std::error::Error as _;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::SMTP_PORT;
use lettre::transport::smtp::SUBMISSION_PORT;
use lettre::transport::smtp::SUBMISSIONS_PORT;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, Tls, TlsParameters, TlsVersion};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

use super::{Dispatch, MailError};

/// How a certificate begins.
const BEGINS: &[u8] = b"-----BEGIN CERTIFICATE-----";
/// How long connecting, or saying goodbye, may take.
const ANSWER_DEADLINE: Duration = Duration::from_secs(10);
/// How long it may take until the mail is told: connecting, greeting and four answers.
const SEND_BY: Duration = Duration::from_secs(60);
/// How long the server may take to answer the mail itself (RFC 5321, 4.5.3.2.6). It has the mail by then, and who does not
/// wait sends it twice.
const TAKEN_BY: Duration = Duration::from_mins(10);
/// A connection that nobody has used for so long is closed; at the latest after twice as long.
const RESTS: Duration = Duration::from_secs(60);
/// Answers at the recipient that are about our account or our settings: nobody is to miss a reminder because a password
/// expired.
const OURS_OWN: &[u16] = &[500, 502, 503, 504, 521, 530, 534, 535, 538];

/// How far a conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Connection,
    Login,
    MailSender,
    Modtager,
    Data,
    Content,
}

impl Step {
    /// Ends the reason of a refusal at this step; nothing at the recipient.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Connection => "_forbindelse",
            Self::Login => "_login",
            Self::MailSender => "_afsender",
            Self::Modtager => "",
            Self::Data | Self::Content => "_indhold",
        }
    }
}

/// Why a mail did not go through.
enum Refused {
    /// What the library said.
    Mistake(Error),
    /// The address has letters that the server cannot take.
    Letters,
    /// The mail has bytes that the server cannot take.
    Bytes,
    /// There is no secret between us and a server that can be trusted.
    Tls,
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Mistake(error)
    }
}

/// A mail server, and the connections to it.
pub struct Server {
    host: String,
    port: u16,
    tls: Tls,
    name: ClientId,
    user: Option<Credentials>,
    /// Mails that it is told at the same time: one a connection.
    lines: Semaphore,
    idle_connections: Mutex<Idle>,
}

/// Connections that wait for the next mail.
#[derive(Default)]
struct Idle {
    /// With the round in which each was laid aside.
    connections: Vec<(u64, AsyncSmtpConnection)>,
    round: u64,
    is_swept: bool,
}

impl Server {
    /// See [`super::MailTransport::smtp`].
    pub(super) fn new(url: &str, certificates: Option<&Path>, connections: u32) -> Result<Self, MailError> {
        let url = Url::parse(url).map_err(|_| MailError::Url)?;
        let host = url.host_str().filter(|v| !v.is_empty()).ok_or(MailError::Url)?.to_owned();
        let roots = certificates.map(read_certificates).transpose()?;
        let keys = || {
            let mut keys = TlsParameters::builder(host.clone()).set_min_tls_version(TlsVersion::Tlsv12);
            if let Some(roots) = &roots {
                keys = keys.add_root_certificate(roots.clone());
            }
            keys.build().map_err(|_| MailError::Url)
        };
        let here = is_this_machine(&url);
        let tls = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let (tls, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) if here => (Tls::None, SMTP_PORT),
            ("smtp", None) => (Tls::Required(keys()?), SMTP_PORT),
            ("smtp", Some("opportunistic")) if here => (Tls::Opportunistic(keys()?), SUBMISSION_PORT),
            // What anybody on the way can talk out of TLS is no TLS.
            ("smtp", Some("required" | "opportunistic")) => (Tls::Required(keys()?), SUBMISSION_PORT),
            ("smtps", _) => (Tls::Wrapper(keys()?), SUBMISSIONS_PORT),
            _ => return Err(MailError::Url),
        };
        let name = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            name => ClientId::Domain(name.to_owned()),
        };
        let words = |words: &str| percent_decode_str(words).decode_utf8().map(Into::into).map_err(|_| MailError::Url);
        let user = match url.password() {
            Some(password) => Some(Credentials::new(words(url.username())?, words(password)?)),
            None => None,
        };
        let port = url.port().unwrap_or(port);
        let lines = Semaphore::new(connections as usize);
        Ok(Self { host, port, tls, name, user, lines, idle_connections: Mutex::default() })
    }

    /// Nothing is said to it that others on the way can read.
    #[cfg(test)]
    pub(super) fn demands_tls(&self) -> bool {
        matches!(self.tls, Tls::Required(_) | Tls::Wrapper(_))
    }

    /// No more mails are told to it; those that it is being told are.
    pub(super) fn stop(&self) {
        self.lines.close();
    }

    pub(super) fn stops(&self) -> bool {
        self.lines.is_closed()
    }

    /// Hands a mail to one recipient over.
    pub(super) async fn send(self: &Arc<Self>, envelope: &Envelope, bytes: &[u8]) -> Dispatch {
        // Waiting for it ends when a mail before this one has been answered, or when no more are to be told.
        let Ok(_line) = self.lines.acquire().await else { return Dispatch::not_now("stopper") };
        let mut step = Step::Connection;
        let mut connection = None;
        let told = timeout(SEND_BY, self.converse(&mut connection, &mut step, envelope, bytes.is_ascii())).await;
        let answer = match (told, &mut connection) {
            (Ok(Ok(())), Some(connection)) => {
                step = Step::Content;
                let taken = timeout(TAKEN_BY, connection.message(bytes)).await;
                taken.map(|taken| taken.map(drop).map_err(Refused::from))
            }
            (told, _) => told,
        };
        match answer {
            Ok(Ok(())) => {
                if let Some(connection) = connection {
                    self.put_aside(connection);
                }
                Dispatch::Sendt
            }
            Ok(Err(refused)) => {
                let dispatch = judge(step, &refused);
                if let Some(connection) = connection {
                    goodbye(connection).await;
                }
                dispatch
            }
            Err(_) if step == Step::Content => Dispatch::uncertain("tidsfrist"),
            Err(_) => Dispatch::not_now("tidsfrist"),
        }
    }

    /// Everything up to the mail itself.
    async fn converse(
        &self,
        place: &mut Option<AsyncSmtpConnection>,
        step: &mut Step,
        envelope: &Envelope,
        bytes_are_ascii: bool,
    ) -> Result<(), Refused> {
        let idle = self.idle().await;
        let c = match idle {
            Some(idle) => place.insert(idle),
            None => {
                let new = place.insert(self.connect().await?);
                if let Some(user) = &self.user {
                    *step = Step::Login;
                    new.auth(DEFAULT_MECHANISMS, user).await?;
                }
                new
            }
        };
        let mut choices = Vec::new();
        let ascii = envelope.to().iter().chain(envelope.from()).all(|a| AsRef::<str>::as_ref(a).is_ascii());
        if !ascii {
            if !c.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Refused::Letters);
            }
            choices.push(MailParameter::SmtpUtfEight);
        }
        if !bytes_are_ascii {
            if !c.server_info().supports_feature(Extension::EightBitMime) {
                return Err(Refused::Bytes);
            }
            choices.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        *step = Step::MailSender;
        c.command(Mail::new(envelope.from().cloned(), choices)).await?;
        *step = Step::Modtager;
        for modtager in envelope.to() {
            c.command(Rcpt::new(modtager.clone(), Vec::new())).await?;
        }
        *step = Step::Data;
        c.command(Data).await?;
        Ok(())
    }

    /// Everything that comes before any mail, and goodbye; the certificate of the server, where there is TLS.
    pub(super) async fn reach(&self) -> Result<Option<Vec<u8>>, String> {
        let mut step = Step::Connection;
        let asked = timeout(ANSWER_DEADLINE, async {
            let mut new = self.connect().await?;
            if let Some(user) = &self.user {
                step = Step::Login;
                new.auth(DEFAULT_MECHANISMS, user).await?;
            }
            Ok::<_, Refused>(new)
        });
        match asked.await {
            Err(_) => Err("tidsfrist".to_owned()),
            Ok(Err(refused)) => Err(match judge(step, &refused) {
                Dispatch::Temporary { grund, .. } | Dispatch::Final(grund) => grund,
                Dispatch::Sendt => "forbindelse".to_owned(),
            }),
            Ok(Ok(connection)) => {
                let certificate = connection.peer_certificate().ok();
                goodbye(connection).await;
                Ok(certificate)
            }
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Refused> {
        let from_start = if let Tls::Wrapper(tls) = &self.tls { Some(tls.clone()) } else { None };
        let address = (self.host.as_str(), self.port);
        let mut new =
            AsyncSmtpConnection::connect_tokio1(address, Some(ANSWER_DEADLINE), &self.name, from_start, None).await?;
        match &self.tls {
            Tls::Opportunistic(tls) if new.can_starttls() => {
                new.starttls(tls.clone(), &self.name).await.map_err(not_secret)?;
            }
            Tls::Required(tls) => new.starttls(tls.clone(), &self.name).await.map_err(not_secret)?,
            _ => {}
        }
        Ok(new)
    }

    fn idle_connections(&self) -> std::sync::MutexGuard<'_, Idle> {
        self.idle_connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that the server still answers on.
    async fn idle(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (_, mut connection) = self.idle_connections().connections.pop()?;
            if matches!(timeout(ANSWER_DEADLINE, connection.test_connected()).await, Ok(true)) {
                return Some(connection);
            }
        }
    }

    /// Keeps a connection for the next mail. There are never more of them than lines.
    fn put_aside(self: &Arc<Self>, connection: AsyncSmtpConnection) {
        let mut idle_connections = self.idle_connections();
        let round = idle_connections.round;
        idle_connections.connections.push((round, connection));
        if !std::mem::replace(&mut idle_connections.is_swept, true) {
            tokio::spawn(sweep(Arc::downgrade(self)));
        }
    }
}

/// The library calls a handshake that failed a lost connection.
fn not_secret(error: Error) -> Refused {
    if error.status().is_some() { error.into() } else { Refused::Tls }
}

/// What is said to it does not leave the machine.
fn is_this_machine(url: &Url) -> bool {
    // The library reads the host of a scheme that it does not know as a name, also where it is an address.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback())
}

fn read_certificates(file: &Path) -> Result<Certificate, MailError> {
    let error = |error| MailError::Certificates { file: file.to_owned(), error };
    let pem = std::fs::read(file).map_err(error)?;
    let none = || error(io::Error::new(io::ErrorKind::InvalidData, "filen har ingen PEM-certifikater"));
    if !pem.windows(BEGINS.len()).any(|piece| piece == BEGINS) {
        return Err(none());
    }
    Certificate::from_pem(&pem).map_err(|_| none())
}

/// Closes connections that nobody uses, until there are none.
async fn sweep(server: Weak<Server>) {
    loop {
        tokio::time::sleep(RESTS).await;
        let Some(server) = server.upgrade() else { return };
        let (old_ones, several) = {
            let mut idle_connections = server.idle_connections();
            idle_connections.round += 1;
            let round = idle_connections.round;
            let old_ones: Vec<_> = idle_connections.connections.extract_if(.., |(fra, _)| *fra + 1 < round).collect();
            idle_connections.is_swept = !idle_connections.connections.is_empty();
            (old_ones, idle_connections.is_swept)
        };
        for (_, connection) in old_ones {
            goodbye(connection).await;
        }
        if !several {
            return;
        }
    }
}

/// Whether the server hears it or not.
async fn goodbye(mut connection: AsyncSmtpConnection) {
    let _without_answer = timeout(ANSWER_DEADLINE, connection.abort()).await;
}

/// What a refusal is: final only for the recipient that was refused. All else is trouble of the sender or of the server,
/// and passes when somebody mends it.
fn judge(step: Step, refused: &Refused) -> Dispatch {
    let error = match refused {
        Refused::Letters => return Dispatch::Final("adresse".to_owned()),
        Refused::Tls => return Dispatch::not_now("tls"),
        Refused::Bytes => return Dispatch::not_now("uden_8bitmime"),
        Refused::Mistake(error) => error,
    };
    if let Some(code) = error.status().map(u16::from) {
        if !error.is_permanent() {
            // 421 closes the whole conversation, whoever the mail was for.
            let of_mail = matches!(step, Step::Modtager | Step::Data | Step::Content) && code != 421;
            return if of_mail { Dispatch::mailbox(code) } else { Dispatch::not_now(format!("smtp_{code}")) };
        }
        if step != Step::Modtager {
            return Dispatch::not_now(format!("smtp_{code}{}", step.suffix()));
        }
        let answer = error.source().map(ToString::to_string).unwrap_or_default();
        if OURS_OWN.contains(&code) || is_about_sender(&answer) {
            return Dispatch::not_now(format!("smtp_{code}_regler"));
        }
        return Dispatch::Final(format!("smtp_{code}"));
    }
    if error.is_tls() {
        Dispatch::not_now("tls")
    } else if step == Step::Content {
        // The connection was lost after the mail was said: it may have come after the server had it.
        Dispatch::uncertain("forbindelse")
    } else {
        Dispatch::not_now("forbindelse")
    }
}

/// By its enhanced code (RFC 3463) a refusal at the recipient is about something else: 5.7 is the policy of the server
/// (relaying, authentication, reputation), 5.1.7 and 5.1.8 are the sender's address.
fn is_about_sender(answer: &str) -> bool {
    let code = answer.split_whitespace().next().unwrap_or_default();
    let mut parts = code.split('.');
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some("5"), Some("7"), Some(_), None) => true,
        (Some("5"), Some("1"), Some(detail), None) => matches!(detail, "7" | "8"),
        _ => false,
    }
}
