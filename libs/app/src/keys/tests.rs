//! What the key file holds after what befalls it, and who can read what.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::{Arc, Condvar};
use std::time::Duration;

use eventlog::{Operation, Watch};

use eventlog::Disk;
use uuid::Uuid;

use super::*;
use crate::durable::seen;

fn cpr(tekst: &str) -> Confidential<String> {
    Confidential::new(tekst.to_owned())
}

/// Two persons, told of with one of them twice.
fn two(keys: &Keys) -> [Uuid; 2] {
    let [a, b, again] = keys.persons(&["7001010001", "7001010002", "7001010001"].map(cpr)).unwrap()[..] else {
        unreachable!()
    };
    assert_eq!(a, again);
    [a, b]
}

/// The bytes of a slot; 0 is the number of slots that count.
fn slot(place: usize) -> std::ops::Range<usize> {
    let begin = 256 + place * 128;
    begin..begin + 128
}

#[test]
fn what_is_sealed_is_read_only_with_the_persons_key() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(folder.path(), true).unwrap();
    let [a, b] = two(&keys);
    let sealed = keys.seal(a, "Åse Ærlig".as_bytes()).unwrap();
    assert!(!sealed.0.contains("rlig"));
    let again = Keys::open(folder.path(), true).unwrap();
    assert_eq!(again.unlock(a, &sealed).unwrap(), "Åse Ærlig".as_bytes());
    assert!(matches!(again.unlock(b, &sealed), Err(KeyError::Changed)));
    assert_eq!(again.person(&cpr("7001010001")), Some(a), "the same person after a restart");
    assert_eq!(two(&again), [a, b]);
    let other = tempfile::tempdir().unwrap();
    assert_ne!(two(&Keys::open(other.path(), true).unwrap()), [a, b], "an id follows from nothing");
}

#[test]
fn an_erased_key_is_gone_from_the_file_too() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(folder.path(), true).unwrap();
    let a = keys.persons([&cpr("7001010001")]).unwrap()[0];
    let before = std::fs::read(folder.path().join("noegler")).unwrap();
    let sealed = keys.seal(a, b"x").unwrap();
    assert!(keys.erase(a).unwrap());
    assert!(!keys.erase(a).unwrap());
    let b = keys.persons([&cpr("7001010002")]).unwrap()[0];
    let after = std::fs::read(folder.path().join("noegler")).unwrap();
    let slot = slot(1);
    assert!(!after.windows(16).any(|w| before[slot.clone()].windows(16).any(|was| w == was && w != [0; 16])));
    assert_eq!(keys.person(&cpr("7001010001")), None, "whose number it was is gone with it");
    let again = Keys::open(folder.path(), true).unwrap();
    assert!(matches!(again.unlock(a, &sealed), Err(KeyError::KeyGone)));
    again.seal(b, b"y").unwrap();
}

/// A power cut while a batch was written: any of its slots may be torn or missing, in any order.
#[test]
fn a_power_cut_amid_many_costs_none_and_a_damaged_key_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noegler");
    let keys = Keys::open(folder.path(), true).unwrap();
    let a = keys.persons([&cpr("1")]).unwrap()[0];
    let before = std::fs::read(&path).unwrap();
    let b = keys.persons([&cpr("2"), &cpr("3")]).unwrap()[0];
    let whole = std::fs::read(&path).unwrap();
    let mut torn = whole.clone();
    torn[slot(0)].copy_from_slice(&before[slot(0)]);
    torn[slot(2).start + 5] ^= 1;
    std::fs::write(&path, &torn).unwrap();
    let again = Keys::open(folder.path(), false).unwrap();
    assert!(matches!(again.seal(b, b"1"), Err(KeyError::KeyGone)));
    again.persons([&cpr("2")]).unwrap();
    again.seal(a, b"1").unwrap();
    let mut damaged = whole;
    damaged[slot(1).start + 20] ^= 1;
    std::fs::write(&path, damaged).unwrap();
    assert!(matches!(Keys::open(folder.path(), false), Err(KeyError::Damaged(1))));
}

#[test]
fn a_missing_key_file_is_not_replaced_in_silence() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(Keys::open(folder.path(), false), Err(KeyError::Missing)));
    Keys::open(folder.path(), true).unwrap();
    std::fs::write(folder.path().join("noegler"), b"").unwrap();
    assert!(matches!(Keys::open(folder.path(), false), Err(KeyError::Missing)));
}

