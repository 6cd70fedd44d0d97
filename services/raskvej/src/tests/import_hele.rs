//! Files of absences that hold everything: what they lack is told, and happens when somebody says so. The day is Friday 20
//! November 2026.

use std::sync::Arc;

use chrono::NaiveDate;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::{FoersteKontaktHoldt, Forsvundet, FravaerRegistreret};
use forloeb::refusal::DomainRefusal;
use forloeb::words::{Aarsag, Kilde, Kontaktform, Kontaktrolle, Slutaarsag, TagetAf};
use forloeb::{Aktoer, Forloeb, Procent};
use uuid::Uuid;

use crate::core::CommandError;
use crate::forsvundne::{AT_MOST, Forsvundne, forsvundne};
use crate::import::{Intake, Report, Whole};
use crate::projections::registrering_of;
use crate::terminal::TerminalRequest;
use crate::terminal::trial::Trial;

const HEAD: &str = "fravaer_nr;medarbejder_nr;aarsag;foerste_fravaersdag;sidste_fravaersdag;omfang_pct\n";
/// Somebody else is ill, so that a file has lines.
const OTHER: &str = "o1;1010;sygdom;03-08-2026;;100";

fn dag(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// A workplace of people who are all well.
async fn well() -> Trial {
    let p = Trial::empty().await;
    let answer = p.import(&crate::terminal::trial::file("medarbejdere.csv"), &[]).await;
    assert_eq!(answer.error, Vec::<String>::new());
    p
}

async fn takes_in(p: &Trial, whole: Option<Whole>, lines: &[&str]) -> Result<Report, CommandError> {
    let aktoer = Aktoer::system("import");
    let mut intake = Intake::new(&p.app, &aktoer);
    if let Some(whole) = whole {
        intake = intake.whole(whole);
    }
    let csv = format!("{HEAD}{}\n", lines.join("\n"));
    intake.fravaer(csv.as_bytes(), &|_, _| {}).await
}

/// A file with what is new.
async fn changes(p: &Trial, lines: &[&str]) -> Report {
    takes_in(p, None, lines).await.unwrap()
}

/// A file with everything.
async fn whole(p: &Trial, lines: &[&str]) -> Report {
    takes_in(p, Some(Whole::default()), lines).await.unwrap()
}

/// What is gone, and whether it was ended.
fn gone(report: &Report) -> Vec<(&str, bool)> {
    report.gone.iter().map(|gone| (gone.fravaer_nr.as_deref().unwrap_or_default(), gone.carried_out)).collect()
}

async fn forloeb(p: &Trial, number: &str) -> Arc<Forloeb> {
    p.app.forloeb(registrering_of(number)).await.unwrap().expect("it is a forløb")
}

async fn waits(p: &Trial) -> Vec<(String, Option<Uuid>)> {
    let Forsvundne { all, count, .. } = forsvundne(&p.app, None, AT_MOST).await.unwrap();
    assert_eq!(all.len(), count);
    all.into_iter().map(|one| (one.medarbejder_nr, one.registrering)).collect()
}

async fn execute(p: &Trial, nr: &str, command: DomainCommand) {
    p.app.execute(nr, &command, &Aktoer::system("prøve"), None).await.unwrap();
}

/// Somebody decides what becomes of an absence.
async fn decide(p: &Trial, nr: &str, number: &str, stand: Forsvundet, sidste: Option<NaiveDate>) {
    execute(p, nr, DomainCommand::FravaerGone { registrering: registrering_of(number), stand, sidste }).await;
}

/// First contact was held.
async fn contact(p: &Trial, nr: &str, number: &str) {
    let id = registrering_of(number);
    let held = FoersteKontaktHoldt {
        forloeb: id,
        dato: dag("2026-11-16"),
        form: Kontaktform::Telefon,
        kontaktperson_rolle: Kontaktrolle::Leder,
        taget_af: TagetAf::Arbejdsplads,
        forventet_varighed: None,
        arbejdsrelateret: None,
        sted: None,
        grunde: Vec::new(),
    };
    execute(p, nr, DomainCommand::Forloeb { id, if_version: None, act: Act::FoersteKontakt(held) }).await;
}

#[tokio::test]
async fn a_row_that_vanishes_is_told_and_only_annulled_when_confirmed() {
    let p = well().await;
    let row = "a1;1009;sygdom;02-11-2026;;100";
    changes(&p, &[row, OTHER]).await;
    // A file with what is new says nothing of what it lacks.
    assert_eq!(gone(&changes(&p, &[OTHER]).await), []);
    assert_eq!(waits(&p).await, []);
    let report = whole(&p, &[OTHER]).await;
    assert_eq!(gone(&report), [("a1", false)]);
    let reference = crate::reference::reference(registrering_of("a1"));
    assert_eq!(
        report.gone[0].said(),
        format!(
            "Fravær a1 fra 02-11-2026 hos medarbejder 1009 er ikke i filen. HR bliver spurgt. Åbent forløb: {reference}."
        )
    );
    assert!(forloeb(&p, "a1").await.is_aabent(dag("2026-11-20")), "nothing happens by itself");
    assert_eq!(waits(&p).await, [("1009".to_owned(), Some(registrering_of("a1")))]);
    // The same file again is told again, and written once.
    let head = p.app.log.head();
    assert_eq!(gone(&whole(&p, &[OTHER]).await), [("a1", false)]);
    assert_eq!(p.app.log.head(), head);
    let p = Trial::i(p.close().await).await;
    assert_eq!(waits(&p).await, [("1009".to_owned(), Some(registrering_of("a1")))], "after a start too");
    decide(&p, "1009", "a1", Forsvundet::Annulleret, None).await;
    let f = forloeb(&p, "a1").await;
    assert_eq!(f.end_at.as_ref().map(|end| end.what), Some(Slutaarsag::Annulleret));
    assert_eq!((waits(&p).await, gone(&whole(&p, &[OTHER]).await)), (vec![], vec![]));
    // Payroll has it again: it counts again.
    let report = whole(&p, &[row, OTHER]).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 1, 1));
    assert!(forloeb(&p, "a1").await.is_aabent(dag("2026-11-20")));
    let answer = p.bed(TerminalRequest::compare()).await;
    assert_eq!((answer.code, answer.error), (0, vec![]));
}

