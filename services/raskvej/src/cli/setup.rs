//! The flags of `setup`.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use mail::https::WebAddress;

use super::Data;
use crate::settings;

/// `setup`
#[derive(Debug, Args)]
pub struct NewWorkplace {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Mappen til hovednøglen og indstillingerne; aldrig datamappen [standard: datamappens navn med -opsaetning]
    #[arg(long, value_name = "MAPPE")]
    #[arg(id = "opsaetning", long = "opsaetning")]
    pub beside: Option<PathBuf>,
    /// Adresse, tjenesten lytter på [standard: 127.0.0.1:8080]
    #[arg(long, value_name = "ADRESSE")]
    pub listen: Option<SocketAddr>,
    /// Adresse, folk når siderne på [standard: den, tjenesten lytter på]
    #[arg(long, value_name = "ADRESSE", value_parser = settings::base_url)]
    #[arg(id = "base_url", long = "base-url")]
    pub base_url: Option<String>,
    /// Udbyderen, som folk logger ind hos (OpenID Connect), præcis som den selv skriver sin adresse
    #[arg(long, value_name = "ADRESSE", value_parser = issuer)]
    pub issuer: Option<String>,
    /// Tjenestens navn hos udbyderen
    #[arg(long, value_name = "NAVN", requires = "issuer", default_value = "raskvej", hide_default_value = true)]
    #[arg(id = "klient_id", long = "klient-id")]
    pub client_id: String,
}

/// As it was written, to the letter.
fn issuer(text: &str) -> Result<String, &'static str> {
    WebAddress::read(text).map(|_| text.to_owned())
}
