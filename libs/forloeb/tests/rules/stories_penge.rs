//! Dated stories about what refusion is worth and who has a right to it. Every date and krone is worked out by hand.

use forloeb::Oere;
use forloeb::command::Act;
use forloeb::haendelse::*;
use forloeb::refusal::{BrokenRegel, DomainRefusal, Mistake};
use forloeb::refusion::{Dage, skoen};
use forloeb::regnskab::{Dagsstand, NextKrav, regnskab};
use forloeb::skoen::led;
use forloeb::words::*;
use uuid::Uuid;

use crate::story::{Story, dag, felt, seal};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

/// Sundays and Saturdays apart there are 15 days; 25 December and 1 January are Fridays. 8 days of 1.017 kr. × 1,021 in
/// 2026, and 5 in 2027, of which only the tillæg is known: 8.306,856 and 1.017 × 1,024 × 5 = 5.207,04 kr.
#[test]
fn a_helligdag_gives_nothing_and_a_closed_dag_does() {
    let mut case = Story::sygemeldt("2026-11-02");
    case.it("2027-01-10");
    let dage = dage("2026-12-20", "2027-01-10");
    let terms: Vec<_> = (led(&case.forloeb(), dage, case.book()).iter())
        .map(|t| (t.dage.til.to_string(), t.hverdage, t.own_sats, t.tillaeg.map(|t| t.pct.hundredths())))
        .collect();
    let expected = [("2027-01-03".to_owned(), 8, true, Some(210)), ("2027-01-10".to_owned(), 5, false, Some(240))];
    assert_eq!(terms, expected);
    let skoen = skoen(&case.forloeb(), dage, case.book()).unwrap();
    assert_eq!((skoen.beloeb, skoen.sats_aar, skoen.own_sats), (Oere::from_kroner(13_514), 2026, false));
}

/// 5 June is the day of the constitution: closed, and paid for. Thursday 4 and Friday 5 June 2026, 1.038,357 kr. each.
#[test]
fn the_fifth_of_june_counts() {
    let mut case = Story::sygemeldt("2026-05-01");
    case.it("2026-06-06");
    let skoen = skoen(&case.forloeb(), dage("2026-06-04", "2026-06-07"), case.book()).unwrap();
    assert_eq!(skoen.beloeb, Oere::from_kroner(2077), "2.076,71 kr.");
}

/// Thursday 1 January 2026 is a holiday, Friday the 2nd is of the rate of 2025: 973 × 1,018 = 990,514 kr.; Monday the 5th
/// of that of 2026: 1.038,357 kr.
#[test]
fn the_first_days_of_a_year_may_be_of_the_rate_before() {
    let mut case = Story::sygemeldt("2025-12-01");
    case.it("2026-01-06");
    let found = [("2026-01-01", 0), ("2026-01-02", 991), ("2026-01-05", 1038)];
    for (fra, kr) in found {
        let skoen = skoen(&case.forloeb(), dage(fra, fra), case.book()).unwrap();
        assert_eq!((skoen.beloeb, skoen.own_sats), (Oere::from_kroner(kr), true), "{fra}");
    }
}

fn sign<'c>(case: &'c mut Story, dato: &str) -> &'c mut Story {
    let act = case.anmeldelse(Anmeldelsestrin::Underskrevet, dato);
    case.act(act)
}

/// A receipt of today for what was signed on an earlier day.
fn kvittering_of(case: &Story, dato: &str) -> Act {
    let Act::Anmeld(h) = case.anmeldelse(Anmeldelsestrin::Kvitteret, &case.today.to_string()) else { unreachable!() };
    Act::Anmeld(AnmeldelseRegistreret { underskrevet_dato: Some(dag(dato)), ..h })
}

