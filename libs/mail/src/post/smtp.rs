//! One conversation with the mail server, step by step: what a refusal means depends on what was refused.
//!
//! The library's own transport tells the code of a refusal and not the step. A 550 that refuses the sender, or the
//! mail itself, says nothing about whose mailbox it was for; only a refusal of the recipient does.

use std::error::Error as _;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::SMTP_PORT;
use lettre::transport::smtp::SUBMISSION_PORT;
use lettre::transport::smtp::SUBMISSIONS_PORT;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Tls, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use percent_encoding::percent_decode_str;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use url::Url;

use super::{Afsendelse, PostFejl};

/// How long connecting, or saying goodbye, may take.
const SVARFRIST: Duration = Duration::from_secs(10);
/// How long a whole mail may take: connecting, greeting and five answers.
const SENDEFRIST: Duration = Duration::from_secs(60);
/// A connection that nobody has used for so long is closed; at the latest after twice as long.
const HVILER: Duration = Duration::from_secs(60);
/// Answers at the recipient that are about our account or our settings: nobody is to miss a reminder because a password
/// expired.
const VORES_EGNE: &[u16] = &[500, 502, 503, 504, 521, 530, 534, 535, 538];

/// How far a conversation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trin {
    Forbindelse,
    Login,
    Afsender,
    Modtager,
    Data,
    Indhold,
}

impl Trin {
    /// Ends the reason of a refusal at this step; nothing at the recipient.
    const fn efternavn(self) -> &'static str {
        match self {
            Self::Forbindelse => "_forbindelse",
            Self::Login => "_login",
            Self::Afsender => "_afsender",
            Self::Modtager => "",
            Self::Data | Self::Indhold => "_indhold",
        }
    }
}

/// Why a mail did not go through.
enum Nej {
    /// What the library said.
    Fejl(Error),
    /// The address has letters that the server cannot take.
    Bogstaver,
    /// The mail has bytes that the server cannot take.
    Bytes,
}

impl From<Error> for Nej {
    fn from(fejl: Error) -> Self {
        Self::Fejl(fejl)
    }
}

/// A mail server, and the connections to it.
pub struct Server {
    vaert: String,
    port: u16,
    tls: Tls,
    navn: ClientId,
    bruger: Option<Credentials>,
    /// Mails that it is told at the same time: one a connection.
    linjer: Semaphore,
    ledige: Mutex<Ledige>,
}

/// Connections that wait for the next mail.
#[derive(Default)]
struct Ledige {
    /// With the round in which each was laid aside.
    forbindelser: Vec<(u64, AsyncSmtpConnection)>,
    runde: u64,
    bliver_fejet: bool,
}

