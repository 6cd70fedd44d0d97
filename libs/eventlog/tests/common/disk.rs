//! A disk for tests: one that fails, and one whose power is cut.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fs, io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::Mutex,
};

use eventlog::{Operation, Watch};

use super::Random;

/// What an operation is about: kind and file.
pub(crate) fn site(operation: Operation<'_>) -> Site {
    let (kind, path) = match operation {
        Operation::Create(path) => ("create", path),
        Operation::Write(path, ..) => ("write", path),
        Operation::Allocate(path, _) => ("allocate", path),
        Operation::Truncate(path, _) => ("truncate", path),
        Operation::Sync(path) => ("sync", path),
        Operation::SyncFolder(path) => ("sync folder", path),
        Operation::Rename(path, _) => ("rename", path),
        Operation::Remove(path) => ("remove", path),
        Operation::MakeFolder(path) => ("make folder", path),
        Operation::RemoveFolder(path) => ("remove folder", path),
    };
    let name = path.file_name().map_or("", |name| name.to_str().unwrap());
    let file = match name {
        _ if name.starts_with("hoved") => "hoved",
        _ if name.contains(".rvs") => "packed segment",
        "index.seen" | "index.seen.tmp" => "filter",
        "index.open" => "mark",
        "index" => "index",
        _ if name.ends_with(".torn") => "torn",
        _ if name.ends_with(".tmp") => "new segment",
        _ if name.starts_with("seg-") => "segment",
        "journal" => "journal",
        "torn" => "torn",
        _ => "root",
    };
    (kind, file)
}

/// Kind and file.
pub(crate) type Site = (&'static str, &'static str);

/// Makes the n-th operation of a site fail, as a disk does: a write may be there in part, where a sync fails there is what
/// was there before, and of a folder that cannot be removed half is gone.
#[derive(Debug, Default)]
pub(crate) struct Failing {
    pub(crate) fail: Option<(Site, u64)>,
    pub(crate) state: Mutex<FailingState>,
}

#[derive(Debug, Default)]
pub(crate) struct FailingState {
    pub(crate) seen: BTreeMap<Site, u64>,
    /// The last write, and what was there before.
    written: Option<(PathBuf, u64, Vec<u8>)>,
    pub(crate) failed: bool,
}

impl Watch for Failing {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        let mut state = self.state.lock().unwrap();
        let site = site(operation);
        let seen = state.seen.entry(site).or_default();
        *seen += 1;
        let fails = self.fail == Some((site, *seen));
        if !fails {
            if let Operation::Write(path, offset, bytes) = operation {
                let mut before = vec![0; bytes.len()];
                let _ = fs::File::open(path)?.read_at(&mut before, offset)?;
                state.written = Some((path.to_owned(), offset, before));
            }
            return Ok(());
        }
        state.failed = true;
        match operation {
            Operation::Write(path, offset, bytes) => {
                let file = fs::OpenOptions::new().write(true).open(path)?;
                file.write_all_at(&bytes[..bytes.len() / 2], offset)?;
            }
            Operation::Sync(path) => {
                if let Some((written, offset, before)) = &state.written
                    && written == path
                {
                    let file = fs::OpenOptions::new().write(true).open(path)?;
                    file.write_all_at(before, *offset)?;
                }
            }
            Operation::RemoveFolder(path) => {
                let mut files: Vec<_> = fs::read_dir(path)?.map(|entry| entry.unwrap().path()).collect();
                files.sort_unstable();
                files.iter().filter(|path| path.is_file()).step_by(2).try_for_each(fs::remove_file)?;
            }
            _ => {}
        }
        Err(io::Error::other("made to fail"))
    }

    fn after(&self, _: Operation<'_>) {}
}

/// What was done to files, in order, with the acknowledgements between.
#[derive(Debug, Clone)]
pub(crate) enum Did {
    Create(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Allocate(PathBuf, u64),
    Truncate(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    MakeFolder(PathBuf),
    RemoveFolder(PathBuf),
    Acknowledged(u64, u64),
}

#[derive(Debug, Default)]
pub(crate) struct Recorder(pub(crate) Mutex<Vec<Did>>);

impl Watch for Recorder {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        // A write may reach the disk from here on; a sync has not happened before it is over.
        if matches!(operation, Operation::Write(..)) {
            self.push(operation);
        }
        Ok(())
    }

    fn after(&self, operation: Operation<'_>) {
        if !matches!(operation, Operation::Write(..)) {
            self.push(operation);
        }
    }
}

impl Recorder {
    fn push(&self, operation: Operation<'_>) {
        let did = match operation {
            Operation::Create(path) => Did::Create(path.into()),
            Operation::Write(path, offset, bytes) => Did::Write(path.into(), offset, bytes.into()),
            Operation::Allocate(path, len) => Did::Allocate(path.into(), len),
            Operation::Truncate(path, len) => Did::Truncate(path.into(), len),
            Operation::Sync(path) => Did::Sync(path.into()),
            Operation::SyncFolder(path) => Did::SyncFolder(path.into()),
            Operation::Rename(from, to) => Did::Rename(from.into(), to.into()),
            Operation::Remove(path) => Did::Remove(path.into()),
            Operation::MakeFolder(path) => Did::MakeFolder(path.into()),
            Operation::RemoveFolder(path) => Did::RemoveFolder(path.into()),
        };
        self.0.lock().unwrap().push(did);
    }
}

/// A disk: files by number, what of each is synced, and names by folder.
#[derive(Default, Clone)]
pub(crate) struct Image {
    files: Vec<(Vec<u8>, Vec<Change>)>,
    /// Names as the process sees them.
    names: HashMap<PathBuf, usize>,
    /// Folders that were made; each has a name as a file has, and what is in it is lost with that.
    folders: HashSet<PathBuf>,
    /// Names that are durable, and what changed since.
    durable: HashMap<PathBuf, usize>,
    changes: Vec<NameChange>,
}

#[derive(Clone)]
enum Change {
    Write(u64, Vec<u8>),
    Grow(u64),
    Cut(u64),
}

#[derive(Clone)]
enum NameChange {
    Set(PathBuf, usize),
    Move(PathBuf, PathBuf, usize),
    Remove(PathBuf),
}

impl NameChange {
    fn folder(&self) -> &Path {
        let (NameChange::Set(path, _) | NameChange::Move(path, ..) | NameChange::Remove(path)) = self;
        path.parent().unwrap()
    }

