//! Stories that would go wrong elsewhere, told with dates. Every expected date is counted by hand on a calendar.

use forloeb::afvisning::{Afvisning, Fejl, Feltfejl, Regel};
use forloeb::forloeb::Situation;
use forloeb::haendelse::*;
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::*;
use forloeb::refusion::Dage;
use forloeb::tta::Plan;
use forloeb::udled::Importeret;
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, dag, kontakt, seglet};

fn felt(felt: &'static str, fejl: Fejl) -> Afvisning {
    Afvisning::Felter(vec![Feltfejl { felt, fejl }])
}

/// Monday 5 January 2026, nobody does anything for seventy days.
#[test]
fn ingen_goer_noget_i_halvfjerds_dage() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-03-16");
    let forventet = "
        2026-01-14 foerste_kontakt t-2 -> kontaktperson
        2026-01-16 foerste_kontakt t -> kontaktperson
        2026-01-16 samtale t-10 -> leder
        2026-01-19 foerste_kontakt overskredet -> leder
        2026-01-21 foerste_kontakt overskredet-3 -> hr
        2026-01-27 samtale t-3 -> leder
        2026-01-27 anmeldelse aabner -> leder
        2026-01-27 anmeldelse aabner -> hr
        2026-01-30 samtale t -> leder
        2026-01-30 anmeldelse t-5 -> leder
        2026-01-30 anmeldelse t-5 -> hr
        2026-01-30 fast_track t-5 -> leder
        2026-02-03 samtale overskredet -> leder
        2026-02-03 samtale overskredet -> hr
        2026-02-03 samtale overskredet -> medarbejder
        2026-02-04 anmeldelse t-2 -> leder
        2026-02-04 anmeldelse t-2 -> hr
        2026-02-06 anmeldelse t -> leder
        2026-02-06 anmeldelse t -> hr
        2026-02-10 anmeldelse overskredet-2026-02-10 -> leders_leder
        2026-02-10 anmeldelse overskredet-2026-02-10 -> hr
        2026-02-13 otte_uger t-10 -> leder
        2026-02-17 anmeldelse overskredet-2026-02-17 -> leders_leder
        2026-02-17 anmeldelse overskredet-2026-02-17 -> hr
        2026-02-24 anmeldelse overskredet-2026-02-24 -> leders_leder
        2026-02-24 anmeldelse overskredet-2026-02-24 -> hr
        2026-02-25 otte_uger t-2 -> leder
        2026-03-02 otte_uger overskredet -> hr
        2026-03-03 anmeldelse overskredet-2026-03-03 -> leders_leder
        2026-03-03 anmeldelse overskredet-2026-03-03 -> hr
        2026-03-10 anmeldelse overskredet-2026-03-10 -> leders_leder
        2026-03-10 anmeldelse overskredet-2026-03-10 -> hr";
    let mut linjer: Vec<&str> = forventet.lines().map(str::trim).filter(|l| !l.is_empty()).collect();
    linjer.sort_unstable();
    sag.sendt.sort_unstable();
    assert_eq!(sag.sendt, linjer);
}

#[test]
fn raskmeldt_paa_dag_16_bliver_der_stille() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-01-20").raskmeldt("2026-01-20");
    let foer = sag.sendt.len();
    assert_eq!(sag.status(Fristart::FoersteKontakt), Friststatus::Overskredet, "day 14 passed while she was away");
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Bortfaldet);
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Bortfaldet, "16 days: no refusion, no anmeldelse");
    sag.lad_tiden_gaa("2026-06-01");
    assert_eq!(sag.sendt.len(), foer);
}

#[test]
fn raskmeldt_paa_dag_33_gaar_kun_anmeldelsen_videre_til_den_er_kvitteret() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-02-06").raskmeldt("2026-02-06");
    sag.sendt.clear();
    sag.lad_tiden_gaa("2026-02-09");
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Overskredet);
    let mut for_sent = sag;
    for_sent.sendt.clear();
    for_sent.lad_tiden_gaa("2026-04-01");
    assert_eq!(
        for_sent.sendt,
        [
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> leders_leder",
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> hr"
        ],
        "the three days are lost for good on 10 February: said once, not every week"
    );
    let refusion = for_sent.vurdering().refusion;
    assert_eq!(refusion.mistet.map(|m| (m.fra, m.til)), Some((dag("2026-02-04"), dag("2026-02-06"))));
}

#[test]
fn raskmeldt_paa_dag_33_og_kvitteret_i_tide_er_der_kun_anmodningen_tilbage() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-02-06").raskmeldt("2026-02-06");
    sag.sendt.clear();
    sag.den("2026-02-09").kvitteret();
    sag.lad_tiden_gaa("2026-05-05");
    assert_eq!(
        sag.sendt,
        // R = 4 February, lovdag 4 May. 30 days before is Saturday 4 April, in Easter: Wednesday 1 April.
        // 10 days before: Friday 24 April. Target wd(3 May) = Thursday 30 April (1 May is a working day: Friday!).
        [
            "2026-04-01 refusionsanmodning 30-dage -> hr",
            "2026-04-24 refusionsanmodning 10-dage -> hr",
            "2026-04-29 refusionsanmodning t-2 -> hr"
        ]
    );
    sag.den("2026-05-04");
    let krav = sag.krav("2026-02-04", "2026-02-06");
    sag.handl(krav);
    assert_eq!(sag.status(Fristart::Refusionsanmodning), Friststatus::Opfyldt);
}

