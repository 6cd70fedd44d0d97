//! Each write and sync fails once; and power cuts.
//!
//! A power cut is simulated: every operation on files is recorded, then a moment is chosen, what was synced by then is
//! kept and the rest is kept, dropped or torn at a multiple of 512 bytes. `EVENTLOG_IMAGES` for more images.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::{BTreeMap, HashMap},
    fs, io,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use common::{Random, append, count, folder_in_memory, keyed, open, read_all, small, stream, verify_whole};
use eventlog::{AppendError, Journal, Operation, Options, Watch, verify};

/// What an operation is about: kind and file.
fn site(operation: Operation<'_>) -> (&'static str, &'static str) {
    let (kind, path) = match operation {
        Operation::Create(path) => ("create", path),
        Operation::Write(path, ..) => ("write", path),
        Operation::Allocate(path, _) => ("allocate", path),
        Operation::Truncate(path, _) => ("truncate", path),
        Operation::Sync(path) => ("sync", path),
        Operation::SyncFolder(path) => ("sync folder", path),
        Operation::Rename(path, _) => ("rename", path),
        Operation::Remove(path) => ("remove", path),
    };
    let name = path.file_name().unwrap().to_str().unwrap();
    let file = match name {
        _ if name.starts_with("hoved") => "hoved",
        _ if name.contains(".rvs") => "packed segment",
        "index.seen" | "index.seen.tmp" => "filter",
        _ if name.ends_with(".torn") => "torn",
        _ if name.ends_with(".tmp") => "new segment",
        _ if name.starts_with("seg-") => "segment",
        "journal" => "journal",
        "torn" => "torn",
        _ => "root",
    };
    (kind, file)
}

/// Makes the n-th operation of a site fail, as a disk does: a write may be there in part, and what a failed sync was
/// for is gone.
#[derive(Debug, Default)]
struct Failing {
    fail: Option<((&'static str, &'static str), u64)>,
    state: Mutex<FailingState>,
}

#[derive(Debug, Default)]
struct FailingState {
    seen: BTreeMap<(&'static str, &'static str), u64>,
    written: Option<(PathBuf, u64, usize)>,
    failed: bool,
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
                state.written = Some((path.to_owned(), offset, bytes.len()));
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
                if let Some((written, offset, len)) = &state.written
                    && written == path
                {
                    let file = fs::OpenOptions::new().write(true).open(path)?;
                    file.write_all_at(&vec![0; *len], *offset)?;
                }
            }
            _ => {}
        }
        Err(io::Error::other("made to fail"))
    }

    fn after(&self, _: Operation<'_>) {}
}

/// Versions that were acknowledged, by writer.
type Acknowledged = HashMap<u64, u64>;

