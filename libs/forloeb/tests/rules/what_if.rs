//! What if other rules had held: the days that would be otherwise. Every date is counted by hand.

use forloeb::Oere;
use forloeb::Regelbog;
use forloeb::command::Act;
use forloeb::politik::{LaidDown, Politik};
use forloeb::regler::{BUILT_IN, Regelsaet, as_if};
use forloeb::tta::{Plan, Skaanehensyn};
use forloeb::what_if::{Moved, Tab, Window, compare};
use forloeb::words::*;

use crate::story::{Story, dag, seal};

fn read(tekst: &str) -> Result<Politik, String> {
    let book = Regelbog::built_in();
    Politik::read(tekst, book.set().iter().map(AsRef::as_ref), book.calendar())
}

fn sendt(case: &mut Story, about: &str) -> Vec<String> {
    let mut lines: Vec<_> = case.sendt.iter().filter(|l| l.contains(about)).cloned().collect();
    lines.sort_unstable();
    lines
}

/// A week less for the anmeldelse.
fn four_weeks(text: &str) -> String {
    text.replace("dage = 34, tilpas", "dage = 27, tilpas").replace("lovdag = { dage = 35 }", "lovdag = { dage = 28 }")
}

#[test]
fn what_if_the_anmeldelse_had_to_be_in_a_week_before() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-05").kvitteret(); // day 32: in time under five weeks, three days late under four
    case.it("2026-03-02").raskmeldt("2026-03-02");
    let book = Regelbog::built_in();
    let new = book.with_sets(Regelsaet::read(&four_weeks(BUILT_IN[0].1), book.calendar()).unwrap());
    let window = Window { fra: dag("2026-01-01"), til: dag("2026-12-31"), today: dag("2026-03-10") };
    let (set, differences) = compare(&case.a, &book, &new, window, |_| true);
    assert_eq!((set, differences.len()), (1, 1));
    let difference = &differences[0];
    // Refusion runs from day 31, 4 February. Receipted on 5 February: one day is lost, a Wednesday: 5.085/5 × 1,021 = 1.038,36.
    assert_eq!(
        (difference.tab, difference.nyt_tab),
        (Tab::default(), Tab { dage: 1, beloeb: Oere::from_kroner(1038) })
    );
    let anmeldelse = difference.moved.iter().find(|f| f.art == Fristart::Anmeldelse).unwrap();
    assert_eq!(
        *anmeldelse,
        Moved {
            art: Fristart::Anmeldelse,
            maaldag: Some(dag("2026-02-06")),
            new_maaldag: Some(dag("2026-01-30")),
            lovdag: Some(dag("2026-02-09")),
            new_lovdag: Some(dag("2026-02-02")),
        }
    );
    // As it is: opens on 27 January, t-5 on the 30th, t-2 on 4 February, each to the leader and HR. With the target on
    // 30 January: t-5 on the 23rd, the day it opens on the 27th, t-2 on the 28th, t on the 30th, overdue on 3 February
    // to HR and the leader's leader.
    assert_eq!(difference.paamindelser[&Fristart::Anmeldelse], (6, 10));
    assert_eq!(compare(&case.a, &book, &book, window, |_| true), (1, Vec::new()));
}

#[test]
fn what_if_with_the_same_regler_sends_what_was_sent() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-20");
    let book = Regelbog::built_in();
    let without = "navn = \"uden samtale\"\nuden_paamindelser = [\"samtale\"]\n";
    let new = book.with_politik(&[LaidDown::new(1, dag("2026-01-01"), read(without).unwrap())]);
    let window = Window { fra: dag("2026-01-01"), til: dag("2026-12-31"), today: dag("2026-02-20") };
    let (_, differences) = compare(&case.a, &book, &new, window, |_| true);
    let sendte = u32::try_from(sendt(&mut case, " samtale ").len()).unwrap();
    assert_eq!(differences[0].paamindelser.iter().collect::<Vec<_>>(), [(&Fristart::Samtale, &(sendte, 0))]);
}

/// Nobody has named a day, and nobody is in touch. Five weeks after Monday 5 January it opens on 9 February: the leader on the
/// 10th, HR on the 16th. Four weeks after it, on 2 February: the leader on the 3rd, HR on the 9th. Time alone brings either.
#[test]
fn what_if_somebody_asked_a_week_before() {
    let case = Story::sygemeldt("2026-01-05");
    let book = Regelbog::built_in();
    let earlier = BUILT_IN[0].1.replace("uden_dag_dage = 35", "uden_dag_dage = 28");
    let new = book.with_sets(Regelsaet::read(&earlier, book.calendar()).unwrap());
    let window = Window { fra: dag("2026-01-01"), til: dag("2026-12-31"), today: dag("2026-02-20") };
    let (_, differences) = compare(&case.a, &book, &new, window, |_| true);
    let moved = Moved {
        art: Fristart::ForventetSlut,
        maaldag: Some(dag("2026-02-10")),
        new_maaldag: Some(dag("2026-02-03")),
        lovdag: Some(dag("2026-02-13")),
        new_lovdag: Some(dag("2026-02-06")),
    };
    assert_eq!(differences[0].moved, [moved]);
    assert_eq!(differences[0].paamindelser.iter().collect::<Vec<_>>(), [(&Fristart::ForventetSlut, &(2, 2))]);
}

