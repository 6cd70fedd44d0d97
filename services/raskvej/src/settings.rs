//! The settings: defaults, under a TOML file, under the environment, under flags. Everything is checked before
//! anything is opened, and whatever is wrong or unknown names itself.

pub mod known;

use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use axum::http::Uri;
use ipnet::IpNet;
use lettre::{Address, SmtpTransport};
use mail::https::WebAddress;
use thiserror::Error;
use tracing_subscriber::EnvFilter;

use app::keys::Master;

use crate::access::HrEnheder;
use crate::bounds::{LARGEST_TEXT, read_text};
use crate::mailtekster::TextFile;
use crate::state::Normer;
use known::AllGiven;

/// What the names of our environment variables begin with.
const PREFIX: &str = "RASKVEJ_";
/// Variables that carry our prefix and are not settings: those of tests and of a build, where the TOML file is, and the token
/// of who asks a running service.
const NOT_SETTINGS: [&str; 6] = [
    "RASKVEJ_BIN",
    "RASKVEJ_STOR",
    "RASKVEJ_ADVISORIES",
    "RASKVEJ_COMMIT",
    "RASKVEJ_INDSTILLINGER",
    crate::terminal::running::TOKEN,
];

/// Address of the mail server. It may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl SmtpUrl {
    /// The address, for opening the connection. Never for logs.
    #[must_use]
    pub fn show(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SmtpUrl(…)")
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line.
    Json,
}

/// Every setting. Each is `RASKVEJ_<NAME>` in the environment and `name = …` in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Mail server, `smtp://` or `smtps://`.
    pub smtp_url: Option<SmtpUrl>,
    /// Certificates (PEM) that the mail server's may be signed with, beside those that the machine trusts.
    pub smtp_ca_file: Option<PathBuf>,
    /// Connections to the mail server at the same time, 1 to 50. A server that allows fewer puts the rest off for a while.
    pub smtp_connections: u32,
    /// Days the machine's clock may go ahead of what is known before reminders wait for somebody's word, 1 to 3650.
    pub clock_jump_max_dage: u32,
    /// Where every mail goes instead of to whom it is for: somebody tries the service.
    pub all_mail_to: Option<Address>,
    /// Sender of every mail.
    pub mail_from: Option<Address>,
    /// HR's shared mailbox.
    pub hr_mail: Option<Address>,
    /// The auditor's mailbox, which gets the morning's seal of the log.
    pub revisor_mail: Option<Address>,
    /// The folder that gets it too; best one of another machine.
    pub seal_folder: Option<PathBuf>,
    /// The server that gets it too.
    pub seal_server: Option<WebAddress>,
    /// The units that some in HR work for.
    pub hr_enheder: HrEnheder,
    /// Address under which people reach the pages, without a slash at the end.
    pub base_url: Option<String>,
    /// The file that names the providers people log in at.
    pub login: Option<PathBuf>,
    /// The file with the workplace's own words in mails.
    pub mail_texts: Option<PathBuf>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// The master key that wraps the keys of persons.
    pub master: Option<Master>,
    /// The file in which it stands.
    pub master_file: Option<PathBuf>,
    /// A copy of the list of erasures, where no restore reaches.
    pub erasures: Option<PathBuf>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Where to serve metrics, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// Connections from outside at the same time, 16 to 50,000; fewer where the process may not have so many files open.
    pub connections: usize,
    /// Months that look-ups are kept, 6 to 60.
    pub opslag_months: u32,
    /// Proxies, as addresses or networks, that are believed about whom they ask for (`X-Forwarded-For`).
    pub trusted_proxies: Vec<IpNet>,
    /// How many open forløb one in HR, and one coordinator, is to have at most.
    pub normer: Normer,
    /// Employees can choose ahead who may ring them, should they fall ill.
    pub omsorgskollega: bool,
    /// The employee gets a neutral copy of what is about them.
    pub medarbejder_copy: bool,
    /// Filter of log lines, e.g. `info` or `raskvej=debug`.
    pub log: Option<String>,
    /// How log lines look.
    pub log_format: LogFormat,
    /// What was given, and by what.
    pub given: AllGiven,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            smtp_url: None,
            smtp_ca_file: None,
            smtp_connections: crate::transport::CONNECTIONS,
            clock_jump_max_dage: crate::clock_guard::MAX_DAYS,
            mail_from: None,
            all_mail_to: None,
            hr_mail: None,
            revisor_mail: None,
            seal_folder: None,
            seal_server: None,
            hr_enheder: HrEnheder::default(),
            base_url: None,
            login: None,
            mail_texts: None,
            data: None,
            master: None,
            master_file: None,
            erasures: None,
            listen: None,
            metrics_listen: None,
            connections: crate::connections::MOST,
            opslag_months: app::opslag::KEPT_MONTHS,
            trusted_proxies: Vec::new(),
            normer: Normer::default(),
            omsorgskollega: false,
            medarbejder_copy: true,
            log: None,
            log_format: LogFormat::Text,
            given: AllGiven::new(),
        }
    }
}

