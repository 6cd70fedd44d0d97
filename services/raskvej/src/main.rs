//! Raskvej, the one binary: `raskvej demo | serve | import | token | replay | verify | export | backup | restore |
//! rebuild | erase`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(raskvej::start::start(std::env::args_os()))
}
