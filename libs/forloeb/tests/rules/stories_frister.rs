//! What a law that changes from a day on asks for, and what time and payroll alone change. Every date is counted by hand.

use forloeb::Regelbog;
use forloeb::command::{Act, DomainCommand, Rettelse};
use forloeb::frister::assess;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::regler::{BUILT_IN, Regelsaet};
use forloeb::signaler::signaler;
use forloeb::tta::Plan;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, kontakt, seal};

fn arbejdsskade(foerste: &str, sidste: Option<&str>) -> Story {
    let mut case = Story::ansat();
    let DomainCommand::RegistrerFravaer(h) = case.it(foerste).registrering(foerste, sidste, 100, Kilde::Person) else {
        panic!()
    };
    case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
    case
}

/// From 1 July 2026 the accident must have cost three days beyond the day itself.
#[test]
fn one_day_after_an_accident_is_not_told_to_easy_since_july_2026() {
    // Monday 5 October 2026 and no more.
    let mut case = arbejdsskade("2026-10-05", Some("2026-10-05"));
    let frist = case.it("2026-10-06").frist(Fristart::Easy);
    assert_eq!(frist.status, Friststatus::Bortfaldet);
    let loest = frist.loest_af.unwrap();
    assert_eq!((loest.name, loest.dato), ("for_kort_fravaer", Some(dag("2026-10-05"))));
    case.let_time_pass("2026-12-01");
    assert!(case.sendt.iter().all(|line| !line.contains("easy")), "{:?}", case.sendt);

    // Monday to Tuesday is two days, Monday to Wednesday three.
    assert_eq!(arbejdsskade("2026-10-05", Some("2026-10-06")).status(Fristart::Easy), Friststatus::Bortfaldet);
    let mut case = arbejdsskade("2026-10-05", Some("2026-10-07"));
    let frist = case.it("2026-10-08").frist(Fristart::Easy);
    // F+14 is Monday 19 October; the last working day of F+13, a Sunday, is Friday the 16th.
    assert_eq!((frist.status, frist.maaldag, frist.lovdag), (Friststatus::Aaben, dag("2026-10-16"), dag("2026-10-19")));
    assert!(frist.kilde.contains("1626/2025"), "{}", frist.kilde);

    // One that goes on is guarded from the first day: nobody knows how long it lasts.
    assert_eq!(arbejdsskade("2026-10-05", None).status(Fristart::Easy), Friststatus::Aaben);
}

#[test]
fn one_day_after_an_accident_in_may_is_told_to_easy() {
    let mut case = arbejdsskade("2026-05-04", Some("2026-05-04"));
    let frist = case.it("2026-05-05").frist(Fristart::Easy);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Aaben, dag("2026-05-18")));
    assert!(!frist.kilde.contains("1626/2025"), "{}", frist.kilde);
}

/// The law of 1 July 2026 is for accidents from that day on, and the first absence day is the day after the accident. Hurt on
/// Tuesday 30 June and away on the 1st: the old rule, to be told by F+14, Wednesday the 15th.
#[test]
fn the_rule_of_easy_is_that_of_the_day_of_the_accident() {
    let frist = arbejdsskade("2026-07-01", Some("2026-07-01")).frist(Fristart::Easy);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Aaben, dag("2026-07-15")));
    assert!(!frist.kilde.contains("1626/2025"), "{}", frist.kilde);
    assert_eq!(arbejdsskade("2026-07-02", Some("2026-07-02")).status(Fristart::Easy), Friststatus::Bortfaldet);
    assert_eq!(arbejdsskade("2026-07-02", None).forloeb().skadesdag(), Some(dag("2026-07-01")));

    // Ill since Monday 22 June, and two days of an injury of Tuesday 7 July: the new rule asks for three.
    let mut case = Story::ansat();
    case.it("2026-07-10").import("2026-06-22", Some("2026-07-07"), 100);
    let injury = |case: &mut Story, foerste: &str, sidste: &str, pct: u8| {
        let row = case.registrering(foerste, Some(sidste), pct, Kilde::Import);
        let DomainCommand::RegistrerFravaer(h) = row else { panic!() };
        case.perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
    };
    injury(&mut case, "2026-07-08", "2026-07-09", 100);
    let frist = case.frist(Fristart::Easy);
    assert_eq!((case.list().len(), case.forloeb().foerste), (1, dag("2026-06-22")));
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Bortfaldet, dag("2026-07-22")));
    assert!(frist.kilde.contains("1626/2025"), "{}", frist.kilde);

    // Home at noon on 30 June, and away on 1 July: that was the day.
    let mut case = Story::ansat();
    injury(case.it("2026-07-02"), "2026-06-30", "2026-06-30", 50);
    injury(&mut case, "2026-07-01", "2026-07-01", 100);
    assert_eq!(case.forloeb().skadesdag(), Some(dag("2026-06-30")));
    assert_eq!(case.status(Fristart::Easy), Friststatus::Aaben);
    assert_eq!(Story::sygemeldt("2026-07-01").forloeb().skadesdag(), None);
}

