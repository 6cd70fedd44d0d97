//! The service under the system call filter of the unit that is shipped.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use systemtests::{Mailbox, PYTHON, Setup, file, raskvej, workplace};

/// Lets the packer lower its own priority.
const ALLOWED: &str = "SystemCallFilter=setpriority\n";

/// The binary under test behind the filters of a unit.
fn under(unit: &Path, data: &Path) -> Setup {
    let program = [PYTHON.into(), file("seccomp/under_unit.py").into(), unit.into(), OsString::from(raskvej())];
    Setup::new(data).program(&program.each_ref().map(|p| p.to_str().unwrap()))
}

/// It starts, takes commands, hands over a mail, stops in order and starts again.
fn lives(unit: &Path) {
    let (data, post) = (tempfile::tempdir().unwrap(), Mailbox::start());
    let mut t = under(unit, data.path()).clock("2026-01-05T09:00:00+01:00").mailbox(&post).start();
    let hr = workplace::ansaet(&t, 3);
    workplace::sygemeld(&t, &hr, "1002", "2026-01-05");
    t.move_clock("2026-01-14T12:00:00+01:00");
    assert!(!post.letters().is_empty(), "{}", t.printout());
    t.command(&["rebuild", "--compare"]).ok();
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
    t.start_again(None);
    let aabne = t.get(&hr, "/api/v1/forloeb").with_status(200).json();
    assert_eq!(aabne["antal"], 1, "{aabne}");
    assert_eq!(t.stop(), Some(0), "{}", t.printout());
}

fn shipped() -> PathBuf {
    file("../deploy/raskvej.service")
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
