//! Somebody moves inside the workplace and gets another employee number: one employer, one illness, so the forløb goes on.
//!
//! Maria is away from Monday 2 November 2026 under number 10010, which ends on Sunday the 8th; from Monday the 9th payroll
//! has her under 10020, with another leader.

use chrono::{DateTime, Utc};
use forloeb::Ansaettelse;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::*;
use forloeb::refusal::BrokenRegel;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

const FIRST: &str = "2026-11-09";

/// Under the number before, with the end of the employment told.
fn before() -> Story {
    let mut old = Story::ansat();
    old.it("2026-11-02").import("2026-11-02", Some("2026-11-08"), 100);
    old.it("2026-11-06").stamdata(|s| s.fratraadt = Some(dag("2026-11-08")));
    old
}

/// Under the number after; nothing is known yet of what was before.
fn after(old: &Story) -> Story {
    let mut new = old.clone();
    new.a = Ansaettelse::new("10020");
    new.it(FIRST).stamdata(|s| {
        (s.ansat, s.leder_nr) = (Some(dag(FIRST)), Some("10099".into()));
        s.timer_pr_uge = 30.0;
    });
    new
}

/// Moves: what was told under the number before goes on.
fn moved(old: &mut Story, new: &mut Story) {
    old.today = new.today;
    old.perform(&DomainCommand::Flyt(MedarbejderFlyttet { til_nr: "10020".into(), fra: dag(FIRST) }));
    let (fra_nr, fra, til) = ("10010".to_owned(), dag(FIRST), dag("2026-11-08"));
    let goes_on = AnsaettelseFortsat { fra_nr, fra, til, before: old.a.to_carry(), flere: false };
    new.perform(&DomainCommand::Fortsaet(Box::new(goes_on)));
}

/// F 2 November: lovdag of the anmeldelse F+35 is 7 December, the first refusion day F+30 is 2 December, the talk is due on
/// Friday 27 November. Alone, the new number would begin on the 9th, with refusion from that day for who is new.
#[test]
fn the_forloeb_goes_on_with_its_first_day() {
    let mut old = before();
    old.it("2026-11-06").kontakt();
    let mut new = after(&old);
    new.import(FIRST, None, 100);
    let alone = new.assessment();
    assert_eq!((new.forloeb().foerste, alone.refusion.foerste_refusionsdag), (dag(FIRST), dag(FIRST)));
    let own = new.forloeb().id;

    moved(&mut old, &mut new);
    let list = new.list();
    assert_eq!(list.len(), 1, "{list:?}");
    let (f, v) = (&list[0], new.assessment());
    assert_eq!((f.foerste, f.sidste, f.is_aabent(new.today)), (dag("2026-11-02"), None, true));
    assert!(f.id != own && f.called(own), "the older name stays, and the other one still answers");
    assert_eq!(v.refusion.foerste_refusionsdag, dag("2026-12-02"));
    assert_eq!((v.refusion.lovdag, v.refusion.foerstedagsret), (dag("2026-12-07"), None));
    assert_eq!(new.frist(Fristart::Samtale).maaldag, dag("2026-11-27"));
    assert_eq!(new.status(Fristart::FoersteKontakt), Friststatus::Opfyldt, "it was made under the number before");
    assert_eq!((f.leder_on(dag("2026-11-08")), f.leder_on(dag(FIRST))), (Some("10001"), Some("10099")));
    let hours = |day: &str| f.stamdata_on(dag(day)).timer_pr_uge;
    assert_eq!([hours("2026-11-08"), hours(FIRST)], [37.0, 30.0]);
    assert_eq!(new.a.flyttet_under(f), Some(("10010", dag(FIRST))));
    assert!(old.list().is_empty(), "nothing follows from the number before any more");
}

/// Payroll tells of the move on Monday, and of the absence under the new number on Tuesday.
#[test]
fn an_absence_that_comes_after_the_move_goes_on_too() {
    let mut old = before();
    let mut new = after(&old);
    moved(&mut old, &mut new);
    assert_eq!(new.forloeb().sidste, Some(dag("2026-11-08")));
    new.it("2026-11-10").import(FIRST, None, 100);
    assert_eq!((new.list().len(), new.forloeb().foerste, new.forloeb().sidste), (1, dag("2026-11-02"), None));
    // What she does from now on is about the one forløb.
    new.it("2026-11-20").raskmeldt("2026-11-19");
    assert_eq!(new.forloeb().sidste, Some(dag("2026-11-19")));
    assert_eq!(new.forloeb().dag_number(dag("2026-11-19")), 18);
}

