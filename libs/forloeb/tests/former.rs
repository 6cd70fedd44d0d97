//! Stored forms: every form ever written can be read, and the newest ones are still written the same.

use std::path::{Path, PathBuf};

use forloeb::Haendelse;
use forloeb::form::{FormFejl, laes};
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
fn hver_migrering_loefter_som_den_siger() {
    let mut antal = 0;
    for mappe in std::fs::read_dir(mappe()).unwrap().map(|m| m.unwrap().path()) {
        let fil = |navn: &str| -> Option<Value> { serde_json::from_slice(&std::fs::read(mappe.join(navn)).ok()?).ok() };
        let (Some(foer), Some(efter)) = (fil("before.json"), fil("after.json")) else { continue };
        let laes = |v: &Value| {
            let form = u16::try_from(v["form"].as_u64().unwrap()).unwrap();
            laes("SamtaleRegistreret", form, v["body"].to_string().as_bytes()).unwrap()
        };
        assert_eq!(laes(&foer), laes(&efter), "{}", mappe.display());
        antal += 1;
    }
    assert_eq!(antal, 1);
}

#[test]
fn det_der_ikke_kan_laeses_naevnes_ved_navn_og_aldrig_ved_indhold() {
    let fejl = laes("Raskmeldt", 1, br#"{"forloeb":"hemmelig"}"#).unwrap_err();
    assert!(fejl.to_string().contains("Raskmeldt form 1") && !fejl.to_string().contains("hemmelig"), "{fejl}");
    assert!(matches!(laes("Raskmeldt", 2, b"{}"), Err(FormFejl::Ukendt { .. })));
    assert!(matches!(laes("Findesikke", 1, b"{}"), Err(FormFejl::Ukendt { .. })));
    assert!(matches!(laes("SamtaleRegistreret", 1, b"{}"), Err(FormFejl::Ugyldig { .. })));
}