/// F 1 September: refusion from 1 October, lovdag Tuesday 6 October.
#[test]
fn signed_on_the_lovdag_and_kvitteret_two_days_later_loses_nothing() {
    let mut case = Story::sygemeldt("2026-09-01");
    sign(case.it("2026-10-06"), "2026-10-06").it("2026-10-08");
    let frist = case.frist(Fristart::Anmeldelse);
    assert_eq!((frist.status, frist.lovdag), (Friststatus::Overskredet, dag("2026-10-06")), "awaits its receipt");
    let r = case.assessment().refusion;
    assert_eq!((r.awaits_kvittering, r.mistet, r.tab_begynder), (Some(dag("2026-10-06")), None, None));
    // Thursday 1, Friday 2, Monday 5 to Wednesday 7 October are lost if it is rejected: 5 × 1.038,357 kr.
    assert_eq!(
        (r.i_fare_dage, r.i_fare.unwrap().beloeb),
        (Some(dage("2026-10-01", "2026-10-07")), Oere::from_kroner(5192))
    );
    case.kvitteret();
    let r = case.assessment().refusion;
    assert_eq!((r.anmeldt, r.mistet, r.i_fare), (Some(dag("2026-10-06")), None, None));
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Opfyldt);
    assert_eq!(r.kan_anmodes_fra, Some(dag("2026-10-01")));
}

/// The same in one step, as a receipt that says when it was signed; and one that never said it keeps its own day.
#[test]
fn a_kvittering_counts_from_the_day_it_says_or_from_its_own() {
    for (act, lost) in [(None, Some(dage("2026-10-01", "2026-10-07"))), (Some("2026-10-06"), None)] {
        let mut case = Story::sygemeldt("2026-09-01");
        case.it("2026-10-08");
        let act = match act {
            Some(dato) => kvittering_of(&case, dato),
            None => case.anmeldelse(Anmeldelsestrin::Kvitteret, "2026-10-08"),
        };
        assert_eq!(case.act(act).assessment().refusion.mistet, lost);
    }
    let mut case = Story::sygemeldt("2026-09-01");
    case.it("2026-10-08");
    let ahead = kvittering_of(&case, "2026-10-09");
    assert_eq!(case.refused(ahead), felt("underskrevet_dato", Mistake::Future(dag("2026-10-08"))));
    sign(&mut case, "2026-10-06");
    let before = case.anmeldelse(Anmeldelsestrin::Kvitteret, "2026-10-05");
    assert_eq!(case.refused(before), felt("dato", Mistake::BeforeEarliest(dag("2026-10-06"))));
}

/// Signed in time and rejected on the 9th, signed again on the 12th: 1 to 11 October are lost.
#[test]
fn an_afvist_signing_no_longer_counts() {
    let mut case = Story::sygemeldt("2026-09-01");
    sign(case.it("2026-10-06"), "2026-10-06").it("2026-10-09");
    let afvist = case.anmeldelse(Anmeldelsestrin::Afvist, "2026-10-09");
    case.act(afvist);
    assert_eq!(case.status(Fristart::Anmeldelse), Friststatus::Tabt);
    assert_eq!(case.assessment().refusion.mistet, Some(dage("2026-10-01", "2026-10-08")), "so far");
    sign(case.it("2026-10-12"), "2026-10-12").it("2026-10-14").kvitteret();
    let r = case.assessment().refusion;
    assert_eq!((r.anmeldt, r.mistet), (Some(dag("2026-10-12")), Some(dage("2026-10-01", "2026-10-11"))));
}

fn dispensation_of(fra: &str, dato: &str) -> Act {
    let (fra, dato, begrundelse) = (dag(fra), dag(dato), seal());
    Act::Dispenser(DispensationRegistreret { forloeb: Uuid::nil(), fra, dato, begrundelse, kvittering: None })
}

