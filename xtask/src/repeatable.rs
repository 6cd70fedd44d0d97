//! Whether the release binary can be built again, byte by byte: it is built twice, in two folders with nothing in them, and
//! compared. Whoever is handed a binary can then build it from the source and hold theirs against it.
//!
//! Where the source, the dependencies and what is built lie is taken out of the binary: that is all of a machine that would
//! otherwise be in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::run::{cargo, root, run};

/// What the folders stand for in the binary, in the order of [`places`].
const NAMES: [&str; 4] = ["/kilde", "/afhaengigheder", "/bygget", "/bygget"];
/// Between the flags for rustc, which may hold spaces.
const BETWEEN: &str = "\u{1f}";

/// Builds twice and compares.
pub(crate) fn perform() -> Result<(), String> {
    let [first, second] = ["1", "2"].map(|nr| root().join("target/repeatable").join(nr));
    let places = places(&first, &second)?;
    let [one, other] = [build(&first, &places)?, build(&second, &places)?];
    let read = |path: &Path| fs::read(path).map_err(|error| format!("{}: {error}", path.display()));
    let (one_bytes, other_bytes) = (read(&one)?, read(&other)?);
    if let Some(difference) = difference(&one_bytes, &other_bytes) {
        return Err(format!("{} and {}: {difference}", one.display(), other.display()));
    }
    println!("    both builds are the same {} bytes", one_bytes.len());
    let mut sum = Command::new("sha256sum");
    sum.args([&one, &other]);
    run(sum)
}

/// The source, the dependencies, and both folders of what is built: each build has the same flags.
fn places(first: &Path, second: &Path) -> Result<[PathBuf; 4], String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo"))).ok_or("no home folder")?;
    let whole = |path: &Path| fs::canonicalize(path).map_err(|error| format!("{}: {error}", path.display()));
    for folder in [first, second] {
        // Nothing of an earlier build.
        if folder.exists() {
            fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        }
        fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    Ok([whole(&root())?, whole(&home)?, whole(first)?, whole(second)?])
}

/// The flags that give each place its name, for rustc and for a C compiler. The last that fits counts, so what is built, which
/// lies in the source, comes after it.
fn flags(places: &[PathBuf; 4]) -> (String, String) {
    let pairs: Vec<_> = places.iter().zip(NAMES).map(|(place, name)| format!("{}={name}", place.display())).collect();
    let rust: Vec<_> = pairs.iter().map(|pair| format!("--remap-path-prefix={pair}")).collect();
    let c: Vec<_> = pairs.iter().map(|pair| format!("-ffile-prefix-map={pair}")).collect();
    (rust.join(BETWEEN), c.join(" "))
}

/// Builds in a folder; where the binary is.
fn build(folder: &Path, places: &[PathBuf; 4]) -> Result<PathBuf, String> {
    let (rust, c) = flags(places);
    let mut command = cargo(&["build", "--release", "--locked", "-p", "raskvej", "--target-dir"]);
    command.arg(folder).env("CARGO_ENCODED_RUSTFLAGS", rust).env("CFLAGS", &c).env("CXXFLAGS", &c);
    command.env("CARGO_INCREMENTAL", "0");
    let start = Instant::now();
    run(command)?;
    println!("    built in {:.0} s", start.elapsed().as_secs_f64());
    Ok(folder.join("release/raskvej"))
}

/// In what two binaries differ, if they do.
fn difference(one: &[u8], other: &[u8]) -> Option<String> {
    if one == other {
        return None;
    }
    let first = one.iter().zip(other).position(|(one, other)| one != other).unwrap_or(one.len().min(other.len()));
    let differ = one.iter().zip(other).filter(|(one, other)| one != other).count() + one.len().abs_diff(other.len());
    Some(format!("{} and {} bytes, {differ} of them differ, from byte {first} on", one.len(), other.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_a_name_and_both_builds_the_same_flags() {
        let places = ["/a b", "/huset/.cargo", "/a b/target/1", "/a b/target/2"].map(PathBuf::from);
        let (rust, c) = flags(&places);
        assert_eq!(rust.split(BETWEEN).count(), 4);
        assert!(rust.starts_with("--remap-path-prefix=/a b=/kilde\u{1f}"), "{rust}");
        assert!(c.ends_with("-ffile-prefix-map=/a b/target/2=/bygget"), "{c}");
    }

    #[test]
    fn what_differs_is_told_by_place_and_number() {
        assert_eq!(difference(b"abc", b"abc"), None);
        assert_eq!(difference(b"abc", b"axcd").unwrap(), "3 and 4 bytes, 2 of them differ, from byte 1 on");
        assert_eq!(difference(b"abc", b"ab").unwrap(), "3 and 2 bytes, 1 of them differ, from byte 2 on");
    }
}
