//! The steps of `cargo xtask test`: what each does, and how long it took.

use std::env;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::release::Release;
use crate::run::{cargo, run};
use crate::{fuzz, installer, snapshots};

/// A step, in the order they run: the cheap ones that fail most often come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Step {
    /// Install what the other steps need
    Tools,
    /// Formatting
    Fmt,
    /// Unused dependencies
    Machete,
    /// Licences, banned crates, sources; advisories when RASKVEJ_ADVISORIES=1
    Deny,
    /// Lints, every warning an error
    Clippy,
    /// The quick tests, as `cargo test` runs them, and no snapshot that no test knows
    Quick,
    /// The slow tests of the same crates, and those that need Python or a small disk; with aiosmtpd as mail server
    Slow,
    /// The release binary, built while the tests run
    Build,
    /// The system from outside: the release binary, aiosmtpd, signals, the shipped unit
    System,
    /// Every page in a browser, and what people do there: Chromium, and axe-core for who cannot see it
    Browser,
    /// API documentation without warnings
    Doc,
    /// Input that libFuzzer makes up, some seconds for each target of tests/fuzz
    Fuzz,
}

/// The tests of the system from outside. All crates but yardstick, so that dependencies are built with the features they have
/// in the steps before.
pub(crate) const FROM_OUTSIDE: [&str; 5] = ["test", "--locked", "--workspace", "--exclude", "yardstick"];

enum Outcome {
    Ok,
    Failed,
    NotRun,
}

impl Step {
    /// What is run where nobody chooses.
    pub(crate) const ALL: [Self; 12] = [
        Self::Tools,
        Self::Fmt,
        Self::Machete,
        Self::Deny,
        Self::Clippy,
        Self::Quick,
        Self::Slow,
        Self::Build,
        Self::System,
        Self::Browser,
        Self::Doc,
        Self::Fuzz,
    ];

