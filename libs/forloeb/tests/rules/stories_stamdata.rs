//! Master data with dates, told with dates: earlier days keep what they had, and what was accepted is not refused since.

use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::haendelse::*;
use forloeb::refusal::BrokenRegel;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn timer(case: &Story, day: &str) -> f64 {
    case.forloeb().stamdata_on(dag(day)).timer_pr_uge
}

fn leder(case: &Story, day: &str) -> String {
    case.forloeb().leder_on(dag(day)).unwrap_or("nobody").to_owned()
}

/// Half time, as payroll tells it on 20 October: of that day on, and of the day that it says.
#[test]
fn a_change_holds_from_its_day() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").stamdata(|s| s.timer_pr_uge = 18.5);
    assert_eq!(
        [timer(&case, "2026-10-05"), timer(&case, "2026-10-19"), timer(&case, "2026-10-20")],
        [37.0, 37.0, 18.5]
    );
    let mut back = Story::sygemeldt("2026-10-05");
    back.it("2026-10-20").stamdata_fra(Some("2026-10-12"), |s| s.timer_pr_uge = 18.5);
    assert_eq!([timer(&back, "2026-10-11"), timer(&back, "2026-10-12")], [37.0, 18.5]);
    let mut ahead = Story::sygemeldt("2026-10-05");
    ahead.it("2026-10-20").stamdata_fra(Some("2026-11-01"), |s| s.timer_pr_uge = 18.5);
    assert_eq!([timer(&ahead, "2026-10-31"), timer(&ahead, "2026-11-01")], [37.0, 18.5]);
    let f = ahead.forloeb();
    let now = |day: &str| f.stamdata_now(dag(day)).timer_pr_uge;
    assert_eq!([now("2026-10-31"), now("2026-11-01")], [37.0, 18.5], "it holds when its day comes, by itself");
}

/// What payroll told first holds from the beginning, whatever day it names.
#[test]
fn the_first_that_is_known_holds_from_the_beginning() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert_eq!(case.a.stamdata_on(dag("1999-01-01")).map(|s| s.timer_pr_uge), Some(37.0));
    case.it("2026-01-06").stamdata(|s| s.fleksjob = true);
    let f = case.forloeb();
    assert!(!f.stamdata_on(dag("2026-01-05")).fleksjob && f.stamdata_on(dag("2026-01-06")).fleksjob);
}

/// A change is of what is new in it. On 20 October payroll tells of half time from 1 November; on the 22nd of a new
/// leader, with the hours as they still are.
#[test]
fn a_change_leaves_what_others_said_of_other_fields() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").stamdata_fra(Some("2026-11-01"), |s| s.timer_pr_uge = 18.5);
    case.it("2026-10-22").stamdata(|s| {
        s.timer_pr_uge = 37.0;
        s.leder_nr = Some("10099".into());
    });
    assert_eq!([timer(&case, "2026-10-31"), timer(&case, "2026-11-01")], [37.0, 18.5]);
    assert_eq!(
        [leder(&case, "2026-10-21"), leder(&case, "2026-10-22"), leder(&case, "2026-11-01")],
        ["10001", "10099", "10099"]
    );
    // Told late that it was 15 hours since 12 October: the leader of now was not the leader then.
    case.it("2026-11-10").stamdata_fra(Some("2026-10-12"), |s| s.timer_pr_uge = 15.0);
    assert_eq!(
        [timer(&case, "2026-10-11"), timer(&case, "2026-10-12"), timer(&case, "2026-11-10")],
        [37.0, 15.0, 15.0]
    );
    assert_eq!([leder(&case, "2026-10-12"), leder(&case, "2026-10-22")], ["10001", "10099"]);
    // The day was wrong, and nothing else is new.
    case.it("2026-11-11").stamdata_fra(Some("2026-10-08"), |_| {});
    assert_eq!([timer(&case, "2026-10-07"), timer(&case, "2026-10-08")], [37.0, 15.0]);
}

/// The same file every night says nothing new.
#[test]
fn what_is_told_again_is_no_event() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").stamdata_fra(Some("2026-11-01"), |s| s.timer_pr_uge = 18.5);
    let version = case.a.version();
    case.it("2026-10-21").stamdata_fra(Some("2026-11-01"), |_| {});
    case.it("2026-11-02").stamdata(|_| {});
    // A payroll that does not tell ahead still sends the old hours until their last day.
    case.it("2026-10-31").stamdata(|s| s.timer_pr_uge = 37.0);
    assert_eq!(case.a.version(), version);
}

