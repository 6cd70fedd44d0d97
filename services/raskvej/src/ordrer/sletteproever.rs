//! Erasing somebody whose personnummer was corrected: every key of theirs goes, and nobody else's without a word.

use forloeb::haendelse::Forseglet;
use uuid::Uuid;

use super::proeve::{Proeve, Svar, fil};
use super::{AFVIST, GJORT, Ordre};
use crate::noegler::NoegleFejl;
use crate::sealed::{Konklusion, OpenError, seal};

/// The numbers of 1005 and 1006 in the file of the small workplace.
const CPR_1005: &str = "6906850057";
const CPR_1006: &str = "8812910063";

fn medarbejdere() -> String {
    String::from_utf8(fil("medarbejdere.csv")).unwrap()
}

async fn slet(p: &Proeve, nr: &str) -> Svar {
    slet_ogsaa(p, nr, false).await
}

async fn slet_ogsaa(p: &Proeve, nr: &str, ogsaa_andres: bool) -> Svar {
    p.bed(Ordre::Erase { medarbejder: nr.to_owned(), aarsag: "anmodning".to_owned(), ogsaa_andres }).await
}

/// Something that is written about an employee now, and for whom it is sealed.
fn skriv(p: &Proeve, nr: &str) -> (Uuid, Forseglet) {
    let person = p.kerne.vis().person(nr).unwrap();
    (person, seal(&p.kerne.noegler, person, &Konklusion(format!("om {nr}"))).unwrap())
}

fn laes(p: &Proeve, nr: &str, (_, forseglet): &(Uuid, Forseglet)) -> Result<String, OpenError> {
    p.kerne.vis().luk_op(&p.kerne.noegler, nr, forseglet).map(|Konklusion(tekst)| tekst)
}

/// The key itself, whoever asks.
fn findes(p: &Proeve, (person, forseglet): &(Uuid, Forseglet)) -> bool {
    !matches!(p.kerne.noegler.luk_op(*person, forseglet), Err(NoegleFejl::IngenNoegle))
}

#[tokio::test]
async fn alle_de_noegler_personen_har_haft_destrueres() {
    let p = Proeve::tom().await;
    // Two wrong numbers, which are nobody's, and the right one.
    let mut skrevet = Vec::new();
    for cpr in ["0101010101", "0202020202", CPR_1005] {
        p.importer(medarbejdere().replace(CPR_1005, cpr).as_bytes(), b"").await;
        skrevet.push(skriv(&p, "1005"));
    }
    assert!(skrevet.iter().all(|s| laes(&p, "1005", s).unwrap() == "om 1005"));
    let svar = slet(&p, "1005").await;
    assert_eq!((svar.kode, svar.ud.len()), (GJORT, 1), "{svar:?}");
    assert!(skrevet.iter().all(|s| !findes(&p, s)));
    assert!(skrevet.iter().all(|s| matches!(laes(&p, "1005", s), Err(OpenError::Erased))));
    // Whose the wrong number really is may be employed later; who was erased may not come back.
    let nye = medarbejdere().replace(CPR_1005, "0101010101").replace("\r\n1005;", "\r\n2005;");
    assert_eq!(p.importer(nye.as_bytes(), b"").await.kode, GJORT);
    let ny = skriv(&p, "2005");
    let p = Proeve::i(p.luk().await).await;
    assert_eq!(laes(&p, "2005", &ny).unwrap(), "om 2005", "a start does not destroy the key of the new one");
    assert!(!findes(&p, &skrevet[1]) && laes(&p, "1005", &skrevet[0]).is_err());
    let igen = medarbejdere().replace("\r\n1005;", "\r\n3005;");
    assert_eq!(p.importer(igen.as_bytes(), b"").await.kode, AFVIST);
}

/// For a day payroll gave 1005 the number of 1006.
async fn med_1006s_nummer() -> (Proeve, (Uuid, Forseglet), (Uuid, Forseglet)) {
    let p = Proeve::lille().await;
    p.importer(medarbejdere().replace(CPR_1005, CPR_1006).as_bytes(), b"").await;
    let om_1005 = skriv(&p, "1005");
    p.importer(&fil("medarbejdere.csv"), b"").await;
    let om_1006 = skriv(&p, "1006");
    assert_eq!(laes(&p, "1005", &om_1005).unwrap(), "om 1005");
    (p, om_1005, om_1006)
}

#[tokio::test]
async fn en_anden_medarbejders_noegle_beholdes_og_det_siges() {
    let (p, om_1005, om_1006) = med_1006s_nummer().await;
    let svar = slet(&p, "1005").await;
    assert_eq!((svar.kode, svar.ud.len()), (GJORT, 2), "{svar:?}");
    assert!(svar.ud[0].starts_with("beholdt: 1005 har stået med det personnummer, som 1006 har nu."), "{svar:?}");
    assert_eq!(laes(&p, "1006", &om_1006).unwrap(), "om 1006");
    assert!(findes(&p, &om_1005), "it is the key of 1006");
    assert!(matches!(laes(&p, "1005", &om_1005), Err(OpenError::Erased)), "and yet nothing of 1005 is read");
    let svar = slet(&p, "1006").await;
    assert_eq!((svar.kode, svar.ud.len()), (GJORT, 1), "{svar:?}");
    assert!(!findes(&p, &om_1005));
}

#[tokio::test]
async fn det_der_gaar_tabt_for_en_anden_siges() {
    let (p, om_1005, om_1006) = med_1006s_nummer().await;
    let nu = skriv(&p, "1005");
    let svar = slet(&p, "1006").await;
    assert_eq!((svar.kode, svar.ud.len()), (AFVIST, 0), "{svar:?}");
    assert!(svar.fejl[0].contains("skrevet om 1005, da") && svar.fejl[0].contains("--ogsaa-andres"), "{svar:?}");
    assert!(findes(&p, &om_1006) && !p.kerne.vis().er_slettet("1006"), "nothing was erased");
    assert_eq!(laes(&p, "1005", &om_1005).unwrap(), "om 1005");
    let svar = slet_ogsaa(&p, "1006", true).await;
    assert_eq!((svar.kode, svar.ud.len()), (GJORT, 2), "{svar:?}");
    assert!(svar.ud[0].starts_with("også væk: 1005 har stået med det slettede personnummer."), "{svar:?}");
    assert!(!findes(&p, &om_1006) && matches!(laes(&p, "1005", &om_1005), Err(OpenError::Erased)));
    assert_eq!(laes(&p, "1005", &nu).unwrap(), "om 1005");
    let svar = slet(&p, "1006").await;
    assert_eq!((svar.kode, svar.fejl), (AFVIST, vec!["Personen var allerede slettet.".to_owned()]));
}
