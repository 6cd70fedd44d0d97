//! Who is erased stays erased: with the files that are left, with a backup from before, and with one without its master key.

use std::collections::BTreeSet;
use std::path::Path;

use app::core::{OpenFolderError, Outside};
use app::keys::{Confidential, KeyError, Keys, Master};
use forloeb::Aktoer;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use tempfile::TempDir;
use uuid::Uuid;

use super::restore::{has_a_list, recreate_without};
use super::trial::{MEANT, Trial, erase_request, file};
use super::{Also, DONE, Format, REFUSED, TerminalRequest, retention};
use crate::projections::Opslagsformaal;
use crate::sealed::{Indkaldelse, Kind, Personoplysninger, seal};
use app::stored::place;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{Ciphertext, Haendelse, SamtaleIndkaldt};

fn details(p: &Trial, nr: &str) -> Option<Personoplysninger> {
    p.app.details(nr).and_then(Result::ok)
}

fn put(bytes: &[u8]) -> (TempDir, Vec<std::path::PathBuf>) {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("kopi.tar");
    std::fs::write(&path, bytes).unwrap();
    (place, vec![path])
}

/// Every file of a folder.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else if let Ok(bytes) = std::fs::read(&path) {
            all.push((path.display().to_string(), bytes));
        }
    }
    all
}

/// Whose id in some file follows from their CPR number and something in one of the files, as it did before ids were random.
fn found(files: &[(String, Vec<u8>)], candidates: &[String]) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for (_, bytes) in files {
        let written = bytes.windows(36).filter(|w| w[8] == b'-' && w[23] == b'-');
        ids.extend(written.filter_map(|w| Uuid::try_parse_ascii(w).ok()));
    }
    let small = files.iter().filter(|(name, _)| !name.contains("/journal/") && !name.contains("/index/"));
    let secrets: BTreeSet<&[u8]> = small.flat_map(|(_, bytes)| bytes.windows(32).step_by(8)).collect();
    let mut found = BTreeSet::new();
    for secret in secrets {
        for cpr in candidates {
            let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(secret).unwrap();
            mac.update(cpr.as_bytes());
            let id: [u8; 16] = mac.finalize().into_bytes()[..16].try_into().unwrap();
            if ids.contains(&uuid::Builder::from_custom_bytes(id).into_uuid()) {
                found.insert(cpr.clone());
            }
        }
    }
    found
}

#[tokio::test]
#[ignore = "needs tar and gzip"]
async fn nobody_is_found_again_by_trying_cpr_numbers_on_the_files_that_are_left() {
    let folder = tempfile::tempdir().unwrap();
    let stored = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/folders/2026-11-28/folder.tar.gz");
    let unpacked = std::process::Command::new("tar").arg("-xzf").arg(stored).arg("-C").arg(folder.path()).status();
    assert!(unpacked.unwrap().success());
    let candidates: Vec<String> = (1002..1018).map(|nr| format!("616180{nr}")).collect();
    let before = found(&files(folder.path()), &candidates);
    assert!(before.contains("6161801012"), "the program before left the erased one to be found: {before:?}");

    let p = Trial::i(folder).await;
    assert!(details(&p, "1011").is_some());
    assert_eq!(p.bed(erase_request("1011", MEANT)).await.code, DONE);
    let backup = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    assert_eq!(backup.code, DONE);
    let folder = p.close().await;
    let mut left = files(folder.path());
    left.push(("kopi".to_owned(), backup.data));
    assert_eq!(found(&left, &candidates), BTreeSet::new());
    // Nor by the file of today, which the attacker can open: only who was not erased.
    let keys = Keys::open(&folder.path().join("noegler"), false).unwrap();
    let known = |nr: &str| keys.person(&Confidential::new(format!("616180{nr}"))).is_some();
    assert!(known("1010") && !known("1011") && !known("1012"));
}

#[tokio::test]
async fn nothing_leads_from_the_cpr_number_of_an_erased_person_to_an_id_in_the_log() {
    let p = Trial::small().await;
    let cpr = Confidential::new("8812910063".to_owned());
    let id = p.app.keys.person(&cpr).unwrap();
    assert_eq!(p.app.projections().person("1006"), Some(id));
    assert_eq!(p.bed(erase_request("1006", MEANT)).await.code, DONE);
    assert_eq!(p.app.keys.person(&cpr), None);
    let csv = String::from_utf8(file("medarbejdere.csv")).unwrap().replace("\r\n1006;", "\r\n2006;");
    assert_eq!(p.import(csv.as_bytes(), b"").await.code, DONE, "who comes back is somebody new");
    assert!(p.app.keys.person(&cpr).is_some_and(|new| new != id));
    let p = Trial::i(p.close().await).await;
    assert!(details(&p, "2006").is_some() && details(&p, "1006").is_none());
}

