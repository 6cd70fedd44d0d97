//! Signals of frequent absence, told with dates.

use forloeb::command::DomainCommand;
use forloeb::haendelse::{FravaerRegistreret, SignalbrevAfgjort, SignalbrevOensket, Udfald};
use forloeb::refusion::Dage;
use forloeb::signaler::{Signal, signaler};
use forloeb::words::{Aarsag, Kilde};
use uuid::Uuid;

use crate::story::{Story, dag};

fn on(case: &Story, today: &str) -> Vec<Signal> {
    let nyuddannet = case.a.stamdata().is_some_and(|s| s.nyuddannet);
    signaler(&case.list(), &case.a.part_days(case.book()), nyuddannet, dag(today), case.book().in_force(dag(today)))
}

fn names(signaler: &[Signal]) -> Vec<(&str, u32)> {
    signaler.iter().map(|s| (s.name.as_ref(), s.count)).collect()
}

#[test]
fn the_window_counts_where_periods_begin() {
    let mut case = Story::ansat();
    case.it("2026-08-31");
    case.import("2026-02-27", Some("2026-02-28"), 100).import("2026-04-07", Some("2026-04-08"), 100);
    case.import("2026-06-15", Some("2026-06-15"), 100);
    // Six months up to 27 August began on 28 February: the absence of the 27th is outside, that of the 28th is its
    // second day.
    assert_eq!(names(&on(&case, "2026-08-26")), [("perioder", 3)]);
    assert!(on(&case, "2026-08-27").is_empty());
    case.import("2026-08-27", None, 100);
    let signal = on(&case, "2026-08-28").remove(0);
    assert_eq!(signal.window, Dage { fra: dag("2026-03-01"), til: dag("2026-08-28") });
    let dage: Vec<_> = signal.perioder.iter().map(|(_, d)| (d.fra, d.til)).collect();
    assert_eq!(
        dage,
        [
            (dag("2026-04-07"), dag("2026-04-08")),
            (dag("2026-06-15"), dag("2026-06-15")),
            (dag("2026-08-27"), dag("2026-08-28"))
        ],
        "an open one up to today"
    );
}

#[test]
fn fifteen_days_in_twelve_months_are_calendar_days() {
    let mut case = Story::ansat();
    case.it("2026-08-31").import("2026-05-04", Some("2026-05-17"), 100);
    assert!(on(&case, "2026-05-31").is_empty(), "14 days");
    case.import("2026-07-01", Some("2026-07-01"), 100);
    assert_eq!(names(&on(&case, "2026-07-31")), [("dage", 15)]);
    assert!(on(&case, "2027-05-04").is_empty(), "the window began on 5 May");
}

#[test]
fn barn_syg_and_graviditet_do_not_count_and_the_newly_trained_have_a_lower_bound() {
    let mut case = Story::ansat();
    case.it("2026-08-31").import("2026-05-04", Some("2026-05-05"), 100).import("2026-06-01", Some("2026-06-02"), 100);
    for (aarsag, fra, til) in
        [(Aarsag::BarnSyg, "2026-07-01", "2026-07-01"), (Aarsag::Graviditet, "2026-07-06", "2026-07-09")]
    {
        let DomainCommand::RegistrerFravaer(h) = case.registrering(fra, Some(til), 100, Kilde::Import) else {
            panic!()
        };
        case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag, ..h }));
    }
    assert!(on(&case, "2026-08-01").is_empty());
    case.stamdata(|s| s.nyuddannet = true);
    assert_eq!(names(&on(&case, "2026-08-01")), [("perioder_nyuddannet", 2)]);
}

/// Home ill at noon on three days, and nothing after any of them: three periods of a day each, and no forløb. One that is no
/// illness of one's own does not count, nor one that lies ahead.
#[test]
fn a_part_day_alone_counts() {
    let mut case = Story::ansat();
    case.it("2026-06-01");
    case.import("2026-04-14", Some("2026-04-14"), 50).import("2026-05-06", Some("2026-05-06"), 40);
    assert!(case.list().is_empty() && on(&case, "2026-06-01").is_empty());
    case.import("2026-05-27", Some("2026-05-27"), 50);
    assert!(case.list().is_empty() && on(&case, "2026-05-26").is_empty(), "the third lies ahead");
    let signal = on(&case, "2026-06-01").remove(0);
    let days: Vec<_> = signal.perioder.iter().map(|(_, d)| (d.fra.to_string(), d.count())).collect();
    assert_eq!((signal.name.as_ref(), signal.count), ("perioder", 3));
    assert_eq!(names(&on(&case, "2026-06-01")), [("perioder", 3), ("enkeltdage", 3)], "all since 4 March");
    assert_eq!(days, [("2026-04-14".into(), 1), ("2026-05-06".into(), 1), ("2026-05-27".into(), 1)]);
}

/// The rules as they are shipped: three single days within 90 days, the first of which up to Monday 29 June 2026 is 1 April.
#[test]
fn three_single_days_within_90_days_are_a_signal() {
    let mut case = Story::ansat();
    case.it("2026-06-29").import("2026-04-01", Some("2026-04-01"), 100).import("2026-05-12", Some("2026-05-12"), 100);
    assert!(on(&case, "2026-06-29").is_empty(), "two");
    case.import("2026-06-15", Some("2026-06-15"), 100);
    let found = on(&case, "2026-06-29");
    assert_eq!(names(&found), [("perioder", 3), ("enkeltdage", 3)]);
    assert_eq!((found[1].window.fra, found[1].bound), (dag("2026-04-01"), 3));
    assert_eq!(names(&on(&case, "2026-06-30")), [("perioder", 3)], "1 April is outside");
}

