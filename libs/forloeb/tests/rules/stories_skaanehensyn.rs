//! Dated stories about considerations of a plan that end. Every date is worked out by hand.
//!
//! One that ends on Tuesday 31 March 2026 opens on the 17th, fourteen days before. Monday the 30th, Friday the 27th and Thursday the
//! 26th are the three arbejdsdage before it; after it come Wednesday 1 April and, over Easter, Tuesday the 7th and Wednesday the 8th.

use forloeb::calendar::Dage;
use forloeb::command::Act;
use forloeb::frister::{Frist, assess};
use forloeb::fulgt::sendte_paamindelser;
use forloeb::haendelse::*;
use forloeb::paamindelser::next_dag;
use forloeb::regler::BUILT_IN;
use forloeb::tta::{Plan, Skaanehensyn};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

/// A plan with a consideration for good, and one until each of these days.
fn considered(ends: &[&str]) -> Act {
    let until = ends.iter().map(|til| Skaanehensyn { til: Some(dag(til)) });
    let skaanehensyn = std::iter::once(Skaanehensyn { til: None }).chain(until).collect();
    let plan = Plan { koordinator: Some("10004".into()), skaanehensyn, ..Plan::default() };
    Act::PutPlan { plan, aftalt: true, confidential: seal() }
}

fn evaluated(dato: &str) -> Act {
    Act::EvaluerPlan(TtaEvalueret { forloeb: Uuid::nil(), dato: dag(dato), virkninger: Vec::new(), confidential: None })
}

fn followed_up(art: Opfoelgningsart, udfald: OtteUgerUdfald, dato: &str) -> Act {
    Act::Opfoelgning(OpfoelgningRegistreret {
        forloeb: Uuid::nil(),
        art,
        dato: dag(dato),
        udfald,
        virkninger: Vec::new(),
        samarbejde: None,
        foranstaltning: None,
        confidential: None,
    })
}

fn met(dato: &str) -> Act {
    let udfald = OtteUgerUdfald::Holdt;
    Act::OtteUger(OtteUgerRegistreret { forloeb: Uuid::nil(), dato: dag(dato), udfald, confidential: None })
}

/// Ill from Monday 5 January 2026, and still away; the plan is of 2 February.
fn away(ends: &[&str]) -> Story {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-02").act(considered(ends));
    case
}

/// Ill from Monday 23 February 2026 through Friday 6 March: too short for anything else to be due. The plan is of 2 March.
fn back(ends: &[&str]) -> Story {
    let mut case = Story::sygemeldt("2026-02-23");
    case.it("2026-03-02").act(considered(ends)).it("2026-03-06").raskmeldt("2026-03-06");
    case
}

fn frist(case: &Story) -> Frist {
    case.frist(Fristart::Skaanehensyn)
}

fn status(case: &mut Story, on: &str) -> Friststatus {
    case.it(on).status(Fristart::Skaanehensyn)
}

/// By what it was resolved, or made pointless.
fn because(case: &Story) -> &'static str {
    frist(case).loest_af.map_or("", |at| at.name)
}

fn told(case: &Story) -> Vec<&str> {
    case.sendt.iter().filter(|line| line.contains(" skaanehensyn ")).map(String::as_str).collect()
}

#[test]
fn one_that_ends_is_talked_about_before() {
    let mut case = away(&["2026-03-31"]);
    let frist = frist(&case);
    assert_eq!((frist.aabner, frist.maaldag, frist.lovdag), (dag("2026-03-17"), dag("2026-03-26"), dag("2026-03-31")));
    assert_eq!(frist.ansvarlig[..], [Modtagerrolle::Leder, Modtagerrolle::Koordinator]);
    let days = [
        ("2026-03-16", Friststatus::Coming),
        ("2026-03-17", Friststatus::Aaben),
        // Five arbejdsdage before the 26th.
        ("2026-03-19", Friststatus::Forfalder),
        ("2026-03-26", Friststatus::Forfalder),
        ("2026-03-27", Friststatus::Overskredet),
    ];
    for (on, expected) in days {
        assert_eq!(status(&mut case, on), expected, "{on}");
    }
    case.it("2026-02-02").let_time_pass("2026-05-29");
    assert_eq!(told(&case), ["2026-03-26 skaanehensyn t -> leder", "2026-04-08 skaanehensyn overskredet-3 -> hr"]);
}

