//! Commands that run to their end.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::lines::Linjer;

/// How a command ended and what it printed.
#[derive(Clone, Debug)]
pub struct Udfald {
    /// The exit code; none when a signal ended it.
    pub kode: Option<i32>,
    /// Everything on stdout, lines joined by LF, without the last one.
    pub stdout: String,
    /// Everything on stderr, likewise.
    pub stderr: String,
}

impl Udfald {
    /// Gives stdout when the command succeeded, else panics with both streams.
    pub fn ok(self) -> String {
        assert_eq!(self.kode, Some(0), "the command failed\n--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self.stdout
    }
}

/// Runs a command to its end; panics when it takes longer than `frist`.
pub(crate) fn koer(mut kommando: Command, frist: Duration) -> Udfald {
    let navn = format!("{kommando:?}");
    let mut proces = kommando
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|fejl| panic!("cannot start {navn}: {fejl}"));
    let (stdout, stderr) = stroemme(&mut proces);
    let Some(status) = vent(&mut proces, frist) else {
        draeb(&mut proces);
        panic!("{navn} took longer than {frist:?}\n--- stdout\n{}\n--- stderr\n{}", stdout.tekst(), stderr.tekst());
    };
    stdout.vent_paa_slut(frist);
    stderr.vent_paa_slut(frist);
    Udfald { kode: status.code(), stdout: stdout.tekst(), stderr: stderr.tekst() }
}

/// The readers of a child whose stdout and stderr are pipes.
pub(crate) fn stroemme(proces: &mut Child) -> (Linjer, Linjer) {
    let stdout = proces.stdout.take().expect("stdout is a pipe");
    let stderr = proces.stderr.take().expect("stderr is a pipe");
    (Linjer::laes(stdout), Linjer::laes(stderr))
}

/// Waits for the end; none when `frist` passed first.
pub(crate) fn vent(proces: &mut Child, frist: Duration) -> Option<ExitStatus> {
    let slut = Instant::now() + frist;
    loop {
        if let Some(status) = proces.try_wait().expect("a child can be waited for") {
            return Some(status);
        }
        if Instant::now() >= slut {
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// SIGKILL and wait. Errors mean that it has ended already.
pub(crate) fn draeb(proces: &mut Child) {
    let _ = proces.kill();
    let _ = proces.wait();
}

/// The binary under test: `RASKVEJ_BIN`, else the release build in the target folder this test was built in.
#[must_use]
pub fn raskvej() -> PathBuf {
    if let Some(sti) = std::env::var_os("RASKVEJ_BIN") {
        return sti.into();
    }
    let her = std::env::current_exe().unwrap_or_default();
    // cargo marks the root of its target folder, wherever it was asked to put it.
    let target = her.ancestors().find(|mappe| mappe.join("CACHEDIR.TAG").exists());
    target.unwrap_or(Path::new("target")).join("release").join("raskvej")
}
