//! When each token was last used: for whoever asks which are in use. It is no event, for it changes all the time, and
//! losing it loses nothing else.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{bounds, durable};

/// The file in the data folder.
const FILE: &str = "adgang.brugt";
/// A use is noted at most this often for each token.
const NOTED_EACH: TimeDelta = TimeDelta::hours(1);
/// Largest file: a use has some fifty bytes, so these are of more tokens than people have.
const LARGEST: usize = 64 << 20;

/// The last uses, by the ids of tokens. Only of tokens that the log knows: nobody outside makes it grow.
#[derive(Debug)]
pub struct TokenUse {
    path: PathBuf,
    used: Mutex<BTreeMap<String, DateTime<Utc>>>,
    /// Held while the file is written.
    writing: Mutex<()>,
}

impl TokenUse {
    /// What a data folder has of it. What cannot be read is nothing, and said.
    pub(crate) fn open(folder: &Path) -> Self {
        let path = folder.join(FILE);
        let used = match bounds::read(&path, LARGEST) {
            Ok(bytes) => serde_json::from_slice(&bytes).map_err(|error| error.to_string()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
            Err(error) => Err(error.to_string()),
        };
        let used = used.unwrap_or_else(|error| {
            tracing::warn!(error, "hvornår adgangsnøgler sidst blev brugt, kan ikke læses");
            BTreeMap::new()
        });
        Self { path, used: Mutex::new(used), writing: Mutex::default() }
    }

    fn used(&self) -> MutexGuard<'_, BTreeMap<String, DateTime<Utc>>> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a token was last used, to within the hour.
    #[must_use]
    pub fn latest(&self, id: &str) -> Option<DateTime<Utc>> {
        self.used().get(id).copied()
    }

    /// Notes that a token is used. Whether that is to be written down.
    #[must_use]
    pub fn note(&self, id: &str, now: DateTime<Utc>) -> bool {
        let mut used = self.used();
        let long_ago = used.get(id).is_none_or(|last| (now - *last).abs() >= NOTED_EACH);
        if long_ago {
            used.insert(id.to_owned(), now);
        }
        long_ago
    }

    /// Writes them down, on a thread that answers nobody.
    pub fn store(&self) {
        let _writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes = serde_json::to_vec(&*self.used());
        let stored = bytes.map_err(io::Error::from).and_then(|bytes| durable::replace(&self.path, &bytes));
        if let Err(error) = stored {
            tracing::warn!(%error, "at en adgangsnøgle blev brugt, kan ikke noteres");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_use_is_noted_once_an_hour_and_is_there_at_the_next_start() {
        let folder = tempfile::tempdir().unwrap();
        let uses = TokenUse::open(folder.path());
        let start: DateTime<Utc> = "2026-11-28T08:00:00Z".parse().unwrap();
        assert_eq!(uses.latest("0f3a"), None);
        assert!(uses.note("0f3a", start) && !uses.note("0f3a", start + TimeDelta::minutes(59)));
        assert!(uses.note("0f3a", start + TimeDelta::minutes(61)) && uses.note("77aa", start));
        uses.store();
        let again = TokenUse::open(folder.path());
        assert_eq!((again.latest("0f3a"), again.latest("77aa")), (Some(start + TimeDelta::minutes(61)), Some(start)));
        std::fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(TokenUse::open(folder.path()).latest("0f3a"), None, "what is damaged is nothing");
    }
}