/// A setting that stops the start. Never holds the value.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum SettingError {
    /// No setting has this name.
    #[error("{0}: indstillingen findes ikke")]
    Unknown(String),
    /// The value is not right.
    #[error("{name}: {error}")]
    Wrong {
        /// Name as it was given: the variable, or file and line of the file.
        name: String,
        /// What would be right.
        error: &'static str,
    },
    /// The file cannot be read.
    #[error("{file}: {error}")]
    File {
        file: String,
        /// Why.
        error: String,
    },
}

impl Settings {
    /// The workplace's own words in mails, from the file that is named. Where they cannot be used, mails leave with the
    /// standard ones, and it is told.
    #[must_use]
    pub fn own_words(&self) -> TextFile {
        self.mail_texts.as_deref().map(TextFile::fetch).unwrap_or_default()
    }

    /// Reads file and environment. `fil` is the flag; without it the variable `RASKVEJ_INDSTILLINGER` counts.
    ///
    /// # Errors
    /// The first setting that is wrong or unknown.
    pub fn fetch(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingError> {
        let mut ours: Vec<_> = environment
            .into_iter()
            .map(|(name, value)| (name.to_string_lossy().into_owned(), value))
            .filter(|(name, _)| name.starts_with(PREFIX))
            .collect();
        ours.sort();
        let from_environment =
            ours.iter().find(|(name, _)| name == "RASKVEJ_INDSTILLINGER").map(|(_, v)| PathBuf::from(v));
        let mut all = Self::default();
        if let Some(file) = file.map(Path::to_owned).or(from_environment) {
            all.read_file(&file)?;
            let (name, shown) = ("indstillinger", file.display().to_string());
            known::note(&mut all.given, name, "--indstillinger eller RASKVEJ_INDSTILLINGER", &shown);
        }
        for (name, value) in ours.iter().filter(|(name, _)| !NOT_SETTINGS.contains(&name.as_str())) {
            let short = name[PREFIX.len()..].to_ascii_lowercase();
            // The name must be written in capitals: Raskvej would otherwise seem to listen to `RASKVEJ_listen`.
            let tekst = value.to_str().ok_or("skal være UTF-8");
            let sat = if format!("{PREFIX}{}", short.to_ascii_uppercase()) == *name {
                tekst.map_or_else(|error| Some(Err(error)), |tekst| all.set(&short, tekst))
            } else {
                None
            };
            match sat {
                None => return Err(SettingError::Unknown(name.clone())),
                Some(Err(error)) => return Err(SettingError::Wrong { name: name.clone(), error }),
                Some(Ok(())) => known::note(&mut all.given, &short, name, tekst.unwrap_or_default()),
            }
        }
        Ok(all)
    }

    fn read_file(&mut self, path: &Path) -> Result<(), SettingError> {
        let file = path.display().to_string();
        let error = |error: String| SettingError::File { file: file.clone(), error };
        let tekst = read_text(path, LARGEST_TEXT).map_err(|e| error(e.to_string()))?;
        // Only the message: the rendered error would quote the line, and a line may hold a password.
        let table: toml::Table = tekst.parse().map_err(|e: toml::de::Error| error(e.message().to_owned()))?;
        for (name, value) in &table {
            let location = format!("{file}: {name}");
            let written = match value {
                toml::Value::String(tekst) => Some(tekst.clone()),
                toml::Value::Integer(n) => Some(n.to_string()),
                toml::Value::Boolean(b) => Some(b.to_string()),
                _ => None,
            };
            let sat = match &written {
                Some(tekst) => self.set(name, tekst),
                None => self.set(name, "").map(|_| Err("skal være en tekst, et tal eller true/false")),
            };
            match sat {
                None => return Err(SettingError::Unknown(location)),
                Some(Err(error)) => return Err(SettingError::Wrong { name: location, error }),
                Some(Ok(())) => known::note(&mut self.given, name, &location, &written.unwrap_or_default()),
            }
        }
        Ok(())
    }

    /// Sets one by name; `None` if there is no such name.
    fn set(&mut self, name: &str, tekst: &str) -> Option<Result<(), &'static str>> {
        Some(match name {
            "smtp_url" => smtp_url(tekst).map(|v| self.smtp_url = Some(v)),
            "smtp_ca_fil" => file(tekst).map(|v| self.smtp_ca_file = Some(v)),
            "smtp_forbindelser" => connections(tekst).map(|v| self.smtp_connections = v),
            "ur_spring_max_dage" => dage(tekst).map(|v| self.clock_jump_max_dage = v),
            "alle_mails_til" => mail_address(tekst).map(|v| self.all_mail_to = Some(v)),
            "mail_fra" => mail_address(tekst).map(|v| self.mail_from = Some(v)),
            "hr_mail" => mail_address(tekst).map(|v| self.hr_mail = Some(v)),
            "revisor_mail" => mail_address(tekst).map(|v| self.revisor_mail = Some(v)),
            "segl_mappe" if tekst.is_empty() => Err("skal være en mappe"),
            "segl_mappe" => {
                self.seal_folder = Some(PathBuf::from(tekst));
                Ok(())
            }
            "segl_url" => WebAddress::read(tekst).map(|v| self.seal_server = Some(v)),
            "hr_enheder" => HrEnheder::read(tekst).map(|v| self.hr_enheder = v),
            "base_url" => base_url(tekst).map(|v| self.base_url = Some(v)),
            "login" if tekst.is_empty() => Err("skal være en fil"),
            "login" => {
                self.login = Some(PathBuf::from(tekst));
                Ok(())
            }
            "data" if tekst.is_empty() => Err("skal være en mappe"),
            "data" => {
                self.data = Some(PathBuf::from(tekst));
                Ok(())
            }
            "mailtekster" => file(tekst).map(|v| self.mail_texts = Some(v)),
            "hovednoegle" => Master::read(tekst).map(|v| self.master = Some(v)),
            "hovednoegle_fil" => file(tekst).map(|v| self.master_file = Some(v)),
            "sletninger_fil" => file(tekst).map(|v| self.erasures = Some(v)),
            "forbindelser" => most_connections(tekst).map(|v| self.connections = v),
            "opslag_maaneder" => months(tekst).map(|v| self.opslag_months = v),
            "betroet_proxy" => proxies(tekst).map(|v| self.trusted_proxies = v),
            "listen" => address(tekst).map(|v| self.listen = Some(v)),
            "metrics_listen" => address(tekst).map(|v| self.metrics_listen = Some(v)),
            "norm_hr" => norm(tekst).map(|v| self.normer.hr = Some(v)),
            "norm_koordinator" => norm(tekst).map(|v| self.normer.koordinator = Some(v)),
            "omsorgskollega" => ja_nej(tekst).map(|v| self.omsorgskollega = v),
            "medarbejderkopi" => ja_nej(tekst).map(|v| self.medarbejder_copy = v),
            "log" => filter(tekst).map(|v| self.log = Some(v)),
            "log_format" => log_format(tekst).map(|v| self.log_format = v),
            _ => return None,
        })
    }
}

