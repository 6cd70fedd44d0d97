//! A leader on holiday: whose the reminders are, who may act, and what is left of it when she is back. F is Monday 5
//! January 2026; the reminder of the talk ten working days ahead is due on Friday 16 January.

use serde_json::json;
use systemtests::{Opsaetning, Postkasse, workplace};

const STI: &str = "/api/v1/stedfortraeder";

#[test]
fn mens_lederen_er_paa_ferie_er_det_stedfortraederens() {
    let (mappe, post) = (tempfile::tempdir().unwrap(), Postkasse::start());
    let mut t = Opsaetning::ny(mappe.path())
        .ur("2026-01-05T09:00:00+01:00")
        .postkasse(&post)
        .indstil("RASKVEJ_HR_MAIL", "hr@arbejde.example")
        .start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let (leder, anden) = (t.token("leder", Some("1001")), t.token("leder", Some("1004")));
    let forloeb = format!("/api/v1/forloeb/{id}");
    t.get(&anden, &forloeb).med_status(404);

    let ferie = json!({"leder_nr": "1001", "stedfortraeder_nr": "1004", "fra": "2026-01-12", "til": "2026-01-16"});
    t.post(&anden, STI, &ferie).med_status(422);
    for (felt, forkert) in [
        ("stedfortraeder_nr", json!("1001")),
        ("stedfortraeder_nr", json!("4711")),
        ("til", json!("2026-01-11")),
        ("til", json!(null)),
    ] {
        let mut krop = ferie.clone();
        krop[felt] = forkert;
        let svar = t.post(&leder, STI, &krop).med_status(422).json();
        assert_eq!(svar["felter"][0]["felt"], felt, "{krop}: {svar}");
    }
    let svar = t.post_med(&leder, STI, &ferie, Some("ferie"), None).med_status(200).json();
    assert_eq!(t.post_med(&leder, STI, &ferie, Some("ferie"), None).med_status(200).json(), svar);
    let periode = json!({"fra": "2026-01-12", "til": "2026-01-16", "stedfortraeder_nr": "1004"});
    let slut = json!({"leder_nr": "1001", "fra": "2026-01-16", "til": "2026-01-16"});
    let kortere = t.post(&leder, STI, &slut).med_status(200).json();
    assert_eq!(kortere["perioder"][0]["til"], "2026-01-15", "{kortere}");
    assert_eq!(t.post_med(&leder, STI, &ferie, Some("ferie"), None).med_status(200).json(), svar, "as it was then");
    t.post(&leder, STI, &ferie).med_status(200);
    assert_eq!(svar, json!({"leder_nr": "1001", "fast_stedfortraeder_nr": null, "perioder": [periode]}));
    t.get(&anden, &forloeb).med_status(404); // not before Monday

    t.flyt_ur("2026-01-15T12:00:00+01:00");
    t.stop();
    t.start_igen(Some("2026-01-15T13:00:00+01:00"));
    post.toem();
    t.flyt_ur("2026-01-16T12:00:00+01:00");
    let mut fredag: Vec<String> = post.breve().into_iter().flat_map(|b| b.konvolut_til).collect();
    fredag.sort();
    assert_eq!(fredag, ["m1002@arbejde.example", "m1004@arbejde.example"], "TR, and who stands in for the leader");
    assert_eq!(t.get(&anden, "/api/v1/forloeb").med_status(200).json()["antal"], 1);
    workplace::paa(&t, &anden, &id, "foerste-kontakt", &workplace::kontakt("2026-01-16")).med_status(200);
    t.get(&anden, &format!("{STI}?leder_nr=1001")).med_status(404); // who stands in names nobody
    let skift = json!({"leder_nr": "1004", "fra": "2026-01-16"});
    workplace::paa(&t, &anden, &id, "lederskifte", &skift).med_status(403); // nor keeps it
    let egen = workplace::sygemeld(&t, &hr, "1001", "2026-01-14");
    let chef = t.token("leder", Some("9001"));
    let historik = t.get(&chef, &format!("/api/v1/forloeb/{egen}/historik")).med_status(200);
    assert!(!historik.tekst().contains("1004"), "her holiday is no part of her absence: {}", historik.tekst());
    workplace::paa(&t, &hr, &egen, "annullering", &json!({"begrundelse": "en fejl"})).med_status(200);

    post.toem();
    t.flyt_ur("2026-01-27T12:00:00+01:00");
    let igen: Vec<String> = post.breve().into_iter().flat_map(|b| b.konvolut_til).collect();
    assert!(igen.contains(&"m1001@arbejde.example".to_owned()), "{igen:?}");
    assert!(!igen.contains(&"m1004@arbejde.example".to_owned()), "{igen:?}");
    t.get(&anden, &forloeb).med_status(404);
    assert_eq!(t.get(&anden, "/api/v1/forloeb").med_status(200).json()["antal"], 0);
    let rest = t.get(&hr, &format!("{STI}?leder_nr=1001")).med_status(200).json();
    assert_eq!(rest["perioder"], json!([]));
}
