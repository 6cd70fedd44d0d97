//! Dated stories about what employees say of themselves: that they are ill and back, how they wish to be contacted, and that
//! they want a fastholdelsesplan; and about the days of a mulighedserklæring. Every date is worked out by hand.

use chrono::NaiveDate;
use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, Mistake};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

fn oneself(case: &mut Story, foerste: &str, pct: u8) -> DomainCommand {
    match case.registrering(foerste, None, pct, Kilde::Person) {
        DomainCommand::RegistrerFravaer(h) => DomainCommand::ReportOneself(h),
        other => panic!("{other:?}"),
    }
}

fn back(sidste: &str) -> Act {
    Act::ReportOneselfBack(Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag(sidste) })
}

/// The leader reports her sick from Monday 5 October, and on the Tuesday she does it herself: one forløb. Another first day,
/// or another extent, is no longer the same, and is refused.
#[test]
fn who_reports_themself_after_the_leader_has_told_one_fact() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-06");
    let again = oneself(&mut case, "2026-10-05", 100);
    let events = case.perform(&again);
    assert_eq!(events.iter().map(Haendelse::name).collect::<Vec<_>>(), ["SygemeldingKnyttet"]);
    assert_eq!((case.list().len(), case.forloeb().foerste), (1, dag("2026-10-05")));
    for (foerste, pct) in [("2026-10-06", 100), ("2026-10-05", 50)] {
        let other = oneself(&mut case, foerste, pct);
        assert!(case.attempt(&other).is_err(), "{foerste} {pct}");
    }
    // The leader telling it twice is no such thing: that is a mistake, as it was.
    let leder = case.registrering("2026-10-05", None, 100, Kilde::Person);
    assert!(case.attempt(&leder).is_err());
}

/// Payroll had her row from the Monday; she says the Tuesday, and that it is of her § 56 illness. Her word stands beside
/// payroll's, and the answer on § 56 is not lost.
#[test]
fn who_reports_themself_after_payroll_is_joined_with_its_row() {
    let mut case = Story::ansat();
    case.it("2026-10-05").import("2026-10-05", None, 100);
    let DomainCommand::ReportOneself(h) = oneself(&mut case, "2026-10-05", 100) else { panic!() };
    case.perform(&DomainCommand::ReportOneself(FravaerRegistreret { paragraf_56: Some(true), ..h }));
    assert_eq!((case.list().len(), case.forloeb().paragraf_56), (1, Some(true)));
}

/// Back on Friday 16 October, told by the leader; she says the same on Monday, which is nothing new, and another day,
/// which is refused.
#[test]
fn who_says_they_are_back_once_more_has_told_one_fact() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-16").raskmeldt("2026-10-15").it("2026-10-19");
    let again = case.on(back("2026-10-15"));
    assert_eq!(case.perform(&again), []);
    assert_eq!(case.refused(back("2026-10-14")), BrokenRegel::ForloebAfsluttet.into());
    let mut alone = Story::sygemeldt("2026-10-05");
    alone.it("2026-10-16").act(back("2026-10-15"));
    assert_eq!(alone.forloeb().sidste, Some(dag("2026-10-15")));
}

/// The newest wishes count; taken back they are gone, and cannot be taken back twice.
#[test]
fn wishes_are_said_changed_and_taken_back() {
    let mut case = Story::sygemeldt("2026-10-05");
    let say = |confidential| Act::Oensk(OenskerRegistreret { forloeb: Uuid::nil(), confidential });
    let nothing = case.on(say(None));
    assert_eq!(case.perform(&nothing), [], "nothing was said");
    let newer = Ciphertext("BBBB".into());
    case.act(say(Some(seal()))).it("2026-10-08").act(say(Some(newer.clone())));
    assert_eq!(case.forloeb().sagt.wishes(), Some(&newer));
    case.act(say(None));
    assert_eq!(case.forloeb().sagt.wishes(), None);
    let once_more = case.on(say(None));
    assert_eq!(case.perform(&once_more), []);
    case.it("2026-10-12").raskmeldt("2026-10-09");
    assert_eq!(case.refused(say(Some(seal()))), BrokenRegel::ForloebAfsluttet.into());
}

