//! `mail` and its flags.

use clap::Subcommand;

use super::TEMPLATE;

/// `mail`
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Send én mail, så det kan ses, at den kommer frem
    #[command(name = "test", help_template = TEMPLATE)]
    Test {
        /// Hvem der får den
        #[arg(long, value_name = "ADRESSE")]
        til: lettre::Address,
    },
}
