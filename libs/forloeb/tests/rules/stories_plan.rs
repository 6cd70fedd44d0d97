//! What is recorded about a TTA plan beside its versions: that none is needed for a while, what the employee says of it, with
//! whom it was shared. Every date is counted by hand.

use forloeb::Procent;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::tta::{Plan, Plantrin, Skaanehensyn, Skemadag};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

fn evaluated_on(days: &[&str]) -> Act {
    let plan = Plan {
        koordinator: Some("10002".into()),
        evalueringer: days.iter().map(|d| dag(d)).collect(),
        ..Plan::default()
    };
    Act::PutPlan { plan, aftalt: true, confidential: seal() }
}

fn not_needed(til: &str) -> Act {
    Act::UndtagPlan(TtaPlanUndtaget { forloeb: Uuid::nil(), til: dag(til), begrundelse: seal() })
}

fn answers(version: u32, svar: Plansvar) -> Act {
    Act::BesvarPlan(TtaPlanBesvaret { forloeb: Uuid::nil(), version, svar, bemaerkning: None })
}

fn reminders(case: &Story) -> Vec<&str> {
    let tta = case.sendt.iter().filter(|s| s.contains("tta") && !s.contains(" kalender-"));
    tta.map(String::as_str).collect()
}

/// Monday 5 January 2026. The plan is evaluated on 16 February and 20 April; on 2 February somebody finds that it is not
/// needed until Monday 16 March.
#[test]
fn a_plan_that_is_not_needed_reminds_nobody_until_its_day_and_then_again() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-26").act(evaluated_on(&["2026-02-16", "2026-04-20"]));
    case.it("2026-02-02").act(not_needed("2026-03-16"));
    assert!(case.forloeb().plan_undtaget_on(dag("2026-03-16")).is_some());
    assert!(case.forloeb().plan_undtaget_on(dag("2026-03-17")).is_none());
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
    case.let_time_pass("2026-03-10");
    assert_eq!(reminders(&case), Vec::<&str>::new(), "nothing on 11 and 16 February");
    // Three working days before Monday 16 March is Wednesday the 11th.
    case.let_time_pass("2026-03-16");
    assert_eq!(
        reminders(&case),
        [
            "2026-03-11 tta_evaluering t-3 -> leder",
            "2026-03-11 tta_evaluering t-3 -> koordinator",
            "2026-03-16 tta_evaluering t -> leder",
            "2026-03-16 tta_evaluering t -> koordinator"
        ]
    );
    // Looked at: the plan's own next day is back.
    let h = TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-03-16"), virkninger: Vec::new(), confidential: None };
    case.act(Act::EvaluerPlan(h));
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-04-20"));
}

/// Without any plan there is one day to look at it, and a plan that is made ends that.
#[test]
fn where_there_is_no_plan_it_is_looked_at_again_on_the_day() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert!(case.assessment().frist(Fristart::TtaEvaluering).is_none());
    case.it("2026-02-02").act(not_needed("2026-03-02"));
    case.let_time_pass("2026-03-02");
    // Three working days before Monday 2 March is Wednesday 25 February.
    // Nobody coordinates yet: what is for the coordinator goes to whoever leads, as with a plan without one.
    assert_eq!(
        reminders(&case),
        [
            "2026-02-25 tta_evaluering t-3 -> leder",
            "2026-02-25 tta_evaluering t-3 -> koordinator",
            "2026-03-02 tta_evaluering t -> leder",
            "2026-03-02 tta_evaluering t -> koordinator"
        ]
    );
    case.act(evaluated_on(&[]));
    assert!(case.assessment().frist(Fristart::TtaEvaluering).is_none());
    assert!(case.forloeb().plan_undtaget().is_none());
}

/// The eight weeks are over on Sunday 1 March; the next follow-up is due on 26 April, whether or not a plan is needed.
#[test]
fn that_no_plan_is_needed_is_no_follow_up() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-03-02").act(not_needed("2026-04-13"));
    let frist = case.frist(Fristart::VidereOpfoelgning);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Coming, dag("2026-04-26")));
}

#[test]
fn that_no_plan_is_needed_lies_ahead_and_ends_within_a_year() {
    let mut case = Story::sygemeldt("2026-01-05");
    let refused = |case: &mut Story, til| case.it("2026-02-02").refused(not_needed(til));
    assert_eq!(refused(&mut case, "2026-02-01"), felt("til", Mistake::BeforeEarliest(dag("2026-02-02"))));
    // 366 days after 2 February 2026.
    assert_eq!(refused(&mut case, "2027-02-04"), felt("til", Mistake::AfterLatest(dag("2027-02-03"))));
}