/// What is stored in every event that has something sealed: stream, version, kind, text.
async fn stored(p: &Trial) -> Vec<(String, u64, Kind, Ciphertext)> {
    let head = usize::try_from(p.app.log.head().position).unwrap();
    let events = p.app.log.read(0, head).await.unwrap();
    let of_people = events.iter().filter(|r| r.stream.as_str().starts_with("ansaettelse/"));
    let sealed = of_people.filter_map(|r| {
        let event = forloeb::form::read(&r.kind, r.form, &r.body).unwrap();
        let (kind, sealed) = event.sealed()?;
        Some((r.stream.as_str().to_owned(), r.version, kind, sealed.clone()))
    });
    sealed.collect()
}

#[tokio::test]
async fn what_is_sealed_opens_where_it_was_written_and_nowhere_else() {
    let p = Trial::small().await;
    let act = |id, sted: &str| {
        let person = p.app.projections().person("1006").unwrap();
        let talk = Indkaldelse { sted: sted.to_owned(), deltagere: Vec::new(), formaal: None, brev: None };
        let confidential = seal(&p.app.keys, person, &talk).unwrap();
        let tidspunkt = "2026-11-24T10:00:00+01:00".parse().unwrap();
        let act = Act::IndkaldSamtale(SamtaleIndkaldt::new(id, tidspunkt, confidential));
        DomainCommand::Forloeb { id, if_version: None, act }
    };
    let id = p.forloeb("1006").await.id;
    for sted in ["Lokale 1", "Lokale 2"] {
        p.perform("1006", &act(id, sted)).await;
    }
    let all = stored(&p).await;
    assert!(all.len() > 13 && all.iter().all(|(.., sealed)| sealed.0.starts_with(Ciphertext::BOUND)));
    let persons: Vec<Uuid> = ["1005", "1006"].map(|nr| p.app.projections().person(nr).unwrap()).to_vec();
    let opens = |sealed: &Ciphertext, place: &str| {
        let mut moved = sealed.clone();
        moved.stands_at(place);
        persons.iter().filter(|person| p.app.keys.unlock(**person, &moved).is_ok()).count()
    };
    let own: Vec<_> =
        all.iter().filter(|(stream, ..)| stream.ends_with("/1005") || stream.ends_with("/1006")).collect();
    let mut moved = 0;
    for (stream, version, kind, sealed) in &own {
        assert_eq!(opens(sealed, &place(stream, *version, *kind)), 1, "where it stands, one person's key opens it");
        for (other_stream, other_version, other_kind, _) in &all {
            if (stream, version, kind) != (other_stream, other_version, other_kind) {
                assert_eq!(opens(sealed, &place(other_stream, *other_version, *other_kind)), 0);
                moved += 1;
            }
        }
        for other in Kind::ALL.iter().filter(|other| *other != kind) {
            assert_eq!(opens(sealed, &place(stream, *version, *other)), 0, "another field");
        }
        // What is stored cannot say itself where it stands.
        let said = Ciphertext(format!("{}@{}", sealed.0, place(stream, *version, *kind)));
        assert_eq!(opens(&said, &place(stream, version + 1, *kind)), 0);
    }
    assert!(moved > 40, "{moved}");
    // And what the program reads is read, after a start from the checkpoint too.
    let p = Trial::i(p.close().await).await;
    assert!(details(&p, "1006").is_some());
    let loan = p.app.loan("1006").await.unwrap();
    let places = loan.ansaettelse().records().iter().filter_map(|r| {
        let Haendelse::SamtaleIndkaldt(h) = &r.haendelse else { return None };
        Some(p.app.unlock::<Indkaldelse>("1006", &h.confidential).unwrap().sted)
    });
    assert_eq!(places.collect::<Vec<_>>(), ["Lokale 1", "Lokale 2"]);
}

fn outside(byte: u8) -> Outside {
    Outside { master: Some(Master::new([byte; 32])), erasures: None }
}

