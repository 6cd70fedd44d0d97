//! The refusion ledger: dated cases with amounts worked out by hand, and agreement with the refusion of the frister.

use forloeb::haendelse::{DelvisRegistreret, Raskmeldt};
use forloeb::kalender::plus_dage;
use forloeb::kommando::{Handling, Rettelse};
use forloeb::ord::Anmeldelsestrin;
use forloeb::refusion::Dage;
use forloeb::regnskab::Dagsstand::{
    self, Anmodet, Arbejdsgiver, ForSentAnmeldt, ForSentAnmodet, KanAnmodes, Kommende, ManglerKvittering,
};
use forloeb::regnskab::{Kravfejl, NaesteKrav, Regnskab, regnskab};
use forloeb::{Forloeb, anmeldelse};
use proptest::prelude::*;
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, dag, seglet};

fn dage(fra: &str, til: &str) -> Dage {
    Dage { fra: dag(fra), til: dag(til) }
}

/// Runs a look at the ledger of the newest forløb today.
fn med<T>(sag: &Fortaelling, kig: impl FnOnce(&Forloeb, &Regnskab<'_, '_>) -> T) -> T {
    let f = sag.forloeb();
    let v = sag.vurdering();
    kig(&f, &regnskab(&f, &v.refusion, sag.idag, sag.bog()))
}

fn spaend(sag: &Fortaelling) -> Vec<(Dage, Dagsstand)> {
    med(sag, |_, g| g.spaend.iter().map(|s| (s.dage, s.stand)).collect())
}

fn kr(sag: &Fortaelling, stand: Dagsstand) -> Option<i64> {
    med(sag, |_, g| g.sum(stand).map(|s| s.kr))
}

fn delvis(fra: &str, omfang_pct: u8) -> Handling {
    Handling::Delvis(DelvisRegistreret { forloeb: Uuid::nil(), fra: dag(fra), omfang_pct, begrundelse: None })
}

/// 37 hours, 4.695 kr. a week: 939 kr. a working day. Lovdag is Monday 9 February.
#[test]
fn foer_kvitteringen_er_dagene_til_og_med_lovdagen_i_fare() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06");
    let ventet = [
        (dage("2026-01-05", "2026-02-03"), Arbejdsgiver),
        (dage("2026-02-04", "2026-02-06"), ManglerKvittering),
        (dage("2026-02-07", "2026-02-09"), Kommende),
    ];
    assert_eq!(spaend(&sag), ventet);
    med(&sag, |_, g| {
        // Wednesday 4, Thursday 5, Friday 6 and Monday 9.
        let fare = g.i_fare().unwrap();
        assert_eq!((fare.kr, fare.sats_aar, fare.egen_sats), (4 * 939, 2024, false));
        assert_eq!(g.pr_arbejdsdag.as_ref().unwrap().oere(), 93_900);
        assert!(g.spaend[0].led.is_empty() && g.spaend[0].kilde.is_none());
        assert!(g.spaend[1].kilde.as_ref().unwrap().contains("§ 40"));
    });
}

#[test]
fn for_sent_anmeldt_og_siden_anmodet() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-12").kvitteret().den("2026-02-20");
    let krav = sag.krav("2026-02-12", "2026-02-15");
    sag.handl(krav);
    let ventet = [
        (dage("2026-01-05", "2026-02-03"), Arbejdsgiver),
        (dage("2026-02-04", "2026-02-11"), ForSentAnmeldt),
        (dage("2026-02-12", "2026-02-15"), Anmodet),
        (dage("2026-02-16", "2026-02-20"), KanAnmodes),
    ];
    assert_eq!(spaend(&sag), ventet);
    assert_eq!([ForSentAnmeldt, Anmodet, KanAnmodes].map(|s| kr(&sag, s)), [6, 2, 5].map(|n| Some(n * 939)));
    med(&sag, |f, g| {
        assert_eq!(g.spaend[1].ved.as_ref().unwrap().position, f.kvittering().map(|k| k.position));
        assert_eq!(g.spaend[2].ved.as_ref().unwrap().position, Some(f.krav[0].position));
        assert_eq!(g.naeste, Some(NaesteKrav { dage: dage("2026-02-16", "2026-02-20"), senest: dag("2026-05-16") }));
        assert!(g.krav[0].fejl.is_empty());
    });
}

