//! Checkpoints against the specification's own example, and against whatever somebody hands over.

use proptest::prelude::*;

use eventlog::{CommitTree, Head};

use super::*;
use crate::seal::Seal;

fn key_and_note(commits: u64) -> (PublicKey, String) {
    signed_by(1, commits)
}

fn signed_by(byte: u8, commits: u64) -> (PublicKey, String) {
    let seal = Seal::fixed(byte);
    let head = Head { position: commits * 2, hash: Hash([1; 32]) };
    let note = seal.checkpoint(&CommitTree { head, commits, root: Hash([2; 32]) });
    (seal.public_key(), note)
}

/// Keys, names and ids as C2SP `signed-note` has them: the example there is signed with another name than ours, so the
/// form of the note and its limits are held against it, and the signature against our own.
#[test]
fn a_note_is_read_as_the_specification_writes_it() {
    let example = "example.com/log\n4\nUkdcRg7lnS+Tx3jFAxpRlSHCmoIcGRhEvLFPKZYOeDo=\n\n\
                   — example.com/log 4r8W1y5vLg==\n— witness.example AAAAAAAAAAA=\n";
    let note = Note::read(example).unwrap();
    assert_eq!((note.says.origin.as_str(), note.says.commits, note.signatures.len()), ("example.com/log", 4, 2));
    let (key, _) = key_and_note(1);
    assert!(matches!(note.opened_by(&key), Err(NoteError::OtherKey(_))));
    for wrong in [
        "",
        "\n\n",
        "a\n4\n\n\n",
        &example.replace("\n4\n", "\n04\n"),
        &example.replace("\n4\n", "\n-4\n"),
        &example.replace("\n4\n", "\n4\r\n"),
        &example.replace("UkdcRg7lnS", "UkdcRg7ln"),
        &example.replace("— example.com/log ", "— example.com/log+x "),
        &example.replace("— example", "- example"),
        &example.replace("4r8W1y5vLg==", "4r8W"),
        example.trim_end(),
    ] {
        assert!(matches!(Note::read(wrong), Err(NoteError::Form(_))), "{wrong:?}");
    }
    let long = format!("{example}{}", "— a.example AAAAAAAAAAA=\n".repeat(MOST_SIGNATURES));
    assert!(matches!(Note::read(&long), Err(NoteError::Form("der er for mange underskrifter"))));
}

#[test]
fn a_key_is_read_as_it_is_shown_and_no_other_way() {
    let (key, _) = key_and_note(1);
    let (other, _) = signed_by(2, 1);
    assert_eq!(PublicKey::read(&key.hex()), Some(key.clone()));
    assert_eq!(PublicKey::read(&key.note_key()), Some(key.clone()));
    assert_ne!(key, other);
    for wrong in
        ["", "+", "raskvej/0+00000000+AQ==", &key.note_key().replacen("raskvej/", "raskvej/0", 1), &key.hex()[1..]]
    {
        assert_eq!(PublicKey::read(wrong), None, "{wrong}");
    }
}

/// What people keep: the file, a mail saved by a program that ends lines its own way, a bundle, a witness's signature more.
#[test]
fn it_is_found_in_what_somebody_kept() {
    let (key, note) = key_and_note(7);
    let says = |kept: &str| Note::find(kept.as_bytes()).unwrap().opened_by(&key).unwrap().clone();
    let right = says(&note);
    assert_eq!((right.commits, right.root, right.origin), (7, Hash([2; 32]), key.name()));
    let mail = format!("Kære revisor\n\nHer er dagens segl:\n\n{note}\nVenlig hilsen\n");
    let json = serde_json::json!({"segl": note, "noegle": key.hex()}).to_string();
    let witnessed = format!("{note}— witness.example AAAAAAAAAAA=\n");
    let bundle = format!("{json}\n{{\"krop\":\"\"}}\n");
    for kept in [mail.clone(), mail.replace('\n', "\r\n"), format!("\u{feff}{note}"), json, bundle, witnessed] {
        assert_eq!(says(&kept).commits, 7, "{kept}");
    }
    assert!(matches!(Note::in_file(Path::new("/dev/zero")), Err(NoteError::Form(_))), "a device has no end");
    let (other, _) = signed_by(2, 7);
    assert!(matches!(Note::read(&note).unwrap().opened_by(&other), Err(NoteError::OtherKey(_))));
    let twice = format!("{note}{}\n", note.lines().last().unwrap());
    assert!(matches!(Note::read(&twice).unwrap().opened_by(&key), Err(NoteError::Signature)));
}

/// No bit can be changed, wherever it is.
#[test]
fn a_changed_checkpoint_does_not_open() {
    let (key, note) = key_and_note(12345);
    for at in 0..note.len() {
        for bit in [1, 2, 16] {
            let mut bytes = note.clone().into_bytes();
            bytes[at] ^= bit;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let opened = Note::read(&changed).and_then(|note| note.opened_by(&key).cloned());
            assert!(opened.is_err(), "byte {at}, bit {bit}");
        }
    }
}

proptest! {
    /// Any bytes get an answer, and none of them is a checkpoint that nobody signed.
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let (key, _) = key_and_note(1);
        let opened = Note::find(&bytes).and_then(|note| note.opened_by(&key).cloned());
        prop_assert!(opened.is_err());
        let _ = PublicKey::read(&String::from_utf8_lossy(&bytes));
    }

    /// The same of what looks like one: lines of it, repeated, left out, and in another order.
    #[test]
    fn what_looks_like_a_checkpoint_gets_an_answer(picks in proptest::collection::vec((0usize..9, ".{0,12}"), 0..40)) {
        let (key, note) = key_and_note(3);
        let lines: Vec<&str> = note.lines().collect();
        let text: String = picks
            .iter()
            .map(|(nth, other)| match nth {
                0..=4 => format!("{}\n", lines[*nth]),
                5 => "\n".to_owned(),
                6 => format!("— {other}\n"),
                7 => "18446744073709551616\n".to_owned(),
                _ => format!("{other}\n"),
            })
            .collect();
        for found in [Note::read(&text), Note::find(text.as_bytes()), Note::find(format!("{{{text}").as_bytes())] {
            if let Ok(says) = found.and_then(|note| note.opened_by(&key).cloned()) {
                prop_assert_eq!((says.commits, says.root), (3, Hash([2; 32])));
            }
        }
    }
}