#[tokio::test]
async fn one_that_ended_ends_on_the_day_that_was_said_and_one_that_is_kept_is_asked_about_once() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;02-11-2026;;100", "a2;1008;sygdom;09-11-2026;;100", OTHER]).await;
    assert_eq!(gone(&whole(&p, &[OTHER]).await), [("a2", false), ("a1", false)], "by employee");
    decide(&p, "1009", "a1", Forsvundet::Afsluttet, Some(dag("2026-11-13"))).await;
    decide(&p, "1008", "a2", Forsvundet::Beholdt, None).await;
    assert_eq!(forloeb(&p, "a1").await.sidste, Some(dag("2026-11-13")));
    assert_eq!((waits(&p).await, gone(&whole(&p, &[OTHER]).await)), (vec![], vec![]));
    // It was in a file again: the next time it is news.
    whole(&p, &["a2;1008;sygdom;09-11-2026;;100", OTHER]).await;
    assert_eq!(gone(&whole(&p, &[OTHER]).await), [("a2", false)]);
    // A last day before the first is refused by its field, and so is what nothing was told of.
    let registrering = registrering_of("a2");
    for sidste in [Some(dag("2026-11-01")), None] {
        let command = DomainCommand::FravaerGone { registrering, stand: Forsvundet::Afsluttet, sidste };
        let error = p.app.execute("1008", &command, &Aktoer::system("prøve"), None).await.unwrap_err();
        let CommandError::Afvist(DomainRefusal::Fields(fields)) = error else { panic!("{error:?}") };
        assert_eq!(fields.iter().map(|field| field.felt).collect::<Vec<_>>(), ["dato"]);
    }
    let other =
        DomainCommand::FravaerGone { registrering: registrering_of("o1"), stand: Forsvundet::Annulleret, sidste: None };
    p.app.execute("1010", &other, &Aktoer::system("prøve"), None).await.unwrap_err();
    assert!(forloeb(&p, "o1").await.is_aabent(dag("2026-11-20")));
}

