//! Dated stories about who has a right to refusion and on which days: § 56, holiday under illness, 74 hours, few hours.

use forloeb::Procent;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::refusion::{Dage, Foerstedagsret};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

fn afbryd(fra: &str, til: &str) -> Act {
    let (fra, til, aarsag) = (dag(fra), dag(til), Afbrydelsesaarsag::Ferie);
    Act::Afbryd(AfbrydelseRegistreret { forloeb: Uuid::nil(), fra, til, aarsag })
}

fn delvis(fra: &str, hundredths: u16) -> Act {
    let omfang_pct = Procent::from_hundredths(hundredths);
    Act::Delvis(DelvisRegistreret { forloeb: Uuid::nil(), fra: dag(fra), omfang_pct, begrundelse: None })
}

fn span(case: &Story) -> Vec<(Dage, Dagsstand)> {
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    regnskab(&f, &r, case.today, case.book()).span.iter().map(|s| (s.dage, s.stand)).collect()
}

fn besvar(gaelder: bool) -> Act {
    Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: Uuid::nil(), gaelder })
}

/// F 1 September, ill all the time: the first refusion day is 1 October and stays there, and 5 to 18 October give nothing.
#[test]
fn ferie_during_the_illness_is_no_gap_and_no_new_period() {
    let mut case = Story::sygemeldt("2026-09-01");
    case.it("2026-10-02").kvitteret().it("2026-11-02").act(afbryd("2026-10-05", "2026-10-18"));
    assert_eq!(case.list().len(), 1);
    let foerste = case.krav("2026-10-01", "2026-10-04");
    case.act(foerste);
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.kan_anmodes_fra), (dag("2026-10-01"), Some(dag("2026-10-19"))));
    let within = case.krav("2026-10-05", "2026-10-31");
    assert_eq!(case.refused(within), DomainRefusal::BrokenRegel(BrokenRegel::KravInAfbrydelse));
    let second = case.krav("2026-10-19", "2026-10-31");
    case.act(second);
    let expected = [
        (dage("2026-09-01", "2026-09-30"), Dagsstand::Arbejdsgiver),
        (dage("2026-10-01", "2026-10-04"), Dagsstand::Anmodet),
        (dage("2026-10-05", "2026-10-18"), Dagsstand::Afbrudt),
        (dage("2026-10-19", "2026-10-31"), Dagsstand::Anmodet),
        (dage("2026-11-01", "2026-11-02"), Dagsstand::CanAnmodes),
    ];
    assert_eq!(span(&case), expected);
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    let g = regnskab(&f, &r, case.today, case.book());
    assert!(g.krav.iter().all(|k| k.error.is_empty()), "{:?}", g.krav);
    let twice = afbryd("2026-10-18", "2026-10-20");
    assert_eq!(case.refused(twice), DomainRefusal::BrokenRegel(BrokenRegel::AlreadyAfbrudt));
}

/// Employed for years, 2 to 13 November: 8 × 8 = 64 and 8 × 9 = 72 hours are under 74; 8 × 9,25 = 74 are not.
#[test]
fn under_74_hours_in_eight_weeks_give_refusion_from_the_first_dag() {
    for (timer, ret) in [(8.0, true), (9.0, true), (9.25, false), (0.0, false)] {
        let mut case = Story::ansat();
        case.stamdata(|s| s.timer_pr_uge = timer);
        case.it("2026-11-02").sygemeld("2026-11-02").it("2026-11-13").raskmeldt("2026-11-13");
        let r = case.assessment().refusion;
        assert_eq!(r.foerstedagsret, ret.then_some(Foerstedagsret::FewHours), "{timer}");
        let frist = case.frist(Fristart::Anmeldelse);
        if ret {
            assert_eq!((r.foerste_refusionsdag, frist.lovdag), (dag("2026-11-02"), dag("2027-02-02")));
        } else {
            assert_eq!(frist.status, Friststatus::Bortfaldet);
        }
    }
}

/// Two weeks from Monday 2 November 2026; the eight weeks before them are 7 September to 1 November. Each Monday to Friday is a fifth of
/// the weekly hours that held on it.
fn ret_of_two_weeks(mut case: Story) -> Option<Foerstedagsret> {
    case.it("2026-11-02").sygemeld("2026-11-02").it("2026-11-13").raskmeldt("2026-11-13");
    case.assessment().refusion.foerstedagsret
}

