//! The commands of the terminal, with and without a running service, and what the process says while it works.

use serde_json::json;
use systemtests::{Opsaetning, Postkasse, Tjeneste, workplace};

const START: &str = "2026-02-10T09:00:00+01:00";

fn med_historie(t: &Tjeneste) -> (String, String) {
    let hr = workplace::ansaet(t, 12);
    let id = workplace::sygemeld(t, &hr, "1010", "2026-01-05");
    workplace::paa(t, &hr, &id, "foerste-kontakt", &workplace::kontakt("2026-01-14")).med_status(200);
    let indkaldt = json!({"tidspunkt": "2026-02-12T10:00:00+01:00", "sted": "Stuen Kløverbladet", "deltagere": ["TR"]});
    workplace::paa(t, &hr, &id, "samtale-indkaldelse", &indkaldt).med_status(200);
    (hr, id)
}

#[test]
fn kommandoerne_virker_med_og_uden_en_tjeneste_der_koerer() {
    let mappe = tempfile::tempdir().unwrap();
    let data = mappe.path().join("data");
    let opsaetning = Opsaetning::ny(&data).ur(START);
    let mut t = opsaetning.clone().start();
    let (hr, id) = med_historie(&t);
    let revisor = t.token("revisor", None);
    let hoved = workplace::hoved(&t, &revisor);
    let hash = hoved["hash"].as_str().unwrap().to_owned();
    let bundt = |navn: &str| mappe.path().join(navn).to_str().unwrap().to_owned();

    let koerende = [
        t.kommando(&["verify"]).ok(),
        t.kommando(&["replay", "--forloeb", &id]).ok(),
        t.kommando(&["replay", "--forloeb", &id, "--til", "2026-02-10T08:00:00Z", "--format", "json"]).ok(),
        t.kommando(&["rebuild", "--compare"]).ok(),
    ];
    assert!(koerende[0].contains(&hash), "{}", koerende[0]);
    assert!(koerende[1].contains("FoersteKontaktHoldt") || koerende[1].contains("ørste kontakt"), "{}", koerende[1]);
    t.kommando(&["export", "--forloeb", &id, "--out", &bundt("en")]).ok();
    t.kommando(&["export", "--out", &bundt("alle")]).ok();
    t.kommando(&["backup", "--out", &bundt("kopi")]).ok();
    assert_eq!(t.stop(), Some(0), "{}", t.udskrift());

    let stoppet = |a: &[&str]| opsaetning.kommando(a).ok();
    assert_eq!(stoppet(&["verify"]), koerende[0]);
    assert_eq!(stoppet(&["replay", "--forloeb", &id]), koerende[1]);
    assert_eq!(
        stoppet(&["replay", "--forloeb", &id, "--til", "2026-02-10T08:00:00Z", "--format", "json"]),
        koerende[2]
    );
    for navn in ["en", "alle"] {
        assert!(opsaetning.kommando_uden_mappe(&["verify", "--bundle", &bundt(navn)]).ok().contains(&hash));
    }
    let mut bytes = std::fs::read(bundt("en")).unwrap();
    let midt = bytes.len() / 2;
    bytes[midt] ^= 1;
    std::fs::write(bundt("en"), bytes).unwrap();
    assert_eq!(opsaetning.kommando_uden_mappe(&["verify", "--bundle", &bundt("en")]).kode, Some(1));

    let ny = mappe.path().join("ny");
    opsaetning.kommando_uden_mappe(&["restore", "--from", &bundt("kopi"), "--data", ny.to_str().unwrap()]).ok();
    let gendannet = Opsaetning::ny(&ny).ur(START);
    assert!(gendannet.kommando(&["verify"]).ok().contains(&hash), "the restored log ends where the other did");
    let t = gendannet.start();
    let forloeb = t.get(&hr, &format!("/api/v1/forloeb/{id}")).med_status(200).json();
    assert_eq!(forloeb["frister"][0]["status"], "opfyldt", "and the tokens are in it too");
}