#[tokio::test]
async fn a_backup_without_its_master_key_opens_nothing_and_can_still_be_verified() {
    let p = Trial::with(tempfile::tempdir().unwrap(), outside(1)).await.unwrap();
    let answer = p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
    assert_eq!(answer.code, DONE);
    let backup = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    assert!(backup.error.iter().any(|line| line.contains("pakket med hovednøglen")), "{:?}", backup.error);
    for clear in ["8812910063", "Maria Sørensen", "m1006@lille.example"] {
        assert!(!backup.data.windows(clear.len()).any(|w| w == clear.as_bytes()), "{clear}");
    }
    let (_place, from) = put(&backup.data);
    let new = tempfile::tempdir().unwrap();
    recreate_without(&from, None, &[], &Outside::default(), new.path()).unwrap();
    assert!(eventlog::verify(new.path(), &mut |_, _| {}).is_ok(), "the log needs no key");
    // As `serve` and the terminal open it.
    for (given, text) in [(Outside::default(), "RASKVEJ_HOVEDNOEGLE_FIL"), (outside(2), "en anden hovednøgle")] {
        let copy = tempfile::tempdir().unwrap();
        recreate_without(&from, None, &[], &given, copy.path()).unwrap();
        let denial = Trial::with(copy, given).await.err().expect("it does not open");
        assert!(matches!(denial, OpenFolderError::Keys(KeyError::MasterMissing(_) | KeyError::MasterOther { .. })));
        assert!(denial.to_string().contains(text), "{denial}");
    }
    let again = Trial::with(new, outside(1)).await.unwrap();
    assert_eq!(details(&again, "1006").unwrap().name.show(), "Maria Sørensen");
}

#[tokio::test]
async fn the_master_key_is_rotated_while_the_folder_is_open() {
    let p = Trial::with(tempfile::tempdir().unwrap(), outside(1)).await.unwrap();
    p.import(&file("medarbejdere.csv"), b"").await;
    let new = |text: String| [(super::key::FILE.to_owned(), text.into_bytes())].into_iter().collect();
    let wrong = p.bed_with(TerminalRequest::RotateMaster, new("kodeord".to_owned())).await;
    assert!(wrong.code != DONE && !wrong.error.concat().contains("kodeord"), "{wrong:?}");
    let answer = p.bed_with(TerminalRequest::RotateMaster, new(Master::new([2; 32]).text())).await;
    assert_eq!(answer.code, DONE, "{answer:?}");
    assert!(details(&p, "1006").is_some());
    let folder = p.close().await;
    let p = Trial::with(folder, outside(2)).await.unwrap();
    assert!(details(&p, "1006").is_some());
}

#[tokio::test]
async fn an_older_backup_does_not_bring_back_whom_the_list_has() {
    let elsewhere = tempfile::tempdir().unwrap();
    let list = elsewhere.path().join("sletninger");
    let kept = Outside { master: None, erasures: Some(list.clone()) };
    let p = Trial::with(tempfile::tempdir().unwrap(), kept.clone()).await.unwrap();
    p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
    let backup = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    assert_eq!(p.bed(erase_request("1006", MEANT)).await.code, DONE);
    p.close().await;
    let listed = std::fs::read_to_string(&list).unwrap();
    assert_eq!(listed.lines().count(), 2, "which log it is of, and one person");
    assert!(listed.starts_with("{\"log\":\"raskvej/"), "{listed}");
    assert!(listed.contains("anmodning") && !listed.contains("8812910063") && !listed.contains("1006\""), "{listed}");

    let (_place, from) = put(&backup.data);
    let restored = |lists: Vec<std::path::PathBuf>| {
        let new = tempfile::tempdir().unwrap();
        let told = recreate_without(&from, None, &lists, &Outside::default(), new.path()).unwrap();
        (new, told.erased_again.is_some())
    };
    let (without, told) = restored(Vec::new());
    assert!(!told);
    let again = Trial::i(without).await;
    assert!(details(&again, "1006").is_some(), "the backup has the key: only the list can know");
    again.close().await;
    // Told to the restore.
    let (with, told) = restored(vec![list.clone()]);
    assert!(told);
    let keys = Keys::open(&with.path().join("noegler"), false).unwrap();
    assert_eq!(keys.person(&Confidential::new("8812910063".to_owned())), None, "gone before anybody starts");
    let again = Trial::i(with).await;
    assert!(details(&again, "1006").is_none() && details(&again, "1005").is_some());
    assert!(!again.app.projections().is_erased("1006"), "the log is from before");
    assert_eq!(again.app.carry_out_erasures().await.unwrap(), 1);
    assert!(again.app.projections().is_erased("1006"));
    assert_eq!(again.app.carry_out_erasures().await.unwrap(), 0);
    again.close().await;
    // Told to the start alone.
    let (without, _) = restored(Vec::new());
    let again = Trial::with(without, kept).await.unwrap();
    assert!(details(&again, "1006").is_none());
    assert_eq!(again.app.carry_out_erasures().await.unwrap(), 1);
    assert!(recreate_without(&from, None, &["/findes/ikke".into()], &Outside::default(), again.path()).is_err());
}