/// 30 of 37 hours. 2023: 4.550 / 5 × 30/37 = 737,84 kr. a day; half away 368,92 kr.
#[test]
fn hvert_trin_har_sin_sats_og_sit_omfang() {
    let mut sag = Fortaelling::sygemeldt("2022-12-01");
    sag.stamdata(|s| s.timer_pr_uge = 30.0);
    sag.den("2023-01-02").kvitteret().den("2023-01-09").handl(delvis("2023-01-09", 50)).den("2023-01-13");
    med(&sag, |_, g| {
        let led: Vec<_> =
            g.led(|s| s.stand == KanAnmodes).map(|t| (t.dage, t.hverdage, t.sats.aar, t.oere())).collect();
        let ventet = [
            (dage("2022-12-31", "2022-12-31"), 0, 2022, 0), // a Saturday
            (dage("2023-01-01", "2023-01-08"), 5, 2023, 368_919),
            (dage("2023-01-09", "2023-01-13"), 5, 2023, 184_459),
        ];
        assert_eq!(led, ventet);
        let sum = g.sum(KanAnmodes).unwrap();
        assert_eq!((sum.kr, sum.sats_aar, sum.egen_sats), (5534, 2023, true), "5.533,78 kr.");
    });
}

/// § 59: on 10 May days before 10 February are too old. Wednesday 4 to Monday 9 February: four working days.
#[test]
fn dage_over_tre_maaneder_er_mistet() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-05-10");
    assert_eq!(spaend(&sag)[1], (dage("2026-02-04", "2026-02-09"), ForSentAnmodet));
    assert_eq!(kr(&sag, ForSentAnmodet), Some(4 * 939));
    let naeste = med(&sag, |_, g| g.naeste.unwrap());
    assert_eq!((naeste.dage, naeste.senest), (dage("2026-02-10", "2026-05-10"), dag("2026-05-10")));
}

#[test]
fn et_annulleret_krav_efterlader_et_hul_foer_det_naeste() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-25");
    for (fra, til) in [("2026-02-04", "2026-02-10"), ("2026-02-11", "2026-02-20")] {
        let krav = sag.krav(fra, til);
        sag.handl(krav);
    }
    let haendelse = Some(sag.forloeb().krav[0].position);
    sag.handl(Handling::Annuller { haendelse, begrundelse: seglet() });
    med(&sag, |_, g| {
        assert_eq!(g.krav[0].fejl, [Kravfejl::Hul(dage("2026-02-04", "2026-02-10"))]);
        assert_eq!(g.naeste.unwrap().dage, dage("2026-02-04", "2026-02-10"));
    });
}

/// F moves from 5 to 8 January, so refusion begins 7 February: three claimed days give no refusion any more.
#[test]
fn et_krav_kan_miste_sin_ret_ved_en_rettelse() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-20");
    let krav = sag.krav("2026-02-04", "2026-02-10");
    sag.handl(krav).ret(Rettelse::FoersteFravaersdag(dag("2026-01-08")));
    med(&sag, |_, g| {
        assert_eq!(g.krav[0].fejl, [Kravfejl::UdenRet(dage("2026-02-04", "2026-02-06"))]);
        assert_eq!(Dage::antal(g.krav[0].led[0].dage), 7);
    });
    assert_eq!(kr(&sag, Anmodet), Some(2 * 939), "Monday 9 and Tuesday 10 February");
}

#[test]
fn kort_fravaer_er_arbejdsgiverens_og_et_annulleret_er_ingenting() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-20").raskmeldt("2026-01-20");
    assert_eq!(spaend(&sag), [(dage("2026-01-05", "2026-01-20"), Arbejdsgiver)]);
    sag.handl(Handling::Annuller { haendelse: None, begrundelse: seglet() });
    assert!(spaend(&sag).is_empty());
}

/// Reported back on Thursday 5 February with lovdag Monday 9 February: only Wednesday and Thursday can be lost.
#[test]
fn dage_efter_en_kendt_sidste_dag_er_ikke_i_fare() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-04");
    let k = sag.paa(Handling::Raskmeld(Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-02-05") }));
    sag.goer(&k);
    assert_eq!(sag.vurdering().refusion.i_fare.unwrap().kr, 2 * 939);
    assert_eq!(spaend(&sag).last().unwrap().0.til, dag("2026-02-05"));
}

/// Prepared on Thursday 5 February; two working days later is Monday the 9th.
#[test]
fn klargjort_uden_underskrift_i_to_arbejdsdage() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-05");
    let (klar, underskrevet) = (
        sag.anmeldelse(Anmeldelsestrin::Klar, "2026-02-05"),
        sag.anmeldelse(Anmeldelsestrin::Underskrevet, "2026-02-09"),
    );
    sag.handl(klar);
    let usigneret = |sag: &Fortaelling| anmeldelse::usigneret(&sag.forloeb(), sag.idag, sag.bog());
    for idag in ["2026-02-05", "2026-02-06", "2026-02-08"] {
        assert_eq!(usigneret(sag.den(idag)), None, "{idag}");
    }
    for (idag, arbejdsdage) in [("2026-02-09", 2), ("2026-02-11", 4)] {
        let fundet = usigneret(sag.den(idag)).unwrap();
        assert_eq!((fundet.klar, fundet.arbejdsdage), (dag("2026-02-05"), arbejdsdage));
    }
    sag.handl(underskrevet);
    assert_eq!(usigneret(&sag), None);
}

