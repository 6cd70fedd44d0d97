//! Taking in: what becomes of files, seen from outside.

use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::Raskmeldt;
use forloeb::{Aktoer, Haendelse};
use uuid::Uuid;

use crate::import::*;
use crate::sealed::{Annulleringsgrund, seal};
use crate::terminal::trial::{Trial, file};

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";

async fn input(p: &Trial, lines: &str) -> Report {
    fravaer(&p.app, format!("{HEAD}{lines}").as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

async fn people(p: &Trial, csv: &str) -> Report {
    medarbejdere(&p.app, csv.as_bytes(), &Aktoer::system("import"), &|_, _| {}).await.unwrap()
}

fn small() -> String {
    String::from_utf8(file("medarbejdere.csv")).unwrap()
}

fn figure(r: &Report) -> (u64, u64, u64, usize) {
    (r.created, r.changed, r.unchanged, r.refused_lines())
}

fn fields(r: &Report) -> Vec<(u64, &str)> {
    r.error.iter().map(|f| (f.line, f.felt.as_str())).collect()
}

#[tokio::test]
async fn the_same_file_again_changes_nothing_in_any_form() {
    let p = Trial::small().await;
    let log_head = p.app.log.head();
    for form in [".csv", ".windows-1252.csv", ".tab-iso.csv", ".utf-16.csv", ".xlsx"] {
        let answer = p.import(&file(&format!("medarbejdere{form}")), &file(&format!("fravaer{form}"))).await;
        assert_eq!((answer.code, &answer.error[..]), (0, &[][..]), "{form}");
        assert_eq!(answer.out[0], "medarbejdere: 0 oprettet, 0 ændret, 13 uændret, 0 afvist");
        assert_eq!(answer.out[1], "fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist");
    }
    assert_eq!(p.app.log.head(), log_head);
}

#[tokio::test]
async fn a_changed_line_changes_what_is_changed() {
    let p = Trial::small().await;
    let position = p.app.log.head().position;
    let new = small()
        .replace("+45 00 00 10 05", "+45 00 00 99 99")
        .replace("1007;7707770078;Niels-Peter O'Brien", "1007;7707770078;Nils O'Brien");
    let new = new.replace(";28;0766;", ";30,5;0766;");
    assert_eq!(figure(&people(&p, &new).await), (0, 3, 10, 0));
    let loan = p.app.loan("1010").await.unwrap();
    let aaben = p.app.details("1005").unwrap().unwrap();
    assert_eq!(aaben.telefon.show(), "+45 00 00 99 99");
    assert!((p.app.projections().stamdata("1010").unwrap().timer_pr_uge - 30.5).abs() < f64::EPSILON);
    let about_1010 = loan.ansaettelse().records().iter().rfind(|post| post.position > position);
    let Some(Haendelse::StamdataRegistreret(h)) = about_1010.map(|post| &post.haendelse) else { panic!() };
    assert!(h.confidential.is_none(), "what did not change is not sealed again");
    assert_eq!(figure(&input(&p, "9021;1006;sygdom;28-10-2026;19-11-2026;100\n").await), (0, 1, 0, 0));
    assert_eq!(p.app.forloeb_for("1006").await.unwrap().last().unwrap().sidste, "2026-11-19".parse().ok());
}

#[tokio::test]
async fn a_file_again_does_not_undo_what_people_have_registered_since() {
    let p = Trial::small().await;
    let (id, sidste) = (p.app.forloeb_for("1013").await.unwrap()[0].id, "2026-11-18".parse().unwrap());
    let raskmeld = Act::Raskmeld(Raskmeldt { forloeb: id, sidste_fravaersdag: sidste });
    let command = DomainCommand::Forloeb { id, if_version: None, act: raskmeld };
    p.app.execute("1013", &command, &Aktoer::system("prøve"), None).await.unwrap();
    let answer = p.import(b"", &file("fravaer.csv")).await;
    assert_eq!(answer.out, ["fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist"]);
    assert_eq!(p.app.forloeb(id).await.unwrap().unwrap().sidste, Some(sidste));
}

#[tokio::test]
async fn lines_in_any_order_give_the_same_forloeb() {
    let p = Trial::small().await;
    let q = Trial::empty().await;
    let csv = String::from_utf8(file("fravaer.csv")).unwrap();
    let (log_head, lines) = csv.split_once("\r\n").unwrap();
    let backwards: Vec<&str> = lines.lines().rev().collect();
    let answer = q.import(small().as_bytes(), format!("{log_head}\n{}", backwards.join("\n")).as_bytes()).await;
    assert_eq!(answer.code, 0);
    let all = |p: &Trial| {
        let mut all: Vec<_> =
            p.app.projections().card().map(|f| (f.nr.to_owned(), f.card.foerste, f.card.end, f.id)).collect();
        all.sort();
        all
    };
    assert_eq!((all(&p).len(), all(&p)), (16, all(&q)));
}

#[tokio::test]
async fn lines_that_move_at_the_same_time_go_in() {
    let p = Trial::small().await;
    let before = "1;1009;sygdom;01-10-2026;10-10-2026;100\n2;1009;sygdom;11-10-2026;20-10-2026;100\n3;1009;sygdom;21-10-2026;30-10-2026;100\n";
    assert_eq!(figure(&input(&p, before).await), (3, 0, 0, 0));
    let after = "1;1009;sygdom;01-10-2026;12-10-2026;100\n2;1009;sygdom;13-10-2026;22-10-2026;100\n3;1009;sygdom;23-10-2026;30-10-2026;100\n";
    assert_eq!(figure(&input(&p, after).await), (0, 3, 0, 0));
    assert_eq!(figure(&input(&p, before).await), (0, 3, 0, 0));
}

#[tokio::test]
async fn each_wrong_line_is_told_and_the_rest_goes_in() {
    let p = Trial::small().await;
    let lines = "1;1001;sygdom;05-01-2026;16-01-2026;100\n\
                  2;7777;sygdom;05-01-2026;;100\n\
                  3;1001;sygdom;16-02-2026;05-02-2026;100\n\
                  4;1001;sygdom;10-01-2026;12-01-2026;100\n\
                  5;1001;sygdom;31-02-2026;;0\n\
                  1;1001;sygdom;05-03-2026;06-03-2026;100\n\
                  9001;1001;sygdom;05-04-2026;06-04-2026;100\n\
                  8;1001;sygdom;05-04-1999;06-04-1999;100\n\
                  9;1012;sygdom;05-11-2026;06-11-2026;100\n\
                  10;1001;sygdom;05-05-2028;;100\n\
                  11;1001;sygdom;05-05-2026\n\
                  12;1001;hovedpine;05-05-2026;;100\n\
                  13;1001;sygdom;01-06-2026;03-06-2026;50\n";
    let r = input(&p, lines).await;
    assert_eq!((r.created, r.refused_lines()), (2, 11));
    let expected = [
        (3, "medarbejder_nr"),
        (4, "sidste_fravaersdag"),
        (5, "foerste_fravaersdag"),
        (6, "foerste_fravaersdag"),
        (6, "omfang_pct"),
        (7, "fravaer_nr"),
        (8, "medarbejder_nr"),
        (9, "foerste_fravaersdag"),
        (10, "foerste_fravaersdag"),
        (11, "foerste_fravaersdag"),
        (12, "linje"),
        (13, "aarsag"),
    ];
    assert_eq!(fields(&r), expected);
    assert!(r.error.iter().all(|f| !f.error.is_empty() && !f.error.contains("hovedpine")));
}

#[tokio::test]
async fn each_column_of_medarbejdere_is_tried_and_its_content_not_repeated() {
    let p = Trial::empty().await;
    let csv = small();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    let columns: Vec<&str> = lines[0].split(';').collect();
    let wrong = [
        ("medarbejder_nr", "10 05"),
        ("cpr", "6906850o57"),
        ("navn", ""),
        ("enhed", ""),
        ("leder_nr", "ukendt/1"),
        ("ansat_dato", "01-13-2010"),
        ("fratraadt_dato", "01-01-2009"),
        ("timer_pr_uge", "0"),
        ("bopaelskommune", "Odense"),
        ("paragraf_56", "måske"),
        ("fleksjob", ""),
        ("nyuddannet", "x"),
        ("rolle", "konge"),
    ];
    for (column, value) in wrong {
        let mut fields: Vec<&str> = lines[5].split(';').collect();
        fields[columns.iter().position(|k| *k == column).unwrap()] = value;
        let r = people(&p, &[lines[0], &fields.join(";")].join("\n")).await;
        assert_eq!((r.created, r.error.len(), r.error[0].felt.as_str()), (0, 1, column));
        assert!(value.len() < 3 || !r.error[0].error.contains(value));
    }
    let without_rolle = csv.replace(";rolle", ";");
    assert_eq!(fields(&people(&p, &without_rolle).await), [(1, "rolle")]);
    let to_times = [lines[0], lines[5], lines[6], lines[5]].join("\n");
    let r = people(&p, &to_times).await;
    assert_eq!((figure(&r), fields(&r)), ((2, 0, 0, 1), vec![(4, "medarbejder_nr")]));
}

#[tokio::test]
async fn an_unknown_leder_is_a_warning_and_being_ones_own_leder_is_none() {
    let p = Trial::empty().await;
    let csv = small().replace(
        "Teknisk servicemedarbejder;E1;Plejecenter Åbrinken;1002",
        "Teknisk servicemedarbejder;E1;Plejecenter Åbrinken;4711",
    );
    let csv = csv.replace("Forstander;E1;Plejecenter Åbrinken;;", "Forstander;E1;Plejecenter Åbrinken;1001;");
    let r = people(&p, &csv).await;
    assert_eq!(figure(&r), (13, 0, 0, 0));
    let warnings: Vec<_> = r.warnings.iter().map(|a| (a.line, a.felt.as_str())).collect();
    assert_eq!(warnings, [(2, "leder_nr"), (8, "leder_nr")]);
    let projections = p.app.projections();
    assert_eq!(projections.stamdata("1007").unwrap().leder_nr.as_deref(), Some("4711"));
    assert_eq!(projections.stamdata("1001").unwrap().leder_nr, None);
}

/// Line 5 is 1004: she is taken in, and the report says where and why no mail can reach her, without the address.
#[tokio::test]
async fn an_address_that_cannot_be_sent_to_is_a_warning_and_the_medarbejder_goes_in() {
    let p = Trial::empty().await;
    let csv = small();
    let lines: Vec<&str> = csv.trim_start_matches('\u{feff}').lines().collect();
    let place = lines[0].split(';').position(|k| k == "email").unwrap();
    let with = |email: &str| {
        let mut fields: Vec<&str> = lines[4].split(';').collect();
        fields[place] = email;
        [&lines[..4].join("\n"), &fields.join(";"), &lines[5..].join("\n")].map(String::as_str).join("\n")
    };
    let stored = || {
        let aaben = p.app.details("1004").unwrap().unwrap();
        aaben.email.show().clone()
    };
    let r = people(&p, &with("hemmelig@")).await;
    assert_eq!(figure(&r), (13, 0, 0, 0));
    let about: Vec<_> = r.warnings.iter().map(|a| (a.line, a.felt.as_str())).collect();
    assert_eq!(about, [(5, "email")]);
    assert!(!r.warnings[0].error.contains("hemmelig") && stored().is_empty());
    let r = people(&p, &with("aase@kommune")).await;
    assert_eq!((figure(&r), r.warnings.len(), stored().as_str()), ((0, 1, 12, 0), 1, "aase@kommune"));
    let r = people(&p, &with("aase@kommune.example")).await;
    assert_eq!((figure(&r), r.warnings.len()), ((0, 1, 12, 0), 0));
}

#[tokio::test]
async fn an_annulled_forloeb_does_not_come_back_with_the_file() {
    let p = Trial::small().await;
    let id: Uuid = p.app.forloeb_for("1013").await.unwrap()[0].id;
    let (person, _) = p.app.projections().confidential("1013").map(|(p, f)| (p, f.clone())).unwrap();
    let begrundelse = seal(&p.app.keys, person, &Annulleringsgrund("fejl".to_owned())).unwrap();
    let command = DomainCommand::Forloeb { id, if_version: None, act: Act::Annuller { haendelse: None, begrundelse } };
    p.app.execute("1013", &command, &Aktoer::system("prøve"), None).await.unwrap();
    assert_eq!(p.import(b"", &file("fravaer.csv")).await.out, ["fravær: 0 oprettet, 0 ændret, 21 uændret, 0 afvist"]);
}

#[tokio::test]
async fn the_progress_arrives_and_the_report_is_as_agreed() {
    let p = Trial::empty().await;
    let last = std::sync::Mutex::new((0, 0));
    let progress = |now, i_alt| *last.lock().unwrap() = (now, i_alt);
    let r = medarbejdere(&p.app, small().as_bytes(), &Aktoer::system("import"), &progress).await.unwrap();
    let json = serde_json::to_value(r).unwrap();
    assert_eq!(*last.lock().unwrap(), (13, 13));
    assert_eq!(json, serde_json::json!({"oprettet": 13, "aendret": 0, "uaendret": 0, "fejl": []}));
}
