//! Dated stories about refusion: what it gives, what is lost, and what can still be claimed. Every date is counted by hand.

use forloeb::command::{Act, DomainCommand};
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::refusion::Dage;
use forloeb::words::*;
use forloeb::{Oere, Procent};
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

#[test]
fn anmeldt_too_late_loses_the_days_from_dag_31_to_the_day_before() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-09");
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Overskredet);
    assert_eq!(case.assessment().refusion.mistet, None, "9 February is the last day");
    case.it("2026-02-12");
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Tabt);
    case.kvitteret();
    let r = case.assessment().refusion;
    assert_eq!(r.mistet.map(|m| (m.fra, m.til, m.count())), Some((dag("2026-02-04"), dag("2026-02-11"), 8)));
    // Wednesday 4 to Wednesday 11 February holds six working days of 5.085 kr. / 5 × 1,021 = 1.038,357 kr.
    let skoen = r.mistet_skoen.unwrap();
    assert_eq!((skoen.beloeb, skoen.sats_aar, skoen.own_sats), (Oere::from_kroner(6230), 2026, true));
    assert_eq!(r.aeldste_udaekkede, Some(dag("2026-02-12")));
}

/// 30 hours a week and half away: 939 × 1,015 × 30/37 × 0,5 = 386,39 kr. a day; five days are 1.932 kr.
#[test]
fn kroner_follow_hours_and_omfang() {
    let mut case = Story::sygemeldt("2024-01-01");
    case.stamdata(|s| s.timer_pr_uge = 30.0);
    case.it("2024-01-31").act(Act::Delvis(DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2024-01-31"),
        omfang_pct: Procent::whole(50),
        begrundelse: None,
    }));
    // Lovdag 5 February; receipt on the 7th loses 31 January to 6 February: five working days.
    case.it("2024-02-07").kvitteret();
    let skoen = case.assessment().refusion.mistet_skoen.unwrap();
    assert_eq!((skoen.beloeb, skoen.sats_aar, skoen.own_sats), (Oere::from_kroner(1932), 2024, true));
}

#[test]
fn paragraf_56_gives_refusion_from_the_first_day_also_when_it_was_short() {
    let mut case = Story::ansat();
    case.stamdata(|s| s.paragraf_56 = true);
    case.it("2026-03-02").sygemeld("2026-03-02").it("2026-03-10").raskmeldt("2026-03-10");
    let r = case.assessment().refusion;
    assert_eq!((r.foerste_refusionsdag, r.sidste_arbejdsgiverdag), (dag("2026-03-02"), None));
    let frist = case.frist(Fristart::Anmeldelse);
    assert_eq!((frist.lovdag, frist.maaldag), (dag("2026-06-02"), dag("2026-06-01")), "F + 3 months");
    assert!(frist.status.outstanding());
}

#[test]
fn graviditet_has_the_five_weeks_frist_also_when_it_was_short() {
    let mut case = Story::ansat();
    let DomainCommand::RegistrerFravaer(h) = case.registrering("2026-03-02", Some("2026-03-10"), 100, Kilde::Import)
    else {
        unreachable!()
    };
    case.it("2026-03-11")
        .perform(&DomainCommand::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Graviditet, ..h }));
    assert_eq!(case.frist(Fristart::Anmeldelse).lovdag, dag("2026-04-06"));
    assert_eq!(case.assessment().refusion.foerste_refusionsdag, dag("2026-03-02"));
}

/// Employed 55 days before F is new, 56 days is not.
#[test]
fn nyansat_is_under_eight_weeks() {
    for (ansat, new) in [("2026-01-06", true), ("2026-01-05", false)] {
        let mut case = Story::ansat();
        case.stamdata(|s| s.ansat = Some(dag(ansat)));
        case.it("2026-03-02").sygemeld("2026-03-02");
        assert_eq!(case.assessment().refusion.foerstedagsret.is_some(), new, "{ansat}");
    }
}

#[test]
fn krav_may_neither_overlap_nor_leave_gaps() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-20");
    let krav = case.krav("2026-02-04", "2026-02-15");
    assert_eq!(case.refused(krav.clone()), DomainRefusal::BrokenRegel(BrokenRegel::MissingKvittering));
    case.it("2026-02-06").kvitteret().it("2026-02-20");
    let gap = case.krav("2026-02-05", "2026-02-15");
    assert_eq!(case.refused(gap), DomainRefusal::BrokenRegel(BrokenRegel::KravWithGap { next: dag("2026-02-04") }));
    case.act(krav);
    let again = case.krav("2026-02-15", "2026-02-19");
    assert_eq!(case.refused(again), DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next: dag("2026-02-16") }));
    let future = case.krav("2026-02-16", "2026-02-21");
    assert_eq!(case.refused(future), felt("til", Mistake::Future(dag("2026-02-20"))));
    case.it("2026-02-23").raskmeldt("2026-02-22");
    let for_far = case.krav("2026-02-16", "2026-02-23");
    assert_eq!(
        case.refused(for_far),
        DomainRefusal::BrokenRegel(BrokenRegel::KravAfterEnd { sidste: dag("2026-02-22") })
    );
    let rest = case.krav("2026-02-16", "2026-02-22");
    case.act(rest);
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt);
}