impl Server {
    /// `smtp://host:port` in the clear, `smtp://host:port?tls=required`, or `smtps://host`, over at most `forbindelser`
    /// connections. Nothing is connected to yet.
    pub(super) fn ny(url: &str, forbindelser: u32) -> Result<Self, PostFejl> {
        let url = Url::parse(url).map_err(|_| PostFejl::Url)?;
        let vaert = url.host_str().filter(|v| !v.is_empty()).ok_or(PostFejl::Url)?.to_owned();
        let noegler = || TlsParameters::new(vaert.clone()).map_err(|_| PostFejl::Url);
        let tls = url.query_pairs().find(|(navn, _)| navn == "tls").map(|(_, vaerdi)| vaerdi.into_owned());
        let (tls, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Tls::None, SMTP_PORT),
            ("smtp", Some("required")) => (Tls::Required(noegler()?), SUBMISSION_PORT),
            ("smtp", Some("opportunistic")) => (Tls::Opportunistic(noegler()?), SUBMISSION_PORT),
            ("smtps", _) => (Tls::Wrapper(noegler()?), SUBMISSIONS_PORT),
            _ => return Err(PostFejl::Url),
        };
        let navn = match url.path().trim_matches('/') {
            "" => ClientId::default(),
            navn => ClientId::Domain(navn.to_owned()),
        };
        let ord = |ord: &str| percent_decode_str(ord).decode_utf8().map(Into::into).map_err(|_| PostFejl::Url);
        let bruger = match url.password() {
            Some(kodeord) => Some(Credentials::new(ord(url.username())?, ord(kodeord)?)),
            None => None,
        };
        let port = url.port().unwrap_or(port);
        let linjer = Semaphore::new(forbindelser as usize);
        Ok(Self { vaert, port, tls, navn, bruger, linjer, ledige: Mutex::default() })
    }

    /// Hands a mail to one recipient over.
    pub(super) async fn send(self: &Arc<Self>, konvolut: &Envelope, bytes: &[u8]) -> Afsendelse {
        // Never closed; waiting for it ends when a mail before this one has been answered.
        let _linje = self.linjer.acquire().await;
        let mut trin = Trin::Forbindelse;
        let mut forbindelse = None;
        let svar = timeout(SENDEFRIST, self.samtale(&mut forbindelse, &mut trin, konvolut, bytes)).await;
        match svar {
            Ok(Ok(())) => {
                if let Some(forbindelse) = forbindelse {
                    self.laeg_til_side(forbindelse);
                }
                Afsendelse::Sendt
            }
            Ok(Err(nej)) => {
                let afsendelse = bedoem(trin, &nej);
                if let Some(forbindelse) = forbindelse {
                    farvel(forbindelse).await;
                }
                afsendelse
            }
            Err(_) if trin == Trin::Indhold => Afsendelse::uvist("tidsfrist"),
            Err(_) => Afsendelse::ikke_nu("tidsfrist"),
        }
    }

    async fn samtale(
        &self,
        plads: &mut Option<AsyncSmtpConnection>,
        trin: &mut Trin,
        konvolut: &Envelope,
        bytes: &[u8],
    ) -> Result<(), Nej> {
        let ledig = self.ledig().await;
        let c = match ledig {
            Some(ledig) => plads.insert(ledig),
            None => {
                let ny = plads.insert(self.forbind().await?);
                if let Some(bruger) = &self.bruger {
                    *trin = Trin::Login;
                    ny.auth(DEFAULT_MECHANISMS, bruger).await?;
                }
                ny
            }
        };
        let mut valg = Vec::new();
        let ascii = konvolut.to().iter().chain(konvolut.from()).all(|a| AsRef::<str>::as_ref(a).is_ascii());
        if !ascii {
            if !c.server_info().supports_feature(Extension::SmtpUtfEight) {
                return Err(Nej::Bogstaver);
            }
            valg.push(MailParameter::SmtpUtfEight);
        }
        if !bytes.is_ascii() {
            if !c.server_info().supports_feature(Extension::EightBitMime) {
                return Err(Nej::Bytes);
            }
            valg.push(MailParameter::Body(MailBodyParameter::EightBitMime));
        }
        *trin = Trin::Afsender;
        c.command(Mail::new(konvolut.from().cloned(), valg)).await?;
        *trin = Trin::Modtager;
        for modtager in konvolut.to() {
            c.command(Rcpt::new(modtager.clone(), Vec::new())).await?;
        }
        *trin = Trin::Data;
        c.command(Data).await?;
        *trin = Trin::Indhold;
        c.message(bytes).await?;
        Ok(())
    }

    async fn forbind(&self) -> Result<AsyncSmtpConnection, Error> {
        let fra_start = if let Tls::Wrapper(tls) = &self.tls { Some(tls.clone()) } else { None };
        let adresse = (self.vaert.as_str(), self.port);
        let mut ny = AsyncSmtpConnection::connect_tokio1(adresse, Some(SVARFRIST), &self.navn, fra_start, None).await?;
        match &self.tls {
            Tls::Opportunistic(tls) if ny.can_starttls() => ny.starttls(tls.clone(), &self.navn).await?,
            Tls::Required(tls) => ny.starttls(tls.clone(), &self.navn).await?,
            _ => {}
        }
        Ok(ny)
    }

    fn ledige(&self) -> std::sync::MutexGuard<'_, Ledige> {
        self.ledige.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A connection that the server still answers on.
    async fn ledig(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let (_, mut forbindelse) = self.ledige().forbindelser.pop()?;
            if matches!(timeout(SVARFRIST, forbindelse.test_connected()).await, Ok(true)) {
                return Some(forbindelse);
            }
        }
    }

    /// Keeps a connection for the next mail. There are never more of them than lines.
    fn laeg_til_side(self: &Arc<Self>, forbindelse: AsyncSmtpConnection) {
        let mut ledige = self.ledige();
        let runde = ledige.runde;
        ledige.forbindelser.push((runde, forbindelse));
        if !std::mem::replace(&mut ledige.bliver_fejet, true) {
            tokio::spawn(fej(Arc::downgrade(self)));
        }
    }
}

