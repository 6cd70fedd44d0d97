//! `raskvej indstillinger`: what holds, where it is from, and whether what the settings point at is there. No secret is told.

use app::failure::Causes;
use serde::Serialize;

use crate::serve::Setup;
use crate::service_setup::mail_transport;
use crate::settings::Settings;
use crate::settings::known::{ALL, page};
use crate::terminal::output::{to_stderr, write};
use crate::terminal::{DONE, Format, REFUSED, as_json};

/// A setting, as a line of JSON.
#[derive(Serialize)]
struct Row<'a> {
    #[serde(rename = "navn")]
    name: &'a str,
    #[serde(rename = "variabel")]
    variable: String,
    /// As it was written; nothing where it is secret, or not set.
    #[serde(rename = "vaerdi")]
    value: Option<&'a str>,
    #[serde(rename = "hemmelig")]
    secret: bool,
    /// The variable, or file and line; nothing where it is not set.
    #[serde(rename = "fra")]
    by: Option<&'a str>,
    standard: &'a str,
}

/// Tells them, or the page about them; the exit code. `providers` is what came of reading the file of logins.
pub fn run(settings: &Settings, setup: &Setup, providers: Result<usize, String>, as_page: bool, format: Format) -> u8 {
    if as_page {
        return write(page().trim_end_matches('\n')).map_or(REFUSED, |()| DONE);
    }
    for line in lines(settings, format) {
        if write(&line).is_err() {
            return DONE; // who closed the pipe has seen enough
        }
    }
    let faults = faults(settings, setup, providers);
    faults.iter().for_each(|fault| to_stderr(fault));
    for name in setup.paamindelser.missing() {
        to_stderr(&format!("{name} er ikke sat: {}", crate::sentences::without_setting(name)));
    }
    if faults.is_empty() { DONE } else { REFUSED }
}

fn lines(settings: &Settings, format: Format) -> Vec<String> {
    let row = |known: &'static crate::settings::known::Known| {
        let given = settings.given.get(known.name);
        let row = Row {
            name: known.name,
            variable: known.variable(),
            value: given.and_then(|given| given.value.as_deref()),
            secret: known.secret,
            by: given.map(|given| given.by.as_str()),
            standard: known.standard,
        };
        match format {
            Format::Json => as_json(&row).unwrap_or_default(),
            Format::Text => row.line(),
        }
    };
    ALL.iter().map(row).collect()
}

impl Row<'_> {
    fn line(&self) -> String {
        match (self.by, self.value) {
            (Some(by), Some(value)) => format!("{} = {value}  ({by})", self.name),
            (Some(by), None) => format!("{} = …  ({by}; vises ikke)", self.name),
            (None, _) => format!("{}: ikke sat ({})", self.name, self.standard),
        }
    }
}

/// What the settings point at and cannot be used. That each is written right was seen when they were read.
pub(crate) fn faults(settings: &Settings, setup: &Setup, providers: Result<usize, String>) -> Vec<String> {
    let mut faults: Vec<String> = providers.err().into_iter().collect();
    faults.extend(mail_transport(setup).err().map(|error| Causes(&error).to_string()));
    faults.extend(setup.paamindelser.mailtekster.trouble());
    if let Some(folder) = settings.seal_folder.as_deref().filter(|folder| !folder.is_dir()) {
        faults.push(format!("RASKVEJ_SEGL_MAPPE ({}): mappen findes ikke", folder.display()));
    }
    if let Some(folder) = settings.erasures.as_deref().and_then(|file| file.parent()).filter(|folder| !folder.is_dir())
    {
        faults.push(format!("RASKVEJ_SLETNINGER_FIL: mappen {} findes ikke", folder.display()));
    }
    faults
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;

    fn settings(environment: &[(&str, &str)]) -> Settings {
        let environment = environment.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Settings::fetch(None, environment).unwrap()
    }

    /// Where each is from, what holds without it, and never a password: in either form.
    #[test]
    fn each_setting_says_what_holds_and_where_it_is_from_and_no_secret() {
        let all = settings(&[
            ("RASKVEJ_SMTP_URL", "smtps://bruger:kodeord@post.example"),
            ("RASKVEJ_SEGL_URL", "https://bruger:kodeord@segl.example/"),
            ("RASKVEJ_HOVEDNOEGLE", "a29kZW9yZGtvZGVvcmRrb2Rlb3Jka29kZW9yZDEyMzQ="),
            ("RASKVEJ_LISTEN", "127.0.0.1:2"),
        ]);
        for format in [Format::Text, Format::Json] {
            let told = lines(&all, format);
            assert_eq!(told.len(), ALL.len());
            let whole = told.join("\n");
            assert!(!whole.contains("kodeord") && !whole.contains("a29kZW9y"), "{whole}");
        }
        let told = lines(&all, Format::Text);
        for line in [
            "listen = 127.0.0.1:2  (RASKVEJ_LISTEN)",
            "smtp_url = …  (RASKVEJ_SMTP_URL; vises ikke)",
            "forbindelser: ikke sat (1024)",
        ] {
            assert!(told.iter().any(|told| told == line), "{line}: {told:?}");
        }
    }

    /// What the settings point at and is not there is told, each by its name; with a secret in it, without that.
    #[test]
    fn what_settings_point_at_is_looked_for() {
        let folder = tempfile::tempdir().unwrap();
        let place = |name: &str| folder.path().join(name).display().to_string();
        let found = |environment: &[(&str, &str)], providers: Result<usize, String>| {
            let settings = settings(environment);
            let setup = crate::start::setup(&settings, folder.path().to_owned(), app::core::Outside::default());
            faults(&settings, &setup, providers)
        };
        assert_eq!(found(&[], Ok(0)), Vec::<String>::new());
        std::fs::create_dir(folder.path().join("segl")).unwrap();
        let there = [("RASKVEJ_SEGL_MAPPE", &*place("segl")), ("RASKVEJ_SLETNINGER_FIL", &*place("slettet"))];
        assert_eq!(found(&there, Ok(1)), Vec::<String>::new());
        let gone = [("RASKVEJ_SEGL_MAPPE", &*place("nej")), ("RASKVEJ_SLETNINGER_FIL", &*place("nej/slettet"))];
        let told = found(&gone, Err("login.toml: findes ikke".to_owned()));
        assert_eq!(told.len(), 3, "{told:?}");
        assert_eq!(told[0], "login.toml: findes ikke");
        assert!(told[1].starts_with("RASKVEJ_SEGL_MAPPE (") && told[1].ends_with("mappen findes ikke"), "{told:?}");
        assert!(told[2].starts_with("RASKVEJ_SLETNINGER_FIL: mappen "), "{told:?}");
        let mail = [
            ("RASKVEJ_SMTP_URL", "smtps://bruger:kodeord@post.example"),
            ("RASKVEJ_SMTP_CA_FIL", &*place("nej.pem")),
            ("RASKVEJ_MAIL_FRA", "raskvej@kommune.test"),
            ("RASKVEJ_BASE_URL", "https://raskvej.test"),
        ];
        let told = found(&mail, Ok(0));
        assert_eq!(told.len(), 1, "{told:?}");
        std::fs::write(folder.path().join("mails.toml"), "afslutning = \"Hej {navn}\"\n").unwrap();
        let words = found(&[("RASKVEJ_MAILTEKSTER", &*place("mails.toml"))], Ok(0));
        assert!(words[0].contains("mails.toml): linje 1, 'afslutning': kender ikke {navn}"), "{words:?}");
        assert!(told[0].contains("nej.pem") && !told[0].contains("kodeord"), "{told:?}");
    }
}
