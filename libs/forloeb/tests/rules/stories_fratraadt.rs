//! Dated stories about an employment that ends while the employee is ill, and that payroll may know of long before: what there is
//! to be had of the kommune, and what it is to be told. Every date and krone is worked out by hand.

use forloeb::Oere;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusion::Dage;
use forloeb::refusion::ophoer::earliest_ophoer;
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

/// Payroll tells of the last day of the employment.
fn leaves<'c>(case: &'c mut Story, told: &str, last: &str) -> &'c mut Story {
    case.it(told).stamdata(|s| s.fratraadt = Some(dag(last)))
}

fn span(case: &Story) -> Vec<(Dage, Dagsstand)> {
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    regnskab(&f, &r, case.today, case.book()).span.iter().map(|s| (s.dage, s.stand)).collect()
}

/// F Monday 5 October 2026. On the 12th payroll tells that the last day of the employment is Friday the 30th, F+25: the absence
/// cannot last more than 30 days, so the kommune is not told, nobody is reminded on the 27th (F+22) and the 30th (t−5), and
/// nothing is at risk. On the 20th it is moved to 4 November, the 31st day: one day of refusion, Wednesday 4 November.
#[test]
fn an_end_ahead_within_the_employer_period_leaves_nothing_to_tell_the_kommune() {
    let mut case = Story::sygemeldt("2026-10-05");
    assert_eq!(case.it("2026-10-11").status(Fristart::Anmeldelse), Friststatus::Coming);
    leaves(&mut case, "2026-10-12", "2026-10-30");
    assert!(case.forloeb().is_aabent(case.today), "they are still ill");
    let frist = case.frist(Fristart::Anmeldelse);
    let loest = frist.loest_af.unwrap();
    assert_eq!((frist.status, loest.name, loest.dato), (Friststatus::Bortfaldet, "fratraadt", Some(dag("2026-10-30"))));
    let r = case.assessment().refusion;
    assert_eq!((r.gives, r.i_fare, r.per_arbejdsdag, r.tab_begynder), (false, None, None, None));
    assert_eq!(span(&case), [(dage("2026-10-05", "2026-10-30"), Dagsstand::Arbejdsgiver)]);
    let mut moved = case.clone();
    case.let_time_pass("2026-11-30");
    assert!(case.sendt.iter().all(|line| !line.contains(" anmeldelse ")), "{:?}", case.sendt);

    leaves(&mut moved, "2026-10-20", "2026-11-04");
    let r = moved.assessment().refusion;
    let at_risk = (r.i_fare_dage, r.i_fare.map(|s| s.beloeb));
    assert_eq!(at_risk, (Some(dage("2026-11-04", "2026-11-04")), Some(Oere::from_kroner(1038))), "1.038,36 kr.");
    let frist = moved.frist(Fristart::Anmeldelse);
    assert_eq!((r.gives, frist.status, frist.lovdag), (true, Friststatus::Coming, dag("2026-11-09")));
    moved.let_time_pass("2026-10-27");
    assert!(moved.sendt.iter().any(|line| line == "2026-10-27 anmeldelse aabner -> leder"), "{:?}", moved.sendt);
}

/// The earlier of both days counts: payroll's row ends on 20 November, the employment on 30 October; and the other way round.
#[test]
fn the_earlier_of_the_two_ends_counts() {
    let of = |last_ill: &str, last: &str| {
        let mut case = Story::ansat();
        case.it("2026-10-05").import("2026-10-05", Some(last_ill), 100);
        leaves(&mut case, "2026-10-12", last);
        (case.forloeb().known_end(case.today), case.assessment().refusion.gives)
    };
    assert_eq!(of("2026-11-20", "2026-10-30"), (Some(dag("2026-10-30")), false));
    assert_eq!(of("2026-10-30", "2026-11-20"), (Some(dag("2026-10-30")), false));
    assert_eq!(of("2026-11-20", "2026-11-13"), (Some(dag("2026-11-13")), true));
}

/// Refusion from the first day: an absence that ends with the employment within the period has three months, F + 3 months is
/// 5 January 2027.
#[test]
fn with_refusion_from_the_first_day_the_short_absence_has_three_months() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.fleksjob = true);
    case.it("2026-10-05").sygemeld("2026-10-05");
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-11-09"));
    leaves(&mut case, "2026-10-12", "2026-10-30");
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2027-01-05"));
}

/// A contract that ends in two years says nothing of the illness: the ledger goes to today, and from Monday 5 January 2026 it is 31
/// July on which refusion can stop (§ 24); who leaves in June never gets there.
#[test]
fn an_end_far_ahead_changes_nothing_before_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    leaves(&mut case, "2026-02-10", "2027-12-31");
    let ophoer = |case: &Story| earliest_ophoer(&case.list(), &case.forloeb(), case.today, case.book());
    assert_eq!((ophoer(&case), span(&case).last().unwrap().0.til), (Some(dag("2026-07-31")), dag("2026-02-10")));
    leaves(&mut case, "2026-02-11", "2026-06-30");
    assert_eq!(ophoer(&case), None);
}

