//! The few file operations of the journal, in one place, so that tests can see them and make them fail. Whoever keeps
//! other files beside the log does it through these too.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
    sync::Arc,
};

/// A file operation of the log; not those that sled does inside the folder of the index.
#[derive(Debug, Clone, Copy)]
pub enum Operation<'a> {
    /// A new, empty file.
    Create(&'a Path),
    /// Bytes written at an offset.
    Write(&'a Path, u64, &'a [u8]),
    /// Room reserved up to a length; reads as zeros.
    Allocate(&'a Path, u64),
    /// A file cut to a length.
    Truncate(&'a Path, u64),
    /// Bytes and length of a file made durable.
    Sync(&'a Path),
    /// Names in a folder made durable.
    SyncFolder(&'a Path),
    /// A file given another name in the same folder.
    Rename(&'a Path, &'a Path),
    /// A file removed.
    Remove(&'a Path),
    /// A new folder.
    MakeFolder(&'a Path),
    /// A folder removed with what is in it.
    RemoveFolder(&'a Path),
}

/// Sees every file operation of a journal; for fault tests.
pub trait Watch: Send + Sync + std::fmt::Debug {
    /// Called before the operation, which is not done when this fails.
    ///
    /// # Errors
    /// What the operation is to fail with.
    fn before(&self, operation: Operation<'_>) -> io::Result<()>;
    /// Called when the operation has succeeded.
    fn after(&self, operation: Operation<'_>);
    /// Called before bytes of a segment of an open log are read: the name of the file, the offset and how many. A slow disk
    /// is one that takes its time here.
    ///
    /// # Errors
    /// What the read is to fail with.
    fn reading(&self, name: &str, offset: u64, len: usize) -> io::Result<()> {
        let _ = (name, offset, len);
        Ok(())
    }
}

/// How often a call that a signal interrupts is made again.
const INTERRUPTIONS: u32 = 100;

/// The file operations, and who sees them.
#[derive(Debug, Clone, Default)]
pub struct Disk {
    watch: Option<Arc<dyn Watch>>,
}

/// An open file, or an open folder, that knows its name.
#[derive(Debug)]
pub struct Named {
    pub(crate) file: File,
    pub(crate) path: PathBuf,
}

impl Named {
    /// The file as it was opened; it stays the same when it is renamed.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Its path; after a rename the new one.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Disk {
    /// The disk; `watch` sees every operation and can make it fail.
    #[must_use]
    pub fn new(watch: Option<Arc<dyn Watch>>) -> Disk {
        Disk { watch }
    }

    fn run<T>(&self, operation: Operation<'_>, act: impl Fn() -> io::Result<T>) -> io::Result<T> {
        let once = || {
            let Some(watch) = &self.watch else { return act() };
            watch.before(operation)?;
            let done = act()?;
            watch.after(operation);
            Ok(done)
        };
        // A signal says nothing about the file, and the standard library repeats not all of these calls.
        for _ in 0..INTERRUPTIONS {
            match once() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                done => return done,
            }
        }
        once()
    }

    /// A new, empty file, or an empty one in the place of what was there; only its owner may open it.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn create(&self, path: &Path) -> io::Result<Named> {
        let file = self.run(Operation::Create(path), || {
            OpenOptions::new().read(true).write(true).create(true).truncate(true).mode(0o600).open(path)
        })?;
        Ok(Named { file, path: path.to_owned() })
    }

    /// A file that is there, for reading and writing.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn open(path: &Path) -> io::Result<Named> {
        let file = OpenOptions::new().read(true).write(true).open(path)?;
        Ok(Named { file, path: path.to_owned() })
    }

    /// Writes all of these bytes.
    ///
    /// # Errors
    /// The file system refuses; some of them may be there.
    pub fn write_at(&self, to: &Named, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.run(Operation::Write(&to.path, offset, bytes), || to.file.write_all_at(bytes, offset))
    }

    /// Fills the buffer from an offset. Reads are many and the name is only for who watches, so it is made only for them.
    pub(crate) fn read_at(
        &self,
        from: &File,
        name: impl FnOnce() -> String,
        into: &mut [u8],
        offset: u64,
    ) -> io::Result<()> {
        if let Some(watch) = &self.watch {
            watch.reading(&name(), offset, into.len())?;
        }
        from.read_exact_at(into, offset)
    }

    /// Reserves room, so that writing within it needs no new blocks and syncing it no change of length.
    pub(crate) fn allocate(&self, to: &Named, len: u64) -> io::Result<()> {
        use rustix::{fs::FallocateFlags, io::Errno};
        self.run(Operation::Allocate(&to.path, len), || {
            match rustix::fs::fallocate(&to.file, FallocateFlags::empty(), 0, len) {
                // Some file systems cannot reserve; zeros of the right length keep the format the same.
                Err(Errno::OPNOTSUPP | Errno::NOSYS) => to.file.set_len(len.max(to.file.metadata()?.len())),
                other => Ok(other?),
            }
        })
    }

    pub(crate) fn truncate(&self, to: &Named, len: u64) -> io::Result<()> {
        self.run(Operation::Truncate(&to.path, len), || to.file.set_len(len))
    }

    /// Makes bytes and length of a file durable.
    ///
    /// # Errors
    /// The file system refuses; what was written since the last sync may be gone.
    pub fn sync(&self, file: &Named) -> io::Result<()> {
        self.run(Operation::Sync(&file.path), || file.file.sync_data())
    }

    /// Makes the names in a folder durable.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.run(Operation::SyncFolder(folder), || File::open(folder)?.sync_all())
    }

    /// A folder held open, so that its names can be synced later whatever else is open then.
    pub(crate) fn open_folder(path: &Path) -> io::Result<Named> {
        Ok(Named { file: File::open(path)?, path: path.to_owned() })
    }

    pub(crate) fn sync_names(&self, folder: &Named) -> io::Result<()> {
        self.run(Operation::SyncFolder(&folder.path), || folder.file.sync_all())
    }

    /// Gives a file another name in the same folder, in the place of what has that name.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn rename(&self, file: &mut Named, to: &Path) -> io::Result<()> {
        self.run(Operation::Rename(&file.path, to), || fs::rename(&file.path, to))?;
        file.path = to.to_owned();
        Ok(())
    }

    /// Removes a file.
    ///
    /// # Errors
    /// The file system refuses.
    pub fn remove(&self, path: &Path) -> io::Result<()> {
        self.run(Operation::Remove(path), || fs::remove_file(path))
    }

    /// Makes a folder that only its owner may enter, and those above it that are missing; gives those that were.
    pub(crate) fn make_folder(&self, path: &Path) -> io::Result<Vec<PathBuf>> {
        if path.as_os_str().is_empty() || path.is_dir() {
            return Ok(Vec::new());
        }
        let mut made = path.parent().map_or_else(|| Ok(Vec::new()), |parent| self.make_folder(parent))?;
        match self.run(Operation::MakeFolder(path), || fs::DirBuilder::new().mode(0o700).create(path)) {
            // Somebody else has made it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
            done => {
                done?;
                made.push(path.to_owned());
            }
        }
        Ok(made)
    }

    pub(crate) fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.run(Operation::RemoveFolder(path), || fs::remove_dir_all(path))
    }

    /// A whole small file put in place at once: either the old or the new one is there after a crash.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut name = path.as_os_str().to_owned();
        name.push(".tmp");
        let mut file = self.create(Path::new(&name))?;
        self.write_at(&file, bytes, 0)?;
        self.sync(&file)?;
        self.rename(&mut file, path)?;
        self.sync_folder(path.parent().unwrap_or(Path::new(".")))
    }
}

/// The folder may not be looked into, or its file system has nothing to sync: names that it has had for long are safe.
pub(crate) fn is_not_synced(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidInput, PermissionDenied, ReadOnlyFilesystem, Unsupported};
    matches!(error.kind(), PermissionDenied | ReadOnlyFilesystem | InvalidInput | Unsupported)
}

/// Bytes that an ordinary user can still write to the file system of this folder.
pub(crate) fn free_bytes(folder: &Path) -> io::Result<u64> {
    let free = rustix::fs::statvfs(folder)?;
    Ok(free.f_bavail.saturating_mul(free.f_frsize))
}
