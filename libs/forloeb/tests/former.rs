//! Stored forms: every form ever written can be read, and the newest ones are still written the same.

use std::path::{Path, PathBuf};

use forloeb::Haendelse;
use forloeb::form::{FormFejl, laes, laes_det_der_afgoer};
use forloeb::haendelse::PaamindelserAfgjort;
use serde_json::Value;

fn mappe() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations")
}

fn golden(navn: &str, form: u16) -> Vec<u8> {
    let sti = mappe().join(format!("golden/{navn}.{form}.json"));
    let krop = std::fs::read(&sti).unwrap_or_else(|_| panic!("{} is missing", sti.display()));
    krop.trim_ascii_end().to_vec()
}

#[test]
fn enhver_form_der_er_skrevet_kan_laeses() {
    let mut antal = 0;
    for (navn, nyeste) in Haendelse::FORMER {
        for form in 1..=*nyeste {
            let haendelse = laes(navn, form, &golden(navn, form)).unwrap_or_else(|e| panic!("{navn} {form}: {e}"));
            assert_eq!(haendelse.navn(), *navn);
            antal += 1;
        }
    }
    let filer = std::fs::read_dir(mappe().join("golden")).unwrap().count();
    assert_eq!(filer, antal, "a golden file that belongs to no form, or a form without a file");
}

#[test]
fn den_nyeste_form_skrives_som_den_altid_er_skrevet() {
    for (navn, nyeste) in Haendelse::FORMER {
        let krop = golden(navn, *nyeste);
        let skrevet = laes(navn, *nyeste, &krop).unwrap().til_json().unwrap();
        assert_eq!(String::from_utf8(skrevet).unwrap(), String::from_utf8(krop).unwrap(), "{navn}");
    }
}

#[test]
fn uden_det_der_ikke_afgoer_noget_er_resten_det_samme() {
    for (navn, form) in Haendelse::FORMER.iter().flat_map(|(navn, nyeste)| (1..=*nyeste).map(move |f| (*navn, f))) {
        let krop = golden(navn, form);
        let kort = laes_det_der_afgoer(navn, form, &krop).unwrap();
        let mut hel = laes(navn, form, &krop).unwrap();
        if let Haendelse::PaamindelserAfgjort(h) = &mut hel {
            // What was sent, what was put off and what was refused; of form 1 one was withheld, of form 2 three.
            assert_eq!((h.afgoerelser.len(), h.tilbageholdt.len()), (3, if form == 1 { 1 } else { 3 }));
            h.tilbageholdt.clear();
        }
        assert_eq!(kort, hel, "{navn} {form}");
    }
    assert!(matches!(laes_det_der_afgoer("PaamindelserAfgjort", 3, b"{}"), Err(FormFejl::Ukendt { .. })));
    for form in [1, 2] {
        assert!(matches!(laes_det_der_afgoer("PaamindelserAfgjort", form, b"{}"), Err(FormFejl::Ugyldig { .. })));
    }
}

#[test]
fn tegn_der_er_skrevet_paa_en_anden_maade_laeses_ogsaa() {
    let krop = br#"{"forloeb":"0198f3a0-5c00-7000-8000-000000000001","afgoerelser":[{"frist":"samtale","trin":"t\u002d3",
        "modtager":"le\u0064er","nr":"1\"2","generation":"2026-02-02","dag":"2026-01-27","udfald":"sendt","brev":"a\u0040b"}]}"#;
    for laes in [laes, laes_det_der_afgoer] {
        let Ok(Haendelse::PaamindelserAfgjort(PaamindelserAfgjort { afgoerelser, .. })) =
            laes("PaamindelserAfgjort", 1, krop)
        else {
            panic!("it cannot be read")
        };
        let skrevet = serde_json::to_string(&afgoerelser).unwrap();
        let samme = r#"[{"frist":"samtale","trin":"t-3","modtager":"leder","nr":"1\"2","generation":"2026-02-02","dag":"2026-01-27","udfald":"sendt","brev":"a@b"}]"#;
        assert_eq!(skrevet, samme);
    }
}

#[test]
fn hver_migrering_loefter_som_den_siger() {
    let mut antal = 0;
    for mappe in std::fs::read_dir(mappe()).unwrap().map(|m| m.unwrap().path()) {
        let fil = |navn: &str| -> Option<Value> { serde_json::from_slice(&std::fs::read(mappe.join(navn)).ok()?).ok() };
        let (Some(foer), Some(efter)) = (fil("before.json"), fil("after.json")) else { continue };
        let laes = |v: &Value| {
            let form = u16::try_from(v["form"].as_u64().unwrap()).unwrap();
            laes(v["kind"].as_str().unwrap(), form, v["body"].to_string().as_bytes()).unwrap()
        };
        assert_eq!(laes(&foer), laes(&efter), "{}", mappe.display());
        antal += 1;
    }
    assert_eq!(antal, 2);
}

#[test]
fn det_der_ikke_kan_laeses_naevnes_ved_navn_og_aldrig_ved_indhold() {
    let fejl = laes("Raskmeldt", 1, br#"{"forloeb":"hemmelig"}"#).unwrap_err();
    assert!(fejl.to_string().contains("Raskmeldt form 1") && !fejl.to_string().contains("hemmelig"), "{fejl}");
    assert!(matches!(laes("Raskmeldt", 2, b"{}"), Err(FormFejl::Ukendt { .. })));
    assert!(matches!(laes("Findesikke", 1, b"{}"), Err(FormFejl::Ukendt { .. })));
    assert!(matches!(laes("SamtaleRegistreret", 1, b"{}"), Err(FormFejl::Ugyldig { .. })));
}
