//! The post office: hands finished mails to an SMTP server, or keeps them in a folder (the demonstration).
//!
//! The same [`Forsendelse`] always becomes the same bytes, so a mail that is sent again after a crash is the same mail.
//! What comes back names a reason by a stable code: never an address, never the words of a server.

mod smtp;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::{Address, Message};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use app::noegler::Fortrolig;

/// Connections that are used at the same time, and kept open, where the settings say nothing. The body of a mail and its
/// final dot are two writes of the library, and the second waits 40 ms for the server's delayed acknowledgement: only
/// more connections make a morning shorter.
pub const FORBINDELSER: u32 = 16;
/// Why every mail waits where there is no server to hand it to.
pub const UDEN_MAILSERVER: &str = "ingen_mailserver";

/// Where mails go.
pub enum Postvaesen {
    /// To an SMTP server.
    Smtp {
        /// The server.
        server: Arc<smtp::Server>,
        /// Who the mails are from.
        afsender: Afsender,
    },
    /// Into a folder.
    Mappe {
        /// The folder.
        mappe: PathBuf,
        /// Who the mails are from.
        afsender: Afsender,
    },
    /// A setting that every mail needs is missing: all of them wait, and that is said, until it is there. The reason is
    /// a code of [`Afsendelse::Midlertidig`].
    Ingen(&'static str),
}

/// Who mails are from, and who reads the answers.
#[derive(Debug, Clone)]
pub struct Afsender {
    fra: Mailbox,
    svar_til: Option<Mailbox>,
}

/// A setting that cannot be used.
#[derive(Debug, Error)]
pub enum PostFejl {
    /// An address that is not one.
    #[error("{0} er ikke en mailadresse")]
    Adresse(&'static str),
    /// The URL of the server. The text of the library is left out: the URL may hold a password.
    #[error(
        "RASKVEJ_SMTP_URL kan ikke bruges; skriv smtp://vært:port, smtp://vært:port?tls=required eller smtps://vært"
    )]
    Url,
    /// The folder.
    #[error("mappen til mails: {0}")]
    Mappe(#[from] io::Error),
}

/// A finished mail to one mailbox.
#[derive(Debug, Clone)]
pub struct Forsendelse {
    /// Message-ID without angle brackets.
    pub message_id: String,
    /// Its `Date`: the morning it was planned for, not the second it left.
    pub dato: DateTime<Utc>,
    /// The mailbox.
    pub til: Fortrolig<String>,
    /// For people who look at the folder: in which role somebody gets it.
    pub til_rolle: String,
    /// Subject.
    pub emne: String,
    /// The text.
    pub tekst: String,
    /// An appointment that goes with it.
    pub kalender: Option<Kalenderdel>,
}

/// An appointment: an iTIP message (RFC 6047).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kalenderdel {
    /// `REQUEST` or `CANCEL`, also in the header of the part.
    pub metode: &'static str,
    /// The iCalendar object.
    pub indhold: String,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Afsendelse {
    /// The server took it.
    Sendt,
    /// Not now.
    Midlertidig {
        /// E.g. `smtp_451` or `forbindelse`.
        grund: String,
        /// It may have arrived all the same: nobody answered.
        uvist: bool,
    },
    /// Never, e.g. `smtp_550` or `adresse`.
    Endelig(String),
}

impl Afsendelse {
    /// Not now, and it has certainly not arrived.
    pub(crate) fn ikke_nu(grund: impl Into<String>) -> Self {
        Self::Midlertidig { grund: grund.into(), uvist: false }
    }

    fn uvist(grund: &str) -> Self {
        Self::Midlertidig { grund: grund.to_owned(), uvist: true }
    }
}

/// A mail in the folder, for showing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GemtBrev {
    /// In which role somebody got it.
    pub til_rolle: String,
    /// Its `Date`.
    pub dato: DateTime<Utc>,
    /// Subject.
    pub emne: String,
    /// The text.
    pub tekst: String,
}

impl Afsender {
    /// From the settings: `RASKVEJ_MAIL_FRA`, and HR's mailbox for the answers.
    ///
    /// # Errors
    /// One of them is not an address.
    pub fn ny(fra: &str, svar_til: Option<&str>) -> Result<Self, PostFejl> {
        let fra = fra.parse().map_err(|_| PostFejl::Adresse("RASKVEJ_MAIL_FRA"))?;
        let svar_til = svar_til.map(str::parse).transpose().map_err(|_| PostFejl::Adresse("RASKVEJ_HR_MAIL"))?;
        Ok(Self { fra, svar_til })
    }

