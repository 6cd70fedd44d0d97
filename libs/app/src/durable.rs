//! Files and folders that are made for somebody: there whole or not at all, and still there after a power cut.
//!
//! What is in a file is durable when the file was synced, its name when the folder it is in was, and that folder's name
//! when the one above it was. Whoever made a folder above, a moment ago or before a crash, need not have synced it; so
//! all of them are.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{self, Path, PathBuf};

use rustix::fs::{CWD, RenameFlags, renameat_with};
use rustix::io::Errno;

use crate::owner;

/// A file that only its owner may read.
pub const SECRET: u32 = 0o600;
/// A folder that only its owner may enter.
pub const PRIVATE: u32 = 0o700;

/// What becomes of a file that has the name already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays, and the new one is not made.
    Keep,
    /// The new one takes its place.
    Replace,
}

/// A file that gets its name when it is whole and on disk. Dropped before that, nothing is left of it.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    temporary: PathBuf,
    path: PathBuf,
    /// Also the names of the folders above are to be durable.
    above: bool,
}

impl NewFile {
    /// A file beside others, also of other processes.
    ///
    /// # Errors
    /// The folder does not take it.
    pub fn create(path: &Path, mode: u32) -> io::Result<Self> {
        let mut nth = 0_u32;
        loop {
            let temporary = beside(path, &format!(".{}-{nth}", std::process::id()))?;
            match OpenOptions::new().write(true).create_new(true).mode(mode).open(&temporary) {
                Ok(file) => return Ok(Self { file, temporary, path: path.to_owned(), above: true }),
                // Another one is being made, or a process that had this number was killed.
                Err(error) if error.kind() == ErrorKind::AlreadyExists && nth < u32::MAX => nth += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// A file in a folder that is durable itself, and which only one writes at a time: what a crash left of the last try
    /// is written over.
    ///
    /// # Errors
    /// The folder does not take it.
    pub fn replacing(path: &Path) -> io::Result<Self> {
        let temporary = beside(path, ".ny")?;
        let file = OpenOptions::new().write(true).create(true).truncate(true).mode(SECRET).open(&temporary)?;
        Ok(Self { file, temporary, path: path.to_owned(), above: false })
    }

    /// Gives it its name. It is there after a power cut when this returns.
    ///
    /// # Errors
    /// [`ErrorKind::AlreadyExists`] where another has the name and is to keep it; or the file system refuses.
    pub fn finish(self, existing: Existing) -> io::Result<()> {
        self.file.sync_all()?;
        match existing {
            Existing::Replace => fs::rename(&self.temporary, &self.path)?,
            Existing::Keep => rename_new(&self.temporary, &self.path)?,
        }
        named(&self.path);
        if self.above { sync_names(&self.path) } else { sync_folder(folder_of(&self.path)) }
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        // It has its name, or it is not wanted.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes a whole [`NewFile::replacing`] the one before.
///
/// # Errors
/// The file system refuses; the one before is still there.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut new = NewFile::replacing(path)?;
    new.write_all(bytes)?;
    new.finish(Existing::Replace)
}

/// Makes a folder and those above it that are missing; it is there after a power cut when this returns, also where it was
/// there before.
///
/// # Errors
/// The file system refuses.
pub fn create_folder(path: &Path, mode: u32) -> io::Result<()> {
    let missing = |folder: &&Path| !folder.as_os_str().is_empty() && !folder.exists();
    let made: Vec<&Path> = path.ancestors().take_while(missing).collect();
    DirBuilder::new().recursive(true).mode(mode).create(path)?;
    made.iter().for_each(|folder| named(folder));
    made.iter().try_for_each(|folder| sync_folder(folder_of(folder)))?;
    sync_above(path)
}

/// Moves a file or folder within one file system. Its new name is durable when the folder is synced.
///
/// # Errors
/// The file system refuses.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    named(to);
    Ok(())
}

/// Makes the name of a file durable, and the names of the folders above it.
///
/// # Errors
/// The file system refuses.
pub fn sync_names(path: &Path) -> io::Result<()> {
    sync_folder(folder_of(path))?;
    sync_above(folder_of(path))
}

/// Makes the names in a folder durable.
///
/// # Errors
/// The file system refuses.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    match File::open(folder)?.sync_all() {
        // Some file systems have nothing to sync in a folder.
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => {}
        done => done?,
    }
    synced(folder);
    Ok(())
}

/// The same file, under whichever names.
#[must_use]
pub fn is_same(one: &Path, other: &Path) -> bool {
    let id = |path| owner::as_caller(|| fs::metadata(path)).map(|file| (file.dev(), file.ino()));
    matches!((id(one), id(other)), (Ok(one), Ok(other)) if one == other)
}

/// Makes the names of the folders durable that a folder is in, by its path and without the links in it.
fn sync_above(folder: &Path) -> io::Result<()> {
    let named = path::absolute(folder)?;
    let real = owner::as_caller(|| fs::canonicalize(folder)).unwrap_or_else(|_| named.clone());
    let above: BTreeSet<&Path> = [&named, &real].into_iter().flat_map(|folder| folder.ancestors().skip(1)).collect();
    for folder in above.into_iter().rev() {
        match owner::as_caller(|| sync_folder(folder)) {
            // One that may not be looked into was not made by us, nor for us.
            Err(error) if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem) => {}
            done => done?,
        }
    }
    Ok(())
}

fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    match renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE) {
        // A file system that cannot do it in one step.
        Err(Errno::INVAL | Errno::NOSYS) if fs::symlink_metadata(to).is_err() => fs::rename(from, to),
        Err(Errno::INVAL | Errno::NOSYS) => Err(ErrorKind::AlreadyExists.into()),
        done => Ok(done?),
    }
}

/// A hidden name beside a file.
fn beside(path: &Path, end: &str) -> io::Result<PathBuf> {
    let mut name: OsString = ".".into();
    name.push(path.file_name().ok_or(ErrorKind::InvalidFilename)?);
    name.push(end);
    Ok(path.with_file_name(name))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(not(any(test, feature = "testing")))]
const fn named(_: &Path) {}
#[cfg(not(any(test, feature = "testing")))]
const fn synced(_: &Path) {}
#[cfg(any(test, feature = "testing"))]
use seen::{named, synced};

/// What this thread has named and synced, for tests.
#[cfg(any(test, feature = "testing"))]
pub mod seen {
    use super::*;
    use std::cell::RefCell;

    enum Seen {
        Named(PathBuf),
        Synced(PathBuf),
    }

    thread_local! {
        static SEEN: RefCell<Vec<Seen>> = const { RefCell::new(Vec::new()) };
    }

    fn note(what: impl Fn(PathBuf) -> Seen, path: &Path) {
        SEEN.with_borrow_mut(|seen| seen.push(what(path::absolute(path).unwrap_or_else(|_| path.to_owned()))));
    }

    pub(super) fn named(path: &Path) {
        note(Seen::Named, path);
    }

    pub(super) fn synced(path: &Path) {
        note(Seen::Synced, path);
    }

    /// What `act` named, and what of it a power cut at its end would take; what it synced.
    pub fn during<T>(act: impl FnOnce() -> T) -> (T, Names) {
        SEEN.take();
        let done = act();
        let mut names = Names::default();
        for seen in SEEN.take() {
            match seen {
                Seen::Named(path) => {
                    names.unsafe_names.insert(path.clone());
                    names.named.insert(path);
                }
                Seen::Synced(folder) => {
                    names.unsafe_names.retain(|path| path.parent() != Some(&folder));
                    names.synced.insert(folder);
                }
            }
        }
        (done, names)
    }

    /// The names that were given, and what of them would have been there after a power cut.
    #[derive(Debug, Default)]
    pub struct Names {
        /// Every name that was given.
        pub named: BTreeSet<PathBuf>,
        /// Those whose folder was not synced after.
        pub unsafe_names: BTreeSet<PathBuf>,
        /// The folders that were synced.
        pub synced: BTreeSet<PathBuf>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> Vec<OsString> {
        let mut names: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_gets_its_name_when_it_is_whole_and_is_then_durable() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ud");
        for (existing, content) in [(Existing::Keep, "one"), (Existing::Replace, "two")] {
            let (_, names) = seen::during(|| {
                let mut new = NewFile::create(&path, SECRET).unwrap();
                new.write_all(content.as_bytes()).unwrap();
                assert_ne!(fs::read(&path).ok().as_deref(), Some(content.as_bytes()));
                new.finish(existing).unwrap();
            });
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
            assert_eq!((names.named, names.unsafe_names), (BTreeSet::from([path.clone()]), BTreeSet::new()));
            assert!(folder.path().ancestors().all(|above| names.synced.contains(above)), "{:?}", names.synced);
        }
        let mut late = NewFile::create(&path, SECRET).unwrap();
        late.write_all(b"three").unwrap();
        assert_eq!(late.finish(Existing::Keep).unwrap_err().kind(), ErrorKind::AlreadyExists);
        drop(NewFile::create(&path, SECRET).unwrap());
        assert_eq!((fs::read_to_string(&path).unwrap().as_str(), files(folder.path())), ("two", vec!["ud".into()]));
    }

    #[test]
    fn what_a_killed_process_left_is_in_nobodys_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ud");
        std::mem::forget(NewFile::create(&path, SECRET).unwrap());
        NewFile::create(&path, SECRET).unwrap().finish(Existing::Keep).unwrap();
        let mut half = NewFile::replacing(&path).unwrap();
        half.write_all(b"much more than comes now").unwrap();
        std::mem::forget(half);
        replace(&path, b"little").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"little");
    }

    #[test]
    fn every_new_folder_on_the_way_is_durable() {
        let folder = tempfile::tempdir().unwrap();
        let deep = folder.path().join("a/b/c");
        let (_, names) = seen::during(|| create_folder(&deep, PRIVATE).unwrap());
        assert_eq!(names.named.len(), 3);
        assert_eq!(names.unsafe_names, BTreeSet::new());
        // Made by somebody who was killed before it was synced.
        let (_, names) = seen::during(|| create_folder(&deep, PRIVATE).unwrap());
        assert!(deep.ancestors().skip(1).all(|above| names.synced.contains(above)));
    }
}
