//! What payroll's rows come to: bridged days off, who pays, whole days. Every date is counted by hand on a calendar.

use std::collections::BTreeSet;

use forloeb::Procent;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::haendelse::*;
use forloeb::refusal::BrokenRegel;
use forloeb::refusion::Dage;
use forloeb::signaler::signaler;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{self, Story, dag, seal};

/// First and last days of every forløb.
fn forloeb(case: &Story) -> Vec<(String, String)> {
    let text = |f: &forloeb::Forloeb| (f.foerste.to_string(), f.sidste.map(|s| s.to_string()).unwrap_or_default());
    case.list().iter().map(text).collect()
}

fn pair(foerste: &str, sidste: &str) -> (String, String) {
    (foerste.to_owned(), sidste.to_owned())
}

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

fn row(
    case: &mut Story,
    (foerste, sidste): (&str, Option<&str>),
    change: impl FnOnce(&mut FravaerRegistreret),
) -> Uuid {
    let DomainCommand::RegistrerFravaer(mut h) = case.registrering(foerste, sidste, 100, Kilde::Import) else {
        unreachable!("a registration was made")
    };
    change(&mut h);
    let id = h.registrering;
    case.perform(&DomainCommand::RegistrerFravaer(h));
    id
}

/// Eight weeks from Monday 7 September to Friday 30 October 2026.
const WEEKS: [(&str, &str); 8] = [
    ("2026-09-07", "2026-09-11"),
    ("2026-09-14", "2026-09-18"),
    ("2026-09-21", "2026-09-25"),
    ("2026-09-28", "2026-10-02"),
    ("2026-10-05", "2026-10-09"),
    ("2026-10-12", "2026-10-16"),
    ("2026-10-19", "2026-10-23"),
    ("2026-10-26", "2026-10-30"),
];

/// The same absence as one row: the same dates, days and kroner.
#[test]
fn rows_of_working_days_are_one_forloeb() {
    let mut whole = Story::ansat();
    whole.it("2026-11-02").import("2026-09-07", Some("2026-10-30"), 100);
    let mut weeks = Story::ansat();
    weeks.it("2026-11-02");
    for (fra, til) in WEEKS {
        weeks.import(fra, Some(til), 100);
    }
    let mut days = Story::ansat();
    days.it("2026-11-02");
    for (fra, _) in WEEKS {
        for n in 0..5 {
            let day = forloeb::calendar::plus_dage(dag(fra), n).to_string();
            days.import(&day, Some(&day), 100);
        }
    }
    assert_eq!((weeks.a.records().len(), days.a.records().len()), (9, 41));
    let dates = |case: &Story| -> Vec<_> {
        let frister = case.assessment().frister.into_iter();
        frister.map(|fr| (fr.art, fr.aabner, fr.maaldag, fr.lovdag, fr.status)).collect()
    };
    for case in [&weeks, &days] {
        assert_eq!(forloeb(case), [pair("2026-09-07", "2026-10-30")]);
        assert_eq!(dates(case), dates(&whole));
        assert_eq!(case.assessment().refusion, whole.assessment().refusion);
        assert_eq!(case.forloeb().omfang(dag("2026-09-12")), Some(Procent::FULL), "a Saturday in between");
    }
    // Day 31 is 7 October, the lovdag day 36, 12 October.
    let refusion = weeks.assessment().refusion;
    assert_eq!((refusion.foerste_refusionsdag, refusion.lovdag), (dag("2026-10-07"), dag("2026-10-12")));
    assert_eq!(weeks.forloeb().fridage[0], dage("2026-09-12", "2026-09-13"));
    assert_eq!(weeks.forloeb().fridage.len(), 7);
}

