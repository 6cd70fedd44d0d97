//! Dated stories about reminders and those who get them. Every date is counted by hand.

use forloeb::Procent;
use forloeb::command::{Act, DomainCommand};
use forloeb::derive::Imported;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::tta::Plan;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

#[test]
fn a_new_leder_gets_the_next_paamindelser_and_not_the_old() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.kontakt();
    case.let_time_pass("2026-01-20");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-20"), spoerges: false };
    let k = case.on(Act::SkiftLeder(h));
    let haendelser = case.perform(&k);
    let Some(Haendelse::PaamindelserAfgjort(afgjort)) = haendelser.last() else { panic!("{haendelser:?}") };
    assert!(afgjort.tilbageholdt.iter().all(|a| a.aarsag == Aflysning::Lederskifte));
    let next = case.planlagte();
    assert!(
        next.iter()
            .filter(|p| p.key.modtager == Modtagerrolle::Leder)
            .all(|p| { p.key.nr.as_deref() == Some("10050") && p.dag > dag("2026-01-20") })
    );
    assert_eq!(case.forloeb().leder_on(dag("2026-01-19")), Some("10001"));
    assert!(case.perform(&k).is_empty(), "she leads it already");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-21"), spoerges: false };
    assert!(case.perform(&case.on(Act::SkiftLeder(h))).is_empty(), "and on the days after");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-19"), spoerges: false };
    assert!(!case.perform(&case.on(Act::SkiftLeder(h))).is_empty(), "not on the day before");
}

#[test]
fn the_same_tildeling_twice_is_one() {
    let mut case = Story::sygemeldt("2026-01-05");
    let til = |nr: Option<&str>| Act::Tildel(ForloebTildelt { forloeb: Uuid::nil(), til: nr.map(str::to_owned) });
    assert!(case.perform(&case.on(til(None))).is_empty(), "nobody has it");
    assert_eq!(case.perform(&case.on(til(Some("10077")))).len(), 1);
    assert!(case.perform(&case.on(til(Some("10077")))).is_empty());
    assert_eq!(case.perform(&case.on(til(None))).len(), 1);
}

/// The contact is due Friday 16 January: TR is told on the 14th, and on the 15th the employee chooses somebody else.
#[test]
fn the_kollega_the_medarbejder_chooses_makes_the_foerste_kontakt() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-01-14").it("2026-01-15");
    let choices = |nr: Option<&str>| {
        let kontaktperson_nr = nr.map(str::to_owned);
        Act::ChooseKontaktperson(KontaktpersonValgt { forloeb: Uuid::nil(), kontaktperson_nr })
    };
    assert_eq!(case.refused(choices(Some("10010"))), felt("kontaktperson_nr", Mistake::SamePerson));
    let haendelser = case.perform(&case.on(choices(Some("10077"))));
    let [Haendelse::KontaktpersonValgt(_), Haendelse::PaamindelserAfgjort(afgjort)] = &haendelser[..] else {
        panic!("{haendelser:?}")
    };
    let tr = &afgjort.tilbageholdt[0];
    assert_eq!((tr.key.trin.as_str(), tr.key.nr.as_deref(), tr.dag), ("t", Some("10002"), dag("2026-01-16")));
    assert_eq!(tr.aarsag, Aflysning::Lederskifte);
    assert!(case.perform(&case.on(choices(Some("10077")))).is_empty(), "chosen already");
    let kontaktens = case.planlagte().into_iter().map(|p| p.key);
    let kontaktens = kontaktens.filter(|n| n.modtager == Modtagerrolle::Kontaktperson).map(|n| (n.trin, n.nr));
    let her = || Some("10077".to_owned());
    assert_eq!(kontaktens.collect::<Vec<_>>(), [("t-2".to_owned(), her()), ("t".to_owned(), her())]);
    case.act(choices(None));
    assert_eq!(case.forloeb().kontaktperson(case.today), Some("10002"), "nobody chosen: TR again");
    case.it("2026-01-20").raskmeldt("2026-01-19");
    assert_eq!(case.refused(choices(Some("10077"))), BrokenRegel::ForloebAfsluttet.into());
}