/// The row under the number before was left open, and the leader there closed the forløb as that of somebody who left.
#[test]
fn what_was_left_open_or_closed_by_the_move_goes_on() {
    let mut old = Story::sygemeldt("2026-11-02");
    old.it("2026-11-06").stamdata(|s| s.fratraadt = Some(dag("2026-11-08")));
    let mut closed = old.clone();
    let ends = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Fratraadt, dato: dag("2026-11-08") };
    closed.it("2026-11-08").act(Act::Afslut(ends));
    for mut old in [old, closed] {
        let mut new = after(&old);
        new.import(FIRST, None, 100);
        moved(&mut old, &mut new);
        let f = new.forloeb();
        assert_eq!((new.list().len(), f.foerste, f.is_aabent(new.today)), (1, dag("2026-11-02"), true));
        assert_eq!(f.uenigheder, [], "payroll says no other first day");
    }
}

/// The row under the number before was planned through the 15th, and the new one begins on the 9th: the days of both are days
/// of one absence. What a person said of the last day is no plan.
#[test]
fn days_that_are_told_under_both_numbers_are_days_of_one_absence() {
    let mut old = Story::ansat();
    old.it("2026-11-02").import("2026-11-02", Some("2026-11-15"), 100);
    old.it("2026-11-06").stamdata(|s| s.fratraadt = Some(dag("2026-11-08")));
    let mut new = after(&old);
    new.import(FIRST, None, 50);
    moved(&mut old, &mut new);
    let f = new.forloeb();
    assert_eq!((new.list().len(), f.foerste, f.sidste), (1, dag("2026-11-02"), None));
    let pct = |day: &str| f.omfang(dag(day)).unwrap().hundredths();
    assert_eq!([pct("2026-11-08"), pct(FIRST), pct("2026-11-15")], [10_000, 5_000, 5_000]);
}

/// Back on Friday the 6th, and ill again from the 10th: two forløb, as under one number.
#[test]
fn a_raskmelding_parts_here_as_everywhere() {
    let mut old = Story::sygemeldt("2026-11-02");
    old.it("2026-11-06").raskmeldt("2026-11-05").stamdata(|s| s.fratraadt = Some(dag("2026-11-08")));
    let mut new = after(&old);
    new.it("2026-11-10").import("2026-11-10", None, 100);
    moved(&mut old, &mut new);
    let days: Vec<_> = new.list().iter().map(|f| f.foerste).collect();
    assert_eq!(days, [dag("2026-11-02"), dag("2026-11-10")]);
    // The second one has an employer period: she has been employed since 2015, and not since yesterday.
    assert_eq!(new.assessment().refusion.foerste_refusionsdag, dag("2026-12-10"));
}

/// Two mornings of reminders under the number before; the same steps do not leave again, and the new leader has the rest.
#[test]
fn nobody_is_reminded_twice() {
    let mut old = before();
    old.let_time_pass("2026-11-08");
    let mut new = after(&old);
    new.import(FIRST, None, 100);
    moved(&mut old, &mut new);
    new.let_time_pass("2026-12-04");
    let mut sent: Vec<_> = new.sendt.iter().map(|line| line.split_once(' ').unwrap().1).collect();
    let count = sent.len();
    sent.sort_unstable();
    sent.dedup();
    assert_eq!(sent.len(), count, "{:?}", new.sendt);
    let to_leder = |key: &Key| key.frist == Fristart::Samtale && key.modtager == Modtagerrolle::Leder;
    let talks: Vec<_> = new.sendte.iter().filter(|p| to_leder(&p.key)).collect();
    assert!(talks.iter().all(|p| p.key.nr.as_deref() == Some("10099")), "{talks:?}");
    assert!(!talks.is_empty());
}