/// § 7 a: who leaves no later than F+56 need not be talked to.
#[test]
fn the_talk_lapses_by_itself_when_payroll_knows_that_the_employment_ends_in_time() {
    // F is Monday 5 January 2026, F+56 Monday 2 March.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-20").stamdata(|s| s.fratraadt = Some(dag("2026-03-02")));
    let frist = case.frist(Fristart::Samtale);
    assert_eq!(frist.status, Friststatus::Undtaget);
    let loest = frist.loest_af.unwrap();
    assert_eq!((loest.position, loest.name, loest.dato), (None, "fratraadt", Some(dag("2026-03-02"))));
    // A day later, and it is back: the target is Friday 30 January.
    case.it("2026-01-21").stamdata(|s| s.fratraadt = Some(dag("2026-03-03")));
    let frist = case.frist(Fristart::Samtale);
    assert_eq!((frist.status, frist.maaldag), (Friststatus::Aaben, dag("2026-01-30")));
    case.it("2026-01-22").stamdata(|s| s.fratraadt = Some(dag("2026-02-28")));
    case.let_time_pass("2026-02-10");
    // Otherwise t-3 on the 27th, t on the 30th, and overdue on 3 February.
    assert!(case.sendt.iter().all(|line| !line.contains(" samtale ")), "{:?}", case.sendt);
    // Back in the employment: it is overdue, for the target passed on 30 January.
    case.it("2026-02-11").stamdata(|s| s.fratraadt = None);
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Overskredet);
}

/// F is Monday 5 January 2026: the last lawful day of the first contact is F+13, Sunday the 18th, that of the talk F+28, Monday
/// 2 February.
#[test]
fn what_was_done_too_late_says_by_how_many_days() {
    let late = |contact: &str| {
        let mut case = Story::sygemeldt("2026-01-05");
        case.it(contact).kontakt();
        case.frist(Fristart::FoersteKontakt).dage_for_sent(&case.forloeb())
    };
    assert_eq!((late("2026-01-18"), late("2026-01-19"), late("2026-02-17")), (None, Some(1), Some(30)));
    let mut case = Story::sygemeldt("2026-01-05");
    let late = |case: &Story, art| case.frist(art).dage_for_sent(&case.forloeb());
    assert_eq!(late(case.it("2026-02-03"), Fristart::Samtale), None, "nobody has done it");
    case.samtale(Samtaleudfald::Holdt);
    assert_eq!(late(&case, Fristart::Samtale), Some(1));
    // Recorded in the other order it was in time all the same; and an anmeldelse is late by its signing, not by its receipt.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-26").kontakt();
    assert_eq!(late(&case, Fristart::FoersteKontakt), Some(8));
    case.act(Act::FoersteKontakt(kontakt(dag("2026-01-12"))));
    assert_eq!(late(&case, Fristart::FoersteKontakt), None);
    case.it("2026-02-16").kvitteret();
    assert_eq!((case.status(Fristart::Anmeldelse), late(&case, Fristart::Anmeldelse)), (Friststatus::Opfyldt, None));
}

