//! The settings: defaults, under a TOML file, under the environment, under flags. Everything is checked before
//! anything is opened, and whatever is wrong or unknown names itself.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use axum::http::Uri;
use lettre::{Address, SmtpTransport};
use thiserror::Error;
use tracing_subscriber::EnvFilter;

/// What the names of our environment variables begin with.
const FORAN: &str = "RASKVEJ_";
/// Variables that carry our prefix and are not settings: the tests' own, and where the TOML file is.
const IKKE_INDSTILLINGER: [&str; 4] = ["RASKVEJ_BIN", "RASKVEJ_STOR", "RASKVEJ_ADVISORIES", "RASKVEJ_INDSTILLINGER"];

/// Address of the mail server. It may hold a password, so it is never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpUrl(String);

impl SmtpUrl {
    /// The address, for opening the connection. Never for logs.
    #[must_use]
    pub fn vis(&self) -> &str {
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
    Tekst,
    /// One JSON object a line.
    Json,
}

/// Every setting. Each is `RASKVEJ_<NAME>` in the environment and `name = …` in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indstillinger {
    /// Mail server, `smtp://` or `smtps://`.
    pub smtp_url: Option<SmtpUrl>,
    /// Connections to the mail server at the same time, 1 to 50. A server that allows fewer puts the rest off for a while.
    pub smtp_forbindelser: u32,
    /// Days the machine's clock may go ahead of what is known before reminders wait for somebody's word, 1 to 3650.
    pub ur_spring_max_dage: u32,
    /// Sender of every mail.
    pub mail_fra: Option<Address>,
    /// HR's shared mailbox.
    pub hr_mail: Option<Address>,
    /// Address under which people reach the pages, without a slash at the end.
    pub base_url: Option<String>,
    /// The data folder.
    pub data: Option<PathBuf>,
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Where to serve metrics, if anywhere.
    pub metrics_listen: Option<SocketAddr>,
    /// The employee gets a neutral copy of what is about them.
    pub medarbejderkopi: bool,
    /// Filter of log lines, e.g. `info` or `raskvej=debug`.
    pub log: Option<String>,
    /// How log lines look.
    pub log_format: LogFormat,
}

impl Default for Indstillinger {
    fn default() -> Self {
        Self {
            smtp_url: None,
            smtp_forbindelser: crate::post::FORBINDELSER,
            ur_spring_max_dage: crate::clock_guard::MAX_DAYS,
            mail_fra: None,
            hr_mail: None,
            base_url: None,
            data: None,
            listen: None,
            metrics_listen: None,
            medarbejderkopi: true,
            log: None,
            log_format: LogFormat::Tekst,
        }
    }
}

/// A setting that stops the start. Never holds the value.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum IndstillingsFejl {
    /// No setting has this name.
    #[error("{0}: indstillingen findes ikke")]
    Ukendt(String),
    /// The value is not right.
    #[error("{navn}: {fejl}")]
    Forkert {
        /// Name as it was given: the variable, or file and line of the file.
        navn: String,
        /// What would be right.
        fejl: &'static str,
    },
    /// The file cannot be read.
    #[error("{fil}: {fejl}")]
    Fil {
        /// The file.
        fil: String,
        /// Why.
        fejl: String,
    },
}