/// 27 November 2026: § 7 a falls on Christmas Day, § 40 on New Year's Day.
#[test]
fn jul_talen_er_foer_lillejuleaften_er_forbi() {
    let mut sag = Fortaelling::sygemeldt("2026-11-27");
    sag.kontakt();
    sag.lad_tiden_gaa("2026-12-15").sendt.clear();
    sag.lad_tiden_gaa("2027-01-05");
    let til_leder: Vec<_> = sag.sendt.iter().filter(|s| s.ends_with("leder") && s.contains("samtale")).collect();
    assert_eq!(
        til_leder,
        ["2026-12-18 samtale t-3 -> leder", "2026-12-23 samtale t -> leder", "2026-12-28 samtale overskredet -> leder"]
    );
    // wd+(F+22 = Saturday 19 December) is Monday the 21st, and so is t-5: the five working days before Wednesday the
    // 30th are 29, 28, 23, 22 and 21 December. One line says both.
    let den_21: Vec<_> = sag.sendt.iter().filter(|s| s.starts_with("2026-12-21") && s.ends_with("hr")).collect();
    assert_eq!(den_21, ["2026-12-21 anmeldelse t-5 -> hr"]);
    assert!(sag.sendt.contains(&"2026-12-30 anmeldelse t -> hr".to_owned()));
    assert!(sag.sendt.contains(&"2027-01-04 anmeldelse overskredet-2027-01-04 -> hr".to_owned()));
}

/// Across the end of summer time (25 October 2026) a date is still a date.
#[test]
fn et_urskifte_flytter_ingen_frist() {
    let mut sag = Fortaelling::sygemeldt("2026-09-28");
    sag.den("2026-10-24");
    assert_eq!(sag.frist(Fristart::Samtale).lovdag, dag("2026-10-26"));
    assert_eq!(sag.frist(Fristart::Samtale).maaldag, dag("2026-10-23"));
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Overskredet);
    assert_eq!(sag.forloeb().dagnummer(dag("2026-10-26")), 29);
}

#[test]
fn skuddag_er_en_lovdag() {
    let mut sag = Fortaelling::sygemeldt("2028-02-01");
    sag.den("2028-02-28");
    assert_eq!(sag.frist(Fristart::Samtale).lovdag, dag("2028-02-29"));
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Forfalder);
}

/// R = 30 November: three months later is the last day of February.
#[test]
fn maanedens_sidste_dag_klemmer_refusionsfristen() {
    let mut sag = Fortaelling::sygemeldt("2026-10-31");
    sag.den("2026-12-01").kvitteret();
    let frist = sag.frist(Fristart::Refusionsanmodning);
    assert_eq!(frist.lovdag, dag("2027-02-28"));
    assert_eq!(frist.maaldag, dag("2027-02-26"), "wd(27 February), a Saturday");
    assert_eq!(frist.aabner, dag("2026-12-01"));
}

#[test]
fn en_loerdagsvagt_er_en_foerste_fravaersdag() {
    let sag = Fortaelling::sygemeldt("2026-10-31");
    assert_eq!(sag.frist(Fristart::FoersteKontakt).maaldag, dag("2026-11-13"));
}

#[test]
fn fuldt_og_saa_delvist_er_et_forloeb() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-02-16").import("2026-01-05", Some("2026-02-15"), 100).import("2026-02-16", None, 50);
    assert_eq!(sag.liste().len(), 1);
    let f = sag.forloeb();
    assert_eq!(f.foerste, dag("2026-01-05"));
    assert_eq!((f.omfang(dag("2026-02-15")), f.omfang(dag("2026-02-16"))), (Some(100), Some(50)));
    assert!(f.er_aabent(dag("2026-02-16")));
    assert_eq!(sag.frist(Fristart::OtteUger).lovdag, dag("2026-03-01"));
}

#[test]
fn et_tilbagefald_er_et_nyt_forloeb_med_nye_ure() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-16").raskmeldt("2026-01-16").den("2026-02-02").sygemeld("2026-02-02");
    let liste = sag.liste();
    assert_eq!(liste.len(), 2);
    assert_eq!(liste[1].tilbagefald_af, Some(liste[0].id), "17 days after: shown, no rule uses it");
    assert_eq!(sag.frist(Fristart::Samtale).lovdag, dag("2026-03-02"));
    sag.den("2026-02-03").raskmeldt("2026-02-03").den("2026-04-01").sygemeld("2026-04-01");
    assert_eq!(sag.forloeb().tilbagefald_af, None, "57 days after");
}

#[test]
fn barn_syg_bygger_ikke_bro() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-01-20").import("2026-01-05", Some("2026-01-06"), 100);
    let Kommando::RegistrerFravaer(h) = sag.registrering("2026-01-07", Some("2026-01-07"), 100, Kilde::Import) else {
        unreachable!()
    };
    sag.goer(&Kommando::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::BarnSyg, ..h }));
    sag.import("2026-01-08", Some("2026-01-09"), 100);
    assert_eq!(sag.liste().len(), 2);
}

