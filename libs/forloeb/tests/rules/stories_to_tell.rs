//! Dated stories about what an employee is told on paper, because no mail has told them. No morning passes but where it is said,
//! so nothing leaves. Every date is worked out by hand.

use chrono::DateTime;
use forloeb::command::{Act, NewAftale, NewReferat};
use forloeb::haendelse::*;
use forloeb::indbydelser::{When, untold};
use forloeb::refusal::Mistake;
use forloeb::to_tell::{ToTell, to_tell};
use forloeb::tta::Plan;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

/// What stands to be told, each in a line.
fn told(case: &Story) -> Vec<String> {
    let f = case.forloeb();
    let line = |one: &ToTell<'_>| match one {
        ToTell::Moede(moede) => {
            let when = match moede.when {
                When::Klokken(time) => time.to_string(),
                When::Dagen(dag) => dag.to_string(),
            };
            format!("{} {when}{}", moede.art, if moede.aflyst { " aflyst" } else { "" })
        }
        ToTell::Aftale(aftale) => format!("aftale {} {}", aftale.nr, aftale.senest),
        ToTell::Plan => "plan".to_owned(),
        ToTell::Referat { moede, changed } => format!("referat {} {changed}", moede.dato),
        ToTell::Leder { before, now } => format!("leder {} {now}", before.unwrap_or_default()),
        ToTell::Reminded => "copy".to_owned(),
    };
    to_tell(&f, &case.assessment(), case.today, case.book()).iter().map(line).collect()
}

fn invited(to: &str) -> Act {
    let to = DateTime::parse_from_rfc3339(to).expect("a time");
    Act::IndkaldSamtale(SamtaleIndkaldt::new(Uuid::nil(), to, seal()))
}

fn minutes(case: &Story, aftaler: &[NewAftale], has_reason: bool) -> Act {
    let til = case.forloeb().moeder().last().expect("it was held").position;
    Act::SkrivReferat(NewReferat { til, aftaler: aftaler.to_vec(), has_reason, confidential: seal() })
}

fn refuse_what_is_theirs(case: &mut Story) {
    let theirs = case.planlagte().into_iter().filter(|p| p.key.modtager == Modtagerrolle::Medarbejder);
    let refused = theirs.map(|p| {
        let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: p.key.nr.clone() };
        Afgoerelse { key: p.key, dag: p.dag, udfald }
    });
    let refused = refused.collect();
    case.act(Act::AfgoerPaamindelser(refused));
}

/// Away since Monday 5 January, invited on the 22nd to Thursday the 29th at ten. Nobody records it, so on the target, Friday the
/// 30th, the leader is reminded of it, and that is what there is to tell.
#[test]
fn a_talk_is_told_until_its_day_whether_the_mail_waits_or_was_refused() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(told(&case), [""; 0]);
    case.it("2026-01-22").act(invited("2026-01-29T10:00:00+01:00"));
    assert_eq!(told(&case), ["samtale 2026-01-29 10:00:00 +01:00"]);
    refuse_what_is_theirs(&mut case);
    assert_eq!(told(&case), ["samtale 2026-01-29 10:00:00 +01:00"]);
    assert_eq!(told(case.it("2026-01-29")).len(), 1);
    assert_eq!(told(case.it("2026-01-30")), ["copy"]);
}

/// A mail told them of the talk, and then it is arranged anew: what is told is the new one, and the day it was moved from is not.
#[test]
fn what_a_mail_has_told_is_not_told_again() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-22").act(invited("2026-01-29T10:00:00+01:00")).morning();
    assert_eq!(told(&case), [""; 0]);
    case.it("2026-01-26").act(invited("2026-01-30T13:00:00+01:00"));
    assert_eq!(told(&case), ["samtale 2026-01-30 13:00:00 +01:00"]);
}

/// A plan of 12 January, evaluated on Monday 16 March: it waits for as long as nobody has answered, long after its mail would have
/// been old.
#[test]
fn a_plan_waits_until_it_is_answered() {
    let mut case = Story::sygemeldt("2026-01-05");
    let plan = Plan { evalueringer: vec![dag("2026-03-16")], ..Plan::default() };
    case.it("2026-01-12").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    assert_eq!(told(&case), ["tta_evaluering 2026-03-16", "plan"]);
    // The talk is late since the beginning of February, and the leader was reminded of that.
    assert_eq!(told(case.it("2026-03-12")), ["tta_evaluering 2026-03-16", "plan", "copy"]);
    let svar = Plansvar::Enig;
    case.act(Act::BesvarPlan(TtaPlanBesvaret { forloeb: Uuid::nil(), version: 1, svar, bemaerkning: None }));
    assert_eq!(told(&case), ["tta_evaluering 2026-03-16", "copy"]);
    assert_eq!(told(case.it("2026-03-17")), ["copy"]);
}

