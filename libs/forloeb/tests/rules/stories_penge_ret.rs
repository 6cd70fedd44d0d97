//! Dated stories about who has a right to refusion and on which days: § 56, holiday under illness, 74 hours, few hours.

use forloeb::Procent;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal};
use forloeb::refusion::{Dage, Foerstedagsret};
use forloeb::regnskab::{Dagsstand, regnskab};
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

fn afbryd(fra: &str, til: &str) -> Act {
    let (fra, til, aarsag) = (dag(fra), dag(til), Afbrydelsesaarsag::Ferie);
    Act::Afbryd(AfbrydelseRegistreret { forloeb: Uuid::nil(), fra, til, aarsag })
}

fn delvis(fra: &str, hundredths: u16) -> Act {
    let omfang_pct = Procent::from_hundredths(hundredths);
    Act::Delvis(DelvisRegistreret { forloeb: Uuid::nil(), fra: dag(fra), omfang_pct, begrundelse: None })
}

fn span(case: &Story) -> Vec<(Dage, Dagsstand)> {
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    regnskab(&f, &r, case.today, case.book()).span.iter().map(|s| (s.dage, s.stand)).collect()
}

fn besvar(gaelder: bool) -> Act {
    Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: Uuid::nil(), gaelder })
}

/// F 1 September, ill all the time: the first refusion day is 1 October and stays there, and 5 to 18 October give nothing.
#[test]
fn ferie_during_the_illness_is_no_gap_and_no_new_period() {
    let mut case = Story::sygemeldt("2026-09-01");
    case.it("2026-10-02").kvitteret().it("2026-11-02").act(afbryd("2026-10-05", "2026-10-18"));
    assert_eq!(case.list().len(), 1);
    let foerste = case.krav("2026-10-01", "2026-10-04");
    case.act(foerste);
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.kan_anmodes_fra), (dag("2026-10-01"), Some(dag("2026-10-19"))));
    let within = case.krav("2026-10-05", "2026-10-31");
    assert_eq!(case.refused(within), DomainRefusal::BrokenRegel(BrokenRegel::KravInAfbrydelse));
    let second = case.krav("2026-10-19", "2026-10-31");
    case.act(second);
    let expected = [
        (dage("2026-09-01", "2026-09-30"), Dagsstand::Arbejdsgiver),
        (dage("2026-10-01", "2026-10-04"), Dagsstand::Anmodet),
        (dage("2026-10-05", "2026-10-18"), Dagsstand::Afbrudt),
        (dage("2026-10-19", "2026-10-31"), Dagsstand::Anmodet),
        (dage("2026-11-01", "2026-11-02"), Dagsstand::CanAnmodes),
    ];
    assert_eq!(span(&case), expected);
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    let g = regnskab(&f, &r, case.today, case.book());
    assert!(g.krav.iter().all(|k| k.error.is_empty()), "{:?}", g.krav);
    let twice = afbryd("2026-10-18", "2026-10-20");
    assert_eq!(case.refused(twice), DomainRefusal::BrokenRegel(BrokenRegel::AlreadyAfbrudt));
}

/// Employed for years, 2 to 13 November: 8 × 8 = 64 and 8 × 9 = 72 hours are under 74; 8 × 9,25 = 74 are not.
#[test]
fn under_74_hours_in_eight_weeks_give_refusion_from_the_first_dag() {
    for (timer, ret) in [(8.0, true), (9.0, true), (9.25, false), (0.0, false)] {
        let mut case = Story::ansat();
        case.stamdata(|s| s.timer_pr_uge = timer);
        case.it("2026-11-02").sygemeld("2026-11-02").it("2026-11-13").raskmeldt("2026-11-13");
        let r = case.assessment().refusion;
        assert_eq!(r.foerstedagsret, ret.then_some(Foerstedagsret::FewHours), "{timer}");
        let frist = case.frist(Fristart::Anmeldelse);
        if ret {
            assert_eq!((r.foerste_refusionsdag, frist.lovdag), (dag("2026-11-02"), dag("2027-02-02")));
        } else {
            assert_eq!(frist.status, Friststatus::Bortfaldet);
        }
    }
}