/// A registration that arrives late joins two forløb: the oldest id stays, the other one points to it.
#[test]
fn en_sen_registrering_samler_to_forloeb() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-02-01").import("2026-01-19", Some("2026-01-25"), 100).import("2026-01-05", Some("2026-01-11"), 100);
    let (sene, tidlige) = (sag.forloeb().id, sag.liste()[0].id);
    sag.import("2026-01-12", Some("2026-01-18"), 50);
    let liste = sag.liste();
    assert_eq!(liste.len(), 1);
    assert_eq!(liste[0].id, sene, "recorded first");
    assert!(liste[0].hedder(tidlige));
    assert_eq!((liste[0].foerste, liste[0].sidste), (dag("2026-01-05"), Some(dag("2026-01-25"))));
}

/// The talk was reminded of for the wrong day; after the correction the new deadline has reminders of its own, and
/// those that had been planned for the old one are on record as not sent.
#[test]
fn en_rettelse_efter_at_en_paamindelse_er_sendt() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.kontakt();
    sag.lad_tiden_gaa("2026-01-27");
    assert!(sag.sendt.contains(&"2026-01-27 samtale t-3 -> leder".to_owned()));
    sag.sendt.clear();
    let k = sag.paa(Handling::Ret { rettelse: Rettelse::FoersteFravaersdag(dag("2026-01-12")), begrundelse: seglet() });
    let haendelser = sag.goer(&k);
    assert_eq!(haendelser.iter().map(Haendelse::navn).collect::<Vec<_>>(), ["FravaerRettet", "PaamindelserAfgjort"]);
    let Haendelse::PaamindelserAfgjort(h) = &haendelser[1] else { unreachable!() };
    assert!(h.tilbageholdt.iter().all(|a| a.aarsag == Aflysning::Rettet));
    assert!(h.tilbageholdt.iter().any(|a| a.noegle.frist == Fristart::Samtale && a.noegle.trin == "t"));
    assert_eq!(sag.frist(Fristart::Samtale).maaldag, dag("2026-02-06"));
    sag.lad_tiden_gaa("2026-02-06");
    let samtale: Vec<_> = sag.sendt.iter().filter(|s| s.contains(" samtale ")).cloned().collect();
    assert_eq!(
        samtale,
        ["2026-01-28 samtale t-10 -> leder", "2026-02-03 samtale t-3 -> leder", "2026-02-06 samtale t -> leder"],
        "t-10 of the new deadline was Friday the 23rd: overdue, still true, sent the next morning"
    );
}

#[test]
fn hver_frist_loeses_af_det_der_loeser_den() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-19");
    assert_eq!(sag.status(Fristart::FoersteKontakt), Friststatus::Overskredet);
    let sent = kontakt(dag("2026-01-19"));
    sag.handl(Handling::FoersteKontakt(FoersteKontaktHoldt { taget_af: TagetAf::Medarbejder, ..sent }));
    assert_eq!(sag.status(Fristart::FoersteKontakt), Friststatus::Opfyldt, "also when she took it herself");
    sag.den("2026-01-26").samtale(Samtaleudfald::DeltogIkke);
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Opfyldt);
    sag.den("2026-02-02");
    for trin in [Anmeldelsestrin::Klar, Anmeldelsestrin::Underskrevet] {
        let h = sag.anmeldelse(trin, "2026-02-02");
        sag.handl(h);
        assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Forfalder, "{trin} is a step on the way");
    }
    sag.kvitteret();
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Opfyldt);
    let h = sag.anmeldelse(Anmeldelsestrin::Afvist, "2026-02-03");
    sag.den("2026-02-03").handl(h);
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Forfalder, "rejected: open again");
}

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
fn fast_track_foelger_forventningen() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-12").ret(Rettelse::ForventetVarighed(Varighed::UnderOtteUger));
    assert_eq!(sag.status(Fristart::FastTrack), Friststatus::Undtaget);
    sag.den("2026-01-20").ret(Rettelse::ForventetVarighed(Varighed::OverOtteUger));
    assert_eq!(sag.status(Fristart::FastTrack), Friststatus::Aaben, "it comes back in time");
    let anmod = |dato: &str| {
        Handling::FastTrack(FastTrackBesluttet {
            forloeb: Uuid::nil(),
            beslutning: FastTrackBeslutning::Anmodet,
            af: Part::Arbejdsgiver,
            dato: dag(dato),
            begrundelse: None,
        })
    };
    sag.den("2026-02-09");
    assert_eq!(sag.status(Fristart::FastTrack), Friststatus::Tabt);
    let sent = Afvisning::Regel(Regel::FastTrackForSent { lovdag: dag("2026-02-08") });
    assert_eq!(sag.afvist(anmod("2026-02-09")), sent);
    sag.handl(anmod("2026-02-06"));
    assert_eq!(sag.frist(Fristart::OtteUger).kommunens_samtale, Some(dag("2026-02-20")));
    assert_eq!(sag.afvist(anmod("2026-02-07")), Afvisning::Regel(Regel::AlleredeAnmodet));
}