/// Minutes of Tuesday 27 January, in which the employee does something by 10 February and the leader something else. Written anew
/// after a mail told of the first, they are others.
#[test]
fn minutes_are_told_with_what_the_employee_is_to_do() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-27").samtale(Samtaleudfald::Holdt);
    let aftale = |nr, hvem| NewAftale { nr, senest: dag("2026-02-10"), hvem };
    let both = [aftale(None, Aftaleejer::Leder), aftale(None, Aftaleejer::Medarbejder)];
    let act = minutes(&case, &both, false);
    case.act(act);
    assert_eq!(told(&case), ["aftale 2 2026-02-10", "referat 2026-01-27 false"]);
    let mut mailed = case.clone();
    mailed.let_time_pass("2026-01-29");
    assert_eq!(told(&mailed), ["aftale 2 2026-02-10"]);
    let again = [aftale(Some(1), Aftaleejer::Leder), aftale(Some(2), Aftaleejer::Medarbejder)];
    let act = minutes(&mailed, &again, true);
    mailed.act(act);
    assert_eq!(told(&mailed), ["aftale 2 2026-02-10", "referat 2026-01-27 true"]);
    let (nr, udfald, dato) = (2, Aftaleudfald::Gjort, dag("2026-01-27"));
    case.act(Act::AfgoerAftale(AftaleAfgjort { forloeb: Uuid::nil(), nr, udfald, dato }));
    assert_eq!(told(&case), ["referat 2026-01-27 false"]);
    // Back on the 28th: it would have been news until Wednesday 4 February.
    case.raskmeldt("2026-01-27");
    assert_eq!(told(case.it("2026-02-04")), ["referat 2026-01-27 false"]);
    assert_eq!(told(case.it("2026-02-05")), [""; 0]);
}

fn given(leder_nr: &str, fra: &str, spoerges: bool) -> Act {
    Act::SkiftLeder(LederSkiftet { forloeb: Uuid::nil(), leder_nr: leder_nr.to_owned(), fra: dag(fra), spoerges })
}

/// Given to 20001 from Friday 9 October, who has until Tuesday the 13th to say no. Whoever was told of is known, and another is not.
#[test]
fn another_leader_is_told_once_it_is_known_who_leads() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").act(given("20001", "2026-10-09", true));
    for before in ["2026-10-09", "2026-10-13"] {
        assert_eq!(told(case.it(before)), [""; 0]);
    }
    assert_eq!(told(case.it("2026-10-14")), ["leder 10001 20001"]);
    case.morning();
    assert_eq!(told(&case), [""; 0]);
    case.it("2026-10-19").act(given("20002", "2026-10-19", false));
    assert_eq!(told(&case), ["leder 20001 20002"]);
    // Back where it came from before anybody was told: there is nothing to know.
    case.it("2026-10-20").act(given("20001", "2026-10-20", false));
    assert_eq!(told(&case), [""; 0]);
}

/// On Friday 6 February the talk is late, and the leader was told so. Who is invited to it hears of that instead; who had the copy
/// by mail hears nothing.
#[test]
fn the_copy_of_a_reminder_is_told_where_no_invitation_says_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(told(case.it("2026-02-06")), ["copy"]);
    let mut mailed = Story::sygemeldt("2026-01-05");
    mailed.let_time_pass("2026-02-06");
    assert_eq!(told(&mailed), [""; 0]);
    case.act(invited("2026-02-10T10:00:00+01:00"));
    assert_eq!(told(&case), ["samtale 2026-02-10 10:00:00 +01:00"]);
}

fn letter(art: Brevart, dato: &str) -> Act {
    Act::GiveBrev(BrevGivet { forloeb: Uuid::nil(), dato: dag(dato), art, om: Vec::new() })
}