/// Until the move was recorded, on the 12th, it was not known: the answer of then stays.
#[test]
fn what_was_known_on_a_day_is_answered_as_it_was_known() {
    let mut old = before();
    let mut new = after(&old);
    new.import(FIRST, None, 100);
    new.it("2026-11-12");
    moved(&mut old, &mut new);
    let foerste = |a: &Ansaettelse| a.forloeb(new.book()).iter().map(|f| f.foerste).collect::<Vec<_>>();
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(foerste(&new.a.known(at("2026-11-11T20:00:00Z"))), [dag(FIRST)]);
    assert_eq!(foerste(&old.a.known(at("2026-11-11T20:00:00Z"))), [dag("2026-11-02")]);
    assert_eq!(foerste(&new.a.known(at("2026-11-12T20:00:00Z"))), [dag("2026-11-02")]);
    assert!(foerste(&old.a.known(at("2026-11-12T20:00:00Z"))).is_empty());
    assert_eq!(foerste(&new.a.at_version(2)), [dag(FIRST)]);
    let id = new.forloeb().id;
    assert_eq!(new.a.known_of(id, at("2026-11-11T20:00:00Z")).nr(), "10010", "its name was known there");
    assert_eq!(new.a.known_of(id, at("2026-11-12T20:00:00Z")).nr(), "10020");
}

/// From there on nothing is recorded under the number before, and what is carried keeps what it was sealed as in the log.
#[test]
fn the_number_before_is_closed() {
    let mut old = before();
    let mut new = after(&old);
    moved(&mut old, &mut new);
    let late = old.registrering("2026-11-06", Some("2026-11-07"), 100, Kilde::Person);
    assert_eq!(old.attempt(&late), Err(BrokenRegel::Flyttet.into()));
    let mut sealed = seal();
    sealed.stands_at("ansaettelse/10010/3/Rettelsesgrund");
    assert_eq!(sealed, seal());
    let mut bound = Ciphertext("2:AAAA".into());
    bound.stands_at("ansaettelse/10010/3/Rettelsesgrund");
    bound.leave_place();
    assert_eq!(bound, Ciphertext("2:AAAA".into()));
    // A second move carries the first one with it.
    new.it("2026-11-30").stamdata(|s| s.fratraadt = Some(dag("2026-11-30")));
    let mut third = new.clone();
    third.a = Ansaettelse::new("10030");
    third.it("2026-12-01").stamdata(|s| s.ansat = Some(dag("2026-12-01")));
    let goes_on = AnsaettelseFortsat {
        fra_nr: "10020".into(),
        fra: dag("2026-12-01"),
        til: dag("2026-11-30"),
        before: new.a.to_carry(),
        flere: false,
    };
    let stored = Haendelse::from(goes_on.clone()).to_json().unwrap();
    assert_eq!(forloeb::form::read("AnsaettelseFortsat", 1, &stored).unwrap(), goes_on.clone().into());
    third.perform(&DomainCommand::Fortsaet(Box::new(goes_on)));
    assert_eq!(third.forloeb().foerste, dag("2026-11-02"));
    assert_eq!(third.a.stamdata_on(dag("2026-12-01")).unwrap().ansat, Some(dag("2015-03-01")));
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("a test writes a time")
}

fn foerste(case: &Story, a: &Ansaettelse) -> Vec<String> {
    a.forloeb(case.book()).iter().map(|f| f.foerste.to_string()).collect()
}

