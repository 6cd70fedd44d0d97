//! The small workplace: the independent count agrees with what was worked out by hand, in all three forms of the files.

use std::process::Command;

use serde_json::{Value, json};
use systemtests::{PYTHON, file};

/// As in `data/small/README.md`: employee, first day, last day unless it is open on 2026-11-20.
const FORLOEB: [(&str, &str, Option<&str>); 16] = [
    ("1002", "2026-11-09", None),
    ("1003", "2026-10-05", Some("2026-10-06")),
    ("1003", "2026-10-08", Some("2026-10-09")),
    ("1004", "2026-11-16", Some("2026-11-20")),
    ("1005", "2026-08-10", None),
    ("1006", "2026-09-14", Some("2026-09-16")),
    ("1006", "2026-09-18", Some("2026-09-20")),
    ("1006", "2026-10-28", None),
    ("1007", "2026-10-26", Some("2026-11-01")),
    ("1009", "2026-06-25", Some("2026-06-26")),
    ("1009", "2026-08-20", Some("2026-08-21")),
    ("1009", "2026-11-19", None),
    ("1010", "2026-11-02", None),
    ("1011", "2026-10-12", Some("2026-11-14")),
    ("1012", "2026-10-05", Some("2026-10-31")),
    ("1013", "2026-09-21", None),
];

fn count_up(medarbejdere: &str, fravaer: &str, dato: &str) -> Value {
    let out = Command::new(PYTHON)
        .arg(file("independent/count.py"))
        .args([file(medarbejdere), file(fravaer)])
        .args(["--dato", dato])
        .output()
        .expect("Python runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    serde_json::from_slice(&out.stdout).expect("the count is JSON")
}

#[test]
fn the_independent_count_agrees_with_the_hand_worked_list() {
    let forventet = FORLOEB.map(|(nr, fra, til)| {
        json!({"medarbejder_nr": nr, "foerste_fravaersdag": fra, "sidste_fravaersdag": til, "aaben": til.is_none()})
    });
    for form in ["", ".windows-1252", ".tab-iso"] {
        let medarbejdere = format!("data/small/medarbejdere{form}.csv");
        let answer = count_up(&medarbejdere, &format!("data/small/fravaer{form}.csv"), "2026-11-20");
        assert_eq!(answer["forloeb"], json!(forventet), "form {form:?}");
        assert_eq!((&answer["antal"], &answer["aabne"]), (&json!(16), &json!(6)));
        assert_eq!(answer["enheder"], json!({"E1": {"antal": 9, "aabne": 3}, "E2": {"antal": 7, "aabne": 3}}));
        assert_eq!(answer["afviste"], json!([]));
    }
}

#[test]
fn on_the_day_of_leaving_the_case_is_still_open_and_the_day_after_it_is_not() {
    let aabne = |dato| {
        let answer = count_up("data/small/medarbejdere.csv", "data/small/fravaer.csv", dato);
        let all = answer["forloeb"].as_array().expect("a list").clone();
        all.iter().any(|f| f["medarbejder_nr"] == "1012" && f["aaben"] == true)
    };
    assert!(!aabne("2026-10-04"), "not begun yet");
    assert!(aabne("2026-10-31"));
    assert!(!aabne("2026-11-01"));
}

#[test]
fn the_three_forms_hold_the_same_lines() {
    for name in ["medarbejdere", "fravaer"] {
        let read = |form: &str| std::fs::read(file(&format!("data/small/{name}{form}.csv"))).unwrap();
        let utf8 = String::from_utf8(read("")).unwrap();
        assert!(utf8.starts_with('\u{feff}') && utf8.ends_with("\r\n"));
        let cp1252 = read(".windows-1252");
        assert!(String::from_utf8(cp1252.clone()).is_err() == (name == "medarbejdere"));
        assert_eq!(utf8.lines().count(), cp1252.split(|b| *b == b'\n').count() - 1);
        let tab = String::from_utf8(read(".tab-iso")).unwrap();
        assert!(!tab.contains('\r') && !tab.contains(';'));
        let fields = |line: &str, character| line.trim_start_matches('\u{feff}').split(character).count();
        assert!(utf8.lines().zip(tab.lines()).all(|(a, b)| fields(a, ';') == fields(b, '\t')));
    }
}