#[test]
fn fravalg_kraever_en_begrundelse() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-20");
    let h = FastTrackBesluttet {
        forloeb: Uuid::nil(),
        beslutning: FastTrackBeslutning::Fravalgt,
        af: Part::Arbejdsgiver,
        dato: dag("2026-01-20"),
        begrundelse: None,
    };
    assert_eq!(sag.afvist(Handling::FastTrack(h)), felt("begrundelse", Fejl::Mangler));
}

#[test]
fn opsagt_er_kun_undtaget_naar_fratraeden_er_inden_otte_uger() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.stamdata(|s| s.fratraadt = Some(dag("2026-03-03")));
    sag.den("2026-01-20");
    let h = SamtaleRegistreret {
        forloeb: Uuid::nil(),
        dato: dag("2026-01-20"),
        udfald: Samtaleudfald::UndtagetOpsagt,
        forventet_varighed: None,
        delvis_mulig: None,
    };
    let senest = dag("2026-03-02");
    assert_eq!(sag.afvist(Handling::Samtale(h.clone())), Afvisning::Regel(Regel::IkkeUndtaget { senest }));
    sag.stamdata(|s| s.fratraadt = Some(senest));
    sag.handl(Handling::Samtale(h));
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Undtaget);
}

#[test]
fn fratraeden_lukker_men_pengene_bliver() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.stamdata(|s| s.fratraadt = Some(dag("2026-02-05")));
    sag.den("2026-02-05");
    assert!(sag.forloeb().er_aabent(sag.idag));
    sag.den("2026-02-06");
    let slut = Situation::Slut { aarsag: Slutaarsag::Fratraadt, sidste: dag("2026-02-05") };
    assert_eq!(sag.forloeb().situation(sag.idag), slut);
    assert_eq!(sag.status(Fristart::OtteUger), Friststatus::Bortfaldet);
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Forfalder, "32 days: refusion for day 31 and 32");
    let ny = sag.registrering("2026-02-10", None, 100, Kilde::Person);
    sag.den("2026-02-10");
    assert_eq!(sag.proev(&ny).unwrap_err(), Afvisning::Regel(Regel::IkkeAnsat));
}

#[test]
fn en_annulleret_samtale_aabner_fristen_igen_uden_at_sende_det_sendte_igen() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.kontakt();
    sag.lad_tiden_gaa("2026-01-27").samtale(Samtaleudfald::Holdt);
    let position = sag.forloeb().samtaler[0].position;
    sag.sendt.clear();
    sag.den("2026-01-28").handl(Handling::Annuller { haendelse: Some(position), begrundelse: seglet() });
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Forfalder);
    let igen = Handling::Annuller { haendelse: Some(position), begrundelse: seglet() };
    assert_eq!(sag.afvist(igen), Afvisning::Regel(Regel::KanIkkeAnnulleres));
    sag.lad_tiden_gaa("2026-01-30");
    let samtale: Vec<_> = sag.sendt.iter().filter(|s| s.contains("samtale")).collect();
    assert_eq!(samtale, ["2026-01-30 samtale t -> leder"], "t-3 was sent before; t was withheld, and is due again");
}

#[test]
fn et_annulleret_forloeb_er_til_at_finde_men_tier() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-10").handl(Handling::Annuller { haendelse: None, begrundelse: seglet() });
    let f = sag.forloeb();
    assert!(matches!(f.situation(sag.idag), Situation::Slut { aarsag: Slutaarsag::Annulleret, .. }));
    assert!(sag.vurdering().frister.iter().all(|fr| fr.status == Friststatus::Bortfaldet));
    let h = kontakt(sag.idag);
    assert_eq!(sag.afvist(Handling::FoersteKontakt(h)), Afvisning::Regel(Regel::ForloebAnnulleret));
    sag.lad_tiden_gaa("2026-04-01");
    assert!(sag.sendt.is_empty());
    sag.sygemeld("2026-01-05");
    assert_eq!(sag.liste().len(), 2, "and the days are free again");
}

#[test]
fn overlap_og_umulige_datoer_afvises() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-10");
    let oven_i = sag.registrering("2026-01-08", None, 100, Kilde::Person);
    assert!(matches!(sag.proev(&oven_i), Err(Afvisning::Regel(Regel::Overlapper { .. }))));
    let omvendt = sag.registrering("2025-12-10", Some("2025-12-09"), 100, Kilde::Import);
    assert_eq!(sag.proev(&omvendt).unwrap_err(), felt("sidste_fravaersdag", Fejl::SlutFoerStart));
    let i_morgen = sag.registrering("2026-01-11", None, 100, Kilde::Person);
    assert_eq!(sag.proev(&i_morgen).unwrap_err(), felt("foerste_fravaersdag", Fejl::Fremtid(dag("2026-01-10"))));
    let h = Raskmeldt { forloeb: Uuid::nil(), sidste_fravaersdag: dag("2026-01-04") };
    assert_eq!(sag.afvist(Handling::Raskmeld(h)), felt("sidste_fravaersdag", Fejl::SlutFoerStart));
}