/// Back after Friday 6 March, with considerations until Tuesday 31 March and Friday 29 May. Three arbejdsdage before they are on
/// Thursday 26 March and, over Whit Monday, Tuesday 26 May; four before, on Wednesday 25 March and Friday 22 May. HR is told three
/// after: on 8 April, over Easter, and on 3 June. After 28 April time alone brings the second.
#[test]
fn what_if_somebody_talked_about_a_consideration_a_day_before() {
    let mut case = Story::sygemeldt("2026-02-23");
    let until = |til: &str| Skaanehensyn { til: Some(dag(til)) };
    let plan = Plan { skaanehensyn: vec![until("2026-03-31"), until("2026-05-29")], ..Plan::default() };
    case.it("2026-03-02").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    case.it("2026-03-06").raskmeldt("2026-03-06");
    let book = Regelbog::built_in();
    let earlier = BUILT_IN[0].1.replace("maaldag = { arbejdsdage = -3 }", "maaldag = { arbejdsdage = -4 }");
    let new = book.with_sets(Regelsaet::read(&earlier, book.calendar()).unwrap());
    let window = Window { fra: dag("2026-01-01"), til: dag("2026-12-31"), today: dag("2026-06-10") };
    let (_, differences) = compare(&case.a, &book, &new, window, |_| true);
    let moved = Moved {
        art: Fristart::Skaanehensyn,
        maaldag: Some(dag("2026-05-26")),
        new_maaldag: Some(dag("2026-05-22")),
        lovdag: Some(dag("2026-05-29")),
        new_lovdag: Some(dag("2026-05-29")),
    };
    assert_eq!(differences[0].moved, [moved]);
    assert_eq!(differences[0].paamindelser.iter().collect::<Vec<_>>(), [(&Fristart::Skaanehensyn, &(4, 4))]);
}

/// A law of 2027, and its second step in July, tried on the year before.
#[test]
fn a_law_that_is_to_come_is_tried_as_if_it_held_a_year_before() {
    let (book, today) = (Regelbog::built_in(), dag("2026-11-29"));
    let line = BUILT_IN[0].1.lines().find(|line| line.starts_with("gaelder_fra")).unwrap();
    let later = |fra: &str, navn: &str| {
        let text =
            four_weeks(BUILT_IN[0].1).replacen(line, &format!("gaelder_fra = {fra}\ngaelder_til = 2027-12-31"), 1);
        let text = text.replacen("navn = \"standard\"", &format!("navn = \"{navn}\""), 1);
        // The rows of July 2026 are not those of the new law.
        Regelsaet::read(&text, book.calendar()).unwrap()
    };
    let new = book.with_sets(as_if(later("2027-01-01", "2027"), dag("2025-12-01"), today));
    let name = |day: &str| new.in_force(dag(day)).name.to_string();
    // A year of 365 days from 1 December 2025: to 30 November 2026, and what is in force on both sides.
    let names = ["2025-11-30", "2025-12-01", "2026-11-30", "2026-12-01", "2027-01-01"].map(name);
    assert_eq!(names, ["standard", "2027", "2027", "standard", "standard"]);

    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-05").kvitteret();
    let window = Window { fra: dag("2025-12-01"), til: today, today };
    let (seen, found) = compare(&case.a, &book, &new, window, |_| true);
    let anmeldelse = found[0].moved.iter().find(|m| m.art == Fristart::Anmeldelse).unwrap();
    assert_eq!((seen, anmeldelse.lovdag, anmeldelse.new_lovdag), (1, Some(dag("2026-02-09")), Some(dag("2026-02-02"))));
    // Whoever may not see it has no such case, and none is counted.
    assert_eq!(compare(&case.a, &book, &new, window, |_| false), (0, Vec::new()));
    // The day before it would hold nothing is otherwise.
    let case = Story::sygemeldt("2025-11-28");
    let window = Window { fra: dag("2025-11-01"), ..window };
    assert_eq!(compare(&case.a, &book, &new, window, |_| true), (1, Vec::new()));
}

/// A row with days of its own in the file that is in force: what is to come is what is tried, and where nothing is to come,
/// what came last.
#[test]
fn of_a_file_with_rows_by_day_the_ones_to_come_are_tried() {
    let book = Regelbog::built_in();
    let days = |today: &str| {
        let sets = Regelsaet::read(BUILT_IN[0].1, book.calendar()).unwrap();
        let moved = as_if(sets, dag("2026-01-01"), dag(today));
        moved.into_iter().map(|set| (set.gaelder_fra.to_string(), set.frister)).collect::<Vec<_>>()
    };
    let july = book.in_force(dag("2026-07-01")).frister.clone();
    assert_eq!(days("2026-05-01"), [("2026-01-01".to_owned(), july.clone())]);
    assert_eq!(days("2026-11-29"), [("2026-01-01".to_owned(), july)]);
}

#[test]
fn a_file_of_more_rows_than_anybody_means_is_refused_before_it_is_reckoned() {
    let book = Regelbog::built_in();
    let row = "\n[[paamindelse]]\nfrist = \"samtale\"\ntrin = \"NN\"\nfra = \"maaldag\"\ntil = [\"leder\"]\n";
    let many = |row: &dyn Fn(usize) -> String, count: usize| {
        let rows: String = (0..count).map(row).collect();
        Regelsaet::read(&format!("{}{rows}", BUILT_IN[0].1), book.calendar()).unwrap_err()
    };
    let error = many(&|nr| row.replace("NN", &nr.to_string()), 401);
    assert!(error.contains("højst være 400 rækker [[paamindelse]]"), "{error}");
    let dated = |nr: usize| {
        let fra = dag("2030-01-01") + chrono::Days::new(nr as u64);
        format!("{}gaelder_fra = {fra}\n", row.replace("NN", &nr.to_string()))
    };
    let error = many(&dated, 60);
    assert!(error.contains("'gaelder_fra': rækkerne skifter på") && error.contains("højst 50"), "{error}");
}