/// Leader 10099 from 1 November, told on 20 October: the reminder of 2 November is the new leader's.
#[test]
fn a_leader_from_a_later_day_takes_over_on_that_day() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").stamdata_fra(Some("2026-11-01"), |s| s.leder_nr = Some("10099".into()));
    assert_eq!([leder(&case, "2026-10-31"), leder(&case, "2026-11-01")], ["10001", "10099"]);
    assert_eq!(
        [case.forloeb().leder(dag("2026-10-31")), case.forloeb().leder(dag("2026-11-01"))],
        [Some("10001"), Some("10099")]
    );
    // F+27 is Sunday 1 November: target Friday 30 October; the lovdag is 2 November, and it is overdue on the 3rd.
    case.let_time_pass("2026-11-03");
    let to = |what: &str| {
        let sent = case.sendte.iter().find(|p| p.key.frist == Fristart::Samtale && p.key.trin == what);
        sent.and_then(|p| p.key.nr.clone())
    };
    assert_eq!([to("t"), to("overskredet")], [Some("10001".to_owned()), Some("10099".to_owned())]);
}

/// A tillidsrepræsentant from 1 November is chosen from that day on.
#[test]
fn who_makes_contact_is_a_matter_of_the_day() {
    let mut case = Story::sygemeldt("2026-10-26");
    case.it("2026-10-26").stamdata_fra(Some("2026-11-01"), |s| s.tr_nr = Some("10055".into()));
    let f = case.forloeb();
    assert_eq!(
        [f.kontaktperson(dag("2026-10-31")), f.kontaktperson(dag("2026-11-01"))],
        [Some("10002"), Some("10055")]
    );
}

/// F 2 November; a week later payroll says that she was employed on the 9th.
#[test]
fn what_was_accepted_can_still_be_ended_corrected_and_annulled() {
    let begun = || {
        let mut case = Story::sygemeldt("2026-11-02");
        case.it("2026-11-09").stamdata_fra(Some("2020-01-01"), |s| s.ansat = Some(dag("2026-11-09")));
        case
    };
    let mut case = begun();
    case.it("2026-11-10").raskmeldt("2026-11-10").ret(Rettelse::SidsteFravaersdag(Some(dag("2026-11-09"))));
    let mut case = begun();
    case.ret(Rettelse::OmfangPct(forloeb::Procent::whole(50))).ret(Rettelse::Aarsag(Aarsag::Arbejdsskade));
    case.act(Act::Annuller { haendelse: None, begrundelse: seal() });
    let mut case = begun();
    case.act(Act::Afslut(ForloebAfsluttet {
        forloeb: Uuid::nil(),
        aarsag: Slutaarsag::Andet,
        dato: dag("2026-11-09"),
    }));
    // A row of payroll that only gets its last day is the same absence.
    let mut case = Story::ansat();
    let k = case.it("2026-11-02").registrering("2026-11-02", None, 100, Kilde::Import);
    case.perform(&k);
    case.it("2026-11-09").stamdata_fra(Some("2020-01-01"), |s| s.ansat = Some(dag("2026-11-09")));
    let DomainCommand::RegistrerFravaer(h) = k else { unreachable!("a registration was made") };
    let (registrering, sidste) = (h.registrering, Some(dag("2026-11-08")));
    let line = Imported {
        aarsag: h.aarsag,
        foerste: h.foerste,
        sidste,
        omfang_pct: h.omfang_pct,
        paragraf_56: None,
        raskmeldt: false,
    };
    case.perform(&DomainCommand::ChangeFravaer { registrering, line });
    // What is new is refused: before the employment, as it is said to have been.
    let k = case.registrering("2026-10-01", Some("2026-10-02"), 100, Kilde::Import);
    assert_eq!(case.attempt(&k), Err(BrokenRegel::NotAnsat.into()));
}

/// A new contract of 9 November does not say that she was not employed before.
#[test]
fn an_employment_that_begins_anew_leaves_earlier_days_as_they_were() {
    let mut case = Story::sygemeldt("2026-11-02");
    case.it("2026-11-09").stamdata(|s| s.ansat = Some(dag("2026-11-09")));
    case.ret(Rettelse::FoersteFravaersdag(dag("2026-11-03")));
    let k = case.registrering("2026-10-01", Some("2026-10-02"), 100, Kilde::Import);
    case.perform(&k);
    assert_eq!(case.list().len(), 2);
}