#[test]
fn en_annulleret_raskmelding_kan_ikke_komme_oven_i_et_nyt_forloeb() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-16").raskmeldt("2026-01-16");
    let foerste = sag.forloeb();
    let position = foerste.slut_ved.as_ref().unwrap().position;
    sag.den("2026-02-02").sygemeld("2026-02-02");
    let handling = Handling::Annuller { haendelse: Some(position), begrundelse: seglet() };
    let k = Kommando::Forloeb { id: foerste.id, hvis_version: None, handling };
    assert!(matches!(sag.proev(&k), Err(Afvisning::Regel(Regel::Overlapper { .. }))));
}

#[test]
fn en_ny_leder_faar_de_naeste_paamindelser_og_ikke_de_gamle() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.kontakt();
    sag.lad_tiden_gaa("2026-01-20");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-20") };
    let k = sag.paa(Handling::SkiftLeder(h));
    let haendelser = sag.goer(&k);
    let Some(Haendelse::PaamindelserAfgjort(afgjort)) = haendelser.last() else { panic!("{haendelser:?}") };
    assert!(afgjort.tilbageholdt.iter().all(|a| a.aarsag == Aflysning::Lederskifte));
    let naeste = sag.planlagte();
    assert!(
        naeste
            .iter()
            .filter(|p| p.noegle.modtager == Modtagerrolle::Leder)
            .all(|p| { p.noegle.nr.as_deref() == Some("10050") && p.dag > dag("2026-01-20") })
    );
    assert_eq!(sag.forloeb().leder_paa(dag("2026-01-19")), Some("10001"));
    assert!(sag.goer(&k).is_empty(), "she leads it already");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-21") };
    assert!(sag.goer(&sag.paa(Handling::SkiftLeder(h))).is_empty(), "and on the days after");
    let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: "10050".into(), fra: dag("2026-01-19") };
    assert!(!sag.goer(&sag.paa(Handling::SkiftLeder(h))).is_empty(), "not on the day before");
}

#[test]
fn den_samme_tildeling_to_gange_er_en() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let til = |nr: Option<&str>| Handling::Tildel(ForloebTildelt { forloeb: Uuid::nil(), til: nr.map(str::to_owned) });
    assert!(sag.goer(&sag.paa(til(None))).is_empty(), "nobody has it");
    assert_eq!(sag.goer(&sag.paa(til(Some("10077")))).len(), 1);
    assert!(sag.goer(&sag.paa(til(Some("10077")))).is_empty());
    assert_eq!(sag.goer(&sag.paa(til(None))).len(), 1);
}

/// The contact is due Friday 16 January: TR is told on the 14th, and on the 15th the employee chooses somebody else.
#[test]
fn den_kollega_medarbejderen_vaelger_tager_den_foerste_kontakt() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-01-14").den("2026-01-15");
    let valg = |nr: Option<&str>| {
        let kontaktperson_nr = nr.map(str::to_owned);
        Handling::VaelgKontaktperson(KontaktpersonValgt { forloeb: Uuid::nil(), kontaktperson_nr })
    };
    assert_eq!(sag.afvist(valg(Some("10010"))), felt("kontaktperson_nr", Fejl::SelvSamme));
    let haendelser = sag.goer(&sag.paa(valg(Some("10077"))));
    let [Haendelse::KontaktpersonValgt(_), Haendelse::PaamindelserAfgjort(afgjort)] = &haendelser[..] else {
        panic!("{haendelser:?}")
    };
    let tr = &afgjort.tilbageholdt[0];
    assert_eq!((tr.noegle.trin.as_str(), tr.noegle.nr.as_deref(), tr.dag), ("t", Some("10002"), dag("2026-01-16")));
    assert_eq!(tr.aarsag, Aflysning::Lederskifte);
    assert!(sag.goer(&sag.paa(valg(Some("10077")))).is_empty(), "chosen already");
    let kontaktens = sag.planlagte().into_iter().map(|p| p.noegle);
    let kontaktens = kontaktens.filter(|n| n.modtager == Modtagerrolle::Kontaktperson).map(|n| (n.trin, n.nr));
    let hende = || Some("10077".to_owned());
    assert_eq!(kontaktens.collect::<Vec<_>>(), [("t-2".to_owned(), hende()), ("t".to_owned(), hende())]);
    sag.handl(valg(None));
    assert_eq!(sag.forloeb().kontaktperson(), Some("10002"), "nobody chosen: TR again");
    sag.den("2026-01-20").raskmeldt("2026-01-19");
    assert_eq!(sag.afvist(valg(Some("10077"))), Regel::ForloebAfsluttet.into());
}

