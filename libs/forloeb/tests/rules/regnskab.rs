//! The refusion ledger: dated cases with amounts worked out by hand, and agreement with the refusion of the frister.

use forloeb::calendar::plus_dage;
use forloeb::command::{Act, Rettelse};
use forloeb::haendelse::{AfbrydelseRegistreret, DelvisRegistreret, Paragraf56Besvaret, Raskmeldt};
use forloeb::refusion::Dage;
use forloeb::regnskab::Dagsstand::{
    self, Afbrudt, AnmeldtTooLate, Anmodet, AnmodetTooLate, Arbejdsgiver, CanAnmodes, Coming, FewHours,
    MissingKvittering,
};
use forloeb::regnskab::{KravError, NextKrav, Regnskab, regnskab};
use forloeb::skoen::{Led, led};
use forloeb::words::{Afbrydelsesaarsag, Anmeldelsestrin};
use forloeb::{Forloeb, Oere, Procent, anmeldelse};
use proptest::prelude::*;
use uuid::Uuid;

use crate::story::{Story, dag, seal};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

/// Runs a look at the ledger of the newest forløb today.
fn with<T>(case: &Story, look: impl FnOnce(&Forloeb, &Regnskab<'_, '_>) -> T) -> T {
    let f = case.forloeb();
    let v = case.assessment();
    look(&f, &regnskab(&f, &v.refusion, case.today, case.book()))
}

fn span(case: &Story) -> Vec<(Dage, Dagsstand)> {
    with(case, |_, g| g.span.iter().map(|s| (s.dage, s.stand)).collect())
}

fn kr(case: &Story, stand: Dagsstand) -> Option<i64> {
    with(case, |_, g| g.sum(stand).map(|s| s.beloeb.whole_kroner()))
}

fn delvis(fra: &str, pct: u8) -> Act {
    let omfang_pct = Procent::whole(pct);
    Act::Delvis(DelvisRegistreret { forloeb: Uuid::nil(), fra: dag(fra), omfang_pct, begrundelse: None })
}

/// 37 hours, 5.085 kr. a week and 2,1 %: 1.038,36 kr. a working day. Lovdag is Monday 9 February.
#[test]
fn before_the_kvittering_the_days_up_to_the_lovdag_are_at_risk() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06");
    let expected = [
        (dage("2026-01-05", "2026-02-03"), Arbejdsgiver),
        (dage("2026-02-04", "2026-02-06"), MissingKvittering),
        (dage("2026-02-07", "2026-02-09"), Coming),
    ];
    assert_eq!(span(&case), expected);
    with(&case, |_, g| {
        // Wednesday 4, Thursday 5, Friday 6 and Monday 9.
        let fare = g.i_fare().unwrap();
        assert_eq!((fare.beloeb, fare.sats_aar, fare.own_sats), (Oere::from_kroner(4153), 2026, true), "4.153,43 kr.");
        assert_eq!(g.per_arbejdsdag.as_ref().unwrap().beloeb(), Oere::new(103_836));
        assert!(g.span[0].led.is_empty() && g.span[0].kilde.is_none());
        assert!(g.span[1].kilde.as_ref().unwrap().contains("§ 40"));
    });
}

#[test]
fn anmeldt_too_late_and_anmodet_since() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-12").kvitteret().it("2026-02-20");
    let krav = case.krav("2026-02-12", "2026-02-15");
    case.act(krav);
    let expected = [
        (dage("2026-01-05", "2026-02-03"), Arbejdsgiver),
        (dage("2026-02-04", "2026-02-11"), AnmeldtTooLate),
        (dage("2026-02-12", "2026-02-15"), Anmodet),
        (dage("2026-02-16", "2026-02-20"), CanAnmodes),
    ];
    assert_eq!(span(&case), expected);
    assert_eq!(
        [AnmeldtTooLate, Anmodet, CanAnmodes].map(|s| kr(&case, s)),
        [6230, 2077, 5192].map(Some),
        "6, 2 and 5 days"
    );
    with(&case, |f, g| {
        assert_eq!(g.span[1].at.as_ref().unwrap().position, f.kvittering().map(|k| k.position));
        assert_eq!(g.span[2].at.as_ref().unwrap().position, Some(f.krav[0].position));
        assert_eq!(g.next, Some(NextKrav { dage: dage("2026-02-16", "2026-02-20"), latest: dag("2026-05-16") }));
        assert!(g.krav[0].error.is_empty());
    });
}