/// Away since Monday 7 September, left on the 30th, and employed again under the same number on 1 December: what was over then
/// is over.
#[test]
fn who_is_employed_again_is_not_still_away() {
    let mut case = Story::ansat();
    case.it("2026-09-07").import("2026-09-07", None, 100);
    case.it("2026-09-15").stamdata(|s| s.fratraadt = Some(dag("2026-09-30")));
    case.it("2026-12-01").stamdata(|s| {
        (s.ansat, s.fratraadt, s.timer_pr_uge) = (Some(dag("2026-12-01")), None, 20.0);
    });
    let old = case.forloeb();
    assert_eq!(
        (old.slutdag(dag("2026-12-02")), old.stamdata.fratraadt),
        (Some(dag("2026-09-30")), Some(dag("2026-09-30")))
    );
    assert_eq!([timer(&case, "2026-09-30"), timer(&case, "2026-12-01")], [37.0, 20.0]);
    // The days between are of nobody's employment, and a new absence is another one.
    let k = case.registrering("2026-11-02", Some("2026-11-03"), 100, Kilde::Import);
    assert_eq!(case.attempt(&k), Err(BrokenRegel::NotAnsat.into()));
    case.it("2026-12-07").import("2026-12-07", None, 100);
    let days: Vec<_> = case.list().iter().map(|f| (f.foerste, f.slutdag(dag("2026-12-08")))).collect();
    assert_eq!(days, [(dag("2026-09-07"), Some(dag("2026-09-30"))), (dag("2026-12-07"), None)]);
    // The same file every night, and then the end of the second one: the first one's stays.
    let version = case.a.version();
    case.it("2026-12-08").stamdata(|_| {});
    assert_eq!(case.a.version(), version);
    case.it("2026-12-15").stamdata(|s| s.fratraadt = Some(dag("2026-12-31")));
    let days: Vec<_> = case.list().iter().map(|f| f.slutdag(dag("2027-01-04"))).collect();
    assert_eq!(days, [Some(dag("2026-09-30")), Some(dag("2026-12-31"))]);
}

/// Told on 15 September already: fit for nothing until the day comes. And it was a mistake: nobody had left.
#[test]
fn an_employment_that_begins_again_is_told_ahead_and_taken_back() {
    let mut case = Story::ansat();
    case.it("2026-09-07").import("2026-09-07", None, 100);
    case.it("2026-09-14").stamdata(|s| s.fratraadt = Some(dag("2026-09-30")));
    let begun = case.a.stamdata().unwrap().clone();
    case.it("2026-09-15").stamdata(|s| (s.ansat, s.fratraadt) = (Some(dag("2026-12-01")), None));
    let f = case.forloeb();
    assert_eq!([f.slutdag(dag("2026-09-30")), f.slutdag(dag("2026-10-01"))], [None, Some(dag("2026-09-30"))]);
    // What payroll says of the first one is of that one: it ended a day later.
    let mut later = case.clone();
    later.it("2026-10-02").stamdata(|s| {
        *s = begun.clone();
        s.fratraadt = Some(dag("2026-10-01"));
    });
    assert_eq!(later.forloeb().slutdag(dag("2026-12-02")), Some(dag("2026-10-01")));
    assert_eq!(later.a.stamdata_on(dag("2026-12-01")).and_then(|s| s.ansat), Some(dag("2026-12-01")));
    case.it("2026-12-02").stamdata(|s| s.ansat = begun.ansat);
    assert!(case.forloeb().is_aabent(dag("2026-12-03")));
}

/// A contract until Friday 30 October, and the next from Monday 2 November: no working day lies between, and she is employed
/// since 2015. From Tuesday it is another employment.
#[test]
fn a_contract_that_follows_the_one_before_goes_on_with_it() {
    let next = |ansat: &str| {
        let mut case = Story::ansat();
        case.it("2026-09-07").import("2026-09-07", None, 100);
        case.it("2026-09-14").stamdata(|s| s.fratraadt = Some(dag("2026-10-30")));
        case.it("2026-10-20").stamdata(|s| (s.ansat, s.fratraadt) = (Some(dag(ansat)), None));
        case.it("2026-11-04").forloeb()
    };
    let f = next("2026-11-02");
    assert!(f.is_aabent(dag("2026-11-04")));
    assert_eq!(f.stamdata_on(dag("2026-11-03")).ansat, Some(dag("2015-03-01")));
    assert_eq!(next("2026-11-03").slutdag(dag("2026-11-04")), Some(dag("2026-10-30")));
}

/// As it was known on a day: the hours that were told since were not known then.
#[test]
fn as_known_before_the_change_was_told() {
    let mut case = Story::sygemeldt("2026-10-05");
    let version = case.a.version();
    case.it("2026-10-20").stamdata_fra(Some("2026-10-12"), |s| s.timer_pr_uge = 18.5);
    let before = case.a.at_version(version).forloeb(case.book()).remove(0);
    assert_eq!([before.stamdata_on(dag("2026-10-12")).timer_pr_uge, timer(&case, "2026-10-12")], [37.0, 18.5]);
}

/// The last day of the employment is the same whenever it was told.
#[test]
fn the_end_of_the_employment_is_no_matter_of_when_it_was_told() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-20").stamdata_fra(Some("2026-11-01"), |s| s.timer_pr_uge = 18.5);
    case.it("2026-10-25").stamdata(|s| s.fratraadt = Some(dag("2026-10-31")));
    assert!(case.forloeb().is_aabent(dag("2026-10-31")) && !case.forloeb().is_aabent(dag("2026-11-01")));
}
