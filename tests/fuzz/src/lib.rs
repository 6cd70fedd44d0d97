//! What the targets share: real inputs to begin with, folders in memory, and numbers out of bytes.

use std::path::{Path, PathBuf};
use std::{env, fs};

/// Where `cargo xtask fuzz` wants the inputs that a target begins with.
const SEEDS: &str = "RASKVEJ_FUZZ_SEEDS";

/// Writes real inputs where whoever started this wants them: they are made anew each time, so none is kept with the code.
pub fn seeds<S: AsRef<str>>(real: impl IntoIterator<Item = (S, Vec<u8>)>) {
    let Some(folder) = env::var_os(SEEDS) else { return };
    for (name, bytes) in real {
        fs::write(Path::new(&folder).join(name.as_ref()), bytes).expect("the folder of seeds is there");
    }
}

/// A file of `tests/data/small`.
#[must_use]
pub fn small(name: &str) -> Vec<u8> {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../data/small").join(name);
    fs::read(path).expect("the small workplace is there")
}

/// A folder in memory where there is one: thousands are written every second.
#[must_use]
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).expect("a folder")
}

/// The numbers and hashes an input begins with, one after the other; zeros after its end.
#[derive(Debug)]
pub struct Input<'a>(pub &'a [u8]);

impl Input<'_> {
    /// The next bytes.
    pub fn chunk<const N: usize>(&mut self) -> [u8; N] {
        let (taken, rest) = self.0.split_at(N.min(self.0.len()));
        let mut chunk = [0; N];
        chunk[..taken.len()].copy_from_slice(taken);
        self.0 = rest;
        chunk
    }

    /// The next byte.
    pub fn byte(&mut self) -> u8 {
        self.chunk::<1>()[0]
    }

    /// The next eight bytes as a number.
    pub fn number(&mut self) -> u64 {
        u64::from_le_bytes(self.chunk())
    }
}