#[test]
fn en_stedfortraeder_udpeges_for_dage_der_kommer() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-06-01");
    let udpeg = |nr: &str, fra: Option<&str>, til: Option<&str>| {
        let (stedfortraeder_nr, fra, til) = (Some(nr.to_owned()), fra.map(dag), til.map(dag));
        Kommando::UdpegStedfortraeder(StedfortraederUdpeget { stedfortraeder_nr, fra, til })
    };
    for (kommando, ret) in [
        (udpeg("10010", None, None), felt("stedfortraeder_nr", Fejl::SelvSamme)),
        (udpeg("10077", Some("2026-07-06"), None), felt("til", Fejl::Mangler)),
        (udpeg("10077", None, Some("2026-07-06")), felt("fra", Fejl::Mangler)),
        (udpeg("10077", Some("2026-07-06"), Some("2026-07-05")), felt("til", Fejl::SlutFoerStart)),
        (udpeg("10077", Some("2026-05-01"), Some("2026-05-31")), felt("til", Fejl::FoerTidligst(dag("2026-06-01")))),
        (udpeg("10077", Some("2026-07-06"), Some("2027-06-03")), felt("til", Fejl::EfterSenest(dag("2027-06-02")))),
    ] {
        assert_eq!(sag.proev(&kommando).unwrap_err(), ret, "{kommando:?}");
    }
    let sommer = udpeg("10077", Some("2026-07-06"), Some("2026-07-24"));
    assert_eq!(sag.goer(&sommer).len(), 1);
    assert!(sag.goer(&sommer).is_empty(), "named already");
    assert_eq!(sag.a.stedfortraedere().paa(dag("2026-07-24")), Some("10077"));
}

#[test]
fn den_der_lukkede_forloebet_beholder_det() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-16").raskmeldt("2026-01-16");
    sag.den("2026-03-01").stamdata(|s| s.leder_nr = Some("10050".into()));
    assert_eq!(sag.forloeb().leder(dag("2026-03-02")), Some("10001"));
}

#[test]
fn efter_en_nedetid_sendes_kun_det_der_stadig_er_sandt() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.kontakt().den("2026-01-30");
    sag.morgen();
    assert_eq!(
        sag.sendt,
        [
            "2026-01-30 samtale t -> leder",
            "2026-01-30 anmeldelse t-5 -> leder",
            "2026-01-30 anmeldelse t-5 -> hr",
            "2026-01-30 fast_track t-5 -> leder"
        ]
    );
    let overhalet: Vec<_> = sag
        .forloeb()
        .afgjorte
        .iter()
        .filter(|(_, a)| a.udfald == Udfald::Aflyst { aarsag: Aflysning::Overhalet })
        .map(|(n, _)| format!("{} {} {}", n.frist, n.trin, n.modtager))
        .collect();
    assert_eq!(
        overhalet,
        ["samtale t-10 leder", "samtale t-3 leder", "anmeldelse aabner leder", "anmeldelse aabner hr"]
    );
}

#[test]
fn gammel_historik_fra_loensystemet_vaekker_ingen() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-11-20").import("2025-01-06", Some("2025-03-20"), 100).lad_tiden_gaa("2027-01-31");
    assert!(sag.sendt.is_empty(), "{:?}", sag.sendt);
    assert_eq!(sag.status(Fristart::Anmeldelse), Friststatus::Tabt);
}

#[test]
fn tta_planen_evalueres_paa_sin_dag() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let plan = Plan {
        koordinator: Some("10002".into()),
        evalueringer: vec![dag("2026-02-16"), dag("2026-03-16")],
        ..Plan::default()
    };
    sag.den("2026-02-02").handl(Handling::LaegPlan { plan, fortroligt: seglet() });
    assert_eq!(sag.frist(Fristart::TtaEvaluering).lovdag, dag("2026-02-16"));
    sag.lad_tiden_gaa("2026-02-16");
    let tta: Vec<_> = sag.sendt.iter().filter(|s| s.contains("tta")).cloned().collect();
    let (aftaler, paamindelser): (Vec<_>, Vec<_>) = tta.into_iter().partition(|s| s.contains(" kalender-"));
    assert!(aftaler.len() == 3 && aftaler.iter().all(|s| s.starts_with("2026-02-03 ")), "{aftaler:?}");
    assert_eq!(
        paamindelser,
        [
            "2026-02-11 tta_evaluering t-3 -> leder",
            "2026-02-11 tta_evaluering t-3 -> koordinator",
            "2026-02-16 tta_evaluering t -> leder",
            "2026-02-16 tta_evaluering t -> koordinator"
        ]
    );
    let h = TtaEvalueret { forloeb: Uuid::nil(), dato: dag("2026-02-16"), fortroligt: None };
    sag.handl(Handling::EvaluerPlan(h));
    assert_eq!(sag.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
}

#[test]
fn if_match_fra_en_anden_version_afvises_og_en_paamindelse_er_ikke_en_ny_version() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let version = sag.forloeb().version;
    sag.lad_tiden_gaa("2026-01-14");
    assert_eq!(sag.forloeb().version, version);
    let (id, handling) = (sag.forloeb().id, Handling::FoersteKontakt(kontakt(sag.idag)));
    let k = |v| Kommando::Forloeb { id, hvis_version: Some(v), handling: handling.clone() };
    assert_eq!(sag.proev(&k(version - 1)).unwrap_err(), Afvisning::AndenVersion { nu: version });
    sag.goer(&k(version));
    assert!(sag.forloeb().version > version);
}

