//! Commands that run to their end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::lines::Lines;

/// How a command ended and what it printed.
#[derive(Clone, Debug)]
pub struct Udfald {
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Everything on stdout, lines joined by LF, without the last one.
    pub stdout: String,
    /// Everything on stderr, likewise.
    pub stderr: String,
}

impl Udfald {
    /// Gives stdout when the command succeeded, else panics with both streams.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "the command failed\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self.stdout
    }
}

/// Runs a command to its end; panics when it takes longer than `frist`.
pub(crate) fn run(mut command: Command, frist: Duration) -> Udfald {
    let name = format!("{command:?}");
    let mut process = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("cannot start {name}: {error}"));
    let (stdout, stderr) = streams(&mut process);
    let Some(status) = wait(&mut process, frist) else {
        kill(&mut process);
        panic!("{name} took longer than {frist:?}\n--- stdout\n{}\n--- stderr\n{}", stdout.tekst(), stderr.tekst());
    };
    stdout.wait_on_end(frist);
    stderr.wait_on_end(frist);
    Udfald { code: status.code(), stdout: stdout.tekst(), stderr: stderr.tekst() }
}

/// The readers of a child whose stdout and stderr are pipes.
pub(crate) fn streams(process: &mut Child) -> (Lines, Lines) {
    let stdout = process.stdout.take().expect("stdout is a pipe");
    let stderr = process.stderr.take().expect("stderr is a pipe");
    (Lines::read(stdout), Lines::read(stderr))
}

/// Waits for the end; none when `frist` passed first.
pub(crate) fn wait(process: &mut Child, frist: Duration) -> Option<ExitStatus> {
    let end = Instant::now() + frist;
    loop {
        if let Some(status) = process.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// SIGKILL and wait. Errors mean that it has ended already.
pub(crate) fn kill(process: &mut Child) {
    let _ = process.kill();
    let _ = process.wait();
}

/// The binary under test: `RASKVEJ_BIN`, else the release build in the target folder this test was built in.
#[must_use]
pub fn raskvej() -> PathBuf {
    if let Some(path) = std::env::var_os("RASKVEJ_BIN") {
        return path.into();
    }
    target().join("release").join("raskvej")
}

/// The target folder this test was built in.
pub(crate) fn target() -> PathBuf {
    let here = std::env::current_exe().unwrap_or_default();
    // cargo marks the root of its target folder, wherever it was asked to put it.
    let target = here.ancestors().find(|folder| folder.join("CACHEDIR.TAG").exists());
    target.unwrap_or(Path::new("target")).to_owned()
}
