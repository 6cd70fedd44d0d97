//! Dated stories about an absence whose end nobody has named a day for: somebody asks once they have not been in touch for five
//! weeks. Every date is worked out by hand.

use forloeb::command::{Act, Rettelse};
use forloeb::frister::Frist;
use forloeb::haendelse::*;
use forloeb::paamindelser::next_dag;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn asked(case: &Story) -> Option<Frist> {
    case.assessment().frist(Fristart::ForventetSlut).cloned()
}

fn days(frist: &Frist) -> [String; 3] {
    [frist.aabner, frist.maaldag, frist.lovdag].map(|dag| dag.to_string())
}

fn in_touch(case: &Story) -> String {
    case.forloeb().in_touch(case.today).to_string()
}

fn otte_uger(dato: &str, udfald: OtteUgerUdfald) -> Act {
    let confidential = (udfald == OtteUgerUdfald::IkkeNoedvendig).then(seal);
    Act::OtteUger(OtteUgerRegistreret { forloeb: Uuid::nil(), dato: dag(dato), udfald, confidential })
}

/// Ill from Monday 5 October 2026, in touch on the 8th, and last in the talk of Wednesday 14 October. Five weeks after that,
/// on Wednesday 18 November, the leader is to ask: by Thursday the 19th, and by the rules by Tuesday the 24th. Nothing else is
/// due before that day: time alone brings it. On the 18th they talk, and nothing of it is left.
#[test]
fn time_alone_brings_it_and_a_contact_takes_it_away() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").kontakt().ret(Rettelse::ForventetVarighed(Varighed::UnderOtteUger));
    case.it("2026-10-14").samtale(Samtaleudfald::Holdt).let_time_pass("2026-10-28").kvitteret();
    case.let_time_pass("2026-11-17");
    assert_eq!(asked(&case), None);
    let next = next_dag(&case.forloeb(), &case.assessment(), case.today, case.book());
    assert_eq!(next, Some(dag("2026-11-18")));
    case.it("2026-11-18");
    let frist = asked(&case).unwrap();
    assert_eq!(days(&frist), ["2026-11-18", "2026-11-19", "2026-11-24"]);
    assert_eq!((frist.status, &frist.ansvarlig[..]), (Friststatus::Forfalder, &[Modtagerrolle::Leder][..]));
    let mine: Vec<_> = case.planlagte().into_iter().filter(|p| p.key.frist == Fristart::ForventetSlut).collect();
    let told: Vec<_> = mine.iter().map(|p| (p.key.modtager, p.dag)).collect();
    assert_eq!(told, [(Modtagerrolle::Leder, dag("2026-11-19")), (Modtagerrolle::Hr, dag("2026-11-25"))]);
    case.kontakt();
    assert_eq!(asked(&case), None);
    assert!(case.planlagte().iter().all(|p| p.key.frist != Fristart::ForventetSlut));
}

/// A contact on Friday 16 October, the talk on Monday 2 November, the meeting on Friday 27 November: nobody is ever asked. The next
/// follow-up is due eight weeks on, on 22 January 2027. Nobody holds it, and on the day after it opens.
#[test]
fn who_follows_up_in_time_is_not_asked() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.let_time_pass("2026-10-16").kontakt().let_time_pass("2026-11-02").samtale(Samtaleudfald::Holdt);
    case.let_time_pass("2026-11-27").act(otte_uger("2026-11-27", OtteUgerUdfald::Holdt)).let_time_pass("2027-01-22");
    assert!(case.sendt.iter().all(|line| !line.contains(" forventet_slut ")), "{:?}", case.sendt);
    assert_eq!(asked(&case), None);
    case.it("2027-01-23");
    assert_eq!(days(&asked(&case).unwrap()), ["2027-01-23", "2027-01-25", "2027-01-28"]);
}

