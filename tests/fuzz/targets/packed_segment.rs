//! A packed segment of the log: any bytes in place of a part of a real one, with lengths and checksums that fit, which no
//! disk does by chance. The first byte says which part; one that is compressed is compressed here.
#![no_main]

use std::fs;
use std::sync::LazyLock;
use std::time::Duration;

use eventlog::{Append, Journal, NewEvent, Options, StreamId, Verified, verify};
use fuzz::Input;
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;
use tokio::runtime::Runtime;

const NAME: &str = "journal/seg-00000000000000000001.rvs";
const FOOTER: usize = 264;
/// Where the four places begin in the footer: tables of blocks and of order, chain, keys.
const PLACES: usize = 8 + 4 + 4 + 3 * 8 + 2 * 32;
const PARTS: usize = 4;

struct Real {
    folder: TempDir,
    bytes: Vec<u8>,
    verified: Verified,
}

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().expect("a runtime"));

/// A log whose only segment is packed.
static REAL: LazyLock<Real> = LazyLock::new(|| {
    let folder = fuzz::folder();
    let options = || Options { segment_size: 16 << 10, index_cache: 1 << 20, keep_free: 0, ..Options::default() };
    RUNTIME.block_on(async {
        let log = Journal::open(folder.path(), options()).expect("the log opens").log;
        let mut nr = 0_u64;
        while log.backup_files().len() < 2 {
            let event = NewEvent { kind: "Noteret".into(), form: 1, body: format!("{nr} ").repeat(20).into_bytes() };
            let stream = StreamId::new(format!("s{}", nr % 7)).expect("a name");
            let (expected, time) = (nr / 7, 1_700_000_000_000_000);
            let append = Append { stream, expected, time, meta: vec![], events: vec![event], idempotency: None };
            log.append(append).await.expect("it is appended");
            nr += 1;
        }
        while log.backup_files().iter().filter(|file| file.ends.is_none()).count() > 1 {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        log.close().await;
    });
    let bytes = fs::read(folder.path().join(NAME)).expect("it is packed");
    let journal = fs::read_dir(folder.path().join("journal")).expect("a folder");
    for other in journal.map(|entry| entry.expect("an entry").path()).filter(|path| !path.ends_with(&NAME[8..])) {
        if other.is_file() {
            fs::remove_file(other).expect("it can go");
        }
    }
    for beside in ["hoved", "index.open", "index.seen"] {
        let _ = fs::remove_file(folder.path().join(beside));
    }
    let verified = verify(folder.path(), &mut |_, _| {}).expect("it is whole");
    Real { folder, bytes, verified }
});

fn place(bytes: &[u8], part: usize) -> (usize, usize, usize) {
    let at = bytes.len() - FOOTER + PLACES + part * 20;
    let mut rest = Input(&bytes[at..]);
    let offset = rest.number() as usize;
    let (length, raw) = (u32::from_le_bytes(rest.chunk()) as usize, u32::from_le_bytes(rest.chunk()) as usize);
    (offset, length, raw)
}

fn content(bytes: &[u8], part: usize) -> Vec<u8> {
    let (offset, length, raw) = place(bytes, part);
    let stored = &bytes[offset..offset + length];
    if part < 2 { zstd::bulk::decompress(stored, raw).expect("it was compressed") } else { stored.to_vec() }
}

/// The segment with other content in a part: before the footer, where there is room for any length.
fn with(bytes: &[u8], part: usize, content: &[u8]) -> Vec<u8> {
    let stored = if part < 2 { zstd::bulk::compress(content, 1).expect("in memory") } else { content.to_vec() };
    let (before, footer) = bytes.split_at(bytes.len() - FOOTER);
    let mut footer = footer.to_vec();
    let at = PLACES + part * 20;
    footer[at..at + 8].copy_from_slice(&(before.len() as u64).to_le_bytes());
    for (nth, figure) in [stored.len(), content.len(), crc32c::crc32c(&stored) as usize].into_iter().enumerate() {
        let from = at + 8 + nth * 4;
        footer[from..from + 4].copy_from_slice(&(figure as u32).to_le_bytes());
    }
    summed(&[before, &stored, &footer].concat())
}

/// With a footer whose checksum fits.
fn summed(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(from) = bytes.len().checked_sub(FOOTER) {
        let end = bytes.len() - 4;
        let sum = crc32c::crc32c(&bytes[from..end]);
        bytes[end..].copy_from_slice(&sum.to_le_bytes());
    }
    bytes
}

fn real() -> Vec<(String, Vec<u8>)> {
    let part = |part: usize| [&[part as u8], &content(&REAL.bytes, part)[..]].concat();
    let footer = [&[4], &REAL.bytes[REAL.bytes.len() - FOOTER..]].concat();
    let whole = [&[5], &REAL.bytes[..]].concat();
    let parts = (0..PARTS).map(|nth| (format!("part-{nth}"), part(nth)));
    parts.chain([("footer".to_owned(), footer), ("whole".to_owned(), whole)]).collect()
}

fn try_one(bytes: &[u8]) {
    let (real, mut input) = (&*REAL, Input(bytes));
    let segment = match usize::from(input.byte()) % 6 {
        part if part < PARTS => with(&real.bytes, part, input.0),
        4 => summed(&[&real.bytes[..real.bytes.len() - FOOTER], input.0].concat()),
        _ => summed(input.0),
    };
    fs::write(real.folder.path().join(NAME), segment).expect("there is room");
    // One that passes has what was in it: the last hash of the chain is known from elsewhere, and is over all bodies.
    if let Ok(verified) = verify(real.folder.path(), &mut |_, _| {})
        && verified.head == real.verified.head
    {
        assert_eq!(verified, real.verified);
    }
}

fuzz_target!(
    init: fuzz::seeds(real()),
    |bytes: &[u8]| {
        try_one(bytes);
    }
);