/// F + 6 months is 1 March 2027.
#[test]
fn a_dispensation_gives_back_the_days_from_its_own() {
    let dispensation = |fra: &str| dispensation_of(fra, "2026-11-03");
    let mut case = Story::sygemeldt("2026-09-01");
    let nothing = DomainRefusal::BrokenRegel(BrokenRegel::NothingMistet);
    case.it("2026-10-14");
    let kvittering = kvittering_of(&case, "2026-10-12");
    case.act(kvittering).it("2026-11-03");
    let r = case.assessment().refusion;
    assert_eq!(r.mistet, Some(dage("2026-10-01", "2026-10-11")));
    assert_eq!(r.dispensation_latest, Some(dag("2027-03-01")));
    assert_eq!(case.refused(dispensation("2026-09-30")), felt("fra", Mistake::BeforeEarliest(dag("2026-10-01"))));
    assert_eq!(case.refused(dispensation("2026-10-12")), felt("fra", Mistake::AfterLatest(dag("2026-10-11"))));
    let too_early = case.krav("2026-10-01", "2026-10-31");
    let next = dag("2026-10-12");
    assert_eq!(case.refused(too_early.clone()), DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next }));
    case.act(dispensation("2026-10-05"));
    assert_eq!(case.assessment().refusion.mistet, Some(dage("2026-10-01", "2026-10-04")));
    let position = case.forloeb().dispensation.unwrap().position;
    case.act(Act::Annuller { haendelse: Some(position), begrundelse: seal() }).act(dispensation("2026-10-01"));
    let r = case.assessment().refusion;
    assert_eq!((r.mistet, r.dispensation_latest), (None, None));
    assert_eq!(case.act(too_early).refused(dispensation("2026-10-01")), nothing);
}

/// F 1 September 2026, signed on 12 October: 1 to 11 October are lost, seven weekdays of 1.038,357 kr. The days after them are
/// claimed in time, on 4 January 2027; the dispensation is given on the 10th, when 1 October + 3 months has passed. It lets the days be
/// claimed through F + 6 months, Monday 1 March 2027, worked towards on Friday 26 February, and not a day longer.
#[test]
fn what_a_dispensation_gives_back_can_be_claimed_for_six_months() {
    let mut case = Story::sygemeldt("2026-09-01");
    sign(case.it("2026-10-12"), "2026-10-12").it("2026-10-14").kvitteret().it("2027-01-04");
    let rest = case.krav("2026-10-12", "2026-12-31");
    case.act(rest).it("2027-01-10");
    let r = case.assessment().refusion;
    assert_eq!((r.mistet, r.lost()), (Some(dage("2026-10-01", "2026-10-11")), r.mistet));
    assert_eq!(r.mistet_skoen.unwrap().beloeb, Oere::from_kroner(7268), "7.268,50 kr.");
    case.act(dispensation_of("2026-10-01", "2027-01-10"));
    let r = case.assessment().refusion;
    assert_eq!((r.lost(), r.kan_anmodes_fra), (None, Some(dag("2026-10-01"))));
    let frist = case.frist(Fristart::Refusionsanmodning);
    assert_eq!([frist.aabner, frist.maaldag, frist.lovdag], ["2026-10-14", "2027-02-26", "2027-03-01"].map(dag));
    assert_eq!(frist.status, Friststatus::Aaben);
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    let ledger = regnskab(&f, &r, case.today, case.book());
    // And five days of 2027, 4 to 8 January, of 1.041,408 kr.: 7.268,499 + 5.207,04 kr.
    assert_eq!(ledger.sum(Dagsstand::CanAnmodes).unwrap().beloeb, Oere::from_kroner(12_476));
    assert_eq!(ledger.next, Some(NextKrav { dage: dage("2026-10-01", "2026-10-11"), latest: dag("2027-03-01") }));
    let back = case.krav("2026-10-01", "2026-10-11");
    let next = dag("2027-01-01");
    let mut late = case.clone();
    assert_eq!(late.it("2027-03-01").status(Fristart::Refusionsanmodning), Friststatus::Overskredet);
    late.it("2027-03-02");
    assert_eq!(late.assessment().refusion.for_sent_anmodet, [dage("2026-10-01", "2026-10-11")]);
    assert_eq!(late.status(Fristart::Refusionsanmodning), Friststatus::Tabt);
    assert_eq!(late.refused(back.clone()), DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next }));
    // It is not given a second time.
    let again = dispensation_of("2026-10-01", "2027-03-02");
    assert_eq!(late.refused(again), DomainRefusal::BrokenRegel(BrokenRegel::NothingMistet));
    case.it("2027-03-01").act(back);
    assert_eq!(case.assessment().refusion.kan_anmodes_fra, Some(next));
    assert_eq!(case.frist(Fristart::Refusionsanmodning).lovdag, dag("2027-04-01"), "three months, as for everything");
}