/// In touch on Thursday 8 October, and asked about from Thursday 12 November. That nobody answers, that the employee does not come
/// to the talk, and that no meeting is needed show nothing; that nobody can say does, and so does a day that is named.
#[test]
fn only_what_shows_that_they_were_in_touch_moves_it() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-08").kontakt().it("2026-11-12");
    let before = asked(&case).unwrap();
    assert_eq!(days(&before), ["2026-11-12", "2026-11-13", "2026-11-18"]);
    let (dato, form) = (dag("2026-11-12"), Kontaktform::Telefon);
    case.act(Act::TryKontakt(KontaktForsoegt { forloeb: Uuid::nil(), dato, form }));
    case.samtale(Samtaleudfald::DidNotAttend).act(otte_uger("2026-11-12", OtteUgerUdfald::IkkeNoedvendig));
    assert_eq!(asked(&case), Some(before));
    let say = |sidste| Act::ExpectSlut(SlutForventet { forloeb: Uuid::nil(), dato: dag("2026-11-10"), sidste });
    let mut unknown = case.clone();
    unknown.act(say(None));
    assert_eq!(asked(&unknown), None);
    // Five weeks after Tuesday 10 November.
    assert_eq!(days(&asked(unknown.it("2026-12-15")).unwrap()), ["2026-12-15", "2026-12-16", "2026-12-21"]);
    case.act(say(Some(dag("2026-11-30"))));
    assert_eq!(days(&asked(&case).unwrap()), ["2026-11-30", "2026-12-01", "2026-12-04"]);
    assert_eq!(asked(&case).unwrap().status, Friststatus::Coming, "a day that was named is there before it comes");
}

/// Half the hours from Monday 9 November: told on 2 November it shows nothing yet, and on the 9th it does. Five weeks after
/// that is Monday 14 December.
#[test]
fn partial_work_counts_from_the_day_it_begins() {
    let mut case = Story::sygemeldt("2026-10-05");
    let (fra, omfang_pct) = (dag("2026-11-09"), forloeb::Procent::whole(50));
    let delvis = DelvisRegistreret { forloeb: Uuid::nil(), fra, omfang_pct, begrundelse: None };
    case.it("2026-11-02").act(Act::Delvis(delvis));
    assert_eq!(in_touch(case.it("2026-11-08")), "2026-10-05");
    // Five weeks after the first day of absence is the day on which the work begins.
    assert_eq!(in_touch(case.it("2026-11-09")), "2026-11-09");
    assert_eq!(asked(&case), None);
    assert_eq!(days(&asked(case.it("2026-12-14")).unwrap()), ["2026-12-14", "2026-12-15", "2026-12-18"]);
}

/// Rules that say nothing of it ask only about a day that was named, as they always did.
#[test]
fn rules_without_a_number_of_days_ask_nothing() {
    let mut case = Story::ansat();
    case.rules("uden_dag_dage = 35\n", "").it("2026-10-05").sygemeld("2026-10-05").let_time_pass("2027-03-01");
    assert_eq!(asked(&case), None);
    assert!(case.sendt.iter().all(|line| !line.contains(" forventet_slut ")), "{:?}", case.sendt);
    let (dato, sidste) = (dag("2027-03-01"), Some(dag("2027-03-05")));
    case.act(Act::ExpectSlut(SlutForventet { forloeb: Uuid::nil(), dato, sidste }));
    assert_eq!(days(&asked(&case).unwrap())[0], "2027-03-05");
}

/// Back, or payroll knows the last day: there is nothing to ask.
#[test]
fn an_end_that_is_known_is_not_asked_about() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-11-12");
    assert!(asked(&case).is_some());
    case.raskmeldt("2026-11-11");
    assert_eq!(asked(&case), None);
    let mut known = Story::ansat();
    known.it("2026-10-05").import("2026-10-05", Some("2026-12-31"), 100).it("2026-11-20");
    assert!(known.forloeb().is_aabent(known.today));
    assert_eq!(asked(&known), None);
}