#[tokio::test]
async fn a_row_that_is_replaced_goes_on_with_all_that_was_done() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;02-11-2026;;100", OTHER]).await;
    contact(&p, "1009", "a1").await;
    let new = "a9;1009;sygdom;02-11-2026;;100";
    // With what is new alone it overlaps, as it must.
    assert_eq!(changes(&p, &[new, OTHER]).await.error.len(), 1);
    let report = whole(&p, &[new, OTHER]).await;
    assert_eq!((report.created, report.changed, report.unchanged, &report.error[..]), (0, 1, 1, &[][..]));
    assert_eq!((gone(&report), waits(&p).await), (vec![], vec![]));
    let f = forloeb(&p, "a1").await;
    assert_eq!((f.foerste, f.kontakter.len(), f.id), (dag("2026-11-02"), 1, registrering_of("a1")));
    assert_eq!(p.app.forloeb_for("1009").await.unwrap().len(), 1);
    // The new row is the one that is compared from now on, after a start too.
    let p = Trial::i(p.close().await).await;
    let head = p.app.log.head();
    for report in [whole(&p, &[new, OTHER]).await, changes(&p, &[new]).await] {
        assert_eq!((report.created, report.changed, gone(&report)), (0, 0, vec![]));
    }
    assert_eq!(p.app.log.head(), head);
    let report = changes(&p, &["a9;1009;sygdom;02-11-2026;13-11-2026;100"]).await;
    assert_eq!((report.changed, forloeb(&p, "a1").await.sidste), (1, Some(dag("2026-11-13"))));
    // Both of its numbers in one file are one absence.
    let report =
        whole(&p, &["a9;1009;sygdom;02-11-2026;13-11-2026;100", "a1;1009;sygdom;02-11-2026;;100", OTHER]).await;
    assert_eq!((report.error.len(), report.error[0].line, report.changed), (1, 3, 0));
    assert_eq!(report.error[0].error, "er det fravær, der nu står i filen som a9");
}

#[tokio::test]
async fn the_nearest_row_takes_the_place_and_only_one_of_the_same_cause() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;02-11-2026;06-11-2026;100", "a2;1009;sygdom;09-11-2026;;100", OTHER]).await;
    let report = whole(
        &p,
        &["b2;1009;sygdom;09-11-2026;13-11-2026;100", "b1;1009;arbejdsskade;02-11-2026;06-11-2026;100", OTHER],
    )
    .await;
    assert_eq!(gone(&report), [("a1", false)], "another cause is another absence");
    assert_eq!((report.changed, report.error.len()), (1, 1), "and overlaps until the old one is annulled");
    decide(&p, "1009", "a1", Forsvundet::Annulleret, None).await;
    let report = whole(
        &p,
        &["b2;1009;sygdom;09-11-2026;13-11-2026;100", "b1;1009;arbejdsskade;02-11-2026;06-11-2026;100", OTHER],
    )
    .await;
    assert_eq!((report.created, &report.error[..]), (1, &[][..]));
}

#[tokio::test]
async fn the_first_of_several_rows_goes_and_what_was_done_stays_with_the_rest() {
    let p = well().await;
    let rows = ["a1;1009;sygdom;02-11-2026;06-11-2026;100", "a2;1009;sygdom;09-11-2026;;100", OTHER];
    changes(&p, &rows).await;
    contact(&p, "1009", "a1").await;
    assert_eq!(gone(&whole(&p, &rows[1..]).await), [("a1", false)]);
    decide(&p, "1009", "a1", Forsvundet::Annulleret, None).await;
    for number in ["a1", "a2"] {
        let f = forloeb(&p, number).await;
        assert_eq!((f.foerste, f.kontakter.len(), f.sidste), (dag("2026-11-09"), 1, None), "{number}");
    }
    assert_eq!(p.app.forloeb_for("1009").await.unwrap().len(), 1);
    whole(&p, &rows).await;
    let f = forloeb(&p, "a1").await;
    assert_eq!((f.foerste, f.kontakter.len(), f.id), (dag("2026-11-02"), 1, registrering_of("a1")), "it is back");
    let answer = p.bed(TerminalRequest::compare()).await;
    assert_eq!((answer.code, answer.error), (0, vec![]));
}

#[tokio::test]
async fn what_people_registered_by_hand_is_never_gone_and_neither_is_what_lies_before_the_period() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;01-06-2026;12-06-2026;100", OTHER]).await;
    let by_hand = FravaerRegistreret {
        registrering: Uuid::from_u128(7),
        fravaer_nr: None,
        aarsag: Aarsag::Sygdom,
        foerste: dag("2026-11-16"),
        sidste: None,
        omfang_pct: Procent::FULL,
        forventet_varighed: None,
        kilde: Kilde::Person,
        paragraf_56: None,
        raskmeldt: false,
    };
    execute(&p, "1008", DomainCommand::RegistrerFravaer(by_hand)).await;
    assert_eq!(gone(&whole(&p, &[OTHER]).await), [], "the file begins on 3 August");
    let since = Whole { fra: Some(dag("2026-06-12")), ..Whole::default() };
    assert_eq!(gone(&takes_in(&p, Some(since), &[OTHER]).await.unwrap()), [("a1", false)], "or where it is said to");
}

