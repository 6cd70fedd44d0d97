//! The service under the system call filter of the unit that is shipped.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use systemtests::{Opsaetning, PYTHON, Postkasse, fil, raskvej, workplace};

/// Lets the packer lower its own priority.
const ALLOWED: &str = "SystemCallFilter=setpriority\n";

/// The binary under test behind the filters of a unit.
fn under(unit: &Path, data: &Path) -> Opsaetning {
    let program = [PYTHON.into(), fil("seccomp/under_unit.py").into(), unit.into(), OsString::from(raskvej())];
    Opsaetning::ny(data).program(&program.each_ref().map(|p| p.to_str().unwrap()))
}

/// It starts, takes commands, hands over a mail, stops in order and starts again.
fn lives(unit: &Path) {
    let (data, post) = (tempfile::tempdir().unwrap(), Postkasse::start());
    let mut t = under(unit, data.path()).ur("2026-01-05T09:00:00+01:00").postkasse(&post).start();
    let hr = workplace::ansaet(&t, 3);
    workplace::sygemeld(&t, &hr, "1002", "2026-01-05");
    t.flyt_ur("2026-01-14T12:00:00+01:00");
    assert!(!post.breve().is_empty(), "{}", t.udskrift());
    t.kommando(&["rebuild", "--compare"]).ok();
    assert_eq!(t.stop(), Some(0), "{}", t.udskrift());
    t.start_igen(None);
    let aabne = t.get(&hr, "/api/v1/forloeb").med_status(200).json();
    assert_eq!(aabne["antal"], 1, "{aabne}");
    assert_eq!(t.stop(), Some(0), "{}", t.udskrift());
}

fn shipped() -> PathBuf {
    fil("../deploy/raskvej.service")
}

#[test]
fn the_shipped_unit_starts_the_service() {
    lives(&shipped());
}

/// Whatever else a later version, or its libraries, should ask for and not get: that is an error to it, and not its end.
#[test]
fn a_refused_system_call_does_not_end_the_service() {
    let unit = std::fs::read_to_string(shipped()).unwrap();
    assert!(unit.contains(ALLOWED), "the packer may lower its priority");
    let folder = tempfile::tempdir().unwrap();
    let strict = folder.path().join("raskvej.service");
    std::fs::write(&strict, unit.replace(ALLOWED, "")).unwrap();
    lives(&strict);
}
