//! The commands on the small workplace.

use std::path::Path;

use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::words::Rolle;
use uuid::Uuid;

use super::output::{OutFile, Terminal};
use super::trial::{Answer, MEANT, Trial, erase_request, file, fill_random};
use super::*;
use crate::access::HrEnheder;
use crate::durable::seen;
use crate::sealed::{Personoplysninger, open};

async fn forloeb_for(p: &Trial, nr: &str) -> Uuid {
    p.app.forloeb_for(nr).await.unwrap()[0].id
}

fn readable(p: &Trial, nr: &str) -> bool {
    let (person, sealed) = p.app.projections().confidential(nr).map(|(p, f)| (p, f.clone())).unwrap();
    open::<Personoplysninger>(&p.app.keys, [person], &sealed).is_ok()
}

#[tokio::test]
async fn the_history_is_in_order_and_without_personal_data() {
    let p = Trial::small().await;
    for format in [Format::Json, Format::Text] {
        let answer = p.bed(TerminalRequest::Replay { forloeb: None, til: None, format }).await;
        assert_eq!((answer.code, answer.out.len()), (DONE, 34));
        let everything = answer.out.join("\n");
        assert!(
            ["Kjærgaard", "7203680011", "lille.example", "fortroligt"]
                .iter()
                .all(|secret| !everything.contains(secret))
        );
    }
    let json = p.bed(TerminalRequest::Replay { forloeb: None, til: None, format: Format::Json }).await;
    for (nr, line) in (1..).zip(&json.out) {
        assert_eq!(serde_json::from_str::<serde_json::Value>(line).unwrap()["position"], nr);
    }
    let id = forloeb_for(&p, "1005").await;
    let one = p.bed(TerminalRequest::Replay { forloeb: Some(id), til: None, format: Format::Json }).await;
    assert_eq!(one.out.len(), 3, "three registrations made one forløb");
    let unknown = p.bed(TerminalRequest::Replay { forloeb: Some(Uuid::nil()), til: None, format: Format::Json }).await;
    assert_eq!((unknown.code, unknown.out.len()), (REFUSED, 0));
}

#[tokio::test]
async fn at_a_tidspunkt_what_was_known_then_is_shown() {
    let p = Trial::small().await;
    let before = p.app.clock.now();
    assert!(p.app.clock.move_to(before + chrono::TimeDelta::days(2)));
    let csv = String::from_utf8(file("fravaer.csv"))
        .unwrap()
        .replace("9015;1013;graviditet;21-09-2026;", "9015;1013;graviditet;21-09-2026;21-11-2026");
    p.import(b"", csv.as_bytes()).await;
    let bed =
        async |forloeb, til| p.bed(TerminalRequest::Replay { forloeb, til: Some(til), format: Format::Json }).await;
    assert_eq!(bed(None, before).await.out.len(), 6, "open forløb as the hand-worked list has them");
    assert_eq!(bed(None, p.app.clock.now()).await.out.len(), 5);
    let id = forloeb_for(&p, "1013").await;
    let read = |answer: &str| serde_json::from_str::<serde_json::Value>(answer).unwrap();
    assert_eq!(read(&bed(Some(id), before).await.out[0])["status"], "aaben");
    let now = read(&bed(Some(id), p.app.clock.now()).await.out[0]);
    assert_eq!((&now["status"], &now["sidste_fravaersdag"]), (&"afsluttet".into(), &"2026-11-21".into()));
    assert_eq!(bed(Some(id), before - chrono::TimeDelta::seconds(1)).await.code, REFUSED);
}

#[tokio::test]
async fn verify_finds_a_changed_byte_in_the_log() {
    let p = Trial::small().await;
    let [segment] = &p.app.log.backup_files()[..] else { panic!() };
    let (name, length) = (segment.name.clone(), usize::try_from(segment.len).unwrap());
    let folder = p.close().await;
    let what = || verify::Check::new(verify::What::Folder(folder.path().to_owned()));
    assert_eq!(verify::run(what()).await, DONE);
    let whole = std::fs::read(folder.path().join(&name)).unwrap();
    let mut next = fill_random();
    for _ in 0..10 {
        let mut damaged = whole.clone();
        damaged[next(length)] ^= 1;
        std::fs::write(folder.path().join(&name), damaged).unwrap();
        assert_eq!(verify::run(what()).await, REFUSED);
    }
    assert_eq!(verify::run(verify::Check::new(verify::What::Folder("/findes/ikke".into()))).await, REFUSED);
    assert_eq!(verify::run(verify::Check::new(verify::What::Bundle("/findes/ikke".into()))).await, REFUSED);
}