#[test]
fn a_talk_that_was_held_stays_held_whoever_leaves() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14").samtale(Samtaleudfald::Holdt);
    case.it("2026-01-20").stamdata(|s| s.fratraadt = Some(dag("2026-02-01")));
    assert_eq!(case.status(Fristart::Samtale), Friststatus::Opfyldt);
}

/// The kommune no longer follows up on everybody at eight weeks; the workplace does.
#[test]
fn the_source_of_the_eight_weeks_is_that_of_the_first_absence_day() {
    let kilde = |f: &str| Story::sygemeldt(f).frist(Fristart::OtteUger).kilde;
    assert!(kilde("2026-06-30").contains("§ 13 b") && !kilde("2026-06-30").contains("1750/2025"));
    assert!(kilde("2026-07-01").contains("1750/2025"), "{}", kilde("2026-07-01"));
    // The same day in both: F+55 of Wednesday 1 July is Tuesday 25 August.
    assert_eq!(Story::sygemeldt("2026-07-01").frist(Fristart::OtteUger).lovdag, dag("2026-08-25"));
}

/// A rule file in which rows have days of their own is as many rule sets as there are spans.
#[test]
fn a_set_with_dated_rows_is_read_as_one_for_each_span() {
    let book = Regelbog::built_in();
    let spans: Vec<_> = book.set().iter().map(|s| (s.gaelder_fra, s.gaelder_til)).collect();
    assert_eq!(
        spans,
        [(dag("2012-03-05"), Some(dag("2026-06-30"))), (dag("2026-07-01"), None)],
        "the law that changed on 1 July 2026"
    );
    let read = |text: &str| Regelsaet::read(text, book.calendar());
    let standard = BUILT_IN[0].1;
    // Both rows without dates: the second is one too many, on its own line of the file.
    let both = standard.replace("gaelder_til = 2026-06-30\n", "").replace("gaelder_fra = 2026-07-01\n", "");
    let second = both.lines().enumerate().filter(|(_, l)| *l == "art = \"fast_track\"").nth(1).unwrap().0 + 1;
    assert_eq!(read(&both).unwrap_err(), format!("linje {second}, 'art': \"fast_track\" står her for anden gang"));
    // A day that no row holds for.
    let hole = standard.replace("gaelder_fra = 2026-07-01\nmindst_dage", "gaelder_fra = 2026-07-08\nmindst_dage");
    assert_eq!(
        read(&hole).unwrap_err(),
        "'art': der mangler en [[frist]] med art = \"easy\" for fravær fra 2026-07-01"
    );
    let backwards =
        standard.replacen("gaelder_til = 2026-06-30", "gaelder_fra = 2026-07-01\ngaelder_til = 2026-06-30", 1);
    assert!(read(&backwards).unwrap_err().contains("'gaelder_til': ligger før 'gaelder_fra'"));
}

/// A reminder may have days of its own, too.
#[test]
fn a_dated_reminder_is_sent_for_the_absences_of_its_days() {
    let dated = BUILT_IN[0].1.replacen("trin = \"t-3\"", "trin = \"t-3\"\ngaelder_fra = 2026-03-01", 1);
    let calendar = Regelbog::built_in().calendar().clone();
    let sets = Regelsaet::read(&dated, &calendar).unwrap();
    let has = |f: &str| {
        let holds = |s: &&Regelsaet| s.gaelder_fra <= dag(f) && s.gaelder_til.is_none_or(|til| dag(f) <= til);
        sets.iter().find(holds).unwrap().paamindelser.iter().any(|p| p.frist == Fristart::Samtale && p.trin == "t-3")
    };
    assert_eq!((sets.len(), has("2026-02-28"), has("2026-03-01"), has("2026-07-01")), (3, false, true, true));
}