/// Closes connections that nobody uses, until there are none.
async fn fej(server: Weak<Server>) {
    loop {
        tokio::time::sleep(HVILER).await;
        let Some(server) = server.upgrade() else { return };
        let (gamle, flere) = {
            let mut ledige = server.ledige();
            ledige.runde += 1;
            let runde = ledige.runde;
            let gamle: Vec<_> = ledige.forbindelser.extract_if(.., |(fra, _)| *fra + 1 < runde).collect();
            ledige.bliver_fejet = !ledige.forbindelser.is_empty();
            (gamle, ledige.bliver_fejet)
        };
        for (_, forbindelse) in gamle {
            farvel(forbindelse).await;
        }
        if !flere {
            return;
        }
    }
}

/// Whether the server hears it or not.
async fn farvel(mut forbindelse: AsyncSmtpConnection) {
    let _uden_svar = timeout(SVARFRIST, forbindelse.abort()).await;
}

/// What a refusal is: final only for the recipient that was refused. All else is trouble of the sender or of the server,
/// and passes when somebody mends it.
fn bedoem(trin: Trin, nej: &Nej) -> Afsendelse {
    let fejl = match nej {
        Nej::Bogstaver => return Afsendelse::Endelig("adresse".to_owned()),
        Nej::Bytes => return Afsendelse::ikke_nu("uden_8bitmime"),
        Nej::Fejl(fejl) => fejl,
    };
    if let Some(kode) = fejl.status().map(u16::from) {
        if !fejl.is_permanent() {
            return Afsendelse::ikke_nu(format!("smtp_{kode}"));
        }
        if trin != Trin::Modtager {
            return Afsendelse::ikke_nu(format!("smtp_{kode}{}", trin.efternavn()));
        }
        let svar = fejl.source().map(ToString::to_string).unwrap_or_default();
        if VORES_EGNE.contains(&kode) || er_om_afsenderen(&svar) {
            return Afsendelse::ikke_nu(format!("smtp_{kode}_regler"));
        }
        return Afsendelse::Endelig(format!("smtp_{kode}"));
    }
    if fejl.is_tls() {
        Afsendelse::ikke_nu("tls")
    } else if trin == Trin::Indhold {
        // The connection was lost after the mail was said: it may have come after the server had it.
        Afsendelse::uvist("forbindelse")
    } else {
        Afsendelse::ikke_nu("forbindelse")
    }
}

/// By its enhanced code (RFC 3463) a refusal at the recipient is about something else: 5.7 is the policy of the server
/// (relaying, authentication, reputation), 5.1.7 and 5.1.8 are the sender's address.
fn er_om_afsenderen(svar: &str) -> bool {
    let kode = svar.split_whitespace().next().unwrap_or_default();
    let mut dele = kode.split('.');
    match (dele.next(), dele.next(), dele.next(), dele.next()) {
        (Some("5"), Some("7"), Some(_), None) => true,
        (Some("5"), Some("1"), Some(detalje), None) => matches!(detalje, "7" | "8"),
        _ => false,
    }
}