    fn brev(&self, f: &Forsendelse) -> Option<Message> {
        let til: Address = f.til.vis().parse().ok()?;
        let mut brev = Message::builder().from(self.fra.clone()).to(Mailbox::new(None, til));
        if let Some(svar_til) = &self.svar_til {
            brev = brev.reply_to(svar_til.clone());
        }
        brev =
            brev.subject(f.emne.clone()).date(SystemTime::from(f.dato)).message_id(Some(format!("<{}>", f.message_id)));
        for (navn, vaerdi) in [
            (HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated"),
            (HeaderName::new_from_ascii_str("X-Auto-Response-Suppress"), "OOF, AutoReply"),
            (HeaderName::new_from_ascii_str("Content-Language"), "da"),
        ] {
            brev = brev.raw_header(HeaderValue::new(navn, vaerdi.to_owned()));
        }
        let Some(k) = &f.kalender else {
            return brev.header(ContentType::TEXT_PLAIN).body(f.tekst.clone()).ok();
        };
        let art = ContentType::parse(&format!("text/calendar; charset=utf-8; method={}", k.metode)).ok()?;
        let kalender = SinglePart::builder().header(art).body(k.indhold.clone());
        // The boundary follows from the mail: the same mail again is the same bytes.
        let id: String = f.message_id.chars().take_while(char::is_ascii_alphanumeric).take(32).collect();
        let dele = MultiPart::alternative().boundary(format!("del-{id}"));
        brev.multipart(dele.singlepart(SinglePart::plain(f.tekst.clone())).singlepart(kalender)).ok()
    }
}

impl Postvaesen {
    /// An SMTP server: `smtp://host:port` in the clear, `smtp://host:port?tls=required`, or `smtps://host`, over at most
    /// `forbindelser` connections.
    ///
    /// # Errors
    /// The URL cannot be used. Nothing is connected to yet.
    pub fn smtp(url: &str, afsender: Afsender, forbindelser: u32) -> Result<Self, PostFejl> {
        Ok(Self::Smtp { server: Arc::new(smtp::Server::ny(url, forbindelser)?), afsender })
    }

    /// A folder, made if it is not there.
    ///
    /// # Errors
    /// It cannot be made.
    pub fn mappe(mappe: &Path, afsender: Afsender) -> Result<Self, PostFejl> {
        std::fs::create_dir_all(mappe)?;
        Ok(Self::Mappe { mappe: mappe.to_owned(), afsender })
    }

    /// Hands a mail over.
    pub async fn send(&self, f: &Forsendelse) -> Afsendelse {
        let brev = |afsender: &Afsender| afsender.brev(f).ok_or_else(|| Afsendelse::Endelig("adresse".to_owned()));
        match self {
            Self::Ingen(grund) => Afsendelse::ikke_nu(*grund),
            Self::Smtp { server, afsender } => match brev(afsender) {
                Ok(brev) => server.send(brev.envelope(), &brev.formatted()).await,
                Err(nej) => nej,
            },
            Self::Mappe { mappe, afsender } => match brev(afsender) {
                Ok(brev) => gem(mappe, f, &brev.formatted()).map_or(Afsendelse::uvist("mappe"), |()| Afsendelse::Sendt),
                Err(nej) => nej,
            },
        }
    }

    /// Why every mail waits, if that is so.
    #[must_use]
    pub fn venter_paa(&self) -> Option<&'static str> {
        if let Self::Ingen(grund) = self { Some(grund) } else { None }
    }

    /// The newest mails of the folder; none where there is no folder.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn gemte(&self, hoejst: usize) -> io::Result<Vec<GemtBrev>> {
        let Self::Mappe { mappe, .. } = self else { return Ok(Vec::new()) };
        let mut filer = Vec::new();
        for fil in std::fs::read_dir(mappe)? {
            let sti = fil?.path();
            if sti.extension().is_some_and(|e| e == "json") {
                filer.push(sti);
            }
        }
        filer.sort_unstable_by(|a, b| b.cmp(a)); // the names begin with the date
        let laest =
            filer.iter().take(hoejst).map(|sti| serde_json::from_slice(&std::fs::read(sti)?).map_err(Into::into));
        laest.collect()
    }
}

/// The mail as it would have left, and beside it what people are shown. The same mail again replaces itself.
fn gem(mappe: &Path, f: &Forsendelse, eml: &[u8]) -> io::Result<()> {
    let id: String = f.message_id.chars().take_while(char::is_ascii_alphanumeric).take(16).collect();
    let navn = format!("{}-{id}", f.dato.format("%Y%m%dT%H%M%SZ"));
    skriv(mappe, &format!("{navn}.eml"), eml)?;
    skriv(mappe, &format!("{navn}.json"), &serde_json::to_vec(&gemt(f))?)
}

fn gemt(f: &Forsendelse) -> GemtBrev {
    GemtBrev { til_rolle: f.til_rolle.clone(), dato: f.dato, emne: f.emne.clone(), tekst: f.tekst.clone() }
}

