//! `cargo xtask fuzz`: builds the targets of `tests/fuzz` and lets libFuzzer make up their input, one after the other.
//!
//! cargo-fuzz builds with the stable compiler, without sanitizers: what the targets find are panics, overflows, answers that
//! are wrong, and what takes too long or too much memory. Nothing here is `unsafe` that a sanitizer would watch. Built as for
//! development and without the code that no target reaches, so that the build is short enough for every run of all tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::installer;
use crate::run::{cargo, root, run};

/// Where the targets are.
const FOLDER: &str = "tests/fuzz";
/// Where what is built, found and learnt lies.
const BUILT: &str = "target/fuzz";

/// How many inputs a target is given in a run of the tests, which takes about three seconds.
const INPUTS: [(&str, u32); 9] = [
    ("checkpoint", 80_000),
    ("consistency", 100_000),
    ("cookie", 80_000),
    ("logout", 400_000),
    ("packed_segment", 40_000),
    ("payroll", 3_000),
    ("raw_segment", 1_200),
    ("token", 50_000),
    ("xlsx", 600),
];
/// And one that is new.
const INPUTS_OF_ANOTHER: u32 = 1_000;
/// Seconds after which a target is ended in a run of the tests, however many inputs are left.
const ENOUGH: u32 = 60;

/// Which targets, and for how long.
#[derive(clap::Args)]
pub(crate) struct Choices {
    /// Seconds for each target
    #[arg(long, value_name = "N", default_value_t = 60)]
    seconds: u32,
    /// Run only this target; may be given more than once
    #[arg(long, value_name = "NAME")]
    #[arg(id = "kun", long = "kun")]
    only: Vec<String>,
}

/// How long a target runs, and on what.
#[derive(Clone, Copy)]
enum Amount {
    /// So many seconds, on what it learnt before, and it learns.
    Seconds(u32),
    /// So many inputs from one seed, with nothing learnt before.
    Inputs(u32),
}

/// Builds them and runs each; what one finds does not keep the others from running.
pub(crate) fn perform(choices: &Choices) -> Result<(), String> {
    build_and_run(&choices.only, |_| Amount::Seconds(choices.seconds))
}

fn build_and_run(only: &[String], amount: impl Fn(&str) -> Amount) -> Result<(), String> {
    let all = targets().map_err(|error| format!("{FOLDER}: {error}"))?;
    if let Some(unknown) = only.iter().find(|name| !all.contains(name)) {
        return Err(format!("there is no target {unknown}: {}", all.join(", ")));
    }
    install()?;
    // The versions of the whole, and libFuzzer besides.
    fs::copy(root().join("Cargo.lock"), root().join(FOLDER).join("Cargo.lock"))
        .map_err(|error| format!("Cargo.lock: {error}"))?;
    let places = ["--fuzz-dir", FOLDER, "--target-dir", BUILT];
    let chosen: Vec<&String> = all.iter().filter(|name| only.is_empty() || only.contains(name)).collect();
    let how = ["fuzz", "build", "--dev", "--strip-dead-code", "--sanitizer", "none"];
    run(cargo(&[&how[..], &places].concat()))?;
    let built = built()?;
    let found: Vec<String> = chosen.iter().filter_map(|name| one(&built, name, amount(name)).err()).collect();
    if found.is_empty() { Ok(()) } else { Err(found.join("\n")) }
}

/// Every target, on as many inputs however fast the machine is, or as many as a minute has, from one seed: a change is not to
/// fail by chance for what was there before it. The hours of `cargo xtask fuzz` are for that. Two runs are not quite alike
/// even so, since what is reached steers what is tried next, and threads and hash maps are not the same twice.
pub(crate) fn briefly() -> Result<(), String> {
    build_and_run(&[], |name| {
        let known = INPUTS.iter().find(|(known, _)| *known == name);
        Amount::Inputs(known.map_or(INPUTS_OF_ANOTHER, |(_, inputs)| *inputs))
    })
}

/// What builds them.
pub(crate) fn install() -> Result<(), String> {
    installer::compiler()?;
    installer::tool("fuzz", "0.13.2", "lets libFuzzer make up input")
}

/// The names of the targets: one file each.
fn targets() -> std::io::Result<Vec<String>> {
    let files = fs::read_dir(root().join(FOLDER).join("targets"))?;
    let name = |file: fs::DirEntry| file.path().file_stem().map(|name| name.to_string_lossy().into_owned());
    let mut names: Vec<String> = files.filter_map(|file| file.map(name).transpose()).collect::<Result<_, _>>()?;
    names.sort();
    Ok(names)
}

/// The folder of the programs, which is named after the machine they were built for.
fn built() -> Result<PathBuf, String> {
    let told = Command::new("rustc").arg("-vV").output().map_err(|error| format!("rustc: {error}"))?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let host = told.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("rustc does not say where it is")?;
    Ok(root().join(BUILT).join(host).join("debug"))
}

/// Runs one target, on the seeds it writes for itself, and where it may learn, on what it learnt before.
fn one(built: &Path, name: &str, amount: Amount) -> Result<(), String> {
    let folder = root().join(BUILT).join("corpus").join(name);
    let (seconds, same, learns) = match amount {
        Amount::Seconds(seconds) => (seconds, None, "learnt"),
        Amount::Inputs(inputs) => (ENOUGH, Some([format!("-runs={inputs}"), "-seed=1".to_owned()]), "afresh"),
    };
    let [seeds, learnt, found] = ["seeds", learns, "found"].map(|part| folder.join(part));
    if same.is_some() && learnt.exists() {
        fs::remove_dir_all(&learnt).map_err(|error| format!("{}: {error}", learnt.display()))?;
    }
    for part in [&seeds, &learnt, &found] {
        fs::create_dir_all(part).map_err(|error| format!("{}: {error}", part.display()))?;
    }
    let mut command = Command::new(built.join(name));
    command.env("RASKVEJ_FUZZ_SEEDS", &seeds).current_dir(root());
    command.args([&format!("-max_total_time={seconds}"), "-rss_limit_mb=2048", "-timeout=20", "-max_len=16384"]);
    command.args(same.iter().flatten());
    command.args(["-print_final_stats=1", "-verbosity=0", &format!("-artifact_prefix={}/", found.display())]);
    command.args([&learnt, &seeds]);
    run(command).map_err(|reason| format!("{reason}: the input is in {}", found.display()))
}
