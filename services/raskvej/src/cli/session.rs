//! `session`

use clap::{Args, Subcommand};

use super::{Data, TEMPLATE, Told};
use crate::terminal::session::{Meant, SessionRequest};

/// `session`
#[derive(Debug, Subcommand)]
pub enum Session {
    /// Vis, hvem der er logget ind: rolle, medarbejdernummer og tider
    #[command(help_template = TEMPLATE)]
    List {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Form.
        #[command(flatten)]
        told: Told,
    },
    /// Log nogen ud
    #[command(help_template = TEMPLATE)]
    End(SessionEnd),
    /// Glem, hvilket login der hører til et medarbejdernummer: det næste, der kommer med det, gør
    #[command(help_template = TEMPLATE)]
    Forget {
        /// Which folder.
        #[command(flatten)]
        data: Data,
        /// Medarbejdernummer
        #[arg(long, value_name = "NR")]
        medarbejder: String,
    },
}

/// `session end`
#[derive(Debug, Args)]
#[group(id = "hvem", required = true, multiple = false, args = ["medarbejder", "session", "alle"])]
pub struct SessionEnd {
    /// Which folder.
    #[command(flatten)]
    pub data: Data,
    /// Alle en medarbejders
    #[arg(long, value_name = "NR")]
    pub medarbejder: Option<String>,
    /// Kun den, der har dette navn i session list
    #[arg(id = "session", long = "session", value_name = "NAVN")]
    pub name: Option<String>,
    /// Alles
    #[arg(id = "alle", long = "alle")]
    pub all: bool,
}

impl Session {
    pub(super) fn data_mut(&mut self) -> &mut Data {
        match self {
            Self::List { data, .. } | Self::Forget { data, .. } => data,
            Self::End(end) => &mut end.data,
        }
    }

    /// The folder, and what is asked for.
    #[must_use]
    pub fn asked(self) -> (Data, SessionRequest) {
        match self {
            Self::List { data, told } => (data, SessionRequest::List { format: told.format }),
            Self::Forget { data, medarbejder } => (data, SessionRequest::Forget { medarbejder }),
            Self::End(SessionEnd { data, medarbejder, name, all: _ }) => {
                let one = medarbejder.map(Meant::Medarbejder).or(name.map(Meant::Name));
                (data, SessionRequest::End(one.unwrap_or(Meant::All)))
            }
        }
    }
}