/// Written aside and moved: who lists the folder never reads half a mail.
fn skriv(mappe: &Path, navn: &str, bytes: &[u8]) -> io::Result<()> {
    let halv = mappe.join(format!(".{navn}"));
    let mut fil = std::fs::File::create(&halv)?;
    fil.write_all(bytes)?;
    drop(fil);
    std::fs::rename(halv, mappe.join(navn))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forsendelse(til: &str) -> Forsendelse {
        Forsendelse {
            message_id: "0123456789abcdef0123@raskvej.test".into(),
            dato: "2026-02-06T07:00:00Z".parse().unwrap(),
            til: Fortrolig::ny(til.into()),
            til_rolle: "leder".into(),
            emne: "Husk: første kontakt 6. februar".into(),
            tekst: "Blåbærgrød på en åben ø.\n".into(),
            kalender: None,
        }
    }

    fn afsender() -> Afsender {
        Afsender::ny("Opfølgning <opfoelgning@kommune.test>", Some("hr@kommune.test")).unwrap()
    }

    #[test]
    fn samme_forsendelse_bliver_til_samme_bytes() {
        let bytes = || afsender().brev(&forsendelse("a@kommune.test")).unwrap().formatted();
        assert_eq!(bytes(), bytes());
        let tekst = String::from_utf8(bytes()).unwrap();
        for linje in [
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: OOF, AutoReply",
            "Content-Language: da",
            "Reply-To: hr@kommune.test",
            "Message-ID: <0123456789abcdef0123@raskvej.test>",
            "Date: Fri, 06 Feb 2026 07:00:00 +0000",
            "Content-Type: text/plain; charset=utf-8",
        ] {
            assert!(tekst.contains(linje), "{linje} i\n{tekst}");
        }
    }

    #[tokio::test]
    async fn mails_i_en_mappe_kan_vises_og_gentages() {
        let mappe = tempfile::tempdir().unwrap();
        let post = Postvaesen::mappe(&mappe.path().join("post"), afsender()).unwrap();
        let senere = Forsendelse { dato: "2026-02-09T07:00:00Z".parse().unwrap(), ..forsendelse("a@kommune.test") };
        for f in [&forsendelse("a@kommune.test"), &forsendelse("a@kommune.test"), &senere] {
            assert_eq!(post.send(f).await, Afsendelse::Sendt);
        }
        let gemte = post.gemte(10).unwrap();
        assert_eq!(gemte.len(), 2, "the same mail twice is one mail");
        assert_eq!(gemte[0].dato, senere.dato, "the newest first");
        assert_eq!(gemte[1].tekst, "Blåbærgrød på en åben ø.\n");
        assert_eq!(post.gemte(1).unwrap().len(), 1);
    }

    #[tokio::test]
    async fn ugyldig_adresse_og_lukket_server_faar_hver_sin_grund() {
        let ingen = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let post = Postvaesen::smtp(&format!("smtp://{ingen}"), afsender(), FORBINDELSER).unwrap();
        assert_eq!(post.send(&forsendelse("ikke en adresse")).await, Afsendelse::Endelig("adresse".into()));
        assert_eq!(post.send(&forsendelse("a@kommune.test")).await, Afsendelse::ikke_nu("forbindelse"));
    }

    /// A server that says what it is told to, line by line, and then nothing more; a good one would have been asked for
    /// the login that the URL has.
    async fn server_der_siger(svar: &'static [&'static str]) -> std::net::SocketAddr {
        use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
        let lytter = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let adresse = lytter.local_addr().unwrap();
        tokio::spawn(async move {
            let (forbindelse, _) = lytter.accept().await.unwrap();
            let mut forbindelse = BufReader::new(forbindelse);
            for linje in svar {
                forbindelse.write_all(format!("{linje}\r\n").as_bytes()).await.unwrap();
                let mut spurgt = String::new();
                forbindelse.read_line(&mut spurgt).await.unwrap();
            }
        });
        adresse
    }

    #[tokio::test]
    async fn et_afvist_login_og_en_server_der_ikke_vil_er_ikke_modtagerens_skyld() {
        let afvist = |grund: &str| Afsendelse::ikke_nu(grund);
        for (svar, ventet) in [
            (["220 her", "250-her\r\n250 AUTH PLAIN LOGIN", "535 5.7.8 forkert"].as_slice(), "smtp_535_login"),
            (["554 5.3.2 ikke nu"].as_slice(), "smtp_554_forbindelse"),
            (
                ["220 her", "250-her\r\n250 AUTH PLAIN", "235 ok", "550 5.7.1 ikke som dig"].as_slice(),
                "smtp_550_afsender",
            ),
        ] {
            let adresse = server_der_siger(svar).await;
            let post = Postvaesen::smtp(&format!("smtp://bruger:k%C3%B8d@{adresse}"), afsender(), 1).unwrap();
            assert_eq!(post.send(&forsendelse("a@kommune.test")).await, afvist(ventet));
        }
    }

    #[test]
    fn en_forkert_url_eller_adresse_navngives_uden_at_blive_gengivet() {
        let fejl =
            Postvaesen::smtp("http://bruger:hemmelig@vaert", afsender(), FORBINDELSER).err().unwrap().to_string();
        assert!(fejl.contains("RASKVEJ_SMTP_URL") && !fejl.contains("hemmelig"));
        assert!(Afsender::ny("ingen", None).unwrap_err().to_string().contains("RASKVEJ_MAIL_FRA"));
        for url in ["smtp://127.0.0.1:1025", "smtp://127.0.0.1:1025?tls=required", "smtps://127.0.0.1"] {
            let bygget = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            let _i = bygget.enter();
            assert!(Postvaesen::smtp(url, afsender(), FORBINDELSER).is_ok(), "{url}");
        }
    }
}