/// From the 9th under 100101, and from Monday the 23rd back under 10010, ill all the while. F is still 2 November: the talk
/// is due on Friday the 27th, the anmeldelse on 7 December (F+35), and the first refusion day is 2 December (F+30).
#[test]
fn who_comes_back_to_a_number_goes_on_under_it() {
    let mut case = Story::ansat();
    case.it("2026-11-02").import("2026-11-02", Some("2026-11-08"), 100);
    let id = case.forloeb().id;
    case.it("2026-11-04").kontakt();
    case.it(FIRST).flyt((FIRST, "2026-11-08"), |s| s.leder_nr = Some("10099".into()));
    case.import(FIRST, Some("2026-11-22"), 100);
    case.it("2026-11-12").let_time_pass("2026-11-23");
    case.it("2026-11-23").flyt_back(("2026-11-23", "2026-11-22"), |s| s.leder_nr = Some("10001".into()));
    case.import("2026-11-23", None, 100);

    let (f, v) = (case.forloeb(), case.assessment());
    assert_eq!((case.a.nr(), case.list().len(), f.id, f.foerste), ("10010", 1, id, dag("2026-11-02")));
    assert_eq!((f.sidste, f.dag_number(dag("2026-11-23"))), (None, 22));
    assert_eq!((v.refusion.lovdag, v.refusion.foerste_refusionsdag), (dag("2026-12-07"), dag("2026-12-02")));
    assert_eq!(case.frist(Fristart::Samtale).maaldag, dag("2026-11-27"));
    assert_eq!(case.status(Fristart::FoersteKontakt), Friststatus::Opfyldt);
    assert_eq!(f.kontakter.len(), 1, "nothing is counted twice");
    let leder = |day: &str| f.leder_on(dag(day)).unwrap().to_owned();
    assert_eq!([leder("2026-11-08"), leder("2026-11-10"), leder("2026-11-23")], ["10001", "10099", "10001"]);
    assert_eq!(case.a.flyttet_under(&f), Some(("100101", dag("2026-11-23"))));
    assert_eq!(case.a.numbers(), ["10010", "100101"]);
    assert_eq!(f.stamdata_on(dag("2026-11-23")).ansat, Some(dag("2015-03-01")), "she is not newly employed");
    let positions: Vec<_> = case.a.records().iter().map(|record| record.position).collect();
    let mut once = positions.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once.len(), positions.len(), "each event stands once");

    // She goes on, and nothing leaves twice.
    case.let_time_pass("2026-12-10");
    let mut sent: Vec<_> = case.sendt.iter().map(|line| line.split_once(' ').unwrap().1).collect();
    let count = sent.len();
    sent.sort_unstable();
    sent.dedup();
    assert_eq!(sent.len(), count, "{:?}", case.sendt);
}

/// What each number answered, it still answers for that day: 10010 had the forløb until the 9th, and has it since the 23rd.
#[test]
fn what_was_known_of_a_number_that_began_anew_stays_known() {
    let mut case = Story::ansat();
    case.it("2026-11-02").import("2026-11-02", Some("2026-11-08"), 100);
    let id = case.forloeb().id;
    case.it(FIRST).flyt((FIRST, "2026-11-08"), |_| {}).import(FIRST, Some("2026-11-22"), 100);
    case.it("2026-11-23").flyt_back(("2026-11-23", "2026-11-22"), |_| {}).import("2026-11-23", None, 100);
    let (first, between, now) = (at("2026-11-05T20:00:00Z"), at("2026-11-12T20:00:00Z"), at("2026-11-23T20:00:00Z"));
    assert_eq!(foerste(&case, &case.a.known(first)), ["2026-11-02"]);
    assert!(foerste(&case, &case.a.known(between)).is_empty());
    assert_eq!(foerste(&case, &case.a.known(now)), ["2026-11-02"]);
    assert_eq!(
        [first, between, now].map(|time| case.a.known_of(id, time).nr().to_owned()),
        ["10010", "100101", "10010"]
    );
    let left = &case.left[0];
    assert_eq!(foerste(&case, &left.known(between)), ["2026-11-02"]);
    assert!(foerste(&case, &left.known(now)).is_empty());
    // Read anew from the two streams it is the same.
    let mut again = Ansaettelse::new("10010");
    case.a.stream().for_each(|record| again.apply((**record).clone()));
    assert_eq!(again.forloeb(case.book()), case.list());
    assert_eq!(again.version(), case.a.version());
}

/// She comes and goes between two numbers: what is carried is everything once, so that it grows by what was added.
#[test]
fn who_comes_back_again_and_again_carries_everything_once() {
    let mut case = Story::ansat();
    let mut sizes = Vec::new();
    for n in 1..=6 {
        let (fra, til) = (format!("2026-{:02}-02", n + 1), format!("2026-{:02}-01", n + 1));
        case.it(&fra);
        if n == 1 || n % 2 == 0 && case.left.is_empty() {
            case.flyt((&fra, &til), |_| {});
        } else {
            case.flyt_back((&fra, &til), |_| {});
        }
        sizes.push(serde_json::to_vec(&case.a.to_carry()).unwrap().len());
    }
    let added: Vec<_> = sizes.windows(2).map(|two| two[1] - two[0]).collect();
    assert!(added.iter().max().unwrap() - added.iter().min().unwrap() < 200, "{sizes:?}");
}