/// Asked for on 12 October and refused on the 19th with a reason; she may ask again, and is answered again.
#[test]
fn a_fastholdelsesplan_is_asked_for_and_answered() {
    let mut case = Story::sygemeldt("2026-10-05");
    let ask = |dato| Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb: Uuid::nil(), dato: dag(dato) });
    let answer = |svar, dato, begrundelse| {
        Act::BesvarFastholdelsesplan(FastholdelsesplanBesvaret {
            forloeb: Uuid::nil(),
            svar,
            dato: dag(dato),
            begrundelse,
        })
    };
    case.it("2026-10-12");
    let early = answer(Fastholdelsessvar::Udarbejdes, "2026-10-12", None);
    assert_eq!(case.refused(early), BrokenRegel::NoAnmodning.into());
    case.act(ask("2026-10-12"));
    let twice = case.on(ask("2026-10-12"));
    assert_eq!(case.perform(&twice), [], "it is asked for already");
    case.it("2026-10-19");
    let without = answer(Fastholdelsessvar::Afvist, "2026-10-19", None);
    assert_eq!(case.refused(without), felt("begrundelse", Mistake::Missing));
    let before = answer(Fastholdelsessvar::Udarbejdes, "2026-10-11", None);
    assert_eq!(case.refused(before), felt("dato", Mistake::BeforeEarliest(dag("2026-10-12"))));
    case.act(answer(Fastholdelsessvar::Afvist, "2026-10-19", Some(seal())));
    assert!(!case.forloeb().sagt.awaits_fastholdelsessvar());
    case.it("2026-11-02").act(ask("2026-11-02"));
    assert!(case.forloeb().sagt.awaits_fastholdelsessvar());
    case.act(answer(Fastholdelsessvar::Udarbejdes, "2026-11-02", None));
    let sagt = case.forloeb().sagt;
    assert_eq!(sagt.fastholdelsessvar.as_ref().unwrap().what.svar, Fastholdelsessvar::Udarbejdes);
}

fn wished(case: &Story) -> Option<NaiveDate> {
    case.forloeb().unanswered_wish(case.today).map(|asked| asked.what)
}

/// Asked for on 12 October, and nobody answers. After the return the wish stands, through 31 October, the last day of the
/// employment, and not on the day after. It falls away with a forløb that was a mistake, a death, an erasure, and when it was a
/// mistake itself.
#[test]
fn a_wish_stands_after_the_return_and_falls_away_with_the_employment() {
    let dato = dag("2026-10-12");
    let asked = || {
        let mut case = Story::sygemeldt("2026-10-05");
        let ask = Act::AnmodFastholdelsesplan(FastholdelsesplanAnmodet { forloeb: Uuid::nil(), dato });
        case.it("2026-10-12").act(ask);
        case
    };
    let mut back = asked();
    assert_eq!(wished(&back), Some(dato));
    back.it("2026-10-20").raskmeldt("2026-10-19").stamdata(|s| s.fratraadt = Some(dag("2026-10-31")));
    assert_eq!(wished(back.it("2026-10-31")), Some(dato));
    assert_eq!(wished(back.it("2026-11-01")), None);
    let mut mistake = asked();
    assert_eq!(wished(mistake.act(Act::Annuller { haendelse: None, begrundelse: seal() })), None);
    let mut dead = asked();
    let doed = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-10-13") };
    assert_eq!(wished(dead.it("2026-10-13").act(Act::Afslut(doed))), None);
    let mut erased = asked();
    let grund = Sletningsgrund::OpbevaringUdloebet;
    erased.it("2026-10-13").perform(&DomainCommand::ErasePerson { grund, aarsag: String::new() });
    assert_eq!(wished(&erased), None);
    let mut never = asked();
    let position = never.forloeb().sagt.fastholdelsesplan.as_ref().unwrap().position;
    assert_eq!(wished(never.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() })), None);
}

