//! A workplace's own policy over the law's rules, injuries at work, and what if. Every date is counted by hand.

use forloeb::Regelbog;
use forloeb::haendelse::{ArbejdsskadeAnmeldt, FravaerRegistreret};
use forloeb::hvad_hvis::{Flyttet, Tab, Vindue, sammenlign};
use forloeb::kommando::{Handling, Kommando, Rettelse};
use forloeb::ord::*;
use forloeb::politik::{EKSEMPLER, Politik};
use forloeb::regler::{INDBYGGEDE, Regelsaet};
use uuid::Uuid;

mod fortaelling;
use fortaelling::{Fortaelling, dag};

const MODEL: &str = "navn = \"vores\"\nkontaktmodel = [1, 5, 14]\n";

fn laes(tekst: &str) -> Result<Politik, String> {
    let bog = Regelbog::indbygget();
    Politik::laes(tekst, bog.saet().iter().map(AsRef::as_ref), bog.kalender())
}

fn sendt(sag: &mut Fortaelling, om: &str) -> Vec<String> {
    let mut linjer: Vec<_> = sag.sendt.iter().filter(|l| l.contains(om)).cloned().collect();
    linjer.sort_unstable();
    linjer
}

#[test]
fn en_kontaktmodel_giver_flere_kontakter_men_flytter_ingen_lovdag() {
    let mut sag = Fortaelling::ansat();
    sag.politik("2027-01-01", MODEL).den("2027-01-11").sygemeld("2027-01-11"); // a Monday
    let dage = |sag: &Fortaelling| {
        let v = sag.vurdering();
        let kontakter = v.frister.iter().filter(|f| f.art == Fristart::Kontakt);
        kontakter.map(|f| (f.maaldag, f.lovdag, f.status)).collect::<Vec<_>>()
    };
    let foerste = sag.frist(Fristart::FoersteKontakt);
    assert_eq!((foerste.maaldag, foerste.lovdag), (dag("2027-01-11"), dag("2027-01-11")));
    assert_eq!(foerste.regelsaet.as_ref(), "standard + vores");
    // Day 5 is Friday the 15th; day 14 Sunday the 24th, worked towards on Friday the 22nd.
    let dag5 = (dag("2027-01-15"), dag("2027-01-15"));
    let dag14 = (dag("2027-01-22"), dag("2027-01-24"));
    assert_eq!(dage(&sag), [(dag5.0, dag5.1, Friststatus::Kommende), (dag14.0, dag14.1, Friststatus::Kommende)]);
    assert_eq!(sag.frist(Fristart::Samtale).lovdag, dag("2027-02-08"), "the law's day is the law's");

    sag.den("2027-01-12").kontakt();
    assert_eq!(sag.status(Fristart::FoersteKontakt), Friststatus::Opfyldt);
    assert_eq!(dage(&sag)[0].2, Friststatus::Opfyldt, "a contact after day 1 counts for day 5");
    assert_eq!(dage(&sag)[1].2, Friststatus::Kommende, "and not for day 14: it opens on the 16th");
    sag.lad_tiden_gaa("2027-01-26");
    assert_eq!(
        sendt(&mut sag, " kontakt "),
        ["2027-01-22 kontakt t -> leder", "2027-01-25 kontakt overskredet -> leder"]
    );
}

#[test]
fn den_gaelder_kun_for_fravaer_der_begynder_senere() {
    let mut sag = Fortaelling::ansat();
    sag.politik("2027-01-12", MODEL).den("2027-01-11").sygemeld("2027-01-11");
    assert_eq!(sag.frist(Fristart::FoersteKontakt).lovdag, dag("2027-01-24"));
    assert!(sag.vurdering().frist(Fristart::Kontakt).is_none());
    // Corrected to a day when the policy holds: everything is computed anew.
    sag.den("2027-01-14").ret(Rettelse::FoersteFravaersdag(dag("2027-01-12")));
    assert_eq!(sag.frist(Fristart::FoersteKontakt).lovdag, dag("2027-01-12"));
}

