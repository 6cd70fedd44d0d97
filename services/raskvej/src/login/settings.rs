//! The file that names the providers. Everything in it is checked before the service starts, and what is wrong or unknown
//! names itself; a secret is never in it and never printed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use forloeb::words::Rolle;
use mail::https::is_safe;
use openidconnect::{ClientSecret, IssuerUrl};
use serde::Deserialize;
use thiserror::Error;

use crate::bounds::{LARGEST_TEXT, read_text};

/// Most providers.
const MOST: usize = 20;
/// Longest secret, in bytes.
const LARGEST_SECRET: usize = 4096;
/// Roles that a provider can give.
const ROLES: [Rolle; 7] = [
    Rolle::Leder,
    Rolle::Hr,
    Rolle::Revisor,
    Rolle::Drift,
    Rolle::Kontaktperson,
    Rolle::Koordinator,
    Rolle::Medarbejder,
];
/// Where systemd puts what the unit calls credentials.
const CREDENTIALS: &str = "CREDENTIALS_DIRECTORY";

/// A setting of the file that stops the start. Never holds a secret.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("{place}: {error}")]
pub struct LoginSettingsError {
    place: String,
    error: String,
}

impl LoginSettingsError {
    pub(super) fn new(place: impl Into<String>, error: impl Into<String>) -> Self {
        Self { place: place.into(), error: error.into() }
    }
}

/// A provider.
#[derive(Debug, Clone)]
pub struct LoginSettings {
    /// Its word in addresses.
    pub(crate) code: String,
    /// Its name on the button.
    pub(crate) name: String,
    pub(super) issuer: IssuerUrl,
    pub(super) client_id: String,
    pub(super) secret: ClientSecret,
    pub(super) scopes: Vec<String>,
    pub(super) claims: Claims,
    /// Certificates (PEM) that its own may be signed with, beside those that the machine trusts.
    pub(super) ca_file: Option<PathBuf>,
}