/// A coordinator, days, a yes to talk with the doctor and support that was considered say nothing of what is to happen; each
/// of the others alone is a plan, and so are words of which the domain knows only that they are there.
#[test]
fn a_plan_in_which_nothing_is_agreed_is_none() {
    let mut case = Story::sygemeldt("2026-01-05");
    let around = || Plan {
        koordinator: Some("10002".into()),
        sundhedsvaesen: Some(Samtykke::Given),
        evalueringer: vec![dag("2026-03-02")],
        stoette: vec![Stoette::DelvisRaskmelding],
        ..Plan::default()
    };
    let put = |plan, aftalt| Act::PutPlan { plan, aftalt, confidential: seal() };
    let nothing = || felt("aftalt", Mistake::NothingAgreed);
    assert_eq!(case.it("2026-02-02").refused(put(around(), false)), nothing());
    assert_eq!(case.refused(put(Plan::default(), false)), nothing());
    assert!(case.forloeb().plan().is_none());
    let step = Plantrin {
        fra: dag("2026-02-09"),
        til: None,
        timer_pr_uge: 12.0,
        dage: Vec::new(),
        principper: Vec::new(),
        skema: Vec::new(),
    };
    case.act(put(around(), true));
    case.act(put(Plan { trin: vec![step], ..Plan::default() }, false));
    case.act(put(Plan { tiltag: vec![Princip::Safety], ..Plan::default() }, false));
    case.act(put(Plan { skaanehensyn: vec![Skaanehensyn { til: None }], ..Plan::default() }, false));
    case.act(put(Plan { besked_godkendt: Some(false), ..Plan::default() }, false));
    assert_eq!(case.forloeb().planer.len(), 5);
    // A draft may still be anything.
    case.act(Act::SaveKladde(Ciphertext("nothing yet".into())));
}

#[test]
fn a_draft_is_no_version_and_is_gone_with_the_next_one() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-02").act(Act::SaveKladde(Ciphertext("first".into())));
    case.it("2026-02-03").act(Act::SaveKladde(Ciphertext("second".into())));
    let f = case.forloeb();
    assert!(f.plan().is_none() && f.koordinator().is_none());
    assert_eq!(f.tta.kladde.as_ref().unwrap().what.confidential.0, "second");
    case.act(evaluated_on(&[]));
    let f = case.forloeb();
    assert_eq!((f.plan().unwrap().what.version, f.tta.kladde.as_ref()), (1, None));
}

#[test]
fn the_employee_answers_each_version_and_may_think_again() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(case.it("2026-02-02").refused(answers(1, Plansvar::Enig)), BrokenRegel::NoPlan.into());
    case.act(evaluated_on(&[]));
    assert!(!case.forloeb().plan_is_shared(), "nobody has said anything");
    case.act(answers(1, Plansvar::Uenig));
    assert!(!case.forloeb().plan_is_shared());
    case.act(answers(1, Plansvar::Enig));
    assert!(case.forloeb().plan_is_shared());
    case.act(evaluated_on(&[]));
    let f = case.forloeb();
    assert!(!f.plan_is_shared() && f.plansvar(2).is_none(), "an answer is to the version it was given to");
    assert_eq!(f.plansvar(1).unwrap().what.svar, Plansvar::Enig);
    assert_eq!(case.refused(answers(3, Plansvar::Enig)), BrokenRegel::NoPlan.into());
}

#[test]
fn what_the_employee_says_of_the_message_counts_before_what_was_recorded_of_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    let approves = |version, godkendt| Act::BesvarBesked(TtaBeskedBesvaret { forloeb: Uuid::nil(), version, godkendt });
    case.it("2026-02-02").act(evaluated_on(&[]));
    assert_eq!(case.refused(approves(1, true)), BrokenRegel::NoBesked.into());
    let plan = Plan { besked_godkendt: Some(true), ..Plan::default() };
    case.act(Act::PutPlan { plan, aftalt: false, confidential: seal() });
    let told = |case: &Story| (case.forloeb().besked_godkendt(1), case.forloeb().besked_godkendt(2));
    assert_eq!(told(&case), (None, Some(true)));
    case.act(approves(2, false));
    assert_eq!(told(&case), (None, Some(false)));
    case.act(approves(2, true));
    assert_eq!(told(&case), (None, Some(true)));
}

#[test]
fn own_words_belong_to_the_version_that_stood_when_they_were_written() {
    let mut case = Story::sygemeldt("2026-01-05");
    let words = |af, text: &str| {
        Act::WriteEgneOrd(TtaEgneOrdSkrevet { forloeb: Uuid::nil(), af, confidential: Ciphertext(text.into()) })
    };
    case.it("2026-02-02").act(words(Part::Arbejdsgiver, "before"));
    case.act(evaluated_on(&[]));
    case.act(words(Part::Medarbejder, "to the first"));
    case.act(evaluated_on(&[]));
    let f = case.forloeb();
    let of = |version| f.egne_ord_of(version).map(|e| (e.what.af, e.what.confidential.0.as_str()));
    assert_eq!(of(1), Some((Part::Medarbejder, "to the first")));
    assert_eq!(of(2), Some((Part::Medarbejder, "to the first")));
    case.act(words(Part::Medarbejder, "to the second"));
    let f = case.forloeb();
    assert_eq!(f.egne_ord_of(1).unwrap().what.confidential.0, "to the first");
    assert_eq!(f.egne_ord_of(2).unwrap().what.confidential.0, "to the second");
}

