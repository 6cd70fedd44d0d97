//! Dated stories about news: what one has said or done is told to the other once, with the mail of the next working day. Every
//! date is worked out by hand.

use chrono::{DateTime, FixedOffset};
use forloeb::command::{Act, NewReferat};
use forloeb::haendelse::*;
use forloeb::nyheder::Nyhed;
use forloeb::tta::Plan;
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
    let mut case = with_minutes();
    case.raskmeldt("2026-01-27");
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case), ["2026-01-28 referat 10010"]);
}

/// Minutes of Tuesday 27 January are to leave on the 28th, and are news for five working days more: until Wednesday 4 February.
#[test]
fn news_grow_old() {
    let mut case = with_minutes();
    case.it("2026-02-04");
    let planned = |case: &Story| case.planlagte().iter().filter_map(|p| p.key.nyhed()).collect::<Vec<_>>();
    assert_eq!(planned(&case), [Nyhed::Referat]);
    case.it("2026-02-05");
    assert_eq!(planned(&case), []);
}

/// Ill from Monday 5 January; a talk on Tuesday the 27th with minutes of the same day.
fn with_minutes() -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-27").samtale(Samtaleudfald::Holdt);
    let til = talk(&case);
    case.act(minutes(til, false));
    case
}

fn talk(case: &Story) -> u64 {
    case.forloeb().moeder().last().expect("it was held").position
}

fn minutes(til: u64, has_reason: bool) -> Act {
    Act::SkrivReferat(NewReferat { til, aftaler: Vec::new(), has_reason, confidential: seal() })
}

/// Written anew on Thursday the 29th, after the mail: what is told on Friday is that they are others now. Written anew on the same
/// day they are told of once.
#[test]
fn minutes_that_were_told_of_and_are_others_now_are_told_as_that() {
    let mut case = with_minutes();
    case.let_time_pass("2026-01-29");
    let til = talk(&case);
    case.act(minutes(til, true)).let_time_pass("2026-02-10");
    assert_eq!(told(&case), ["2026-01-28 referat 10010", "2026-01-30 aendret 10010"]);
    let mut case = with_minutes();
    let til = talk(&case);
    case.act(minutes(til, true)).let_time_pass("2026-02-10");
    assert_eq!(told(&case), ["2026-01-28 referat 10010"]);
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

/// 20001 is asked on Friday the 9th and has until Tuesday the 13th. Who says nothing has it: the employee is told on the 14th.
#[test]
fn a_leader_who_says_nothing_is_told_of_when_the_days_for_it_have_passed() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-09", true)).let_time_pass("2026-10-30");
    assert_eq!(told(&case), ["2026-10-14 leder 10010"]);
}

/// Decided on Tuesday the 20th, and from the first day on: it is known on the 20th.
#[test]
fn a_leader_who_was_chosen_for_days_that_have_passed_is_told_of() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").act(given("20001", "2026-10-05", false)).let_time_pass("2026-10-30");
    assert_eq!(told(&case), ["2026-10-21 leder 10010"]);
}

/// On the 8th the employee says that the leader is not theirs, and on the 9th asks for a plan: HR hears of it as the leader does.
/// Wishes for the contact are said to who makes it, 10002, and never to HR.
#[test]
fn hr_is_told_what_a_disputed_leader_is_but_no_wishes() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(Act::BestridLeder(LederBestridt {
        forloeb: Uuid::nil(),
        leder_nr: None,
        begrundelse: None,
    }));
    let dato = dag("2026-10-09");
    case.it("2026-10-09").act(Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb: Uuid::nil(), dato }));
    case.act(Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential: Some(seal()) }))
        .let_time_pass("2026-10-12");
    let nyheder = case.sendte.iter().filter_map(|p| Some((p.key.nyhed()?, p.key.modtager)));
    let mut nyheder: Vec<_> = nyheder.collect();
    nyheder.sort_unstable();
    let expected = [
        (Nyhed::Fastholdelsesplan, Modtagerrolle::Leder),
        (Nyhed::Fastholdelsesplan, Modtagerrolle::Hr),
        (Nyhed::Oensker, Modtagerrolle::Kontaktperson),
    ];
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    assert_eq!(nyheder, expected);
}

/// The mailbox of whoever is to be told refuses it.
fn refuse(case: &mut Story, nyhed: Nyhed, grund: &str) {
    let p = case.planlagte().into_iter().find(|p| p.key.nyhed() == Some(nyhed)).expect("it is news");
    let udfald = Udfald::Fejlet { grund: grund.into(), til: p.key.nr.clone() };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key, dag: p.dag, udfald }]));
}

