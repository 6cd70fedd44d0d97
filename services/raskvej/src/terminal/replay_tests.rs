//! What `replay` tells of a log that is damaged: everything before, what cannot be read, and that it was not all.

use std::path::{Path, PathBuf};

use eventlog::{Append, Journal, NewEvent, Options, Recorded};
use serde_json::Value;
use tempfile::TempDir;

use super::trial::{Answer, Trial};
use super::{DONE, Format, REFUSED, TerminalRequest};

async fn replay(p: &Trial) -> Answer {
    p.bed(TerminalRequest::Replay { forloeb: None, til: None, format: Format::Json }).await
}

/// Changes one byte of a file.
fn change(file: &Path, at: usize) {
    let mut bytes = std::fs::read(file).unwrap();
    bytes[at] ^= 1;
    std::fs::write(file, bytes).unwrap();
}

/// The small workplace, its history, and the place of each event's own bytes in the one file of the log.
async fn whole() -> (TempDir, PathBuf, Vec<String>, Vec<usize>) {
    let p = Trial::small().await;
    let told = replay(&p).await;
    assert_eq!((told.code, told.out.len()), (DONE, 34));
    let events = p.app.log.read(0, 1000).await.unwrap();
    let [segment] = &p.app.log.backup_files()[..] else { panic!("one segment") };
    let file = p.path().join(&segment.name);
    let bytes = std::fs::read(&file).unwrap();
    let place = |r: &Recorded| bytes.windows(r.body.len()).position(|w| w == r.body).unwrap();
    let places = events.iter().map(place).collect();
    (p.close().await, file, told.out, places)
}

#[tokio::test]
async fn up_to_the_damage_everything_is_told() {
    let (folder, file, told, places) = whole().await;
    // While it is open: what was sound at the start is met by whoever reads it.
    let p = Trial::i(folder).await;
    change(&file, places[19]);
    let answer = replay(&p).await;
    assert_eq!((answer.code, answer.error.len()), (REFUSED, 1));
    assert!(!answer.out.is_empty() && answer.out == told[..answer.out.len()], "{} lines", answer.out.len());
    let from = answer.out.len() + 1;
    // The events of one command are one commit, which is readable as a whole or not at all.
    assert!(from <= 20 && answer.error[0].contains(&format!("fra position {from} kan ikke læses")), "{answer:?}");
}

#[tokio::test]
async fn a_log_damaged_at_its_very_beginning_is_not_an_empty_one() {
    let (folder, file, _, places) = whole().await;
    change(&file, places[0]);
    let p = Trial::i(folder).await;
    let answer = replay(&p).await;
    assert_eq!((answer.code, answer.out.len(), answer.error.len()), (REFUSED, 0, 1));
    assert!(answer.error[0].contains("ikke hele historikken") && answer.error[0].contains("position 1"), "{answer:?}");
}

/// The same history in segments so small that most of it is packed.
async fn packed(of: &Trial, events: &[Recorded]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let options = Options { segment_size: 4 << 10, ..Options::default() };
    let log = Journal::open(folder.path(), options).unwrap().log;
    for r in events {
        let event = NewEvent { kind: r.kind.clone(), form: r.form, body: r.body.clone() };
        let (stream, meta, expected) = (r.stream.clone(), r.meta.to_vec(), r.version - 1);
        let append = Append { stream, expected, time: r.time, meta, events: vec![event], idempotency: None };
        log.append(append).await.unwrap();
    }
    let raw = || log.backup_files().iter().filter(|file| file.ends.is_none()).count();
    for _ in 0..3000 {
        if raw() == 1 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(raw(), 1, "every full segment is packed within half a minute");
    log.close().await;
    std::fs::create_dir(folder.path().join("noegler")).unwrap();
    std::fs::copy(of.path().join("noegler/noegler"), folder.path().join("noegler/noegler")).unwrap();
    folder
}

/// The hash of an event follows from the log it is in.
fn without_hashes(told: &[String]) -> Vec<Value> {
    let mut told: Vec<Value> = told.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    told.iter_mut().for_each(|event| event["hash"] = Value::Null);
    told
}

/// Which of the packed segments is hit decides how much is told: everything before its first event.
#[tokio::test]
async fn a_packed_segment_that_is_hit_hides_nothing_before_it() {
    let p = Trial::small().await;
    let (events, told) = (p.app.log.read(0, 1000).await.unwrap(), replay(&p).await.out);
    for hit in [0, 1] {
        let folder = packed(&p, &events).await;
        let p = Trial::i(folder).await;
        let files: Vec<_> = p.app.log.backup_files().into_iter().filter(|file| file.ends.is_some()).collect();
        assert!(files.len() > 2, "{} packed segments", files.len());
        let before: usize = if hit == 0 { 0 } else { files[0].ends.unwrap().position.try_into().unwrap() };
        // The blocks follow the header at the start of the file.
        change(&p.path().join(&files[hit].name), 200);
        let answer = replay(&p).await;
        assert_eq!((answer.code, answer.out.len()), (REFUSED, before), "{:?}", answer.error);
        assert_eq!(answer.out.len(), before);
        assert!(answer.error[0].contains(&format!("fra position {}", before + 1)), "{:?}", answer.error);
        assert_eq!(without_hashes(&answer.out), without_hashes(&told[..before]));
    }
}
