//! Checkpoints, and seals of bundles: what somebody kept gets an answer, and none passes that the log has not signed.
#![no_main]

use std::sync::LazyLock;

use app::checkpoint::{Note, PublicKey};
use app::seal::{self, Seal};
use eventlog::{CommitTree, Hash, Head, TreeHead};
use libfuzzer_sys::fuzz_target;

static SEAL: LazyLock<Seal> = LazyLock::new(|| Seal::fixed(1));
const HEAD: Head = Head { position: 7, hash: Hash([1; 32]) };
const TREE: CommitTree = CommitTree { head: HEAD, commits: 5, root: Hash([2; 32]) };
const TREES: TreeHead =
    TreeHead { head: HEAD, commits: 5, root: Hash([2; 32]), streams: 2, streams_root: Hash([3; 32]) };

fn real() -> Vec<(&'static str, Vec<u8>)> {
    let (note, key) = (SEAL.checkpoint(&TREE), SEAL.public_key());
    let sealed = SEAL.seal(&TREES, "2026-11-20T10:00:00Z".parse().expect("a time"));
    let line = |text: &str| text.replace('\n', "\\n");
    vec![
        ("note", note.clone().into_bytes()),
        ("mail", format!("Kære revisor\r\n\r\n{}\r\nHilsen\r\n", note.replace('\n', "\r\n")).into_bytes()),
        ("answer", format!("{{\"segl\":\"{}\"}}\n", line(&note)).into_bytes()),
        ("bundle", format!("{{\"segl\":\"{}\",\"noegle\":\"{}\"}}\n", line(&sealed), key.hex()).into_bytes()),
        ("seal", sealed.into_bytes()),
        ("key", key.note_key().into_bytes()),
        ("key-hex", key.hex().into_bytes()),
    ]
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        let key = SEAL.public_key();
        if let Ok(says) = Note::find(bytes).and_then(|note| note.opened_by(&key).cloned()) {
            assert_eq!((says.commits, says.root, says.origin), (5, Hash([2; 32]), key.name()), "nobody signed that");
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            if let Some(tree) = seal::open(text, &key.hex()) {
                assert_eq!(tree, TREES, "nobody sealed that");
            }
            if let Some(key) = PublicKey::read(text) {
                assert_eq!(PublicKey::read(&key.note_key()), Some(key.clone()), "a key is written as it is read");
                let _ = seal::open(text, &key.hex());
            }
        }
    }
);