/// Asked for on the 12th, the talk on the 14th, received on the 21st: nothing before it was asked for.
#[test]
fn the_days_of_a_mulighedserklaering_follow_each_other() {
    let mut case = Story::sygemeldt("2026-10-05");
    let step = |trin, dato: &str| {
        Act::Mulighedserklaering(MulighedserklaeringRegistreret { forloeb: Uuid::nil(), trin, dato: dag(dato) })
    };
    case.it("2026-10-21");
    assert_eq!(case.refused(step(Mulighedstrin::Samtale, "2026-10-14")), BrokenRegel::NoAnmodning.into());
    case.act(step(Mulighedstrin::Anmodet, "2026-10-12"));
    let early = case.refused(step(Mulighedstrin::Samtale, "2026-10-11"));
    assert_eq!(early, felt("dato", Mistake::BeforeEarliest(dag("2026-10-12"))));
    case.act(step(Mulighedstrin::Samtale, "2026-10-14")).act(step(Mulighedstrin::Modtaget, "2026-10-21"));
    let steps = case.forloeb().sagt.mulighedserklaeringer.clone();
    let days: Vec<_> = steps.iter().map(|step| (step.what.trin, step.what.dato.to_string())).collect();
    assert_eq!(days.len(), 3);
    assert_eq!(days[2], (Mulighedstrin::Modtaget, "2026-10-21".to_owned()));
}

/// Said on Thursday 8 October: HR is told on the morning after, and decides by Tuesday the 13th, three working days on. It
/// does not, and is told on the 14th that it is late.
#[test]
fn that_the_leader_is_the_wrong_one_has_a_clock() {
    let mut case = Story::sygemeldt("2026-10-05");
    let say = || Act::BestridLeder(LederBestridt { forloeb: Uuid::nil(), leder_nr: None, begrundelse: None });
    let keep = || Act::BeholdLeder(LederBeholdt { forloeb: Uuid::nil(), begrundelse: seal() });
    assert_eq!(case.refused(keep()), BrokenRegel::NoAnmodning.into());
    case.it("2026-10-08").act(say());
    let twice = case.on(say());
    assert_eq!(case.perform(&twice), [], "once, until it is decided");
    let frist = case.frist(Fristart::ForkertLeder);
    assert_eq!((frist.maaldag, frist.lovdag), (dag("2026-10-13"), dag("2026-10-13")));
    assert_eq!(frist.ansvarlig[..], [Modtagerrolle::Hr]);
    case.it("2026-10-14");
    assert_eq!(case.status(Fristart::ForkertLeder), Friststatus::Overskredet);
    let mine: Vec<_> = case.planlagte().into_iter().filter(|p| p.key.frist == Fristart::ForkertLeder).collect();
    assert!(mine.iter().all(|p| p.key.modtager == Modtagerrolle::Hr), "{mine:?}");
    assert!(mine.iter().any(|p| p.dag == dag("2026-10-14")), "{mine:?}");
    case.act(keep());
    assert_eq!(case.status(Fristart::ForkertLeder), Friststatus::Opfyldt);
    assert!(case.planlagte().iter().all(|p| p.key.frist != Fristart::ForkertLeder));
}

/// Until it is decided HR gets what the leader alone would get: the talk's first reminder. Another leader decides it, and HR
/// gets no more of them.
#[test]
fn while_nobody_knows_whose_leader_it_is_hr_is_told_too() {
    let mut case = Story::sygemeldt("2026-10-05");
    let talk = |case: &Story| -> Vec<Modtagerrolle> {
        let all = case.planlagte().into_iter().filter(|p| p.key.frist == Fristart::Samtale && p.key.trin == "t-3");
        all.map(|p| p.key.modtager).collect()
    };
    assert_eq!(talk(&case), [Modtagerrolle::Leder]);
    case.it("2026-10-08");
    case.act(Act::BestridLeder(LederBestridt { forloeb: Uuid::nil(), leder_nr: None, begrundelse: None }));
    assert_eq!(talk(&case).len(), 2);
    assert!(talk(&case).contains(&Modtagerrolle::Hr) && talk(&case).contains(&Modtagerrolle::Leder));
    case.it("2026-10-09");
    let other =
        LederSkiftet { forloeb: Uuid::nil(), leder_nr: "20001".into(), fra: dag("2026-10-09"), spoerges: false };
    case.act(Act::SkiftLeder(other));
    assert_eq!(case.status(Fristart::ForkertLeder), Friststatus::Opfyldt);
    assert_eq!(talk(&case), [Modtagerrolle::Leder]);
}
