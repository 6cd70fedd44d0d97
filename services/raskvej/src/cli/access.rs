//! The flags of `access`.

use clap::Subcommand;
use uuid::Uuid;

use super::{Data, TEMPLATE};

/// `access`
#[derive(Debug, Subcommand)]
pub enum Access {
    /// Vis, hvad en medarbejder må med et forløb i hver rolle, og hvorfor
    #[command(help_template = TEMPLATE)]
    Explain {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Medarbejdernummer på den, der spørges for
        #[arg(long, value_name = "NR")]
        medarbejder: String,
        /// Forløbets id
        #[arg(long, value_name = "ID")]
        forloeb: Uuid,
    },
    /// Skriv siden om, hvem der må se og gøre hvad
    #[command(help_template = TEMPLATE)]
    Table,
}
