//! `cargo xtask bench`: every measurement there is, on the release build, with real processes.

mod growth;

use std::process::ExitCode;

use crate::installer;
use crate::run::{cargo, run};

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Valg {
    /// Short rounds: to see that it runs, not what it measures
    #[arg(long)]
    hurtig: bool,
    /// How start, rebuild, memory and disk grow with the history, too: 100 thousand and 1 million events
    #[arg(long)]
    vaekst: bool,
    /// With --vaekst: 10 million events as well (some ten gigabytes of disk)
    #[arg(long, requires = "vaekst")]
    stor: bool,
    /// Only --vaekst, not the log and HTTP
    #[arg(long, requires = "vaekst")]
    kun_vaekst: bool,
}

/// Installs PostgreSQL where it is missing, builds, measures, prints the tables.
pub(crate) fn koer(valg: &Valg) -> ExitCode {
    match maal(valg) {
        Ok(()) => ExitCode::SUCCESS,
        Err(grund) => {
            eprintln!("{grund}");
            ExitCode::FAILURE
        }
    }
}

fn maal(valg: &Valg) -> Result<(), String> {
    run(cargo(&["build", "--release", "--locked", "-p", "raskvej"]))?;
    if !valg.kun_vaekst {
        if let Err(grund) = installer::postgresql() {
            println!("    {grund}");
        }
        for navn in ["log", "http"] {
            println!("\n## {navn}\n");
            let hurtig: &[&str] = if valg.hurtig { &["--", "--hurtig"] } else { &[] };
            run(cargo(&[&["bench", "--locked", "-p", "yardstick", "--bench", navn], hurtig].concat()))?;
        }
    }
    if valg.vaekst {
        println!("\n## growth\n");
        let stoerrelser: &[u64] = match valg {
            Valg { hurtig: true, .. } => &[20_000, 100_000],
            Valg { stor: true, .. } => &[100_000, 1_000_000, 10_000_000],
            _ => &[100_000, 1_000_000],
        };
        growth::maal(stoerrelser)?;
    }
    Ok(())
}
