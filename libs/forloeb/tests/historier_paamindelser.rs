//! Dated stories about reminders and those who get them. Every date is counted by hand.

use forloeb::afvisning::{Afvisning, Fejl, Regel};
use forloeb::haendelse::*;
use forloeb::kommando::{Handling, Kommando};
use forloeb::ord::*;
use forloeb::tta::Plan;
use forloeb::udled::Importeret;
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, dag, felt, seglet};

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

#[test]
fn en_slettet_person_paamindes_ikke() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-01-06").goer(&Kommando::SletPerson { aarsag: "frist udløbet".into() });
    sag.lad_tiden_gaa("2026-03-16");
    assert!(sag.sendt.is_empty());
}