/// 37 hours: 10 % is 3,70 hours a week, 11 % is 4,07. 10,81 % is 3,9997 hours, which are 4,00.
#[test]
fn under_four_hours_a_week_gives_no_refusion_from_that_dag() {
    let story = |hundredths: u16, fleksjob: bool| {
        let mut case = Story::ansat();
        case.stamdata(|s| s.fleksjob = fleksjob);
        case.it("2026-09-01").sygemeld("2026-09-01").it("2026-10-02").kvitteret().it("2026-11-16");
        case.act(delvis("2026-11-01", hundredths));
        let fra = if fleksjob { "2026-09-01" } else { "2026-10-01" };
        let before = case.krav(fra, "2026-10-31");
        case.act(before);
        case
    };
    let mut case = story(1000, false);
    let krav = case.krav("2026-11-01", "2026-11-15");
    let few = BrokenRegel::KravOfFewHours { dag: dag("2026-11-01") };
    assert_eq!(case.refused(krav.clone()), DomainRefusal::BrokenRegel(few));
    let r = case.assessment().refusion;
    assert_eq!((r.aeldste_udaekkede, r.kan_anmodes_fra), (None, None));
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt, "nothing is left to claim");
    assert_eq!(span(&case).last(), Some(&(dage("2026-11-01", "2026-11-16"), Dagsstand::FewHours)));
    // Half away again from the 9th: refusion goes on there.
    case.act(delvis("2026-11-09", 5000));
    assert_eq!(case.assessment().refusion.kan_anmodes_fra, Some(dag("2026-11-09")));
    for (hundredths, fleksjob) in [(1100, false), (1081, false), (1000, true)] {
        story(hundredths, fleksjob).act(krav.clone());
    }
}

/// An agreement from 1 March 2026: what began before it does not get it, what began under it may be of it.
#[test]
fn a_paragraf_56_aftale_covers_what_began_under_it_and_is_of_it() {
    let story = |f: &str| {
        let mut case = Story::ansat();
        case.stamdata(|s| {
            (s.paragraf_56, s.paragraf_56_fra) = (true, Some(dag("2026-03-01")));
            s.paragraf_56_til = Some(dag("2028-02-29"));
        });
        case.it(f).sygemeld(f);
        case
    };
    for (f, covered) in [("2026-02-27", false), ("2026-03-01", true), ("2028-02-29", true), ("2028-03-01", false)] {
        let refusion = story(f).assessment().refusion;
        assert_eq!(refusion.foerstedagsret == Some(Foerstedagsret::Paragraf56), covered, "{f}");
        assert_eq!(refusion.otherwise.is_some(), covered, "nobody has said: {f}");
    }
    // Monday 2 March: both readings are guarded until somebody says. Thirty days later is 1 April.
    let mut case = story("2026-03-02");
    case.it("2026-04-03");
    let r = case.assessment().refusion;
    let other = r.otherwise.as_ref().unwrap();
    assert_eq!((r.foerste_refusionsdag, other.foerste_refusionsdag), (dag("2026-03-02"), dag("2026-04-01")));
    assert!(r.i_fare.unwrap().beloeb > other.i_fare.unwrap().beloeb);
    case.act(besvar(false));
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.otherwise, r.foerstedagsret), (dag("2026-04-01"), None, None));
    case.act(besvar(true));
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.otherwise), (dag("2026-03-02"), None));
    // An answer can be taken back, and the one before counts again.
    let position = case.a.records().last().unwrap().position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(case.assessment().refusion.foerste_refusionsdag, dag("2026-04-01"));
}

/// A flu of four days under an agreement that is not about it: no anmeldelse, and nobody is reminded of one.
#[test]
fn a_short_illness_that_the_aftale_is_not_about_is_the_employers() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.paragraf_56 = true);
    case.it("2026-03-02").sygemeld("2026-03-02").it("2026-03-05").raskmeldt("2026-03-05");
    assert!(!case.assessment().refusion.otherwise.unwrap().gives && case.assessment().refusion.gives);
    case.act(besvar(false));
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Bortfaldet);
    assert!(!case.assessment().refusion.gives);
}

/// Claimed by the one reading before anybody answered: from day 31, which the other reading would call a gap.
#[test]
fn while_nobody_has_said_a_krav_by_either_reading_is_taken() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.paragraf_56 = true);
    case.it("2026-03-02").sygemeld("2026-03-02").it("2026-04-03").kvitteret().it("2026-04-20");
    let krav = case.krav("2026-04-01", "2026-04-10");
    case.act(krav);
    let krav = case.krav("2026-03-02", "2026-03-31");
    case.act(krav);
    case.act(besvar(true));
    assert_eq!(case.assessment().refusion.aeldste_udaekkede, Some(dag("2026-04-11")));
}
