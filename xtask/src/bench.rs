//! `cargo xtask bench`: every measurement there is, on the release build, with real processes.

mod growth;

use std::process::ExitCode;

use crate::installer;
use crate::run::{cargo, run};

/// What is measured.
#[derive(clap::Args)]
pub(crate) struct Choices {
    /// Short rounds: to see that it runs, not what it measures
    #[arg(long)]
    #[arg(id = "hurtig", long = "hurtig")]
    quick: bool,
    /// How start, rebuild, memory and disk grow with the history, too: 100 thousand and 1 million events
    #[arg(long)]
    #[arg(id = "vaekst", long = "vaekst")]
    growth: bool,
    /// With --vaekst: 10 million events as well (some ten gigabytes of disk)
    #[arg(long, requires = "vaekst")]
    #[arg(id = "stor", long = "stor")]
    large: bool,
    /// Only --vaekst, not the log, HTTP and the pages
    #[arg(long, requires = "vaekst")]
    #[arg(id = "kun_vaekst", long = "kun-vaekst")]
    only_growth: bool,
}

/// Installs PostgreSQL where it is missing, builds, measures, prints the tables.
pub(crate) fn perform(choices: &Choices) -> ExitCode {
    match measure(choices) {
        Ok(()) => ExitCode::SUCCESS,
        Err(grund) => {
            eprintln!("{grund}");
            ExitCode::FAILURE
        }
    }
}

fn measure(choices: &Choices) -> Result<(), String> {
    run(cargo(&["build", "--release", "--locked", "-p", "raskvej"]))?;
    if !choices.only_growth {
        if let Err(grund) = installer::postgresql() {
            println!("    {grund}");
        }
        for name in ["log", "http", "pages"] {
            println!("\n## {name}\n");
            let quick: &[&str] = if choices.quick { &["--", "--hurtig"] } else { &[] };
            run(cargo(&[&["bench", "--locked", "-p", "yardstick", "--bench", name], quick].concat()))?;
        }
    }
    if choices.growth {
        println!("\n## growth\n");
        let sizes: &[u64] = match choices {
            Choices { quick: true, .. } => &[20_000, 100_000],
            Choices { large: true, .. } => &[100_000, 1_000_000, 10_000_000],
            _ => &[100_000, 1_000_000],
        };
        growth::measure(sizes)?;
    }
    Ok(())
}
