//! Each write and sync fails once; power cuts; and each step of a start after a power cut fails once.
//!
//! A power cut is simulated: every operation on files is recorded, then a moment is chosen, what was synced by then is
//! kept and the rest is kept, dropped or torn at a multiple of 512 bytes. `EVENTLOG_IMAGES` for more images.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs,
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
};

use common::{
    Random, append, copy_folder, count,
    disk::{Did, Failing, Image, Recorder, Site},
    folder_in_memory, index_alone, keyed, open, raw, read_all, small, stream, verify_whole,
};
use eventlog::{AppendError, Broken, Journal, Options, Recorded, StreamId, Watch, verify};

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
#[ignore = "slow: each write fails once"]
async fn no_failed_write_or_sync_is_acknowledged() {
    // Once without a fault, to learn which sites there are: a first run, one that left a torn tail, and an open after it.
    let run = async |fail: Option<(Site, u64)>| {
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
    let Some(last) = files(folder, "rvj").into_iter().max() else { return };
    let bytes = fs::read(&last).unwrap();
    let end = bytes.iter().rposition(|byte| *byte != 0).unwrap_or(0) as u64 + 100;
    let file = fs::OpenOptions::new().write(true).open(last).unwrap();
    file.write_all_at(b"\xf5RVC\x30\x00\x00\x00torn", end).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "slow: 200 images"]
async fn power_cuts_lose_nothing_acknowledged() {
    let images = count("EVENTLOG_IMAGES", 200);
    let mut random = Random(count("EVENTLOG_SEED", 1));
    let (mut cuts, mut torn, mut operations, mut acks, mut events) = (0, 0, 0, 0, 0);
    while cuts < images {
        let life = Life::record(&mut random).await;
        operations += life.did.len();
        for _ in 0..20 {
            let cut = life.cut(&mut random);
            acks += cut.acks;
            match verify(&cut.root, &mut |_, _| {}) {
                Ok(verified) => torn += u64::from(verified.torn > 0),
                // Before the first start had made so much as the folder.
                Err(Broken::Io { .. }) if cut.acks == 0 && !cut.root.join("journal").exists() => {}
                Err(broken) => panic!("a log that opens is called broken: {broken}"),
            }
            events += everything_is_there(&cut.root, small(), &cut.held).await;
            cuts += 1;
        }
    }
    println!(
        "power cuts: {cuts} images of {operations} operations, {torn} with a torn tail; {acks} acknowledged and there, {events} events read"
    );
}

/// What a log did in two runs, the second after a crash.
struct Life {
    /// What holds the folder of the log, which is two levels below.
    folder: tempfile::TempDir,
    did: Vec<Did>,
}

const ROOT: &str = "new/deeper";

impl Life {
    async fn record(random: &mut Random) -> Life {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Arc::new(Recorder::default());
        // Somebody may have made a folder on the way a moment before, without syncing its name.
        let by_others = usize::try_from(random.below(3)).unwrap();
        let root = folder.path().join(ROOT);
        for made in [folder.path().join("new"), root.clone()].into_iter().take(by_others) {
            fs::create_dir(&made).unwrap();
            recorder.0.lock().unwrap().push(Did::MakeFolder(made));
        }
        let options = Options { watch: Some(Arc::clone(&recorder) as Arc<dyn Watch>), ..small() };
        let acknowledged = Arc::new(Mutex::new(Acknowledged::new()));
        for round in 0..2 {
            let log = open(&root, options.clone());
            let to = Arc::clone(&recorder);
            let ack = move |writer, version| to.0.lock().unwrap().push(Did::Acknowledged(writer, version));
            load(&log, 15 + random.below(40), &acknowledged, ack).await;
            log.close().await;
            if round == 0 {
                let before = recorder.0.lock().unwrap().len();
                leave_a_torn_tail(&root);
                // The tail is on the disk of the image as well.
                record_tail(&root, &recorder);
                assert!(recorder.0.lock().unwrap().len() > before);
            }
        }
        let did = recorder.0.lock().unwrap().clone();
        Life { folder, did }
    }

    /// The power is cut at some moment.
    fn cut(&self, random: &mut Random) -> Cut {
        let at = usize::try_from(random.below(self.did.len() as u64 + 1)).unwrap();
        let (mut image, mut held, mut acks) = (Image::default(), Acknowledged::new(), 0);
        for did in &self.did[..at] {
            image.run(did);
            if let Did::Acknowledged(writer, version) = did {
                held.insert(*writer, *version);
                acks += 1;
            }
        }
        let folder = folder_in_memory();
        image.after_the_cut(self.folder.path(), folder.path(), random);
        Cut { root: folder.path().join(ROOT), _folder: folder, held, acks }
    }
}

/// What is on the disk after a cut, and what had been acknowledged by then.
struct Cut {
    _folder: tempfile::TempDir,
    root: PathBuf,
    held: Acknowledged,
    acks: u64,
}

/// Each step of a start after a power cut fails once, and then comes another start. The cut has spoilt the index: sled
/// lost the streams and kept how far they went.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_fails_leaves_the_next_one_as_wise() {
    let images = count("EVENTLOG_IMAGES", 200).div_ceil(50);
    let mut random = Random(count("EVENTLOG_SEED", 2));
    let (mut starts, mut not_opened, mut sites_seen) = (0, 0, BTreeSet::new());
    for _ in 0..images {
        let cut = loop {
            let cut = Life::record(&mut random).await.cut(&mut random);
            if files(&cut.root, "rvs").len() > 1 {
                break cut;
            }
        };
        let events = spoil_the_index(&cut.root).await;
        let (sites, ..) = start_twice(&cut.root, None, &events).await;
        for (site, times) in sites {
            for nth in 1..=times {
                let (_, failed, opened) = start_twice(&cut.root, Some((site, nth)), &events).await;
                assert!(failed, "{site:?} {nth}");
                starts += 1;
                not_opened += u64::from(!opened);
            }
            sites_seen.insert(site);
        }
    }
    println!(
        "failing starts: {images} images, {} sites, {starts} starts, {not_opened} not opened, the next one complete",
        sites_seen.len()
    );
}

