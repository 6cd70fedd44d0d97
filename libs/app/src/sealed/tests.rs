//! Every form ever written is read, the newest is written as it always was, and what cannot be opened says why.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use forloeb::Haendelse;

use super::*;
use crate::keys::Confidential;

fn golden(kind: Kind, form: u16) -> Vec<u8> {
    let path = folder().join(format!("{}.{form}.json", kind.name()));
    let plaintext = std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
    plaintext.trim_ascii_end().to_vec()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden-sealed")
}

pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// What the file of each form says, the oldest first; the names of the files that were read.
pub(super) fn reads<T: Sealed + PartialEq + std::fmt::Debug>(kind: Kind, expected: &[T]) -> Vec<String> {
    assert_eq!(T::KIND, kind);
    assert_eq!(expected.len(), usize::from(T::FORM), "one value for each form of {}", kind.name());
    for (form, payload) in (1..).zip(expected) {
        assert!(read::<T>(&golden(kind, form)).as_ref() == Ok(payload), "{} form {form}", kind.name());
    }
    let newest = write(expected.last().unwrap()).unwrap();
    assert_eq!(String::from_utf8(newest), String::from_utf8(golden(kind, T::FORM)), "{}", kind.name());
    let first: Value = serde_json::from_slice(&golden(kind, 1)).unwrap();
    assert!(first.get("form").is_none(), "{} would be taken for a later form", kind.name());
    (1..=T::FORM).map(|form| format!("{}.{form}.json", kind.name())).collect()
}

#[test]
fn every_form_that_was_written_is_read_and_the_newest_is_written_the_same() {
    let files: BTreeSet<String> = Kind::ALL.iter().flat_map(|kind| golden::read_all(*kind)).collect();
    let there = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    assert_eq!(there.collect::<BTreeSet<_>>(), files, "a file that belongs to no form");
}

/// The payload of an event is written by the commands and read by the history: both go by this.
#[test]
fn every_kind_is_part_of_some_event() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations/golden");
    let mut found = BTreeSet::new();
    for (name, form) in Haendelse::FORMS {
        let body = std::fs::read(folder.join(format!("{name}.{form}.json"))).unwrap();
        let sealed_fields = body.windows(8).filter(|w| w == b"c2VhbGVk").count();
        let event = forloeb::form::read(name, *form, &body).unwrap();
        let sealed = event.sealed();
        assert_eq!(usize::from(sealed.is_some()), sealed_fields, "{name}");
        found.extend(sealed.map(|(kind, _)| kind.name()));
    }
    assert_eq!(found, Kind::ALL.iter().map(|kind| kind.name()).collect());
}

struct Two {
    _folder: tempfile::TempDir,
    keys: Keys,
    one: Uuid,
    other: Uuid,
}

fn two() -> Two {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::open(folder.path(), true).unwrap();
    let cpr = ["1", "2"].map(|cpr| Confidential::new(cpr.to_owned()));
    let [one, other] = keys.persons(&cpr).unwrap()[..] else { unreachable!() };
    Two { _folder: folder, keys, one, other }
}

fn plan() -> PlanTekster {
    PlanTekster { besked: Some("hemmeligt".to_owned()), tiltag: words(&["hemmeligt"]), ..PlanTekster::default() }
}