/// § 59: on 10 May only days from 10 February on can be claimed; the older ones are lost and may be left out.
#[test]
fn dage_older_than_three_months_cannot_be_claimed() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-05-10");
    assert_eq!(case.status(Fristart::Refusionsanmodning), Friststatus::Tabt);
    let r = case.assessment().refusion;
    assert_eq!(r.aeldste_udaekkede, Some(dag("2026-02-04")), "the frist is counted from it");
    assert_eq!(r.kan_anmodes_fra, Some(dag("2026-02-10")), "what is offered can be claimed");
    let tabt = [Dage { fra: dag("2026-02-04"), til: dag("2026-02-09") }];
    assert_eq!(r.for_sent_anmodet, tabt);
    let for_early = case.krav("2026-02-04", "2026-05-09");
    assert_eq!(
        case.refused(for_early),
        DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next: dag("2026-02-10") })
    );
    let rest = case.krav("2026-02-10", "2026-05-09");
    case.act(rest);
    assert_eq!(case.frist(Fristart::Refusionsanmodning).lovdag, dag("2026-08-10"));
    let r = case.assessment().refusion;
    assert_eq!((r.kan_anmodes_fra, r.for_sent_anmodet), (Some(dag("2026-05-10")), tabt.to_vec()));
}

/// Back on 20 February, receipted in time, and nobody claims 4 to 20 February until 21 May: 20 February + 3 months is
/// 20 May.
#[test]
fn when_all_days_are_too_old_there_is_nothing_to_claim() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-21").raskmeldt("2026-02-20");
    let whole = [Dage { fra: dag("2026-02-04"), til: dag("2026-02-20") }];
    let sidste = case.krav("2026-02-20", "2026-02-20");
    case.it("2026-05-20");
    assert_eq!(case.assessment().refusion.kan_anmodes_fra, Some(dag("2026-02-20")));
    case.it("2026-05-21");
    let r = case.assessment().refusion;
    assert_eq!((r.kan_anmodes_fra, r.for_sent_anmodet.as_slice()), (None, &whole[..]));
    assert_eq!(case.refused(sidste), DomainRefusal::BrokenRegel(BrokenRegel::NothingToAnmode));
}

/// Two claims with a gap between them that became too old meanwhile: the gap is lost, and the next claim begins after
/// the second.
#[test]
fn a_gap_between_krav_that_grew_too_old_is_lost() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-20");
    let foerste = case.krav("2026-02-04", "2026-02-15");
    case.act(foerste).it("2026-06-01");
    // 1 March + 3 months is 1 June; 16 to 28 February are lost.
    let other = case.krav("2026-03-01", "2026-05-31");
    case.act(other);
    let r = case.assessment().refusion;
    assert_eq!(r.for_sent_anmodet, [Dage { fra: dag("2026-02-16"), til: dag("2026-02-28") }]);
    assert_eq!(r.kan_anmodes_fra, Some(dag("2026-06-01")));
}

#[test]
fn a_later_paragraf_56_aftale_gives_no_right_backwards() {
    let mut case = Story::ansat();
    case.it("2025-01-06").import("2025-01-06", None, 100);
    case.it("2025-01-10").raskmeldt("2025-01-10");
    case.it("2026-06-01").stamdata(|s| s.paragraf_56 = true);
    case.let_time_pass("2026-06-30");
    assert!(case.sendt.is_empty(), "{:?}", case.sendt);
    assert_eq!(case.assessment().refusion.foerstedagsret, None);
    // Employed again after the forløb: not "new" on a day before that.
    case.stamdata(|s| (s.paragraf_56, s.ansat) = (false, Some(dag("2026-06-01"))));
    assert_eq!(case.assessment().refusion.foerstedagsret, None);
}

#[test]
fn an_annulled_krav_opens_its_gap_again() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-25");
    let foerste = case.krav("2026-02-04", "2026-02-10");
    let other = case.krav("2026-02-11", "2026-02-20");
    case.act(foerste.clone()).act(other);
    let position = case.forloeb().krav[0].position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() });
    assert_eq!(case.assessment().refusion.aeldste_udaekkede, Some(dag("2026-02-04")));
    let into_the_next = case.krav("2026-02-04", "2026-02-12");
    let next = dag("2026-02-04");
    assert_eq!(case.refused(into_the_next), DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next }));
    case.act(foerste);
    assert_eq!(case.assessment().refusion.aeldste_udaekkede, Some(dag("2026-02-21")));
}

#[test]
fn a_forloeb_anmeldt_and_never_anmodet_is_over_one_day() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-08").raskmeldt("2026-02-08");
    let running = |case: &Story| case.assessment().is_running(&case.forloeb(), case.today);
    assert!(running(case.it("2026-05-08")), "8 February can be claimed until 8 May");
    assert!(!running(case.it("2026-05-09")));
}
