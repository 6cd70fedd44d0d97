//! What a page weighs on its way to a telephone, compressed as it is sent: with everything that a first view fetches, and alone, as
//! every view after it.

use std::collections::BTreeSet;

use serde_json::json;
use systemtests::{Answer, Browser, HttpRequest, Service, Setup, workplace};

/// Bytes of a first view: the page, the style sheet, what that names, the scripts and the icon.
const FIRST: usize = 100_000;
/// Bytes of every view after it: the page.
const LATER: usize = 20_000;

const FRAVAER: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\r\n";

/// Fifty-six of sixty have been away for four weeks. One of them has been rung up, is invited to a talk and has a plan; the forløb.
fn with_many(t: &Service) -> String {
    let hr = workplace::ansaet(t, 60);
    let rows = (1004..1060).map(|nr| format!("7{nr};{nr};sygdom;05-01-2026;;100\r\n"));
    let csv = FRAVAER.to_owned() + &rows.collect::<String>();
    let taken = t.post_csv(&hr, "/api/v1/import/fravaer", csv.as_bytes()).with_status(200).json();
    assert_eq!(taken["fejl"], json!([]), "{taken}");
    let list = t.get(&hr, "/api/v1/forloeb?limit=200").with_status(200).json();
    let one = list["forloeb"].as_array().unwrap().iter().find(|one| one["medarbejder_nr"] == "1010").unwrap();
    let id = one["id"].as_str().unwrap().to_owned();
    let leder = t.token("leder", Some("1001"));
    let trin = |fra: &str, timer: f64| json!({ "fra": fra, "timer_pr_uge": timer, "opgaver_ind": ["Planlægning"] });
    for (command, body) in [
        ("foerste-kontakt", workplace::kontakt("2026-01-14")),
        ("samtale-indkaldelse", json!({ "tidspunkt": "2026-02-04T10:00:00+01:00", "sted": "Kontoret" })),
        (
            "tta-plan",
            json!({
                "aftalt": "Vi begynder med tre korte dage og ser på det hver anden uge.",
                "koordinator": "1005",
                "trin": [trin("2026-02-09", 12.0), trin("2026-02-23", 20.0), trin("2026-03-09", 30.0)],
                "evalueringer": ["2026-02-23"],
            }),
        ),
    ] {
        let answer = workplace::on(t, &leder, &id, command, &body);
        assert!(answer.status < 300, "{command}: {} {}", answer.status, answer.tekst());
    }
    id
}

/// As a browser asks for it, or in the clear.
fn get(t: &Service, cookies: &str, path: &str, packed: bool) -> Answer {
    let request = HttpRequest::new("GET", path).log_head("cookie", cookies);
    let request = if packed { request.log_head("accept-encoding", "gzip, deflate, br, zstd") } else { request };
    t.send(&request).with_status(200)
}

/// The files that a page names.
fn files(page: &str) -> BTreeSet<String> {
    page.split('"').filter(|part| part.starts_with("/aktiver/")).map(str::to_owned).collect()
}

/// The files that a style sheet names, a font before all: by their address, or by their name beside it.
fn named_in(sheet: &str, path: &str) -> Vec<String> {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let names = sheet.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    let is_file = |name: &&str| !name.starts_with('#') && !name.starts_with("data:");
    let names = names.map(|name| name.trim_matches(['"', '\''])).filter(is_file);
    names.map(|name| if name.starts_with('/') { name.to_owned() } else { format!("{folder}/{name}") }).collect()
}

#[test]
fn a_first_view_is_under_100_kilobytes_and_a_later_one_under_20() {
    let folder = tempfile::tempdir().unwrap();
    let t = Setup::new(folder.path()).clock("2026-02-02T09:00:00+01:00").start();
    let id = with_many(&t);
    let case = format!("/forloeb/{id}");
    let mut too_much = Vec::new();
    for (role, nr, path) in [
        ("leder", Some("1001"), "/"),
        ("leder", Some("1001"), case.as_str()),
        ("hr", None, "/hr"),
        ("medarbejder", Some("1010"), "/mig"),
    ] {
        let mut browser = Browser::default();
        browser.form(&t, "/log-ind", &format!("token={}&videre=/", t.token(role, nr))).with_status(303);
        let cookies = browser.cookies();
        let sent = get(&t, &cookies, path, true);
        assert!(sent.log_head("content-encoding").is_some(), "{path} is sent as it is");
        let later = sent.body.len();
        let mut wanted = files(&get(&t, &cookies, path, false).tekst());
        assert!(wanted.iter().any(|file| file.ends_with(".css")), "{path} has no style sheet: {wanted:?}");
        for sheet in wanted.clone().iter().filter(|file| file.ends_with(".css")) {
            wanted.extend(named_in(&get(&t, "", sheet, false).tekst(), sheet));
        }
        let mut first = later;
        for file in &wanted {
            let sent = get(&t, "", file, true);
            // Else it would be fetched again with every view.
            let kept = sent.log_head("cache-control").unwrap_or_default();
            assert!(kept.contains("immutable"), "{file} is kept no longer than this: {kept}");
            first += sent.body.len();
        }
        println!("{role} {path}: {first} bytes at first, then {later}; {} files", wanted.len());
        if first >= FIRST || later >= LATER {
            too_much.push(format!("{role} {path}: {first} bytes at first, then {later}"));
        }
    }
    assert!(too_much.is_empty(), "{too_much:#?}");
}

#[test]
fn what_a_style_sheet_names_is_found() {
    let sheet = "a{background:url(#x)}b{background:url('data:image/svg+xml,x')}\
                 @font-face{src:url(\"skrift.woff2\")}@font-face{src:url(/aktiver/9/fed.woff2)}";
    assert_eq!(named_in(sheet, "/aktiver/9/raskvej.css"), ["/aktiver/9/skrift.woff2", "/aktiver/9/fed.woff2"]);
}