/// The same of three that began on a Thursday within 180 days, the first of which up to 29 June is Thursday 1 January; those of
/// the six months began on 31 December up to the 30th.
#[test]
fn three_from_the_same_weekday_within_180_days_are_a_signal() {
    let mut case = Story::ansat();
    case.it("2026-06-29").import("2026-01-01", Some("2026-01-02"), 100).import("2026-03-05", Some("2026-03-06"), 100);
    case.import("2026-05-07", Some("2026-05-08"), 100);
    let found = on(&case, "2026-06-29");
    assert_eq!(names(&found), [("perioder", 3), ("samme_ugedag", 3)]);
    assert_eq!((found[1].window.fra, found[1].bound), (dag("2026-01-01"), 3));
    assert_eq!(names(&on(&case, "2026-06-30")), [("perioder", 3)], "1 January is outside");
}

const PATTERNS: &str = r#"
navn = "mønstre"

[[signal]]
navn = "mandage"
slags = "samme_ugedag"
antal = 3
maaneder = 6
medregn = ["sygdom"]
kilde = "Arbejdspladsens politik"

[[signal]]
navn = "enkeltdage"
slags = "enkeltdage"
antal = 3
maaneder = 6
medregn = ["sygdom"]
kilde = "Arbejdspladsens politik"
"#;

/// Mondays 5 January (two days), 2 February and 2 March, and a Wednesday: three that began on a Monday. A talk about it on 3 March
/// closes the signal until another one begins.
#[test]
fn periods_that_begin_on_the_same_weekday_are_counted_by_themselves() {
    let mut case = Story::ansat();
    case.it("2025-12-01").politik("2026-01-01", PATTERNS).it("2026-03-02");
    case.import("2026-01-05", Some("2026-01-06"), 100).import("2026-02-02", Some("2026-02-02"), 100);
    case.import("2026-02-18", Some("2026-02-19"), 100);
    assert!(on(&case, "2026-03-01").is_empty(), "two Mondays and a Wednesday");
    case.import("2026-03-02", Some("2026-03-03"), 100);
    let signal = on(&case, "2026-03-10").remove(0);
    let days: Vec<_> = signal.perioder.iter().map(|(_, d)| d.fra.to_string()).collect();
    assert_eq!((signal.name.as_ref(), signal.count), ("mandage", 3));
    assert_eq!(days, ["2026-01-05", "2026-02-02", "2026-03-02"]);
}

/// Three single days, of which the third is today: it is one when it is over.
#[test]
fn a_single_day_is_one_when_it_is_over() {
    let told = |sidste: Option<&str>| {
        let mut case = Story::ansat();
        case.it("2025-12-01").politik("2026-01-01", PATTERNS).it("2026-03-12");
        case.import("2026-01-06", Some("2026-01-06"), 100).import("2026-02-18", Some("2026-02-18"), 100);
        case.import("2026-02-23", Some("2026-02-24"), 100).import("2026-03-12", sidste, 100);
        case
    };
    assert!(on(&told(None), "2026-03-12").is_empty(), "nobody knows whether it is the only one");
    assert_eq!(names(&on(&told(Some("2026-03-12")), "2026-03-13")), [("enkeltdage", 3)]);
}

/// Nobody has the weekly mail who has not asked. One a week, whoever notes it twice; what it told is no news, and who asks no more
/// gets none. Mondays are 6 and 13 April 2026.
#[test]
fn the_weekly_mail_is_for_who_asks_and_tells_of_what_is_new() {
    let mut case = Story::ansat();
    case.it("2026-04-01");
    let wish = |ugentligt| DomainCommand::OenskSignalbrev(SignalbrevOensket { ugentligt });
    let [one, two] = [1, 2].map(Uuid::from_u128);
    let sent = |uge: &str, perioder: &[Uuid]| {
        let udfald = Udfald::Sendt { letter: "x@raskvej.example".to_owned(), til: Some("10010".to_owned()) };
        DomainCommand::AfgoerSignalbrev(SignalbrevAfgjort { uge: dag(uge), perioder: perioder.to_vec(), udfald })
    };
    let (monday, next) = (dag("2026-04-06"), dag("2026-04-13"));
    assert!(!case.a.signalbrev().is_wanted_in(monday));
    assert_eq!(case.perform(&sent("2026-04-06", &[one])), [], "nobody wants it");
    assert_eq!(case.perform(&wish(false)), [], "that is how it is");
    assert_eq!(case.perform(&wish(true)).len(), 1);
    assert!(case.a.signalbrev().is_wanted_in(monday) && case.a.signalbrev().is_news(&[one]));
    assert!(!case.a.signalbrev().is_news(&[]), "there is no signal");
    assert_eq!(case.perform(&sent("2026-04-06", &[one])).len(), 1);
    assert_eq!(case.perform(&sent("2026-04-06", &[one, two])), [], "there was one that week");
    let brev = case.a.signalbrev();
    assert!(!brev.is_wanted_in(monday) && brev.is_wanted_in(next));
    assert!(!brev.is_news(&[one]) && brev.is_news(&[one, two]) && brev.is_news(&[two]));
    case.perform(&wish(false));
    assert!(!case.a.signalbrev().is_wanted_in(next));
}
