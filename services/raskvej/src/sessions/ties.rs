//! Which login at a provider belongs to which employee number: the one it came with first.
//!
//! A file of its own in the data folder, `logins`, and not in the store of the sessions: losing those means logging in again,
//! and losing this would let a login that comes with another number in as somebody else. So it is in every backup. One JSON
//! object a line: `{"login":HASH,"medarbejder_nr":NUMBER}`; of the login only the hash of the provider's `iss` and `sub`.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use serde::{Deserialize, Serialize};
use sled::Db;

use crate::bounds;
use crate::durable;

/// Where they are in the data folder and in a backup.
pub(crate) const FILE: &str = "logins";
/// More than half a million logins have not, in bytes.
const LARGEST: usize = 64 << 20;
/// Where earlier programs had them, in the store of the sessions.
const BEFORE: &str = "identiteter";

/// One of them, as it is written.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Tie {
    login: String,
    medarbejder_nr: String,
}

/// All of them, in memory and in the file.
#[derive(Debug)]
pub(super) struct Ties {
    path: PathBuf,
    /// Employee number by the hash of a login.
    known: Mutex<BTreeMap<String, String>>,
}

impl Ties {
    /// Those of a data folder. What an earlier program left in the store of the sessions comes into the file, once.
    ///
    /// # Errors
    /// The file cannot be read or written, or a line of it is something else: nobody is let in by guessing.
    pub(super) fn open(data: &Path, store: &Db) -> io::Result<Self> {
        let path = data.join(FILE);
        let mut known = read(&path)?;
        let before = store.open_tree(BEFORE)?;
        if !before.is_empty() {
            for entry in &before {
                let (login, nr) = entry?;
                let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
                known.entry(text(&login)).or_insert_with(|| text(&nr));
            }
            write(&path, &known)?;
            before.clear()?;
            before.flush()?;
        }
        Ok(Self { path, known: Mutex::new(known) })
    }

    /// The employee number that a login belongs to. One that is new belongs to this one from now on; that is on disk when this
    /// returns.
    ///
    /// # Errors
    /// The file cannot be written: then nothing is tied.
    pub(super) fn first(&self, login: String, nr: String) -> io::Result<String> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(first) = known.get(&login) {
            return Ok(first.clone());
        }
        let mut with = known.clone();
        with.insert(login, nr.clone());
        write(&self.path, &with)?;
        *known = with;
        Ok(nr)
    }

    /// Forgets those of the employee numbers that are meant; how many.
    ///
    /// # Errors
    /// The file cannot be written: then all are as they were.
    pub(super) fn untie(&self, meant: impl Fn(&str) -> bool) -> io::Result<usize> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let gone: Vec<String> = known.iter().filter(|(_, nr)| meant(nr)).map(|(login, _)| login.clone()).collect();
        if gone.is_empty() {
            return Ok(0);
        }
        let mut left = known.clone();
        gone.iter().for_each(|login| drop(left.remove(login)));
        write(&self.path, &left)?;
        *known = left;
        Ok(gone.len())
    }
}

fn read(path: &Path) -> io::Result<BTreeMap<String, String>> {
    let of = |error: io::Error| io::Error::new(error.kind(), format!("{}: {error}", path.display()));
    let text = match bounds::read_text(path, LARGEST) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(BTreeMap::new()),
        text => text.map_err(of)?,
    };
    let line = |(nth, line): (usize, &str)| {
        let tie: Tie = serde_json::from_str(line)
            .map_err(|_| of(io::Error::new(ErrorKind::InvalidData, format!("linje {} er ikke et login", nth + 1))))?;
        Ok((tie.login, tie.medarbejder_nr))
    };
    text.lines().enumerate().map(line).collect()
}

fn write(path: &Path, known: &BTreeMap<String, String>) -> io::Result<()> {
    let mut bytes = Vec::new();
    for (login, nr) in known {
        let tie = Tie { login: login.clone(), medarbejder_nr: nr.clone() };
        serde_json::to_writer(&mut bytes, &tie)?;
        bytes.push(b'\n');
    }
    durable::replace(path, &bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &Path) -> Db {
        sled::Config::new().path(folder.join("sessioner")).open().unwrap()
    }

    fn text(text: &str) -> String {
        text.to_owned()
    }

    #[test]
    fn the_first_number_holds_until_it_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let ties = Ties::open(folder.path(), &store).unwrap();
        assert_eq!(ties.first(text("a"), text("1001")).unwrap(), "1001");
        assert_eq!(ties.first(text("a"), text("1002")).unwrap(), "1001");
        let ties = Ties::open(folder.path(), &store).unwrap();
        assert_eq!(ties.first(text("a"), text("1002")).unwrap(), "1001", "the next start knows");
        assert_eq!((ties.untie(|nr| nr == "1002").unwrap(), ties.untie(|nr| nr == "1001").unwrap()), (0, 1));
        assert_eq!(Ties::open(folder.path(), &store).unwrap().first(text("a"), text("1002")).unwrap(), "1002");
        let written = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert_eq!(written, "{\"login\":\"a\",\"medarbejder_nr\":\"1002\"}\n");
    }

    #[test]
    fn what_an_earlier_program_left_comes_along_once() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        store.open_tree(BEFORE).unwrap().insert("a", "1001").unwrap();
        let ties = Ties::open(folder.path(), &store).unwrap();
        assert_eq!(ties.first(text("a"), text("1002")).unwrap(), "1001");
        ties.untie(|_| true).unwrap();
        assert_eq!(Ties::open(folder.path(), &store).unwrap().first(text("a"), text("1002")).unwrap(), "1002");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_named_and_ties_nothing_anew() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "{\"login\":\"a\",\"medarbejder_nr\":\"1\"}\n{}\n").unwrap();
        let error = Ties::open(folder.path(), &store(folder.path())).unwrap_err().to_string();
        assert!(error.contains("logins") && error.contains("linje 2"), "{error}");
    }

    #[test]
    fn where_nothing_can_be_written_nothing_is_tied() {
        let folder = tempfile::tempdir().unwrap();
        let store = store(folder.path());
        let ties = Ties { path: folder.path().join("findes-ikke").join(FILE), known: Mutex::default() };
        assert!(ties.first(text("a"), text("1001")).is_err());
        assert!(ties.known.lock().unwrap().is_empty());
        drop(store);
    }
}
