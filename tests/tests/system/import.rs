//! Payroll's files go in, in every form the contract names, and give the forløb that an independent program counts.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use systemtests::{Opsaetning, PYTHON, Tjeneste, fil, workplace};

const DATO: &str = "2026-11-20";

/// Forløb as (employee, first day, last day), and how many are open.
type Optalt = (BTreeSet<(String, String, Option<String>)>, u64);

/// What the independent script counts, from the rules alone.
fn uafhaengigt(medarbejdere: &Path, fravaer: &Path) -> Optalt {
    let ud = Command::new(PYTHON)
        .arg(fil("independent/count.py"))
        .args([medarbejdere, fravaer])
        .args(["--dato", DATO])
        .output()
        .unwrap();
    assert!(ud.status.success(), "{}", String::from_utf8_lossy(&ud.stderr));
    let json: Value = serde_json::from_slice(&ud.stdout).unwrap();
    let liste = json["forloeb"].as_array().expect("a list").iter().map(|f| {
        let tekst = |navn: &str| f[navn].as_str().map(str::to_owned);
        (tekst("medarbejder_nr").unwrap(), tekst("foerste_fravaersdag").unwrap(), tekst("sidste_fravaersdag"))
    });
    (liste.collect(), json["aabne"].as_u64().unwrap())
}

/// What the service answers, page by page.
fn hos_os(t: &Tjeneste, hr: &str) -> Optalt {
    let (mut fundet, mut cursor) = (BTreeSet::new(), String::new());
    loop {
        let sti = format!("/api/v1/forloeb?status=alle&limit=500&sort=medarbejder_nr{cursor}");
        let side = t.get(hr, &sti).med_status(200).json();
        for f in side["forloeb"].as_array().unwrap() {
            let tekst = |navn: &str| f[navn].as_str().map(str::to_owned);
            let raekke =
                (tekst("medarbejder_nr").unwrap(), tekst("foerste_fravaersdag").unwrap(), tekst("sidste_fravaersdag"));
            assert!(fundet.insert(raekke), "the same forløb on two pages");
        }
        match side["naeste"].as_str() {
            Some(naeste) => cursor = format!("&cursor={naeste}"),
            None => break,
        }
    }
    let aabne = t.get(hr, "/api/v1/forloeb?limit=1").med_status(200).json()["antal"].as_u64().unwrap();
    (fundet, aabne)
}

fn start(mappe: &Path) -> Tjeneste {
    Opsaetning::ny(mappe).ur("2026-11-20T12:00:00+01:00").start()
}

fn indlaes(t: &Tjeneste, medarbejdere: &Path, fravaer: &Path) -> String {
    let (m, f) = (medarbejdere.to_str().unwrap(), fravaer.to_str().unwrap());
    t.kommando(&["import", "--medarbejdere", m, "--fravaer", f]).ok()
}

#[test]
fn de_tre_former_af_samme_fil_giver_det_samme_og_kun_en_gang() {
    let mappe = tempfile::tempdir().unwrap();
    let t = start(mappe.path());
    let form = |slags: &str| {
        (fil(&format!("data/small/medarbejdere{slags}.csv")), fil(&format!("data/small/fravaer{slags}.csv")))
    };
    let (medarbejdere, fravaer) = form("");
    indlaes(&t, &medarbejdere, &fravaer);
    let hr = t.token("hr", None);
    let (fundet, aabne) = hos_os(&t, &hr);
    assert_eq!((fundet.len(), aabne), (16, 6), "worked out by hand in LAESMIG.md");
    assert_eq!((fundet, aabne), uafhaengigt(&medarbejdere, &fravaer));
    let revisor = t.token("revisor", None);
    let hoved = workplace::hoved(&t, &revisor);
    for slags in ["", ".windows-1252", ".tab-iso"] {
        let (medarbejdere, fravaer) = form(slags);
        indlaes(&t, &medarbejdere, &fravaer);
    }
    assert_eq!(workplace::hoved(&t, &revisor), hoved, "the same content changes nothing");
}

#[test]
fn en_stor_opdigtet_arbejdsplads_optaelles_ens() {
    let mappe = tempfile::tempdir().unwrap();
    let data: PathBuf = mappe.path().join("csv");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let ud = Command::new(cargo)
        .args(["run", "--quiet", "--package", "xtask", "--", "data", "--medarbejdere", "400", "--aar", "2"])
        .args(["--froe", "7", "--til", DATO, "--ud"])
        .arg(&data)
        .current_dir(fil(".."))
        .output()
        .unwrap();
    assert!(ud.status.success(), "{}", String::from_utf8_lossy(&ud.stderr));
    let t = start(&mappe.path().join("data"));
    let (medarbejdere, fravaer) = (data.join("medarbejdere.csv"), data.join("fravaer.csv"));
    indlaes(&t, &medarbejdere, &fravaer);
    let hr = t.token("hr", None);
    let vores = hos_os(&t, &hr);
    println!("{} forløb, {} open on {DATO}, as counted by an independent program", vores.0.len(), vores.1);
    assert_eq!(vores, uafhaengigt(&medarbejdere, &fravaer));
}

#[test]
fn forkerte_linjer_siges_og_resten_gaar_ind() {
    let mappe = tempfile::tempdir().unwrap();
    let t = start(mappe.path());
    let hr = workplace::ansaet(&t, 12);
    let csv = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct;registreret\r\n\
               1;1010;sygdom;05-01-2026;16-01-2026;100;05-01-2026 08:00\r\n\
               2;7777;sygdom;05-01-2026;;100;05-01-2026 08:00\r\n\
               3;1011;sygdom;16-01-2026;05-01-2026;100;05-01-2026 08:00\r\n\
               4;1010;sygdom;10-01-2026;12-01-2026;100;05-01-2026 08:00\r\n\
               5;1012;sygdom;31-02-2026;;100;05-01-2026 08:00\r\n\
               6;1012;hovedpine;05-01-2026;;100;05-01-2026 08:00\r\n\
               7;1012;sygdom;02-03-2026;;50;02-03-2026 08:00\r\n";
    let svar = t.post_csv(&hr, "/api/v1/import/fravaer", csv.as_bytes()).med_status(200).json();
    assert_eq!(svar["oprettet"], 2, "{svar}");
    let mut fejl: Vec<(u64, &str)> = (svar["fejl"].as_array().unwrap().iter())
        .map(|f| (f["linje"].as_u64().unwrap(), f["felt"].as_str().unwrap()))
        .collect();
    fejl.sort_unstable();
    assert_eq!(
        fejl,
        [
            (3, "medarbejder_nr"),
            (4, "sidste_fravaersdag"),
            (5, "foerste_fravaersdag"),
            (6, "foerste_fravaersdag"),
            (7, "aarsag")
        ],
        "{svar}"
    );
    assert!(!svar.to_string().contains("hovedpine"), "the content of a line is not repeated");
    // By the terminal the same file ends with exit 1 and the lines on stderr.
    let sti = mappe.path().join("f.csv");
    std::fs::write(&sti, csv).unwrap();
    let ud = t.kommando(&["import", "--fravaer", sti.to_str().unwrap()]);
    assert_eq!(ud.kode, Some(1), "{ud:?}");
}