/// What is read from the claims of somebody.
#[derive(Debug, Clone, Default)]
pub(super) struct Claims {
    /// The claim with the employee number.
    pub(super) number: String,
    /// The claim with the roles.
    pub(super) roles: Option<String>,
    /// What stands there, and which role that is.
    pub(super) given: BTreeMap<String, Rolle>,
    /// Everybody with an employee number may see their own.
    pub(super) all_medarbejdere: bool,
    /// The claim with the units that every role but `medarbejder` is narrowed to.
    pub(super) enheder: Option<String>,
    /// The constraint of a privilege group whose values are units.
    pub(super) constraint: Option<String>,
    /// The workplace, where privilege groups name one: those of others give nothing.
    pub(super) cvr: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Whole {
    #[serde(rename = "udbyder")]
    providers: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    #[serde(rename = "kode")]
    code: String,
    #[serde(rename = "navn")]
    name: String,
    issuer: String,
    #[serde(rename = "klient_id")]
    client_id: String,
    #[serde(rename = "hemmelighed_fil")]
    secret_file: Option<PathBuf>,
    #[serde(rename = "hemmelighed_variabel")]
    secret_variable: Option<String>,
    #[serde(default)]
    scopes: Vec<String>,
    #[serde(rename = "medarbejdernummer")]
    number: String,
    #[serde(rename = "roller")]
    roles: Option<String>,
    #[serde(default, rename = "rolle")]
    given: BTreeMap<String, String>,
    #[serde(default, rename = "alle_er_medarbejdere")]
    all_medarbejdere: bool,
    enheder: Option<String>,
    #[serde(rename = "afgraensning")]
    constraint: Option<String>,
    cvr: Option<String>,
    #[serde(rename = "ca_fil")]
    ca_file: Option<PathBuf>,
}

/// Reads the file, which may be a credential of the unit. `environment` finds a variable, for the secrets and for the folder of
/// credentials.
///
/// # Errors
/// The first thing that is wrong, by file, provider and name.
pub fn read(
    file: &Path,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Vec<LoginSettings>, LoginSettingsError> {
    let file = credential_or(file, &environment);
    let place = file.display().to_string();
    let error = |error: String| LoginSettingsError::new(place.clone(), error);
    let text = read_text(&file, LARGEST_TEXT).map_err(|e| error(e.to_string()))?;
    // Only the message: the rendered error would quote the line.
    let whole: Whole = toml::from_str(&text).map_err(|e| error(e.message().to_owned()))?;
    if whole.providers.is_empty() || whole.providers.len() > MOST {
        return Err(error(format!("skal have fra 1 til {MOST} [[udbyder]]")));
    }
    let mut all: Vec<LoginSettings> = Vec::new();
    for table in whole.providers {
        let place = format!("{place}: udbyder {}", table.code);
        if all.iter().any(|other| other.code == table.code) {
            return Err(LoginSettingsError::new(place, "kode: er brugt før i filen"));
        }
        all.push(checked(table, &environment).map_err(|error| LoginSettingsError::new(place, error))?);
    }
    Ok(all)
}

fn checked(table: Table, environment: &impl Fn(&str) -> Option<String>) -> Result<LoginSettings, String> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if table.code.is_empty() || table.code.len() > 40 || !table.code.chars().all(is_word) {
        return Err("kode: skal være små bogstaver, tal og bindestreger, højst 40".to_owned());
    }
    if ["rolle", "gemt"].contains(&table.code.as_str()) {
        return Err("kode: er en af tjenestens egne sider; vælg et andet ord".to_owned());
    }
    if table.name.trim().is_empty() || table.client_id.trim().is_empty() {
        return Err("navn og klient_id: skal udfyldes".to_owned());
    }
    let claims = [Some(&table.number), table.roles.as_ref(), table.enheder.as_ref()];
    if claims.iter().flatten().any(|name| name.trim().is_empty()) {
        return Err("medarbejdernummer, roller og enheder: skal være navnet på et claim".to_owned());
    }
    if ["email", "mail", "upn"].contains(&table.number.as_str()) {
        return Err(
            "medarbejdernummer: en mailadresse kan skifte ejer og bruges ikke; vælg et claim med nummeret".to_owned()
        );
    }
    if table.roles.is_none() && !table.all_medarbejdere {
        return Err("roller: mangler, og alle_er_medarbejdere er ikke sat, så ingen kan logge ind".to_owned());
    }
    if table.roles.is_some() == table.given.is_empty() {
        return Err("roller og [udbyder.rolle]: skal være der begge eller slet ikke".to_owned());
    }
    Ok(LoginSettings {
        issuer: issuer(&table.issuer)?,
        secret: secret(&table, environment)?,
        claims: Claims {
            given: table.given.into_iter().map(given).collect::<Result<_, _>>()?,
            number: table.number,
            roles: table.roles,
            all_medarbejdere: table.all_medarbejdere,
            enheder: table.enheder,
            constraint: table.constraint,
            cvr: table.cvr,
        },
        code: table.code,
        name: table.name,
        client_id: table.client_id,
        scopes: table.scopes,
        ca_file: table.ca_file.map(|file| credential_or(&file, environment)),
    })
}

fn given((value, rolle): (String, String)) -> Result<(String, Rolle), String> {
    match Rolle::from_code(&rolle).filter(|rolle| ROLES.contains(rolle)) {
        Some(rolle) if !value.trim().is_empty() => Ok((value.trim().to_owned(), rolle)),
        _ => {
            let all = ROLES.map(Rolle::code).join(", ");
            Err(format!("rolle: til højre skal stå en af {all}, og til venstre det, der står i claimet"))
        }
    }
}

/// In the clear only to this machine: what comes from elsewhere could be anybody's.
fn issuer(text: &str) -> Result<IssuerUrl, String> {
    const ERROR: &str = "issuer: skal være en https-adresse, præcis som udbyderen skriver den";
    let issuer = IssuerUrl::new(text.to_owned()).map_err(|_| ERROR)?;
    if is_safe(issuer.url()) { Ok(issuer) } else { Err(ERROR.to_owned()) }
}

/// A bare name is that of one of the unit's credentials, where it has one of that name: the folder that the unit's other files
/// are in is often closed to the service.
fn credential_or(file: &Path, environment: &impl Fn(&str) -> Option<String>) -> PathBuf {
    let credential =
        environment(CREDENTIALS).filter(|_| file.is_relative()).map(|folder| Path::new(&folder).join(file));
    credential.filter(|path| path.is_file()).unwrap_or_else(|| file.to_owned())
}

fn secret(table: &Table, environment: &impl Fn(&str) -> Option<String>) -> Result<ClientSecret, String> {
    let text = match (&table.secret_file, &table.secret_variable) {
        (Some(file), None) => {
            let path = credential_or(file, environment);
            read_text(&path, LARGEST_SECRET).map_err(|e| format!("hemmelighed_fil: {}: {e}", path.display()))?
        }
        (None, Some(name)) => environment(name).ok_or_else(|| format!("hemmelighed_variabel: {name} er ikke sat"))?,
        _ => return Err("skal have enten hemmelighed_fil eller hemmelighed_variabel".to_owned()),
    };
    let text = text.trim();
    if text.is_empty() {
        return Err("hemmeligheden er tom".to_owned());
    }
    Ok(ClientSecret::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHOLE: &str = r#"
[[udbyder]]
kode = "kommunen"
navn = "Kommunens login"
issuer = "https://login.example/a/v2.0"
klient_id = "raskvej"
hemmelighed_fil = "oidc"
medarbejdernummer = "employee_number"
roller = "roles"
[udbyder.rolle]
"Raskvej HR" = "hr"
"#;

    fn attempt(text: &str) -> Result<Vec<LoginSettings>, LoginSettingsError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("login.toml"), text).unwrap();
        std::fs::write(folder.path().join("oidc"), "hemmeligt kodeord\n").unwrap();
        let credentials = folder.path().display().to_string();
        read(Path::new("login.toml"), |name| match name {
            CREDENTIALS => Some(credentials.clone()),
            "SECRET" => Some("hemmeligt kodeord".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn a_provider_is_read_and_its_secret_is_not_printed() {
        let by_variable = WHOLE.replace("hemmelighed_fil = \"oidc\"", "hemmelighed_variabel = \"SECRET\"");
        for text in [WHOLE, &by_variable] {
            let all = attempt(text).unwrap();
            assert_eq!((all[0].code.as_str(), all[0].secret.secret().as_str()), ("kommunen", "hemmeligt kodeord"));
            assert_eq!(all[0].claims.given["Raskvej HR"], Rolle::Hr);
            assert!(!format!("{all:?}").contains("hemmeligt"));
        }
        let local = WHOLE.replace("https://login.example/a/v2.0", "http://127.0.0.1:9400");
        assert!(attempt(&local).is_ok());
        let two = format!("{WHOLE}{}", WHOLE.replace("\"kommunen\"", "\"region\""));
        assert_eq!(attempt(&two).unwrap().len(), 2);
    }

    /// What is no credential is a file like any other, by its path or from where the service runs.
    #[test]
    fn a_name_is_a_credential_where_there_is_one() {
        let folder = tempfile::tempdir().unwrap();
        let credential = folder.path().join("login.toml");
        std::fs::write(&credential, "").unwrap();
        let with = |name: &str| (name == CREDENTIALS).then(|| folder.path().display().to_string());
        let without = |_: &str| None;
        assert_eq!(credential_or(Path::new("login.toml"), &with), credential);
        for file in ["andet.toml", "/etc/raskvej/login.toml"] {
            assert_eq!(credential_or(Path::new(file), &with), Path::new(file));
        }
        assert_eq!(credential_or(Path::new("login.toml"), &without), Path::new("login.toml"));
    }

    #[test]
    fn what_is_wrong_or_unknown_names_itself_and_no_secret() {
        for (from, to, names) in [
            ("kode = \"kommunen\"", "kode = \"Min udbyder\"", "kode:"),
            ("kode = \"kommunen\"", "kode = \"rolle\"", "kode:"),
            ("https://login.example", "http://login.example", "issuer:"),
            ("https://login.example", "login.example", "issuer:"),
            ("klient_id = \"raskvej\"", "klient_id = \"\"", "klient_id:"),
            ("\"oidc\"", "\"findes-ikke\"", "hemmelighed_fil:"),
            ("hemmelighed_fil = \"oidc\"", "hemmelighed_variabel = \"INTET\"", "INTET er ikke sat"),
            ("hemmelighed_fil = \"oidc\"", "", "enten hemmelighed_fil eller"),
            ("\"employee_number\"", "\"email\"", "medarbejdernummer:"),
            ("roller = \"roles\"", "", "roller:"),
            ("\"Raskvej HR\" = \"hr\"", "", "[udbyder.rolle]"),
            ("= \"hr\"", "= \"chef\"", "en af leder, hr,"),
            ("klient_id", "hemmelighed = \"hemmeligt\"\nklient_id", "unknown field `hemmelighed`"),
        ] {
            assert!(WHOLE.contains(from));
            let error = attempt(&WHOLE.replacen(from, to, 1)).unwrap_err().to_string();
            assert!(error.contains(names) && !error.contains("hemmeligt"), "{to}: {error}");
        }
        let twice = attempt(&format!("{WHOLE}{WHOLE}")).unwrap_err().to_string();
        assert!(twice.contains("udbyder kommunen: kode:"), "{twice}");
    }
}