/// 4 hours a week and 37 in the last one: 7 × 4 + 37 = 65 hours. 37 a week and 8 in the last one: 7 × 37 + 8 = 267.
#[test]
fn the_hours_of_the_eight_weeks_are_those_that_held_on_each_day() {
    let changed = |before: f64, after: f64| {
        let mut case = Story::ansat();
        case.stamdata(|s| s.timer_pr_uge = before);
        case.it("2026-10-26").stamdata(|s| s.timer_pr_uge = after);
        ret_of_two_weeks(case)
    };
    assert_eq!(changed(4.0, 37.0), Some(Foerstedagsret::FewHours));
    assert_eq!(changed(37.0, 8.0), None);
    // 7 × 5,28 + 37 = 73,96 hours, and 7 × 5,29 + 37 = 74,03.
    assert_eq!((changed(5.28, 37.0), changed(5.29, 37.0)), (Some(Foerstedagsret::FewHours), None));
    // Nobody knows the hours of the first seven weeks: nothing follows from those of the last.
    assert_eq!(changed(0.0, 8.0), None);
}

/// Who works on Saturdays and Sundays has half of the weekly hours on each: from Saturday 24 October they are 37, so 24, 25 and 31
/// October and 1 November are 74 hours, with next to none before them.
#[test]
fn a_day_has_its_part_of_the_roster() {
    let roster = |days: Vec<Ugedag>| {
        let mut case = Story::ansat();
        case.stamdata(|s| (s.timer_pr_uge, s.arbejdsdage) = (0.01, Some(days)));
        case.it("2026-10-24").stamdata(|s| s.timer_pr_uge = 37.0);
        ret_of_two_weeks(case)
    };
    assert_eq!(roster(vec![Ugedag::Loer, Ugedag::Soen]), None);
    // From Monday the 26th on Mondays to Fridays: 37 hours.
    assert_eq!(roster(vec![]), Some(Foerstedagsret::FewHours));
}

/// Left on one day, as payroll told before it, and employed again on another, with 37 hours both times.
fn again(left: &str, begins: &str, told: &str) -> Story {
    let mut case = Story::ansat();
    case.it(left).stamdata(|s| s.fratraadt = Some(dag(left)));
    case.it(told).stamdata(|s| (s.ansat, s.fratraadt) = (Some(dag(begins)), None));
    case
}

/// § 30 stk. 4. Left on 30 September: 7 to 30 September are 18 days of 7,4 hours, 133,2; 19 October to 1 November are ten, 74. Left on
/// 11 September and back on Thursday 29 October they are five and two: 51,8 hours. Who left a year ago and is back since 5 October has
/// 20 days, 148 hours, all in the employment that goes on; and who was never here before is new with as many.
#[test]
fn who_is_employed_again_needs_the_hours_alone() {
    assert_eq!(ret_of_two_weeks(again("2026-09-30", "2026-10-19", "2026-10-19")), None);
    assert_eq!(ret_of_two_weeks(again("2026-09-11", "2026-10-29", "2026-10-29")), Some(Foerstedagsret::Nyansat));
    assert_eq!(ret_of_two_weeks(again("2025-06-30", "2026-10-05", "2026-10-05")), None);
    let mut new = Story::ansat();
    new.stamdata(|s| s.ansat = Some(dag("2026-10-05")));
    assert_eq!(ret_of_two_weeks(new), Some(Foerstedagsret::Nyansat));
    // Told ahead, and told late: employed again from the day that payroll says.
    for told in ["2026-10-12", "2026-10-30"] {
        let case = again("2026-09-30", "2026-10-19", told);
        let ansat = |day: &str| case.a.stamdata_on(dag(day)).and_then(|s| s.ansat);
        assert_eq!([ansat("2026-10-18"), ansat("2026-10-19")], ["2015-03-01", "2026-10-19"].map(|day| Some(dag(day))));
        assert_eq!(ret_of_two_weeks(case), None, "{told}");
    }
}

/// The first employment keeps its end, and the days between are of neither: nobody is away from them.
#[test]
fn between_two_employments_nobody_is_employed() {
    let mut case = again("2026-09-30", "2026-10-19", "2026-10-19");
    let left = |day: &str| case.a.stamdata_on(dag(day)).and_then(|s| s.fratraadt);
    assert_eq!([left("2026-10-05"), left("2026-10-19")], [Some(dag("2026-09-30")), None]);
    let between = case.registrering("2026-10-05", Some("2026-10-06"), 100, Kilde::Import);
    assert_eq!(case.attempt(&between), Err(BrokenRegel::NotAnsat.into()));
    // The file of the next night says nothing new, and a later end is of the second alone.
    let version = case.a.version();
    case.it("2026-10-20").stamdata(|_| {});
    assert_eq!(case.a.version(), version);
    case.it("2026-11-02").stamdata(|s| s.fratraadt = Some(dag("2026-12-31")));
    let left = |day: &str| case.a.stamdata_on(dag(day)).and_then(|s| s.fratraadt);
    assert_eq!([left("2026-10-05"), left("2026-10-19")], ["2026-09-30", "2026-12-31"].map(|day| Some(dag(day))));
}

