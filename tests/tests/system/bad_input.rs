//! Bad input gets the documented answer that names the field, and leaves log and projections as they were.

use serde_json::{Value, json};
use systemtests::{Anmodning, FRIST, Opsaetning, Svar, Tjeneste, vent_til, workplace};

struct Proeve {
    t: Tjeneste,
    hr: String,
    revisor: String,
    id: String,
    _mappe: tempfile::TempDir,
}

fn opsaet() -> Proeve {
    let mappe = tempfile::tempdir().unwrap();
    let t = Opsaetning::ny(mappe.path()).ur("2026-02-10T09:00:00+01:00").start();
    let hr = workplace::ansaet(&t, 12);
    let id = workplace::sygemeld(&t, &hr, "1010", "2026-01-05");
    let revisor = t.token("revisor", None);
    Proeve { t, hr, revisor, id, _mappe: mappe }
}

fn tjek(svar: &Svar, status: u16, kode: &str, felter: &[&str]) {
    let krop = svar.tekst();
    assert_eq!(svar.status, status, "{krop}");
    assert_eq!(svar.hoved("content-type"), Some("application/problem+json"), "{krop}");
    let json = svar.json();
    assert_eq!(json["kode"], kode, "{krop}");
    assert_eq!(json["status"], status);
    for felt in ["type", "title", "detail"] {
        assert!(json[felt].as_str().is_some_and(|t| !t.is_empty()), "{felt}: {krop}");
    }
    let mut navne: Vec<&str> =
        json["felter"].as_array().into_iter().flatten().filter_map(|f| f["felt"].as_str()).collect();
    navne.sort_unstable();
    let mut forventet = felter.to_vec();
    forventet.sort_unstable();
    assert_eq!(navne, forventet, "{krop}");
}

/// A command as the OpenAPI document has it: path, a body that can be read, and the fields that must be in it.
fn kommandoer(p: &Proeve) -> Vec<(String, Value, Vec<String>)> {
    let dokument = p.t.get("", "/api/openapi.json").med_status(200).json();
    let mut alle = Vec::new();
    for (sti, metoder) in dokument["paths"].as_object().unwrap() {
        let krop = &metoder["post"]["requestBody"]["content"]["application/json"];
        let Some(eksempel) = krop["example"].as_object() else { continue };
        let navn = krop["schema"]["$ref"].as_str().unwrap().rsplit('/').next().unwrap();
        let felter = dokument["components"]["schemas"][navn]["required"].as_array();
        let felter = felter.into_iter().flatten().map(|f| f.as_str().unwrap().to_owned()).collect();
        alle.push((sti.replace("{id}", &p.id), Value::from(eksempel.clone()), felter));
    }
    alle
}

/// Every command with each field left out, and with a value of the wrong type.
#[test]
fn hvert_felt_der_mangler_eller_har_forkert_type_naevnes() {
    let p = opsaet();
    let kommandoer = kommandoer(&p);
    assert!(kommandoer.len() > 20, "{}", kommandoer.len());
    let foer = workplace::hoved(&p.t, &p.revisor);
    let mut antal = 0;
    for (sti, rigtig, paakraevet) in &kommandoer {
        for felt in paakraevet {
            let mut krop = rigtig.clone();
            krop.as_object_mut().unwrap().remove(felt);
            tjek(&p.t.post(&p.hr, sti, &krop), 422, "ugyldige_felter", &[felt.as_str()]);
            for forkert in [json!({"a": 1}), json!([1]), json!(true)] {
                krop[felt] = forkert;
                tjek(&p.t.post(&p.hr, sti, &krop), 422, "ugyldige_felter", &[felt.as_str()]);
                antal += 1;
            }
        }
        let mut ekstra = rigtig.clone();
        ekstra["diagnose"] = json!("x");
        tjek(&p.t.post(&p.hr, sti, &ekstra), 422, "ugyldige_felter", &["diagnose"]);
    }
    assert_eq!(workplace::hoved(&p.t, &p.revisor), foer, "nothing was written");
    println!("{antal} wrong values in {} commands", kommandoer.len());
}