fn file(tekst: &str) -> Result<PathBuf, &'static str> {
    if tekst.is_empty() { Err("skal være en fil") } else { Ok(PathBuf::from(tekst)) }
}

fn smtp_url(tekst: &str) -> Result<SmtpUrl, &'static str> {
    let correct = tekst.starts_with("smtp://") || tekst.starts_with("smtps://");
    let can_used = correct && SmtpTransport::from_url(tekst).is_ok();
    can_used.then(|| SmtpUrl(tekst.to_owned())).ok_or("skal være en adresse som smtp://post.example:25")
}

fn connections(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (1..=50).contains(n)).ok_or("skal være et antal fra 1 til 50")
}

fn most_connections(tekst: &str) -> Result<usize, &'static str> {
    tekst.parse().ok().filter(|n| (16..=50_000).contains(n)).ok_or("skal være et antal fra 16 til 50000")
}

fn dage(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (1..=3650).contains(n)).ok_or("skal være et antal dage fra 1 til 3650")
}

fn months(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (6..=60).contains(n)).ok_or("skal være et antal måneder fra 6 til 60")
}

fn norm(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (1..=10_000).contains(n)).ok_or("skal være et antal forløb fra 1 til 10000")
}

fn mail_address(tekst: &str) -> Result<Address, &'static str> {
    tekst.parse().map_err(|_| "skal være en mailadresse som hr@arbejdsplads.example")
}