/// 100101 ended on 30 November, and she is employed again on 1 February 2027 under the number she had at first: ill the same
/// day she has refusion from the first day, as whoever is new, and what was before is where she left it.
#[test]
fn who_is_employed_again_under_a_number_of_before_begins_anew() {
    let mut case = Story::ansat();
    case.it("2026-11-02").import("2026-11-02", Some("2026-11-08"), 100);
    case.it(FIRST).flyt((FIRST, "2026-11-08"), |_| {}).import(FIRST, Some("2026-11-22"), 100);
    case.it("2026-11-30").stamdata(|s| s.fratraadt = Some(dag("2026-11-30")));
    let left = case.a.clone();
    case.a = case.left.pop().unwrap();
    case.it("2027-02-01").stamdata(|s| (s.ansat, s.fratraadt) = (Some(dag("2027-02-01")), None));
    assert!(!case.a.is_flyttet() && case.list().is_empty());
    case.import("2027-02-01", None, 100);
    assert_eq!(foerste(&case, &case.a), ["2027-02-01"]);
    assert_eq!(case.assessment().refusion.foerste_refusionsdag, dag("2027-02-01"));
    assert_eq!(foerste(&case, &left), ["2026-11-02"]);
}

/// The number is not given to anybody else, and does not begin before the day they moved from it.
#[test]
fn a_number_that_was_moved_from_begins_anew_for_the_same_person_only() {
    let mut case = before();
    case.it(FIRST).flyt((FIRST, "2026-11-08"), |_| {});
    let left = case.left.pop().unwrap();
    let told = |ansat: &str, person: u128| {
        let stamdata = Stamdata { ansat: Some(dag(ansat)), fratraadt: None, ..left.stamdata().unwrap().clone() };
        let person = Uuid::from_u128(person);
        let h = StamdataRegistreret { stamdata: Box::new(stamdata), confidential: None, person, gaelder_fra: None };
        DomainCommand::RegistrerStamdata(Box::new(h))
    };
    case.a = left.clone();
    for (ansat, person) in [("2026-11-23", 98), ("2026-11-08", 99), ("2015-03-01", 99)] {
        assert_eq!(case.attempt(&told(ansat, person)), Err(BrokenRegel::Flyttet.into()), "{ansat} {person}");
    }
    assert!(case.attempt(&told(FIRST, 99)).is_ok());
}

/// A long life is carried in pieces. Until the last one nothing has moved, and who stops between two of them goes on with the
/// next.
#[test]
fn a_history_in_pieces_moves_with_the_last_one() {
    let mut old = before();
    old.it("2026-11-06").kontakt();
    let mut whole = after(&old);
    whole.import(FIRST, None, 100);
    let mut new = whole.clone();
    moved(&mut old.clone(), &mut whole);
    let all = old.a.to_carry();
    let piece = |of: &[Carried], flere: bool| {
        let (fra_nr, fra, til, before) = ("10010".into(), dag(FIRST), dag("2026-11-08"), of.to_vec());
        DomainCommand::Fortsaet(Box::new(AnsaettelseFortsat { fra_nr, fra, til, before, flere }))
    };
    assert!(all.len() > 3, "{all:?}");
    for (n, one) in all[..3].iter().enumerate() {
        assert_eq!(new.a.arrived(), n);
        new.perform(&piece(std::slice::from_ref(one), true));
        assert_eq!(foerste(&new, &new.a), [FIRST]);
    }
    let version = new.a.version();
    new.perform(&piece(&all[new.a.arrived()..], false));
    assert_eq!(new.list().len(), 1);
    let same = |f: &forloeb::Forloeb| (f.id, f.foerste, f.kontakter.len(), f.perioder.clone());
    assert_eq!(same(&new.forloeb()), same(&whole.forloeb()));
    assert_eq!((new.a.arrived(), foerste(&new, &new.a.at_version(version))), (0, vec![FIRST.to_owned()]));
}
