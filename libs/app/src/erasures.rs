//! The list of erasures: who was erased, when and for which reason. It outlives a restore, whose backup may be older than an
//! erasure and hold the key of somebody who was erased since.
//!
//! It stands in the data folder, in `sletninger`, and where the workplace has said so a second time outside of it. One JSON
//! object a line: `{"person":ID,"tid":TIME,"grund":CODE}`. An id is random and says nothing of who it was. Both files hold
//! everything that either of them held.
//!
//! A list outside is there from the first start on, with nobody on it and a first line that names the log:
//! `{"log":NAME}`. So one that is missing later, or is that of another log, is seen, and is not taken for a list that nobody
//! is on: whoever it had would come back with an older backup.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use forloeb::words::Sletningsgrund;
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::bounds;
use crate::durable;
use crate::seal::{Seal, SealError};

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

/// Which log a list is of, in its first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Heading {
    log: String,
}

/// Why nobody is answered by what is in a folder: somebody who was erased could be back.
#[derive(Debug, Error)]
pub enum ListError {
    /// It cannot be read or written. The file is named.
    #[error(transparent)]
    File(#[from] io::Error),
    /// The key whose name the first line has.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// There was one, and it is gone.
    #[error(
        "listen over sletninger, {}, findes ikke, og der har været en. Uden den kan nogen, der er slettet, komme tilbage med \
         en ældre kopi af datamappen. Find filen frem igen (RASKVEJ_SLETNINGER_FIL). Er den tabt, eller er indstillingen \
         ny, så læg en tom fil dér: så skrives de sletninger i den, som loggen kender",
        .0.display()
    )]
    Missing(PathBuf),
    /// It is somebody else's.
    #[error(
        "listen over sletninger, {}, er listen til en anden log ({log}). Læg listen til datamappens egen log dér. Er det \
         den, så fjern filens første linje",
        .path.display()
    )]
    OtherLog {
        /// The file.
        path: PathBuf,
        /// Which log it names.
        log: String,
    },
}

/// Everybody on a list.
pub type Listed = BTreeMap<Uuid, Erased>;

/// The list, in every place where it is kept.
#[derive(Debug, Clone)]
pub struct Erasures {
    own: PathBuf,
    elsewhere: Option<PathBuf>,
}

impl Erasures {
    /// The one of a data folder, with a copy elsewhere where there is to be one.
    #[must_use]
    pub fn new(folder: &Path, elsewhere: Option<&Path>) -> Self {
        Self { own: folder.join(FILE), elsewhere: elsewhere.map(Path::to_owned) }
    }

    fn places(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&*self.own).chain(self.elsewhere.as_deref())
    }

    /// Makes the list outside of the folder where there never was one, and says whether it did. `has_erased`: the log knows of
    /// somebody who was erased.
    ///
    /// # Errors
    /// As [`Self::look`], or the list cannot be written.
    pub fn begin(&self, folder: &Path, has_erased: bool) -> Result<bool, ListError> {
        let Some(elsewhere) = &self.elsewhere else { return Ok(false) };
        self.look(folder, has_erased)?;
        let before = open(elsewhere)?;
        let begins = before.is_none();
        // A backup from before anything was sealed has no key and gets a new one: the list is that of its log all the same.
        let unnamed = before.as_ref().is_some_and(|found| found.log.is_some());
        if begins || unnamed && matches!(Seal::of_folder(folder), Ok(None)) {
            put(elsewhere, folder, &before.map_or_else(Listed::new, |found| found.listed))?;
        }
        // It goes into backups, and says to whoever restores one that there was a list outside.
        if !self.own.try_exists()?
            && let Err(error) = put(&self.own, folder, &Listed::new())
        {
            tracing::warn!(%error, "mappens egen liste over sletninger kan ikke begyndes");
        }
        Ok(begins)
    }

    /// Looks whether the list outside of the folder is there and is that of the folder's log. One that never was is in order.
    ///
    /// # Errors
    /// It is missing or another log's, or cannot be read.
    pub fn look(&self, folder: &Path, has_erased: bool) -> Result<(), ListError> {
        let Some(elsewhere) = &self.elsewhere else { return Ok(()) };
        let Some(found) = open(elsewhere)? else {
            let was_there = has_erased || self.own.try_exists()?;
            return if was_there { Err(ListError::Missing(elsewhere.clone())) } else { Ok(()) };
        };
        // A folder that never sealed anything has no name yet; that its key is damaged is told by whoever needs it.
        let name = Seal::of_folder(folder).ok().flatten().map(|seal| seal.public_key().name());
        match (found.log, name) {
            (Some(log), Some(name)) if log != name => Err(ListError::OtherLog { path: elsewhere.clone(), log }),
            _ => Ok(()),
        }
    }

    /// Everybody who is on it, wherever.
    ///
    /// # Errors
    /// Names the file that cannot be read, and the line that says something else.
    pub fn read(&self) -> io::Result<Listed> {
        let mut all = Listed::new();
        for place in self.places() {
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
        for place in self.places() {
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
        self.places().try_for_each(|place| write(place, &all).map_err(|error| of(place, &error)))
    }
}

/// What stands in a file.
struct Found {
    log: Option<String>,
    listed: Listed,
}

/// Reads a list; nothing where there is no file.
fn open(path: &Path) -> io::Result<Option<Found>> {
    let text = match bounds::read_text(path, LARGEST) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        text => text.map_err(|error| of(path, &error))?,
    };
    let heading = text.lines().next().and_then(|line| serde_json::from_str::<Heading>(line).ok());
    let line = |(nth, line): (usize, &str)| {
        let erased: Erased = serde_json::from_str(line).map_err(|_| {
            let error = format!("linje {} er ikke en sletning", nth + 1);
            of(path, &io::Error::new(ErrorKind::InvalidData, error))
        })?;
        Ok((erased.person, erased))
    };
    let lines = text.lines().enumerate().skip(usize::from(heading.is_some()));
    let listed = lines.map(line).collect::<io::Result<Listed>>()?;
    Ok(Some(Found { log: heading.map(|heading| heading.log), listed }))
}