#[test]
fn en_afgjort_paamindelse_afgoeres_ikke_igen() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-14");
    let p = sag.planlagte()[0].clone();
    let udfald = Udfald::Sendt { brev: "x".into(), til: None };
    let a = Afgoerelse { noegle: p.noegle, dag: p.dag, udfald };
    let k = sag.paa(Handling::AfgoerPaamindelser(vec![a]));
    assert_eq!(sag.goer(&k).len(), 1);
    assert_eq!(sag.goer(&k).len(), 0);
}

#[test]
fn en_mail_der_aldrig_kan_leveres_gaar_til_hr() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-14");
    let p = sag.planlagte()[0].clone();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into() };
    sag.handl(Handling::AfgoerPaamindelser(vec![Afgoerelse { noegle: p.noegle, dag: p.dag, udfald }]));
    sag.morgen();
    assert_eq!(sag.sendt, ["2026-01-14 foerste_kontakt t-2-uleveret -> hr"]);
}

/// Once: refused on 14 January, and sent again on the 19th, when t-2 and t have passed and t was sent.
#[test]
fn en_afvist_mail_kan_sendes_igen_en_gang() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-14");
    let p = sag.planlagte()[0].clone();
    let igen = |n: &Noegle| Handling::SendIgen(n.clone());
    assert_eq!(sag.afvist(igen(&p.noegle)), Afvisning::Regel(Regel::IkkeFejlet));
    let udfald = Udfald::Fejlet { grund: "smtp_550".into() };
    sag.handl(Handling::AfgoerPaamindelser(vec![Afgoerelse { noegle: p.noegle.clone(), dag: p.dag, udfald }]));
    sag.lad_tiden_gaa("2026-01-16").sendt.clear();
    let version = sag.forloeb().version;
    sag.handl(igen(&p.noegle));
    assert_eq!(sag.forloeb().version, version, "nobody's form is out of date because of it");
    sag.lad_tiden_gaa("2026-01-19");
    let tre: Vec<_> = sag.sendt.iter().filter(|s| s.contains("t-2")).collect();
    assert_eq!(tre, ["2026-01-19 foerste_kontakt t-2 -> kontaktperson"]);
    assert_eq!(sag.afvist(igen(&p.noegle)), Afvisning::Regel(Regel::IkkeFejlet), "it was sent");
    // Refused once more, and then the contact is made: there is nothing to remind of.
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-14");
    let p = sag.planlagte()[0].clone();
    let udfald = Udfald::Fejlet { grund: "smtp_550".into() };
    sag.handl(Handling::AfgoerPaamindelser(vec![Afgoerelse { noegle: p.noegle.clone(), dag: p.dag, udfald }]));
    sag.kontakt();
    assert_eq!(sag.afvist(igen(&p.noegle)), Afvisning::Regel(Regel::IntetAtMindeOm));
}

/// What was withheld because of something in the case comes back with the case; what was sent does not.
#[test]
fn det_tilbageholdte_kommer_igen_naar_sagen_goer() {
    // Receipted on Monday 2 February, rejected the day after: t-2, t and the overdue ones are due again.
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.kontakt().lad_tiden_gaa("2026-02-02").kvitteret();
    let afvist = sag.anmeldelse(Anmeldelsestrin::Afvist, "2026-02-03");
    sag.den("2026-02-03").handl(afvist).sendt.clear();
    sag.lad_tiden_gaa("2026-02-10");
    let hr: Vec<_> = sag.sendt.iter().filter(|s| s.contains("anmeldelse") && s.ends_with("hr")).collect();
    assert_eq!(
        hr,
        [
            "2026-02-04 anmeldelse t-2 -> hr",
            "2026-02-06 anmeldelse t -> hr",
            "2026-02-10 anmeldelse overskredet-2026-02-10 -> hr"
        ]
    );

    // Payroll closes the full registration and the partial one follows: one forløb, and its talk is still due.
    let mut sag = Fortaelling::ansat();
    sag.den("2026-01-05").import("2026-01-05", None, 100).kontakt();
    let registrering = sag.forloeb().id;
    let (foerste, sidste) = (dag("2026-01-05"), Some(dag("2026-01-11")));
    let linje = Importeret { aarsag: Aarsag::Sygdom, foerste, sidste, omfang_pct: 100 };
    sag.den("2026-01-12").goer(&Kommando::AendrFravaer { registrering, linje });
    sag.import("2026-01-12", None, 50).lad_tiden_gaa("2026-01-30");
    let samtale: Vec<_> = sag.sendt.iter().filter(|s| s.contains("samtale")).map(|s| &s[..10]).collect();
    assert_eq!(samtale, ["2026-01-16", "2026-01-27", "2026-01-30"]);

    // Leader A, B for a day, and A again: A is reminded as if nothing had been.
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    for (dato, leder) in [("2026-01-07", "10050"), ("2026-01-08", "10001")] {
        let h = LederSkiftet { forloeb: Uuid::nil(), leder_nr: leder.into(), fra: dag(dato) };
        sag.den(dato).handl(Handling::SkiftLeder(h));
    }
    sag.kontakt().lad_tiden_gaa("2026-01-16");
    assert_eq!(sag.sendt, ["2026-01-16 samtale t-10 -> leder"]);
}

