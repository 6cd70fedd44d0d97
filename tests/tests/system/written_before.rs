//! Folders that earlier programs wrote are opened, verified and answered for as they were then: `tests/data/folders`, one
//! folder each, made by `make.py` there. A field more in an answer is allowed; one less, or another value, is not. The rules are those
//! of then, in the folder: what the law says since is tried elsewhere.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use systemtests::{HttpRequest, Service, Setup, file};

/// An estimate in kroner goes by the rates that are known today, and a sentence about a rule may be written better.
const TODAYS: [&str; 9] =
    ["kr", "i_fare_kr", "mistet_kr", "beloeb", "sats_aar", "aarets_sats", "kr_pr_uge", "sats_kilde", "regel"];

#[test]
fn folders_written_before_are_read_as_they_were() {
    let mut folders = 0;
    for entry in std::fs::read_dir(file("data/folders")).unwrap() {
        let written = entry.unwrap().path();
        if written.is_dir() {
            let (answers, pages) = reads_as_it_was(&written);
            println!("{}: {answers} answers and {pages} pages as they were", written.display());
            assert!(answers > 50 && pages > 10);
            folders += 1;
        }
    }
    assert!(folders > 0);
}

fn reads_as_it_was(written: &Path) -> (usize, usize) {
    let folder = unpacked(written);
    let rules = folder.path().join("regler");
    std::fs::create_dir(&rules).unwrap();
    std::fs::copy(written.join("regler/standard.toml"), rules.join("standard.toml")).unwrap();
    let rows = std::fs::read_to_string(written.join("expected.jsonl")).unwrap();
    let mut rows = rows.lines().map(|row| serde_json::from_str::<Value>(row).unwrap());
    let head = rows.next().unwrap();
    let t = Setup::new(folder.path()).clock(text(&head["clock"])).start();
    t.command(&["verify"]).ok();
    t.command(&["rebuild", "--compare"]).ok();
    let (mut answers, mut pages) = (0, 0);
    for row in rows {
        let token = text(&head["tokens"][text(&row["role"])]);
        if row["page"].is_string() {
            reads_page(&t, &head, token, &row);
            pages += 1;
        } else {
            answers_as_it_did(&t, token, &row);
            answers += 1;
        }
    }
    (answers, pages)
}

fn unpacked(written: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let unpack =
        Command::new("tar").arg("-xzf").arg(written.join("folder.tar.gz")).arg("-C").arg(folder.path()).status();
    assert!(unpack.unwrap().success());
    folder
}

/// Of those who were still ill on 4 March, by the program of 28 November: two get a further follow-up, and of a third, ill from 28
/// January, nobody has heard for 35 days. There were no such frister then. Each is told with its source, and what was shown before is told again for as long as it is kept.
#[test]
fn an_upgrade_says_what_it_shows_otherwise_and_why() {
    let folder = unpacked(&file("data/folders/2026-11-28"));
    let compare = || Setup::new(folder.path()).command(&["rebuild", "--compare"]);
    let said = compare();
    let lines: Vec<&str> = said.stdout.lines().collect();
    let kilde =
        "Kilde: Arbejdspladsens politik: et langt fravær følges op hver 8. uge; står på arbejdslisten uden brev";
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert_eq!(
        lines[..2],
        [
            "ens: ingen forskelle efter 141 hændelser",
            "siden det forrige program eller de forrige regler: 3 forløb vises anderledes den 2026-03-04 efter 141 hændelser",
        ]
    );
    let without = "kroner og det, der venter, er ikke sammenlignet: det forrige program gemte dem ikke";
    let asked = "1 × forventet_slut ingen → forfalder. Kilde: Arbejdspladsens politik: lederen hører, hvordan det går, når den \
                 ventede sidste fraværsdag er gået, eller når der længe ikke er registreret kontakt";
    let coming = format!("2 × videre_opfoelgning ingen → kommende. {kilde}");
    let whose = "forloeb 019c0968-f780-78d5-bce7-5004aad0eb7a: forventet_slut ingen → forfalder";
    assert_eq!(lines[2..], [without, asked, coming.as_str(), whose]);
    assert_eq!(compare().stdout, said.stdout);
}

fn answers_as_it_did(t: &Service, token: &str, row: &Value) {
    let path = text(&row["path"]);
    let answer = t.get(token, path);
    assert_eq!(u64::from(answer.status), row["status"], "{path}: {}", answer.tekst());
    let lines = path.contains("/haendelser");
    let now = if lines { Value::Array(answer.ndjson()) } else { answer.json() };
    holds(&now, &row["answer"], path);
}

/// Every text that stood on a page stands there, and nobody who was forgotten is remembered.
fn reads_page(t: &Service, head: &Value, token: &str, row: &Value) {
    let page = text(&row["page"]);
    let shown = t.send(&HttpRequest::new("GET", page).log_head("cookie", &log_in(t, token))).tekst();
    for known in row["texts"].as_array().unwrap() {
        assert!(shown.contains(text(known)), "{page} of {} does not say {known}", row["role"]);
    }
    assert!(!shown.contains(text(&head["forgotten"])), "{page} of {} remembers", row["role"]);
}

fn log_in(t: &Service, token: &str) -> String {
    let form = format!("token={token}&videre=/");
    let request = HttpRequest::new("POST", "/log-ind").log_head("sec-fetch-site", "same-origin");
    let answer = t.send(&request.body("application/x-www-form-urlencoded", form)).with_status(303);
    answer.log_head("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

/// Everything of `then` is in `now`, in the same order.
fn holds(now: &Value, then: &Value, at: &str) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => {
            for (field, value) in then.iter().filter(|(field, _)| !TODAYS.contains(&field.as_str())) {
                let at = format!("{at} {field}");
                holds(now.get(field).unwrap_or_else(|| panic!("{at} is gone")), value, &at);
            }
        }
        (Value::Array(now), Value::Array(then)) => {
            assert_eq!(now.len(), then.len(), "{at}");
            for (n, (now, then)) in now.iter().zip(then).enumerate() {
                holds(now, then, &format!("{at} {n}"));
            }
        }
        _ => assert_eq!(now, then, "{at}"),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("a text: {value}"))
}