#[test]
fn the_key_file_is_there_after_a_power_cut_also_when_made_in_a_start_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("ny/noegler");
    let (_, names) = seen::during(|| Keys::open(&keys, true).unwrap());
    assert!(names.named.contains(&keys.join("noegler")) && names.unsafe_names.is_empty(), "{names:?}");
    for new in [true, false] {
        let (_, names) = seen::during(|| Keys::open(&keys, new).unwrap());
        assert!(names.named.is_empty(), "it is used as it is");
        assert!(keys.ancestors().all(|over| names.synced.contains(over)), "{names:?}");
    }
}

#[test]
fn a_key_file_of_zeros_beside_an_empty_log_is_made_anew_and_a_damaged_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("noegler");
    for zeros in [slot(0).end, slot(1).end] {
        std::fs::write(&path, vec![0; zeros]).unwrap();
        assert!(matches!(Keys::open(folder.path(), false), Err(KeyError::Damaged(0))), "a log needs it");
        let keys = Keys::open(folder.path(), true).unwrap();
        keys.persons([&cpr("7001010001")]).unwrap();
    }
    let mut damaged = std::fs::read(&path).unwrap();
    damaged[20] ^= 1;
    std::fs::write(&path, &damaged).unwrap();
    assert!(matches!(Keys::open(folder.path(), true), Err(KeyError::Damaged(0))));
    assert_eq!(std::fs::read(&path).unwrap(), damaged, "there may be keys in it");
}

#[test]
fn personal_values_cannot_be_printed_by_accident() {
    assert_eq!(format!("{:?}", cpr("7001010001")), "Confidential(…)");
}

/// Lets a sync wait until it is told to go on.
#[derive(Debug, Default)]
struct Held {
    hold: AtomicBool,
    state: Mutex<(bool, bool)>,
    changed: Condvar,
}

impl Held {
    /// Until `reached` or `released` is so; not for ever.
    fn wait(&self, so: impl Fn(&(bool, bool)) -> bool) -> bool {
        let state = self.state.lock().unwrap();
        let (state, _) = self.changed.wait_timeout_while(state, Duration::from_secs(60), |s| !so(s)).unwrap();
        so(&state)
    }

    fn set(&self, how: impl Fn(&mut (bool, bool))) {
        how(&mut self.state.lock().unwrap());
        self.changed.notify_all();
    }
}

impl Watch for Held {
    fn before(&self, operation: Operation<'_>) -> io::Result<()> {
        if matches!(operation, Operation::Sync(_)) && self.hold.load(SeqCst) {
            self.set(|state| state.0 = true);
            assert!(self.wait(|state| state.1), "nobody let it go on");
        }
        Ok(())
    }

    fn after(&self, _: Operation<'_>) {}
}

/// While one person's key waits for the disk, what is sealed for everybody else can be opened, and more be sealed.
#[test]
fn nobody_waits_for_the_sync_of_somebody_elses_key() {
    let folder = tempfile::tempdir().unwrap();
    let held = Arc::new(Held::default());
    let keys = Arc::new(Keys::open_on(Disk::new(Some(held.clone())), folder.path(), true, None).unwrap());
    let [a, b] = two(&keys);
    let sealed = keys.seal(a, "Åse Ærlig".as_bytes()).unwrap();
    let comes_in: fn(&Keys, Uuid) -> _ = |keys, _| keys.persons([&cpr("7001010003")]).map(drop);
    for writes in [comes_in, |keys, b| keys.erase(b).map(drop)] {
        held.set(|state| *state = (false, false));
        held.hold.store(true, SeqCst);
        let writer = std::thread::spawn({
            let keys = keys.clone();
            move || writes(&keys, b)
        });
        assert!(held.wait(|state| state.0), "the sync was reached");
        let (done, opened) = std::sync::mpsc::channel();
        std::thread::spawn({
            let (keys, sealed) = (keys.clone(), sealed.clone());
            move || {
                let parsed = keys.unlock(a, &sealed).unwrap();
                keys.seal(a, b"mere").unwrap();
                done.send(parsed)
            }
        });
        let parsed = opened.recv_timeout(Duration::from_secs(60));
        held.hold.store(false, SeqCst);
        held.set(|state| state.1 = true);
        assert_eq!(parsed.as_deref(), Ok("Åse Ærlig".as_bytes()), "it was opened while the other waited");
        writer.join().unwrap().unwrap();
    }
    assert!(keys.person(&cpr("7001010003")).is_some() && keys.seal(b, b"x").is_err());
}
