//! Dated stories about the colleague whom an employee chose ahead: chosen before anybody is ill, changed while one is, and kept
//! afterwards for the next time. Every date is counted by hand.

use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, Mistake};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt};

fn ahead(nr: Option<&str>) -> DomainCommand {
    DomainCommand::ChooseOmsorgskollega(OmsorgskollegaValgt { kollega_nr: nr.map(str::to_owned) })
}

fn here(nr: Option<&str>) -> Act {
    let kontaktperson_nr = nr.map(str::to_owned);
    Act::ChooseKontaktperson(KontaktpersonValgt { forloeb: Uuid::nil(), kontaktperson_nr })
}

/// The steps that the contact person is reminded by, and whose number they have.
fn steps(case: &Story) -> Vec<(String, Option<String>)> {
    let own = case.planlagte().into_iter().map(|p| p.key).filter(|key| key.modtager == Modtagerrolle::Kontaktperson);
    own.map(|key| (key.trin, key.nr)).collect()
}

/// Chosen on 1 December. Ill from Monday 5 January 2026 on: the contact is due on Friday the 16th, and two working days before
/// that on Wednesday the 14th. On Thursday the 15th somebody else is chosen for this time, then nobody, then another ahead.
#[test]
fn who_was_chosen_ahead_makes_the_foerste_kontakt() {
    let mut case = Story::ansat();
    case.it("2025-12-01");
    assert_eq!(case.attempt(&ahead(Some("10010"))), Err(felt("kollega_nr", Mistake::SamePerson)));
    assert_eq!(case.perform(&ahead(Some("10077"))).len(), 1);
    assert!(case.perform(&ahead(Some("10077"))).is_empty(), "the same twice changes nothing");
    case.it("2026-01-05").sygemeld("2026-01-05");
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10077"));
    let her = |trin: &str| (trin.to_owned(), Some("10077".to_owned()));
    assert_eq!(steps(&case), [her("t-2"), her("t")]);
    let early = case.a.clone();

    case.let_time_pass("2026-01-14").it("2026-01-15").act(here(Some("10078")));
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10078"), "chosen for this time");
    case.act(here(None));
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10077"), "as if nobody had been chosen for this time");

    let haendelser = case.perform(&ahead(Some("10079")));
    let [Haendelse::OmsorgskollegaValgt(_), Haendelse::PaamindelserAfgjort(afgjort)] = &haendelser[..] else {
        panic!("{haendelser:?}")
    };
    let not_sent = &afgjort.tilbageholdt[0];
    assert_eq!((not_sent.key.trin.as_str(), not_sent.key.nr.as_deref()), ("t", Some("10077")));
    assert_eq!((not_sent.dag, not_sent.aarsag), (dag("2026-01-16"), Aflysning::Lederskifte));
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10079"), "it goes on, and the newest counts");
    case.perform(&ahead(None));
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10002"), "nobody: TR");

    // As known on the first day it was as it stood then.
    let known = case.a.known(early.records().last().unwrap().time);
    let f = &known.forloeb(case.book())[0];
    assert_eq!((known.omsorgskollega(), f.kontaktperson(dag("2026-01-05"))), (Some("10077"), Some("10077")));
}

/// Back from Tuesday 20 January on. What is chosen on the 21st is for the next time: of what is over TR stays who it was. Of
/// the first absence three choices tell: the one that stood, and the two of the 15th; of the next one only the newest.
#[test]
fn what_is_chosen_afterwards_is_for_the_next_time() {
    let mut case = Story::ansat();
    case.it("2025-11-03").perform(&ahead(Some("10070")));
    case.it("2025-12-01").perform(&ahead(Some("10077")));
    case.it("2026-01-05").sygemeld("2026-01-05");
    case.it("2026-01-15").perform(&ahead(Some("10079")));
    case.perform(&ahead(None));
    case.it("2026-01-20").raskmeldt("2026-01-19");
    case.it("2026-01-21").perform(&ahead(Some("10078")));
    case.it("2026-03-02").sygemeld("2026-03-02");
    let list = case.list();
    let [first, next] = &list[..] else { panic!("{list:?}") };
    assert_eq!(first.kontaktperson(dag("2026-01-19")), Some("10002"));
    assert_eq!(next.kontaktperson(case.today), Some("10078"));
    let told = |f| {
        let chosen = case.a.omsorgsvalg_in(f);
        let all = case.a.records().iter().filter(|record| chosen.contains(&record.position));
        all.map(|record| record.dag.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(told(first), ["2025-12-01", "2026-01-15", "2026-01-15"]);
    assert_eq!(told(next), ["2026-01-21"]);
}

/// Of colleagues nothing stands with an employee: whether one can be asked is said by who knows. AMR is near by that alone.
#[test]
fn who_cannot_be_asked_is_passed_over() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.perform(&ahead(Some("10077")));
    let f = case.forloeb();
    assert_eq!(f.kontaktperson_where(case.today, |o| o.repraesentant), Some("10002"), "no more near: TR");
    case.perform(&ahead(Some("10003")));
    let f = case.forloeb();
    assert_eq!(f.kontaktperson_where(case.today, |o| o.repraesentant), Some("10003"));
}

/// The choice goes along to another number, and with an erasure. Who has left chooses nobody.
#[test]
fn a_choice_is_the_employments() {
    let mut case = Story::ansat();
    case.it("2026-01-05").perform(&ahead(Some("10077")));
    case.it("2026-02-09").flyt(("2026-02-09", "2026-02-08"), |_| {});
    assert_eq!(case.a.omsorgskollega(), Some("10077"));
    case.sygemeld("2026-02-09");
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10077"));
    case.it("2026-02-11").raskmeldt("2026-02-10").stamdata(|s| s.fratraadt = Some(dag("2026-02-28")));
    case.it("2026-03-02");
    assert_eq!(case.attempt(&ahead(None)), Err(BrokenRegel::NotAnsat.into()));
    case.perform(&DomainCommand::ErasePerson { grund: Sletningsgrund::OpbevaringUdloebet, aarsag: String::new() });
    assert_eq!((case.a.omsorgskollega(), case.forloeb().kontaktperson(case.today)), (None, Some("10002")));
    assert_eq!(case.attempt(&ahead(None)), Err(BrokenRegel::PersonSlettet.into()));
}