/// The list outside is lost, and a backup from before the erasure is put back: nobody is answered, neither by a restore that is
/// told of the list nor by a start, until somebody has said that there is none.
#[tokio::test]
async fn a_list_that_is_gone_lets_nobody_come_back_unseen() {
    let elsewhere = tempfile::tempdir().unwrap();
    let list = elsewhere.path().join("sletninger");
    let kept = Outside { master: None, erasures: Some(list.clone()) };
    let p = Trial::with(tempfile::tempdir().unwrap(), kept.clone()).await.unwrap();
    assert!(list.is_file(), "it is there from the first start on");
    p.import(&file("medarbejdere.csv"), &file("fravaer.csv")).await;
    let backup = p.bed(TerminalRequest::Backup { known_ones: Vec::new() }).await;
    assert_eq!(p.bed(erase_request("1006", MEANT)).await.code, DONE);
    p.close().await;
    let (found, lost) = (std::fs::read(&list).unwrap(), "listen over sletninger");
    std::fs::remove_file(&list).unwrap();

    let told = has_a_list(&[], &kept, false).unwrap_err().to_string();
    assert!(told.contains(lost) && told.contains("--uden-liste"), "{told}");
    has_a_list(&[], &kept, true).unwrap();
    has_a_list(&["another".into()], &kept, false).unwrap();
    has_a_list(&[], &Outside::default(), false).unwrap();
    let (_place, from) = put(&backup.data);
    let restored = || {
        let new = tempfile::tempdir().unwrap();
        recreate_without(&from, None, &[], &kept, new.path()).unwrap();
        new
    };
    let denial = Trial::with(restored(), kept.clone()).await.err().expect("it does not start").to_string();
    assert!(denial.contains(lost) && denial.contains("RASKVEJ_SLETNINGER_FIL"), "{denial}");
    assert!(!list.exists(), "none was made in its place");
    // It is found again.
    std::fs::write(&list, &found).unwrap();
    let again = Trial::with(restored(), kept.clone()).await.unwrap();
    assert!(details(&again, "1006").is_none() && details(&again, "1005").is_some());
    again.close().await;
    // Nobody has it: an empty one is put there by hand.
    std::fs::write(&list, "").unwrap();
    let again = Trial::with(restored(), kept.clone()).await.unwrap();
    assert!(details(&again, "1006").is_some(), "whom it was about is known to nobody");
    again.close().await;
    // That of another log, as a first start on a new machine makes it, is no list of this one.
    std::fs::remove_file(&list).unwrap();
    Trial::with(tempfile::tempdir().unwrap(), kept.clone()).await.unwrap().close().await;
    let denial = Trial::with(restored(), kept).await.err().expect("it does not start").to_string();
    assert!(denial.contains("en anden log"), "{denial}");
}

#[tokio::test]
async fn an_erasure_that_something_speaks_against_is_told_twice() {
    let p = Trial::small().await;
    let ask = async |also: Also| p.bed(erase_request("1005", also)).await;
    let answer = ask(Also::default()).await;
    assert_eq!((answer.code, answer.out.len()), (REFUSED, 0));
    let denial = answer.error.concat();
    assert!(denial.starts_with("Intet er slettet."), "{denial}");
    for flag in ["--ogsaa-ansat", "--ogsaa-aabent-forloeb", "--ogsaa-refusion"] {
        assert!(denial.contains(flag), "{flag}: {denial}");
    }
    for also in [Also { employed: false, ..MEANT }, Also { open: false, ..MEANT }, Also { refusion: false, ..MEANT }] {
        assert_eq!(ask(also).await.code, REFUSED, "{also:?}");
    }
    let hold = async |gaelder| {
        let (medarbejder, aarsag) = ("1005".to_owned(), "retssag".to_owned());
        p.bed(TerminalRequest::Retention(retention::What::Hold { medarbejder, gaelder, aarsag })).await
    };
    assert_eq!(hold(true).await.code, DONE);
    assert_eq!(hold(true).await.code, REFUSED, "already");
    assert!(ask(MEANT).await.error.concat().contains("--ophaev-stop"), "a hold is lifted, and not disregarded");
    assert!(!p.app.projections().is_erased("1005") && details(&p, "1005").is_some());
    assert_eq!(hold(false).await.code, DONE);
    let answer = ask(MEANT).await;
    assert_eq!(answer.code, DONE);
    let attest = answer.error.concat();
    assert!(attest.contains("Attest for sletning") && attest.contains("artikel 17") && attest.contains("1005"));
    assert!(!attest.contains("Jørn") && !attest.contains("6906850057"), "{attest}");
    let listed = p.app.erasures.read().unwrap();
    assert_eq!(listed.len(), 1);
}

