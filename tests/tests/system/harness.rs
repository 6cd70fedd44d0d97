//! The harness itself, against a stand-in: a test that cannot fail proves nothing.

use serde_json::json;
use systemtests::{HttpRequest, PYTHON, Service, Setup, file};
use tempfile::TempDir;

fn setup(folder: &TempDir) -> Setup {
    let attrap = file("stand_in/raskvej.py");
    Setup::new(folder.path())
        .program(&[PYTHON, attrap.to_str().expect("an UTF-8 path")])
        .configure("PYTHONIOENCODING", "utf-8")
}

fn start() -> (TempDir, Service) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let service = setup(&folder).clock("2026-11-20T07:00:00+01:00").start();
    (folder, service)
}

#[test]
fn the_service_gets_its_arguments_and_our_settings_only() {
    let (folder, service) = start();
    let echo = service.get("", "/ekko").with_status(200).json();
    let forventet = ["serve", "--listen", "127.0.0.1:0", "--data"];
    let forventet: Vec<_> = forventet.into_iter().chain([folder.path().to_str().unwrap()]).collect();
    assert_eq!(echo["argumenter"], json!([&forventet[..], &["--clock", "2026-11-20T07:00:00+01:00"]].concat()));
    let names: Vec<_> = echo["miljoe"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(names, ["RASKVEJ_BASE_URL", "RASKVEJ_HR_MAIL", "RASKVEJ_MAIL_FRA", "RASKVEJ_SMTP_URL"]);
    assert_eq!(service.stdout().all()[0], "åbner loggen");
}

#[test]
fn requests_carry_what_they_are_told_and_answers_come_as_they_are() {
    let (_folder, service) = start();
    let answer = service.post_with("hemmelig", "/ekko", &json!({"a": 1}), Some("n-1"), Some("\"7\""));
    let echo = answer.json();
    assert_eq!(echo["krop"], r#"{"a":1}"#);
    assert_eq!(echo["hoveder"]["authorization"], "Bearer hemmelig");
    assert_eq!(echo["hoveder"]["idempotency-key"], "n-1");
    assert_eq!(echo["hoveder"]["if-match"], "\"7\"");
    assert_eq!(answer.etag(), "\"7\"");
    assert_eq!(service.get("", "/ekko").json()["hoveder"].get("authorization"), None);
    assert_eq!(service.get("", "/findes-ikke").status, 404);
    let onward = service.get("", "/videre").with_status(303);
    assert_eq!(onward.log_head("location"), Some("/ekko"));
    assert_eq!(service.post_csv("", "/ekko", b"a;b\r\n").json()["krop"], "a;b\r\n");
    assert_eq!(service.send(&HttpRequest::new("DELETE", "/ekko")).json()["metode"], "DELETE");
    assert_eq!(service.send(&HttpRequest::new("POST", "/ekko")).json()["krop"], "");
}

#[test]
fn tokens_commands_and_the_clock() {
    let (_folder, service) = start();
    assert_eq!(service.token("leder", Some("1001")), "token-leder-1001");
    let udfald = service.command(&["verify"]);
    assert_eq!(udfald.code, Some(1));
    assert_eq!((udfald.stdout.as_str(), udfald.stderr.as_str()), ("delvis læst", "kæden brydes ved 3"));
    service.move_clock("2026-11-21T08:00:00+01:00");
    assert_eq!(service.get("", "/ekko").json()["ur"], json!([["Bearer token-drift", "2026-11-21T08:00:00+01:00"]]));
}

#[test]
fn a_service_that_refuses_to_start_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let udfald = setup(&folder).configure("RASKVEJ_ATTRAP", "naegt").attempt_start().unwrap_err();
    assert_eq!(udfald.code, Some(2));
    assert!(udfald.stderr.contains("RASKVEJ_ATTRAP"), "{udfald:?}");
}

#[test]
fn stop_is_sigterm_and_kill_is_sigkill() {
    let (_folder, mut service) = start();
    assert_eq!(service.stop(), Some(0));
    assert_eq!(service.stdout().all().last().unwrap(), "farvel");
    assert!(service.attempt(&HttpRequest::new("GET", "/ekko")).is_err());

    service.start_again(Some("2026-12-01T07:00:00+01:00"));
    assert_eq!(service.get("", "/ekko").json()["argumenter"][6], "2026-12-01T07:00:00+01:00");
    service.kill();
    assert!(!service.printout().contains("farvel"), "{}", service.printout());
    assert!(service.attempt(&HttpRequest::new("GET", "/ekko")).is_err());
}

#[test]
fn a_service_deaf_to_sigterm_ends_with_its_test() {
    let folder = tempfile::tempdir().unwrap();
    let service = setup(&folder).configure("RASKVEJ_ATTRAP", "doev").start();
    let address = service.address().to_owned();
    drop(service);
    let host = address.strip_prefix("http://").unwrap();
    assert!(std::net::TcpStream::connect(host).is_err());
}