fn opfoelgning(art: Opfoelgningsart, dato: &str, udfald: OtteUgerUdfald) -> Act {
    let (forloeb, dato) = (Uuid::nil(), dag(dato));
    let (virkninger, samarbejde, foranstaltning) = (Vec::new(), None, None);
    Act::Opfoelgning(OpfoelgningRegistreret {
        forloeb,
        art,
        dato,
        udfald,
        virkninger,
        samarbejde,
        foranstaltning,
        confidential: None,
    })
}

/// Too short for EASY or not: who decides that it need not be told says why, and may still tell.
#[test]
fn an_injury_that_need_not_be_notified_is_decided_with_a_reason() {
    let mut case = arbejdsskade("2026-10-05", None);
    let decided = |dato: &str| {
        let h = ArbejdsskadeUndtaget { forloeb: Uuid::nil(), dato: dag(dato), begrundelse: seal() };
        Act::UndtagArbejdsskade(h)
    };
    case.it("2026-10-09").act(decided("2026-10-09"));
    let frist = case.frist(Fristart::Easy);
    assert_eq!((frist.status, frist.loest_af.unwrap().name), (Friststatus::Undtaget, "ArbejdsskadeUndtaget"));
    case.let_time_pass("2026-10-30");
    assert!(case.sendt.iter().all(|line| !line.contains("easy")), "{:?}", case.sendt);
    let told = ArbejdsskadeAnmeldt { forloeb: Uuid::nil(), dato: dag("2026-10-30"), sagsnummer: None };
    case.act(Act::AnmeldArbejdsskade(told));
    assert_eq!(case.status(Fristart::Easy), Friststatus::Opfyldt);
    assert_eq!(case.refused(decided("2026-10-30")), DomainRefusal::BrokenRegel(BrokenRegel::AlreadyInEasy));
    let mut sick = Story::sygemeldt("2026-10-05");
    assert_eq!(sick.refused(decided("2026-10-05")), DomainRefusal::BrokenRegel(BrokenRegel::NoArbejdsskade));
}

#[test]
fn the_kommune_follows_up_by_week_eight_only_where_it_is_long_or_wished() {
    let rolle = |case: &Story| case.frist(Fristart::OtteUger).kommunens_rolle;
    let expected = |f: &str, varighed| {
        let mut case = Story::sygemeldt(f);
        case.ret(Rettelse::ForventetVarighed(varighed));
        case
    };
    // The old text: everybody.
    assert_eq!(rolle(&expected("2026-06-30", Varighed::OverOtteUger)), Some(KommunensRolle::FollowsUp));
    let mut case = expected("2026-07-01", Varighed::OverOtteUger);
    assert_eq!(rolle(&case), Some(KommunensRolle::OnlyByWish));
    assert_eq!(rolle(&expected("2026-07-01", Varighed::OverHalfAYear)), Some(KommunensRolle::FollowsUp));
    assert_eq!(rolle(&expected("2026-07-01", Varighed::Unknown)), Some(KommunensRolle::Unknown));
    let besluttet = |beslutning, dato: &str| {
        let (forloeb, dato) = (Uuid::nil(), dag(dato));
        Act::KommunensOpfoelgning(KommunensOpfoelgningBesluttet { forloeb, beslutning, dato, begrundelse: None })
    };
    case.it("2026-07-20").act(besluttet(Oenske::Oensket, "2026-07-20"));
    assert_eq!(rolle(&case), Some(KommunensRolle::FollowsUp));
    case.it("2026-07-22").act(besluttet(Oenske::Uoensket, "2026-07-22"));
    assert_eq!(rolle(&case), Some(KommunensRolle::OnlyByWish));
    // Over half a year is over eight weeks: fast track is due, as it is of one over eight weeks.
    assert_eq!(expected("2026-07-01", Varighed::OverHalfAYear).status(Fristart::FastTrack), Friststatus::Aaben);
    // Somebody who is back needs nothing of it.
    case.it("2026-07-24").raskmeldt("2026-07-23");
    assert_eq!(rolle(&case), None);
}

