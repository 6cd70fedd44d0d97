//! What a law that changes from a day on asks for, and what time and payroll alone change. Every date is counted by hand.

use forloeb::Regelbog;
use forloeb::command::DomainCommand;
use forloeb::haendelse::*;
use forloeb::regler::{BUILT_IN, Regelsaet};
use forloeb::words::*;

mod story;
use story::{Story, dag};

fn arbejdsskade(foerste: &str, sidste: Option<&str>) -> Story {
    let mut case = Story::ansat();
    let DomainCommand::RegistrerFravaer(h) = case.it(foerste).registrering(foerste, sidste, 100, Kilde::Person) else {
        panic!()
    };
    case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
    case
}

/// From 1 July 2026 the accident must have cost three days beyond the day itself.
#[test]
fn one_day_after_an_accident_is_not_told_to_easy_since_july_2026() {
    // Monday 5 October 2026 and no more.
    let mut case = arbejdsskade("2026-10-05", Some("2026-10-05"));
    let frist = case.it("2026-10-06").frist(Fristart::Easy);
    assert_eq!(frist.status, Friststatus::Bortfaldet);
    let loest = frist.loest_af.unwrap();
    assert_eq!((loest.name, loest.dato), ("for_kort_fravaer", Some(dag("2026-10-05"))));
    case.let_time_pass("2026-12-01");
    assert!(case.sendt.iter().all(|line| !line.contains("easy")), "{:?}", case.sendt);

    // Monday to Tuesday is two days, Monday to Wednesday three.
    assert_eq!(arbejdsskade("2026-10-05", Some("2026-10-06")).status(Fristart::Easy), Friststatus::Bortfaldet);
    let mut case = arbejdsskade("2026-10-05", Some("2026-10-07"));
    let frist = case.it("2026-10-08").frist(Fristart::Easy);
    // F+14 is Monday 19 October; the last working day of F+13, a Sunday, is Friday the 16th.
    assert_eq!((frist.status, frist.maaldag, frist.lovdag), (Friststatus::Aaben, dag("2026-10-16"), dag("2026-10-19")));
    assert!(frist.kilde.contains("1626/2025"), "{}", frist.kilde);

    // One that goes on is guarded from the first day: nobody knows how long it lasts.
    assert_eq!(arbejdsskade("2026-10-05", None).status(Fristart::Easy), Friststatus::Aaben);
}

#[test]
fn one_day_after_an_accident_in_may_is_told_to_easy() {
    let mut case = arbejdsskade("2026-05-04", Some("2026-05-04"));
    let frist = case.it("2026-05-05").frist(Fristart::Easy);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Aaben, dag("2026-05-18")));
    assert!(!frist.kilde.contains("1626/2025"), "{}", frist.kilde);
    // The rules are those of the first absence day: the last day of June still has the old ones.
    assert_eq!(arbejdsskade("2026-06-30", Some("2026-06-30")).status(Fristart::Easy), Friststatus::Aaben);
    assert_eq!(arbejdsskade("2026-07-01", Some("2026-07-01")).status(Fristart::Easy), Friststatus::Bortfaldet);
}

/// § 7 a: who leaves no later than F+56 need not be talked to.
#[test]
fn the_talk_lapses_by_itself_when_payroll_knows_that_the_employment_ends_in_time() {
    // F is Monday 5 January 2026, F+56 Monday 2 March.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-20").stamdata(|s| s.fratraadt = Some(dag("2026-03-02")));
    let frist = case.frist(Fristart::Samtale);
    assert_eq!(frist.status, Friststatus::Undtaget);
    let loest = frist.loest_af.unwrap();
    assert_eq!((loest.position, loest.name, loest.dato), (None, "fratraadt", Some(dag("2026-03-02"))));
    // A day later, and it is back: the target is Friday 30 January.
    case.it("2026-01-21").stamdata(|s| s.fratraadt = Some(dag("2026-03-03")));
    let frist = case.frist(Fristart::Samtale);
    assert_eq!((frist.status, frist.maaldag), (Friststatus::Aaben, dag("2026-01-30")));
    case.it("2026-01-22").stamdata(|s| s.fratraadt = Some(dag("2026-02-28")));
    case.let_time_pass("2026-02-10");
    // Otherwise t-3 on the 27th, t on the 30th, and overdue on 3 February.
    assert!(case.sendt.iter().all(|line| !line.contains(" samtale ")), "{:?}", case.sendt);
    // Back in the employment: it is overdue, for the target passed on 30 January.
    case.it("2026-02-11").stamdata(|s| s.fratraadt = None);
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Overskredet);
}

