//! The flags of the commands about proof: `verify` and `seal`.

use std::path::PathBuf;

use clap::Args;
use mail::https::WebAddress;

use super::{Data, Told};
use crate::checkpoint::PublicKey;

/// `verify`
#[derive(Debug, Args)]
pub struct Verify {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Et bundt i stedet for en datamappe
    #[arg(long, value_name = "FIL", conflicts_with = "mappe")]
    pub bundle: Option<PathBuf>,
    /// En tjeneste, der kører, ved dens adresse: spørges med adgangsnøglen i RASKVEJ_TOKEN, som skal være en revisors
    #[arg(long, value_name = "ADRESSE", value_parser = WebAddress::read, conflicts_with_all = ["mappe", "bundle"])]
    #[arg(id = "tjeneste", long = "tjeneste")]
    pub service: Option<WebAddress>,
    /// Filen, som adgangsnøglen står i; ellers RASKVEJ_TOKEN
    #[arg(long, value_name = "FIL", requires = "tjeneste", conflicts_with_all = ["mappe", "bundle"])]
    #[arg(id = "token_fil", long = "token-fil")]
    pub token_file: Option<PathBuf>,
    /// Et segl, som nogen har gemt: loggen skal fortsætte det, uændret. Kan gives flere gange
    #[arg(long = "seal", value_name = "FIL")]
    pub seals: Vec<PathBuf>,
    /// Den offentlige nøgle, som bundtet og seglene skal være underskrevet med
    #[arg(long, value_name = "NOEGLE", value_parser = public_key)]
    #[arg(id = "noegle", long = "noegle")]
    pub key: Option<PublicKey>,
    /// Form.
    #[command(flatten)]
    pub told: Told,
}

/// `seal`
#[derive(Debug, Args)]
pub struct Seal {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Filen, seglet skrives i; ellers vises det
    #[arg(long, value_name = "FIL")]
    pub out: Option<PathBuf>,
    /// Erstat filen, hvis den findes
    #[arg(long, requires = "out")]
    #[arg(id = "overskriv", long = "overskriv")]
    pub overwrite: bool,
    /// Send seglet til denne adresse
    #[arg(long, value_name = "ADRESSE")]
    pub mail: Option<lettre::Address>,
    /// Vis kun den offentlige nøgle, som revisor skal have noteret
    #[arg(long, conflicts_with_all = ["out", "mail"])]
    #[arg(id = "noegle", long = "noegle")]
    pub only_key: bool,
}

fn public_key(text: &str) -> Result<PublicKey, String> {
    PublicKey::read(text).ok_or_else(|| "skal være nøglen, som raskvej seal --noegle viser den".to_owned())
}