/// Rows that stop before Easter 2026 and go on after it: Maundy Thursday is 2 April, Easter Monday 6 April.
#[test]
fn public_holidays_are_days_off_and_closed_days_are_not() {
    let mut case = Story::ansat();
    case.it("2026-06-10").import("2026-03-23", Some("2026-04-01"), 100).import("2026-04-07", Some("2026-04-10"), 100);
    assert_eq!(forloeb(&case), [pair("2026-03-23", "2026-04-10")]);
    assert_eq!(case.forloeb().fridage, [dage("2026-04-02", "2026-04-06")]);
    // Friday 5 June is no public holiday: many work.
    case.import("2026-06-01", Some("2026-06-04"), 100).import("2026-06-08", None, 100);
    assert_eq!(forloeb(&case)[1..], [pair("2026-06-01", "2026-06-04"), pair("2026-06-08", "")]);
}

/// Thursday and Friday, fit again, ill once more on Monday.
#[test]
fn a_recorded_raskmelding_is_not_bridged() {
    let two = [pair("2026-10-01", "2026-10-02"), pair("2026-10-05", "")];
    let mut by_person = Story::ansat();
    by_person.it("2026-10-02").import("2026-10-01", None, 100).raskmeldt("2026-10-02");
    by_person.it("2026-10-05").import("2026-10-05", None, 100);
    assert_eq!(forloeb(&by_person), two);
    assert_eq!(by_person.list()[1].tilbagefald_of, Some(by_person.list()[0].id), "a new absence soon after");
    // Payroll's own row says the same; and a later row of payroll about it does not take it back.
    let mut by_payroll = Story::ansat();
    let id = row(by_payroll.it("2026-10-05"), ("2026-10-01", Some("2026-10-02")), |h| h.raskmeldt = true);
    by_payroll.import("2026-10-05", None, 100);
    assert_eq!(forloeb(&by_payroll), two);
    let line = Imported {
        aarsag: Aarsag::Sygdom,
        foerste: dag("2026-10-01"),
        sidste: Some(dag("2026-10-02")),
        omfang_pct: Procent::FULL,
        paragraf_56: None,
        raskmeldt: false,
    };
    by_payroll.perform(&DomainCommand::ChangeFravaer { registrering: id, line });
    assert_eq!(forloeb(&by_payroll), [pair("2026-10-01", "")], "payroll takes its own word back");
    // Recorded by mistake: annulled, it is one absence again.
    let raskmeldt = by_person.a.records().iter().find(|p| p.haendelse.name() == "Raskmeldt").unwrap().position;
    let first = by_person.list()[0].id;
    let act = Act::Annuller { haendelse: Some(raskmeldt), begrundelse: seal() };
    assert!(
        by_person.attempt(&DomainCommand::Forloeb { id: first, if_version: None, act }).is_err(),
        "it would overlap"
    );
    let mut before = Story::ansat();
    before.it("2026-10-05").import("2026-10-01", Some("2026-10-02"), 100).import("2026-10-05", None, 100);
    assert_eq!(forloeb(&before), [pair("2026-10-01", "")]);
}

/// A row a week, and on the last one somebody says that she is back: the next row is another absence.
#[test]
fn who_closes_the_run_parts_it() {
    let mut case = Story::ansat();
    case.it("2026-09-18").import("2026-09-07", Some("2026-09-11"), 100).import("2026-09-14", None, 100);
    case.raskmeldt("2026-09-18");
    case.it("2026-09-21").import("2026-09-21", Some("2026-09-25"), 100);
    assert_eq!(forloeb(&case), [pair("2026-09-07", "2026-09-18"), pair("2026-09-21", "2026-09-25")]);
    // The last day was wrong, and is corrected: she was fit again all the same.
    let first = case.list()[0].id;
    let rettelse = Rettelse::SidsteFravaersdag(Some(dag("2026-09-17")));
    let act = Act::Rettelse { rettelse, begrundelse: seal() };
    case.perform(&DomainCommand::Forloeb { id: first, if_version: None, act });
    assert_eq!(forloeb(&case)[0], pair("2026-09-07", "2026-09-17"));
}

