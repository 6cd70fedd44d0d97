//! Dated stories about refusion: what it gives, what is lost, and what can still be claimed. Every date is counted by hand.

use forloeb::afvisning::{Afvisning, Fejl, Regel};
use forloeb::haendelse::*;
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::*;
use forloeb::refusion::Dage;
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, dag, felt, seglet};

#[test]
fn for_sent_anmeldt_mister_dagene_fra_dag_31_til_dagen_foer() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-09");
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Overskredet);
    assert_eq!(sag.vurdering().refusion.mistet, None, "9 February is the last day");
    sag.den("2026-02-12");
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Tabt);
    sag.kvitteret();
    let r = sag.vurdering().refusion;
    assert_eq!(r.mistet.map(|m| (m.fra, m.til, m.antal())), Some((dag("2026-02-04"), dag("2026-02-11"), 8)));
    // Wednesday 4 to Wednesday 11 February holds six working days; newest known rate 4.695 kr. / 5 = 939 kr.
    let skoen = r.mistet_skoen.unwrap();
    assert_eq!((skoen.kr, skoen.sats_aar, skoen.egen_sats), (6 * 939, 2024, false));
    assert_eq!(r.aeldste_udaekkede, Some(dag("2026-02-12")));
}

/// 30 hours a week and half away: 939 × 30/37 × 0,5 = 380,68 kr. a day; five days are 1.903 kr.
#[test]
fn kroner_foelger_timer_og_omfang() {
    let mut sag = Fortaelling::sygemeldt("2024-01-01");
    sag.stamdata(|s| s.timer_pr_uge = 30.0);
    sag.den("2024-01-31").handl(Handling::Delvis(DelvisRegistreret {
        forloeb: Uuid::nil(),
        fra: dag("2024-01-31"),
        omfang_pct: 50,
        begrundelse: None,
    }));
    // Lovdag 5 February; receipt on the 7th loses 31 January to 6 February: five working days.
    sag.den("2024-02-07").kvitteret();
    let skoen = sag.vurdering().refusion.mistet_skoen.unwrap();
    assert_eq!((skoen.kr, skoen.sats_aar, skoen.egen_sats), (1903, 2024, true));
}

#[test]
fn paragraf_56_giver_refusion_fra_foerste_dag_ogsaa_naar_det_var_kort() {
    let mut sag = Fortaelling::ansat();
    sag.stamdata(|s| s.paragraf_56 = true);
    sag.den("2026-03-02").sygemeld("2026-03-02").den("2026-03-10").raskmeldt("2026-03-10");
    let r = sag.vurdering().refusion;
    assert_eq!((r.foerste_refusionsdag, r.sidste_arbejdsgiverdag), (dag("2026-03-02"), None));
    let frist = sag.frist(Fristart::Anmeldelse);
    assert_eq!((frist.lovdag, frist.maaldag), (dag("2026-06-02"), dag("2026-06-01")), "F + 3 months");
    assert!(frist.status.udestaar());
}

#[test]
fn graviditet_har_femuegersfristen_ogsaa_naar_det_var_kort() {
    let mut sag = Fortaelling::ansat();
    let Kommando::RegistrerFravaer(h) = sag.registrering("2026-03-02", Some("2026-03-10"), 100, Kilde::Import) else {
        unreachable!()
    };
    sag.den("2026-03-11").goer(&Kommando::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Graviditet, ..h }));
    assert_eq!(sag.frist(Fristart::Anmeldelse).lovdag, dag("2026-04-06"));
    assert_eq!(sag.vurdering().refusion.foerste_refusionsdag, dag("2026-03-02"));
}

/// Employed 55 days before F is new, 56 days is not.
#[test]
fn nyansat_er_under_otte_uger() {
    for (ansat, ny) in [("2026-01-06", true), ("2026-01-05", false)] {
        let mut sag = Fortaelling::ansat();
        sag.stamdata(|s| s.ansat = dag(ansat));
        sag.den("2026-03-02").sygemeld("2026-03-02");
        assert_eq!(sag.vurdering().refusion.foerstedagsret.is_some(), ny, "{ansat}");
    }
}

#[test]
fn krav_maa_hverken_overlappe_eller_efterlade_huller() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-20");
    let krav = sag.krav("2026-02-04", "2026-02-15");
    assert_eq!(sag.afvist(krav.clone()), Afvisning::Regel(Regel::ManglerKvittering));
    sag.den("2026-02-06").kvitteret().den("2026-02-20");
    let hul = sag.krav("2026-02-05", "2026-02-15");
    assert_eq!(sag.afvist(hul), Afvisning::Regel(Regel::KravMedHul { naeste: dag("2026-02-04") }));
    sag.handl(krav);
    let igen = sag.krav("2026-02-15", "2026-02-19");
    assert_eq!(sag.afvist(igen), Afvisning::Regel(Regel::KravOverlapper { naeste: dag("2026-02-16") }));
    let fremtid = sag.krav("2026-02-16", "2026-02-21");
    assert_eq!(sag.afvist(fremtid), felt("til", Fejl::Fremtid(dag("2026-02-20"))));
    sag.den("2026-02-23").raskmeldt("2026-02-22");
    let for_langt = sag.krav("2026-02-16", "2026-02-23");
    assert_eq!(sag.afvist(for_langt), Afvisning::Regel(Regel::KravEfterSlut { sidste: dag("2026-02-22") }));
    let rest = sag.krav("2026-02-16", "2026-02-22");
    sag.handl(rest);
    assert_eq!(sag.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt);
}