/// The leader's mailbox refuses the mail: HR has it in their stead, while it is news.
#[test]
fn what_the_leader_could_not_be_told_hr_is() {
    let mut case = Story::sygemeldt("2026-10-05");
    let dato = dag("2026-10-08");
    case.it("2026-10-08").act(Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb: Uuid::nil(), dato }));
    refuse(case.it("2026-10-09"), Nyhed::Fastholdelsesplan, "smtp_550");
    let hr = case.planlagte().into_iter().find(|p| p.is_undelivered()).expect("somebody has it");
    assert_eq!((hr.key.modtager, hr.key.nyhed()), (Modtagerrolle::Hr, Some(Nyhed::Fastholdelsesplan)));
    case.it("2026-10-19");
    assert!(!case.planlagte().iter().any(|p| p.is_undelivered()), "from the 9th five working days are until the 16th");
}

/// Nobody writes to the dead, nor about what is annulled: minutes of the 27th, and death on the same day.
#[test]
fn the_dead_are_not_told() {
    let mut case = with_minutes();
    let doed = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-01-27") };
    case.act(Act::Afslut(doed)).let_time_pass("2026-02-10");
    assert_eq!(told(&case), [""; 0]);
    let mut case = with_minutes();
    case.act(Act::Annuller { haendelse: None, begrundelse: seal() }).let_time_pass("2026-02-10");
    assert_eq!(told(&case), [""; 0]);
}

/// Wishes of Thursday the 8th, and the mailbox of the contact person, 10002, is not there, or has been full for a day: it goes on to
/// whoever leads, which is for the mail to find, and to nobody else. Refused there as well it is nobody's.
#[test]
fn wishes_that_the_contact_person_cannot_be_told_go_to_who_leads_and_not_to_hr() {
    for grund in ["smtp_550", "smtp_452"] {
        let mut case = Story::sygemeldt("2026-10-05");
        case.it("2026-10-08").act(Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential: Some(seal()) }));
        refuse(case.it("2026-10-09"), Nyhed::Oensker, grund);
        let instead = |case: &Story| case.planlagte().into_iter().filter(|p| p.is_undelivered()).collect::<Vec<_>>();
        let [to_leder] = &instead(&case)[..] else { panic!("{grund}: {:?}", instead(&case)) };
        let key = &to_leder.key;
        assert_eq!((to_leder.dag, key.modtager), (dag("2026-10-09"), Modtagerrolle::Kontaktperson), "{grund}");
        let refused_by = Udfald::Fejlet { grund: grund.into(), til: Some("10002".into()) };
        assert_eq!(to_leder.instead_of(&case.forloeb()), Some(&refused_by));
        refuse(&mut case, Nyhed::Oensker, grund);
        assert_eq!(instead(&case), [], "{grund}");
    }
}

/// What was told of a kind.
fn told_of(case: &Story, nyhed: Nyhed) -> Vec<String> {
    let kind = format!(" {nyhed} ");
    told(case).into_iter().filter(|line| line.contains(&kind)).collect()
}

/// 10001 gives it to 20001 on Thursday the 8th, who says yes on Friday: on Monday the 12th 10001 is told that, and the employee that
/// another leads.
#[test]
fn the_giver_is_told_once_that_it_was_taken() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").by(Rolle::Leder, "10001").act(given("20001", "2026-10-09", true));
    case.it("2026-10-09").by(Rolle::Leder, "20001").act(answer(Overtagelsessvar::Overtager));
    case.let_time_pass("2026-10-30");
    assert_eq!(told(&case), ["2026-10-12 leder 10010", "2026-10-12 overtagelse 10001"]);
    // The leader above gave it, and HR wrote the answer of who was asked: it is for who gave it.
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").by(Rolle::Leder, "10000").act(given("20001", "2026-10-09", true));
    case.it("2026-10-09").by(Rolle::Hr, "30001").act(answer(Overtagelsessvar::Overtager));
    case.let_time_pass("2026-10-30");
    assert_eq!(told_of(&case, Nyhed::Overtagelse), ["2026-10-12 overtagelse 10000"]);
}

/// What is done, and in words.
type Told<'a> = (&'a str, &'a dyn Fn(&mut Story));