/// Payroll's rows came before anybody could say that she had been fit: it is said afterwards, and taken back.
#[test]
fn what_was_joined_can_be_two_afterwards() {
    let mut case = Story::ansat();
    case.it("2026-10-06").import("2026-10-01", Some("2026-10-02"), 100).import("2026-10-05", None, 100);
    let joined = case.forloeb();
    case.raskmeldt("2026-10-02");
    assert_eq!(forloeb(&case), [pair("2026-10-01", "2026-10-02"), pair("2026-10-05", "")]);
    let raskmeldt = case.a.records().iter().find(|p| p.haendelse.name() == "Raskmeldt").unwrap().position;
    let act = Act::Annuller { haendelse: Some(raskmeldt), begrundelse: seal() };
    case.perform(&DomainCommand::Forloeb { id: joined.id, if_version: None, act });
    assert_eq!(forloeb(&case), [pair("2026-10-01", "")]);
    // The absence itself is ended as ever.
    case.raskmeldt("2026-10-06");
    assert_eq!(forloeb(&case), [pair("2026-10-01", "2026-10-06")]);
}

/// Mondays to Wednesdays, by the roster.
#[test]
fn the_roster_says_which_days_are_off() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.arbejdsdage = Some(vec![Ugedag::Man, Ugedag::Tir, Ugedag::Ons]));
    case.it("2026-09-30").import("2026-09-07", Some("2026-09-09"), 100).import("2026-09-14", Some("2026-09-16"), 100);
    case.import("2026-09-22", Some("2026-09-23"), 100);
    assert_eq!(forloeb(&case), [pair("2026-09-07", "2026-09-16"), pair("2026-09-22", "2026-09-23")], "off Monday 21");
    // A home is open at week-ends, and on Easter Monday.
    let mut home = Story::ansat();
    home.stamdata(|s| s.arbejdsdage = Some(vec![Ugedag::Man, Ugedag::Tir, Ugedag::Loer, Ugedag::Soen]));
    home.it("2026-04-10").import("2026-03-30", Some("2026-03-31"), 100).import("2026-04-04", Some("2026-04-05"), 100);
    home.import("2026-04-07", None, 100);
    assert_eq!(forloeb(&home), [pair("2026-03-30", "2026-04-05"), pair("2026-04-07", "")]);
    // An empty roster says nothing.
    let mut empty = Story::ansat();
    empty.stamdata(|s| s.arbejdsdage = Some(Vec::new()));
    empty.it("2026-10-05").import("2026-10-02", Some("2026-10-02"), 100).import("2026-10-05", None, 100);
    assert_eq!(forloeb(&empty), [pair("2026-10-02", "")]);
}

#[test]
fn bridging_is_a_row_of_the_rule_set() {
    let mut case = Story::ansat();
    case.rules("sammenlaegning = \"fridage\"", "sammenlaegning = \"ingen\"");
    case.it("2026-10-05").import("2026-10-02", Some("2026-10-02"), 100).import("2026-10-05", None, 100);
    assert_eq!(forloeb(&case), [pair("2026-10-02", "2026-10-02"), pair("2026-10-05", "")]);
}

