//! The project's own commands: `cargo xtask test`, `check`, `bless`, `data`, `bench`, `fuzz`, `pictures`, `repeatable`.
#![expect(clippy::print_stdout, reason = "a command of the terminal talks on stdout")]

mod bench;
mod data;
mod fuzz;
mod installer;
mod licences;
mod pictures;
mod release;
mod repeatable;
mod run;
mod snapshots;
mod steps;

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::{Parser, Subcommand};

use steps::Step;

/// The project's own commands.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask", arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: CliCommand,
}

#[derive(Subcommand)]
enum CliCommand {
    /// Install what the tests need, then run every test and check there is
    Test {
        /// Run the large counts too (sets RASKVEJ_STOR=1)
        #[arg(long)]
        #[arg(id = "stor", long = "stor")]
        large: bool,
        /// Run only this step; may be given more than once
        #[arg(long, value_name = "NAME")]
        #[arg(id = "kun", long = "kun")]
        only: Vec<Step>,
    },
    /// What a commit must pass: fmt, machete, clippy, the quick tests
    Check,
    /// Take every snapshot as it is now, and show what changed
    Bless,
    /// Write a synthetic workplace as medarbejdere.csv and fravaer.csv; the same arguments give the same bytes
    Data(Data),
    /// Measure, on the release build: the log and HTTP against what they are held against, and how everything grows
    Bench(bench::Choices),
    /// Take the pictures of the README as the pages are now; what they were stands beside them in target/pictures
    Pictures,
    /// Write down name, version and licence of every crate in the program, for its page
    Licences,
    /// Build the release binary twice, in two empty folders, and compare: by hand, twenty minutes
    Repeatable,
    /// Let libFuzzer make up what strangers, payroll systems and disks hand over
    Fuzz(fuzz::Choices),
}

#[derive(clap::Args)]
struct Data {
    /// Folder to write into; it is made when it is not there
    #[arg(long, value_name = "DIR")]
    #[arg(id = "ud", long = "ud")]
    out: PathBuf,
    /// Number of employees
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(8..=500_000))]
    medarbejdere: u32,
    /// Years of absence before the last day
    #[arg(long, value_name = "M", value_parser = clap::value_parser!(u32).range(1..=50))]
    aar: u32,
    /// Seed
    #[arg(long, value_name = "S")]
    #[arg(id = "froe", long = "froe")]
    seed: u64,
    /// The last day, YYYY-MM-DD
    #[arg(long, value_name = "DATE")]
    til: NaiveDate,
}

fn main() -> ExitCode {
    match Arguments::parse().command {
        CliCommand::Test { large, only } => {
            let chosen_ones = if only.is_empty() { Step::ALL.to_vec() } else { only };
            steps::all(&chosen_ones, large)
        }
        CliCommand::Check => steps::all(&[Step::Fmt, Step::Machete, Step::Clippy, Step::Quick], false),
        CliCommand::Bless => told(snapshots::bless()),
        CliCommand::Data(choices) => write_data(&choices),
        CliCommand::Bench(choices) => bench::perform(&choices),
        CliCommand::Pictures => told(pictures::take()),
        CliCommand::Licences => told(licences::write()),
        CliCommand::Repeatable => told(repeatable::perform()),
        CliCommand::Fuzz(choices) => told(fuzz::perform(&choices)),
    }
}

fn told(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("{reason}");
            ExitCode::FAILURE
        }
    }
}

fn write_data(choices: &Data) -> ExitCode {
    let omfang =
        data::Omfang { medarbejdere: choices.medarbejdere, aar: choices.aar, seed: choices.seed, til: choices.til };
    let arbejdsplads = data::Arbejdsplads::dan(&omfang);
    match arbejdsplads.write(&choices.out) {
        Ok(()) => {
            let (count, fravaer) = (arbejdsplads.medarbejdere.len(), arbejdsplads.fravaer.len());
            println!("{count} employees and {fravaer} absences written to {}", choices.out.display());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("cannot write to {}: {error}", choices.out.display());
            ExitCode::FAILURE
        }
    }
}
