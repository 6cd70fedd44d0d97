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

mod story;
use story::{Story, dag, seal};

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
    let goes_on = AnsaettelseFortsat { fra_nr, fra, til, before: old.a.to_carry() };
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
    };
    let stored = Haendelse::from(goes_on.clone()).to_json().unwrap();
    assert_eq!(forloeb::form::read("AnsaettelseFortsat", 1, &stored).unwrap(), goes_on.clone().into());
    third.perform(&DomainCommand::Fortsaet(Box::new(goes_on)));
    assert_eq!(third.forloeb().foerste, dag("2026-11-02"));
    assert_eq!(third.a.stamdata_on(dag("2026-12-01")).unwrap().ansat, Some(dag("2015-03-01")));
}