/// Sygdom 19 October to 1 November, graviditet from 2 November; and the other way.
#[test]
fn where_another_authority_pays_a_run_is_split() {
    let mut case = Story::ansat();
    case.it("2026-11-02").import("2026-10-19", Some("2026-11-01"), 100);
    row(&mut case, ("2026-11-02", None), |h| h.aarsag = Aarsag::Graviditet);
    assert_eq!(forloeb(&case), [pair("2026-10-19", "2026-11-01"), pair("2026-11-02", "")]);
    let refusion = case.assessment().refusion;
    assert_eq!((refusion.foerste_refusionsdag, refusion.lovdag), (dag("2026-11-02"), dag("2026-12-07")));
    assert_eq!(case.forloeb().tilbagefald_of, None, "the same absence, for somebody else to pay");
    let mut other = Story::ansat();
    row(other.it("2026-11-02"), ("2026-10-19", Some("2026-11-01")), |h| h.aarsag = Aarsag::Graviditet);
    other.import("2026-11-02", None, 100);
    let refusion = other.assessment().refusion;
    assert_eq!((refusion.foerste_refusionsdag, refusion.lovdag), (dag("2026-12-02"), dag("2026-12-07")));
    // Over a week-end it is the same: Friday 30 October, Monday 2 November.
    let mut weekend = Story::ansat();
    weekend.it("2026-11-02").import("2026-10-19", Some("2026-10-30"), 100);
    row(&mut weekend, ("2026-11-02", None), |h| h.aarsag = Aarsag::Graviditet);
    assert_eq!((weekend.list().len(), weekend.forloeb().tilbagefald_of), (2, None));
    // What is registered wrong in many rows is corrected in all of them.
    let mut rows = Story::ansat();
    rows.it("2026-11-13").import("2026-11-02", Some("2026-11-06"), 100).import("2026-11-09", Some("2026-11-13"), 100);
    rows.ret(Rettelse::Aarsag(Aarsag::Graviditet));
    assert_eq!(forloeb(&rows), [pair("2026-11-02", "2026-11-13")]);
    assert_eq!(rows.assessment().refusion.foerste_refusionsdag, dag("2026-11-02"));
}

/// The kommune pays for both: one run, and EASY's clock begins with the injury.
#[test]
fn an_injury_within_an_illness_has_its_own_first_day() {
    let mut case = Story::ansat();
    case.it("2026-11-09").import("2026-11-02", Some("2026-11-06"), 100);
    assert_eq!(case.forloeb().arbejdsskade_fra, None);
    row(&mut case, ("2026-11-09", None), |h| h.aarsag = Aarsag::Arbejdsskade);
    let f = case.forloeb();
    assert_eq!((forloeb(&case), f.aarsag), (vec![pair("2026-11-02", "")], Aarsag::Sygdom));
    assert_eq!(f.arbejdsskade_fra, Some(dag("2026-11-09")));
    let h = ArbejdsskadeAnmeldt { forloeb: Uuid::nil(), dato: dag("2026-11-09"), sagsnummer: None };
    case.act(Act::AnmeldArbejdsskade(h));
}

/// Home at noon on Wednesday 7 October 2026, away from Thursday on.
#[test]
fn the_first_day_is_the_first_whole_one() {
    let mut case = Story::ansat();
    let id = row(case.it("2026-10-08"), ("2026-10-07", Some("2026-10-07")), |h| h.omfang_pct = Procent::whole(40));
    assert_eq!(forloeb(&case), [], "part of a day alone");
    assert_eq!(case.a.part_days(case.book()).len(), 1);
    case.import("2026-10-08", Some("2026-10-09"), 100).import("2026-10-12", None, 100);
    assert_eq!(forloeb(&case), [pair("2026-10-08", "")]);
    let f = case.forloeb();
    assert_eq!(f.dag_number(dag("2026-10-21")), 14);
    assert_eq!(f.omfang(dag("2026-10-07")), Some(Procent::whole(40)), "it is absence all the same");
    assert!(f.called(id) && case.a.part_days(case.book()).is_empty());
    // The first whole day was Friday: the part day is alone again.
    case.it("2026-10-12").ret(Rettelse::FoersteFravaersdag(dag("2026-10-09")));
    assert_eq!(forloeb(&case), [pair("2026-10-09", "")]);
    assert_eq!(case.forloeb().id, f.id);
}