#[test]
fn forkert_brug_er_2_afvist_er_1() {
    let mappe = tempfile::tempdir().unwrap();
    let o = Opsaetning::ny(&mappe.path().join("data"));
    assert_eq!(o.kommando(&["token", "create", "--rolle", "konge"]).kode, Some(2));
    assert_eq!(o.kommando(&["findes-ikke"]).kode, Some(2));
    assert_eq!(o.kommando(&["token", "create", "--rolle", "leder"]).kode, Some(2), "a leader has a number");
    let ukendt = o.kommando(&["token", "create", "--rolle", "leder", "--medarbejder", "4711"]);
    assert_eq!((ukendt.kode, ukendt.stdout.as_str()), (Some(1), ""), "{ukendt:?}");
    for (navn, vaerdi) in [("RASKVEJ_HR_MAIL", "ikke en adresse"), ("RASKVEJ_UKENDT", "1"), ("RASKVEJ_LISTEN", "her")] {
        let ud = o.clone().indstil(navn, vaerdi).proev_start().expect_err("should not start");
        assert!(ud.kode == Some(1) && ud.stderr.contains(navn), "{ud:?}");
    }
}

#[test]
fn en_slettet_person_er_vaek_og_beviserne_holder() {
    let mappe = tempfile::tempdir().unwrap();
    let t = Opsaetning::ny(mappe.path()).ur(START).start();
    let (hr, id) = med_historie(&t);
    let sti = format!("/api/v1/forloeb/{id}");
    let noegler = || std::fs::read(mappe.path().join("noegler/noegler")).unwrap();
    let foer = noegler();
    t.kommando(&["erase", "--medarbejder", "1010", "--aarsag", "fem år efter fratræden"]).ok();
    let efter = noegler();
    let aendret = foer.chunks(64).zip(efter.chunks(64)).filter(|(a, b)| a != b).count();
    assert_eq!(aendret, 1, "one key is gone, the others are as they were");
    t.get(&hr, &sti).med_status(200);
    let svar =
        workplace::paa(&t, &hr, &id, "raskmelding", &json!({"sidste_fravaersdag": "2026-02-09"})).med_status(409);
    assert_eq!(svar.json()["kode"], "person_slettet");
    let igen = t.post_csv(&hr, "/api/v1/import/medarbejdere", workplace::medarbejdere(12).as_bytes()).json();
    assert_eq!((&igen["uaendret"], igen["fejl"].as_array().unwrap().len()), (&json!(13), 1), "{igen}");
    t.kommando(&["verify"]).ok();
    t.kommando(&["rebuild", "--compare"]).ok();
}

/// Everything the process writes in a full day's work, and everything in the journal: no name, no CPR, no free text.
#[test]
fn intet_personligt_i_log_maalinger_eller_journal() {
    let mappe = tempfile::tempdir().unwrap();
    let post = Postkasse::start();
    let mut t = Opsaetning::ny(mappe.path())
        .ur("2026-01-05T09:00:00+01:00")
        .postkasse(&post)
        .indstil("RASKVEJ_LOG", "debug")
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    t.flyt_ur("2026-01-30T12:00:00+01:00");
    let rettelse = json!({"felt": "omfang_pct", "ny_vaerdi": 50, "begrundelse": "Hemmeligsen tastede forkert"});
    workplace::paa(&t, &hr, &id, "rettelse", &rettelse).med_status(200);
    let maalinger = t.get("", "/metrics").med_status(200).tekst();
    assert_eq!(t.stop(), Some(0));
    let udskrift = t.udskrift();
    assert!(maalinger.contains("raskvej_http_total"), "{maalinger}");
    let mut filer = Vec::new();
    for mappe in ["journal", "index", "visninger"] {
        for fil in std::fs::read_dir(t.mappe().join(mappe)).unwrap().map(|f| f.unwrap().path()) {
            if fil.is_file() {
                filer.extend(std::fs::read(fil).unwrap());
            }
        }
    }
    for ord in ["Hemmeligsen", "Navnkær", "616180", "arbejde.example"] {
        assert!(!udskrift.contains(ord), "'{ord}' in what the process printed");
        assert!(!maalinger.contains(ord), "'{ord}' in the metrics");
        assert!(!filer.windows(ord.len()).any(|w| w == ord.as_bytes()), "'{ord}' in the files");
    }
    assert!(!maalinger.contains(&id), "ids stay out of the metrics");
}
