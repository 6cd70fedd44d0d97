//! The system from outside: the real release binary, a real SMTP server, real signals.
//!
//! Nothing here depends on Raskvej's own crates, so a test can only use what a user or a script could:
//! commands, HTTP, files and mail. Trouble in the surroundings (the binary is missing, a deadline passed) panics
//! with everything the processes have printed; what is under test comes back as a value.

mod chromedriver;
mod http;
mod lines;
mod mailbox;
pub mod pages;
mod process;
mod provider;
mod python;
mod service;
mod smtp;
pub mod workplace;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use chromedriver::Chromedriver;
pub use http::{Answer, Client, HttpRequest};
pub use lines::Lines;
pub use mailbox::{Attempt, Letter, Mailbox, Mailserver, Requested};
pub use process::{Udfald, raskvej};
pub use provider::{Browser, Provider};
pub use service::{Service, Setup};

/// Debian's interpreter: the one that Debian's python3-aiosmtpd belongs to.
pub const PYTHON: &str = "/usr/bin/python3";

/// How long anything may take that a person would call immediate; generous, because test machines are shared.
pub const FRIST: Duration = Duration::from_secs(120);

/// Whether the large counts were asked for: `cargo xtask test --stor`, or `RASKVEJ_STOR=1`.
#[must_use]
pub fn large() -> bool {
    std::env::var_os("RASKVEJ_STOR").is_some_and(|v| v == "1")
}

/// A file of this crate's folder, e.g. `fil("data/small/fravaer.csv")`.
#[must_use]
pub fn file(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Asks again until there is an answer; panics with `hvad` when `frist` has passed.
pub fn wait_to<T>(frist: Duration, what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + frist;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "waited {frist:?} in vain: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