/// § 40 stk. 2 and § 31: F Tuesday 1 September 2026, sygedagpenge from the employer, and the employment ends on Thursday the 10th.
/// They stop with it, and the kommune is told within a week: by the 17th, worked towards on Wednesday the 16th.
#[test]
fn sygedagpenge_stop_with_the_employment_and_the_kommune_is_told_a_week_later() {
    let paid = |loen| {
        let mut case = Story::ansat();
        case.stamdata(|s| s.loen_under_sygdom = Some(loen));
        case.it("2026-09-01").sygemeld("2026-09-01");
        case
    };
    let mut case = paid(LoenUnderSygdom::Sygedagpenge);
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-10-07"), "the last of 30 days is the 30th");
    leaves(&mut case, "2026-09-04", "2026-09-10");
    let frist = case.frist(Fristart::Anmeldelse);
    let days = [frist.aabner, frist.maaldag, frist.lovdag];
    assert_eq!(days, ["2026-09-10", "2026-09-16", "2026-09-17"].map(dag));
    assert_eq!((frist.status, frist.derivation.fra), (Friststatus::Coming, dag("2026-09-10")));
    assert!(frist.kilde.contains("§ 31"), "{}", frist.kilde);
    case.it("2026-09-11");
    assert!(!case.forloeb().is_aabent(case.today));
    let r = case.assessment().refusion;
    assert_eq!((r.gives, r.asks_for_anmeldelse), (false, true));
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Forfalder);
    let mut told = case.clone();
    told.kvitteret();
    assert_eq!(told.status(Fristart::Anmeldelse), Friststatus::Opfyldt);
    // Late, the employer has lost nothing; it stays for half a year from that day, through 12 March 2027.
    assert_eq!(case.it("2026-09-18").status(Fristart::Anmeldelse), Friststatus::Overskredet);
    assert_eq!((case.assessment().refusion.mistet, case.assessment().refusion.i_fare), (None, None));
    assert_eq!(case.it("2027-03-12").status(Fristart::Anmeldelse), Friststatus::Overskredet);
    assert_eq!(case.it("2027-03-13").status(Fristart::Anmeldelse), Friststatus::Bortfaldet);

    // Fit again the day before: the thirty days hold, and nobody is told of an absence within them.
    let mut fit = paid(LoenUnderSygdom::Sygedagpenge);
    leaves(&mut fit, "2026-09-04", "2026-09-10").it("2026-09-09").raskmeldt("2026-09-09");
    assert_eq!(fit.status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
    // With the last of the thirty days both ends are the same, and the illness goes on after them.
    let mut whole = paid(LoenUnderSygdom::Sygedagpenge);
    leaves(&mut whole, "2026-09-04", "2026-09-30");
    let frist = whole.frist(Fristart::Anmeldelse);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Coming, dag("2026-10-07")));
    // Wages, or nothing at all, are not such pay.
    let mut with_loen = paid(LoenUnderSygdom::Ja);
    leaves(&mut with_loen, "2026-09-04", "2026-09-10");
    assert_eq!(with_loen.status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
    let mut nothing = paid(LoenUnderSygdom::Nej);
    leaves(&mut nothing, "2026-09-04", "2026-09-10");
    assert_eq!(nothing.frist(Fristart::Anmeldelse).lovdag, dag("2026-09-15"));
}

/// Somebody closes it by hand, as fratrådt on the 10th: it is the same.
#[test]
fn closed_by_hand_it_is_the_same() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.loen_under_sygdom = Some(LoenUnderSygdom::Sygedagpenge));
    case.it("2026-09-01").sygemeld("2026-09-01").it("2026-09-11");
    let (aarsag, dato) = (Slutaarsag::Fratraadt, dag("2026-09-10"));
    case.act(Act::Afslut(ForloebAfsluttet { forloeb: Uuid::nil(), aarsag, dato }));
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-09-17"));
}

/// A rule file from before there was a row for it has the days of a whole period, and an absence within it is told to nobody.
#[test]
fn rules_without_a_row_for_it_count_the_whole_period() {
    let mut case = Story::ansat();
    let row = "naar = \"sygedagpenge_ophoer\"";
    case.rules(row, &format!("{row}\ngaelder_til = 2012-03-06"));
    case.stamdata(|s| s.loen_under_sygdom = Some(LoenUnderSygdom::Sygedagpenge));
    case.it("2026-09-01").sygemeld("2026-09-01");
    leaves(&mut case, "2026-09-04", "2026-09-10");
    let frist = case.frist(Fristart::Anmeldelse);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Bortfaldet, dag("2026-10-07")));
}
