//! Whose programs the service is made of: name, version and licence of each crate in it, as its page `/licenser` shows them and
//! as machines read them (CycloneDX); and the texts of the licences, to go along with the binary.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::run::{cargo, root};

/// The file that the program has in it.
const FILE: &str = "services/raskvej/assets/licenser.txt";
/// The same for machines.
const BILL: &str = "deploy/raskvej.cdx.json";
/// What the licences say, word by word.
const TEXTS: &str = "target/licences.txt";

/// A bill of materials (CycloneDX 1.5). It has no date and no random number: the same crates give the same bytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Bill<'a> {
    bom_format: &'a str,
    spec_version: &'a str,
    version: u32,
    components: Vec<Component<'a>>,
}

/// A crate.
#[derive(Serialize)]
struct Component<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    name: &'a str,
    version: &'a str,
    purl: String,
    licenses: [Licence; 1],
}

/// What it may be used under, as an expression of SPDX.
#[derive(Serialize)]
struct Licence {
    expression: String,
}

/// The crates as Cargo knows them.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    manifest_path: PathBuf,
}

/// Writes the file as it is now.
pub(crate) fn write() -> Result<(), String> {
    let now = now()?;
    fs::write(root().join(FILE), &now).map_err(|error| format!("{FILE}: {error}"))?;
    fs::write(root().join(BILL), bill(&now)?).map_err(|error| format!("{BILL}: {error}"))?;
    println!("{} crates in {FILE} and {BILL}", now.lines().count());
    let (texts, without) = texts(&now)?;
    fs::write(root().join(TEXTS), texts).map_err(|error| format!("{TEXTS}: {error}"))?;
    println!(
        "their licences, word by word, in {TEXTS}; {} have none in their files: {}",
        without.len(),
        without.join(", ")
    );
    Ok(())
}

/// The bill of what the lines name.
fn bill(lines: &str) -> Result<String, String> {
    let component = |line| {
        let mut parts = str::split(line, '\t');
        let (name, version, licence) = (parts.next()?, parts.next()?, parts.next()?);
        // An older way of writing "or".
        let licences = [Licence { expression: licence.replace('/', " OR ") }];
        Some(Component {
            kind: "library",
            name,
            version,
            purl: format!("pkg:cargo/{name}@{version}"),
            licenses: licences,
        })
    };
    let components = lines.lines().filter_map(component).collect();
    let bill = Bill { bom_format: "CycloneDX", spec_version: "1.5", version: 1, components };
    serde_json::to_string_pretty(&bill).map(|bill| bill + "\n").map_err(|error| error.to_string())
}

/// What stands in the files of the crates about their licences, each text once; and which crates have no such file.
fn texts(lines: &str) -> Result<(String, Vec<String>), String> {
    let told = cargo(&["metadata", "--format-version", "1", "--locked", "--offline"]).output();
    let told = told.map_err(|error| format!("cargo metadata: {error}"))?;
    let known: Metadata = serde_json::from_slice(&told.stdout).map_err(|error| format!("cargo metadata: {error}"))?;
    let ours: BTreeSet<(&str, &str)> = lines
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter_map(|(n, r)| Some((n, r.split_once('\t')?.0)))
        .collect();
    let mut by_text: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut without = Vec::new();
    for package in known.packages.iter().filter(|one| ours.contains(&(one.name.as_str(), one.version.as_str()))) {
        let folder = package.manifest_path.parent().ok_or("a crate without a folder")?;
        let files = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut found = false;
        for file in files.filter_map(Result::ok) {
            let name = file.file_name().to_string_lossy().to_ascii_uppercase();
            let is_one =
                ["LICEN", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"].iter().any(|begin| name.starts_with(begin));
            if !is_one || !file.path().is_file() {
                continue;
            }
            let text = fs::read(file.path()).map_err(|error| format!("{}: {error}", file.path().display()))?;
            let text = String::from_utf8_lossy(&text).trim().to_owned();
            by_text.entry(text).or_default().insert(format!("{} {}", package.name, package.version));
            found = true;
        }
        if !found {
            without.push(package.name.clone());
        }
    }
    let line = "=".repeat(80);
    let piece = |(text, whose): (&String, &BTreeSet<String>)| {
        format!("{line}\n{}\n{line}\n\n{text}\n\n", whose.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
    };
    Ok((by_text.iter().map(piece).collect(), without))
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
        let now = now().unwrap();
        assert!(written == now, "{FILE} is not today's: cargo xtask licences");
        let written = fs::read_to_string(root().join(BILL)).unwrap();
        assert!(written == bill(&now).unwrap(), "{BILL} is not today's: cargo xtask licences");
    }

    #[test]
    fn a_bill_names_a_crate_as_machines_look_for_it() {
        let bill = bill("axum\t0.8.9\tMIT\nold\t1.0.0\tMIT/Apache-2.0\n").unwrap();
        let read: serde_json::Value = serde_json::from_str(&bill).unwrap();
        assert_eq!((&read["bomFormat"], &read["specVersion"]), (&"CycloneDX".into(), &"1.5".into()));
        assert_eq!(read["components"][0]["purl"], "pkg:cargo/axum@0.8.9");
        assert_eq!(read["components"][1]["licenses"][0]["expression"], "MIT OR Apache-2.0");
    }

    /// What is ignored of advisories has a day and a reason: without them nobody knows when to look again.
    #[test]
    fn an_ignored_advisory_has_a_day_and_a_reason() {
        let text = fs::read_to_string(root().join("deny.toml")).unwrap();
        let ignored: Vec<_> = text.lines().filter(|line| line.contains("id = \"RUSTSEC-")).collect();
        assert!(!ignored.is_empty());
        for line in ignored {
            let reason = line.split_once("reason = \"").expect(line).1;
            let (day, why) = reason.split_once(": ").expect(line);
            assert!(day.parse::<chrono::NaiveDate>().is_ok() && why.len() > 30, "{line}");
        }
    }

    #[test]
    fn a_line_has_name_version_and_licence_of_what_is_not_ours() {
        assert_eq!(line("axum v0.8.9\tMIT").as_deref(), Some("axum\t0.8.9\tMIT"));
        assert_eq!(line("serde_derive v1.0.9 (proc-macro)\tMIT (*)").as_deref(), Some("serde_derive\t1.0.9\tMIT"));
        assert_eq!(line("app v0.1.0 (/somewhere/libs/app)\t"), None);
    }
}
