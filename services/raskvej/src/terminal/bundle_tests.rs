//! Bundles: what they show, and that no change to one goes unnoticed, neither here nor by the other program.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use uuid::Uuid;

use super::trial::{Trial, fill_random};
use super::*;
use crate::bundle::verify;
use crate::checkpoint::PublicKey;

/// Changes to each of three bundles, some of them by one who makes the sum at the end fit again.
const CHANGES: usize = 500;

async fn forloeb_for(p: &Trial, nr: &str) -> Uuid {
    p.app.forloeb_for(nr).await.unwrap()[0].id
}

/// The same bundle with a sum that fits.
fn with_new_sum(bundle: &[u8]) -> Vec<u8> {
    let end = bundle[..bundle.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |n| n + 1);
    let sum = eventlog::Hash::of(&bundle[..end]);
    [&bundle[..end], format!("{{\"sha256\":\"{sum}\"}}\n").as_bytes()].concat()
}

/// Which of the files the Python program finds in order.
fn python(files: &[PathBuf]) -> Vec<bool> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_bundle.py");
    let answer =
        Command::new("python3").arg(program).args(files).output().expect("python3 is there: the tests need it");
    let tekst = String::from_utf8(answer.stdout).unwrap();
    let lines: Vec<bool> = tekst.lines().map(|line| line.contains(": in order: ")).collect();
    assert_eq!(lines.len(), files.len(), "{}", String::from_utf8_lossy(&answer.stderr));
    lines
}

#[tokio::test]
#[ignore = "needs Python"]
async fn every_change_of_a_bundle_is_found_by_both_programs() {
    let p = Trial::small().await;
    let id = forloeb_for(&p, "1005").await;
    let work = tempfile::tempdir().unwrap();
    let mut next = fill_random();
    let (mut whole, mut damaged_ones) = (Vec::new(), Vec::new());
    for (forloeb, shown, kept) in [(None, 34, false), (Some(id), 4, false), (Some(id), 4, true)] {
        let mut earlier = Vec::new();
        if kept {
            let (path, seal) = (work.path().join("segl"), TerminalRequest::Seal { only_key: false, into_file: true });
            std::fs::write(&path, p.bed(seal).await.data).unwrap();
            earlier = export::Kept::of(&[path]).unwrap();
            p.bed(TerminalRequest::Token(token::Wanted::called("prøve", forloeb::words::Rolle::Hr))).await;
        }
        let answer = p.bed(TerminalRequest::Export { forloeb, earlier }).await;
        assert_eq!(answer.code, DONE);
        let bundle = verify(answer.data.as_slice(), |_, _| {}).unwrap();
        assert_eq!((bundle.tree.head, bundle.shown), (p.app.log.head(), shown));
        let store = |name: String, bytes: &[u8]| {
            let path = work.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        whole.push(store(format!("helt-{shown}-{kept}"), &answer.data));
        assert_eq!(with_new_sum(&answer.data), answer.data);
        for nr in 0..CHANGES {
            let mut damaged = answer.data.clone();
            let (sted, bit) = (next(damaged.len()), next(255));
            damaged[sted] ^= u8::try_from(bit).unwrap() + 1;
            if nr % 2 == 0 {
                damaged = with_new_sum(&damaged);
            }
            if damaged == answer.data {
                continue; // the change was in the sum, and was undone
            }
            assert!(verify(damaged.as_slice(), |_, _| {}).is_err(), "byte {sted}");
            damaged_ones.push(store(format!("skadet-{shown}-{kept}-{nr}"), &damaged));
        }
        for length in [0, 1, answer.data.len() / 2, answer.data.len() - 1] {
            assert!(verify(&answer.data[..length], |_, _| {}).is_err());
        }
        assert!(verify([answer.data.as_slice(), b"{}\n"].concat().as_slice(), |_, _| {}).is_err());
    }
    assert_eq!(python(&whole), [true; 3]);
    for some in damaged_ones.chunks(200) {
        assert!(python(some).iter().all(|sound| !sound));
    }
    println!("{} changed bundles, every one found by both programs", damaged_ones.len());
}

/// Someone who hands over a bundle would rather leave something out, or put another's in.
#[tokio::test]
#[ignore = "needs Python"]
async fn a_bundle_about_a_forloeb_is_all_of_it_and_nothing_of_others() {
    let p = Trial::small().await;
    let id = forloeb_for(&p, "1005").await;
    let answer = p.bed(TerminalRequest::Export { forloeb: Some(id), earlier: Vec::new() }).await;
    let tekst = String::from_utf8(answer.data.clone()).unwrap();
    let lines: Vec<&str> = tekst.lines().collect();
    // Master data, and what payroll told of the absence.
    assert_eq!(lines.len(), 1 + 2 + 1);
    // Four digits alone can be part of a hash.
    let of_another = ["ansaettelse/1006", "\"1006\""].iter().any(|other| tekst.contains(other));
    assert!(lines[0].contains("ansaettelse/1005") && !of_another);
    let gathered = |lines: &[&str]| with_new_sum(format!("{}\n", lines.join("\n")).as_bytes());
    for away in 1..=2 {
        let mut fewer = lines.clone();
        fewer.remove(away);
        assert!(verify(gathered(&fewer).as_slice(), |_, _| {}).is_err(), "line {away} left out");
    }
    let other =
        p.bed(TerminalRequest::Export { forloeb: Some(forloeb_for(&p, "1013").await), earlier: Vec::new() }).await;
    let other = String::from_utf8(other.data).unwrap();
    let mut mixed = lines.clone();
    mixed[2] = other.lines().nth(1).unwrap();
    assert!(verify(gathered(&mixed).as_slice(), |_, _| {}).is_err(), "another's event");
    let mut log_head: Value = serde_json::from_str(lines[0]).unwrap();
    log_head["forloeb"] = forloeb_for(&p, "1013").await.to_string().into();
    let log_head = lines[0].replace(&id.to_string(), log_head["forloeb"].as_str().unwrap());
    assert!(verify(gathered(&[&[log_head.as_str()], &lines[1..]].concat()).as_slice(), |_, _| {}).is_err());
    // More happens, and the old bundle stays right: it says of which head it speaks.
    p.bed(TerminalRequest::Token(token::Wanted::called("prøve", forloeb::words::Rolle::Hr))).await;
    assert!(verify(answer.data.as_slice(), |_, _| {}).is_ok());
    let empty = Trial::empty().await.bed(TerminalRequest::Export { forloeb: None, earlier: Vec::new() }).await;
    assert_eq!(verify(empty.data.as_slice(), |_, _| {}).unwrap().tree.commits, 0);
    let path = p.path().join("tom");
    std::fs::write(&path, empty.data).unwrap();
    assert_eq!(python(&[path]), [true]);
}

#[tokio::test]
async fn a_key_that_is_noted_must_fit() {
    let p = Trial::small().await;
    let answer = p.bed(TerminalRequest::Export { forloeb: None, earlier: Vec::new() }).await;
    let key = verify(answer.data.as_slice(), |_, _| {}).unwrap().log_head.key;
    let path = p.path().join("bundt");
    std::fs::write(&path, answer.data).unwrap();
    let attempt = async |key: &str| {
        let check = verify::Check::new(verify::What::Bundle(path.clone()));
        verify::run(verify::Check { key: PublicKey::read(key), ..check }).await
    };
    assert_eq!(attempt(&key).await, DONE);
    assert_eq!(attempt("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").await, REFUSED);
}