/// An address under which people reach the pages, without a slash at the end.
///
/// # Errors
/// What would be right.
pub(crate) fn base_url(tekst: &str) -> Result<String, &'static str> {
    const ERROR: &str = "skal være en adresse som https://raskvej.arbejdsplads.example";
    let uri: Uri = tekst.parse().map_err(|_| ERROR)?;
    let http = matches!(uri.scheme_str(), Some("http" | "https"));
    let host = uri.host().is_some_and(|v| !v.is_empty());
    let correct = http && host && uri.query().is_none() && !tekst.contains('#');
    correct.then(|| tekst.trim_end_matches('/').to_owned()).ok_or(ERROR)
}

fn proxies(tekst: &str) -> Result<Vec<IpNet>, &'static str> {
    let one = |part: &str| part.parse().or_else(|_| part.parse::<IpAddr>().map(IpNet::from));
    let all: Result<Vec<IpNet>, _> = tekst.split(',').map(|part| one(part.trim())).collect();
    all.map_err(|_| "skal være adresser eller net med komma imellem, som 127.0.0.1, 10.1.0.0/16")
}

fn address(tekst: &str) -> Result<SocketAddr, &'static str> {
    tekst.parse().map_err(|_| "skal være adresse og port som 127.0.0.1:8080")
}

fn ja_nej(tekst: &str) -> Result<bool, &'static str> {
    match tekst {
        "true" | "ja" => Ok(true),
        "false" | "nej" => Ok(false),
        _ => Err("skal være true eller false"),
    }
}

fn filter(tekst: &str) -> Result<String, &'static str> {
    let correct = !tekst.is_empty() && EnvFilter::try_new(tekst).is_ok();
    correct.then(|| tekst.to_owned()).ok_or("skal være et filter som info eller raskvej=debug")
}