#[test]
fn politikken_siger_hvor_den_er_forkert() {
    let fejl = |tekst: &str| laes(tekst).unwrap_err();
    assert!(fejl("navn = \"x\"\n\n[[maaldag]]\nfrist = \"samtale\"\nlovdag = 50\n").contains("lovdag"));
    assert_eq!(
        fejl("navn = \"x\"\n\n[[maaldag]]\nfrist = \"samtale\"\ndag = 30\n"),
        "linje 5, 'dag': højst 29: lovdagen for \"samtale\" er dag 29"
    );
    assert_eq!(
        fejl("navn = \"x\"\nkontaktmodel = [5, 1]\n"),
        "linje 2, 'kontaktmodel': dagene skal være stigende og mindst 1, fx [1, 5, 14]"
    );
    assert_eq!(
        fejl("navn = \"x\"\nuden_paamindelser = [\"anmeldelse\"]\n"),
        "linje 2, 'uden_paamindelser': \"anmeldelse\" handler om penge og kan ikke være uden påmindelser"
    );
    assert!(fejl("navn = \"x\"\n[[paamindelse]]\nfrist = \"samtale\"\ntrin = \"Tidligt!\"\nfra = \"maaldag\"\ntil = [\"leder\"]\n")
        .starts_with("linje 4, 'trin'"));
    for (navn, tekst) in EKSEMPLER {
        assert!(laes(tekst).is_ok(), "{navn}");
    }
}

#[test]
fn en_tidligere_maaldag_rykker_paamindelserne_og_ikke_lovdagen() {
    let mut sag = Fortaelling::ansat();
    let tekst = "navn = \"tidlig\"\n[[maaldag]]\nfrist = \"samtale\"\ndag = 21\n";
    sag.politik("2026-01-01", tekst).den("2026-01-05").sygemeld("2026-01-05");
    let samtale = sag.frist(Fristart::Samtale);
    // Day 21 is Sunday 25 January: Friday the 23rd.
    assert_eq!((samtale.maaldag, samtale.lovdag), (dag("2026-01-23"), dag("2026-02-02")));
    sag.lad_tiden_gaa("2026-02-03");
    assert_eq!(
        sendt(&mut sag, " samtale "),
        [
            "2026-01-09 samtale t-10 -> leder",
            "2026-01-20 samtale t-3 -> leder",
            "2026-01-23 samtale t -> leder",
            "2026-02-03 samtale overskredet -> hr",
            "2026-02-03 samtale overskredet -> leder",
            "2026-02-03 samtale overskredet -> medarbejder"
        ]
    );
}