/// § 59: on 10 May only days from 10 February on can be claimed; the older ones are lost and may be left out.
#[test]
fn dage_aeldre_end_tre_maaneder_kan_ikke_anmodes() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-05-10");
    assert_eq!(sag.status(Fristart::Refusionsanmodning), Friststatus::Tabt);
    let r = sag.vurdering().refusion;
    assert_eq!(r.aeldste_udaekkede, Some(dag("2026-02-04")), "the frist is counted from it");
    assert_eq!(r.kan_anmodes_fra, Some(dag("2026-02-10")), "what is offered can be claimed");
    let tabt = [Dage { fra: dag("2026-02-04"), til: dag("2026-02-09") }];
    assert_eq!(r.for_sent_anmodet, tabt);
    let for_tidligt = sag.krav("2026-02-04", "2026-05-09");
    assert_eq!(sag.afvist(for_tidligt), Afvisning::Regel(Regel::KravOverlapper { naeste: dag("2026-02-10") }));
    let resten = sag.krav("2026-02-10", "2026-05-09");
    sag.handl(resten);
    assert_eq!(sag.frist(Fristart::Refusionsanmodning).lovdag, dag("2026-08-10"));
    let r = sag.vurdering().refusion;
    assert_eq!((r.kan_anmodes_fra, r.for_sent_anmodet), (Some(dag("2026-05-10")), tabt.to_vec()));
}

/// Back on 20 February, receipted in time, and nobody claims 4 to 20 February until 21 May: 20 February + 3 months is
/// 20 May.
#[test]
fn naar_alle_dage_er_for_gamle_er_der_intet_at_anmode() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-21").raskmeldt("2026-02-20");
    let hele = [Dage { fra: dag("2026-02-04"), til: dag("2026-02-20") }];
    let sidste = sag.krav("2026-02-20", "2026-02-20");
    sag.den("2026-05-20");
    assert_eq!(sag.vurdering().refusion.kan_anmodes_fra, Some(dag("2026-02-20")));
    sag.den("2026-05-21");
    let r = sag.vurdering().refusion;
    assert_eq!((r.kan_anmodes_fra, r.for_sent_anmodet.as_slice()), (None, &hele[..]));
    assert_eq!(sag.afvist(sidste), Afvisning::Regel(Regel::IntetAtAnmode));
}

/// Two claims with a gap between them that became too old meanwhile: the gap is lost, and the next claim begins after
/// the second.
#[test]
fn et_hul_mellem_krav_der_blev_for_gammelt_er_tabt() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-20");
    let foerste = sag.krav("2026-02-04", "2026-02-15");
    sag.handl(foerste).den("2026-06-01");
    // 1 March + 3 months is 1 June; 16 to 28 February are lost.
    let andet = sag.krav("2026-03-01", "2026-05-31");
    sag.handl(andet);
    let r = sag.vurdering().refusion;
    assert_eq!(r.for_sent_anmodet, [Dage { fra: dag("2026-02-16"), til: dag("2026-02-28") }]);
    assert_eq!(r.kan_anmodes_fra, Some(dag("2026-06-01")));
}

#[test]
fn en_senere_paragraf_56_aftale_giver_ingen_ret_bagud() {
    let mut sag = Fortaelling::ansat();
    sag.den("2025-01-06").import("2025-01-06", None, 100);
    sag.den("2025-01-10").raskmeldt("2025-01-10");
    sag.den("2026-06-01").stamdata(|s| s.paragraf_56 = true);
    sag.lad_tiden_gaa("2026-06-30");
    assert!(sag.sendt.is_empty(), "{:?}", sag.sendt);
    assert_eq!(sag.vurdering().refusion.foerstedagsret, None);
    // Employed again after the forløb: not "new" on a day before that.
    sag.stamdata(|s| (s.paragraf_56, s.ansat) = (false, dag("2026-06-01")));
    assert_eq!(sag.vurdering().refusion.foerstedagsret, None);
}

#[test]
fn et_annulleret_krav_aabner_sit_hul_igen() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-25");
    let foerste = sag.krav("2026-02-04", "2026-02-10");
    let andet = sag.krav("2026-02-11", "2026-02-20");
    sag.handl(foerste.clone()).handl(andet);
    let position = sag.forloeb().krav[0].position;
    sag.handl(Handling::Annuller { haendelse: Some(position), begrundelse: seglet() });
    assert_eq!(sag.vurdering().refusion.aeldste_udaekkede, Some(dag("2026-02-04")));
    let ind_i_det_naeste = sag.krav("2026-02-04", "2026-02-12");
    let naeste = dag("2026-02-04");
    assert_eq!(sag.afvist(ind_i_det_naeste), Afvisning::Regel(Regel::KravOverlapper { naeste }));
    sag.handl(foerste);
    assert_eq!(sag.vurdering().refusion.aeldste_udaekkede, Some(dag("2026-02-21")));
}

#[test]
fn et_anmeldt_men_aldrig_anmodet_forloeb_er_en_dag_forbi() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-08").raskmeldt("2026-02-08");
    let i_gang = |sag: &Fortaelling| sag.vurdering().er_i_gang(&sag.forloeb(), sag.idag);
    assert!(i_gang(sag.den("2026-05-08")), "8 February can be claimed until 8 May");
    assert!(!i_gang(sag.den("2026-05-09")));
}
