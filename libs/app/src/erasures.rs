//! The list of erasures: who was erased, when and for which reason. It outlives a restore, whose backup may be older than an
//! erasure and hold the key of somebody who was erased since.
//!
//! It stands in the data folder, in `sletninger`, and where the workplace has said so a second time outside of it. One JSON
//! object a line: `{"person":ID,"tid":TIME,"grund":CODE}`. An id is random and says nothing of who it was. Both files hold
//! everything that either of them held.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use forloeb::words::Sletningsgrund;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::bounds;
use crate::durable;

/// Where it is in the data folder and in a backup.
pub const FILE: &str = "sletninger";
/// Bytes that the list of half a million persons has not.
const LARGEST: usize = 64 << 20;

/// One person who was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Erased {
    /// The id that the log has.
    pub person: Uuid,
    /// When.
    #[serde(rename = "tid")]
    pub time: DateTime<Utc>,
    /// Why.
    pub grund: Sletningsgrund,
}

/// Everybody on a list.
pub type Listed = BTreeMap<Uuid, Erased>;

/// The list, in every place where it is kept.
#[derive(Debug, Clone)]
pub struct Erasures {
    places: Vec<PathBuf>,
}

impl Erasures {
    /// The one of a data folder, with a copy elsewhere where there is to be one.
    #[must_use]
    pub fn new(folder: &Path, elsewhere: Option<&Path>) -> Self {
        Self {
            places: [Some(folder.join(FILE).as_path()), elsewhere].into_iter().flatten().map(Path::to_owned).collect(),
        }
    }

    /// Everybody who is on it, wherever.
    ///
    /// # Errors
    /// Names the file that cannot be read, and the line that says something else.
    pub fn read(&self) -> io::Result<Listed> {
        let mut all = Listed::new();
        for place in &self.places {
            all.extend(read(place)?);
        }
        Ok(all)
    }

    /// Puts persons on it, and what stands in one place into the others; there after a power cut when this returns.
    ///
    /// # Errors
    /// Names the file that could not be written. Those before it may have been.
    pub fn add(&self, persons: impl IntoIterator<Item = Erased>) -> io::Result<()> {
        let mut all = self.read()?;
        for erased in persons {
            all.entry(erased.person).or_insert(erased);
        }
        for place in &self.places {
            if read(place)? != all {
                write(place, &all).map_err(|error| of(place, &error))?;
            }
        }
        Ok(())
    }

    /// Writes what is on it once more where it stands: whoever is about to erase somebody learns whether the list takes it.
    ///
    /// # Errors
    /// Names the file that could not be written.
    pub fn try_write(&self) -> io::Result<()> {
        let all = self.read()?;
        self.places.iter().try_for_each(|place| write(place, &all).map_err(|error| of(place, &error)))
    }
}

/// Reads a list; an empty one where there is no file.
///
/// # Errors
/// Names the file, and the line that says something else.
pub fn read(path: &Path) -> io::Result<Listed> {
    let text = match bounds::read_text(path, LARGEST) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Listed::new()),
        text => text.map_err(|error| of(path, &error))?,
    };
    let line = |(nth, line): (usize, &str)| {
        let erased: Erased = serde_json::from_str(line).map_err(|_| {
            let error = format!("linje {} er ikke en sletning", nth + 1);
            of(path, &io::Error::new(ErrorKind::InvalidData, error))
        })?;
        Ok((erased.person, erased))
    };
    text.lines().enumerate().map(line).collect()
}

/// Writes a list in the place of the one there.
///
/// # Errors
/// The folder does not take it.
pub fn write(path: &Path, listed: &Listed) -> io::Result<()> {
    let mut bytes = Vec::new();
    for erased in listed.values() {
        serde_json::to_writer(&mut bytes, erased)?;
        bytes.push(b'\n');
    }
    durable::replace(path, &bytes)
}

fn of(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("listen over sletninger, {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn erased(nth: u128) -> Erased {
        let time = "2026-03-04T11:00:00Z".parse().unwrap();
        Erased { person: Uuid::from_u128(nth), time, grund: Sletningsgrund::OpbevaringUdloebet }
    }

    #[test]
    fn both_places_hold_what_either_held() {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let copy = elsewhere.path().join("sletninger");
        let own = Erasures::new(folder.path(), None);
        assert!(own.read().unwrap().is_empty());
        own.add([erased(1)]).unwrap();
        write(&copy, &Listed::from([(erased(2).person, erased(2))])).unwrap();
        let both = Erasures::new(folder.path(), Some(&copy));
        both.add([erased(3), erased(1)]).unwrap();
        for place in [folder.path().join(FILE), copy.clone()] {
            assert_eq!(read(&place).unwrap().keys().map(|id| id.as_u128()).collect::<Vec<_>>(), [1, 2, 3]);
        }
        let line = std::fs::read_to_string(&copy).unwrap();
        let first = r#"{"person":"00000000-0000-0000-0000-000000000001","tid":"2026-03-04T11:00:00Z","grund":"opbevaring_udloebet"}"#;
        assert_eq!(line.lines().next(), Some(first));
    }

    #[test]
    fn a_list_that_cannot_be_read_or_written_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(FILE);
        let list = Erasures::new(folder.path(), Some(Path::new("/findes/ikke/sletninger")));
        let error = list.add([erased(1)]).unwrap_err().to_string();
        assert!(error.contains("/findes/ikke/sletninger"), "{error}");
        assert!(list.try_write().is_err());
        std::fs::write(&path, "{\"person\":\"x\"}\n").unwrap();
        assert!(list.read().unwrap_err().to_string().contains("linje 1"));
    }
}
