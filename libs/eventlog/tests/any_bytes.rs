//! Any bytes where a file of the journal should be: what is left is read, the loss is told, and nothing panics.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::fs;
use std::path::{Path, PathBuf};

use common::{Random, append, copy_folder, folder_in_memory, open, raw, read_all, settled, small};
use eventlog::{Journal, Recorded, verify};

fn any(random: &mut Random, bound: u64) -> Vec<u8> {
    (0..random.below(bound)).map(|_| random.next().to_le_bytes()[0]).collect()
}

fn place(random: &mut Random, bytes: &[u8]) -> usize {
    usize::try_from(random.below(bytes.len() as u64 + 1)).unwrap()
}

/// Bytes that are none of a journal, or its own in a place where they do not belong.
fn other(random: &mut Random, own: &[u8]) -> Vec<u8> {
    let at = place(random, own);
    match random.below(5) {
        0 => any(random, 20_000),
        1 => [&own[..at.min(64)], &any(random, 20_000)].concat(),
        2 => [&own[..at], &any(random, 400), &own[at..]].concat(),
        3 => {
            let (from, to) = (place(random, own), place(random, own));
            [&own[..at], &own[from.min(to)..from.max(to)]].concat()
        }
        // Lengths and counts that say the most there is.
        _ => {
            let mut bytes = own.to_vec();
            for _ in 0..8 {
                let at = place(random, &bytes[8..]);
                let sign = if random.chance(50) { 0xff } else { 0x7f };
                bytes[at..at + 8].fill(sign);
            }
            bytes
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder.join("journal")).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// A log of several segments, packed or as they were written, that is closed.
async fn log(packed: bool) -> (tempfile::TempDir, Vec<Recorded>) {
    let folder = folder_in_memory();
    let log = open(folder.path(), if packed { small() } else { raw() });
    for nr in 0..300_u64 {
        let text = format!("{nr} ").repeat(1 + usize::try_from(nr % 60).unwrap());
        log.append(append(&format!("s{}", nr % 7), nr / 7, &[&text])).await.unwrap();
    }
    if packed {
        settled(&log).await;
    }
    let events = read_all(&log).await;
    log.close().await;
    (folder, events)
}

#[tokio::test]
async fn any_bytes_in_place_of_a_segment_are_told_and_nothing_is_made_up() {
    let tries = if std::env::var_os("RASKVEJ_STOR").is_some_and(|v| v == "1") { 10_000 } else { 60 };
    let mut random = Random(3);
    for packed in [false, true] {
        let (folder, events) = log(packed).await;
        let count = files(folder.path()).len();
        assert!(count > 2, "{count}");
        let (mut told, mut left) = (0, 0);
        for nr in 0..tries {
            let copy = folder_in_memory();
            copy_folder(folder.path(), copy.path());
            let file = &files(copy.path())[usize::try_from(random.below(count as u64 - 1)).unwrap()];
            let own = fs::read(file).unwrap();
            let changed = other(&mut random, &own);
            if changed == own {
                continue;
            }
            fs::write(file, changed).unwrap();
            assert!(verify(copy.path(), &mut |_, _| {}).is_err(), "{nr}: {}", file.display());
            // What is given out is what was there, and in its place.
            let Ok(opened) = Journal::open(copy.path(), if packed { small() } else { raw() }) else {
                told += 1;
                continue;
            };
            let mut position = 0;
            while let Ok(some) = opened.log.read(position, 100).await {
                let Some(last) = some.last() else { break };
                for event in &some {
                    let known = &events[usize::try_from(event.position).unwrap() - 1];
                    assert_eq!((&event.stream, &event.body), (&known.stream, &known.body), "{nr}");
                    left += 1;
                }
                position = last.position;
            }
            assert!(opened.recovery.fault.is_some() || position < events.len() as u64, "{nr}: nothing was told");
            told += 1;
            opened.log.close().await;
        }
        assert!(told > tries / 2, "{told}");
        println!("packed {packed}: {told} files of other bytes, each told; {left} events read beside them");
    }
}
