//! Dated stories about how long an absence is expected to last, and about what it waits for. Every date is worked out by hand.

use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, Mistake};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt};

fn expected(dato: &str, sidste: Option<&str>) -> Act {
    Act::ExpectSlut(SlutForventet { forloeb: Uuid::nil(), dato: dag(dato), sidste: sidste.map(dag) })
}

fn waits(grund: Option<Ventegrund>, til: Option<&str>) -> Act {
    Act::Afvent(ForloebAfventer { forloeb: Uuid::nil(), grund, til: til.map(dag) })
}

/// Ill from Monday 5 October 2026 and expected back on Monday the 19th: the last day is Sunday the 18th. On the 19th it opens and
/// is due, on the 20th it is late, and on the 23rd, the first working day after the 22nd, HR is told. The leader hears that it
/// takes until the 30th: nothing is due before.
#[test]
fn the_day_that_was_expected_passes_and_somebody_asks() {
    let mut case = Story::sygemeldt("2026-10-05");
    assert!(case.assessment().frist(Fristart::ForventetSlut).is_none(), "nobody has said anything");
    case.it("2026-10-07").act(expected("2026-10-07", Some("2026-10-18")));
    let frist = case.frist(Fristart::ForventetSlut);
    assert_eq!((frist.aabner, frist.maaldag, frist.lovdag), (dag("2026-10-18"), dag("2026-10-19"), dag("2026-10-22")));
    assert_eq!(frist.ansvarlig[..], [Modtagerrolle::Leder]);
    assert_eq!(case.status(Fristart::ForventetSlut), Friststatus::Coming);
    let mine: Vec<_> = case.planlagte().into_iter().filter(|p| p.key.frist == Fristart::ForventetSlut).collect();
    let told: Vec<_> = mine.iter().map(|p| (p.key.modtager, p.dag)).collect();
    assert_eq!(told, [(Modtagerrolle::Leder, dag("2026-10-19")), (Modtagerrolle::Hr, dag("2026-10-23"))]);
    case.it("2026-10-20");
    assert_eq!(case.status(Fristart::ForventetSlut), Friststatus::Overskredet);
    case.act(expected("2026-10-20", Some("2026-10-30")));
    assert_eq!(case.status(Fristart::ForventetSlut), Friststatus::Coming);
    assert_eq!(case.frist(Fristart::ForventetSlut).maaldag, dag("2026-11-02"));
}

/// Back on the day before, or nobody can say: there is nothing to ask about.
#[test]
fn who_is_back_is_not_asked_about() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07").act(expected("2026-10-07", Some("2026-10-18")));
    case.it("2026-10-21").raskmeldt("2026-10-20");
    assert_eq!(case.status(Fristart::ForventetSlut), Friststatus::Bortfaldet);
    assert!(case.planlagte().iter().all(|p| p.key.frist != Fristart::ForventetSlut));
    let mut other = Story::sygemeldt("2026-10-05");
    other.it("2026-10-07").act(expected("2026-10-07", Some("2026-10-18"))).act(expected("2026-10-07", None));
    assert!(other.assessment().frist(Fristart::ForventetSlut).is_none());
}

/// A day before the one on which it is said, more than a year ahead, tomorrow's word, and somebody who is back.
#[test]
fn a_day_that_nobody_can_expect_is_refused() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07");
    let early = case.refused(expected("2026-10-07", Some("2026-10-06")));
    assert_eq!(early, felt("forventet_sidste", Mistake::BeforeEarliest(dag("2026-10-07"))));
    // 366 days after 7 October 2026.
    let late = case.refused(expected("2026-10-07", Some("2027-10-09")));
    assert_eq!(late, felt("forventet_sidste", Mistake::AfterLatest(dag("2027-10-08"))));
    let tomorrow = case.refused(expected("2026-10-08", None));
    assert_eq!(tomorrow, felt("dato", Mistake::Future(dag("2026-10-07"))));
    case.raskmeldt("2026-10-06");
    assert_eq!(case.refused(expected("2026-10-07", None)), BrokenRegel::ForloebAfsluttet.into());
}

/// The kommune is waited for until Friday 16 October: on that day still, and on the Saturday no more. Nothing changes in the frister.
#[test]
fn what_waits_waits_until_a_day() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07");
    let before = case.frist(Fristart::Samtale);
    case.act(waits(Some(Ventegrund::Kommunen), Some("2026-10-16")));
    let f = case.forloeb();
    assert_eq!(f.afventer_on(dag("2026-10-16")), Some((Ventegrund::Kommunen, dag("2026-10-16"))));
    assert_eq!(f.afventer_on(dag("2026-10-17")), None);
    assert_eq!(case.frist(Fristart::Samtale), before);
    let again = case.on(waits(Some(Ventegrund::Kommunen), Some("2026-10-16")));
    assert_eq!(case.perform(&again), [], "the same once more");
    case.act(waits(None, None));
    assert_eq!(case.forloeb().afventer_on(dag("2026-10-08")), None);
}

/// Whom without until when, until when without whom, a day that has passed, and more than 92 days.
#[test]
fn waiting_without_an_end_is_refused() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07");
    let andre = Some(Ventegrund::Andre);
    assert_eq!(case.refused(waits(andre, None)), felt("til", Mistake::Missing));
    assert_eq!(case.refused(waits(None, Some("2026-10-16"))), felt("grund", Mistake::Missing));
    let past = case.refused(waits(andre, Some("2026-10-06")));
    assert_eq!(past, felt("til", Mistake::BeforeEarliest(dag("2026-10-07"))));
    // 7 October and 92 days: 24 left of October, 30 of November, 31 of December, and 7.
    let long = case.refused(waits(andre, Some("2027-01-08")));
    assert_eq!(long, felt("til", Mistake::AfterLatest(dag("2027-01-07"))));
}