/// What a person registered and payroll told of too is one absence; of it payroll's row can be replaced, and vanish.
#[tokio::test]
async fn what_was_registered_by_hand_stays_where_its_row_is_replaced_or_vanishes() {
    let p = well().await;
    let by_hand = FravaerRegistreret {
        registrering: Uuid::from_u128(7),
        fravaer_nr: None,
        aarsag: Aarsag::Sygdom,
        foerste: dag("2026-11-16"),
        sidste: None,
        omfang_pct: Procent::FULL,
        forventet_varighed: None,
        kilde: Kilde::Person,
        paragraf_56: None,
        raskmeldt: false,
    };
    execute(&p, "1008", DomainCommand::RegistrerFravaer(by_hand)).await;
    assert_eq!(changes(&p, &["a1;1008;sygdom;16-11-2026;;100", OTHER]).await.error, []);
    let new = ["a9;1008;sygdom;16-11-2026;;100", OTHER];
    let report = whole(&p, &new).await;
    assert_eq!((&report.error[..], report.created, report.changed, gone(&report)), (&[][..], 0, 1, vec![]));
    let p = Trial::i(p.close().await).await;
    let head = p.app.log.head();
    let report = whole(&p, &new).await;
    assert_eq!((&report.error[..], report.changed, p.app.log.head()), (&[][..], 0, head));
    assert_eq!((gone(&whole(&p, &[OTHER]).await), waits(&p).await), (vec![], vec![]));
    let all = p.app.forloeb_for("1008").await.unwrap();
    assert_eq!((all.len(), all[0].id, all[0].is_aabent(dag("2026-11-20"))), (1, Uuid::from_u128(7), true));
}

#[tokio::test]
async fn a_line_that_cannot_be_used_is_in_the_file_and_one_that_cannot_be_read_makes_it_no_whole_file() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;02-11-2026;;100", OTHER]).await;
    let report = whole(&p, &["a1;1009;sygdom;31-11-2026;;100", OTHER]).await;
    assert_eq!((report.error.len(), gone(&report)), (1, vec![]), "its number is there");
    for unreadable in ["a1;1009;sygdom", ";1009;sygdom;02-11-2026;;100"] {
        let report = whole(&p, &[unreadable, OTHER]).await;
        assert_eq!((report.error.len(), gone(&report), report.warnings.len()), (1, vec![], 1), "{unreadable}");
    }
    let report = whole(&p, &[]).await;
    assert_eq!((gone(&report), report.warnings.len()), (vec![], 1), "a file without lines says nothing of its period");
}

#[tokio::test]
async fn what_only_payroll_has_told_of_can_be_annulled_at_once_and_the_rest_is_asked_about() {
    let p = well().await;
    changes(&p, &["a1;1009;sygdom;02-11-2026;;100", "a2;1008;sygdom;02-11-2026;;100", OTHER]).await;
    contact(&p, "1008", "a2").await;
    let carry_out = Some(Whole { udfoer: true, ..Whole::default() });
    let report = takes_in(&p, carry_out, &[OTHER]).await.unwrap();
    assert_eq!(gone(&report), [("a2", false), ("a1", true)]);
    assert_eq!(waits(&p).await, [("1008".to_owned(), Some(registrering_of("a2")))]);
    assert_eq!(forloeb(&p, "a1").await.end_at.as_ref().map(|end| end.what), Some(Slutaarsag::Annulleret));
    assert!(forloeb(&p, "a2").await.is_aabent(dag("2026-11-20")));
}

#[tokio::test]
async fn a_file_that_was_cut_is_refused_whole_unless_it_is_said_to_be_right() {
    let p = well().await;
    let lines: Vec<String> = (1..=11).map(|n| format!("c{n};{};sygdom;02-11-2026;;100", 1000 + n)).collect();
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    changes(&p, &lines).await;
    let cut = ["c1;1001;sygdom;02-11-2026;19-11-2026;100"];
    let head = p.app.log.head();
    let error = takes_in(&p, Some(Whole::default()), &cut).await.unwrap_err();
    assert_eq!(
        error.message(),
        "Filen mangler 10 af 11, der er i gang. Den er nok skåret af på vejen, og intet er læst ind."
    );
    assert_eq!(p.app.log.head(), head, "the line that is in it did not go in either");
    let mange = Some(Whole { mange: true, ..Whole::default() });
    assert_eq!(takes_in(&p, mange, &cut).await.unwrap().gone.len(), 10);
    // Every row under a new number is no cut file.
    let renumbered: Vec<String> = lines.iter().map(|line| format!("n{line}")).collect();
    let renumbered: Vec<&str> = renumbered.iter().map(String::as_str).collect();
    let report = whole(&p, &renumbered).await;
    assert_eq!((report.changed, gone(&report), waits(&p).await), (11, vec![], vec![]));
}