/// 1012 left on 31 October 2026, with an absence that payroll ended that day.
#[tokio::test]
async fn retention_tells_before_it_erases() {
    let folder = {
        let p = Trial::empty().await;
        let absences = String::from_utf8(file("fravaer.csv"))
            .unwrap()
            .replace("05-10-2026;;100;05-10-2026 07:30", "05-10-2026;31-10-2026;100;05-10-2026 07:30");
        assert_eq!(p.import(&file("medarbejdere.csv"), absences.as_bytes()).await.code, DONE);
        p.close().await
    };
    let p = Trial::on(folder, app::workplace::standing_still("2032-01-01T10:00:00Z")).await;
    let ask = async |what| p.bed(TerminalRequest::Retention(what)).await;
    let listed = ask(retention::What::List { format: Format::Text }).await;
    assert_eq!((listed.code, listed.out.len()), (DONE, 1), "{listed:?}");
    assert!(listed.out[0].starts_with("1012  opbevaret til "), "{listed:?}");
    let row = ask(retention::What::List { format: Format::Json }).await.out.remove(0);
    let row: Value = serde_json::from_str(&row).unwrap();
    assert_eq!((&row["medarbejder_nr"][0], &row["refusion"]), (&"1012".into(), &false.into()), "{row}");
    assert!(details(&p, "1012").is_some(), "nothing was done");
    let done = ask(retention::What::CarryOut).await;
    assert_eq!(done.code, DONE, "{done:?}");
    assert!(done.out.concat().contains("Attest for sletning") && done.out.concat().contains("slettet: 1 person"));
    assert!(details(&p, "1012").is_none() && details(&p, "1013").is_some());
    assert!(ask(retention::What::List { format: Format::Text }).await.out.is_empty());
}

#[tokio::test]
async fn insight_is_everything_about_one_person_and_nothing_sealed_of_another() {
    let p = Trial::small().await;
    let forloeb = p.forloeb("1006").await.id;
    p.app.registrer_opslag("1006", forloeb, Opslagsformaal::AnmeldelseArk, &Aktoer::system("prøve")).await.unwrap();
    let ask = async |format| {
        p.bed(TerminalRequest::Insight {
            medarbejder: "1006".to_owned(),
            formaal: Some("bad om det".to_owned()),
            format,
        })
        .await
    };
    let json = ask(Format::Json).await;
    assert_eq!(json.code, DONE, "{:?}", json.error);
    let read: Value = serde_json::from_slice(&json.data).unwrap();
    let employment = &read["ansaettelser"][0];
    assert_eq!(employment["personoplysninger"]["cpr"], "8812910063");
    assert_eq!(employment["personoplysninger"]["navn"], "Maria Sørensen");
    let looked_up = employment["opslag"].as_array().unwrap();
    assert_eq!(looked_up.len(), 2, "{looked_up:?}");
    assert_eq!(looked_up[1]["formaal"], "bad om det", "that it was taken out is a look-up too");
    let recorded = p.app.whole("1006").await.unwrap();
    assert_eq!(employment["haendelser"].as_array().unwrap().len(), recorded.records().len());
    assert!(read["om"]["opbevaring"].as_array().unwrap().len() == 4);
    let text = String::from_utf8(ask(Format::Text).await.data).unwrap();
    for told in
        ["Maria Sørensen", "8812910063", "artikel 6 og 9", "Datatilsynet", "Hvem der har slået", "Sygemelding fra"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    for other in ["Jørn", "Kjærgaard", "6906850057", "Ciphertext", "fortroligt"] {
        assert!(!text.contains(other) && !String::from_utf8_lossy(&json.data).contains(other), "{other}");
    }
    assert_eq!(
        p.bed(TerminalRequest::Insight { medarbejder: "4711".to_owned(), formaal: None, format: Format::Text })
            .await
            .code,
        REFUSED
    );
    p.bed(erase_request("1006", MEANT)).await;
    let after = String::from_utf8(ask(Format::Text).await.data).unwrap();
    assert!(after.contains("(teksten er slettet)") && !after.contains("Maria"), "{after}");
}