fn log_format(tekst: &str) -> Result<LogFormat, &'static str> {
    match tekst {
        "tekst" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err("skal være tekst eller json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(file: Option<&str>, environment: &[(&str, &str)]) -> Result<Settings, SettingError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("raskvej.toml");
        std::fs::write(&path, file.unwrap_or_default()).unwrap();
        let environment = environment.iter().map(|(n, v)| (OsString::from(n), OsString::from(v)));
        Settings::fetch(file.map(|_| path.as_path()), environment)
    }

    #[test]
    fn the_environment_precedes_the_file_and_the_file_the_default() {
        let file = "listen = '127.0.0.1:1'\nmedarbejderkopi = false\nhr_mail = 'hr@a.example'";
        let all = fetch(Some(file), &[("RASKVEJ_LISTEN", "127.0.0.1:2"), ("RASKVEJ_BIN", "x"), ("PATH", "y")]).unwrap();
        assert_eq!(all.listen, Some("127.0.0.1:2".parse().unwrap()));
        assert!(!all.medarbejder_copy && all.log_format == LogFormat::Text);
        assert_eq!(all.hr_mail, Some("hr@a.example".parse().unwrap()));
        assert_eq!(fetch(None, &[]).unwrap(), Settings::default());
    }

    #[test]
    fn an_unknown_setting_names_itself() {
        let error = |file, environment: &[_]| fetch(file, environment).unwrap_err().to_string();
        assert!(error(None, &[("RASKVEJ_HRMAIL", "hr@a.example")]).starts_with("RASKVEJ_HRMAIL:"));
        assert!(error(None, &[("RASKVEJ_listen", "127.0.0.1:1")]).starts_with("RASKVEJ_listen:"));
        assert!(error(Some("hrmail = 'hr@a.example'"), &[]).contains(": hrmail:"));
    }

    #[test]
    fn a_wrong_value_names_the_setting_and_never_the_value() {
        let wrong = [
            ("SMTP_URL", "http://bruger:kodeord@a"),
            ("SMTP_URL", "smtp://"),
            ("SMTP_CA_FIL", ""),
            ("HOVEDNOEGLE", "kodeord"),
            ("HOVEDNOEGLE_FIL", ""),
            ("SLETNINGER_FIL", ""),
            ("FORBINDELSER", "15"),
            ("FORBINDELSER", "50001"),
            ("BETROET_PROXY", ""),
            ("BETROET_PROXY", "127.0.0.1; kodeord"),
            ("SMTP_FORBINDELSER", "0"),
            ("SMTP_FORBINDELSER", "kodeord"),
            ("UR_SPRING_MAX_DAGE", "0"),
            ("UR_SPRING_MAX_DAGE", "3651"),
            ("UR_SPRING_MAX_DAGE", "kodeord"),
            ("OPSLAG_MAANEDER", "5"),
            ("OPSLAG_MAANEDER", "61"),
            ("MAIL_FRA", "kodeord"),
            ("ALLE_MAILS_TIL", "kodeord"),
            ("HR_MAIL", ""),
            ("REVISOR_MAIL", "kodeord"),
            ("SEGL_MAPPE", ""),
            ("SEGL_URL", ""),
            ("SEGL_URL", "http://kodeord.example/segl"),
            ("HR_ENHEDER", "kodeord"),
            ("BASE_URL", "kodeord"),
            ("BASE_URL", "ftp://kodeord"),
            ("BASE_URL", "https://a/?kodeord"),
            ("LISTEN", "kodeord"),
            ("METRICS_LISTEN", "127.0.0.1"),
            ("MEDARBEJDERKOPI", "måske"),
            ("LOGIN", ""),
            ("DATA", ""),
            ("LOG", "raskvej=kodeord"),
            ("LOG_FORMAT", "xml"),
        ];
        for (name, value) in wrong {
            let name = format!("RASKVEJ_{name}");
            let error = fetch(None, &[(&name, value)]).unwrap_err().to_string();
            assert!(error.starts_with(&name) && !error.contains("kodeord"), "{error}");
        }
        assert!(
            fetch(Some("listen = 8080"), &[]).unwrap_err().to_string().contains(": listen: skal være adresse og port")
        );
        assert!(fetch(Some("log = ['info']"), &[]).unwrap_err().to_string().contains(": log: skal være en tekst"));
        let proxies = fetch(Some("betroet_proxy = '127.0.0.1, 10.1.0.0/16'"), &[]).unwrap().trusted_proxies;
        assert_eq!(proxies, ["127.0.0.1/32", "10.1.0.0/16"].map(|net| net.parse::<IpNet>().unwrap()));
        assert_eq!(fetch(Some("smtp_forbindelser = 3"), &[]).unwrap().smtp_connections, 3);
        assert!(!fetch(Some("smtp_url = kodeord"), &[]).unwrap_err().to_string().contains("kodeord"));
    }

    #[test]
    fn a_password_for_the_mail_server_is_not_printed() {
        let server = ("RASKVEJ_SEGL_URL", "https://bruger:kodeord@segl.example/");
        let all = fetch(None, &[("RASKVEJ_SMTP_URL", "smtps://bruger:kodeord@post.example"), server]).unwrap();
        assert!(!format!("{all:?}").contains("kodeord"));
    }
}