/// A plan of 12 January, evaluated on Monday 16 March, and invited on the 22nd to Thursday the 29th at ten. The invitation is given
/// on the 22nd and noted on the 23rd, and everything else on the 23rd. On the 26th the talk is arranged anew, and on the 27th there is
/// another version of the plan, evaluated on Monday the 23rd: they are others, and stand to be told.
#[test]
fn what_a_letter_has_told_is_not_told_again_and_what_comes_in_its_place_is() {
    let plan = |evaluated: &str| {
        let plan = Plan { evalueringer: vec![dag(evaluated)], ..Plan::default() };
        Act::PutPlan { plan, aftalt: true, confidential: seal() }
    };
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-12").act(plan("2026-03-16"));
    case.it("2026-01-22").act(invited("2026-01-29T10:00:00+01:00"));
    assert_eq!(told(&case), ["samtale 2026-01-29 10:00:00 +01:00", "tta_evaluering 2026-03-16", "plan"]);
    assert!(untold(&case.forloeb()).is_some(), "neither a mail nor a letter has told of the talk");
    assert_eq!(case.refused(letter(Brevart::Besked, "2026-01-23")), felt("dato", Mistake::Future(dag("2026-01-22"))));
    case.it("2026-01-23").act(letter(Brevart::Indkaldelse, "2026-01-22"));
    assert_eq!(told(&case), ["tta_evaluering 2026-03-16", "plan"]);
    assert!(untold(&case.forloeb()).is_none());
    case.act(letter(Brevart::Besked, "2026-01-23"));
    assert_eq!(told(&case), [""; 0]);
    let letters: Vec<_> = case.forloeb().noteret.breve.iter().map(|b| (b.what.dato, b.what.om.len())).collect();
    assert_eq!(letters, [(dag("2026-01-22"), 1), (dag("2026-01-23"), 2)]);
    case.it("2026-01-26").act(invited("2026-01-30T13:00:00+01:00"));
    assert_eq!(told(&case), ["samtale 2026-01-30 13:00:00 +01:00"]);
    case.it("2026-01-27").act(plan("2026-03-23"));
    assert_eq!(told(&case), ["samtale 2026-01-30 13:00:00 +01:00", "tta_evaluering 2026-03-23", "plan"]);
    // It was noted by mistake, and is annulled: what it told stands to be told again, where it still stands.
    let position = case.forloeb().noteret.breve[1].position;
    let before = told(&case);
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(told(&case), before, "the plan of then has given way to another");
    assert_eq!(case.forloeb().noteret.breve.len(), 1);
}

/// Given to 20001 from Friday 9 October, which a letter tells; back from Monday the 12th. Who they know of is the one in the letter.
#[test]
fn whom_a_letter_named_is_the_leader_they_know_of() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-09").act(given("20001", "2026-10-09", false));
    assert_eq!(told(&case), ["leder 10001 20001"]);
    case.act(letter(Brevart::Besked, "2026-10-09"));
    assert_eq!(told(&case), [""; 0]);
    case.it("2026-10-12").act(given("10001", "2026-10-12", false));
    assert_eq!(told(&case), ["leder 20001 10001"]);
    case.act(letter(Brevart::Besked, "2026-10-12"));
    assert_eq!(told(&case), [""; 0]);
}

/// Nobody writes to the dead, to who has left, or about what is annulled.
#[test]
fn whom_nobody_writes_to_is_told_nothing_on_paper_either() {
    let held = || {
        let mut case = Story::sygemeldt("2026-01-05");
        case.it("2026-01-27").samtale(Samtaleudfald::Holdt);
        let act = minutes(&case, &[], false);
        case.act(act);
        assert_eq!(told(&case), ["referat 2026-01-27 false"]);
        case
    };
    let mut dead = held();
    let (aarsag, dato) = (Slutaarsag::Doed, dag("2026-01-27"));
    dead.act(Act::Afslut(ForloebAfsluttet { forloeb: Uuid::nil(), aarsag, dato }));
    assert_eq!(told(&dead), [""; 0]);
    let mut annulled = held();
    annulled.act(Act::Annuller { haendelse: None, begrundelse: seal() });
    assert_eq!(told(&annulled), [""; 0]);
    let mut left = held();
    left.stamdata(|s| s.fratraadt = Some(dag("2026-01-27")));
    assert_eq!(told(left.it("2026-01-28")), [""; 0]);
}
