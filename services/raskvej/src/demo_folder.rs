//! Whose a data folder is: the demonstration's, or somebody's.
//!
//! In the demonstration a button gives HR's access, the clock is moved by hand, and mails that go nowhere are recorded as
//! sent. So it runs only in a folder that it made itself, which it marks before anything else is in it, and a folder with
//! the mark is never served as a workplace.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::durable::{self, Existing, NewFile, PRIVATE, SECRET};

/// The mark: a file of this name.
pub const MARK: &str = "demonstration";
/// What it says to somebody who finds it.
const SAYS: &str = "Denne mappe er lavet af raskvej demo. Arbejdspladsen er opdigtet, og alle kan logge ind som HR.\n";
/// What a new file system has by itself.
const OF_FILE_SYSTEM: &str = "lost+found";

/// Why a folder is not used.
#[derive(Debug, Error)]
pub enum FolderDenial {
    /// It is somebody's, and the demonstration is to run in it.
    #[error(
        "{}: mappen er ikke tom og er ikke lavet af demonstrationen, og i den kan alle logge ind som HR. Vælg en ny mappe: \
         raskvej demo --data MAPPE. Skal tjenesten køre på mappen, så brug raskvej serve --data MAPPE. Er den fra en \
         demonstration, som en ældre udgave lavede, så slet den først.", .0.display()
    )]
    NotOurs(PathBuf),
    /// It is the demonstration's, and is to be served.
    #[error(
        "{}: mappen er lavet af demonstrationen, og arbejdspladsen i den er opdigtet. Vælg en anden mappe: \
         raskvej serve --data MAPPE. Skal demonstrationen køre videre, så brug raskvej demo --data MAPPE.", .0.display()
    )]
    Demonstration(PathBuf),
    /// It cannot be looked into, or the mark cannot be written.
    #[error("{}: {error}", folder.display())]
    File {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Lets the demonstration into a folder that it made, and makes and marks one that is new or empty.
///
/// # Errors
/// It is somebody's, or the system does not let us.
pub fn take_for_demonstration(folder: &Path) -> Result<(), FolderDenial> {
    let failed = |error| FolderDenial::File { folder: folder.to_owned(), error };
    if is_demonstration(folder)? {
        return Ok(());
    }
    durable::create_folder(folder, PRIVATE).map_err(failed)?;
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        if entry.map_err(failed)?.file_name() != OF_FILE_SYSTEM {
            return Err(FolderDenial::NotOurs(folder.to_owned()));
        }
    }
    match write_mark(&folder.join(MARK)) {
        // Another demonstration was first; which of them has the folder, its log decides.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
        written => written.map_err(failed),
    }
}

/// Refuses to serve the folder of a demonstration.
///
/// # Errors
/// It is one, or the system does not let us look.
pub fn refuse_demonstration(folder: &Path) -> Result<(), FolderDenial> {
    if is_demonstration(folder)? { Err(FolderDenial::Demonstration(folder.to_owned())) } else { Ok(()) }
}

fn is_demonstration(folder: &Path) -> Result<bool, FolderDenial> {
    match std::fs::symlink_metadata(folder.join(MARK)) {
        Ok(found) => Ok(found.is_file()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(FolderDenial::File { folder: folder.to_owned(), error }),
    }
}

fn write_mark(path: &Path) -> io::Result<()> {
    let mut mark = NewFile::create(path, SECRET)?;
    mark.write_all(SAYS.as_bytes())?;
    mark.finish(Existing::Keep)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::durable::seen;

    #[test]
    fn the_demonstration_takes_new_and_empty_folders_and_its_own() {
        let place = tempfile::tempdir().unwrap();
        let empty = place.path().join("tom");
        fs::create_dir_all(empty.join(OF_FILE_SYSTEM)).unwrap();
        for folder in [place.path().join("ny/dybere"), empty] {
            assert!(refuse_demonstration(&folder).is_ok());
            let (taken, names) = seen::during(|| take_for_demonstration(&folder));
            assert!(taken.is_ok() && names.named.contains(&folder.join(MARK)), "{names:?}");
            assert!(names.unsafe_names.is_empty(), "{names:?}");
            fs::create_dir(folder.join("journal")).unwrap();
            assert!(take_for_demonstration(&folder).is_ok(), "its own, again");
            assert!(matches!(refuse_demonstration(&folder), Err(FolderDenial::Demonstration(_))));
        }
    }

    #[test]
    fn the_demonstration_leaves_what_is_somebodys_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path();
        // A name is not enough: what the demonstration writes is a file.
        for name in ["journal", MARK] {
            fs::create_dir(folder.join(name)).unwrap();
            let denial = take_for_demonstration(folder).unwrap_err();
            assert!(matches!(denial, FolderDenial::NotOurs(_)), "{denial}");
            assert!(denial.to_string().contains("serve --data"), "{denial}");
            assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
            fs::remove_dir(folder.join(name)).unwrap();
        }
        fs::write(folder.join("fil"), "x").unwrap();
        assert!(matches!(take_for_demonstration(&folder.join("fil")), Err(FolderDenial::File { .. })));
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    }
}
