//! The commands about personal data: keys, erasure, how long things are kept, insight.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use forloeb::words::Sletningsgrund;

use super::{Data, TEMPLATE, Told};
use crate::terminal::Format;

/// `noegle`
#[derive(Debug, Subcommand)]
pub enum Key {
    /// Pak personernes nøgler med en ny hovednøgle
    #[command(name = "roter")]
    #[command(help_template = TEMPLATE)]
    Rotate(KeyRotate),
}

/// `noegle roter`
#[derive(Debug, Args)]
pub struct KeyRotate {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Fil med den nye hovednøgle, som openssl rand -base64 32 skriver den
    #[arg(long, value_name = "FIL")]
    #[arg(id = "ny", long = "ny")]
    pub new: PathBuf,
}

/// `erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Medarbejdernummer
    #[arg(long, value_name = "NR")]
    pub medarbejder: String,
    /// opbevaring_udloebet, anmodning, indsigelse, fejlregistrering, paabud eller andet [standard: andet]
    #[arg(long, value_name = "GRUND", value_parser = sletningsgrund)]
    pub grund: Option<Sletningsgrund>,
    /// Hvorfor, med ord; skal med, når grunden er andet. Bliver stående i loggen, så skriv intet om personen
    #[arg(long, value_name = "TEKST")]
    pub aarsag: Option<String>,
    /// Skriv attesten i denne fil; ellers vises den
    #[arg(long, value_name = "FIL")]
    #[arg(id = "attest", long = "attest")]
    pub certificate: Option<PathBuf>,
    /// Slet, selv om et forløb er åbent
    #[arg(long)]
    #[arg(id = "ogsaa_aabent_forloeb", long = "ogsaa-aabent-forloeb")]
    pub also_open: bool,
    /// Slet, selv om der er refusion, som kan anmodes om endnu
    #[arg(long)]
    #[arg(id = "ogsaa_refusion", long = "ogsaa-refusion")]
    pub also_refusion: bool,
    /// Slet, selv om personen er ansat
    #[arg(long)]
    #[arg(id = "ogsaa_ansat", long = "ogsaa-ansat")]
    pub also_employed: bool,
    /// Slet, selv om tekst om andre, der stod med samme personnummer ved en fejl, går tabt
    #[arg(long)]
    #[arg(id = "ogsaa_andres", long = "ogsaa-andres")]
    pub also_others: bool,
    /// Vis, hvad der ville blive slettet, og hvad der taler imod; sletter intet
    #[arg(long, conflicts_with_all = ["grund", "aarsag", "attest"])]
    #[arg(id = "proeve", long = "proeve")]
    pub on_trial: bool,
}

/// `retention`
#[derive(Debug, Args)]
pub struct Retention {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Slet dem, der vises; hver med en attest
    #[arg(long)]
    #[arg(id = "udfoer", long = "udfoer")]
    pub carry_out: bool,
    /// Sæt sletningsstop på en medarbejder: intet slettes, før det er ophævet
    #[arg(long, value_name = "NR", conflicts_with_all = ["udfoer", "ophaev_stop"], requires = "aarsag")]
    #[arg(id = "stop", long = "stop")]
    pub stop: Option<String>,
    /// Ophæv et sletningsstop
    #[arg(long, value_name = "NR", conflicts_with = "udfoer", requires = "aarsag")]
    #[arg(id = "ophaev_stop", long = "ophaev-stop")]
    pub lift: Option<String>,
    /// Hvorfor stoppet sættes eller ophæves; bliver stående i loggen, så skriv intet om personen
    #[arg(long, value_name = "TEKST")]
    pub aarsag: Option<String>,
    /// Form.
    #[command(flatten)]
    pub told: Told,
}

/// `indsigt`
#[derive(Debug, Args)]
pub struct Insight {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Medarbejdernummer
    #[arg(long, value_name = "NR")]
    pub medarbejder: String,
    /// Filen, der skrives; den rummer alt om personen
    #[arg(long, value_name = "FIL")]
    pub out: PathBuf,
    /// Hvad indsigten tages for, fx hvornår personen bad om den; noteres som opslag
    #[arg(long, value_name = "TEKST")]
    pub formaal: Option<String>,
    /// text eller json
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t = Format::Text, hide_default_value = true, hide_possible_values = true)]
    pub format: Format,
}

fn sletningsgrund(tekst: &str) -> Result<Sletningsgrund, String> {
    Sletningsgrund::from_code(tekst).ok_or_else(|| {
        let all: Vec<_> = Sletningsgrund::ALL.iter().map(|grund| grund.code()).collect();
        format!("skal være en af {}", all.join(", "))
    })
}
