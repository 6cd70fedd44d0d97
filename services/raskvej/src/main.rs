//! Raskvej, the one binary: `raskvej demo | serve | import | token | replay | verify | export | backup | restore |
//! rebuild | erase`.

use std::process::ExitCode;

use tikv_jemallocator::Jemalloc;

/// Memory is taken on one thread and given back on another all the time, which the system's allocator is slow at
/// (`docs/adr/0018-jemalloc.md`).
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    ExitCode::from(raskvej::start::start(std::env::args_os()))
}