/// HR gave it; who gave it has it themself; nobody has said yes; a no sent it back and 10001 keeps it; 20001 has given it on before the
/// mail leaves.
#[test]
fn nobody_is_told_that_it_was_taken_who_did_not_give_it_or_has_it_back() {
    let by_hr = |case: &mut Story| {
        case.it("2026-10-08").by(Rolle::Hr, "30001").act(given("20001", "2026-10-09", true));
        case.it("2026-10-09").by(Rolle::Leder, "20001").act(answer(Overtagelsessvar::Overtager));
    };
    let to_oneself = |case: &mut Story| {
        case.it("2026-10-08").by(Rolle::Leder, "20001").act(given("20001", "2026-10-09", true));
        case.it("2026-10-09").act(answer(Overtagelsessvar::Overtager));
    };
    let without_answer = |case: &mut Story| {
        case.it("2026-10-08").by(Rolle::Leder, "10001").act(given("20001", "2026-10-09", true));
    };
    let back = |case: &mut Story| {
        case.it("2026-10-08").by(Rolle::Leder, "10001").act(given("20001", "2026-10-09", true));
        case.it("2026-10-09").by(Rolle::Leder, "20001").act(answer(Overtagelsessvar::SigerNej));
        case.by(Rolle::Leder, "10001").act(answer(Overtagelsessvar::Overtager));
    };
    let onward = |case: &mut Story| {
        case.it("2026-10-08").by(Rolle::Leder, "10001").act(given("20001", "2026-10-09", true));
        case.it("2026-10-09").by(Rolle::Leder, "20001").act(answer(Overtagelsessvar::Overtager));
        case.act(given("20002", "2026-10-09", false));
    };
    let all: [Told<'_>; 5] = [
        ("HR gave it", &by_hr),
        ("to oneself", &to_oneself),
        ("no answer", &without_answer),
        ("it came back", &back),
        ("given on", &onward),
    ];
    for (why, happens) in all {
        let mut case = Story::sygemeldt("2026-10-05");
        happens(&mut case);
        case.let_time_pass("2026-10-30");
        assert_eq!(told_of(&case, Nyhed::Overtagelse), [""; 0], "{why}");
    }
}

fn plan(koordinator: Option<&str>) -> Act {
    let plan = Plan { koordinator: koordinator.map(str::to_owned), ..Plan::default() };
    Act::PutPlan { plan, aftalt: true, confidential: seal() }
}

/// 10002 is chosen on Monday 12 January and told on Tuesday; the version of Thursday keeps them; 10003 is chosen on Monday the 19th.
#[test]
fn who_is_chosen_to_coordinate_is_told_once() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").by(Rolle::Leder, "10001").act(plan(Some("10002")));
    case.let_time_pass("2026-01-15").act(plan(Some("10002")));
    case.let_time_pass("2026-01-19").act(plan(Some("10003")));
    case.let_time_pass("2026-02-10");
    let expected = ["2026-01-13 koordinator 10002", "2026-01-20 koordinator 10003"];
    assert_eq!(told_of(&case, Nyhed::Koordinator), expected);
    // Back on the day on which they were chosen: they coordinate all the same.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").by(Rolle::Leder, "10001").act(plan(Some("10002"))).raskmeldt("2026-01-12");
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case), ["2026-01-13 koordinator 10002"]);
}

/// Who made the version knows; who was replaced on the same day, or whose plan was found not to be needed, has nothing to do. What
/// could not be delivered is for nobody else.
#[test]
fn nobody_is_told_to_coordinate_who_knows_it_or_does_not() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").by(Rolle::Koordinator, "10002").act(plan(Some("10002"))).let_time_pass("2026-02-10");
    assert_eq!(told_of(&case, Nyhed::Koordinator), [""; 0]);
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").by(Rolle::Leder, "10001").act(plan(Some("10002"))).act(plan(Some("10003")));
    let mut without = case.clone();
    case.let_time_pass("2026-02-10");
    assert_eq!(told_of(&case, Nyhed::Koordinator), ["2026-01-13 koordinator 10003"]);
    without.act(plan(None)).let_time_pass("2026-02-10");
    assert_eq!(told_of(&without, Nyhed::Koordinator), [""; 0]);
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").by(Rolle::Leder, "10001").act(plan(Some("10002")));
    let mut refused = case.clone();
    let (forloeb, til, begrundelse) = (Uuid::nil(), dag("2026-03-02"), seal());
    case.act(Act::UndtagPlan(TtaPlanUndtaget { forloeb, til, begrundelse })).let_time_pass("2026-02-10");
    assert_eq!(told_of(&case, Nyhed::Koordinator), [""; 0]);
    for grund in ["smtp_550", "smtp_452"] {
        let mut refused = refused.clone();
        refuse(refused.it("2026-01-13"), Nyhed::Koordinator, grund);
        assert!(!refused.planlagte().iter().any(|p| p.is_undelivered()), "{grund}");
    }
    refused.it("2026-01-13").act(Act::Annuller { haendelse: None, begrundelse: seal() }).let_time_pass("2026-02-10");
    assert_eq!(told(&refused), [""; 0], "a mistake from the start");
}
