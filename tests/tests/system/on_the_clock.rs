//! A forløb driven by the clock, with a real SMTP server: exactly the reminders of the rules, and silence after.
//!
//! F is Monday 5 January 2026. The dates are counted by hand on a calendar; see the story of the same forløb in the
//! domain's own tests for the steps behind each.

use std::collections::BTreeMap;

use serde_json::json;
use systemtests::{Opsaetning, Postkasse, Tjeneste, workplace};

const LEDER: &str = "m1001@arbejde.example";
const LEDERS_LEDER: &str = "m9001@arbejde.example";
const TR: &str = "m1002@arbejde.example";
const SELV: &str = "m1010@arbejde.example";

struct Sag {
    post: Postkasse,
    t: Tjeneste,
    hr: String,
    id: String,
    hr_mail: String,
    _mappe: tempfile::TempDir,
}

fn sygemeldt() -> Sag {
    let (mappe, post) = (tempfile::tempdir().unwrap(), Postkasse::start());
    let hr_mail = "hr-faelles@arbejde.example".to_owned();
    let t = Opsaetning::ny(mappe.path())
        .ur("2026-01-05T09:00:00+01:00")
        .postkasse(&post)
        .indstil("RASKVEJ_HR_MAIL", &hr_mail)
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    Sag { post, t, hr, id, hr_mail, _mappe: mappe }
}

impl Sag {
    /// Moves the clock to noon of a day and returns who got a mail since the last time, by day.
    fn til(&self, dag: &str) -> BTreeMap<String, Vec<String>> {
        self.post.toem();
        self.t.flyt_ur(&format!("{dag}T12:00:00+02:00"));
        let mut efter_dag: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for brev in self.post.breve() {
            let dato = brev.hoved("Date").expect("a date");
            efter_dag.entry(iso(&dato)).or_default().extend(brev.konvolut_til.iter().cloned());
        }
        for modtagere in efter_dag.values_mut() {
            modtagere.sort();
        }
        efter_dag
    }
}

/// `Fri, 16 Jan 2026 07:00:00 +0000` as `2026-01-16`.
fn iso(dato: &str) -> String {
    let dele: Vec<&str> = dato.split_whitespace().collect();
    let maaned = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .iter()
        .position(|m| *m == dele[2])
        .expect("a month");
    format!("{}-{:02}-{:0>2}", dele[3], maaned + 1, dele[1])
}

#[test]
fn ingen_goer_noget_i_halvfjerds_dage() {
    let sag = sygemeldt();
    let hr = sag.hr_mail.as_str();
    let forventet = [
        ("2026-01-14", vec![TR]),
        ("2026-01-16", vec![LEDER, TR]),
        ("2026-01-19", vec![LEDER]),
        ("2026-01-21", vec![hr]),
        ("2026-01-27", vec![hr, LEDER]),
        ("2026-01-30", vec![hr, LEDER]),
        ("2026-02-03", vec![hr, LEDER, SELV]),
        ("2026-02-04", vec![hr, LEDER]),
        ("2026-02-06", vec![hr, LEDER]),
        ("2026-02-10", vec![hr, LEDERS_LEDER]),
        ("2026-02-13", vec![LEDER]),
        ("2026-02-17", vec![hr, LEDERS_LEDER]),
        ("2026-02-24", vec![hr, LEDERS_LEDER]),
        ("2026-02-25", vec![LEDER]),
        ("2026-03-02", vec![hr]),
        ("2026-03-03", vec![hr, LEDERS_LEDER]),
        ("2026-03-10", vec![hr, LEDERS_LEDER]),
    ];
    let forventet: BTreeMap<String, Vec<String>> = forventet
        .into_iter()
        .map(|(dag, til)| (dag.to_owned(), til.into_iter().map(str::to_owned).collect()))
        .collect();
    assert_eq!(sag.til("2026-03-16"), forventet);

    // Every one of them stands in the log with its outcome, and none is sent twice.
    let liste = sag.t.get(&sag.hr, &format!("/api/v1/forloeb/{}/paamindelser", sag.id)).med_status(200).json();
    let sendt = liste.as_array().unwrap().iter().filter(|p| p["udfald"] == "sendt").count();
    assert_eq!(sendt, 32, "thirty-two reminders in twenty-nine mails");
    let breve: usize = forventet.values().map(Vec::len).sum();
    assert_eq!(breve, 29);

    // No name, no number of a person, no word for an illness.
    for brev in sag.post.breve() {
        let tekst = format!("{}\n{}", brev.emne, brev.tekst).to_lowercase();
        for ord in ["hemmeligsen", "navnkær", "616180", "1010", "syg", "rask", "fravær", "diagnose", "solsikken"] {
            // The links hold the address of the service and a random id only.
            let uden_links: String =
                tekst.split_whitespace().filter(|o| !o.contains("/forloeb/")).collect::<Vec<_>>().join(" ");
            let uden_navn = uden_links.replace("raskvej", "");
            assert!(!uden_navn.contains(ord), "'{ord}' in:\n{}\n{}", brev.emne, brev.tekst);
        }
        assert!(brev.tekst.contains("/forloeb/") || brev.tekst.contains("/mig"), "{}", brev.tekst);
    }
}