/// Several writers at once, until they are through or the log is poisoned.
async fn load(
    log: &Journal,
    commits: u64,
    acknowledged: &Arc<Mutex<Acknowledged>>,
    ack: impl Fn(u64, u64) + Clone + Send + 'static,
) -> u64 {
    let tasks: Vec<_> = (0..4u64)
        .map(|writer| {
            let (log, acknowledged, ack) = (log.clone(), Arc::clone(acknowledged), ack.clone());
            tokio::spawn(async move {
                let name = format!("w{writer}");
                let mut version = log.stream_version(&stream(&name)).await.unwrap();
                let mut poisoned = 0;
                for nth in 0..commits {
                    let body = format!("{version} ").repeat(20 + usize::try_from(nth % 50).unwrap());
                    let command = keyed(append(&name, version, &[&body, "two"]), &format!("{writer} {version}"), "f");
                    match log.append(command).await {
                        Ok(appended) => {
                            version = appended.version;
                            acknowledged.lock().unwrap().insert(writer, version);
                            ack(writer, version);
                        }
                        Err(AppendError::Poisoned { .. }) => poisoned += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
                poisoned
            })
        })
        .collect();
    let mut poisoned = 0;
    for task in tasks {
        poisoned += task.await.unwrap();
    }
    poisoned
}

/// Everything acknowledged is there and the log goes on.
async fn everything_is_there(folder: &Path, options: Options, acknowledged: &Acknowledged) -> u64 {
    let opened = Journal::open(folder, options).unwrap();
    assert_eq!(opened.recovery.fault, None);
    let log = opened.log;
    for (writer, version) in acknowledged {
        let found = log.stream_version(&stream(&format!("w{writer}"))).await.unwrap();
        assert!(found >= *version, "writer {writer}: {version} acknowledged, {found} found");
    }
    let all = read_all(&log).await;
    let mut versions: HashMap<String, u64> = HashMap::new();
    for event in &all {
        let version = versions.entry(event.stream.to_string()).or_default();
        *version += 1;
        assert_eq!(event.version, *version);
        if event.version % 2 == 1 {
            assert!(event.body.starts_with(format!("{} ", event.version - 1).as_bytes()));
        }
    }
    let expected = log.stream_version(&stream("after")).await.unwrap();
    log.append(append("after", expected, &["goes on"])).await.unwrap();
    let head = log.head();
    log.close().await;
    verify_whole(folder, head);
    all.len() as u64
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_failed_write_or_sync_is_acknowledged() {
    // Once without a fault, to learn which sites there are: a first run, one that left a torn tail, and an open after it.
    let run = async |fail: Option<((&'static str, &'static str), u64)>| {
        let folder = tempfile::tempdir().unwrap();
        let watch = Arc::new(Failing { fail, ..Failing::default() });
        let options = Options { watch: Some(Arc::clone(&watch) as Arc<dyn Watch>), ..small() };
        let acknowledged = Arc::new(Mutex::new(Acknowledged::new()));
        let (mut poisoned, mut refused) = (0, 0);
        for round in 0..2 {
            match Journal::open(folder.path(), options.clone()) {
                Ok(opened) => {
                    let now = load(&opened.log, 30, &acknowledged, |_, _| {}).await;
                    if now > 0 {
                        opened.log.poisoned().await;
                        let more = opened.log.append(append("more", 0, &["x"])).await;
                        assert!(matches!(more, Err(AppendError::Poisoned { .. })), "poisoned for good");
                    }
                    poisoned += now;
                    opened.log.close().await;
                }
                Err(_) => refused += 1,
            }
            if round == 0 {
                leave_a_torn_tail(folder.path());
            }
        }
        let held = acknowledged.lock().unwrap().clone();
        everything_is_there(folder.path(), small(), &held).await;
        let state = watch.state.lock().unwrap();
        (state.seen.clone(), state.failed, poisoned, refused)
    };
    let (sites, ..) = run(None).await;
    let (mut runs, mut failed, mut stopped, mut not_opened) = (0, 0, 0, 0);
    for (site, times) in &sites {
        let mut nth: Vec<u64> = vec![1, 2, 3, times / 2, *times];
        nth.retain(|nth| (1..=*times).contains(nth));
        nth.sort_unstable();
        nth.dedup();
        for nth in nth {
            let (_, did, poisoned, refused) = run(Some((*site, nth))).await;
            let appends = matches!(site, ("write" | "sync", "segment"));
            assert!(!appends || !did || poisoned + refused > 0, "{site:?} {nth} went unnoticed");
            runs += 1;
            failed += u64::from(did);
            stopped += u64::from(poisoned > 0);
            not_opened += refused;
        }
    }
    println!(
        "failing operations: {} sites, {runs} runs, {failed} failed, {stopped} logs poisoned, {not_opened} not opened, nothing acknowledged lost",
        sites.len()
    );
}

/// As a crash in the middle of a group does.
fn leave_a_torn_tail(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder.join("journal")) else { return };
    let segments =
        entries.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some_and(|e| e == "rvj"));
    let Some(last) = segments.max() else { return };
    let bytes = fs::read(&last).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 100;
    let file = fs::OpenOptions::new().write(true).open(last).unwrap();
    file.write_all_at(b"\xf5RVC\x30\x00\x00\x00torn", end).unwrap();
}

/// What was done to files, in order, with the acknowledgements between.
#[derive(Debug, Clone)]
enum Did {
    Create(PathBuf),
    Write(PathBuf, u64, Vec<u8>),
    Allocate(PathBuf, u64),
    Truncate(PathBuf, u64),
    Sync(PathBuf),
    SyncFolder(PathBuf),
    Rename(PathBuf, PathBuf),
    Remove(PathBuf),
    Acknowledged(u64, u64),
}

#[derive(Debug, Default)]
struct Recorder(Mutex<Vec<Did>>);

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
        };
        self.0.lock().unwrap().push(did);
    }
}