/// 30 of 37 hours. 2023: 4.550 / 5 × 30/37 = 737,84 kr. a day; half away 368,92 kr.
#[test]
fn each_trin_has_its_sats_and_its_omfang() {
    let mut case = Story::sygemeldt("2022-12-01");
    case.stamdata(|s| s.timer_pr_uge = 30.0);
    case.it("2023-01-02").kvitteret().it("2023-01-09").act(delvis("2023-01-09", 50)).it("2023-01-13");
    with(&case, |_, g| {
        let led: Vec<_> =
            g.led(|s| s.stand == CanAnmodes).map(|t| (t.dage, t.hverdage, t.sats.aar(), t.beloeb().count())).collect();
        let expected = [
            (dage("2022-12-31", "2023-01-01"), 0, 2022, 0), // a Saturday and a Sunday
            (dage("2023-01-02", "2023-01-08"), 5, 2023, 368_919),
            (dage("2023-01-09", "2023-01-13"), 5, 2023, 184_459),
        ];
        assert_eq!(led, expected);
        let sum = g.sum(CanAnmodes).unwrap();
        assert_eq!((sum.beloeb, sum.sats_aar, sum.own_sats), (Oere::from_kroner(5534), 2023, true), "5.533,78 kr.");
    });
}

/// § 59: on 10 May days before 10 February are too old. Wednesday 4 to Monday 9 February: four working days.
#[test]
fn dage_beyond_three_months_are_lost() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-05-10");
    assert_eq!(span(&case)[1], (dage("2026-02-04", "2026-02-09"), AnmodetTooLate));
    assert_eq!(kr(&case, AnmodetTooLate), Some(4153));
    let next = with(&case, |_, g| g.next.unwrap());
    assert_eq!((next.dage, next.latest), (dage("2026-02-10", "2026-05-10"), dag("2026-05-10")));
}

#[test]
fn an_annulled_krav_leaves_a_gap_before_the_next() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-25");
    for (fra, til) in [("2026-02-04", "2026-02-10"), ("2026-02-11", "2026-02-20")] {
        let krav = case.krav(fra, til);
        case.act(krav);
    }
    let haendelse = Some(case.forloeb().krav[0].position);
    case.act(Act::Annuller { haendelse, begrundelse: seal() });
    with(&case, |_, g| {
        assert_eq!(g.krav[0].error, [KravError::Gap(dage("2026-02-04", "2026-02-10"))]);
        assert_eq!(g.next.unwrap().dage, dage("2026-02-04", "2026-02-10"));
    });
}

/// F moves from 5 to 8 January, so refusion begins 7 February: three claimed days give no refusion any more.
#[test]
fn a_krav_can_lose_its_right_by_a_rettelse() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-06").kvitteret().it("2026-02-20");
    let krav = case.krav("2026-02-04", "2026-02-10");
    case.act(krav).ret(Rettelse::FoersteFravaersdag(dag("2026-01-08")));
    with(&case, |_, g| {
        assert_eq!(g.krav[0].error, [KravError::WithoutRet(dage("2026-02-04", "2026-02-06"))]);
        assert_eq!(Dage::count(g.krav[0].led[0].dage), 7);
    });
    assert_eq!(kr(&case, Anmodet), Some(2077), "Monday 9 and Tuesday 10 February");
}

#[test]
fn short_fravaer_is_the_employers_and_an_annulled_one_is_nothing() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-01-20").raskmeldt("2026-01-20");
    assert_eq!(span(&case), [(dage("2026-01-05", "2026-01-20"), Arbejdsgiver)]);
    case.act(Act::Annuller { haendelse: None, begrundelse: seal() });
    assert!(span(&case).is_empty());
}

