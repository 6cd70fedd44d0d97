//! The master key around the file, and files that earlier programs wrote.

use std::path::Path;

use eventlog::Disk;
use uuid::Uuid;

use super::*;

fn cpr(text: &str) -> Confidential<String> {
    Confidential::new(text.to_owned())
}

fn open(folder: &Path, new: bool, master: Option<u8>) -> Result<Keys, KeyError> {
    Keys::open_on(Disk::default(), folder, new, master.map(|byte| Master::new([byte; 32])))
}

fn bytes(folder: &Path) -> Vec<u8> {
    std::fs::read(folder.join("noegler")).unwrap()
}

#[test]
fn a_wrapped_file_opens_with_its_master_key_alone() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let keys = open(folder, true, Some(1)).unwrap();
    assert!(keys.is_wrapped());
    let person = keys.persons([&cpr("7001010001")]).unwrap()[0];
    let sealed = keys.seal(person, b"x").unwrap();
    assert!(matches!(open(folder, false, None), Err(KeyError::MasterMissing(_))));
    assert!(matches!(open(folder, false, Some(2)), Err(KeyError::MasterOther { .. })));
    let again = open(folder, false, Some(1)).unwrap();
    assert_eq!(again.person(&cpr("7001010001")), Some(person));
    assert_eq!(again.unlock(person, &sealed).unwrap(), b"x");
    Keys::check(folder).unwrap();
    // The id is in the log; in the file it is sealed like everything else of a person.
    assert!(!bytes(folder).windows(16).any(|w| w == person.as_bytes()));
    for at in [20, 40, 400, 450] {
        let whole = bytes(folder);
        let mut damaged = whole.clone();
        damaged[at] ^= 1;
        std::fs::write(folder.join("noegler"), damaged).unwrap();
        assert!(matches!(open(folder, false, Some(1)), Err(KeyError::Damaged(_))), "at {at}");
        assert!(matches!(Keys::check(folder), Err(KeyError::Damaged(_))), "at {at}");
        std::fs::write(folder.join("noegler"), whole).unwrap();
    }
}

#[test]
fn a_file_that_nothing_wraps_is_wrapped_when_there_is_a_master_key_and_then_with_another() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let keys = open(folder, true, None).unwrap();
    assert!(!keys.is_wrapped());
    let [a, b] = keys.persons(&["1", "2"].map(cpr)).unwrap()[..] else { unreachable!() };
    let sealed = keys.seal(a, b"x").unwrap();
    assert!(keys.erase(b).unwrap());
    let unwrapped = bytes(folder);
    let keys = open(folder, false, Some(1)).unwrap();
    assert!(keys.is_wrapped() && keys.unlock(a, &sealed).is_ok());
    assert!(bytes(folder).len() < unwrapped.len(), "the erased one's slot is gone");
    assert!(matches!(open(folder, false, None), Err(KeyError::MasterMissing(_))));

    keys.rewrap(Master::new([2; 32])).unwrap();
    let c = keys.persons([&cpr("3")]).unwrap()[0];
    assert!(keys.unlock(a, &sealed).is_ok(), "who has it open goes on");
    assert!(matches!(open(folder, false, Some(1)), Err(KeyError::MasterOther { .. })));
    let keys = open(folder, false, Some(2)).unwrap();
    assert_eq!([keys.person(&cpr("1")), keys.person(&cpr("2")), keys.person(&cpr("3"))], [Some(a), None, Some(c)]);
    assert!(keys.unlock(a, &sealed).is_ok());
    // Nothing of a slot from before is in the file.
    let slots = unwrapped[384..].chunks(16).filter(|chunk| chunk.iter().any(|byte| *byte != 0));
    let now = bytes(folder);
    assert!(slots.into_iter().all(|old| !now.windows(16).any(|new| new == old)));
}

/// The file of `tests/data/folders/2026-11-28`. Whose number is whose is said in the program that made it.
#[test]
fn a_file_of_the_first_form_is_read_and_written_anew_once() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden-noegler/noegler.1");
    let first = std::fs::read(stored).unwrap();
    std::fs::write(folder.join("noegler"), &first).unwrap();
    Keys::check(folder).unwrap();
    let keys = open(folder, false, Some(1)).unwrap();
    assert!(keys.has_first_form() && !keys.is_wrapped());
    let corrected: Uuid = "60612f18-61f1-8fb0-a7d6-2621d27223bd".parse().unwrap();
    let erased: Uuid = "1ce221b5-a933-8b32-80d7-df34bea645b4".parse().unwrap();
    assert_eq!(keys.person(&cpr("6261801013")), Some(corrected), "by the pepper");
    assert_eq!(keys.person(&cpr("6161801012")), None, "erased");
    let other = keys.person(&cpr("6161801010")).unwrap();
    let sealed = keys.seal(corrected, b"x").unwrap();
    assert!(matches!(keys.persons([&cpr("1")]), Err(KeyError::FirstForm)));
    assert!(keys.erase(other).unwrap(), "who is erased before is not written anew");

    let whose = [(corrected, cpr("6261801013")), (erased, cpr("6161801012"))];
    keys.upgrade(whose).unwrap();
    let now = bytes(folder);
    assert!(!now.windows(16).any(|w| w == &first[16..32] || w == &first[32..48]), "the pepper is gone");
    for keys in [keys, open(folder, false, Some(1)).unwrap()] {
        assert!(!keys.has_first_form() && keys.is_wrapped());
        assert_eq!(keys.person(&cpr("6261801013")), Some(corrected));
        assert_eq!([keys.person(&cpr("6161801012")), keys.person(&cpr("6161801010"))], [None, None]);
        assert!(keys.unlock(corrected, &sealed).is_ok());
        keys.upgrade([(erased, cpr("6161801012"))]).unwrap();
        let new = keys.persons([&cpr("6161801012")]).unwrap()[0];
        assert_ne!(new, erased, "whoever comes back is somebody new");
        assert!(keys.erase(new).unwrap());
    }
}

#[test]
fn a_master_key_is_read_as_openssl_writes_it_and_never_printed() {
    let key = Master::new([7; 32]);
    assert_eq!(Master::read(&key.text()), Ok(key.clone()));
    for wrong in ["", "kodeord", &"A".repeat(42), &Master::new([0; 32]).text()] {
        assert!(Master::read(wrong).is_err(), "{wrong}");
    }
    assert_eq!(format!("{key:?}"), "Master(…)");
    assert_ne!(key.mark(), Master::new([8; 32]).mark());
}