impl Indstillinger {
    /// Reads file and environment. `fil` is the flag; without it the variable `RASKVEJ_INDSTILLINGER` counts.
    ///
    /// # Errors
    /// The first setting that is wrong or unknown.
    pub fn hent(
        fil: Option<&Path>,
        miljoe: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, IndstillingsFejl> {
        let mut vore: Vec<_> = miljoe
            .into_iter()
            .map(|(navn, vaerdi)| (navn.to_string_lossy().into_owned(), vaerdi))
            .filter(|(navn, _)| navn.starts_with(FORAN))
            .collect();
        vore.sort();
        let fra_miljoe = vore.iter().find(|(navn, _)| navn == "RASKVEJ_INDSTILLINGER").map(|(_, v)| PathBuf::from(v));
        let mut alle = Self::default();
        if let Some(fil) = fil.map(Path::to_owned).or(fra_miljoe) {
            alle.laes_fil(&fil)?;
        }
        for (navn, vaerdi) in vore.iter().filter(|(navn, _)| !IKKE_INDSTILLINGER.contains(&navn.as_str())) {
            let kort = navn[FORAN.len()..].to_ascii_lowercase();
            // The name must be written in capitals: Raskvej would otherwise seem to listen to `RASKVEJ_listen`.
            let tekst = vaerdi.to_str().ok_or("skal være UTF-8");
            let sat = if format!("{FORAN}{}", kort.to_ascii_uppercase()) == *navn {
                tekst.map_or_else(|fejl| Some(Err(fejl)), |tekst| alle.saet(&kort, tekst))
            } else {
                None
            };
            match sat {
                None => return Err(IndstillingsFejl::Ukendt(navn.clone())),
                Some(Err(fejl)) => return Err(IndstillingsFejl::Forkert { navn: navn.clone(), fejl }),
                Some(Ok(())) => {}
            }
        }
        Ok(alle)
    }

    fn laes_fil(&mut self, sti: &Path) -> Result<(), IndstillingsFejl> {
        let fil = sti.display().to_string();
        let fejl = |fejl: String| IndstillingsFejl::Fil { fil: fil.clone(), fejl };
        let tekst = std::fs::read_to_string(sti).map_err(|e| fejl(e.to_string()))?;
        // Only the message: the rendered error would quote the line, and a line may hold a password.
        let tabel: toml::Table = tekst.parse().map_err(|e: toml::de::Error| fejl(e.message().to_owned()))?;
        for (navn, vaerdi) in &tabel {
            let stedet = format!("{fil}: {navn}");
            let sat = match vaerdi {
                toml::Value::String(tekst) => self.saet(navn, tekst),
                toml::Value::Integer(n) => self.saet(navn, &n.to_string()),
                toml::Value::Boolean(b) => self.saet(navn, if *b { "true" } else { "false" }),
                _ => self.saet(navn, "").map(|_| Err("skal være en tekst, et tal eller true/false")),
            };
            match sat {
                None => return Err(IndstillingsFejl::Ukendt(stedet)),
                Some(Err(fejl)) => return Err(IndstillingsFejl::Forkert { navn: stedet, fejl }),
                Some(Ok(())) => {}
            }
        }
        Ok(())
    }

    /// Sets one by name; `None` if there is no such name.
    fn saet(&mut self, navn: &str, tekst: &str) -> Option<Result<(), &'static str>> {
        Some(match navn {
            "smtp_url" => smtp_url(tekst).map(|v| self.smtp_url = Some(v)),
            "smtp_forbindelser" => forbindelser(tekst).map(|v| self.smtp_forbindelser = v),
            "ur_spring_max_dage" => dage(tekst).map(|v| self.ur_spring_max_dage = v),
            "mail_fra" => mailadresse(tekst).map(|v| self.mail_fra = Some(v)),
            "hr_mail" => mailadresse(tekst).map(|v| self.hr_mail = Some(v)),
            "base_url" => base_url(tekst).map(|v| self.base_url = Some(v)),
            "data" if tekst.is_empty() => Err("skal være en mappe"),
            "data" => {
                self.data = Some(PathBuf::from(tekst));
                Ok(())
            }
            "listen" => adresse(tekst).map(|v| self.listen = Some(v)),
            "metrics_listen" => adresse(tekst).map(|v| self.metrics_listen = Some(v)),
            "medarbejderkopi" => ja_nej(tekst).map(|v| self.medarbejderkopi = v),
            "log" => filter(tekst).map(|v| self.log = Some(v)),
            "log_format" => logformat(tekst).map(|v| self.log_format = v),
            _ => return None,
        })
    }
}

fn smtp_url(tekst: &str) -> Result<SmtpUrl, &'static str> {
    let rigtig = tekst.starts_with("smtp://") || tekst.starts_with("smtps://");
    let kan_bruges = rigtig && SmtpTransport::from_url(tekst).is_ok();
    kan_bruges.then(|| SmtpUrl(tekst.to_owned())).ok_or("skal være en adresse som smtp://post.example:25")
}

fn forbindelser(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (1..=50).contains(n)).ok_or("skal være et antal fra 1 til 50")
}

fn dage(tekst: &str) -> Result<u32, &'static str> {
    tekst.parse().ok().filter(|n| (1..=3650).contains(n)).ok_or("skal være et antal dage fra 1 til 3650")
}

fn mailadresse(tekst: &str) -> Result<Address, &'static str> {
    tekst.parse().map_err(|_| "skal være en mailadresse som hr@arbejdsplads.example")
}

fn base_url(tekst: &str) -> Result<String, &'static str> {
    const FEJL: &str = "skal være en adresse som https://raskvej.arbejdsplads.example";
    let uri: Uri = tekst.parse().map_err(|_| FEJL)?;
    let http = matches!(uri.scheme_str(), Some("http" | "https"));
    let vaert = uri.host().is_some_and(|v| !v.is_empty());
    let rigtig = http && vaert && uri.query().is_none() && !tekst.contains('#');
    rigtig.then(|| tekst.trim_end_matches('/').to_owned()).ok_or(FEJL)
}

