//! Whose programs the service is made of: name, version and licence of each crate in it, as its page `/licenser` shows them.

use std::collections::BTreeSet;
use std::fs;

use crate::run::{cargo, root};

/// The file that the program has in it.
const FILE: &str = "services/raskvej/assets/licenser.txt";

/// Writes the file as it is now.
pub(crate) fn write() -> Result<(), String> {
    let now = now()?;
    fs::write(root().join(FILE), &now).map_err(|error| format!("{FILE}: {error}"))?;
    println!("{} crates in {FILE}", now.lines().count());
    Ok(())
}

/// What is in the program, as Cargo knows it: without what only builds or tests it.
fn now() -> Result<String, String> {
    let mut tree = cargo(&["tree", "--package", "raskvej", "--edges", "normal", "--prefix", "none"]);
    // Of one kind of machine, whichever this is: the page is the same everywhere.
    tree.args(["--format", "{p}\t{l}", "--target", "x86_64-unknown-linux-gnu", "--locked", "--offline"]);
    let told = tree.output().map_err(|error| format!("cargo tree: {error}"))?;
    if !told.status.success() {
        return Err(format!("cargo tree: {}", String::from_utf8_lossy(&told.stderr)));
    }
    let lines: BTreeSet<String> = String::from_utf8_lossy(&told.stdout).lines().filter_map(line).collect();
    Ok(lines.into_iter().map(|line| line + "\n").collect())
}

/// A line of the file. Crates of our own have no licence of somebody else's.
fn line(told: &str) -> Option<String> {
    let (package, licence) = told.trim_end_matches(" (*)").split_once('\t')?;
    let (name, rest) = package.split_once(" v")?;
    let (version, source) = rest.split_once(' ').unwrap_or((rest, ""));
    // `(proc-macro)` may stand there, and of our own the folder.
    let own = source.contains('/');
    (!own && !licence.is_empty()).then(|| format!("{name}\t{version}\t{licence}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_licences_is_todays() {
        let written = fs::read_to_string(root().join(FILE)).unwrap();
        assert!(written == now().unwrap(), "{FILE} is not today's: cargo xtask licences");
    }

    #[test]
    fn a_line_has_name_version_and_licence_of_what_is_not_ours() {
        assert_eq!(line("axum v0.8.9\tMIT").as_deref(), Some("axum\t0.8.9\tMIT"));
        assert_eq!(line("serde_derive v1.0.9 (proc-macro)\tMIT (*)").as_deref(), Some("serde_derive\t1.0.9\tMIT"));
        assert_eq!(line("app v0.1.0 (/somewhere/libs/app)\t"), None);
    }
}