/// Monday 5 January 2026; the eight weeks are over on Sunday 1 March.
#[test]
fn a_long_absence_is_followed_up_every_eight_weeks() {
    let mut case = Story::sygemeldt("2026-01-05");
    assert!(case.it("2026-03-01").assessment().frist(Fristart::VidereOpfoelgning).is_none());
    // 1 March + 56 days is Sunday 26 April, the last working day before it Friday the 24th; it opens 42 days on.
    let frist = case.it("2026-03-02").frist(Fristart::VidereOpfoelgning);
    assert_eq!(
        (frist.status, frist.aabner, frist.maaldag, frist.lovdag),
        (Friststatus::Coming, dag("2026-04-12"), dag("2026-04-24"), dag("2026-04-26"))
    );
    case.it("2026-04-28");
    assert_eq!(case.status(Fristart::VidereOpfoelgning), Friststatus::Overskredet);
    // Held on Wednesday 29 April: the next is eight weeks later, Wednesday 24 June.
    case.it("2026-04-29").act(opfoelgning(Opfoelgningsart::Videre, "2026-04-29", OtteUgerUdfald::Holdt));
    let frist = case.frist(Fristart::VidereOpfoelgning);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Coming, dag("2026-06-24")));
    // A plan that is evaluated on 20 May has it within the eight weeks.
    let plan = Plan { evalueringer: vec![dag("2026-05-20")], ..Plan::default() };
    case.it("2026-05-04").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    let frist = case.frist(Fristart::VidereOpfoelgning);
    let within = frist.loest_af.unwrap();
    assert_eq!(
        (frist.status, within.name, within.dato),
        (Friststatus::Bortfaldet, "TtaPlanLagt", Some(dag("2026-05-20")))
    );
    // Evaluated, and that was the follow-up: eight weeks from Wednesday 20 May is Wednesday 15 July.
    let evalueret =
        TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-05-20"), virkninger: Vec::new(), confidential: None };
    case.it("2026-05-20").act(Act::EvaluerPlan(evalueret));
    assert_eq!(case.frist(Fristart::VidereOpfoelgning).lovdag, dag("2026-07-15"));
    case.it("2026-06-01").raskmeldt("2026-05-29");
    assert!(case.assessment().frist(Fristart::VidereOpfoelgning).is_none());
}

/// A year of absence that payroll tells of late: nothing is due that passed before anybody could know.
#[test]
fn follow_ups_before_the_absence_was_known_are_not_due() {
    let mut case = Story::ansat();
    case.it("2026-01-05").import("2025-01-06", None, 100);
    // F+55 is 2 March 2025; every 56 days on: 27 April, 22 June, 17 August, 12 October, 7 December, 1 February 2026. The
    // target of the one in December had passed; of the next it is Friday 30 January.
    let frist = case.frist(Fristart::VidereOpfoelgning);
    assert_eq!((frist.maaldag, frist.lovdag), (dag("2026-01-30"), dag("2026-02-01")));
    // It opens 42 days after 7 December.
    assert_eq!((frist.status, frist.aabner), (Friststatus::Coming, dag("2026-01-18")));
}