    fn name(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What it does, in a line: the comment at the variant.
    fn purpose(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        help.unwrap_or_default()
    }

    /// What the step runs, besides installing, building the release, looking at snapshots and fuzzing.
    fn commands(self, large: bool) -> Vec<Command> {
        match self {
            Self::Tools | Self::Build | Self::Fuzz => Vec::new(),
            Self::Fmt => vec![cargo(&["fmt", "--all", "--check"])],
            Self::Machete => vec![cargo(&["machete"])],
            // Offline asks for every platform's crates to be there, so they are fetched first.
            Self::Deny if advisories() => vec![cargo(&["fetch", "--locked"]), cargo(&["deny", "--locked", "check"])],
            Self::Deny => {
                let check = ["deny", "--locked", "--offline", "check", "licenses", "bans", "sources"];
                vec![cargo(&["fetch", "--locked"]), cargo(&check)]
            }
            Self::Clippy => {
                vec![cargo(&["clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"])]
            }
            Self::Quick => vec![snapshots::checked(cargo(&["test", "--locked", "--no-fail-fast"]))],
            Self::Slow => vec![full(cargo(&["test", "--locked", "--no-fail-fast", "--", "--ignored"]), large)],
            Self::System => {
                let system = [&FROM_OUTSIDE[..], &["--test", "system", "--test", "load"]].concat();
                vec![full(cargo(&system), large), cargo(&["test", "--locked", "-p", "xtask"])]
            }
            Self::Browser => vec![cargo(&[&FROM_OUTSIDE[..], &["--test", "browser"]].concat())],
            Self::Doc => {
                let mut doc = cargo(&["doc", "--workspace", "--no-deps", "--locked"]);
                doc.env("RUSTDOCFLAGS", "-D warnings");
                vec![doc]
            }
        }
    }

    fn run(self, large: bool) -> Result<(), String> {
        self.commands(large).into_iter().try_for_each(run)?;
        if self == Self::Quick { snapshots::none_unseen() } else { Ok(()) }
    }
}

/// With somebody else's mail server, and on demand with the large counts.
fn full(mut command: Command, large: bool) -> Command {
    command.env("RASKVEJ_MAILSERVER", "aiosmtpd");
    if large {
        command.env("RASKVEJ_STOR", "1");
    }
    command
}

/// Runs the chosen steps in their order until one fails, and sums up.
pub(crate) fn all(chosen: &[Step], large: bool) -> ExitCode {
    // Whoever asks for one step wants what it needs, too.
    let mut plan = chosen.to_vec();
    plan.push(Step::Tools);
    if plan.contains(&Step::System) || plan.contains(&Step::Browser) {
        plan.push(Step::Build);
    }
    plan.sort_unstable();
    plan.dedup();

    let mut account: Vec<(Step, Outcome, Duration)> = Vec::new();
    let mut release = None;
    let mut going_well = true;
    for (n, step) in plan.iter().copied().enumerate() {
        if !going_well {
            account.push((step, Outcome::NotRun, Duration::ZERO));
            continue;
        }
        println!("\n==> [{}/{}] {}: {}", n + 1, plan.len(), step.name(), step.purpose());
        let start = Instant::now();
        let result = one(step, chosen, &plan, large, &mut release);
        let time = start.elapsed();
        if let Err(reason) = &result {
            println!("    {reason}");
            going_well = false;
        }
        println!("    {} in {:.1} s", if going_well { "ok" } else { "FAILED" }, time.as_secs_f64());
        account.push((step, if going_well { Outcome::Ok } else { Outcome::Failed }, time));
    }
    sum_up(&account, large);
    if going_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// One step. The release build begins with the first tests, and is waited for where it is needed.
fn one(step: Step, chosen: &[Step], plan: &[Step], large: bool, release: &mut Option<Release>) -> Result<(), String> {
    if release.is_none() && plan.contains(&Step::Build) && matches!(step, Step::Quick | Step::Slow | Step::Build) {
        *release = Some(Release::start()?);
    }
    match step {
        // Asked for by name, the tools are all of them: a machine is being prepared.
        Step::Tools if chosen.contains(&Step::Tools) => install(&Step::ALL),
        Step::Tools => install(plan),
        Step::Build => release.take().map_or(Ok(()), Release::finish),
        Step::Fuzz => fuzz::briefly(),
        _ => step.run(large),
    }
}

/// Makes sure that everything the planned steps need is there.
fn install(plan: &[Step]) -> Result<(), String> {
    if plan.contains(&Step::Slow) || plan.contains(&Step::System) {
        installer::aiosmtpd()?;
    }
    if plan.contains(&Step::System) {
        installer::systemd()?;
        installer::venv()?;
        installer::schemathesis()?;
    }
    if plan.contains(&Step::Browser) {
        installer::chromium()?;
        installer::axe()?;
    }
    if plan.contains(&Step::Deny) {
        installer::tool("deny", "0.20.2", "checks licences and sources")?;
    }
    if plan.contains(&Step::Fuzz) {
        fuzz::install()?;
    }
    if plan.contains(&Step::Machete) {
        installer::tool("machete", "0.9.2", "finds unused dependencies")?;
    }
    Ok(())
}

fn sum_up(account: &[(Step, Outcome, Duration)], large: bool) {
    println!("\n{:<10} {:<8} {:>9}", "step", "result", "seconds");
    for (step, outcome, time) in account {
        let outcome = match outcome {
            Outcome::Ok => "ok",
            Outcome::Failed => "FAILED",
            Outcome::NotRun => "not run",
        };
        println!("{:<10} {outcome:<8} {:>9.1}", step.name(), time.as_secs_f64());
    }
    let total: Duration = account.iter().map(|(_, _, time)| *time).sum();
    println!("{:<10} {:<8} {:>9.1}", "total", "", total.as_secs_f64());
    if account.iter().any(|(step, _, _)| *step == Step::Deny) && !advisories() {
        println!(
            "Left out: the advisory database, which must be fetched from a code host. RASKVEJ_ADVISORIES=1 includes it."
        );
    }
    if account.iter().any(|(step, _, _)| *step == Step::System) && !large {
        println!("Left out: the large counts. --stor includes them.");
    }
}

fn advisories() -> bool {
    env::var_os("RASKVEJ_ADVISORIES").is_some_and(|v| v == "1")
}
