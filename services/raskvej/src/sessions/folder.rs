//! The folder of the sessions.

use std::path::Path;
use std::time::{Duration, Instant};

use sled::Db;

/// Its name in the data folder.
pub(super) const NAME: &str = "sessioner";
/// How long to wait for another process that has it open: one that is on its way out.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the store. Only what cannot be read as a store is put aside; a lock that somebody holds, a full disk and a folder
/// that is not ours say nothing about what is in it.
pub(super) fn open(folder: &Path, patience: Duration) -> sled::Result<Db> {
    let end = Instant::now() + patience;
    loop {
        match attempt(folder) {
            Err(sled::Error::Io(error)) if is_held(&error) && Instant::now() < end => {
                std::thread::sleep(Duration::from_millis(50));
            }
            Err(error) if is_damage(&error) => {
                tracing::warn!(%error, "sessionerne kan ikke læses; alle skal logge ind igen");
                std::fs::remove_dir_all(folder).map_err(sled::Error::Io)?;
                return attempt(folder);
            }
            answer => return answer,
        }
    }
}

fn attempt(folder: &Path) -> sled::Result<Db> {
    let folder = folder.to_owned();
    // sled 0.34 can panic on files that a crash or a hand has damaged.
    std::panic::catch_unwind(move || sled::Config::new().path(folder).cache_capacity(1 << 20).open())
        .unwrap_or_else(|_| Err(sled::Error::ReportableBug("beskadiget".to_owned())))
}

/// sled has no word of its own for it.
fn is_held(error: &std::io::Error) -> bool {
    error.to_string().contains("could not acquire lock")
}

fn is_damage(error: &sled::Error) -> bool {
    match error {
        sled::Error::Io(error) => {
            matches!(error.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof)
        }
        _ => true,
    }
}