fn arbejdsskade(sag: &mut Fortaelling, f: &str) {
    let Kommando::RegistrerFravaer(h) = sag.registrering(f, None, 100, Kilde::Person) else { panic!() };
    sag.den(f).goer(&Kommando::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
}

fn easy(dato: &str) -> Handling {
    let (forloeb, dato) = (Uuid::nil(), dag(dato));
    Handling::AnmeldArbejdsskade(ArbejdsskadeAnmeldt { forloeb, dato, sagsnummer: None })
}

#[test]
fn en_arbejdsskade_har_sit_eget_ur_til_easy() {
    let mut sag = Fortaelling::ansat();
    arbejdsskade(&mut sag, "2026-01-05");
    let frist = sag.frist(Fristart::Easy);
    // Fourteen days after Monday 5 January is Monday the 19th; worked towards on Friday the 16th.
    assert_eq!((frist.maaldag, frist.lovdag), (dag("2026-01-16"), dag("2026-01-19")));
    sag.den("2026-01-07").raskmeldt("2026-01-07");
    assert_eq!(sag.status(Fristart::Easy), Friststatus::Aaben, "back at work, it is still to be notified");
    sag.lad_tiden_gaa("2026-01-31");
    assert_eq!(
        sendt(&mut sag, ""),
        [
            "2026-01-09 easy t-5 -> leder",
            "2026-01-16 easy t -> hr",
            "2026-01-16 easy t -> leder",
            "2026-01-20 easy overskredet -> hr",
            "2026-01-20 easy overskredet -> leder"
        ]
    );
    sag.handl(easy("2026-01-30"));
    assert_eq!(sag.status(Fristart::Easy), Friststatus::Opfyldt);
    assert!(!sag.vurdering().er_i_gang(&sag.forloeb(), sag.idag));
}

#[test]
fn kun_en_arbejdsskade_anmeldes_i_easy_og_kun_en_gang() {
    use forloeb::afvisning::{Afvisning, Regel};
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    assert_eq!(sag.afvist(easy("2026-01-05")), Afvisning::Regel(Regel::IngenArbejdsskade));
    assert!(sag.vurdering().frist(Fristart::Easy).is_none());
    sag.ret(Rettelse::Aarsag(Aarsag::Arbejdsskade)).handl(easy("2026-01-05"));
    assert_eq!(sag.afvist(easy("2026-01-05")), Afvisning::Regel(Regel::AlleredeIEasy));
}

#[test]
fn gammel_historik_fra_en_import_kalder_ikke_paa_easy() {
    let mut sag = Fortaelling::ansat();
    let Kommando::RegistrerFravaer(h) = sag.registrering("2026-01-05", Some("2026-01-09"), 100, Kilde::Import) else {
        panic!()
    };
    sag.den("2026-06-01").goer(&Kommando::RegistrerFravaer(FravaerRegistreret { aarsag: Aarsag::Arbejdsskade, ..h }));
    assert_eq!(sag.status(Fristart::Easy), Friststatus::Bortfaldet);
    sag.lad_tiden_gaa("2026-06-10");
    assert!(sag.sendt.is_empty());
}

#[test]
fn hvad_hvis_anmeldelsen_skulle_vaere_inde_en_uge_foer() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.den("2026-02-05").kvitteret(); // day 32: in time under five weeks, three days late under four
    sag.den("2026-03-02").raskmeldt("2026-03-02");
    let bog = Regelbog::indbygget();
    let tekst = INDBYGGEDE[0]
        .1
        .replace("dage = 34, tilpas", "dage = 27, tilpas")
        .replace("lovdag = { dage = 35 }", "lovdag = { dage = 28 }");
    let ny = bog.med_saet(Regelsaet::laes(&tekst, bog.kalender()).unwrap());
    let vindue = Vindue { fra: dag("2026-01-01"), til: dag("2026-12-31"), idag: dag("2026-03-10") };
    let (set, forskelle) = sammenlign(&sag.a, &bog, &ny, vindue);
    assert_eq!((set, forskelle.len()), (1, 1));
    let forskel = &forskelle[0];
    // Refusion runs from day 31, 4 February. Receipted on 5 February: one day is lost, a Wednesday, 4.695/5.
    assert_eq!((forskel.tab, forskel.nyt_tab), (Tab::default(), Tab { dage: 1, kr: 939 }));
    let anmeldelse = forskel.flyttede.iter().find(|f| f.art == Fristart::Anmeldelse).unwrap();
    assert_eq!(
        *anmeldelse,
        Flyttet {
            art: Fristart::Anmeldelse,
            maaldag: Some(dag("2026-02-06")),
            ny_maaldag: Some(dag("2026-01-30")),
            lovdag: Some(dag("2026-02-09")),
            ny_lovdag: Some(dag("2026-02-02")),
        }
    );
    // As it is: opens on 27 January, t-5 on the 30th, t-2 on 4 February, each to the leader and HR. With the target on
    // 30 January: t-5 on the 23rd, the day it opens on the 27th, t-2 on the 28th, t on the 30th, overdue on 3 February
    // to HR and the leader's leader.
    assert_eq!(forskel.paamindelser[&Fristart::Anmeldelse], (6, 10));
    assert_eq!(sammenlign(&sag.a, &bog, &bog, vindue), (1, Vec::new()));
}

#[test]
fn hvad_hvis_med_samme_regler_sender_det_samme_som_der_blev_sendt() {
    let mut sag = Fortaelling::sygemeldt("2026-01-05");
    sag.lad_tiden_gaa("2026-02-20");
    let bog = Regelbog::indbygget();
    let uden = "navn = \"uden samtale\"\nuden_paamindelser = [\"samtale\"]\n";
    let ny = bog.med_politik(&[(dag("2026-01-01"), laes(uden).unwrap())]);
    let vindue = Vindue { fra: dag("2026-01-01"), til: dag("2026-12-31"), idag: dag("2026-02-20") };
    let (_, forskelle) = sammenlign(&sag.a, &bog, &ny, vindue);
    let sendte = u32::try_from(sendt(&mut sag, " samtale ").len()).unwrap();
    assert_eq!(forskelle[0].paamindelser.iter().collect::<Vec<_>>(), [(&Fristart::Samtale, &(sendte, 0))]);
}