#[test]
fn a_stedfortraeder_is_udpeget_for_days_to_come() {
    let mut case = Story::ansat();
    case.it("2026-06-01");
    let udpeg = |nr: &str, fra: Option<&str>, til: Option<&str>| {
        let (stedfortraeder_nr, fra, til) = (Some(nr.to_owned()), fra.map(dag), til.map(dag));
        DomainCommand::UdpegStedfortraeder(StedfortraederUdpeget { stedfortraeder_nr, fra, til })
    };
    for (command, ret) in [
        (udpeg("10010", None, None), felt("stedfortraeder_nr", Mistake::SamePerson)),
        (udpeg("10077", Some("2026-07-06"), None), felt("til", Mistake::Missing)),
        (udpeg("10077", None, Some("2026-07-06")), felt("fra", Mistake::Missing)),
        (udpeg("10077", Some("2026-07-06"), Some("2026-07-05")), felt("til", Mistake::EndBeforeStart)),
        (
            udpeg("10077", Some("2026-05-01"), Some("2026-05-31")),
            felt("til", Mistake::BeforeEarliest(dag("2026-06-01"))),
        ),
        (udpeg("10077", Some("2026-07-06"), Some("2027-06-03")), felt("til", Mistake::AfterLatest(dag("2027-06-02")))),
    ] {
        assert_eq!(case.attempt(&command).unwrap_err(), ret, "{command:?}");
    }
    let summertime = udpeg("10077", Some("2026-07-06"), Some("2026-07-24"));
    assert_eq!(case.perform(&summertime).len(), 1);
    assert!(case.perform(&summertime).is_empty(), "named already");
    assert_eq!(case.a.stedfortraedere().on(dag("2026-07-24")), Some("10077"));
}

#[test]
fn who_closed_the_forloeb_keeps_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-16").raskmeldt("2026-01-16");
    case.it("2026-03-01").stamdata(|s| s.leder_nr = Some("10050".into()));
    assert_eq!(case.forloeb().leder(dag("2026-03-02")), Some("10001"));
}

#[test]
fn after_a_downtime_only_what_is_still_true_is_sent() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.kontakt().it("2026-01-30");
    case.morning();
    assert_eq!(
        case.sendt,
        [
            "2026-01-30 samtale t -> leder",
            "2026-01-30 anmeldelse t-5 -> leder",
            "2026-01-30 anmeldelse t-5 -> hr",
            "2026-01-30 fast_track t-5 -> leder"
        ]
    );
    let overtaken: Vec<_> = case
        .forloeb()
        .afgjorte
        .iter()
        .filter(|(_, a)| a.udfald == Udfald::Aflyst { aarsag: Aflysning::Overtaken })
        .map(|(n, _)| format!("{} {} {}", n.frist, n.trin, n.modtager))
        .collect();
    assert_eq!(
        overtaken,
        ["samtale t-10 leder", "samtale t-3 leder", "anmeldelse aabner leder", "anmeldelse aabner hr"]
    );
}

#[test]
fn old_history_from_payroll_wakes_nobody() {
    let mut case = Story::ansat();
    case.it("2026-11-20").import("2025-01-06", Some("2025-03-20"), 100).let_time_pass("2027-01-31");
    assert!(case.sendt.is_empty(), "{:?}", case.sendt);
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Tabt);
}

