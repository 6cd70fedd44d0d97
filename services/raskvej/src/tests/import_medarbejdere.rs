//! Files of employees: those that hold everybody, and several lines about one. The day is Friday 20 November 2026.

use chrono::NaiveDate;
use forloeb::Aktoer;
use forloeb::command::DomainCommand;
use forloeb::haendelse::Forsvundet;

use crate::forsvundne::{AT_MOST, Forsvundne, forsvundne};
use crate::import::{Intake, Report, What, Whole};
use crate::terminal::trial::{Trial, file};

fn dag(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The small workplace without some of its people.
fn without(numbers: &[&str]) -> String {
    let all = String::from_utf8(file("medarbejdere.csv")).unwrap();
    let stays = |line: &&str| !numbers.iter().any(|nr| line.starts_with(&format!("{nr};")));
    all.lines().filter(stays).map(|line| format!("{line}\n")).collect()
}

async fn takes_in(p: &Trial, whole: Option<Whole>, csv: &str) -> Report {
    let aktoer = Aktoer::system("import");
    let mut intake = Intake::new(&p.app, &aktoer);
    if let Some(whole) = whole {
        intake = intake.whole(whole);
    }
    intake.medarbejdere(csv.as_bytes(), &|_, _| {}).await.unwrap()
}

async fn decide(p: &Trial, nr: &str, stand: Forsvundet, fratraadt: Option<NaiveDate>) {
    let command = DomainCommand::MedarbejderGone { stand, fratraadt };
    p.app.execute(nr, &command, &Aktoer::system("prøve"), None).await.unwrap();
}

fn told(report: &Report) -> Vec<(What, &str, usize, bool)> {
    report.gone.iter().map(|g| (g.what, g.medarbejder_nr.as_str(), g.forloeb.len(), g.carried_out)).collect()
}

/// The report says what stood before and what stands in the file; of what is about the person only that it is another.
#[tokio::test]
async fn what_a_line_changes_is_told_column_by_column() {
    let p = Trial::small().await;
    let (mut number, mut was) = (0, Vec::new());
    let changed = without(&[]).lines().enumerate().fold(String::new(), |all, (n, line)| {
        let mut cells: Vec<&str> = line.split(';').collect();
        if cells[0] == "1005" {
            (number, was) = (n as u64 + 1, cells.iter().map(|cell| (*cell).to_owned()).collect());
            (cells[3], cells[8], cells[13]) = ("ny@lille.example", "1008", "32,5");
        }
        format!("{all}{}\n", cells.join(";"))
    });
    let report = takes_in(&p, None, &changed).await;
    let told: Vec<_> = report.changes.iter().map(|c| (c.line, c.felt.as_str(), c.error.clone())).collect();
    let expected = [
        (number, "email", "er et andet end før".to_owned()),
        (number, "leder_nr", format!("{} → 1008", was[8])),
        (number, "timer_pr_uge", format!("{} → 32,5", was[13])),
    ];
    assert_eq!((report.changed, &told[..]), (1, &expected[..]));
    assert_eq!(takes_in(&p, None, &changed).await.changes, [], "known now");
    let mut csv = Vec::new();
    report.write_csv("medarbejdere", &mut csv).unwrap();
    let line = format!("medarbejdere;{number};leder_nr;ændring;{} → 1008\r\n", was[8]);
    assert!(String::from_utf8(csv).unwrap().contains(&line));
}

#[tokio::test]
async fn an_employee_and_a_leader_who_are_in_the_file_no_more_are_asked_about() {
    let p = Trial::small().await;
    // 1005 is ill; 1008 leads others; 1012 left on 31 October.
    let csv = without(&["1005", "1008", "1012"]);
    assert_eq!(told(&takes_in(&p, None, &csv).await), [], "a file with what is new says nothing of whom it lacks");
    assert!(p.app.projections().is_ansat("1008"));
    let report = takes_in(&p, Some(Whole::default()), &csv).await;
    assert_eq!(told(&report), [(What::Medarbejder, "1005", 1, false), (What::Leder, "1008", 0, false)]);
    // Those whom the leader led have none at once; the log says it, and a start does not forget it.
    let head = p.app.log.head();
    assert_eq!(told(&takes_in(&p, Some(Whole::default()), &csv).await).len(), 2);
    assert_eq!(p.app.log.head(), head, "told once");
    let p = Trial::i(p.close().await).await;
    assert!(!p.app.projections().is_ansat("1008") && p.app.projections().is_employed("1008"));
    let Forsvundne { all: waits, count, .. } = forsvundne(&p.app, None, AT_MOST).await.unwrap();
    assert_eq!((waits[0].medarbejder_nr.as_str(), waits[0].aabne_forloeb.len(), count), ("1005", 1, 2));

    decide(&p, "1005", Forsvundet::Afsluttet, Some(dag("2026-11-15"))).await;
    decide(&p, "1008", Forsvundet::Beholdt, None).await;
    assert!(p.app.projections().is_ansat("1008"));
    assert!(!p.app.projections().is_employed("1005"));
    assert_eq!(
        p.app
            .projections()
            .running()
            .filter(|a| a.forloeb.medarbejder_nr == "1005" && a.forloeb.is_aabent(dag("2026-11-20")))
            .count(),
        0
    );
    assert_eq!(forsvundne(&p.app, None, AT_MOST).await.unwrap().count, 0);
    assert_eq!(told(&takes_in(&p, Some(Whole::default()), &csv).await), []);
    // Both are in a later file: what it says holds, and the next time they lack they are asked about.
    let report = takes_in(&p, Some(Whole::default()), &without(&[])).await;
    assert_eq!((report.changed, told(&report)), (1, vec![]));
    assert!(p.app.projections().is_ansat("1005"));
    assert_eq!(told(&takes_in(&p, Some(Whole::default()), &csv).await).len(), 2);
}

#[tokio::test]
async fn who_is_well_can_be_ended_at_once_and_who_is_ill_is_asked_about() {
    let p = Trial::small().await;
    let carry_out = Some(Whole { udfoer: true, ..Whole::default() });
    let report = takes_in(&p, carry_out, &without(&["1005", "1007"])).await;
    assert_eq!(told(&report), [(What::Medarbejder, "1005", 1, false), (What::Medarbejder, "1007", 0, true)]);
    assert_eq!(p.app.projections().stamdata("1007").and_then(|s| s.fratraadt), Some(dag("2026-11-19")));
}

#[tokio::test]
async fn a_trial_says_the_same_and_writes_nothing() {
    let p = Trial::small().await;
    let (head, csv) = (p.app.log.head(), without(&["1005", "1007"]));
    let aktoer = Aktoer::system("import");
    let whole = Whole { udfoer: true, ..Whole::default() };
    let trial = Intake::new(&p.app, &aktoer).whole(whole).on_trial();
    let tried = trial.medarbejdere(csv.as_bytes(), &|_, _| {}).await.unwrap();
    assert_eq!(p.app.log.head(), head);
    assert_eq!(told(&tried), told(&takes_in(&p, Some(whole), &csv).await));
}

#[tokio::test]
async fn several_lines_of_one_hold_each_from_its_own_day() {
    let p = Trial::small().await;
    let all = String::from_utf8(file("medarbejdere.csv")).unwrap();
    let head = all.lines().next().unwrap();
    let line = all.lines().find(|line| line.starts_with("1009;")).unwrap();
    let times = [("30", "01-06-2026"), ("37", "01-01-2026"), ("20", "01-12-2026")];
    let lines = times.map(|(timer, fra)| format!("{};{fra}", line.replace(";37;", &format!(";{timer};"))));
    let csv = format!("{head};gaelder_fra\n{}\n", lines.join("\n"));
    let report = takes_in(&p, None, &csv).await;
    assert_eq!((&report.error[..], report.refused_lines()), (&[][..], 0));
    let loan = p.app.loan("1009").await.unwrap();
    for (day, timer) in [("2026-05-31", 37.0), ("2026-06-01", 30.0), ("2026-11-30", 30.0), ("2026-12-01", 20.0)] {
        let told = loan.ansaettelse().stamdata_on(dag(day)).unwrap().timer_pr_uge;
        assert!((told - timer).abs() < f64::EPSILON, "{day}: {told}");
    }
    // The same file every night changes nothing.
    let log_head = p.app.log.head();
    let report = takes_in(&p, None, &csv).await;
    assert_eq!((report.created, report.changed, report.unchanged), (0, 0, 3));
    assert_eq!(p.app.log.head(), log_head);
    // Two of one day are one too many, whichever is meant.
    let twice = format!("{head};gaelder_fra\n{line};01-06-2026\n{line};01-06-2026\n");
    let report = takes_in(&p, None, &twice).await;
    assert_eq!((report.error.len(), report.error[0].error.as_str()), (1, "står også i linje 2"));
}