/// One that ends on Sunday 31 May 2026: Friday the 29th, Thursday the 28th and Wednesday the 27th come before it. One that ends on New
/// Year's Day 2027: the 31st is no arbejdsdag, so it is the 30th, the 29th and Monday the 28th.
#[test]
fn working_days_are_counted_back() {
    let target = |foerste: &str, end: &str| {
        let mut case = Story::sygemeldt(foerste);
        let frist = frist(case.act(considered(&[end])));
        (frist.aabner, frist.maaldag, frist.lovdag)
    };
    let weekend = (dag("2026-05-17"), dag("2026-05-27"), dag("2026-05-31"));
    assert_eq!(target("2026-04-20", "2026-05-31"), weekend);
    let new_year = (dag("2026-12-18"), dag("2026-12-28"), dag("2027-01-01"));
    assert_eq!(target("2026-11-02", "2027-01-01"), new_year);
}

/// A talk on the day before it opens is about something else.
#[test]
fn whoever_talks_about_it_since_it_opened_has_done_it() {
    let acts: [fn(&str) -> Act; 3] =
        [evaluated, met, |dato| followed_up(Opfoelgningsart::Videre, OtteUgerUdfald::Holdt, dato)];
    for act in acts {
        let mut case = away(&["2026-03-31"]);
        case.it("2026-03-18").act(act("2026-03-16"));
        assert_eq!(frist(&case).status, Friststatus::Aaben);
        case.act(act("2026-03-17"));
        let done = frist(&case);
        assert_eq!(
            (done.status, done.loest_af.and_then(|at| at.dato)),
            (Friststatus::Opfyldt, Some(dag("2026-03-17")))
        );
        case.let_time_pass("2026-04-30");
        assert!(told(&case).is_empty(), "{:?}", case.sendt);
    }
    // Back since Friday the 20th: the follow-up after the return does it too.
    let mut case = away(&["2026-03-31"]);
    case.it("2026-03-23").raskmeldt("2026-03-20");
    assert_eq!(frist(&case).status, Friststatus::Forfalder);
    case.act(followed_up(Opfoelgningsart::EfterRetur, OtteUgerUdfald::Holdt, "2026-03-23"));
    assert_eq!(frist(&case).status, Friststatus::Opfyldt);
}

#[test]
fn that_no_talk_is_needed_is_an_answer_and_frequent_absence_is_another_matter() {
    let mut case = away(&["2026-03-31"]);
    case.it("2026-03-20").act(followed_up(Opfoelgningsart::HyppigtFravaer, OtteUgerUdfald::Holdt, "2026-03-20"));
    assert_eq!(frist(&case).status, Friststatus::Forfalder);
    case.act(followed_up(Opfoelgningsart::Videre, OtteUgerUdfald::IkkeNoedvendig, "2026-03-20"));
    assert_eq!(frist(&case).status, Friststatus::Undtaget);
    case.it("2026-03-24").act(evaluated("2026-03-24"));
    assert_eq!((frist(&case).status, because(&case)), (Friststatus::Opfyldt, "TtaEvalueret"));
}

/// A version of the 25th was made before there was any hurry; one of the 26th says what is to hold now. A version with another end
/// takes the first one's away: Monday the 29th, Friday the 26th and Thursday the 25th are before Tuesday 30 June.
#[test]
fn a_version_made_when_it_was_due_was_talked_about() {
    for (made, expected) in [("2026-03-25", Friststatus::Forfalder), ("2026-03-26", Friststatus::Opfyldt)] {
        let mut case = away(&["2026-03-31"]);
        case.it(made).act(considered(&["2026-03-31"]));
        assert_eq!(frist(&case).status, expected, "{made}");
    }
    let mut case = away(&["2026-03-31"]);
    case.it("2026-03-26").act(considered(&["2026-03-31"]));
    assert_eq!(because(&case), "TtaPlanLagt");
    case.act(considered(&["2026-06-30"]));
    assert_eq!((frist(&case).status, frist(&case).maaldag), (Friststatus::Coming, dag("2026-06-25")));
}