#[test]
fn the_tta_plan_is_evalueret_on_its_day() {
    let mut case = Story::sygemeldt("2026-01-05");
    let plan = Plan {
        koordinator: Some("10002".into()),
        evalueringer: vec![dag("2026-02-16"), dag("2026-03-16")],
        ..Plan::default()
    };
    case.it("2026-02-02").act(Act::PutPlan { plan, aftalt: true, confidential: seal() });
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-02-16"));
    case.let_time_pass("2026-02-16");
    let (nyt, tta): (Vec<_>, Vec<_>) =
        case.sendt.iter().filter(|s| s.contains("tta")).cloned().partition(|s| s.contains(" nyt-"));
    let begins = ["2026-02-03 tta_evaluering nyt-koordinator-", "2026-02-03 tta_evaluering nyt-plan-"];
    assert!(nyt.len() == 2 && nyt.iter().zip(begins).all(|(line, begins)| line.starts_with(begins)), "{nyt:?}");
    let (aftaler, paamindelser): (Vec<_>, Vec<_>) = tta.into_iter().partition(|s| s.contains(" kalender-"));
    assert!(aftaler.len() == 3 && aftaler.iter().all(|s| s.starts_with("2026-02-03 ")), "{aftaler:?}");
    assert_eq!(
        paamindelser,
        [
            "2026-02-11 tta_evaluering t-3 -> leder",
            "2026-02-11 tta_evaluering t-3 -> koordinator",
            "2026-02-16 tta_evaluering t -> leder",
            "2026-02-16 tta_evaluering t -> koordinator"
        ]
    );
    let h = TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-02-16"), virkninger: Vec::new(), confidential: None };
    case.act(Act::EvaluerPlan(h));
    assert_eq!(case.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
}

#[test]
fn a_paamindelse_with_an_outcome_gets_no_other() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14");
    let p = case.planlagte()[0].clone();
    let udfald = Udfald::Sendt { letter: "x".into(), til: None };
    let a = Afgoerelse { key: p.key, dag: p.dag, udfald };
    let k = case.on(Act::AfgoerPaamindelser(vec![a]));
    assert_eq!(case.perform(&k).len(), 1);
    assert_eq!(case.perform(&k).len(), 0);
}

#[test]
fn a_mail_that_can_never_be_delivered_goes_to_hr() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14");
    let p = case.planlagte()[0].clone();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: None };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key, dag: p.dag, udfald }]));
    case.morning();
    assert_eq!(case.sendt, ["2026-01-14 foerste_kontakt t-2-uleveret -> hr"]);
}

/// A mailbox that took nothing for a day: HR is told, and who acts for the one whose it is has the reminder; nobody has it a
/// third time where that cannot be delivered either.
#[test]
fn what_was_given_up_goes_to_hr_and_to_who_acts_instead() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14");
    let p = case.planlagte()[0].clone();
    let udfald = Udfald::Fejlet { grund: "smtp_452".into(), til: Some("10002".into()) };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key.clone(), dag: p.dag, udfald: udfald.clone() }]));
    let due: Vec<_> = case.planlagte().into_iter().filter(|p| p.dag <= dag("2026-01-14")).collect();
    let names: Vec<_> = due.iter().map(|p| format!("{} -> {}", p.key.trin, p.key.modtager)).collect();
    assert_eq!(names, ["t-2-anden-uleveret -> kontaktperson", "t-2-uleveret -> hr"]);
    assert!(due.iter().all(|p| p.instead_of(&case.forloeb()) == Some(&udfald)));
    let key = due[0].key.clone();
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key, dag: p.dag, udfald }]));
    let due = case.planlagte().into_iter().filter(|p| p.dag <= dag("2026-01-14")).count();
    assert_eq!(due, 1, "HR's, once");
}

/// The talk is overdue when the employee dies on 10 February: nobody is asked to contact them, and what was
/// earned is still to be claimed.
#[test]
fn nobody_is_reminded_to_contact_who_has_died() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.let_time_pass("2026-02-02").kvitteret().let_time_pass("2026-02-10").sendt.clear();
    let doed = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-02-10") };
    case.act(Act::Afslut(doed)).let_time_pass("2026-06-01");
    let money = |s: &String| s.contains(" refusionsanmodning ");
    assert!(!case.sendt.is_empty() && case.sendt.iter().all(money), "{:?}", case.sendt);
}

