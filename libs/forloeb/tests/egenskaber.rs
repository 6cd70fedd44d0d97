//! Properties against naive models: the calendar day by day, forløb as sets of days, milestones of a random history.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, Weekday};
use forloeb::Regelbog;
use forloeb::kalender::plus_dage;
use forloeb::ord::Kilde;
use proptest::prelude::*;

mod fortaelling;
use fortaelling::{Fortaelling, dag};

fn en_dag() -> impl Strategy<Value = NaiveDate> {
    (0_i64..3650).prop_map(|n| plus_dage(dag("2020-01-01"), n))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Counting working days one day at a time gives the same as `forskyd`, in both directions.
    #[test]
    fn forskyd_er_at_taelle_dag_for_dag(fra in en_dag(), antal in -25_i32..25) {
        let bog = Regelbog::indbygget();
        let k = bog.kalender();
        let (mut d, mut rest) = (fra, antal.abs());
        while rest > 0 {
            d = plus_dage(d, i64::from(antal.signum()));
            if k.er_arbejdsdag(d) {
                rest -= 1;
            }
        }
        prop_assert_eq!(k.forskyd(fra, antal), d);
    }

    #[test]
    fn wd_er_den_naermeste_arbejdsdag_bagud(fra in en_dag()) {
        let bog = Regelbog::indbygget();
        let k = bog.kalender();
        let d = k.wd(fra);
        prop_assert!(d <= fra && k.er_arbejdsdag(d) && !matches!(d.weekday(), Weekday::Sat | Weekday::Sun));
        prop_assert!((1..=(fra - d).num_days()).all(|n| !k.er_arbejdsdag(plus_dage(d, n))));
    }

    /// Registrations in any order: the forløb are the maximal runs of the set of days, whatever came first.
    #[test]
    fn forloeb_er_sammenhaengende_dage(spaend in prop::collection::vec((0_i64..120, 0_i64..12), 1..14)) {
        let start = dag("2026-01-01");
        let mut sag = Fortaelling::ansat();
        sag.den("2026-12-01");
        let mut dage = BTreeSet::new();
        for (fra, laengde) in spaend {
            let (fra, til) = (plus_dage(start, fra), plus_dage(start, fra + laengde));
            let nye: BTreeSet<NaiveDate> = (0..=laengde).map(|n| plus_dage(fra, n)).collect();
            let k = sag.registrering(&fra.to_string(), Some(&til.to_string()), 100, Kilde::Import);
            prop_assert_eq!(sag.proev(&k).is_ok(), dage.is_disjoint(&nye), "a day belongs to one registration");
            if dage.is_disjoint(&nye) {
                dage.extend(nye);
            }
        }
        let mut loeb: Vec<(NaiveDate, NaiveDate)> = Vec::new();
        for d in dage {
            match loeb.last_mut() {
                Some((_, til)) if plus_dage(*til, 1) == d => *til = d,
                _ => loeb.push((d, d)),
            }
        }
        let fundet: Vec<_> = sag.liste().iter().map(|f| (f.foerste, f.sidste.unwrap_or(f.foerste))).collect();
        prop_assert_eq!(fundet, loeb);
    }

    /// Nothing is reminded of twice, on a day off, before it opens, or after it is resolved; and what was known on a
    /// day does not change because of what came later.
    #[test]
    fn et_tilfaeldigt_forloeb(
        f in en_dag(),
        kontakt in prop::option::of(0_i64..40),
        samtale in prop::option::of(0_i64..40),
        kvitteret in prop::option::of(20_i64..60),
        varighed in 1_i64..100,
        flyt in prop::option::of((1_i64..60, -20_i64..20)),
    ) {
        use forloeb::kommando::{Handling, Rettelse};
        use forloeb::ord::{Anmeldelsestrin, Samtaleudfald};
        let mut sag = Fortaelling::sygemeldt_dag(f);
        for n in 1..140 {
            sag.lad_tiden_gaa(&plus_dage(f, n).to_string());
            let idag = sag.idag;
            let mut maaske = |h: Handling| { let k = sag.paa(h); let _ = sag.proev(&k); };
            if let Some((_, hvor)) = flyt.filter(|(hvornaar, _)| *hvornaar == n) {
                let rettelse = Rettelse::FoersteFravaersdag(plus_dage(f, hvor));
                maaske(Handling::Ret { rettelse, begrundelse: fortaelling::seglet() });
            }
            if kontakt == Some(n) {
                maaske(Handling::FoersteKontakt(fortaelling::kontakt(idag)));
            }
            if samtale == Some(n) {
                maaske(Handling::Samtale(forloeb::haendelse::SamtaleRegistreret {
                    forloeb: uuid::Uuid::nil(), dato: idag, udfald: Samtaleudfald::Holdt,
                    forventet_varighed: None, delvis_mulig: None,
                }));
            }
            if kvitteret == Some(n) {
                let h = sag.anmeldelse(Anmeldelsestrin::Kvitteret, &idag.to_string());
                let k = sag.paa(h);
                let _ = sag.proev(&k);
            }
            if varighed == n {
                let k = sag.paa(Handling::Raskmeld(forloeb::haendelse::Raskmeldt {
                    forloeb: uuid::Uuid::nil(), sidste_fravaersdag: idag,
                }));
                let _ = sag.proev(&k);
            }
            let udestaaende: BTreeSet<_> = sag.vurdering().frister.iter()
                .filter(|fr| fr.status.udestaar()).map(|fr| fr.art).collect();
            prop_assert!(sag.planlagte().iter().all(|p| udestaaende.contains(&p.noegle.frist)));
        }
        let bog = sag.bog().clone();
        let forloeb = sag.forloeb();
        let mut sendt = BTreeSet::new();
        for linje in &sag.sendt {
            let dato: NaiveDate = linje[..10].parse().unwrap();
            prop_assert!(bog.kalender().er_arbejdsdag(dato), "{}", linje);
        }
        for (noegle, afgjort) in &forloeb.afgjorte {
            if matches!(afgjort.udfald, forloeb::haendelse::Udfald::Sendt { .. }) {
                prop_assert!(sendt.insert(noegle.clone()));
            }
        }
        prop_assert_eq!(sendt.len(), sag.sendt.len(), "one outcome for each mail line");
    }
}
