//! Dated stories about news: what one has said or done is told to the other once, with the mail of the next working day. Every
//! date is worked out by hand.

use chrono::{DateTime, FixedOffset};
use forloeb::command::{Act, NewReferat};
use forloeb::haendelse::*;
use forloeb::nyheder::Nyhed;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn time(text: &str) -> DateTime<FixedOffset> {
    let Ok(time) = text.parse() else { panic!("no time: {text}") };
    time
}

/// What was told, each as "day what to whom".
fn told(case: &Story) -> Vec<String> {
    let nyheder = case.sendt.iter().zip(&case.sendte).filter_map(|(line, p)| {
        let dag = line.split(' ').next()?;
        Some(format!("{dag} {} {}", p.key.nyhed()?, p.key.nr.as_deref()?))
    });
    nyheder.collect()
}

fn answers(svar: Samtalesvar, forslag: Option<&str>) -> Act {
    let forslag = forslag.map(time);
    Act::BesvarSamtale(SamtaleBesvaret { forloeb: Uuid::nil(), indkaldelse: 0, svar, forslag, confidential: None })
}

/// On Friday 23 January the employee proposes another time: the leader, 10001, is told on Monday the 26th, and never again.
#[test]
fn the_leader_is_told_of_an_answer_on_the_next_working_day_and_once() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-22").act(Act::IndkaldSamtale(SamtaleIndkaldt::new(
        Uuid::nil(),
        time("2026-01-29T10:00:00+01:00"),
        seal(),
    )));
    case.morning();
    case.it("2026-01-23").act(answers(Samtalesvar::AndenTid, Some("2026-01-30T13:00:00+01:00")));
    case.morning();
    assert_eq!(told(&case), [""; 0], "not in the mail of the day on which it was said");
    case.let_time_pass("2026-01-29");
    assert_eq!(told(&case), ["2026-01-26 samtalesvar 10001"]);
}

/// Where the leader has said yes before the mail leaves, nobody is told of the answer.
#[test]
fn what_was_done_about_already_is_not_told() {
    let mut case = Story::sygemeldt("2026-01-05");
    let new = |to: &str| SamtaleIndkaldt::new(Uuid::nil(), time(to), seal());
    case.it("2026-01-22").act(Act::IndkaldSamtale(new("2026-01-29T10:00:00+01:00")));
    case.it("2026-01-23").act(answers(Samtalesvar::AndenTid, Some("2026-01-30T13:00:00+01:00")));
    let position = case.forloeb().svar_to_act_on().expect("there is an answer").position;
    case.act(Act::FlytSamtale(SamtaleIndkaldt { imoedekommer: Some(position), ..new("2026-01-30T13:00:00+01:00") }));
    case.let_time_pass("2026-01-29");
    assert_eq!(told(&case), [""; 0]);
}

/// Minutes of Tuesday 27 January are told to the employee, 10010, on Wednesday, also where they came back on Wednesday.
#[test]
fn the_employee_is_told_of_minutes() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-27").samtale(Samtaleudfald::Holdt);
    let til = case.forloeb().moeder().last().expect("it was held").position;
    case.act(Act::SkrivReferat(NewReferat { til, aftaler: Vec::new(), has_reason: false, confidential: seal() }));
    case.raskmeldt("2026-01-27");
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case), ["2026-01-28 referat 10010"]);
}

/// A forløb that waits for nobody to send to for a week is not told of any more: five days after the mail was to leave.
#[test]
fn news_grow_old() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-27").samtale(Samtaleudfald::Holdt);
    let til = case.forloeb().moeder().last().expect("it was held").position;
    case.act(Act::SkrivReferat(NewReferat { til, aftaler: Vec::new(), has_reason: false, confidential: seal() }));
    // To leave on Wednesday the 28th, and five days more: until Monday 2 February.
    case.it("2026-02-02");
    let planned = |case: &Story| case.planlagte().iter().filter_map(|p| p.key.nyhed()).collect::<Vec<_>>();
    assert_eq!(planned(&case), [Nyhed::Referat]);
    case.it("2026-02-03");
    assert_eq!(planned(&case), []);
    assert_eq!(dag("2026-02-03"), case.today);
}

fn given(leder_nr: &str, fra: &str, spoerges: bool) -> Act {
    Act::SkiftLeder(LederSkiftet { forloeb: Uuid::nil(), leder_nr: leder_nr.to_owned(), fra: dag(fra), spoerges })
}

fn answer(svar: Overtagelsessvar) -> Act {
    let begrundelse = (svar == Overtagelsessvar::SigerNej).then(seal);
    let dato = dag("2026-01-01"); // the decision says the day
    Act::BesvarOvertagelse(OvertagelseBesvaret { forloeb: Uuid::nil(), svar, dato, leder_nr: None, begrundelse })
}

/// Given to 20001 from Friday 9 October and taken on Tuesday the 13th: the employee is told on Wednesday the 14th.
#[test]
fn the_employee_is_told_of_a_leader_who_has_taken_it() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-09", true)).let_time_pass("2026-10-13");
    assert_eq!(told(&case), [""; 0], "20001 may say no");
    case.act(answer(Overtagelsessvar::Overtager)).let_time_pass("2026-10-30");
    assert_eq!(told(&case), ["2026-10-14 leder 10010"]);
}

/// Given on the 8th and back on the 9th: whoever led it leads it, and the employee has nothing to know.
#[test]
fn nobody_is_told_of_a_leader_they_know_already() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-08", false));
    case.it("2026-10-08").act(given("10001", "2026-10-09", false)).let_time_pass("2026-10-30");
    assert_eq!(told(&case), [""; 0]);
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-08", false)).let_time_pass("2026-10-12");
    case.act(given("10001", "2026-10-12", false)).let_time_pass("2026-10-30");
    assert_eq!(told(&case), ["2026-10-09 leder 10010", "2026-10-13 leder 10010"], "they had been told of the other");
}

/// Nobody writes to the dead, and to nobody about what is annulled.
#[test]
fn the_dead_are_not_told() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-08", false));
    case.act(Act::Afslut(ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-10-08") }))
        .let_time_pass("2026-10-30");
    assert_eq!(told(&case), [""; 0]);
}