#[test]
fn a_version_is_shared_after_it_was_made() {
    let mut case = Story::sygemeldt("2026-01-05");
    let shared = |dato: &str| {
        Act::DelPlan(TtaPlanDelt { forloeb: Uuid::nil(), version: 1, dato: dag(dato), confidential: seal() })
    };
    assert_eq!(case.it("2026-02-02").refused(shared("2026-02-02")), BrokenRegel::NoPlan.into());
    case.act(evaluated_on(&[]));
    assert_eq!(
        case.it("2026-02-04").refused(shared("2026-02-01")),
        felt("dato", Mistake::BeforeEarliest(dag("2026-02-02")))
    );
    case.act(shared("2026-02-03"));
    assert_eq!(case.forloeb().tta.delinger[0].what.dato, dag("2026-02-03"));
}

#[test]
fn no_day_has_more_than_its_hours_and_a_consideration_ends_within_a_year() {
    let mut case = Story::sygemeldt("2026-01-05");
    let on_monday = |timer: f64| {
        let trin = Plantrin {
            fra: dag("2026-02-09"),
            til: None,
            timer_pr_uge: 3.0,
            dage: vec![Ugedag::Man],
            principper: Vec::new(),
            skema: vec![Skemadag { dag: Ugedag::Man, timer }],
        };
        Act::PutPlan { plan: Plan { trin: vec![trin], ..Plan::default() }, aftalt: false, confidential: seal() }
    };
    let hours = || felt("trin.skema.timer", Mistake::Interval { at_least: 0, at_most: 24 });
    assert_eq!(case.it("2026-02-02").refused(on_monday(24.5)), hours());
    assert_eq!(case.refused(on_monday(-1.0)), hours());
    case.act(on_monday(3.0));
    let considered = |til: &str| {
        let skaanehensyn = vec![Skaanehensyn { til: None }, Skaanehensyn { til: Some(dag(til)) }];
        Act::PutPlan { plan: Plan { skaanehensyn, ..Plan::default() }, aftalt: false, confidential: seal() }
    };
    let refused: DomainRefusal = case.refused(considered("2027-02-04"));
    assert_eq!(refused, felt("skaanehensyn.til", Mistake::AfterLatest(dag("2027-02-03"))));
    case.act(considered("2026-04-30"));
}

/// Maria works 37 hours. From Monday 2 February she is to work 20 hours a week, from the 16th 30, until Sunday 1 March.
#[test]
fn the_hours_that_are_recorded_are_held_against_the_step_of_the_plan() {
    let mut case = Story::sygemeldt("2026-01-05");
    let step = |fra: &str, til: Option<&str>, timer_pr_uge| Plantrin {
        fra: dag(fra),
        til: til.map(dag),
        timer_pr_uge,
        dage: Vec::new(),
        principper: Vec::new(),
        skema: Vec::new(),
    };
    let trin = vec![step("2026-02-02", None, 20.0), step("2026-02-16", Some("2026-03-01"), 30.0)];
    let plan = Plan { trin, ..Plan::default() };
    case.it("2026-01-26").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    let partly = |case: &mut Story, fra: &str, pct: u8| {
        let (fra, omfang_pct) = (dag(fra), Procent::whole(pct));
        case.act(Act::Delvis(DelvisRegistreret { forloeb: Uuid::nil(), fra, omfang_pct, begrundelse: None }));
    };
    let differs = |case: &Story, on: &str| {
        case.forloeb().differs_from_plan(dag(on)).map(|(planned, recorded)| (planned, (recorded * 10.0).round() / 10.0))
    };
    assert_eq!(differs(&case, "2026-02-01"), None, "the plan has not begun");
    assert_eq!(differs(&case, "2026-02-02"), Some((20.0, 0.0)), "still away in full");
    // 40 per cent of 37 hours are 14.8; 46 per cent of absence leave 19.98, and there is no whole per cent nearer to 20.
    partly(&mut case, "2026-02-02", 60);
    assert_eq!(differs(&case, "2026-02-03"), Some((20.0, 14.8)));
    partly(&mut case, "2026-02-09", 46);
    assert_eq!(differs(&case, "2026-02-09"), None);
    assert_eq!(differs(&case, "2026-02-16"), Some((30.0, 20.0)));
    assert_eq!(differs(&case, "2026-03-02"), None, "there is no step any more");
}
