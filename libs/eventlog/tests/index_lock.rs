//! A thread of sled may hold the lock of an index a little longer than the log that closed it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{fs::File, thread, time::Duration};

use common::{append, folder_in_memory, open, read_all, settled, small};
use eventlog::{IndexState, Journal};

#[tokio::test]
async fn an_index_that_is_let_go_late_is_not_built_anew() {
    let folder = folder_in_memory();
    let log = open(folder.path(), small());
    for nth in 0..200 {
        let text = format!("{nth} ").repeat(30);
        log.append(append("stream/1", nth, &[&text])).await.unwrap();
    }
    settled(&log).await;
    let events = read_all(&log).await;
    log.close().await;
    let index = File::open(folder.path().join("index/db")).unwrap();
    index.lock().unwrap();
    let late = thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        drop(index);
    });
    let opened = Journal::open(folder.path(), small()).unwrap();
    assert!(matches!(opened.recovery.index, IndexState::Current), "{:?}", opened.recovery.index);
    late.join().unwrap();
    assert_eq!(read_all(&opened.log).await, events);
    opened.log.close().await;
}
