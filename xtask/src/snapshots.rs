//! Snapshots: pages, mails and the OpenAPI document as they were when somebody last read and accepted them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::run::{cargo, root, run};

/// Where the tests write which snapshots they looked at.
const SEEN: &str = "target/snapshots-seen";

/// Tests that accept no new snapshot, and leave word of those they looked at.
pub(crate) fn checked(command: Command) -> Command {
    telling(command, "no")
}

/// Runs the quick tests with every snapshot taken as it is now, takes away those that no test looks at, and shows what changed.
pub(crate) fn bless() -> Result<(), String> {
    run(telling(cargo(&["test"]), "always"))?;
    for path in unseen()? {
        println!("    no test looks at {}: taken away", path.display());
        fs::remove_file(root().join(path)).map_err(|error| error.to_string())?;
    }
    let mut diff = Command::new("git");
    diff.args(["--no-pager", "diff", "--stat", "--", "*.snap"]).current_dir(root());
    run(diff)?;
    println!("Read every line of `git diff -- '*.snap'` before you commit it.");
    Ok(())
}

/// Refuses snapshots that no test looked at in the run before.
pub(crate) fn none_unseen() -> Result<(), String> {
    let unseen = unseen()?;
    if unseen.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = unseen.iter().map(|path| path.display().to_string()).collect();
    Err(format!("no test looks at {}: `cargo xtask bless` takes them away", names.join(", ")))
}

fn telling(mut command: Command, update: &str) -> Command {
    let seen = root().join(SEEN);
    let _not_there_yet = fs::remove_file(&seen);
    let seen = std::path::absolute(&seen).unwrap_or(seen);
    command.env("INSTA_UPDATE", update).env("INSTA_SNAPSHOT_REFERENCES_FILE", seen);
    command
}

fn unseen() -> Result<Vec<PathBuf>, String> {
    let root = fs::canonicalize(root()).map_err(|error| error.to_string())?;
    let seen = fs::read_to_string(root.join(SEEN)).unwrap_or_default();
    let seen: BTreeSet<PathBuf> = seen.lines().filter_map(|line| fs::canonicalize(line).ok()).collect();
    let mut all = Vec::new();
    for folder in ["libs", "services"] {
        collect(&root.join(folder), &mut all).map_err(|error| error.to_string())?;
    }
    let unseen = all.into_iter().filter(|path| !seen.contains(path));
    Ok(unseen.filter_map(|path| path.strip_prefix(&root).map(Path::to_owned).ok()).collect())
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|kind| kind == "snap") {
            found.push(path);
        }
    }
    Ok(())
}