    fn apply(&self, names: &mut HashMap<PathBuf, usize>) {
        match self {
            NameChange::Set(path, file) => drop(names.insert(path.clone(), *file)),
            NameChange::Move(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
            NameChange::Remove(path) => drop(names.remove(path)),
        }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Change::Write(offset, new) => {
                let offset = usize::try_from(*offset).unwrap();
                bytes.resize(bytes.len().max(offset + new.len()), 0);
                bytes[offset..offset + new.len()].copy_from_slice(new);
            }
            Change::Grow(len) => bytes.resize(bytes.len().max(usize::try_from(*len).unwrap()), 0),
            Change::Cut(len) => bytes.resize(usize::try_from(*len).unwrap(), 0),
        }
    }
}

impl Image {
    fn change(&mut self, path: &Path, change: Change) {
        let file = self.names[path];
        self.files[file].1.push(change);
    }

    fn name(&mut self, change: NameChange) {
        change.apply(&mut self.names);
        self.changes.push(change);
    }

    pub(crate) fn run(&mut self, did: &Did) {
        match did {
            Did::Create(path) => {
                if let Some(file) = self.names.get(path) {
                    self.files[*file].1.push(Change::Cut(0));
                    return;
                }
                self.files.push((Vec::new(), Vec::new()));
                self.name(NameChange::Set(path.clone(), self.files.len() - 1));
            }
            Did::Write(path, offset, bytes) => self.change(path, Change::Write(*offset, bytes.clone())),
            Did::Allocate(path, len) => self.change(path, Change::Grow(*len)),
            Did::Truncate(path, len) => self.change(path, Change::Cut(*len)),
            Did::Sync(path) => {
                let (bytes, changes) = &mut self.files[self.names[path]];
                changes.drain(..).for_each(|change| change.apply(bytes));
            }
            Did::SyncFolder(folder) => {
                let (now, later) = self.changes.drain(..).partition(|change| change.folder() == folder);
                let now: Vec<NameChange> = now;
                now.iter().for_each(|change| change.apply(&mut self.durable));
                self.changes = later;
            }
            Did::Rename(from, to) => {
                let file = self.names[from];
                self.name(NameChange::Move(from.clone(), to.clone(), file));
            }
            Did::Remove(path) => self.name(NameChange::Remove(path.clone())),
            Did::MakeFolder(path) => {
                self.folders.insert(path.clone());
                self.files.push((Vec::new(), Vec::new()));
                self.name(NameChange::Set(path.clone(), self.files.len() - 1));
            }
            Did::RemoveFolder(path) => self.name(NameChange::Remove(path.clone())),
            Did::Acknowledged(..) => {}
        }
    }

    /// What is found when the power is back.
    pub(crate) fn after_the_cut(&self, root: &Path, to: &Path, random: &mut Random) {
        let mut names = self.durable.clone();
        for change in &self.changes {
            if random.chance(50) {
                change.apply(&mut names);
            }
        }
        for (path, file) in &names {
            if path.ancestors().skip(1).any(|above| self.folders.contains(above) && !names.contains_key(above)) {
                continue;
            }
            if self.folders.contains(path) {
                fs::create_dir_all(to.join(path.strip_prefix(root).unwrap())).unwrap();
                continue;
            }
            let (mut bytes, changes) = self.files[*file].clone();
            for change in changes {
                match (random.below(4), change) {
                    (0 | 1, change) => change.apply(&mut bytes),
                    (2, Change::Write(offset, new)) => {
                        // Each sector on its own.
                        for (nth, sector) in new.chunks(512).enumerate() {
                            if random.chance(50) {
                                Change::Write(offset + nth as u64 * 512, sector.to_vec()).apply(&mut bytes);
                            }
                        }
                    }
                    _ => {}
                }
            }
            if path.ends_with("index.open") && !bytes.is_empty() && bytes != b"closed\n" {
                // The power comes back in another run of the machine.
                bytes = b"the run before".to_vec();
            }
            let path = to.join(path.strip_prefix(root).unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}
