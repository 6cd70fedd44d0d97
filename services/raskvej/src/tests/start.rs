//! Opening a data folder whose log has lost its beginning.

use std::fs;

use tempfile::TempDir;

use crate::clock::Clock;
use crate::core::{OpenFolderError, Opened, Progress};
use crate::keys::KeyError;
use crate::terminal::trial::Trial;
use forloeb::Regelbog;

/// A workplace that is closed, and whose first segment nobody can read any more.
async fn without_beginning() -> TempDir {
    let folder = Trial::small().await.close().await;
    fs::write(folder.path().join(format!("journal/seg-{:020}.rvj", 1)), "ikke et segment").unwrap();
    folder
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn beside_a_log_without_its_beginning_no_new_keys_are_made() {
    let folder = without_beginning().await;
    let keys = folder.path().join("noegler");
    fs::remove_dir_all(&keys).unwrap();
    let book = Regelbog::built_in();
    let opened = Opened::open(folder.path()).unwrap();
    let answer = opened.build(|_| Clock::System, book, &Progress::default()).await;
    assert!(matches!(answer, Err(OpenFolderError::Keys(KeyError::Missing))), "{:?}", answer.err());
    assert!(!keys.exists(), "a new secret would give every person another id once the segment is back");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_without_its_beginning_is_not_a_new_one() {
    let p = Trial::i(without_beginning().await).await;
    assert_eq!(p.app.log.head().position, 0);
    let error = p.app.recovery.fault.clone().unwrap();
    assert_eq!((error.segment, error.position), (format!("seg-{:020}.rvj", 1), 1));
    assert!(!p.app.is_new(), "the demonstration would play its history into it, and stop");
    p.close().await;
    let p = Trial::empty().await;
    assert!(p.app.is_new());
    p.close().await;
}