#[test]
fn after_the_return_from_a_long_absence_somebody_asks_how_it_goes() {
    // Monday 5 January to Sunday 1 February is 28 days: not over four weeks.
    let back = |sidste: &str, known: &str| {
        let mut case = Story::sygemeldt("2026-01-05");
        case.it(known).raskmeldt(sidste);
        case
    };
    assert!(back("2026-02-01", "2026-02-02").assessment().frist(Fristart::OpfoelgningEfterRetur).is_none());
    // To Friday 6 February: 33 days. Two weeks on is Friday the 20th.
    let mut case = back("2026-02-06", "2026-02-09");
    let frist = case.frist(Fristart::OpfoelgningEfterRetur);
    assert_eq!((frist.status, frist.maaldag, frist.lovdag), (Friststatus::Aaben, dag("2026-02-20"), dag("2026-02-20")));
    case.let_time_pass("2026-03-02");
    assert!(case.sendt.iter().all(|line| !line.contains("opfoelgning")), "on the work list only: {:?}", case.sendt);
    assert_eq!(case.status(Fristart::OpfoelgningEfterRetur), Friststatus::Overskredet);
    // 56 days after 20 February is 17 April: then it lapses by itself.
    assert_eq!(case.it("2026-04-17").status(Fristart::OpfoelgningEfterRetur), Friststatus::Overskredet);
    let frist = case.it("2026-04-18").frist(Fristart::OpfoelgningEfterRetur);
    assert_eq!((frist.status, frist.loest_af.unwrap().name), (Friststatus::Bortfaldet, "for_laenge_siden"));

    let mut case = back("2026-02-06", "2026-02-09");
    let held = |dato: &str| opfoelgning(Opfoelgningsart::EfterRetur, dato, OtteUgerUdfald::Holdt);
    assert_eq!(case.refused(held("2026-02-06")), felt("dato", Mistake::BeforeEarliest(dag("2026-02-07"))));
    case.it("2026-02-16").act(held("2026-02-16"));
    assert_eq!(case.status(Fristart::OpfoelgningEfterRetur), Friststatus::Opfyldt);
    let mut away = Story::sygemeldt("2026-01-05");
    assert_eq!(away.refused(held("2026-01-05")), DomainRefusal::BrokenRegel(BrokenRegel::NotBack));
}

/// Back on Monday 9 February after 33 days, and left after Friday the 13th: until then somebody is to ask how it goes.
#[test]
fn who_came_back_and_has_left_since_is_not_followed_up_on() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-09").raskmeldt("2026-02-06").stamdata(|s| s.fratraadt = Some(dag("2026-02-13")));
    case.it("2026-02-13");
    assert_eq!(case.status(Fristart::OpfoelgningEfterRetur), Friststatus::Forfalder);
    case.it("2026-02-14");
    let frist = case.frist(Fristart::OpfoelgningEfterRetur);
    let left = frist.loest_af.map(|at| (at.name, at.dato));
    assert_eq!((frist.status, left), (Friststatus::Bortfaldet, Some(("fratraadt", Some(dag("2026-02-13"))))));
}

/// Three days on and two arbejdsdage back: of Monday 5 January that is Thursday the 8th, and then Tuesday the 6th. Of Friday the 9th it
/// is Monday the 12th, and then Thursday the 8th, which is before the first day: so it is that day.
#[test]
fn a_target_that_is_counted_forwards_is_not_before_the_first_day() {
    let target = |foerste: &str| {
        let mut case = Story::sygemeldt(foerste);
        case.rules("maaldag = { dage = 13, tilpas = \"wd\" }", "maaldag = { dage = 3, arbejdsdage = -2 }");
        case.frist(Fristart::FoersteKontakt).maaldag
    };
    assert_eq!((target("2026-01-05"), target("2026-01-09")), (dag("2026-01-06"), dag("2026-01-09")));
}

/// An absence that payroll tells of long after it was over asks for nothing.
#[test]
fn a_return_that_is_known_too_late_is_not_followed_up() {
    let mut case = Story::ansat();
    case.it("2026-04-01").import("2026-01-05", Some("2026-02-27"), 100);
    let frist = case.frist(Fristart::OpfoelgningEfterRetur);
    assert_eq!((frist.status, frist.loest_af.unwrap().name), (Friststatus::Bortfaldet, "kendt_efter_fristen"));
}