/// Two part days are partial absence from the first of them.
#[test]
fn partial_absence_of_two_days_begins_on_its_first_day() {
    let half = |h: &mut FravaerRegistreret| h.omfang_pct = Procent::whole(50);
    let mut case = Story::ansat();
    row(case.it("2026-10-12"), ("2026-10-07", Some("2026-10-07")), half);
    row(&mut case, ("2026-10-08", Some("2026-10-09")), half);
    assert_eq!(forloeb(&case), [pair("2026-10-07", "2026-10-09")]);
    let mut one_row = Story::ansat();
    row(one_row.it("2026-10-12"), ("2026-10-07", Some("2026-10-08")), half);
    one_row.import("2026-10-09", None, 100);
    assert_eq!(forloeb(&one_row), [pair("2026-10-07", "")]);
    // A person says it, or something was done about it: then it is a forløb.
    let mut by_person = Story::ansat();
    let k = by_person.it("2026-10-07").registrering("2026-10-07", Some("2026-10-07"), 50, Kilde::Person);
    by_person.perform(&k);
    assert_eq!(by_person.list().len(), 1);
}

#[test]
fn a_row_that_comes_to_part_of_a_day_is_no_forloeb_any_more() {
    let mut case = Story::ansat();
    let id = row(case.it("2026-10-07"), ("2026-10-07", None), |_| {});
    let line = Imported {
        aarsag: Aarsag::Sygdom,
        foerste: dag("2026-10-07"),
        sidste: Some(dag("2026-10-07")),
        omfang_pct: Procent::whole(30),
        paragraf_56: None,
        raskmeldt: true,
    };
    case.it("2026-10-08").perform(&DomainCommand::ChangeFravaer { registrering: id, line });
    assert_eq!(forloeb(&case), [], "its reminders were called off, and that is all that is recorded of it");
    assert_eq!(case.a.records().last().unwrap().haendelse.name(), "PaamindelserAfgjort");
    // With a contact it stays.
    let mut talked = Story::ansat();
    let id = row(talked.it("2026-10-07"), ("2026-10-07", None), |_| {});
    talked.kontakt();
    let line = Imported { sidste: Some(dag("2026-10-07")), ..line };
    talked.it("2026-10-08").perform(&DomainCommand::ChangeFravaer { registrering: id, line });
    assert_eq!(forloeb(&talked), [pair("2026-10-07", "2026-10-07")]);
}

/// Ill oneself on the second of the child's sick days.
#[test]
fn a_sick_child_is_no_obstacle_to_an_own_illness() {
    let mut case = Story::ansat();
    row(case.it("2026-10-07"), ("2026-10-06", Some("2026-10-07")), |h| h.aarsag = Aarsag::BarnSyg);
    case.sygemeld("2026-10-07");
    assert_eq!(forloeb(&case), [pair("2026-10-07", "")]);
    let k = case.registrering("2026-10-07", Some("2026-10-07"), 100, Kilde::Import);
    let refusal = case.attempt(&k).expect_err("two own illnesses");
    assert!(format!("{refusal:?}").contains("Overlaps"));
    // Registered the other way round, and between two rows of the child's.
    row(&mut case, ("2026-10-08", Some("2026-10-08")), |h| h.aarsag = Aarsag::BarnSyg);
    assert_eq!(forloeb(&case), [pair("2026-10-07", "")]);
}

/// What was known on a day is still answered as it was known: on Friday there was one row.
#[test]
fn as_known_before_the_next_row_came() {
    let mut case = Story::ansat();
    case.it("2026-09-11").import("2026-09-07", Some("2026-09-11"), 100);
    let version = case.a.version();
    case.it("2026-09-14").import("2026-09-14", Some("2026-09-18"), 100);
    assert_eq!(forloeb(&case), [pair("2026-09-07", "2026-09-18")]);
    let before = case.a.at_version(version).forloeb(case.book());
    assert_eq!(
        before.iter().map(|f| (f.foerste, f.sidste)).collect::<Vec<_>>(),
        [(dag("2026-09-07"), Some(dag("2026-09-11")))]
    );
}

/// What was done under either name is kept.
#[test]
fn a_row_that_joins_two_keeps_both_names() {
    let mut case = Story::ansat();
    case.it("2026-09-25").import("2026-09-07", Some("2026-09-11"), 100).import("2026-09-21", None, 100);
    let ids: BTreeSet<Uuid> = case.list().iter().map(|f| f.id).collect();
    assert_eq!(ids.len(), 2);
    case.import("2026-09-14", Some("2026-09-18"), 100);
    assert_eq!(forloeb(&case), [pair("2026-09-07", "")]);
    assert!(ids.iter().all(|id| case.forloeb().called(*id)));
}