/// Reads a list; an empty one where there is no file.
///
/// # Errors
/// Names the file, and the line that says something else.
pub fn read(path: &Path) -> io::Result<Listed> {
    Ok(open(path)?.map_or_else(Listed::new, |found| found.listed))
}

/// Writes a list in the place of the one there, whose log stays named.
///
/// # Errors
/// The folder does not take it, or what is there is no list.
pub fn write(path: &Path, listed: &Listed) -> io::Result<()> {
    let log = open(path)?.and_then(|found| found.log);
    durable::replace(path, &bytes(log.as_deref(), listed)?)
}

/// A list as it stands in a file.
///
/// # Errors
/// None: writing to memory does not fail.
pub fn bytes(log: Option<&str>, listed: &Listed) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if let Some(log) = log {
        serde_json::to_writer(&mut bytes, &Heading { log: log.to_owned() })?;
        bytes.push(b'\n');
    }
    for erased in listed.values() {
        serde_json::to_writer(&mut bytes, erased)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Puts a list there that is named by the log of a folder.
fn put(path: &Path, folder: &Path, listed: &Listed) -> Result<(), ListError> {
    let name = Seal::i(folder)?.public_key().name();
    durable::replace(path, &bytes(Some(&name), listed)?).map_err(|error| of(path, &error))?;
    Ok(())
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

    /// A folder that can seal, and a place outside of it for the list.
    fn folder() -> (tempfile::TempDir, tempfile::TempDir, PathBuf) {
        let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::create_dir(folder.path().join("noegler")).unwrap();
        let list = elsewhere.path().join("sletninger");
        (folder, elsewhere, list)
    }

    #[test]
    fn a_list_outside_begins_once_and_names_its_log() {
        let (folder, _elsewhere, list) = folder();
        let erasures = Erasures::new(folder.path(), Some(&list));
        assert!(erasures.begin(folder.path(), false).unwrap());
        assert!(!erasures.begin(folder.path(), false).unwrap(), "it is there");
        let name = Seal::of_folder(folder.path()).unwrap().unwrap().public_key().name();
        let heading = format!("{{\"log\":\"{name}\"}}\n");
        for place in [folder.path().join(FILE), list.clone()] {
            assert_eq!(std::fs::read_to_string(&place).unwrap(), heading);
            assert!(read(&place).unwrap().is_empty());
        }
        erasures.add([erased(1)]).unwrap();
        for place in [folder.path().join(FILE), list] {
            assert!(std::fs::read_to_string(&place).unwrap().starts_with(&heading), "the log stays named");
            assert_eq!(read(&place).unwrap().len(), 1);
        }
        // Where nobody wants one, nothing begins.
        let (without, _, _) = self::folder();
        assert!(!Erasures::new(without.path(), None).begin(without.path(), true).unwrap());
        assert!(!without.path().join(FILE).exists());
    }

    #[test]
    fn a_list_that_was_there_and_is_gone_is_told_and_not_read_as_empty() {
        let (folder, _elsewhere, list) = folder();
        let erasures = Erasures::new(folder.path(), Some(&list));
        let missing = |has_erased| matches!(erasures.begin(folder.path(), has_erased), Err(ListError::Missing(_)));
        // The log says that somebody was erased, so there was a list, or there is to be one.
        assert!(missing(true) && !list.exists());
        erasures.begin(folder.path(), false).unwrap();
        std::fs::remove_file(&list).unwrap();
        assert!(missing(false) && !list.exists(), "the folder's own says that there was one");
        // Whoever puts an empty one there has said twice that it is gone.
        erasures.look(folder.path(), false).unwrap_err();
        std::fs::write(&list, "").unwrap();
        assert!(!erasures.begin(folder.path(), true).unwrap());
        erasures.look(folder.path(), true).unwrap();
    }

    #[test]
    fn the_list_of_another_log_is_told() {
        let (other, _elsewhere, list) = folder();
        let begin = |folder: &Path| Erasures::new(folder, Some(&list)).begin(folder, false);
        assert!(begin(other.path()).unwrap());
        let name = |folder: &Path| Seal::i(folder).unwrap().public_key().name();
        let (here, _, _) = folder();
        let of_here = name(here.path());
        let ListError::OtherLog { log, .. } = begin(here.path()).unwrap_err() else { panic!("it is another's") };
        assert_eq!(log, name(other.path()));
        // Whoever says that it is the right one takes the line away.
        std::fs::write(&list, "").unwrap();
        assert!(!begin(here.path()).unwrap());
        // A backup from before its log had a name takes the list, and gives it its new one.
        std::fs::write(&list, format!("{{\"log\":\"{of_here}\"}}\n")).unwrap();
        write(&list, &Listed::from([(erased(1).person, erased(1))])).unwrap();
        let (without_seal, _, _) = folder();
        assert!(!begin(without_seal.path()).unwrap());
        let told = std::fs::read_to_string(&list).unwrap();
        assert!(told.starts_with(&format!("{{\"log\":\"{}\"}}\n", name(without_seal.path()))), "{told}");
        assert_eq!(read(&list).unwrap().len(), 1);
        assert!(!begin(without_seal.path()).unwrap(), "and so it is at the next start");
    }
}