/// 37 hours: 10 % is 3,70 hours a week, 11 % is 4,07. 4 hours are 10,81 %, as a percentage is told: 3,9997 hours are 4,00, for it is
/// the hours that were meant. 10,79 % is 3,99.
#[test]
fn under_four_hours_a_week_gives_no_refusion_from_that_dag() {
    let story = |hundredths: u16, fleksjob: bool| {
        let mut case = Story::ansat();
        case.stamdata(|s| s.fleksjob = fleksjob);
        case.it("2026-09-01").sygemeld("2026-09-01").it("2026-10-02").kvitteret().it("2026-11-16");
        case.act(delvis("2026-11-01", hundredths));
        let fra = if fleksjob { "2026-09-01" } else { "2026-10-01" };
        let before = case.krav(fra, "2026-10-31");
        case.act(before);
        case
    };
    let mut case = story(1000, false);
    let krav = case.krav("2026-11-01", "2026-11-15");
    let few = BrokenRegel::KravOfFewHours { dag: dag("2026-11-01") };
    assert_eq!(case.refused(krav.clone()), DomainRefusal::BrokenRegel(few));
    let r = case.assessment().refusion;
    assert_eq!((r.aeldste_udaekkede, r.kan_anmodes_fra), (None, None));
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt, "nothing is left to claim");
    assert_eq!(span(&case).last(), Some(&(dage("2026-11-01", "2026-11-16"), Dagsstand::FewHours)));
    // Half away again from the 9th: refusion goes on there.
    case.act(delvis("2026-11-09", 5000));
    assert_eq!(case.assessment().refusion.kan_anmodes_fra, Some(dag("2026-11-09")));
    assert_eq!(story(1079, false).refused(krav.clone()), case.refused(krav.clone()));
    for (hundredths, fleksjob) in [(1100, false), (1081, false), (1000, true)] {
        story(hundredths, fleksjob).act(krav.clone());
    }
}

/// An agreement from 1 March 2026: what began before it does not get it, what began under it may be of it.
#[test]
fn a_paragraf_56_aftale_covers_what_began_under_it_and_is_of_it() {
    let story = |f: &str| {
        let mut case = Story::ansat();
        case.stamdata(|s| {
            (s.paragraf_56, s.paragraf_56_fra) = (true, Some(dag("2026-03-01")));
            s.paragraf_56_til = Some(dag("2028-02-29"));
        });
        case.it(f).sygemeld(f);
        case
    };
    for (f, covered) in [("2026-02-27", false), ("2026-03-01", true), ("2028-02-29", true), ("2028-03-01", false)] {
        let refusion = story(f).assessment().refusion;
        assert_eq!(refusion.foerstedagsret == Some(Foerstedagsret::Paragraf56), covered, "{f}");
        assert_eq!(refusion.otherwise.is_some(), covered, "nobody has said: {f}");
    }
    // Monday 2 March: both readings are guarded until somebody says. Thirty days later is 1 April.
    let mut case = story("2026-03-02");
    case.it("2026-04-03");
    let r = case.assessment().refusion;
    let other = r.otherwise.as_ref().unwrap();
    assert_eq!((r.foerste_refusionsdag, other.foerste_refusionsdag), (dag("2026-03-02"), dag("2026-04-01")));
    assert!(r.i_fare.unwrap().beloeb > other.i_fare.unwrap().beloeb);
    case.act(besvar(false));
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.otherwise, r.foerstedagsret), (dag("2026-04-01"), None, None));
    case.act(besvar(true));
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.otherwise), (dag("2026-03-02"), None));
    // An answer can be taken back, and the one before counts again.
    let position = case.a.records().last().unwrap().position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(case.assessment().refusion.foerste_refusionsdag, dag("2026-04-01"));
}

/// A flu of four days under an agreement that is not about it: no anmeldelse, and nobody is reminded of one.
#[test]
fn a_short_illness_that_the_aftale_is_not_about_is_the_employers() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.paragraf_56 = true);
    case.it("2026-03-02").sygemeld("2026-03-02").it("2026-03-05").raskmeldt("2026-03-05");
    assert!(!case.assessment().refusion.otherwise.unwrap().gives && case.assessment().refusion.gives);
    case.act(besvar(false));
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
    assert!(!case.assessment().refusion.gives);
}

/// Claimed by the one reading before anybody answered: from day 31, which the other reading would call a gap.
#[test]
fn while_nobody_has_said_a_krav_by_either_reading_is_taken() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.paragraf_56 = true);
    case.it("2026-03-02").sygemeld("2026-03-02").it("2026-04-03").kvitteret().it("2026-04-20");
    let krav = case.krav("2026-04-01", "2026-04-10");
    case.act(krav);
    let krav = case.krav("2026-03-02", "2026-03-31");
    case.act(krav);
    case.act(besvar(true));
    assert_eq!(case.assessment().refusion.aeldste_udaekkede, Some(dag("2026-04-11")));
}