/// In the plan from Tuesday 24 March, though it would have been open since the 17th. What was said, or said not to be needed, before
/// that was about something else, and so was what was held on the 23rd and told of afterwards.
#[test]
fn what_was_in_no_plan_yet_was_not_talked_about() {
    let mut case = away(&[]);
    case.it("2026-03-20").act(evaluated("2026-03-20"));
    case.act(followed_up(Opfoelgningsart::Videre, OtteUgerUdfald::IkkeNoedvendig, "2026-03-20"));
    case.it("2026-03-24").act(considered(&["2026-03-31"]));
    assert_eq!(frist(&case).status, Friststatus::Forfalder);
    case.it("2026-03-25").act(evaluated("2026-03-23"));
    assert_eq!(frist(&case).status, Friststatus::Forfalder);
    case.act(followed_up(Opfoelgningsart::Videre, OtteUgerUdfald::IkkeNoedvendig, "2026-03-25"));
    assert_eq!(frist(&case).status, Friststatus::Undtaget);
    case.act(evaluated("2026-03-25"));
    assert_eq!(frist(&case).status, Friststatus::Opfyldt);
    // Of the day itself what was told before the version was not about it.
    for (talked_first, expected) in [(true, Friststatus::Forfalder), (false, Friststatus::Opfyldt)] {
        let (plan, talk) = (considered(&["2026-03-31"]), evaluated("2026-03-24"));
        let mut case = away(&[]);
        case.it("2026-03-24");
        let [one, other] = if talked_first { [talk, plan] } else { [plan, talk] };
        assert_eq!(frist(case.act(one).act(other)).status, expected);
    }
}

/// Talked about on the 18th, and the plan is made anew on the 24th with one more end: what was said still counts, and the next is due.
/// Out of the plan from the 20th to the 24th it would count from then; that version is taken back, and it was in the plan all along.
#[test]
fn it_counts_from_the_version_that_has_had_it_ever_since() {
    let mut case = away(&["2026-03-31"]);
    case.it("2026-03-18").act(evaluated("2026-03-18"));
    let mut kept = case.clone();
    kept.it("2026-03-24").act(considered(&["2026-03-31", "2026-04-30"]));
    assert_eq!((frist(&kept).status, frist(&kept).lovdag), (Friststatus::Coming, dag("2026-04-30")));
    case.it("2026-03-20").act(considered(&["2026-04-30"]));
    let mistake = case.forloeb().planer.last().expect("it was made").position;
    case.it("2026-03-24").act(considered(&["2026-03-31"]));
    assert_eq!(frist(&case).status, Friststatus::Forfalder);
    case.act(Act::Annuller { haendelse: Some(mistake), begrundelse: seal() });
    assert_eq!(frist(&case).status, Friststatus::Opfyldt);
}

/// The second ends on Thursday 30 April, and opens on the 16th; Wednesday the 29th, Tuesday the 28th and Monday the 27th come before it.
#[test]
fn of_several_ends_the_first_that_nobody_has_talked_about_is_told_of() {
    let mut case = away(&["2026-04-30", "2026-03-31", "2026-03-31"]);
    assert_eq!(frist(&case).lovdag, dag("2026-03-31"));
    case.let_time_pass("2026-04-10").act(evaluated("2026-04-10"));
    let second = frist(&case);
    assert_eq!(
        (second.status, second.maaldag, second.lovdag),
        (Friststatus::Coming, dag("2026-04-27"), dag("2026-04-30"))
    );
    case.let_time_pass("2026-04-27").act(evaluated("2026-04-27"));
    let expected = [
        "2026-03-26 skaanehensyn t -> leder",
        "2026-04-08 skaanehensyn overskredet-3 -> hr",
        "2026-04-27 skaanehensyn t -> leder",
    ];
    assert_eq!(told(&case), expected);
    assert_eq!((frist(&case).status, frist(&case).lovdag), (Friststatus::Opfyldt, dag("2026-04-30")));
    // One that ends on 7 April has been open since the 24th: one talk is about both.
    let mut case = away(&["2026-03-31", "2026-04-07"]);
    case.it("2026-03-24").act(evaluated("2026-03-24"));
    assert_eq!((frist(&case).status, frist(&case).lovdag), (Friststatus::Opfyldt, dag("2026-04-07")));
}

/// The second ends on Thursday 30 April: it opens on the 16th, is due on Monday the 27th, and Friday 1, Monday 4 and Tuesday 5 May come
/// after it. Nobody has talked about the first.
#[test]
fn an_end_that_was_forgotten_does_not_hide_the_next() {
    let mut case = away(&["2026-03-31", "2026-04-30"]);
    assert_eq!((status(&mut case, "2026-04-15"), frist(&case).lovdag), (Friststatus::Overskredet, dag("2026-03-31")));
    assert_eq!((status(&mut case, "2026-04-16"), frist(&case).lovdag), (Friststatus::Aaben, dag("2026-04-30")));
    let mut talked = case.clone();
    talked.act(evaluated("2026-04-16"));
    assert_eq!((frist(&talked).status, frist(&talked).lovdag), (Friststatus::Opfyldt, dag("2026-04-30")));
    case.it("2026-02-02").let_time_pass("2026-05-29");
    let expected = [
        "2026-03-26 skaanehensyn t -> leder",
        "2026-04-08 skaanehensyn overskredet-3 -> hr",
        "2026-04-27 skaanehensyn t -> leder",
        "2026-05-05 skaanehensyn overskredet-3 -> hr",
    ];
    assert_eq!(told(&case), expected);
}

