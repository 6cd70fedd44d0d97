//! The steps of `cargo xtask test`, one after the other, with what each took.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use clap::ValueEnum;

use crate::installer;

/// A step, in the order they run: the cheap ones that fail most often come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Trin {
    /// Install what the other steps need
    Tools,
    /// Formatting
    Fmt,
    /// Lints, every warning an error
    Clippy,
    /// The release binary, which the system tests drive
    Build,
    /// Unit, documentation and system tests
    Test,
    /// API documentation without warnings
    Doc,
    /// Licences, banned crates, sources; advisories when RASKVEJ_ADVISORIES=1
    Deny,
    /// Unused dependencies
    Machete,
}

enum Udfald {
    Ok,
    Fejlet,
    IkkeKoert,
}

impl Trin {
    /// All steps.
    pub(crate) const ALLE: [Self; 8] =
        [Self::Tools, Self::Fmt, Self::Clippy, Self::Build, Self::Test, Self::Doc, Self::Deny, Self::Machete];

    fn navn(self) -> String {
        self.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned())
    }

    /// What the step runs, besides installing.
    fn kommandoer(self) -> Vec<Vec<&'static str>> {
        let linje = match self {
            Self::Tools => return Vec::new(),
            Self::Fmt => "fmt --all --check",
            Self::Clippy => "clippy --workspace --all-targets --locked -- -D warnings",
            Self::Build => "build --release --locked",
            Self::Test => "test --workspace --locked",
            Self::Doc => "doc --workspace --no-deps --locked",
            // Offline asks for every platform's crates to be there, so they are fetched first.
            Self::Deny if advisories() => return ord(&["fetch --locked", "deny --locked check"]),
            Self::Deny => {
                return ord(&["fetch --locked", "deny --locked --offline check licenses bans sources"]);
            }
            Self::Machete => "machete",
        };
        ord(&[linje])
    }
}

fn ord(linjer: &[&'static str]) -> Vec<Vec<&'static str>> {
    linjer.iter().map(|linje| linje.split(' ').collect()).collect()
}

/// Runs the chosen steps in their order until one fails, and sums up.
pub(crate) fn koer(valgte: &[Trin], stor: bool) -> ExitCode {
    // Whoever asks for one step wants what it needs, too.
    let mut plan = valgte.to_vec();
    plan.push(Trin::Tools);
    if plan.contains(&Trin::Test) {
        plan.push(Trin::Build);
    }
    plan.sort_unstable();
    plan.dedup();

    let mut regnskab: Vec<(Trin, Udfald, Duration)> = Vec::new();
    let mut gaar_godt = true;
    for (nr, trin) in plan.iter().copied().enumerate() {
        if !gaar_godt {
            regnskab.push((trin, Udfald::IkkeKoert, Duration::ZERO));
            continue;
        }
        println!("\n==> [{}/{}] {}", nr + 1, plan.len(), trin.navn());
        let start = Instant::now();
        let resultat = match trin {
            // Asked for by name, the tools are all of them: a machine is being prepared.
            Trin::Tools if valgte.contains(&Trin::Tools) => installer::sikr(&Trin::ALLE),
            Trin::Tools => installer::sikr(&plan),
            _ => trin.kommandoer().iter().try_for_each(|k| cargo(k, trin, stor)),
        };
        let tid = start.elapsed();
        if let Err(grund) = &resultat {
            println!("    {grund}");
            gaar_godt = false;
        }
        println!("    {} in {:.1} s", if gaar_godt { "ok" } else { "FAILED" }, tid.as_secs_f64());
        regnskab.push((trin, if gaar_godt { Udfald::Ok } else { Udfald::Fejlet }, tid));
    }
    opsummer(&regnskab, stor);
    if gaar_godt { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn opsummer(regnskab: &[(Trin, Udfald, Duration)], stor: bool) {
    println!("\n{:<10} {:<8} {:>9}", "step", "result", "seconds");
    for (trin, udfald, tid) in regnskab {
        let udfald = match udfald {
            Udfald::Ok => "ok",
            Udfald::Fejlet => "FAILED",
            Udfald::IkkeKoert => "not run",
        };
        println!("{:<10} {udfald:<8} {:>9.1}", trin.navn(), tid.as_secs_f64());
    }
    let samlet: Duration = regnskab.iter().map(|(_, _, tid)| *tid).sum();
    println!("{:<10} {:<8} {:>9.1}", "total", "", samlet.as_secs_f64());
    if regnskab.iter().any(|(trin, _, _)| *trin == Trin::Deny) && !advisories() {
        println!(
            "Left out: the advisory database, which must be fetched from a code host. RASKVEJ_ADVISORIES=1 includes it."
        );
    }
    if regnskab.iter().any(|(trin, _, _)| *trin == Trin::Test) && !stor {
        println!("Left out: the large counts. --stor includes them.");
    }
}

fn cargo(argumenter: &[&str], trin: Trin, stor: bool) -> Result<(), String> {
    let mut kommando = cargo_kommando();
    kommando.args(argumenter);
    if trin == Trin::Doc {
        kommando.env("RUSTDOCFLAGS", "-D warnings");
    }
    if trin == Trin::Test && stor {
        kommando.env("RASKVEJ_STOR", "1");
    }
    udfoer(kommando)
}

/// This cargo, in the workspace's root.
pub(crate) fn cargo_kommando() -> Command {
    let mut kommando = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    kommando.current_dir(rod());
    // `cargo run` told us about this crate. Passed on, it would tell the next tool that it is this crate:
    // cargo-machete, for one, then takes its own name for a folder.
    for (navn, _) in env::vars_os() {
        let tekst = navn.to_string_lossy();
        if tekst.starts_with("CARGO_PKG_") || tekst.starts_with("CARGO_MANIFEST_") {
            kommando.env_remove(&navn);
        }
    }
    kommando
}

/// Says the command, runs it with its output on ours, and turns failure into a reason.
pub(crate) fn udfoer(mut kommando: Command) -> Result<(), String> {
    let program = Path::new(kommando.get_program()).file_name().unwrap_or(kommando.get_program());
    let linje = std::iter::once(program).chain(kommando.get_args()).map(|del| del.to_string_lossy().into_owned());
    let linje = linje.collect::<Vec<_>>().join(" ");
    println!("    $ {linje}");
    match kommando.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{linje}: {status}")),
        Err(fejl) => Err(format!("{linje}: {fejl}")),
    }
}

fn advisories() -> bool {
    env::var_os("RASKVEJ_ADVISORIES").is_some_and(|v| v == "1")
}

/// The workspace's root: above this crate when run by cargo, else where we stand.
pub(crate) fn rod() -> PathBuf {
    let her = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    her.and_then(|mappe| mappe.parent().map(Path::to_owned)).unwrap_or_else(|| PathBuf::from("."))
}