/// What a start and an orderly end did, how often at each site; whether one failed; and whether the log opened.
async fn start_twice(root: &Path, fail: Option<(Site, u64)>, events: &[Recorded]) -> (BTreeMap<Site, u64>, bool, bool) {
    let folder = folder_in_memory();
    copy_folder(root, folder.path());
    let watch = Arc::new(Failing { fail, ..Failing::default() });
    let options = Options { watch: Some(Arc::clone(&watch) as Arc<dyn Watch>), ..raw() };
    let opened = Journal::open(folder.path(), options);
    let did_open = opened.is_ok();
    if let Ok(opened) = opened {
        opened.log.close().await;
    }
    let log = open(folder.path(), small());
    assert_eq!(read_all(&log).await, events, "{fail:?}");
    let mut streams: BTreeMap<StreamId, Vec<Recorded>> = BTreeMap::new();
    events.iter().for_each(|event| streams.entry(event.stream.clone()).or_default().push(event.clone()));
    for (stream, of_stream) in streams {
        assert_eq!(log.read_stream_with_hashes(&stream, 0, 10_000).await.unwrap(), of_stream, "{fail:?} {stream}");
        let refused = log.append(append(stream.as_str(), 0, &["as if it were new"])).await;
        let actual = of_stream.len() as u64;
        assert_eq!(refused, Err(AppendError::WrongVersion { stream, expected: 0, actual }), "{fail:?}");
    }
    log.close().await;
    let state = watch.state.lock().unwrap();
    (state.seen.clone(), state.failed, did_open)
}

/// The index that a run before the cut had, as far as there are packed segments; gives the events of the log.
async fn spoil_the_index(root: &Path) -> Vec<Recorded> {
    let before = folder_in_memory();
    copy_folder(root, before.path());
    let log = open(before.path(), raw());
    let events = read_all(&log).await;
    log.close().await;
    {
        let index = index_alone(&before.path().join("index")).await;
        index.open_tree("stream").unwrap().clear().unwrap();
        index.flush().unwrap();
    }
    let index = root.join("index");
    if index.exists() {
        fs::remove_dir_all(&index).unwrap();
    }
    copy_folder(&before.path().join("index"), &index);
    fs::write(root.join("index.open"), "the run before").unwrap();
    events
}

fn files(root: &Path, form: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join("journal")).into_iter().flatten().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.extension().is_some_and(|extension| extension == form)).collect()
}

fn record_tail(folder: &Path, recorder: &Recorder) {
    let last = files(folder, "rvj").into_iter().max().unwrap();
    let bytes = fs::read(&last).unwrap();
    let tail = bytes.iter().rposition(|byte| *byte != 0).unwrap() + 1 - 12;
    recorder.0.lock().unwrap().push(Did::Write(last.clone(), tail as u64, bytes[tail..tail + 12].to_vec()));
    recorder.0.lock().unwrap().push(Did::Sync(last));
}