/// Ill from Monday 23 February 2026, and still away. One ends on Friday 13 March: the 12th, the 11th and Tuesday the 10th come before it.
/// The next ends on Friday the 27th: it opens on the 13th, is due on Tuesday the 24th, and Monday 30 and Tuesday 31 March and Wednesday
/// 1 April come after it. Of the first HR would be told on the 18th, and the anmeldelse opens on the 17th: time alone brings the second
/// before either.
#[test]
fn time_alone_brings_the_next_while_the_employee_is_away() {
    let mut case = Story::sygemeldt("2026-02-23");
    case.it("2026-02-24").kontakt().it("2026-02-27").samtale(Samtaleudfald::Holdt);
    case.it("2026-03-02").act(considered(&["2026-03-13", "2026-03-27"])).let_time_pass("2026-03-10");
    let next = next_dag(&case.forloeb(), &case.assessment(), case.today, case.book());
    assert_eq!((frist(&case).lovdag, next), (dag("2026-03-13"), Some(dag("2026-03-13"))));
    case.let_time_pass("2026-04-30");
    let expected = [
        "2026-03-10 skaanehensyn t -> leder",
        "2026-03-24 skaanehensyn t -> leder",
        "2026-04-01 skaanehensyn overskredet-3 -> hr",
    ];
    assert_eq!(told(&case), expected);
}

/// 31 March and 28 days are 28 April. Then time alone brings the second, which ends on Friday 29 May: the 28th, the 27th and Tuesday the
/// 26th come before it, and the 25th is Whit Monday; Monday 1, Tuesday 2 and Wednesday 3 June come after it. 29 May and 28 days are
/// 26 June.
#[test]
fn it_stays_after_the_return_and_lapses_by_itself() {
    let mut case = back(&["2026-03-31", "2026-05-29"]);
    let next = |case: &Story| next_dag(&case.forloeb(), &case.assessment(), case.today, case.book());
    let running = |case: &Story| case.assessment().is_running(&case.forloeb(), case.today);
    // What is new about the plan has been told by then.
    case.let_time_pass("2026-03-16");
    assert_eq!((frist(&case).status, next(&case)), (Friststatus::Coming, Some(dag("2026-03-26"))));
    case.let_time_pass("2026-04-08");
    assert_eq!(next(&case), Some(dag("2026-04-29")), "time alone brings the second");
    assert_eq!((status(&mut case, "2026-04-28"), frist(&case).lovdag), (Friststatus::Overskredet, dag("2026-03-31")));
    assert_eq!((status(&mut case, "2026-04-29"), frist(&case).lovdag), (Friststatus::Coming, dag("2026-05-29")));
    case.let_time_pass("2026-06-26");
    let expected = [
        "2026-03-26 skaanehensyn t -> leder",
        "2026-04-08 skaanehensyn overskredet-3 -> hr",
        "2026-05-26 skaanehensyn t -> leder",
        "2026-06-03 skaanehensyn overskredet-3 -> hr",
    ];
    assert_eq!(told(&case), expected);
    assert_eq!((frist(&case).status, running(&case)), (Friststatus::Overskredet, true));
    assert_eq!(status(&mut case, "2026-06-27"), Friststatus::Bortfaldet);
    assert_eq!((because(&case), running(&case), next(&case)), ("for_laenge_siden", false, None));
    // While the employee is away somebody can still do it.
    assert_eq!(status(&mut away(&["2026-03-31"]), "2026-06-27"), Friststatus::Overskredet);
}

#[test]
fn who_has_left_is_not_talked_with() {
    let leaves = |s: &mut Stamdata| s.fratraadt = Some(dag("2026-03-20"));
    for mut case in [away(&["2026-03-31"]), back(&["2026-03-31"])] {
        case.it("2026-03-10").stamdata(leaves);
        assert_eq!(status(&mut case, "2026-03-20"), Friststatus::Forfalder);
        assert_eq!((status(&mut case, "2026-03-21"), because(&case)), (Friststatus::Bortfaldet, "fratraadt"));
        case.let_time_pass("2026-04-30");
        assert!(told(&case).is_empty(), "{:?}", case.sendt);
    }
    let mut case = away(&["2026-03-31"]);
    let doed = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-03-10") };
    case.it("2026-03-10").act(Act::Afslut(doed));
    assert_eq!(frist(&case).status, Friststatus::Bortfaldet);
    let mut case = away(&["2026-03-31"]);
    case.act(Act::Annuller { haendelse: None, begrundelse: seal() });
    assert_eq!(frist(&case).status, Friststatus::Bortfaldet);
}

