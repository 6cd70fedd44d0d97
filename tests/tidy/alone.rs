//! The project speaks of itself alone: no path of somebody's machine, no registry but crates.io.

use crate::Fault;
use crate::tree::Tree;

/// What is only on one machine. `/tmp` in an example for a reader is nobody's machine.
const MACHINES: [&str; 5] = ["/home/", "/Users/", "/root/", "../shared/", "/work/"];
/// A home that every Linux has, in what is said about permissions and units.
const EVERYBODYS: [&str; 1] = ["/var/lib/"];
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    // This rule has to name what it looks for.
    for file in tree.files.iter().filter(|file| file.path != "tests/tidy/alone.rs") {
        for (line, text) in file.lines() {
            let there = MACHINES.iter().find(|path| {
                text.match_indices(**path)
                    .any(|(at, _)| !EVERYBODYS.iter().any(|all| text[..at].ends_with(all)) && begins(text, at))
            });
            if let Some(path) = there {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("`{path}` is on one machine: write it from the root"),
                ));
            }
            let foreign = match file.path.as_str() {
                "Cargo.lock" => text.starts_with("source = ") && !text.contains(REGISTRY),
                ".cargo/config.toml" => {
                    text.contains("[source") || text.contains("[registr") || text.contains("index =")
                }
                _ => false,
            };
            if foreign {
                faults.push(Fault::new(&file.path, line, "crates come from crates.io, and from nowhere else"));
            }
        }
    }
    faults
}

/// Whether a path begins here, and is not the end of a longer one: `/api/work/` is a route.
fn begins(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '}'))
}
