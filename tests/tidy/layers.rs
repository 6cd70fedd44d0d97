//! Which crate may depend on which, from the manifests. Tests and benchmarks may see more: dev-dependencies are free.

use std::collections::BTreeMap;

use crate::Fault;
use crate::tree::{File, Tree};

/// A crate, and the crates of ours that it may see. From the bottom to the top.
const MAY_SEE: [(&str, &[&str]); 13] = [
    ("chance", &[]),
    ("doors", &[]),
    ("eventlog", &[]),
    ("forloeb", &[]),
    ("texts", &["eventlog", "forloeb"]),
    ("app", &["eventlog", "forloeb", "texts"]),
    ("mail", &["app", "eventlog", "forloeb", "texts"]),
    ("synthetic", &["app", "chance", "eventlog", "forloeb", "texts"]),
    ("raskvej", &["app", "doors", "eventlog", "forloeb", "mail", "synthetic", "texts"]),
    ("yardstick", &[]),
    ("systemtests", &[]),
    ("fuzz", &["app", "doors", "eventlog", "forloeb"]),
    ("xtask", &["chance", "synthetic"]),
];

/// What would let a crate do what it must not: the domain, and what reads strangers' words, have no IO and no clock, the log
/// knows no domain, the application no HTTP and no page.
const NEVER: [(&str, &[&str]); 5] = [
    ("doors", &["tokio", "axum", "sled", "rustix", "getrandom"]),
    ("forloeb", &["tokio", "axum", "sled", "rustix", "getrandom", "tracing", "lettre", "tempfile"]),
    ("app", &["axum", "tower", "tower-http", "askama"]),
    ("texts", &["tokio", "axum", "sled", "serde_json"]),
    ("eventlog", &["serde", "serde_json", "chrono", "uuid", "axum", "lettre"]),
];

pub(crate) fn faults(tree: &Tree) -> Vec<Fault> {
    let manifests: BTreeMap<String, &File> = tree
        .files
        .iter()
        .filter(|file| file.path.ends_with("/Cargo.toml"))
        .filter_map(|file| Some((name(file)?, file)))
        .collect();
    let mut faults = Vec::new();
    for (krate, file) in &manifests {
        let deps = dependencies(file);
        let row = MAY_SEE.iter().find(|(name, _)| name == krate);
        if row.is_none() && deps.iter().any(|(_, dep)| manifests.contains_key(*dep)) {
            faults.push(Fault::new(
                &file.path,
                1,
                format!("`{krate}` has no row in tests/tidy/layers.rs: say what it sees"),
            ));
            continue;
        }
        let sees = row.map_or(&[] as &[&str], |(_, sees)| *sees);
        let never = NEVER.iter().find(|(name, _)| name == krate).map_or(&[] as &[&str], |(_, never)| *never);
        for (line, dep) in deps {
            if manifests.contains_key(dep) && !sees.contains(&dep) {
                let may = if sees.is_empty() { "none of ours".to_owned() } else { sees.join(", ") };
                faults.push(Fault::new(&file.path, line, format!("`{krate}` may see {may}, and not `{dep}`")));
            }
            if never.contains(&dep) {
                faults.push(Fault::new(
                    &file.path,
                    line,
                    format!("`{krate}` never sees `{dep}`: pass in what it is for"),
                ));
            }
        }
    }
    let stale = MAY_SEE.iter().filter(|(krate, _)| !manifests.contains_key(*krate));
    faults
        .extend(stale.map(|(krate, _)| Fault::new("tests/tidy/layers.rs", 1, format!("there is no crate `{krate}`"))));
    faults
}

fn name(manifest: &File) -> Option<String> {
    let line = manifest.text.lines().find_map(|line| line.strip_prefix("name = "))?;
    Some(line.trim().trim_matches('"').to_owned())
}

/// The names below `[dependencies]` and `[build-dependencies]`, with their lines.
fn dependencies(manifest: &File) -> Vec<(usize, &str)> {
    let mut inside = false;
    let mut found = Vec::new();
    for (n, line) in manifest.lines() {
        if line.starts_with('[') {
            inside = matches!(line.trim(), "[dependencies]" | "[build-dependencies]");
        } else if inside && let Some(end) = line.find(['.', ' ', '=']) {
            found.push((n, &line[..end]));
        }
    }
    found
}