/// Every day once; the sums are those of the refusion; the next claim is the one that is accepted.
fn stemmer(sag: &Fortaelling) -> Result<(), TestCaseError> {
    let (f, r) = (sag.forloeb(), sag.vurdering().refusion);
    let g = regnskab(&f, &r, sag.idag, sag.bog());
    for (n, s) in g.spaend.iter().enumerate() {
        let fra = n.checked_sub(1).map_or(f.foerste, |foer| plus_dage(g.spaend[foer].dage.til, 1));
        prop_assert_eq!(s.dage.fra, fra);
        prop_assert!(s.dage.fra <= s.dage.til);
        prop_assert_eq!(s.led.is_empty(), s.stand == Arbejdsgiver);
    }
    let mistet: i64 = g.spaend.iter().filter(|s| s.stand == ForSentAnmeldt).map(|s| s.dage.antal()).sum();
    prop_assert_eq!(mistet, r.mistet.map_or(0, Dage::antal));
    prop_assert_eq!(g.sum(ForSentAnmeldt), r.mistet_skoen);
    prop_assert_eq!(g.i_fare(), r.i_fare);
    prop_assert_eq!(g.pr_arbejdsdag.as_ref().map(forloeb::skoen::Led::oere).is_some(), r.kr_pr_dag.is_some());
    // What the refusion says of claims is what the ledger says day by day.
    let alle_dage =
        |dage: &[Dage]| -> Vec<_> { dage.iter().flat_map(|d| (0..d.antal()).map(|n| plus_dage(d.fra, n))).collect() };
    let for_sent: Vec<Dage> = g.spaend.iter().filter(|s| s.stand == ForSentAnmodet).map(|s| s.dage).collect();
    prop_assert_eq!(alle_dage(&r.for_sent_anmodet), alle_dage(&for_sent));
    prop_assert_eq!(g.naeste.map(|n| n.dage.fra), r.kan_anmodes_fra.filter(|dag| *dag <= sag.idag));
    let stand = |dag| g.spaend.iter().find(|s| s.dage.fra <= dag && dag <= s.dage.til).map(|s| s.stand);
    if let Some(aeldste) = r.aeldste_udaekkede {
        prop_assert!(!matches!(stand(aeldste), Some(Arbejdsgiver | Anmodet)), "{:?}", g.spaend);
        prop_assert!(g.naeste.is_none_or(|n| n.dage.fra >= aeldste));
    } else {
        prop_assert!(g.naeste.is_none());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn regnskabet_stemmer_med_refusionen(
        f in (0_i64..1500).prop_map(|n| plus_dage(dag("2021-11-01"), n)),
        timer in 4.0_f64..40.0,
        paragraf_56 in any::<bool>(),
        skridt in prop::collection::vec((20_i64..150, 0_u8..9, 1_u8..=100), 0..12),
    ) {
        let mut sag = Fortaelling::ansat();
        sag.stamdata(|s| (s.timer_pr_uge, s.paragraf_56) = (timer, paragraf_56));
        sag.den(&f.to_string()).sygemeld(&f.to_string());
        let mut skridt = skridt;
        skridt.sort_unstable();
        for (n, hvad, tal) in skridt {
            sag.den(&plus_dage(f, n).to_string());
            let idag = sag.idag;
            let (foer, forloeb) = (idag.to_string(), sag.forloeb());
            let naeste = med(&sag, |_, g| g.naeste);
            let handling = match hvad {
                0..=2 => sag.anmeldelse(Anmeldelsestrin::Kvitteret, &foer),
                3 => sag.anmeldelse(Anmeldelsestrin::Afvist, &foer),
                4 => delvis(&foer, tal),
                5 => Handling::Raskmeld(Raskmeldt {
                    forloeb: Uuid::nil(), sidste_fravaersdag: plus_dage(idag, i64::from(tal % 30) - 15),
                }),
                6 => Handling::Ret {
                    rettelse: Rettelse::FoersteFravaersdag(plus_dage(forloeb.foerste, i64::from(tal % 9) - 4)),
                    begrundelse: seglet(),
                },
                7 if !forloeb.krav.is_empty() => Handling::Annuller {
                    haendelse: Some(forloeb.krav[usize::from(tal) % forloeb.krav.len()].position),
                    begrundelse: seglet(),
                },
                _ => {
                    let Some(naeste) = naeste else { continue };
                    let til = plus_dage(naeste.dage.fra, i64::from(tal) % naeste.dage.antal());
                    let (krav, helt) = (sag.krav(&naeste.dage.fra.to_string(), &til.to_string()), sag.forloeb());
                    let k = sag.paa(krav);
                    prop_assert!(sag.proev(&k).is_ok(), "{:?} {:?}", naeste, helt.krav);
                    stemmer(&sag)?;
                    continue;
                }
            };
            let k = sag.paa(handling);
            let _ = sag.proev(&k);
            stemmer(&sag)?;
        }
        sag.den(&plus_dage(f, 200).to_string());
        stemmer(&sag)?;
    }
}
