//! `token` and its flags.

use chrono::NaiveDate;
use clap::{Args, Subcommand};
use forloeb::words::Rolle;

use super::{Data, TEMPLATE, Told};
use crate::dates;

/// `token`
#[derive(Debug, Subcommand)]
pub enum Token {
    /// Lav en adgangsnøgle og vis den én gang
    #[command(help_template = TEMPLATE)]
    Create(TokenCreate),
    /// Vis alle adgangsnøgler: id, rolle, hvis de er, udløb og seneste brug
    #[command(help_template = TEMPLATE)]
    List {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Form.
        #[command(flatten)]
        told: Told,
    },
    /// Kald en adgangsnøgle tilbage: den virker ikke mere
    #[command(help_template = TEMPLATE)]
    Revoke {
        /// Nøglens id, som token list viser det
        #[arg(value_name = "ID")]
        id: String,
        /// Which folder.
        #[command(flatten)]
        data: Data,
    },
}

/// `token create`
#[derive(Debug, Args)]
pub struct TokenCreate {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// leder, hr, revisor, kontaktperson, koordinator, medarbejder, drift eller system
    #[arg(long, value_name = "ROLLE", value_parser = rolle)]
    pub rolle: Rolle,
    /// Medarbejdernummer; skal med for leder, kontaktperson, koordinator og medarbejder
    #[arg(long, value_name = "NR")]
    pub medarbejder: Option<String>,
    /// Kontoret eller systemet, der skal bruge den, aldrig en persons navn; hr, revisor og drift skal have det eller
    /// et nummer, system skal have det
    #[arg(long, value_name = "TEKST")]
    pub navn: Option<String>,
    /// Sidste dag, den virker, højst tre år frem [standard: 90 dage for en persons, 365 for andre]
    #[arg(long, value_name = "DATO", value_parser = dates::day)]
    pub udloeber: Option<NaiveDate>,
}

fn rolle(tekst: &str) -> Result<Rolle, String> {
    let codes = || Rolle::ALL.iter().map(|r| r.code()).collect::<Vec<_>>().join(", ");
    Rolle::from_code(tekst).ok_or_else(|| format!("skal være en af {}", codes()))
}
