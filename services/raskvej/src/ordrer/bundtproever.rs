//! Bundles: what they show, and that no change to one goes unnoticed, neither here nor by the other program.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use uuid::Uuid;

use super::proeve::{Proeve, tilfaeldige};
use super::*;
use crate::bundle::efterproev;

/// Changes to each of two bundles, some of them by one who makes the sum at the end fit again.
const AENDRINGER: usize = 500;

async fn forloeb_for(p: &Proeve, nr: &str) -> Uuid {
    p.kerne.forloeb_for(nr).await.unwrap()[0].id
}

/// The same bundle with a sum that fits.
fn med_ny_sum(bundt: &[u8]) -> Vec<u8> {
    let slut = bundt[..bundt.len() - 1].iter().rposition(|byte| *byte == b'\n').map_or(0, |n| n + 1);
    let sum = eventlog::Hash::of(&bundt[..slut]);
    [&bundt[..slut], format!("{{\"sha256\":\"{sum}\"}}\n").as_bytes()].concat()
}

/// Which of the files the Python program finds in order.
fn python(filer: &[PathBuf]) -> Vec<bool> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_bundle.py");
    let svar = Command::new("python3").arg(program).args(filer).output().expect("python3 is there: the tests need it");
    let tekst = String::from_utf8(svar.stdout).unwrap();
    let linjer: Vec<bool> = tekst.lines().map(|linje| linje.contains(": in order: ")).collect();
    assert_eq!(linjer.len(), filer.len(), "{}", String::from_utf8_lossy(&svar.stderr));
    linjer
}

#[tokio::test]
#[ignore = "needs Python"]
async fn hver_aendring_af_et_bundt_opdages_af_begge_programmer() {
    let p = Proeve::lille().await;
    let id = forloeb_for(&p, "1005").await;
    let arbejde = tempfile::tempdir().unwrap();
    let mut naeste = tilfaeldige();
    let (mut hele, mut skadede) = (Vec::new(), Vec::new());
    for (forloeb, vist) in [(None, 34), (Some(id), 4)] {
        let svar = p.bed(Ordre::Export { forloeb }).await;
        assert_eq!(svar.kode, GJORT);
        let bundt = efterproev(svar.data.as_slice(), |_, _| {}).unwrap();
        assert_eq!((bundt.trae.head, bundt.vist), (p.kerne.log.head(), vist));
        let gem = |navn: String, bytes: &[u8]| {
            let sti = arbejde.path().join(navn);
            std::fs::write(&sti, bytes).unwrap();
            sti
        };
        hele.push(gem(format!("helt-{vist}"), &svar.data));
        assert_eq!(med_ny_sum(&svar.data), svar.data);
        for nr in 0..AENDRINGER {
            let mut skadet = svar.data.clone();
            let (sted, bit) = (naeste(skadet.len()), naeste(255));
            skadet[sted] ^= u8::try_from(bit).unwrap() + 1;
            if nr % 2 == 0 {
                skadet = med_ny_sum(&skadet);
            }
            if skadet == svar.data {
                continue; // the change was in the sum, and was undone
            }
            assert!(efterproev(skadet.as_slice(), |_, _| {}).is_err(), "byte {sted}");
            skadede.push(gem(format!("skadet-{vist}-{nr}"), &skadet));
        }
        for laengde in [0, 1, svar.data.len() / 2, svar.data.len() - 1] {
            assert!(efterproev(&svar.data[..laengde], |_, _| {}).is_err());
        }
        assert!(efterproev([svar.data.as_slice(), b"{}\n"].concat().as_slice(), |_, _| {}).is_err());
    }
    assert_eq!(python(&hele), [true, true]);
    for nogle in skadede.chunks(200) {
        assert!(python(nogle).iter().all(|i_orden| !i_orden));
    }
    println!("{} changed bundles, every one found by both programs", skadede.len());
}

/// Someone who hands over a bundle would rather leave something out, or put another's in.
#[tokio::test]
#[ignore = "needs Python"]
async fn et_bundt_om_et_forloeb_er_det_hele_og_intet_om_andre() {
    let p = Proeve::lille().await;
    let id = forloeb_for(&p, "1005").await;
    let svar = p.bed(Ordre::Export { forloeb: Some(id) }).await;
    let tekst = String::from_utf8(svar.data.clone()).unwrap();
    let linjer: Vec<&str> = tekst.lines().collect();
    assert_eq!(linjer.len(), 1 + 4 + 1);
    assert!(linjer[0].contains("ansaettelse/1005") && !tekst.contains("1006"));
    let samlet = |linjer: &[&str]| med_ny_sum(format!("{}\n", linjer.join("\n")).as_bytes());
    for vaek in 1..=4 {
        let mut faerre = linjer.clone();
        faerre.remove(vaek);
        assert!(efterproev(samlet(&faerre).as_slice(), |_, _| {}).is_err(), "line {vaek} left out");
    }
    let anden = p.bed(Ordre::Export { forloeb: Some(forloeb_for(&p, "1013").await) }).await;
    let anden = String::from_utf8(anden.data).unwrap();
    let mut blandet = linjer.clone();
    blandet[4] = anden.lines().nth(1).unwrap();
    assert!(efterproev(samlet(&blandet).as_slice(), |_, _| {}).is_err(), "another's event");
    let mut hoved: Value = serde_json::from_str(linjer[0]).unwrap();
    hoved["forloeb"] = forloeb_for(&p, "1013").await.to_string().into();
    let hoved = linjer[0].replace(&id.to_string(), hoved["forloeb"].as_str().unwrap());
    assert!(efterproev(samlet(&[&[hoved.as_str()], &linjer[1..]].concat()).as_slice(), |_, _| {}).is_err());
    // More happens, and the old bundle stays right: it says of which head it speaks.
    p.bed(Ordre::Token { rolle: Rolle::Hr, medarbejder: None }).await;
    assert!(efterproev(svar.data.as_slice(), |_, _| {}).is_ok());
    let tom = Proeve::tom().await.bed(Ordre::Export { forloeb: None }).await;
    assert_eq!(efterproev(tom.data.as_slice(), |_, _| {}).unwrap().trae.commits, 0);
    let sti = p.sti().join("tom");
    std::fs::write(&sti, tom.data).unwrap();
    assert_eq!(python(&[sti]), [true]);
}

#[tokio::test]
async fn en_noegle_der_er_noteret_skal_passe() {
    let p = Proeve::lille().await;
    let svar = p.bed(Ordre::Export { forloeb: None }).await;
    let noegle = efterproev(svar.data.as_slice(), |_, _| {}).unwrap().hoved.noegle;
    let sti = p.sti().join("bundt");
    std::fs::write(&sti, svar.data).unwrap();
    let proev = async |noegle: &str| verify::koer(verify::Hvad::Bundt(sti.clone(), Some(noegle.to_owned()))).await;
    assert_eq!(proev(&noegle).await, GJORT);
    assert_eq!(proev(&"0".repeat(64)).await, AFVIST);
}
