//! Dated stories about whose a mail is when it is over, and that nobody is told the same twice. Every date is worked out by hand.

use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::haendelse::*;
use forloeb::nyheder::Nyhed;
use forloeb::paamindelser::Planlagt;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

/// Ill from Monday 5 January, led by 10001; in the talk of Thursday the 29th the leader has agreed to do something by a day.
fn agreed(senest: &str) -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").samtale(Samtaleudfald::Holdt);
    let til = case.forloeb().moeder()[0].position;
    let aftaler = vec![NewAftale { nr: None, senest: dag(senest), hvem: Aftaleejer::Leder }];
    case.act(Act::SkrivReferat(NewReferat { til, aftaler, has_reason: false, confidential: seal() }));
    case
}

/// Agreed by Friday 27 February. Back after Friday the 13th; on Monday the 16th payroll tells that 20001 leads.
fn another_leader_after_the_return() -> Story {
    let mut case = agreed("2026-02-27");
    case.it("2026-02-13").raskmeldt("2026-02-13");
    case.it("2026-02-16").stamdata(|s| s.leder_nr = Some("20001".into()));
    case
}

/// What was sent of a frist to a role: day and number.
fn sent(case: &Story, art: Fristart, rolle: Modtagerrolle) -> Vec<(String, Option<String>)> {
    let of = |p: &&Planlagt| (p.key.frist, p.key.modtager) == (art, rolle) && p.key.nyhed().is_none();
    case.sendte.iter().filter(of).map(|p| (p.dag.to_string(), p.key.nr.clone())).collect()
}

/// Whoever led it on the last day may open it, and the one after may not: what is left to do is told to the first.
#[test]
fn what_is_left_after_the_return_is_of_who_led_it_on_the_last_day() {
    let mut case = another_leader_after_the_return();
    let today = case.today;
    assert_eq!((case.forloeb().leder(today), case.forloeb().leder_on(today)), (Some("10001"), Some("20001")));
    case.let_time_pass("2026-03-06");
    let nr = Some("10001".to_owned());
    assert_eq!(sent(&case, Fristart::Aftale, Modtagerrolle::Leder), [("2026-02-27".to_owned(), nr)]);
}

/// A program before this one named the reminder by the leader after, and sent it to the one who led: it does not leave again.
#[test]
fn a_reminder_that_has_reached_somebody_under_the_name_of_another_does_not_reach_them_again() {
    let mut case = another_leader_after_the_return();
    case.it("2026-02-27");
    let due = case.planlagte().into_iter().find(|p| p.key.frist == Fristart::Aftale).expect("it is due");
    let key = Key { nr: Some("20001".into()), ..due.key.clone() };
    let udfald = Udfald::Sendt { letter: "x".into(), til: Some("10001".into()) };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key, dag: due.dag, udfald }]));
    assert!(!case.planlagte().iter().any(|p| p.key.frist == Fristart::Aftale), "{:?}", case.planlagte());
}

/// 20001 leads from Monday 16 February, and on Tuesday is reminded of what the leader has agreed to do by then. On Friday it is told
/// that it was over a week before: then it is 10001's, who led it on that day and is told on Monday.
#[test]
fn an_end_that_is_told_late_gives_it_back_to_who_led_it_then() {
    let mut case = agreed("2026-02-17");
    let (leder_nr, fra) = ("20001".to_owned(), dag("2026-02-16"));
    case.it("2026-02-13").act(Act::SkiftLeder(LederSkiftet { forloeb: Uuid::nil(), leder_nr, fra, spoerges: false }));
    case.let_time_pass("2026-02-20").raskmeldt("2026-02-13").let_time_pass("2026-03-06");
    let all = sent(&case, Fristart::Aftale, Modtagerrolle::Leder);
    let by = |nr: &str| ("2026-02-17".to_owned(), Some(nr.to_owned()));
    assert_eq!(all, [by("20001"), by("10001")]);
}

/// What became of news, on the day on which the case stands.
fn came_to(case: &mut Story, is: impl Fn(&Planlagt) -> bool, udfald: &Udfald) {
    let found = case.planlagte().into_iter().find(|p| is(p)).expect("it is planned");
    let Planlagt { dag, key, .. } = found;
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key, dag, udfald: udfald.clone() }]));
}

fn refused(nr: &str) -> Udfald {
    Udfald::Fejlet { grund: "smtp_550".into(), til: Some(nr.into()) }
}

fn reached(nr: Option<&str>) -> Udfald {
    Udfald::Sendt { letter: "x".into(), til: nr.map(str::to_owned) }
}

