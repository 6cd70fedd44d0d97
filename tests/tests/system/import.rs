//! Payroll's files go in, in every form the contract names, and give the forløb that an independent program counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use systemtests::{PYTHON, Service, Setup, file, workplace};

const DATO: &str = "2026-11-20";

/// Forløb as (employee, first day, last day), and how many are open.
type CountedUp = (BTreeSet<(String, String, Option<String>)>, u64);

/// What the independent script counts, from the rules alone.
fn independent(medarbejdere: &Path, fravaer: &Path) -> CountedUp {
    let out = Command::new(PYTHON)
        .arg(file("independent/count.py"))
        .args([medarbejdere, fravaer])
        .args(["--dato", DATO])
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let json: Value = serde_json::from_slice(&out.stdout).unwrap();
    let list = json["forloeb"].as_array().expect("a list").iter().map(|f| {
        let tekst = |name: &str| f[name].as_str().map(str::to_owned);
        (tekst("medarbejder_nr").unwrap(), tekst("foerste_fravaersdag").unwrap(), tekst("sidste_fravaersdag"))
    });
    (list.collect(), json["aabne"].as_u64().unwrap())
}

/// What the service answers, page by page.
fn at_os(t: &Service, hr: &str) -> CountedUp {
    let (mut found, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let path = format!("/api/v1/forloeb?status=alle&limit=500&sort=medarbejder_nr{cursor}");
        let page = t.get(hr, &path).with_status(200).json();
        for f in page["forloeb"].as_array().unwrap() {
            let tekst = |name: &str| f[name].as_str().map(str::to_owned);
            let row =
                (tekst("medarbejder_nr").unwrap(), tekst("foerste_fravaersdag").unwrap(), tekst("sidste_fravaersdag"));
            assert!(found.insert(row), "the same forløb on two pages");
        }
        match page["naeste"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    let aabne = t.get(hr, "/api/v1/forloeb?limit=1").with_status(200).json()["antal"].as_u64().unwrap();
    (found, aabne)
}

fn start(folder: &Path) -> Service {
    Setup::new(folder).clock("2026-11-20T12:00:00+01:00").start()
}

fn load(t: &Service, medarbejdere: &Path, fravaer: &Path) -> String {
    let (m, f) = (medarbejdere.to_str().unwrap(), fravaer.to_str().unwrap());
    t.command(&["import", "--medarbejdere", m, "--fravaer", f]).ok()
}

#[test]
fn the_three_forms_of_a_file_give_the_same_and_only_once() {
    let folder = tempfile::tempdir().unwrap();
    let t = start(folder.path());
    let form = |kind: &str| {
        (file(&format!("data/small/medarbejdere{kind}.csv")), file(&format!("data/small/fravaer{kind}.csv")))
    };
    let (medarbejdere, fravaer) = form("");
    load(&t, &medarbejdere, &fravaer);
    let hr = t.token("hr", None);
    let (found, aabne) = at_os(&t, &hr);
    assert_eq!((found.len(), aabne), (16, 6), "worked out by hand in LAESMIG.md");
    assert_eq!((found, aabne), independent(&medarbejdere, &fravaer));
    let revisor = t.token("revisor", None);
    let log_head = workplace::log_head(&t, &revisor);
    for kind in ["", ".windows-1252", ".tab-iso"] {
        let (medarbejdere, fravaer) = form(kind);
        load(&t, &medarbejdere, &fravaer);
    }
    assert_eq!(workplace::log_head(&t, &revisor), log_head, "the same content changes nothing");
}

#[test]
fn a_large_invented_workplace_is_counted_alike() {
    let folder = tempfile::tempdir().unwrap();
    let data: PathBuf = folder.path().join("csv");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let out = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--", "data", "--medarbejdere", "400", "--aar", "2"])
        .args(["--froe", "7", "--til", DATO, "--ud"])
        .arg(&data)
        .current_dir(file(".."))
        .output()
        .unwrap();
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    let t = start(&folder.path().join("data"));
    let (medarbejdere, fravaer) = (data.join("medarbejdere.csv"), data.join("fravaer.csv"));
    load(&t, &medarbejdere, &fravaer);
    let hr = t.token("hr", None);
    let ours = at_os(&t, &hr);
    println!("{} forløb, {} open on {DATO}, as counted by an independent program", ours.0.len(), ours.1);
    assert_eq!(ours, independent(&medarbejdere, &fravaer));
}

#[test]
fn wrong_lines_are_told_and_the_rest_goes_in() {
    let folder = tempfile::tempdir().unwrap();
    let t = start(folder.path());
    let hr = workplace::ansaet(&t, 12);
    let csv = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;registreret\r\n\
               1;1010;sygdom;05-01-2026;16-01-2026;100;05-01-2026 08:00\r\n\
               2;7777;sygdom;05-01-2026;;100;05-01-2026 08:00\r\n\
               3;1011;sygdom;16-01-2026;05-01-2026;100;05-01-2026 08:00\r\n\
               4;1010;sygdom;10-01-2026;12-01-2026;100;05-01-2026 08:00\r\n\
               5;1012;sygdom;31-02-2026;;100;05-01-2026 08:00\r\n\
               6;1012;hovedpine;05-01-2026;;100;05-01-2026 08:00\r\n\
               7;1012;sygdom;02-03-2026;;50;02-03-2026 08:00\r\n";
    let answer = t.post_csv(&hr, "/api/v1/import/fravaer", csv.as_bytes()).with_status(200).json();
    assert_eq!(answer["oprettet"], 2, "{answer}");
    let mut error: Vec<(u64, &str)> = (answer["fejl"].as_array().unwrap().iter())
        .map(|f| (f["linje"].as_u64().unwrap(), f["felt"].as_str().unwrap()))
        .collect();
    error.sort_unstable();
    assert_eq!(
        error,
        [
            (3, "medarbejder_nr"),
            (4, "sidste_fravaersdag"),
            (5, "foerste_fravaersdag"),
            (6, "foerste_fravaersdag"),
            (7, "aarsag")
        ],
        "{answer}"
    );
    assert!(!answer.to_string().contains("hovedpine"), "the content of a line is not repeated");
    // By the terminal the same file ends with exit 1 and the lines on stderr.
    let path = folder.path().join("f.csv");
    std::fs::write(&path, csv).unwrap();
    let out = t.command(&["import", "--fravaer", path.to_str().unwrap()]);
    assert_eq!(out.code, Some(1), "{out:?}");
}

#[test]
fn a_file_with_everything_tells_what_it_lacks_and_hr_decides() {
    let folder = tempfile::tempdir().unwrap();
    let mut t = start(folder.path());
    let (medarbejdere, fravaer) = (file("data/small/medarbejdere.csv"), file("data/small/fravaer.csv"));
    load(&t, &medarbejdere, &fravaer);
    let hr = t.token("hr", None);
    let revisor = t.token("revisor", None);
    // The next night one row is gone, and another stands under a new number.
    let next = std::fs::read_to_string(&fravaer).unwrap().replace("9012;1010", "8012;1010");
    let next: String = next.lines().filter(|line| !line.starts_with("9020;")).map(|line| format!("{line}\n")).collect();
    let path = folder.path().join("naeste.csv");
    std::fs::write(&path, next).unwrap();
    let path = path.to_str().unwrap();
    assert_eq!(t.command(&["import", "--fravaer", path, "--udfoer"]).code, Some(2), "of whole files only");
    let head = workplace::log_head(&t, &revisor);
    let tried = t.command(&["import", "--fravaer", path, "--omfang", "hele", "--proeve"]).ok();
    assert_eq!(workplace::log_head(&t, &revisor), head, "on trial nothing is written");
    let said = t.command(&["import", "--fravaer", path, "--omfang", "hele"]).ok();
    assert_eq!(tried, said);
    assert!(
        said.contains("Fravær 9020 fra 19-11-2026 hos medarbejder 1009 er ikke i filen. HR bliver spurgt."),
        "{said}"
    );
    assert!(said.ends_with("fravær: 0 oprettet, 1 ændret, 19 uændret, 0 afvist, 1 forsvundet"), "{said}");

    // Cut on the way, by the API.
    let cut = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n\
               9013;1011;sygdom;12-10-2026;14-11-2026;100\n";
    let answer = t.post_csv(&hr, "/api/v1/import/fravaer?omfang=hele&fra=2026-08-01", cut.as_bytes());
    assert_eq!(answer.with_status(409).json()["kode"], "for_mange_forsvundne");
    let report = t.post_csv(&hr, "/api/v1/import/fravaer?omfang=hele&mange=ja&proeve=ja", cut.as_bytes());
    let report = report.with_status(200).json();
    assert!(report["forsvundet"].as_array().unwrap().len() > 5, "{report}");

    t.kill();
    t.start_again(Some("2026-11-20T12:30:00+01:00"));
    let waiting = t.get(&hr, "/api/v1/forsvundne").with_status(200).json();
    let one = &waiting["forsvundne"][0];
    assert_eq!((waiting["antal"].as_u64(), one["fravaer_nr"].as_str()), (Some(1), Some("9020")), "{waiting}");
    let of_forloeb = format!("/api/v1/forloeb/{}", one["aabne_forloeb"][0].as_str().unwrap());
    assert_eq!(t.get(&hr, &of_forloeb).with_status(200).json()["status"], "aaben");
    let decided = serde_json::json!({
        "medarbejder_nr": "1009", "registrering": one["registrering"], "udfald": "annulleret",
    });
    t.post(&hr, "/api/v1/forsvundne", &decided).with_status(200);
    assert_eq!(t.get(&hr, &of_forloeb).with_status(200).json()["status"], "afsluttet");
    let reminders = t.get(&hr, &format!("{of_forloeb}/paamindelser")).with_status(200).json();
    assert!(!reminders.to_string().contains("planlagt"), "{reminders}");
    let said = t.command(&["import", "--fravaer", path, "--omfang", "hele"]).ok();
    assert!(said.ends_with("fravær: 0 oprettet, 0 ændret, 20 uændret, 0 afvist"), "{said}");
}