/// Payroll knows on 12 January that the absence ends on 1 March: until then she is away, and the talk is due.
#[test]
fn en_kendt_slutdag_forude_lukker_ikke_foer_den_dag() {
    let mut sag = Fortaelling::ansat();
    sag.den("2026-01-12").import("2026-01-05", Some("2026-03-01"), 100).kontakt().lad_tiden_gaa("2026-01-30");
    assert!(sag.forloeb().er_aabent(sag.idag));
    assert_eq!(sag.status(Fristart::Samtale), Friststatus::Forfalder);
    assert!(sag.sendt.contains(&"2026-01-30 samtale t -> leder".to_owned()), "{:?}", sag.sendt);
    assert!(sag.planlagte().iter().all(|p| p.noegle.frist != Fristart::OtteUger || p.dag <= dag("2026-03-01")));
    sag.den("2026-03-01");
    assert!(!sag.forloeb().er_aabent(sag.idag), "the last day is written: it is over when that day is here");
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
fn fast_track_kommer_ikke_igen_naar_det_er_for_sent() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.ret(Rettelse::ForventetVarighed(Varighed::UnderOtteUger));
    sag.den("2026-03-02").ret(Rettelse::ForventetVarighed(Varighed::OverOtteUger));
    assert_eq!(sag.status(Fristart::FastTrack), Friststatus::Undtaget, "learnt on day 57; the last day was day 35");
    let mut sent = Fortaelling::ansat();
    sent.den("2026-03-16").sygemeld("2026-01-05").lad_tiden_gaa("2026-03-20");
    assert!(!sent.sendt.iter().any(|s| s.contains("fast_track")), "{:?}", sent.sendt);
}

#[test]
fn en_rettet_doedsdag_er_stadig_et_doedsfald() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let h = ForloebAfsluttet { forloeb: Uuid::nil(), aarsag: Slutaarsag::Doed, dato: dag("2026-02-03") };
    sag.den("2026-02-03").handl(Handling::Afslut(h));
    sag.ret(Rettelse::SidsteFravaersdag(Some(dag("2026-02-02"))));
    let slut = Situation::Slut { aarsag: Slutaarsag::Doed, sidste: dag("2026-02-02") };
    assert_eq!(sag.forloeb().situation(sag.idag), slut);
}

#[test]
fn en_ny_planversion_glemmer_ikke_det_der_er_evalueret() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let plan = || Plan { evalueringer: vec![dag("2026-02-16"), dag("2026-03-16")], ..Plan::default() };
    let evaluer = |dato| TtaEvalueret { forloeb: Uuid::nil(), dato: dag(dato), fortroligt: None };
    sag.den("2026-02-02").handl(Handling::LaegPlan { plan: plan(), fortroligt: seglet() });
    // Held a little early, and spoken of again on the day itself: one date, not two.
    sag.den("2026-02-10").handl(Handling::EvaluerPlan(evaluer("2026-02-10")));
    sag.den("2026-02-16").handl(Handling::EvaluerPlan(evaluer("2026-02-16")));
    assert_eq!(sag.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
    sag.den("2026-02-17").handl(Handling::LaegPlan { plan: plan(), fortroligt: seglet() });
    assert_eq!(sag.frist(Fristart::TtaEvaluering).lovdag, dag("2026-03-16"));
    let position = sag.forloeb().planer[0].position;
    sag.handl(Handling::Annuller { haendelse: Some(position), begrundelse: seglet() });
    sag.handl(Handling::LaegPlan { plan: plan(), fortroligt: seglet() });
    let versioner: Vec<_> = sag.forloeb().planer.iter().map(|p| p.hvad.version).collect();
    assert_eq!(versioner, [2, 3], "an annulled version keeps its number");
}

#[test]
fn en_slettet_person_paamindes_ikke() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-06").goer(&Kommando::SletPerson { aarsag: "frist udløbet".into() });
    sag.lad_tiden_gaa("2026-03-16");
    assert!(sag.sendt.is_empty());
}

#[test]
fn omfanget_rettes_der_hvor_det_gaelder_nu_og_foelger_en_rettet_foerste_dag() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    let delvis = |fra| DelvisRegistreret { forloeb: Uuid::nil(), fra: dag(fra), omfang_pct: 50, begrundelse: None };
    sag.den("2026-01-20").handl(Handling::Delvis(delvis("2026-01-20")));
    sag.den("2026-01-22").ret(Rettelse::OmfangPct(60));
    let f = sag.forloeb();
    assert_eq!((f.omfang(dag("2026-01-19")), f.omfang(dag("2026-01-20"))), (Some(100), Some(60)));
    sag.ret(Rettelse::FoersteFravaersdag(dag("2026-01-22")));
    assert_eq!(sag.forloeb().omfang(dag("2026-01-22")), Some(60));
}

#[test]
fn et_anmeldt_men_aldrig_anmodet_forloeb_er_en_dag_forbi() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-06").kvitteret().den("2026-02-08").raskmeldt("2026-02-08");
    let i_gang = |sag: &Fortaelling| sag.vurdering().er_i_gang(&sag.forloeb(), sag.idag);
    assert!(i_gang(sag.den("2026-05-08")), "8 February can be claimed until 8 May");
    assert!(!i_gang(sag.den("2026-05-09")));
}