/// Wishes of Thursday 8 October: the mailbox of the contact person, 10002, is gone on Friday, and the leader, 10001, has them. On
/// Monday the contact is made, so that wishes are the leader's: who has been told them already. What is said anew is told.
#[test]
fn wishes_that_went_to_the_leader_instead_are_not_told_to_the_leader_again() {
    let mut case = Story::sygemeldt("2026-10-05");
    let wishes = || Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential: Some(seal()) });
    let is = |p: &Planlagt| p.key.nyhed() == Some(Nyhed::Oensker);
    case.it("2026-10-08").act(wishes());
    came_to(case.it("2026-10-09"), is, &refused("10002"));
    came_to(&mut case, |p| is(p) && p.is_undelivered(), &reached(Some("10001")));
    case.it("2026-10-12").kontakt();
    assert!(!case.planlagte().iter().any(is), "{:?}", case.planlagte());
    case.it("2026-10-13").act(wishes()).let_time_pass("2026-10-30");
    let told: Vec<_> = case.sendte.iter().filter(|p| is(p)).map(|p| (p.dag, p.key.nr.as_deref())).collect();
    assert_eq!(told, [(dag("2026-10-14"), Some("10001"))]);
}

/// Once payroll has another address of the contact person, HR has it sent to them after all.
#[test]
fn wishes_that_went_to_the_leader_can_still_be_sent_to_who_makes_the_contact() {
    let mut case = Story::sygemeldt("2026-10-05");
    let is = |p: &Planlagt| p.key.nyhed() == Some(Nyhed::Oensker);
    case.it("2026-10-08").act(Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential: Some(seal()) }));
    case.it("2026-10-09");
    let first = case.planlagte().into_iter().find(is).expect("it is planned").key;
    came_to(&mut case, is, &refused("10002"));
    came_to(&mut case, |p| is(p) && p.is_undelivered(), &reached(Some("10001")));
    case.act(Act::SendAgain(first.clone()));
    assert_eq!(case.planlagte().into_iter().find(is).map(|p| p.key), Some(first));
}

fn asks_for_a_plan(case: &mut Story) {
    let (forloeb, dato) = (Uuid::nil(), case.today);
    case.act(Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb, dato }));
}

fn disputes(case: &mut Story) {
    let (forloeb, leder_nr, begrundelse) = (Uuid::nil(), None, None);
    case.act(Act::BestridLeder(LederBestridt { forloeb, leder_nr, begrundelse }));
}

/// On Friday 9 October HR is told in the leader's place; on Monday the employee says that the leader is not theirs. And the other way
/// round: HR is told because it is disputed, and then the leader's mailbox refuses it.
#[test]
fn hr_is_told_news_once_whichever_way_it_comes() {
    let is = |p: &Planlagt| p.key.nyhed() == Some(Nyhed::Fastholdelsesplan);
    let to_hr = |p: &Planlagt| is(p) && p.key.modtager == Modtagerrolle::Hr;
    let to_leder = |p: &Planlagt| is(p) && p.key.modtager == Modtagerrolle::Leder;
    let mut case = Story::sygemeldt("2026-10-05");
    asks_for_a_plan(case.it("2026-10-08"));
    came_to(case.it("2026-10-09"), to_leder, &refused("10001"));
    came_to(&mut case, to_hr, &reached(None));
    disputes(case.it("2026-10-12"));
    assert!(!case.planlagte().iter().any(to_hr), "{:?}", case.planlagte());

    let mut case = Story::sygemeldt("2026-10-05");
    disputes(case.it("2026-10-08"));
    asks_for_a_plan(&mut case);
    came_to(case.it("2026-10-09"), to_hr, &reached(None));
    came_to(&mut case, to_leder, &refused("10001"));
    assert!(!case.planlagte().iter().any(to_hr), "{:?}", case.planlagte());
}

/// The evaluation of Monday 2 March is on its way to both on Wednesday 25 February, and the coordinator's mailbox has taken nothing for
/// a day: what takes its place knows that it was theirs, and not the leader's, who had it.
#[test]
fn what_is_sent_instead_is_instead_of_the_one_who_could_not_have_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    let evalueringer = vec![dag("2026-03-02")];
    let plan = forloeb::tta::Plan { koordinator: Some("10004".into()), evalueringer, ..Default::default() };
    case.it("2026-02-09").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    let of = |rolle: Modtagerrolle| {
        move |p: &Planlagt| (p.key.frist, p.key.modtager, &*p.key.trin) == (Fristart::TtaEvaluering, rolle, "t-3")
    };
    let given_up = Udfald::Fejlet { grund: "smtp_452".into(), til: Some("10004".into()) };
    came_to(case.it("2026-02-25"), of(Modtagerrolle::Leder), &reached(Some("10001")));
    came_to(&mut case, of(Modtagerrolle::Koordinator), &given_up);
    let instead: Vec<_> = case.planlagte().into_iter().filter(Planlagt::is_undelivered).collect();
    assert_eq!(instead.len(), 2, "HR, and who leads: {instead:?}");
    assert!(instead.iter().all(|p| p.instead_of(&case.forloeb()) == Some(&given_up)), "{instead:?}");
}
