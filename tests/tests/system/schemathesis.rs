//! What is published is what is answered: schemathesis draws requests from the OpenAPI document and holds every answer to it,
//! as every role there is and as nobody. None may be a 5xx, have another status or type than documented, or another shape.
//!
//! Twice for each: with the id of a case that is there, so that requests come as far as a decision, and with ids that it
//! invents.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use systemtests::{Service, Setup, file, large, wait_to, workplace};

/// How long one run of it may take.
const LONGEST: Duration = Duration::from_mins(30);
/// What an answer is held to.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,\
                      response_headers_conformance";

fn program() -> PathBuf {
    let program = file("../target/schemathesis/bin/schemathesis");
    assert!(program.exists(), "{} is missing: `cargo xtask test` installs schemathesis", program.display());
    program
}

/// Gives what the program says of it at the end.
fn asks_as(t: &Service, role: &str, token: &str, id: Option<&str>, folder: &Path) -> String {
    let place = folder.join(format!("{role}-{}", id.is_some()));
    std::fs::create_dir(&place).unwrap();
    let known = id.map(|id| format!("[parameters]\n\"path.id\" = \"{id}\"\n\"path.version\" = \"1\"\n"));
    std::fs::write(place.join("schemathesis.toml"), known.unwrap_or_default()).unwrap();
    let told = std::fs::File::create(place.join("told")).unwrap();
    let mut run = Command::new(program());
    run.args(["run", &format!("{}/api/openapi.json", t.address()), "--checks", CHECKS, "--seed", "1", "--no-color"])
        .args(["--max-examples", if large() { "200" } else { "2" }, "--request-timeout", "30", "--continue-on-failure"])
        .args(["--phases", if large() { "examples,coverage,fuzzing,stateful" } else { "examples,coverage,fuzzing" }])
        .current_dir(&place)
        .stdin(Stdio::null())
        .stdout(told.try_clone().unwrap())
        .stderr(told);
    if !token.is_empty() {
        run.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let mut child = run.spawn().expect("schemathesis runs");
    let ended = wait_to(LONGEST, "schemathesis ends", || child.try_wait().unwrap());
    let told = std::fs::read_to_string(place.join("told")).unwrap();
    assert!(ended.success(), "{role}: {told}");
    let summary = told.lines().find(|line| line.contains(" generated,")).unwrap_or_default().trim().to_owned();
    let count: usize = summary.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or_default();
    assert!(count > 500, "{role} asked next to nothing: {told}");
    summary
}

#[test]
fn every_answer_is_as_the_document_says_for_every_role() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(&folder.path().join("data")).clock("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    let callers = [
        ("revisor", None),
        ("drift", None),
        ("system", None),
        ("leder", Some("1001")),
        ("kontaktperson", Some("1002")),
        ("koordinator", Some("1003")),
        ("medarbejder", Some("1010")),
    ];
    let mut callers: Vec<_> = callers.map(|(role, nr)| (role, t.token(role, nr))).into();
    callers.push(("nobody", String::new()));
    callers.push(("a token that does not work", "rv_forkert".to_owned()));
    callers.push(("hr", hr.clone()));
    // A case is soon over when commands are tried on it, so there are several; the employee's is theirs.
    let nr = |n: usize, role: &str| if role == "medarbejder" { "1010".to_owned() } else { (1004 + n % 6).to_string() };
    let mut ids = BTreeMap::new();
    for (n, (role, _)) in callers.iter().enumerate() {
        let nr = nr(n, role);
        ids.entry(nr.clone()).or_insert_with(|| workplace::sygemeld(&t, &hr, &nr, "2026-01-05"));
    }
    for (n, (role, token)) in callers.iter().enumerate() {
        let known = asks_as(&t, role, token, ids.get(&nr(n, role)).map(String::as_str), folder.path());
        println!("{role}, of a case that is there: {known}");
        println!("{role}: {}", asks_as(&t, role, token, None, folder.path()));
    }
}