fn adresse(tekst: &str) -> Result<SocketAddr, &'static str> {
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
    let rigtig = !tekst.is_empty() && EnvFilter::try_new(tekst).is_ok();
    rigtig.then(|| tekst.to_owned()).ok_or("skal være et filter som info eller raskvej=debug")
}

fn logformat(tekst: &str) -> Result<LogFormat, &'static str> {
    match tekst {
        "tekst" => Ok(LogFormat::Tekst),
        "json" => Ok(LogFormat::Json),
        _ => Err("skal være tekst eller json"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hent(fil: Option<&str>, miljoe: &[(&str, &str)]) -> Result<Indstillinger, IndstillingsFejl> {
        let mappe = tempfile::tempdir().unwrap();
        let sti = mappe.path().join("raskvej.toml");
        std::fs::write(&sti, fil.unwrap_or_default()).unwrap();
        let miljoe = miljoe.iter().map(|(n, v)| (OsString::from(n), OsString::from(v)));
        Indstillinger::hent(fil.map(|_| sti.as_path()), miljoe)
    }

    #[test]
    fn miljoeet_gaar_forud_for_filen_og_filen_for_standarden() {
        let fil = "listen = '127.0.0.1:1'\nmedarbejderkopi = false\nhr_mail = 'hr@a.example'";
        let alle = hent(Some(fil), &[("RASKVEJ_LISTEN", "127.0.0.1:2"), ("RASKVEJ_BIN", "x"), ("PATH", "y")]).unwrap();
        assert_eq!(alle.listen, Some("127.0.0.1:2".parse().unwrap()));
        assert!(!alle.medarbejderkopi && alle.log_format == LogFormat::Tekst);
        assert_eq!(alle.hr_mail, Some("hr@a.example".parse().unwrap()));
        assert_eq!(hent(None, &[]).unwrap(), Indstillinger::default());
    }

    #[test]
    fn en_ukendt_indstilling_naevner_sig_selv() {
        let fejl = |fil, miljoe: &[_]| hent(fil, miljoe).unwrap_err().to_string();
        assert!(fejl(None, &[("RASKVEJ_HRMAIL", "hr@a.example")]).starts_with("RASKVEJ_HRMAIL:"));
        assert!(fejl(None, &[("RASKVEJ_listen", "127.0.0.1:1")]).starts_with("RASKVEJ_listen:"));
        assert!(fejl(Some("hrmail = 'hr@a.example'"), &[]).contains(": hrmail:"));
    }

    #[test]
    fn en_forkert_vaerdi_naevner_indstillingen_og_aldrig_vaerdien() {
        let forkerte = [
            ("SMTP_URL", "http://bruger:kodeord@a"),
            ("SMTP_URL", "smtp://"),
            ("SMTP_FORBINDELSER", "0"),
            ("SMTP_FORBINDELSER", "kodeord"),
            ("UR_SPRING_MAX_DAGE", "0"),
            ("UR_SPRING_MAX_DAGE", "3651"),
            ("UR_SPRING_MAX_DAGE", "kodeord"),
            ("MAIL_FRA", "kodeord"),
            ("HR_MAIL", ""),
            ("BASE_URL", "kodeord"),
            ("BASE_URL", "ftp://kodeord"),
            ("BASE_URL", "https://a/?kodeord"),
            ("LISTEN", "kodeord"),
            ("METRICS_LISTEN", "127.0.0.1"),
            ("MEDARBEJDERKOPI", "måske"),
            ("DATA", ""),
            ("LOG", "raskvej=kodeord"),
            ("LOG_FORMAT", "xml"),
        ];
        for (navn, vaerdi) in forkerte {
            let navn = format!("RASKVEJ_{navn}");
            let fejl = hent(None, &[(&navn, vaerdi)]).unwrap_err().to_string();
            assert!(fejl.starts_with(&navn) && !fejl.contains("kodeord"), "{fejl}");
        }
        assert!(
            hent(Some("listen = 8080"), &[]).unwrap_err().to_string().contains(": listen: skal være adresse og port")
        );
        assert!(hent(Some("log = ['info']"), &[]).unwrap_err().to_string().contains(": log: skal være en tekst"));
        assert_eq!(hent(Some("smtp_forbindelser = 3"), &[]).unwrap().smtp_forbindelser, 3);
        assert!(!hent(Some("smtp_url = kodeord"), &[]).unwrap_err().to_string().contains("kodeord"));
    }

    #[test]
    fn et_kodeord_til_mailserveren_skrives_ikke_ud() {
        let alle = hent(None, &[("RASKVEJ_SMTP_URL", "smtps://bruger:kodeord@post.example")]).unwrap();
        assert!(!format!("{alle:?}").contains("kodeord"));
    }
}