/// A row in between joins an absence of one day to one that began on Wednesday 16 September: its frister move forward by
/// two days, and nobody gets a step again that they had.
#[test]
fn no_step_is_told_twice_of_what_was_joined() {
    let mut case = Story::ansat();
    case.it("2026-09-16").import("2026-09-14", Some("2026-09-14"), 100).import("2026-09-16", None, 100);
    case.let_time_pass("2026-10-01");
    let of_samtale = |case: &Story| -> Vec<String> {
        case.sendt.iter().filter(|line| line.contains(" samtale t-10 ")).cloned().collect()
    };
    // F+27 is Tuesday 13 October, and ten working days before it Tuesday 29 September.
    assert_eq!(of_samtale(&case), ["2026-09-29 samtale t-10 -> leder"]);
    case.import("2026-09-15", Some("2026-09-15"), 100);
    assert_eq!(forloeb(&case), [pair("2026-09-14", "")]);
    case.let_time_pass("2026-10-06");
    assert_eq!(of_samtale(&case).len(), 1, "the target is 9 October now, and t-10 was 25 September");
    case.let_time_pass("2026-10-07");
    assert!(case.sendt.iter().any(|line| line == "2026-10-06 samtale t-3 -> leder"), "{:?}", case.sendt);
}

/// A day that payroll told of ahead of time has not come.
#[test]
fn what_has_not_begun() {
    let mut case = Story::ansat();
    case.it("2026-11-01").import("2026-11-20", None, 100);
    let f = case.forloeb();
    assert_eq!((f.dag_number(dag("2026-11-01")), f.dag_number(dag("2026-11-20"))), (0, 1));
    assert!(!f.has_begun(dag("2026-11-19")) && f.has_begun(dag("2026-11-20")));
    let refused = case.refused(Act::FoersteKontakt(story::kontakt(dag("2026-11-01"))));
    assert!(!matches!(refused, forloeb::refusal::DomainRefusal::BrokenRegel(BrokenRegel::NotAnsat)));
    let refusion = case.assessment().refusion;
    assert_eq!((refusion.i_fare, refusion.per_arbejdsdag, refusion.tab_begynder), (None, None, None));
    assert!(case.assessment().frister.iter().all(|fr| fr.status == Friststatus::Coming));
    let set = case.book().in_force(case.today).clone();
    assert!(signaler(&case.list(), &[], false, case.today, &set).is_empty());
}

/// Recorded when days off still parted rows: two forløb, each with a contact, and a third week that nobody did anything about.
/// Read by the rules of today they are one, which says under which name the second was known, and over which weekend.
#[test]
fn what_was_a_forloeb_of_its_own_keeps_its_name() {
    let mut case = Story::ansat();
    case.rules("sammenlaegning = \"fridage\"", "sammenlaegning = \"ingen\"");
    for (fra, til) in [("2026-10-05", "2026-10-09"), ("2026-10-12", "2026-10-16")] {
        case.it(fra).import(fra, Some(til), 100).it(til).kontakt();
    }
    case.it("2026-10-19").import("2026-10-19", None, 100);
    let before: Vec<_> = case.list().iter().map(|f| f.id).collect();
    assert_eq!(before.len(), 3);
    let book = forloeb::Regelbog::built_in();
    let now = case.a.forloeb(&book);
    assert_eq!((now.len(), now[0].id), (1, before[0]));
    let weekend = Dage { fra: dag("2026-10-10"), til: dag("2026-10-11") };
    assert_eq!(case.a.joined(&now[0], &book), [(before[1], weekend)]);
    assert!(case.a.joined(&case.list()[0], case.book()).is_empty());
}
