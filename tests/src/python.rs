//! Programs in Python from PyPI, in an environment of their own beside the build.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use crate::{PYTHON, file, process};

/// Fetching and unpacking some packages, on a slow machine.
const INSTALLING: Duration = Duration::from_mins(9);

/// A program of the packages in `requirements.txt`. They are installed when they are not there yet, or others are.
pub(crate) fn program(name: &str) -> PathBuf {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(installed).join("bin").join(name)
}

fn installed() -> PathBuf {
    let folder = process::target().join("systemtests-python");
    let (wanted, done) = (file("requirements.txt"), folder.join("requirements.txt"));
    let text = |path: &Path| std::fs::read_to_string(path).ok();
    if text(&wanted) == text(&done) {
        return folder;
    }
    let mut make = Command::new(PYTHON);
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    process::run(make, INSTALLING).ok();
    let mut install = Command::new(folder.join("bin").join("pip"));
    install.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&wanted);
    process::run(install, INSTALLING).ok();
    std::fs::copy(wanted, done).expect("the environment's folder can be written");
    folder
}