#[test]
fn datoer_regler_og_ukendte_faar_hver_sit_svar() {
    let p = opsaet();
    let foer = workplace::hoved(&p.t, &p.revisor);
    let overblik = p.t.get(&p.hr, "/api/v1/overblik").json();
    let ny = |nr: &str, dato: &str| {
        p.t.post(&p.hr, "/api/v1/forloeb", &json!({"medarbejder_nr": nr, "foerste_fravaersdag": dato}))
    };
    tjek(&ny("1011", "2026-02-30"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    tjek(&ny("1011", "30-01-2026"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    tjek(&ny("1011", "2026-02-11"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    tjek(&ny("1011", "1999-12-31"), 422, "ugyldige_felter", &["foerste_fravaersdag"]);
    tjek(&ny("77777", "2026-02-01"), 422, "ugyldige_felter", &["medarbejder_nr"]);
    tjek(&ny("1010", "2026-02-01"), 409, "overlapper", &["foerste_fravaersdag"]);
    let paa = |kommando: &str, krop: Value| workplace::paa(&p.t, &p.hr, &p.id, kommando, &krop);
    tjek(
        &paa("raskmelding", json!({"sidste_fravaersdag": "2026-01-04"})),
        422,
        "ugyldige_felter",
        &["sidste_fravaersdag"],
    );
    tjek(&paa("foerste-kontakt", workplace::kontakt("2026-02-11")), 422, "ugyldige_felter", &["dato"]);
    tjek(&paa("foerste-kontakt", workplace::kontakt("2026-01-04")), 422, "ugyldige_felter", &["dato"]);
    tjek(&paa("refusionsanmodning", json!({"fra": "2026-02-04", "til": "2026-02-09"})), 409, "mangler_kvittering", &[]);
    tjek(
        &paa("refusionsanmodning", json!({"fra": "2026-02-09", "til": "2026-02-04"})),
        422,
        "ugyldige_felter",
        &["til"],
    );
    tjek(
        &paa("fast-track", json!({"beslutning": "anmodet", "af": "arbejdsgiver", "dato": "2026-02-09"})),
        409,
        "fast_track_for_sent",
        &["dato"],
    );
    tjek(&paa("delvis", json!({"fra": "2026-02-01", "omfang_pct": 0})), 422, "ugyldige_felter", &["omfang_pct"]);
    tjek(&paa("lederskifte", json!({"leder_nr": "4711", "fra": "2026-02-09"})), 422, "ugyldige_felter", &["leder_nr"]);
    for forkert in ["4711", "1010"] {
        let krop = json!({"kontaktperson_nr": forkert});
        tjek(&paa("kontaktperson", krop), 422, "ugyldige_felter", &["kontaktperson_nr"]);
    }
    tjek(
        &paa("annullering", json!({"haendelse": 999_999, "begrundelse": "x"})),
        409,
        "ukendt_haendelse",
        &["haendelse"],
    );
    tjek(
        &paa("rettelse", json!({"felt": "navn", "ny_vaerdi": "x", "begrundelse": "x"})),
        422,
        "ugyldige_felter",
        &["felt"],
    );
    tjek(&paa("findes-ikke", json!({})), 404, "ukendt_rute", &[]);
    let ukendt = "/api/v1/forloeb/0198f3a0-5c00-7000-8000-00000000dead";
    tjek(&p.t.get(&p.hr, ukendt), 404, "findes_ikke", &[]);
    tjek(&p.t.get(&p.hr, "/api/v1/forloeb/ikke-et-id"), 404, "findes_ikke", &[]);
    tjek(&p.t.get(&p.hr, "/api/v1/forloeb?frist=frokost"), 422, "ugyldige_felter", &["frist"]);
    tjek(&p.t.get(&p.hr, "/api/v1/forloeb?limit=501"), 422, "ugyldige_felter", &["limit"]);
    tjek(&p.t.get(&p.hr, "/api/v1/forloeb?side=2"), 422, "ugyldige_felter", &["side"]);
    tjek(&p.t.get(&p.hr, "/api/v1/ukendt"), 404, "ukendt_rute", &[]);
    assert_eq!(workplace::hoved(&p.t, &p.revisor), foer);
    assert_eq!(p.t.get(&p.hr, "/api/v1/overblik").json(), overblik);
}

#[test]
fn det_der_ikke_kan_laeses_afvises_uden_at_noget_sker() {
    let p = opsaet();
    let foer = workplace::hoved(&p.t, &p.revisor);
    let sti = format!("/api/v1/forloeb/{}/raskmelding", p.id);
    let raa = |krop: &[u8], slags: &str| p.t.send(&Anmodning::ny("POST", &sti).token(&p.hr).krop(slags, krop));
    tjek(&raa(b"{\"sidste_fravaersdag\": \"2026-02-09\"", "application/json"), 400, "ugyldig_json", &[]);
    tjek(&raa(b"{\"sidste_fravaersdag\": \"\xff\xfe\"}", "application/json"), 400, "ugyldig_utf8", &[]);
    tjek(&raa(b"[]", "application/json"), 400, "ikke_et_objekt", &[]);
    tjek(&raa(b"", "application/json"), 400, "ugyldig_json", &[]);
    tjek(&raa(&vec![b'['; 100_000], "application/json"), 400, "ugyldig_json", &[]);
    tjek(&raa(b"sidste_fravaersdag=2026-02-09", "application/x-www-form-urlencoded"), 415, "ikke_json", &[]);
    tjek(&p.t.send(&Anmodning::ny("DELETE", &sti).token(&p.hr)), 405, "forkert_metode", &[]);
    tjek(&p.t.post("", &sti, &json!({})), 401, "ikke_logget_ind", &[]);
    tjek(&p.t.post("rv_forkert", &sti, &json!({})), 401, "ikke_logget_ind", &[]);
    // Last: the service closes a connection whose body it does not read to the end.
    let stor = format!("{{\"sidste_fravaersdag\": \"{}\"}}", "9".repeat(2_000_000));
    tjek(&raa(stor.as_bytes(), "application/json"), 413, "for_stor", &[]);
    let nu = vent_til(FRIST, "a new connection", || {
        p.t.proev(&Anmodning::ny("GET", "/api/v1/revision/hoved").token(&p.revisor)).ok()
    });
    assert_eq!(nu.json(), foer);
}

#[test]
fn hvem_der_maa_hvad() {
    let p = opsaet();
    let token = |rolle: &str, nr: &str| p.t.token(rolle, Some(nr));
    let sti = format!("/api/v1/forloeb/{}", p.id);
    let rask = json!({"sidste_fravaersdag": "2026-02-09"});
    let (revisor, drift) = (p.t.token("revisor", None), p.t.token("drift", None));
    p.t.get(&revisor, &sti).med_status(200);
    tjek(&p.t.post(&revisor, &format!("{sti}/raskmelding"), &rask), 403, "ikke_tilladt", &[]);
    tjek(&p.t.get(&drift, &sti), 404, "findes_ikke", &[]);
    // Somebody else's leader, and the employee as their own leader, see nothing at all.
    for fremmed in [token("leder", "1002"), token("leder", "1010"), token("medarbejder", "1011")] {
        tjek(&p.t.get(&fremmed, &sti), 404, "findes_ikke", &[]);
        tjek(&p.t.post(&fremmed, &format!("{sti}/raskmelding"), &rask), 404, "findes_ikke", &[]);
        assert_eq!(p.t.get(&fremmed, "/api/v1/forloeb").json()["antal"], 0);
    }
    for ven in
        [token("leder", "1001"), token("leder", "9001"), token("medarbejder", "1010"), token("kontaktperson", "1002")]
    {
        p.t.get(&ven, &sti).med_status(200);
    }
    tjek(&p.t.post(&token("kontaktperson", "1002"), &format!("{sti}/raskmelding"), &rask), 403, "ikke_tilladt", &[]);
    let hos_leder = p.t.post(&token("leder", "1001"), &format!("{sti}/refusionsanmodning"), &json!({}));
    tjek(&hos_leder, 403, "ikke_tilladt", &[]);
    tjek(&p.t.get(&p.hr, "/api/v1/revision/hoved"), 403, "ikke_tilladt", &[]);
    let csv = p.t.post_csv(&token("leder", "1001"), "/api/v1/import/fravaer", b"x");
    tjek(&csv, 403, "ikke_tilladt", &[]);
    let ukendt = json!({"medarbejder_nr": "1002", "foerste_fravaersdag": "2026-02-09"});
    tjek(&p.t.post(&token("leder", "1003"), "/api/v1/forloeb", &ukendt), 422, "ugyldige_felter", &["medarbejder_nr"]);
}

#[test]
fn version_og_noegle_vogter_en_kommando() {
    let p = opsaet();
    let sti = format!("/api/v1/forloeb/{}", p.id);
    let etag = p.t.get(&p.hr, &sti).etag().to_owned();
    let kontakt = format!("{sti}/foerste-kontakt");
    let krop = workplace::kontakt("2026-01-14");
    let foerste = p.t.post_med(&p.hr, &kontakt, &krop, Some("n-1"), Some(&etag)).med_status(200);
    let hoved = workplace::hoved(&p.t, &p.revisor);
    let anden = p.t.post_med(&p.hr, &kontakt, &krop, Some("n-1"), Some(&etag)).med_status(200);
    assert_eq!(foerste.json(), anden.json(), "the same key, the same answer");
    assert_eq!(workplace::hoved(&p.t, &p.revisor), hoved, "and no second event");
    tjek(
        &p.t.post_med(&p.hr, &kontakt, &workplace::kontakt("2026-01-15"), Some("n-1"), None),
        409,
        "noegle_genbrugt",
        &[],
    );
    tjek(&p.t.post_med(&p.hr, &kontakt, &krop, None, Some(&etag)), 412, "anden_version", &[]);
    let sygemelding = json!({"medarbejder_nr": "1011", "foerste_fravaersdag": "2026-02-01"});
    let a = p.t.post_med(&p.hr, "/api/v1/forloeb", &sygemelding, Some("n-2"), None).med_status(201);
    let b = p.t.post_med(&p.hr, "/api/v1/forloeb", &sygemelding, Some("n-2"), None).med_status(201);
    assert_eq!((a.json(), a.hoved("location")), (b.json(), b.hoved("location")));
}
