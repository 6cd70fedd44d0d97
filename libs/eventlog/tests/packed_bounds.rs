//! What a packed segment says of its own lists never becomes memory before it was compared with what the file has.
//!
//! A test of its own: it looks at the memory of the whole process.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::{fs, io::Write as _};

use common::{append, folder_in_memory, open, settled, small, verify_whole};
use eventlog::{Broken, Damage, verify};

const FOOTER: usize = 264;
/// Where the places of the tables of blocks and of order begin in the footer: offset, stored length, raw length, sum.
const PLACES: usize = 8 + 4 + 4 + 3 * 8 + 2 * 32;
const PLACE: usize = 20;
/// What a list unpacks to: far more than a log of a few kilobytes can need, and zstd makes a small file of it.
const UNPACKED: usize = 1 << 30;

/// The most memory the process has had, in bytes.
fn most() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<usize>().unwrap() << 10
}

/// Zeros, packed: as a list they are blocks without a length, or commits without events.
fn packed_zeros() -> Vec<u8> {
    let mut packed = zstd::stream::Encoder::new(Vec::new(), 1).unwrap();
    let piece = vec![0; 1 << 20];
    for _ in 0..UNPACKED / piece.len() {
        packed.write_all(&piece).unwrap();
    }
    packed.finish().unwrap()
}

/// The segment with a list in place of its own, with lengths and sums that fit.
fn with(segment: &[u8], list: usize, packed: &[u8]) -> Vec<u8> {
    let (before, footer) = segment.split_at(segment.len() - FOOTER);
    let mut footer = footer.to_vec();
    let at = PLACES + list * PLACE;
    footer[at..at + 8].copy_from_slice(&(before.len() as u64).to_le_bytes());
    let figures = [packed.len(), UNPACKED, crc32c::crc32c(packed) as usize];
    for (nth, figure) in figures.into_iter().enumerate() {
        let from = at + 8 + nth * 4;
        footer[from..from + 4].copy_from_slice(&u32::try_from(figure).unwrap().to_le_bytes());
    }
    let sum = crc32c::crc32c(&footer[..FOOTER - 4]);
    footer[FOOTER - 4..].copy_from_slice(&sum.to_le_bytes());
    [before, packed, &footer].concat()
}

#[tokio::test]
async fn the_lists_of_a_packed_segment_have_a_bound_by_what_is_in_it() {
    let folder = folder_in_memory();
    let log = open(folder.path(), small());
    let mut version = 0;
    for _ in 0..20 {
        version = log.append(append("a", version, &["x".repeat(3000).as_str()])).await.unwrap().version;
    }
    settled(&log).await;
    let head = log.head();
    log.close().await;
    verify_whole(folder.path(), head);

    let path = folder.path().join("journal/seg-00000000000000000001.rvs");
    let segment = fs::read(&path).unwrap();
    let zeros = packed_zeros();
    let before = most();
    for (list, name) in ["blocks", "order"].into_iter().enumerate() {
        fs::write(&path, with(&segment, list, &zeros)).unwrap();
        let Err(Broken::Fault(fault)) = verify(folder.path(), &mut |_, _| {}) else { panic!("{name} is believed") };
        let place = (segment.len() - FOOTER) as u64;
        assert_eq!((fault.offset, &fault.what), (place, &Damage::Body), "{name}");
        let grown = most() - before;
        assert!(grown < UNPACKED / 4, "{name} took {grown} bytes of memory");
    }
}
