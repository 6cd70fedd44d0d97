//! The system from outside: the real release binary, a real SMTP server, real signals.
//!
//! Nothing here depends on Raskvej's own crates, so a test can only use what a user or a script could:
//! commands, HTTP, files and mail. Trouble in the surroundings (the binary is missing, a deadline passed) panics
//! with everything the processes have printed; what is under test comes back as a value.

mod http;
mod lines;
mod mailbox;
mod process;
mod service;
mod smtp;
pub mod workplace;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

pub use http::{Anmodning, Svar};
pub use lines::Linjer;
pub use mailbox::{Bestilt, Brev, Forsoeg, Mailserver, Postkasse};
pub use process::{Udfald, raskvej};
pub use service::{Opsaetning, Tjeneste};

/// Debian's interpreter: the one that Debian's python3-aiosmtpd belongs to.
pub const PYTHON: &str = "/usr/bin/python3";

/// How long anything may take that a person would call immediate; generous, because test machines are shared.
pub const FRIST: Duration = Duration::from_secs(60);

/// Whether the large counts were asked for: `cargo xtask test --stor`, or `RASKVEJ_STOR=1`.
#[must_use]
pub fn stor() -> bool {
    std::env::var_os("RASKVEJ_STOR").is_some_and(|v| v == "1")
}

/// A file of this crate's folder, e.g. `fil("data/small/fravaer.csv")`.
#[must_use]
pub fn fil(sti: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(sti)
}

/// Asks again until there is an answer; panics with `hvad` when `frist` has passed.
pub fn vent_til<T>(frist: Duration, hvad: &str, mut spoerg: impl FnMut() -> Option<T>) -> T {
    let slut = Instant::now() + frist;
    loop {
        if let Some(svar) = spoerg() {
            return svar;
        }
        assert!(Instant::now() < slut, "waited {frist:?} in vain: {hvad}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
