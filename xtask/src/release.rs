//! The release binary, built beside the tests: they wait for the disk half of the time.

use std::fs::File;
use std::process::{Child, Stdio};
use std::time::Instant;

use crate::run::{cargo, root, said};

const LOG: &str = "target/release-build.log";

/// A build that goes on; it is ended when this is dropped.
pub(crate) struct Release(Child);

impl Release {
    /// Starts to build; what cargo says goes to a file.
    pub(crate) fn start() -> Result<Self, String> {
        let mut command = cargo(&["build", "--release", "--locked", "-p", "raskvej"]);
        println!("    $ {} &", said(&command));
        let log = || File::create(root().join(LOG)).map_err(|error| format!("{LOG}: {error}"));
        let out = log()?;
        let err = out.try_clone().map_err(|error| format!("{LOG}: {error}"))?;
        command.stdin(Stdio::null()).stdout(out).stderr(err);
        command.spawn().map(Self).map_err(|error| format!("{}: {error}", said(&command)))
    }

    /// Waits for it.
    pub(crate) fn finish(mut self) -> Result<(), String> {
        let start = Instant::now();
        let status = self.0.wait().map_err(|error| error.to_string())?;
        println!("    waited {:.1} s for the release build", start.elapsed().as_secs_f64());
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(root().join(LOG)).unwrap_or_default();
        Err(format!("the release build failed:\n{said}"))
    }
}

impl Drop for Release {
    fn drop(&mut self) {
        // It has ended, or a step failed and nobody waits for it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