/// Of every payload: each fault has its own answer, and none of them is an empty text.
#[test]
fn every_fault_is_told_apart_and_tells_nothing_of_the_text() {
    let Two { keys, one, other, .. } = &two();
    let (one, other) = (*one, *other);
    let sealed = seal(keys, one, &plan()).unwrap();
    assert!(open::<PlanTekster>(keys, [one], &sealed) == Ok(plan()));
    assert!(open::<PlanTekster>(keys, [other, one], &sealed) == Ok(plan()), "whichever of the keys it is");

    let text = sealed.0.clone();
    for at in 0..text.len() {
        let mut bytes = text.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let flipped = Ciphertext(String::from_utf8(bytes).unwrap());
        assert!(open::<PlanTekster>(keys, [one], &flipped) == Err(OpenError::Damaged), "at {at}");
    }
    for short in [String::new(), "AAAA".to_owned(), "!".to_owned(), text[..text.len() - 4].to_owned()] {
        assert!(open::<PlanTekster>(keys, [one], &Ciphertext(short)) == Err(OpenError::Damaged));
    }
    assert!(open::<PlanTekster>(keys, [other], &sealed) == Err(OpenError::Damaged), "another person's key");

    for newer in [&br#"{"form":3,"hvad":{"trin":[]}}"#[..], br#"{"form":4711,"andet":1}"#, br#"{"form":99999999}"#] {
        let newer = keys.seal(one, newer).unwrap();
        assert!(open::<PlanTekster>(keys, [one], &newer) == Err(OpenError::NewerForm));
        assert!(open::<FastTrackGrund>(keys, [one], &newer) == Err(OpenError::NewerForm));
    }
    for strange in [&b"hemmeligt"[..], b"", b"null", b"{}", br#"{"form":"2"}"#, br#"{"form":1}"#, br#"{"form":0}"#] {
        let strange = keys.seal(one, strange).unwrap();
        assert!(open::<PlanTekster>(keys, [one], &strange) == Err(OpenError::OtherKind));
        assert!(open::<Indkaldelse>(keys, [one], &strange) == Err(OpenError::OtherKind));
        assert!(open::<FastTrackGrund>(keys, [one], &strange) == Err(OpenError::OtherKind));
    }
    let (sted, deltagere) = (Some("hemmeligt".to_owned()), Vec::new());
    let talk = seal(keys, one, &Samtalebemaerkning { sted, deltagere, bemaerkning: None }).unwrap();
    assert!(open::<OtteUgersOpfoelgning>(keys, [one], &talk) == Err(OpenError::OtherKind));
    assert!(open::<FastTrackGrund>(keys, [one], &talk) == Err(OpenError::OtherKind));
    assert!(open::<Personoplysninger>(keys, [one], &talk) == Err(OpenError::OtherKind));

    assert!(keys.erase(one).unwrap());
    assert!(open::<PlanTekster>(keys, [one], &sealed) == Err(OpenError::NoKey));
    assert!(
        open::<PlanTekster>(keys, [one, other], &sealed) == Err(OpenError::NoKey),
        "it may be the one that is gone"
    );
    assert!(open::<PlanTekster>(keys, [], &sealed) == Err(OpenError::NoKey));
    assert!(matches!(seal(keys, one, &plan()), Err(KeyError::KeyGone)));
    for error in ALL_ERRORS {
        assert!(!format!("{error} {error:?} {}", error.code()).contains("hemmeligt"));
    }
    assert_eq!(ALL_ERRORS.map(OpenError::code).into_iter().collect::<BTreeSet<_>>().len(), ALL_ERRORS.len());
    assert_eq!(format!("{:?} {:?}", plan(), TrinTexts::default()), "PlanTekster(…) TrinTexts(…)");
}

const ALL_ERRORS: [OpenError; 5] =
    [OpenError::Erased, OpenError::NoKey, OpenError::Damaged, OpenError::NewerForm, OpenError::OtherKind];

#[test]
fn a_copy_for_another_person_is_what_was_written() {
    let Two { keys, one, other, .. } = &two();
    let old = keys.seal(*one, br#"{"form":7,"hvad":"unknown here"}"#).unwrap();
    let copied = copy(keys, *one, *other, &old).unwrap();
    assert_eq!(keys.unlock(*other, &copied).unwrap(), keys.unlock(*one, &old).unwrap());
}

/// A kind that has had two forms: a sentence, and then a sentence and who wrote it.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Note {
    tekst: String,
    #[serde(rename = "hvem")]
    who: Option<String>,
}

impl Sealed for Note {
    const KIND: Kind = Kind::FastTrackGrund;
    const FORM: u16 = 2;

    fn lift(form: u16, payload: Value) -> Option<Self> {
        match form {
            1 => Some(Self { tekst: payload.as_str()?.to_owned(), who: None }),
            _ => None,
        }
    }
}

#[test]
fn a_second_form_is_marked_and_the_first_is_lifted() {
    let note = Note { tekst: "a".to_owned(), who: Some("b".to_owned()) };
    let written = write(&note).unwrap();
    assert_eq!(String::from_utf8_lossy(&written), r#"{"form":2,"hvad":{"tekst":"a","hvem":"b"}}"#);
    assert_eq!(read(&written), Ok(note));
    assert_eq!(read(br#""a""#), Ok(Note { tekst: "a".to_owned(), who: None }));
    assert_eq!(read::<Note>(br#"{"form":3,"hvad":{}}"#), Err(OpenError::NewerForm));
    for other in [&br#"{"form":2,"hvad":"a"}"#[..], br#"{"form":2,"hvad":{"tekst":"a"},"mere":1}"#, br#"{"tekst":"a"}"#]
    {
        assert_eq!(read::<Note>(other), Err(OpenError::OtherKind));
    }
    assert_eq!(read::<FastTrackGrund>(&written), Err(OpenError::NewerForm), "the program before it");
}