/// Receipted in time, and nobody claims until 20 February 2027: 20 November + 3 months is that day, so 1 October to 19 November are
/// lost. It is the late claim that the dispensation is for.
#[test]
fn a_dispensation_is_for_a_late_claim_too() {
    let mut case = Story::sygemeldt("2026-09-01");
    case.it("2026-10-02").kvitteret().it("2027-02-20");
    let r = case.assessment().refusion;
    assert_eq!((r.mistet, r.lost()), (None, Some(dage("2026-10-01", "2026-11-19"))));
    assert_eq!(r.dispensation_latest, Some(dag("2027-03-01")));
    let refused = |error| felt("fra", error);
    let too_late = dispensation_of("2026-11-20", "2027-02-20");
    assert_eq!(case.refused(too_late), refused(Mistake::AfterLatest(dag("2026-11-19"))));
    let too_early = dispensation_of("2026-09-30", "2027-02-20");
    assert_eq!(case.refused(too_early), refused(Mistake::BeforeEarliest(dag("2026-10-01"))));
    case.act(dispensation_of("2026-10-12", "2027-02-20"));
    let r = case.assessment().refusion;
    assert_eq!(r.for_sent_anmodet, [dage("2026-10-01", "2026-10-11")], "those before it stay lost");
    let whole = case.krav("2026-10-12", "2027-02-19");
    case.act(whole);
    assert_eq!(case.assessment().refusion.kan_anmodes_fra, Some(dag("2027-02-20")));
    // One more gives back the days before it, and is recorded after the last day: the claim was signed before it.
    case.it("2027-03-10").act(dispensation_of("2026-10-01", "2027-03-05"));
    let Act::AnmodRefusion(h) = case.krav("2026-10-01", "2026-10-11") else { unreachable!() };
    let signed = RefusionAnmodet { underskrevet_dato: Some(dag("2027-02-25")), ..h };
    case.act(Act::AnmodRefusion(signed));
    assert_eq!(case.assessment().refusion.lost(), None);
}

/// § 59: on the day it was signed, 10 May, days from 10 February on could be claimed; it was recorded on the 20th.
#[test]
fn a_krav_is_judged_by_the_day_it_was_signed() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-05-20");
    let krav = |underskrevet: Option<&str>, til: &str| {
        let (forloeb, fra, til) = (Uuid::nil(), dag("2026-02-10"), dag(til));
        let underskrevet_dato = underskrevet.map(dag);
        Act::AnmodRefusion(RefusionAnmodet { forloeb, fra, til, beloeb_oere: None, underskrevet_dato })
    };
    let next = dag("2026-02-20");
    assert_eq!(case.refused(krav(None, "2026-05-10")), DomainRefusal::BrokenRegel(BrokenRegel::KravOverlaps { next }));
    let ahead = krav(Some("2026-05-10"), "2026-05-11");
    assert_eq!(case.refused(ahead), felt("til", Mistake::Future(dag("2026-05-10"))));
    case.act(krav(Some("2026-05-10"), "2026-05-10"));
    let r = case.assessment().refusion;
    assert_eq!(r.for_sent_anmodet, [dage("2026-02-04", "2026-02-09")]);
    assert_eq!((r.aeldste_udaekkede, r.kan_anmodes_fra), (Some(dag("2026-05-11")), Some(dag("2026-05-11"))));
}