#[tokio::test]
async fn rebuild_compare_is_equal_and_finds_a_planted_difference() {
    let p = Trial::small().await;
    let compare = async || p.bed(TerminalRequest::compare()).await;
    assert_eq!(compare().await.code, DONE);
    p.app.plant(|projections| projections.plant("1005", "4711"));
    let answer = compare().await;
    assert_eq!(answer.out, ["ansaettelse 4711: er for meget", "forfald 1005: mangler"]);
    assert_eq!(answer.code, REFUSED);
    let answer = p.bed(TerminalRequest::Rebuild { compare: true, format: Format::Json }).await;
    let told: serde_json::Value = serde_json::from_str(&answer.out[0]).unwrap();
    assert_eq!((&told["ens"], &told["forskelle"][0]), (&false.into(), &"ansaettelse 4711: er for meget".into()));
    assert_eq!((answer.code, answer.out.len()), (REFUSED, 1), "one object, and the reason beside it");
    assert_eq!(p.bed(TerminalRequest::rebuild()).await.code, DONE);
    assert_eq!(compare().await.code, DONE);
    // And it goes on from there.
    p.import(b"", &file("fravaer.csv")).await;
    assert_eq!(p.bed(TerminalRequest::Token(token::Wanted::called("prøve", Rolle::Hr))).await.code, DONE);
}

#[tokio::test]
async fn a_cpr_number_as_number_of_an_employee_spoils_only_its_line_and_is_not_told() {
    let p = Trial::empty().await;
    let staff = String::from_utf8(file("medarbejdere.csv")).unwrap().replace("\r\n1013;", "\r\n010199-1234;");
    let absence = String::from_utf8(file("fravaer.csv")).unwrap().replace("\r\n9003;1005;", "\r\n9003;7101991234;");
    let answer = p.import(staff.as_bytes(), absence.as_bytes()).await;
    assert_eq!(answer.code, REFUSED);
    assert_eq!(answer.out[0], "medarbejdere: 12 oprettet, 0 ændret, 0 uændret, 1 afvist", "{answer:?}");
    let told = answer.error.iter().filter(|e| {
        e.contains("medarbejder_nr") && e.contains("ligner et CPR-nummer. Brug lønsystemets medarbejdernummer")
    });
    assert_eq!(told.count(), 2, "one in each file: {answer:?}");
    let all = format!("{answer:?}");
    assert!(!all.contains("010199-1234") && !all.contains("7101991234"), "{all}");
    assert!(readable(&p, "1012") && p.app.projections().stamdata("010199-1234").is_none());
}

#[tokio::test]
async fn an_erased_person_cannot_be_read_and_does_not_come_in_again() {
    let p = Trial::small().await;
    let erase = async |nr: &str| p.bed(erase_request(nr, MEANT)).await;
    // The same person has a second employment.
    let to = String::from_utf8(file("medarbejdere.csv")).unwrap().replace("1013;9008890136", "1013;6906850057");
    assert_eq!(p.import(to.as_bytes(), b"").await.out, ["medarbejdere: 0 oprettet, 1 ændret, 12 uændret, 0 afvist"]);
    assert!(readable(&p, "1005") && readable(&p, "1013"));
    let answer = erase("1005").await;
    assert_eq!((answer.code, answer.out.len()), (DONE, 1), "{answer:?}");
    assert!(!readable(&p, "1005") && !readable(&p, "1013") && readable(&p, "1006"));
    for nr in ["1005", "1013"] {
        assert!(p.app.projections().is_erased(nr));
    }
    let again = p.import(to.as_bytes(), &file("fravaer.csv")).await;
    assert_eq!(again.out[0], "medarbejdere: 0 oprettet, 0 ændret, 11 uændret, 2 afvist");
    assert_eq!(again.code, REFUSED);
    let under_new_nr = to.replace("\r\n1005;", "\r\n2005;");
    let again = p.import(under_new_nr.as_bytes(), b"").await;
    assert!(again.error[0].contains("medarbejder_nr") && !readable(&p, "1005"), "{again:?}");
    assert!(readable(&p, "2005"), "nobody can know any more that it is the one who was erased");
    assert_eq!(erase("1005").await.code, REFUSED, "already");
    assert_eq!(erase("4711").await.code, REFUSED);
    assert_eq!(erase("1006").await.code, DONE);
}

#[tokio::test]
async fn an_erasure_cut_short_is_finished_at_the_next_start() {
    let p = Trial::small().await;
    let command = DomainCommand::ErasePerson { grund: Sletningsgrund::Anmodning, aarsag: String::new() };
    p.app.execute("1005", &command, &Aktoer::system("terminal"), None).await.unwrap();
    assert!(readable(&p, "1005"), "the process stopped here");
    let p = Trial::i(p.close().await).await;
    assert!(!readable(&p, "1005") && readable(&p, "1006"));
}

