//! A raw segment of the log: any bytes as the file, and any bytes as the commits of frames whose checksums and chain fit,
//! which no disk does by chance.
#![no_main]

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use eventlog::{Append, Hash, Journal, NewEvent, Options, StreamId, chain, decode_commit, verify};
use fuzz::Input;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

const SALT: u32 = 7;
const NAME: &str = "journal/seg-00000000000000000001.rvj";

/// The folder of a log whose segment is written again and again.
static FOLDER: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = fuzz::folder();
    fs::create_dir(folder.path().join("journal")).expect("a folder");
    folder
});

fn header() -> Vec<u8> {
    let mut header = [&b"RVJ-LOG\n"[..], &1_u32.to_le_bytes(), &1_u64.to_le_bytes(), &[0; 32]].concat();
    header.extend(SALT.to_le_bytes());
    header.extend([0; 4]);
    let sum = crc32c::crc32c(&header);
    header.extend(sum.to_le_bytes());
    header
}

/// A segment with these commits.
fn framed<'a>(bodies: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let (mut segment, mut hash) = (header(), Hash::ZERO);
    for body in bodies {
        hash = chain(hash, Hash::of(body));
        let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_le_bytes();
        let sum = [&length, body, &hash.0[..]].iter().fold(SALT, |sum, part| crc32c::crc32c_append(sum, part));
        segment.extend(b"\xf5RVC");
        segment.extend(length);
        segment.extend(sum.to_le_bytes());
        segment.extend(body);
        segment.extend(hash.0);
    }
    segment
}

/// The bodies in an input, each with its length in two bytes before it.
fn bodies(bytes: &[u8]) -> Vec<&[u8]> {
    let (mut rest, mut bodies) = (bytes, Vec::new());
    while let Some((length, after)) = rest.split_first_chunk::<2>() {
        let (body, after) = after.split_at(usize::from(u16::from_le_bytes(*length)).min(after.len()));
        bodies.push(body);
        rest = after;
    }
    bodies
}

/// The segment of a small log, and its commits as an input has them.
fn real() -> [(&'static str, Vec<u8>); 2] {
    let folder = fuzz::folder();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let as_input = runtime.block_on(async {
        let options = Options { keep_free: 0, pack: false, ..Options::default() };
        let log = Journal::open(folder.path(), options).expect("the log opens").log;
        for nr in 0..6_u64 {
            let event = || NewEvent { kind: "Noteret".into(), form: 1, body: vec![b'a'; nr as usize * 9] };
            let stream = StreamId::new(if nr % 2 == 0 { "lige" } else { "ulige" }).expect("a name");
            let idempotency =
                (nr == 3).then(|| eventlog::Idempotency { key: Hash([1; 32]), fingerprint: Hash([2; 32]) });
            let (expected, events) = (if nr < 2 { 0 } else { nr / 2 * 2 }, vec![event(), event()]);
            let append =
                Append { stream, expected, time: 1_700_000_000_000_000, meta: b"who".to_vec(), events, idempotency };
            log.append(append).await.expect("it is appended");
        }
        let mut input = vec![1];
        let mut commits = log.commits(0);
        while let Some(commit) = commits.next().await.expect("they can be read") {
            input.extend(u16::try_from(commit.body.len()).expect("they are short").to_le_bytes());
            input.extend(&commit.body);
        }
        log.close().await;
        input
    });
    let mut file = fs::read(folder.path().join(NAME)).expect("it was written");
    let used = file.iter().rposition(|byte| *byte != 0).map_or(0, |nth| nth + 1);
    file.truncate(used);
    file.insert(0, 0);
    [("as-a-file", file), ("as-commits", as_input)]
}

fn try_one(bytes: &[u8], folder: &Path) {
    let mut input = Input(bytes);
    if input.byte() % 2 == 0 {
        fs::write(folder.join(NAME), input.0).expect("there is room");
        let _ = verify(folder, &mut |_, _| {});
        return;
    }
    let bodies = bodies(input.0);
    let commits: Result<Vec<_>, _> = bodies.iter().map(|body| decode_commit(body)).collect();
    // One that is none is waited for, since somebody may be writing it: milliseconds for each input.
    let Ok(commits) = commits else { return };
    fs::write(folder.join(NAME), framed(bodies.iter().copied())).expect("there is room");
    if let Ok(verified) = verify(folder, &mut |_, _| {}) {
        // What is read is what was written: nothing of it was torn.
        let events: usize = commits.iter().map(|commit| commit.events.len()).sum();
        assert_eq!((verified.commits, verified.events, verified.torn), (commits.len() as u64, events as u64, 0));
    }
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        try_one(bytes, FOLDER.path());
    }
);