#[test]
fn a_talk_about_frequent_absence_closes_the_signal_until_a_new_period() {
    let mut case = Story::ansat();
    for (fra, til) in [("2026-01-05", "2026-01-06"), ("2026-02-02", "2026-02-03"), ("2026-03-02", "2026-03-03")] {
        case.it(til).import(fra, Some(til), 100);
    }
    let names = |case: &Story| {
        let found = signaler(&case.list(), &[], false, case.today, case.book().in_force(case.today));
        found.into_iter().map(|s| s.name.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(names(&case), ["perioder", "samme_ugedag"], "each began on a Monday");
    let act = opfoelgning(Opfoelgningsart::HyppigtFravaer, "2026-03-10", OtteUgerUdfald::Holdt);
    let newest = case.list().into_iter().max_by_key(|f| f.foerste).unwrap().id;
    case.it("2026-03-10").perform(&DomainCommand::Forloeb { id: newest, if_version: None, act });
    assert!(names(&case).is_empty());
    case.it("2026-04-07").import("2026-04-07", Some("2026-04-07"), 100);
    assert_eq!(names(&case), ["perioder"], "it is a Tuesday");
}

/// One long spell is no frequent absence: it is followed up as the long absence it is.
#[test]
fn one_long_spell_does_not_make_the_signal_of_days() {
    let days = |sidste: &str| {
        let mut case = Story::ansat();
        case.it("2026-03-31").import("2026-01-05", Some(sidste), 100);
        signaler(&case.list(), &[], false, case.today, case.book().in_force(case.today)).len()
    };
    // 5 January to 1 February is 28 days, to 2 February 29.
    assert_eq!((days("2026-02-01"), days("2026-02-02")), (1, 0));
}

/// Away from Monday 5 January to Friday 6 February, which is 33 days: the return is followed up on by Friday the 20th. From
/// Monday the 16th the employee is away again.
#[test]
fn who_is_away_again_is_not_followed_up_on_for_the_return_before() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-09").raskmeldt("2026-02-06");
    let followed_up = |case: &Story| {
        let f = case.list().into_iter().find(|f| f.foerste == dag("2026-01-05")).unwrap();
        let frist = assess(&f, case.today, case.book()).frist(Fristart::OpfoelgningEfterRetur).cloned().unwrap();
        (frist.status, frist.loest_af.map(|at| (at.name, at.dato)))
    };
    // Payroll tells a week ahead of an absence that is planned: until it begins, nothing is changed by it.
    case.import("2026-02-16", None, 100);
    assert_eq!(followed_up(&case), (Friststatus::Aaben, None));
    case.it("2026-02-16");
    let taken_over = (Friststatus::Bortfaldet, Some(("overtaget", None)));
    assert_eq!(followed_up(&case), taken_over);
    // To Sunday 15 March it is 28 days, and no return that is followed up on: the one before is, though it is late.
    let mut short = case.clone();
    short.it("2026-03-16").raskmeldt("2026-03-15");
    assert_eq!(followed_up(&short), (Friststatus::Overskredet, None));
    // To Monday the 16th it is 29.
    case.it("2026-03-17").raskmeldt("2026-03-16");
    assert_eq!(followed_up(&case), taken_over);
    // Back on Thursday 5 February for a day.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").raskmeldt("2026-02-04").import("2026-02-06", None, 100);
    assert_eq!(followed_up(&case), taken_over);
}

/// Away until Friday 6 February: what was agreed then is offered to who is away from Thursday 6 August, and not from the day
/// after.
#[test]
fn what_was_agreed_before_is_offered_for_half_a_year() {
    let before = |foerste: &str| {
        let mut case = Story::ansat();
        case.it("2026-02-09").import("2026-01-05", Some("2026-02-06"), 100);
        case.it(foerste).import(foerste, None, 100);
        let all: Vec<_> = case.list().into_iter().map(std::sync::Arc::new).collect();
        let f = all.iter().find(|f| f.is_newest()).unwrap();
        forloeb::forrige(&all, f).map(|before| before.foerste)
    };
    assert_eq!(before("2026-08-06"), Some(dag("2026-01-05")));
    assert_eq!(before("2026-08-07"), None);
}
