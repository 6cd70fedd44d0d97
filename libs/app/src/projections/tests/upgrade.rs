//! What the program before had shown in kroner, and what waited, is held against what is shown now.

use forloeb::Oere;

use super::checkpoints::with_checkpoint;
use crate::projections::Said;
use crate::projections::checkpoint::{Amount, FOLDER, SHOWN, Shown, keep, with_rows_as_before};

/// Bytes of a checkpoint after what is shown: the checksum.
const SUM: usize = 4;
/// Of the number of what is shown, before it.
const COUNT: usize = 8;

/// A checkpoint as another program left it: its bytes, and where what it shows begins and how many there are.
fn taken_apart(mut bytes: Vec<u8>) -> (Vec<u8>, usize, usize) {
    bytes.truncate(bytes.len() - SUM);
    let begins_with = |count: &usize| {
        let at = bytes.len() - count * SHOWN - COUNT;
        bytes[at..at + COUNT] == (*count as u64).to_le_bytes()
    };
    let count = (1..bytes.len() / SHOWN).find(begins_with).expect("something is shown");
    (bytes.clone(), bytes.len() - count * SHOWN, count)
}

fn with_sum(mut bytes: Vec<u8>) -> Vec<u8> {
    let sum = crc32c::crc32c(&bytes);
    bytes.extend(sum.to_le_bytes());
    bytes
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upgrade_tells_other_amounts_and_how_much_waits() {
    let sted = with_checkpoint().await;
    keep(sted.path()).unwrap();
    let file = sted.path().join(FOLDER).join("checkpoint.foer");
    let upgrade = || async { sted.app.upgrade().await.unwrap().unwrap().unwrap() };
    let same = upgrade().await;
    assert_eq!((same.with_amounts, same.changes), (true, Vec::new()), "the same program shows the same");

    // The program before had something else in danger, and one thing more that waited.
    let (mut bytes, first, count) = taken_apart(std::fs::read(&file).unwrap());
    let record = bytes[first..].first_chunk::<SHOWN>().unwrap();
    let (place, is) = Shown::unpacked(record).unwrap();
    let mut was = is;
    was.waiting += 1;
    was.amounts[0] = Some(Oere::from_kroner(1_234_567));
    bytes[first..first + SHOWN].copy_from_slice(&was.packed(place));
    std::fs::write(&file, with_sum(bytes.clone())).unwrap();
    let said: Vec<Said> = upgrade().await.changes.into_iter().map(|change| change.said).collect();
    let expected = [Said::Beloeb(Amount::IFare, was.amounts[0], is.amounts[0]), Said::Waiting(was.waiting, is.waiting)];
    assert_eq!(said, expected);

    // One that kept neither, as those before it did.
    bytes.truncate(bytes.len() - count * SHOWN - COUNT);
    std::fs::write(&file, with_sum(with_rows_as_before(&bytes))).unwrap();
    let without = upgrade().await;
    assert_eq!((without.with_amounts, without.changes), (false, Vec::new()), "nothing is said of what is not known");
}