/// A disk: files by number, what of each is synced, and names by folder.
#[derive(Default, Clone)]
struct Image {
    files: Vec<(Vec<u8>, Vec<Change>)>,
    /// Names as the process sees them.
    names: HashMap<PathBuf, usize>,
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

    fn run(&mut self, did: &Did) {
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
            Did::Acknowledged(..) => {}
        }
    }

    /// What is found when the power is back.
    fn after_the_cut(&self, root: &Path, to: &Path, random: &mut Random) {
        let mut names = self.durable.clone();
        for change in &self.changes {
            if random.chance(50) {
                change.apply(&mut names);
            }
        }
        for (path, file) in names {
            let (mut bytes, changes) = self.files[file].clone();
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
            let path = to.join(path.strip_prefix(root).unwrap());
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn power_cuts_lose_nothing_acknowledged() {
    let images = count("EVENTLOG_IMAGES", 200);
    let mut random = Random(count("EVENTLOG_SEED", 1));
    let (mut cuts, mut torn, mut operations, mut acks, mut events) = (0, 0, 0, 0, 0);
    while cuts < images {
        // Starts from what a former cut left now and then, so that recovery is recorded as well.
        let folder = tempfile::tempdir().unwrap();
        let recorder = Arc::new(Recorder::default());
        let options = Options { watch: Some(Arc::clone(&recorder) as Arc<dyn Watch>), ..small() };
        let acknowledged = Arc::new(Mutex::new(Acknowledged::new()));
        for round in 0..2 {
            let log = open(folder.path(), options.clone());
            let to = Arc::clone(&recorder);
            let ack = move |writer, version| to.0.lock().unwrap().push(Did::Acknowledged(writer, version));
            load(&log, 15 + random.below(40), &acknowledged, ack).await;
            log.close().await;
            if round == 0 {
                let before = recorder.0.lock().unwrap().len();
                leave_a_torn_tail(folder.path());
                // The tail is on the disk of the image as well.
                record_tail(folder.path(), &recorder);
                assert!(recorder.0.lock().unwrap().len() > before);
            }
        }
        let log = recorder.0.lock().unwrap().clone();
        operations += log.len();
        for _ in 0..20 {
            let at = usize::try_from(random.below(log.len() as u64 + 1)).unwrap();
            let mut image = Image::default();
            let mut held = Acknowledged::new();
            for did in &log[..at] {
                image.run(did);
                if let Did::Acknowledged(writer, version) = did {
                    held.insert(*writer, *version);
                    acks += 1;
                }
            }
            let cut = folder_in_memory();
            image.after_the_cut(folder.path(), cut.path(), &mut random);
            torn += u64::from(verify(cut.path(), &mut |_, _| {}).is_ok_and(|verified| verified.torn > 0));
            events += everything_is_there(cut.path(), small(), &held).await;
            cuts += 1;
        }
    }
    println!(
        "power cuts: {cuts} images of {operations} operations, {torn} with a torn tail; {acks} acknowledged and there, {events} events read"
    );
}

fn record_tail(folder: &Path, recorder: &Recorder) {
    let entries = fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let last = entries.filter(|path| path.extension().is_some_and(|e| e == "rvj")).max().unwrap();
    let bytes = fs::read(&last).unwrap();
    let tail = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1 - 12;
    recorder.0.lock().unwrap().push(Did::Write(last.clone(), tail as u64, bytes[tail..tail + 12].to_vec()));
    recorder.0.lock().unwrap().push(Did::Sync(last));
}
