//! Signals of frequent absence, told with dates.

use forloeb::haendelse::FravaerRegistreret;
use forloeb::kommando::Kommando;
use forloeb::ord::{Aarsag, Kilde};
use forloeb::refusion::Dage;
use forloeb::signaler::{Signal, signaler};

mod fortaelling;
use fortaelling::{Fortaelling, dag};

fn paa(sag: &Fortaelling, idag: &str) -> Vec<Signal> {
    let nyuddannet = sag.a.stamdata().is_some_and(|s| s.nyuddannet);
    signaler(&sag.liste(), nyuddannet, dag(idag), sag.bog().gaeldende(dag(idag)))
}

fn navne(signaler: &[Signal]) -> Vec<(&str, u32)> {
    signaler.iter().map(|s| (s.navn.as_ref(), s.antal)).collect()
}

#[test]
fn vinduet_taeller_periodernes_begyndelse() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-08-31");
    sag.import("2026-02-27", Some("2026-02-28"), 100).import("2026-04-07", Some("2026-04-08"), 100);
    sag.import("2026-06-15", Some("2026-06-15"), 100);
    // Six months up to 27 August began on 28 February: the absence of the 27th is outside, that of the 28th is its
    // second day.
    assert_eq!(navne(&paa(&sag, "2026-08-26")), [("perioder", 3)]);
    assert!(paa(&sag, "2026-08-27").is_empty());
    sag.import("2026-08-27", None, 100);
    let signal = paa(&sag, "2026-08-28").remove(0);
    assert_eq!(signal.vindue, Dage { fra: dag("2026-03-01"), til: dag("2026-08-28") });
    let dage: Vec<_> = signal.perioder.iter().map(|(_, d)| (d.fra, d.til)).collect();
    assert_eq!(
        dage,
        [
            (dag("2026-04-07"), dag("2026-04-08")),
            (dag("2026-06-15"), dag("2026-06-15")),
            (dag("2026-08-27"), dag("2026-08-28"))
        ],
        "an open one up to today"
    );
}

#[test]
fn femten_dage_paa_tolv_maaneder_er_kalenderdage() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-08-31").import("2026-05-04", Some("2026-05-17"), 100);
    assert!(paa(&sag, "2026-05-31").is_empty(), "14 days");
    sag.import("2026-07-01", Some("2026-07-01"), 100);
    assert_eq!(navne(&paa(&sag, "2026-07-31")), [("dage", 15)]);
    assert!(paa(&sag, "2027-05-04").is_empty(), "the window began on 5 May");
}

#[test]
fn barn_syg_og_graviditet_taeller_ikke_og_nyuddannede_har_en_lavere_graense() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-08-31").import("2026-05-04", Some("2026-05-05"), 100).import("2026-06-01", Some("2026-06-02"), 100);
    for (aarsag, fra, til) in
        [(Aarsag::BarnSyg, "2026-07-01", "2026-07-01"), (Aarsag::Graviditet, "2026-07-06", "2026-07-09")]
    {
        let Kommando::RegistrerFravaer(h) = sag.registrering(fra, Some(til), 100, Kilde::Import) else { panic!() };
        sag.goer(&Kommando::RegistrerFravaer(FravaerRegistreret { aarsag, ..h }));
    }
    assert!(paa(&sag, "2026-08-01").is_empty());
    sag.stamdata(|s| s.nyuddannet = true);
    assert_eq!(navne(&paa(&sag, "2026-08-01")), [("perioder_nyuddannet", 2)]);
}
