//! Erasing somebody whose personnummer was corrected: every key of theirs goes, and nobody else's without a word.

use forloeb::haendelse::Ciphertext;
use forloeb::words::Sletningsgrund;
use uuid::Uuid;

use super::trial::{Answer, MEANT, Trial, erase_request, file};
use super::{Also, DONE, REFUSED, TerminalRequest, retention};
use crate::keys::KeyError;
use crate::sealed::{FastTrackGrund, OpenError, seal};

/// The numbers of 1005 and 1006 in the file of the small workplace.
const CPR_1005: &str = "6906850057";
const CPR_1006: &str = "8812910063";

fn medarbejdere() -> String {
    String::from_utf8(file("medarbejdere.csv")).unwrap()
}

async fn erase(p: &Trial, nr: &str) -> Answer {
    erase_also(p, nr, false).await
}

async fn erase_also(p: &Trial, nr: &str, also_others: bool) -> Answer {
    p.bed(erase_request(nr, Also { others: also_others, ..MEANT })).await
}

/// Something that is written about an employee now, and for whom it is sealed.
fn write(p: &Trial, nr: &str) -> (Uuid, Ciphertext) {
    let person = p.app.projections().person(nr).unwrap();
    (person, seal(&p.app.keys, person, &FastTrackGrund(format!("om {nr}"))).unwrap())
}

fn read(p: &Trial, nr: &str, (_, sealed): &(Uuid, Ciphertext)) -> Result<String, OpenError> {
    p.app.unlock(nr, sealed).map(|FastTrackGrund(tekst)| tekst)
}

/// The key itself, whoever asks.
fn exists(p: &Trial, (person, sealed): &(Uuid, Ciphertext)) -> bool {
    !matches!(p.app.keys.unlock(*person, sealed), Err(KeyError::KeyGone))
}

#[tokio::test]
async fn every_key_the_person_has_had_is_destroyed() {
    let p = Trial::empty().await;
    // Two wrong numbers, which are nobody's, and the right one.
    let mut written = Vec::new();
    for cpr in ["0101010101", "0202020202", CPR_1005] {
        p.import(medarbejdere().replace(CPR_1005, cpr).as_bytes(), b"").await;
        written.push(write(&p, "1005"));
    }
    assert!(written.iter().all(|s| read(&p, "1005", s).unwrap() == "om 1005"));
    let answer = erase(&p, "1005").await;
    assert_eq!((answer.code, answer.out.len()), (DONE, 1), "{answer:?}");
    assert!(written.iter().all(|s| !exists(&p, s)));
    assert!(written.iter().all(|s| matches!(read(&p, "1005", s), Err(OpenError::Erased))));
    // Whose the wrong number really is may be employed later; and who was erased is somebody new.
    let new_ones = medarbejdere().replace(CPR_1005, "0101010101").replace("\r\n1005;", "\r\n2005;");
    assert_eq!(p.import(new_ones.as_bytes(), b"").await.code, DONE);
    let new = write(&p, "2005");
    let p = Trial::i(p.close().await).await;
    assert_eq!(read(&p, "2005", &new).unwrap(), "om 2005", "a start does not destroy the key of the new one");
    assert!(!exists(&p, &written[1]) && read(&p, "1005", &written[0]).is_err());
    let again = medarbejdere().replace("\r\n1005;", "\r\n3005;");
    assert_eq!(p.import(again.as_bytes(), b"").await.code, DONE);
    let person = |nr: &str| p.app.projections().person(nr);
    let now = person("3005");
    assert_ne!(now, person("1005"));
    assert!(written.iter().all(|s| read(&p, "1005", s).is_err() && read(&p, "3005", s).is_err()));
}

/// For a day payroll gave 1005 the number of 1006.
async fn with_1006s_number() -> (Trial, (Uuid, Ciphertext), (Uuid, Ciphertext)) {
    let p = Trial::small().await;
    p.import(medarbejdere().replace(CPR_1005, CPR_1006).as_bytes(), b"").await;
    let about_1005 = write(&p, "1005");
    p.import(&file("medarbejdere.csv"), b"").await;
    let about_1006 = write(&p, "1006");
    assert_eq!(read(&p, "1005", &about_1005).unwrap(), "om 1005");
    (p, about_1005, about_1006)
}

#[tokio::test]
async fn another_medarbejders_key_is_kept_and_that_is_told() {
    let (p, about_1005, about_1006) = with_1006s_number().await;
    let answer = erase(&p, "1005").await;
    assert_eq!((answer.code, answer.out.len()), (DONE, 2), "{answer:?}");
    assert!(answer.out[0].starts_with("beholdt: 1005 har stået med det personnummer, som 1006 har nu."), "{answer:?}");
    assert_eq!(read(&p, "1006", &about_1006).unwrap(), "om 1006");
    assert!(exists(&p, &about_1005), "it is the key of 1006");
    assert!(matches!(read(&p, "1005", &about_1005), Err(OpenError::Erased)), "and yet nothing of 1005 is read");
    let answer = erase(&p, "1006").await;
    assert_eq!((answer.code, answer.out.len()), (DONE, 1), "{answer:?}");
    assert!(!exists(&p, &about_1005));
}

