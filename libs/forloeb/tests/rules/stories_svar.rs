//! Dated stories about what the employee answers: the plan to who coordinates it, and fast track to the leader, each told once. Every
//! date is worked out by hand.

use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::nyheder::Nyhed;
use forloeb::tta::Plan;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

/// What was told of a kind: day and to whom.
fn told(case: &Story, nyhed: Nyhed) -> Vec<(String, String)> {
    let of = case.sendt.iter().zip(&case.sendte).filter(|(_, p)| p.key.nyhed() == Some(nyhed));
    of.map(|(line, p)| (line.split(' ').next().expect("a day").to_owned(), p.key.nr.clone().expect("somebody's")))
        .collect()
}

fn one(day: &str, nr: &str) -> Vec<(String, String)> {
    vec![(day.to_owned(), nr.to_owned())]
}

/// Ill from Monday 5 January; on Monday the 12th the leader, 10001, makes a plan with this coordinator.
fn with_plan(koordinator: &str) -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    let plan = Plan { koordinator: Some(koordinator.to_owned()), ..Plan::default() };
    let put = Act::PutPlan { plan, aftalt: true, confidential: seal() };
    case.it("2026-01-12").by(Rolle::Leder, "10001").act(put).let_time_pass("2026-01-14");
    case
}

fn answer(svar: Plansvar) -> Act {
    let (forloeb, version, bemaerkning) = (Uuid::nil(), 1, None);
    Act::BesvarPlan(TtaPlanBesvaret { forloeb, version, svar, bemaerkning })
}

/// Answered on Wednesday the 14th, yes or no: on Thursday both who coordinates and who leads are told, each once.
#[test]
fn who_coordinates_is_told_of_the_answer_to_the_plan() {
    for svar in [Plansvar::Enig, Plansvar::Uenig] {
        let mut case = with_plan("10002");
        case.by(Rolle::Medarbejder, "10010").act(answer(svar)).let_time_pass("2026-02-10");
        assert_eq!(told(&case, Nyhed::PlansvarKoordinator), one("2026-01-15", "10002"), "{svar}");
        assert_eq!(told(&case, Nyhed::Plansvar), one("2026-01-15", "10001"), "{svar}");
    }
}

/// Back after Tuesday the 13th, and answered on Wednesday: who coordinates goes on with the plan, and the leader is not told.
#[test]
fn who_coordinates_is_told_of_an_answer_after_the_return() {
    let mut case = with_plan("10002");
    case.raskmeldt("2026-01-13").by(Rolle::Medarbejder, "10010").act(answer(Plansvar::Enig));
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case, Nyhed::PlansvarKoordinator), one("2026-01-15", "10002"));
    assert!(told(&case, Nyhed::Plansvar).is_empty());
}

/// Who leads and coordinates has it once; and where no plan is needed any more, or another version was made, nobody is told.
#[test]
fn who_leads_and_coordinates_is_told_once_and_nobody_of_what_does_not_count() {
    let mut case = with_plan("10001");
    case.by(Rolle::Medarbejder, "10010").act(answer(Plansvar::Uenig));
    let mut undtaget = with_plan("10002");
    undtaget.by(Rolle::Medarbejder, "10010").act(answer(Plansvar::Uenig));
    let mut another = undtaget.clone();
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case, Nyhed::Plansvar), one("2026-01-15", "10001"));
    let (forloeb, til, begrundelse) = (Uuid::nil(), dag("2026-03-02"), seal());
    undtaget.act(Act::UndtagPlan(TtaPlanUndtaget { forloeb, til, begrundelse })).let_time_pass("2026-02-10");
    let plan = Plan { koordinator: Some("10002".into()), ..Plan::default() };
    another.by(Rolle::Leder, "10001").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    another.let_time_pass("2026-02-10");
    for case in [&case, &undtaget, &another] {
        assert!(told(case, Nyhed::PlansvarKoordinator).is_empty());
    }
}

fn fast_track(beslutning: FastTrackBeslutning, af: Part, dato: &str) -> Act {
    let begrundelse = None;
    Act::FastTrack(FastTrackBesluttet { forloeb: Uuid::nil(), beslutning, af, dato: dag(dato), begrundelse })
}

/// The employer asks on Thursday 29 January. The employee's yes of Monday 2 February is told to the leader on Tuesday; the no of Tuesday
/// the 10th on Wednesday.
#[test]
fn the_leader_is_told_of_the_employees_yes_and_no_to_fast_track() {
    use FastTrackBeslutning::{Anmodet, Fravalgt};
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").by(Rolle::Leder, "10001").act(fast_track(Anmodet, Part::Arbejdsgiver, "2026-01-29"));
    case.let_time_pass("2026-02-02");
    assert!(told(&case, Nyhed::FastTrack).is_empty(), "what the leader did themself is no news");
    case.by(Rolle::Medarbejder, "10010").act(fast_track(Anmodet, Part::Medarbejder, "2026-02-02"));
    case.let_time_pass("2026-02-10").act(fast_track(Fravalgt, Part::Medarbejder, "2026-02-10"));
    case.let_time_pass("2026-03-02");
    assert_eq!(told(&case, Nyhed::FastTrack), [one("2026-02-03", "10001"), one("2026-02-11", "10001")].concat());
}

/// Asked for by the employee on Thursday 29 January: told on Friday. What the leader wrote for the employee is no news, and what was
/// decided after it takes its place.
#[test]
fn the_employees_own_wish_for_fast_track_is_told_and_what_the_leader_wrote_is_not() {
    use FastTrackBeslutning::{Anmodet, Fravalgt};
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").by(Rolle::Medarbejder, "10010").act(fast_track(Anmodet, Part::Medarbejder, "2026-01-29"));
    case.let_time_pass("2026-02-10");
    assert_eq!(told(&case, Nyhed::FastTrack), one("2026-01-30", "10001"));
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").by(Rolle::Leder, "10001").act(fast_track(Anmodet, Part::Medarbejder, "2026-01-29"));
    case.let_time_pass("2026-02-10");
    assert!(told(&case, Nyhed::FastTrack).is_empty());
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-29").by(Rolle::Medarbejder, "10010").act(fast_track(Fravalgt, Part::Medarbejder, "2026-01-29"));
    case.by(Rolle::Leder, "10001").act(fast_track(Anmodet, Part::Medarbejder, "2026-01-29"));
    case.let_time_pass("2026-02-10");
    assert!(told(&case, Nyhed::FastTrack).is_empty(), "the employee told the leader, who wrote it");
}