#[test]
fn a_talk_that_was_held_stays_held_whoever_leaves() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14").samtale(Samtaleudfald::Holdt);
    case.it("2026-01-20").stamdata(|s| s.fratraadt = Some(dag("2026-02-01")));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Opfyldt);
}

/// The kommune no longer follows up on everybody at eight weeks; the workplace does.
#[test]
fn the_source_of_the_eight_weeks_is_that_of_the_first_absence_day() {
    let kilde = |f: &str| Story::sygemeldt(f).frist(Fristart::OtteUger).kilde;
    assert!(kilde("2026-06-30").contains("§ 13 b") && !kilde("2026-06-30").contains("1750/2025"));
    assert!(kilde("2026-07-01").contains("1750/2025"), "{}", kilde("2026-07-01"));
    // The same day in both: F+55 of Wednesday 1 July is Tuesday 25 August.
    assert_eq!(Story::sygemeldt("2026-07-01").frist(Fristart::OtteUger).lovdag, dag("2026-08-25"));
}

/// A rule file in which rows have days of their own is as many rule sets as there are spans.
#[test]
fn a_set_with_dated_rows_is_read_as_one_for_each_span() {
    let book = Regelbog::built_in();
    let spans: Vec<_> = book.set().iter().map(|s| (s.gaelder_fra, s.gaelder_til)).collect();
    assert_eq!(
        spans,
        [(dag("2012-03-05"), Some(dag("2026-06-30"))), (dag("2026-07-01"), None)],
        "the law that changed on 1 July 2026"
    );
    let read = |text: &str| Regelsaet::read(text, book.calendar());
    let standard = BUILT_IN[0].1;
    // Both rows without dates: the second is one too many, on its own line of the file.
    let both = standard.replace("gaelder_til = 2026-06-30\n", "").replace("gaelder_fra = 2026-07-01\n", "");
    let second = both.lines().enumerate().filter(|(_, l)| *l == "art = \"otte_uger\"").nth(1).unwrap().0 + 1;
    assert_eq!(read(&both).unwrap_err(), format!("linje {second}, 'art': \"otte_uger\" står her for anden gang"));
    // A day that no row holds for.
    let hole = standard.replace("gaelder_fra = 2026-07-01\nmindst_dage", "gaelder_fra = 2026-07-08\nmindst_dage");
    assert_eq!(
        read(&hole).unwrap_err(),
        "'art': der mangler en [[frist]] med art = \"easy\" for fravær fra 2026-07-01"
    );
    let backwards =
        standard.replacen("gaelder_til = 2026-06-30", "gaelder_fra = 2026-07-01\ngaelder_til = 2026-06-30", 1);
    assert!(read(&backwards).unwrap_err().contains("'gaelder_til': ligger før 'gaelder_fra'"));
}

/// A reminder may have days of its own, too.
#[test]
fn a_dated_reminder_is_sent_for_the_absences_of_its_days() {
    let dated = BUILT_IN[0].1.replacen("trin = \"t-3\"", "trin = \"t-3\"\ngaelder_fra = 2026-03-01", 1);
    let calendar = Regelbog::built_in().calendar().clone();
    let sets = Regelsaet::read(&dated, &calendar).unwrap();
    let has = |f: &str| {
        let holds = |s: &&Regelsaet| s.gaelder_fra <= dag(f) && s.gaelder_til.is_none_or(|til| dag(f) <= til);
        sets.iter().find(holds).unwrap().paamindelser.iter().any(|p| p.frist == Fristart::Samtale && p.trin == "t-3")
    };
    assert_eq!((sets.len(), has("2026-02-28"), has("2026-03-01"), has("2026-07-01")), (3, false, true, true));
}