/// Once: refused on 14 January, and sent again on the 19th, when t-2 and t have passed and t was sent.
#[test]
fn a_refused_mail_can_be_sent_again_once() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14");
    let p = case.planlagte()[0].clone();
    let again = |n: &Key| Act::SendAgain(n.clone());
    assert_eq!(case.refused(again(&p.key)), DomainRefusal::BrokenRegel(BrokenRegel::NotFejlet));
    let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: None };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key.clone(), dag: p.dag, udfald }]));
    case.let_time_pass("2026-01-16").sendt.clear();
    let version = case.forloeb().version;
    case.act(again(&p.key));
    assert_eq!(case.forloeb().version, version, "nobody's form is out of date because of it");
    case.let_time_pass("2026-01-19");
    let tre: Vec<_> = case.sendt.iter().filter(|s| s.contains("t-2")).collect();
    assert_eq!(tre, ["2026-01-19 foerste_kontakt t-2 -> kontaktperson"]);
    assert_eq!(case.refused(again(&p.key)), DomainRefusal::BrokenRegel(BrokenRegel::NotFejlet), "it was sent");
    // Refused once more, and then the contact is made: there is nothing to remind of.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-14");
    let p = case.planlagte()[0].clone();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into(), til: None };
    case.act(Act::AfgoerPaamindelser(vec![Afgoerelse { key: p.key.clone(), dag: p.dag, udfald }]));
    case.kontakt();
    assert_eq!(case.refused(again(&p.key)), DomainRefusal::BrokenRegel(BrokenRegel::NothingToRemindOf));
}

/// What was withheld because of something in the case comes back with the case; what was sent does not.
#[test]
fn what_was_withheld_comes_again_when_the_case_does() {
    // Receipted on Monday 2 February, rejected the day after: t-2, t and the overdue ones are due again.
    let mut case = Story::sygemeldt("2026-01-05");
    case.kontakt().let_time_pass("2026-02-02").kvitteret();
    let refused = case.anmeldelse(Anmeldelsestrin::Afvist, "2026-02-03");
    case.it("2026-02-03").act(refused).sendt.clear();
    case.let_time_pass("2026-02-10");
    let hr: Vec<_> = case.sendt.iter().filter(|s| s.contains("anmeldelse") && s.ends_with("hr")).collect();
    assert_eq!(
        hr,
        [
            "2026-02-04 anmeldelse t-2 -> hr",
            "2026-02-06 anmeldelse t -> hr",
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> hr"
        ]
    );

    // Payroll closes the full registration and the partial one follows: one forløb, and its talk is still due.
    let mut case = Story::ansat();
    case.it("2026-01-05").import("2026-01-05", None, 100).kontakt();
    let registrering = case.forloeb().id;
    let (foerste, sidste) = (dag("2026-01-05"), Some(dag("2026-01-11")));
    let line = Imported {
        aarsag: Aarsag::Sygdom,
        foerste,
        sidste,
        omfang_pct: Procent::FULL,
        paragraf_56: None,
        raskmeldt: false,
    };
    case.it("2026-01-12").perform(&DomainCommand::ChangeFravaer { registrering, line });
    case.import("2026-01-12", None, 50).let_time_pass("2026-01-30");
    let samtale: Vec<_> = case.sendt.iter().filter(|s| s.contains("samtale")).map(|s| &s[..10]).collect();
    assert_eq!(samtale, ["2026-01-16", "2026-01-27", "2026-01-30"]);

    // Leader A, B for a day, and A again: A is reminded as if nothing had been.
    let mut case = Story::sygemeldt("2026-01-05");
    for (dato, leder) in [("2026-01-07", "10050"), ("2026-01-08", "10001")] {
        let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: leder.into(), fra: dag(dato), spoerges: false };
        case.it(dato).act(Act::SkiftLeder(h));
    }
    case.kontakt().let_time_pass("2026-01-16");
    assert_eq!(case.sendt, ["2026-01-16 samtale t-10 -> leder"]);
}

#[test]
fn an_erased_person_is_not_reminded() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-06")
        .perform(&DomainCommand::ErasePerson { grund: Sletningsgrund::OpbevaringUdloebet, aarsag: String::new() });
    case.let_time_pass("2026-03-16");
    assert!(case.sendt.is_empty());
}

/// What went to HR about the claim, as `date trin`.
fn about_krav(case: &Story) -> Vec<String> {
    let words = |line: &str| line.split(' ').map(str::to_owned).collect::<Vec<_>>();
    let lines = case.sendt.iter().map(|line| words(line)).filter(|w| w[1] == "refusionsanmodning");
    lines.map(|w| format!("{} {}", w[0], w[2])).collect()
}