/// Away anew from Monday 23 March: nobody is told while that goes on. Through Friday the 27th it was short, and what was due on the 26th
/// is told on Tuesday the 31st, the morning after it was known. From 23 March through 19 April are 28 days, through 20 April 29: the
/// return from that is followed up on itself.
#[test]
fn an_absence_after_it_goes_on_instead_while_it_lasts_or_where_it_was_long() {
    let of_the_first = |case: &Story| {
        let f = case.list().into_iter().find(|f| f.foerste == dag("2026-02-23")).expect("it is there");
        assess(&f, case.today, case.book()).frist(Fristart::Skaanehensyn).cloned().expect("it has one")
    };
    let mut anew = back(&["2026-03-31"]);
    anew.let_time_pass("2026-03-23").sygemeld("2026-03-23");
    let lapsed = of_the_first(&anew);
    assert_eq!((lapsed.status, lapsed.loest_af.map(|at| at.name)), (Friststatus::Bortfaldet, Some("overtaget")));

    let mut case = anew.clone();
    case.let_time_pass("2026-03-30").raskmeldt("2026-03-27").let_time_pass("2026-04-08");
    assert_eq!(told(&case), ["2026-03-31 skaanehensyn t -> leder", "2026-04-08 skaanehensyn overskredet-3 -> hr"]);
    for (last, expected) in [("2026-04-19", Friststatus::Overskredet), ("2026-04-20", Friststatus::Bortfaldet)] {
        let mut case = anew.clone();
        case.it("2026-04-21").raskmeldt(last);
        assert_eq!(of_the_first(&case).status, expected, "{last}");
    }
}

#[test]
fn there_is_none_without_an_end_a_plan_or_a_row() {
    let has_one = |case: &Story| case.assessment().frist(Fristart::Skaanehensyn).is_some();
    assert!(!has_one(&Story::sygemeldt("2026-01-05")) && !has_one(&away(&[])));
    let mut case = away(&["2026-03-31"]);
    assert!(has_one(&case));
    let not_needed = TtaPlanUndtaget { forloeb: Uuid::nil(), til: dag("2026-03-16"), begrundelse: seal() };
    case.it("2026-02-09").act(Act::UndtagPlan(not_needed));
    assert!(!has_one(&case));
    case.act(considered(&["2026-04-30"]));
    assert_eq!(frist(&case).lovdag, dag("2026-04-30"));
    let row =
        BUILT_IN[0].1.split("\n\n").find(|row| row.contains("art = \"skaanehensyn\"")).expect("the standard has it");
    assert!(!has_one(case.rules(row, "")));
}

/// The 26th and two arbejdsdage are Monday the 30th.
#[test]
fn the_talk_follows_the_reminder_and_says_how_late_it_was() {
    let mut case = away(&["2026-03-31"]);
    case.let_time_pass("2026-03-27").act(evaluated("2026-03-27"));
    let march = Dage::between(dag("2026-03-01"), dag("2026-03-31")).unwrap();
    let sendte = sendte_paamindelser(&case.a, march, dag("2026-04-30"), case.book());
    let mine = sendte.iter().filter(|sendt| sendt.frist == Fristart::Skaanehensyn);
    assert_eq!(mine.map(|sendt| (sendt.dag, sendt.fulgt)).collect::<Vec<_>>(), [(dag("2026-03-26"), true)]);
    for (on, late) in [("2026-03-31", None), ("2026-04-10", Some(10))] {
        let mut case = away(&["2026-03-31"]);
        case.it(on).act(evaluated(on));
        assert_eq!(frist(&case).dage_for_sent(&case.forloeb()), late, "{on}");
    }
}

/// A version of 27 March is in time, and one of 7 April seven days late; a talk on 1 April is a day late. What comes afterwards makes
/// it no later.
#[test]
fn how_late_it_was_is_told_by_what_was_done_first() {
    let anew = || considered(&["2026-03-31"]);
    let stories = [
        (("2026-03-27", anew()), "2026-04-10", None),
        (("2026-04-07", anew()), "2026-04-20", Some(7)),
        (("2026-04-01", evaluated("2026-04-01")), "2026-04-10", Some(1)),
    ];
    for ((first, act), then, late) in stories {
        let mut case = away(&["2026-03-31"]);
        case.it(first).act(act).it(then).act(anew());
        let done = frist(&case);
        assert_eq!((done.status, done.dage_for_sent(&case.forloeb())), (Friststatus::Opfyldt, late), "{first}");
    }
}