#[tokio::test]
async fn what_is_lost_to_another_is_told() {
    let (p, about_1005, about_1006) = with_1006s_number().await;
    let now = write(&p, "1005");
    let answer = erase(&p, "1006").await;
    assert_eq!((answer.code, answer.out.len()), (REFUSED, 0), "{answer:?}");
    assert!(
        answer.error[0].contains("skrevet om 1005, da") && answer.error[0].contains("--ogsaa-andres"),
        "{answer:?}"
    );
    assert!(exists(&p, &about_1006) && !p.app.projections().is_erased("1006"), "nothing was erased");
    assert_eq!(read(&p, "1005", &about_1005).unwrap(), "om 1005");
    let answer = erase_also(&p, "1006", true).await;
    assert_eq!((answer.code, answer.out.len()), (DONE, 2), "{answer:?}");
    assert!(answer.out[0].starts_with("også væk: 1005 har stået med det slettede personnummer."), "{answer:?}");
    assert!(!exists(&p, &about_1006) && matches!(read(&p, "1005", &about_1005), Err(OpenError::Erased)));
    assert_eq!(read(&p, "1005", &now).unwrap(), "om 1005");
    let answer = erase(&p, "1006").await;
    assert_eq!((answer.code, answer.error), (REFUSED, vec!["Personen var allerede slettet.".to_owned()]));
}

/// The reason stands in the log for good, so whoever writes of an illness in it is told.
#[tokio::test]
async fn a_reason_that_names_an_illness_is_said_and_not_repeated() {
    let p = Trial::small().await;
    for (nr, aarsag, told) in [("1005", "Fejl efter en depression", 1), ("1006", "Bad om det i brev", 0)] {
        let (medarbejder, aarsag) = (nr.to_owned(), aarsag.to_owned());
        let grund = Sletningsgrund::Anmodning;
        let request = TerminalRequest::Erase { medarbejder, grund, aarsag, also: MEANT, to_file: true, proeve: false };
        let answer = p.bed(request).await;
        assert_eq!(answer.code, DONE, "{answer:?}");
        let hints: Vec<_> = answer.error.iter().filter(|line| line.starts_with("--aarsag: ")).collect();
        assert_eq!(hints.len(), told, "{answer:?}");
        assert!(hints.iter().all(|line| line.contains("sygdom") && !line.contains("depression")), "{hints:?}");
    }
    // That of a hold stands there, too, though nobody is erased.
    for (gaelder, aarsag, told) in [(true, "Sag om angst, 010199-1234", 1), (false, "Sagen er slut", 0)] {
        let hold = retention::What::Hold { medarbejder: "1004".to_owned(), gaelder, aarsag: aarsag.to_owned() };
        let answer = p.bed(TerminalRequest::Retention(hold)).await;
        assert_eq!((answer.code, answer.error.len()), (DONE, told), "{answer:?}");
        assert!(answer.error.iter().all(|line| line.contains("CPR") && !line.contains("angst")), "{answer:?}");
    }
}

/// What an erasure would do is told, with what speaks against it; nothing is done, and the log has not grown.
#[tokio::test]
async fn what_an_erasure_would_do_is_told_and_not_done() {
    let p = Trial::small().await;
    let written = write(&p, "1005");
    let before = p.app.log.head().position;
    let tried = async |nr: &str, also: Also| {
        let (medarbejder, aarsag, grund) = (nr.to_owned(), String::new(), Sletningsgrund::Andet);
        p.bed(TerminalRequest::Erase { medarbejder, grund, aarsag, also, to_file: false, proeve: true }).await
    };
    let none = Also { others: false, open: false, refusion: false, employed: false };
    let against = tried("1005", none).await;
    assert_eq!(against.code, REFUSED, "{against:?}");
    assert!(against.out[0].starts_with("ville blive slettet: 1 ansættelse (1005) med "), "{against:?}");
    assert!(against.error[0].contains("1005 er ansat.") && against.error[0].contains("--ogsaa-ansat"), "{against:?}");
    let meant = tried("1005", MEANT).await;
    assert_eq!((meant.code, &meant.out), (DONE, &against.out), "{meant:?}");
    assert_eq!(meant.error, ["Intet er slettet endnu, og intet taler imod."]);
    assert_eq!(tried("4711", MEANT).await.code, REFUSED);
    assert_eq!((p.app.log.head().position, read(&p, "1005", &written).unwrap()), (before, "om 1005".to_owned()));
}