/// Away 5 January to 31 March 2026, receipted and never claimed: R is 4 February, its lovdag 4 May. The first working day
/// after is Tuesday 5 May, and then every fifth: past Ascension (14 May), Whit Monday (25 May) and 5 June. The last of March
/// is 30 June: from 1 July on all is lost, and nobody hears of it any more.
#[test]
fn a_krav_that_is_missed_is_reminded_of_until_all_is_lost() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().let_time_pass("2026-03-31").raskmeldt("2026-03-31");
    case.let_time_pass("2026-09-01");
    let days = ["05-05", "05-12", "05-20", "05-28", "06-04", "06-12", "06-19", "06-26"];
    let after = days.map(|dag| format!("2026-{dag} overskredet-2026-{dag}"));
    // Thirty days before 4 May is Easter Saturday, moved back to Wednesday 1 April; the target is Friday 1 May.
    let before = ["2026-04-01 30-dage", "2026-04-24 10-dage", "2026-04-29 t-2"].map(str::to_owned);
    assert_eq!(about_krav(&case), before.into_iter().chain(after).collect::<Vec<_>>());
    assert!(case.sendt.iter().filter(|l| l.contains("refusionsanmodning")).all(|l| l.ends_with("-> hr")));
    // What was lost on those mornings: 4 February; through the 11th, six days; through the 19th, twelve, of 1.038,357 kr.
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-04-01").raskmeldt("2026-03-31");
    for (dag, kr) in
        [("2026-05-04", None), ("2026-05-05", Some(1038)), ("2026-05-12", Some(6230)), ("2026-05-20", Some(12_460))]
    {
        let lost = case.it(dag).assessment().refusion.for_sent_skoen.map(|s| s.beloeb.whole_kroner());
        assert_eq!(lost, kr, "{dag}");
    }
}

/// Claimed on 13 May for what is left: the frist is counted from the next day on, and says nothing before it is near.
#[test]
fn a_krav_stops_the_reminders_of_what_was_lost_before_it() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-04-01").raskmeldt("2026-03-31");
    case.let_time_pass("2026-05-12");
    let krav = case.it("2026-05-13").krav("2026-02-13", "2026-03-31");
    case.act(krav).sendt.clear();
    case.let_time_pass("2026-09-01");
    assert_eq!(about_krav(&case), Vec::<String>::new());
}

/// Everything was claimed, and the claim for 16 to 20 February was a mistake: the gap is reminded of while it can be claimed,
/// until 20 May, and then no more, though the last day of the absence could be claimed until 30 June.
#[test]
fn a_gap_that_is_lost_is_not_reminded_of() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().let_time_pass("2026-03-31").raskmeldt("2026-03-31");
    for (fra, til) in [("2026-02-04", "2026-02-15"), ("2026-02-16", "2026-02-20"), ("2026-02-21", "2026-03-31")] {
        let krav = case.krav(fra, til);
        case.act(krav);
    }
    let position = case.forloeb().krav[1].position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    case.let_time_pass("2026-09-01");
    // The lovdag is 16 May, a Saturday; the target Friday 15 May, the day after Ascension.
    let of_gap = ["2026-04-16 30-dage", "2026-05-06 10-dage", "2026-05-12 t-2", "2026-05-18 overskredet-2026-05-18"];
    assert_eq!(about_krav(&case), of_gap);
    assert!(!case.assessment().is_running(&case.forloeb(), case.today));
}

/// Receipted a year later, when the last day was lost long ago: nobody is reminded of what nobody can do.
#[test]
fn what_was_lost_before_the_kvittering_came_is_not_reminded_of() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-01").raskmeldt("2026-03-01").it("2027-01-04");
    let Act::Anmeld(h) = case.anmeldelse(Anmeldelsestrin::Kvitteret, "2027-01-04") else { unreachable!() };
    case.act(Act::Anmeld(AnmeldelseRegistreret { underskrevet_dato: Some(dag("2026-02-06")), ..h })).sendt.clear();
    case.let_time_pass("2027-03-01");
    assert_eq!(about_krav(&case), Vec::<String>::new());
}