#[tokio::test]
async fn a_corrected_personnummer_does_not_erase_the_other() {
    let p = Trial::small().await;
    // For a day payroll gave 1005 the number of 1006.
    let wrong = String::from_utf8(file("medarbejdere.csv")).unwrap().replace("6906850057", "8812910063");
    p.import(wrong.as_bytes(), b"").await;
    p.import(&file("medarbejdere.csv"), b"").await;
    p.bed(erase_request("1005", MEANT)).await;
    assert!(!readable(&p, "1005") && readable(&p, "1006"));
}

fn til(path: &Path, overwrite: bool) -> OutFile {
    OutFile { path: path.to_owned(), overwrite }
}

#[tokio::test]
async fn a_file_is_there_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("ud");
    for (code, expected) in [(REFUSED, 0), (DONE, 1)] {
        let mut terminal = Terminal::new(Some(til(&out, false))).unwrap();
        assert_eq!(terminal.take(Message::Data(b"indhold".to_vec())), None);
        assert!(!out.exists());
        assert_eq!(terminal.take(Message::End(code)), Some(code));
        drop(terminal);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), expected);
    }
    assert_eq!(std::fs::read(&out).unwrap(), b"indhold");
    assert!(Terminal::new(Some(til(Path::new("/findes/ikke/ud"), false))).is_err());
}

#[tokio::test]
async fn a_file_that_is_there_is_overwritten_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("ud");
    let write = |overwrite: bool, meanwhile: &dyn Fn()| {
        let mut terminal = Terminal::new(Some(til(&out, overwrite))).map_err(|denial| denial.to_string())?;
        terminal.take(Message::Data(b"nyt".to_vec()));
        meanwhile();
        Ok::<_, String>(terminal.take(Message::End(DONE)))
    };
    std::fs::write(&out, "gammelt").unwrap();
    let denial = write(false, &|| ()).unwrap_err();
    assert!(denial.contains("--overskriv"), "{denial}");
    assert_eq!(std::fs::read(&out).unwrap(), b"gammelt");
    assert_eq!(write(true, &|| ()), Ok(Some(DONE)));
    assert_eq!(std::fs::read(&out).unwrap(), b"nyt");
    // Made by somebody else while it was written.
    std::fs::remove_file(&out).unwrap();
    assert_eq!(write(false, &|| std::fs::write(&out, "en andens").unwrap()), Ok(Some(REFUSED)));
    assert_eq!(std::fs::read(&out).unwrap(), b"en andens");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    for other in [folder.path(), Path::new("/dev/null")] {
        assert!(Terminal::new(Some(til(other, true))).is_err(), "{}", other.display());
    }
}

#[tokio::test]
async fn the_file_is_there_after_a_power_cut() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("ud");
    let ((), names) = seen::during(|| {
        let mut terminal = Terminal::new(Some(til(&out, false))).unwrap();
        terminal.take(Message::End(DONE));
    });
    assert!(names.named.contains(&out) && names.unsafe_names.is_empty(), "{names:?}");
    assert!(out.ancestors().skip(1).all(|over| names.synced.contains(over)), "{names:?}");
}

/// What the command says is what the one table gives, HR's units with it, and nothing of whom it is about but numbers.
#[tokio::test]
async fn access_is_explained_role_by_role_as_the_table_has_it() {
    let p = Trial::small().await;
    let id = forloeb_for(&p, "1005").await;
    let explain = async |nr: &str| p.bed(TerminalRequest::Explain { medarbejder: nr.to_owned(), forloeb: id }).await;
    let role = |answer: &Answer, rolle: &str| {
        let at = answer.out.iter().position(|line| line.starts_with(&format!("{rolle}: "))).unwrap();
        answer.out[at..=at + 1].join(" ")
    };
    let leder = explain("1002").await;
    assert_eq!(leder.code, DONE);
    let said = role(&leder, "leder");
    assert!(said.contains("(leder)") && said.contains("må: ") && said.contains("lederskifte"), "{said}");
    assert!(role(&leder, "medarbejder").contains("ser det ikke"), "{leder:?}");
    let own = explain("1005").await;
    assert!(role(&own, "medarbejder").contains("må: ") && role(&own, "hr").contains("ser det ikke"), "{own:?}");
    // Without a service it is not known who works for which units, and that is said.
    let hr = explain("1003").await;
    assert!(role(&hr, "hr").contains("må: ") && hr.error[0].contains("hr_enheder"), "{hr:?}");
    p.app.hr_enheder.get_or_init(|| HrEnheder::read("1003=E2").unwrap());
    let hr = explain("1003").await;
    assert!(role(&hr, "hr").contains("ser det ikke") && !hr.error[0].contains("hr_enheder"), "{hr:?}");
    let all = [leder.out, own.out, hr.out].concat().join("\n");
    assert!(!all.contains("Østergård") && !all.contains("Kjærgaard") && !all.contains("Bæk"), "{all}");
    assert_eq!(explain("4711").await.code, REFUSED);
}
