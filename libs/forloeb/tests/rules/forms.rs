//! Stored forms: every form ever written can be read, and the newest ones are still written the same.

use std::path::{Path, PathBuf};

use forloeb::Haendelse;
use forloeb::form::{FormError, read, read_what_decides};
use forloeb::haendelse::PaamindelserAfgjort;
use forloeb::politik::{Politik, PolitikFastsat, PolitikTilbagetrukket};
use serde_json::Value;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

fn golden(name: &str, form: u16) -> Vec<u8> {
    let path = folder().join(format!("golden/{name}.{form}.json"));
    let body = std::fs::read(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
    body.trim_ascii_end().to_vec()
}

#[test]
fn every_form_ever_written_can_be_read() {
    let mut count = 0;
    for (name, newest) in Haendelse::FORMS {
        for form in 1..=*newest {
            let haendelse = read(name, form, &golden(name, form)).unwrap_or_else(|e| panic!("{name} {form}: {e}"));
            assert_eq!(haendelse.name(), *name);
            count += 1;
        }
    }
    let files = std::fs::read_dir(folder().join("golden")).unwrap().count();
    assert_eq!(files, count, "a golden file that belongs to no form, or a form without a file");
}

#[test]
fn the_newest_form_is_written_as_it_always_was() {
    for (name, newest) in Haendelse::FORMS {
        let body = golden(name, *newest);
        let written = read(name, *newest, &body).unwrap().to_json().unwrap();
        assert_eq!(String::from_utf8(written).unwrap(), String::from_utf8(body).unwrap(), "{name}");
    }
}

/// Fields that came later and may be left out, and values that came later.
#[test]
fn what_came_later_in_a_form_is_written_as_it_was() {
    let mut lines = 0;
    for entry in std::fs::read_dir(folder().join("golden-fields")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let mut parts = name.split('.');
        let (event, form) = (parts.next().unwrap(), parts.next().unwrap().parse().unwrap());
        for line in std::fs::read_to_string(&path).unwrap().lines() {
            let written =
                read(event, form, line.as_bytes()).unwrap_or_else(|e| panic!("{name}: {e}")).to_json().unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), line, "{name}");
            lines += 1;
        }
    }
    assert!(lines > 0);
}

/// Policies have a stream of their own, and the oldest of them still mean what they meant.
#[test]
fn every_politik_ever_laid_down_can_be_read() {
    let lines = std::fs::read_to_string(folder().join("golden-around/PolitikFastsat.jsonl")).unwrap();
    let mut adds = Vec::new();
    for line in lines.lines() {
        let stored: PolitikFastsat = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), line);
        Politik::read_stored(&stored).unwrap();
        adds.push(stored.laegger_til);
    }
    assert_eq!(adds, [false, true, true, true]);
    let withdrawn = std::fs::read_to_string(folder().join("golden-around/PolitikTilbagetrukket.jsonl")).unwrap();
    let mut with_med = Vec::new();
    for line in withdrawn.lines() {
        let stored: PolitikTilbagetrukket = serde_json::from_str(line).unwrap();
        assert_eq!(serde_json::to_string(&stored).unwrap(), line);
        with_med.push(stored.med.is_some());
    }
    assert_eq!(with_med, [false, true]);
}

#[test]
fn without_what_decides_nothing_the_rest_is_the_same() {
    for (name, form) in Haendelse::FORMS.iter().flat_map(|(name, newest)| (1..=*newest).map(move |f| (*name, f))) {
        let body = golden(name, form);
        let card = read_what_decides(name, form, &body).unwrap();
        let mut whole = read(name, form, &body).unwrap();
        if let Haendelse::PaamindelserAfgjort(h) = &mut whole {
            // What was sent, what was put off and what was refused; of form 1 one was withheld, of form 2 three.
            assert_eq!((h.afgoerelser.len(), h.tilbageholdt.len()), (3, if form == 1 { 1 } else { 3 }));
            h.tilbageholdt.clear();
        }
        assert_eq!(card, whole, "{name} {form}");
    }
    assert!(matches!(read_what_decides("PaamindelserAfgjort", 3, b"{}"), Err(FormError::Unknown { .. })));
    for form in [1, 2] {
        assert!(matches!(read_what_decides("PaamindelserAfgjort", form, b"{}"), Err(FormError::Invalid { .. })));
    }
}

#[test]
fn characters_written_in_another_way_are_read_too() {
    let body = br#"{"forloeb":"0198f3a0-5c00-7000-8000-000000000001","afgoerelser":[{"frist":"samtale","trin":"t\u002d3",
        "modtager":"le\u0064er","nr":"1\"2","generation":"2026-02-02","dag":"2026-01-27","udfald":"sendt","brev":"a\u0040b"}]}"#;
    for read in [read, read_what_decides] {
        let Ok(Haendelse::PaamindelserAfgjort(PaamindelserAfgjort { afgoerelser, .. })) =
            read("PaamindelserAfgjort", 1, body)
        else {
            panic!("it cannot be read")
        };
        let written = serde_json::to_string(&afgoerelser).unwrap();
        let same = r#"[{"frist":"samtale","trin":"t-3","modtager":"leder","nr":"1\"2","generation":"2026-02-02","dag":"2026-01-27","udfald":"sendt","brev":"a@b"}]"#;
        assert_eq!(written, same);
    }
}

#[test]
fn each_migration_lifts_as_it_says() {
    let mut count = 0;
    for folder in std::fs::read_dir(folder()).unwrap().map(|m| m.unwrap().path()) {
        let file =
            |name: &str| -> Option<Value> { serde_json::from_slice(&std::fs::read(folder.join(name)).ok()?).ok() };
        let (Some(before), Some(after)) = (file("before.json"), file("after.json")) else { continue };
        let read = |v: &Value| {
            let form = u16::try_from(v["form"].as_u64().unwrap()).unwrap();
            read(v["kind"].as_str().unwrap(), form, v["body"].to_string().as_bytes()).unwrap()
        };
        assert_eq!(read(&before), read(&after), "{}", folder.display());
        count += 1;
    }
    assert_eq!(count, 2);
}

#[test]
fn what_cannot_be_read_is_named_and_its_content_never_told() {
    let error = read("Raskmeldt", 1, br#"{"forloeb":"hemmelig"}"#).unwrap_err();
    assert!(error.to_string().contains("Raskmeldt form 1") && !error.to_string().contains("hemmelig"), "{error}");
    assert!(matches!(read("Raskmeldt", 2, b"{}"), Err(FormError::Unknown { .. })));
    assert!(matches!(read("Findesikke", 1, b"{}"), Err(FormError::Unknown { .. })));
    assert!(matches!(read("SamtaleRegistreret", 1, b"{}"), Err(FormError::Invalid { .. })));
}
