//! What a cut in the first start leaves has not begun, and is not broken; a log that lost all it had is. And the names of
//! the folders a log begins in are durable.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use common::{
    Random, append,
    disk::{Did, Image, Recorder},
    folder_in_memory, open, raw, small, verify_whole,
};
use eventlog::{
    AppendError, Broken, Damage, Head, Journal, OpenError, Operation, Options, ReadOnlyReason, Verified, Watch, verify,
};

fn said(folder: &Path) -> Result<Verified, Broken> {
    verify(folder, &mut |_, _| {})
}

#[tokio::test]
async fn a_log_whose_first_start_was_cut_off_has_not_begun() {
    let folder = folder_in_memory();
    let recorder = Arc::new(Recorder::default());
    let watch = Arc::clone(&recorder) as Arc<dyn Watch>;
    open(&folder.path().join("data"), Options { watch: Some(watch), ..small() }).close().await;
    let did: Vec<Did> = recorder.0.lock().unwrap().clone();
    assert!(did.len() > 10);
    let mut random = Random(3);
    let (mut nothing, mut not_begun, mut begun) = (0, 0, 0);
    for at in 0..=did.len() {
        for _ in 0..8 {
            let mut image = Image::default();
            did[..at].iter().for_each(|did| image.run(did));
            let cut = folder_in_memory();
            image.after_the_cut(folder.path(), cut.path(), &mut random);
            let data = cut.path().join("data");
            match said(&data) {
                Ok(verified) => {
                    assert_eq!((verified.events, verified.head, verified.torn), (0, Head::EMPTY, 0));
                    *if verified.segments == 0 { &mut not_begun } else { &mut begun } += 1;
                }
                Err(Broken::Io { source, .. }) => {
                    assert_eq!(source.kind(), io::ErrorKind::NotFound);
                    assert!(!data.join("journal").exists());
                    nothing += 1;
                }
                Err(broken) => panic!("cut after {at} operations: {broken}"),
            }
            let log = open(&data, small());
            log.append(append("a", 0, &["first"])).await.unwrap();
            let head = log.head();
            log.close().await;
            verify_whole(&data, head);
        }
    }
    println!("cuts in the first start: {nothing} without a journal, {not_begun} not begun, {begun} empty");
    assert!(nothing > 0 && not_begun > 0 && begun > 0);
}

#[tokio::test]
async fn a_log_that_lost_its_segments_is_broken() {
    for lost in [&[] as &[&str], &["hoved"], &["hoved", "index"], &["index", "index.seen"]] {
        for with_folder in [false, true] {
            let folder = folder_in_memory();
            let log = open(folder.path(), raw());
            log.append(append("a", 0, &["one", "two"])).await.unwrap();
            log.close().await;
            let journal = folder.path().join("journal");
            fs::remove_dir_all(&journal).unwrap();
            if with_folder {
                fs::create_dir(&journal).unwrap();
            }
            for name in lost {
                let path = folder.path().join(name);
                let _ = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            }
            let what = match lost {
                // Nothing is left that would tell; then it is as a log that never began.
                ["hoved", "index"] => {
                    assert_eq!(said(folder.path()).ok().map(|verified| verified.segments), with_folder.then_some(0));
                    continue;
                }
                ["hoved"] => Damage::NoSegments,
                _ => Damage::Truncated { expected: 2, found: 0 },
            };
            let Err(Broken::Fault(fault)) = said(folder.path()) else { panic!("not found: {lost:?}") };
            assert_eq!((fault.what, fault.position), (what, 1), "{lost:?}");
            // And it is not begun anew.
            let opened = Journal::open(folder.path(), raw()).unwrap();
            assert_eq!(opened.recovery.fault.as_ref(), Some(&fault), "{lost:?}");
            let refused = opened.log.append(append("a", 0, &["anew"])).await;
            assert_eq!(refused, Err(AppendError::ReadOnly { reason: ReadOnlyReason::Damaged(fault) }));
            opened.log.close().await;
        }
    }
}

/// A folder that cannot be synced.
#[derive(Debug)]
struct Unsynced(PathBuf, io::ErrorKind);

impl Watch for Unsynced {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        match operation {
            Operation::SyncFolder(path) if path == self.0 => Err(self.1.into()),
            _ => Ok(()),
        }
    }

    fn after(&self, _: Operation<'_>) {}
}

#[tokio::test]
async fn a_folder_above_is_synced_or_had_its_names_before() {
    use io::ErrorKind::{Other, PermissionDenied, ReadOnlyFilesystem};
    for (kind, new, opens) in [
        (PermissionDenied, false, true),
        (ReadOnlyFilesystem, false, true),
        // A disk that fails may lose anything.
        (Other, false, false),
        (PermissionDenied, true, false),
        (ReadOnlyFilesystem, true, false),
    ] {
        let folder = folder_in_memory();
        let above = folder.path().join("above");
        let data = above.join("deep/data");
        fs::create_dir_all(if new { &above } else { &data }).unwrap();
        let watch: Arc<dyn Watch> = Arc::new(Unsynced(above, kind));
        match Journal::open(&data, Options { watch: Some(watch), ..small() }) {
            Ok(opened) => {
                assert!(opens, "{kind:?}, new {new}");
                opened.log.close().await;
            }
            Err(OpenError::Io { source, .. }) => assert!(!opens && source.kind() == kind, "{kind:?}, new {new}"),
            Err(error) => panic!("{error}"),
        }
    }
}