fn bestil(frist: Fristart, on: Option<&str>) -> Act {
    Act::BestilPaamindelse(PaamindelseBestilt {
        forloeb: Uuid::nil(),
        frist,
        lovdag: dag("2026-10-05"),
        dag: on.map(dag),
    })
}

/// The reminders that somebody ordered, by their days.
fn bestilte(case: &Story) -> Vec<(Fristart, Modtagerrolle, String)> {
    let all = case.planlagte().into_iter().filter(|p| p.key.trin.starts_with("bestilt-"));
    all.map(|p| (p.key.frist, p.key.modtager, p.dag.to_string())).collect()
}

/// On Wednesday 7 October 2026 the leader wants to be reminded of the talk on Thursday the 15th, then rather on Friday the 16th. The
/// days of the rules stay. Once the talk is held, nobody is reminded of it; one that is called off does not come either.
#[test]
fn a_leader_is_reminded_on_a_day_of_their_own() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07");
    let by_rule = case.planlagte();
    case.act(bestil(Fristart::Samtale, Some("2026-10-15")));
    assert_eq!(bestilte(&case), [(Fristart::Samtale, Modtagerrolle::Leder, "2026-10-15".to_owned())]);
    case.act(bestil(Fristart::Samtale, Some("2026-10-16")));
    assert_eq!(bestilte(&case), [(Fristart::Samtale, Modtagerrolle::Leder, "2026-10-16".to_owned())]);
    assert!(by_rule.iter().all(|p| case.planlagte().contains(p)));
    let mut other = Story::sygemeldt("2026-10-05");
    other.it("2026-10-07").act(bestil(Fristart::Samtale, Some("2026-10-16"))).act(bestil(Fristart::Samtale, None));
    assert_eq!((bestilte(&other), other.planlagte()), (Vec::new(), by_rule));
    case.it("2026-10-14").samtale(Samtaleudfald::Holdt);
    assert!(bestilte(&case).is_empty());
}

/// Saturday 17 October, today, more than 92 days ahead (7 January 2027), an injury at work that there is none of, and a talk on a
/// day after the last one.
#[test]
fn a_day_on_which_nobody_can_be_reminded_is_refused() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07");
    for (on, mistake) in [
        ("2026-10-17", Mistake::NoArbejdsdag(dag("2026-10-19"))),
        ("2026-10-07", Mistake::BeforeEarliest(dag("2026-10-08"))),
        ("2027-01-08", Mistake::AfterLatest(dag("2027-01-07"))),
    ] {
        assert_eq!(case.refused(bestil(Fristart::Samtale, Some(on))), felt("dag", mistake), "{on}");
    }
    let nothing = BrokenRegel::NothingToRemindOf;
    assert_eq!(case.refused(bestil(Fristart::Easy, Some("2026-10-15"))), nothing.clone().into());
    case.act(Act::Raskmeld(Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-10-09") }));
    assert_eq!(case.refused(bestil(Fristart::Samtale, Some("2026-10-15"))), nothing.into());
}

/// Nobody answers on the Wednesday and the Thursday: both are noted, and the first contact is as it was. It can be told of today,
/// not of tomorrow.
#[test]
fn an_attempt_is_no_contact() {
    let mut case = Story::sygemeldt("2026-10-05");
    let tried = |on: &str| {
        let (dato, form) = (dag(on), Kontaktform::Telefon);
        Act::TryKontakt(KontaktForsoegt { forloeb: Uuid::nil(), dato, form })
    };
    case.it("2026-10-08");
    let before = (case.frist(Fristart::FoersteKontakt), case.planlagte());
    case.act(tried("2026-10-07")).act(tried("2026-10-08"));
    assert_eq!((case.frist(Fristart::FoersteKontakt), case.planlagte()), before);
    let noted = case.forloeb().noteret.kontaktforsoeg.iter().map(|k| k.what.dato).collect::<Vec<_>>();
    assert_eq!(noted, [dag("2026-10-07"), dag("2026-10-08")]);
    assert_eq!(case.refused(tried("2026-10-09")), felt("dato", Mistake::Future(dag("2026-10-08"))));
    case.raskmeldt("2026-10-07");
    assert_eq!(case.refused(tried("2026-10-08")), BrokenRegel::ForloebAfsluttet.into());
}

/// Who was expected back after the 18th is asked about; the leader wants to be reminded of it on Wednesday the 21st. It takes until
/// the 30th after all: of that day nobody asked to be reminded. Nor of what is HR's to do.
#[test]
fn a_reminder_is_of_the_frist_that_it_was_ordered_of() {
    let mut case = Story::sygemeldt("2026-10-05");
    case.it("2026-10-07").act(expected("2026-10-07", Some("2026-10-18")));
    case.act(bestil(Fristart::ForventetSlut, Some("2026-10-21")));
    assert_eq!(bestilte(&case), [(Fristart::ForventetSlut, Modtagerrolle::Leder, "2026-10-21".to_owned())]);
    case.act(expected("2026-10-07", Some("2026-10-30")));
    assert!(bestilte(&case).is_empty());
    let of_hr = case.refused(bestil(Fristart::Refusionsanmodning, Some("2026-10-21")));
    assert_eq!(of_hr, BrokenRegel::NothingToRemindOf.into());
}