#[test]
fn raskmeldt_paa_dag_16_falder_det_til_ro() {
    let sag = sygemeldt();
    assert_eq!(sag.til("2026-01-20").keys().collect::<Vec<_>>(), ["2026-01-14", "2026-01-16", "2026-01-19"]);
    let krop = json!({ "sidste_fravaersdag": "2026-01-20" });
    let svar = workplace::paa(&sag.t, &sag.hr, &sag.id, "raskmelding", &krop).med_status(200).json();
    assert_eq!((&svar["status"], &svar["dag"]), (&json!("afsluttet"), &json!(16)));
    assert!(sag.til("2026-04-15").is_empty());
    let liste = sag.t.get(&sag.hr, &format!("/api/v1/forloeb/{}/paamindelser", sag.id)).json();
    let aflyst = liste.as_array().unwrap().iter().filter(|p| p["udfald"] == "aflyst").collect::<Vec<_>>();
    assert!(aflyst.iter().all(|p| p["aarsag"] == "afsluttet") && !aflyst.is_empty(), "{liste}");
    assert!(!liste.as_array().unwrap().iter().any(|p| p["udfald"] == "planlagt"), "{liste}");
}

#[test]
fn raskmeldt_paa_dag_33_gaar_kun_anmeldelsen_videre_til_den_er_kvitteret() {
    let sag = sygemeldt();
    // Wednesday 4 February is day 31. She is back on Saturday the 7th: her last day is day 33.
    let paa_dagen = &sag.til("2026-02-06")["2026-02-06"];
    assert_eq!(*paa_dagen, [sag.hr_mail.clone(), LEDER.to_owned()], "t of the anmeldelse, to HR and the leader");
    let krop = json!({ "sidste_fravaersdag": "2026-02-06" });
    let svar = workplace::paa(&sag.t, &sag.hr, &sag.id, "raskmelding", &krop).med_status(200).json();
    assert_eq!(svar["dag"], 33);
    assert!(sag.til("2026-02-08").is_empty());
    let krop = json!({ "trin": "underskrevet", "dato": "2026-02-08" });
    workplace::paa(&sag.t, &sag.hr, &sag.id, "anmeldelse", &krop).med_status(200);
    let svar = sag.t.get(&sag.hr, &format!("/api/v1/forloeb/{}/frister", sag.id)).json();
    let anmeldelse = svar.as_array().unwrap().iter().find(|f| f["frist"] == "anmeldelse").unwrap().clone();
    assert_eq!(anmeldelse["status"], "overskredet", "signed is not receipted");
    sag.til("2026-02-09");
    let krop = json!({ "trin": "kvitteret", "dato": "2026-02-09", "kvittering": "NR-1" });
    let svar = workplace::paa(&sag.t, &sag.hr, &sag.id, "anmeldelse", &krop).med_status(200).json();
    assert!(svar["refusion"]["mistet"].is_null(), "the last legal day: nothing lost");
    assert!(sag.til("2026-03-31").is_empty());
}

#[test]
fn en_mailserver_der_er_nede_koster_ingen_paamindelse_og_ingen_kommer_to_gange() {
    let mut sag = sygemeldt();
    sag.post.luk();
    sag.t.flyt_ur("2026-01-14T10:00:00+01:00");
    sag.post.aabn();
    sag.t.flyt_ur("2026-01-14T12:00:00+01:00");
    assert_eq!(sag.post.breve().len(), 1);
    sag.t.flyt_ur("2026-01-15T12:00:00+01:00");
    assert_eq!(sag.post.breve().len(), 1);
}