/// Reported back on Thursday 5 February with lovdag Monday 9 February: only Wednesday and Thursday can be lost.
#[test]
fn dage_after_a_known_last_dag_are_not_at_risk() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-04");
    let k = case.on(Act::Raskmeld(Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-02-05") }));
    case.perform(&k);
    assert_eq!(case.assessment().refusion.i_fare.unwrap().beloeb, Oere::from_kroner(2077));
    assert_eq!(span(&case).last().unwrap().0.til, dag("2026-02-05"));
}

/// Prepared on Thursday 5 February; two working days later is Monday the 9th.
#[test]
fn prepared_without_underskrift_for_two_arbejdsdage() {
    let mut case = Story::sygemeldt("2026-01-05");
    case.it("2026-02-05");
    let (ready, underskrevet) = (
        case.anmeldelse(Anmeldelsestrin::Klar, "2026-02-05"),
        case.anmeldelse(Anmeldelsestrin::Underskrevet, "2026-02-09"),
    );
    case.act(ready);
    let unsigned = |case: &Story| anmeldelse::unsigned(&case.forloeb(), case.today, case.book());
    for today in ["2026-02-05", "2026-02-06", "2026-02-08"] {
        assert_eq!(unsigned(case.it(today)), None, "{today}");
    }
    for (today, arbejdsdage) in [("2026-02-09", 2), ("2026-02-11", 4)] {
        let found = unsigned(case.it(today)).unwrap();
        assert_eq!((found.ready, found.arbejdsdage), (dag("2026-02-05"), arbejdsdage));
    }
    case.act(underskrevet);
    assert_eq!(unsigned(&case), None);
}

/// The terms of a span are its days, each reckoned by itself, and two that follow each other are not the same.
fn terms_are_dage(case: &Story, f: &Forloeb) -> Result<(), TestCaseError> {
    let what = |t: &Led<'_>| (t.sats.fra, t.own_sats, t.tillaeg.map(|t| t.fra), t.omfang_pct, t.timer_pr_uge.to_bits());
    let til = plus_dage(f.foerste, 500);
    let terms = led(f, Dage { fra: f.foerste, til }, case.book());
    let mut next = f.foerste;
    for t in &terms {
        prop_assert_eq!(t.dage.fra, next);
        next = plus_dage(t.dage.til, 1);
        let days = (0..t.dage.count()).map(|n| plus_dage(t.dage.fra, n));
        let alone: Vec<_> = days.map(|dag| led(f, Dage { fra: dag, til: dag }, case.book()).remove(0)).collect();
        prop_assert!(alone.iter().all(|one| what(one) == what(t)), "{t:?}");
        prop_assert_eq!(alone.iter().map(|one| one.hverdage).sum::<u32>(), t.hverdage);
    }
    prop_assert_eq!(next, plus_dage(til, 1));
    prop_assert!(terms.windows(2).all(|pair| what(&pair[0]) != what(&pair[1])));
    Ok(())
}

/// Every day once; the sums are those of the refusion; the next claim is the one that is accepted.
fn matches(case: &Story) -> Result<(), TestCaseError> {
    let (f, r) = (case.forloeb(), case.assessment().refusion);
    let g = regnskab(&f, &r, case.today, case.book());
    for (n, s) in g.span.iter().enumerate() {
        let fra = n.checked_sub(1).map_or(f.foerste, |before| plus_dage(g.span[before].dage.til, 1));
        prop_assert_eq!(s.dage.fra, fra);
        prop_assert!(s.dage.fra <= s.dage.til);
        prop_assert_eq!(s.led.is_empty(), s.stand == Arbejdsgiver);
    }
    terms_are_dage(case, &f)?;
    let mistet: i64 = g.span.iter().filter(|s| s.stand == AnmeldtTooLate).map(|s| s.dage.count()).sum();
    prop_assert_eq!(mistet, r.mistet.map_or(0, Dage::count));
    prop_assert_eq!(g.sum(AnmeldtTooLate), r.mistet_skoen);
    prop_assert_eq!(g.i_fare(), r.i_fare);
    prop_assert_eq!(g.per_arbejdsdag.as_ref().map(Led::beloeb).is_some(), r.per_arbejdsdag.is_some());
    // What the refusion says of claims is what the ledger says day by day.
    let all_dage =
        |dage: &[Dage]| -> Vec<_> { dage.iter().flat_map(|d| (0..d.count()).map(|n| plus_dage(d.fra, n))).collect() };
    let for_sent: Vec<Dage> = g.span.iter().filter(|s| s.stand == AnmodetTooLate).map(|s| s.dage).collect();
    prop_assert_eq!(all_dage(&r.for_sent_anmodet), all_dage(&for_sent));
    prop_assert_eq!(g.next.map(|n| n.dage.fra), r.kan_anmodes_fra.filter(|dag| *dag <= case.today));
    let stand = |dag| g.span.iter().find(|s| s.dage.fra <= dag && dag <= s.dage.til).map(|s| s.stand);
    if let Some(oldest) = r.aeldste_udaekkede {
        prop_assert!(!matches!(stand(oldest), Some(Arbejdsgiver | Anmodet | Afbrudt | FewHours)), "{:?}", g.span);
        prop_assert!(g.next.is_none_or(|n| n.dage.fra >= oldest));
    } else {
        prop_assert!(g.next.is_none());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_regnskab_agrees_with_the_refusion(
        f in (0_i64..1500).prop_map(|n| plus_dage(dag("2021-11-01"), n)),
        timer in 4.0_f64..40.0,
        paragraf_56 in any::<bool>(),
        step in prop::collection::vec((20_i64..150, 0_u8..11, 1_u8..=100), 0..12),
    ) {
        let mut case = Story::ansat();
        case.stamdata(|s| (s.timer_pr_uge, s.paragraf_56) = (timer, paragraf_56));
        case.it(&f.to_string()).sygemeld(&f.to_string());
        let mut step = step;
        step.sort_unstable();
        for (n, what, figure) in step {
            case.it(&plus_dage(f, n).to_string());
            let today = case.today;
            let (before, forloeb) = (today.to_string(), case.forloeb());
            let next = with(&case, |_, g| g.next);
            let act = match what {
                0..=2 => case.anmeldelse(Anmeldelsestrin::Kvitteret, &before),
                3 => case.anmeldelse(Anmeldelsestrin::Afvist, &before),
                4 => delvis(&before, figure),
                5 => Act::Raskmeld(Raskmeldt {
                    forloeb: Uuid::nil(), sidste_fravaersdag: plus_dage(today, i64::from(figure % 30) - 15),
                }),
                6 => Act::Rettelse {
                    rettelse: Rettelse::FoersteFravaersdag(plus_dage(forloeb.foerste, i64::from(figure % 9) - 4)),
                    begrundelse: seal(),
                },
                9 => Act::Afbryd(AfbrydelseRegistreret {
                    forloeb: Uuid::nil(),
                    fra: plus_dage(today, -i64::from(figure % 20)),
                    til: plus_dage(today, i64::from(figure % 15) - i64::from(figure % 20)),
                    aarsag: Afbrydelsesaarsag::Ferie,
                }),
                10 => Act::BesvarParagraf56(Paragraf56Besvaret { forloeb: Uuid::nil(), gaelder: figure < 50 }),
                7 if !forloeb.krav.is_empty() => Act::Annuller {
                    haendelse: Some(forloeb.krav[usize::from(figure) % forloeb.krav.len()].position),
                    begrundelse: seal(),
                },
                _ => {
                    let Some(next) = next else { continue };
                    let til = plus_dage(next.dage.fra, i64::from(figure) % next.dage.count());
                    let (krav, whole) = (case.krav(&next.dage.fra.to_string(), &til.to_string()), case.forloeb());
                    let k = case.on(krav);
                    prop_assert!(case.attempt(&k).is_ok(), "{:?} {:?}", next, whole.krav);
                    matches(&case)?;
                    continue;
                }
            };
            let k = case.on(act);
            let _ = case.attempt(&k);
            matches(&case)?;
        }
        case.it(&plus_dage(f, 200).to_string());
        matches(&case)?;
    }
}
