//! The harness itself, against a stand-in: a test that cannot fail proves nothing.

use serde_json::json;
use systemtests::{Anmodning, Opsaetning, PYTHON, Tjeneste, fil};
use tempfile::TempDir;

fn opsaetning(mappe: &TempDir) -> Opsaetning {
    let attrap = fil("stand_in/raskvej.py");
    Opsaetning::ny(mappe.path())
        .program(&[PYTHON, attrap.to_str().expect("an UTF-8 path")])
        .indstil("PYTHONIOENCODING", "utf-8")
}

fn start() -> (TempDir, Tjeneste) {
    let mappe = tempfile::tempdir().expect("a temporary folder");
    let tjeneste = opsaetning(&mappe).ur("2026-11-20T07:00:00+01:00").start();
    (mappe, tjeneste)
}

#[test]
fn the_service_gets_its_arguments_and_our_settings_only() {
    let (mappe, tjeneste) = start();
    let ekko = tjeneste.get("", "/ekko").med_status(200).json();
    let forventet = ["serve", "--listen", "127.0.0.1:0", "--data"];
    let forventet: Vec<_> = forventet.into_iter().chain([mappe.path().to_str().unwrap()]).collect();
    assert_eq!(ekko["argumenter"], json!([&forventet[..], &["--clock", "2026-11-20T07:00:00+01:00"]].concat()));
    let navne: Vec<_> = ekko["miljoe"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(navne, ["RASKVEJ_BASE_URL", "RASKVEJ_HR_MAIL", "RASKVEJ_MAIL_FRA", "RASKVEJ_SMTP_URL"]);
    assert_eq!(tjeneste.stdout().alle()[0], "åbner loggen");
}

#[test]
fn requests_carry_what_they_are_told_and_answers_come_as_they_are() {
    let (_mappe, tjeneste) = start();
    let svar = tjeneste.post_med("hemmelig", "/ekko", &json!({"a": 1}), Some("n-1"), Some("\"7\""));
    let ekko = svar.json();
    assert_eq!(ekko["krop"], r#"{"a":1}"#);
    assert_eq!(ekko["hoveder"]["authorization"], "Bearer hemmelig");
    assert_eq!(ekko["hoveder"]["idempotency-key"], "n-1");
    assert_eq!(ekko["hoveder"]["if-match"], "\"7\"");
    assert_eq!(svar.etag(), "\"7\"");
    assert_eq!(tjeneste.get("", "/ekko").json()["hoveder"].get("authorization"), None);
    assert_eq!(tjeneste.get("", "/findes-ikke").status, 404);
    let videre = tjeneste.get("", "/videre").med_status(303);
    assert_eq!(videre.hoved("location"), Some("/ekko"));
    assert_eq!(tjeneste.post_csv("", "/ekko", b"a;b\r\n").json()["krop"], "a;b\r\n");
    assert_eq!(tjeneste.send(&Anmodning::ny("DELETE", "/ekko")).json()["metode"], "DELETE");
    assert_eq!(tjeneste.send(&Anmodning::ny("POST", "/ekko")).json()["krop"], "");
}

#[test]
fn tokens_commands_and_the_clock() {
    let (_mappe, tjeneste) = start();
    assert_eq!(tjeneste.token("leder", Some("1001")), "token-leder-1001");
    let udfald = tjeneste.kommando(&["verify"]);
    assert_eq!(udfald.kode, Some(1));
    assert_eq!((udfald.stdout.as_str(), udfald.stderr.as_str()), ("delvis læst", "kæden brydes ved 3"));
    tjeneste.flyt_ur("2026-11-21T08:00:00+01:00");
    assert_eq!(tjeneste.get("", "/ekko").json()["ur"], json!([["Bearer token-drift", "2026-11-21T08:00:00+01:00"]]));
}

#[test]
fn a_service_that_refuses_to_start_says_why() {
    let mappe = tempfile::tempdir().unwrap();
    let udfald = opsaetning(&mappe).indstil("RASKVEJ_ATTRAP", "naegt").proev_start().unwrap_err();
    assert_eq!(udfald.kode, Some(2));
    assert!(udfald.stderr.contains("RASKVEJ_ATTRAP"), "{udfald:?}");
}

#[test]
fn stop_is_sigterm_and_draeb_is_sigkill() {
    let (_mappe, mut tjeneste) = start();
    assert_eq!(tjeneste.stop(), Some(0));
    assert_eq!(tjeneste.stdout().alle().last().unwrap(), "farvel");
    assert!(tjeneste.proev(&Anmodning::ny("GET", "/ekko")).is_err());

    tjeneste.start_igen(Some("2026-12-01T07:00:00+01:00"));
    assert_eq!(tjeneste.get("", "/ekko").json()["argumenter"][6], "2026-12-01T07:00:00+01:00");
    tjeneste.draeb();
    assert!(!tjeneste.udskrift().contains("farvel"), "{}", tjeneste.udskrift());
    assert!(tjeneste.proev(&Anmodning::ny("GET", "/ekko")).is_err());
}

#[test]
fn a_service_deaf_to_sigterm_ends_with_its_test() {
    let mappe = tempfile::tempdir().unwrap();
    let tjeneste = opsaetning(&mappe).indstil("RASKVEJ_ATTRAP", "doev").start();
    let adresse = tjeneste.adresse().to_owned();
    drop(tjeneste);
    let vaert = adresse.strip_prefix("http://").unwrap();
    assert!(std::net::TcpStream::connect(vaert).is_err());
}
